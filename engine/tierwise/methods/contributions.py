"""What each indicator adds to each score: parts that sum to the score, for every rule.

Within one node, the part of a child is

- arithmetic: its weight times its value;
- geometric, harmonic, power: its weight times its value, times the one factor (the same for all children of
  the unit) by which the mean differs from the arithmetic one;
- median: the score itself, carried by the child or the two children at the median;
- Mazziotta–Pareto: w x ∓ w (x - M)² / M, its weighted value and its own share of the penalty;
- TOPSIS: closeness, divided as the squared distances from the worst value are;
- Copeland: the weight by which it puts the unit ahead of others; under ``wins``, each win or loss divided
  among the children that speak for it;
- Kemeny: the units placed below, divided as the Copeland score is;
- benefit of the doubt: the unit's own best weight times the value.

Down a tree, a node's part is divided among its children as its own score is. Missing children add nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray
from tierwise.kernels.grid import on_grid
from tierwise.kernels.ranks import rank
from tierwise.methods.aggregate import RULES, aggregate, sign_of
from tierwise.methods.dea import around, best_weights
from tierwise.methods.means import ARITHMETIC
from tierwise.methods.outranking import outranking
from tierwise.methods.scores import Plan, node_scores
from tierwise.tolerances import ROUNDING, SHARE

Parts = Callable[..., FloatArray]


def contributions(values: ArrayLike, weights: ArrayLike, rule: str, **settings: Any) -> FloatArray:
    """Return ``(units, children)`` parts that sum to the scores of :func:`~.aggregate.aggregate`.

    Args:
        values: ``(units, children)``, normalised, NaN = missing (its part is 0).
        weights: ``(children,)``, relative.
        rule: a name of :data:`~.aggregate.RULES`.
        settings: of the rule.

    Raises:
        TierwiseError: as :func:`~.aggregate.aggregate`.

    """
    name = RULES.choose(rule, "rule")
    panel, vector = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    scores = np.nan_to_num(aggregate(panel, vector, name, **settings))
    settings.pop("minimum_share", None)
    parts: Parts = PARTS.get(name, _scaled)
    return np.nan_to_num(parts(panel, vector, scores, **settings))


def tree_contributions(plan: Plan, local: FloatArray) -> FloatArray:
    """Return ``(units, indicators)`` parts of the index, which sum to its scores.

    Args:
        plan: values, tree and rules.
        local: ``(nodes,)`` local weights.

    Where a node's own score is 0 (up to rounding), its part of the parent's is divided by the weights below
    it.

    """
    tree = plan.tree
    values = node_scores(plan, local)
    factor = np.zeros_like(values)  # of a node's own parts in the index
    rest = np.zeros_like(values)  # what a node with the score 0 adds all the same
    factor[:, 0] = 1.0
    for node in range(tree.nodes):
        children = tree.children[node]
        if children.size:
            settings = dict(plan.settings[node]) if plan.settings else {}
            below = np.where(plan.present[:, [node]], values[:, children], np.nan)
            parts = contributions(below, local[children], plan.rules[node], **settings)
            if plan.decimals and node and node not in plan.scales:  # parts of the rounded score
                parts = _to_sum(parts, values[:, node])
            share = np.where(np.isnan(below), 0.0, local[children])
            share = _divided(share, share.sum(axis=1, keepdims=True))
            known = np.nan_to_num(below)
            zero = np.abs(known) <= ROUNDING * np.abs(known).max()  # parts that cancel leave a trace
            if node in plan.scales:
                parts = _to_scale(parts, np.nan_to_num(values[:, [node]]), share)
            if plan.means[node] is ARITHMETIC and not plan.decimals:
                factor[:, children] = factor[:, [node]] * share
            else:
                factor[:, children] = factor[:, [node]] * _divided(parts, np.where(zero, 0.0, below))
                rest[:, children] = factor[:, [node]] * np.where(zero, parts, 0.0)
            rest[:, children] += rest[:, [node]] * share
    leaves = tree.leaves
    return factor[:, leaves] * np.nan_to_num(values[:, leaves]) + rest[:, leaves]


def _weighted(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return w x / Σ w, 0 where missing."""
    present = np.where(np.isnan(values), 0.0, weights)
    return _divided(present, present.sum(axis=1, keepdims=True)) * np.nan_to_num(values)


def _arithmetic(values: FloatArray, weights: FloatArray, scores: FloatArray) -> FloatArray:
    return _weighted(values, weights)


def _scaled(values: FloatArray, weights: FloatArray, scores: FloatArray, **_: Any) -> FloatArray:
    """Return weighted values, all scaled by the one factor that makes them sum to the score."""
    return _to_sum(_weighted(values, weights), scores)


