"""results.xlsx: a sheet for each table, with headings, number formats, colours and native charts.

A new workbook is written; a user's own is never touched. The bytes depend on nothing but the results.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierwise.report.chart_parts import HEADER_ROW, TIER_COLOURS, Helper
from tierwise.report.charts import draw
from tierwise.report.contents import (
    Entry,
    absent,
    cut_note,
    fits,
    in_order,
    part_of,
    print_note,
    rows_kept,
    rows_printed,
    write_contents,
)
from tierwise.report.gallery import Gallery
from tierwise.report.presented import Presented, named_units, presented
from tierwise.tables.registry import CHARTS as CHARTS_TITLE
from tierwise.tables.registry import CHARTS_NOTE, CONTENTS, SUMMARY, note, sheet_names, table_of
from tierwise.tables.table import Names
from tierwise.words.columns import Column
from tierwise.words.formats import shown, wide
from tierwise.words.language import JOIN, Language

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.report.answers import Answer

__all__ = ["write_workbook"]

MOST_CHARTED = 120  # rows of a chart; more units are no picture
WIDEST_TEXT = 60.0  # characters of a column; longer text wraps
PAGE_WIDTH = 230.0  # characters on a printed page that can still be read
NARROW = 115.0  # characters of a sheet that an upright page takes
SUMMARY_LINE = 100  # characters of a line of the summary


def write_workbook(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    title: str,
    summary: list[tuple[str, object]],
    language: Language,
    of_draws: str = "",
    answers: Sequence[Answer] = (),
    names: Names | None = None,
) -> None:
    """Write the results workbook: a summary, the contents, the charts, then a sheet for each table.

    Args:
        path: the file.
        tables: the tables; their sheets follow as :func:`tierwise.report.contents.in_order` has them.
        title: what stands on top of each sheet.
        summary: (heading, value) lines.
        language: of headings and words.
        of_draws: what must be known of the draws, under the titles of what they say.
        answers: what the summary answers.
        names: of the units and nodes that the tables have codes of.

    Text that begins with ``=``, ``+``, ``-`` or ``@`` is written as text, never as a formula.

    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    options["in_memory"] = True  # no file on the way for each sheet
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": title, "created": dt.datetime(2000, 1, 1)})  # no clock in it
    styles = Styles(book)
    known = names or Names()
    fitting = {
        name: tables[name].head(rows_kept(name, tables[name]))
        for name in in_order(tables)
        if fits(tables[name])
    }
    shown = {name: presented(name, frame, known, language) for name, frame in fitting.items()}
    sheets = sheet_names(fitting, language)
    first = book.add_worksheet(SUMMARY.of(language))
    contents = book.add_worksheet(CONTENTS.of(language))
    drawn = [name for name in shown if table_of(name).charts]
    gallery = Gallery(book.add_worksheet(CHARTS_TITLE.of(language)), styles.section) if drawn else None
    if gallery is not None:
        gallery.sheet.write_string(0, 0, title, styles.title)
        _printed(gallery.sheet)
    helper = Helper(book)
    for name, table in shown.items():
        sheet = book.add_worksheet(sheets[name])
        rows = len(table.frame)
        notes = (
            note(name, language, of_draws, tables[name].columns),
            cut_note(name, tables[name], language),
            print_note(name, rows, language),
        )
        write_table(sheet, styles, table, title, JOIN[language].join(filter(None, notes)), language)
        if rows_printed(name, rows) < rows:
            sheet.print_area(0, 0, HEADER_ROW + rows_printed(name, rows), len(table.columns) - 1)
        if gallery is not None and name in drawn:
            charted = _charted(name, fitting[name], table, known)
            for chart in table_of(name).charts:
                draw(chart, book, gallery.of(sheet), helper, charted, language)
    if gallery is not None:
        gallery.paginate()
    _write_summary(first, styles, title, summary, answers, sheets)
    entries = [
        Entry(
            sheets[name],
            len(tables[name]),
            JOIN[language].join(filter(None, (note(name, language), cut_note(name, tables[name], language)))),
            part_of(name, language),
        )
        for name in shown
    ]
    if drawn:
        entries.insert(0, Entry(CHARTS_TITLE.of(language), None, CHARTS_NOTE.of(language), ""))
    write_contents(contents, styles, title, [*entries, *absent(tables, language)], language)
    _printed(contents, narrow=True)
    book.close()


