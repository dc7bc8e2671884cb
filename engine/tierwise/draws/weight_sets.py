"""Sets of weights around the nominal ones, and the extremes of a weighted sum over them.

Three sets, as weight models draw them:

- ``box``: local weights w0(1 ± h) whose sum over siblings is kept at 1. The least Σ w d starts at the lower
  bounds and gives the slack to the smallest d first, up to its upper bound (a fractional knapsack).
- ``noise``: w0(1 + h u), -1 <= u <= 1, divided by the sum over siblings. The least value of such a ratio has
  u = 1 for the smallest d and -1 for the rest; the best of the splits is taken.

- ``hull``: anything between the corners of a sibling group, each group for itself: between the experts'
  weights, or with single nodes as corners the whole simplex. The least value is that of a corner.

What orders and intervals allow (:func:`polytopes`) is one of these: a box with bounds of its own where there
is no order, a hull of its corners where there is one.

Down a tree all are exact from the leaves up: weights are not negative, so a parent is least where its
children are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray, frozen_floats
from tierwise.errors import Problems, TierwiseError, problem, refuse_other_length
from tierwise.kernels.tree import Tree
from tierwise.methods.limits import Limits
from tierwise.names import choose
from tierwise.tolerances import SOLVED

__all__ = ["WeightBox", "hull", "weight_box", "whole_simplex"]

MODELS = ("box", "noise")
HELD: Final = 1 << 22  # values at corners held at once
_Extreme: TypeAlias = tuple[FloatArray, Callable[[], FloatArray]]


@dataclass(frozen=True, eq=False)
class WeightBox:
    """A set of local weights that holds the nominal ones.

    ``local`` are nominal weights, ``spread`` h of each node, both ``(nodes,)``. In a ``hull`` the spread
    is not looked at and ``corners`` are ``(corners, nodes)`` local weights. Where ``bounds`` are given, low
    and high ``(nodes,)``, they stand for w(1 ± h); ``rows (rows, nodes)`` then say the same, and the order,
    of global weights: rows @ G >= 0.
    """

    tree: Tree
    local: FloatArray
    spread: FloatArray
    model: str = "box"
    corners: FloatArray | None = None
    bounds: tuple[FloatArray, FloatArray] | None = None
    rows: FloatArray | None = None

    @property
    def limits(self) -> tuple[FloatArray, FloatArray]:
        """Least and greatest local weight of each node ``(nodes,)``."""
        if self.bounds is not None:
            return self.bounds
        return self.local * (1.0 - self.spread), self.local * (1.0 + self.spread)

    @cached_property
    def leaf_weights(self) -> FloatArray:
        """Nominal weights of the panel's columns."""
        return self.tree.leaf_weights(self.local)

    def lowest(self, differences: FloatArray, scale: FloatArray | None = None) -> FloatArray:
        """Return the least Σ w d over all weights of the box, for ``(..., indicators)`` d.

        ``scale (...,)`` shrinks the box of each d: its spread times a number between 0 and 1.
        """
        return self._extreme(differences, None, scale)

    def highest(self, differences: FloatArray) -> FloatArray:
        """Return the greatest Σ w d over all weights of the box."""
        return -self.lowest(-differences)

    def lowest_weights(self, differences: FloatArray) -> FloatArray:
        """Return ``(..., nodes)`` local weights at which Σ w d is least."""
        local = np.ones((*differences.shape[:-1], self.tree.nodes))
        self._extreme(differences, local, None)
        return local

    def region(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the box as linear constraints ``low <= matrix @ variables <= high``.

        The variables are the nodes' global weights G, then a scale L of each sibling group: siblings add
        up to their parent, and w0(1 - h) L <= G <= w0(1 + h) L. In the ``box`` L is the parent's G, so
        that the bounds hold for local weights; under ``noise`` it is free. In a ``hull`` each group has a
        share L for each corner instead, with G = Σ L · corner. ``rows`` need no L.
        """
        if self.rows is not None:
            return self._by_rows(self.rows)
        if self.corners is not None:
            return self._between(self.corners)
        groups, nodes = self.tree.sibling_groups, self.tree.nodes
        unit = np.eye(nodes + len(groups))
        rows, low, high = [unit[0]], [1.0], [1.0]
        for scale, group in enumerate(groups, nodes):
            parent = unit[self.tree.parent[group[0]]]
            rows.append(unit[group].sum(axis=0) - parent)
            rows.append(unit[scale] - parent)
            low += [0.0, 0.0 if self.model == "box" else -np.inf]
            high += [0.0, 0.0 if self.model == "box" else np.inf]
            for node in group:
                for bound, least, most in ((-1.0, 0.0, np.inf), (1.0, -np.inf, 0.0)):
                    rows.append(
                        unit[node] - self.local[node] * (1.0 + bound * self.spread[node]) * unit[scale]
                    )
                    low.append(least)
                    high.append(most)
        return np.array(rows), np.array(low), np.array(high)

    def _by_rows(self, given: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        groups, unit = self.tree.sibling_groups, np.eye(self.tree.nodes)
        sums = [unit[group].sum(axis=0) - unit[self.tree.parent[group[0]]] for group in groups]
        matrix = np.vstack([unit[0], *sums, given])
        low = np.concatenate([[1.0], np.zeros(len(matrix) - 1)])
        return matrix, low, np.where(np.arange(len(matrix)) <= len(groups), low, np.inf)

    def _between(self, corners: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        groups, nodes = self.tree.sibling_groups, self.tree.nodes
        unit = np.eye(nodes + len(groups) * len(corners))
        rows, sums = [unit[0]], [1.0]
        for number, group in enumerate(groups):
            shares = unit[nodes + number * len(corners) :][: len(corners)]
            rows.append(shares.sum(axis=0) - unit[self.tree.parent[group[0]]])
            rows += [unit[node] - corners[:, node] @ shares for node in group]
            sums += [0.0] * (1 + len(group))
        return np.array(rows), np.array(sums), np.array(sums)

    def inside(self, global_weights: FloatArray) -> FloatArray:
        """Return the local weights of ``(nodes,)`` global ones, moved into the box where a solver left it."""
        local = self.local.copy()
        for group in self.tree.sibling_groups:
            above = float(global_weights[self.tree.parent[group[0]]])
            if above > SOLVED:  # else a parent without weight leaves its children the nominal ones
                share = global_weights[group] / above
                if self.model == "box":
                    low, high = self.limits
                    share = np.clip(share, low[group], high[group])
                local[group] = share / share.sum()
        return local

    def _extreme(
        self, differences: FloatArray, weights: FloatArray | None, scale: FloatArray | None
    ) -> FloatArray:
        value = np.zeros((*differences.shape[:-1], self.tree.nodes))
        value[..., self.tree.leaves] = differences
        for node in self.tree.inner:
            group = self.tree.children[node]
            if self.corners is not None:
                value[..., node], weights_there = _least_of_hull(value[..., group], self.corners[:, group])
            elif self.bounds is not None:
                low, high = (bound[group] for bound in self.bounds)
                value[..., node], weights_there = _least_of_interval(value[..., group], low, high - low)
            else:
                h = self.spread[group] if scale is None else self.spread[group] * scale[..., None]
                least = _least_of_box if self.model == "box" else _least_of_noise
                value[..., node], weights_there = least(value[..., group], self.local[group], h)
            if weights is not None:
                weights[..., group] = weights_there()
        return value[..., 0]


def _least_of_box(values: FloatArray, centre: FloatArray, spread: FloatArray) -> _Extreme:
    return _least_of_interval(values, centre * (1.0 - spread), 2.0 * centre * spread)


def _least_of_interval(values: FloatArray, lower: FloatArray, width: FloatArray) -> _Extreme:
    order = np.argsort(values, axis=-1)
    room = _sorted(width, order)
    slack = 1.0 - lower.sum(axis=-1, keepdims=True)
    given = np.clip(slack - (np.cumsum(room, axis=-1) - room), 0.0, room)
    least = (values * lower).sum(axis=-1) + (given * _sorted(values, order)).sum(axis=-1)
    return least, lambda: lower + _unsorted(given, order)


def _least_of_noise(values: FloatArray, centre: FloatArray, spread: FloatArray) -> _Extreme:
    order = np.argsort(values, axis=-1)
    ordered = _sorted(values, order)
    low, step = _sorted(centre * (1.0 - spread), order), _sorted(2.0 * centre * spread, order)
    top = (low * ordered).sum(axis=-1, keepdims=True) + np.cumsum(step * ordered, axis=-1)
    bottom = low.sum(axis=-1, keepdims=True) + np.cumsum(step, axis=-1)
    ratio = np.divide(top, bottom, out=np.full_like(top, np.inf), where=bottom > 0.0)
    best = np.argmin(ratio, axis=-1)[..., None]

    def weights() -> FloatArray:
        raw = low + step * (np.arange(values.shape[-1]) <= best)
        return _unsorted(raw / raw.sum(axis=-1, keepdims=True), order)

    return np.take_along_axis(ratio, best, axis=-1)[..., 0], weights


def _least_of_hull(values: FloatArray, corners: FloatArray) -> _Extreme:
    flat = values.reshape(-1, values.shape[-1])
    best = np.empty(len(flat), dtype=np.int64)
    step = max(1, HELD // len(corners))
    for at in range(0, len(flat), step):
        best[at : at + step] = (flat[at : at + step] @ corners.T).argmin(axis=-1)
    at_best = corners[best].reshape(values.shape)
    return (values * at_best).sum(axis=-1), lambda: at_best


def _sorted(values: FloatArray, order: IntArray) -> FloatArray:
    return values[order] if values.ndim == 1 else np.take_along_axis(values, order, axis=-1)


def _unsorted(values: FloatArray, order: IntArray) -> FloatArray:
    out = np.empty_like(values)
    np.put_along_axis(out, order, values, axis=-1)
    return out


def weight_box(
    weights: ArrayLike,
    spread: float | Sequence[float] | FloatArray,
    *,
    tree: Tree | None = None,
    levels: Sequence[int] | None = None,
    model: str = "box",
) -> WeightBox:
    """Return the set of weights within ±``spread`` of the nominal ones.

    ``weights`` are ``(indicators,)`` relative weights right under the index, or with a ``tree`` ``(nodes,)``
    relative weights of its nodes. ``spread`` is one h for all, or one for each level; ``levels`` are those
    that vary (1 = dimensions), all when left out. Raises :class:`TierwiseError` X002 for weights that are
    negative, missing or all 0, U107, U109 and U114 for spread and levels.
    """
    model = choose(model, MODELS, "model")
    given = np.asarray(weights, dtype=np.float64)
    if tree is None:
        tree, given = Tree.flat(given.size), np.concatenate([[1.0], given.ravel()])
    local = nominal_weights(tree, given)
    problems = Problems()
    h = np.zeros(tree.nodes)
    with problems.caught():
        h = node_spread(tree, spread)
    deepest = int(tree.level.max())
    if levels is not None:
        if not levels or not all(1 <= level <= deepest for level in levels):
            problems.add("U109", argument="levels", levels=list(levels), deepest=deepest)
        h = np.where(np.isin(tree.level, levels), h, 0.0)
    problems.raise_any()
    return WeightBox(tree, local, frozen_floats(h), model)


def hull(tree: Tree, local: FloatArray, corners: FloatArray) -> WeightBox:
    """Return all local weights between ``(corners, nodes)`` and the nominal ones, group by group."""
    every = frozen_floats(np.vstack([local, corners]))
    return WeightBox(tree, frozen_floats(local), frozen_floats(np.zeros(tree.nodes)), "hull", every)


def whole_simplex(tree: Tree, local: FloatArray, groups: Sequence[IntArray]) -> WeightBox:
    """Return all local weights of the ``groups`` named; the other groups keep their nominal ones."""
    corners = np.tile(local, (max(len(group) for group in groups), 1))
    for group in groups:
        corners[:, group] = 0.0
        corners[np.arange(len(corners)), group[np.arange(len(corners)) % len(group)]] = 1.0
    return hull(tree, local, corners)


def polytopes(
    tree: Tree,
    local: FloatArray,
    groups: Sequence[IntArray],
    limits: Sequence[Limits],
    corners: Sequence[FloatArray],
) -> WeightBox:
    """Return all local weights of ``groups`` within their limits; the other groups keep the ``local`` ones.

    ``corners (corners, siblings)`` of each group, which fewer may be than of others; none at all where no
    group is ordered.
    """
    low, high = np.array(local), np.array(local)
    unit = np.eye(tree.nodes)
    rows = []
    for group, each in zip(groups, limits, strict=True):
        low[group], high[group] = each.low, each.high
        rows += [unit[group[one]] - unit[group[other]] for one, other in each.covers]
    for group in tree.sibling_groups:
        above = unit[tree.parent[group[0]]]
        for node in group:
            rows += [unit[node] - low[node] * above, high[node] * above - unit[node]]
    most = max((len(each) for each in corners), default=0)
    every = np.tile(local, (most, 1))
    for group, ends in zip(groups, corners, strict=False):
        every[:, group] = ends[np.minimum(np.arange(most), len(ends) - 1)]
    bounds = frozen_floats(low), frozen_floats(high)
    kind, hulled = ("hull", frozen_floats(every)) if most else ("box", None)
    spread = frozen_floats(np.zeros(tree.nodes))
    return WeightBox(tree, frozen_floats(local), spread, kind, hulled, bounds, frozen_floats(np.array(rows)))


def node_spread(tree: Tree, spread: float | Sequence[float] | FloatArray) -> FloatArray:
    """Return h of each node from one number, or one for each level (the first is level 1).

    Raises :class:`TierwiseError` U107 unless every h is at least 0, at most 1, and one is above 0; U114 when
    there are not as many as levels.
    """
    given = np.atleast_1d(np.asarray(spread, dtype=np.float64))
    if not (np.all(given >= 0.0) and np.all(given <= 1.0) and given.any()):
        raise TierwiseError(problem("U107", argument="spread", spread=given.tolist()))
    deepest = int(tree.level.max())
    if len(given) not in (1, deepest):
        raise TierwiseError(problem("U114", argument="spread", found=len(given), levels=deepest))
    by_level = np.broadcast_to(given, (deepest,))
    return frozen_floats(np.concatenate([[0.0], by_level])[tree.level])


def inequalities(matrix: FloatArray, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return those of ``low <= matrix @ x <= high`` that are no equations as ``rows @ x <= most``."""
    equal = low == high
    upper, lower = np.isfinite(high) & ~equal, np.isfinite(low) & ~equal
    return np.concatenate([matrix[upper], -matrix[lower]]), np.concatenate([high[upper], -low[lower]])


def nominal_weights(tree: Tree, weights: ArrayLike) -> FloatArray:
    """Return local weights ``(nodes,)``, every group with sum 1; X002 for what cannot be weights."""
    given = np.array(weights, dtype=np.float64).ravel()
    problems = Problems()
    refuse_other_length(given.size - 1, tree.nodes - 1, "node", "weights")
    for node in np.flatnonzero(~(np.isfinite(given) & (given >= 0.0)))[:20]:
        problems.add("X002", argument="weights", column=int(node) - 1, weight=float(given[node]))
    problems.raise_any()
    for group in tree.sibling_groups:
        if not given[group].any():
            problems.add("X002", argument="weights", column=int(group[0]) - 1, weight=0.0)
    problems.raise_any()
    given[0] = 1.0
    return frozen_floats(tree.normalised(given))


def finite_values(values: ArrayLike, indicators: int) -> FloatArray:
    """Return ``(units, indicators)`` values; X001 for each blank, M011 for the wrong number of columns."""
    given = np.atleast_2d(np.asarray(values, dtype=np.float64))
    refuse_other_length(given.shape[1], indicators, "indicator", "values")
    blank = np.argwhere(~np.isfinite(given))
    if len(blank):
        raise TierwiseError(
            *(problem("X001", argument="values", row=int(row), column=int(column)) for row, column in blank)
        )
    return given
