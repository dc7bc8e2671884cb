"""What is asked of weights, as linear constraints on the global weights of the indicators.

``values (units, indicators)`` are such that an index is their weighted sum: unit i is ahead of unit j by
Σ g (x_i - x_j).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.tolerances import ROUNDING, SAME

SAFE: Final = 1e-6  # of the largest value: what a program keeps from a tie, above its own tolerance


@dataclass(frozen=True)
class Row:
    """One requirement: ``values @ g >= least``. It is about ``unit``, and ``other`` or the cut of a tier."""

    values: FloatArray
    least: float
    kind: str  # ahead: of other; reach: the tier's lower cut; below: the cut above the tier
    unit: int
    other: int


@dataclass(frozen=True)
class Place:
    """At most ``rank - 1`` of ``others`` ahead of ``unit``: each is behind where ``values @ g >= least``.

    One that reaches ``level`` under every allowed weight is never ahead, though it may tie.
    """

    unit: int
    rank: int
    others: IntArray
    values: FloatArray  # (others, indicators)
    least: float
    level: float
    lowest: FloatArray  # (others,) least value of each row under any allowed weights


@dataclass(frozen=True)
class Requirements:
    """Everything asked of the weights."""

    rows: tuple[Row, ...] = ()
    places: tuple[Place, ...] = ()


def requirements(
    values: FloatArray,
    *,
    order: Sequence[int] = (),
    ranks: Mapping[int, int] | None = None,
    tiers: Mapping[int, int] | None = None,
    limits: Sequence[float] = (),
    ties: str = "min",
    decimals: int | None = None,
    safe: float = SAFE,
) -> Requirements:
    """Return what makes units stand in an order, at a rank or better, in a tier between frozen cuts.

    Args:
        values: ``(units, indicators)``.
        order: units from the first to the last; each is to be ahead of the next.
        ranks: unit and the rank that it is to reach.
        tiers: unit and tier, 1 = top.
        limits: ``(tiers - 1,)`` the lowest score of each tier but the last, falling.
        ties: the tie rule; under ``min`` a unit keeps its rank beside equals, under others it must be ahead.
        decimals: scores are rounded before they are ranked: who is ahead is so by a unit of the last
            decimal, which makes sure that rounding does not make a tie.
        safe: distance from a tie that a program keeps, as a share of the largest value.

    """
    apart = safe * max(float(np.abs(values).max(initial=0.0)), np.finfo(float).tiny)
    step = 0.0 if decimals is None else 10.0**-decimals
    rows = [
        Row(values[first] - values[second], step + apart, "ahead", first, second)
        for first, second in pairwise(order)
    ]
    for unit, tier in (tiers or {}).items():
        if tier <= len(limits):
            low = _up(limits[tier - 1], decimals)
            rows.append(Row(values[unit], low + apart, "reach", unit, tier))
        if tier > 1:
            high = _up(limits[tier - 2], decimals)
            rows.append(Row(-values[unit], apart - high, "below", unit, tier - 1))
    behind, level = (apart, -SAME * apart / safe) if ties == "min" else (step + apart, step + apart)
    places = []
    for unit, rank in (ranks or {}).items():
        others = np.delete(np.arange(len(values)), unit)
        rows_of = values[unit] - values[others]
        places.append(Place(unit, rank, others, rows_of, behind, level, rows_of.min(axis=1)))
    return Requirements(tuple(rows), tuple(places))


def _up(limit: float, decimals: int | None) -> float:
    """Return the score from which on rounded scores reach a limit."""
    if decimals is None:
        return limit
    step = 10.0**-decimals
    reached = float(np.ceil(limit / step - ROUNDING * max(1.0, abs(limit / step))))
    return (reached - 0.5) * step
