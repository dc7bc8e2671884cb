"""What is added up over draws. Every count is an integer, so that no order of adding changes a bit."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray, IntArray
from tierwise.uncertainty.blocks import Done
from tierwise.uncertainty.histogram import RankCounts
from tierwise.uncertainty.setup import Setup

UNIT_WEIGHT = 2.0**31  # weights are summed over a block, then as multiples of 2^-31
KEPT_BITS = np.int64(52 - 16)  # mantissa bits that a bin of cut scores does not see


@dataclass
class Bins:
    """A histogram over scores with bins as fine as 1 part in 65,536 of the score, kept where not empty."""

    keys: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    counts: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def add(self, scores: FloatArray) -> None:
        """Count finite scores."""
        keys, counts = np.unique(bin_keys(scores), return_counts=True)
        self.merge(Bins(keys, counts.astype(np.int64)))

    def merge(self, other: Bins) -> None:
        """Add another histogram."""
        keys, place = np.unique(np.concatenate([self.keys, other.keys]), return_inverse=True)
        counts = np.zeros(len(keys), dtype=np.int64)
        np.add.at(counts, place, np.concatenate([self.counts, other.counts]))
        self.keys, self.counts = keys, counts

    def quantile(self, share: float) -> float:
        """Return the middle of the bin that holds the quantile (NaN when nothing was counted)."""
        if not self.counts.size:
            return float("nan")
        total = np.cumsum(self.counts)
        return float(bin_middles(self.keys[np.searchsorted(total, quantile_count(share, int(total[-1])))]))


def bin_keys(scores: FloatArray) -> IntArray:
    """Return bin numbers that grow with the score: sign, exponent and 16 bits of the mantissa."""
    bits = np.abs(scores).view(np.int64) >> KEPT_BITS
    return np.where(scores < 0, -1 - bits, bits)


def bin_middles(keys: IntArray) -> FloatArray:
    """Return the score in the middle of each bin."""
    bits = np.where(keys < 0, -1 - keys, keys)
    low = np.asarray(bits << KEPT_BITS, dtype=np.int64).view(np.float64)
    high = np.asarray((bits + 1) << KEPT_BITS, dtype=np.int64).view(np.float64)
    middle = low + (high - low) / 2
    return np.where(keys < 0, -middle, middle)


def quantile_count(share: float, total: int) -> int:
    """Return how many of ``total`` values stand at or below the quantile (inverse of the distribution)."""
    return min(max(int(np.ceil(share * total - 1e-9)), 1), total)


class Counts:
    """All counts of a run, by units in nominal order; see :class:`~tierwise.uncertainty.tally.Tally`."""

    def __init__(self, setup: Setup) -> None:
        units, tiers = setup.units, setup.tiers.count if setup.tiers else 0
        self.setup = setup
        self.done = Done()
        self.draws = 0
        self.failed = 0
        self.ranks = RankCounts(units, setup.bins)
        self.shift = 0  # Σ over draws of the sum of rank shifts, in steps
        self.shift_squares = 0
        self.tiers: IntArray = np.zeros((tiers + 1 if tiers else 0, units), dtype=np.int64)
        self.cut_ranks: IntArray = np.zeros((max(tiers - 1, 0), units + 1), dtype=np.int64)
        self.cut_scores = [Bins() for _ in range(max(tiers - 1, 0))]
        self.splits: IntArray = np.zeros(max(units - 1, 0) if tiers else 0, dtype=np.int64)
        pairs = units if setup.counts_pairs else 0
        self.wins: NDArray[np.uint32] = np.zeros((pairs, pairs), dtype=np.uint32)
        central = units if setup.counts_central else 0
        self.firsts: IntArray = np.zeros(central, dtype=np.int64)
        self.weights: IntArray = np.zeros((central, setup.nodes), dtype=np.int64)

    def merge(self, other: Counts) -> None:
        """Add the counts of other draws."""
        for first, stop in other.done.ranges:
            self.done.add(first, stop)
        self.draws += other.draws
        self.failed += other.failed
        self.ranks.merge(other.ranks)
        self.shift += other.shift
        self.shift_squares += other.shift_squares
        self.tiers += other.tiers
        self.cut_ranks += other.cut_ranks
        for mine, theirs in zip(self.cut_scores, other.cut_scores, strict=True):
            mine.merge(theirs)
        self.splits += other.splits
        self.wins += other.wins
        self.firsts += other.firsts
        self.weights += other.weights
