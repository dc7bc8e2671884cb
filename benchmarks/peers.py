"""The same work by others: scores, ranks, mean rank, 5 and 95 % quantiles, probability of the top 100.

Each contender is a function of values ``(units, indicators)``, weights ``(draws, indicators)`` and the length
of the list, and returns mean, low, high and probability for each unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Answers = tuple[Array, Array, Array, Array]
Contender = Callable[[Array, Array, int], Answers]
ROWS = 1024


def answers(ranks: NDArray[np.floating | np.integer], top: int) -> Answers:
    """Return what is asked of ``(draws, units)`` ranks."""
    low, high = np.percentile(ranks, [5, 95], axis=0)
    return ranks.mean(axis=0), low, high, (ranks <= top).mean(axis=0)


@dataclass(frozen=True)
class GivenWeights:
    """A weight model that gives the draws it was made with."""

    weights: Array  # (draws, indicators)

    @property
    def nominal(self) -> Array:
        return np.append(1.0, self.weights.mean(axis=0))

    name = of = "given"

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        seed = rng.bit_generator.seed_seq
        assert isinstance(seed, np.random.SeedSequence)
        start = seed.spawn_key[0] * ROWS
        local = np.ones((size, self.weights.shape[1] + 1))
        local[:, 1:] = self.weights[start : start + size]
        return local


def tierwise(values: Array, weights: Array, top: int, **settings: object) -> Answers:
    from tierwise.kernels.scores import Plan
    from tierwise.uncertainty.draws import simulate
    from tierwise.uncertainty.source import WeightedScores

    source = WeightedScores(Plan.uniform(values), GivenWeights(weights))
    tally = simulate(source, draws=len(weights), top=top, **settings)
    low, high = tally.rank_interval(0.9)
    return tally.rank_mean(), low, high, tally.p_top()


def tierwise_one_thread(values: Array, weights: Array, top: int) -> Answers:
    return tierwise(values, weights, top, threads=1)


def tierwise_with_tiers(values: Array, weights: Array, top: int) -> Answers:
    from tierwise.uncertainty.tier_rules import TierRule

    return tierwise(values, weights, top, tier_rule=TierRule(4))


def numpy_argsort(values: Array, weights: Array, top: int) -> Answers:
    units = len(values)
    ranks = np.empty((len(weights), units), dtype=np.uint16)
    places = np.arange(1, units + 1, dtype=np.uint16)[None]
    for start in range(0, len(weights), ROWS):
        scores = weights[start : start + ROWS] @ values.T
        order = np.argsort(-scores, axis=1)
        np.put_along_axis(ranks[start : start + ROWS], order, places, axis=1)
    return answers(ranks, top)


def scipy_rankdata(values: Array, weights: Array, top: int) -> Answers:
    from scipy.stats import rankdata

    ranks = np.empty((len(weights), len(values)), dtype=np.uint16)
    for start in range(0, len(weights), ROWS):
        scores = weights[start : start + ROWS] @ values.T
        ranks[start : start + ROWS] = rankdata(-scores, "min", axis=1)
    return answers(ranks, top)


def pysensmcda(values: Array, weights: Array, top: int) -> Answers:
    from pysensmcda.smaa import simulate

    def product(matrix: Array, weight: Array, types: Array) -> Array:
        return matrix @ weight

    found = simulate(product, values, np.ones(values.shape[1]), weights=weights, reverse_ranking=True)
    return answers(found.rankings, top)


def pymcdm(values: Array, weights: Array, top: int) -> Answers:
    from pymcdm.helpers import rrankdata
    from pymcdm.methods import WSM

    method = WSM(normalization_function=lambda column, cost: column)
    types = np.ones(values.shape[1])
    return answers(np.array([rrankdata(method(values, weight, types)) for weight in weights]), top)


def scikit_criteria(values: Array, weights: Array, top: int) -> Answers:
    from skcriteria import mkdm
    from skcriteria.agg.simple import WeightedSumModel

    method = WeightedSumModel()
    objectives = [max] * values.shape[1]
    ranks = [method.evaluate(mkdm(values, objectives, weights=weight)).rank_ for weight in weights]
    return answers(np.array(ranks), top)


PEERS: dict[str, tuple[str, Contender]] = {
    "NumPy argsort": ("numpy", numpy_argsort),
    "SciPy rankdata": ("scipy", scipy_rankdata),
    "pysensmcda (bare product)": ("pysensmcda", pysensmcda),
    "pymcdm": ("pymcdm", pymcdm),
    "scikit-criteria": ("skcriteria", scikit_criteria),
}


def available() -> dict[str, Contender]:
    """Return the peers that can be imported here."""
    return {name: contender for name, (module, contender) in PEERS.items() if find_spec(module)}
