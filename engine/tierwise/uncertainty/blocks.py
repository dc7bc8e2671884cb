"""Counting one block of draws, in plain steps."""

from __future__ import annotations

import numpy as np

from tierwise.arrays import BoolArray, FloatArray
from tierwise.kernels.ranks import rank
from tierwise.uncertainty.counts import UNIT_WEIGHT, Counts
from tierwise.uncertainty.tier_rules import cut_scores


def count_block(counts: Counts, scores: FloatArray, local: FloatArray | None, failed: BoolArray) -> None:
    """Add the draws of a block: ``(draws, units)`` scores, ``(draws, nodes)`` local weights.

    Draws that are marked, and those in which a score is not finite, are counted as failed only.
    """
    setup = counts.setup
    good = ~failed & np.isfinite(scores).all(axis=1)
    counts.failed += int(np.count_nonzero(~good))
    counts.draws += int(good.sum())
    scores = scores[good][:, setup.order]
    if setup.decimals is not None:
        scores = np.round(scores, setup.decimals)
    given = np.argsort(setup.order)  # ordinal ranks go by the order given
    ranks = rank(scores[:, given], setup.ties)[:, setup.order]
    places = np.round((ranks - 1) * setup.steps).astype(np.int64)
    for unit, column in enumerate(places.T):
        counts.ranks[unit] += np.bincount(column, minlength=setup.bins).astype(np.uint32)
    nominal = np.round((setup.ranks[setup.order] - 1) * setup.steps).astype(np.int64)
    shifts = np.abs(places - nominal).sum(axis=1)
    counts.shift += int(shifts.sum())
    counts.shift_squares += int((shifts**2).sum())
    if setup.cutter is not None:
        _count_tiers(counts, scores, ranks)
    if counts.wins.size:
        for row in ranks:
            counts.wins += row[:, None] < row
    if counts.firsts.size and local is not None:
        first = ranks == 1
        counts.firsts += first.sum(axis=0)
        for winner in np.flatnonzero(first.any(axis=0)):
            total = np.add.accumulate(local[good][first[:, winner]], axis=0)[-1]
            counts.weights[winner] += np.rint(total * UNIT_WEIGHT).astype(np.int64)


def _count_tiers(counts: Counts, scores: FloatArray, ranks: FloatArray) -> None:
    setup = counts.setup
    assert setup.cutter is not None
    found = []
    for row, row_ranks in zip(scores, ranks, strict=True):
        selected = np.flatnonzero(row_ranks <= setup.top)
        chosen = selected[np.argsort(-row[selected], kind="stable")]
        listed = row[chosen]
        cuts = setup.cutter.cuts(listed, setup.order[chosen])
        tiers = np.zeros(setup.units, dtype=np.int64)
        first = np.searchsorted(-listed, -listed, side="left")
        tiers[chosen] = 1 + np.searchsorted(cuts, first, side="right")
        counts.tiers[tiers, np.arange(setup.units)] += 1
        counts.splits += tiers[1:] != tiers[:-1]
        missing = cuts >= len(listed)
        counts.cut_ranks[np.arange(len(cuts)), np.where(missing, setup.units, cuts)] += 1
        limits = setup.cutter.limits
        found.append(np.where(missing, np.nan, limits if limits.size else cut_scores(listed, cuts)))
    by_cut = np.array(found).reshape(len(found), len(counts.cut_scores)).T
    for bins, column in zip(counts.cut_scores, by_cut, strict=True):
        bins.add(column[np.isfinite(column)])
