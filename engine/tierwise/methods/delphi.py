"""An expert (Delphi) panel: statistics of its scores, screening, and weights.

``scores`` are experts x siblings, NaN where an expert did not judge. All of it is one round; several
rounds are compared in :mod:`tierwise.methods.delphi_rounds`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import fsum

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem, refuse_other_length
from tierwise.kernels.tree import Tree
from tierwise.methods.statistics import present
from tierwise.names import choose
from tierwise.tolerances import SHARE, WHOLE

METHODS = ("mean", "median", "trimmed", "authority")


@dataclass(frozen=True)
class DelphiStatistics:
    """Statistics of each sibling's scores, arrays (siblings,)."""

    n: IntArray
    mean: FloatArray
    sd: FloatArray  # divides by n - 1; NaN for a single score
    cv: FloatArray  # sd / |mean|; NaN for a single score or a mean of 0
    median: FloatArray
    iqr: FloatArray
    full_score_ratio: FloatArray | None  # None when the scale's maximum is not given

    @property
    def columns(self) -> dict[str, FloatArray | IntArray | None]:
        """The statistics by name, as tables show them."""
        return dict(vars(self))


@dataclass(frozen=True)
class Quartiles:
    """What experts are told of the panel's answers before the next round, arrays (siblings,)."""

    n: IntArray
    lower: FloatArray
    median: FloatArray
    upper: FloatArray

    def outside(self, own: ArrayLike) -> BoolArray:
        """Tell which of an expert's own scores (siblings,) lie outside the quartiles; False where blank."""
        given = np.asarray(own, dtype=np.float64).ravel()
        refuse_other_length(given.size, len(self.n), "indicator", "own")
        return np.asarray((given < self.lower) | (given > self.upper))


@dataclass(frozen=True)
class Screening:
    """What threshold screening 界值法 keeps, and by which thresholds."""

    keep: BoolArray  # (siblings,)
    fails: BoolArray  # (siblings, 3): mean too low, full-score ratio too low, CV too high
    least_mean: float
    least_full_score_ratio: float
    most_cv: float


def experts_table(
    scores: ArrayLike, *, least: int = 1, scale_min: float | None = None, scale_max: float | None = None
) -> FloatArray:
    """Return ``scores (experts, siblings)`` checked.

    Raises E100 for another shape or fewer than ``least`` experts, E101 for a sibling nobody judged, E102 for
    scores outside the scale or infinite.
    """
    array = np.asarray(scores, dtype=np.float64)
    if array.ndim != 2 or array.shape[0] < least or array.shape[1] < 1:
        raise TierwiseError(
            problem("E100", argument="experts", shape=" x ".join(map(str, array.shape)), least=least)
        )
    problems = Problems()
    for column in np.flatnonzero(present(array) == 0):
        problems.add("E101", argument="experts", column=int(column))
    low = -np.inf if scale_min is None else scale_min
    high = np.inf if scale_max is None else scale_max
    scale = f"≤ {high:g}" if scale_min is None else f"≥ {low:g}" if scale_max is None else f"{low:g}–{high:g}"
    for row, column in np.argwhere((array < low) | (array > high) | np.isinf(array)):
        problems.add(
            "E102",
            argument="experts",
            row=int(row),
            column=int(column),
            value=float(array[row, column]),
            scale=scale,
        )
    problems.raise_any()
    return array


def statistics(
    scores: ArrayLike, scale_max: float | None = None, *, scale_min: float | None = None
) -> DelphiStatistics:
    """Return the statistics of each sibling's ``scores (experts, siblings)``.

    n; mean; sd with n - 1; cv = sd / |mean| 变异系数; median; iqr = Q3 - Q1 by linear interpolation (R's type
    7, Excel's QUARTILE.INC); full-score ratio 满分率 = share of experts who gave ``scale_max``, the maximum
    of the scale and not the largest score observed.

    Raises E100, E101, E102 as :func:`experts_table`.
    """
    table = experts_table(scores, scale_min=scale_min, scale_max=scale_max)
    count = present(table)
    mean = np.nanmean(table, axis=0)
    spread = np.sqrt(
        np.divide(
            np.nansum((table - mean) ** 2, axis=0),
            count - 1,
            out=np.full(len(count), np.nan),
            where=count > 1,
        )
    )
    lower, median, upper = np.nanquantile(table, [0.25, 0.5, 0.75], axis=0)
    full = None if scale_max is None else np.nansum(table == scale_max, axis=0) / count
    return DelphiStatistics(
        n=count,
        mean=mean,
        sd=spread,
        cv=np.divide(spread, np.abs(mean), out=np.full(len(count), np.nan), where=mean != 0),
        median=median,
        iqr=upper - lower,
        full_score_ratio=full,
    )


