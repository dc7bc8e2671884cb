"""Weighted sums over the children of a node, and checks that the rules of aggregation share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray
from tierwise.errors import Problems

Total = Callable[[Iterable[FloatArray], FloatArray], None]


def ordered_total(parts: Iterable[FloatArray], out: FloatArray) -> None:
    """Write the sum of parts, taken in their order."""
    out[:] = 0.0
    for part in parts:
        out += part


def exact_total(parts: Iterable[FloatArray], out: FloatArray) -> None:
    """Write the sum of parts, whatever their order, rounded once at its end (Neumaier 1974).

    What an addition loses is itself a float, and these are summed beside.
    """
    out[:] = 0.0
    lost = np.zeros_like(out)
    with np.errstate(invalid="ignore"):
        for part in parts:
            total = out + part
            taken = total - out
            lost += (out - (total - taken)) + (part - taken)
            out[:] = total
        np.add(out, lost, out=out, where=np.isfinite(lost))


_TOTAL: Final[ContextVar[Total]] = ContextVar("total", default=exact_total)


@contextmanager
def summed_by(total: Total) -> Iterator[None]:
    """Take the sums of all rules by one function; draws take the quicker :func:`ordered_total`."""
    token = _TOTAL.set(total)
    try:
        yield
    finally:
        _TOTAL.reset(token)


def summed(parts: Iterable[FloatArray], out: FloatArray) -> None:
    """Write the sum of parts by the function of :func:`summed_by`; without one, by sums without error."""
    _TOTAL.get()(parts, out)


def weighted_sum(values: FloatArray | BoolArray, weights: FloatArray) -> FloatArray:
    """Return Σ w x over the children: ``(..., units, children)`` and ``(..., children)`` to ``(..., units)``.

    By the sums of :func:`summed_by`: without error, so that no order of children changes a bit, but in draws.
    """
    shape = np.broadcast_shapes(values.shape[:-2], weights.shape[:-1])
    total = np.empty((*shape, values.shape[-2]))
    summed((weights[..., child, None] * values[..., child] for child in range(values.shape[-1])), total)
    return total


def weighted_mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return Σ w x / Σ w over the children that are there, NaN where none with a weight is."""
    present = ~np.isnan(values)
    total = weighted_sum(np.where(present, values, 0.0), weights)
    return ratio(total, weighted_sum(present, weights))


def weighted_variance(values: FloatArray, weights: FloatArray, mean: FloatArray) -> FloatArray:
    """Return Σ w (x - mean)² / Σ w over the children that are there; ``mean`` is ``(..., units)``."""
    total = np.empty(mean.shape)
    offs = (np.square(values[..., child] - mean) for child in range(values.shape[-1]))
    parts = (weights[..., child, None] * np.where(np.isnan(off), 0.0, off) for child, off in enumerate(offs))
    summed(parts, total)
    return ratio(total, weighted_sum(~np.isnan(values), weights))


def ratio(total: FloatArray, weight: FloatArray) -> FloatArray:
    """Return total / weight, missing where there is no weight."""
    missing: FloatArray = np.full(total.shape, np.nan)
    return np.divide(total, weight, out=missing, where=weight != 0)


def one_by_one(
    score: Callable[[FloatArray, FloatArray], FloatArray], values: FloatArray, weights: FloatArray
) -> FloatArray:
    """Return ``(..., units)`` scores by a function of one panel and one weight vector at a time."""
    lead = np.broadcast_shapes(values.shape[:-2], weights.shape[:-1])
    panels = np.broadcast_to(values, (*lead, *values.shape[-2:])).reshape(-1, *values.shape[-2:])
    vectors = np.broadcast_to(weights, (*lead, weights.shape[-1])).reshape(-1, weights.shape[-1])
    scores = [score(panel, vector) for panel, vector in zip(panels, vectors, strict=True)]
    return np.reshape(scores, (*lead, values.shape[-2]))


def usable(values: FloatArray, rule: str, zero: bool = False) -> FloatArray:
    """Return values above zero, or at zero where ``zero`` is allowed.

    Raises M020 with unit and child of each other value. Where values differ from draw to draw, a unit that
    has one in some draw has no values in that draw, so that the draw fails and the others count.
    """
    bad = values < 0 if zero else values <= 0
    if not bad.any():
        return values
    if not _many(values.shape[:-2]):
        flat = values.reshape(values.shape[-2:])
        problems = Problems()
        for row, column in np.argwhere(bad.reshape(flat.shape)).tolist():
            value = float(flat[row, column])
            problems.add("M020", argument="values", row=row, column=column, value=value, rule=rule, more="")
        problems.raise_any()
    return np.where(bad.any(axis=-1, keepdims=True), np.nan, values)


def usable_units(scores: FloatArray, bad: BoolArray, code: str) -> FloatArray:
    """Return ``(..., units)`` scores without the bad ones: refused, or failed draws, as in :func:`usable`."""
    if bad.any() and not _many(bad.shape[:-1]):
        problems = Problems()
        for row in np.flatnonzero(bad.reshape(-1)).tolist():
            problems.add(code, argument="values", row=row)
        problems.raise_any()
    return np.where(bad, np.nan, scores)


def _many(lead: tuple[int, ...]) -> bool:
    return int(np.prod(lead)) > 1
