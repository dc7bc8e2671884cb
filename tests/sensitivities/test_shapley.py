"""Shapley effects of dependent inputs: linear functions of normal numbers, and weights that sum to 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pytest
from numpy.random import Generator, default_rng

from tierwise.arrays import BoolArray, FloatArray
from tierwise.draws.models import weight_model
from tierwise.draws.parts import box_given, dirichlet_given
from tierwise.kernels.tree import Tree
from tierwise.sensitivities.conditional import weight_sampler
from tierwise.sensitivities.shapley import dependent_effects, neighbour_effects, orders


@dataclass(frozen=True)
class Normal:
    """Normal inputs with a covariance."""

    covariance: FloatArray

    @property
    def inputs(self) -> int:
        return len(self.covariance)

    def draw(self, rng: Generator, size: int) -> FloatArray:
        return rng.multivariate_normal(np.zeros(self.inputs), self.covariance, size)

    def given(self, rng: Generator, points: FloatArray, known: BoolArray) -> FloatArray:
        drawn = points.copy()
        for mask in np.unique(known, axis=0):
            rows = np.flatnonzero((known == mask).all(axis=1))
            on, off = np.flatnonzero(mask), np.flatnonzero(~mask)
            gain = self.covariance[np.ix_(off, on)] @ np.linalg.inv(self.covariance[np.ix_(on, on)])
            rest = self.covariance[np.ix_(off, off)] - gain @ self.covariance[np.ix_(on, off)]
            noise = rng.multivariate_normal(np.zeros(len(off)), rest, len(rows))
            drawn[np.ix_(rows, off)] = points[np.ix_(rows, on)] @ gain.T + noise
        return drawn


def exact_effects(explained: Callable[[tuple[int, ...]], float], inputs: int) -> FloatArray:
    """Shapley values of Var(E[y | inputs]) / Var(y) by all subsets."""
    effects = np.zeros(inputs)
    for i in range(inputs):
        others = [j for j in range(inputs) if j != i]
        for size in range(inputs):
            for subset in combinations(others, size):
                gain = explained(tuple(sorted((*subset, i)))) - explained(subset)
                effects[i] += gain / inputs / comb(inputs - 1, size)
    return effects


def linear_normal(slopes: FloatArray, covariance: FloatArray) -> FloatArray:
    """Owen and Prieur 2017, section 5: explained variances of a linear function of normal inputs."""
    variance = slopes @ covariance @ slopes

    def explained(subset: tuple[int, ...]) -> float:
        on = list(subset)
        if not on:
            return 0.0
        both = covariance[on] @ slopes
        return float(both @ np.linalg.inv(covariance[np.ix_(on, on)]) @ both / variance)

    return exact_effects(explained, len(slopes))


COVARIANCE = np.array(
    [[1.0, 0.7, 0.0, 0.2], [0.7, 2.0, -0.5, 0.0], [0.0, -0.5, 1.0, 0.3], [0.2, 0.0, 0.3, 0.5]]
)
SLOPES = np.array([1.0, 0.5, -1.0, 2.0])


def test_two_correlated_inputs_in_closed_form() -> None:
    # Owen and Prieur 2017, equation (9): β1²σ1²(1 - ρ²/2) + β1β2σ1σ2ρ + β2²σ2²ρ²/2, over the variance
    beta, sigma, rho = np.array([1.0, 2.0]), np.array([1.5, 0.5]), 0.6
    covariance = np.outer(sigma, sigma) * np.array([[1, rho], [rho, 1]])
    own = (beta * sigma) ** 2
    both = beta.prod() * sigma.prod() * rho
    truth = np.array([own[0] * (1 - rho**2 / 2) + both + own[1] * rho**2 / 2,
                      own[1] * (1 - rho**2 / 2) + both + own[0] * rho**2 / 2])  # fmt: skip
    truth /= truth.sum()
    np.testing.assert_allclose(linear_normal(beta, covariance), truth)
    effects, widths = dependent_effects(Normal(covariance), lambda x: (x @ beta)[:, None], 4000)
    np.testing.assert_allclose(effects[:, 0], truth, atol=0.03)
    assert (np.abs(effects[:, 0] - truth) < 2 * widths[:, 0]).all()


def test_four_correlated_inputs() -> None:
    truth = linear_normal(SLOPES, COVARIANCE)
    effects, widths = dependent_effects(Normal(COVARIANCE), lambda x: (x @ SLOPES)[:, None], 4000)
    np.testing.assert_allclose(effects[:, 0], truth, atol=0.05)
    np.testing.assert_allclose(effects.sum(), 1)
    assert (np.abs(effects[:, 0] - truth) < 2 * widths[:, 0]).all()


def test_neighbours_come_near() -> None:
    truth = linear_normal(SLOPES, COVARIANCE)
    points = Normal(COVARIANCE).draw(default_rng(1), 4000)
    effects, _ = neighbour_effects(points, (points @ SLOPES)[:, None], 2000)
    np.testing.assert_allclose(effects[:, 0], truth, atol=0.06)
    np.testing.assert_allclose(effects.sum(), 1)


def test_same_seed_same_numbers() -> None:
    points = Normal(COVARIANCE).draw(default_rng(1), 200)
    values = (points @ SLOPES)[:, None]
    for seed in (0, 3):
        first, again = (neighbour_effects(points, values, 50, seed=seed) for _ in range(2))
        assert (first[0] == again[0]).all()
        first, again = (
            dependent_effects(Normal(COVARIANCE), lambda x: x @ SLOPES[:, None], 50, seed=seed)
            for _ in range(2)
        )
        assert (first[1] == again[1]).all()


def test_few_inputs_take_every_order_equally_often() -> None:
    found, counts = np.unique(orders(3, 25, default_rng(1)), axis=0, return_counts=True)
    assert len(found) == 6
    assert set(counts) == {4, 5}
    many = orders(8, 100, default_rng(1))
    assert (np.sort(many, axis=1) == np.arange(8)).all()


@dataclass(frozen=True)
class DirichletWeights:
    """The weights of one sibling group."""

    alpha: FloatArray

    @property
    def inputs(self) -> int:
        return len(self.alpha)

    def draw(self, rng: Generator, size: int) -> FloatArray:
        return rng.dirichlet(self.alpha, size)

    def given(self, rng: Generator, points: FloatArray, known: BoolArray) -> FloatArray:
        return dirichlet_given(self.alpha)(rng, points, known)


class TestWeights:
    ALPHA = np.array([4.0, 2.0, 1.0, 3.0])
    X = np.array([0.9, 0.1, 0.4, 0.6])

    def truth(self) -> FloatArray:
        """Linear index, Dirichlet weights: given those in J, the rest is shared out by the other α."""
        alpha, x = self.ALPHA, self.X
        total = alpha.sum()
        covariance = (np.diag(alpha * total) - np.outer(alpha, alpha)) / total**2 / (total + 1)

        def explained(subset: tuple[int, ...]) -> float:
            on = list(subset)
            off = [j for j in range(len(x)) if j not in subset]
            if not on:
                return 0.0
            mean = alpha[off] @ x[off] / alpha[off].sum() if off else 0.0
            slope = x[on] - mean if off else x[on]
            return float(slope @ covariance[np.ix_(on, on)] @ slope / (x @ covariance @ x))

        return exact_effects(explained, len(x))

    def test_a_linear_index_with_dirichlet_weights(self) -> None:
        effects, _ = dependent_effects(DirichletWeights(self.ALPHA), lambda w: (w @ self.X)[:, None], 4000)
        np.testing.assert_allclose(effects[:, 0], self.truth(), atol=0.05)
        points = default_rng(1).dirichlet(self.ALPHA, 4000)
        near, _ = neighbour_effects(points, (points @ self.X)[:, None], 1000)
        np.testing.assert_allclose(near[:, 0], self.truth(), atol=0.06)

    @pytest.mark.parametrize("kind", ["dirichlet", "box"])
    @pytest.mark.parametrize("known", [[], [1], [0, 2], [0, 1, 2], [0, 1, 2, 3]])
    def test_weights_given_some_are_those_drawn_at_once(self, kind: str, known: list[int]) -> None:
        """Drawing again what is not known leaves the joint distribution as it was."""
        rng = default_rng(1)
        centre, spread = self.ALPHA / self.ALPHA.sum(), np.array([0.5, 0.4, 0.9, 0.5])
        mask = np.isin(np.arange(4), known)
        if kind == "dirichlet":
            given, points = dirichlet_given(self.ALPHA), rng.dirichlet(self.ALPHA, 20_000)
        else:
            tree = Tree.flat(4)
            box = weight_model("box", tree, np.concatenate([[1.0], centre]), spread=0.5)
            spread = np.full(4, 0.5)
            given, points = box_given(centre, spread), box.draw(rng, 20_000)[:, 1:]
        drawn = given(rng, points, np.tile(mask, (len(points), 1)))
        assert (drawn[:, mask] == points[:, mask]).all()
        np.testing.assert_allclose(drawn.sum(axis=1), 1, atol=1e-9)
        if kind == "box":
            assert (np.abs(drawn - centre) <= centre * spread + 1e-9).all()
        np.testing.assert_allclose(drawn.mean(axis=0), points.mean(axis=0), atol=3e-3)
        np.testing.assert_allclose(np.cov(drawn.T), np.cov(points.T), atol=1.5e-3)
        if len(known) < 3:
            free = np.flatnonzero(~mask)
            assert abs(np.corrcoef(drawn[:, free[0]], points[:, free[0]])[0, 1]) < 0.999

    def test_other_models_have_no_conditional_draws(self) -> None:
        tree = Tree.flat(3)
        local = np.array([1, 0.5, 0.3, 0.2])
        assert weight_sampler(weight_model("noise", tree, local)) is None
        sampler = weight_sampler(weight_model("box", tree, local))
        assert sampler is not None
        assert sampler.local(sampler.draw(default_rng(1), 5)).shape == (5, 4)
