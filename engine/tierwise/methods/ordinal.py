"""Weights of siblings from fewer judgements than all pairs: an order with ratios, the best and the worst.

``order (siblings,)`` are places, 1 the most important. ``best (siblings,)`` says how many times as important
the best sibling is as each, ``worst`` how many times as important each is as the worst one: 1 to 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem, refuse_other_length
from tierwise.tolerances import TYPED
from tierwise.words.speaking import Heading

HEADED: Final = {"最优比": "best", "最劣比": "worst"}  # how Chinese sheets head the two columns
MOST: Final = 9.0  # times as important
DIFFERENT: Final = (
    0.05  # of the best over the worst in its two places: as between a comparison and its mirror
)


def g1(order: ArrayLike, ratio: ArrayLike) -> FloatArray:
    """Return weights (siblings,) by the method of the order relation 序关系分析法 (G1; Guo Yajun 2007).

    With the siblings in their order, the ratio of the k-th is r_k = w_(k-1) / w_k, 1 or more (usually 1, 1.2,
    1.4, 1.6 or 1.8), the first has none; w_m = 1 / (1 + Σ_k Π_(i=k..m) r_i) and w_(k-1) = r_k w_k.

    Raises M011 for lengths that differ, W143 for a blank, W144 for a place taken twice, W145 for a ratio
    below 1, W146 for a ratio of the first.
    """
    places, ratios = _row(order), _row(ratio)
    refuse_other_length(ratios.size, places.size, "weighted item", "ratio")
    problems = Problems()
    _refuse_blanks(places, "order", problems)
    problems.raise_any()
    sequence = np.argsort(places, kind="stable")
    for before, at in pairwise(sequence.tolist()):
        if places[at] == places[before]:
            problems.add("W144", argument="order", column=at, place=float(places[at]))
    first = int(sequence[0])
    if not np.isnan(ratios[first]) and abs(ratios[first] - 1.0) > TYPED:
        problems.add("W146", argument="ratio", column=first, value=float(ratios[first]))
    for at in sequence[1:]:
        if np.isnan(ratios[at]):
            problems.add("W143", argument="ratio", column=int(at))
        elif not 1.0 - TYPED <= ratios[at] < np.inf:
            problems.add("W145", argument="ratio", column=int(at), value=float(ratios[at]))
    problems.raise_any()
    falling = 1.0 / np.cumprod(np.concatenate([[1.0], ratios[sequence[1:]]]))
    weights = np.empty(places.size)
    weights[sequence] = falling / falling.sum()
    return weights


@dataclass(frozen=True)
class BestWorst:
    """Weights of the best-worst method and how far the judgements contradict each other.

    ``ksi`` is the optimum ξ of the linear model, in weights: 0 where the judgements agree. ``input_ratio`` is
    max_j |a_Bj a_jW - a_BW| / (a_BW² - a_BW), which needs no weights (Liang, Brunelli & Rezaei 2020).
    """

    weights: FloatArray
    ksi: float
    input_ratio: float


def best_worst(best: ArrayLike, worst: ArrayLike) -> BestWorst:
    """Return weights (siblings,) by the linear best-worst method 最优最劣法 (BWM; Rezaei 2016).

    The least ξ with |w_B - a_Bj w_j| <= ξ and |w_j - a_jW w_W| <= ξ for all j, Σ w = 1, w >= 0, by linear
    programming. The best is the sibling with 1 in ``best``, the worst the one with 1 in ``worst``; of
    several, the one that the other column puts furthest away.

    Raises M011 for lengths that differ, W143 for a blank, W147 for what is not 1 to 9, W148 where no sibling
    is the best, or the worst, W149 where the two columns differ on the best over the worst.
    """
    over, under = _row(best), _row(worst)
    refuse_other_length(under.size, over.size, "weighted item", "worst")
    problems = Problems()
    for given, argument in ((over, "best"), (under, "worst")):
        _refuse_blanks(given, argument, problems)
        for at in np.flatnonzero(~np.isnan(given) & ~((given >= 1.0 - TYPED) & (given <= MOST + TYPED))):
            problems.add("W147", argument=argument, column=int(at), value=float(given[at]))
        if not (np.abs(given - 1.0) <= TYPED).any():
            problems.add("W148", argument=argument, heading=Heading(argument, HEADED))
    problems.raise_any()
    if over.size == 1:
        return BestWorst(np.ones(1), 0.0, 0.0)
    top = _furthest(over, under, np.arange(over.size))
    bottom = _furthest(under, over, np.delete(np.arange(over.size), top))
    one, other = float(over[bottom]), float(under[top])
    if abs(one / other - 1.0) > DIFFERENT:
        raise TierwiseError(problem("W149", argument="best", column=bottom, one=one, other=other))
    weights, ksi = _linear(over, under, top, bottom)
    spread = one * one - one
    apart = float(np.abs(over * under - one).max())
    return BestWorst(weights, ksi, apart / spread if spread > TYPED else 0.0)


def _linear(over: FloatArray, under: FloatArray, top: int, bottom: int) -> tuple[FloatArray, float]:
    """Return the weights and ξ of the linear program; variables are the weights and ξ."""
    from scipy.optimize import linprog  # half a second, of this method alone

    size = len(over)
    unit = np.eye(size)
    apart = np.vstack([unit[top] - over[:, None] * unit, unit - under[:, None] * unit[bottom]])
    rows = np.column_stack([np.vstack([apart, -apart]), np.full(4 * size, -1.0)])
    solved = linprog(
        np.append(np.zeros(size), 1.0),
        A_ub=rows,
        b_ub=np.zeros(len(rows)),
        A_eq=np.append(np.ones(size), 0.0)[None],
        b_eq=[1.0],
    )
    at = np.asarray(solved.x, dtype=np.float64)  # equal weights are feasible, so there is an optimum
    weights = np.maximum(at[:size], 0.0)
    return weights / weights.sum(), max(0.0, float(at[size]))


def _furthest(ones: FloatArray, other: FloatArray, among: IntArray) -> int:
    """Return which of the siblings with a 1 the other column puts furthest away."""
    equal = among[np.abs(ones[among] - 1.0) <= TYPED]
    return int(equal[np.argmax(other[equal])]) if equal.size else int(among[np.argmin(ones[among])])


def _row(given: ArrayLike) -> FloatArray:
    return np.asarray(given, dtype=np.float64).ravel()


def _refuse_blanks(given: FloatArray, argument: str, problems: Problems) -> None:
    for at in np.flatnonzero(np.isnan(given)):
        problems.add("W143", argument=argument, column=int(at))
