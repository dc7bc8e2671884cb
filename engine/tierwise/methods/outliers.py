"""Outliers: indicators with a few extreme values, winsorised or transformed so that these do not rule.

An indicator fails the check when |skewness| >= 2 and excess kurtosis >= 3.5 (Excel's SKEW and KURT; the
limits are settings). OECD/JRC Handbook 2008, section 4; the JRC's COIN Tool and the R package COINr.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Final, Literal, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray
from tierwise.errors import Problems, TierwiseError, problem, refuse_other_length
from tierwise.methods.own import Own
from tierwise.methods.registry import Family, Method, Setting, settings_in
from tierwise.methods.statistics import is_constant, refuse_not_positive
from tierwise.methods.treated import Cells
from tierwise.names import choose

SHIFTS: Final = ("range", "one", "none")


@dataclass(frozen=True)
class Rule:
    """When an indicator needs treatment, and how it is treated then.

    ``points`` may be winsorised; where that is not enough, ``then`` (``log``, ``box-cox``, ``none``) is done
    to the values as they were. ``shift`` is what a logarithm or power is taken of: ``range`` (x - min + 1%
    of the range), ``one`` (x - min + 1) or ``none`` (x); by default ``range`` for log, ``none`` for Box-Cox.
    ``power`` is the λ of Box-Cox, by default the one of greatest likelihood.
    """

    skewness: Annotated[
        float,
        Setting(
            "treated if |skewness| is at least this",
            "偏度的绝对值不小于此值",
            ge=0,
            name=("Skewness from which outliers are treated", "偏度界限"),
        ),
    ] = 2.0
    kurtosis: Annotated[
        float,
        Setting(
            "and excess kurtosis at least this (both as Excel computes them)",
            "且超额峰度不小于此值时，才处理该指标（两者均按Excel的算法）",
            name=("Kurtosis from which outliers are treated", "峰度界限"),
        ),
    ] = 3.5
    points: Annotated[
        int,
        Setting("points at most", "最多缩尾几个点", ge=1, name=("Most winsorised points", "缩尾点数上限")),
    ] = 5
    then: Annotated[
        Literal["log", "box-cox", "none"],
        Setting(
            "done where that is not enough",
            "缩尾后仍不符合要求时改用的变换",
            name=("Transformation after winsorising", "缩尾后的变换"),
            choices={"log": "对数变换", "box-cox": "Box-Cox变换", "none": "不处理"},
        ),
    ] = "log"
    shift: Annotated[
        Literal["range", "one", "none"] | None,
        Setting(
            "of x - min + 1% of the range, of x - min + 1, or of x (default: range; box-cox: none)",
            "对x－最小值＋极差的1%（range）、x－最小值＋1（one）或x本身（none）作变换（默认：log为range，box-cox为none）",
            name=("Shift before the transformation", "变换前平移"),
            choices={"range": "x－最小值＋极差的1%", "one": "x－最小值＋1", "none": "x本身"},
        ),
    ] = None
    power: Annotated[
        float | None,
        Setting(
            "λ (default: of greatest likelihood)",
            "参数λ（默认：按极大似然估计）",
            name=("Power of Box-Cox", "Box-Cox参数"),
        ),
    ] = None

    def passed(self, values: FloatArray) -> bool:
        """Return whether known values are fit as they are."""
        skewness, kurtosis = shape(values)
        return abs(skewness) < self.skewness or kurtosis < self.kurtosis


@dataclass(frozen=True)
class TreatmentMethod(Method):
    """A treatment of outliers: ``function(values, rule, force)`` gives the values after it.

    ``reads``: the fields of :class:`Rule` that it takes. ``checks``: whether it looks at an indicator's shape
    first. ``transforms``: whether it transforms all values alike, so that goalposts can follow.
    """

    reads: tuple[str, ...] = ()
    checks: bool = True
    transforms: bool = False

    @cached_property
    def settings(self) -> Mapping[str, Setting]:
        """The settings that it takes."""
        fields = settings_in(Rule)
        return {key: fields[key] for key in (("skewness", "kurtosis") if self.checks else ()) + self.reads}


METHODS: Final = Family("outliers", TreatmentMethod)
treatment = METHODS


class Treated(NamedTuple):
    """An indicator's known values after a treatment, what was done in a word, and the transformation."""

    values: FloatArray
    rule: str
    transform: Transform | None = None


