"""Workbooks that would take the machine's memory are refused from their text, in little time and memory."""

import io
import os
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tierwise.errors import TierwiseError
from tierwise.inputs import cells
from tierwise.inputs.files import read_bytes, read_workbook
from tierwise.inputs.looks import look

Change = Callable[[str], str]


def book(path: Path, texts: int = 3) -> Path:
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("Data")
    for row in range(texts):
        sheet.write(row, 0, f"text {row}")
    sheet.write(4, 4, 5)
    made.close()
    return path


def changed(path: Path, part: str, change: Change) -> Path:
    """Rewrite one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def refused(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(TierwiseError) as caught:
        read_workbook(path)
    assert all(problem.line("en") and problem.line("zh") for problem in caught.value.problems)
    return [(problem.code, problem.place) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda xml: xml.replace('r="E5"', 'r="ZZZZZ4"'), "Data!ZZZZZ5"),
        (lambda xml: xml.replace('r="E5"', 'r="XFD1048576"'), "Data!XFD1048576"),
        (lambda xml: xml.replace('<row r="5"', '<row r="4294967295"'), "Data!E4294967295"),
        (lambda xml: xml.replace('r="E5"', 'r="E4294967295"'), "Data!E4294967295"),
        (lambda xml: xml.replace('<c r="E5"', '<c s="0"\n r="E99999999"'), "Data!E99999999"),
    ],
)
def test_cells_far_outside_are_refused_by_place(tmp_path: Path, change: Change, place: str) -> None:
    path = changed(book(tmp_path / "book.xlsx"), "xl/worksheets/sheet1.xml", change)
    assert refused(path) == [("I022", place)]


def test_texts_that_look_like_addresses_are_texts(tmp_path: Path) -> None:
    def inline(xml: str) -> str:
        return xml.replace(
            '<c r="E5"><v>5</v></c>', '<c r="E5" t="inlineStr"><is><t> r="ZZZZZ99999999"</t></is></c>'
        )

    path = changed(book(tmp_path / "book.xlsx"), "xl/worksheets/sheet1.xml", inline)
    assert read_workbook(path)["Data"].rows[-1][4] == 'r="ZZZZZ99999999"'


def test_more_shared_texts_than_there_are_bytes_are_refused(tmp_path: Path) -> None:
    path = changed(
        book(tmp_path / "book.xlsx"),
        "xl/sharedStrings.xml",
        lambda xml: xml.replace('uniqueCount="3"', 'uniqueCount="4294967295"'),
    )
    assert refused(path) == [("I022", "book.xlsx")]


def test_a_part_that_swells_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx")
    changed(path, "xl/styles.xml", lambda xml: xml + " " * (80 << 20))
    assert refused(path) == [("I022", "book.xlsx")]


def test_a_part_longer_than_it_says_is_no_workbook(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx")
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    packed = size.to_bytes(4, "little")
    assert packed in content
    path.write_bytes(content.replace(packed, (size - 200).to_bytes(4, "little")))
    assert refused(path) == [("I003", str(path))]


def test_a_sound_book_is_looked_at(tmp_path: Path) -> None:
    content = book(tmp_path / "book.xlsx").read_bytes()
    assert look(content, "book.xlsx")
    assert not look(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "book.xls")
    assert cells.grids(content, alone=True) == cells.grids(content, alone=False)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of a process's address space")
def test_a_reader_that_takes_too_much_memory_or_aborts_takes_only_its_own_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = changed(
        book(tmp_path / "book.xlsx"),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('r="E5"', 'r="XFD1048576"'),
    )
    with pytest.raises(TierwiseError) as caught:
        cells.grids(path.read_bytes(), alone=True)
    assert [problem.code for problem in caught.value.problems] == ["I023"]
    with pytest.raises(ValueError, match=r".+"):
        cells.grids(b"no workbook", alone=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("name", ["pipe.toml", "pipe.xlsx", "pipe.csv"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    os.mkfifo(path)
    caught: list[str] = []

    def read() -> None:
        try:
            read_bytes(path)
        except TierwiseError as error:
            caught.extend(problem.code for problem in error.problems)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(10)
    assert caught == ["I024"]


def test_two_sheets_for_one_thing_are_refused(tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"))
    for name in ("Data", "数据", "_Data", "Framework"):
        made.add_worksheet(name).write(0, 0, "code")
    made.close()
    assert refused(tmp_path / "book.xlsx") == [("I021", "数据")]


def test_an_empty_archive_is_no_workbook(tmp_path: Path) -> None:
    stream = io.BytesIO()
    zipfile.ZipFile(stream, "w").close()
    path = tmp_path / "book.xlsx"
    path.write_bytes(stream.getvalue())
    assert refused(path) == [("I003", str(path))]
