"""A workbook looked at before it is parsed: how much it would hold, by what it says of itself.

Readers of workbooks make room for what a file declares: a cell in XFD1048576 is a sheet of 17 thousand
million cells, a table of 4,294,967,295 shared texts as many strings. Such a file takes the machine's memory
or ends the process, so it is refused from its text, read piece by piece.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from tierwise.errors import Problems

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # of any spreadsheet
MOST_CELLS: Final = 30_000_000  # in the rectangle of a sheet from A1 to its last cell
MOST_PARTS: Final = 5_000
MOST_BYTES: Final = 1 << 30  # of all parts, unpacked
MOST_RATIO: Final = 400  # of unpacked to packed, for parts of more than LARGE bytes
LARGE: Final = 64 << 20
PIECE: Final = 1 << 22
LEAST_TEXT: Final = 5  # bytes that the shortest shared text takes: <si/>

# Columns and rows of addresses, as all programs write them; and in their tags, however these are written.
COLUMN: Final = re.compile(rb' r="([A-Za-z]{1,9})')
ROW: Final = re.compile(rb' r="[A-Za-z]{0,9}(\d{1,24})"')
TAG: Final = re.compile(
    rb"""<(?:\w+:)?(?:c|row)\s(?:[^<>]{0,200}\s)?r\s*=\s*["']([A-Za-z]{0,9})(\d{1,24})["']"""
)
UNUSUAL: Final = (
    b"r='",
    *(b"r" + space + b"=" for space in (b" ", b"\t", b"\n", b"\r")),
    *(space + b"r=" for space in (b"\t", b"\n", b"\r")),
    *(b"r=" + space for space in (b" ", b"\t", b"\n", b"\r")),
)
TEXTS: Final = re.compile(rb"""<(?:\w+:)?sst\b[^>]{0,400}?\buniqueCount=["'](\d{1,24})["']""")


def look(content: bytes, file: str) -> bool:
    """Return whether a workbook's cells could be looked at one by one: those of .xlsx and .xlsm can.

    Raises :class:`TierwiseError` I022 for what is too large to be read; ``file`` is the workbook's name.
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return False
    problems = Problems()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _look_at_sizes(archive, file, problems)
        problems.raise_any()
        parts = sheet_parts(archive)
        for name, part in parts.items():
            _look_at_cells(archive, name, part, problems)
        _look_at_texts(archive, file, problems)
    problems.raise_any()
    return bool(parts)


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of the archive that holds each sheet of an .xlsx, by the sheet's name."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return {}
    relations = {
        item.get("Id"): (item.get("Target") or "").lstrip("/")
        for item in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    parts = {}
    for item in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if item.tag.endswith("}sheet"):
            relation = next((value for key, value in item.attrib.items() if key.endswith("}id")), "")
            target = relations.get(relation, "")
            part = target if target.startswith("xl/") else f"xl/{target}"
            if part in names and part.endswith(".xml"):
                parts[item.get("name", "")] = part
    return parts


def column_number(letters: str) -> int:
    """Return the number of a column counted from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _look_at_sizes(archive: zipfile.ZipFile, file: str, problems: Problems) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        problems.add("I022", file, what=f"{len(parts):,} parts", what_zh=f"{len(parts):,} 个部件")
    total = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > LARGE and part.file_size > MOST_RATIO * max(part.compress_size, 1) for part in parts
    )
    if total > MOST_BYTES or swollen:
        size = f"{total >> 20:,} MB"
        problems.add("I022", file, what=f"{size} when unpacked", what_zh=f"解压后 {size}")


def _look_at_cells(archive: zipfile.ZipFile, name: str, part: str, problems: Problems) -> None:
    """Note a cell outside any sheet, or a last row and column that span too many cells."""
    for strict in (False, True):  # what looks like an address in a text is none: the slow look is the judge
        last_row, letters = 1, "A"
        for piece in _pieces(archive, part):
            columns, rows = _addresses(piece, strict or any(way in piece for way in UNUSUAL))
            last_row = max(last_row, *map(int, rows), 1)
            letters = max(letters, *(column.decode().upper() for column in columns), key=column_number)
        last_column = column_number(letters)
        outside = last_row > MOST_ROWS or last_column > MOST_COLUMNS
        if not outside and last_row * last_column <= MOST_CELLS:
            return
    cells = f"A1:{letters}{last_row}"
    problems.add("I022", f"{name}!{letters}{last_row}", what=f"cells {cells}", what_zh=f"区域 {cells}")


def _addresses(piece: bytes, strict: bool) -> tuple[set[bytes], set[bytes]]:
    """Return the columns and rows of the addresses in a piece of a sheet, blank columns for those of rows."""
    if strict:
        known = {*TAG.findall(piece)}
        return {b"A", *(column for column, _ in known)}, {row for _, row in known}
    return {b"A", *COLUMN.findall(piece)}, {*ROW.findall(piece)}


def _look_at_texts(archive: zipfile.ZipFile, file: str, problems: Problems) -> None:
    part = next((name for name in archive.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
    if part is None:
        return
    with archive.open(part) as stream:
        declared = TEXTS.search(stream.read(4096))
    count = int(declared[1]) if declared else 0
    if count > archive.getinfo(part).file_size // LEAST_TEXT + 1:
        problems.add("I022", file, what=f"{count:,} shared texts", what_zh=f"{count:,} 个共享文本")


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield a part in pieces that overlap by a tag; raise where it is longer than it says."""
    tail, rest = b"", archive.getinfo(part).file_size
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            rest -= len(piece)
            if rest < 0:
                raise zipfile.BadZipFile(part)
            yield tail + piece
            tail = piece[-512:]
