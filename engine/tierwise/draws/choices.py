"""Choices of method as uncertain factors: draws that vary how scores come about, beside the weights.

Each option of a factor is as likely as the others, and factors are independent of each other and of the
weights (OECD/JRC Handbook 2008, section 7.1; Saisana, Saltelli and Tarantola 2005).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.models_base import WeightModel
from tierwise.draws.source import Block
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan, Scorer, sums_of

POSITIVE = (0.01, 1.0)  # onto what values are moved for rules that need them above 0


class Factor(NamedTuple):
    """One thing that may be done in several ways."""

    name: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Variant:
    """One combination of methods: how values become scores.

    ``treated`` and ``normalise`` are there to normalise again after noise; ``move`` is the (shift,
    factor) that puts normalised values above 0 for a rule that needs it, (0, 1) otherwise.
    """

    plan: Plan
    treated: FloatArray
    normalise: Callable[[FloatArray], FloatArray]
    move: tuple[float, float] = (0.0, 1.0)

    @cached_property
    def scorer(self) -> Scorer:
        """What scores the plan."""
        return Scorer(self.plan, sums_of(self.plan.values.size))

    def noisy(self, noise: FloatArray) -> Scorer:
        """Return what scores values times ``1 + noise``, normalised again."""
        shift, factor = self.move
        values = self.normalise(self.treated * (1.0 + noise)) * factor + shift
        return Scorer(self.plan.given(values))

    def __getstate__(self) -> dict[str, object]:
        return {key: value for key, value in self.__dict__.items() if key != "scorer"}


@dataclass(frozen=True)
class Choices:
    """Factors and what each combination of their options gives.

    ``variants`` has one entry for each combination of the method ``factors``, the last factor running
    fastest. ``left_out`` are the nodes that the factor "leave out" may drop, -1 for none; empty where it
    is no factor. ``noise`` is the relative standard error of each indicator ``(indicators,)``, or empty.
    """

    methods: tuple[Factor, ...]
    variants: tuple[Variant, ...]
    left_out: IntArray
    noise: FloatArray
    codes: tuple[str, ...] = ()

    @property
    def tree(self) -> Tree:
        """The framework."""
        return self.variants[0].plan.tree

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The method factors, and "leave out" where it is one."""
        if not self.left_out.size:
            return self.methods
        names = tuple(self.codes[node] if node >= 0 else "none" for node in self.left_out)
        return (*self.methods, Factor("leave out", names))

    def pick(self, rng: Generator, size: int) -> IntArray:
        """Return ``(size, factors)`` options drawn at random."""
        return self.picks(rng.random((size, len(self.factors))))

    def picks(self, uniform: FloatArray) -> IntArray:
        """Return the options that numbers between 0 and 1, ``(size, factors)``, fall on."""
        sizes = np.array([len(factor.options) for factor in self.factors], dtype=np.float64)
        return np.minimum(uniform * sizes, sizes - 1.0).astype(np.int64)

    def scores(self, picked: IntArray, local: FloatArray, noise: FloatArray | None = None) -> FloatArray:
        """Return ``(size, units)`` scores; NaN in a draw that a rule cannot take.

        ``picked (size, factors)`` are options, ``local (size, nodes)`` weights before anything is left
        out, ``noise (size, units, indicators)`` standard normal numbers.
        """
        sizes = [len(factor.options) for factor in self.methods]
        which = np.zeros(len(picked), dtype=np.int64)
        for column, options in enumerate(sizes):
            which = which * options + picked[:, column]
        weights = local
        if self.left_out.size:
            weights = local.copy()
            dropped = self.left_out[picked[:, len(sizes)]]
            for node in np.unique(dropped[dropped >= 0]):
                rows = dropped == node
                weights[rows] = leave_out(self.tree, local[rows], int(node))
        out = np.full((len(picked), self.variants[0].plan.units), np.nan)
        for number in np.unique(which):
            rows, variant = np.flatnonzero(which == number), self.variants[number]
            if noise is None:
                out[rows] = _scores(variant.scorer, weights[rows])
            else:
                for row in rows:
                    out[row] = _scores_of_noise(variant, weights[row], noise[row] * self.noise)
        return out


