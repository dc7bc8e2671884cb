"""What stands where in results.xlsx: main sheets first, long ones cut, and the sheet that lists them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tierwise.tables.registry import SECTIONS, table_of
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

ORDER: Final = ("list", "groups", "topics", "robustness", "cuts", "panel", "what if", "tiers", "audit")
MOST_CELLS: Final = 400_000  # a sheet larger than this opens slowly; its table is in tables/*.csv
MOST_ROWS: Final = 1000  # of a sheet that is not among the main ones
PRINTED_WHOLE: Final = 60  # rows of such a sheet that are all printed
PRINTED_ROWS: Final = 30  # of a longer one: a page
WIDEST: Final = 16_384
HEADS: Final = (Text("Sheet", "工作表"), Text("Rows", "行数"), Text("What it holds", "内容"))
FURTHER: Final = Text("Details, sweeps and audits", "明细、扫描与审查")
CUT: Final = Text("the first {} of {} rows; all stand in tables/{}.csv", "仅列{}行，共{}行，见tables/{}.csv")
PRINTED: Final = Text("prints its first {} rows", "打印时仅印前{}行")
ABSENT: Final = Text("too large for a sheet: tables/{}.csv", "过大，未列入工作簿，见tables/{}.csv")


def in_order(tables: Iterable[str]) -> list[str]:
    """Return tables as their sheets follow each other: those of the page by their parts, then the others."""
    parts = [*ORDER, *(section for section in SECTIONS if section not in ORDER)]

    def place(name: str) -> tuple[bool, int, float]:
        declared = table_of(name)
        section = parts.index(declared.section) if declared.section in parts else len(parts)
        return not declared.place, section, declared.place

    return sorted(tables, key=place)


def fits(frame: pd.DataFrame) -> bool:
    """Tell whether some rows of a table are a sheet."""
    return len(frame.columns) <= WIDEST


def rows_kept(name: str, frame: pd.DataFrame) -> int:
    """Return how many rows of a table its sheet holds: all of a main one, if it opens at once."""
    declared = table_of(name)
    most = MOST_CELLS // max(len(frame.columns), 1)
    if not declared.place and not declared.charted_whole:
        most = min(most, MOST_ROWS)
    return min(len(frame), most)


def cut_note(name: str, frame: pd.DataFrame, language: Language) -> str:
    """Return what a sheet says of the rows that it leaves out, blank where it holds all."""
    kept = rows_kept(name, frame)
    return CUT.of(language).format(kept, len(frame), name) if kept < len(frame) else ""


def rows_printed(name: str, rows: int) -> int:
    """Return how many rows of a sheet are printed: all of a main one, the first of a long other one."""
    return rows if table_of(name).place or rows <= PRINTED_WHOLE else PRINTED_ROWS


def print_note(name: str, rows: int, language: Language) -> str:
    """Return what a sheet says of the rows that are not printed, blank where all are."""
    printed = rows_printed(name, rows)
    return PRINTED.of(language).format(printed) if printed < rows else ""


@dataclass(frozen=True)
class Entry:
    """A line of the contents: a sheet, or with a blank one a table that none holds."""

    sheet: str
    rows: int | None
    words: str
    part: str


def part_of(name: str, language: Language) -> str:
    """Return under which heading of the contents a table stands."""
    declared = table_of(name)
    if not declared.place or declared.section not in SECTIONS:
        return FURTHER.of(language)
    return SECTIONS[declared.section].of(language).partition("（`")[0].partition(" (`")[0]


def write_contents(sheet: Any, styles: Any, title: str, entries: Sequence[Entry], language: Language) -> None:
    """Write the sheets with links, part by part: name, rows, what each holds."""
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, title, styles.title)
    for column, (head, width) in enumerate(zip(HEADS, (34, 8, 90), strict=True)):
        sheet.write_string(2, column, head.of(language), styles.header)
        sheet.set_column(column, column, width)
    row, part = 3, ""
    for entry in entries:
        if entry.part != part:
            part = entry.part
            sheet.write_string(row, 0, part, styles.section)
            row += 1
        if entry.sheet:
            sheet.write_url(row, 0, f"internal:'{entry.sheet}'!A1", styles.link, entry.sheet)
        if entry.rows is not None:
            sheet.write_number(row, 1, entry.rows, styles.number("#,##0"))
        sheet.write_string(row, 2, entry.words, styles.plain)
        row += 1
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)


def absent(tables: Mapping[str, pd.DataFrame], language: Language) -> list[Entry]:
    """Return the lines of tables that are no sheets."""
    return [
        Entry("", len(frame), ABSENT.of(language).format(name), part_of(name, language))
        for name, frame in tables.items()
        if not fits(frame)
    ]