def quartiles(scores: ArrayLike) -> Quartiles:
    """Return median and quartiles of ``scores (experts, siblings)`` by linear interpolation (QUARTILE.INC).

    Raises E100, E101, E102 as :func:`experts_table`.
    """
    table = experts_table(scores)
    lower, median, upper = np.nanquantile(table, [0.25, 0.5, 0.75], axis=0)
    return Quartiles(present(table), lower, median, upper)


def weights(
    scores: ArrayLike,
    method: str = "mean",
    authority: ArrayLike | None = None,
    *,
    trim: float = 0.1,
    scale_max: float | None = None,
) -> FloatArray:
    """Return weights (siblings,) of ``scores (experts, siblings)``, sum 1.

    w_j = m_j / Σ m_j with m_j over the experts who judged j: ``mean``; ``median``; ``trimmed``, the mean
    without the lowest and the highest ⌊trim n⌋ scores; ``authority``, Σ_e Cr_e r_ej / Σ_e Cr_e with
    ``authority (experts,)``, which is also taken when ``authority`` is given and ``method`` is ``mean``.
    Scores on a scale of 3.5 to 5 bound the ratio of two weights at 1.43: such weights are nearly equal by
    construction.

    Raises E100, E101, E102, E103 (a score below 0), E104 (authorities that do not fit), E105 (``trim`` not
    in 0..0.5), E106 (all scores 0).
    """
    chosen = choose(method, METHODS, "method", {"delphi": "mean", "trimmed-mean": "trimmed"})
    table = experts_table(scores, scale_max=scale_max)
    problems = Problems()
    for row, column in np.argwhere(table < 0):
        problems.add(
            "E103", argument="experts", row=int(row), column=int(column), value=float(table[row, column])
        )
    if not 0.0 <= trim < 0.5:
        problems.add("E105", argument="trim", value=trim)
    if chosen == "authority" and authority is None:
        problems.add("E104", argument="authority", experts=len(table))
    problems.raise_any()
    if authority is not None and chosen in {"mean", "authority"}:
        importance = _weighted_mean(table, _authorities(authority, len(table)))
    elif chosen == "median":
        importance = np.nanmedian(table, axis=0)
    elif chosen == "trimmed":
        importance = np.array([_trimmed(column[~np.isnan(column)], trim) for column in table.T])
    else:
        importance = np.nanmean(table, axis=0)
    if not importance.sum() > 0:
        raise TierwiseError(problem("E106", argument="experts"))
    return np.asarray(importance / fsum(importance))


