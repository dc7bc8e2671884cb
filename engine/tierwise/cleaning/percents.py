"""Numbers of an .xlsx that are shown as percentages: the file holds 0.179 where the reader sees 17.9%."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from tierwise.inputs.looks import column_number, sheet_parts

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BUILT_IN: Final = frozenset({"9", "10"})  # 0% and 0.00%
QUOTED: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # what a format writes as it stands: 0.0"%"


class Percent(float):
    """A number that its cell shows a hundred times as large, with the sign %."""

    __slots__ = ()


def percent_cells(content: bytes) -> dict[str, list[tuple[int, int]]]:
    """Return (row, column) of the numbers shown as percentages, by sheet, rows and columns from 0."""
    found: dict[str, list[tuple[int, int]]] = {}
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return found
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = _percent_styles(archive)
        for name, part in sheet_parts(archive).items() if styles else ():
            found[name] = [*_cells(archive.read(part), styles)]
    return found


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Return the numbers of the cell styles whose format is one of percentages."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    tree = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats = {
        item.get("numFmtId", "")
        for item in tree.iter(f"{MAIN}numFmt")
        if "%" in QUOTED.sub("", item.get("formatCode", ""))
    }
    styles = tree.find(f"{MAIN}cellXfs")
    return frozenset(
        str(number)
        for number, style in enumerate(styles if styles is not None else ())
        if style.get("numFmtId") in BUILT_IN | formats
    )


def _cells(xml: bytes, styles: frozenset[str]) -> Iterator[tuple[int, int]]:
    for cell in ElementTree.fromstring(xml).iter(f"{MAIN}c"):
        place = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r", ""))
        if place and cell.get("s") in styles and cell.get("t", "n") == "n":
            yield int(place[2]) - 1, column_number(place[1]) - 1
