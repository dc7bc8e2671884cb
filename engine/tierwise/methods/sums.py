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


def refuse_not_positive(values: FloatArray, rule: str, zero: bool = False) -> None:
    """Raise M020 with unit and child of each value below zero, or at zero unless ``zero`` is allowed."""
    lowest = np.fmin.reduce(values.reshape(-1, *values.shape[-2:]), axis=0)
    problems = Problems()
    for row, column in np.argwhere(lowest < 0 if zero else lowest <= 0).tolist():
        value = float(lowest[row, column])
        problems.add("M020", argument="values", row=row, column=column, value=value, rule=rule)
    problems.raise_any()


def refuse_units(code: str, bad: BoolArray) -> None:
    """Raise a problem for each unit marked anywhere in ``(..., units)``."""
    problems = Problems()
    for row in np.flatnonzero(bad.reshape(-1, bad.shape[-1]).any(axis=0)).tolist():
        problems.add(code, argument="values", row=row)
    problems.raise_any()
