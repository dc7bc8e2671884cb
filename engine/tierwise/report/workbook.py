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
from tierwise.report.charts import CHARTS, WHOLE
from tierwise.report.gallery import Gallery
from tierwise.report.presented import Names, named_units, presented
from tierwise.words.formats import formats, shown, wide
from tierwise.words.headings import heading, sheet_names
from tierwise.words.language import Language
from tierwise.words.notes import note

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.report.answers import Answer

__all__ = ["records", "write_workbook"]

WIDEST = 16_384
LONGEST = 1_048_576 - HEADER_ROW - 1
MOST_CHARTED = 120  # rows of a chart; more units are no picture
WIDEST_TEXT = 60.0  # characters of a column; longer text wraps
PAGE_WIDTH = 230.0  # characters on a printed page that can still be read
MOST_CELLS = 400_000  # a sheet larger than this opens slowly; its table is in tables/*.csv


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
    """Write the results workbook: a summary with links, the charts, then a sheet for each table.

    Args:
        path: the file.
        tables: the tables, in the order of their sheets.
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
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"title": title, "created": dt.datetime(2000, 1, 1)})  # no clock in it
    styles = Styles(book)
    known = names or Names()
    raw = {name: frame for name, frame in tables.items() if fits(frame)}
    shown = {name: presented(name, frame, known, language) for name, frame in raw.items()}
    sheets = sheet_names(["summary", "charts", *raw], language)
    contents = book.add_worksheet(sheets["summary"])
    drawn = [name for name in shown if name in CHARTS]
    gallery = Gallery(book.add_worksheet(sheets["charts"]), styles.section) if drawn else None
    if gallery is not None:
        gallery.sheet.write_string(0, 0, title, styles.title)
        _printed(gallery.sheet)
    helper = Helper(book)
    for name, frame in shown.items():
        sheet = book.add_worksheet(sheets[name])
        write_table(sheet, styles, frame, title, note(name, language, of_draws), language)
        if gallery is not None and name in CHARTS:
            charted = _charted(name, raw[name], frame, known)
            CHARTS[name](book, gallery.of(sheet), helper, charted, language)
    if gallery is not None:
        gallery.paginate()
    listed = [*(["charts"] if drawn else []), *shown]
    _write_summary(
        contents, styles, title, summary, answers, {name: sheets[name] for name in listed}, language
    )
    book.close()


def _charted(name: str, raw: pd.DataFrame, shown: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return what a chart is drawn of: the sheet's rows, with the keys by which sensitivities are chosen."""
    if "output" in raw:
        shown = (raw if name == "sensitivity" else shown).assign(
            output=[named_units(output, names) for output in raw["output"].tolist()]
        )
    return shown if name in WHOLE else shown.head(MOST_CHARTED)


def fits(frame: pd.DataFrame) -> bool:
    """Tell whether a table is a sheet that opens at once."""
    return len(frame.columns) <= WIDEST and len(frame) <= LONGEST and frame.size <= MOST_CELLS


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

    def number(self, shape: str) -> Any:
        """Return the format of a number."""
        if shape not in self.numbers:
            centred = {"align": "center"} if shape.startswith("[") else {}
            self.numbers[shape] = self.book.add_format({"num_format": shape, "valign": "top", **centred})
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
    widths = []
    every = zip(names, columns, formats(dict(zip(names, columns, strict=True))), strict=True)
    for at, (name, column, shapes) in enumerate(every):
        words = heading(name, language)
        numeric = not any(isinstance(value, str) for value in column)
        width = column_width(words, column, shapes)
        text = styles.wrapped if width >= WIDEST_TEXT else styles.text
        for row, (value, shape) in enumerate(zip(column, shapes, strict=True), HEADER_ROW + 1):
            _write(sheet, row, at, value, styles.number(shape), text)
        sheet.write_string(HEADER_ROW, at, words, styles.right if numeric else styles.header)
        sheet.set_column(at, at, width)
        widths.append(width)
    lines = max(
        (
            math.ceil(wide(heading(name, language)) / (width - 1))
            for name, width in zip(names, widths, strict=True)
        ),
        default=1,
    )
    sheet.set_row(HEADER_ROW, 15 * min(max(lines, 2), 4) + 3)
    _row_heights(sheet, columns, widths)
    sheet.freeze_panes(HEADER_ROW + 1, _frozen(names))
    last = HEADER_ROW + max(len(frame), 1)
    sheet.autofilter(HEADER_ROW, 0, last, len(names) - 1)
    _colour(sheet, styles, names, last)
    _printed(sheet, math.ceil(sum(widths) / PAGE_WIDTH))
    sheet.repeat_rows(0, HEADER_ROW)
    sheet.repeat_columns(0, _frozen(names) - 1)


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


def _printed(sheet: Any, pages: int = 1) -> None:
    """Print a sheet on A4, landscape, so many pages wide, with page numbers."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.fit_to_pages(pages, 0)


def records(frame: pd.DataFrame) -> list[list[object]]:
    """Return the rows of a frame as people read them: None where there is no value, ∞, ★ for a first."""
    plain = frame.astype(object).where(frame.notna(), None)
    plain = plain.mask(plain == math.inf, "∞").mask(plain == -math.inf, "-∞")
    cells: list[list[object]] = plain.to_numpy().tolist()
    if "first_in_group" in frame:
        at = [*frame.columns].index("first_in_group")
        for row in cells:
            row[at] = "★" if row[at] else None
    return cells


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
    cells = [
        wide(value) + 1 if isinstance(value, str) else wide(shown(value, shape))
        for value, shape in zip(column, shapes, strict=True)
        if value is not None
    ]
    longest = min(max(cells, default=0) + 2.0, WIDEST_TEXT)
    return max(8.0, longest, min(math.ceil(wide(words) / 2) + 4.0, 20.0))


def _frozen(names: list[str]) -> int:
    """Return how many columns on the left stay in view."""
    return 2 if names[:2] == ["code", "name"] or names[1:2] == ["name"] else 1


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
    sheet: Any,
    styles: Styles,
    title: str,
    summary: list[tuple[str, object]],
    answers: Sequence[Answer],
    sheets: Mapping[str, str],
    language: Language,
) -> None:
    """Write the facts, the questions with their answers, and the list of ``sheets`` with links."""
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
    row = len(summary) + 3
    for answer in answers:
        if answer.table in sheets:
            sheet.write_url(row, 0, _link(sheets[answer.table]), styles.link, answer.question)
        else:
            sheet.write_string(row, 0, answer.question, styles.plain)
        sheet.write_string(row, 1, "\n".join(answer.sentences), styles.plain)
        lines = sum(math.ceil(wide(sentence) / 106) for sentence in answer.sentences)
        sheet.set_row(row, 15 * lines + 4)
        row += 1
    row += bool(answers)
    for table, name in sheets.items():
        sheet.write_url(row, 0, _link(name), styles.link, name)
        sheet.write_string(row, 1, note(table, language), styles.plain)
        row += 1


def _link(name: str) -> str:
    """Return the address of a sheet's first cell."""
    return f"internal:'{name}'!A1"
