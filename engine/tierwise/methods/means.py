"""Weighted means as sums of transformed values, so that one product with the weights serves many draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from tierwise.arrays import BoolArray, FloatArray

Transform = Callable[[FloatArray], FloatArray]


class Mean(NamedTuple):
    """A weighted mean of transformed values, transformed back: the power mean of exponent ``power``."""

    power: float
    forward: Transform
    back: Transform
    positive: bool = True
    zero: bool = False  # whether it takes zeros

    def unusable(self, values: FloatArray) -> BoolArray:
        """Return which values the mean cannot take."""
        if not self.positive:
            return np.zeros(values.shape, dtype=np.bool_)
        return np.asarray(values < 0 if self.zero else values <= 0)


ARITHMETIC: Final = Mean(1.0, lambda values: values, lambda values: values, positive=False)
GEOMETRIC: Final = Mean(0.0, np.log, np.exp)
HARMONIC: Final = Mean(-1.0, lambda values: 1.0 / values, lambda values: 1.0 / values)


def power_mean(power: float = 2.0) -> Mean:
    """Return the mean (Σ w xᵖ / Σ w)^(1/p)."""
    if power in {0.0, 1.0}:
        return ARITHMETIC if power else GEOMETRIC
    return Mean(power, lambda values: values**power, lambda values: values ** (1.0 / power), zero=power > 0)
