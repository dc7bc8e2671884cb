"""Weights from independent drivers have the distributions of the weight models."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp, kstest, qmc
from tests.draws.judged import QUANTILES
from tests.sensitivities.conftest import BySticks, run, sticks
from tests.sensitivities.models import (
    BY_NODES,
    GROUPS,
    NOMINAL,
    TREE,
    assert_local_weights,
    model,
    panel,
    sample,
)

from tierwise.arrays import FloatArray
from tierwise.draws import parts
from tierwise.draws.models import MODELS, weight_model
from tierwise.draws.models_fitted import Dirichlet
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree
from tierwise.sensitivities.drawn import nodes_drawn
from tierwise.sensitivities.drivers import drivers
from tierwise.sensitivities.methods import analyse, analyse_given, design


@pytest.mark.parametrize("name", MODELS)
class TestEveryModel:
    def test_weights_are_local_weights(self, name: str) -> None:
        for kind in ("groups", "indicators") if name in BY_NODES else ("groups",):
            made = drivers(model(name), TREE, kind)
            assert_local_weights(sample(made, 256))
            ends = made.weights(np.vstack([np.zeros(len(made.owner)), np.ones(len(made.owner))]))
            assert np.isfinite(ends).all()

    def test_groups_have_the_models_distribution(self, name: str) -> None:
        local = sample(drivers(model(name), TREE, "groups"))
        drawn = model(name).draw(np.random.default_rng(1), 20_000)
        for node in range(1, 9):
            assert ks_2samp(local[:, node], drawn[:, node]).statistic < 0.03, node
        for group in GROUPS:
            np.testing.assert_allclose(np.cov(local[:, group].T), np.cov(drawn[:, group].T), atol=1.5e-3)

    def test_groups_are_independent(self, name: str) -> None:
        local = sample(drivers(model(name), TREE, "groups"))
        assert abs(np.corrcoef(local[:, 1], local[:, 4])[0, 1]) < 0.03
        drawn = model(name).draw(np.random.default_rng(1), 20_000)
        if not model(name).joined:
            assert abs(np.corrcoef(drawn[:, 1], drawn[:, 4])[0, 1]) < 0.03

    def test_each_group_has_its_own_drivers(self, name: str) -> None:
        made = drivers(model(name), TREE, "groups")
        assert [each.at for each in made.inputs] == [0, 1, 2]
        uniform = np.random.default_rng(1).random((50, len(made.owner)))
        changed = uniform.copy()
        changed[:, made.owner == 1] = np.random.default_rng(2).random((50, int((made.owner == 1).sum())))
        before, after = made.weights(uniform), made.weights(changed)
        others = [node for node in range(TREE.nodes) if node not in (4, 5)]
        assert (before[:, others] == after[:, others]).all()
        assert (before[:, [4, 5]] != after[:, [4, 5]]).any()


@pytest.mark.parametrize("name", BY_NODES)
class TestEveryModelDrivenByNodes:
    def test_a_nodes_driver_moves_its_group_only(self, name: str) -> None:
        made = drivers(model(name), TREE, "indicators")
        assert [each.at for each in made.inputs] == [*range(1, 9)]
        assert made.owner.tolist() == [*range(8)]
        uniform = np.random.default_rng(1).random((50, 8))
        changed = uniform.copy()
        changed[:, 5] = np.random.default_rng(2).random(50)
        moved = (made.weights(uniform) != made.weights(changed)).any(axis=0)
        assert set(np.flatnonzero(moved)) <= {6, 7, 8}

    def test_nodes_have_the_models_means_and_spread(self, name: str) -> None:
        """A model that inherits the node drivers of another one is found out here."""
        local = sample(drivers(model(name), TREE, "indicators"))[:, 1:9]
        drawn = model(name).draw(np.random.default_rng(1), 20_000)[:, 1:9]
        error = drawn.std(axis=0) / np.sqrt(len(drawn))
        assert (np.abs(local.mean(axis=0) - drawn.mean(axis=0)) < 5 * error + 5e-4).all()
        np.testing.assert_allclose(local.std(axis=0), drawn.std(axis=0), rtol=0.025)
        for group in GROUPS:
            inner = np.array(group) - 1
            np.testing.assert_allclose(np.cov(local[:, inner].T), np.cov(drawn[:, inner].T), atol=1.5e-3)

    def test_no_sibling_comes_before_another(self, name: str) -> None:
        """Siblings in another order have the same weights from the same drivers."""
        order = np.array([0, 3, 1, 2, 5, 4, 8, 6, 7, 9])  # new node k is old node order[k]
        tree = Tree(np.array([-1, 0, 0, 0, 2, 2, 3, 3, 3, 1]), np.arange(4, 10))
        turned = weight_model(
            name,
            tree,
            NOMINAL[order],
            quantiles=QUANTILES[:, order],
            scores=panel()[:, order],
            camps=["a", "a", "b"] * 4,
            authority=np.linspace(1, 2, 12),
        )
        uniform = np.random.default_rng(1).random((200, 8))
        plain = drivers(model(name), TREE, "indicators").weights(uniform)
        other = drivers(turned, tree, "indicators").weights(uniform[:, order[1:9] - 1])
        np.testing.assert_allclose(other, plain[:, order], atol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_all_weights_as_one_input_are_the_model_itself(name: str) -> None:
    made = drivers(model(name), TREE, "weights", least=1)
    assert [each.what for each in made.inputs] == ["weights"]
    assert (made.owner == 0).all()
    local = sample(made)
    drawn = model(name).draw(np.random.default_rng(1), 20_000)
    np.testing.assert_allclose(np.cov(local[:, 1:9].T), np.cov(drawn[:, 1:9].T), atol=1.5e-3)
    with pytest.raises(TierwiseError) as caught:
        drivers(model(name), TREE, "weights")
    assert caught.value.problems[0].code == "V005"


@pytest.mark.parametrize("name", ["bootstrap", "camps", "logistic-normal"])
def test_experts_keep_the_whole_distribution(name: str) -> None:
    local = sample(drivers(model(name), TREE, "experts"))
    drawn = model(name).draw(np.random.default_rng(1), 20_000)
    np.testing.assert_allclose(np.cov(local[:, 1:9].T), np.cov(drawn[:, 1:9].T), atol=1.5e-3)


@pytest.mark.parametrize("name", sorted({*MODELS} - {"bootstrap", "camps", "logistic-normal"}))
def test_models_without_experts_among_their_inputs(name: str) -> None:
    with pytest.raises(TierwiseError) as caught:
        drivers(model(name), TREE, "experts")
    assert caught.value.problems[0].code == "V006"


def test_experts_who_are_not_heard_are_no_inputs() -> None:
    authority = np.ones(12)
    authority[3] = 0
    assert len(drivers(model("bootstrap", authority=authority), TREE, "experts").inputs) == 11


def test_few_experts_for_many_nodes_leave_a_rest() -> None:
    made = drivers(model("logistic-normal", scores=panel(4), authority=np.ones(4)), TREE, "experts")
    assert [each.what for each in made.inputs] == ["expert"] * 4 + ["rest"]
    assert np.isfinite(sample(made, 64)).all()


def test_zero_weights_are_no_inputs() -> None:
    nominal = np.array([1.0, 0.5, 0.5, 0.0, 1.0, 0.0, 0.5, 0.25, 0.25, 1.0])
    made = drivers(weight_model("noise", TREE, nominal), TREE, "indicators")
    assert [each.at for each in made.inputs] == [1, 2, 6, 7, 8]
    assert [each.at for each in nodes_drawn(weight_model("box", TREE, nominal), 32, 1).inputs] == [
        1,
        2,
        6,
        7,
        8,
    ]
    assert [each.at for each in drivers(weight_model("box", TREE, nominal), TREE, "groups").inputs] == [0, 2]


def test_one_group_is_no_partition() -> None:
    flat = Tree.flat(4)
    alone = weight_model("box", flat, np.array([1, 0.25, 0.25, 0.25, 0.25]))
    with pytest.raises(TierwiseError) as caught:
        drivers(alone, flat, "groups")
    assert caught.value.problems[0].code == "V005"
    noise = weight_model("noise", flat, np.array([1, 0.25, 0.25, 0.25, 0.25]))
    assert len(drivers(noise, flat, "indicators").inputs) == 4


@given(
    st.lists(st.floats(0.05, 1.0), min_size=2, max_size=7),
    st.floats(0.05, 1.0),
    st.integers(0, 6),
)
def test_box_stays_in_its_box(weights: list[float], spread: float, still: int) -> None:
    centre = np.array(weights) / sum(weights)
    h = np.full(len(centre), spread)
    h[still % len(centre)] = 0.0
    part = parts.box(centre, h)
    drawn = part.shares(np.random.default_rng(1).random((500, part.drivers)))
    np.testing.assert_allclose(drawn.sum(axis=1), 1, atol=1e-12)
    assert (np.abs(drawn - centre) <= centre * h + 1e-9).all()


def test_box_is_uniform() -> None:
    """Of two weights each is uniform; the middle one of three has the density of a sliced box."""
    part = parts.box(np.array([0.7, 0.3]), np.array([0.2, 0.2]))
    drawn = part.shares(np.random.default_rng(1).random((5000, 1)))
    assert kstest(drawn[:, 1], "uniform", args=(0.24, 0.12)).pvalue > 0.01
    centre, h = np.array([0.5, 0.3, 0.2]), np.full(3, 0.5)
    part = parts.box(centre, h)
    drawn = part.shares(np.random.default_rng(1).random((20_000, 2)))
    free = np.random.default_rng(2).uniform(-1, 1, (200_000, 2)) * centre[1:] * h[1:]
    kept = free[np.abs(free.sum(axis=1)) <= centre[0] * h[0]]
    assert ks_2samp(drawn[:, 1] - 0.3, kept[:, 0]).statistic < 0.015
    assert ks_2samp(drawn[:, 0] - 0.5, -kept.sum(axis=1)).statistic < 0.015


def test_sticks_and_gammas_make_the_same_weights() -> None:
    alpha = np.array([4.0, 2.0, 1.0, 0.5])
    gamma, stick = parts.gammas(alpha), sticks(alpha)
    assert (gamma.drivers, stick.drivers) == (4, 3)
    one, two = (
        part.shares(part.quantile(qmc.Sobol(part.drivers, seed=1).random(1 << 13))) for part in (gamma, stick)
    )
    np.testing.assert_allclose(one.mean(axis=0), alpha / alpha.sum(), atol=1e-3)
    np.testing.assert_allclose(two.mean(axis=0), alpha / alpha.sum(), atol=1e-3)
    np.testing.assert_allclose(np.cov(one.T), np.cov(two.T), atol=1e-3)


class TestLinearIndexWithDirichletWeights:
    """y = Σ_d w_d Σ_j v_dj x_dj, w and v Dirichlet: all indices in closed form."""

    X = np.array([0.9, 0.1, 0.2, 0.5, 1.0, 0.4])  # the six leaves
    TOP = np.array([5.0, 3.0, 2.0])
    BELOW = (np.array([3.0, 2.0]), np.array([2.0, 1.0, 1.0]), np.array([1.0]))

    @staticmethod
    def moments(alpha: FloatArray, x: FloatArray) -> tuple[float, float]:
        """Mean and variance of Σ w x under Dirichlet weights."""
        mean = alpha @ x / alpha.sum()
        return mean, alpha @ (x - mean) ** 2 / alpha.sum() / (alpha.sum() + 1)

    def test_group_indices(self) -> None:
        ends = np.cumsum([len(alpha) for alpha in self.BELOW])
        leaves = np.split(self.X, ends[:-1])
        inner = [self.moments(alpha, x) for alpha, x in zip(self.BELOW, leaves, strict=True)]
        mean, spread = (np.array(column) for column in zip(*inner, strict=True))
        share, total = self.TOP / self.TOP.sum(), self.TOP.sum()
        square = share**2 + share * (1 - share) / (total + 1)
        top = self.moments(self.TOP, mean)[1]
        variance = top + square @ spread
        first = np.array([top, *(share**2 * spread)[:2]]) / variance
        whole = np.array([variance - share**2 @ spread, *(square * spread)[:2]]) / variance

        alpha = np.concatenate([[0], self.TOP, *self.BELOW])
        groups = tuple(np.array(group) for group in GROUPS)
        for by in (Dirichlet, BySticks):  # the indices of groups do not depend on how weights are made
            made = drivers(by(NOMINAL, groups, alpha, "experts"), TREE, "groups")
            asked = design("sobol", made.owner, 4096, 1)
            y = run(asked, lambda uniform, made=made: TREE.leaf_weights(made.weights(uniform)) @ self.X)
            found = analyse(asked, y).values
            np.testing.assert_allclose(found["first"][:, 0], first, atol=0.01)
            np.testing.assert_allclose(found["total"][:, 0], whole, atol=0.01)

    def test_indices_of_the_weights_themselves(self) -> None:
        """E[y | w_j] is linear in w_j, so S_j = (x_j - mean of the others)² Var(w_j) / Var(y)."""
        x = np.array([0.9, 0.1, 0.4, 0.6])
        alpha = np.array([4.0, 2.0, 1.0, 3.0])
        share = alpha / alpha.sum()
        others = np.array(
            [np.delete(alpha, j) @ np.delete(x, j) / np.delete(alpha, j).sum() for j in range(4)]
        )
        variance = self.moments(alpha, x)[1]
        first = (x - others) ** 2 * share * (1 - share) / (alpha.sum() + 1) / variance
        weights = np.random.default_rng(1).dirichlet(alpha, 8192)
        found = analyse_given("rbd-fast", weights, weights @ x, resamples=10).values
        np.testing.assert_allclose(found["first"][:, 0], first, atol=0.03)

    def test_indices_of_stick_breaking_drivers(self) -> None:
        """y_i = b_i x_i + (1 - b_i) y_{i+1} with independent Betas: variances by recursion."""
        x = np.array([0.9, 0.1, 0.4, 0.6])
        alpha = np.array([4.0, 2.0, 1.0, 3.0])
        part = sticks(alpha)
        rest = alpha.sum() - np.cumsum(alpha)
        first, whole, before, before_square = [], [], 1.0, 1.0
        for i in range(3):
            total = alpha[i] + rest[i]
            spread = alpha[i] * rest[i] / total**2 / (total + 1)
            mean, below = self.moments(alpha[i + 1 :], x[i + 1 :])
            first.append(before**2 * spread * (x[i] - mean) ** 2)
            whole.append(before_square * spread * ((x[i] - mean) ** 2 + below))
            before *= rest[i] / total
            before_square *= (rest[i] / total) ** 2 + spread
        variance = self.moments(alpha, x)[1]
        asked = design("sobol", np.arange(3), 4096, 1)
        found = analyse(asked, run(asked, lambda uniform: part.shares(part.quantile(uniform)) @ x)).values
        np.testing.assert_allclose(found["first"][:, 0], np.array(first) / variance, atol=0.01)
        np.testing.assert_allclose(found["total"][:, 0], np.array(whole) / variance, atol=0.01)
