"""The counts of a run on disk, so that a run that was stopped or killed goes on where it was.

The file is replaced in one step, so that there is always a whole one. It holds a fingerprint of what is
drawn and counted; a run with other data, settings or seed does not take it for its own.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierwise.draws.blocks import Done, block_generator
from tierwise.draws.counts import Bins, Counts
from tierwise.draws.setup import Setup
from tierwise.draws.source import Source
from tierwise.errors import TierwiseError, problem

FORMAT = 1
TASTE = 16  # draws whose bits stand for the source


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
    """Write counts to a file, in one step."""
    unfinished = path.with_name(f"{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    with unfinished.open("wb") as file:
        np.savez(file, allow_pickle=False, **dict(_arrays(counts, key)))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def load(path: Path, setup: Setup, key: str) -> Counts:
    """Return the counts of a file.

    Raises:
        TierwiseError: U009 when it is no checkpoint or one of another run.

    """
    try:
        with np.load(path, allow_pickle=False) as file:
            found = dict(file)
    except (OSError, ValueError, EOFError, KeyError) as error:
        raise TierwiseError(problem("U009", str(path), reason=str(error))) from None
    if str(found.get("key")) != key:
        raise TierwiseError(problem("U009", str(path), reason="other data, settings or seed"))
    return _counts(found, setup)


def _arrays(counts: Counts, key: str) -> Iterator[tuple[str, NDArray[Any]]]:
    yield "key", np.array(key)
    numbers = {
        "draws": counts.draws,
        "failed": counts.failed,
        "shift": counts.shift,
        "shift_squares": counts.shift_squares,
        "done": counts.done.ranges,
    }
    yield "numbers", np.array(json.dumps(numbers))
    for name in ("offset", "counts", "lowest", "highest"):
        yield f"ranks_{name}", getattr(counts.ranks, name)
    for name in ("tiers", "cut_ranks", "splits", "wins", "firsts", "weights"):
        yield name, getattr(counts, name)
    for cut, bins in enumerate(counts.cut_scores):
        yield f"bin_keys_{cut}", bins.keys
        yield f"bin_counts_{cut}", bins.counts


def _counts(found: dict[str, NDArray[Any]], setup: Setup) -> Counts:
    counts = Counts(setup)
    numbers = json.loads(str(found["numbers"]))
    counts.done = Done([(first, stop) for first, stop in numbers.pop("done")])
    for name, number in numbers.items():
        setattr(counts, name, number)
    for name in ("offset", "counts", "lowest", "highest"):
        setattr(counts.ranks, name, found[f"ranks_{name}"])
    for name in ("tiers", "cut_ranks", "splits", "wins", "firsts", "weights"):
        setattr(counts, name, found[name])
    counts.cut_scores = [
        Bins(found[f"bin_keys_{cut}"], found[f"bin_counts_{cut}"]) for cut in range(len(counts.cut_scores))
    ]
    return counts
