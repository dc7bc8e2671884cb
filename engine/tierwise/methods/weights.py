"""Weights of siblings: equal, from the data, and combined. Everywhere the result is positive and sums to 1.

Panels are units x indicators with NaN for a blank; a blank is left out of its column's statistics.
Weights from factors stand in :mod:`tierwise.methods.factors`, from comparisons in
:mod:`tierwise.methods.ahp`, from experts in :mod:`tierwise.methods.delphi`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import fsum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem, refuse_other_length
from tierwise.kernels.tree import Tree
from tierwise.methods.statistics import all_correlations, constant_columns, min_max, present, varying
from tierwise.names import choose
from tierwise.tolerances import CANCELLED, ROUNDING, SHARE

EntropyScale = Literal["shares", "min-max"]
RULES = ("product", "root-product", "linear", "game")


def equal(count: int) -> FloatArray:
    """Return ``count`` equal weights (OECD/JRC Handbook 2008, section 6.1)."""
    if count < 1:
        raise TierwiseError(
            problem("W100", argument="count", what=f"{count}", what_zh=f"{count}个", need="1", need_zh="1个")
        )
    return np.full(count, 1.0 / count)


def checked(
    weights: ArrayLike, count: int | None = None, *, argument: str = "weights", negative: bool = False
) -> FloatArray:
    """Return relative ``weights (siblings,)`` so that they sum to 1.

    Raises M011 for another length than ``count``, W111 for blanks, W112 for weights below 0 (unless
    ``negative``), W113 when they do not sum to something above 0.
    """
    array = np.asarray(weights, dtype=np.float64).ravel()
    problems = Problems()
    with problems.caught():
        refuse_other_length(array.size, array.size if count is None else count, "weighted item", argument)
    for position in np.flatnonzero(~np.isfinite(array)):
        problems.add("W111", argument=argument, column=int(position))
    if not negative:
        for position in np.flatnonzero(array < 0):
            problems.add("W112", argument=argument, column=int(position), value=float(array[position]))
    problems.raise_any()
    total = fsum(array)
    if not total > CANCELLED * float(np.abs(array).sum()):
        raise TierwiseError(problem("W113", argument=argument, total=total))
    return array / total


def entropy(
    values: ArrayLike, directions: ArrayLike | None = None, *, scale: EntropyScale | None = None
) -> FloatArray:
    """Return entropy weights (indicators,) 熵权法 of ``values (units, indicators)``.

    Shares p_ij = x_ij / Σ_i x_ij, entropy e_j = -Σ_i p_ij ln p_ij / ln n with 0 ln 0 = 0, weights
    proportional to 1 - e_j (Zeleny 1982; Hwang & Yoon 1981, section 3.3). This is the mean over units of
    x ln x / ln n, x = n p_ij, and is worked out from x - 1, so that values that hardly differ keep it.

    ``scale = "shares"`` takes the shares of the values as they are, which must not be negative;
    ``"min-max"`` first brings each indicator to 0..1 in its direction. Left out, it is ``"min-max"`` when
    ``directions`` of 1 and -1 (one for all or one for each) are given, else ``"shares"``.

    A constant indicator weighs 0.

    Raises W100 (fewer than two units), W101 (all constant), W102 (fewer than two values), W103 (negative
    values under ``shares``), W104 (a direction other than 1 and -1).
    """
    panel = varying(values, "entropy", constant=True)
    scale = scale or ("shares" if directions is None else "min-max")
    chosen = choose(scale, ("shares", "min-max"), "scale")
    signs = _directions(directions, panel.shape[1])
    if chosen == "shares":
        _refuse_negative(panel)

    def of_varying(columns: IntArray) -> FloatArray:
        unit = min_max(panel[:, columns], signs[columns]) if chosen == "min-max" else panel[:, columns]
        mean = np.nanmean(unit, axis=0)
        beyond = (unit - mean) / mean
        logs = np.log1p(np.where(beyond == -1.0, 0.0, beyond))
        divergence = np.nanmean((1.0 + beyond) * logs - beyond, axis=0)  # the beyond sum to 0
        return _proportional(divergence / np.log(present(unit)))

    return _constant_weigh_nothing(panel, of_varying)


def critic(values: ArrayLike, directions: ArrayLike | None = None) -> FloatArray:
    """Return CRITIC weights (indicators,) of ``values (units, indicators)``.

    On values brought to 0..1 in their direction, C_j = s_j Σ_k (1 - r_jk) with s_j the standard deviation
    (n - 1) and r_jk Pearson's correlation; weights proportional to C_j (Diakoulaki, Mavrotas &
    Papayannakis 1995). ``directions`` of 1 and -1, one for all or one for each; all 1 when left out.

    Raises W100, W101, W102, W104 as :func:`entropy`, W105 when two indicators share fewer than two units
    or are constant there, W106 when every indicator repeats every other.
    """
    panel = varying(values, "critic", constant=True)
    signs = _directions(directions, panel.shape[1])

    def of_varying(columns: IntArray) -> FloatArray:
        unit = min_max(panel[:, columns], signs[columns])
        together = all_correlations(unit)
        contrast = np.nanstd(unit, axis=0, ddof=1)
        information = contrast * (1.0 - together).sum(axis=0)
        if columns.size == 1:
            return equal(1)
        if information.max() < SHARE:
            raise TierwiseError(problem("W106", argument="values"))
        return _proportional(information)

    return _constant_weigh_nothing(panel, of_varying)


def cv(values: ArrayLike) -> FloatArray:
    """Return weights (indicators,) proportional to the coefficient of variation 变异系数法, sd / abs(mean).

    ``values (units, indicators)``; the standard deviation divides by n - 1. The values should be on a ratio
    scale with a true zero: the coefficient has no meaning for z-scores.

    Raises W100, W101, W102 as :func:`entropy`, W107 for a mean of 0.
    """
    panel = varying(values, "cv", constant=True)

    def of_varying(columns: IntArray) -> FloatArray:
        known = panel[:, columns]
        mean, deviation = np.nanmean(known, axis=0), np.nanstd(known, axis=0, ddof=1)
        problems = Problems()
        for column in np.flatnonzero(np.abs(mean) < CANCELLED * deviation):
            problems.add("W107", argument="values", column=int(column))
        problems.raise_any()
        return _proportional(deviation / np.abs(mean))

    return _constant_weigh_nothing(panel, of_varying)


def combine(first: ArrayLike, second: ArrayLike, rule: str = "product", *, share: float = 0.5) -> FloatArray:
    """Return weights (siblings,) that combine two sets, as subjective and objective ones 组合赋权.

    ``product``: proportional to a_j b_j; ``root-product``: to √(a_j b_j); ``linear``:
    share a_j + (1 - share) b_j; ``game``: the equilibrium of :func:`game_share` in its place. Both sets are
    relative and made to sum to 1 first.

    Raises M011, W111 to W113 as :func:`checked`, W114 for a share outside 0..1.
    """
    rule = choose(
        rule,
        RULES,
        "rule",
        {
            **dict.fromkeys(("root", "sqrt", "geometric"), "root-product"),
            **dict.fromkeys(("game-theory", "博弈论", "博弈论组合赋权"), "game"),
        },
    )
    problems = Problems()
    one = two = np.empty(0)
    with problems.caught():
        one = checked(first, argument="first")
    with problems.caught():
        two = checked(second, one.size or None, argument="second")
    if not 0.0 <= share <= 1.0:
        problems.add("W114", argument="share", value=share)
    problems.raise_any()
    if rule == "game":
        share = game_share(one, two)
    if rule in {"linear", "game"}:
        return share * one + (1.0 - share) * two
    joint = one * two
    return checked(joint if rule == "product" else np.sqrt(joint), argument="second")


def game_share(first: FloatArray, second: FloatArray) -> float:
    """Return the share of the first of two sets of weights in their game-theoretic combination.

    博弈论组合赋权: the x a + y b nearest to both sets at once solves (a a) x + (a b) y = a a and
    (b a) x + (b b) y = b b; the share is |x| / (|x| + |y|), as is usual. 1/2 for two sets that are alike.
    """
    own, other, both = float(first @ first), float(second @ second), float(first @ second)
    x, y = abs(other * (own - both)), abs(own * (other - both))
    return 0.5 if x + y <= ROUNDING * own * other else x / (x + y)


def local_from_leaves(tree: Tree, leaves: ArrayLike, *, negative: bool = False) -> FloatArray:
    """Return local weights (nodes,) of ``tree`` whose global weights of the indicators are ``leaves``.

    A parent weighs as much as its indicators together; within it, each child takes its part of that.
    ``leaves (indicators,)`` are relative, and not negative unless ``negative``. Siblings that all weigh 0
    share equally. Raises M011, W111 to W113 as :func:`checked`, W113 also for a parent whose indicators
    cancel out.
    """
    product = np.zeros(tree.nodes)
    product[tree.leaves] = checked(leaves, len(tree.leaves), argument="leaves", negative=negative)
    for node in range(tree.nodes - 1, 0, -1):
        product[tree.parent[node]] += product[node]
    for group in tree.sibling_groups:
        if np.abs(product[group]).max() < SHARE:
            product[group] = 1.0
        elif abs(product[group].sum()) < SHARE:
            raise TierwiseError(problem("W113", argument="leaves", total=float(product[group].sum())))
    return tree.normalised(product)


def _constant_weigh_nothing(panel: FloatArray, of: Callable[[IntArray], FloatArray]) -> FloatArray:
    """Return the weights of the columns that vary, by ``of``, and 0 for those that do not."""
    columns = np.setdiff1d(np.arange(panel.shape[1]), constant_columns(panel))
    weights: FloatArray = np.zeros(panel.shape[1])
    try:
        weights[columns] = of(columns)
    except TierwiseError as error:
        among = (
            one if one.column is None else replace(one, column=int(columns[one.column]))
            for one in error.problems
        )
        raise TierwiseError(*among) from None
    return weights


def _directions(directions: ArrayLike | None, count: int) -> FloatArray:
    if directions is None:
        return np.ones(count)
    array = np.asarray(directions, dtype=np.float64).ravel()
    if array.size == 1:
        array = np.full(count, array[0])
    problems = Problems()
    with problems.caught():
        refuse_other_length(array.size, count, "indicator", "directions")
    for position in np.flatnonzero(np.abs(array) != 1.0):
        problems.add("W104", argument="directions", column=int(position), value=float(array[position]))
    problems.raise_any()
    return array


def _refuse_negative(panel: FloatArray) -> None:
    problems = Problems()
    for row, column in np.argwhere(panel < 0):
        problems.add(
            "W103", argument="values", row=int(row), column=int(column), value=float(panel[row, column])
        )
    problems.raise_any()


def _proportional(parts: FloatArray) -> FloatArray:
    bounded: FloatArray = np.maximum(parts, 0.0)
    shares: FloatArray = bounded / fsum(bounded)
    return shares
