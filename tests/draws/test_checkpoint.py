"""A checkpoint is taken whole or refused: truncated, flipped and doctored files, and those of other runs."""

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from tests.draws.runs import ALL, bits, source

from tierwise.draws.blocks import BLOCK
from tierwise.draws.checkpoint import digest, fingerprint, save
from tierwise.draws.simulate import simulate
from tierwise.errors import TierwiseError


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("kept") / "checkpoint"
    tally = simulate(source(), draws=2 * BLOCK, **ALL)
    save(path, tally.counts, fingerprint(source(), tally.setup, seed=11))
    return path.read_bytes()


def resumed(path: Path, draws: int = 4000) -> Any:
    return simulate(source(), draws=draws, checkpoint=path, **ALL)


def refused(path: Path, draws: int = 4000) -> str:
    with pytest.raises(TierwiseError) as caught:
        resumed(path, draws)
    [problem] = caught.value.problems
    assert problem.code == "U009"
    assert problem.line("zh").isascii() is False
    return problem.text()


def test_a_whole_one_is_gone_on_from(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    path.write_bytes(content)
    assert bits(resumed(path)) == bits(simulate(source(), draws=4000, **ALL))


def test_one_of_a_run_without_tiers_is_gone_on_from(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    part = simulate(source(), draws=10**6, checkpoint=path, progress=lambda done, total, rate: False)
    assert (part.complete, part.counts.tiers.size) == (False, 0)
    draws = part.draws + BLOCK
    whole = simulate(source(), draws=draws, checkpoint=path)
    assert whole.draws == draws
    assert (whole.rank_counts == simulate(source(), draws=draws).rank_counts).all()


@pytest.mark.parametrize("seed", range(40))
def test_no_flipped_or_truncated_one_is_taken(content: bytes, tmp_path: Path, seed: int) -> None:
    chance, path = Random(seed), tmp_path / "checkpoint"
    spoilt = bytearray(content)
    if seed % 2:
        del spoilt[chance.randrange(len(spoilt)) :]
    else:
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    path.write_bytes(spoilt)
    try:
        tally = resumed(path)
    except TierwiseError as error:
        assert [one.code for one in error.problems] == ["U009"]
    else:  # a bit of the archive that says nothing, such as a time
        assert bits(tally) == bits(simulate(source(), draws=4000, **ALL))


def doctored(path: Path, content: bytes, **changes: Any) -> None:
    """Write the checkpoint with other arrays and a digest that fits them."""
    path.write_bytes(content)
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: array for name, array in file.items() if name != "digest"}
    for name, change in changes.items():
        arrays[name] = change(arrays[name])
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays, digest=np.array(digest(arrays)))


def test_no_doctored_one_is_taken(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    doctored(path, content, ranks_counts=lambda counts: counts + np.uint32(1))
    assert "damaged" in refused(path)  # P(rank 2) = 1.87 was accepted once
    doctored(path, content, tiers=lambda tiers: tiers * 2)
    assert "damaged" in refused(path)
    doctored(path, content, tiers=lambda tiers: tiers.astype(np.float64))
    assert "damaged" in refused(path)
    doctored(path, content, key=lambda key: np.array("0" * 64))
    assert "other data" in refused(path)


def test_a_part_of_a_block_is_not_gone_on_from_by_more_draws(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    tally = simulate(source(), draws=1500, **ALL)
    save(path, tally.counts, fingerprint(source(), tally.setup, seed=11))
    assert bits(resumed(path, 1500)) == bits(tally)
    assert "within a block" in refused(path, 4000)


def test_more_draws_than_asked_for_are_all_used_and_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    path.write_bytes(content)
    assert resumed(path, 1000).draws == 2 * BLOCK


def test_a_disk_that_is_full_is_told_and_what_was_kept_stays(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoint"
    path.write_bytes(content)
    monkeypatch.setattr("tierwise.draws.simulate.CHECKPOINT_SECONDS", 0.0)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(TierwiseError) as caught:
        resumed(path, 100_000)
    assert [one.code for one in caught.value.problems] == ["U021"]
    assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint"]
