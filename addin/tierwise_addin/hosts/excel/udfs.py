"""The UDF module: one decorated Python function for each entry of the catalogue.

xlwings' COM server imports it and calls its functions by name; their arguments arrive raw, as COM holds them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import xlwings as xw

from tierwise.words.language import Language
from tierwise_addin import answered, cell_kinds, settings
from tierwise_addin.catalogue import Function, functions
from tierwise_addin.hosts.excel.later import Later, Shown, renewed

CATEGORY: Final = "tierwise"
CALLER: Final = "caller"
"""The argument by which xlwings hands over the cell that asks."""
LONGEST: Final = 255
"""Excel cuts help at so many characters."""


LATER: Final = Later(renewed)
WAITING: Final[Shown] = [[cell_kinds.to_com(cell_kinds.ErrorValue.NA)]]


def respond(name: str, *cells: object) -> tuple[Shown, bool]:
    """Return a function's result as COM takes it, and whether it failed: a mark with the reason behind it."""
    rows, failure = answered(name, *cells)
    if failure:
        return [[f"{cell_kinds.to_com(cell_kinds.ErrorValue.VALUE)}|{failure}"]], True
    return [[cell_kinds.to_com(cell) for cell in row] for row in rows], False


def worksheet_function(function: Function, language: Language) -> Callable[..., Any]:
    """Return the function as xlwings registers it: raw arguments, help, category, no run in the wizard."""

    def called(*cells: object) -> Shown:
        if not function.slow:
            return respond(function.name, *cells)[0]
        *given, caller = cells
        return LATER.ask(function.name, tuple(given), caller, respond) or WAITING

    called.__name__ = function.name
    called.__doc__ = function.help.text(language)[:LONGEST]
    called.__annotations__ = {}
    called.__signature__ = function.parameters(  # type: ignore[attr-defined]  # read by inspect.signature
        *[CALLER] * function.slow
    )
    decorated: Callable[..., Any] = called
    for argument in function.arguments:
        decorated = xw.arg(argument.name, "raw", doc=argument.text(language))(decorated)
    decorated = xw.ret("raw")(decorated)
    return xw.func(category=CATEGORY, call_in_wizard=False, volatile=function.volatile)(decorated)


def _language() -> Language:
    return settings.load().language


for _function in functions().values():
    globals()[_function.name] = worksheet_function(_function, _language())
