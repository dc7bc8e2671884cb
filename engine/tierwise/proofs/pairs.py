"""What holds between two units, whatever the weights within a box: dominance and critical spreads.

d = x_i - x_j is the difference of two units' values, w the nominal weights, D = w·d their difference in
score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.weight_sets import WeightBox, finite_values, weight_box
from tierwise.kernels.tree import Tree
from tierwise.tolerances import SAME

BLOCK = 1 << 21  # differences held at once


@dataclass(frozen=True, eq=False)
class Dominance:
    """``(units, units)``: whether the row's unit is ahead of the column's under every, or some, weights."""

    necessary: BoolArray
    possible: BoolArray

    @property
    def relation(self) -> IntArray:
        """1 where the row is always ahead, -1 where the column is, 0 where the weights decide."""
        relation: IntArray = self.necessary.astype(np.int64) - self.necessary.T
        return relation


def dominance(
    values: ArrayLike,
    weights: ArrayLike,
    spread: float | Sequence[float],
    *,
    tree: Tree | None = None,
    levels: Sequence[int] | None = None,
    model: str = "box",
) -> Dominance:
    """Return who is ahead of whom under all, and under some, weights within ±``spread``.

    i is necessarily ahead of j where the least w·d is above 0, and possibly where the greatest is (Salo and
    Hämäläinen 1992). Arguments as :func:`tierwise.proofs.ranks.exact_ranks`.
    """
    return dominance_over(values, weight_box(weights, spread, tree=tree, levels=levels, model=model))


def dominance_over(values: ArrayLike, box: WeightBox) -> Dominance:
    """Return who is ahead of whom under all, and under some, weights of a set."""
    x = finite_values(values, len(box.tree.leaves))
    tie = SAME * float(np.abs(x).max(initial=0.0))
    low, high = margins(x, box, np.arange(len(x)))
    return Dominance((low > tie).T, (high > tie).T)


def margins(x: FloatArray, box: WeightBox, rows: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and greatest s_j - s_i under any weights of a set, ``(rows i, units j)``."""
    low, high = np.empty((2, len(rows), len(x)))
    step = max(1, BLOCK // x.size)
    for at in range(0, len(rows), step):
        block = slice(at, at + step)
        differences = x - x[rows[block], None]
        low[block], high[block] = box.lowest(differences), box.highest(differences)
    return low, high


def critical_spread(
    values: ArrayLike,
    weights: ArrayLike,
    *,
    tree: Tree | None = None,
    levels: Sequence[int] | None = None,
    model: str = "box",
) -> FloatArray:
    """Return ``(units, units)`` h at which each pair can first change places.

    How wrong may the weights be? Within ±h the unit that is ahead stays ahead; just beyond it need not.
    ``box``, one level: h = D / Σ w|d - m| with m the w-weighted median of d; ``noise``, one level: h = D
    / Σ w|d|. Down a tree, and where h would pass 1, it is the root of the least w·d. 0 for a tie that some
    weights part; inf where no h up to 1 changes the order, and for a unit with itself.
    """
    box = weight_box(weights, 1.0, tree=tree, levels=levels, model=model)
    x = finite_values(values, len(box.tree.leaves))
    return critical_pairs(x, box)


def nearest_rivals(
    values: ArrayLike,
    weights: ArrayLike,
    *,
    tree: Tree | None = None,
    levels: Sequence[int] | None = None,
    model: str = "box",
) -> tuple[IntArray, FloatArray]:
    """Return for each unit the one with which it changes places first, and their critical spread.

    Equal to the row minima of :func:`critical_spread` without looking at all pairs: a pair changes places
    only when the weights move by at least its difference in score over the largest difference in values. The
    rival is -1 where no spread up to 1 changes the unit's place.
    """
    box = weight_box(weights, 1.0, tree=tree, levels=levels, model=model)
    x = finite_values(values, len(box.tree.leaves))
    scores = x @ box.leaf_weights
    order = np.argsort(-scores, kind="stable")
    rival, best = np.full(len(x), -1), np.full(len(x), np.inf)
    reach = max(float(np.ptp(x, axis=0).max()), np.finfo(float).tiny)
    deep = int(box.tree.level.max())
    for apart in range(1, len(x)):
        above, below = order[:-apart], order[apart:]
        ratio = (1.0 + (scores[above] - scores[below]) / reach) ** (1.0 / deep)
        least = ratio - 1.0 if box.model == "box" else (ratio - 1.0) / (ratio + 1.0)
        close = least <= np.minimum(np.maximum(best[above], best[below]), 1.0)
        if not close.any():
            break
        above, below = above[close], below[close]
        furthest = np.minimum(np.maximum(best[above], best[below]), 1.0)
        nearer = box.lowest(x[above] - x[below], furthest) <= 0.0
        above, below = above[nearer], below[nearer]
        spreads = critical(box, x[above] - x[below])
        for here, there in ((above, below), (below, above)):
            nearer = spreads < best[here]
            best[here[nearer]], rival[here[nearer]] = spreads[nearer], there[nearer]
    return rival, best


def critical(box: WeightBox, differences: FloatArray) -> FloatArray:
    """Return the critical spread ``(pairs,)`` of ``(pairs, indicators)`` differences, whatever their sign."""
    ahead = differences @ box.leaf_weights
    d = differences * np.where(ahead < 0.0, -1.0, 1.0)[:, None]
    h = np.full(len(d), np.inf)
    tie = SAME * np.abs(d).max(axis=1, initial=0.0)
    tied = np.abs(ahead) <= tie
    ties = np.flatnonzero(tied)
    parted = (box.lowest(d[ties]) < -tie[ties]) | (box.highest(d[ties]) > tie[ties])
    h[ties[parted]] = 0.0
    open_ = ~tied
    if len(box.tree.sibling_groups) == 1 and box.spread[1:].all():
        h[open_] = _one_level(box, d[open_])
        open_ &= h >= 1.0
    h[open_] = np.inf
    changes = np.flatnonzero(open_)
    changes = changes[box.lowest(d[changes]) <= 0.0]
    h[changes] = _root(box, d[changes])
    return h


def _one_level(box: WeightBox, d: FloatArray) -> FloatArray:
    w, middle = box.leaf_weights, np.zeros(len(d))
    if box.model == "box":
        order = np.argsort(d, axis=1)
        half = np.argmax(np.cumsum(w[order], axis=1) >= 0.5, axis=1)[:, None]
        middle = np.take_along_axis(d, np.take_along_axis(order, half, axis=1), axis=1)[:, 0]
    apart = np.abs(d - middle[:, None]) @ w
    h: FloatArray = np.divide(d @ w, apart, out=np.full(len(d), np.inf), where=apart > 0.0)
    return h


def _root(box: WeightBox, d: FloatArray) -> FloatArray:
    """Return the h between 0 and 1 at which the least w·d of each difference falls to 0."""
    from scipy.optimize import elementwise

    def least(h: FloatArray, pair: FloatArray) -> FloatArray:
        return box.lowest(d[pair.astype(np.int64)], h)

    if not len(d):
        return np.empty(0)
    ends = (np.zeros(len(d)), np.ones(len(d)))
    with np.errstate(invalid="ignore"):
        roots = elementwise.find_root(least, ends, args=(np.arange(len(d)),))
    return np.asarray(roots.x, dtype=np.float64)


def critical_pairs(x: FloatArray, box: WeightBox) -> FloatArray:
    """Return ``(units, units)`` critical spreads, inf on the diagonal, in blocks."""
    spread = np.full((len(x), len(x)), np.inf)
    first, second = np.triu_indices(len(x), 1)
    step = max(1, BLOCK // x.shape[1])
    for at in range(0, len(first), step):
        i, j = first[at : at + step], second[at : at + step]
        spread[i, j] = spread[j, i] = critical(box, x[i] - x[j])
    return spread
