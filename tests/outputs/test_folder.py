"""The folder of results is all old or all new, whenever the writer is killed and whatever the system has."""

import json
import os
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from tests.raised import codes

from tierwise.errors import TierwiseError
from tierwise.outputs import folder as module
from tierwise.outputs.folder import ResultFolder, result_folder

OLD = {
    "report.html": "old",
    "results.xlsx": "old",
    "tables/ranking.csv": "old",
    "tables/scenarios.csv": "old",
}
NEW = {"report.html": "new", "results.xlsx": "new", "tables/ranking.csv": "new", "tables/cuts.csv": "new"}


def filling(files: dict[str, str], source: str = "book.xlsx") -> Callable[[Path], None]:
    """Return what writes some files and the record that lists them."""

    def fill(folder: Path) -> None:
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        record = {"input": source, "files": dict.fromkeys(files, "")}
        (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")

    return fill


def put(path: Path, files: dict[str, str], source: str = "book.xlsx", *, replace: bool = False) -> None:
    with result_folder(path, source, replace=replace) as folder:
        folder.put(filling(files, source))


def content(path: Path) -> dict[str, str]:
    """Return the files of a folder without the record."""
    return {
        file.relative_to(path).as_posix(): file.read_text(encoding="utf-8")
        for file in path.rglob("*")
        if file.is_file() and file.name != "run.json"
    }


def without_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "exchanged", lambda one, other: False)


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)


def as_it_is(_: pytest.MonkeyPatch) -> None:
    """Leave the system as it is."""


SYSTEMS = pytest.mark.parametrize("system", [as_it_is, without_exchange, without_links])


@SYSTEMS
def test_new_results_leave_none_of_the_old_and_all_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: Callable[[pytest.MonkeyPatch], None]
) -> None:
    system(monkeypatch)
    out = tmp_path / "out"
    put(out, OLD)
    mine = {"notes.txt": "mine", "tables/mine.csv": "mine", "deep/er/mine.md": "mine"}
    for name, text in mine.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
    put(out, NEW)
    assert content(out) == {**NEW, **mine}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def killed(out: Path, moment: int, kind: str) -> bool:
    """Write new results in a process that is killed at a step; tell whether it got through."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    steps = count(1)  # from here on in the other process

    def dying(act: Callable[..., object]) -> Callable[..., object]:
        def step(*arguments: object, **named: object) -> object:
            if next(steps) == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*arguments, **named)

        return step

    patch = pytest.MonkeyPatch()
    {"exchange": as_it_is, "renames": without_exchange, "links": without_links}[kind](patch)
    for name in ("rename", "replace", "unlink", "mkdir", "fsync", "rmdir"):
        patch.setattr(os, name, dying(getattr(os, name)))
    patch.setattr(module, "exchanged", dying(module.exchanged))
    try:
        put(out, NEW)
    finally:
        os._exit(0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # threads of a library, at rest
@pytest.mark.parametrize("kind", ["exchange", "renames", "links"])
def test_killed_at_any_step_it_is_all_old_or_all_new(tmp_path: Path, kind: str) -> None:
    """Kill a writer before its first, second … step that changes names, until it gets through."""
    seen = []
    for moment in range(1, 99):
        out = tmp_path / str(moment) / "out"
        put(out, OLD)
        (out / "mine.txt").write_text("mine", encoding="utf-8")
        through = killed(out, moment, kind)
        if kind == "exchange":  # at once, with nothing put right
            before = {name: text for name, text in content(out).items() if name != ".complete"}
            assert before in ({**OLD, "mine.txt": "mine"}, {**NEW, "mine.txt": "mine"})
        with result_folder(out, "book.xlsx"):
            pass  # what the next run does first
        after = content(out)
        assert after.pop("mine.txt") == "mine"
        assert after in (OLD, NEW), moment
        assert [path.name for path in out.parent.iterdir()] == ["out"]
        seen.append("old" if after == OLD else "new")
        if through:
            break
    assert seen == sorted(seen, reverse=True)  # old up to some step, new from there on
    assert seen[0] == "old"
    assert through


def test_a_failure_while_writing_leaves_the_old_results(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(out, OLD)

    def full(folder: Path) -> None:
        (folder / "report.html").write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    def act() -> None:
        with result_folder(out, "book.xlsx") as folder:
            folder.put(full)

    assert codes(act) == ["I007"]
    assert content(out) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_in_place_of_a_folder_is_told_first(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "tables").write_text("mine", encoding="utf-8")
    reached = []

    def act() -> None:
        with result_folder(out, "book.xlsx"):
            reached.append(True)

    assert codes(act) == ["I007"]
    assert not reached
    assert content(out) == {"tables": "mine"}


def test_results_of_another_input_stay_unless_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(out, OLD, "book.xlsx")
    assert codes(lambda: put(out, NEW, "copy.xlsx")) == ["I030"]
    assert content(out) == OLD
    put(out, NEW, "copy.xlsx", replace=True)
    assert content(out) == NEW


def test_two_runs_do_not_write_at_once(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with result_folder(out, "book.xlsx"):
        with pytest.raises(TierwiseError) as caught:
            put(out, NEW)
        [problem] = caught.value.problems
        assert (problem.code, problem.place) == ("I031", str(out))  # not the lock, which nobody knows
        assert str(os.getpid()) in problem.line()
        assert "for 0 min" in problem.line()
    put(out, NEW)
    assert content(out) == NEW


def test_the_folder_that_the_command_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    put(out, OLD)
    monkeypatch.chdir(out)
    before = out.stat().st_ino
    put(Path(), NEW)
    assert (out.stat().st_ino, content(out)) == (before, NEW)


def test_much_else_in_the_folder_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OTHERS", 3)
    out = tmp_path / "out"
    put(out, OLD)
    for number in range(5):
        (out / f"{number}.txt").touch()
    before = out.stat().st_ino
    put(out, NEW)
    assert out.stat().st_ino == before
    assert {*content(out)} == {*NEW, *(f"{number}.txt" for number in range(5))}


def test_a_name_of_another_folder_is_no_leftover() -> None:
    one = ResultFolder(Path("/a/out"), "")
    assert {one.staged.name, one.aside.name} == {".out.writing", ".out.replaced"}
