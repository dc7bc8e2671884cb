"""Workbooks and CSV files, read into sheets."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from tierwise.errors import TierwiseError, problem
from tierwise.values.sheet import Sheet

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


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; raise :class:`TierwiseError` I001 (missing) or I002 (held, not readable)."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise TierwiseError(problem("I001", str(path))) from None
    except IsADirectoryError:
        raise TierwiseError(problem("I003", str(path))) from None
    except OSError as error:
        raise TierwiseError(problem("I002", str(path), reason=error.strerror or str(error))) from None


def read_workbook(path: str | Path) -> dict[str, Sheet]:
    """Return the sheets of a workbook that tierwise knows, by their English names.

    Raises :class:`TierwiseError` I003 when the file is no workbook. Cells that hold a spreadsheet error
    are kept as their text (``#N/A``), so that they are never taken for blanks.
    """
    from python_calamine import CalamineError, load_workbook

    path = Path(path)
    content = read_bytes(path)
    try:
        book = load_workbook(io.BytesIO(content))
        grids = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError):
        raise TierwiseError(problem("I003", str(path))) from None
    errors = error_cells(content)
    sheets = {}
    for name, grid in grids.items():
        word = SHEET_SYNONYMS.get(name.strip().lower())
        if word is None or word in sheets:
            continue
        for row, column, value in errors.get(name, []):
            grid[row][column] = value
        sheets[word] = Sheet.from_cells(name, grid, path.name)
    return sheets


def error_cells(content: bytes) -> dict[str, list[tuple[int, int, str]]]:
    """Return (row, column, text) of the error cells of an .xlsx by sheet, rows and columns from 0.

    Calamine gives error cells as blanks, and a blank would pass for a missing value.
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
            if part in names and b't="e"' in (xml := archive.read(part)):
                found[item.get("name", "")] = [*_error_cells_of(xml)]
    return found


def _error_cells_of(xml: bytes) -> list[tuple[int, int, str]]:
    cells = []
    for item in ElementTree.fromstring(xml).iter():
        if item.tag.endswith("}c") and item.get("t") == "e":
            letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", item.get("r", "A1")).groups()  # type: ignore[union-attr]  # the format's own pattern
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - ord("A") + 1
            value = next((child.text for child in item if child.tag.endswith("}v")), None)
            cells.append((int(digits) - 1, column - 1, value or "#VALUE!"))
    return cells


def read_csv(path: str | Path) -> Sheet:
    """Return a CSV file as a sheet named after the file: UTF-8 with or without BOM, else GB18030.

    Separators are commas, semicolons or tabs, by the first line. Cells stay text; numbers are read where
    a number is expected.
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
    rows = [*csv.reader(io.StringIO(decoded, newline=""), delimiter=separator)]
    return Sheet.from_cells(path.name, rows, path.name)


def sheet_names(path: str | Path) -> list[str]:
    """Return the names of all sheets of a workbook, in order."""
    from python_calamine import load_workbook

    return [*load_workbook(io.BytesIO(read_bytes(Path(path)))).sheet_names]
