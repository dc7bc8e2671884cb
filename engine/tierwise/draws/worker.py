"""One thread that makes draws block by block and counts them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.blocks import BLOCK
from tierwise.draws.counts import UNIT_WEIGHT, Counts
from tierwise.draws.feeds import Feed, part_size
from tierwise.draws.setup import Setup
from tierwise.kernels.ranks import TIES, BlockRanks

SAMPLE: Final = 1 << 14  # scores that show how they are spread
SLABS: Final = 8
Places = NDArray[np.uint16]


class Shared:
    """The counts of a run, shared by its threads.

    Large arrays are locked by slabs of units, so that threads add to different slabs at the same time.
    """

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.lock = Lock()
        units = counts.setup.units
        edges = np.linspace(0, units, min(SLABS, units) + 1).astype(int)
        self.slabs = [(int(low), int(high)) for low, high in pairwise(edges)]
        self.slab_locks = [Lock() for _ in self.slabs]

    @contextmanager
    def everything(self) -> Iterator[None]:
        """Hold all slabs."""
        with ExitStack() as stack:
            for lock in self.slab_locks:
                stack.enter_context(lock)
            yield

    def each_slab(self, first: int) -> Iterator[tuple[int, int]]:
        """Yield the range of each slab while holding it, beginning with one of them."""
        for step in range(len(self.slabs)):
            slab = (first + step) % len(self.slabs)
            with self.slab_locks[slab]:
                yield self.slabs[slab]


class Worker:
    """Working memory of one thread, and the steps from random numbers to counts.

    Scores are made and ranked a part at a time, so that they stay in the processor's cache; ranks are counted
    a block at a time, unit by unit, so that the histogram passes through it once.
    """

    def __init__(self, shared: Shared, feed: Feed, number: int) -> None:
        self.shared = shared
        self.setup: Setup = shared.counts.setup
        self.feed = feed
        self.number = number
        units = self.setup.units
        step = part_size(units)
        self.places: Places = np.empty((BLOCK, units), dtype=np.uint16)
        self.ruled = self.places if self.setup.ties == "min" else np.empty_like(self.places)
        self.given = np.argsort(self.setup.order)
        self.lowest, self.highest = np.empty((2, units), dtype=np.uint16)
        self.ranks: BlockRanks | None = None
        self.slices: NDArray[np.uint64] | None = None
        self.tiers = TierCounter(self.setup, step) if self.setup.cutter is not None else None
        self.central = Central(self.setup) if self.setup.counts_central else None
        ordered = self.tiers is not None or self.central is not None
        self.order: Places = np.empty((step if ordered else 1, units), dtype=np.uint16)

    def run(self, rng: Generator, size: int) -> None:
        """Make the draws of one block and count them."""
        done = failed = 0
        self.lowest[:], self.highest[:] = np.iinfo(np.uint16).max, 0
        for scores, local, wrong in self.feed.parts(rng, size):
            good, weights = _without(scores, local, wrong)
            failed += len(scores) - len(good)
            if not len(good):
                continue
            self.setup.round(good)
            rows = slice(done, done + len(good))
            self._rank(good, rows)
            if self.central is not None and weights is not None:
                order = self.order[: len(good)]
                self.central.add(order, self.places[rows], self.ruled[rows], weights)
            done += len(good)
        if done:
            self._count(done)
        with self.shared.lock:
            counts = self.shared.counts
            counts.draws += done
            counts.failed += failed
            if self.tiers is not None:
                self.tiers.flush(counts)
            if self.central is not None:
                self.central.flush(counts)

    def _rank(self, scores: FloatArray, rows: slice) -> None:
        """Rank some draws, and find their tiers."""
        from tierwise.kernels.compiled_counts import reach_rows  # loads numba
        from tierwise.kernels.compiled_ranks import tied_rows

        if self.ranks is None:
            self.ranks = BlockRanks(scores[: max(1, SAMPLE // self.setup.units)])
        order = self.order[: len(scores)]
        self.ranks.write(scores, order, self.places[rows])
        if self.ruled is not self.places:
            tied_rows(self.places[rows], TIES.index(self.setup.ties), self.given, self.ruled[rows])
        reach_rows(self.ruled[rows], self.lowest, self.highest)
        if self.tiers is not None:
            self.tiers.count(scores, order, self.places[rows], self.ruled[rows])

    def _count(self, draws: int) -> None:
        """Add ranks to the histograms, and to the pairs if asked for."""
        from tierwise.kernels.compiled_counts import count_ranks  # loads numba
        from tierwise.kernels.compiled_pairs import count_wins

        ruled, counts = self.ruled[:draws], self.shared.counts
        lowest, highest = self.lowest.astype(np.int64), self.highest.astype(np.int64)
        with self.shared.lock:
            if counts.ranks.must_widen(lowest, highest):
                with self.shared.everything():
                    counts.ranks.cover(lowest, highest)
            else:
                counts.ranks.cover(lowest, highest)
        pairs = self._pairs(draws) if self.setup.counts_pairs else None
        for first, stop in self.shared.each_slab(self.number):
            count_ranks(ruled, lowest, highest, first, stop, counts.ranks.offset, counts.ranks.counts)
            if pairs is not None:
                slices, tied = pairs
                count_wins(slices, draws, lowest, highest, first, stop, tied, counts.wins)

    def _pairs(self, draws: int) -> tuple[NDArray[np.uint64], bool]:
        """Return places as slices of their bits, and whether some are tied."""
        from tierwise.kernels.compiled_counts import rank_shifts  # loads numba
        from tierwise.kernels.compiled_pairs import slice_places, slices_for, words_of

        units = self.setup.units
        if self.slices is None:
            self.slices = slices_for(BLOCK, self.setup.bins, units)
        slices = self.slices[: words_of(draws)]
        slice_places(self.ruled[:draws], slices)
        every = units * (units - 1) // 2  # the sum of places without a tie: each tie lowers it
        sums = np.empty(draws, dtype=np.int64)
        rank_shifts(self.places[:draws], np.zeros(units, dtype=np.uint16), sums)
        tied = bool((sums != every).any())
        return slices, tied


class Central:
    """Sums of the local weights of the draws in which a unit ranks first, over a block."""

    def __init__(self, setup: Setup) -> None:
        self.firsts: IntArray = np.zeros(setup.units, dtype=np.int64)
        self.sums: FloatArray = np.zeros((setup.units, setup.nodes))

    def add(self, order: Places, places: Places, ruled: Places, local: FloatArray) -> None:
        """Add some draws, in their order."""
        from tierwise.kernels.compiled_counts import sum_firsts  # loads numba

        sum_firsts(order, places, ruled, np.ascontiguousarray(local), self.firsts, self.sums)

    def flush(self, counts: Counts) -> None:
        """Add the block's sums to the counts of the run."""
        seen = np.flatnonzero(self.firsts)  # few of many units are ever first
        counts.firsts[seen] += self.firsts[seen]
        counts.weights[seen] += np.rint(self.sums[seen] * UNIT_WEIGHT).astype(np.int64)
        self.firsts[seen] = 0
        self.sums[seen] = 0.0


