"""The counts of a run on disk, so that a run that was stopped or killed goes on where it was.

The file is replaced in one step, so that there is always a whole one. It holds a fingerprint of what is
drawn and counted; a run with other data, settings or seed does not take it for its own. It holds a digest of
all its content too, and counts that agree with one another, so that no damaged one is taken.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tierwise.draws.blocks import BLOCK, Done, block_generator, block_size
from tierwise.draws.counts import Bins, Counts
from tierwise.draws.setup import Setup
from tierwise.draws.source import Source
from tierwise.errors import TierwiseError, problem
from tierwise.outputs.files import DAMAGED

FORMAT = 3
TASTE = 16  # draws whose bits stand for the source
RANKS = ("offset", "counts", "lowest", "highest")
TABLES = ("tiers", "cut_ranks", "splits", "wins", "firsts", "weights")
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "broken": ("it is damaged", "文件已损坏"),
    "other": ("it is of other data, settings or another seed", "数据、设置或种子不同"),
    "part": (
        f"it ends within a block of {BLOCK:,} draws, and only the same number of draws can go on from there",
        f"其末尾不足一组（{BLOCK:,} 次）抽样，只能按原抽样次数继续",
    ),
}


def fingerprint(source: Source, setup: Setup, seed: int) -> str:
    """Return a digest of the first draws of a source and of all settings."""
    digest = hashlib.sha256()
    tasted = source.block(block_generator(seed, 0), TASTE)
    rule = setup.tiers
    settings = [
        FORMAT,
        seed,
        setup.nodes,
        setup.ties,
        setup.decimals,
        setup.half,
        setup.top,
        sorted(setup.quantities),
        None if rule is None else [rule.count, rule.rule, rule.method, rule.sizes, rule.cuts],
        None if rule is None or rule.partition is None else type(rule.partition).__qualname__,
    ]
    digest.update(json.dumps(settings, default=str).encode())
    for array in (setup.nominal, tasted.scores, tasted.local, None if rule is None else rule.nominal):
        digest.update(b"-" if array is None else np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def save(path: Path, counts: Counts, key: str) -> None:
    """Write counts to a file, in one step; raise U021 when it cannot be written."""
    unfinished = path.with_name(f"{path.name}.part")
    arrays = dict(_arrays(counts, key))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays, digest=np.array(digest(arrays)))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise TierwiseError(problem("U021", str(path), reason=reason, draws=counts.draws)) from None


def load(path: Path, setup: Setup, key: str, draws: int) -> Counts:
    """Return the counts of a file, for a run of so many draws.

    Raises:
        TierwiseError: U009 when it is no checkpoint, a damaged one, or one of another run.

    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = dict(file)
        stated = str(arrays.pop("digest"))
    except DAMAGED:
        raise _refused(path, "broken") from None
    if stated != digest(arrays):
        raise _refused(path, "broken")
    if str(arrays.get("key")) != key:
        raise _refused(path, "other")
    try:
        counts = _counts(arrays, setup)
    except (KeyError, TypeError, ValueError):
        raise _refused(path, "broken") from None
    if not agree(counts):
        raise _refused(path, "broken")
    made, blocks = counts.draws + counts.failed, len(counts.done)
    within = sum(block_size(block, draws) for low, stop in counts.done.ranges for block in range(low, stop))
    if made not in (blocks * BLOCK, within):
        raise _refused(path, "part")
    return counts


def digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    """Return the SHA-256 of arrays with their names, types and shapes."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        total.update(array.tobytes())
    return total.hexdigest()


def agree(counts: Counts) -> bool:
    """Tell whether counts fit the run and one another: every draw ranked each unit, and listed it or not."""
    empty, draws = Counts(counts.setup), counts.draws
    shapes = all(
        getattr(counts, name).shape == getattr(empty, name).shape
        and getattr(counts, name).dtype == getattr(empty, name).dtype
        for name in TABLES
    )
    units = counts.setup.units
    ranks = counts.ranks
    fitting = all(getattr(ranks, name).shape[0] == units for name in RANKS)
    numbers = (counts.draws, counts.failed)
    if not (shapes and fitting and all(isinstance(number, int) and number >= 0 for number in numbers)):
        return False
    placed = ranks.counts.sum(axis=1, dtype=np.int64)
    listed = counts.tiers.sum(axis=0) if counts.setup.tiers else draws
    return bool(np.all(placed == draws) and np.all(listed == draws) and (counts.tiers >= 0).all())


def _refused(path: Path, kind: str) -> TierwiseError:
    reason, reason_zh = REASONS[kind]
    return TierwiseError(problem("U009", str(path), reason=reason, reason_zh=reason_zh))


def _arrays(counts: Counts, key: str) -> Iterator[tuple[str, NDArray[Any]]]:
    yield "key", np.array(key)
    numbers = {
        "draws": counts.draws,
        "failed": counts.failed,
        "done": counts.done.ranges,
    }
    yield "numbers", np.array(json.dumps(numbers))
    for name in RANKS:
        yield f"ranks_{name}", getattr(counts.ranks, name)
    for name in TABLES:
        yield name, getattr(counts, name)
    for cut, bins in enumerate(counts.cut_scores):
        yield f"bin_keys_{cut}", bins.keys
        yield f"bin_counts_{cut}", bins.counts


def _counts(arrays: dict[str, NDArray[Any]], setup: Setup) -> Counts:
    counts = Counts(setup)
    numbers = json.loads(str(arrays["numbers"]))
    counts.done = Done([(first, stop) for first, stop in numbers.pop("done")])
    for name, number in numbers.items():
        setattr(counts, name, number)
    counts.ranks.draws = counts.draws
    for name in RANKS:
        setattr(counts.ranks, name, arrays[f"ranks_{name}"])
    for name in TABLES:
        setattr(counts, name, arrays[name])
    counts.cut_scores = [
        Bins(arrays[f"bin_keys_{cut}"], arrays[f"bin_counts_{cut}"]) for cut in range(len(counts.cut_scores))
    ]
    return counts
