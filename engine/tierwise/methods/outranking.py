"""Rankings from pairwise comparisons: how much weight says that one unit is ahead of another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.grid import on_grid
from tierwise.kernels.ranks import rank
from tierwise.methods.registry import Setting
from tierwise.methods.sums import one_by_one, summed, weighted_mean, weighted_sum
from tierwise.names import choose
from tierwise.tolerances import SHARE

KEMENY_LIMIT: Final = 18  # 2^18 sets take about 0.1 s and 100 MB


def outranking(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the share of weight by which unit i is ahead of unit j, ties counting half.

    Args:
        values: ``(units, children)``, more = better, NaN = missing.
        weights: ``(children,)``, relative.

    Returns:
        ``(units, units)``: e[i, j] + e[j, i] = 1, 0 on the diagonal. A pair is compared on the children that
        both have, whatever the order of the rows; a pair without any is even.

    OECD/JRC Handbook 2008, Table 36.

    """
    units = len(values)
    pairs = [(column[:, None], column[None, :]) for column in on_grid(values.T)]
    ahead, common = np.empty((units, units)), np.empty((units, units))
    summed(
        (weight * ((a > b) + 0.5 * (a == b)) for weight, (a, b) in zip(weights, pairs, strict=True)), ahead
    )
    summed(
        (weight * ~(np.isnan(a) | np.isnan(b)) for weight, (a, b) in zip(weights, pairs, strict=True)), common
    )
    shares: FloatArray = np.full((units, units), 0.5)
    np.divide(ahead, common, out=shares, where=common > 0)
    np.fill_diagonal(shares, 0.0)
    return shares


def copeland(
    values: FloatArray,
    weights: FloatArray,
    *,
    count: Annotated[
        Literal["shares", "wins"],
        Setting(
            "shares of weight, or wins less losses by majority",
            "按胜出的权重份额（shares），或按多数决的胜负之差（wins）",
            name=("Copeland counts", "Copeland计分方式"),
            choices={"shares": "权重份额", "wins": "胜负之差"},
        ),
    ] = "shares",
) -> FloatArray:
    """Return Copeland scores ``(..., units)`` from :func:`outranking`.

    ``count`` = ``shares``: the sum over all other units of the share of weight by which a unit is ahead
    (without missing values the weighted Borda score). ``wins``: units beaten by a majority of the weight,
    less units that beat it (Copeland 1951; COINr's score).
    """
    way = choose(count, ("shares", "wins"), "count")
    if way == "shares" and not np.isnan(values).any():
        points = np.swapaxes(rank(np.swapaxes(values, -1, -2), "average", descending=False), -1, -2) - 1.0
        return weighted_mean(points, weights)
    return _each(_copeland_shares if way == "shares" else _copeland_wins, values, weights)


