"""The normalisations themselves: known values of one indicator, more = better, in; scores out.

:func:`tierwise.methods.normalise.normalise` is what callers use: it looks after missing values, directions
and the places of problems.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.ranks import rank as ranks_of
from tierwise.methods.statistics import is_constant
from tierwise.names import choose

Range = tuple[float, float]


def min_max(values: FloatArray, *, to: Range = (0.0, 1.0)) -> FloatArray:
    """Return values spread linearly over the range ``to``: (x - min) / (max - min).

    OECD/JRC Handbook 2008, section 5.3. Raises M001 for a constant indicator.
    """
    _refuse_constant(values)
    return _onto((values - values.min()) / np.ptp(values), to)


def z_score(values: FloatArray, *, mean: float = 0.0, sd: float = 1.0, ddof: int = 1) -> FloatArray:
    """Return values with the mean and the standard deviation asked for: mean + sd (x - x̄) / s.

    ``ddof`` = 1 divides by n - 1 (as the Handbook's Table 15 does), 0 by n. OECD/JRC Handbook 2008,
    section 5.2. Raises M001 for a constant indicator, M008 for a single unit.
    """
    _need(values, 1 + ddof)
    _refuse_constant(values)
    return (values - float(values.mean())) / float(values.std(ddof=ddof)) * sd + mean


def scaled(values: FloatArray, *, low: float = 0.0, high: float = 100.0) -> FloatArray:
    """Return 100 (x - low) / (high - low): a change of scale that does not look at the data.

    With the direction -1, ``low`` and ``high`` change places: 100 (high - x) / (high - low).
    """
    return 100.0 * (values - low) / _between(low, high)


def rank(values: FloatArray, *, ties: str = "min") -> FloatArray:
    """Return ranks from the bottom: the worst unit has 1, the best the largest number.

    OECD/JRC Handbook 2008, section 5.1 and Table 15.
    """
    return ranks_of(values, ties=ties, descending=False).astype(np.float64)


def percentile(
    values: FloatArray, *, of: str = "others", ties: str = "min", to: Range = (0.0, 1.0)
) -> FloatArray:
    """Return percentile ranks, on the range ``to``.

    ``of`` = ``others``: (rank - 1) / (n - 1), so that the worst has 0 and the best 1 (COINr);
    ``all``: rank / n, the share of units that are not better (Handbook Table 15). Raises M008 for one unit.
    """
    way = choose(of, ("others", "all"), "of")
    _need(values, 2)
    ranks = rank(values, ties=ties)
    share = (ranks - 1) / (values.size - 1) if way == "others" else ranks / values.size
    return _onto(share, to)


def borda(values: FloatArray, *, ties: str = "min") -> FloatArray:
    """Return Borda points: the number of units that are worse (rank from the bottom, less one)."""
    return rank(values, ties=ties) - 1


def distance_to_best(values: FloatArray) -> FloatArray:
    """Return 1 - (max - x) / (max - min): 1 at the best unit, 0 at the worst. Raises M001."""
    _refuse_constant(values)
    return _distance(values, float(values.max()), cap=False)


def distance_to_reference(values: FloatArray, *, reference: float, cap: bool = False) -> FloatArray:
    """Return 1 - (ref - x) / (ref - min): 1 at the reference, 0 at the worst unit, above 1 beyond.

    ``cap`` keeps what is beyond the reference at 1. In ``normalise`` the ``reference`` is ``mean`` (the
    default), ``median``, ``best`` or a unit's row. Raises M012 where no unit is worse than the reference.
    """
    return _distance(values, reference, cap)


def distance_to_target(values: FloatArray, *, target: float, cap: bool = False) -> FloatArray:
    """Return 1 - (target - x) / (target - min): 1 at the target, 0 at the worst unit, above 1 beyond.

    ``cap`` keeps what is beyond the target at 1. Raises M012 where no unit is worse than the target.
    """
    return _distance(values, target, cap)


def fraction_of_maximum(values: FloatArray) -> FloatArray:
    """Return x / max, or min / x with the direction -1: 1 at the best unit, in proportion below.

    Raises M003 where the maximum is not above zero, with the direction -1 where any value is not.
    """
    if values.max() <= 0:
        raise TierwiseError(problem("M003", row=int(values.argmax()), value=float(values.max())))
    return values / float(values.max())


def ratio_to_reference(values: FloatArray, *, reference: float) -> FloatArray:
    """Return x / reference, or reference / x with the direction -1.

    In ``normalise`` the ``reference`` is ``mean`` (the default), ``median``, ``best`` or a unit's row.
    OECD/JRC Handbook 2008, section 5.4. Raises M003 where the reference is not above zero.
    """
    if reference <= 0:
        raise TierwiseError(problem("M003", value=reference))
    return values / reference


def goalposts(
    values: FloatArray, *, low: float, high: float, cap: bool = True, to: Range = (0.0, 1.0)
) -> FloatArray:
    """Return (x - low) / (high - low) on the range ``to``, clipped to it unless ``cap`` is false.

    UNDP, Human Development Report 2001, technical note 2.
    """
    share: FloatArray = (values - low) / _between(low, high)
    return _onto(np.clip(share, 0.0, 1.0) if cap else share, to)


def two_ended(
    values: FloatArray,
    *,
    low: float | None = None,
    high: float | None = None,
    target: float | None = None,
    to: Range = (0.0, 1.0),
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
    worst = off.max()
    return _onto(1.0 - off / worst if worst > 0 else np.ones_like(values), to)


def efficacy(
    values: FloatArray,
    *,
    low: float | None = None,
    high: float | None = None,
    base: float = 60.0,
    span: float = 40.0,
    cap: bool = False,
) -> FloatArray:
    """Return efficacy coefficients (功效系数法): base + span (x - low) / (high - low).

    ``low`` is the value that is not allowed (不允许值), ``high`` the satisfactory one (满意值); where they
    are not given, the worst and the best unit's. ``cap`` clips scores to base … base + span.
    """
    if low is None or high is None:
        _refuse_constant(values)
    first = values.min() if low is None else low
    last = values.max() if high is None else high
    share = (values - first) / _between(first, last)
    return base + span * (np.clip(share, 0.0, 1.0) if cap else share)


def categorical(
    values: FloatArray,
    *,
    band_edges: Sequence[float] = (5, 15, 35, 65, 85, 95),
    band_scores: Sequence[float] = (0, 20, 40, 50, 60, 80, 100),
    bands: str = "percentile",
    ties: str = "min",
) -> FloatArray:
    """Return the score of the band that a value falls into; a value on an edge belongs to the band above.

    ``bands`` = ``percentile``: the edges are percentages of units (100 rank / n, so the top 5 % and so on);
    ``value``: the edges are in the indicator's own units. OECD/JRC Handbook 2008, section 5.5; the default
    bands are those of its Table 15.
    """
    by = choose(bands, ("percentile", "value"), "bands")
    edges = np.asarray(band_edges, dtype=np.float64)
    if len(band_scores) != len(edges) + 1:
        raise TierwiseError(
            problem("M011", argument="band_scores", found=len(band_scores), expected=len(edges) + 1)
        )
    if (np.diff(edges) <= 0).any():
        raise TierwiseError(
            problem("M010", argument="band_edges", value=list(band_edges), need="a < b < c …")
        )
    place = 100.0 * rank(values, ties=ties) / values.size if by == "percentile" else values
    return np.asarray(band_scores, dtype=np.float64)[np.searchsorted(edges, place, side="right")]


def logarithm(values: FloatArray) -> FloatArray:
    """Return logarithms (natural, or to ``log_base``), turned round where less is better. Raises M003."""
    return values


def log_min_max(values: FloatArray, *, to: Range = (0.0, 1.0)) -> FloatArray:
    """Return min-max of the logarithms. Raises M003, and M001 for a constant indicator."""
    return min_max(values, to=to)


def indicator(values: FloatArray, *, reference: float, band: float = 0.2) -> FloatArray:
    """Return 1 above the reference by more than the ``band``, -1 below it by more, 0 within.

    The reference is the mean unless another is asked for, the band is a share of it: x / mean > 1 + band.
    OECD/JRC Handbook 2008, section 5.6 and Table 15. Raises M013 where the reference is zero.
    """
    if reference == 0:
        raise TierwiseError(problem("M013"))
    off = (values - reference) / abs(reference)
    return np.where(off > band, 1.0, 0.0) - np.where(off < -band, 1.0, 0.0)


def vector(values: FloatArray) -> FloatArray:
    """Return x / √Σx², or 1 - x / √Σx² with the direction -1 (Hwang & Yoon 1981).

    Raises M001 if all are 0.
    """
    length = float(np.sqrt(np.square(values).sum()))
    if length == 0:
        raise TierwiseError(problem("M001", value=0.0))
    return values / length


def as_given(values: FloatArray) -> FloatArray:
    """Return the values as they are, with the sign changed where less is better."""
    return values


def _distance(values: FloatArray, to: float, cap: bool) -> FloatArray:
    """Return 1 - (to - x) / (to - min), the worst unit being at 0."""
    worst = float(values.min())
    if to <= worst or is_constant(np.array([worst, to])):  # a mean may be above equal values by rounding
        raise TierwiseError(problem("M012"))
    share: FloatArray = 1.0 - (to - values) / (to - worst)
    return np.minimum(share, 1.0) if cap else share


def _onto(share: FloatArray, to: Range) -> FloatArray:
    """Return shares from 0 to 1 spread over a range."""
    first, last = to
    if not first < last:
        raise TierwiseError(problem("M010", argument="to", value=list(to), need="low < high"))
    return first + share * (last - first)


def _between(low: float, high: float) -> float:
    if not low < high:
        raise TierwiseError(problem("M004"))
    return high - low


def _need(values: FloatArray, needed: int) -> None:
    if values.size < needed:
        raise TierwiseError(problem("M008", found=values.size, needed=needed))


def _refuse_constant(values: FloatArray) -> None:
    if is_constant(values):
        raise TierwiseError(problem("M001", value=float(values[0])))


METHODS: Final[Mapping[str, Callable[..., FloatArray]]] = {
    "min-max": min_max,
    "z-score": z_score,
    "scaled": scaled,
    "rank": rank,
    "percentile": percentile,
    "borda": borda,
    "distance-to-best": distance_to_best,
    "distance-to-reference": distance_to_reference,
    "distance-to-target": distance_to_target,
    "fraction-of-maximum": fraction_of_maximum,
    "ratio-to-reference": ratio_to_reference,
    "goalposts": goalposts,
    "two-ended": two_ended,
    "efficacy": efficacy,
    "categorical": categorical,
    "log": logarithm,
    "log-min-max": log_min_max,
    "indicator": indicator,
    "vector": vector,
    "none": as_given,
}
