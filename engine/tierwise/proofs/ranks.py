"""The best and the worst rank that each unit can have within a box of weights.

Counting pairs bounds them from outside: whoever is ahead under every weight is ahead of the best rank
too. A walk over the box (Frank–Wolfe on a smooth count of those ahead) finds weights that attain the
bound for nearly every unit. Where the two differ, a mixed-integer program decides (Salo and Punkka 2011;
Kadziński, Greco and Słowiński 2012), with a binary for each unit that could be on either side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.kernels.tree import Tree
from tierwise.proofs.boxes import WeightBox, finite_values, weight_box

TIE = 1e-9  # differences below this share of the largest value count as ties
MARGIN = 1e-6  # a program keeps this distance from a tie, relative to the largest difference
STEPS = 60
NODES = 200  # branches of one program
INFEASIBLE = 2  # status of scipy.optimize.milp
BLOCK = 1 << 21  # differences held at once


@dataclass(frozen=True, eq=False)
class RankRanges:
    """Best and worst possible ranks of the units asked for (1 = first, ties share the better rank).

    ``best`` and ``worst`` are proved: no weights of the box give a rank outside. ``best_attained`` and
    ``worst_attained`` are the ranks under ``weights_at_best`` and ``weights_at_worst`` ``(units asked,
    indicators)``. The two are equal where ``exact``, which is everywhere unless the programs ran into
    their limit.
    """

    best: IntArray
    worst: IntArray
    best_attained: IntArray
    worst_attained: IntArray
    weights_at_best: FloatArray
    weights_at_worst: FloatArray

    @property
    def exact(self) -> BoolArray:
        """Where both ends are attained."""
        equal: BoolArray = (self.best == self.best_attained) & (self.worst == self.worst_attained)
        return equal


def exact_ranks(
    values: ArrayLike,
    weights: ArrayLike,
    spread: float | Sequence[float],
    *,
    tree: Tree | None = None,
    levels: Sequence[int] | None = None,
    model: str = "box",
    units: Sequence[int] | None = None,
    ties: str = "min",
    decimals: int | None = None,
    effort: float = 30_000.0,
) -> RankRanges:
    """Return the best and worst rank of each unit over all weights within ±``spread`` of the nominal ones.

    ``values`` are ``(units, indicators)`` normalised values that the index adds up; ``weights``,
    ``tree``, ``levels`` and ``model`` as in :func:`tierwise.proofs.boxes.weight_box`. ``units`` are the
    rows asked for, all when left out. ``ties`` and ``decimals`` are those of the ranking, see
    :func:`rank_ranges`.

    ``effort`` bounds the work of all programs together, easiest first; it counts (contested units x
    distance from the bound)² / 60, of which a machine does some thousands a second. 0 runs none and
    leaves the outer bounds of counting pairs.
    """
    box = weight_box(weights, spread, tree=tree, levels=levels, model=model)
    return rank_ranges(values, box, units=units, ties=ties, decimals=decimals, effort=effort)


def rank_ranges(
    values: ArrayLike,
    box: WeightBox,
    *,
    units: Sequence[int] | IntArray | None = None,
    ties: str = "min",
    decimals: int | None = None,
    effort: float = 30_000.0,
) -> RankRanges:
    """Return the best and worst rank of each unit over a set of weights.

    Differences under 1e-9 of the largest value are ties. Where scores are rounded to ``decimals`` before
    they are ranked, those that differ by less than one unit of the last decimal may tie: the best rank
    takes them as tied, the worst rank as apart. With ``ties`` other than ``min`` the worst rank counts
    those that tie as ahead. So the range holds in every case, and is attained without rounding under
    ``min``.
    """
    x = finite_values(values, len(box.tree.leaves))
    rows = np.arange(len(x)) if units is None else np.asarray(units, dtype=np.int64)
    tie = TIE * max(float(np.abs(x).max(initial=0.0)), np.finfo(float).tiny)
    rounded = tie if decimals is None else max(tie, (1.0 - 1e-9) * 10.0**-decimals)
    low, high = _pairs(x, box, rows)
    best = _fewest_against(_Side(x, box, rows, 1.0, rounded, low, high), effort)
    line = -tie if ties == "min" else rounded
    worst = _fewest_against(_Side(x, box, rows, -1.0, line, -high, -low), effort)
    return RankRanges(
        best.bound + 1,
        len(x) - worst.bound,
        best.count + 1,
        len(x) - worst.count,
        best.at,
        worst.at,
    )


def _pairs(x: FloatArray, box: WeightBox, rows: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and greatest s_j - s_i, ``(units asked, units)``."""
    low, high = np.empty((2, len(rows), len(x)))
    step = max(1, BLOCK // x.size)
    for at in range(0, len(rows), step):
        block = slice(at, at + step)
        margins = x - x[rows[block], None]
        low[block], high[block] = box.lowest(margins), box.highest(margins)
    return low, high


class _Side:
    """One end of the ranges: the fewest units against each unit asked for, and weights that leave so few.

    For the best rank those strictly ahead are against it; for the worst rank those not strictly ahead
    (the rank is then n minus their number). ``margin`` is s_j - s_i or s_i - s_j, and j is against i
    where it exceeds ``line``.
    """

    def __init__(
        self,
        x: FloatArray,
        box: WeightBox,
        rows: IntArray,
        sign: float,
        line: float,
        low: FloatArray,
        high: FloatArray,
    ) -> None:
        self.x, self.box, self.rows, self.sign, self.line = x, box, rows, sign, line
        others = np.arange(len(x)) != rows[:, None]
        self.bound: IntArray = ((low > self.line) & others).sum(axis=1)
        self.contested: BoolArray = (low <= self.line) & (high > self.line) & others
        self.high = high
        self.at = np.tile(box.leaf_weights, (len(rows), 1))
        self.count = self._against(self.at, np.arange(len(rows)))

    def margins(self, weights: FloatArray, asked: IntArray) -> FloatArray:
        """Return ``(asked, units)`` margins at one weight vector for each unit asked."""
        own = (weights * self.x[self.rows[asked]]).sum(axis=1, keepdims=True)
        margins: FloatArray = self.sign * (weights @ self.x.T - own)
        return margins

    def _against(self, weights: FloatArray, asked: IntArray) -> IntArray:
        against = (self.margins(weights, asked) > self.line) & self.contested[asked]
        count: IntArray = self.bound[asked] + against.sum(axis=1)
        return count

    def offer(self, weights: FloatArray, asked: IntArray) -> None:
        """Keep the weights where they leave fewer against the unit."""
        count = self._against(weights, asked)
        better = count < self.count[asked]
        self.count[asked[better]] = count[better]
        self.at[asked[better]] = weights[better]

    @property
    def open(self) -> IntArray:
        """The units asked whose bound is not attained yet."""
        return np.flatnonzero(self.count > self.bound)


def _fewest_against(side: _Side, effort: float) -> _Side:
    _walk(side)
    asked = side.open
    work = (side.contested[asked].sum(axis=1) * (side.count - side.bound)[asked]) ** 2 / 60.0
    easiest = np.argsort(work, kind="stable")
    for unit in asked[easiest][np.cumsum(work[easiest]) <= effort]:
        _solve(side, int(unit))
    return side


def _walk(side: _Side) -> None:
    """Frank–Wolfe on the sum of logistic functions of the contested margins, ever steeper."""
    width = np.abs(side.margins(side.at, np.arange(len(side.rows))))
    width = (width * side.contested).sum(axis=1) / np.maximum(side.contested.sum(axis=1), 1)
    weights = side.at.copy()
    for step in range(STEPS):
        asked = side.open
        if not asked.size:
            return
        steep = np.maximum(width[asked, None] * 0.95**step, TIE)
        half = np.clip(side.margins(weights[asked], asked) / steep, -60.0, 60.0)
        pull = side.contested[asked] / np.cosh(0.5 * half) ** 2
        total = pull.sum(axis=1, keepdims=True)
        toward = side.sign * (pull @ side.x - total * side.x[side.rows[asked]])
        corner = side.box.tree.leaf_weights(side.box.lowest_weights(toward))
        weights[asked] += 2.0 / (step + 3.0) * (corner - weights[asked])
        side.offer(corner, asked)
        side.offer(weights[asked], asked)


def _solve(side: _Side, unit: int) -> None:
    """Look for fewer against one unit by a mixed-integer program, and raise its bound to what that proves."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    others = np.flatnonzero(side.contested[unit])
    rows = side.sign * (side.x[others] - side.x[side.rows[unit]])
    scale = np.abs(rows).max(axis=1, keepdims=True)
    region, low, high = side.box.region()
    size, variables = len(others), region.shape[1]
    margins = np.zeros((size, variables))
    margins[:, side.box.tree.leaves] = rows / scale
    big = np.diag((side.high[unit, others] - side.line) / scale[:, 0] + MARGIN)
    count = np.concatenate([np.zeros(variables), np.ones(size)])
    found = milp(
        count,
        constraints=[
            LinearConstraint(np.pad(region, ((0, 0), (0, size))), low, high),
            LinearConstraint(np.hstack([margins, -big]), -np.inf, side.line / scale[:, 0] - MARGIN),
            LinearConstraint(count[None], 0, side.count[unit] - side.bound[unit] - 1),
        ],
        integrality=count,
        bounds=Bounds(0.0, np.where(count > 0.0, 1.0, np.inf)),
        options={"node_limit": NODES},
    )
    if found.x is not None:
        local = side.box.inside(found.x[: side.box.tree.nodes])
        side.offer(side.box.tree.leaf_weights(local)[None], np.array([unit]))
    least = np.inf if found.status == INFEASIBLE else np.ceil((found.mip_dual_bound or 0.0) - 1e-6)
    side.bound[unit] = int(min(side.count[unit], side.bound[unit] + max(least, 0.0)))
