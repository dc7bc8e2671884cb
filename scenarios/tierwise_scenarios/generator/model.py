"""Illustrative indicator values whose weighted, normalised sum is a given score, unit by unit.

Model. Indicator j of unit i has the position z in (0, 1), 1 = best, between the indicator's extremes:

    z_ij = logistic(level_j + trait_ij + theme_i,d(j) + noise_ij + strength_i) ** shape_j

``trait`` is what a region is known for, ``theme`` is drawn once for a unit and dimension and ``noise`` for
each cell, so indicators correlate within a dimension and hardly any unit dominates another. ``strength_i``
is solved for, by bisection, so that the score of the unit is its target: the list is met by all indicators
together and not by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tierwise_scenarios.generator.lists import Unit

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

THEME_SPREAD = 0.95
NOISE_SPREAD = 0.8
INSIDE = (0.02, 0.94)  # positions of all but the two units that hold an indicator's extremes


@dataclass(frozen=True)
class Node:
    """A node of a framework; a leaf with ``low < high`` is drawn, one without is given by the figures."""

    code: str
    parent: str = ""
    measure: str = ""
    direction: int = 1
    low: float = 0.0
    high: float = 0.0
    decimals: int = 1
    level: float = 0.0
    shape: float = 1.0
    trait: str = ""  # what the place is known for that moves it

    @property
    def drawn(self) -> bool:
        """Whether the model draws the values."""
        return self.high > self.low


def leaves(nodes: Sequence[Node]) -> list[Node]:
    """Return the indicators: the nodes below a dimension."""
    return [node for node in nodes if node.parent]


def global_weights(nodes: Sequence[Node], means: Mapping[str, float]) -> Array:
    """Return the indicators' global weights: shares of the siblings' mean scores down the tree."""

    def share(node: Node) -> float:
        return means[node.code] / sum(means[other.code] for other in nodes if other.parent == node.parent)

    dimension = {node.code: share(node) for node in nodes if not node.parent}
    return np.array([dimension[leaf.parent] * share(leaf) for leaf in leaves(nodes)])


def positions(values: Array, directions: Array) -> Array:
    """Return min-max positions by column, 1 = best."""
    low, high = values.min(axis=0), values.max(axis=0)
    rising = (values - low) / (high - low)
    return np.asarray(np.where(directions > 0, rising, 1.0 - rising), dtype=np.float64)


def solve(
    rng: np.random.Generator,
    units: Sequence[Unit],
    nodes: Sequence[Node],
    *,
    given: Mapping[str, Array],
    weights: Array,
    targets: Array,
    trait: Callable[[Unit, str], float],
) -> dict[str, Array]:
    """Return all indicators' values, rounded as stored, that give the targets as scores.

    ``given`` holds the indicators that the figures fix (value added, GDP per head …). Raises
    :class:`ArithmeticError` when a target cannot be met.
    """
    columns = leaves(nodes)
    free = [column for column, leaf in enumerate(columns) if leaf.drawn]
    base = _base(rng, units, [columns[column] for column in free], trait)
    base += 1.4 * (targets - targets.mean())[:, None] / (targets.max() - targets.min())

    values = np.empty((len(units), len(columns)))
    directions = np.array([leaf.direction for leaf in columns], dtype=np.float64)
    for column, leaf in enumerate(columns):
        if not leaf.drawn:
            values[:, column] = given[leaf.code]
    fixed = [column for column in range(len(columns)) if column not in free]
    owed = targets - positions(values[:, fixed], directions[fixed]) @ weights[fixed]

    shape = np.array([columns[column].shape for column in free])
    ends = _extremes(base)
    for unit in range(len(units)):
        z = _positions_for(base[unit], shape, ends[unit], weights[free], owed[unit])
        for column, position in zip(free, z, strict=True):
            leaf = columns[column]
            rising = position if leaf.direction > 0 else 1.0 - position
            values[unit, column] = round(leaf.low + (leaf.high - leaf.low) * rising, leaf.decimals)
    left = targets - positions(values, directions) @ weights
    _take_out(left, values, columns, free=free, ends=ends, weights=weights)
    return {leaf.code: values[:, column] for column, leaf in enumerate(columns)}


def _base(
    rng: np.random.Generator,
    units: Sequence[Unit],
    free: Sequence[Node],
    trait: Callable[[Unit, str], float],
) -> Array:
    themes = [*dict.fromkeys(leaf.parent for leaf in free)]
    theme = THEME_SPREAD * rng.standard_normal((len(units), len(themes)))
    noise = NOISE_SPREAD * rng.standard_normal((len(units), len(free)))
    base = np.empty_like(noise)
    for column, leaf in enumerate(free):
        lean = np.array([trait(unit, leaf.trait) for unit in units])
        base[:, column] = leaf.level + lean + theme[:, themes.index(leaf.parent)] + noise[:, column]
    return base


def _extremes(base: Array) -> Array:
    """Return -1 and 1 where a unit holds an indicator's worst and best value, else 0."""
    ends = np.zeros_like(base)
    for column in range(base.shape[1]):
        ends[base[:, column].argmin(), column] = -1.0
        ends[base[:, column].argmax(), column] = 1.0
    return ends


def _positions_for(base: Array, shape: Array, ends: Array, weights: Array, owed: float) -> Array:
    """Return one unit's positions for the strength at which their weighted sum is ``owed``."""

    def at(strength: float) -> Array:
        z = (1.0 / (1.0 + np.exp(-(base + strength)))) ** shape
        inside = INSIDE[0] + (INSIDE[1] - INSIDE[0]) * z
        return np.where(ends > 0, 1.0, np.where(ends < 0, 0.0, inside))

    return weighing(owed, at, weights, most=6.0)


def weighing(owed: float, at: Callable[[float], Array], weights: Array, most: float) -> Array:
    """Return the positions of the strength, within ± ``most``, at which their weighted sum is ``owed``."""
    low, high = -most, most
    if not at(low) @ weights < owed < at(high) @ weights:
        raise ArithmeticError(f"no strength gives {owed:.4f}")
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if at(middle) @ weights < owed else (low, middle)
    return at((low + high) / 2.0)


def _take_out(
    left: Array,
    values: Array,
    columns: Sequence[Node],
    *,
    free: Sequence[int],
    ends: Array,
    weights: Array,
) -> None:
    """Take what rounding left of each score out of the unit's finest free indicator that is no extreme."""

    def step(place: int) -> float:
        leaf = columns[free[place]]
        return float(weights[free[place]]) * 10.0**-leaf.decimals / (leaf.high - leaf.low)

    finest = sorted(range(len(free)), key=step)
    for unit in range(len(values)):
        place = next(place for place in finest if not ends[unit, place])
        column, leaf = free[place], columns[free[place]]
        change = left[unit] / weights[column] * (leaf.high - leaf.low) * leaf.direction
        changed = round(values[unit, column] + change, leaf.decimals)
        if not leaf.low < changed < leaf.high:
            raise ArithmeticError(f"{leaf.code} cannot take the rest of unit {unit}")
        values[unit, column] = changed
