"""Raw tables read from workbooks (.xlsx .xlsm .xlsb .xls .et .ods) and text files in any usual encoding."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from tierwise.cleaning.grid import RawTable
from tierwise.cleaning.percents import Percent, percent_cells
from tierwise.cleaning.raised import raised_texts
from tierwise.cleaning.rules import Change
from tierwise.errors import Problems, TierwiseError, located, problem
from tierwise.inputs.cells import MergedRange, grids
from tierwise.inputs.encodings import UTF_16, decoded, suggestion
from tierwise.inputs.files import WORKBOOK_ENDINGS, csv_rows, read_bytes
from tierwise.inputs.looks import look
from tierwise.inputs.unread import has_errors, unread_cells
from tierwise.outputs.files import DAMAGED

TEXT_ENDINGS: Final = (".csv", ".tsv", ".txt")
ENDINGS: Final = (*WORKBOOK_ENDINGS, ".et", *TEXT_ENDINGS)
TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def read_tables(path: Path) -> tuple[list[RawTable], list[Change]]:
    """Return the sheets of a file that hold anything, and what had to be found out to read it.

    Raises :class:`TierwiseError` I001, I002 (not there, held), I003 (no workbook), I004 (no text), I051 (an
    ending that is none of these), I052 (a WPS file in its own format).
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise TierwiseError(problem("I051", str(path), choices=ENDINGS))
    content = read_bytes(path)
    if ending in TEXT_ENDINGS:
        return _read_text(path, content)
    return _read_workbook(path, content)


def _read_workbook(path: Path, content: bytes) -> tuple[list[RawTable], list[Change]]:
    try:
        with located(lambda _: str(path)):
            grid_of = grids(content, alone=not look(content, path.name))
        unread, errors = unread_cells(content), has_errors(content)
        raised, spans = raised_texts(content), _ods_merged(content)
        percents = percent_cells(content)
    except DAMAGED as error:
        if isinstance(error, TierwiseError):
            raise
        own = path.suffix.lower() == ".et"
        raise TierwiseError(problem("I052" if own else "I003", str(path))) from None
    tables = []
    for name, grid in grid_of.items():
        for row, column, value in [*unread.get(name, []), *raised.get(name, [])]:
            if row < len(grid.cells) and column < len(grid.cells[row]):
                grid.cells[row][column] = value
        for row, column in percents.get(name, []):
            if row < len(grid.cells) and column < len(grid.cells[row]):
                shown = grid.cells[row][column]
                if isinstance(shown, (int, float)) and not isinstance(shown, bool):
                    grid.cells[row][column] = Percent(shown)
        merged = grid.merged if spans is None else spans.get(name, [])
        table = RawTable.of(name, grid.cells, merged, knows_merged=path.suffix.lower() != ".xlsb")
        if any(cell is not None for row in table.cells for cell in row):
            tables.append(table)
    return tables, [Change(path.name, "", "", ("errors-unplaced",))] if errors else []


def _ods_merged(content: bytes) -> dict[str, list[MergedRange]] | None:
    """Return the merged ranges of an .ods by sheet, None for another format."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "content.xml" not in archive.namelist():
            return None
        tree = ElementTree.fromstring(archive.read("content.xml"))
    return {table.get(f"{TABLE}name", ""): [*_spans(table)] for table in tree.iter(f"{TABLE}table")}


def _spans(table: ElementTree.Element) -> Iterator[MergedRange]:
    at = 0
    for row in table.iter(f"{TABLE}table-row"):
        column = 0
        for cell in row:
            down = int(cell.get(f"{TABLE}number-rows-spanned", "1"))
            right = int(cell.get(f"{TABLE}number-columns-spanned", "1"))
            if down > 1 or right > 1:
                yield (at, column), (at + down - 1, column + right - 1)
            column += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
        at += int(row.get(f"{TABLE}number-rows-repeated", "1"))


def _read_text(path: Path, content: bytes) -> tuple[list[RawTable], list[Change]]:
    text, encoding = decode(content, path)
    if "\0" in text:
        raise TierwiseError(problem("I004", str(path)))
    lines = [line for line in text.splitlines() if line.strip()]
    separator = max(
        ",;\t",
        key=lambda one: (
            sum(line.count(one) > 0 for line in lines[:50]) * 1000
            + sum(line.count(one) for line in lines[:50])
        ),
    )
    problems = Problems()
    rows = csv_rows(text, separator, path.name, problems)
    problems.raise_any()
    table = RawTable.of(path.stem, rows, separator=separator, knows_merged=False)
    plain = encoding in {"utf-8", "ascii"}
    changes = [] if plain else [Change(path.name, "", encoding.upper(), ("encoding",))]
    return ([table] if table.width else []), changes


def decode(content: bytes, path: Path) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding.

    UTF-16 also where zero bytes show it. Raises :class:`TierwiseError` I018 where the bytes speak for no
    encoding alone.
    """
    start = content[:1000]
    if start.count(b"\0") > len(start) // 8 and not content.startswith(UTF_16):
        order = "utf-16-le" if start[1::2].count(b"\0") >= start[::2].count(b"\0") else "utf-16-be"
        read = decoded(content, order)
    else:
        read = decoded(content)
    if read is None:
        guess = suggestion(content)
        en, zh = (f", perhaps {guess}", f"，可能是 {guess}") if guess else ("", "")
        raise TierwiseError(problem("I018", str(path), guess=en, guess_zh=zh))
    return read