@dataclass(frozen=True)
class Transform:
    """An increasing transformation: ln or Box-Cox of sign * x + shift, times the sign."""

    shift: float = 0.0
    power: float = 0.0  # 0 = ln
    sign: float = 1.0

    def __call__(self, values: ArrayLike) -> FloatArray:
        """Return transformed values."""
        inner = self.sign * np.asarray(values, dtype=np.float64) + self.shift
        if self.power == 0:
            return np.asarray(self.sign * np.log(inner), dtype=np.float64)
        return np.asarray(self.sign * np.expm1(self.power * np.log(inner)) / self.power, dtype=np.float64)

    def of(self, value: float) -> float:
        """Return one value transformed, NaN where it lies outside what can be."""
        return float(self(value)) if self.sign * value + self.shift > 0 else float("nan")


@dataclass(frozen=True)
class Column:
    """What was done to one indicator."""

    rule: str  # “winsorise 3 high”, “log”, “box-cox 0.31”; empty if nothing
    before: tuple[float, float]  # skewness and excess kurtosis
    after: tuple[float, float]
    passed: bool
    transform: Transform | None = None

    @property
    def checked(self) -> bool:
        """Whether the indicator's shape was looked at."""
        return not np.isnan(self.before[0])


@dataclass(frozen=True)
class Treatment:
    """The treated panel, the cells that changed, and what was done to each indicator.

    ``among`` has the other values that decided on it, treated themselves; None where there were none.
    """

    values: FloatArray
    cells: Cells
    columns: tuple[Column, ...]
    among: tuple[FloatArray, ...] | None = None


def treat(
    values: ArrayLike,
    method: str | Sequence[str],
    *,
    force: ArrayLike = False,
    rule: Rule | None = None,
    among: Sequence[FloatArray] | None = None,
) -> Treatment:
    """Return the panel with its outliers treated.

    Args:
        values: ``(units, indicators)``, NaN = missing (left alone).
        method: ``none``, ``winsorise``, ``log`` or ``box-cox``, for all or one for each indicator.
        force: whether to treat indicators that pass the check too; one for all or for each. Forced
            winsorising takes all the points that it may.
        rule: limits and settings (default: skewness 2, kurtosis 3.5, 5 points, then log).
        among: for each indicator the known values that decide what is done, those of a base year or of all
            years; by default its own. Values beyond the winsorised extremes of these are pulled in too.

    Raises:
        TierwiseError: M001 constant (Box-Cox, and the shift ``range``), M002 no value, M003 not above
            zero, or where a transformation of other values (``among``) does not reach, M008 fewer than
            four values, M011 one for each indicator; S002 for unknown names.

    """
    panel = np.array(values, dtype=np.float64)
    indicators = panel.shape[1]
    names = [method] * indicators if isinstance(method, str) else [*method]
    refuse_other_length(len(names), indicators, "indicator", "method")
    names = [METHODS.choose(name, "method") for name in names]
    forced = np.broadcast_to(np.asarray(force, dtype=np.bool_), (indicators,))
    out = panel.copy()
    columns: list[Column] = []
    scales: list[FloatArray] = []
    problems = Problems()
    for column, name in enumerate(names):
        there = np.flatnonzero(~np.isnan(panel[:, column]))
        try:
            known, force_it = panel[there, column], bool(forced[column])
            scale = known if among is None else np.asarray(among[column], dtype=np.float64)
            done, treated = _column(scale, METHODS[name], force_it, rule or Rule())
            if among is not None and METHODS[name].own:
                _refuse_other_scale(scale, done, treated)
            out[there, column] = treated if among is None else _likewise(known, done, treated)
            columns.append(done)
            scales.append(treated)
        except TierwiseError as error:
            for raised in error.problems:
                row = None if raised.row is None else int(there[raised.row])
                fields = {"method": name, **raised.fields}
                placed = replace(raised, argument="values", row=row, column=column, fields=fields)
                problems.extend([placed])
    problems.raise_any()
    cells = Cells.between(panel, out, [done.rule for done in columns])
    return Treatment(out, cells, tuple(columns), None if among is None else tuple(scales))


