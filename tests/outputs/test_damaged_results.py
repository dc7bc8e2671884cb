"""A folder of results that was edited, cut short or overwritten: who reads it says which file, and why."""

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from tests.trust.commands import inputs
from tests.trust.profile import small_results

import tierwise as tw
from tierwise.errors import TierwiseError
from tierwise.runs import compare_runs

RANKING = "tables/ranking.csv"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_results().write(tmp_path_factory.mktemp("results") / "out")


def compared(folder: Path, other: Path) -> object:
    return compare_runs(other, folder)


def proofed(folder: Path, _: Path) -> object:
    return tw.proof(inputs() / "old" / "report.md", folder)


def headed(name: str, instead: str) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(name.encode(), instead.encode(), 1)


def in_first_row(place: int, value: str) -> Callable[[bytes], bytes]:
    def edit(content: bytes) -> bytes:
        head, first, *rest = content.splitlines(keepends=True)
        cells = first.split(b",")
        cells[place] = value.encode()
        return b"".join([head, b",".join(cells), *rest])

    return edit


def spec(value: object) -> Callable[[bytes], bytes]:
    return lambda content: json.dumps({**json.loads(content), "spec": value}).encode()


@pytest.mark.parametrize(
    ("act", "name", "edit", "code"),
    [
        (compared, "run.json", lambda content: content[:100], "Q030"),
        (compared, "run.json", lambda _: b"[" * 100_000, "Q030"),
        (compared, "run.json", lambda _: b"[]", "Q030"),
        (compared, "run.json", spec([]), "Q030"),
        (compared, "run.json", spec({"select": []}), "Q030"),
        (compared, "run.json", spec({"select": {"top": "all"}}), "Q030"),
        (compared, RANKING, headed("rank", "place"), "Q031"),
        (compared, RANKING, lambda content: content + b"x" * 140_000, "I019"),
        (proofed, RANKING, lambda _: b"", "P003"),
        (proofed, RANKING, lambda content: content.rstrip()[:-1] + b"\xe5", "P003"),
        (proofed, RANKING, headed("tier", "group"), "Q031"),
        (proofed, RANKING, in_first_row(4, "first"), "P003"),
        (proofed, "tables/sentences.csv", headed("text", "words"), "Q031"),
        (proofed, "tables/cuts.csv", lambda _: b"\xff\xff", "P003"),
    ],
)
def test_the_file_is_named(
    whole: Path,
    tmp_path: Path,
    act: Callable[[Path, Path], object],
    name: str,
    edit: Callable[[bytes], bytes],
    code: str,
) -> None:
    folder = Path(copytree(whole, tmp_path / "out"))
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(edit(before))
    with pytest.raises(TierwiseError) as caught:
        act(folder, whole)
    assert {one.code for one in caught.value.problems} == {code}
    assert all(Path(name).name in one.place for one in caught.value.problems)


def test_a_list_longer_than_any_is_all_units(whole: Path, tmp_path: Path) -> None:
    folder = Path(copytree(whole, tmp_path / "out"))
    record = folder / "run.json"
    record.write_bytes(spec({"select": {"top": 10**400}})(record.read_bytes()))
    assert compared(folder, whole)
