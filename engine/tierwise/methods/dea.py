"""Benefit of the doubt: every unit is weighed as suits it best, within bounds (data envelopment analysis)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.methods.registry import Setting
from tierwise.methods.sums import one_by_one, usable

Limits = tuple[FloatArray, FloatArray]
UNBOUNDED: Final = (0.0, 1.0)
SOLVED: Final = 1e-7  # what the solver takes for met


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
        Setting("a child's share of the score", "下级指标对得分贡献份额的上下限", kind=tuple[float, float]),
    ] = UNBOUNDED,
    weight_bounds: Annotated[
        tuple[ArrayLike, ArrayLike],
        Setting("a child's share of the weights", "下级指标权重份额的上下限", kind=tuple[float, float]),
    ] = UNBOUNDED,
    spread: Annotated[
        float | None,
        Setting("weights within ± this share of the given ones", "权重偏离给定权重不超过±此比例", ge=0),
    ] = None,
) -> FloatArray:
    """Return ``(..., units)`` benefit-of-the-doubt scores, see :func:`best_weights`.

    ``weights`` matter only with a ``spread`` h: then a child's share of the weight stays within ±h (relative)
    of the given one: h = 0 is the weighted mean over the best unit's, large h leaves every unit free.
    """

    def score(panel: FloatArray, vector: FloatArray) -> FloatArray:
        bounds = weight_bounds if spread is None else around(vector, spread)
        return best_weights(panel, share_bounds=share_bounds, weight_bounds=bounds).scores

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
) -> BestWeights:
    """Return for each unit i the weights w >= 0 with the largest Σ w_k x_ik such that no unit exceeds 1.

    Args:
        values: ``(units, children)``, zero or above, none missing.
        share_bounds: lowest and highest share of a child in the unit's own score, w_k x_ik / Σ w x_i (“pie
            shares”); a number for all children or one for each.
        weight_bounds: lowest and highest share of a child in the sum of weights, w_k / Σ w. The Handbook's
            Table 19 has 0.10 and 0.15 on min-max values.

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
    found = np.empty_like(values)
    binding = np.unique(values.argmax(axis=0))
    for row, unit in enumerate(values):
        within = np.vstack([_between(np.diag(unit), unit, *shares), of_weights])
        found[row], binding = _solve(unit, values, binding, within)
    parts = found * values
    scores = parts.sum(axis=1)
    top = np.abs(scores - 1.0) < SOLVED
    return BestWeights(np.where(top, 1.0, scores), found / size, parts)


def _solve(
    unit: FloatArray, peers: FloatArray, binding: IntArray, within: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Return the weights that suit one unit best, and the peers that have held any unit back so far.

    ``within (rows, children)`` keeps weights within their bounds: within · w <= 0. Only the peers that bind
    stand in the program; those that the solution lets exceed 1 join them, until none does.
    """
    from scipy.optimize import linprog

    while True:
        rows = np.vstack([peers[binding], within])
        right = np.concatenate([np.ones(len(binding)), np.zeros(len(within))])
        weights = np.asarray(linprog(-unit, A_ub=rows, b_ub=right, method="highs").x, dtype=np.float64)
        reach = peers @ weights
        beyond = np.flatnonzero(reach > 1.0 + SOLVED)
        beyond = beyond[np.argsort(-reach[beyond])[:10]]
        if not np.setdiff1d(beyond, binding).size:
            return weights, binding
        binding = np.union1d(binding, beyond)


def _between(part: FloatArray, whole: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the rows a·w <= 0 that keep each part·w between low and high times its whole·w."""
    lower = low[:, None] * whole - part
    upper = part - high[:, None] * whole
    return np.vstack([lower[low > 0], upper[high < 1]])


def _bounds(argument: str, bounds: tuple[ArrayLike, ArrayLike], children: int) -> Limits:
    """Return lower and upper bounds for each child."""
    low, high = (np.broadcast_to(np.asarray(bound, dtype=np.float64), (children,)) for bound in bounds)
    total = float(low.sum()), float(high.sum())
    if total[0] > 1 + 1e-9 or total[1] < 1 - 1e-9 or (low > high).any() or (low < 0).any():
        raise TierwiseError(
            problem("M025", argument=argument, low=total[0], high=total[1], children=children)
        )
    return low, high


def _refuse_missing(values: FloatArray) -> None:
    problems = Problems()
    for row, column in np.argwhere(np.isnan(values)).tolist():
        problems.add("M024", argument="values", row=row, column=column, rule="benefit-of-the-doubt")
    problems.raise_any()
