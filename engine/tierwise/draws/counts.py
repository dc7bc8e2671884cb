"""What is added up over draws. Every count is an integer, so that no order of adding changes a bit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.blocks import Done
from tierwise.draws.histogram import RankCounts
from tierwise.draws.setup import Setup
from tierwise.tolerances import WHOLE

UNIT_WEIGHT = 2.0**31  # weights are summed over a block, then as multiples of 2^-31
SORTED_AT_ONCE = 1 << 16
DENSE = 1 << 17  # bins of one or two powers of two
KEPT_BITS = np.int64(52 - 16)  # mantissa bits that a bin of cut scores does not see


class Bins:
    """A histogram over scores with bins as fine as 1 part in 65,536 of the score, kept where not empty."""

    def __init__(self, keys: IntArray | None = None, counts: IntArray | None = None) -> None:
        none = np.empty(0, dtype=np.int64)
        self._keys = none if keys is None else keys
        self._counts = none if counts is None else counts
        self._waiting: list[tuple[IntArray, IntArray]] = []
        self._waits = 0

    @property
    def keys(self) -> IntArray:
        """The bins that hold any score, see :func:`bin_middles`."""
        self._settle()
        return self._keys

    @property
    def counts(self) -> IntArray:
        """How many scores each of :attr:`keys` holds."""
        self._settle()
        return self._counts

    def add(self, scores: FloatArray) -> None:
        """Count finite scores."""
        self._wait(bin_keys(scores), np.ones(len(scores), dtype=np.int64))

    def merge(self, other: Bins) -> None:
        """Add another histogram."""
        self._wait(other.keys, other.counts)

    def quantile(self, share: float) -> float:
        """Return the middle of the bin that holds the quantile (NaN when nothing was counted)."""
        if not self.counts.size:
            return float("nan")
        total = np.cumsum(self.counts)
        return float(bin_middles(self.keys[np.searchsorted(total, quantile_count(share, int(total[-1])))]))

    def _wait(self, keys: IntArray, counts: IntArray) -> None:
        """Keep some for later: many are sorted in at once."""
        if not len(keys):
            return
        self._waiting.append((keys, counts))
        self._waits += len(keys)
        if self._waits > SORTED_AT_ONCE:
            self._settle()

    def _settle(self) -> None:
        if not self._waiting:
            return
        every = [(self._keys, self._counts), *self._waiting]
        keys, weights = (np.concatenate(parts) for parts in zip(*every, strict=True))
        lowest = keys.min()
        if keys.max() - lowest < DENSE:  # as nearly always: an array of all bins is quicker than sorting
            place, names = keys - lowest, lowest + np.arange(DENSE)
        else:
            names, place = np.unique(keys, return_inverse=True)
        counts = np.zeros(len(names), dtype=np.int64)
        np.add.at(counts, place, weights)
        self._keys, self._counts = names[counts > 0], counts[counts > 0]
        self._waiting, self._waits = [], 0


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
    return min(max(int(np.ceil(share * total - WHOLE)), 1), total)


class Counts:
    """All counts of a run, by units in nominal order; see :class:`~tierwise.draws.tally.Tally`."""

    def __init__(self, setup: Setup) -> None:
        units, tiers = setup.units, setup.tiers.count if setup.tiers else 0
        self.setup = setup
        self.done = Done()
        self.draws = 0
        self.failed = 0
        self.ranks = RankCounts(units, setup.bins)
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
        self.tiers += other.tiers
        self.cut_ranks += other.cut_ranks
        for mine, theirs in zip(self.cut_scores, other.cut_scores, strict=True):
            mine.merge(theirs)
        self.splits += other.splits
        self.wins += other.wins
        self.firsts += other.firsts
        seen = np.flatnonzero(other.firsts)
        self.weights[seen] += other.weights[seen]
