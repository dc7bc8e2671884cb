"""The ways to cut a ranked list into tiers 梯队, each declared once.

The function of a method gets the scores of a list, best first, and a number of tiers, and returns the number
of units above each cut ``(count - 1,)``, none smaller than the one before. A list with fewer different scores
than tiers, which draws bring, has equal cuts and empty tiers between them. That is all that a method needs;
what else is known of it stands in the declaration: how compiled kernels serve draws, how it cuts units by
several indicators. A user's own function takes the same door, as ``module:function``.

Wherever a cut would part equal scores it is moved to the end of their run: all of them are in the better
tier.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Annotated, Any, Final, Literal, NamedTuple, cast

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.grid import thresholds
from tierwise.kernels.tiers import RowCutter, partition, row_cutter
from tierwise.methods.merging import LINKAGES, merge_neighbours
from tierwise.methods.ordered import fisher as best_runs
from tierwise.methods.ordered import sums_within
from tierwise.methods.own import Own
from tierwise.methods.registry import Family, Method, Setting

STARTS: Final = 25  # of k-means without regard to rank

Runs = Callable[[FloatArray, int, BoolArray], IntArray]
Types = Callable[[FloatArray, int, int], IntArray]


class Frozen(NamedTuple):
    """Tiers that are the same in every draw: by ranks (units above each cut), or by scores."""

    places: IntArray | None  # (count - 1,)
    limits: FloatArray | None  # (count - 1,) the lowest score above each cut


@dataclass(frozen=True)
class TierMethod(Method):
    """A way to cut a list into tiers, and what is known of it beyond its function.

    ``kernel`` is the compiled partition (:data:`tierwise.kernels.tiers.METHODS`) with the same cuts.
    ``by_rank``: cuts follow from ranks alone; ``even``: from the best and the worst score alone.
    ``frozen`` turns its settings into tiers that are the same in every draw; their number then follows from
    the settings too. On indicators, ``runs(points, count, tied)`` returns for points ``(units, features)`` in
    rank order the run of each unit from 0, ``tied (units - 1,)`` neighbours never parting, and ``within
    (points, most)`` the least sums of squares within 1 to ``most`` of these runs; ``types(points, count,
    seed)`` returns groups without regard to rank. ``draws(units, count)`` returns what cuts many lists.
    """

    kernel: str = ""
    by_rank: bool = False
    even: bool = False
    frozen: Callable[..., Frozen] | None = None
    runs: Runs | None = None
    within: Callable[[FloatArray, int], FloatArray] | None = None
    types: Types | None = None
    draws: Callable[[int, int], RowCutter] | None = None

    @cached_property
    def settings(self) -> Mapping[str, Setting]:
        """The settings that it takes beside the number of tiers."""
        return {name: setting for name, setting in super().settings.items() if name != "count"}

    @property
    def linkage(self) -> bool:
        """Whether it is hierarchical: its cuts are those of a tree of merges."""
        return self.kernel in LINKAGES

    @property
    def seeks_groups(self) -> bool:
        """Whether it looks for groups in the scores, so that one may ask how many there are and how firm."""
        return self.frozen is None and not self.by_rank and not self.even

    def cuts(self, scores: FloatArray, count: int, **settings: Any) -> IntArray:
        """Return the number of units above each cut ``(count - 1,)`` of scores, best first; M063, T115."""
        if self.frozen is not None:
            return np.asarray(self.function(scores, **settings), dtype=np.int64)
        make = Own(self, "method").made if self.own else self.function
        cuts = np.asarray(make(scores, count))
        known: FloatArray = cuts.astype(np.float64) if cuts.dtype.kind in "iuf" else np.empty(0)
        whole = np.where(np.isfinite(known), known, -1.0).astype(np.int64)
        rising = whole.shape == (count - 1,) and (np.diff(np.r_[0, whole, len(scores)]) >= 0).all()
        if not rising or (whole != cuts).any():
            raise TierwiseError(
                problem("T115", argument="method", method=self.name, units=len(scores), cuts=cuts.tolist())
            )
        return beside_runs(scores, whole)

    def row_cutter(self, units: int, count: int) -> RowCutter:
        """Return what cuts many lists of up to so many units, for one thread."""
        if self.kernel:
            return row_cutter(self.kernel, units, count)
        if self.draws is not None:
            return self.draws(units, count)

        def one_by_one(listed: FloatArray, selected: IntArray, cuts: IntArray) -> None:
            for row, length, out in zip(listed, selected.tolist(), cuts, strict=True):
                out[:] = self.cuts(row[:length].copy(), count)

        return one_by_one


METHODS: Final = Family("tier method", TierMethod)
tier_method = METHODS


def beside_runs(scores: FloatArray, places: IntArray, side: Literal["left", "right"] = "right") -> IntArray:
    """Return places in scores, best first; one that parts equal scores goes to that side of their run."""
    if not len(scores):
        return places
    inside = (places > 0) & (places < len(scores))
    at = np.where(inside, places, 0)
    parts = inside & (scores[at - 1] == scores[at])
    moved: IntArray = np.where(parts, np.searchsorted(-scores, -scores[at], side=side), places)
    return moved


def quantile_places(units: IntArray | int, count: int) -> IntArray:
    """Return how many scores stand above the quantiles (R's type 7) at 1 - t/count, ``(..., count - 1)``.

    ``units`` is the length of each list. A score above a quantile is above the score at its place, or at the
    next place below: found without fractions, which would round.
    """
    last = np.asarray(units)[..., None] - 1
    above: IntArray = last - last * np.arange(count - 1, 0, -1) // count
    return above


def _types_by_linkage(linkage: str, points: FloatArray, count: int, seed: int) -> IntArray:
    if len(points) == 1:
        return np.zeros(1, dtype=np.int64)
    from scipy.cluster.hierarchy import cut_tree
    from scipy.cluster.hierarchy import linkage as merged
    from scipy.spatial.distance import pdist

    # Distances, not the table: one that is symmetric with zeros down the middle looks like distances itself.
    tree = merged(pdist(points), cast("Literal['ward', 'average', 'complete', 'single']", linkage))
    return np.asarray(cut_tree(tree, [count])[:, 0], dtype=np.int64)


def _types_by_kmeans(points: FloatArray, count: int, seed: int) -> IntArray:
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    state = int(np.random.SeedSequence(seed).generate_state(1)[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # told as T102
        fitted = KMeans(n_clusters=count, n_init=STARTS, random_state=state).fit(points)
    labels = np.asarray(fitted.labels_, dtype=np.int64)
    if (distinct := len(np.unique(labels))) < count:  # units closer together than rounding
        raise TierwiseError(problem("T102", argument="count", count=count, distinct=distinct))
    return labels


def _best_runs(points: FloatArray, count: int, tied: BoolArray) -> IntArray:
    return best_runs(points, count, np.concatenate([[0.0], np.where(tied, np.inf, 0.0), [0.0]]))


def _hierarchical(linkage: str) -> dict[str, Any]:
    """Return what a linkage has beside its names: neighbours merge on indicators (CONISS, Grimm 1987)."""
    return {
        "kernel": linkage,
        "runs": lambda points, count, tied: merge_neighbours(points, linkage, tied).labels(count),
        "within": lambda points, most: merge_neighbours(points, linkage).dispersion[::-1][:most],
        "types": partial(_types_by_linkage, linkage),
    }


def _least_squares() -> dict[str, Any]:
    """Return what Fisher's optimum has beside its names."""
    return {
        "kernel": "fisher",
        "runs": _best_runs,
        "within": lambda points, most: sums_within(points, most)[0][:, -1],
    }


@tier_method(
    "ward",
    zh="系统聚类法（离差平方和）",
    synonyms=("coniss", "系统聚类法", "系统聚类", "离差平方和法", "离差平方和", "Ward法"),
    how=(
        "hierarchical 系统聚类法, least growth of the sum of squares 离差平方和 (SciPy's `ward`, R's "
        "`ward.D2`)",
        "系统聚类法，离差平方和增量最小（同SciPy的`ward`、R的`ward.D2`）",
    ),
    **_hierarchical("ward"),
)
def ward(scores: FloatArray, count: int) -> IntArray:
    """Return the cuts of Ward's linkage (1963), by the kernel :mod:`tierwise.kernels.compiled_tiers`."""
    return partition(scores, count, "ward")


@tier_method(
    "average",
    zh="系统聚类法（类平均）",
    synonyms=("类平均法", "组间平均法", "UPGMA"),
    how=("hierarchical, by mean distance", "系统聚类法，按类间平均距离"),
    **_hierarchical("average"),
)
def average(scores: FloatArray, count: int) -> IntArray:
    """Return the cuts of average linkage (Sokal & Michener 1958)."""
    return partition(scores, count, "average")


@tier_method(
    "complete",
    zh="系统聚类法（最长距离）",
    synonyms=("最长距离法",),
    how=("hierarchical, by largest distance", "系统聚类法，按最长距离"),
    **_hierarchical("complete"),
)
def complete(scores: FloatArray, count: int) -> IntArray:
    """Return the cuts of complete linkage."""
    return partition(scores, count, "complete")


@tier_method(
    "single",
    zh="系统聚类法（最短距离）",
    synonyms=("最短距离法",),
    how=(
        "hierarchical, by smallest distance: at the largest gaps",
        "系统聚类法，按最短距离，即在最大的落差处分界",
    ),
    **_hierarchical("single"),
)
def single(scores: FloatArray, count: int) -> IntArray:
    """Return the cuts of single linkage."""
    return partition(scores, count, "single")


@tier_method(
    "fisher",
    zh="费希尔最优分割",
    synonyms=("jenks", "natural breaks", "最优分割法", "有序聚类", "自然断点法", "自然断点"),
    how=(
        "the exact least sum of squares within tiers (Fisher 1958)",
        "梯队内离差平方和最小的精确解（Fisher 1958）",
    ),
    **_least_squares(),
)
def fisher(scores: FloatArray, count: int) -> IntArray:
    """Return the cuts with the least sum of squares within tiers (Fisher 1958)."""
    return partition(scores, count, "fisher")


@tier_method(
    "kmeans",
    zh="K均值聚类",
    synonyms=("k-means", "K均值", "K均值法", "快速聚类"),
    how=("the same optimum, which is exact on a line", "在一维上与最优分割的解相同"),
    types=_types_by_kmeans,
    **_least_squares(),
)
def kmeans(scores: FloatArray, count: int) -> IntArray:
    """Return the optimum of k-means, which on a line, or in order, is Fisher's."""
    return partition(scores, count, "fisher")


def _quantile_rows(units: int, count: int) -> RowCutter:
    from tierwise.kernels.compiled_tiers import placed_rows  # loads numba

    def rows(listed: FloatArray, selected: IntArray, cuts: IntArray) -> None:
        cuts[:] = quantile_places(selected, count)
        placed_rows(listed, selected, False, cuts)

    return rows


@tier_method(
    "quantile",
    zh="分位数",
    synonyms=("quantiles", "分位数法", "等分法"),
    how=("by quantiles of the scores (R's type 7)", "按得分的分位数（R的第7类）"),
    by_rank=True,
    draws=_quantile_rows,
)
def quantile(scores: FloatArray, count: int) -> IntArray:
    """Return the cuts at the quantiles 1 - t/count; equal scores at one are in the worse tier."""
    return beside_runs(scores, quantile_places(len(scores), count), "left")


@tier_method(
    "equal-interval",
    zh="等距法",
    synonyms=("等距", "等距分级", "等距分档", "等间距法", "等间隔法", "equal intervals", "equal width"),
    how=(
        "the range of the scores in intervals of one width; a score at an edge is in the better tier",
        "得分的全距等分为宽度相同的区间；恰在分界上的得分归入较高梯队",
    ),
    even=True,
)
def equal_interval(scores: FloatArray, count: int) -> IntArray:
    """Return the cuts at max - t (max - min) / count (equal intervals).

    Slocum et al., Thematic Cartography and Geovisualization, 3rd ed. 2009, ch. 4; a score at an edge is in
    the better tier, as one at a cut of fixed tiers is.
    """
    if len(scores) == 0:
        return np.zeros(count - 1, dtype=np.int64)
    edges = scores[0] - (scores[0] - scores[-1]) * np.arange(1, count) / count
    return np.asarray((scores[:, None] >= thresholds(edges, scores)).sum(axis=0), dtype=np.int64)


Sizes = Annotated[
    Sequence[int] | None,
    Setting("number of units in each tier", "各梯队的单位数", name=("Sizes of fixed tiers", "各梯队单位数")),
]
Limits = Annotated[
    Sequence[float] | None,
    Setting(
        "lowest score of each tier but the last",
        "除末一梯队外，各梯队的最低得分",
        name=("Lowest scores of fixed tiers", "各梯队最低得分"),
    ),
]


def frozen(*, sizes: Sequence[int] | None = None, cuts: Sequence[float] | None = None) -> Frozen:
    """Return given tiers; T106 for not exactly one of sizes and cuts, T107 for cuts that do not fall."""
    if (sizes is None) == (cuts is None):
        raise TierwiseError(problem("T106", argument="sizes"))
    if sizes is not None:
        return Frozen(np.cumsum(sizes, dtype=np.int64)[:-1], None)
    limits = np.asarray(cuts, dtype=np.float64)
    if np.isnan(limits).any() or (np.diff(limits) >= 0).any():
        raise TierwiseError(problem("T107", argument="cuts", cuts=limits.tolist()))
    return Frozen(None, limits)


@tier_method(
    "fixed",
    zh="固定分档",
    synonyms=("固定分界", "人工分档"),
    how=(
        "`sizes` of the tiers, or `cuts`: the lowest score of each tier but the last",
        "由`sizes`给定各梯队单位数，或由`cuts`给定除末一梯队外各梯队的最低得分",
    ),
    frozen=frozen,
)
def fixed(scores: FloatArray, *, sizes: Sizes = None, cuts: Limits = None) -> IntArray:
    """Return the given cuts; T105 for sizes that do not fit, T104 for a tier that equal scores empty."""
    places, limits = frozen(sizes=sizes, cuts=cuts)
    if limits is not None:
        return np.asarray((scores[:, None] >= thresholds(limits, scores)).sum(axis=0), dtype=np.int64)
    assert places is not None
    numbers = np.asarray(sizes, dtype=np.int64)
    if (numbers < 1).any() or numbers.sum() != len(scores):
        total = int(numbers.sum())
        raise TierwiseError(
            problem("T105", argument="sizes", sizes=numbers.tolist(), total=total, units=len(scores))
        )
    moved = beside_runs(scores, places)
    refuse_empty(moved, len(scores), "sizes")
    return moved


def refuse_empty(cuts: IntArray, units: int, argument: str = "count") -> None:
    """Raise T104 for each tier that holds nobody."""
    problems = Problems()
    for tier, size in enumerate(np.diff(np.r_[0, cuts, units]).tolist(), start=1):
        if size == 0:
            problems.add("T104", argument=argument, tier=tier, count=len(cuts) + 1)
    problems.raise_any()
