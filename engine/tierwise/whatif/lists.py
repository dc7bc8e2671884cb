"""Lists: ranks and tiers under several weight vectors, and how each differs from the base.

Arrays only. What makes scores a list (tie rule, rounding, length, tiers) is a
:class:`~tierwise.draws.setup.Setup`, the same as for draws.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.setup import Setup
from tierwise.draws.tier_rules import Cutter, tiers_of
from tierwise.kernels.grid import comparable
from tierwise.kernels.ranks import rank
from tierwise.kernels.tiers import RowCutter, tiers_at
from tierwise.methods.statistics import correlations

__all__ = ["base_list", "differences", "kendall", "lists"]


@dataclass(frozen=True)
class Lists:
    """Some lists of the same units: ``ranks`` and ``tiers`` ``(lists, units)``.

    A unit without a score has rank NaN; tier 0 is outside the list, and everywhere where no tiers are asked.
    """

    ranks: FloatArray
    tiers: IntArray
    top: int

    def __len__(self) -> int:
        return len(self.ranks)


@dataclass(frozen=True)
class Differences:
    """How lists differ from a base list, arrays ``(lists,)``.

    Ranks are compared over the units that have one in both and are listed in one of the two: what moves far
    below a list is no news of it. Shifts are NaN where there is none. A unit changes tier when it is listed
    in both and not in the same tier; coming in and falling out are ``entries`` and ``exits``.
    """

    rank_shift_mean: FloatArray
    rank_shift_max: FloatArray
    unit: IntArray  # the unit that shifts most, the better placed one in the base where several do
    spearman: FloatArray  # NaN where a list has one rank only
    units_changing_rank: IntArray
    units_changing_tier: IntArray
    entries: IntArray
    exits: IntArray

    def most_affected(self, names: Sequence[str]) -> list[str]:
        """Return the name of the unit that shifts most in each list, blank where none does."""
        moved = zip(self.unit, self.rank_shift_max, strict=True)
        return [names[unit] if shift > 0 else "" for unit, shift in moved]


def lists(setup: Setup, scores: FloatArray, cutter: Cutter | None = None) -> Lists:
    """Return the lists that ``(lists, units)`` scores make, NaN = no score.

    ``cutter`` replaces the setup's own, for scores on another scale.
    """
    compared = comparable(scores, setup.decimals, setup.half)
    known = ~np.isnan(compared)
    ranks = np.full(compared.shape, np.nan)
    if known.all():
        ranks[:] = rank(compared, setup.ties)
    else:
        for row, (values, there) in enumerate(zip(compared, known, strict=True)):
            ranks[row, there] = rank(values[there], setup.ties)
    cutter = cutter or setup.cutter
    if cutter is None:
        return Lists(ranks, np.zeros(ranks.shape, dtype=np.int64), setup.top)
    return Lists(ranks, _tiers(cutter, compared, ranks, setup.top), setup.top)


def tiers_under(setup: Setup, scores: FloatArray) -> IntArray:
    """Return the tiers ``(lists, units)`` that scores make, 0 outside the list.

    Without a tier rule all listed are 1. As :func:`lists`, but quicker where all units are listed.
    """
    if setup.cutter is not None and setup.top >= setup.units and not np.isnan(scores).any():
        compared = comparable(scores, setup.decimals, setup.half)
        return _tiers(setup.cutter, compared, np.ones(scores.shape), setup.top)
    listed = lists(setup, scores)
    return listed.tiers if setup.cutter is not None else (listed.ranks <= setup.top).astype(np.int64)


def base_list(setup: Setup) -> Lists:
    """Return the base as one list, with the tiers that it was given."""
    tiers = np.zeros(setup.units, dtype=np.int64) if setup.cutter is None else setup.nominal_tiers
    return Lists(np.array(setup.ranks)[None], tiers[None], setup.top)


def differences(base: Lists, others: Lists) -> Differences:
    """Return how each of the other lists differs from the base (one list of the same units)."""
    shift = np.abs(others.ranks - base.ranks)
    was, now = base.ranks <= base.top, others.ranks <= others.top
    both = ~np.isnan(shift) & (was | now)
    filled, any_unit = np.where(both, shift, -1.0), both.any(axis=1)
    order = np.argsort(base.ranks[0], kind="stable")
    return Differences(
        rank_shift_mean=np.where(both, shift, 0.0).sum(axis=1) / np.where(any_unit, both.sum(axis=1), np.nan),
        rank_shift_max=np.where(any_unit, filled.max(axis=1), np.nan),
        unit=order[filled[:, order].argmax(axis=1)],
        spearman=np.array([_spearman(base.ranks[0], ranks) for ranks in others.ranks]),
        units_changing_rank=(filled > 0).sum(axis=1),
        units_changing_tier=((base.tiers != others.tiers) & was & now).sum(axis=1),
        entries=(now & ~was).sum(axis=1),
        exits=(was & ~now).sum(axis=1),
    )


def kendall(base: FloatArray, ranks: FloatArray) -> float:
    """Return Kendall's tau-b of two rankings ``(units,)`` over the units that have a rank in both.

    Pairs that agree less those that do not, over the root of the pairs that each ranking tells apart
    (Kendall 1945); SciPy's, step by step, whose module of statistics takes half a second to load.
    """
    both = ~np.isnan(base) & ~np.isnan(ranks)
    one, other = base[both], ranks[both]
    if len(np.unique(one)) < 2 or len(np.unique(other)) < 2:
        return float("nan")
    ties = [_pairs(np.unique(some, axis=0, return_counts=True)[1]) for some in (one, other)]
    alike = _pairs(np.unique(np.column_stack([one, other]), axis=0, return_counts=True)[1])
    pairs = _pairs(np.array([len(one)]))
    agreeing = pairs - ties[0] - ties[1] + alike - 2 * _inversions(other[np.lexsort((other, one))])
    tau = agreeing / np.sqrt(pairs - ties[0]) / np.sqrt(pairs - ties[1])
    return float(min(1.0, max(-1.0, tau)))


def _pairs(sizes: IntArray) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _inversions(values: FloatArray) -> int:
    """Return how many pairs of values stand the larger before the smaller."""
    seen: list[float] = []
    inverted = 0
    for value in values.tolist():
        at = bisect_right(seen, value)
        inverted += len(seen) - at
        seen.insert(at, value)
    return inverted


def _spearman(base: FloatArray, ranks: FloatArray) -> float:
    both = ~np.isnan(base) & ~np.isnan(ranks)
    if both.sum() < 2:
        return float("nan")
    averaged = np.column_stack([rank(-one[both], "average") for one in (base, ranks)])
    return float(correlations(averaged.astype(np.float64))[0, 1])


def _tiers(cutter: Cutter, scores: FloatArray, ranks: FloatArray, top: int) -> IntArray:
    listed = ranks <= top
    cut_rows = cutter.row_cutter(scores.shape[1]) if cutter.kind == "method" else None
    if cut_rows is not None:
        return _cut_by_length(cut_rows, cutter.rule.count, scores, listed)
    tiers = np.zeros(scores.shape, dtype=np.int64)
    for at in range(len(scores)):
        chosen = np.flatnonzero(listed[at])
        chosen = chosen[np.argsort(-scores[at, chosen], kind="stable")]
        values = scores[at, chosen]
        tiers[at, chosen] = tiers_of(values, cutter.cuts(values, chosen))
    return tiers


def _cut_by_length(cut_rows: RowCutter, count: int, scores: FloatArray, listed: BoolArray) -> IntArray:
    """Return tiers ``(lists, units)``; lists of one length are cut in one go."""
    tiers = np.zeros(scores.shape, dtype=np.int64)
    lengths = listed.sum(axis=1)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        order = np.argsort(np.where(listed[rows], -scores[rows], np.inf), axis=1, kind="stable")[:, :length]
        ordered = np.take_along_axis(scores[rows], order, axis=1)
        cuts = np.empty((len(rows), count - 1), dtype=np.int64)
        cut_rows(ordered, np.full(len(rows), length), cuts)
        own = np.zeros((len(rows), scores.shape[1]), dtype=np.int64)
        np.put_along_axis(own, order, tiers_at(cuts, int(length)), axis=1)
        tiers[rows] = own
    return tiers