def tree_weights(
    tree: Tree,
    scores: ArrayLike,
    method: str = "mean",
    authority: ArrayLike | None = None,
    *,
    trim: float = 0.1,
    nominal: FloatArray | None = None,
) -> FloatArray:
    """Return local weights (nodes,) of ``tree``: :func:`weights` within each sibling group.

    ``scores (experts, nodes)``; the index's own column is not looked at. Global weights 组合权重 are the
    products down the tree. A group that no expert judged keeps its ``nominal`` local weights (nodes,) if
    these are given; an only child weighs 1. Raises as :func:`weights`, columns counted among nodes (a
    problem of a whole group stands at its first).
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != tree.nodes:
        raise TierwiseError(
            problem("E100", argument="experts", shape=" x ".join(map(str, table.shape)), least=1)
        )
    local = np.ones(tree.nodes)
    problems = Problems()
    for group in tree.sibling_groups:
        if group.size == 1:
            continue
        if nominal is not None and np.isnan(table[:, group]).all():
            local[group] = nominal[group]
            continue
        try:
            local[group] = weights(table[:, group], method, authority, trim=trim)
        except TierwiseError as error:
            for raised in error.problems:
                column = raised.column if raised.argument == "authority" else int(group[raised.column or 0])
                placed = replace(raised, column=column)
                problems.extend([placed] if placed not in problems.found else [])
    problems.raise_any()
    return local


def positive_coefficient(returned: int, sent: int) -> float:
    """Return the positive coefficient 积极系数 of a round, questionnaires returned / sent."""
    if not 0 <= returned <= sent or sent < 1:
        raise TierwiseError(problem("E107", argument="returned", returned=returned, sent=sent))
    return returned / sent


def authority_coefficient(judgement: ArrayLike, familiarity: ArrayLike) -> FloatArray:
    """Return each expert's authority 权威系数 Cr = (Ca + Cs) / 2, (experts,).

    ``judgement`` Ca (grounds of the judgement 判断依据) and ``familiarity`` Cs (熟悉程度), both (experts,) in
    0..1. A panel's mean of 0.70 or more is usually wanted. Raises E108.
    """
    grounds = np.asarray(judgement, dtype=np.float64).ravel()
    familiar = np.asarray(familiarity, dtype=np.float64).ravel()
    problems = Problems()
    for argument, values in (("judgement", grounds), ("familiarity", familiar)):
        for place in np.flatnonzero(~((values >= 0) & (values <= 1))):
            problems.add("E108", argument=argument, row=int(place), value=float(values[place]))
    with problems.caught():
        refuse_other_length(familiar.size, grounds.size, "expert", "familiarity")
    problems.raise_any()
    return (grounds + familiar) / 2


def screen(scores: ArrayLike, scale_max: float) -> Screening:
    """Return which of ``scores (experts, siblings)`` threshold screening 界值法 keeps.

    An indicator stays if its mean and its full-score ratio reach (mean - sd) over all indicators and its CV
    does not exceed (mean + sd); sd over indicators divides by n - 1. Here an indicator goes if it fails any
    of the three; ``fails`` lets a stricter or a milder rule be applied.

    Raises E100, E101, E102 as :func:`experts_table`; E109 for fewer than two indicators or two experts, E110
    for a mean of 0.
    """
    table = experts_table(scores, scale_max=scale_max)
    if table.shape[1] < 2 or (present(table) < 2).any():
        raise TierwiseError(problem("E109", argument="experts"))
    measured = statistics(table, scale_max)
    problems = Problems()
    for column in np.flatnonzero(np.isnan(measured.cv)):
        problems.add("E110", argument="experts", column=int(column))
    problems.raise_any()
    full = np.asarray(measured.full_score_ratio)
    least_mean = float(measured.mean.mean() - measured.mean.std(ddof=1))
    least_full = float(full.mean() - full.std(ddof=1))
    most_cv = float(measured.cv.mean() + measured.cv.std(ddof=1))
    fails: BoolArray = np.column_stack(
        [measured.mean < least_mean - SHARE, full < least_full - SHARE, measured.cv > most_cv + SHARE]
    )
    return Screening(np.asarray(~fails.any(axis=1)), fails, least_mean, least_full, most_cv)


def _weighted_mean(table: FloatArray, authority: FloatArray) -> FloatArray:
    counted = authority[:, None] * ~np.isnan(table)
    total = counted.sum(axis=0)
    problems = Problems()
    for column in np.flatnonzero(total == 0):
        problems.add("E101", argument="experts", column=int(column))
    problems.raise_any()
    mean: FloatArray = np.nansum(counted * table, axis=0) / total
    return mean


def _authorities(authority: ArrayLike, experts: int) -> FloatArray:
    array = np.asarray(authority, dtype=np.float64).ravel()
    if array.size != experts or not np.all(array >= 0) or not array.sum() > 0:
        raise TierwiseError(problem("E104", argument="authority", experts=experts))
    return array


def _trimmed(column: FloatArray, trim: float) -> float:
    cut = int(trim * column.size + WHOLE)
    return float(np.sort(column)[cut : column.size - cut].mean())
