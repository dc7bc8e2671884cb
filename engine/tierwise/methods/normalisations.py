"""All normalisations: by bands, logarithms and lengths here, the others in the two modules imported below.

:func:`tierwise.methods.normalise.normalise` is what callers use: it looks after missing values, directions
and the places of problems.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError, problem, refuse_other_length
from tierwise.kernels.grid import thresholds
from tierwise.methods import normalisations_goalposts
from tierwise.methods.normalisations_base import METHODS, Normalisation, Reference, Ties, To
from tierwise.methods.normalisations_scales import min_max, rank
from tierwise.methods.registry import Setting
from tierwise.names import choose
from tierwise.tolerances import SHARE

__all__ = ["METHODS", "Normalisation", "normalisation", "normalisations_goalposts"]

normalisation = METHODS


@normalisation(
    "categorical",
    zh="分档赋值",
    synonyms=(
        "分级赋值",
        "等级赋分",
        "分档评分",
        "分段评分法",
        "categories",
        "bands",
    ),
    how=(
        "the score of the band that 100 rank / n (or the value) falls into, an edge into the band above",
        "按 100 × 由低到高的位次 / n（或数值）所在的档赋分，恰在界限上的归上一档",
    ),
)
def categorical(
    values: FloatArray,
    *,
    band_edges: Annotated[
        Sequence[float],
        Setting(
            "rising edges", "由小到大的分档界限", kind=tuple[float, ...], name=("Edges of bands", "分档界限")
        ),
    ] = (5, 15, 35, 65, 85, 95),
    band_scores: Annotated[
        Sequence[float],
        Setting(
            "one score more than edges",
            "各档得分，比界限多一个",
            kind=tuple[float, ...],
            name=("Scores of bands", "各档得分"),
        ),
    ] = (0, 20, 40, 50, 60, 80, 100),
    bands: Annotated[
        Literal["percentile", "value"],
        Setting(
            "what edges are",
            "分档界限是百分位还是数值",
            name=("Edges are", "分档界限类型"),
            choices={"percentile": "百分位", "value": "数值"},
        ),
    ] = "percentile",
    ties: Ties = "min",
    among: FloatArray | None = None,
) -> FloatArray:
    """Return the score of the band that a value falls into; a value on an edge belongs to the band above.

    ``bands`` = ``percentile``: the edges are percentages of units (100 rank / n, so the top 5% and so on);
    ``value``: the edges are in the indicator's own units. OECD/JRC Handbook 2008, section 5.5; the default
    bands are those of its Table 15.
    """
    by = choose(bands, ("percentile", "value"), "bands")
    edges = np.asarray(band_edges, dtype=np.float64)
    refuse_other_length(len(band_scores), len(edges) + 1, "band", "band_scores")
    if (np.diff(edges) <= 0).any():
        raise TierwiseError(
            problem("M010", argument="band_edges", value=list(band_edges), need="a < b < c …")
        )
    size = (values if among is None else among).size
    place = 100.0 * rank(values, ties=ties, among=among) / size if by == "percentile" else values
    return np.asarray(band_scores, dtype=np.float64)[
        np.searchsorted(thresholds(edges, place), place, side="right")
    ]


@normalisation(
    "log",
    zh="对数变换",
    synonyms=(
        "对数法",
        "取对数",
        "对数化",
        "ln",
        "logarithm",
    ),
    turn="own",
    positive=True,
    how=("ln x, or to `log_base`", "ln x，或以 `log_base` 为底"),
)
def logarithm(
    values: FloatArray,
    *,
    log_base: Annotated[
        float, Setting("base of the logarithm", "对数的底", name=("Base of the logarithm", "对数的底"), gt=1)
    ] = float(np.e),
    direction: float = 1.0,
) -> FloatArray:
    """Return logarithms (natural, or to ``log_base``), turned round where less is better.

    Raises M010 for a base of 1 or below, to which logarithms fall.
    """
    if not log_base > 1:
        raise TierwiseError(problem("M010", argument="log_base", value=log_base, need="> 1"))
    return direction * (np.log(values) / float(np.log(log_base)))


@normalisation(
    "log-min-max",
    zh="对数极差法",
    synonyms=("对数极差标准化",),
    turn="own",
    positive=True,
    how=("min-max of ln x", "对 ln x 用极差法"),
)
def log_min_max(
    values: FloatArray, *, to: To = (0.0, 1.0), direction: float = 1.0, among: FloatArray | None = None
) -> FloatArray:
    """Return min-max of the logarithms. Raises M001 for a constant indicator."""
    known = None if among is None else logarithm(among, direction=direction)
    return min_max(logarithm(values, direction=direction), to=to, among=known)


@normalisation(
    "indicator",
    zh="高于/低于均值",
    synonyms=(
        "高于低于均值法",
        "above or below the mean",
    ),
    how=(
        "1 above the reference by more than `band`, -1 below by more, else 0",
        "高出参照值 `band` 以上为 1，低出以上为 -1，其余为 0",
    ),
)
def indicator(
    values: FloatArray,
    *,
    reference: Reference,
    band: Annotated[
        float,
        Setting(
            "share of the reference that still counts as equal",
            "与参照值相差不超过此比例的，视为相等",
            ge=0,
            name=("Band around the reference", "参照值容差"),
        ),
    ] = 0.2,
) -> FloatArray:
    """Return 1 above the reference by more than the ``band``, -1 below it by more, 0 within.

    The reference is the mean unless another is asked for, the band is a share of it: x / mean > 1 + band.
    OECD/JRC Handbook 2008, section 5.6 and Table 15. Raises M013 where the reference is zero.
    """
    if reference == 0:
        raise TierwiseError(problem("M013"))
    off = (values - reference) / abs(reference)
    beyond = band + SHARE  # what is meant to be on the edge of the band is within
    return np.where(off > beyond, 1.0, 0.0) - np.where(off < -beyond, 1.0, 0.0)


@normalisation(
    "vector",
    zh="向量归一化",
    synonyms=(
        "向量规范化",
        "向量法",
        "向量标准化",
        "vector normalisation",
    ),
    turn="complement",
    how=(
        "x / √Σx² (TOPSIS); less is better: 1 - x / √Σx²",
        "x / √Σx²（TOPSIS 所用）；越小越优时为 1 - x / √Σx²",
    ),
)
def vector(values: FloatArray, *, among: FloatArray | None = None) -> FloatArray:
    """Return x / √Σx², or 1 - x / √Σx² with the direction -1 (Hwang & Yoon 1981).

    Raises M001 if all are 0.
    """
    length = float(np.sqrt(np.square(values if among is None else among).sum()))
    if length == 0:
        raise TierwiseError(problem("M001", value=0.0))
    return values / length


@normalisation(
    "none",
    zh="不处理",
    synonyms=(
        "不标准化",
        "原始值",
        "原值",
        "raw",
    ),
    how=("x, with the sign changed where less is better", "x 本身，逆向指标变号"),
)
def as_given(values: FloatArray) -> FloatArray:
    """Return the values as they are, with the sign changed where less is better."""
    return values
