"""Functions of independent uniforms whose sensitivity is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.sensitivities.designs import Design


def run(design: Design, function: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Outputs of a function on a design, in blocks."""
    parts = [
        function(design.take(design.base, start, min(start + 1000, len(design))))
        for start in range(0, len(design), 1000)
    ]
    return np.concatenate(parts)


def ishigami(u: FloatArray) -> FloatArray:
    """Ishigami and Homma 1990, a = 7, b = 0.1."""
    x = (2 * u - 1) * np.pi
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def ishigami_indices() -> tuple[FloatArray, FloatArray, float]:
    """First and total indices and the pair (0, 2): Saltelli and others 2008, Global Sensitivity Analysis."""
    a, b, pi = 7.0, 0.1, np.pi
    one, two, pair = 0.5 * (1 + b * pi**4 / 5) ** 2, a**2 / 8, 8 * b**2 * pi**8 / 225
    variance = one + two + pair
    first = np.array([one, two, 0.0]) / variance
    total = np.array([one + pair, two, pair]) / variance
    return first, total, pair / variance


COEFFICIENTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def g_function(u: FloatArray) -> FloatArray:
    """Sobol' g-function with the coefficients of Saltelli and Sobol' 1995."""
    return np.asarray(np.prod((np.abs(4 * u - 2) + COEFFICIENTS) / (1 + COEFFICIENTS), axis=1))


def g_indices() -> tuple[FloatArray, FloatArray]:
    """First and total indices of the g-function: V_i = 1 / 3 (1 + a_i)²."""
    own = 1 / (3 * (1 + COEFFICIENTS) ** 2)
    whole = np.prod(1 + own)
    others = np.array([np.prod(np.delete(1 + own, i)) for i in range(len(own))])
    return own / (whole - 1), own * others / (whole - 1)
