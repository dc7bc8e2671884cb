"""From children to parent: the rules by which a node of the framework takes one score from several.

Every rule is a plain function ``rule(values, weights, **settings)`` on ``(..., units, children)`` values and
``(..., children)`` weights, which need not sum to 1. A child that is missing (NaN) is left out and the
weights of the others are scaled up; a node without children is missing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import refuse_other_length
from tierwise.methods.dea import benefit_of_the_doubt
from tierwise.methods.means import ARITHMETIC, GEOMETRIC, HARMONIC, Mean, power_mean
from tierwise.methods.outranking import copeland, kemeny
from tierwise.methods.own import Own
from tierwise.methods.registry import Family, Method, Setting
from tierwise.methods.sums import (
    usable,
    usable_units,
    weighted_mean,
    weighted_sum,
    weighted_variance,
)
from tierwise.names import choose
from tierwise.tolerances import CANCELLED, SHARE

Sign = Annotated[
    Literal["minus", "plus"],
    Setting(
        "minus where more is better, plus where the index is bad",
        "指数越大越好用minus，越大越差用plus",
        name=("Sign of the penalty", "惩罚项符号"),
        choices={"minus": "减", "plus": "加"},
    ),
]


@dataclass(frozen=True)
class Rule(Method):
    """A rule of aggregation.

    ``mean``: where it is a weighted mean of transformed values, what gives that :class:`Mean` from the rule's
    settings. ``solved``: whether every weight vector needs a program solved for each unit. ``alone``: whether
    it looks at one unit at a time, as every mean does.
    """

    mean: Callable[..., Mean] | None = None
    solved: bool = False
    alone: bool = False

    @property
    def by_itself(self) -> bool:
        """Whether the score of a unit is known to depend on this unit's values only."""
        return self.alone or self.mean is not None

    def mean_of(self, settings: Mapping[str, object]) -> Mean | None:
        """Return the rule as a mean of transformed values, None if it is not one."""
        return None if self.mean is None else self.mean(**settings)


RULES: Final = Family("aggregation", Rule, data=2, modules=("aggregate", "outranking", "dea"))
aggregation = RULES


def aggregate(
    values: ArrayLike, weights: ArrayLike, rule: str, *, minimum_share: float = 0.0, **settings: Any
) -> FloatArray:
    """Return the parent's scores from those of its children.

    Args:
        values: ``(..., units, children)``, normalised, NaN = missing.
        weights: ``(..., children)``, relative.
        rule: a name of :data:`RULES`.
        minimum_share: share of the children that a unit must have; below it the parent is missing.
        settings: of the rule, see its function.

    Returns:
        ``(..., units)``; NaN (missing) where no child with a weight is there or too few are.

    Raises:
        TierwiseError: M011 for weights that are not one for each child, M020 for a value that the rule cannot
            take, what the rule's own function names, M061 to M064 for a user's own; S002 for an unknown rule.

    """
    name = RULES.choose(rule, "rule")
    panel = np.asarray(values, dtype=np.float64)
    vector = np.asarray(weights, dtype=np.float64)
    refuse_other_length((vector.shape or (1,))[-1], (panel.shape or (1,))[-1], "weighted item", "weights")
    method = RULES[name]
    scores = (
        _own(method, panel, vector, settings) if method.own else method.function(panel, vector, **settings)
    )
    enough = np.mean(~np.isnan(panel), axis=-1) >= minimum_share - SHARE
    return np.where(enough, scores, np.nan)


def _ours(method: Rule, values: FloatArray, weights: FloatArray, settings: Mapping[str, Any]) -> FloatArray:
    return np.asarray(method.function(values, weights, **settings))


def _own(method: Rule, values: FloatArray, weights: FloatArray, settings: Mapping[str, Any]) -> FloatArray:
    """Return the scores ``(..., units)`` of a user's own rule, NaN where no child with a weight is there.

    One that does not look at the weights may leave out the first axes. Raises M061 to M064: what it returns
    is of another shape, no number, or hangs on the order of the units.
    """
    there = weighted_sum(~np.isnan(values), weights) > 0
    own = Own(method, "aggregation")

    def made(panel: FloatArray) -> FloatArray:
        found = own.made(panel, weights, **settings)
        if np.shape(found) == panel.shape[:-1]:
            found = np.broadcast_to(found, there.shape)
        return own.numbers(found, there.shape)

    scores = made(values)
    if there.size == there.shape[-1]:  # one list, no draws, of which those that fail are counted
        own.refuse_blank(np.where(there, scores, 0.0).reshape(-1), "values")
        again = made(values[..., ::-1, :])[..., ::-1]
        own.refuse_other(np.where(there, scores, np.nan), np.where(there, again, np.nan))
    return np.where(there, scores, np.nan)


