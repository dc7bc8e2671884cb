"""What makes draws, and who is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.random import Generator

from tierwise.arrays import BoolArray, FloatArray
from tierwise.draws.models_base import WeightModel
from tierwise.errors import TierwiseError, problem
from tierwise.methods.scores import Plan, scores

__all__ = ["WeightedScores"]


class Block(NamedTuple):
    """Some draws: ``(size, units)`` scores, ``(size, nodes)`` local weights or None, which ones failed."""

    scores: FloatArray
    local: FloatArray | None
    failed: BoolArray


@runtime_checkable
class Source(Protocol):
    """What makes draws. It is pickled when a cluster does the work."""

    @property
    def units(self) -> int:
        """Number of units."""

    @property
    def nodes(self) -> int:
        """Number of nodes that local weights are drawn for; 0 where there are none."""

    def block(self, rng: Generator, size: int) -> Block:
        """Return ``size`` draws that take all their random numbers from ``rng``."""


class Progress(Protocol):
    """Told how a run is going."""

    def __call__(self, done: int, total: int, rate: float) -> bool | None:
        """Note that ``done`` of ``total`` draws are made, at ``rate`` a second; False stops the run."""


@dataclass(frozen=True)
class WeightedScores:
    """The usual source: the same plan scored under weights from a model."""

    plan: Plan
    model: WeightModel

    def __post_init__(self) -> None:
        missing = np.flatnonzero(~self.plan.present[:, 0])
        if missing.size:
            raise TierwiseError(*(problem("U001", argument="values", row=int(row)) for row in missing))
        self._fitting(self.model.nominal[None], 1)

    @property
    def units(self) -> int:
        """Number of units."""
        return self.plan.units

    @property
    def nodes(self) -> int:
        """Number of nodes of the framework."""
        return self.plan.tree.nodes

    @property
    def nominal(self) -> FloatArray:
        """Scores ``(units,)`` under the model's nominal weights."""
        scored: FloatArray = scores(self.plan, self.model.nominal[None])[0]
        return scored

    def block(self, rng: Generator, size: int) -> Block:
        """Return scores under drawn weights; a draw fails where what a unit has gets no weight."""
        local = self.weights(rng, size)
        scored = scores(self.plan, local)
        failed = np.logical_not(np.isfinite(scored).all(axis=1))
        return Block(scored, local, failed)

    def weights(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` drawn local weights; U132 where the model's are not those of the plan."""
        return self._fitting(self.model.draw(rng, size), size)

    def _fitting(self, local: FloatArray, size: int) -> FloatArray:
        if local.shape != (size, self.nodes):  # compiled code would read, and write, beside its arrays
            raise TierwiseError(problem("U132", argument="weights", model=self.model.name, nodes=self.nodes))
        return local
