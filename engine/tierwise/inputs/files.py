"""Workbooks and CSV files, read into sheets."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree

from tierwise.errors import Problems, TierwiseError, problem
from tierwise.inputs.sheet import Sheet, address
from tierwise.inputs.unread import has_errors, unread_cells

MergedRange: TypeAlias = tuple[tuple[int, int], tuple[int, int]]  # first and last cell

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
    "scenario": "Scenario",
    "方案": "Scenario",
    "设置": "Scenario",
}
INPUT_SHEETS = ("Data", "Framework", "Experts", "Comparisons", "History", "Scenario")


def input_sheet(name: str) -> str:
    """Return the input sheet that a name means (数据, 专家打分表 …), blank for none."""
    word = name.strip().lower()
    return SHEET_SYNONYMS.get(word) or SHEET_SYNONYMS.get(word.removesuffix("表"), "")


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; raise :class:`TierwiseError` I001 (missing) or I002 (held, not readable)."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, ValueError):  # a name that no file can have is a ValueError
        raise TierwiseError(problem("I001", str(path))) from None
    except IsADirectoryError:
        raise TierwiseError(problem("I003", str(path))) from None
    except OSError as error:
        raise TierwiseError(problem("I002", str(path), reason=error.strerror or str(error))) from None


def read_workbook(path: str | Path, noted: Problems | None = None) -> dict[str, Sheet]:
    """Return the sheets of a workbook that tierwise knows, by their English names.

    Raises :class:`TierwiseError` I003 when the file is no workbook, I011 for merged cells under a heading,
    I015 for error cells in a format that does not tell where they are. I011 is noted in ``noted`` where it is
    given, so that what else is wrong is found as well.
    Cells that hold a spreadsheet error are kept as their text (``#N/A``), formulas that were never calculated
    as the formula, so that neither is taken for a blank.
    """
    from python_calamine import CalamineError, load_workbook

    path = Path(path)
    content = read_bytes(path)
    try:
        book = load_workbook(io.BytesIO(content))
        grids, merged = {}, {}
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            grids[name] = sheet.to_python(skip_empty_area=False)
            merged[name] = sheet.merged_cell_ranges or []
        unread, errors = unread_cells(content), has_errors(content)
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, ValueError, OSError):
        raise TierwiseError(problem("I003", str(path))) from None
    problems = Problems()
    if errors:
        problems.add("I015", str(path))
    sheets = {}
    for name, grid in grids.items():
        word = input_sheet(name)
        if not word or word in sheets:
            continue
        for row, column, value in unread.get(name, []):
            if row < len(grid) and column < len(grid[row]):
                grid[row][column] = value
        sheets[word] = Sheet.from_cells(name, grid, path.name)
        _refuse_merged(sheets[word], merged[name], problems)
    if noted is None or errors:
        problems.raise_any()
    else:
        noted.extend(problems.found)
    return sheets


def _refuse_merged(sheet: Sheet, ranges: list[MergedRange], problems: Problems) -> None:
    """Note merged cells under a heading: all but the first of them are blank, and would pass for missing."""
    for (top, left), (bottom, right) in ranges:
        if bottom > 0 and any(sheet.header[left : right + 1]):
            cells = f"{address(top, left)}:{address(bottom, right)}"
            problems.add("I011", f"{sheet.name}!{cells}")


def read_csv(path: str | Path) -> Sheet:
    """Return a CSV file as a sheet named after the file: UTF-8 with or without BOM, else GB18030.

    Separators are commas, semicolons or tabs, by the first line. Cells stay text; numbers are read where
    a number is expected. Raises :class:`TierwiseError` I004 (no CSV), I012 (quotes that do not match), I013
    (cells beyond the last heading: most likely a separator inside a text).
    """
    path = Path(path)
    content = read_bytes(path)
    if content[:4] == b"PK\x03\x04" or b"\0" in content:
        raise TierwiseError(problem("I004", str(path)))
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            decoded = content.decode("gb18030")
        except UnicodeDecodeError:
            raise TierwiseError(problem("I004", str(path))) from None
    first = decoded.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    problems = Problems()
    try:
        for row in reader:
            rows.append(row)
            found, width = len(row), len(rows[0])
            if any(cell.strip() for cell in row[width:]):
                problems.add("I013", f"{path.name}!{len(rows)}", found=found, expected=width)
    except csv.Error as error:
        problems.add("I012", f"{path.name}!{len(rows) + 1}", reason=str(error))
    problems.raise_any()
    return Sheet.from_cells(path.name, rows, path.name)


def sheet_names(path: str | Path, filled: bool = False) -> list[str]:
    """Return the names of all sheets of a workbook, in order, or of those that hold anything."""
    from python_calamine import load_workbook

    book = load_workbook(io.BytesIO(read_bytes(Path(path))))
    return [name for name in book.sheet_names if not filled or book.get_sheet_by_name(name).to_python()]
