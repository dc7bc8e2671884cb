"""Blocks of draws: their numbers, generators and sizes, and which of them are done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from numpy.random import Generator, SeedSequence, default_rng

__all__ = ["DRAWS"]

BLOCK: Final = 1024
DRAWS: Final = 10_000
"""How many draws are made where nobody says a number."""


def block_generator(seed: int, block: int) -> Generator:
    """Return the generator of one block."""
    return default_rng(SeedSequence(seed, spawn_key=(block,)))


def blocks_of(draws: int) -> int:
    """Return how many blocks hold so many draws."""
    return -(-draws // BLOCK)


def block_size(block: int, draws: int) -> int:
    """Return how many of a run's draws are in a block."""
    return min(BLOCK, draws - block * BLOCK)


def block_sizes(draws: int) -> Iterator[tuple[int, int]]:
    """Yield number and size of each block of a run."""
    for block in range(blocks_of(draws)):
        yield block, block_size(block, draws)


@dataclass
class Done:
    """A set of blocks as ranges ``(first, stop)`` in order, not touching."""

    ranges: list[tuple[int, int]] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(stop - first for first, stop in self.ranges)

    def add(self, first: int, stop: int) -> None:
        """Add the blocks from ``first`` up to ``stop``."""
        if first >= stop:
            return
        merged: list[tuple[int, int]] = []
        for low, high in sorted([*self.ranges, (first, stop)]):
            if merged and low <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], high))
            else:
                merged.append((low, high))
        self.ranges = merged

    def missing(self, stop: int) -> list[tuple[int, int]]:
        """Return the ranges of blocks below ``stop`` that are not in the set."""
        gaps = []
        at = 0
        for low, high in [*self.ranges, (stop, stop)]:
            if at < min(low, stop):
                gaps.append((at, min(low, stop)))
            at = max(at, high)
        return gaps
