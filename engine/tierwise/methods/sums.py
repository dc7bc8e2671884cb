"""Weighted sums over the children of a node, and checks that the rules of aggregation share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tierwise.arrays import BoolArray, FloatArray
from tierwise.errors import Problems


def weighted_sum(values: FloatArray | BoolArray, weights: FloatArray) -> FloatArray:
    """Return Σ w x over the children: ``(..., units, children)`` and ``(..., children)`` to ``(..., units)``.

    Child by child in their order, so that equal units get equal sums to the last bit.
    """
    shape = np.broadcast_shapes(values.shape[:-2], weights.shape[:-1])
    total = np.zeros((*shape, values.shape[-2]))
    for child in range(values.shape[-1]):
        total += weights[..., child, None] * values[..., child]
    return total


def weighted_mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return Σ w x / Σ w over the children that are there, NaN where none with a weight is."""
    present = ~np.isnan(values)
    total = weighted_sum(np.where(present, values, 0.0), weights)
    return ratio(total, weighted_sum(present, weights))


def weighted_variance(values: FloatArray, weights: FloatArray, mean: FloatArray) -> FloatArray:
    """Return Σ w (x - mean)² / Σ w over the children that are there; ``mean`` is ``(..., units)``."""
    total = np.zeros(mean.shape)
    for child in range(values.shape[-1]):
        off = np.square(values[..., child] - mean)
        total += weights[..., child, None] * np.where(np.isnan(off), 0.0, off)
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
            problems.add("M020", argument="values", row=row, column=column, value=value, rule=rule)
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
