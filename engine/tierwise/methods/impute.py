"""Missing values filled: from the column, from the unit's group, from other indicators, from similar units.

``missing = "reweight"`` is no imputation: there the aggregation leaves missing children out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.kernels.grid import on_grid
from tierwise.methods.groups import members
from tierwise.methods.own import Own
from tierwise.methods.registry import Family, Method, Setting
from tierwise.methods.statistics import constant_columns
from tierwise.methods.treated import Cells

Groups = Sequence[Sequence[str]]
SETTLED: Final = 1e-5  # standard deviations by which no filled value moves any more
GroupColumns = Annotated[
    Groups,
    Setting(
        "columns of groups, the next where one has no value (default: the first)",
        "按哪些分组列插补，前一列的组内无数据时用后一列（默认：第一个分组列）",
        kind=tuple[str, ...],
        default=(),
        name=("Groups for imputation", "插补分组列"),
    ),
]


@dataclass(frozen=True)
class Imputation(Method):
    """What is done about missing values; ``fills`` is false where they stay missing.

    ``refuses``: whether a missing value is an error.
    """

    fills: bool = True
    refuses: bool = False


METHODS: Final = Family("missing", Imputation)
imputation = METHODS


@dataclass(frozen=True)
class Imputed:
    """The panel without gaps, and the cells that were filled."""

    values: FloatArray
    cells: Cells


def impute(values: ArrayLike, method: str, **settings: Any) -> Imputed:
    """Return the panel with its missing values filled.

    Args:
        values: ``(units, indicators)``, NaN = missing.
        method: a name of :data:`METHODS`.
        settings: of the methods, by the names of their parameters; ``groups`` for ``group-mean`` and
            ``group-median``: one label for each unit, in one or more columns; where a unit's group has no
            value, the next is tried (prefecture, then province, then region).

    Raises:
        TierwiseError: M002 an indicator without any value; M032 no groups; M033 a group without a value;
            M048 a unit without a group; M034 too few units for a regression; M035 a regression that does not
            settle; M061 to M065 for what a user's own function returns; S001 and S002 for unknown names.

    """
    name = METHODS.choose(method, "method")
    METHODS.refuse_unknown(settings)
    panel = np.array(values, dtype=np.float64)
    problems = Problems()
    for column in np.flatnonzero(np.isnan(panel).all(axis=0)).tolist():
        problems.add("M002", argument="values", column=column)
    problems.raise_any()
    filled = panel
    if METHODS[name].fills and np.isnan(panel).any():
        given = METHODS[name].taken(settings)
        own = METHODS[name].own
        filled = _own(METHODS[name], panel, given) if own else METHODS[name].function(panel, **given)
    return Imputed(filled, Cells.between(panel, filled, [name] * panel.shape[1]))


def _own(method: Imputation, panel: FloatArray, given: Mapping[str, Any]) -> FloatArray:
    """Return a panel as a user's own function fills it, each time alike; M061 to M065 where it does not."""
    own = Own(method, "missing")
    filled = own.numbers(own.made(panel, **given), panel.shape)
    own.refuse_blank(filled, "values")
    problems = Problems()
    for row, column in np.argwhere(~np.isnan(panel) & (filled != panel)).tolist():
        problems.add("M065", argument="values", row=row, column=column, method=method.name)
    problems.raise_any()
    own.refuse_other(filled, own.numbers(own.made(panel, **given), panel.shape))
    return filled


def compared(values: FloatArray, method: str) -> BoolArray:
    """Return ``(units,)``: who is compared; unless a missing value is an error, not those without any."""
    if METHODS[method].refuses:
        return np.ones(len(values), dtype=np.bool_)
    return np.asarray(~np.isnan(values).all(axis=1))


def blanks(values: FloatArray, method: str) -> list[Problem]:
    """Return M002 for each indicator without any value; else, where none may be missing, M040 for each."""
    blank = np.isnan(values)
    empty = np.flatnonzero(blank.all(axis=0)).tolist() if len(values) else []
    if empty or not METHODS[method].refuses:
        return [problem("M002", argument="values", column=column) for column in empty]
    return [problem("M040", argument="values", row=row, column=at) for row, at in np.argwhere(blank).tolist()]


