"""Shapley effects: the variance of an output shared out among its inputs, whole, whatever their dependence.

The effect of an input is what it adds to the explained variance, averaged over all orders in which inputs may
be learned (Owen 2014; Song, Nelson and Staum 2016). Effects are shares that sum to 1 and are never negative
but for sampling error.
"""

from __future__ import annotations

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.sensitivities.sobol import normal_quantile


def path_effects(
    order: IntArray, values: FloatArray, confidence: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Return effects ``(inputs, outputs)`` of independent inputs and the half-widths of their intervals.

    By paths from one random point to another that change one input after the other in random order (Goda
    2021, Reliability Engineering and System Safety 213): a step from y' to y'' adds (y0 - (y' + y'')/2)
    (y' - y'') to the input that it changes, y0 being the start of the path. The steps of a path sum to an
    estimate of the variance; effects are ratios of means, half-widths those of a ratio (Cochran 1977).

    Args:
        order: ``(paths, inputs)``, the step in which a path changes an input.
        values: ``(paths * (inputs + 1), outputs)``.
        confidence: of the intervals.

    """
    paths, inputs = order.shape
    y = values.reshape(paths, inputs + 1, -1).astype(np.float64)
    y -= y.mean(axis=(0, 1))
    steps = (y[:, :1] - (y[:, :-1] + y[:, 1:]) / 2) * (y[:, :-1] - y[:, 1:])
    added = np.take_along_axis(steps, order[:, :, None] - 1, axis=1)  # (paths, inputs, outputs)
    total = added.sum(axis=1)
    return _shares(added, total, confidence)


def _shares(added: FloatArray, total: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Return the ratio of means of ``added (n, inputs, outputs)`` to ``total (n, outputs)`` and its width."""
    mean = total.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = added.mean(axis=0) / mean
        rest = added - shares * total[:, None]
        error = np.sqrt(rest.var(axis=0, ddof=1) / len(added)) / np.abs(mean)
    return shares, normal_quantile(confidence) * error
