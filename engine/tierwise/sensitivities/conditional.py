"""Weights drawn given some of them: what Shapley effects of dependent weights need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.random import Generator

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.models_base import WeightModel
from tierwise.draws.parts import Given


class Sampler(Protocol):
    """Inputs with a joint distribution of which all conditional ones can be drawn."""

    @property
    def inputs(self) -> int:
        """Number of inputs."""

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, inputs)`` draws."""

    def given(self, rng: Generator, points: FloatArray, known: BoolArray) -> FloatArray:
        """Return points ``(rows, inputs)`` with what is not ``known (rows, inputs)`` drawn given what is."""


@dataclass(frozen=True)
class WeightSampler:
    """Local weights of the nodes that a model varies, sibling groups independent of each other."""

    model: WeightModel
    nodes: IntArray  # (inputs,)
    groups: tuple[tuple[slice, Given], ...]

    @property
    def inputs(self) -> int:
        """Number of nodes."""
        return len(self.nodes)

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` weights."""
        return self.model.draw(rng, size)[:, self.nodes]

    def given(self, rng: Generator, points: FloatArray, known: BoolArray) -> FloatArray:
        """Return weights drawn again where they are not known, given those of their siblings that are."""
        drawn = points.copy()
        for span, given in self.groups:
            drawn[:, span] = given(rng, points[:, span], known[:, span])
        return drawn

    def local(self, points: FloatArray) -> FloatArray:
        """Return the local weights of all nodes ``(rows, all nodes)``."""
        weights = np.repeat(self.model.nominal[None], len(points), axis=0)
        weights[:, self.nodes] = points
        return weights


def weight_sampler(model: WeightModel) -> WeightSampler | None:
    """Return the sampler of a model whose conditional distributions are known, None for the others."""
    spans: list[tuple[slice, Given]] = []
    start = 0
    for group in model.varied:
        given = model.conditional(group)
        if given is None:
            return None
        spans.append((slice(start, start + len(group)), given))
        start += len(group)
    return WeightSampler(model, np.concatenate(model.varied), tuple(spans))
