"""Several tables on one sheet: taken apart, cleaned one by one, joined where they are of the same units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tierwise.cleaning.grid import RawTable
from tierwise.cleaning.layout import Layout
from tierwise.cleaning.roles import is_name, words_of
from tierwise.cleaning.rules import Change
from tierwise.cleaning.texts import same
from tierwise.errors import TierwiseError
from tierwise.inputs.sheet import Cell, address
from tierwise.inputs.sheet import text as text_of


@dataclass(frozen=True)
class CleanTable:
    """A table whose first row holds the headings, and the changes that led to it."""

    role: str  # Data, Framework, Experts, History
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    changes: tuple[Change, ...]


def taken_apart(table: RawTable, layout: Layout, role: str) -> tuple[RawTable, RawTable] | None:
    """Return the first table of a sheet and the rest of it, None where the sheet holds one table.

    Another one begins below the first (``Layout.end``), or to its right, where the units are named again.
    """
    if layout.end is not None:
        end = layout.end
        return _part(table, lambda row, _: row < end), _part(table, lambda row, _: row >= end)
    words = words_of(role)
    heads = [tuple(map(same, column.headings)) for column in layout.columns]
    named = [
        place
        for place, column in enumerate(layout.columns)
        if column.at not in layout.numeric
        and any(is_name(word) or words.get(same(word)) == "name" for word in column.headings[-1:])
    ]
    again = [place for place in named[1:] if heads[place] == heads[named[0]]]
    if role != "Data" or not again or heads[named[0] : again[0]] == heads[again[0] :][: again[0] - named[0]]:
        return None  # one table, or blocks of one table
    cut = layout.columns[again[0]].at
    return _part(table, lambda _, column: column < cut), _part(table, lambda _, column: column >= cut)


def _part(table: RawTable, within: Callable[[int, int], bool]) -> RawTable:
    """Return the cells of a part at their places, the others blank."""
    cells = tuple(
        tuple(cell if within(row, column) else None for column, cell in enumerate(each))
        for row, each in enumerate(table.cells)
    )
    merged = tuple(area for area in table.merged if within(*area[0]) and within(*area[1]))
    return replace(table, cells=cells, merged=merged)


def joined(first: CleanTable, other: Callable[[], CleanTable], part: RawTable) -> CleanTable:
    """Return a table with the columns of another beside its own, found by the units' names.

    Where the other is of other units, or cannot be read, it is left out and listed.
    """
    place = _area(part)
    try:
        more = other()
    except TierwiseError:
        more = CleanTable(first.role, (), (), ())
    rows = _matched(first, more)
    if rows is None:
        return replace(first, changes=(*first.changes, Change(place, _text(part), "", ("other-table",))))
    known = {same(word) for word in first.header}
    words = words_of(first.role)
    new = [
        at
        for at, word in enumerate(more.header)
        if not (words.get(same(word)) in ("code", "name") or (is_name(word) and same(word) in known))
    ]
    blank: list[Cell] = [None] * len(new)
    added: list[list[Cell]] = [blank] * len(first.rows)
    for row, at in enumerate(rows):
        added[at] = [more.rows[row][column] for column in new]
    width = len(first.header)
    changes = [
        replace(
            change,
            row=None if change.row is None else (rows[change.row - 1] + 1 if change.row else 0),
            column=None if change.column is None else width + new.index(change.column),
        )
        for change in more.changes
        if (change.column is None or change.column in new) and "code-from-name" not in change.rules
    ]
    told = [Change(place, _text(part), " | ".join(more.header[at] for at in new), ("joined-table",))]
    told += [
        Change(place, more.header[at], more.header[at], ("same-heading",), 0, width + column)
        for column, at in enumerate(new)
        if same(more.header[at]) in known
    ]
    return CleanTable(
        first.role,
        (*first.header, *(more.header[at] for at in new)),
        tuple((*own, *beside) for own, beside in zip(first.rows, added, strict=True)),
        (*first.changes, *told, *changes),
    )


def _matched(first: CleanTable, more: CleanTable) -> list[int] | None:
    """Return the row of the first table for each row of another; None unless each unit stands in both."""
    names, others = _names(first), _names(more)
    if not others or len({*names}) < len(names) or len({*others}) < len(others) or {*others} - {*names}:
        return None
    return [names.index(name) for name in others]


def _names(table: CleanTable) -> Sequence[str]:
    words = words_of(table.role)
    meanings = [words.get(same(heading), "name" if is_name(heading) else "") for heading in table.header]
    for word in ("name", "code"):
        if word in meanings:
            at = meanings.index(word)
            return [same(text_of(row[at])) for row in table.rows]
    return []


def _area(part: RawTable) -> str:
    filled = [
        (row, column)
        for row, cells in enumerate(part.cells)
        for column, cell in enumerate(cells)
        if cell is not None
    ]
    rows, columns = [row for row, _ in filled], [column for _, column in filled]
    ends = address(min(rows), min(columns)), address(max(rows), max(columns))
    return f"{part.name}!{ends[0]}:{ends[1]}"


def _text(part: RawTable) -> str:
    first = next(row for row, cells in enumerate(part.cells) if any(cell is not None for cell in cells))
    return part.row_text(first)
