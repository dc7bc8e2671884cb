"""Columns without a heading: named by what they hold, numbered where that does not tell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from tierwise.cleaning.grid import At, RawTable
from tierwise.cleaning.layout import Column, Layout
from tierwise.cleaning.numbers import is_missing, read
from tierwise.cleaning.roles import is_code, is_name
from tierwise.cleaning.rules import Change
from tierwise.cleaning.texts import tidy
from tierwise.inputs.sheet import Cell, column_letters
from tierwise.inputs.sheet import text as text_of
from tierwise.methods.regions import PROVINCES
from tierwise.words.language import Text, is_chinese

NAMES: Final = {"Data": Text("name", "名称"), "Experts": Text("expert", "专家")}  # what a row is, by sheet
PROVINCE: Final = Text("province", "省份")
COLUMN: Final = Text("column {}", "列{}")
MOST_ROWS_UNNAMED: Final = 0.5  # share of the rows that a column of names may leave blank


def headed(table: RawTable, layout: Layout, role: str, changes: list[Change]) -> list[Column]:
    """Return the columns of a table, those without a heading with one; what was done goes to ``changes``.

    Texts that all differ name the units, where no heading says that another column does; provinces are
    provinces; 1, 2, 3 … only number the rows and are left out. Any other column is listed as not sure: on
    Data it is called by its letters, other sheets take no column that is none of theirs.
    """
    given = [" / ".join(column.headings) for column in layout.columns]
    chinese = is_chinese(*given) or not any(map(tidy, given))
    named = any(
        is_name(column.headings[-1]) or is_code(column.headings[-1])
        for column in layout.columns
        if column.headings
    )
    columns: list[Column] = []
    for column in layout.columns:
        if any(map(tidy, column.headings)):
            columns.append(column)
            continue
        cells = [table.cells[row][column.at] for row in layout.rows]
        filled = [(row, cell) for row, cell in zip(layout.rows, cells, strict=True) if cell is not None]
        if not filled:
            continue
        place = table.place(At(column.heading_at.row, column.at))
        shown = text_of(filled[0][1])
        if _counts_rows(cells):
            first = table.place(At(filled[0][0], column.at))
            changes.append(Change(first, shown, "", ("running-numbers",)))
            continue
        word = _holds(cells, layout.numeric, column.at, None if named else NAMES.get(role))
        named = named or word in NAMES.values()
        if word is None and role != "Data":
            changes.append(Change(table.place(At(filled[0][0], column.at)), shown, "", ("no-heading-left",)))
            continue
        heading = (word or COLUMN.format(column_letters(column.at))).of("zh" if chinese else "en")
        rule = "no-heading" if word is None else "heading-found"
        changes.append(Change(place, "", heading, (rule,), 0, len(columns)))
        columns.append(replace(column, headings=(heading,)))
    return columns


def _holds(cells: Sequence[Cell], numeric: Collection[int], at: int, name: Text | None) -> Text | None:
    """Return what a column holds by its cells, None where they do not tell."""
    texts = [tidy(text_of(cell)) for cell in cells if cell is not None]
    if at in numeric:
        return None
    if all(text in PROVINCES or text.rstrip("省市") in PROVINCES for text in texts):
        return PROVINCE
    differ = len({*texts}) == len(texts) and not any(map(is_missing, texts))
    if differ and len(texts) > MOST_ROWS_UNNAMED * len(cells) and len(texts) > 1:
        return name
    return None


def _counts_rows(cells: Sequence[Cell]) -> bool:
    """Tell whether the cells are 1, 2, 3 …, blanks between them or not."""
    values = [read(cell).value for cell in cells if cell is not None]
    return len(values) > 1 and values == [float(at) for at in range(1, len(values) + 1)]
