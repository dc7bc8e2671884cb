"""A workbook that is damaged, locked or cut short is told as one by every command that reads it."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.delphi.forms import make_book, make_list
from typer.testing import CliRunner

from tierwise import cli

SHEET = "xl/worksheets/sheet1.xml"


def cut_short(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _entry(content: bytes) -> int:
    """Return where the sheet's own header begins."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.getinfo(SHEET).header_offset


def flipped(content: bytes) -> bytes:
    """Alter the packed bytes of the sheet."""
    start = _entry(content) + 30 + len(SHEET)
    altered = bytearray(content)
    altered[start + 4 : start + 60] = bytes(255 - byte for byte in altered[start + 4 : start + 60])
    return bytes(altered)


def locked(content: bytes) -> bytes:
    """Set the bit of a password on every part, as a packer with a password does."""
    altered = bytearray(content)
    for head, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = altered.find(head)
        while at >= 0:
            altered[at + offset] |= 1
            at = altered.find(head, at + 4)
    return bytes(altered)


def of_unknown_packing(content: bytes) -> bytes:
    """Name a packing that no reader knows."""
    altered = bytearray(content)
    for head, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = altered.find(head)
        while at >= 0:
            altered[at + offset] = 97
            at = altered.find(head, at + 4)
    return bytes(altered)


DAMAGES = (cut_short, flipped, locked, of_unknown_packing)


def arguments(folder: Path, book: Path) -> dict[str, list[str]]:
    people = make_list(folder / "people.csv", 3)
    out = folder / "out.xlsx"
    return {
        "check": ["check", str(book)],
        "clean": ["clean", str(book), "--out", str(out)],
        "next": ["next", str(book), "--year", "2024", "--out", str(out)],
        "send": ["delphi", "send", str(book), "--experts", str(people), "--out", str(folder / "forms")],
    }


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("command", ["check", "clean", "next", "send"])
def test_every_command_names_a_damaged_book(
    tmp_path: Path, command: str, damage: Callable[[bytes], bytes]
) -> None:
    book = make_book(tmp_path / "book.xlsx")
    book.write_bytes(damage(book.read_bytes()))
    done = CliRunner().invoke(cli.assembled(), arguments(tmp_path, book)[command])
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit)
    assert "I003" in done.output
    assert not (tmp_path / "out.xlsx").exists()
    assert not (tmp_path / "forms").exists()


@pytest.mark.parametrize("damage", DAMAGES)
def test_links_of_a_damaged_book_are_not_repaired(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    from tierwise.errors import TierwiseError
    from tierwise_addin.relink import relink

    book = make_book(tmp_path / "book.xlsx")
    book.write_bytes(damage(book.read_bytes()))
    with pytest.raises(TierwiseError) as caught:
        relink(book, tmp_path / "out.xlsx")
    assert [problem.code for problem in caught.value.problems] == ["I003"]
    assert not (tmp_path / "out.xlsx").exists()


def test_bytes_altered_anywhere_never_raise_but_with_a_code(tmp_path: Path) -> None:
    whole = make_book(tmp_path / "whole.xlsx").read_bytes()
    random = np.random.default_rng(0)
    for trial in range(25):
        altered = bytearray(whole)
        for at in random.integers(0, len(whole), 8):
            altered[at] = random.integers(0, 256)
        book = tmp_path / f"{trial}.xlsx"
        book.write_bytes(altered)
        for command in ("check", "clean", "next"):
            (tmp_path / "out.xlsx").unlink(missing_ok=True)
            done = CliRunner().invoke(cli.assembled(), arguments(tmp_path, book)[command])
            assert done.exception is None or isinstance(done.exception, SystemExit), (trial, command)