def _refuse_other_scale(values: FloatArray, done: Column, treated: FloatArray) -> None:
    """Raise M047 for a user's own treatment that tells neither a transformation nor mere extremes."""
    if done.transform is None and (np.clip(values, treated.min(), treated.max()) != treated).any():
        raise TierwiseError(problem("M047"))


def shape(values: FloatArray) -> tuple[float, float]:
    """Return skewness and excess kurtosis (Excel's SKEW and KURT) of known values; 0 where all are equal.

    Raises M008 for fewer than four values.
    """
    from scipy import stats

    if values.size < 4:
        raise TierwiseError(problem("M008", found=values.size, needed=4))
    if is_constant(values):
        return 0.0, 0.0
    return float(stats.skew(values, bias=False)), float(stats.kurtosis(values, bias=False))


def winsorise(
    values: FloatArray, rule: Rule | None = None, *, force: bool = False
) -> tuple[FloatArray, int, int]:
    """Return values with outliers pulled in, and how many were pulled down and up.

    While the check fails, the highest values (or the lowest, where skewness is negative) are given the next
    value inwards: one point at a time, equal points together. Never more than ``rule.points`` in all:
    a run of equal points that would go beyond is left, where COINr takes it.
    """
    rule = rule or Rule()
    out = values.copy()
    high, low = np.zeros(values.size, dtype=np.bool_), np.zeros(values.size, dtype=np.bool_)
    while force or not rule.passed(out):
        upwards = shape(out)[0] < 0
        end: BoolArray = out == (out.min() if upwards else out.max())
        moved = (high, low | end) if upwards else (high | end, low)
        if end.all() or (moved[0] | moved[1]).sum() > rule.points:
            break
        high, low = moved
        out[end] = out[~end].min() if upwards else out[~end].max()
    return out, int(high.sum()), int(low.sum())


def logarithm(values: FloatArray, shift: str = "range") -> Transform:
    """Return the logarithm that suits known values: ln(x + shift), see :func:`treat`.

    With a shift and negative skewness the axis is turned, -ln(max - x + …), because a logarithm only draws in
    high values . Raises M003 for values not above zero without a shift, M001 for a
    constant indicator, which has no range to shift by.
    """
    added = _added(values, shift)
    if added is None:
        refuse_not_positive(values)
        return Transform()
    if shape(values)[0] < 0:
        return Transform(float(values.max()) + added, sign=-1.0)
    return Transform(added - float(values.min()))


def box_cox(values: FloatArray, shift: str = "none", power: float | None = None) -> Transform:
    """Return the Box-Cox transformation ((x + shift)^λ - 1) / λ, with λ of greatest likelihood unless given.

    Box & Cox 1964; SciPy's ``boxcox``. Raises M003 for values not above zero without a shift, M001 for a
    constant indicator.
    """
    from scipy import stats

    if is_constant(values):
        raise TierwiseError(problem("M001", value=float(values[0])))
    added = _added(values, shift)
    moved = 0.0 if added is None else added - float(values.min())
    refuse_not_positive(values + moved)
    fitted = float(stats.boxcox_normmax(values + moved, method="mle")) if power is None else power
    return Transform(moved, fitted)


@treatment("none", zh="不处理", checks=False, how=("nothing", "不处理"))
def untreated(values: FloatArray, rule: Rule, force: bool) -> Treated:
    """Return the values as they are."""
    return Treated(values, "")


@treatment(
    "winsorise",
    zh="缩尾处理",
    synonyms=("缩尾", "缩尾法", "winsorize"),
    reads=("points", "then"),
    how=(
        (
            "the highest (or lowest) values get the next one inwards, at most `points` of "
            "them, until the indicator passes; where that is not enough, `then` = `log` or "
            "`box-cox` is done to the values as they were, and under `none` they stay winsorised"
        ),
        (
            "最高（或最低）的值逐个改为内侧的相邻值，至多 `points` "
            "个，直到指标合格；仍不合格则按 `then`（`log` 或 `box-cox`）变换原值，`none` 则保留缩尾后的值"
        ),
    ),
)
def winsorised(values: FloatArray, rule: Rule, force: bool) -> Treated:
    """Return winsorised values (:func:`winsorise`), or where that is not enough what comes then."""
    out, high, low = winsorise(values, rule, force=force)
    then = choose(rule.then, METHODS, "then")
    if rule.passed(out) or force or METHODS[then].function is untreated:
        return Treated(out, f"winsorise {high + low}" if high + low else "")
    return cast("Treated", METHODS[then].function(values, rule, force))