def _charted(name: str, raw: pd.DataFrame, table: Presented, names: Names) -> pd.DataFrame:
    """Return what a chart is drawn of: the sheet's rows, with the keys by which sensitivities are chosen."""
    frame = table.frame
    if "output" in raw:
        frame = (raw if name == "sensitivity" else frame).assign(
            output=[named_units(output, names) for output in raw["output"].tolist()]
        )
    return frame if table_of(name).charted_whole else frame.head(MOST_CHARTED)


class Styles:
    """The formats of a workbook, made once each."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"italic": True, "font_color": "#595959"})
        self.section = book.add_format({"bold": True, "font_size": 12, "font_color": "#1B4F72"})
        header = {"bold": True, "bg_color": "#1B4F72", "font_color": "#FFFFFF", "text_wrap": True}
        self.header = book.add_format({**header, "valign": "vcenter", "align": "left", "indent": 1})
        self.right = book.add_format({**header, "valign": "vcenter", "align": "right"})
        self.label = book.add_format({**header, "valign": "top"})
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})
        self.text = book.add_format({"align": "left", "indent": 1, "valign": "top"})
        self.wrapped = book.add_format({"align": "left", "indent": 1, "text_wrap": True, "valign": "top"})
        self.link = book.add_format(
            {"font_color": "#1B4F72", "underline": 1, "text_wrap": True, "valign": "top"}
        )
        self.numbers: dict[str, Any] = {}
        self.tiers: dict[int, Any] = {}

    def tier(self, tier: int) -> Any:
        """Return the format of a tier."""
        if tier not in self.tiers:
            ink = "#FFFFFF" if tier in {1, 2, 5, 6, 8} else "#000000"
            self.tiers[tier] = self.book.add_format({"bg_color": TIER_COLOURS[tier - 1], "font_color": ink})
        return self.tiers[tier]

    def number(self, shape: str) -> Any:
        """Return the format of a number."""
        if shape not in self.numbers:
            centred = {"align": "center"} if shape.startswith("[=") else {}
            self.numbers[shape] = self.book.add_format({"num_format": shape, "valign": "top", **centred})
        return self.numbers[shape]


def write_table(
    sheet: Any, styles: Styles, table: Presented, title: str, note: str, language: Language
) -> None:
    """Write title, note, headings and cells; freeze headings and names; colour tiers and probabilities."""
    sheet.write_string(0, 0, title, styles.title)
    if note:
        sheet.write_string(1, 0, note, styles.note)
    columns, headings = table.cells(), table.headings(language)
    widths = []
    for at, (words, column, shapes) in enumerate(zip(headings, columns, table.formats(columns), strict=True)):
        numeric = not any(isinstance(value, str) for value in column)
        width = column_width(words, column, shapes)
        text = styles.wrapped if width >= WIDEST_TEXT else styles.text
        for row, (value, shape) in enumerate(zip(column, shapes, strict=True), HEADER_ROW + 1):
            _write(sheet, row, at, value, styles.number(shape), text)
        sheet.write_string(HEADER_ROW, at, words, styles.right if numeric else styles.header)
        sheet.set_column(at, at, width)
        widths.append(width)
    lines = max(
        (math.ceil(wide(words) / (width - 1)) for words, width in zip(headings, widths, strict=True)),
        default=1,
    )
    sheet.set_row(HEADER_ROW, 15 * min(max(lines, 2), 4) + 3)
    _row_heights(sheet, columns, widths)
    frozen = _frozen(table.columns)
    sheet.freeze_panes(HEADER_ROW + 1, frozen)
    last = HEADER_ROW + max(len(table.frame), 1)
    sheet.autofilter(HEADER_ROW, 0, last, len(headings) - 1)
    _colour(sheet, styles, table.columns, last)
    _printed(sheet, math.ceil(sum(widths) / PAGE_WIDTH), narrow=sum(widths) <= NARROW)
    sheet.repeat_rows(0, HEADER_ROW)
    sheet.repeat_columns(0, frozen - 1)


def _row_heights(sheet: Any, columns: Sequence[Sequence[object]], widths: Sequence[float]) -> None:
    """Give rows with text that wraps the height that it needs; not every program finds it by itself."""
    long = [(column, width) for column, width in zip(columns, widths, strict=True) if width >= WIDEST_TEXT]
    for row, cells in enumerate(zip(*(column for column, _ in long), strict=True), HEADER_ROW + 1):
        lines = max(
            math.ceil((wide(cell) + 2) / (width - 2)) if isinstance(cell, str) else 1
            for cell, (_, width) in zip(cells, long, strict=True)
        )
        if lines > 1:
            sheet.set_row(row, 15 * lines + 1)


def _printed(sheet: Any, pages: int = 1, *, narrow: bool = False) -> None:
    """Print a sheet on A4, so many pages wide, with page numbers; upright where it is narrow."""
    sheet.set_paper(9)
    if narrow:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.fit_to_pages(pages, 0)


def _write(sheet: Any, row: int, column: int, value: object, number: Any, text: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)) and math.isfinite(value):
        sheet.write_number(row, column, value, number)
    else:
        sheet.write_string(row, column, str(value), text)


def column_width(words: str, column: Sequence[object], shapes: Sequence[str]) -> float:
    """Return the width in characters that a column's cells need; a heading may take two lines."""
    texts = [wide(value) + 1 for value in {value for value in column if isinstance(value, str)}]
    alike: dict[str, set[float]] = {}
    for value, shape in zip(column, shapes, strict=True):
        if value is not None and not isinstance(value, str):
            alike.setdefault(shape, set()).add(value)  # type: ignore[arg-type]  # a number
    numbers = [
        wide(shown(value, shape))
        for shape, values in alike.items()
        for value in (values if shape.startswith("[") else (min(values), max(values)))  # none is longer
    ]
    longest = min(max(texts + numbers, default=0) + 2.0, WIDEST_TEXT)
    return max(8.0, longest, min(math.ceil(wide(words) / 2) + 4.0, 20.0))


