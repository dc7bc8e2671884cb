"""Sobol' indices of many outputs at once.

The estimators are those of SALib, so that its analyser is their reference; here all outputs share one
resampling, and means over resamples are one matrix product.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tierwise.arrays import BoolArray, FloatArray
from tierwise.draws.runner import available_threads
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.methods.scores import Sums, sums_of
from tierwise.tolerances import ROUNDING

A_COLUMN = 16  # values for whose sums under many draws those of one output's resamples take as long


@dataclass(frozen=True)
class SobolIndices:
    """Indices ``(inputs, outputs)`` with the half-widths of their confidence intervals.

    ``pairs`` lists the pairs of inputs of ``second (pairs, outputs)``; both are empty unless asked for.
    Outputs that are ``constant (outputs,)`` have no variance to divide: their indices are NaN.
    """

    first: FloatArray
    first_conf: FloatArray
    total: FloatArray
    total_conf: FloatArray
    constant: BoolArray
    pairs: tuple[tuple[int, int], ...]
    second: FloatArray
    second_conf: FloatArray


def rows_per_sample(inputs: int, second: bool) -> int:
    """Return how often the model is run for one base sample."""
    return (2 * inputs if second else inputs) + 2


def sobol_indices(
    values: ArrayLike | NDArray[np.float32],
    inputs: int,
    *,
    second: bool = False,
    resamples: int = 100,
    confidence: float = 0.95,
    seed: int = 1,
) -> SobolIndices:
    """Return first, total and, if asked for, second order indices of every output.

    With y centred by its own mean, V its variance over A and B, and AB_i the sample A with input i from B:
    S_i = mean(B (AB_i - A)) / V and T_i = mean((A - AB_i)²) / 2V (Saltelli and others 2010, Computer Physics
    Communications 181, table 2); S_ij = mean(BA_i AB_j - A B) / V - S_i - S_j (Saltelli 2002). A half-width
    is the normal quantile times the standard deviation over bootstrap resamples of the base samples.

    Args:
        values: ``(rows, outputs)`` in the order of the design: for each base sample A, each AB_i, for
            ``second`` each BA_i, then B.
        inputs: number of inputs (groups of drivers count as one).
        second: also the indices of pairs.
        resamples: bootstrap resamples; with 0 the half-widths are NaN.
        confidence: of the intervals, between 0 and 1.
        seed: of the resamples.

    Raises:
        TierwiseError: V001 a number of rows that no design has, V002 an output with values that are not
            finite.

    """
    table = np.asarray(values)
    table = table[:, None] if table.ndim == 1 else table
    step = rows_per_sample(inputs, second)
    if not len(table) or len(table) % step:
        raise TierwiseError(problem("V001", argument="values", rows=len(table), step=step))
    refuse_gaps(table)
    counts = resample_counts(len(table) // step, resamples, seed)
    quantile = normal_quantile(confidence)
    sums = sums_of(table.shape[1] * A_COLUMN)
    with ThreadPoolExecutor(available_threads(), "sensitivity") as pool:
        by_output = list(
            pool.map(lambda column: _indices(column, inputs, second, counts, quantile, sums), table.T)
        )
    constant, indices, widths = (np.stack(parts, axis=-1) for parts in zip(*by_output, strict=True))
    split = (inputs, 2 * inputs)
    first, total, pair = np.split(indices, split)
    first_conf, total_conf, pair_conf = np.split(widths, split)
    pairs = tuple(combinations(range(inputs), 2)) if second else ()
    return SobolIndices(first, first_conf, total, total_conf, constant, pairs, pair, pair_conf)


def refuse_gaps(table: NDArray[np.floating]) -> None:
    """Raise V002 for each output ``(rows, outputs)`` that has values which are not finite."""
    problems = Problems()
    for output, column in enumerate(table.T):
        gaps = len(column) - np.count_nonzero(np.isfinite(column))
        if gaps:
            problems.add("V002", argument="values", column=output, gaps=gaps, rows=len(column))
    problems.raise_any()


def resample_counts(samples: int, resamples: int, seed: int) -> FloatArray:
    """Return ``(1 + resamples, samples)``: how often each takes part; in row 0, the sample itself, once.

    The draws are those of SALib's analyser for the same seed (0 included, which SALib takes for none).
    """
    drawn = np.random.default_rng(seed).integers(samples, size=(samples, resamples))
    counts = np.ones((1 + resamples, samples))
    for number, column in enumerate(drawn.T, 1):
        counts[number] = np.bincount(column, minlength=samples)
    return counts


def normal_quantile(confidence: float) -> float:
    """Return how many standard deviations make half the interval."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + confidence / 2))


def _indices(
    column: NDArray[np.floating], inputs: int, second: bool, counts: FloatArray, quantile: float, sums: Sums
) -> tuple[BoolArray, FloatArray, FloatArray]:
    """Return whether one output is constant, its first, total and pair indices, and their half-widths."""
    y = np.array(column, dtype=np.float64)
    y -= y.mean()
    spread = y.std()
    constant = bool(spread <= ROUNDING * np.abs(column).max())
    y = (y / (1.0 if constant else spread)).reshape(-1, rows_per_sample(inputs, second))
    a, b, ab, ba = y[:, :1], y[:, -1:], y[:, 1 : inputs + 1], y[:, inputs + 1 : -1]
    pairs = np.array([*combinations(range(inputs), 2)] if second else [], dtype=np.int64).reshape(-1, 2).T
    products = np.hstack(
        [a * a + b * b, a + b, b * (ab - a), (a - ab) ** 2, ba[:, pairs[0]] * ab[:, pairs[1]] - a * b]
    )
    means = np.empty((len(counts), products.shape[1]))
    sums(counts, products, means)
    means /= len(y)
    variance = means[:, :1] / 2 - (means[:, 1:2] / 2) ** 2
    flat = variance <= np.finfo(float).eps
    constant |= bool(flat[0, 0])
    indices = means[:, 2:] / np.where(flat, np.inf, variance)
    indices[:, inputs : 2 * inputs] /= 2
    indices[:, 2 * inputs :] -= indices[:, pairs[0]] + indices[:, pairs[1]]
    known = len(indices) > 2 and not constant
    width = quantile * indices[1:].std(axis=0, ddof=1) if known else np.full(indices.shape[1], np.nan)
    return np.asarray(constant), np.where(constant, np.nan, indices[0]), width
