"""Delphi rounds side by side: consensus within a round, stability between rounds, camps of experts.

Consensus and stability are two things: a panel can be stable in disagreement, and agree on something it has
just changed its mind about. Both are reported. Scores are (experts, siblings); rows of two rounds that are
compared belong to the same expert, all NaN where an expert did not take part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.ranks import rank
from tierwise.methods.concordance import kendall_w
from tierwise.methods.delphi import DelphiStatistics, experts_table, statistics
from tierwise.methods.statistics import silhouette
from tierwise.tolerances import SHARE

MOST_CV = 0.25
LEAST_SHARE = 0.75
MOST_CHANGE = 0.15
LEAST_SILHOUETTE = 0.25


@dataclass(frozen=True)
class Consensus:
    """How far one round agrees on each sibling, arrays (siblings,)."""

    statistics: DelphiStatistics
    within_band: FloatArray  # share of scores no further than ``band`` from the median
    agreed: BoolArray  # enough scores within the band, IQR at most the band, CV at most ``most_cv``
    band: float


@dataclass(frozen=True)
class Stability:
    """How far two rounds differ on each sibling, arrays (siblings,); over experts who scored it in both."""

    n: IntArray
    mean_change: FloatArray  # later - earlier
    median_change: FloatArray
    cv_change: FloatArray  # below 0: closer together
    changed: FloatArray  # share of experts whose own score changed
    net_change: FloatArray  # share of scores that moved between values, gains and losses set off
    p_wilcoxon: FloatArray  # exact signed-rank test of no shift; 1 where nothing changed
    stable: BoolArray  # net_change below ``most_change``


@dataclass(frozen=True)
class Camps:
    """Experts grouped by what they weigh."""

    camp: IntArray  # (experts,) 1 = the largest
    count: int
    weights: FloatArray  # (camps, siblings) mean of the members' weights
    silhouette: float  # mean; NaN for one camp
    w: FloatArray  # (camps,) Kendall's W within a camp; NaN where it is not defined


def consensus(
    scores: ArrayLike,
    scale_max: float | None = None,
    *,
    band: float | None = None,
    least_share: float = LEAST_SHARE,
    most_cv: float = MOST_CV,
) -> Consensus:
    """Return the consensus of one round of ``scores (experts, siblings)``.

    Agreed on is a sibling with at least ``least_share`` of its scores within ``band`` of the median, an
    interquartile range of at most ``band``, and a CV of at most ``most_cv`` (von der Gracht 2012 reviews
    these criteria). Without ``band`` it follows the scale: :func:`usual_band`.

    Raises E100, E101, E102 as :func:`tierwise.methods.delphi.statistics`.
    """
    table = experts_table(scores, scale_max=scale_max)
    band = usual_band(scale_max) if band is None else band
    measured = statistics(table, scale_max)
    inside = np.nansum(np.abs(table - measured.median) <= band + SHARE, axis=0) / measured.n
    spread = np.where(np.isnan(measured.cv), 0.0, measured.cv)
    agreed = (inside >= least_share) & (measured.iqr <= band + SHARE) & (spread <= most_cv + SHARE)
    return Consensus(measured, inside, agreed, band)


def usual_band(scale_max: float | None = None) -> float:
    """Return how far from the median scores may lie and agree: 1 on 5 to 10 points, as is usual.

    On longer scales a tenth of them, on those of 3 points or fewer a half: of three points, one beside the
    median is a third of all answers.
    """
    if scale_max is None or 3 < scale_max <= 10:
        return 1.0
    return scale_max / 10 if scale_max > 10 else 0.5


def stability(earlier: ArrayLike, later: ArrayLike, *, most_change: float = MOST_CHANGE) -> Stability:
    """Return how ``later (experts, siblings)`` differs from ``earlier``, row by row the same expert.

    ``net_change`` is Scheibe, Skutsch & Schofer's (1975): half the sum over score values of the absolute
    difference of their counts, over the number of experts; below 15% a sibling counts as stable.

    Raises E100 (shape), E113 (two rounds of different shape), E114 (a sibling with no expert in both).
    """
    one, two = experts_table(earlier), experts_table(later)
    if one.shape != two.shape:
        raise TierwiseError(problem("E113", argument="later", found=two.shape, expected=one.shape))
    both = ~np.isnan(one) & ~np.isnan(two)
    lost = np.flatnonzero(both.sum(axis=0) == 0)
    if lost.size:
        raise TierwiseError(*(problem("E114", argument="later", column=int(column)) for column in lost))
    first, second = np.where(both, one, np.nan), np.where(both, two, np.nan)
    before, after = statistics(first), statistics(second)
    net = np.array([_net_change(first[ok, at], second[ok, at]) for at, ok in enumerate(both.T)])
    p = np.array([_wilcoxon(second[ok, at] - first[ok, at]) for at, ok in enumerate(both.T)])
    return Stability(
        n=before.n,
        mean_change=after.mean - before.mean,
        median_change=after.median - before.median,
        cv_change=after.cv - before.cv,
        changed=(both & (one != two)).sum(axis=0) / before.n,
        net_change=net,
        p_wilcoxon=p,
        stable=net < most_change,
    )


def camps(scores: ArrayLike, count: int | None = None, *, most: int = 5) -> Camps:
    """Return camps of experts by the weights that each gives, from ``scores (experts, siblings)``.

    Each expert's scores are made to sum to 1 (a blank takes the mean of the sibling's column), then grouped
    by Ward's method on Euclidean distances. Without ``count`` the number from 2 to ``most`` with the highest
    mean silhouette is taken, and one camp if that is below 0.25, "no substantial structure" (Kaufman &
    Rousseeuw 1990).

    Raises E100, E101; E115 for fewer than three experts or a ``count`` that does not fit; E106 for an
    expert whose scores are all 0.
    """
    table = experts_table(scores)
    experts = len(table)
    if experts < 3 or not (count is None or 1 <= count <= experts):
        raise TierwiseError(problem("E115", argument="experts", experts=experts, count=count or 2))
    filled = np.where(np.isnan(table), np.nanmean(table, axis=0), table)
    totals = filled.sum(axis=1, keepdims=True)
    if not (totals > 0).all():
        raise TierwiseError(problem("E106", argument="experts", row=int(np.argmin(totals))))
    shares = filled / totals
    labels, silhouette = _grouped(shares, count, min(most, experts - 1))
    by_size = sorted(
        set(labels.tolist()), key=lambda label: (-(labels == label).sum(), np.argmax(labels == label))
    )
    camp = np.array([by_size.index(label) + 1 for label in labels], dtype=np.int64)
    number = len(by_size)
    return Camps(
        camp=camp,
        count=number,
        weights=np.array([shares[camp == one].mean(axis=0) for one in range(1, number + 1)]),
        silhouette=silhouette,
        w=np.array([_concordance(table[camp == one]) for one in range(1, number + 1)]),
    )


def _grouped(shares: FloatArray, count: int | None, most: int) -> tuple[IntArray, float]:
    from scipy.cluster.hierarchy import cut_tree, linkage

    one = np.zeros(len(shares), dtype=np.int64)
    distinct = len(np.unique(shares, axis=0))
    if count == 1 or distinct == 1:
        return one, float("nan")
    tree = linkage(shares, "ward")
    tried = {}
    for number in [count] if count else range(2, min(most, distinct) + 1):
        labels = cut_tree(tree, [number])[:, 0].astype(np.int64)
        fits = 2 <= number < len(shares)
        tried[number] = (float(silhouette(shares, labels)) if fits else float("nan"), labels)
    best = count or max(tried, key=lambda number: tried[number][0], default=1)
    if best == 1 or (count is None and tried[best][0] < LEAST_SILHOUETTE):
        return one, float("nan")
    return tried[best][1], tried[best][0]


def _concordance(table: FloatArray) -> float:
    try:
        return kendall_w(table, permutations=0).w
    except TierwiseError:
        return float("nan")


def _net_change(first: FloatArray, second: FloatArray) -> float:
    values = np.union1d(first, second)
    counts = [(scores[:, None] == values).sum(axis=0) for scores in (first, second)]
    return float(np.abs(counts[0] - counts[1]).sum() / 2 / first.size)


def _wilcoxon(differences: FloatArray) -> float:
    """Return the two-sided p of Wilcoxon's signed-rank test, over all signs that the ranks may have.

    Exact with ties too: SciPy is so without them only, and near the normal curve a small panel is not.
    """
    moved = differences[differences != 0]
    ranks = np.rint(2.0 * rank(np.abs(moved), "average", descending=False)).astype(np.int64)  # doubled: whole
    chance = np.ones(1)  # of each sum of the ranks that are above 0
    for step in ranks.tolist():
        chance = (np.pad(chance, (0, step)) + np.pad(chance, (step, 0))) / 2.0
    off = np.abs(2 * np.arange(len(chance)) - ranks.sum())
    return min(1.0, float(chance[off >= abs(2 * ranks[moved > 0].sum() - ranks.sum())].sum()))


def aligned(experts: tuple[str, ...], rounds: list[tuple[tuple[str, ...], FloatArray]]) -> list[FloatArray]:
    """Return each round's scores with one row for each of ``experts``, NaN where one did not take part."""
    tables = []
    for names, scores in rounds:
        table = np.full((len(experts), scores.shape[1]), np.nan)
        for row, name in enumerate(names):
            table[experts.index(name)] = scores[row]
        tables.append(table)
    return tables
