"""From children to parent: the rules by which a node of the framework takes one score from several.

Every rule is a plain function ``rule(values, weights, **settings)`` on ``(..., units, children)`` values and
``(..., children)`` weights, which need not sum to 1. A child that is missing (NaN) is left out and the
weights of the others are scaled up; a node without children is missing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray
from tierwise.errors import Problems
from tierwise.names import choose

Rule = Callable[..., FloatArray]


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
        TierwiseError: M020 for a value that the rule cannot take, and what the rule's own function names;
            S002 for an unknown rule.

    """
    name = choose(rule, RULES, "rule")
    panel = np.asarray(values, dtype=np.float64)
    scores = RULES[name](panel, np.asarray(weights, dtype=np.float64), **settings)
    enough = np.mean(~np.isnan(panel), axis=-1) >= minimum_share - 1e-12
    return np.where(enough, scores, np.nan)


def arithmetic(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted arithmetic means Σ w x / Σ w."""
    present = ~np.isnan(values)
    return _ratio(weighted_sum(np.where(present, values, 0.0), weights), weighted_sum(present, weights))


def geometric(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted geometric means exp(Σ w ln x / Σ w). Raises M020 for values not above zero."""
    refuse_not_positive(values, "geometric")
    return np.exp(arithmetic(np.log(values), weights))


def harmonic(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted harmonic means Σ w / Σ (w / x). Raises M020 for values not above zero."""
    refuse_not_positive(values, "harmonic")
    return 1.0 / arithmetic(1.0 / values, weights)


def power(values: FloatArray, weights: FloatArray, *, power: float = 2.0) -> FloatArray:
    """Return weighted power means (Σ w xᵖ / Σ w)^(1/p); p = 0 is the geometric mean, 1 the arithmetic.

    The smaller p, the less a strong child makes up for a weak one. Raises M020 for values below zero, and for
    zeros where p <= 0.
    """
    if power == 1:
        return arithmetic(values, weights)
    if power == 0:
        return geometric(values, weights)
    refuse_not_positive(values, f"power {power:g}", zero=power > 0)
    return arithmetic(values**power, weights) ** (1.0 / power)


def median(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weighted medians: the value at which half of the weight is reached.

    Where exactly half of the weight lies below, the mean of that value and the next (with equal weights
    the usual median).
    """
    values, shares = np.broadcast_arrays(values, weights[..., None, :])
    share = np.where(np.isnan(values), 0.0, shares)
    total = share.sum(axis=-1, keepdims=True)
    order = np.argsort(values, axis=-1, kind="stable")  # missing values go last
    in_order = np.take_along_axis(values, order, axis=-1)
    reached = np.cumsum(np.take_along_axis(share, order, axis=-1), axis=-1)
    middle = total / 2
    lower = np.argmax(reached >= middle - 1e-12 * total, axis=-1)[..., None]
    upper = np.argmax(reached > middle + 1e-12 * total, axis=-1)[..., None]
    both = np.take_along_axis(in_order, lower, axis=-1) + np.take_along_axis(in_order, upper, axis=-1)
    return np.where(total > 0, both / 2, np.nan)[..., 0]


def weighted_sum(values: FloatArray | BoolArray, weights: FloatArray) -> FloatArray:
    """Return Σ w x over the children: ``(..., units, children)`` and ``(..., children)`` to ``(..., units)``.

    Child by child in their order, so that equal units get equal sums to the last bit.
    """
    shape = np.broadcast_shapes(values.shape[:-2], weights.shape[:-1])
    total = np.zeros((*shape, values.shape[-2]))
    for child in range(values.shape[-1]):
        total += weights[..., child, None] * values[..., child]
    return total


def refuse_not_positive(values: FloatArray, rule: str, zero: bool = False) -> None:
    """Raise M020 with unit and child of each value below zero, or at zero unless ``zero`` is allowed."""
    lowest = np.fmin.reduce(values.reshape(-1, *values.shape[-2:]), axis=0)
    problems = Problems()
    for row, column in np.argwhere(lowest < 0 if zero else lowest <= 0).tolist():
        value = float(lowest[row, column])
        problems.add("M020", argument="values", row=row, column=column, value=value, rule=rule)
    problems.raise_any()


def _ratio(total: FloatArray, weight: FloatArray) -> FloatArray:
    """Return total / weight, missing where there is no weight."""
    missing: FloatArray = np.full(total.shape, np.nan)
    return np.divide(total, weight, out=missing, where=weight != 0)


RULES: Final[Mapping[str, Rule]] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
    "power": power,
    "median": median,
}
