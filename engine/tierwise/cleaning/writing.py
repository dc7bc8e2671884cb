"""The clean copy: its sheets, the cells that want a decision coloured, and the list of all changes."""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from tierwise.cleaning.rules import Change
from tierwise.errors import TierwiseError, problem
from tierwise.inputs.sheet import Cell, address
from tierwise.outputs.files import DAMAGED, in_the_way, is_there, written
from tierwise.words.language import Language
from tierwise.words.result_sheets import CHANGES

COLUMNS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("raw cell", "before", "after", "rule", "sure", "clean cell"),
    "zh": ("原单元格", "修改前", "修改后", "规则", "是否确定", "新单元格"),
}
SURE: Final[Mapping[Language, tuple[str, str]]] = {"en": ("no", "yes"), "zh": ("否", "是")}
LONGEST: Final = 32_767  # characters of a cell
MOST_LINKS: Final = 5_000
SOURCE, CELLS = "tierwise source", "tierwise cells"  # properties of the file


class Exact(float):
    """A number written with all the digits that tell it from every other one; XlsxWriter keeps sixteen."""

    def __format__(self, _form: str) -> str:
        return repr(float(self))


@dataclass(frozen=True)
class CleanSheet:
    """A sheet of the clean copy: cells with the headings first, and the changes that led to them.

    ``offered`` are answers of drop-down lists in the second column, by row.
    """

    name: str
    cells: tuple[tuple[Cell, ...], ...]
    changes: tuple[Change, ...] = ()
    offered: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def refuse(path: Path, source: Path, *others: Path | None, replace: bool) -> None:
    """Raise what keeps a clean copy from being written.

    I009: another ending than .xlsx; I008: it is the source or another input; I053: there is a file that this
    source did not make, or one that was edited since.
    """
    if path.suffix.lower() != ".xlsx":
        raise TierwiseError(problem("I009", str(path)))
    if input_itself := [*in_the_way(path, [source, *filter(None, others)], replace=True)]:
        raise TierwiseError(*input_itself)
    if is_there(path) and not replace and not _made_from(path, source):
        raise TierwiseError(problem("I053", str(path), source=source.name))


