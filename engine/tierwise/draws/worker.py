"""One thread that makes draws block by block and counts them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
from tierwise.kernels.blanks import Products
from tierwise.kernels.ranks import TIES, BlockRanks, Order, Places

SAMPLE: Final = 1 << 14  # scores that show how they are spread
SLABS: Final = 8


class Shared:
    """The counts of a run, shared by its threads.

    Large arrays are locked by slabs of units, so that threads add to different slabs at the same time.
    """

    def __init__(self, counts: Counts) -> None:
        from tierwise.kernels.compiled_counts import BESIDE  # loads numba

        self.counts = counts
        self.lock = Lock()
        units = counts.setup.units
        step = -(-units // (SLABS * BESIDE)) * BESIDE  # slabs of whole tiles
        self.slabs = [(low, min(low + step, units)) for low in range(0, units, step)]
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
        from tierwise.kernels.compiled_counts import tiles_for  # loads numba

        units = self.setup.units
        step = min(part_size(units), BLOCK)
        self.places: Places = np.empty((step, units), dtype=np.uint16)
        self.ruled = self.places if self.setup.ties == "min" else np.empty_like(self.places)
        self.given = np.argsort(self.setup.order)
        self.tiles = tiles_for(BLOCK, units)
        self.lowest, self.highest = np.empty((2, units), dtype=np.uint16)
        self.ranks: BlockRanks | None = None
        self.slices: NDArray[np.uint64] | None = None
        self.tied = False  # whether some are, in this block
        self.done = 0  # draws ranked in this block
        self.tiers = TierCounter(self.setup, step) if self.setup.cutter is not None else None
        self.central = Central(self.setup) if self.setup.counts_central else None
        ordered = self.tiers is not None or self.central is not None
        plain = self.setup.decimals is None and not self.setup.counts_pairs and not ordered
        # Of few units a block is one part: less is gained than it takes to compile.
        self.plain = plain and self.ruled is self.places and step < BLOCK
        self.order: Order = np.empty((step if ordered else 1, units), dtype=np.uint32)

    def run(self, rng: Generator, size: int) -> None:
        """Make the draws of one block and count them."""
        self.done = failed = 0
        self.lowest[:], self.highest[:] = np.iinfo(np.uint16).max, 0
        for scores, local, wrong in self.feed.parts(rng, size, self._take if self.plain else None):
            good, weights = _without(scores, local, wrong)
            failed += len(scores) - len(good)
            if not len(good):
                continue
            self.setup.round(good)
            self._rank(good, weights, self.done)
            self.done += len(good)
        if self.done:
            self._count(self.done)
        with self.shared.lock:
            counts = self.shared.counts
            counts.draws += self.done
            counts.failed += failed
            if self.tiers is not None:
                self.tiers.flush(counts)
            if self.central is not None:
                self.central.flush(counts)

    def _take(self, products: Products, scores: FloatArray) -> int:
        """Rank draws of which nothing but ranks is wanted, without a word in between; return how many."""
        if self.ranks is None:  # not before some scores were seen
            return 0
        laid = self.tiles, self.done, self.lowest, self.highest
        taken = self.ranks.lay_out(products, scores, self.order, self.places, *laid)
        self.done += taken
        return taken

    def _rank(self, scores: FloatArray, weights: FloatArray | None, first: int) -> None:
        """Rank some draws, the block's from ``first`` on, and count what is counted draw by draw."""
        from tierwise.kernels.compiled_counts import lay_out  # loads numba
        from tierwise.kernels.compiled_ranks import tied_rows

        if self.ranks is None:
            self.ranks = BlockRanks(scores[: max(1, SAMPLE // self.setup.units)])
        draws = len(scores)
        order, places, ruled = self.order[:draws], self.places[:draws], self.ruled[:draws]
        self.ranks.write(scores, order, places)
        if self.ruled is not self.places:
            tied_rows(places, TIES.index(self.setup.ties), self.given, ruled)
        lay_out(ruled, self.tiles, first, self.lowest, self.highest)
        if self.tiers is not None:
            self.tiers.count(scores, order, places, ruled)
        if self.central is not None and weights is not None:
            self.central.add(order, places, ruled, weights)
        if self.setup.counts_pairs:
            self._slice(places, ruled, first)

    def _count(self, draws: int) -> None:
        """Add ranks to the histograms, and to the pairs if asked for."""
        from tierwise.kernels.compiled_counts import count_ranks  # loads numba
        from tierwise.kernels.compiled_pairs import count_wins, words_of

        counts = self.shared.counts
        lowest, highest = self.lowest.astype(np.int64), self.highest.astype(np.int64)
        with self.shared.lock:
            if counts.ranks.must_widen(lowest, highest, draws):
                with self.shared.everything():
                    counts.ranks.cover(lowest, highest, draws)
            else:
                counts.ranks.cover(lowest, highest, draws)
        slices = None if self.slices is None else self.slices[: words_of(draws)]
        for first, stop in self.shared.each_slab(self.number):
            offset, ranks = counts.ranks.offset, counts.ranks.counts
            count_ranks(self.tiles, draws, lowest, highest, first, stop, offset, ranks)
            if slices is not None:
                count_wins(slices, draws, lowest, highest, first, stop, self.tied, counts.wins)

    def _slice(self, places: Places, ruled: Places, first: int) -> None:
        """Keep places as slices of their bits, and see whether some are tied."""
        from tierwise.kernels.compiled_counts import rank_shifts  # loads numba
        from tierwise.kernels.compiled_pairs import slice_places, slices_for

        units = self.setup.units
        if self.slices is None:
            self.slices = slices_for(BLOCK, self.setup.bins, units)
        slice_places(ruled, first, self.slices)
        every = units * (units - 1) // 2  # the sum of places without a tie: each tie lowers it
        sums = np.empty(len(places), dtype=np.int64)
        rank_shifts(places, np.zeros(units, dtype=np.uint16), sums)
        self.tied = (first > 0 and self.tied) or bool((sums != every).any())


class Central:
    """Sums of the local weights of the draws in which a unit ranks first, over a block."""

    def __init__(self, setup: Setup) -> None:
        self.firsts: IntArray = np.zeros(setup.units, dtype=np.int64)
        self.sums: FloatArray = np.zeros((setup.units, setup.nodes))

    def add(self, order: Order, places: Places, ruled: Places, local: FloatArray) -> None:
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

    def lists(self, scores: FloatArray, order: Order, places: Places, ruled: Places) -> Listed:
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

    def _cut(self, order: Order, selected: IntArray, listed: FloatArray, cuts: IntArray) -> None:
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

    def count(self, scores: FloatArray, order: Order, places: Places, ruled: Places) -> None:
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
