from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree
from tierwise.methods import scores as module
from tierwise.methods.scores import Plan, Scorer, node_scores, scores

# index -> A (a1, a2, a3), B (b1, b2); leaves in a mixed column order
TREE = Tree(np.array([-1, 0, 0, 1, 1, 1, 2, 2]), np.array([3, 6, 4, 7, 5]))
RULES = ["arithmetic", "geometric", "harmonic"]
MEANS = {
    "arithmetic": lambda v, w: (w * v).sum(),
    "geometric": lambda v, w: np.exp((w * np.log(v)).sum()),
    "harmonic": lambda v, w: 1 / (w / v).sum(),
}


def local_weights(rng, draws, tree=TREE, idle=0.0):
    """Return weights, a share ``idle`` of which are 0, but for the first of siblings."""
    weights = rng.random((draws, tree.nodes)) + 0.01
    others = np.concatenate([group[1:] for group in tree.sibling_groups])
    weights[:, others] *= rng.random((draws, others.size)) >= idle
    return tree.normalised(weights)


def plain_score(plan, local, unit, node=0):
    children = plan.tree.children[node]
    if not children.size:
        return plan.values[unit, list(plan.tree.leaves).index(node)]
    below = np.array([plain_score(plan, local, unit, child) for child in children])
    there = ~np.isnan(below)
    if not there.any() or there.mean() < plan.minimum_share:
        return np.nan
    weights = local[children][there]
    if weights.sum() == 0:
        return np.nan
    return MEANS[plan.rules[node]](below[there], weights / weights.sum())


@given(
    st.tuples(*[st.sampled_from(RULES)] * 3),
    st.sampled_from([0.0, 0.3]),
    st.sampled_from([0.0, 0.5]),
    st.sampled_from([0.0, 0.5]),
    st.integers(0, 2**32),
)
def test_scores_equal_the_formula_taken_node_by_node(rules, blanks, minimum_share, idle, seed):
    rng = np.random.default_rng(seed)
    values = 0.1 + rng.random((7, 5))
    values[rng.random(values.shape) < blanks] = np.nan
    plan = Plan(values, TREE, (*rules, *[""] * 5), minimum_share=minimum_share)
    local = local_weights(rng, 4, idle=idle)
    found = scores(plan, local)
    expected = [[plain_score(plan, w, unit) for unit in range(7)] for w in local]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    nodes = node_scores(plan, local[0])
    np.testing.assert_allclose(nodes[:, 0], found[0], rtol=4e-16)
    np.testing.assert_array_equal(nodes[:, TREE.leaves], values)
    for node in (1, 2):
        column = [plain_score(plan, local[0], unit, node) for unit in range(7)]
        np.testing.assert_allclose(nodes[:, node], column, rtol=1e-12)


@given(st.sampled_from(RULES), st.integers(0, 2**32))
def test_equal_units_get_equal_scores_in_any_block(rule, seed):
    rng = np.random.default_rng(seed)
    values = 0.1 + rng.random((5, 5))
    plan = Plan.uniform(np.vstack([values, values[::-1]]), TREE, rule)
    local = local_weights(rng, 37)
    found = scores(plan, local)
    np.testing.assert_array_equal(found[:, :5], found[:, 9:4:-1])
    np.testing.assert_array_equal(found[11:13], scores(plan, local[11:13]))


def test_a_draw_without_weight_on_what_is_there_gives_no_score():
    values = np.array([[np.nan, 1.0], [2.0, 3.0]])
    found = scores(Plan.uniform(values), np.array([[1.0, 1.0, 0.0]]))
    np.testing.assert_array_equal(found, [[np.nan, 2.0]])


@pytest.mark.parametrize("rule", ["geometric", "harmonic"])
def test_values_that_are_not_positive_are_refused_where_logs_or_reciprocals_are_taken(rule):
    values = np.array([[1.0, 0.0], [-1.0, 2.0]])
    with pytest.raises(TierwiseError) as caught:
        Plan.uniform(values, rule=rule)
    assert {(found.row, found.column) for found in caught.value.problems} == {(0, 1), (1, 0)}
    Plan.uniform(values)


def test_a_rule_short_is_refused():
    with pytest.raises(TierwiseError, match="7 given, 8 expected"):
        Plan(np.ones((2, 5)), TREE, ("arithmetic",) * 7)


class TestPowerMeansOfNodes:
    """Σ w xᵖ takes zeros where p > 0, at nodes as at indicators; below zero it takes nothing."""

    TREE = Tree(np.array([-1, 0, 0, 1, 1]), np.array([2, 3, 4]))

    def scored(self, values: list[float], power: float) -> float:
        # Node 1 is the mean of the last two indicators, the index a power mean of it and the first one.
        rules = ("power", "arithmetic", "", "", "")
        plan = Plan(np.array([values]), self.TREE, rules, ({"power": power}, {}, {}, {}, {}))
        return float(scores(plan, np.array([[1.0, 0.25, 0.75, 0.5, 0.5]]))[0, 0])

    def test_zero(self) -> None:
        assert self.scored([4.0, 1.0, -1.0], 2.0) == pytest.approx((0.75 * 4**2) ** 0.5)
        assert self.scored([4.0, 1.0, -1.0], 0.5) == pytest.approx((0.75 * 4**0.5) ** 2)

    @pytest.mark.parametrize("power", [0.0, -1.0])
    def test_zero_under_other_exponents(self, power: float) -> None:
        assert np.isnan(self.scored([4.0, 1.0, -1.0], power))

    def test_below_zero(self) -> None:
        assert np.isnan(self.scored([4.0, 1.0, -1.5], 2.0))