def kemeny(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return ``(..., units)`` numbers of units placed below in the Kemeny-optimal rankings.

    Where several rankings are optimal, the mean over all of them, so the order of the rows does not matter.
    A unit without any child is missing, and no unit is placed above it. Raises M023 beyond the limit of
    :func:`kemeny_rankings`.
    """

    def placed_below(panel: FloatArray, vector: FloatArray) -> FloatArray:
        there = weighted_sum(~np.isnan(panel), vector) > 0
        scores = np.full(len(panel), np.nan)
        if there.any():
            shares = outranking(panel[there], vector)
            scores[there] = len(shares) - kemeny_rankings(shares).positions
        return scores

    return one_by_one(placed_below, values, weights)


@dataclass(frozen=True)
class Kemeny:
    """The rankings that agree best with the pairwise comparisons."""

    support: float  # the sum of e[i, j] over all pairs with i before j
    positions: FloatArray  # (units,): mean position over all optimal rankings, 1 = first
    rankings: float  # how many there are
    order: IntArray  # (units,): one of them, rows from first to last


def kemeny_rankings(shares: FloatArray) -> Kemeny:
    """Return the Kemeny-optimal rankings of units compared by ``(units, units)`` shares.

    Exact: units are first split into groups of which each beats all later ones by majority (no optimal
    ranking mixes them), then each group is solved over all its subsets. Raises M023 for a group of more than
    18 units. OECD/JRC Handbook 2008, Tables 36 and 37, after Young & Levenglick 1978.
    """
    units = len(shares)
    positions = np.empty(units)
    order = np.empty(units, dtype=np.int64)
    rankings, done = 1.0, 0
    for group in _majority_groups(shares):
        if len(group) > KEMENY_LIMIT:
            raise TierwiseError(problem("M023", argument="values", found=len(group), limit=KEMENY_LIMIT))
        places, ways, best = _over_subsets(shares[np.ix_(group, group)])
        positions[group] = done + places
        order[done : done + len(group)] = group[best]
        rankings *= ways
        done += len(group)
    support = float(np.triu(shares[np.ix_(order, order)], 1).sum())
    return Kemeny(support, positions, rankings, order)


def _majority_groups(shares: FloatArray) -> list[IntArray]:
    """Return the units in groups, first to last: within one, majorities run in circles or are even."""
    from scipy.sparse.csgraph import connected_components

    ahead = shares >= 0.5 - SHARE
    np.fill_diagonal(ahead, False)
    count, label = connected_components(ahead, connection="strong")
    beaten = ahead.sum(axis=1)
    groups = [np.flatnonzero(label == group) for group in range(count)]
    return sorted(groups, key=lambda group: -int(beaten[group].max()))


def _over_subsets(shares: FloatArray) -> tuple[FloatArray, float, IntArray]:
    """Return mean positions over all optimal rankings, their number, and one of them.

    A ranking is a path from the empty set to all units, one unit at a time: ``before[S]`` is the best support
    among the units of a set S that goes first, ``after[S]`` the best that the units behind it can add.
    """
    units = len(shares)
    sets = np.arange(1 << units)
    gain = np.zeros((units, 1))  # gain[i, S]: the support won by placing unit i right behind the set S
    for unit in range(units):
        gain = np.concatenate([gain, gain + shares[unit][:, None]], axis=1)
    before, ways_before = _best_paths(gain, backwards=False)
    after, ways_after = _best_paths(gain, backwards=True)
    positions = np.zeros(units)
    for unit in range(units):
        first = sets[(sets >> unit) & 1 == 0]
        then = first | (1 << unit)
        optimal = before[first] + gain[unit, first] + after[then] >= after[0] - SHARE
        ways = np.where(optimal, ways_before[first] * ways_after[then], 0.0)
        positions[unit] = (ways * (np.bitwise_count(first) + 1)).sum() / ways_after[0]
    return positions, float(ways_after[0]), _one_path(gain, after)


def _best_paths(gain: FloatArray, *, backwards: bool) -> tuple[FloatArray, FloatArray]:
    """Return for each set the best support on one side of it, and how many paths have it."""
    units = len(gain)
    sets = np.arange(1 << units)
    size = np.bitwise_count(sets)
    best = np.where(size == (units if backwards else 0), 0.0, -np.inf)
    ways = np.where(best == 0, 1.0, 0.0)
    for count in reversed(range(units)) if backwards else range(1, units + 1):
        at = sets[size == count]
        other = at ^ (1 << np.arange(units))[:, None]  # one unit more, or one less
        usable = (other > at) == backwards
        step = np.take_along_axis(gain, np.minimum(at, other), axis=1)
        options = np.where(usable, best[other] + step, -np.inf)
        best[at] = options.max(axis=0)
        ways[at] = np.where(options >= best[at] - SHARE, ways[other], 0.0).sum(axis=0)
    return best, ways


def _one_path(gain: FloatArray, after: FloatArray) -> IntArray:
    """Return the optimal ranking that takes the earliest row wherever it can choose."""
    order: list[int] = []
    placed = 0
    for _ in range(len(gain)):
        order.append(
            next(
                unit
                for unit in range(len(gain))
                if not placed >> unit & 1
                and gain[unit, placed] + after[placed | 1 << unit] >= after[placed] - SHARE
            )
        )
        placed |= 1 << order[-1]
    return np.array(order)


def _copeland_shares(shares: FloatArray) -> FloatArray:
    total: FloatArray = shares.sum(axis=1)
    return total


def _copeland_wins(shares: FloatArray) -> FloatArray:
    beaten = shares > 0.5 + SHARE
    balance: FloatArray = np.subtract(beaten.sum(axis=1), beaten.sum(axis=0), dtype=np.float64)
    return balance


def _each(score: Callable[[FloatArray], FloatArray], values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return scores from the comparisons under each weight vector; a unit without any child is missing."""
    scores = one_by_one(lambda panel, vector: score(outranking(panel, vector)), values, weights)
    return np.where(weighted_sum(~np.isnan(values), weights) > 0, scores, np.nan)
