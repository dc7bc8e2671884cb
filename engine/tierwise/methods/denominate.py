"""Figures of size made comparable: divided by people, area, output or any other column."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray
from tierwise.errors import Problems


def denominate(values: ArrayLike, denominators: ArrayLike, factor: ArrayLike = 1.0) -> FloatArray:
    """Return factor * value / denominator.

    Args:
        values: ``(units, indicators)``, NaN = missing.
        denominators: ``(units, indicators)`` (or what broadcasts to it), 1 where nothing is divided; where
            one is missing, so is the result.
        factor: a number for all or ``(indicators,)``, say 10,000 for “per 10,000 people”.

    Raises:
        TierwiseError: M030 with unit and indicator for each denominator that is not above zero.

    """
    panel = np.asarray(values, dtype=np.float64)
    below = np.broadcast_to(np.asarray(denominators, dtype=np.float64), panel.shape)
    problems = Problems()
    for row, column in np.argwhere(~np.isnan(panel) & (below <= 0)).tolist():
        problems.add("M030", argument="values", row=row, column=column, value=float(below[row, column]))
    problems.raise_any()
    return np.asarray(factor, dtype=np.float64) * panel / below
