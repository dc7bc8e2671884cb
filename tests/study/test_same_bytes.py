"""The same bytes whatever the hash seed, threads and folder, from a workbook as from files."""

import csv
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

Cells = dict[str, list[list[Any]]]

SETTINGS = {
    "name": "same",
    "title": "The same, twice",
    "index.missing": "knn",
    "index.outliers": "winsorise",
    "index.aggregation": ["geometric", "arithmetic"],
    "index.normalise.to": [1, 100],
    "tiers.count": 2,
    "tiers.on": "indicators",
    "uncertainty.draws": 1500,
    "uncertainty.seed": 7,
}

WIDTH = re.compile(rb'(?<=<col )[^>]*width="[^"]*"')
QUOTE = rb'(?:\\?"|&quot;|&#34;)'
SETTING = re.compile(rb"\[(index|uncertainty)\] ([a-z_]+)(?: = " + QUOTE + rb"([a-z]+)" + QUOTE + rb")?")


@pytest.fixture
def inputs(sheets: Cells, write_book: Callable[[Cells], Path], tmp_path: Path) -> tuple[Path, Path]:
    """Return the same scenario as a workbook and as a TOML file with CSV files, in two folders."""
    sheets["Data"][3][4] = None
    sheets["Data"][5][6] = None
    sheets["History"] = [["year", "code", "rank"], [2017, "a", 1], [2018, "b", 2], [2018, "x", 1]]
    sheets["Scenario"] = [["key", "value"], *([key, json.dumps(value)] for key, value in SETTINGS.items())]
    book = write_book(sheets)
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("Data", "Framework", "Experts", "History"):
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(sheets[name])
    lines = [f"{key} = {json.dumps(value)}" for key, value in SETTINGS.items()]
    files = {"units": "Data", "framework": "Framework", "experts": "Experts", "history": "History"}
    lines += [f'data.{key} = "{name}.csv"' for key, name in files.items()]
    (folder / "same.toml").write_text("\n".join(lines), encoding="utf-8")
    return book, folder / "same.toml"


def results(scenario: Path, folder: Path, threads: int, **environment: str) -> dict[str, bytes]:
    """Run the command from a folder of its own and return every file that it wrote."""
    folder.mkdir()
    command = [sys.executable, "-m", "tierwise", "run", str(scenario), "--out", "out"]
    done = subprocess.run(
        [*command, "--threads", str(threads)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    files = sorted(path for path in (folder / "out").rglob("*") if path.is_file())
    return {path.relative_to(folder / "out").as_posix(): path.read_bytes() for path in files}


def without_file_names(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the parts of all files, with places and settings as a workbook has them.

    Places are told by sheet alone, ``Data!4`` for ``Data.csv!4``. The width of a column, which follows its
    longest text, does not count.
    """
    parts = {}
    for name, content in files.items():
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(BytesIO(content)) as book:
                parts |= {f"{name}/{part}": WIDTH.sub(b"", book.read(part)) for part in book.namelist()}
        else:
            parts[name] = content
    return {name: of_books(content) for name, content in parts.items()}


def of_books(content: bytes) -> bytes:
    """Return what a run of CSV files says in the words of a workbook."""
    told = content.replace(b".csv!", b"!")
    return SETTING.sub(lambda key: b".".join(key.group(1, 2)) + (b" = " + key[3] if key[3] else b""), told)


def test_the_same_bytes(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    book, toml = inputs
    first = results(book, tmp_path / "one", 1, PYTHONHASHSEED="1", OMP_NUM_THREADS="1")
    second = results(
        toml, tmp_path / "two", 2, PYTHONHASHSEED="2", OMP_NUM_THREADS="2", NUMBA_NUM_THREADS="2"
    )
    assert first.keys() == second.keys()
    records = [json.loads(of_books(files.pop("run.json"))) for files in (first, second)]
    for record in records:
        for key in ("seconds", "input", "inputs"):
            del record[key]
        assert record.pop("files").keys() >= first.keys()
    assert records[0] == records[1]
    one, other = without_file_names(first), without_file_names(second)
    assert one.keys() == other.keys()
    assert [name for name, content in one.items() if content != other[name]] == []
