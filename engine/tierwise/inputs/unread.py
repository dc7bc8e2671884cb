"""Cells that a reader of workbooks gives as blanks although they are none: errors, uncalculated formulas.

A blank would pass for a missing value.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from tierwise.inputs.looks import column_number, sheet_parts

# An error cell, or a formula that nothing stands behind.
UNREAD: Final = re.compile(rb"""t=["']e["']|(?:</f>|<f[^>]*/>)(?:<v></v>|<v ?/>)?</c>""")
COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how an .xls begins
FORMULA, BOOLEAN_OR_ERROR = 0x0006, 0x0205  # its records


def unread_cells(content: bytes) -> dict[str, list[tuple[int, int, str]]]:
    """Return (row, column, text) of the cells of an .xlsx without a value, by sheet, rows and columns from 0.

    Error cells have their error as text, formulas that were never calculated the formula. Calamine gives
    both as blanks, and a blank would pass for a missing value.
    """
    cells: dict[str, list[tuple[int, int, str]]] = {}
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return cells
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name, part in sheet_parts(archive).items():
            if UNREAD.search(xml := archive.read(part)):
                cells[name] = [*_unread_cells_of(xml)]
    return cells


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
        yield int(place[2]) - 1, column_number(place[1]) - 1, shown


def has_errors(content: bytes) -> bool:
    """Tell whether an .ods or .xls workbook holds error cells, whose places its format keeps to itself."""
    if content.startswith(COMPOUND):
        return any(_is_error(kind, record) for kind, record in _records(content))
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "content.xml" in archive.namelist() and b'value-type="error"' in archive.read("content.xml")


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and bytes of each record of an .xls (BIFF8: two little-endian words, then the record)."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as file:
        name = next((name for name in ("Workbook", "Book") if file.exists(name)), None)
        stream = file.openstream(name).read() if name else b""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _is_error(kind: int, record: bytes) -> bool:
    """Tell whether a record is a cell with an error, or a formula whose result is one."""
    if kind == BOOLEAN_OR_ERROR:
        return record[7:8] == b"\x01"
    return kind == FORMULA and record[6:7] == b"\x02" and record[12:14] == b"\xff\xff"
