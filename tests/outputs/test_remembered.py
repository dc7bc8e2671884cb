"""Kept results: the very bits that were computed, under all that they follow from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import tierwise as tw
from tierwise.arrays import FloatArray
from tierwise.outputs import remembered as module
from tierwise.outputs.remembered import fresh, remembered

CALLS: list[object] = []


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    CALLS.clear()
    module._bound.cache_clear()
    monkeypatch.setenv("TIERWISE_CACHE", str(tmp_path / "kept"))
    yield tmp_path / "kept" / "results"


class Pair(NamedTuple):
    values: FloatArray
    total: float
    whole: bool


@dataclass(frozen=True)
class Box:
    sides: FloatArray
    name: str = ""


@remembered(Pair)
def pair(values: object, *, times: float = 1.0, box: Box | None = None) -> Pair:
    CALLS.append(values)
    array = np.asarray(values) * times / 3.0
    return Pair(array, float(array.sum()), whole=True)


@remembered(np.asarray)
def thirds(count: int) -> FloatArray:
    CALLS.append(count)
    return np.arange(count) / 3.0


@remembered(Pair, kept=lambda found: found.whole)
def unsure() -> Pair:
    CALLS.append(None)
    return Pair(np.ones(1), 1.0, whole=False)


def test_a_second_call_reads_the_same_bits() -> None:
    one, other = pair(np.arange(4.0)), pair(np.arange(4.0))
    assert len(CALLS) == 1
    assert one.values.tobytes() == other.values.tobytes()
    assert (one.total, one.whole) == (other.total, other.whole)
    assert type(other.total) is float
    assert type(other.whole) is bool
    assert thirds(3).tobytes() == thirds(3).tobytes()
    assert len(CALLS) == 2


def test_every_argument_counts() -> None:
    array = np.arange(4.0)
    pair(array)
    pair(array.astype(np.float32))
    pair(array.reshape(2, 2))
    pair(array, times=2.0)
    pair(array, box=Box(np.ones(2)))
    pair(array, box=Box(np.ones(2), "a"))
    pair(array, box=Box(np.zeros(2), "a"))
    pair(array + np.finfo(float).eps)
    assert len(CALLS) == 8


def test_changed_code_and_what_cannot_be_read_are_computed_anew(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = thirds(5)
    (file,) = kept.iterdir()
    file.write_bytes(file.read_bytes()[:40])
    np.testing.assert_array_equal(thirds(5), first)
    assert len(CALLS) == 2
    thirds(5)
    assert len(CALLS) == 2  # it was kept again
    monkeypatch.setattr(module, "_code", lambda: "another")
    thirds(5)
    assert len(CALLS) == 3


def test_fresh_computes_and_keeps() -> None:
    thirds(5)
    with fresh():
        thirds(5)
    thirds(5)
    assert len(CALLS) == 2


def test_what_is_not_kept(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unsure()
    unsure()
    pair(np.array([1.0, 2.0], dtype=object))
    assert len(CALLS) == 3
    assert not kept.exists()
    monkeypatch.setenv("TIERWISE_CACHE", "")
    thirds(2)
    thirds(2)
    assert len(CALLS) == 5
    monkeypatch.setenv("TIERWISE_CACHE", os.devnull)  # no folder can be made there
    assert len(thirds(2)) == 2


def test_the_folder_is_bounded_and_the_longest_unused_goes_first(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    thirds(100)
    (old,) = kept.iterdir()
    os.utime(old, (1, 1))
    module._bound.cache_clear()
    monkeypatch.setattr(module, "MOST_BYTES", old.stat().st_size + 100)
    thirds(101)
    assert not old.exists()
    assert len([*kept.iterdir()]) == 1


def test_a_run_gives_the_same_bytes_with_and_without(kept: Path, tmp_path: Path) -> None:
    def written(name: str, *, fresh: bool = False) -> dict[str, bytes]:
        folder = tw.run("technology-achievement", draws=200, threads=1, fresh=fresh).write(tmp_path / name)
        return {file.name: file.read_bytes() for file in sorted(folder.glob("tables/*.csv"))}

    first = written("first")
    assert len([*kept.iterdir()]) > 5  # ranges, sweeps, a design, targets
    assert written("second") == written("third", fresh=True) == first
