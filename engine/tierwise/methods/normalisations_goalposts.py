"""Normalisations by goalposts: one indicator's known values, more = better, in; scores out."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.methods.normalisations_base import To, normalisation
from tierwise.methods.normalisations_scales import between, onto, refuse_constant
from tierwise.methods.registry import Setting


@normalisation(
    "goalposts",
    zh="阈值法",
    synonyms=(
        "门槛值法",
        "目标门柱法",
        "上下限法",
        "阈值标准化",
        "goalpost",
        "min-max with goalposts",
    ),
    how=(
        ("(x - low) / (high - low), onto `to`; clipped unless `cap` is FALSE, and how many were is told"),
        ("(x - 下限) / (上限 - 下限)，换算到 `to`；越界的截到界上（封顶填 FALSE 时不截），并列出个数"),
    ),
)
def goalposts(
    values: FloatArray, *, low: float, high: float, cap: bool = True, to: To = (0.0, 1.0)
) -> FloatArray:
    """Return (x - low) / (high - low) on the range ``to``, clipped to it unless ``cap`` is false.

    UNDP, Human Development Report 2001, technical note 2.
    """
    share: FloatArray = (values - low) / between(low, high)
    return onto(np.clip(share, 0.0, 1.0) if cap else share, to)


@normalisation(
    "two-ended",
    zh="适度指标",
    synonyms=(
        "适度指标法",
        "区间型指标",
        "中间型指标",
        "适中型指标",
        "moderate",
    ),
    turn="refuse",
    how=(
        "1 at the `target` (or from `low` to `high`), 0 at the unit farthest off",
        "在适度值处（或下限至上限之间）为 1，偏离最远的单位为 0",
    ),
)
def two_ended(
    values: FloatArray,
    *,
    low: float | None = None,
    high: float | None = None,
    target: float | None = None,
    to: To = (0.0, 1.0),
    among: FloatArray | None = None,
) -> FloatArray:
    """Return closeness to an optimum (适度指标): a ``target``, or anywhere between ``low`` and ``high``.

    1 - max(low - x, x - high) / max(low - min, max - high) outside the optimum, 1 within it: the unit
    farthest off has 0. A ``target`` t counts as low = high = t. All units within the optimum have 1.
    """
    first, last = (target, target) if target is not None else (low, high)
    if first is None or last is None:
        raise TierwiseError(problem("M005", what="target"))
    if first > last:
        raise TierwiseError(problem("M004"))
    off = np.maximum(np.maximum(first - values, values - last), 0.0)
    known = values if among is None else among
    worst = max(first - known.min(), known.max() - last, 0.0)
    return onto(1.0 - off / worst if worst > 0 else np.ones_like(values), to)


@normalisation(
    "efficacy",
    zh="功效系数法",
    synonyms=(
        "功效系数",
        "功效函数法",
        "efficacy coefficient",
    ),
    how=(
        (
            "`base` + `span` · (x - low) / (high - low): 60 at 不允许值, 100 at 满意值; "
            "without goalposts worst and best"
        ),
        ("`base` + `span` · (x - 不允许值) / (满意值 - 不允许值)，即 60 至 100 分；未给出时取最差值与最优值"),
    ),
)
def efficacy(
    values: FloatArray,
    *,
    low: float | None = None,
    high: float | None = None,
    base: Annotated[
        float,
        Setting(
            "score at the value that is not allowed",
            "不允许值对应的得分",
            name=("Efficacy at the floor", "功效系数基础分"),
        ),
    ] = 60.0,
    span: Annotated[
        float,
        Setting(
            "what the satisfactory value has above the base",
            "满意值比不允许值高出的得分",
            gt=0,
            name=("Efficacy from floor to ceiling", "功效系数幅度"),
        ),
    ] = 40.0,
    cap: bool = False,
    among: FloatArray | None = None,
) -> FloatArray:
    """Return efficacy coefficients (功效系数法): base + span (x - low) / (high - low).

    ``low`` is the value that is not allowed (不允许值), ``high`` the satisfactory one (满意值); where they
    are not given, the worst and the best unit's. ``cap`` clips scores to base … base + span.
    """
    known = values if among is None else among
    if low is None or high is None:
        refuse_constant(known)
    first = known.min() if low is None else low
    last = known.max() if high is None else high
    share = (values - first) / between(first, last)
    return base + span * (np.clip(share, 0.0, 1.0) if cap else share)