class Listed(NamedTuple):
    """The lists of some draws: how many units each has, one more than the last of them, where it is cut."""

    selected: IntArray  # (draws,)
    reach: IntArray  # (draws,)
    cuts: IntArray  # (draws, count - 1): units above each cut
    middles: FloatArray  # (draws, count - 1): the score of each cut, NaN where it has none


class Lister:
    """Lists and their cuts, some draws at a time."""

    def __init__(self, setup: Setup, step: int) -> None:
        assert setup.cutter is not None
        self.setup = setup
        self.cutter = setup.cutter
        tiers, units = self.cutter.rule.count, setup.units
        self.cut_rows = self.cutter.row_cutter(units)
        self.last = setup.steps * (setup.top - 1)
        self.ordinal = setup.ties == "ordinal"
        self.selected = np.empty(step, dtype=np.int64)
        self.reach = np.empty(step, dtype=np.int64)
        self.listed = np.empty((step, units))
        self.cuts = np.empty((step, tiers - 1), dtype=np.int64)

    def lists(self, scores: FloatArray, order: Places, places: Places, ruled: Places) -> Listed:
        """Return the lists of some draws; all but the scores of cuts are working memory."""
        from tierwise.kernels.compiled_counts import list_rows  # loads numba

        draws = len(scores)
        selected, reach, listed = self.selected[:draws], self.reach[:draws], self.listed[:draws]
        cuts = self.cuts[:draws]
        list_rows(scores, order, places, ruled, self.last, self.ordinal, selected, reach, listed)
        self._cut(order, selected, listed, cuts)
        return Listed(selected, reach, cuts, self._middles(selected, listed, cuts))

    def _middles(self, selected: IntArray, listed: FloatArray, cuts: IntArray) -> FloatArray:
        """Return the score of each cut: its limit, or the middle of its two sides; NaN where it has none."""
        inside = cuts < selected[:, None]
        if self.cutter.limits.size:
            return np.where(inside, self.cutter.limits, np.nan)
        inside &= cuts > 0
        draw, below = np.arange(len(cuts))[:, None], np.where(inside, cuts, 0)
        above = np.maximum(below - 1, 0)
        with np.errstate(invalid="ignore", over="ignore"):  # of lists without units
            middles = listed[draw, below] + (listed[draw, above] - listed[draw, below]) / 2
        return np.where(inside, middles, np.nan)

    def _cut(self, order: Places, selected: IntArray, listed: FloatArray, cuts: IntArray) -> None:
        """Write the cuts of some lists."""
        if self.cut_rows is not None:
            self.cut_rows(listed, selected, cuts)
            return
        for draw, units in enumerate(selected):
            chosen = self.setup.order[order[draw, :units]]
            cuts[draw] = self.cutter.cuts(listed[draw, :units].copy(), chosen)