@imputation(
    "error",
    zh="不允许缺失",
    synonyms=("报错", "不允许"),
    fills=False,
    refuses=True,
    how=("every blank cell is named", "逐一指出空白单元格"),
)
def not_allowed(values: FloatArray) -> FloatArray:
    """Return the values as they are: missing ones are refused where their cells are known."""
    return values


@imputation(
    "reweight",
    zh="同级重新分配权重",
    synonyms=("重新分配权重", "权重再分配", "不插补", "available"),
    fills=False,
    how=(
        (
            "a missing child is left out and its siblings' weights are scaled up; with less "
            "than `minimum_share` of a node's children (one number, or one for each level from "
            "the top) the node is missing; a unit without an index is unranked"
        ),
        (
            "缺失的下级不计，其余同级的权重按比例放大；有数据的下级不足 "
            "`minimum_share`（一个数，或自上而下每层一个）时节点缺失，没有指数的单位不排名"
        ),
    ),
)
def reweight(values: FloatArray) -> FloatArray:
    """Return the values as they are; :func:`tierwise.methods.sums.weighted_mean` leaves missing ones out."""
    return values


@imputation(
    "mean", zh="均值", synonyms=("均值插补", "均值填补", "平均值"), how=("of the indicator", "该指标的均值")
)
def mean(values: FloatArray) -> FloatArray:
    """Return missing values filled with the indicator's mean. OECD/JRC Handbook 2008, section 3.1."""
    return np.where(np.isnan(values), np.nanmean(values, axis=0), values)


@imputation(
    "median", zh="中位数", synonyms=("中位数插补", "中位数填补"), how=("of the indicator", "该指标的中位数")
)
def median(values: FloatArray) -> FloatArray:
    """Return missing values filled with the indicator's median."""
    return np.where(np.isnan(values), np.nanmedian(values, axis=0), values)


@imputation(
    "group-mean",
    zh="组内均值",
    synonyms=("分组均值", "同组均值"),
    how=(
        (
            "of the unit's group, or of all its groups; of several `groups` the second where the "
            "first has no figure"
        ),
        "所在分组（属于几个分组时为全部分组）的均值；`groups` 列出几种分组时，前一种没有数据则用后一种",
    ),
)
def group_mean(values: FloatArray, *, groups: GroupColumns) -> FloatArray:
    """Return missing values filled with the mean of the unit's group."""
    return _by_group(values, groups, np.mean)


@imputation(
    "group-median",
    zh="组内中位数",
    synonyms=("分组中位数", "同组中位数"),
    how=(
        (
            "of the unit's group, or of all its groups; of several `groups` the second where the "
            "first has no figure"
        ),
        "所在分组（属于几个分组时为全部分组）的中位数；`groups` 列出几种分组时，前一种没有数据则用后一种",
    ),
)
def group_median(values: FloatArray, *, groups: GroupColumns) -> FloatArray:
    """Return missing values filled with the median of the unit's group."""
    return _by_group(values, groups, np.median)


@imputation(
    "regression",
    zh="回归插补",
    synonyms=("回归填补", "回归法"),
    how=(
        ("least squares on all other indicators (repeated until it settles where these have gaps too)"),
        "对其余全部指标作最小二乘回归（其余指标也有缺失时迭代至稳定）",
    ),
)
def regression(
    values: FloatArray,
    *,
    rounds: Annotated[
        int,
        Setting(
            "rounds at most", "最多迭代几轮", ge=1, name=("Most rounds of regression", "回归插补迭代上限")
        ),
    ] = 500,
) -> FloatArray:
    """Return missing values filled from a linear regression on all other indicators.

    Each incomplete indicator is regressed (least squares with a constant, over the units that have it) on the
    others; where these are incomplete too, they begin at their means and the regressions are repeated, all
    from the values of the round before so that no order of indicators matters, until no filled value moves
    by more than 1e-5 standard deviations. OECD/JRC Handbook 2008, section 3.2.
    """
    missing = np.isnan(values)
    _refuse_short(missing)
    standard = _standardised(values)
    filled = np.where(missing, 0.0, standard)
    for _ in range(rounds):
        before = filled.copy()
        for column in np.flatnonzero(missing.any(axis=0)):
            gap = missing[:, column]
            others = np.column_stack([np.ones(len(before)), np.delete(before, column, axis=1)])
            known = others[~gap]
            slopes = np.linalg.lstsq(known.T @ known, known.T @ standard[~gap, column], rcond=1e-12)[0]
            filled[gap, column] = others[gap] @ slopes
        if np.abs(filled - before).max() <= SETTLED:
            return np.where(missing, on_grid(_unstandardised(filled, values).T).T, values)
    raise TierwiseError(problem("M035", argument="values", rounds=rounds))


