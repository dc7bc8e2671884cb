"""Weights that move together: samples and indices of single weights read from draws."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sensitivities.models import (
    GROUPS,
    NOMINAL,
    TOGETHER,
    TREE,
    assert_local_weights,
    model,
)

from tierwise.arrays import FloatArray
from tierwise.draws.models import weight_model
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree
from tierwise.sensitivities.drawn import explained, nodes_drawn
from tierwise.sensitivities.drivers import drivers
from tierwise.sensitivities.methods import METHODS


@pytest.mark.parametrize("name", TOGETHER)
class TestWeightsThatMoveTogether:
    """No independent numbers of nodes make these weights, and no others are put in their place."""

    def test_there_are_no_drivers_of_nodes(self, name: str) -> None:
        with pytest.raises(TierwiseError) as caught:
            drivers(model(name), TREE, "indicators")
        assert caught.value.problems[0].code == "V007"
        told = caught.value.problems[0].line("en")
        able = [each for each, method in METHODS.items() if method.takes_together]
        assert f"{', '.join(able[:-1])} or {able[-1]}" in told.replace(" and ", " or ")

    def test_rows_are_draws(self, name: str) -> None:
        plan = nodes_drawn(model(name), 4096, 1)
        rows = plan.take(0, len(plan))
        assert_local_weights(rows)
        parts = [rows[: len(plan.draws)], *np.split(rows[len(plan.draws) :], 2 * len(plan.first) or 1)]
        expected = model(name).draw(np.random.default_rng(1), 40_000)[:, 1:9]
        for part in parts[: 1 + 2 * len(plan.first)]:
            found = part[:, 1:9]
            error = expected.std(axis=0) / np.sqrt(len(found))
            assert (np.abs(found.mean(axis=0) - expected.mean(axis=0)) < 5 * error).all()
            np.testing.assert_allclose(found.std(axis=0), expected.std(axis=0), rtol=0.06)
            np.testing.assert_allclose(np.cov(found.T), np.cov(expected.T), atol=1.5e-3)
        uneven = [plan.take(start, min(start + 777, len(plan))) for start in range(0, len(plan), 777)]
        np.testing.assert_array_equal(np.vstack(uneven), rows)


def test_the_pairs_of_a_node_differ_in_its_group_alone() -> None:
    plan = nodes_drawn(model("box"), 64, 1)
    assert [each.at for each in plan.inputs] == [*range(1, 9)]
    rows = plan.take(len(plan.draws), len(plan)).reshape(8, 2, 64, TREE.nodes)
    for at, node in enumerate(range(1, 9)):
        group = next(group for group in GROUPS if node in group)
        differs = (rows[at, 0] != rows[at, 1]).any(axis=0)
        assert set(np.flatnonzero(differs)) == set(group)
        others = [each for each in range(TREE.nodes) if each not in group]
        np.testing.assert_array_equal(rows[at, 0][:, others], plan.draws[:64, others])


class TestIndicesOfABox:
    """Three weights within ±40 % of 0.5, 0.3, 0.2: against sums over a fine grid of the hexagon."""

    CENTRE, H = np.array([0.5, 0.3, 0.2]), 0.4
    X = np.array([0.9, 0.1, 0.4])

    def outputs(self, weights: FloatArray) -> FloatArray:
        """A linear score, and one that is not."""
        bent = np.abs(weights[..., 0] - 0.5) * (weights[..., 1] > 0.3)
        return np.stack([weights @ self.X, bent], axis=-1)

    def grid(self, first: int, second: int, points: int = 901) -> tuple[FloatArray, FloatArray]:
        """Outputs ``(points, points, 2)`` with two of the weights on a grid, NaN beside the hexagon."""
        half = self.CENTRE * self.H
        middles = (np.arange(points) + 0.5) / points * 2 - 1
        change = np.zeros((points, points, 3))
        change[..., first] = (middles * half[first])[:, None]
        change[..., second] = (middles * half[second])[None]
        third = 3 - first - second
        change[..., third] = -change[..., first] - change[..., second]
        inside = np.abs(change[..., third]) <= half[third]
        return np.where(inside[..., None], self.outputs(self.CENTRE + change), np.nan), inside

    def test_against_a_grid(self) -> None:
        tree = Tree.flat(3)
        plan = nodes_drawn(weight_model("box", tree, np.r_[1, self.CENTRE], spread=self.H), 8192, 1)
        found = plan.measures(self.outputs(plan.take(0, len(plan))[:, 1:4])).values
        for node in range(3):
            firsts, totals = [], []
            for second in {0, 1, 2} - {node}:
                table, inside = self.grid(node, second)
                whole = np.nanvar(table.reshape(-1, 2), axis=0)
                count = inside.sum(axis=1)
                known = count > 0
                means = np.nanmean(table[known], axis=1)
                middle = np.average(means, axis=0, weights=count[known])
                firsts.append(np.average((means - middle) ** 2, axis=0, weights=count[known]) / whole)
                totals.append(self.total(node, second) / whole)
            np.testing.assert_allclose(found["first"][node], np.mean(firsts, axis=0), atol=0.01)
            np.testing.assert_allclose(found["total"][node], np.mean(totals, axis=0), atol=0.04)
        assert (found["total"] + found["total_conf"] > found["first"]).all()

    def total(self, node: int, second: int, points: int = 601) -> FloatArray:
        """E[Var(y | v)] where v is the place of the second weight in what the node leaves it."""
        half = self.CENTRE * self.H
        third = 3 - node - second
        t = np.linspace(-half[node], half[node], points)  # of the node, with the length left as density
        low = np.maximum(-half[second], -half[third] - t)
        high = np.minimum(half[second], half[third] - t)
        density = np.maximum(high - low, 0)
        v = (np.arange(points) + 0.5) / points
        change = np.zeros((points, points, 3))
        change[..., node] = t[:, None]
        change[..., second] = low[:, None] + v * (high - low)[:, None]
        change[..., third] = -change[..., node] - change[..., second]
        y = self.outputs(self.CENTRE + change)
        mean = np.average(y, axis=0, weights=density)
        return np.average((y - mean) ** 2, axis=0, weights=density).mean(axis=0)


def test_two_weights_that_sum_to_one_each_explain_everything() -> None:
    plan = nodes_drawn(weight_model("box", Tree.flat(2), np.array([1, 0.7, 0.3])), 512, 1)
    y = plan.take(0, len(plan))[:, [1]] ** 2
    found = plan.measures(y).values
    np.testing.assert_allclose(found["first"], 1, atol=1e-3)
    np.testing.assert_allclose(found["total"], 1, atol=0.15)


def test_what_one_expert_says_tells_everything_else() -> None:
    """With experts of different weights, knowing one weight is knowing who spoke."""
    scores = np.array(
        [[0, 5, 3, 2, 6, 4, 6, 3, 1, 1], [0, 4, 5, 1, 5, 5, 4, 4, 2, 1], [0, 2, 2, 6, 1, 9, 3, 2, 5, 1]]
    )
    plan = nodes_drawn(weight_model("expert", TREE, NOMINAL, scores=scores.astype(float)), 256, 1)
    found = plan.measures(plan.draws[:, [1, 6]])
    assert [*found.values] == ["first", "first_conf"]
    np.testing.assert_allclose(found.values["first"], 1, atol=0.02)


def test_intervals_hold_what_they_say() -> None:
    """Of a linear function of Dirichlet weights the first-order indices are known."""
    alpha, x = np.array([4.0, 2.0, 1.0, 3.0]), np.array([0.9, 0.1, 0.4, 0.6])
    share, whole = alpha / alpha.sum(), alpha.sum()
    others = np.array([np.delete(alpha, j) @ np.delete(x, j) / np.delete(alpha, j).sum() for j in range(4)])
    variance = share @ (x - share @ x) ** 2 / (whole + 1)
    exact = (x - others) ** 2 * share * (1 - share) / (whole + 1) / variance
    held = []
    for seed in range(100):
        weights = np.random.default_rng(seed).dirichlet(alpha, 2048)
        y = (weights @ x)[:, None]
        y = y - y.mean(axis=0)
        for j in range(4):
            index, error = explained(weights[:, j], y, y.var(axis=0))
            held.append(abs(index[0] - exact[j]) < 1.96 * error[0])
    assert 0.9 < np.mean(held) < 0.99
