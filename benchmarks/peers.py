"""The same work by others: scores, ranks, mean rank, 5 and 95% quantiles, probability of the top 100.

Each contender is a function of values ``(units, indicators)``, weights ``(draws, indicators)`` and the length
of the list, and returns mean, low, high and probability for each unit; one that works in a process of its own
returns how long it took beside them.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Answers = tuple[Array, Array, Array, Array]
ROWS = 1024


class Taken(NamedTuple):
    """Seconds of the clock, and of all cores together."""

    clock: float
    cores: float


Contender = Callable[[Array, Array, int], Answers | tuple[Answers, Taken]]


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
    from tierwise.draws.simulate import simulate
    from tierwise.draws.source import WeightedScores
    from tierwise.methods.scores import Plan

    source = WeightedScores(Plan.uniform(values), GivenWeights(weights))
    tally = simulate(source, draws=len(weights), top=top, **settings)
    low, high = tally.rank_interval(0.9)
    return tally.rank_mean(), low, high, tally.p_top()


def tierwise_one_thread(values: Array, weights: Array, top: int) -> Answers:
    return tierwise(values, weights, top, threads=1)


def tierwise_with_tiers(values: Array, weights: Array, top: int) -> Answers:
    from tierwise.draws.tier_rules import TierRule

    return tierwise(values, weights, top, tier_rule=TierRule(4))


def tables_of(values: Array) -> Callable[[], object]:
    """Return what makes the draws of an index of these values, and all their tables."""
    import pandas as pd

    import tierwise as tw
    from tierwise.tables.acceptability import acceptability, central_weights
    from tierwise.tables.robustness import cut_distribution, cuts

    units, indicators = values.shape
    names = [f"x{k}" for k in range(indicators)]
    framework = tw.Framework.from_frame(pd.DataFrame({"code": names}))
    data = pd.DataFrame(values, columns=names).assign(code=[f"u{k}" for k in range(units)])
    index = tw.index(tw.Panel.from_frame(data, framework), framework)
    tiers = tw.tiers(index)

    def work() -> object:
        result = replace(tw.robustness(index, tiers), prove=None)  # draws only
        rest = (acceptability, central_weights, cuts, cut_distribution)
        return [result.to_frame(), *(table(result) for table in rest)]

    return work


def ranked_in_blocks(rank: Callable[[Array], Array], threads: int) -> Contender:
    """Return the contender that ranks ``(draws, units)`` scores by a function of a block of them."""

    def contender(values: Array, weights: Array, top: int) -> Answers:
        ranks = np.empty((len(weights), len(values)), dtype=np.uint16)

        def block(start: int) -> None:
            ranks[start : start + ROWS] = rank(weights[start : start + ROWS] @ values.T)

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(block, range(0, len(weights), ROWS)))
        return answers(ranks, top)

    return contender


def by_argsort(scores: Array) -> Array:
    ranks = np.empty(scores.shape, dtype=np.uint16)
    places = np.arange(1, scores.shape[1] + 1, dtype=np.uint16)[None]
    np.put_along_axis(ranks, np.argsort(-scores, axis=1), places, axis=1)
    return ranks


def by_rankdata(scores: Array) -> Array:
    from scipy.stats import rankdata

    return rankdata(-scores, "min", axis=1)


scipy_rankdata = ranked_in_blocks(by_rankdata, 1)


def vectorised_r(values: Array, weights: Array, top: int) -> tuple[Answers, Taken]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        values.tofile(folder / "values")
        weights.tofile(folder / "weights")
        given = map(str, (*values.shape, len(weights), top))
        script = Path(__file__).with_name("peers.R")
        command = ["Rscript", "--vanilla", str(script), name, *given]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        columns = np.fromfile(folder / "answers").reshape(4, len(values))
    return tuple(columns), Taken(*map(float, printed.split()))


@cache
def r_version() -> str:
    """Return the versions of R, its matrixStats and its BLAS, "" where they are not there."""
    if shutil.which("Rscript") is None:
        return ""
    asked = 'cat(R.version.string, as.character(packageVersion("matrixStats")), La_library(), sep = "\\n")'
    done = subprocess.run(["Rscript", "--vanilla", "-e", asked], capture_output=True, text=True, check=False)
    if done.returncode:
        return ""
    version, stats, blas = done.stdout.splitlines()
    return f"{version}, matrixStats {stats}, {Path(blas).name}"


def pysensmcda(values: Array, weights: Array, top: int) -> Answers:
    from pysensmcda.smaa import simulate

    def product(matrix: Array, weight: Array, types: Array) -> Array:
        return matrix @ weight

    result = simulate(product, values, np.ones(values.shape[1]), weights=weights, reverse_ranking=True)
    return answers(result.rankings, top)


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
    "NumPy argsort": ("numpy", ranked_in_blocks(by_argsort, 1)),
    "NumPy argsort, two threads": ("numpy", ranked_in_blocks(by_argsort, 2)),
    "SciPy rankdata": ("scipy", scipy_rankdata),
    "SciPy rankdata, two threads": ("scipy", ranked_in_blocks(by_rankdata, 2)),
    "pysensmcda (bare product)": ("pysensmcda", pysensmcda),
    "pymcdm": ("pymcdm", pymcdm),
    "scikit-criteria": ("skcriteria", scikit_criteria),
}


def available() -> dict[str, Contender]:
    """Return the peers that can be run here."""
    installed = {name: contender for name, (module, contender) in PEERS.items() if find_spec(module)}
    return installed | ({"vectorised R (matrixStats)": vectorised_r} if r_version() else {})
