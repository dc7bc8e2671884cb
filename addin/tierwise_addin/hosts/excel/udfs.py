"""The UDF module: one decorated Python function for each entry of the catalogue.

xlwings' COM server imports it and calls its functions by name; their arguments arrive raw, as COM holds them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

import xlwings as xw

from tierwise.words.language import Language
from tierwise_addin import answered, cell_kinds, settings
from tierwise_addin.catalogue import Function, functions

CATEGORY: Final = "tierwise"
LONGEST: Final = 255
"""Excel cuts help at so many characters."""


def respond(name: str, *cells: object) -> list[list[float | str | bool]]:
    """Return a function's result as COM takes it; an error is a mark with the reason behind it."""
    rows, failure = answered(name, *cells)
    if failure:
        return [[f"{cell_kinds.to_com(cell_kinds.ErrorValue.VALUE)}|{failure}"]]
    return [[cell_kinds.to_com(cell) for cell in row] for row in rows]


def worksheet_function(function: Function, language: Language) -> Callable[..., Any]:
    """Return the function as xlwings registers it: raw arguments, help, category, no run in the wizard."""

    def called(*cells: object) -> list[list[float | str | bool]]:
        return respond(function.name, *cells)

    called.__name__ = function.name
    called.__doc__ = function.help.text(language)[:LONGEST]
    called.__annotations__ = {}
    called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # read by inspect.signature
        [
            inspect.Parameter(
                argument.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=None if argument.optional else inspect.Parameter.empty,
            )
            for argument in function.arguments
        ]
    )
    decorated: Callable[..., Any] = called
    for argument in function.arguments:
        decorated = xw.arg(argument.name, "raw", doc=argument.text(language))(decorated)
    options: dict[str, Any] = {"async_mode": "threading"} if function.slow else {}
    decorated = xw.ret("raw")(decorated)
    return xw.func(category=CATEGORY, call_in_wizard=False, volatile=function.volatile, **options)(decorated)


def _language() -> Language:
    return settings.load().language


for _function in functions().values():
    globals()[_function.name] = worksheet_function(_function, _language())
