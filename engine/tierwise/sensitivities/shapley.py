"""Shapley effects: the variance of an output shared out among its inputs, whole, whatever their dependence.

The effect of an input is what it adds to the explained variance, averaged over all orders in which inputs
may be learned (Owen 2014). Effects are shares that sum to 1 and, but for sampling error, are never negative.
Three estimators, each with an interval from its independent replications:

- :func:`path_effects` for independent inputs (groups of drivers): paths that change one input after the
  other.
- :func:`dependent_effects` for weights whose conditional distributions are known: the algorithm of Song,
  Nelson and Staum 2016, one outer and three inner draws for each order and step. Where there are few inputs
  every order is taken equally often; else orders are random.
- :func:`neighbour_effects` for given draws of any distribution: conditional draws are replaced by nearest
  neighbours (Broto, Bachoc and Depecker 2020). What a neighbour is not near enough counts as not yet
  learned, so effects of unimportant inputs come out somewhat too large.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from math import factorial
from typing import Final

import numpy as np
from numpy.random import Generator, SeedSequence, default_rng
from numpy.typing import NDArray

from tierwise.arrays import FloatArray, IntArray
from tierwise.sensitivities.conditional import Sampler
from tierwise.sensitivities.sobol import normal_quantile

LEAST_DRAWN: Final = 1024  # draws behind the variance
INNER: Final = 3  # draws behind each conditional variance; Song, Nelson and Staum 2016, section 4
TOGETHER: Final = 1 << 20  # distances that are worked on at a time


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
    return _ratios(added, added.sum(axis=1), confidence)


def dependent_effects(
    sampler: Sampler,
    model: Callable[[FloatArray], FloatArray],
    samples: int,
    *,
    seed: int = 1,
    confidence: float = 0.95,
) -> tuple[FloatArray, FloatArray]:
    """Return effects ``(inputs, outputs)`` of dependent inputs and the half-widths of their intervals.

    The cost of the inputs in J is E[Var(y | those not in J)] (Song, Nelson and Staum 2016, equation 9); an
    input adds the difference that it makes when it joins those before it. The model is run 3 (inputs - 1)
    times for each of ``samples`` orders and ``samples`` times (1,024 at least) for the variance.

    Args:
        sampler: draws the inputs, and given some of them the others.
        model: outputs ``(rows, outputs)`` of inputs ``(rows, inputs)``.
        samples: number of orders.
        seed: of the draws.
        confidence: of the intervals.

    """
    rng = default_rng(SeedSequence(seed))
    inputs = sampler.inputs
    order = orders(inputs, samples, rng)
    place = np.argsort(order, axis=1)  # when an input is learned
    y = model(sampler.draw(rng, max(samples, LEAST_DRAWN)))
    variance = y.var(axis=0, ddof=1)
    costs = np.zeros((inputs + 1, samples, y.shape[1]))
    costs[inputs] = variance
    for step in range(1, inputs):
        known = np.repeat(place >= step, INNER, axis=0)
        outer = np.repeat(sampler.draw(rng, samples), INNER, axis=0)
        inner = model(sampler.given(rng, outer, known))
        costs[step] = inner.reshape(samples, INNER, -1).var(axis=1, ddof=1)
    return _from_costs(costs, place, variance, confidence)


def runs_of_orders(inputs: int, samples: int) -> int:
    """Return how often :func:`dependent_effects` runs the model."""
    return INNER * (inputs - 1) * samples + max(samples, LEAST_DRAWN)


def neighbour_effects(
    points: FloatArray, values: NDArray[np.floating], samples: int, *, seed: int = 1, confidence: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Return effects ``(inputs, outputs)`` from draws of inputs ``(rows, inputs)`` and outputs.

    As :func:`dependent_effects`, but what is drawn given the known inputs are the rows nearest to a random
    row in these, itself one of them, inputs being measured in their standard deviations.
    """
    rng = default_rng(SeedSequence(seed))
    rows, inputs = points.shape
    scaled = ((points - points.mean(axis=0)) / points.std(axis=0)).T.copy()
    order = orders(inputs, samples, rng)
    place = np.argsort(order, axis=1)
    outer = rng.integers(rows, size=(samples,))
    y = values.astype(np.float64)
    variance = y.var(axis=0, ddof=1)
    costs = np.zeros((inputs + 1, samples, y.shape[1]))
    costs[inputs] = variance
    width = max(1, TOGETHER // rows)
    for start in range(0, samples, width):
        part = slice(start, start + width)
        far = np.zeros((len(outer[part]), rows))
        for step in range(inputs - 1, 0, -1):
            newly = order[part, step]
            far += (scaled[newly] - scaled[newly, outer[part]][:, None]) ** 2
            near = np.argpartition(far, INNER - 1, axis=1)[:, :INNER]
            costs[step, part] = y[near].var(axis=1, ddof=1)
    return _from_costs(costs, place, variance, confidence)


def orders(inputs: int, samples: int, rng: Generator) -> IntArray:
    """Return ``(samples, inputs)`` orders: each one equally often where all fit in, random ones where not."""
    if inputs < 10 and factorial(inputs) <= samples:
        every = np.array([*permutations(range(inputs))])
        whole = np.tile(every, (samples // len(every), 1))
        extra = rng.permutation(every)[: samples - len(whole)]
        return np.vstack([whole, extra])
    return rng.permuted(np.tile(np.arange(inputs), (samples, 1)), axis=1)


def _from_costs(
    costs: FloatArray, place: IntArray, variance: FloatArray, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """Return effects and half-widths from ``costs (steps from 0, orders, outputs)``."""
    added = np.take_along_axis(np.diff(costs, axis=0), place.T[:, :, None], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = added.std(axis=1, ddof=1) / np.sqrt(added.shape[1]) / variance
        return added.mean(axis=1) / variance, normal_quantile(confidence) * error


def _ratios(added: FloatArray, total: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Return the ratio of means of ``added (n, inputs, outputs)`` to ``total (n, outputs)`` and its width."""
    mean = total.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = added.mean(axis=0) / mean
        rest = added - shares * total[:, None]
        error = np.sqrt(rest.var(axis=0, ddof=1) / len(added)) / np.abs(mean)
    return shares, normal_quantile(confidence) * error