class TierCounter:
    """Tiers of some draws at a time, counted over a block."""

    def __init__(self, setup: Setup, step: int) -> None:
        self.lister = Lister(setup, step)
        tiers, units = self.lister.cutter.rule.count, setup.units
        self.row = np.empty(units + 1, dtype=np.uint8)
        self.tiers: Places = np.zeros((tiers, units), dtype=np.uint16)
        self.splits: Places = np.zeros(units, dtype=np.uint16)
        self.cut_ranks: IntArray = np.zeros((tiers - 1, units + 1), dtype=np.int64)
        self.middles: list[FloatArray] = []
        self.draws = 0

    def count(self, scores: FloatArray, order: Places, places: Places, ruled: Places) -> None:
        """Cut the list of each draw and count where its units and cuts are."""
        from tierwise.kernels.compiled_counts import count_tiers  # loads numba

        selected, reach, cuts, middles = self.lister.lists(scores, order, places, ruled)
        self.middles.append(middles)
        last = self.lister.last
        count_tiers(
            places, ruled, last, selected, reach, cuts, self.tiers, self.splits, self.cut_ranks, self.row
        )
        self.draws += len(scores)

    def flush(self, counts: Counts) -> None:
        """Add what was counted since the last time to the counts of the run."""
        counts.tiers[1:] += self.tiers
        counts.tiers[0] += self.draws - self.tiers.sum(axis=0, dtype=np.int64)
        counts.splits += self.splits[:-1]
        counts.cut_ranks += self.cut_ranks
        if self.middles:
            for bins, column in zip(counts.cut_scores, np.vstack(self.middles).T, strict=True):
                bins.add(column[np.isfinite(column)])
        for array in (self.tiers, self.splits, self.cut_ranks):
            array[:] = 0
        self.middles.clear()
        self.draws = 0


def _without(
    scores: FloatArray, local: FloatArray | None, failed: BoolArray
) -> tuple[FloatArray, FloatArray | None]:
    """Return the draws that did not fail."""
    if not failed.any():
        return scores, local
    return scores[~failed], None if local is None else local[~failed]