@pytest.mark.parametrize("rule", ["copeland", "topsis"])
def test_a_unit_with_too_little_for_a_node_is_compared_with_nobody_there(rule):
    values = np.array([[3.0, 1, 5, 2, 4], [1, 4, 1, 3, 2], [2, 2, 2, 1, 3], [9, np.nan, np.nan, 2, 1]])
    without = values.copy()
    without[3, 0] = np.nan  # one of the three columns of A is as good as none
    local = TREE.normalised(np.ones(TREE.nodes))
    tree = Tree(TREE.parent, np.array([3, 4, 5, 6, 7]))
    plans = [
        Plan(one, tree, ("arithmetic", rule, *["arithmetic"] * 6), minimum_share=(0, 0.5, *[0] * 6))
        for one in (values, without)
    ]
    found, expected = (node_scores(plan, local)[:, :3] for plan in plans)
    np.testing.assert_array_equal(found, expected)
    assert np.isnan(found[3, 1])
    assert not np.isnan(found[:, 0]).any()


def test_what_threads_share_is_whole_when_they_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values are ready before they are kept: another thread would take them as they are."""

    class Shared(dict[int, FloatArray]):
        def __setitem__(self, node: int, rows: FloatArray) -> None:
            assert np.isfinite(rows).all()
            super().__setitem__(node, rows)

    monkeypatch.setattr(module, "aligned", lambda *shape: np.full(shape, np.nan))
    scorer = Scorer(Plan.uniform(np.random.default_rng(0).random((5, 3))))
    scorer.prepared = Shared()
    assert np.isfinite(scorer.scores(np.ones((2, 4)))).all()
    assert scorer.prepared


def test_draws_that_give_no_weight_to_ever_other_nodes_are_scored_together(monkeypatch):
    """Experts who give noughts leave each draw with noughts of its own: one scorer must do for all."""
    rng = np.random.default_rng(5)
    values = 0.1 + rng.random((30, 5))
    values[rng.random(values.shape) < 0.4] = np.nan
    local = local_weights(rng, 200, idle=0.5)
    assert len(np.unique(local == 0.0, axis=0)) == 16
    scorer, asked, presence = Scorer(Plan.uniform(values, TREE)), [], Plan.presence

    def counted(plan, local):
        asked.append(len(local))
        return presence(plan, local)

    monkeypatch.setattr(Plan, "presence", counted)
    found = scorer.scores(local)
    assert len(asked) == 1
    one_by_one = [scorer.scores(draw[None])[0] for draw in local]
    np.testing.assert_array_equal(found, one_by_one)
    expected = [[plain_score(scorer.plan, draw, unit) for unit in range(30)] for draw in local]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("above", ["arithmetic", "copeland"])
@pytest.mark.parametrize("below", ["arithmetic", "geometric", "copeland"])
def test_a_draw_scores_as_under_a_plan_of_its_own_noughts(above, below):
    rng = np.random.default_rng(7)
    values = 0.1 + rng.random((30, 5))
    values[rng.random(values.shape) < 0.4] = np.nan
    plan = Plan(values, TREE, (above, below, below, *[""] * 5))
    local = local_weights(rng, 20, idle=0.5)
    own = [replace(plan, idle=tuple(np.flatnonzero(draw == 0.0).tolist())) for draw in local]
    expected = [scores(each, draw[None])[0] for each, draw in zip(own, local, strict=True)]
    np.testing.assert_array_equal(scores(plan, local), expected)


def test_scores_of_some_nodes_are_those_of_all():
    rng = np.random.default_rng(3)
    tree = Tree(np.array([-1, 0, 0, 1, 1, 2, 3, 3, 2]), np.array([4, 5, 6, 7, 8]))
    values, local = 0.1 + rng.random((7, 5)), local_weights(rng, 1, tree)[0]
    for unit in (None, 2):
        if unit is not None:
            values[unit, 2] = np.nan
        plan = Plan.uniform(values, tree)
        every, some = node_scores(plan, local), node_scores(plan, local, (1, 3))
        np.testing.assert_array_equal(some[:, [1, 3, 4, 5, 6, 7, 8]], every[:, [1, 3, 4, 5, 6, 7, 8]])
        assert np.isnan(some[:, [0, 2]]).all()
        column = [plain_score(plan, local, row, 3) for row in range(7)]
        np.testing.assert_allclose(some[:, 3], column, rtol=1e-12)
