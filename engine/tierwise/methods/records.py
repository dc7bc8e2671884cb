"""What a row of lists says of a unit: how often it was on them, how long in a row, how high and low."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import refuse_other_length


@dataclass(frozen=True)
class Records:
    """Arrays ``(units,)`` over lists from the oldest to the newest.

    ``lists`` counts those that name the unit, ``unknown`` those that leave it open. ``streak`` is how many
    lists in a row, up to the newest, name it, ``longest`` the longest such row anywhere; ``more`` tells where
    the streak may be longer, as the list before its first leaves it open. Ranks and their years (positions)
    are NaN where no rank is known.
    """

    lists: IntArray
    unknown: IntArray
    streak: IntArray
    more: BoolArray
    longest: IntArray
    best: FloatArray
    best_at: FloatArray
    worst: FloatArray
    worst_at: FloatArray


def records(listed: ArrayLike, ranks: ArrayLike) -> Records:
    """Return what lists say of units.

    Args:
        listed: ``(lists, units)`` 1 = the list names the unit, 0 = it does not, NaN = it may: it is known
            in part.
        ranks: ``(lists, units)`` ranks, NaN = not known.

    Raises M011 for arrays of different lengths. Of equal ranks the latest counts.

    """
    named, places = np.asarray(listed, dtype=np.float64), np.asarray(ranks, dtype=np.float64)
    refuse_other_length(len(places), len(named), "unit", "ranks")
    there, known = named == 1, ~np.isnan(places)
    streak, longest = streaks_of(there)
    begins = len(named) - streak - 1  # the list before the streak's first
    before = np.where(begins >= 0, named[np.maximum(begins, 0), np.arange(named.shape[1])], 0.0)
    best, best_at = _extreme(np.where(known, places, np.inf))
    worst, worst_at = _extreme(np.where(known, -places, np.inf))
    return Records(
        lists=there.sum(axis=0),
        unknown=np.isnan(named).sum(axis=0),
        streak=streak,
        more=np.isnan(before),
        longest=longest,
        best=best,
        best_at=best_at,
        worst=-worst,
        worst_at=worst_at,
    )


def streaks_of(there: BoolArray) -> tuple[IntArray, IntArray]:
    """Return how many of ``(lists, units)`` are true in a row: up to the newest, and at most."""
    run = np.zeros(there.shape[1], dtype=np.int64)
    longest = run
    for row in there:
        run = np.where(row, run + 1, 0)
        longest = np.maximum(longest, run)
    return run, longest


def _extreme(places: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the smallest of each column and the latest row that has it, NaN where there is none."""
    at = len(places) - 1 - places[::-1].argmin(axis=0)
    found = places[at, np.arange(places.shape[1])]
    known = np.isfinite(found)
    return np.where(known, found, np.nan), np.where(known, at, np.nan)
