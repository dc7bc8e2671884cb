from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tierwise.arrays import FloatArray
from tierwise.kernels.tree import Tree
from tierwise.methods.aggregate import RULES, aggregate
from tierwise.methods.contributions import PARTS, contributions, tree_contributions
from tierwise.methods.scores import Plan, node_scores

CASES: list[tuple[str, dict[str, Any]]] = [
    ("arithmetic", {}),
    ("geometric", {}),
    ("harmonic", {}),
    ("power", {"power": 3.0}),
    ("median", {}),
    ("mazziotta-pareto", {"sign": "-"}),
    ("mazziotta-pareto", {"sign": "+"}),
    ("topsis", {}),
    ("copeland", {}),
    ("copeland", {"count": "wins"}),
    ("kemeny", {}),
    ("benefit-of-the-doubt", {}),
    ("benefit-of-the-doubt", {"spread": 0.3}),
]
panels = arrays(np.float64, (5, 4), elements=st.integers(10, 40).map(float), unique=True)
vectors = arrays(np.float64, 4, elements=st.integers(1, 5).map(float))
TREE = Tree(np.array([-1, 0, 1, 1, 0, 4, 4]), np.array([2, 3, 5, 6]))


class TestOneNode:
    @pytest.mark.parametrize(("rule", "own"), CASES)
    @given(panels, vectors)
    @settings(max_examples=25, deadline=None)
    def test_parts_sum_to_the_score(
        self, rule: str, own: dict[str, Any], panel: FloatArray, weights: FloatArray
    ) -> None:
        parts = contributions(panel, weights, rule, **own)
        np.testing.assert_allclose(parts.sum(axis=1), aggregate(panel, weights, rule, **own), atol=1e-8)

    @pytest.mark.parametrize(("rule", "own"), [case for case in CASES if "benefit" not in case[0]])
    @given(panels, vectors, st.integers(0, 3))
    @settings(max_examples=25, deadline=None)
    def test_a_missing_child_adds_nothing(
        self, rule: str, own: dict[str, Any], panel: FloatArray, weights: FloatArray, child: int
    ) -> None:
        panel = panel.copy()
        panel[2, child] = np.nan
        parts = contributions(panel, weights, rule, **own)
        assert parts[2, child] == 0
        np.testing.assert_allclose(parts.sum(axis=1), aggregate(panel, weights, rule, **own), atol=1e-8)

    def test_weight_times_value(self) -> None:
        parts = contributions([[1.0, 2.0, np.nan]], [2.0, 1.0, 1.0], "arithmetic")
        np.testing.assert_allclose(parts, [[2 / 3, 2 / 3, 0]])

    def test_median_is_carried_by_the_middle(self) -> None:
        parts = contributions([[1.0, 5.0, 3.0], [4.0, 2.0, 2.0]], np.ones(3), "median")
        np.testing.assert_allclose(parts, [[0, 0, 3], [0, 1, 1]])
        np.testing.assert_allclose(contributions([[1.0, 4.0]], np.ones(2), "median"), [[0.5, 2]])

    def test_penalty_of_mazziotta_and_pareto(self) -> None:
        parts = contributions([[90.0, 110.0]], np.ones(2), "mazziotta-pareto")
        np.testing.assert_allclose(parts, [[44.5, 54.5]])


class TestTree:
    @pytest.mark.parametrize("dimension", ["arithmetic", "geometric", "mazziotta-pareto", "median"])
    @pytest.mark.parametrize("root", ["arithmetic", "geometric"])
    @given(panels, vectors)
    @settings(max_examples=20, deadline=None)
    def test_parts_sum_to_the_index(
        self, dimension: str, root: str, panel: FloatArray, weights: FloatArray
    ) -> None:
        local = TREE.normalised(np.array([1.0, 2, *weights[:2], 1, *weights[2:]]))
        plan = Plan(panel, TREE, (root, dimension, "", "", dimension, "", ""))
        parts = tree_contributions(plan, local)
        index = np.nan_to_num(node_scores(plan, local)[:, 0])
        np.testing.assert_allclose(parts.sum(axis=1), index, rtol=1e-9)

    def test_a_dimension_that_comes_to_nothing(self) -> None:
        """Values that cancel within a dimension still show what each adds."""
        plan = Plan.uniform(np.array([[1.0, -1.0, 2.0, 3.0]]), TREE)
        local = TREE.normalised(np.ones(7))
        np.testing.assert_allclose(tree_contributions(plan, local), [[0.25, -0.25, 0.5, 0.75]])

    def test_missing_values(self) -> None:
        plan = Plan.uniform(np.array([[1.0, np.nan, 2.0, 3.0], [np.nan, np.nan, 4.0, np.nan]]), TREE)
        parts = tree_contributions(plan, TREE.normalised(np.ones(7)))
        np.testing.assert_allclose(parts, [[0.5, 0, 0.5, 0.75], [0, 0, 4, 0]])


def test_every_rule_has_parts() -> None:
    assert PARTS.keys() <= RULES.keys()


def test_a_penalty_as_large_as_the_mean_leaves_no_trace() -> None:
    """0.8 and 0 have the mean 0.4 and the penalty 0.4: their node is 0 but for the last bit."""
    tree = Tree(np.array([-1, 0, 1, 1, 0]), np.array([2, 3, 4]))
    values = np.array([[0.8, 0.0, 0.3525], [0.2, 0.57, 0.68], [0.6, 0.5, 0.1]])
    local = np.array([1.0, 0.5, 0.5, 0.5, 0.5])
    plan = Plan(values, tree, ("mazziotta-pareto",) * tree.nodes)
    np.testing.assert_allclose(
        tree_contributions(plan, local).sum(axis=1), node_scores(plan, local)[:, 0], rtol=1e-12
    )
