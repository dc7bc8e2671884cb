"""Benefit of the doubt: every unit is weighed as suits it best, within bounds (data envelopment analysis)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.grid import on_grid
from tierwise.methods.registry import Setting
from tierwise.methods.sums import one_by_one, usable
from tierwise.tolerances import TYPED

Limits = tuple[FloatArray, FloatArray]
UNBOUNDED: Final = (0.0, 1.0)
MET: Final = 1e-7  # what the solver takes for met
PRICED: Final = 1e-9  # a constraint whose price is above this holds the solution
SLACK: Final = 1e-10  # by which a part that stays may fall, so that rounding leaves something to choose from


class Best(NamedTuple):
    """The weights that suit one unit best, whether no others do, and who has held any unit back so far."""

    weights: FloatArray  # (children,)
    unique: bool
    binding: IntArray


@dataclass(frozen=True)
class BestWeights:
    """The weights that suit each unit best, and what each child then adds to its score."""

    scores: FloatArray  # (units,), at most 1
    weights: FloatArray  # (units, children)
    parts: FloatArray  # (units, children): weight times value, summing to the score


def benefit_of_the_doubt(
    values: FloatArray,
    weights: FloatArray,
    *,
    share_bounds: Annotated[
        tuple[ArrayLike, ArrayLike],
        Setting(
            "a child's share of the score",
            "下级指标对得分贡献份额的上下限",
            kind=tuple[float, float],
            name=("Bounds of shares of the score", "贡献份额上下限"),
        ),
    ] = UNBOUNDED,
    weight_bounds: Annotated[
        tuple[ArrayLike, ArrayLike],
        Setting(
            "a child's share of the weights",
            "下级指标权重份额的上下限",
            kind=tuple[float, float],
            name=("Bounds of shares of the weights", "权重份额上下限"),
        ),
    ] = UNBOUNDED,
    spread: Annotated[
        float | None,
        Setting(
            "weights within ± this share of the given ones",
            "权重偏离给定权重不超过±此比例",
            ge=0,
            name=("Spread around the given weights", "给定权重允许偏离"),
        ),
    ] = None,
) -> FloatArray:
    """Return ``(..., units)`` benefit-of-the-doubt scores, see :func:`best_weights`.

    ``weights`` matter only with a ``spread`` h: then a child's share of the weight stays within ±h (relative)
    of the given one: h = 0 is the weighted mean over the best unit's, large h leaves every unit free.
    """

    def score(panel: FloatArray, vector: FloatArray) -> FloatArray:
        bounds = weight_bounds if spread is None else around(vector, spread)
        return best_weights(panel, share_bounds=share_bounds, weight_bounds=bounds, even=False).scores

    scores = one_by_one(score, values, np.ones(weights.shape[-1]) if spread is None else weights)
    return np.broadcast_to(scores, np.broadcast_shapes(scores.shape, (*weights.shape[:-1], 1)))


def around(weights: FloatArray, spread: float) -> Limits:
    """Return the bounds of shares within ±spread (relative) of the given weights."""
    share = weights / weights.sum()
    return share * max(0.0, 1.0 - spread), np.minimum(share * (1.0 + spread), 1.0)


def best_weights(
    values: FloatArray,
    *,
    share_bounds: tuple[ArrayLike, ArrayLike] = UNBOUNDED,
    weight_bounds: tuple[ArrayLike, ArrayLike] = UNBOUNDED,
    even: bool = True,
) -> BestWeights:
    """Return for each unit i the weights w >= 0 with the largest Σ w_k x_ik such that no unit exceeds 1.

    Where several weights give a unit its score, those are taken whose parts are the most even: the smallest
    part is as large as can be, then the second smallest, and so on. So the parts do not depend on the order
    of units. What is worth nothing to a unit, a child at 0, gets as little weight as its bounds leave.

    Args:
        values: ``(units, children)``, zero or above, none missing.
        share_bounds: lowest and highest share of a child in the unit's own score, w_k x_ik / Σ w x_i (“pie
            shares”); a number for all children or one for each.
        weight_bounds: lowest and highest share of a child in the sum of weights, w_k / Σ w. The Handbook's
            Table 19 has 0.10 and 0.15 on min-max values.
        even: whether the parts matter; without, any of the best weights are taken, which is quicker.

    Raises:
        TierwiseError: M020 below zero, M024 missing, M025 bounds that no weights can meet.

    OECD/JRC Handbook 2008, Table 19; Cherchye et al. 2008, Journal of the Operational Research Society 59.

    """
    _refuse_missing(values)
    values = usable(values, "benefit-of-the-doubt", zero=True)
    children = values.shape[1]
    shares = _bounds("share_bounds", share_bounds, children)
    limits = _bounds("weight_bounds", weight_bounds, children)
    size = values.max(axis=0)
    size = np.where(size > 0, size, 1.0)
    values = values / size  # the solver's tolerances are absolute
    of_weights = _between(np.eye(children), size[:, None] / size, *limits)
    weights = np.empty_like(values)
    binding = np.unique(values.argmax(axis=0))
    for row, unit in enumerate(values):
        within = np.vstack([_between(np.diag(unit), unit, *shares), of_weights])
        weights[row], unique, binding = _solve(unit, values, binding, within)
        if even and not unique:
            weights[row], binding = _evenest(unit, values, binding, within, weights[row])
    parts = weights * values
    scores = on_grid(parts.sum(axis=1))  # beyond it are last bits of the solver
    top = np.abs(scores - 1.0) < MET
    return BestWeights(np.where(top, 1.0, scores), weights / size, parts)


def _solve(unit: FloatArray, peers: FloatArray, binding: IntArray, within: FloatArray) -> Best:
    """Return the weights that suit one unit best.

    ``within (rows, children)`` keeps weights within their bounds: within · w <= 0. Only the peers that bind
    stand in the program; those that the solution lets exceed 1 join them, until none does.
    """
    from scipy.optimize import linprog

    while True:
        rows = np.vstack([peers[binding], within])
        right = np.concatenate([np.ones(len(binding)), np.zeros(len(within))])
        solved = linprog(-unit, A_ub=rows, b_ub=right, method="highs")
        weights = np.asarray(solved.x, dtype=np.float64)
        beyond = _beyond(peers, weights, binding)
        if not beyond.size:
            held = (np.abs(solved.ineqlin.marginals) > PRICED).sum()
            held += (np.abs(solved.lower.marginals) > PRICED).sum()
            return Best(weights, bool(held >= len(unit)), binding)
        binding = np.union1d(binding, beyond)


def _evenest(
    unit: FloatArray, peers: FloatArray, binding: IntArray, within: FloatArray, best: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Return those of the best weights whose parts are the most even, and the peers that hold them back.

    The smallest part t is made as large as can be; the parts that cannot rise above it, whose constraints
    have a price, stay there, and the smallest of the rest is next.
    """
    from scipy.optimize import linprog

    score, children = float(unit @ best), len(unit)
    free = np.flatnonzero(unit > 0.0)
    worthless = (unit == 0.0).astype(np.float64)
    lowest, weights = np.zeros(children), best
    while True:
        rows = np.vstack([peers[binding], within, -np.diag(unit)[free]])
        smallest = np.concatenate([np.zeros(len(rows) - len(free)), np.ones(len(free))])
        right = np.concatenate([np.ones(len(binding)), np.zeros(len(within) + len(free))])
        solved = linprog(
            np.append(worthless, -1.0) if len(free) else np.append(worthless, 0.0),
            A_ub=np.column_stack([rows, smallest]),
            b_ub=right,
            A_eq=np.append(unit, 0.0)[None],
            b_eq=[score],
            bounds=[*((low, None) for low in lowest), (0.0, score)],
            method="highs",
        )
        if solved.x is None:  # a face so thin that rounding empties it: what was found last is on it
            return weights, binding
        weights = np.asarray(solved.x[:-1], dtype=np.float64)
        beyond = _beyond(peers, weights, binding)
        if beyond.size:
            binding = np.union1d(binding, beyond)
            continue
        if not len(free):
            return weights, binding
        part = unit[free] * weights[free]
        priced = -solved.ineqlin.marginals[len(rows) - len(free) :] > PRICED
        stay = priced if priced.any() else part <= part.min() + MET
        lowest[free[stay]] = part.min() * (1.0 - SLACK) / unit[free[stay]]
        free = free[~stay]


