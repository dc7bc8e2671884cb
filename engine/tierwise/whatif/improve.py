"""What it would take: the smallest change of a unit's own figures that gains it a place.

The scale is held: goalposts, means and extremes stay those of the published panel, so that other units keep
their scores and only the unit's own moves. A figure may go as far as the best unit's, no further. All figures
are those before normalisation; more is not always better, the path of each indicator leads to the best.

Where scores rise along a path (they do under every weighted mean), the smallest share of it that suffices is
found by halving, whatever the normalisation and the mean; the last half that suffices is the answer, so that
put back into the data it does. The cheapest change of several indicators is a linear program over shares
when the score is linear in them: its optimum takes the indicators by what an effort gains, the most first
(the fractional knapsack, Dantzig 1957).

Arrays only: what is enough is a function of rows of figures ``(rows, indicators)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.kernels.grid import on_grid, rounded, step

__all__ = ["cheapest", "reaches", "smallest_steps", "threshold"]

MARGIN: Final = 0.25  # of a step of the grid
HALVINGS: Final = 52  # of a path: the last bit of the share
Enough = Callable[[FloatArray, IntArray], BoolArray]
"""Tells of figures ``(some, indicators)``, and which rows they are of, whether each is enough."""


def threshold(others: FloatArray, rank: int) -> FloatArray:
    """Return the score that has a rank at least, among ``(draws, others)`` scores: ``(draws,)``.

    An equal score shares the rank (competition ranks). -inf where there are fewer others than that.
    """
    if rank > others.shape[1]:
        return np.full(len(others), -np.inf)
    place = others.shape[1] - rank
    return np.asarray(np.partition(others, place, axis=1)[:, place])


def reaches(
    scores: FloatArray,
    wanted: FloatArray,
    largest: FloatArray,
    decimals: int | None = None,
    half: str = "up",
) -> BoolArray:
    """Return where ``(draws, rows)`` scores are the scores ``wanted`` or more, as ranks see it.

    ``largest (draws,)`` is the largest magnitude in the list, which sets the grid on which scores are equal.
    A score has to reach it with a margin of a quarter of a step: found by halving it stands where ranks turn,
    and computed again, with other last bits, it must stand on the same side.
    """
    own = (scores - MARGIN * step(largest[:, None]))[..., None]
    shape = own.shape
    limits = np.broadcast_to(wanted[..., None], shape)
    sizes = np.broadcast_to(largest[:, None, None], shape)
    compared = on_grid(rounded(np.concatenate([own, limits, sizes], axis=-1), decimals, half))
    return np.asarray(compared[..., 0] >= compared[..., 1])


def smallest_steps(figures: FloatArray, best: FloatArray, moved: BoolArray, enough: Enough) -> FloatArray:
    """Return the smallest share of the way to the best that suffices, for each row ``(rows,)``; NaN for none.

    Args:
        figures: ``(rows, indicators)``, of one unit or of many.
        best: the same shape: where each path leads.
        moved: ``(rows, indicators)``, which figures of a row go along, all by one share.
        enough: what suffices; true beyond the point of a path from which it is true.

    """
    every = np.arange(len(figures))
    ends = enough(along(figures, best, moved, np.ones(len(figures))), every)
    low, high = np.zeros(len(figures)), np.where(ends, 1.0, np.nan)
    high[ends & enough(figures, every)] = 0.0
    rows = np.flatnonzero(high > 0)
    for _ in range(HALVINGS if rows.size else 0):
        middle = (low[rows] + high[rows]) / 2
        there = enough(along(figures[rows], best[rows], moved[rows], middle), rows)
        high[rows[there]] = middle[there]
        low[rows[~there]] = middle[~there]
    return high


def along(figures: FloatArray, best: FloatArray, moved: BoolArray, share: FloatArray) -> FloatArray:
    """Return figures ``(rows, indicators)`` moved a share ``(rows,)`` of the way to the best."""
    way = np.where(share[:, None] >= 1.0, best, figures + share[:, None] * (best - figures))
    return np.where(moved & ~np.isnan(figures), way, figures)


def cheapest(
    figures: FloatArray, best: FloatArray, gain: FloatArray, cost: FloatArray, enough: Enough
) -> FloatArray:
    """Return the cheapest shares of each indicator's way that suffice ``(indicators,)``; NaN for none.

    Args:
        figures: ``(indicators,)`` of the unit.
        best: where each path leads.
        gain: what the whole of each path adds to a score that is linear in the shares.
        cost: what it costs.
        enough: what suffices, of rows of figures.

    """
    share = np.zeros(len(figures))
    with np.errstate(divide="ignore", invalid="ignore"):
        order = np.argsort(-np.where(gain > 0, gain / cost, -np.inf), kind="stable")
    first, now = np.zeros(1, dtype=np.int64), figures[None].copy()
    if enough(now, first)[0]:
        return share
    for at in order[gain[order] > 0].tolist():
        moved = np.zeros(now.shape, dtype=np.bool_)
        moved[0, at] = True
        part = smallest_steps(now, best[None], moved, enough)[0]
        share[at] = 1.0 if np.isnan(part) else part
        if not np.isnan(part):
            return share
        now = along(now, best[None], moved, np.ones(1))
    return np.full(len(figures), np.nan)
