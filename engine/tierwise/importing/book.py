"""A file of another tool made a workbook that ``tierwise check`` and ``run`` take."""

from __future__ import annotations

from dataclasses import replace as replaced
from pathlib import Path

from tierwise.cleaning.book import Clean
from tierwise.cleaning.reading import read_tables
from tierwise.cleaning.writing import CleanSheet, refuse
from tierwise.errors import TierwiseError, problem
from tierwise.importing.coin_tool import is_coin_tool, read_coin_tool
from tierwise.importing.coinr import is_coinr, read_coinr
from tierwise.importing.tables import long_columns, read_flat, read_long
from tierwise.inputs.files import CHINESE_SHEETS
from tierwise.inputs.framework_sheet import SYNONYMS
from tierwise.spec.form import form_cells
from tierwise.words.form import SHEETS, questions
from tierwise.words.language import Language, is_chinese
from tierwise.words.speaking import Heading


def import_book(
    file: str | Path,
    out: str | Path | None = None,
    *,
    meta: str | Path | None = None,
    year: int | None = None,
    language: Language | None = None,
    replace: bool = False,
) -> Clean:
    """Make a book of a COIN Tool workbook, of COINr's iData and iMeta, or of a long or flat table.

    The book has a sheet of settings, whose answers may stay blank. Of long and flat tables the framework has
    one level, every column of numbers an indicator; weights and directions are left blank (equal; more is
    better) for the user to fill in.

    Args:
        file: a workbook or text file; of COINr iData, or a workbook with the sheets iData and iMeta.
        out: the book, an .xlsx.
        meta: COINr's iMeta, where it is a file of its own.
        year: of a long table (default: its last).
        language: of sheets, settings and results (default: that of the headings).
        replace: replace ``out`` also where it is not this input's own unedited output.

    Raises:
        TierwiseError: as :func:`tierwise.clean`; I060 (a column of iData or iMeta), I061, I062 (long tables),
            I035 (several sheets that are none of these: I055).

    """
    path = Path(file)
    if out is not None:
        refuse(Path(out), path, None if meta is None else Path(meta), replace=replace)
    tables, notes = read_tables(path)
    named = {table.name: table for table in tables}
    if meta is not None:
        named = {"iData": tables[0], "iMeta": read_tables(Path(meta))[0][0]}
    if is_coin_tool(named):
        parts = read_coin_tool(named)
    elif is_coinr(named):
        parts = read_coinr(named)
    elif len(tables) != 1:
        raise TierwiseError(problem("I055", path.name, choices=[table.name for table in tables]))
    elif columns := long_columns(tables[0]):
        parts = read_long(tables[0], columns, year)
    else:
        parts = read_flat(tables[0])
    if language is None:
        language = "zh" if is_chinese(*parts.header) else "en"
    titles = CHINESE_SHEETS if language == "zh" else {"Data": "Data", "Framework": "Framework"}
    english = map(str, parts.framework[0])
    heads = tuple(Heading(word, SYNONYMS).zh if language == "zh" else word for word in english)
    offered = {row: one.offered(language) for row, one in enumerate(questions(), 1) if one.choices}
    sheets = (
        CleanSheet(titles["Data"], (parts.header, *parts.rows), parts.changes),
        CleanSheet(titles["Framework"], (heads, *parts.framework[1:])),
        CleanSheet(SHEETS[language], form_cells(language), (), offered),
    )
    book = Clean(path, sheets, language, tuple(notes))
    return book if out is None else replaced(book, written=book.write(out, replace=replace))
