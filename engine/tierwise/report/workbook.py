"""results.xlsx: a sheet for each table, with headings, number formats, colours and native charts.

A new workbook is written; a user's own is never touched. The bytes depend on nothing but the results.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierwise.errors import Language
from tierwise.report.chart_parts import HEADER_ROW, TIER_COLOURS, Helper
from tierwise.report.charts import CHARTS, WHOLE
from tierwise.report.headings import heading, number_format, sheet_name
from tierwise.report.notes import note

if TYPE_CHECKING:
    import pandas as pd

WIDEST = 16_384
LONGEST = 1_048_576 - HEADER_ROW - 1
MOST_CHARTED = 120  # rows of a chart; more units are no picture
MOST_CELLS = 400_000  # a sheet larger than this opens slowly; its table is in tables/*.csv


def write_workbook(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    title: str,
    summary: list[tuple[str, object]],
    language: Language,
    of_draws: str = "",
) -> None:
    """Write the results workbook: a summary with links, then a sheet for each table, in the order given.

    ``of_draws`` (``notes.said_of_draws``) stands under the titles of what the draws say.

    Text that begins with ``=``, ``+``, ``-`` or ``@`` is written as text, never as a formula.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": title, "created": dt.datetime(2000, 1, 1)})  # no clock in it
    styles = Styles(book)
    shown = {name: frame for name, frame in tables.items() if fits(frame)}
    _write_summary(book, styles, title, summary, [*shown], language)
    helper = Helper(book)
    for name, frame in shown.items():
        sheet = book.add_worksheet(sheet_name(name, language))
        write_table(sheet, styles, frame, title, note(name, language, of_draws), language)
        if name in CHARTS:
            charted = frame if name in WHOLE else frame.head(MOST_CHARTED)
            CHARTS[name](book, sheet, helper, charted, language)
    book.close()


def fits(frame: pd.DataFrame) -> bool:
    """Tell whether a table is a sheet that opens at once."""
    return len(frame.columns) <= WIDEST and len(frame) <= LONGEST and frame.size <= MOST_CELLS


class Styles:
    """The formats of a workbook, made once each."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"italic": True, "font_color": "#595959"})
        header = {"bold": True, "bg_color": "#1B4F72", "font_color": "#FFFFFF", "text_wrap": True}
        self.header = book.add_format({**header, "valign": "vcenter"})
        self.right = book.add_format({**header, "valign": "vcenter", "align": "right"})
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})
        self.numbers: dict[str, Any] = {}

    def number(self, shape: str) -> Any:
        """Return the format of a number."""
        if shape not in self.numbers:
            self.numbers[shape] = self.book.add_format({"num_format": shape})
        return self.numbers[shape]


def write_table(
    sheet: Any, styles: Styles, frame: pd.DataFrame, title: str, note: str, language: Language
) -> None:
    """Write title, note, headings and cells; freeze headings and names; colour tiers and probabilities."""
    sheet.write_string(0, 0, title, styles.title)
    if note:
        sheet.write_string(1, 0, note, styles.note)
    names = [str(column) for column in frame.columns]
    columns = [*zip(*records(frame), strict=True)] or [()] * len(names)
    for at, (name, column) in enumerate(zip(names, columns, strict=True)):
        words = heading(name, language)
        whole = all(isinstance(value, int) for value in column if value is not None)
        style = styles.number(number_format(name, whole))
        numeric = not any(isinstance(value, str) for value in column)
        sheet.write_string(HEADER_ROW, at, words, styles.right if numeric else styles.header)
        for row, value in enumerate(column, HEADER_ROW + 1):
            _write(sheet, row, at, value, style)
        sheet.set_column(at, at, _width(words, column))
    sheet.set_row(HEADER_ROW, 32)
    sheet.freeze_panes(HEADER_ROW + 1, _frozen(names))
    last = HEADER_ROW + max(len(frame), 1)
    sheet.autofilter(HEADER_ROW, 0, last, len(names) - 1)
    _colour(sheet, styles, names, last)
    sheet.set_landscape()
    sheet.repeat_rows(HEADER_ROW)
    sheet.fit_to_pages(1, 0)


def records(frame: pd.DataFrame) -> list[list[object]]:
    """Return the rows of a frame as people read them: None where there is no value, ★ for a first."""
    cells: list[list[object]] = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    if "first_in_group" in frame:
        at = [*frame.columns].index("first_in_group")
        for row in cells:
            row[at] = "★" if row[at] else None
    return cells


def _write(sheet: Any, row: int, column: int, value: object, style: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)) and math.isfinite(value):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value))


def _width(words: str, column: Sequence[object]) -> float:
    """Return a column's width in characters; a Chinese character takes two."""
    shown = [len(words) * (1 if words.isascii() else 2) / 1.6]
    shown += [
        sum(1 if character.isascii() else 2 for character in value)
        for value in column[:200]
        if isinstance(value, str)
    ]
    return min(max(8.0, *shown) + 2, 40) if len(shown) > 1 else min(max(8.0, shown[0] + 2), 18)


def _frozen(names: list[str]) -> int:
    """Return how many columns on the left stay in view."""
    return 2 if names[:2] == ["code", "name"] else 1


def _colour(sheet: Any, styles: Styles, names: list[str], last: int) -> None:
    first = HEADER_ROW + 1
    for at, name in enumerate(names):
        if name == "tier":
            for tier, colour in enumerate(TIER_COLOURS, 1):
                style = {
                    "bg_color": colour,
                    "font_color": "#FFFFFF" if tier in {1, 2, 5, 6, 8} else "#000000",
                }
                rule = {
                    "type": "cell",
                    "criteria": "==",
                    "value": tier,
                    "format": styles.book.add_format(style),
                }
                sheet.conditional_format(first, at, last, at, rule)
        elif name.startswith("p_tier_") and name != "p_tier_same":
            scale = {"type": "2_color_scale", "min_type": "num", "min_value": 0, "max_type": "num"}
            sheet.conditional_format(
                first, at, last, at, {**scale, "max_value": 1, "min_color": "#FFFFFF", "max_color": "#2E86C1"}
            )
        elif name in {"p_top", "p_tier_same", "p_same", "p_split", "global"}:
            bar = {"type": "data_bar", "bar_solid": True, "bar_color": "#AED6F1"}
            if name != "global":
                bar |= {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
            sheet.conditional_format(first, at, last, at, bar)


def _write_summary(
    book: Any,
    styles: Styles,
    title: str,
    summary: list[tuple[str, object]],
    tables: Sequence[str],
    language: Language,
) -> None:
    sheet = book.add_worksheet(sheet_name("summary", language))
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, title, styles.title)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for row, (words, value) in enumerate(summary, 2):
        sheet.write_string(row, 0, words, styles.header)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            sheet.write_number(row, 1, value, styles.book.add_format({"align": "left"}))
        else:
            sheet.write_string(row, 1, str(value), styles.plain)
    for row, table in enumerate(tables, len(summary) + 3):
        name = sheet_name(table, language)
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_string(row, 1, note(table, language), styles.plain)