def _beyond(peers: FloatArray, weights: FloatArray, binding: IntArray) -> IntArray:
    """Return the peers that exceed 1 most and stand in no program yet."""
    reach = peers @ weights
    beyond = np.flatnonzero(reach > 1.0 + MET)
    return np.setdiff1d(beyond[np.argsort(-reach[beyond])[:10]], binding)


def _between(part: FloatArray, whole: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the rows a·w <= 0 that keep each part·w between low and high times its whole·w."""
    lower = low[:, None] * whole - part
    upper = part - high[:, None] * whole
    return np.vstack([lower[low > 0], upper[high < 1]])


def _bounds(argument: str, bounds: tuple[ArrayLike, ArrayLike], children: int) -> Limits:
    """Return lower and upper bounds for each child."""
    low, high = (np.broadcast_to(np.asarray(bound, dtype=np.float64), (children,)) for bound in bounds)
    total = float(low.sum()), float(high.sum())
    if total[0] > 1 + TYPED or total[1] < 1 - TYPED or (low > high).any() or (low < 0).any():
        raise TierwiseError(
            problem("M025", argument=argument, low=total[0], high=total[1], children=children)
        )
    return low, high


def _refuse_missing(values: FloatArray) -> None:
    problems = Problems()
    for row, column in np.argwhere(np.isnan(values)).tolist():
        problems.add("M024", argument="values", row=row, column=column, rule="benefit-of-the-doubt")
    problems.raise_any()
