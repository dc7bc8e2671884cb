"""Normalisations by scales, ranks and distances: one indicator's known values, more = better, in; scores out.

Those by goalposts stand in ``normalisations_goalposts``, those by bands, logarithms and lengths in
:mod:`tierwise.methods.normalisations`, which lists all.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.kernels import ranks as kernel
from tierwise.kernels.grid import levelled
from tierwise.methods.normalisations_base import Range, Reference, Ties, To, normalisation
from tierwise.methods.registry import Setting
from tierwise.methods.statistics import is_constant
from tierwise.names import choose


@normalisation(
    "min-max",
    zh="极差法",
    synonyms=(
        "极值法",
        "极差标准化",
        "极差变换法",
        "归一化",
        "离差标准化",
        "线性归一化",
        "最大最小值法",
        "0-1标准化",
        "min-max标准化",
        "min-max归一化",
        "rescaling",
        "feature scaling",
    ),
    how=("(x - min) / (max - min), onto `to`", "(x - min) / (max - min)，换算到 `to`"),
)
def min_max(values: FloatArray, *, to: To = (0.0, 1.0), among: FloatArray | None = None) -> FloatArray:
    """Return values spread linearly over the range ``to``: (x - min) / (max - min).

    OECD/JRC Handbook 2008, section 5.3. Raises M001 for a constant indicator.
    """
    known = values if among is None else among
    refuse_constant(known)
    return onto((values - known.min()) / np.ptp(known), to)


@normalisation(
    "z-score",
    zh="标准分法",
    synonyms=(
        "标准化",
        "标准差标准化",
        "z-score标准化",
        "z标准化",
        "z分数",
        "Z值法",
        "零均值标准化",
        "standardisation",
        "standardization",
        "standard score",
    ),
    how=(
        "`mean` + `sd` · (x - x̄) / s; `ddof` = 1: s over n - 1",
        "`mean` + `sd` · (x - x̄) / s；`ddof` 为 1 时标准差除以 n - 1",
    ),
)
def z_score(
    values: FloatArray,
    *,
    mean: Annotated[
        float,
        Setting(
            "the mean that every indicator gets",
            "标准化后各指标的均值",
            name=("Mean of z-scores", "标准分均值"),
        ),
    ] = 0.0,
    sd: Annotated[
        float,
        Setting(
            "the standard deviation that every indicator gets",
            "标准化后各指标的标准差",
            gt=0,
            name=("Standard deviation of z-scores", "标准分标准差"),
        ),
    ] = 1.0,
    ddof: Annotated[
        Literal[0, 1],
        Setting(
            "the data's own divides by n - ddof",
            "计算原数据标准差时除以n－ddof",
            name=("Degrees of freedom lost", "标准差自由度损失"),
        ),
    ] = 1,
    among: FloatArray | None = None,
) -> FloatArray:
    """Return values with the mean and the standard deviation asked for: mean + sd (x - x̄) / s.

    ``ddof`` = 1 divides by n - 1 (as the Handbook's Table 15 does), 0 by n. OECD/JRC Handbook 2008,
    section 5.2. Raises M001 for a constant indicator, M008 for a single unit.
    """
    known = values if among is None else among
    _need(known, 1 + ddof)
    refuse_constant(known)
    return (values - float(known.mean())) / float(known.std(ddof=ddof)) * sd + mean


@normalisation(
    "scaled",
    zh="线性换算",
    synonyms=("线性比例换算",),
    how=(
        "100 (x - low) / (high - low), 0 and 100 unless given",
        "100 (x - 下限) / (上限 - 下限)，未给出时取 0 与 100",
    ),
)
def scaled(values: FloatArray, *, low: float = 0.0, high: float = 100.0) -> FloatArray:
    """Return 100 (x - low) / (high - low): a change of scale that does not look at the data.

    With the direction -1, ``low`` and ``high`` change places: 100 (high - x) / (high - low).
    """
    return 100.0 * (values - low) / between(low, high)


@normalisation(
    "rank",
    zh="排序法",
    synonyms=(
        "名次法",
        "排名法",
        "秩次法",
        "ranking",
    ),
    how=("rank from the bottom: the best has n", "自末位数起的名次，最优者为 n"),
)
def rank(values: FloatArray, *, ties: Ties = "min", among: FloatArray | None = None) -> FloatArray:
    """Return ranks from the bottom: the worst unit has 1, the best the largest number.

    On the scale of other values (``among``), the rank that a value has, or would have, among these: one more
    than those below it, halfway through its equals (``average``) or at their end (``max``).
    OECD/JRC Handbook 2008, section 5.1 and Table 15.
    """
    if among is None:
        return kernel.rank(values, ties=ties, descending=False).astype(np.float64)
    together = levelled(np.concatenate([among, values]))
    known, own = np.sort(together[: among.size]), together[among.size :]
    known = np.unique(known) if ties == "dense" else known
    below = np.searchsorted(known, own, side="left")
    upto = np.maximum(np.searchsorted(known, own, side="right"), below + 1)
    shares = {"max": 1.0, "average": 0.5}
    return below + 1.0 + shares.get(ties, 0.0) * (upto - below - 1.0)


@normalisation(
    "percentile",
    zh="百分位法",
    synonyms=(
        "百分位数法",
        "百分等级",
        "百分位排名",
        "percentile-rank",
        "percentrank",
    ),
    how=(
        '(rank - 1) / (n - 1), or rank / n with `of = "all"`, onto `to`',
        '(名次 - 1) / (n - 1)，`of = "all"` 时为名次 / n，名次自末位数起，换算到 `to`',
    ),
)
def percentile(
    values: FloatArray,
    *,
    of: Annotated[
        Literal["others", "all"],
        Setting(
            "(rank - 1) / (n - 1), or rank / n",
            "others为（名次－1）÷（n－1），all为名次÷n",
            name=("Percentiles among", "百分位基数"),
            choices={"others": "其余单位", "all": "全部单位"},
        ),
    ] = "others",
    ties: Ties = "min",
    to: To = (0.0, 1.0),
    among: FloatArray | None = None,
) -> FloatArray:
    """Return percentile ranks, on the range ``to``.

    ``of`` = ``others``: (rank - 1) / (n - 1), so that the worst has 0 and the best 1 (COINr);
    ``all``: rank / n, the share of units that are not better (Handbook Table 15). Raises M008 for one unit.
    """
    way = choose(of, ("others", "all"), "of")
    size = (values if among is None else among).size
    _need(values if among is None else among, 2)
    ranks = rank(values, ties=ties, among=among)
    share = (ranks - 1) / (size - 1) if way == "others" else ranks / size
    return onto(share, to)


@normalisation(
    "borda",
    zh="博尔达法",
    synonyms=(
        "Borda法",
        "波达法",
        "博尔达计数",
        "borda count",
    ),
    how=("number of units that are worse", "比该单位差的单位个数"),
)
def borda(values: FloatArray, *, ties: Ties = "min", among: FloatArray | None = None) -> FloatArray:
    """Return Borda points: the number of units that are worse (rank from the bottom, less one)."""
    return rank(values, ties=ties, among=among) - 1


@normalisation(
    "distance-to-best",
    zh="距最优值法",
    synonyms=(
        "距最大值法",
        "distance to maximum",
    ),
    how=("1 - (max - x) / (max - min)", "1 - (max - x) / (max - min)"),
)
def distance_to_best(values: FloatArray, *, among: FloatArray | None = None) -> FloatArray:
    """Return 1 - (max - x) / (max - min): 1 at the best unit, 0 at the worst. Raises M001."""
    known = values if among is None else among
    refuse_constant(known)
    return _distance(values, float(known.max()), cap=False, among=known)


@normalisation(
    "distance-to-reference",
    zh="距参照值法",
    synonyms=("距参考值法",),
    how=(
        "1 - (ref - x) / (ref - min); the reference is a unit, `mean`, `median` or `best`",
        "1 - (参照值 - x) / (参照值 - min)；参照值取某个单位、均值、中位数或最优值",
    ),
)
def distance_to_reference(
    values: FloatArray, *, reference: Reference, cap: bool = False, among: FloatArray | None = None
) -> FloatArray:
    """Return 1 - (ref - x) / (ref - min): 1 at the reference, 0 at the worst unit, above 1 beyond.

    ``cap`` keeps what is beyond the reference at 1. In ``normalise`` the ``reference`` is ``mean`` (the
    default), ``median``, ``best`` or a unit's row. Raises M012 where no unit is worse than the reference.
    """
    return _distance(values, reference, cap, among)


@normalisation(
    "distance-to-target",
    zh="距目标值法",
    synonyms=(
        "目标距离法",
        "目标完成度",
    ),
    how=("1 - (target - x) / (target - min)", "1 - (目标值 - x) / (目标值 - min)"),
)
def distance_to_target(
    values: FloatArray, *, target: float, cap: bool = False, among: FloatArray | None = None
) -> FloatArray:
    """Return 1 - (target - x) / (target - min): 1 at the target, 0 at the worst unit, above 1 beyond.

    ``cap`` keeps what is beyond the target at 1. Raises M012 where no unit is worse than the target.
    """
    return _distance(values, target, cap, among)


@normalisation(
    "fraction-of-maximum",
    zh="与最大值之比",
    synonyms=(
        "最大值法",
        "极大值法",
        "比重法（最大值）",
        "最大化法",
        "fraction of maximum",
    ),
    turn="reciprocal",
    how=("x / max; less is better: min / x", "x / max；逆向指标为 min / x"),
)
def fraction_of_maximum(values: FloatArray, *, among: FloatArray | None = None) -> FloatArray:
    """Return x / max, or min / x with the direction -1: 1 at the best unit, in proportion below.

    Raises M003 where the maximum is not above zero, with the direction -1 where any value is not.
    """
    best = float((values if among is None else among).max())
    if best <= 0:
        row = int(values.argmax()) if among is None else None
        raise TierwiseError(problem("M003", row=row, value=best))
    return values / best


@normalisation(
    "ratio-to-reference",
    zh="与参照值之比",
    synonyms=(
        "均值化",
        "均值化法",
        "均值法",
        "指数化",
        "比值法",
        "参照值比值法",
        "ratio to mean",
    ),
    turn="reciprocal",
    how=("x / ref; less is better: ref / x", "x / 参照值；逆向指标为参照值 / x"),
)
def ratio_to_reference(values: FloatArray, *, reference: Reference) -> FloatArray:
    """Return x / reference, or reference / x with the direction -1.

    In ``normalise`` the ``reference`` is ``mean`` (the default), ``median``, ``best`` or a unit's row.
    OECD/JRC Handbook 2008, section 5.4. Raises M003 where the reference is not above zero.
    """
    if reference <= 0:
        raise TierwiseError(problem("M003", value=reference))
    return values / reference


def _distance(values: FloatArray, to: float, cap: bool, among: FloatArray | None) -> FloatArray:
    """Return 1 - (to - x) / (to - min), the worst unit being at 0."""
    worst = float((values if among is None else among).min())
    if to <= worst or is_constant(np.array([worst, to])):  # a mean may be above equal values by rounding
        raise TierwiseError(problem("M012"))
    share: FloatArray = 1.0 - (to - values) / (to - worst)
    return np.minimum(share, 1.0) if cap else share


def onto(share: FloatArray, to: Range) -> FloatArray:
    """Return shares from 0 to 1 spread over a range; M010 for one without width."""
    first, last = to
    if not first < last:
        raise TierwiseError(problem("M010", argument="to", value=list(to), need="low < high"))
    return first + share * (last - first)


def between(low: float, high: float) -> float:
    """Return the distance of two goalposts; M004 unless the first is the lower one."""
    if not low < high:
        raise TierwiseError(problem("M004"))
    return high - low


def _need(values: FloatArray, needed: int) -> None:
    if values.size < needed:
        raise TierwiseError(problem("M008", found=values.size, needed=needed))


def refuse_constant(values: FloatArray) -> None:
    """Raise M001 for values that are all equal."""
    if is_constant(values):
        raise TierwiseError(problem("M001", value=float(values[0])))
