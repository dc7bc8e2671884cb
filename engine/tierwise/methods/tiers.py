"""Cut a ranked list into tiers 梯队; tier 1 holds the highest scores.

A published list has tiers that are runs of neighbours in rank. On the score alone every method gives such
runs. On several indicators it takes a constraint: only neighbours merge, or the best partition into runs.
Without the constraint the groups are types of units, which may interleave in rank. The methods themselves
stand in :mod:`tierwise.methods.tier_methods`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.grid import levelled
from tierwise.kernels.tiers import tiers_at
from tierwise.methods.merging import Merges, merge_neighbours
from tierwise.methods.own import Own
from tierwise.methods.tier_methods import METHODS, TierMethod, refuse_empty


@dataclass(frozen=True)
class Partition:
    """Tiers of units, and whether they are runs in rank."""

    tiers: IntArray  # (units,) 1 = the highest mean score
    count: int
    sizes: IntArray  # (count,)
    means: FloatArray  # (count,) mean score; NaN for a tier that holds nobody
    lowest: FloatArray  # (count,) lowest score of each tier; NaN for a tier that holds nobody
    runs: int  # number of runs of equal tiers down the ranking; count when tiers are contiguous
    contiguous: bool


def cut(
    scores: ArrayLike,
    count: int = 4,
    method: str = "ward",
    *,
    indicators: ArrayLike | None = None,
    contiguous: bool = True,
    sizes: Sequence[int] | None = None,
    cuts: Sequence[float] | None = None,
    seed: int = 1,
    empty: bool = False,
) -> IntArray:
    """Return the tier of each unit (units,), 1 = top by mean score.

    Args:
        scores: ``(units,)``, higher is better.
        count: number of tiers; under ``fixed`` it follows from ``sizes`` or ``cuts``.
        method: one of :data:`tierwise.methods.tier_methods.METHODS`.
        indicators: ``(units, indicators)`` on comparable scales; the distance is then Euclidean on these and
            the score. Not for ``quantile`` and ``fixed``.
        contiguous: with ``indicators``, only neighbours in rank merge (CONISS, Grimm 1987), and ``fisher``
            and ``kmeans`` find the best partition into runs. Otherwise types are found, not tiers.
        sizes: of ``fixed``, the number of units of each tier from the top.
        cuts: of ``fixed``, the lowest score of each tier but the last, falling.
        seed: of ``kmeans`` on indicators without the constraint (25 starts); elsewhere nothing is random:
            k-means on a line, or in order, has the exact optimum of ``fisher``.
        empty: a tier may hold nobody, as in draws.

    Equal scores never part (:mod:`tierwise.kernels.grid`): they merge first; where ``sizes`` would part a run
    of equal scores, all of it stays in the better tier, and where a quantile would, in the worse one. Without
    the constraint equal scores may part. On the score alone tiers are those of
    :mod:`tierwise.kernels.tiers`, as in every draw.

    Raises:
        TierwiseError: T101 number of tiers, T102 fewer distinct scores than tiers, T103 a missing score,
            T104 a tier left empty, T105 sizes that do not fit, T106 not exactly one of sizes and cuts,
            T107 cuts that do not fall, T108 indicators that do not fit, T109 a missing indicator, T110 a
            method that needs order.

    """
    chosen = METHODS[METHODS.choose(method, "method")]
    checked = levelled(_scores(scores))
    points = _points(checked, indicators, chosen, contiguous)
    order = _order(checked)
    tiers = np.empty(len(checked), dtype=np.int64)
    if chosen.frozen is not None:
        frozen_cuts = chosen.cuts(checked[order], 0, sizes=sizes, cuts=cuts)
        tiers[order] = tiers_at(frozen_cuts, len(order))
        return tiers
    free = indicators is not None and not contiguous
    _check_count(count, len(np.unique(points if free else checked[:, None], axis=0)), len(checked))
    if free:
        assert chosen.types is not None
        return _by_mean_score(checked, chosen.types(points, count, seed))
    if indicators is None:
        places = chosen.cuts(checked[order], count)
        if not empty:
            refuse_empty(places, len(order))
        if chosen.own and not empty:
            Own(chosen, "method").refuse_other(places, chosen.cuts(checked[order], count))
        tiers[order] = tiers_at(places, len(order))
    else:
        assert chosen.runs is not None
        tiers[order] = 1 + chosen.runs(points[order], count, _tied(checked[order]))
    return tiers


def described(scores: ArrayLike, tiers: ArrayLike, count: int | None = None) -> Partition:
    """Return what ``tiers (units,)`` are to ``scores (units,)``: sizes, means, lowest scores, runs.

    ``count`` is the number of tiers where the last ones may hold nobody.
    """
    values, labels = _scores(scores), np.asarray(tiers, dtype=np.int64)
    number = int(count or labels.max())
    sizes = np.bincount(labels - 1, minlength=number)
    with np.errstate(invalid="ignore"):
        means = np.bincount(labels - 1, weights=values, minlength=number) / sizes
    lowest = np.array(
        [values[labels == tier].min(initial=np.inf) for tier in range(1, number + 1)], dtype=np.float64
    )
    ordered = labels[_order(levelled(values), labels)]
    runs = 1 + int((np.diff(ordered) != 0).sum())
    return Partition(
        tiers=labels,
        count=number,
        sizes=sizes,
        means=means,
        lowest=np.where(sizes > 0, lowest, np.nan),
        runs=runs,
        contiguous=runs == int((sizes > 0).sum()),
    )


@dataclass(frozen=True)
class Sides:
    """Both sides of each cut ``(count - 1,)``."""

    rank: IntArray  # number of units above
    above: FloatArray  # lowest score above
    below: FloatArray  # highest score below


def sides(scores: ArrayLike, tiers: ArrayLike) -> Sides:
    """Return both sides of each cut of ``tiers (units,)`` that are runs of ``scores (units,)``."""
    values, labels = _scores(scores), np.asarray(tiers, dtype=np.int64)
    count = int(labels.max())
    lowest = [float(values[labels == tier].min()) for tier in range(1, count)]
    highest = [float(values[labels == tier].max()) for tier in range(2, count + 1)]
    above = np.cumsum(np.bincount(labels, minlength=count + 1)[1:])[:-1]
    return Sides(above, np.array(lowest), np.array(highest))


def hierarchy(
    scores: ArrayLike, method: str = "ward", *, indicators: ArrayLike | None = None
) -> tuple[IntArray, Merges]:
    """Return dendrogram data: units in rank order (units,), and their merges.

    The tree of contiguous tiers: ids of :class:`Merges` count units in rank order, heights are those named
    there. ``scipy.cluster.hierarchy.dendrogram(merges.linkage)`` draws it (on the score alone; under the
    constraint on indicators heights may fall, and ``dispersion`` should be drawn instead).

    Raises T103, T108, T109 as :func:`cut`; T111 for a method that is not hierarchical, T101 for one unit.
    """
    chosen = METHODS[METHODS.choose(method, "method")]
    if not chosen.linkage:
        raise TierwiseError(problem("T111", argument="method", method=chosen.name))
    checked = levelled(_scores(scores))
    if len(checked) < 2:
        raise TierwiseError(problem("T101", argument="scores", count=2, most=1))
    points = _points(checked, indicators, chosen, contiguous=True)
    order = _order(checked)
    return order, merge_neighbours(points[order], chosen.kernel, _tied(checked[order]))


class Ordered(NamedTuple):
    """Units in rank order as a method looks at them."""

    method: TierMethod
    points: FloatArray  # (units, indicators and score), or the score alone
    tied: BoolArray  # (units - 1,) which neighbours have equal scores

    @property
    def scores(self) -> FloatArray:
        """The scores, best first ``(units,)``."""
        return self.points[:, -1]

    @property
    def distinct(self) -> int:
        """Number of different scores."""
        return len(self.points) - int(self.tied.sum())


def in_order(
    scores: ArrayLike, method: str, indicators: ArrayLike | None = None, contiguous: bool = True
) -> Ordered:
    """Return units in rank order; raises T103, T108, T109, T110 as :func:`cut`."""
    chosen = METHODS[METHODS.choose(method, "method")]
    checked = levelled(_scores(scores))
    points = _points(checked, indicators, chosen, contiguous)
    order = _order(checked)
    return Ordered(chosen, points[order], _tied(checked[order]))


def _scores(scores: ArrayLike) -> FloatArray:
    array = np.asarray(scores, dtype=np.float64).ravel()
    problems = Problems()
    for place in np.flatnonzero(~np.isfinite(array)):
        problems.add("T103", argument="scores", row=int(place))
    if not array.size:
        problems.add("T101", argument="scores", count=1, most=0)
    problems.raise_any()
    return array


def _points(
    scores: FloatArray, indicators: ArrayLike | None, method: TierMethod, contiguous: bool
) -> FloatArray:
    """Return what distances are measured on: the score, or indicators and score."""
    if indicators is None:
        return scores[:, None]
    table = np.asarray(indicators, dtype=np.float64)
    if table.ndim != 2 or len(table) != len(scores):
        raise TierwiseError(
            problem("T108", argument="indicators", units=len(scores), shape=" x ".join(map(str, table.shape)))
        )
    problems = Problems()
    if (method.runs if contiguous else method.types) is None:
        problems.add("T110", argument="method", method=method.name)
    for row, column in np.argwhere(~np.isfinite(table)):
        problems.add("T109", argument="indicators", row=int(row), column=int(column))
    problems.raise_any()
    return np.column_stack([table, scores])


def _check_count(count: int, distinct: int, units: int) -> None:
    if not 1 <= count <= units:
        raise TierwiseError(problem("T101", argument="count", count=count, most=units))
    if count > distinct:
        raise TierwiseError(problem("T102", argument="count", count=count, distinct=distinct))


def _order(scores: FloatArray, tiers: IntArray | None = None) -> IntArray:
    """Return units from the highest score, equal scores by tier, then in the order given."""
    return np.lexsort((np.zeros(len(scores)) if tiers is None else tiers, -scores))


def _tied(ordered: FloatArray) -> BoolArray:
    same: BoolArray = ordered[1:] == ordered[:-1]
    return same


def _by_mean_score(scores: FloatArray, labels: IntArray) -> IntArray:
    """Return labels 1.. in order of falling mean score."""
    means = np.bincount(labels, weights=scores) / np.bincount(labels)
    place = np.empty(len(means), dtype=np.int64)
    place[np.argsort(-means, kind="stable")] = np.arange(1, len(means) + 1)
    return place[labels]