def _median(values: FloatArray, weights: FloatArray, scores: FloatArray) -> FloatArray:
    """Return the score, carried by the one or two values that it lies at or between."""
    known, there = np.where(np.isnan(values), np.inf, values), weights > 0
    below = np.where(there & (known <= scores[:, None]), known, -np.inf).max(axis=1, keepdims=True)
    above = np.where(there & (known >= scores[:, None]), known, np.inf).min(axis=1, keepdims=True)
    ends = (there & (known == end) for end in (below, above))
    halves = [_divided(end * 1.0, end.sum(axis=1, keepdims=True)) / 2 for end in ends]
    return (halves[0] + halves[1]) * np.nan_to_num(values)


def _mazziotta_pareto(
    values: FloatArray, weights: FloatArray, scores: FloatArray, *, sign: str = "minus"
) -> FloatArray:
    part = _weighted(values, weights)
    mean = part.sum(axis=1, keepdims=True)
    penalty = _weighted(np.square(values - mean), weights) / np.where(mean == 0, 1.0, mean)
    return part + sign_of(sign) * penalty


def _topsis(values: FloatArray, weights: FloatArray, scores: FloatArray) -> FloatArray:
    worst = np.fmin.reduce(values, axis=0)
    return _to_sum(np.square(weights * np.nan_to_num(values - worst)), scores)


def _copeland(
    values: FloatArray, weights: FloatArray, scores: FloatArray, *, count: str = "shares"
) -> FloatArray:
    if count == "shares":
        if not np.isnan(values).any():  # then the points do not depend on pairs
            return _weighted(rank(values.T, "average", descending=False).T - 1.0, weights)
        return _over_pairs(values, weights, np.ones((len(values), len(values))), alone=False)
    won = outranking(values, weights) > 0.5 + SHARE
    gained = _over_pairs(values, weights, won.astype(np.float64), alone=True)
    return gained - _over_pairs(-values, weights, won.T.astype(np.float64), alone=True)


def _kemeny(values: FloatArray, weights: FloatArray, scores: FloatArray) -> FloatArray:
    return _to_sum(_copeland(values, weights, scores), scores)


def _best(
    values: FloatArray, weights: FloatArray, scores: FloatArray, *, spread: float | None = None, **bounds: Any
) -> FloatArray:
    if spread is not None:
        bounds["weight_bounds"] = around(weights, spread)
    return best_weights(values, **bounds).parts


def _over_pairs(values: FloatArray, weights: FloatArray, pairs: FloatArray, *, alone: bool) -> FloatArray:
    """Return each child's part of Σ_j pairs[i, j]: ahead's share of the weight of a pair of units.

    ``alone``: of the weight that puts i ahead; else of all that compares the two. A pair that nothing
    compares is even, half by half on the unit's own children.
    """
    whole = np.zeros(pairs.shape)
    for column, weight in zip(values.T, weights, strict=True):
        whole += weight * (_ahead(column) if alone else _compared(column))
    np.fill_diagonal(whole, 0.0)
    share = _divided(pairs, whole)
    parts = [
        weight * (share * _ahead(column)).sum(axis=1)
        for column, weight in zip(values.T, weights, strict=True)
    ]
    np.fill_diagonal(whole, 1.0)
    uncompared = np.where(whole == 0, pairs, 0.0).sum(axis=1, keepdims=True)
    even = _weighted(np.where(np.isnan(values), np.nan, 1.0), weights)
    out: FloatArray = np.column_stack(parts) + 0.5 * uncompared * even
    return out


def _ahead(column: FloatArray) -> FloatArray:
    """Return 1 where a row's value is above a column's, a half where they are equal, else 0."""
    cells = on_grid(column)
    ahead: FloatArray = (cells[:, None] > cells) + 0.5 * (cells[:, None] == cells)
    return ahead


def _compared(column: FloatArray) -> BoolArray:
    """Return where both of a pair have a value."""
    there = ~np.isnan(column)
    return there[:, None] & there


def _to_scale(parts: FloatArray, scores: FloatArray, share: FloatArray) -> FloatArray:
    """Return parts of a score before it is brought onto a scale as parts ``(units, 1)`` of that after it.

    In proportion; where the score before is 0 (up to rounding) by the weights.
    """
    before = parts.sum(axis=1, keepdims=True)
    nothing = np.abs(before) <= ROUNDING * np.abs(parts).max(axis=1, keepdims=True)
    return np.where(nothing, share * scores, parts * _divided(scores, before))


def _to_sum(parts: FloatArray, scores: FloatArray) -> FloatArray:
    """Return parts scaled, unit by unit, so that they sum to the scores."""
    return parts * _divided(scores[:, None], parts.sum(axis=1, keepdims=True))


def _divided(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return part / whole, 0 where the whole is 0."""
    shape = np.broadcast_shapes(part.shape, whole.shape)
    nothing: FloatArray = np.zeros(shape)
    return np.divide(part, whole, out=nothing, where=whole != 0)


# Rules that are not here have weighted values, scaled to their score.
PARTS: Final[Mapping[str, Parts]] = {
    "arithmetic": _arithmetic,
    "median": _median,
    "mazziotta-pareto": _mazziotta_pareto,
    "topsis": _topsis,
    "copeland": _copeland,
    "kemeny": _kemeny,
    "benefit-of-the-doubt": _best,
}
