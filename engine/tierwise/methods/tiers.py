"""MethodPartition a ranked list into tiers 梯队; tier 1 holds the highest scores.

A published list has tiers that are runs of neighbours in rank. On the score alone every method gives such
runs. On several indicators it takes a constraint: only neighbours merge, or the best partition into runs.
Without the constraint the groups are types of units, which may interleave in rank.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.tiers import partition, tiers_at
from tierwise.methods.merging import LINKAGES, Merges, merge_neighbours
from tierwise.methods.ordered import fisher
from tierwise.names import choose

METHODS = (*LINKAGES, "fisher", "kmeans", "quantile", "fixed")
SYNONYMS = {"k-means": "kmeans", "quantiles": "quantile", "jenks": "fisher", "coniss": "ward"}
STARTS = 25


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

    @property
    def are_types(self) -> bool:
        """Whether the groups interleave in rank, so that they are types and not tiers."""
        return not self.contiguous


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
) -> IntArray:
    """Return the tier of each unit (units,), 1 = top by mean score.

    Args:
        scores: ``(units,)``, higher is better.
        count: number of tiers; under ``fixed`` it follows from ``sizes`` or ``cuts``.
        method: ``ward`` 离差平方和, ``average``, ``complete``, ``single`` (hierarchical 系统聚类法),
            ``fisher`` (the exact least sum of squares within runs, Fisher 1958), ``kmeans``, ``quantile``
            (by quantiles of the scores, R's type 7), ``fixed`` (by ``sizes`` or ``cuts``).
        indicators: ``(units, indicators)`` on comparable scales; the distance is then Euclidean on these and
            the score. Not for ``quantile`` and ``fixed``.
        contiguous: with ``indicators``, only neighbours in rank merge (CONISS, Grimm 1987), and ``fisher``
            and ``kmeans`` find the best partition into runs. Otherwise types are found, not tiers.
        sizes: of ``fixed``, the number of units of each tier from the top.
        cuts: of ``fixed``, the lowest score of each tier but the last, falling.
        seed: of ``kmeans`` on indicators without the constraint (25 starts); elsewhere nothing is random:
            k-means on a line, or in order, has the exact optimum of ``fisher``.

    Equal scores never part: they merge first; where ``sizes`` would part a run of equal scores, all of it
    stays in the better tier, and where a quantile would, in the worse one. Without the constraint equal
    scores may part. On the score alone tiers are those of :mod:`tierwise.kernels.tiers`, as in every draw.

    Raises:
        TierwiseError: T101 number of tiers, T102 fewer distinct scores than tiers, T103 a missing score,
            T104 a tier left empty, T105 sizes that do not fit, T106 not exactly one of sizes and cuts,
            T107 cuts that do not fall, T108 indicators that do not fit, T109 a missing indicator, T110 a
            method that needs order.

    """
    chosen = choose(method, METHODS, "method", SYNONYMS)
    checked = _scores(scores)
    features = _features(checked, indicators, chosen, contiguous)
    if chosen == "fixed":
        return _fixed(checked, sizes, cuts)
    free = indicators is not None and not contiguous
    _check_count(count, len(np.unique(features if free else checked[:, None], axis=0)), len(checked))
    if free:
        return _by_mean_score(checked, _free(features, count, chosen, seed))
    order = _order(checked)
    if chosen == "quantile":
        return _filled(_quantile(checked, count), count)
    ordered = features[order]
    tied = _tied(checked[order])
    if indicators is None:
        labels = (
            tiers_at(partition(checked[order], count, chosen.replace("kmeans", "fisher")), len(order)) - 1
        )
    elif chosen in LINKAGES:
        labels = merge_neighbours(ordered, chosen, tied).labels(count)
    else:
        labels = fisher(ordered, count, np.concatenate([[0.0], np.where(tied, np.inf, 0.0), [0.0]]))
    tiers = np.empty(len(checked), dtype=np.int64)
    tiers[order] = labels + 1
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
    ordered = labels[_order(values, labels)]
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
    chosen = choose(method, METHODS, "method", SYNONYMS)
    if chosen not in LINKAGES:
        raise TierwiseError(problem("T111", argument="method", method=chosen))
    checked = _scores(scores)
    if len(checked) < 2:
        raise TierwiseError(problem("T101", argument="scores", count=2, most=1))
    features = _features(checked, indicators, chosen, contiguous=True)
    order = _order(checked)
    return order, merge_neighbours(features[order], chosen, _tied(checked[order]))


def in_order(
    scores: ArrayLike, method: str, indicators: ArrayLike | None = None, contiguous: bool = True
) -> tuple[str, FloatArray, BoolArray]:
    """Return the method's own name, features (units, indicators and score) in rank order, and ties.

    Raises T103, T108, T109, T110 as :func:`cut`.
    """
    chosen = choose(method, METHODS, "method", SYNONYMS)
    checked = _scores(scores)
    features = _features(checked, indicators, chosen, contiguous)
    order = _order(checked)
    return chosen, features[order], _tied(checked[order])


def _scores(scores: ArrayLike) -> FloatArray:
    array = np.asarray(scores, dtype=np.float64).ravel()
    problems = Problems()
    for place in np.flatnonzero(~np.isfinite(array)):
        problems.add("T103", argument="scores", row=int(place))
    if not array.size:
        problems.add("T101", argument="scores", count=1, most=0)
    problems.raise_any()
    return array


def _features(scores: FloatArray, indicators: ArrayLike | None, method: str, contiguous: bool) -> FloatArray:
    """Return what distances are measured on: the score, or indicators and score."""
    if indicators is None:
        return scores[:, None]
    table = np.asarray(indicators, dtype=np.float64)
    if table.ndim != 2 or len(table) != len(scores):
        raise TierwiseError(
            problem("T108", argument="indicators", units=len(scores), shape=" x ".join(map(str, table.shape)))
        )
    problems = Problems()
    if method in {"quantile", "fixed"} or (method == "fisher" and not contiguous):
        problems.add("T110", argument="method", method=method)
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


def _free(features: FloatArray, count: int, method: str, seed: int) -> IntArray:
    """Return labels of types found without regard to rank."""
    if method == "kmeans":
        from sklearn.cluster import KMeans
        from sklearn.exceptions import ConvergenceWarning

        state = int(np.random.SeedSequence(seed).generate_state(1)[0])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # told as T102
            found = KMeans(n_clusters=count, n_init=STARTS, random_state=state).fit(features)
        labels = np.asarray(found.labels_, dtype=np.int64)
        if (distinct := len(np.unique(labels))) < count:  # units closer together than rounding
            raise TierwiseError(problem("T102", argument="count", count=count, distinct=distinct))
        return labels
    if len(features) == 1:
        return np.zeros(1, dtype=np.int64)
    from scipy.cluster.hierarchy import cut_tree, linkage
    from scipy.spatial.distance import pdist

    # Distances, not the table: one that is symmetric with zeros down the middle looks like distances itself.
    tree = linkage(pdist(features), cast("Literal['ward', 'average', 'complete', 'single']", method))
    return np.asarray(cut_tree(tree, [count])[:, 0], dtype=np.int64)


def _by_mean_score(scores: FloatArray, labels: IntArray) -> IntArray:
    """Return labels 1.. in order of falling mean score."""
    means = np.bincount(labels, weights=scores) / np.bincount(labels)
    place = np.empty(len(means), dtype=np.int64)
    place[np.argsort(-means, kind="stable")] = np.arange(1, len(means) + 1)
    return place[labels]


def _quantile(scores: FloatArray, count: int) -> IntArray:
    """Return tiers by quantiles: tier t holds the scores above the quantile 1 - t/count.

    Above it are those above the score at its place, or at the next place below: found without fractions,
    which would round.
    """
    limits = np.sort(scores)[(len(scores) - 1) * np.arange(count - 1, 0, -1) // count]
    tiers: IntArray = 1 + (scores[:, None] <= limits).sum(axis=1, dtype=np.int64)
    return tiers


def _filled(tiers: IntArray, count: int) -> IntArray:
    problems = Problems()
    for tier in sorted({*range(1, count + 1)} - {*tiers.tolist()}):
        problems.add("T104", argument="count", tier=tier, count=count)
    problems.raise_any()
    return tiers


def _fixed(scores: FloatArray, sizes: Sequence[int] | None, cuts: Sequence[float] | None) -> IntArray:
    if (sizes is None) == (cuts is None):
        raise TierwiseError(problem("T106", argument="sizes"))
    if cuts is not None:
        limits = np.asarray(cuts, dtype=np.float64)
        if np.isnan(limits).any() or (np.diff(limits) >= 0).any():
            raise TierwiseError(problem("T107", argument="cuts", cuts=[float(value) for value in limits]))
        below: IntArray = 1 + (scores[:, None] < limits).sum(axis=1, dtype=np.int64)
        return below
    numbers = np.asarray(sizes, dtype=np.int64)
    if (numbers < 1).any() or numbers.sum() != len(scores):
        raise TierwiseError(
            problem(
                "T105", argument="sizes", sizes=numbers.tolist(), total=int(numbers.sum()), units=len(scores)
            )
        )
    order = _order(scores)
    by_place = np.repeat(np.arange(1, len(numbers) + 1), numbers)
    first = np.maximum.accumulate(np.where(np.append(True, ~_tied(scores[order])), np.arange(len(scores)), 0))
    tiers = np.empty(len(scores), dtype=np.int64)
    tiers[order] = by_place[first]
    return _filled(tiers, len(numbers))
