"""Weights drawn given some of them: what Shapley effects of dependent weights need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.random import Generator

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.models_base import WeightModel
from tierwise.draws.models_fitted import Dirichlet
from tierwise.draws.models_spread import Box, Simplex
from tierwise.sensitivities.parts import Slices, shared

Given = Callable[[Generator, FloatArray, BoolArray], FloatArray]


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
    if not isinstance(model, (Dirichlet, Simplex, Box)):
        return None
    spans: list[tuple[slice, Given]] = []
    start = 0
    for group in model.groups:
        if isinstance(model, Box):
            given = box_given(model.nominal[group], model.spread[group])
        else:
            given = dirichlet_given(
                model.alpha[group] if isinstance(model, Dirichlet) else np.ones(len(group))
            )
        spans.append((slice(start, start + len(group)), given))
        start += len(group)
    return WeightSampler(model, np.concatenate(model.groups), tuple(spans))


def dirichlet_given(alpha: FloatArray) -> Given:
    """Return how Dirichlet weights are drawn given some: what these leave, shared out by a Dirichlet."""

    def given(rng: Generator, points: FloatArray, known: BoolArray) -> FloatArray:
        kept = np.where(known, points, 0.0)
        rest = np.where(known, 0.0, rng.standard_gamma(alpha, points.shape))
        left = 1.0 - kept.sum(axis=1, keepdims=True)
        drawn: FloatArray = kept + np.maximum(left, 0.0) * np.where(known, 0.0, shared(rest, alpha))
        return drawn

    return given


def box_given(centre: FloatArray, spread: FloatArray) -> Given:
    """Return how weights uniform over box ∩ simplex are drawn given some: uniform over what is left of it."""
    widths, lower = 2.0 * centre * spread, centre * (1.0 - spread)

    def given(rng: Generator, points: FloatArray, known: BoolArray) -> FloatArray:
        drawn = points.copy()
        for mask in np.unique(known, axis=0):
            rows = np.flatnonzero((known == mask).all(axis=1))
            free = np.flatnonzero(~mask)
            if len(free) < 2:
                continue  # nothing to draw, or only what makes the sum 1
            cut = Slices(widths[free])
            left = 1.0 - points[np.ix_(rows, np.flatnonzero(mask))].sum(axis=1) - lower[free].sum()
            found = cut.shares(rng.random((len(rows), cut.drivers)), left)
            drawn[np.ix_(rows, free)] = lower[free] + found
        return drawn

    return given