def write(
    path: Path, sheets: Sequence[CleanSheet], source: Path, language: Language, more: Iterable[Change] = ()
) -> None:
    """Write the clean copy whole or not at all; ``more`` are changes of no sheet.

    Raises :class:`TierwiseError` I007 where the file cannot be written.
    """
    import xlsxwriter

    with written(path) as stage:
        book = xlsxwriter.Workbook(str(stage), {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # no clock in it
        book.set_custom_property(SOURCE, source.name)
        listed = _changes_sheet(sheets, more, language)
        book.set_custom_property(
            CELLS, _digest({**{one.name: one.cells for one in sheets}, CHANGES[language]: listed})
        )
        formats = {
            "head": book.add_format(
                {
                    "bold": True,
                    "bg_color": "#1B4F72",
                    "font_color": "#FFFFFF",
                    "text_wrap": True,
                    "valign": "vcenter",
                }
            ),
            "doubt": book.add_format({"bg_color": "#FFE699"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "doubt date": book.add_format({"bg_color": "#FFE699", "num_format": "yyyy-mm-dd"}),
            "link": book.get_default_url_format(),
        }
        for one in sheets:
            _write_sheet(book.add_worksheet(one.name), one, formats, language)
        _write_changes(book.add_worksheet(CHANGES[language]), listed, formats)
        book.close()


def _changes_sheet(
    sheets: Sequence[CleanSheet], more: Iterable[Change], language: Language
) -> tuple[tuple[Cell, ...], ...]:
    """Return the list of changes: what is not sure first, then in the order of the sheets."""
    lines = [(change, one.name) for one in sheets for change in one.changes] + [
        (change, "") for change in more
    ]
    lines.sort(key=lambda line: line[0].sure)
    rows: list[tuple[Cell, ...]] = [COLUMNS[language]]
    for change, name in lines:
        there = (
            ""
            if change.row is None or change.column is None
            else f"{name}!{address(change.row, change.column)}"
        )
        shown = (change.place, change.before[:LONGEST], change.after[:LONGEST], change.why(language))
        rows.append(tuple(text or None for text in (*shown, SURE[language][change.sure], there)))
    return tuple(rows)


def _write_sheet(sheet: Any, one: CleanSheet, formats: Mapping[str, Any], language: Language) -> None:
    doubts: dict[tuple[int, int], Change] = {
        (change.row, change.column): change
        for change in one.changes
        if not change.sure and change.row is not None and change.column is not None
    }
    for row, cells in enumerate(one.cells):
        for column, cell in enumerate(cells):
            style = "head" if row == 0 else "doubt" if (row, column) in doubts else ""
            _write_cell(sheet, row, column, cell, style, formats)
    for (row, column), change in [*doubts.items()][:MOST_LINKS]:
        before = f"{change.before}\n" if change.before else ""
        sheet.write_comment(row, column, f"{before}{change.why(language)}")
    for row, answers in one.offered.items():
        rule = {"validate": "list", "source": [*answers], "error_type": "warning"}
        sheet.data_validation(row, 1, row, 1, rule)
    _widen(sheet, one.cells)


def _write_cell(
    sheet: Any, row: int, column: int, cell: Cell, style: str, formats: Mapping[str, Any]
) -> None:
    shape = formats.get(style)
    if cell is None:
        if shape is not None:
            sheet.write_blank(row, column, None, shape)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, shape)
    elif isinstance(cell, (int, float)):
        sheet.write_number(row, column, Exact(cell), shape)
    elif isinstance(cell, (dt.date, dt.datetime, dt.time, dt.timedelta)):
        sheet.write_datetime(row, column, cell, formats["doubt date" if style == "doubt" else "date"])
    else:
        sheet.write_string(row, column, str(cell), shape)


def _write_changes(sheet: Any, rows: tuple[tuple[Cell, ...], ...], formats: Mapping[str, Any]) -> None:
    no = {words[0] for words in SURE.values()}
    for row, cells in enumerate(rows):
        doubt = row > 0 and cells[4] in no
        for column, cell in enumerate(cells):
            there = cell if column == 5 and row and row <= MOST_LINKS else None
            if there:
                name, _, at = str(there).rpartition("!")
                quoted = name.replace("'", "''")
                sheet.write_url(row, column, f"internal:'{quoted}'!{at}", formats["link"], str(there))
            else:
                _write_cell(
                    sheet, row, column, cell, "head" if row == 0 else "doubt" if doubt else "", formats
                )
    _widen(sheet, rows)
    sheet.autofilter(0, 0, max(len(rows) - 1, 1), len(rows[0]) - 1)


def _widen(sheet: Any, rows: Sequence[Sequence[Cell]]) -> None:
    for column in range(len(rows[0]) if rows else 0):
        texts = [str(row[column]) for row in rows[:60] if column < len(row) and row[column] is not None]
        width = max((sum(1 if sign.isascii() else 2 for sign in text) for text in texts), default=8)
        sheet.set_column(column, column, min(max(width + 2, 9), 60))
    sheet.freeze_panes(1, 0)


def _digest(sheets: Mapping[str, Sequence[Sequence[object]]]) -> str:
    """Return the SHA-256 of all cells, by which a copy as it was made is told from an edited one."""
    digest = hashlib.sha256()
    for name, rows in sheets.items():
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is None or cell == "":
                    continue
                plain = (
                    float(cell)
                    if isinstance(cell, (int, float))
                    else str(cell)[:10]
                    if isinstance(cell, dt.date)
                    else str(cell)
                )
                digest.update(f"{name}\t{row}\t{column}\t{plain!r}\n".encode())
    return digest.hexdigest()


def _made_from(path: Path, source: Path) -> bool:
    """Tell whether a file is the clean copy of this input, as it was made."""
    from python_calamine import CalamineError, load_workbook

    try:
        with zipfile.ZipFile(path) as archive:
            tree = ElementTree.fromstring(archive.read("docProps/custom.xml"))
        properties = {item.get("name"): "".join(item.itertext()) for item in tree}
        book = load_workbook(path)
        cells = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    except (*DAMAGED, CalamineError):
        return False
    return properties.get(SOURCE) == source.name and properties.get(CELLS) == _digest(cells)
