"""Figures of several years: values that a year lacks, growth and trend."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.names import choose

WAYS: Final = ("latest", "linear")


def filled_between(values: ArrayLike, years: ArrayLike, how: str) -> tuple[FloatArray, IntArray, IntArray]:
    """Return values ``(years, …)`` with missing ones (NaN) taken from other years, and from which two.

    ``latest``: the last known value before; a value before the first known one stays missing. ``linear``: on
    the line between the last known value before and the first after; beyond the known years values stay
    missing. The two positions (years, …) are those of the known years, -1 for none.

    S002 for another way.
    """
    way = choose(how, WAYS, "missing")
    given, when = np.asarray(values, dtype=np.float64), np.asarray(years, dtype=np.float64)
    known = ~np.isnan(given)
    at = np.arange(len(given)).reshape(-1, *[1] * (given.ndim - 1))
    before = np.maximum.accumulate(np.where(known, at, -1), axis=0)
    after = np.minimum.accumulate(np.where(known, at, len(given))[::-1], axis=0)[::-1]
    after = np.where(after == len(given), -1, after)
    first = np.take_along_axis(given, np.maximum(before, 0), axis=0)
    if way == "latest":
        lacking = ~known & (before >= 0)
        return np.where(lacking, first, given), np.where(lacking, before, -1), np.full(before.shape, -1)
    lacking = ~known & (before >= 0) & (after >= 0)
    second = np.take_along_axis(given, np.maximum(after, 0), axis=0)
    start, end = when[before], when[after]
    share = np.divide(when[at] - start, end - start, out=np.zeros(given.shape), where=lacking)
    drawn = first + share * (second - first)
    return np.where(lacking, drawn, given), np.where(lacking, before, -1), np.where(lacking, after, -1)


def slope(values: ArrayLike, years: ArrayLike) -> FloatArray:
    """Return the change a year of the least-squares line through the known values ``(years, …)``.

    NaN where fewer than two years are known.
    """
    given, when = np.asarray(values, dtype=np.float64), np.asarray(years, dtype=np.float64)
    known = ~np.isnan(given)
    when = np.where(known, when.reshape(-1, *[1] * (given.ndim - 1)), 0.0)
    count = known.sum(axis=0)
    filled = np.where(known, given, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.where(known, when - when.sum(axis=0) / count, 0.0)
        found: FloatArray = (off * filled).sum(axis=0) / np.square(off).sum(axis=0)
    return np.where(count >= 2, found, np.nan)


def compound_growth(first: ArrayLike, last: ArrayLike, years: ArrayLike) -> FloatArray:
    """Return the rate at which ``first`` grows to ``last`` in some years: (last / first)^(1 / years) - 1.

    NaN unless both are above 0 and there is a year between them.
    """
    start, end, span = (np.asarray(one, dtype=np.float64) for one in (first, last, years))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate: FloatArray = (end / start) ** (1.0 / span) - 1.0
    return np.where((start > 0) & (end > 0) & (span > 0), rate, np.nan)
