"""Where the headings and the units of a raw table stand among titles, units of measure, notes and totals."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from tierwise.cleaning.captions import CONTINUED, STEMS, TABLE_UNIT, captions, is_numbering, is_year, is_years
from tierwise.cleaning.grid import At, RawTable, unmerged
from tierwise.cleaning.numbers import is_missing, read
from tierwise.cleaning.roles import is_label, is_name
from tierwise.cleaning.rules import Change
from tierwise.cleaning.texts import same, tidy
from tierwise.cleaning.unit_rows import (
    bare_unit,
    is_unit_row,
    lists_units,
    states_unit,
    states_units,
    unit_alone,
)
from tierwise.inputs.sheet import Cell
from tierwise.inputs.sheet import text as text_of
from tierwise.units import unit_of

NOTE: Final = re.compile(
    r"""\s*[（(\[【]?\s*(注|备注|附注|说明|资料来源|数据来源|来源|notes?|sources?|remarks?)\s*\d{0,2}\s*[)）\]】]?\s*[:：.、，]
      | \s*[\u2460-\u2473*＊\#＃†‡※]
      | \s*(注|note|source)\s*\d+
    """,
    re.IGNORECASE | re.VERBOSE,
)
LONGEST_NAME: Final = 24  # characters; a longer text alone in a row is a note


@dataclass(frozen=True)
class Column:
    """A column of the table: its headings from the top down, and its unit as the sheet states it."""

    at: int
    headings: tuple[str, ...]
    unit: str = ""
    unit_from: str = ""  # "row", "heading" or "table": where the unit is stated
    heading_at: At = field(default=At(0, 0))


@dataclass(frozen=True)
class Layout:
    """The columns, the rows of units, what was left out and why; ``table_unit`` holds where no other does."""

    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    changes: tuple[Change, ...] = ()
    unclear: tuple[tuple[int, str], ...] = ()  # rows that stay, with the rule that cannot decide
    table_unit: str = ""
    numeric: frozenset[int] = field(default_factory=frozenset)  # columns of the raw table that hold numbers
    end: int | None = None  # the row from which on another table stands


def numeric_columns(table: RawTable, rows: Collection[int]) -> frozenset[int]:
    """Return the columns most of whose filled cells are figures."""
    numeric = set()
    for column in range(table.width):
        filled = [table.cells[row][column] for row in rows if table.cells[row][column] is not None]
        readings = [read(cell, separator=table.separator) for cell in filled]
        figures = [reading for reading in readings if reading.rules != ("missing",)]
        if figures and sum(reading.figure for reading in figures) > 0.5 * len(figures):
            numeric.add(column)
    return frozenset(numeric)


def _shown(column: Column) -> str:
    unit = f"（{column.unit}）" if column.unit_from == "heading" else ""
    return " / ".join(column.headings) + unit


class Finder:
    """Looks for the parts of one raw table; ``known`` are headings that the table may have."""

    def __init__(self, table: RawTable, known: Collection[str] = ()) -> None:
        self.table = table
        self.known = {same(word) for word in known}
        self.filled = [
            row for row, cells in enumerate(table.cells) if any(cell is not None for cell in cells)
        ]
        self.changes: list[Change] = []
        self.cells = unmerged(table)
        self.captions = self._captions()
        self.numeric = numeric_columns(table, self._body_rows())

    def layout(self) -> Layout | None:
        """Return the layout, None where no row of headings is found."""
        bottom = self._bottom()
        if bottom is None:
            return None
        block = self._block(bottom)
        below = [row for row in self.filled if row > bottom]
        units = next((row for row in [*below[:2], *block] if self._states_units(row, block)), None)
        block = [row for row in block if row != units and not self._is_numbering(row)]
        if not block:
            return None
        table_unit = self._titles(block[0])
        self._spread(block)
        columns = self._columns(block, units)
        self._several_units(block[0], columns)
        if len(block) > 1:
            self._note(block[0], "heading-rows", after=" | ".join(map(_shown, columns)))
        noted = len(self.changes)
        rows, unclear, other = self._units(block, units, columns)
        end = None if other is None else max(rows, default=block[-1]) + 1
        if end is not None:
            own = [self.table.row_place(row) for row in range(end)]
            self.changes[noted:] = [change for change in self.changes[noted:] if change.place in own]
        if units is not None:
            self._note(units, "unit-row")
        return Layout(
            tuple(columns), tuple(rows), tuple(self.changes), tuple(unclear), table_unit, self.numeric, end
        )

    def _states_units(self, row: int, block: Sequence[int]) -> bool:
        if self._known(row):  # a heading of the framework is no unit
            return is_unit_row(self.table.cells[row])
        heads = [
            tuple(same(text_of(self.cells[upper][at])) for upper in block if upper < row)
            for at in range(self.table.width)
        ]
        return states_units(self.table.cells[row], heads, self.numeric)

    def _note(self, row: int, rule: str, after: str = "") -> None:
        self.changes.append(Change(self.table.row_place(row), self.table.row_text(row), after, (rule,)))

    def _is_numbering(self, row: int) -> bool:
        """Tell whether a row numbers the columns; units that are called 甲 and 乙 do not."""
        if not is_numbering(self.table.cells[row]):
            return False
        firsts = [tidy(text_of(cell)) for cell in self.table.cells[row] if cell is not None]
        below = next((other for other in self.filled if other > row), row)
        return not (firsts[0] in STEMS and any(text_of(cell) in [*STEMS] for cell in self.table.cells[below]))

    def _heads(self, row: int) -> bool:
        """Tell whether a row is surely none of figures."""
        return row in self.captions or is_unit_row(self.table.cells[row]) or self._is_numbering(row)

    def _captions(self) -> frozenset[int]:
        """Return the lines under the title that tell the period, number, unit or page of the table."""
        cells, filled = self.table.cells, self.filled[:40]
        apart = [row for row in filled if not self._known(row) and not self._hangs(row)]
        found, below = captions(cells, filled, apart)
        if below is None or is_unit_row(cells[below]) or self._is_numbering(below):
            return frozenset()
        texts = {shown for cell in cells[below] if not is_missing(shown := text_of(cell))}
        figures = [reading.value for cell in cells[below] if (reading := read(cell)).value is not None]
        heads = len(texts) >= 2 and all(map(is_year, figures))
        return frozenset(found) if heads else frozenset()

    def _hangs(self, row: int) -> bool:
        """Tell whether a cell of a row is merged with one below, as over the names of units."""
        return any(top <= row < end for (top, _), (end, _) in self.table.merged)

    def unheaded(self) -> int | None:
        """Return the first row of figures, above which no headings were found; None where there is none."""
        return next((row for row in self.filled[:40] if self._is_body(row)), None)

    def _body_rows(self) -> list[int]:
        """Return the rows from the first one that holds a number, years aside."""
        rows = [row for row in self.filled if not self._heads(row)]
        first = (
            at
            for at, row in enumerate(rows)
            if self._numbered(row) and not (is_years(self.cells[row]) or self._names_years(row))
        )
        return rows[next(first, 0) :]

    def _numbered(self, row: int) -> bool:
        """Tell whether a row holds a number and something beside it."""
        cells = self.table.cells[row]
        numbers = (read(cell, separator=self.table.separator).value is not None for cell in cells)
        return _count(cells) >= 2 and any(numbers)

    def _known(self, row: int) -> int:
        return sum(same(text_of(cell)) in self.known for cell in self.cells[row] if cell is not None)

    def _names_years(self, row: int) -> bool:
        """Tell whether a row has a heading that the table may have, and no figure but years."""
        values = [reading.value for cell in self.cells[row] if (reading := read(cell)).value is not None]
        return bool(values) and all(map(is_year, values)) and self._known(row) > 0

    def _figures(self, row: int) -> int:
        return sum(
            read(cell, separator=self.table.separator).figure
            for column, cell in enumerate(self.table.cells[row])
            if column in self.numeric
            and cell is not None
            and not (isinstance(cell, str) and unit_alone(cell))  # 万人 may be read as a numeral
        )

    def _is_body(self, row: int) -> bool:
        cells = self.table.cells[row]
        if self._heads(row) or self._known(row) >= 2 or self._names_years(row):
            return False
        given = [cells[column] for column in self.numeric if cells[column] is not None]
        figures = self._figures(row)
        return figures > 0 and 2 * figures >= len([cell for cell in given if not is_missing(text_of(cell))])

    def _bottom(self) -> int | None:
        """Return the lowest row of headings."""
        first = self.filled[:40]
        if not first:
            return None
        body = next((row for row in first if self._is_body(row) and not self._heads_years(row)), None)
        known = [row for row in first if self._known(row) >= (2 if len(self.known) > 1 else 1)]
        if body is None or not self.numeric:
            wide = [row for row in first if _count(self.cells[row]) >= 2]
            return max(known, key=self._known) if known else (wide[0] if wide else None)
        above = [row for row in first if row < body and not self._heads(row)]
        above = [row for row in above if self._heads_years(row) or not self._numbered(row)]
        wide = [row for row in above if _count(self.cells[row]) >= 2 and not _is_title(self.cells[row])]
        if wide:
            return wide[-1]
        return above[-1] if above and self.table.width == 1 else None

    def _heads_years(self, row: int) -> bool:
        """Tell whether a row heads the columns by years: none above it gives each of them a heading."""
        headed = [
            other
            for other in self.filled
            if other < row
            and len({text_of(self.cells[other][column]) for column in self.numeric} - {""})
            == len(self.numeric)
        ]
        if self._names_years(row):
            return True
        if headed or not is_years(self.table.cells[row]):
            return False
        below = next((other for other in self.filled if other > row), None)
        return below is not None and not is_years(self.table.cells[below])

    def _block(self, bottom: int) -> list[int]:
        """Return the rows of headings, the lowest last."""
        block = [bottom]
        for row in reversed([row for row in self.filled if row < bottom]):
            cells = self.cells[row]
            if self._heads(row):
                continue
            body = self._is_body(row) and not is_years(cells)
            if _is_title(cells) or body or not _above(cells, self.cells[block[0]]):
                break
            block.insert(0, row)
        return block

    def _titles(self, top: int) -> str:
        """Note the rows above the headings and return the unit that they state for the whole table."""
        unit = ""
        for row in self.filled:
            if row >= top:
                break
            self._note(row, "title" if not self._is_numbering(row) else "column-numbers")
            for cell in self.table.cells[row]:
                match = TABLE_UNIT.search(tidy(text_of(cell)))
                word = (match[1] or match[2] or "").strip() if match else ""
                unit = word if word and unit_of(word) else unit
        return unit

    def _several_units(self, top: int, columns: Sequence[Column]) -> None:
        """Note rows above the headings that list units, where a column of figures states none of its own."""
        figures = [one for one in columns if one.at in self.numeric and not is_label(one.headings)]
        if not all(states_unit((one.unit, *one.headings)) for one in figures):
            for row in self.filled:
                if row < top and any(lists_units(text_of(cell)) for cell in self.table.cells[row]):
                    self._note(row, "units-several")

    def _spread(self, block: list[int]) -> None:
        """Put the texts of upper rows over their groups, where no merged cells say which these are."""
        cells = list(self.cells)
        for upper, lower in reversed([*pairwise(block)]):
            if not any(
                top <= upper <= end and left < right for (top, left), (end, right) in self.table.merged
            ):
                cells[upper] = spread(cells[upper], cells[lower])
        self.cells = tuple(cells)

    def _columns(self, block: list[int], units: int | None) -> list[Column]:
        columns = []
        for at in range(self.table.width):
            heads: list[str] = []
            heading_at = At(block[-1], at)
            lowest = ""
            for row in block:
                shown = text_of(self.cells[row][at])
                if heads and row == block[-1] and at in self.numeric and (lowest := unit_alone(shown)):
                    break
                if shown and (not heads or same(heads[-1]) != same(shown)):
                    heads.append(shown)
                    heading_at = At(row, at)
            unit = bare_unit(tidy(text_of(self.table.cells[units][at]))) if units is not None else ""
            unit = unit if unit and not is_missing(unit) and at in self.numeric else ""
            stated = "row" if unit else ("heading" if lowest else "")
            if heads or any(self.table.cells[row][at] is not None for row in self.filled if row > block[-1]):
                columns.append(Column(at, tuple(heads), unit or lowest, stated, heading_at))
        return columns

    def _units(
        self, block: list[int], units: int | None, columns: list[Column]
    ) -> tuple[list[int], list[tuple[int, str]], int | None]:
        """Return the rows that are units, those of them that may be none, the headings of another table."""
        heads = {_squeezed(cells[row]) for cells in (self.cells, self.table.cells) for row in block}
        heads |= {_squeezed(unmerged(self.table)[row]) for row in block}
        words = {
            same(word) for column in columns if column.at not in self.numeric for word in column.headings
        }
        rows: list[int] = []
        unclear: list[tuple[int, str]] = []
        for row in self.filled:
            if row <= block[-1] or row == units:
                continue
            if rows and self._heads_another(row, heads, words):
                return rows, unclear, row
            rule = self._left_out(row, heads)
            if rule in {"no-figures"}:
                unclear.append((row, rule))
            if rule and rule != "no-figures":
                self._note(row, rule)
            else:
                rows.append(row)
        return rows, unclear, None

    def _heads_another(self, row: int, heads: set[tuple[str, ...]], words: set[str]) -> bool:
        """Tell whether a row holds the headings of another table: texts over figures, beside a known word."""
        cells = self.cells[row]
        if self._heads(row) or {_squeezed(cells), _squeezed(self.table.cells[row])} & heads:
            return False
        over = [cells[column] for column in self.numeric if cells[column] is not None]
        texts = [tidy(text_of(cell)) for cell in over if isinstance(cell, str)]
        labels = [cells[column] for column in range(self.table.width) if column not in self.numeric]
        known = any(
            same(text_of(cell)) in words or is_name(text_of(cell)) for cell in labels if cell is not None
        )
        if not known or len(texts) < len(over) or len({*texts}) < 2 or any(map(is_missing, texts)):
            return False
        below = [other for other in self.filled if other > row][:3]
        return self._figures(row) == 0 and any(map(self._is_body, below))

    def _left_out(self, row: int, heads: set[tuple[str, ...]]) -> str:
        """Return the rule by which a row below the headings is no unit, blank where it is one."""
        cells = self.table.cells[row]
        texts = [tidy(text_of(cell)) for cell in cells if cell is not None]
        if {_squeezed(cells), _squeezed(self.cells[row])} & heads:
            return "repeated-headings"
        if self._is_numbering(row) and len(texts) >= 3:
            return "column-numbers"
        if not self.numeric or self._figures(row):
            return ""
        return "unit-row" if is_unit_row(cells) else self._kind_of_text(row, texts)

    def _kind_of_text(self, row: int, texts: Sequence[str]) -> str:
        """Return what a row without figures is, by its texts."""
        first, alone = texts[0], len(texts) == 1
        spans = any(
            top <= row <= end and right - left >= 2 for (top, left), (end, right) in self.table.merged
        )
        kinds = {
            "note-row": NOTE.match(first) or (alone and (len(first) > LONGEST_NAME or first[-1] in "。；;")),
            "title": alone and (TABLE_UNIT.search(first) or CONTINUED.search(first)),
            "section-row": alone and spans,
            "no-figures": alone,
        }
        return next((kind for kind, holds in kinds.items() if holds), "")


def _squeezed(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    """Return the texts of a row as headings are compared."""
    return tuple(same(text_of(cell)) for cell in cells)


def _count(cells: tuple[Cell, ...]) -> int:
    """Return the number of different texts of a row."""
    return len({text_of(cell) for cell in cells if cell is not None})


def _is_title(cells: tuple[Cell, ...]) -> bool:
    """Tell whether a row is one text, with or without the table's unit beside it."""
    texts = {tidy(text_of(cell)) for cell in cells if cell is not None}
    return len([shown for shown in texts if not TABLE_UNIT.search(shown)]) <= 1


def _above(upper: tuple[Cell, ...], lower: tuple[Cell, ...]) -> bool:
    """Tell whether a row of texts heads groups of the columns of the row below."""
    if any(isinstance(cell, (int, float)) for cell in upper):
        return is_years(upper)
    texts = [text_of(cell) for cell in upper if cell is not None]
    return len(set(texts)) >= 2 and not any(NOTE.match(shown) for shown in texts)


def spread(upper: tuple[Cell, ...], lower: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Return an upper row of headings with each text over the columns of its group.

    A text that heads columns of the lower row stands over those that follow it, up to the next text.
    """
    out: list[Cell] = []
    group: Cell = None
    for cell, below in zip(upper, lower, strict=True):
        if cell is not None:
            group = cell if below is not None else None
        out.append(cell if cell is not None else (group if below is not None else None))
    return tuple(out)