@treatment(
    "log",
    zh="对数变换",
    synonyms=("取对数", "对数化"),
    reads=("shift",),
    transforms=True,
    how=(
        ('ln(x - min + 1% of the range); `shift = "none"` takes ln(x), `"one"` ln(x - min + 1)'),
        'ln(x - min + 极差的1%)；`shift = "none"` 为 ln(x)，`"one"` 为 ln(x - min + 1)',
    ),
)
def log_transformed(values: FloatArray, rule: Rule, force: bool) -> Treated:
    """Return logarithms (:func:`logarithm`)."""
    transform = logarithm(values, rule.shift or "range")
    return Treated(transform(values), "log", transform)


@treatment(
    "box-cox",
    zh="Box-Cox变换",
    synonyms=("博克斯-考克斯变换",),
    reads=("shift", "power"),
    transforms=True,
    how=(
        "(x^λ - 1) / λ with λ of greatest likelihood (SciPy), or `power = …`",
        "(x^λ - 1) / λ，λ 按极大似然估计（SciPy），或由 `power` 给出",
    ),
)
def box_cox_transformed(values: FloatArray, rule: Rule, force: bool) -> Treated:
    """Return Box-Cox transformed values (:func:`box_cox`)."""
    transform = box_cox(values, rule.shift or "none", rule.power)
    return Treated(transform(values), f"box-cox {transform.power:.4g}", transform)


def _column(
    values: FloatArray, method: TreatmentMethod, force: bool, rule: Rule
) -> tuple[Column, FloatArray]:
    """Return what was done to one indicator's known values, and the values after it."""
    if not values.size:
        raise TierwiseError(problem("M002"))
    if not method.checks:
        return Column("", (np.nan, np.nan), (np.nan, np.nan), True), values
    before = shape(values)
    if rule.passed(values) and not force:
        return Column("", before, before, True), values
    done = _own(method, values, rule, force) if method.own else method.function(values, rule, force)
    out, name, transform = done
    return Column(name, before, shape(out), rule.passed(out), transform), out


def _own(method: TreatmentMethod, values: FloatArray, rule: Rule, force: bool) -> Treated:
    """Return what a user's own function makes of an indicator; M061 to M064 where that is no treatment."""
    own = Own(method)

    def made(column: FloatArray) -> Treated:
        found = own.made(column, rule, force)
        if not isinstance(found, Treated):
            told = type(found).__name__
            raise TierwiseError(problem("M061", method=method.name, made=told, wanted=Treated.__name__))
        return found._replace(values=own.numbers(found.values, column.shape))

    done = made(values)
    own.refuse_blank(done.values)
    own.refuse_other(done.values, made(values[::-1]).values[::-1])
    return done


def _likewise(values: FloatArray, done: Column, treated: FloatArray) -> FloatArray:
    """Return values treated as others were: transformed alike, or pulled in to their winsorised extremes."""
    if done.transform is None:
        return np.clip(values, treated.min(), treated.max()) if done.rule else values
    moved = np.array([done.transform.of(value) for value in values.tolist()], dtype=np.float64)
    beyond = np.flatnonzero(np.isnan(moved))
    if beyond.size:
        raise TierwiseError(*(problem("M003", row=int(row), value=float(values[row])) for row in beyond))
    return moved


def _added(values: FloatArray, shift: str) -> float | None:
    """Return what stands above the lowest value under a shift, None without one."""
    name = choose(shift, SHIFTS, "shift")
    if name == "none":
        return None
    if name == "one":
        return 1.0
    if is_constant(values):
        raise TierwiseError(problem("M001", value=float(values[0])))
    return 0.01 * float(np.ptp(values))