@aggregation(
    "arithmetic",
    zh="线性加权",
    synonyms=(
        "线性加权法",
        "线性加权求和",
        "加权求和",
        "加权求和法",
        "加权和",
        "综合加权",
        "综合评分法",
        "算术平均",
        "加权算术平均",
        "算术加权",
        "加法合成",
        "weighted sum",
        "saw",
        "linear",
    ),
    mean=lambda: ARITHMETIC,
    how=("Σ w x", "Σ w x"),
)
def arithmetic(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted arithmetic means Σ w x / Σ w."""
    return weighted_mean(values, weights)


@aggregation(
    "geometric",
    zh="几何加权",
    synonyms=("几何平均", "加权几何平均", "几何平均法", "乘法合成", "乘法加权", "weighted product", "wpm"),
    mean=lambda: GEOMETRIC,
    how=("exp Σ w ln x; values above zero", "exp Σ w ln x，要求数值大于 0"),
)
def geometric(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted geometric means exp(Σ w ln x / Σ w). Raises M020 for values not above zero."""
    return np.exp(arithmetic(np.log(usable(values, "geometric")), weights))


@aggregation(
    "harmonic",
    zh="调和加权",
    synonyms=("调和平均", "加权调和平均", "调和平均法"),
    mean=lambda: HARMONIC,
    how=("1 / Σ (w / x); values above zero", "1 / Σ (w / x)，要求数值大于 0"),
)
def harmonic(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted harmonic means Σ w / Σ (w / x). Raises M020 for values not above zero."""
    return 1.0 / arithmetic(1.0 / usable(values, "harmonic"), weights)


@aggregation(
    "power",
    zh="幂平均",
    synonyms=("幂平均法", "广义平均", "generalised mean"),
    mean=power_mean,
    how=(
        "(Σ w x^p)^(1/p); values not below zero (above, for p <= 0)",
        "(Σ w x^p)^(1/p)，要求数值不小于 0（p <= 0 时大于 0）",
    ),
)
def power(
    values: FloatArray,
    weights: FloatArray,
    *,
    power: Annotated[
        float,
        Setting(
            "the exponent (1 arithmetic, 0 geometric, -1 harmonic)",
            "幂次（1为算术平均，0为几何平均，-1为调和平均）",
            ge=-20,
            le=20,
            name=("Power of the mean", "幂平均幂次"),
        ),
    ] = 2.0,
) -> FloatArray:
    """Return weighted power means (Σ w xᵖ / Σ w)^(1/p); p = 0 is the geometric mean, 1 the arithmetic.

    The smaller p, the less a strong child makes up for a weak one. Raises M020 for values below zero, and for
    zeros where p <= 0.
    """
    if power == 1:
        return arithmetic(values, weights)
    if power == 0:
        return geometric(values, weights)
    known = usable(values, f"power {power:g}", zero=power > 0)
    return arithmetic(known**power, weights) ** (1.0 / power)


@aggregation(
    "median",
    alone=True,
    zh="中位数",
    synonyms=("加权中位数", "中位数法", "weighted median"),
    how=("the value at which half of the weight is reached", "累计权重达到一半处的数值"),
)
def median(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted medians: the value at which half of the weight is reached.

    Where exactly half of the weight lies below, the mean of that value and the next (with equal weights
    the usual median).
    """
    order = np.argsort(values, axis=-1, kind="stable")  # missing values go last
    in_order = np.take_along_axis(values, order, axis=-1)
    total = weighted_sum(~np.isnan(values), weights)
    reached = np.zeros(total.shape)
    lower, upper = np.full(total.shape, np.nan), np.full(total.shape, np.nan)
    for place in range(values.shape[-1]):
        value = in_order[..., place]
        reached += _picked(weights, order[..., place])  # too much for missing ones, which come last
        lower = np.where(np.isnan(lower) & (reached >= (0.5 - SHARE) * total), value, lower)
        upper = np.where(np.isnan(upper) & (reached > (0.5 + SHARE) * total), value, upper)
    middle: FloatArray = (lower + upper) / 2  # without any weight nothing is the upper one
    return middle


def _picked(weights: FloatArray, children: IntArray) -> FloatArray:
    """Return the weight of one child for each unit: ``(..., children)`` and ``(..., units)``."""
    if children.ndim == 1:
        return weights[..., children]
    lead = np.broadcast_shapes(weights.shape[:-1], children.shape[:-1])
    spread = np.broadcast_to(weights, (*lead, weights.shape[-1]))
    return np.take_along_axis(spread, np.broadcast_to(children, (*lead, children.shape[-1])), axis=-1)


@aggregation(
    "mazziotta-pareto",
    alone=True,
    zh="Mazziotta–Pareto法",
    synonyms=("mpi", "ampi"),
    how=(
        "M ∓ S² / M: the mean, less (or plus) a penalty for imbalance; a mean above zero",
        "M ∓ S² / M：均值减去（或加上）不均衡的惩罚，要求均值大于 0",
    ),
)
def mazziotta_pareto(values: FloatArray, weights: FloatArray, *, sign: Sign = "minus") -> FloatArray:
    """Return M ± S cv: the mean of a unit's values, corrected by how unbalanced they are.

    M is their weighted mean, S their weighted standard deviation (over n), cv = S / M, so the correction is
    S² / M. ``sign`` is ``minus`` where more is better (imbalance costs), ``plus`` where the index measures
    something bad. Meant for ``z-score`` values with mean 100, sd 10, ddof 0 (Mazziotta & Pareto 2016, Social
    Indicators Research 127). Raises M021 for a unit whose values differ and whose mean is not above zero.
    """
    mean = arithmetic(values, weights)
    variance = weighted_variance(values, weights, mean)
    uneven = variance > np.square(CANCELLED * mean)
    mean = usable_units(mean, uneven & (mean <= 0), "M021")
    penalty = np.divide(variance, mean, out=np.zeros_like(mean), where=uneven)
    return mean + sign_of(sign) * penalty


def sign_of(name: str) -> float:
    """Return -1 for ``minus`` (or ``-``), 1 for ``plus`` (or ``+``)."""
    signs = {"minus": -1.0, "plus": 1.0}
    return signs[choose({"-": "minus", "+": "plus"}.get(name, name), signs, "sign")]


@aggregation(
    "topsis",
    zh="TOPSIS法",
    synonyms=("优劣解距离法", "理想点法", "逼近理想解排序法", "逼近理想解法"),
    how=(
        "D⁻ / (D⁺ + D⁻): closeness to the best of everything; units that differ",
        "D⁻ / (D⁺ + D⁻)：对理想解的贴近度，要求各单位不全相同",
    ),
)
def topsis(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return closeness to the ideal: D⁻ / (D⁺ + D⁻), 1 for a unit that is best in everything.

    D⁺ and D⁻ are Euclidean distances, of values times weights, to the best and the worst value found in each
    child (Hwang & Yoon 1981, who normalise by ``vector``; ``min-max`` is as common). Raises M022 for a unit
    whose children do not differ between units.
    """
    present = ~np.isnan(values)
    best, worst = (extreme.reduce(values, axis=-2)[..., None, :] for extreme in (np.fmax, np.fmin))
    squares = (np.where(present, np.square(values - ideal), 0.0) for ideal in (best, worst))
    to_best, to_worst = (np.sqrt(weighted_sum(square, np.square(weights))) for square in squares)
    there = weighted_sum(present, weights) > 0
    both = np.where(there, to_best + to_worst, np.nan)
    return to_worst / usable_units(both, both == 0, "M022")


aggregation(
    "copeland",
    zh="Copeland法",
    synonyms=("科普兰法", "copeland score"),
    how=(
        "Σ over the other units of the share of weight by which a unit is ahead",
        "与其余单位两两相比，领先的权重份额之和",
    ),
)(copeland)
aggregation(
    "kemeny",
    zh="Kemeny法",
    synonyms=("凯梅尼法", "kemeny-young", "ncmc"),
    solved=True,
    how=(
        (
            "number of units below in the rankings that agree best with all pairs; at most 18 "
            "units beating each other in circles"
        ),
        "与全部两两比较最一致的排序中，排在其后的单位个数；互相循环取胜的单位至多 18 个",
    ),
)(kemeny)
aggregation(
    "benefit-of-the-doubt",
    zh="数据包络（BoD）",
    synonyms=("bod", "dea", "数据包络", "数据包络分析", "数据包络法", "DEA法"),
    solved=True,
    how=(
        (
            "the best score that any weights give the unit, nobody above 1; values not below "
            "zero, none missing"
        ),
        "取对该单位最有利的权重，且无一单位超过 1；要求数值不小于 0、无缺失",
    ),
)(benefit_of_the_doubt)
