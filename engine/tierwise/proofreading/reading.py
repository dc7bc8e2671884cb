"""Reports read: Word, workbooks, CSV, Markdown and plain text, as parts with places."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tierwise.errors import Problems, TierwiseError, problem
from tierwise.inputs.encodings import decoded
from tierwise.inputs.files import csv_rows
from tierwise.outputs.files import is_there
from tierwise.proofreading.parts import CAPTION, Gathered, Part, joined, plain

SHORT: Final = 60  # letters of a line in a text file that may be a heading
DIGITS: Final = "[一二三四五六七八九十]"
HEADING: Final = re.compile(rf"^(第{DIGITS}+[篇章节部]|{DIGITS}+、|[（(]{DIGITS}+[）)]|附录|Annex )")
LEAST_TEXT: Final = 12  # letters of a cell that is read as a paragraph


def parts_of(path: Path) -> list[Part]:
    """Return the parts of a report, in order.

    Raises :class:`TierwiseError` I001 where there is no such file, P001 for a kind that is not read, P002
    for a file that is not what its name says, I012 and I019 for rows of a CSV that cannot be read.
    """
    if not is_there(path):
        raise TierwiseError(problem("I001", str(path)))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise TierwiseError(problem("P001", str(path), choices=[*READERS]))
    made = Gathered()
    try:
        reader(path, made)
    except TierwiseError:
        raise
    except Exception as error:
        raise TierwiseError(problem("P002", str(path), reason=str(error) or type(error).__name__)) from None
    return joined(made.parts)


def _word(path: Path, made: Gathered) -> None:
    import docx
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    document = docx.Document(str(path))
    for element in document.element.body.iterchildren():
        if element.tag.endswith("}p"):
            paragraph = Paragraph(element, document)
            style = "" if paragraph.style is None else str(paragraph.style.name)
            if style.lower().startswith("toc"):
                continue
            text = plain(paragraph.text)
            if style.lower() == "caption" and CAPTION.match(text):  # however long
                made.caption = text
                continue
            level = re.fullmatch(r"[Hh]eading (\d)", style)
            made.text(paragraph.text, int(level[1]) if level else 0)
        elif element.tag.endswith("}tbl"):
            table = Table(element, document)
            cells, width = [cell.text for cell in table._cells], len(table.columns)
            made.table([cells[start : start + width] for start in range(0, len(cells), width)])


def _book(path: Path, made: Gathered) -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    for name in (one for one in book.sheet_names if not one.startswith("_")):  # hidden, of charts
        rows = [[_cell(value) for value in row] for row in book.get_sheet_by_name(name).to_python()]
        _sheet(name, rows, made)


def _sheet(name: str, rows: Sequence[Sequence[str]], made: Gathered) -> None:
    """Add a sheet: its table below the row of headings; cells of long texts are paragraphs."""
    start = next(
        (
            at
            for at, row in enumerate(rows)
            if sum(map(bool, row)) >= 2 and at + 1 < len(rows) and sum(map(bool, rows[at + 1])) >= 2
        ),
        None,
    )
    if start is None:
        for at, row in enumerate(rows, 1):
            for cell in row:
                made.text(cell, place=f"{name}!{at}")
        return
    heads = rows[start]
    long = [
        at
        for at in range(len(heads))
        if sum(
            len(row[at]) > LEAST_TEXT and bool(re.search(r"[。.；;]$", row[at])) for row in rows[start + 1 :]
        )
        > (len(rows) - start - 1) / 2
    ]
    for number, row in enumerate(rows[start + 1 :], start + 2):
        for at in long:
            made.text(row[at], place=f"{name}!{_letters(at)}{number}")
    if not long:
        made.caption = name
        made.table(rows[start:], place=name, first_row=start + 2)


def _letters(column: int) -> str:
    letters = ""
    while column >= 0:
        letters, column = chr(65 + column % 26) + letters, column // 26 - 1
    return letters


def _cell(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _csv(path: Path, made: Gathered) -> None:
    text, problems = _text(path), Problems()
    rows = csv_rows(text, max(",;\t", key=text.partition("\n")[0].count), path.name, problems)
    problems.raise_any()
    _sheet(path.stem, rows, made)


def _markdown(path: Path, made: Gathered) -> None:
    table: list[list[str]] = []
    for line in [*_text(path).splitlines(), ""]:
        if line.lstrip().startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                table.append(cells)
            continue
        if table:
            made.table(table)
            table = []
        _line(line, made)


def _plain(path: Path, made: Gathered) -> None:
    table: list[list[str]] = []
    for line in [*_text(path).splitlines(), ""]:
        if "\t" in line and "...." not in line:
            table.append(line.split("\t"))
            continue
        if table:
            made.table(table)
            table = []
        _line(line, made)


def _line(line: str, made: Gathered) -> None:
    """Add a line of a text: a heading by its marks, or a paragraph."""
    if re.search(r"\.{4,}|…{2,}", line):  # of contents
        return
    marks = re.match(r"(#+)\s+(.*)", line.strip())
    text = plain(marks[2] if marks else line)
    if marks and not re.search(r"[。；]$", text):
        made.text(text, len(marks[1]))
    elif len(text) < SHORT and HEADING.match(text) and not re.search(r"[。；，]", text):
        made.text(text, 2)
    else:
        made.text(text)


def _text(path: Path) -> str:
    read = decoded(path.read_bytes())
    if read is None:
        raise TierwiseError(problem("P002", str(path), reason="?"))
    return read.text


Reader = Callable[[Path, Gathered], None]
READERS: Final[Mapping[str, Reader]] = {
    ".docx": _word,
    ".xlsx": _book,
    ".csv": _csv,
    ".md": _markdown,
    ".txt": _plain,
}