@imputation(
    "knn",
    zh="近邻插补",
    synonyms=("k近邻", "k近邻插补", "最近邻插补"),
    how=(
        ("the mean of the `neighbours` most similar units, each indicator standardised (scikit-learn)"),
        "最相近的 `neighbours` 个单位的均值，各指标先标准化（scikit-learn）",
    ),
)
def k_nearest(
    values: FloatArray,
    *,
    neighbours: Annotated[
        int,
        Setting(
            "number of similar units", "取几个最相近的单位", ge=1, name=("Nearest neighbours", "近邻个数")
        ),
    ] = 5,
) -> FloatArray:
    """Return missing values filled with the mean of the most similar units that have the indicator.

    Similarity is the Euclidean distance over the indicators that both have, each standardised to mean 0 and
    standard deviation 1 so that no unit of measure weighs more (scikit-learn's ``KNNImputer``).
    """
    from sklearn.impute import KNNImputer

    if neighbours < 1:
        raise TierwiseError(problem("M010", argument="neighbours", value=neighbours, need="≥ 1"))
    filled = KNNImputer(n_neighbors=neighbours).fit_transform(_standardised(values))
    return np.where(np.isnan(values), _unstandardised(filled, values), values)


def _by_group(values: FloatArray, groups: Groups, centre: Callable[[Any], Any]) -> FloatArray:
    """Return missing values filled from the first column of groups whose group has any value.

    Of several groups of a unit all members count, each once; a unit of no group has none to be filled from.
    """
    if not groups:
        raise TierwiseError(problem("M032", argument="groups"))
    filled = values.copy()
    shared = [_shared(members(labels)) for labels in groups]
    problems = Problems()
    for row, column in np.argwhere(np.isnan(values)).tolist():
        for units in shared:
            known = values[units[row], column]
            known = known[~np.isnan(known)]
            if known.size:
                filled[row, column] = centre(known)
                break
        else:
            named = next((labels[row] for labels in reversed(groups) if labels[row]), "")
            if named:
                problems.add("M033", argument="values", row=row, column=column, group=named)
            else:
                problems.add("M048", argument="values", row=row, column=column)
    problems.raise_any()
    return filled


def _shared(groups: Sequence[tuple[str, ...]]) -> list[IntArray]:
    """Return for each unit, of the given groups, the units that share a group with it."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for unit, names in enumerate(groups):
        for name in names:
            rows[name].append(unit)
    sharing = {
        names: np.unique(np.array([unit for name in names for unit in rows[name]], dtype=np.int64))
        for names in set(groups)
    }
    return [sharing[names] for names in groups]


def _standardised(values: FloatArray) -> FloatArray:
    """Return columns with mean 0 and standard deviation 1; a constant one with 0."""
    centre, scale = _scale(values)
    return (values - centre) / scale


def _unstandardised(standard: FloatArray, values: FloatArray) -> FloatArray:
    centre, scale = _scale(values)
    return centre + standard * scale


def _scale(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    centre: FloatArray = np.nanmean(values, axis=0)
    sd: FloatArray = np.nanstd(values, axis=0)
    sd[constant_columns(values)] = 1.0
    return centre, sd


def _refuse_short(missing: BoolArray) -> None:
    """Raise M034 for each incomplete indicator with no more values than there are indicators."""
    needed = missing.shape[1] + 1
    problems = Problems()
    for column in np.flatnonzero(missing.any(axis=0)).tolist():
        known = int((~missing[:, column]).sum())
        if known < needed:
            problems.add("M034", argument="values", column=column, found=known, needed=needed)
    problems.raise_any()
