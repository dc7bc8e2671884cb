"""Workbooks and CSV files, read into sheets."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tierwise.errors import Problem, Problems, TierwiseError, located, problem
from tierwise.inputs.cells import MergedRange, grids
from tierwise.inputs.encodings import UTF_16, decoded, sample, suggestion
from tierwise.inputs.looks import MOST_BYTES, look
from tierwise.inputs.sheet import Sheet, address
from tierwise.inputs.unread import has_errors, unread_cells
from tierwise.inputs.years import name_and_year
from tierwise.outputs.files import DAMAGED
from tierwise.words.language import Language, is_chinese

WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

# The sheets of a workbook by their Chinese names (compared in lower case).
SHEET_SYNONYMS = {
    "data": "Data",
    "数据": "Data",
    "指标数据": "Data",
    "framework": "Framework",
    "指标体系": "Framework",
    "框架": "Framework",
    "experts": "Experts",
    "专家": "Experts",
    "专家打分": "Experts",
    "history": "History",
    "历史": "History",
    "历年排名": "History",
    "comparisons": "Comparisons",
    "判断矩阵": "Comparisons",
    "两两比较": "Comparisons",
    "judgements": "Judgements",
    "judgments": "Judgements",
    "判断": "Judgements",
    "专家判断": "Judgements",
    "权重判断": "Judgements",
    "scenario": "Scenario",
    "方案": "Scenario",
    "设置": "Scenario",
    "settings": "Scenario",
    "scenarios": "Scenarios",
    "方案表": "Scenarios",
    "topics": "Topics",
    "专题": "Topics",
    "lists": "Lists",
    "榜单": "Lists",
    "national": "National",
    "全国": "National",
    "全国数据": "National",
    "counts": "Counts",
    "往年数量": "Counts",
    "units": "Units",
    "单位对应": "Units",
}

# Those of which a year may have its own.
YEARLY: Final = ("Data", "Framework", "Experts", "Comparisons", "Judgements", "National")

# What tierwise calls them in Chinese.
CHINESE_SHEETS: Final = {
    "Data": "数据", "Framework": "指标体系", "Experts": "专家打分", "Comparisons": "判断矩阵",
    "Judgements": "判断", "History": "历年排名", "Scenario": "方案", "Scenarios": "方案表",
    "Topics": "专题", "Lists": "榜单", "National": "全国", "Counts": "往年数量", "Units": "单位对应",
}  # fmt: skip


def input_sheet(name: str) -> str:
    """Return the input sheet that a name means (数据, 专家打分表 …), blank for none."""
    word = name.strip().lower()
    return SHEET_SYNONYMS.get(word) or SHEET_SYNONYMS.get(word.removesuffix("表"), "")


def sheet_key(name: str) -> str:
    """Return the input sheet that a name means, its year behind it (数据2018 is Data2018); blank for none."""
    if word := input_sheet(name):
        return word
    bare, year = name_and_year(name)
    word = input_sheet(bare)
    return f"{word}{year}" if year is not None and word in YEARLY else ""


def language_of_headings(sheets: Mapping[str, Sheet]) -> Language | None:
    """Return the language of the headings of some sheets, None where there are none."""
    headings = "".join(heading for sheet in sheets.values() for heading in sheet.header)
    if is_chinese(headings):
        return "zh"
    return "en" if headings else None


def no_sheet(path: str | Path, name: str) -> Problem:
    """Return the problem that a workbook lacks an input sheet."""
    return problem("I005", str(path), sheet=name, sheet_zh=CHINESE_SHEETS[name])


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises :class:`TierwiseError` I001 (missing), I002 (held, not readable), I003 (a folder), I022 (too
    large), I024 (a pipe or device, which would be waited for).
    """
    try:
        known = path.stat()
        if not stat.S_ISREG(known.st_mode) and not stat.S_ISDIR(known.st_mode):
            raise TierwiseError(problem("I024", str(path)))
        if known.st_size > MOST_BYTES:
            size = f"{known.st_size >> 20:,} MB"
            raise TierwiseError(problem("I022", str(path), what=size, what_zh=size))
        return path.read_bytes()
    except TierwiseError:
        raise
    except (FileNotFoundError, ValueError):  # a name that no file can have is a ValueError
        raise TierwiseError(problem("I001", str(path))) from None
    except IsADirectoryError:
        raise TierwiseError(problem("I003", str(path))) from None
    except OSError as error:
        raise TierwiseError(problem("I002", str(path), reason=error.strerror or str(error))) from None


class Book(NamedTuple):
    """The input sheets of a workbook by their English names, and all its sheets that hold anything."""

    sheets: dict[str, Sheet]
    filled: tuple[str, ...]


def read_workbook(path: str | Path, noted: Problems | None = None) -> dict[str, Sheet]:
    """Return the sheets of a workbook that tierwise knows by their English names; see :func:`read_book`."""
    return read_book(path, noted).sheets


