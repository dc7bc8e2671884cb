"""A raw table: cells as the file holds them, with the merged ranges of the sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tierwise.inputs.cells import MergedRange
from tierwise.inputs.sheet import UNSEEN, Cell, address
from tierwise.inputs.sheet import text as text_of


class At(NamedTuple):
    """A cell's place, rows and columns counted from 0."""

    row: int
    column: int


@dataclass(frozen=True)
class RawTable:
    """A sheet as it was found: a rectangle of cells, blank ones None."""

    name: str
    cells: tuple[tuple[Cell, ...], ...]
    merged: tuple[MergedRange, ...] = ()
    separator: str = ""  # of the columns of a text file, whose cells are all text
    knows_merged: bool = True  # False: the format does not tell which cells are merged

    @classmethod
    def of(
        cls,
        name: str,
        cells: Sequence[Sequence[object]],
        merged: Sequence[MergedRange] = (),
        separator: str = "",
        *,
        knows_merged: bool = True,
    ) -> RawTable:
        """Return the table of cells in rows of any length."""
        width = max((len(row) for row in cells), default=0)
        rows = tuple(
            tuple(_blank_as_none(cell) for cell in row) + (None,) * (width - len(row)) for row in cells
        )
        return cls(name, rows, tuple(merged), separator, knows_merged)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.cells[0]) if self.cells else 0

    def place(self, at: At) -> str:
        """Return a cell's address in the file."""
        return f"{self.name}!{address(at.row, at.column)}"

    def row_place(self, row: int) -> str:
        """Return the address of a row."""
        return f"{self.name}!{row + 1}:{row + 1}"

    def row_text(self, row: int) -> str:
        """Return the texts of a row, joined."""
        return " | ".join(text_of(cell) for cell in self.cells[row] if cell is not None)


def _blank_as_none(cell: object) -> Cell:
    if isinstance(cell, str):
        return cell if cell.strip().strip(UNSEEN).strip() else None
    if isinstance(cell, float) and math.isnan(cell):
        return None
    return cell  # type: ignore[return-value]  # what the readers give: text, numbers, truths, dates, None


def unmerged(table: RawTable) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells, those that are merged with the text of the first of them."""
    rows = [list(row) for row in table.cells]
    for area in table.merged:
        for row, column in inside(area):
            if row < len(rows) and column < table.width and rows[row][column] is None:
                rows[row][column] = table.cells[area[0][0]][area[0][1]]
    return tuple(map(tuple, rows))


def inside(area: MergedRange) -> list[tuple[int, int]]:
    """Return the cells of a merged range."""
    (top, left), (bottom, right) = area
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
