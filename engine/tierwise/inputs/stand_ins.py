"""What is assumed on a sheet in place of a cell, heading or row that cannot be taken.

Used only to find the other problems in the same round (:mod:`tierwise.inputs.rounds`): a stand-in is chosen
so that nothing further is wrong because of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from tierwise.errors import Problem, TierwiseError
from tierwise.inputs import comparisons, experts, framework_sheet, history, judgements, panel
from tierwise.inputs.rounds import Findings, in_rounds
from tierwise.inputs.sheet import Cell, Sheet, address, text
from tierwise.names import nearest

Made = TypeVar("Made")

CELL: Final = re.compile(r"([A-Z]*)(\d+)")
SYNONYMS: Final[Mapping[str, Mapping[str, str]]] = {
    "Data": panel.SYNONYMS,
    "Framework": framework_sheet.SYNONYMS,
    "Experts": experts.SYNONYMS,
    "History": history.SYNONYMS,
    "Comparisons": comparisons.SYNONYMS,
    "Judgements": judgements.SYNONYMS,
}
LABELS: Final = ("code", "expert")  # columns whose cells are unique


def best_reading(
    read: Callable[[Sheet], Made], sheet: Sheet, kind: str, findings: Findings, known: Collection[str] = ()
) -> Made | None:
    """Return what ``read`` makes of a sheet, with stand-ins for what it cannot take; None where it cannot.

    ``kind`` is the input sheet that it is (Data, Framework …), whatever it is called in the book. Every
    problem is noted in ``findings``. ``known`` headings have a meaning already, and none is taken for
    the misspelt one of another column.
    """
    own = sheet.worded(SYNONYMS.get(kind, {}), known)

    def assume(at: Sheet, problems: Sequence[Problem], _: int) -> Sheet | None:
        return assumed(at, problems, kind, findings, known)

    def attempt(at: Sheet) -> Made:
        try:
            return read(at)
        except TierwiseError as error:
            for place in _shares_without_a_child(error.problems):
                findings.assume(place)
            raise

    return in_rounds(attempt, own, assume, findings)[0]


def _shares_without_a_child(problems: Sequence[Problem]) -> list[str]:
    """Return where weights miss 1 because a child names its parent wrongly."""
    meant = {str(one.fields["nearest"]) for one in problems if one.code == "F004"}
    return [one.place for one in problems if one.code == "W003" and one.fields["parent"] in meant]


def assumed(
    sheet: Sheet, problems: Sequence[Problem], kind: str, findings: Findings, known: Collection[str] = ()
) -> Sheet | None:
    """Return the sheet with a stand-in for each problem that has one, None where nothing changes."""
    grid = _Grid(sheet, kind, findings, known)
    for one in problems:
        grid.assume(one)
    changed = grid.sheet()
    return None if changed == sheet else changed


class _Grid:
    """A sheet's cells while stand-ins are put in."""

    def __init__(self, sheet: Sheet, kind: str, findings: Findings, known: Collection[str]) -> None:
        self.kind = kind  # the sheet may be called otherwise
        self.known = known
        self.origin = sheet
        self.findings = findings
        self.header = [*sheet.header]
        self.rows: list[list[Cell] | None] = [[*row] for row in sheet.rows]

    def sheet(self) -> Sheet:
        """Return the sheet as it is assumed."""
        kept = [(number, tuple(row)) for number, row in zip(self.numbers, self.rows, strict=True) if row]
        return replace(
            self.origin,
            header=tuple(self.header),
            rows=tuple(row for _, row in kept),
            row_numbers=tuple(number for number, _ in kept),
        )

    @property
    def numbers(self) -> tuple[int, ...]:
        """The number of each row in its file."""
        return self.origin.row_numbers

    def assume(self, one: Problem) -> None:
        """Put a stand-in where a problem is."""
        for codes, rule in RULES:
            if one.code in codes:
                rule(self, one)
                return
        row, column = self.at(one.place)
        if row is not None and column is not None and (row < 0 or self.rows[row] is not None):
            self.number(one, row, column)

    def at(self, place: str) -> tuple[int | None, int | None]:
        """Return row (-1 the headings) and column of a place, None where it has none."""
        name, _, cell = place.rpartition("!")
        address = CELL.fullmatch(cell)
        if address is None or name != self.origin.name:
            return None, None
        column = 0
        for letter in address[1]:
            column = 26 * column + ord(letter) - ord("A") + 1
        line = int(address[2])
        row = -1 if line == 1 else self.numbers.index(line) if line in self.numbers else None
        return row, column - 1 if address[1] else None

    def filled(self) -> list[list[Cell]]:
        """Return the rows that are left."""
        return [row for row in self.rows if row is not None]

    def put(self, row: int, column: int, value: Cell, *codes: str) -> None:
        """Put a value into a cell."""
        cells = self.rows[row]
        if cells is not None:
            cells[column] = value
            self.findings.assume(self.origin.place(row, column), *codes)

    def column(self, heading: str) -> int:
        """Return the column of a heading, -1 for none."""
        return self.header.index(heading) if heading in self.header else -1

    def number(self, one: Problem, row: int, column: int) -> None:
        """Put a plausible value where a number, a word or a label should stand."""
        heading = self.header[column]
        if row < 0:
            self.header[column] = ""
        elif heading in LABELS and self.kind not in ("Comparisons", "Judgements"):
            self.put(row, column, f"{text(self.origin.rows[row][column])}·{self.numbers[row]}")
        elif self.kind == "Framework":
            self.framework_cell(row, heading, column)
        elif heading == "authority":
            self.put(row, column, 0.5)
        elif one.code == "H002" or (self.kind == "History" and heading == "rank"):
            years = [cells[column] for cells in self.filled() if _whole(cells[column])]
            self.put(row, column, None if heading == "rank" else next(iter(years), 2000.0))
        elif heading in ("name", "camp", "round") or (one.code == "D005" and not self._figures(column)):
            self.put(row, column, None)
        else:
            self.put(row, column, self.median(column, row, _top(one)))

    def framework_cell(self, row: int, heading: str, column: int) -> None:
        """Put a stand-in into a cell of the framework."""
        if heading == "weight":
            self.without_weights(row)
        elif heading in ("low", "high"):
            other = self.column("high" if heading == "low" else "low")
            cells = self.rows[row] or []
            bound = cells[other] if other >= 0 else None
            step = -1.0 if heading == "low" else 1.0
            self.put(row, column, bound + step if isinstance(bound, float) else step)
        elif heading == "target":
            self.put(row, column, self.median(column, row))
        else:
            self.put(row, column, None)

    def _figures(self, column: int) -> list[float]:
        cells = [row[column] for row in self.filled()]
        return sorted(
            cell
            for cell in cells
            if isinstance(cell, float) and 1e-90 < abs(cell) < 1e90 and math.isfinite(cell)
        )

    def median(self, column: int, row: int, top: int = 0) -> float:
        """Return a middle number of a column, and where it has none, numbers that differ."""
        figures = self._figures(column)
        if top:
            figures = [cell for cell in figures if 0 <= cell <= top]
        return figures[len(figures) // 2] if figures else float(top or 1 + row)

    def without_weights(self, row: int) -> None:
        """Leave the weights of a row's siblings blank, so that they weigh the same."""
        weight, parent = self.column("weight"), self.column("parent")
        if weight < 0:
            return
        above = [text(cells[parent]) if cells and parent >= 0 else "" for cells in self.rows]
        for other, up in enumerate(above):
            if up == above[row]:
                self.put(other, weight, None)

    def drop(self, row: int) -> None:
        """Leave a row out."""
        if self.kind == "Framework":
            self.without_weights(row)
        self.rows[row] = None

    def append(self, heading: str, cells: Sequence[Cell] | None = None) -> None:
        """Add a column of numbers that differ."""
        at = len(self.header)
        self.header.append(heading)
        self.findings.invent(f"{self.origin.name}!{address(0, at)}")
        for row, given in enumerate(self.rows):
            if given is not None:
                given.append(float(1 + row * row) if cells is None else cells[row])
                self.findings.invent(f"{self.origin.name}!{address(self.numbers[row] - 1, at)}")


def _top(one: Problem) -> int:
    """Return the top of the scale that a score misses, 0 where the problem is another."""
    top = one.fields.get("top")
    return int(top) if isinstance(top, (int, float)) else 0


def _whole(cell: Cell) -> bool:
    return isinstance(cell, float) and cell.is_integer()


def _blank_heading(grid: _Grid, one: Problem) -> None:
    """Take a heading that is not known for the nearest one that is lacking, else for none."""
    _, column = grid.at(one.place)
    if column is None:
        return
    heading, near = grid.header[column], ""
    if one.code in ("S001", "E001"):
        near = str(one.fields["nearest"])
        near = nearest(heading, () if near in grid.header else (near,))
    grid.header[column] = f"{heading}·" if one.code == "D020" else near
    grid.findings.assume(one.place, *(("W006",) if one.code == "E001" and not near else ()))


def _column_lacks(grid: _Grid, one: Problem) -> None:
    """Take the nearest heading for that of an indicator without a column, else numbers that differ."""
    code = str(one.fields.get("code", one.fields.get("heading", "code")))
    labels = [f"{grid.origin.name}·{number}" for number in grid.numbers]
    if one.code in ("D008", "E002"):
        grid.append("expert" if one.code == "E002" else code, labels)
        return
    spare = [name for at, name in enumerate(grid.header) if at and name not in ("name", *LABELS, *grid.known)]
    near = nearest(code, spare) if one.code == "D009" else ""
    if near and grid._figures(grid.header.index(near)):
        grid.header[grid.header.index(near)] = code
    else:
        grid.append(code)


def _other_unit(grid: _Grid, one: Problem) -> None:
    """Take the figures as they are for those of the indicator, whatever their unit."""
    _, column = grid.at(one.place)
    if column is not None:
        grid.header[column] = str(one.fields["code"])


def _heading_row(grid: _Grid, one: Problem) -> None:
    """Take the row that holds the headings for the first one."""
    line = int(str(one.fields["line"]))
    at = grid.numbers.index(line)
    cells = grid.rows[at] or []
    headings = replace(grid.origin, header=tuple(map(text, cells)))
    grid.header = [*headings.worded(SYNONYMS[grid.kind], grid.known).header]
    for row in range(at + 1):
        grid.rows[row] = None


def _row(grid: _Grid, one: Problem) -> None:
    """Leave out a row that is none."""
    row, _ = grid.at(one.place)
    if row is not None and row >= 0:
        grid.drop(row)


def _parent(grid: _Grid, one: Problem) -> None:
    """Put a node below the parent that seems to be meant, else right below the index."""
    row, column = grid.at(one.place)
    code = grid.column("code")
    if row is None or column is None or code < 0:
        return
    cells = grid.rows[row]
    if cells is None or (
        one.code == "F005" and any(_parent_assumed(grid, other) for other in range(len(grid.rows)))
    ):
        return
    known = [text(other[code]) for other in grid.filled() if other is not cells]
    near = nearest(str(one.fields["parent"]), known) if one.code == "F004" else ""
    grid.without_weights(row)
    cells[column] = near or None
    grid.without_weights(row)
    grid.findings.assume(one.place, "F005", *(() if near else ("D009", "D016")))


def _parent_assumed(grid: _Grid, row: int) -> bool:
    column, cells = grid.column("parent"), grid.rows[row]
    return cells is not None and cells[column] != grid.origin.rows[row][column]


def _goalposts(grid: _Grid, one: Problem) -> None:
    """Put the upper goalpost above the lower one."""
    row, column = grid.at(one.place)
    if row is not None and column is not None:
        grid.put(row, column, float(str(one.fields["low"])) + 1.0)


def _weights(grid: _Grid, one: Problem) -> None:
    row, _ = grid.at(one.place)
    if row is not None and row >= 0:
        grid.without_weights(row)


def _nothing(grid: _Grid, one: Problem) -> None:
    """Leave a sheet as it is that holds nothing to go on with."""


RULES: Final[Sequence[tuple[frozenset[str], Callable[[_Grid, Problem], None]]]] = (
    (frozenset({"S001", "E001", "D007", "D020"}), _blank_heading),
    (frozenset({"D008", "D009", "D016", "E002"}), _column_lacks),
    (frozenset({"D024", "D025", "D026"}), _other_unit),
    (frozenset({"D018"}), _heading_row),
    (frozenset({"D019", "F001", "F002", "F007", "S021", "S022", "W132", "W133", "W135", "W151"}), _row),
    (frozenset({"F004", "F005"}), _parent),
    (frozenset({"F010"}), _goalposts),
    (frozenset({"W001", "W002", "W003", "W004"}), _weights),
    (frozenset({"D010", "F008", "F009", "E003", "E004", "H001", "W130", "W150"}), _nothing),
)
