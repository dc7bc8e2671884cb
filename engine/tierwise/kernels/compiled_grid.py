"""Scores of many draws brought to their grids, compiled. What it means: :mod:`tierwise.kernels.grid`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.kernels.compiled import compiled, inlined
from tierwise.tolerances import GRID_BITS, HALF_SEEN

MAGNITUDE: Any = np.int64(0x7FFFFFFFFFFFFFFF)  # all bits of a float but its sign
INFINITE: Any = np.int64(0x7FF0000000000000)
FRACTION = 52  # bits of a float below its exponent
EXTREME = 1000


@inlined
def _largest(row: FloatArray) -> Any:
    """Return the bits of the largest magnitude; magnitudes are in the order of their bits, NaN last."""
    all_bits = row.view(np.int64)
    largest = np.int64(0)
    for unit in range(len(row)):
        largest = max(largest, all_bits[unit] & MAGNITUDE)
    return largest


@inlined
def _exponent(largest: Any) -> int:
    """Return e of the power of two above the largest magnitude."""
    exponent = (largest >> FRACTION) - 1022 if largest > 0 else 0
    return int(min(max(exponent, -EXTREME), EXTREME))


@inlined
def grid_shift(row: FloatArray) -> float:
    """Return what, added to scores ``(units,)`` and taken off again, brings them to their grid.

    It is infinite where some are not finite.
    """
    largest = _largest(row)
    return math.inf if largest >= INFINITE else math.ldexp(1.5, _exponent(largest) + FRACTION - GRID_BITS)


@compiled
def round_rows(scores: FloatArray, decimals: int, even: bool) -> None:
    """Round ``scores (draws, units)`` to so many decimals, halves away from zero or to the even digit."""
    scale = 10.0**decimals
    for draw in range(len(scores)):
        row = scores[draw]
        near = min(math.ldexp(1.0, _exponent(_largest(row)) - GRID_BITS) * scale, HALF_SEEN)
        for unit in range(len(row)):
            size = abs(row[unit]) * scale
            whole = math.floor(size)
            part = size - whole
            up = part >= 0.5 - near
            if even:
                up = up and (part > 0.5 + near or whole % 2.0 == 1.0)
            if size < 4503599627370496.0:  # 2^52: beyond it there are no decimals
                magnitude = (whole + (1.0 if up else 0.0)) / scale
                row[unit] = magnitude if row[unit] > 0.0 else 0.0 - magnitude
