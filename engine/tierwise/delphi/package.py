"""Sheets put into a copy of a workbook, all else of it left as it is, byte for byte.

Libraries that load and save a workbook drop what they do not know (charts, pictures, results of formulas);
here only the sheets named are written, and the three lists of parts that name them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tierwise.errors import TierwiseError, problem
from tierwise.inputs.sheet import Cell, address
from tierwise.outputs.files import DAMAGED, written
from tierwise.words.visible import visible_lines

__all__ = ["BOOK", "RELATIONS", "TYPES", "attribute"]

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
BOOK, RELATIONS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
CHAIN: Final = "xl/calcChain.xml"  # the order of formulas, which a spreadsheet makes anew
LONGEST: Final = 32_767


def put_sheets(
    source: Path,
    out: Path,
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    edits: Mapping[str, Callable[[bytes], bytes]] | None = None,
) -> None:
    """Write a copy of the workbook ``source`` to ``out`` in which ``sheets`` are new or replaced.

    ``edits`` give the part of other sheets, by name, as it is to be (:mod:`tierwise.renewal.cells`).

    Raises :class:`TierwiseError` I003 (``source`` is no such workbook), I007 (``out`` cannot be written).
    """
    try:
        with zipfile.ZipFile(source) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        book, relations, types = (parts[name].decode("utf-8-sig") for name in (BOOK, RELATIONS, TYPES))
    except DAMAGED:
        raise TierwiseError(problem("I003", str(source))) from None
    for name, rows in sheets.items():
        part = _part(book, relations, name)
        if part is not None:
            folder, _, file = part.rpartition("/")
            parts.pop(f"{folder}/_rels/{file}.rels", None)
        else:
            book, relations, types, part = _added(book, relations, types, name, parts)
        parts[part] = _sheet(rows)
    for name, edit in (edits or {}).items():
        part = _part(book, relations, name)
        assert part is not None, name
        parts[part] = edit(parts[part])
    if CHAIN in parts:
        del parts[CHAIN]
        relations = re.sub(r"<(?:\w+:)?Relationship\b[^>]*calcChain[^>]*?/>", "", relations)
        types = re.sub(r"<(?:\w+:)?Override\b[^>]*calcChain[^>]*?/>", "", types)
    parts |= {BOOK: book.encode(), RELATIONS: relations.encode(), TYPES: types.encode()}
    _write(out, parts)


def attribute(tag: str, name: str) -> str:
    """Return an attribute of a tag as it is written, empty where it has none; ``name`` is a pattern."""
    match = re.search(rf"""\s{name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return "" if match is None else match[1] or match[2] or ""


def _part(book: str, relations: str, name: str) -> str | None:
    """Return the part that holds a sheet, None where the workbook has no such sheet."""
    shown = quoteattr(name)[1:-1]
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book):
        if attribute(tag, "name") == shown:
            wanted = attribute(tag, r"\w+:id")
            for relation in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", relations):
                if attribute(relation, "Id") == wanted:
                    target = attribute(relation, "Target")
                    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _added(
    book: str, relations: str, types: str, name: str, parts: Mapping[str, bytes]
) -> tuple[str, str, str, str]:
    """Return the three lists with one more sheet, and its part."""
    number = next(n for n in range(1, 10_000) if f"xl/worksheets/panel{n}.xml" not in parts)
    part, own = f"xl/worksheets/panel{number}.xml", f"rIdPanel{number}"
    sheets = re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book)
    free = max((int(attribute(tag, "sheetId") or 0) for tag in sheets), default=0) + 1
    prefix = re.search(r"</(\w+:)?sheets>", book)
    lead = (prefix[1] if prefix else None) or ""
    tag = f'<{lead}sheet xmlns:rel="{OFFICE}" name={quoteattr(name)} sheetId="{free}" rel:id="{own}"/>'
    book = re.sub(r"</(\w+:)?sheets>", lambda end: tag + end[0], book, count=1)
    relation = (
        f'<Relationship xmlns="http://schemas.openxmlformats.org/package/2006/relationships" Id="{own}" '
        f'Type="{OFFICE}/worksheet" Target="/{part}"/>'
    )
    relations = re.sub(r"</(\w+:)?Relationships>", lambda end: relation + end[0], relations, count=1)
    kind = (
        '<Override xmlns="http://schemas.openxmlformats.org/package/2006/content-types" '
        f'PartName="/{part}" ContentType="{SHEET_TYPE}"/>'
    )
    types = re.sub(r"</(\w+:)?Types>", lambda end: kind + end[0], types, count=1)
    return book, relations, types, part


def _sheet(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Return the part of a sheet: texts in the cells themselves, numbers with all their digits."""
    widths = [
        max(
            (sum(1 if sign.isascii() else 2 for sign in str(cell)) for cell in column if cell is not None),
            default=6,
        )
        for column in zip(*rows, strict=False)
    ]
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{min(max(width + 2, 8), 60)}" customWidth="1"/>'
        for at, width in enumerate(widths, 1)
    )
    lines = "".join(
        f'<row r="{row + 1}">{"".join(_cell(row, at, cell) for at, cell in enumerate(cells))}</row>'
        for row, cells in enumerate(rows)
    )
    pane = (
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
        'state="frozen"/></sheetView></sheetViews>'
    )
    cols = f"<cols>{columns}</cols>" if columns else ""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<worksheet xmlns="{MAIN}">{pane}{cols}<sheetData>{lines}</sheetData></worksheet>'.encode()


def _cell(row: int, column: int, cell: Cell) -> str:
    at = address(row, column)
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return f'<c r="{at}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, (int, float)):
        return f'<c r="{at}"><v>{cell!r}</v></c>'
    shown = escape(visible_lines(str(cell))[:LONGEST])
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def _write(out: Path, parts: Mapping[str, bytes]) -> None:
    """Write the parts as a file, whole or not at all."""
    with written(out) as stage, zipfile.ZipFile(stage, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