@dataclass(frozen=True)
class MethodDraws:
    """Draws of weights and of methods: a source for ``simulate``."""

    choices: Choices
    model: WeightModel

    def __post_init__(self) -> None:
        if prod(len(factor.options) for factor in self.choices.methods) != len(self.choices.variants):
            raise ValueError("one variant for each combination")

    @property
    def units(self) -> int:
        """Number of units."""
        return self.choices.variants[0].plan.units

    @property
    def nodes(self) -> int:
        """Number of nodes of the framework."""
        return self.choices.tree.nodes

    def block(self, rng: Generator, size: int) -> Block:
        """Return scores under drawn weights and methods; a draw fails where a unit has no score."""
        local = self.model.draw(rng, size)
        picked = self.choices.pick(rng, size)
        noise = None
        if self.choices.noise.any():
            noise = rng.standard_normal((size, self.units, len(self.choices.noise)))
        scores = self.choices.scores(picked, local, noise)
        return Block(scores, local, np.logical_not(np.isfinite(scores).all(axis=1)))


@dataclass(frozen=True)
class MixedPartition:
    """Tiers of a draw by one of several methods, each as likely.

    Which one is read off a hash of the draw's scores, so that it is the same whatever thread or machine
    makes the draw.
    """

    parts: tuple[Callable[[FloatArray, IntArray], IntArray], ...]

    def __call__(self, scores: FloatArray, units: IntArray) -> IntArray:
        """Return the tier of each selected unit, given their scores, best first."""
        digest = blake2b(np.ascontiguousarray(scores).tobytes(), digest_size=8).digest()
        return self.parts[int.from_bytes(digest, "little") % len(self.parts)](scores, units)


def leave_out(tree: Tree, local: FloatArray, node: int) -> FloatArray:
    """Return ``(size, nodes)`` local weights without one node, its siblings scaled up to sum 1.

    Where nothing is left beside it, its parent is left out instead; NaN where nothing is left at all.
    """
    weights = local.copy()
    rows = np.arange(len(local))
    while node > 0:
        group = tree.children[tree.parent[node]]
        weights[rows, node] = 0.0
        total = weights[np.ix_(rows, group)].sum(axis=1)
        some = total > 0.0
        weights[np.ix_(rows[some], group)] /= total[some, None]
        weights[np.ix_(rows[~some], group)] = local[np.ix_(rows[~some], group)]
        rows, node = rows[~some], int(tree.parent[node])
        if not rows.size:
            return weights
    weights[rows] = np.nan
    return weights


def above_zero(values: FloatArray) -> tuple[float, float]:
    """Return shift and factor that put all values of a panel onto 0.01 … 1, the same for all indicators."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    factor = (POSITIVE[1] - POSITIVE[0]) / (high - low) if high > low else 1.0
    return POSITIVE[0] - low * factor, factor


def _scores(scorer: Scorer, local: FloatArray) -> FloatArray:
    """Return scores; where a rule refuses a draw, NaN for this draw."""
    try:
        return scorer.scores(local)
    except TierwiseError:
        if len(local) == 1:
            return np.full((1, scorer.plan.units), np.nan)
        return np.concatenate([_scores(scorer, row[None]) for row in local])


def _scores_of_noise(variant: Variant, local: FloatArray, noise: FloatArray) -> FloatArray:
    try:
        scores: FloatArray = variant.noisy(noise).scores(local[None])[0]
    except TierwiseError:
        return np.full(variant.plan.units, np.nan)
    return scores


def combinations(factors: Sequence[Factor]) -> list[tuple[int, ...]]:
    """Return every combination of the factors' options, the last running fastest."""
    return [tuple(map(int, each)) for each in np.ndindex(*(len(factor.options) for factor in factors))]
