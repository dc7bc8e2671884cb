"""Histograms of ranks, one for each unit, each over the window of ranks that the unit was seen at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray, IntArray

SMALL = 1024  # up to so many bins a window is not worth its trouble


class RankCounts:
    """Counts ``(units, width)`` of places ``offset (units,)`` onwards; windows grow with what is counted.

    The windows are as wide for each unit and never wider than all ``bins``. Counts are of 16 bits, half the
    memory to pass through, until there are more ``draws`` than these can tell, then of 32.
    """

    def __init__(self, units: int, bins: int) -> None:
        self.bins = bins
        width = bins if bins <= SMALL else 0
        self.offset: IntArray = np.zeros(units, dtype=np.int64)
        self.draws = 0
        self.counts: NDArray[np.uint16 | np.uint32] = np.zeros((units, width), dtype=_kind(0))
        self.lowest: IntArray = np.full(units, bins, dtype=np.int64)
        self.highest: IntArray = np.full(units, -1, dtype=np.int64)

    @property
    def width(self) -> int:
        """Places in each window."""
        return int(self.counts.shape[1])

    def cover(self, lowest: IntArray, highest: IntArray, draws: int) -> None:
        """Make room for so many more draws, in which a unit's places are from ``lowest`` to ``highest``."""
        widen = self.must_widen(lowest, highest, draws)
        self.draws += draws
        self.lowest = np.minimum(self.lowest, lowest)
        self.highest = np.maximum(self.highest, highest)
        if widen:
            self._widen()

    def must_widen(self, lowest: IntArray, highest: IntArray, draws: int) -> bool:
        """Return whether there is no room yet for such draws."""
        outside = (lowest < self.offset) | (highest >= self.offset + self.width)
        return bool(outside.any()) or self.counts.dtype != _kind(self.draws + draws)

    def merge(self, other: RankCounts) -> None:
        """Add the counts of other draws."""
        self.cover(other.lowest, other.highest, other.draws)
        for unit in range(len(self.counts)):
            low, high = other.lowest[unit], other.highest[unit] + 1
            if low < high:
                theirs = other.counts[unit, low - other.offset[unit] : high - other.offset[unit]]
                self.counts[unit, low - self.offset[unit] : high - self.offset[unit]] += theirs

    def full(self) -> NDArray[np.uint32]:
        """Return ``(units, bins)`` counts."""
        full = np.zeros((len(self.counts), self.bins), dtype=np.uint32)
        for unit, (low, high) in enumerate(zip(self.lowest, self.highest + 1, strict=True)):
            full[unit, low:high] = self.counts[unit, low - self.offset[unit] : high - self.offset[unit]]
        return full

    def bands(self, edges: Sequence[int]) -> IntArray:
        """Return ``(units, bands)``: how often each unit was at a place from one edge up to the next.

        One row is looked at a time, so that no more is held than is returned.
        """
        total = np.zeros((len(self.counts), len(edges) - 1), dtype=np.int64)
        for unit, (low, high) in enumerate(zip(self.lowest, self.highest + 1, strict=True)):
            seen = self.counts[unit, low - self.offset[unit] : high - self.offset[unit]]
            upto = np.concatenate([[0], np.cumsum(seen, dtype=np.int64)])
            total[unit] = np.diff(upto[np.clip(np.asarray(edges) - low, 0, len(seen))])
        return total

    def up_to(self, place: int) -> IntArray:
        """Return how often each unit was at this place or a better one."""
        return self._sums(np.clip(place + 1 - self.offset, 0, self.width))[:, 0]

    def place_at(self, count: int) -> IntArray:
        """Return the place that stands at this count, from 1, in the order of each unit's places."""
        from tierwise.kernels.compiled_counts import places_at  # loads numba

        places = np.empty(len(self.counts), dtype=np.int64)
        first, last = self.lowest - self.offset, self.highest - self.offset
        places_at(self.counts, first, last, int(self.counts[0].sum()), count, places)
        return places + self.offset

    def mean(self) -> FloatArray:
        """Return the mean place of each unit: whole numbers divided once, wherever its window begins."""
        sums = self._sums(np.full(len(self.counts), self.width))
        return (sums[:, 1] + self.offset * sums[:, 0]) / np.maximum(sums[:, 0], 1)

    def distances(self, places: IntArray) -> IntArray:
        """Return how far each unit was from a place given for it, added up over its counts."""
        at = places - self.offset
        near = self._sums(np.clip(at, 0, self.width))
        every = self._sums(np.full(len(self.counts), self.width))
        far: IntArray = every[:, 1] - at * every[:, 0] - 2 * (near[:, 1] - at * near[:, 0])
        return far

    def _sums(self, stops: IntArray) -> IntArray:
        from tierwise.kernels.compiled_counts import sums_up_to  # loads numba

        sums = np.empty((len(self.counts), 2), dtype=np.int64)
        sums_up_to(self.counts, stops, sums)
        return sums

    def _widen(self) -> None:
        span = int((self.highest - self.lowest).max()) + 1
        width = min(self.bins, span + span // 2 + 64) if self.bins > SMALL else self.bins
        spare = (width - (self.highest - self.lowest + 1)) // 2
        offset = np.clip(self.lowest - spare, 0, self.bins - width)
        counts = np.zeros((len(self.counts), width), dtype=_kind(self.draws))
        if self.width:
            for unit, (new, old) in enumerate(zip(offset, self.offset, strict=True)):
                low, high = max(new, old), min(new + width, old + self.width)
                counts[unit, low - new : high - new] = self.counts[unit, low - old : high - old]
        self.offset, self.counts = offset, counts


def _kind(draws: int) -> type[np.uint16 | np.uint32]:
    """Return the type of counts of so many draws."""
    return np.uint16 if draws <= np.iinfo(np.uint16).max else np.uint32
