"""A framework's columns of the user's own (``_…``): formulas in them point at the rows of their own sheet."""

from __future__ import annotations

from dataclasses import replace

from tierwise.cleaning.grid import At, RawTable
from tierwise.cleaning.rules import Change


def without_own_formulas(table: RawTable) -> tuple[RawTable, list[Change]]:
    """Return the table without its own columns of formulas that were never calculated, each noted.

    Rows may stand elsewhere in the clean copy, where examples and titles are left out; a formula that was
    calculated is its value.
    """
    heads = {
        column: At(row, column)
        for row, cells in reversed([*enumerate(table.cells)])
        for column, cell in enumerate(cells)
        if isinstance(cell, str) and cell.startswith("_")
    }
    own = {
        column: head
        for column, head in heads.items()
        if any(str(cells[column]).startswith("=") for cells in table.cells[head.row + 1 :])
    }
    cells = tuple(tuple(None if at in own else cell for at, cell in enumerate(each)) for each in table.cells)
    notes = [
        Change(table.place(head), str(table.cells[head.row][column]), "", ("own-formulas",))
        for column, head in sorted(own.items())
    ]
    return replace(table, cells=cells), notes
