"""Workbooks and CSV files, read into sheets."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree

from tierwise.errors import Problems, TierwiseError, problem
from tierwise.values.sheet import Sheet, address

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
# An error cell, or a formula that nothing stands behind.
UNREAD = re.compile(rb"""t=["']e["']|(?:</f>|<f[^>]*/>)(?:<v></v>|<v ?/>)?</c>""")
INPUT_SHEETS = ("Data", "Framework", "Experts", "Comparisons", "History", "Scenario")


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


def read_workbook(path: str | Path) -> dict[str, Sheet]:
    """Return the sheets of a workbook that tierwise knows, by their English names.

    Raises :class:`TierwiseError` I003 when the file is no workbook, I011 for merged cells under a heading.
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
        unread = unread_cells(content)
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, ValueError, OSError):
        raise TierwiseError(problem("I003", str(path))) from None
    problems = Problems()
    sheets = {}
    for name, grid in grids.items():
        word = SHEET_SYNONYMS.get(name.strip().lower())
        if word is None or word in sheets:
            continue
        for row, column, value in unread.get(name, []):
            if row < len(grid) and column < len(grid[row]):
                grid[row][column] = value
        sheets[word] = Sheet.from_cells(name, grid, path.name)
        _refuse_merged(sheets[word], merged[name], problems)
    problems.raise_any()
    return sheets


def _refuse_merged(sheet: Sheet, ranges: list[MergedRange], problems: Problems) -> None:
    """Note merged cells under a heading: all but the first of them are blank, and would pass for missing."""
    for (top, left), (bottom, right) in ranges:
        if bottom > 0 and any(sheet.header[left : right + 1]):
            cells = f"{address(top, left)}:{address(bottom, right)}"
            problems.add("I011", f"{sheet.name}!{cells}")


def unread_cells(content: bytes) -> dict[str, list[tuple[int, int, str]]]:
    """Return (row, column, text) of the cells of an .xlsx without a value, by sheet, rows and columns from 0.

    Error cells have their error as text, formulas that were never calculated the formula. Calamine gives
    both as blanks, and a blank would pass for a missing value.
    """
    found: dict[str, list[tuple[int, int, str]]] = {}
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return found
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
            return found
        relations = {
            item.get("Id"): (item.get("Target") or "").lstrip("/")
            for item in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
        for item in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
            if not item.tag.endswith("}sheet"):
                continue
            relation = next((value for key, value in item.attrib.items() if key.endswith("}id")), "")
            target = relations.get(relation, "")
            part = target if target.startswith("xl/") else f"xl/{target}"
            if part in names and UNREAD.search(xml := archive.read(part)):
                found[item.get("name", "")] = [*_unread_cells_of(xml)]
    return found


def _unread_cells_of(xml: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield (row, column, text) of a sheet's error cells and uncalculated formulas."""
    for item in ElementTree.fromstring(xml).iter():
        place = re.fullmatch(r"([A-Z]+)(\d+)", item.get("r", ""))
        if not item.tag.endswith("}c") or place is None:
            continue
        parts = {child.tag.rpartition("}")[2]: child.text or "" for child in item}
        if item.get("t") == "e":
            shown = parts.get("v") or "#VALUE!"
        elif "f" in parts and not parts.get("v") and item.get("t", "n") == "n":
            shown = f"={parts['f']}"
        else:
            continue
        column = 0
        for letter in place[1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        yield int(place[2]) - 1, column - 1, shown


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


def sheet_names(path: str | Path) -> list[str]:
    """Return the names of all sheets of a workbook, in order."""
    from python_calamine import load_workbook

    return [*load_workbook(io.BytesIO(read_bytes(Path(path)))).sheet_names]
