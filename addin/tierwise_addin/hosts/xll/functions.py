"""The module that xlOil loads: one registered function for each entry of the catalogue.

Slow functions are coroutines, which xlOil runs behind RTD: the cell shows #N/A until the result is there, and
an edit of the formula or of what it reads cancels them. xlOil hands over #N/A as it does a blank cell, also
inside a range; all other error values arrive as such.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import xloil
from numpy.typing import NDArray

from tierwise.words.language import Language
from tierwise_addin import answered, cell_kinds, settings
from tierwise_addin.catalogue import FAMILIES, Function, functions
from tierwise_addin.cell_kinds import ErrorValue, Rows
from tierwise_addin.hosts import pools

RANGE: Final = xloil.Array(object, dims=2, trim=False)
"""Cells as they are: cut at the end, a range would be shorter than another beside it."""

ERRORS: Final = {int(member): member for member in xloil.CellError.__members__.values()}


def given(cells: tuple[NDArray[np.object_] | None, ...]) -> list[object]:
    """Return the arguments as rows, as far as they were given: None is one that was left out.

    A whole column is cut behind the last row that any of them fills, and one more: till there its blank cells
    count.
    """
    last = max((at for at, rows in enumerate(cells) if rows is not None), default=-1)
    most = max((filled(rows) for rows in cells if rows is not None), default=0) + 1
    return [None if rows is None else taken(rows[:most]) for rows in cells[: last + 1]]


def filled(rows: NDArray[np.object_]) -> int:
    """Return the number of rows up to the last that is not blank."""
    there = np.flatnonzero((rows != None).any(axis=1))  # noqa: E711 - of each cell
    return int(there[-1]) + 1 if there.size else 0


def taken(rows: NDArray[np.object_]) -> list[list[object]]:
    """Return rows of cells, error values by the numbers that COM has for them."""
    listed: list[list[object]] = rows.tolist()
    if xloil.CellError in {type(cell) for row in listed for cell in row}:
        return [[int(cell) if isinstance(cell, xloil.CellError) else cell for cell in row] for row in listed]
    return listed


def shown(rows: Rows) -> NDArray[np.object_]:
    """Return a result as xlOil takes it: a blank as "", since None would be #N/A."""
    array = np.empty((len(rows), len(rows[0])), dtype=np.object_)
    array[:] = [[_shown(cell) for cell in row] for row in rows]
    return array


def _shown(cell: cell_kinds.Cell) -> object:
    held = cell_kinds.to_excel(cell)
    return ERRORS.get(int(held), xloil.CellError.VALUE) if isinstance(cell, ErrorValue) else held


def respond(name: str, cells: tuple[Any, ...]) -> NDArray[np.object_]:
    """Return a function's result; why it failed is kept for ``IDX_LASTERROR`` and the ribbon."""
    return shown(answered(name, *given(cells))[0])


def quick(function: Function) -> Callable[..., Any]:
    """Return a function that is answered while Excel waits, but not while its formula is being written."""

    def called(*cells: Any) -> object:
        return "" if xloil.in_wizard() else respond(function.name, cells)

    return called


def slow(function: Function) -> Callable[..., Any]:
    """Return a coroutine that is answered beside Excel; cancelled, it gives its thread back."""

    async def called(*cells: Any) -> NDArray[np.object_]:
        work = pools.Work(function.name, respond, function.name, cells)
        try:
            return await work.waited()
        finally:
            work.drop()

    return called


def registered(function: Function, language: Language) -> None:
    """Declare a function to xlOil, which registers what its module declared once it is loaded."""
    called = (slow if function.slow else quick)(function)
    called.__name__ = function.name
    called.__annotations__ = {}
    called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # read by inspect.signature
        [
            inspect.Parameter(
                argument.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=RANGE
            )
            for argument in function.arguments
        ]
    )
    xloil.func(
        called,
        name=function.name,
        help=function.help.text(language),
        args={argument.name: argument.text(language) for argument in function.arguments},
        group=f"tierwise {FAMILIES[function.family].text(language)}",
        macro=False,
        volatile=function.volatile,
        errors="accept",
    )


for _function in functions().values():
    registered(_function, settings.load().language)
