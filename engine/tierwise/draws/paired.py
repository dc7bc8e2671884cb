"""Draws of two lists side by side: how often each unit rose, fell, came in, went out, changed its tier.

Both lists take block b of their draws from the same generator, so that one expert, or one error of a weight,
counts in both: where the two years have the same panel the weights of a draw are the same. What is common to
both years then cancels, and a move is as certain as the figures make it, not as the two intervals beside each
other suggest (common random numbers: Glasserman & Yao 1992, Management Science 38).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.blocks import block_generator, block_sizes
from tierwise.draws.feeds import feed_of, part_size
from tierwise.draws.setup import Setup
from tierwise.draws.source import Source
from tierwise.draws.worker import SAMPLE, Lister
from tierwise.errors import refuse_other_length
from tierwise.kernels.ranks import TIES, BlockRanks, Places

__all__ = ["Moves", "paired_moves"]

ROWS: Final = 64  # draws of a block that are compared at a time


@dataclass(frozen=True)
class Moves:
    """Counts of draws, arrays ``(units,)`` over the pairs of units asked for; ``draws`` are those of both.

    ``up`` and ``down`` are changes of tier, outside the list the lowest; None where the lists are not cut.
    ``gained`` is the mean number of places gained.
    """

    draws: int
    failed: int
    rose: IntArray
    fell: IntArray
    entered: IntArray
    left: IntArray
    up: IntArray | None
    down: IntArray | None
    gained: FloatArray


def paired_moves(
    before: tuple[Source, Setup], after: tuple[Source, Setup], pairs: IntArray, *, draws: int, seed: int
) -> Moves:
    """Return how units moved between two lists in draws that both share.

    Args:
        before: what makes the draws of the earlier list, and what is counted in them.
        after: the same of the later list.
        pairs: ``(units, 2)`` the number of each unit in the earlier and in the later list.
        draws: how many are made.
        seed: of the blocks; those of a run with this seed are the same draws.

    A draw that fails in one of the lists counts in neither. Raises M011 where ``pairs`` has not two columns.

    """
    refuse_other_length(pairs.shape[1], 2, "unit", "pairs")
    lists = (_List(*before), _List(*after))
    cut = all(setup.cutter is not None for _, setup in (before, after))
    lowest = max(setup.tiers.count if setup.tiers is not None else 0 for _, setup in (before, after)) + 1
    counts = np.zeros((6, len(pairs)), dtype=np.int64)
    gained = np.zeros(len(pairs))
    done = 0
    for block, size in block_sizes(draws):
        drawn = [one.drawn(block_generator(seed, block), size) for one in lists]
        good = np.flatnonzero(~(drawn[0].failed | drawn[1].failed))
        done += good.size
        for start in range(0, good.size, ROWS):
            rows = good[start : start + ROWS]
            (rank, tier), (new_rank, new_tier) = (
                one.of(told, rows, pairs[:, at])
                for at, (one, told) in enumerate(zip(lists, drawn, strict=True))
            )
            listed, new_listed = tier > 0, new_tier > 0
            tier, new_tier = np.where(listed, tier, lowest), np.where(new_listed, new_tier, lowest)
            found = (
                *(new_rank < rank, new_rank > rank, new_listed & ~listed, listed & ~new_listed),
                *(new_tier < tier, new_tier > tier),
            )
            counts += np.array([one.sum(axis=0) for one in found])
            gained += (rank - new_rank).sum(axis=0)
    return Moves(
        draws=done,
        failed=draws - done,
        rose=counts[0],
        fell=counts[1],
        entered=counts[2],
        left=counts[3],
        up=counts[4] if cut else None,
        down=counts[5] if cut else None,
        gained=gained / max(done, 1),
    )


class _Drawn(NamedTuple):
    """A block of draws of one list, units in nominal order."""

    places: Places  # (draws, units), under the tie rule
    tiers: NDArray[np.int16]  # (draws, units), 0 outside the list
    failed: BoolArray  # (draws,)


class _List:
    """Draws of one list."""

    def __init__(self, source: Source, setup: Setup) -> None:
        self.setup = setup
        self.feed = feed_of(source, setup.order)
        self.back = np.argsort(setup.order)
        self.last = setup.steps * (setup.top - 1)
        self.lister = Lister(setup, part_size(setup.units)) if setup.cutter is not None else None
        self.ranks: BlockRanks | None = None

    def drawn(self, rng: Generator, size: int) -> _Drawn:
        """Return a block of draws. Without a tier rule all that are listed are in tier 1."""
        places: Places = np.empty((size, self.setup.units), dtype=np.uint16)
        tiers = np.empty((size, self.setup.units), dtype=np.int16)
        failed = np.empty(size, dtype=np.bool_)
        at = 0
        for scores, _, wrong in self.feed.parts(rng, size):
            rows = slice(at, at + len(scores))
            kept = np.where(wrong[:, None], 0.0, scores)
            self.setup.round(kept)
            places[rows], tiers[rows] = self._listed(np.ascontiguousarray(kept))
            failed[rows] = wrong
            at += len(scores)
        return _Drawn(places, tiers, failed)

    def of(self, drawn: _Drawn, rows: IntArray, units: IntArray) -> tuple[FloatArray, IntArray]:
        """Return ranks and tiers ``(rows, units)`` of some draws and units."""
        chosen = np.ix_(rows, self.back[units])
        return 1.0 + drawn.places[chosen] / self.setup.steps, drawn.tiers[chosen].astype(np.int64)

    def _listed(self, scores: FloatArray) -> tuple[Places, IntArray]:
        """Return places under the tie rule and tiers of some draws, units in nominal order."""
        from tierwise.kernels.compiled_ranks import tied_rows  # loads numba

        if self.ranks is None:
            self.ranks = BlockRanks(scores[: max(1, SAMPLE // self.setup.units)])
        order = np.empty(scores.shape, dtype=np.uint32)
        places = np.empty(scores.shape, dtype=np.uint16)
        self.ranks.write(scores, order, places)
        ruled = places
        if self.setup.ties != "min":
            ruled = np.empty_like(places)
            tied_rows(places, TIES.index(self.setup.ties), self.back, ruled)
        tiers = (ruled <= self.last).astype(np.int64)
        if self.lister is not None:
            cuts = self.lister.lists(scores, order, places, ruled).cuts
            for cut in range(cuts.shape[1]):
                tiers += (tiers > 0) & (places >= cuts[:, cut, None])
        return ruled, tiers
