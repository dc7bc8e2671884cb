"""Cells of a sheet of a workbook changed in place: formats, drop-down lists and all else stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from tierwise.delphi.package import LONGEST, MAIN
from tierwise.inputs.sheet import Cell, address

Edits = Mapping[tuple[int, int], Cell]
"""What cells are to hold, by row and column counted from 0; None for nothing."""

ROW, CELL, FORMULA, VALUE = (f"{{{MAIN}}}{name}" for name in ("row", "c", "f", "v"))
TEXT: Final = "{http://www.w3.org/XML/1998/namespace}space"


def with_cells(part: bytes, edits: Edits) -> bytes:
    """Return the part of a sheet in which cells hold other values.

    A cell keeps its format; a new one takes that of the cell above it, a new heading that of the one before
    it. A formula whose master is overwritten leaves its last value.
    """
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, huge_tree=True))
    data = root.find(f"{{{MAIN}}}sheetData")
    rows = {int(row.get("r")): row for row in data}
    cells = {row: {cell.get("r"): cell for cell in rows[row]} for row in rows}
    styles: dict[int, str] = {}
    heading = rows[1][-1].get("s") if 1 in rows and len(rows[1]) else None
    for row, column in sorted(edits):
        value, at = edits[row, column], address(row, column)
        cell = cells.get(row + 1, {}).get(at)
        if cell is None and value is not None:
            cell = _new_cell(data, rows, row + 1, column, styles.get(column) if row else heading)
            cells.setdefault(row + 1, {})[at] = cell
        if cell is not None:
            _fill(cell, value)
            if row and cell.get("s"):
                styles[column] = cell.get("s")
            elif not row:
                heading = cell.get("s")
    _free_formulas(data)
    _measure(root, data)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _new_cell(
    data: etree._Element, rows: dict[int, etree._Element], row: int, column: int, style: str | None
) -> etree._Element:
    """Return a new cell in its place; its row is made where there is none."""
    if row not in rows:
        rows[row] = etree.Element(ROW, r=str(row))
        after = sum(1 for other in data if int(other.get("r")) < row)
        data.insert(after, rows[row])
    cell = etree.Element(CELL, r=address(row - 1, column))
    if style is not None:
        cell.set("s", style)
    before = sum(1 for other in rows[row] if _column(other) < column)
    rows[row].insert(before, cell)
    rows[row].attrib.pop("spans", None)
    return cell


def _column(cell: etree._Element) -> int:
    at = 0
    for sign in str(cell.get("r")):
        if not sign.isalpha():
            break
        at = at * 26 + ord(sign) - ord("A") + 1
    return at - 1


def _fill(cell: etree._Element, value: Cell) -> None:
    """Put a value into a cell, or nothing."""
    for child in [*cell]:
        cell.remove(child)
    cell.attrib.pop("t", None)
    if value is None or value == "":
        return
    if isinstance(value, bool):
        cell.set("t", "b")
        etree.SubElement(cell, VALUE).text = str(int(value))
    elif isinstance(value, (int, float)):
        etree.SubElement(cell, VALUE).text = repr(value)
    else:
        cell.set("t", "inlineStr")
        inner = etree.SubElement(etree.SubElement(cell, f"{{{MAIN}}}is"), f"{{{MAIN}}}t")
        inner.set(TEXT, "preserve")
        inner.text = str(value)[:LONGEST]


def _free_formulas(data: etree._Element) -> None:
    """Take shared formulas off cells whose master is gone; their values stay."""
    shared = [formula for formula in data.iter(FORMULA) if formula.get("t") == "shared"]
    masters = {formula.get("si") for formula in shared if formula.text}
    for formula in shared:
        if formula.get("si") not in masters:
            formula.getparent().remove(formula)


def _measure(root: etree._Element, data: etree._Element) -> None:
    """Say how far the sheet reaches."""
    dimension = root.find(f"{{{MAIN}}}dimension")
    filled = [(int(row.get("r")) - 1, _column(cell)) for row in data for cell in row]
    if dimension is not None and filled:
        last = address(max(row for row, _ in filled), max(column for _, column in filled))
        dimension.set("ref", f"A1:{last}")
