"""Raised characters in the texts of an .xlsx: a footnote mark that readers give as one more digit."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from tierwise.inputs.looks import column_number, sheet_parts

SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def raised_texts(content: bytes) -> dict[str, list[tuple[int, int, str]]]:
    """Return (row, column, text) of the cells with raised characters, by sheet, rows and columns from 0.

    Raised digits are given as such: ``1239`` with a raised 1 is ``1239¹``. Only an .xlsx has any.
    """
    raised: dict[str, list[tuple[int, int, str]]] = {}
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return raised
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        shared = archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in archive.namelist() else b""
        texts = _raised_shared(shared) if b"superscript" in shared else {}
        for name, part in sheet_parts(archive).items():
            xml = archive.read(part)
            if texts or b"superscript" in xml:
                raised[name] = [*_raised_cells(xml, texts)]
    return raised


def _raised_shared(xml: bytes) -> dict[str, str]:
    """Return the shared texts with raised characters by their numbers."""
    items = ElementTree.fromstring(xml).iter(f"{MAIN}si")
    return {str(number): text for number, item in enumerate(items) if (text := _raised(item))}


def _raised(item: ElementTree.Element) -> str:
    """Return a text of runs with raised digits as such, blank where none is raised."""
    runs = []
    some = False
    for run in item.iter(f"{MAIN}r"):
        text = "".join(part.text or "" for part in run.iter(f"{MAIN}t"))
        place = run.find(f"{MAIN}rPr/{MAIN}vertAlign")
        raised = place is not None and place.get("val") == "superscript"
        some = some or raised
        runs.append(text.translate(SUPERSCRIPTS) if raised else text)
    return "".join(runs) if some else ""


def _raised_cells(xml: bytes, texts: dict[str, str]) -> Iterator[tuple[int, int, str]]:
    for cell in ElementTree.fromstring(xml).iter(f"{MAIN}c"):
        text = texts.get(cell.findtext(f"{MAIN}v", ""), "") if cell.get("t") == "s" else _raised(cell)
        place = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r", ""))
        if text and place:
            yield int(place[2]) - 1, column_number(place[1]) - 1, text