def read_book(path: str | Path, noted: Problems | None = None) -> Book:
    """Return what a workbook holds.

    Raises :class:`TierwiseError` I003 when the file is no workbook, I011 for merged cells under a heading,
    I015 for error cells in a format that does not tell where they are, I021 for two sheets of one thing,
    I022 and I023 for one that takes too much memory. I011 and I021 are noted in ``noted`` where it is given,
    so that what else is wrong is found as well. Cells that hold a spreadsheet error are kept as their text
    (``#N/A``), formulas that were never calculated as the formula, so that neither is taken for a blank.
    """
    path = Path(path)
    content = read_bytes(path)
    try:
        with located(lambda _: str(path)):
            made = grids(content, alone=not look(content, path.name))
        unread, errors = unread_cells(content), has_errors(content)
    except TierwiseError:
        raise
    except DAMAGED:
        raise TierwiseError(problem("I003", str(path))) from None
    problems = Problems()
    if errors:
        problems.add("I015", str(path))
    sheets: dict[str, Sheet] = {}
    for name, grid in made.items():
        word = sheet_key(name)
        if not word:
            continue
        if word in sheets:
            problems.add("I021", name, first=sheets[word].name)
            continue
        for row, column, value in unread.get(name, []):
            if row < len(grid.cells) and column < len(grid.cells[row]):
                grid.cells[row][column] = value
        sheets[word] = Sheet.from_cells(name, grid.cells, path.name)
        _refuse_merged(sheets[word], grid.merged, problems)
    if noted is None or errors:
        problems.raise_any()
    else:
        noted.extend(problems.found)
    return Book(sheets, tuple(name for name, grid in made.items() if grid.cells))


def _refuse_merged(sheet: Sheet, ranges: list[MergedRange], problems: Problems) -> None:
    """Note merged cells under a heading: all but the first of them are blank, and would pass for missing."""
    for (top, left), (bottom, right) in ranges:
        if bottom > 0 and any(sheet.header[left : right + 1]):
            cells = f"{address(top, left)}:{address(bottom, right)}"
            problems.add("I011", f"{sheet.name}!{cells}")


def read_csv(path: str | Path, encoding: str | None = None, guessed: Problems | None = None) -> Sheet:
    """Return a CSV file as a sheet named after the file.

    Its encoding is the one given, else UTF-8 with or without BOM, UTF-16 with one, or the one that its bytes
    speak for alone (GB18030, Big5, Shift_JIS, Korean or Western); this is noted in ``guessed`` (I020).
    Separators are commas, semicolons or tabs, by the first line. Cells stay text; numbers are read where a
    number is expected.

    Raises :class:`TierwiseError` I004 (no CSV), I012 (quotes that do not match), I013 (cells beyond the last
    heading: most likely a separator inside a text), I018 (a doubtful encoding), I019 (a field too long),
    I025 (an encoding that is unknown or not the file's).
    """
    path = Path(path)
    content = read_bytes(path)
    text = _text(content, path, encoding, guessed)
    first = text.partition("\n")[0]
    problems = Problems()
    rows = csv_rows(text, max(",;\t", key=first.count), path.name, problems)
    for number, row in enumerate(rows, 1):
        width = len(rows[0])
        if any(cell.strip() for cell in row[width:]):
            problems.add("I013", f"{path.name}!{number}", found=len(row), expected=width)
    problems.raise_any()
    return Sheet.from_cells(path.name, rows, path.name)


def csv_rows(text: str, separator: str, name: str, problems: Problems) -> list[list[str]]:
    """Return the rows of a CSV text up to the first that cannot be read; why, is noted: I012, I019."""
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        place = f"{name}!{len(rows) + 1}"
        if "field limit" in str(error):
            problems.add("I019", place, limit=f"{csv.field_size_limit():,}")
        else:
            problems.add("I012", place, reason=str(error))
    return rows


def _text(content: bytes, path: Path, encoding: str | None, guessed: Problems | None) -> str:
    """Return the text of a CSV file; raise I004, I018 or I025."""
    wide = content.startswith(UTF_16)
    if content[:4] == b"PK\x03\x04" or (b"\0" in content and not wide and encoding is None):
        raise TierwiseError(problem("I004", str(path)))
    try:
        read = decoded(content, encoding)
    except LookupError:
        read = None
    if read is None and encoding is not None:
        raise TierwiseError(problem("I025", str(path), encoding=encoding))
    if read is None:
        guess = suggestion(content)
        en, zh = (f", perhaps {guess}", f"，可能是 {guess}") if guess else ("", "")
        raise TierwiseError(problem("I018", str(path), guess=en, guess_zh=zh))
    if encoding is None and read.encoding != "utf-8" and guessed is not None:
        word = sample(read.text)
        en, zh = (f" (for instance “{word}”)", f"（例如“{word}”）") if word else ("", "")
        guessed.add("I020", path.name, encoding=read.encoding, sample=en, sample_zh=zh)
    return read.text
