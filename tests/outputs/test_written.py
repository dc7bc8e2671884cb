"""One file of a command: links are followed, what a spreadsheet holds open is left, faults bear its name."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.trust.commands import COMMANDS, Command, content

from tierwise import console
from tierwise.errors import TierwiseError
from tierwise.outputs.files import is_same, written
from tierwise.outputs.folder import result_folder

FILES = [
    one for one in COMMANDS if Path(one.out).suffix in (".xlsx", ".csv", ".docx") and one.name != "workbook"
]


def told(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(TierwiseError) as caught, written(path) as stage:
        stage.write_text("new", encoding="utf-8")
    return [(one.code, one.place) for one in caught.value.problems]


@pytest.mark.parametrize("command", FILES, ids=lambda one: one.name)
def test_a_file_held_open_by_a_spreadsheet_stays(tmp_path: Path, command: Command) -> None:
    """What is saved there afterwards would be lost with it, or take the new file away."""
    command.act(tmp_path, False)
    before = content(tmp_path / command.out)
    lock = tmp_path / f".~lock.{command.out}#"
    lock.write_text(",analyst,office,30.11.2026 10:00;", encoding="utf-8")
    with pytest.raises(TierwiseError) as caught:
        command.act(tmp_path, True)
    assert [(one.code, one.place) for one in caught.value.problems] == [("I010", str(tmp_path / command.out))]
    assert content(tmp_path / command.out) == before
    assert {path.name for path in tmp_path.iterdir()} == {command.out, lock.name}


def test_a_file_that_is_opened_while_it_is_written_stays(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(TierwiseError) as caught, written(path) as stage:
        stage.write_text("new", encoding="utf-8")
        (tmp_path / "~$out.xlsx").touch()
    assert [one.code for one in caught.value.problems] == ["I010"]
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    ("name", "lock"),
    [
        ("list.docx", "~$list.docx"),
        ("reports.docx", "~$eports.docx"),
        ("工业百强县研究报告.docx", "~$百强县研究报告.docx"),
    ],
)
def test_a_document_that_word_holds_open_stays(tmp_path: Path, name: str, lock: str) -> None:
    with pytest.raises(TierwiseError) as caught, written(tmp_path / name) as stage:
        stage.write_text("new", encoding="utf-8")
        (tmp_path / lock).touch()
    assert [one.code for one in caught.value.problems] == ["I010"]


@pytest.mark.skipif(sys.platform == "win32", reason="links take a privilege there")
@pytest.mark.parametrize("there", [True, False])
def test_what_a_link_leads_to_is_written(tmp_path: Path, there: bool) -> None:
    target, link = tmp_path / "share" / "out.csv", tmp_path / "out.csv"
    target.parent.mkdir()
    if there:
        target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    with written(link) as stage:
        stage.write_text("new", encoding="utf-8")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"
    assert [path.name for path in target.parent.iterdir()] == ["out.csv"]


def test_what_cannot_be_is_told_by_the_name_that_was_given(tmp_path: Path) -> None:
    """Not by those of our own, which nobody finds."""
    folder, long, below = tmp_path / "out.xlsx", tmp_path / ("x" * 250), tmp_path / "file" / "out.xlsx"
    folder.mkdir()
    (tmp_path / "file").touch()
    for path in (folder, long):
        assert told(path) == [("I007", str(path))]
    ((code, place),) = told(below)
    assert (code, place) in {("I007", str(below)), ("I007", str(below.parent))}
    assert {path.name for path in tmp_path.iterdir()} == {"out.xlsx", "file"}


def test_a_file_in_a_folder_that_is_being_written_is_told_where_it_would_be(tmp_path: Path) -> None:
    def fill(stage: Path) -> None:
        (stage / "file").touch()
        with written(stage / "file" / "out.xlsx"):
            pass

    with pytest.raises(TierwiseError) as caught, result_folder(tmp_path / "out", "", record=None) as folder:
        folder.put(fill)
    assert [one.code for one in caught.value.problems] == ["I007"]
    assert caught.value.problems[0].place.startswith(str(tmp_path / "out" / "file"))
    assert [*tmp_path.iterdir()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no folder that a process stands in")
def test_a_working_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    here.rmdir()
    try:
        assert told(Path("out.xlsx")) == [("I007", "out.xlsx")]
        assert is_same(Path("a"), Path("a"))
        with pytest.raises(TierwiseError) as caught, result_folder(Path("out"), ""):
            pass
        assert [(one.code, one.place) for one in caught.value.problems] == [("I007", "out")]
    finally:
        os.chdir(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_behind_the_terminal_is_told() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123  # a device
        done = subprocess.run(
            [sys.executable, "-m", "tierwise", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("I007 stdout: ")
    assert len(done.stderr.splitlines()) == 1


def test_streams_that_are_closed_take_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = SimpleNamespace(stdin=None, stdout=None, stderr=None)
    monkeypatch.setattr(console, "sys", streams)
    console.streams_that_serve()
    print("县", file=streams.stdout, flush=True)
    assert not streams.stderr.isatty()
    assert streams.stdin.read() == ""
    for stream in (streams.stdin, streams.stdout, streams.stderr):
        assert stream.name == os.devnull
        stream.close()


def test_only_what_a_stream_does_not_take_is_told_as_such() -> None:
    refused = ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
    with pytest.raises(ConnectionRefusedError), console.unheard():
        raise refused