def _frozen(columns: Sequence[Column]) -> int:
    """Return how many columns on the left stay in view."""
    return 2 if len(columns) > 1 and columns[1].name == "name" else 1


def _colour(sheet: Any, styles: Styles, columns: Sequence[Column], last: int) -> None:
    """Colour the cells of columns as their declarations say."""
    first = HEADER_ROW + 1
    for at, column in enumerate(columns):
        for rule in _rules(column.look, styles):
            sheet.conditional_format(first, at, last, at, rule)


def _rules(look: str, styles: Styles) -> list[dict[str, Any]]:
    """Return the conditional formats of a look."""
    if look == "tier":
        return [
            {"type": "cell", "criteria": "==", "value": tier, "format": styles.tier(tier)}
            for tier in range(1, len(TIER_COLOURS) + 1)
        ]
    whole = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
    if look == "shade":
        return [{"type": "2_color_scale", **whole, "min_color": "#FFFFFF", "max_color": "#2E86C1"}]
    if look in {"bar", "own bar"}:
        bar = {"type": "data_bar", "bar_solid": True, "bar_color": "#AED6F1"}
        return [bar | whole if look == "bar" else bar]
    return []


def _write_summary(
    sheet: Any,
    styles: Styles,
    title: str,
    summary: list[tuple[str, object]],
    answers: Sequence[Answer],
    sheets: Mapping[str, str],
) -> None:
    """Write the facts, and the questions with their answers, each with a link to its sheet."""
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, title, styles.title)
    _printed(sheet)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 110)
    for row, (words, value) in enumerate(summary, 2):
        sheet.write_string(row, 0, words, styles.label)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            sheet.write_number(row, 1, value, styles.book.add_format({"align": "left"}))
        else:
            sheet.write_string(row, 1, str(value), styles.plain)
            _set_height(sheet, row, [str(value)])
    row = len(summary) + 3
    for answer in answers:
        if answer.table in sheets:
            sheet.write_url(row, 0, _link(sheets[answer.table]), styles.link, answer.question)
        else:
            sheet.write_string(row, 0, answer.question, styles.plain)
        sheet.write_string(row, 1, "\n".join(answer.sentences), styles.plain)
        _set_height(sheet, row, answer.sentences)
        row += 1


def _set_height(sheet: Any, row: int, sentences: Sequence[str]) -> None:
    """Give a row of the summary the height of its lines; not every program finds it by itself."""
    lines = sum(max(math.ceil(wide(sentence) / SUMMARY_LINE), 1) for sentence in sentences)
    if lines > 1:
        sheet.set_row(row, 15 * lines + 4)


def _link(name: str) -> str:
    """Return the address of a sheet's first cell."""
    return f"internal:'{name}'!A1"
