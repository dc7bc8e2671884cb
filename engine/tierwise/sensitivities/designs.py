"""Where a model is run: the designs of the methods, on independent uniform drivers.

A *driver* is uniform on (0, 1); an *input* is one driver or a group of them. A design keeps few base points
and combines their coordinates, so that what a driver is turned into is computed once for each base point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, Protocol

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.methods.registry import Setting
from tierwise.outputs.remembered import remembered
from tierwise.sensitivities.quiet import quiet
from tierwise.sensitivities.sequences import sobol

LEVELS: Final = 4  # of Morris' grid
GRID_WIDTH: Final = 1 - 1 / LEVELS  # from the first level, the middle of its interval, to the last
HARMONICS: Final = 4  # that FAST sums
Second = Annotated[
    bool,
    Setting(
        "also the indices of pairs of inputs",
        "另算输入两两之间的二阶指数",
        name=("Indices of pairs", "二阶指数"),
    ),
]


class Design(Protocol):
    """Rows of drivers, made from ``base (points, drivers)``."""

    @property
    def method(self) -> str:
        """The method that it is for; blank where it may serve several."""

    @property
    def owner(self) -> IntArray:
        """The input of each driver ``(drivers,)``, counted from 0."""

    @property
    def base(self) -> FloatArray:
        """Base points ``(points, drivers)``, each coordinate uniform on (0, 1)."""

    @property
    def samples(self) -> int:
        """Number of base samples, curves or trajectories."""

    def __len__(self) -> int:
        """Return the number of rows: how often the model is run."""

    def take(self, base: FloatArray, start: int, stop: int) -> FloatArray:
        """Return rows ``(stop - start, drivers)`` made from base points, as they are or transformed."""


@dataclass(frozen=True)
class Listed:
    """A design whose rows are its base points."""

    method: str
    owner: IntArray
    base: FloatArray
    samples: int

    def __len__(self) -> int:
        return len(self.base)

    def take(self, base: FloatArray, start: int, stop: int) -> FloatArray:
        """Return base points."""
        return base[start:stop]


@dataclass(frozen=True)
class Crossed:
    """Two independent samples, A above B, and for each pair of points the rows that mix the two.

    ``mixed (steps, inputs)`` says for each row of a base sample which inputs it takes from B.
    """

    method: str
    owner: IntArray
    base: FloatArray  # (2 * samples, drivers)
    mixed: BoolArray

    @property
    def samples(self) -> int:
        """Number of base samples."""
        return len(self.base) // 2

    def __len__(self) -> int:
        return self.samples * len(self.mixed)

    def take(self, base: FloatArray, start: int, stop: int) -> FloatArray:
        """Return rows of A with some inputs from B."""
        sample, step = np.divmod(np.arange(start, stop), len(self.mixed))
        return np.where(self.mixed[step][:, self.owner], base[self.samples + sample], base[sample])


@dataclass(frozen=True)
class Paths:
    """Two independent samples A and B, and paths from A to B that change one input after the other.

    ``order (samples, inputs)`` is the step (from 1) in which a path takes an input from B.
    """

    method: str
    owner: IntArray
    base: FloatArray  # (2 * samples, drivers)
    order: IntArray

    @property
    def samples(self) -> int:
        """Number of paths."""
        return len(self.order)

    def __len__(self) -> int:
        return self.samples * (1 + int(self.order.shape[1]))

    def take(self, base: FloatArray, start: int, stop: int) -> FloatArray:
        """Return points along the paths."""
        sample, step = np.divmod(np.arange(start, stop), self.order.shape[1] + 1)
        changed = self.order[sample][:, self.owner] <= step[:, None]
        return np.where(changed, base[self.samples + sample], base[sample])


def crossed(owner: IntArray, samples: int, seed: int, *, second: Second = False) -> Design:
    """Return the design of Sobol' indices: N (inputs + 2) runs, with pairs N (2 inputs + 2).

    N is the number of samples, raised to the next power of 2; they are scrambled Sobol' sequences.
    """
    return Crossed("sobol", owner, _pair(len(owner), samples, seed), _mixed(int(owner.max()) + 1, second))


def paths(owner: IntArray, samples: int, seed: int) -> Design:
    """Return random paths: N (inputs + 1) runs, N raised to the next power of 2."""
    inputs = int(owner.max()) + 1
    base = _pair(len(owner), samples, seed)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    order = rng.permuted(np.tile(np.arange(1, inputs + 1), (len(base) // 2, 1)), axis=1)
    return Paths("shapley", owner, base, order)


def trajectories(owner: IntArray, samples: int, seed: int) -> Design:
    """Return Morris' trajectories, N (inputs + 1) runs, by SALib.

    The grid are the midpoints of four equal intervals, so that no driver is at 0 or 1.
    """
    from SALib.sample import morris

    with quiet(seed):
        points = morris.sample(salib_problem(owner), samples, num_levels=LEVELS, seed=seed)
    return Listed("morris", owner, np.asarray(points * GRID_WIDTH + 0.5 / LEVELS), samples)


def curves(owner: IntArray, samples: int, seed: int) -> Design:
    """Return the curves of FAST, of N points for each input, by SALib."""
    from SALib.sample import fast_sampler

    with quiet(seed):
        points = fast_sampler.sample(salib_problem(owner), samples, M=HARMONICS, seed=seed)
    return Listed("fast", owner, np.asarray(points), samples)


def hypercube(owner: IntArray, samples: int, seed: int) -> Design:
    """Return a Latin hypercube of N points, for methods that take any sample."""
    from SALib.sample import latin

    with quiet(seed):
        points = latin.sample(salib_problem(owner), samples, seed=seed)
    return Listed("", owner, np.asarray(points), samples)


def power_of_two(samples: int) -> int:
    """Return the power of 2 that is ``samples`` or the next above it."""
    return 1 << (samples - 1).bit_length()


@remembered(np.asarray)
def _pair(drivers: int, samples: int, seed: int) -> FloatArray:
    """Return two samples ``(2 * samples, drivers)`` from one scrambled Sobol' sequence (Saltelli 2002).

    Beyond the dimensions that a sequence has they are random numbers.
    """
    sequence = sobol(2 * drivers, power_of_two(samples), seed)
    if sequence is None:
        return np.random.default_rng(seed).random((2 * power_of_two(samples), drivers))
    return np.vstack([sequence[:, :drivers], sequence[:, drivers:]])


def _mixed(inputs: int, second: bool) -> BoolArray:
    """Return which inputs come from B in the rows A, AB_1 …, and for pairs BA_1 …, then B."""
    one = np.eye(inputs, dtype=np.bool_)
    none = np.zeros((1, inputs), dtype=np.bool_)
    return np.vstack([none, one, *([~one] if second else []), ~none])


def salib_problem(owner: IntArray) -> dict[str, Any]:
    """Return the problem as SALib wants it; names are numbers, so that none has an ending it forbids."""
    asked: dict[str, Any] = {
        "num_vars": len(owner),
        "names": [f"x{driver}" for driver in range(len(owner))],
        "bounds": [[0.0, 1.0]] * len(owner),
    }
    if len(owner) > owner.max() + 1:
        asked["groups"] = [f"g{number}" for number in owner]
    return asked
