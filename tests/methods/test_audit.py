from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.raised import codes

from tierwise.arrays import FloatArray
from tierwise.kernels.tree import Tree
from tierwise.methods import audit
from tierwise.methods.audit_tree import flags, leave_one_out, without
from tierwise.methods.optimise import optimised
from tierwise.methods.scores import Plan, scores
from tierwise.study.index import index
from tierwise.study.scenario import load

BAP = np.array([0.11, 0.11, 0.11, 0.18, 0.10, 0.06, 0.15, 0.18])


@pytest.fixture(scope="module")
def technology() -> tuple[Plan, FloatArray, FloatArray]:
    """Plan, local weights and scores of the Technology Achievement Index under budget-allocation weights."""
    scenario = load("technology-achievement")
    found = index(scenario.panel, scenario.framework, scenario.spec)
    return found.plan, np.array(found.local_weights), np.array(found.scores[:, 0])


def test_cronbachs_alpha_of_the_technology_data(tai: FloatArray) -> None:
    # OECD/JRC Handbook 2008, section 4.2: 0.70 over standardised values; 0.60 without telephones, the lowest,
    # 0.77 without exports, the highest.
    found = audit.cronbach_alpha((tai - tai.mean(axis=0)) / tai.std(axis=0, ddof=1))
    assert (round(found.raw, 2), round(found.standardised, 2), found.units) == (0.70, 0.70, 23)
    assert (int(np.argmin(found.if_left_out)), round(found.if_left_out.min(), 2)) == (4, 0.60)
    assert (int(np.argmax(found.if_left_out)), round(found.if_left_out.max(), 2)) == (3, 0.77)


def test_alpha_by_its_covariances(tai: FloatArray) -> None:
    covariance = np.cov(tai[:, :3].T)
    expected = 3 / 2 * (1 - np.trace(covariance) / covariance.sum())
    assert audit.cronbach_alpha(tai[:, :3]).raw == pytest.approx(expected)
    gappy = tai[:, :3].copy()
    gappy[0, 0] = np.nan
    assert audit.cronbach_alpha(gappy).raw == pytest.approx(audit.cronbach_alpha(tai[1:, :3]).raw)


def test_components_are_those_of_scikit_learn(tai: FloatArray) -> None:
    from sklearn.decomposition import PCA

    z = (tai - tai.mean(axis=0)) / tai.std(axis=0)
    found, theirs = audit.components(tai), PCA().fit(z)
    assert found.explained == pytest.approx(theirs.explained_variance_ratio_)
    assert np.abs(found.loadings / np.sqrt(found.eigenvalues)) == pytest.approx(np.abs(theirs.components_.T))
    assert (found.loadings**2).sum(axis=1) == pytest.approx(np.ones(8))


def test_correlations_by_each_method(tai: FloatArray) -> None:
    for method in ("pearson", "spearman", "kendall"):
        assert audit.correlation_matrix(tai, method) == pytest.approx(
            pd.DataFrame(tai).corr(method=method).to_numpy()
        )


def test_exports_weigh_more_on_paper_than_in_the_technology_index(
    technology: tuple[Plan, FloatArray, FloatArray],
) -> None:
    # Exports weigh 0.18; their share of the squared correlations with the index is 0.059.
    plan, local, index_scores = technology
    found = audit.importance(plan.values, index_scores, plan.tree.leaf_weights(local))
    assert found.nominal == pytest.approx(BAP)
    assert found.r2_share[3] == pytest.approx(0.059, abs=5e-4)
    assert found.covariance_share.sum() == pytest.approx(1.0)
    assert (found.correlation_ratio >= found.r2 - 1e-6).all()
    weighted = BAP * plan.values.std(axis=0, ddof=1) * found.correlation / index_scores.std(ddof=1)
    assert found.covariance_share == pytest.approx(weighted)


def test_the_correlation_ratio_sees_curves_and_steps() -> None:
    x = np.linspace(-1, 1, 101)
    assert audit.correlation_ratio(x, x**2) > 0.98
    assert np.corrcoef(x, x**2)[0, 1] ** 2 < 1e-12
    groups = np.repeat([1.0, 2.0, 3.0], 4)
    y = np.array([0, 1, 0, 1, 5, 6, 5, 6, 2, 3, 2, 3.0])
    between = ((np.repeat([0.5, 5.5, 2.5], 4) - y.mean()) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    assert audit.correlation_ratio(groups, y) == pytest.approx(between)
    steps = np.repeat(np.arange(300.0), np.where(np.arange(300) == 0, 300, 1))
    assert audit.correlation_ratio(steps, np.sin(steps / 40)) > 0.95
    noise = np.random.default_rng(0).normal(size=(2, 400))
    assert audit.correlation_ratio(*noise) < 0.05
    assert audit.correlation_ratio([1, 1, 1], [1, 2, 3]) == 0.0


def test_leaving_one_out_is_scoring_without_it(technology: tuple[Plan, FloatArray, FloatArray]) -> None:
    plan, local, index_scores = technology
    tree = plan.tree
    left = [*tree.leaves.tolist(), *tree.children[0].tolist()]
    found = leave_one_out(plan, local, left)
    assert found.nodes.tolist() == left
    weights = np.delete(tree.leaf_weights(without(tree, local, [left[3]])), 3)
    slow = np.delete(plan.values, 3, axis=1) @ weights
    slow_ranks = (slow[:, None] < slow - 1e-12).sum(axis=1) + 1
    assert found.ranks[3].tolist() == slow_ranks.tolist()
    base_ranks = (index_scores[:, None] < index_scores).sum(axis=1) + 1
    assert found.mean_shift[3] == pytest.approx(np.abs(slow_ranks - base_ranks).mean())
    assert found.max_shift[3] == np.abs(slow_ranks - base_ranks).max()
    assert (found.lost == 0).all()
    assert ((found.spearman > 0.7) & (found.spearman <= 1)).all()


def test_a_dimension_goes_with_its_last_indicator() -> None:
    tree = Tree(np.array([-1, 0, 0, 1, 2, 2]), np.array([3, 4, 5]))
    local = np.array([1, 0.4, 0.6, 1, 0.5, 0.5])
    assert without(tree, local, [3])[:3].tolist() == [1, 0, 1]
    assert without(tree, local, [4])[4:].tolist() == [0, 1]
    assert np.isnan(without(tree, local, [1, 2])).all()
    single = Plan.uniform(np.array([[1.0], [2.0]]))
    assert leave_one_out(single, np.ones(2), [1]).nodes.size == 0


def test_units_that_lose_their_score_are_counted() -> None:
    values = np.array([[1.0, np.nan], [2.0, 1.0], [0.0, 5.0]])
    found = leave_one_out(Plan.uniform(values), np.array([1, 0.5, 0.5]), [1, 2])
    assert found.lost.tolist() == [1, 0]
    assert np.isnan(found.ranks[0, 0])


def test_flags_name_what_to_look_at() -> None:
    random = np.random.default_rng(1)
    base = random.normal(size=200)
    other = random.normal(size=200)
    values = np.column_stack(
        [base, base + 0.05 * random.normal(size=200), -base, other, other + 0.1, random.normal(size=200)]
    )
    tree = Tree(np.array([-1, 0, 0, 1, 1, 1, 2, 2, 2]), np.array([3, 4, 5, 6, 7, 8]))
    local = tree.normalised(np.array([1, 1, 1, 1, 1, 0.1, 1, 1, 0.05]))
    found = flags(Plan.uniform(values, tree), local, np.array([0.9, 0, 0, 0, 0, 0.1]))
    kinds = {(flag.kind, flag.node, flag.other) for flag in found}
    assert ("double-counting", 3, 4) in kinds
    assert ("double-counting", 6, 7) in kinds
    assert ("against", 5, 1) in kinds
    assert ("silent", 8, 0) in kinds
    assert ("dominant", 3, -1) in kinds
    turned = Tree(np.array([-1, 0, 0, 1, 1, 2, 2]), np.array([3, 4, 5, 6]))
    crossed = np.column_stack([base, other, other * 2, base + 0.1 * other])
    equal = turned.normalised(np.ones(7))
    across = flags(Plan.uniform(crossed, turned), equal)
    assert {(flag.kind, flag.node) for flag in across} >= {("double-counting-across", 4), ("elsewhere", 3)}


@given(st.integers(0, 10**6))
def test_optimised_weights_reach_their_target_or_come_closest(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(size=(60, 3)) + 0.6 * random.normal(size=(60, 1))
    target = random.dirichlet([4, 4, 4])
    for measure in ("r2", "correlation"):
        found = optimised(values, target, measure=measure)
        assert found.weights.sum() == pytest.approx(1)
        assert found.weights.min() >= 0
        r = np.corrcoef(np.column_stack([values, values @ found.weights]).T)[-1, :-1]
        share = r * np.abs(r) if measure == "r2" else r
        assert share / share.sum() == pytest.approx(found.reached, abs=1e-6)
        if found.exact:
            assert found.reached == pytest.approx(target, abs=1e-5)
        naive = np.corrcoef(np.column_stack([values, values @ (target / values.std(axis=0))]).T)[-1, :-1]
        plain = naive * np.abs(naive) if measure == "r2" else naive
        assert found.distance <= ((plain / plain.sum() - target) ** 2).sum() + 1e-9


def test_unequal_targets_go_to_the_right_indicators() -> None:
    # Independent indicators: importance by correlation is as the standardised weights themselves.
    random = np.random.default_rng(0)
    raw = random.normal(size=(500, 3))
    independent = np.linalg.qr(raw - raw.mean(axis=0))[0]
    assert optimised(independent, [6, 3, 1], measure="correlation").weights == pytest.approx([0.6, 0.3, 0.1])
    root = np.sqrt([6, 3, 1])
    assert optimised(independent, [6, 3, 1]).weights == pytest.approx(root / root.sum())


def test_negative_weights_are_taken_only_when_asked_for(
    technology: tuple[Plan, FloatArray, FloatArray],
) -> None:
    plan, *_ = technology
    bound, free = optimised(plan.values, BAP), optimised(plan.values, BAP, negative=True)
    assert bound.weights.min() >= 0
    assert not bound.exact
    assert free.exact
    assert free.weights.min() < 0
    assert free.distance < bound.distance


def test_what_cannot_be_audited_is_named(tai: FloatArray) -> None:
    ones = np.ones(8)
    assert codes(lambda: audit.cronbach_alpha(tai[:, :1])) == ["W100"]
    assert codes(lambda: audit.cronbach_alpha(tai[:1])) == ["W100"]
    assert codes(lambda: audit.importance(tai, np.ones(23), ones)) == ["W117"]
    assert codes(lambda: audit.importance(tai, np.arange(22), ones)) == ["M011"]
    assert codes(lambda: audit.importance(tai, np.full(23, np.nan), ones)) == ["T103"] * 23
    assert codes(lambda: audit.importance(tai, np.arange(23), -ones)) == ["W112"] * 8
    assert codes(lambda: audit.components([[1, np.nan], [2, np.nan], [np.nan, 1], [np.nan, 2]])) == ["W105"]
    assert codes(lambda: optimised(np.column_stack([tai[:, 0], tai[:, 0] * 2]))) == ["W116"]
    assert codes(lambda: optimised(tai, [1, 2])) == ["M011"]
    assert codes(lambda: optimised([[1, np.nan], [2, np.nan], [np.nan, 1], [np.nan, 2]])) == ["W105"]
    assert np.isfinite(scores(Plan.uniform(tai), np.append(1.0, ones / 8)[None])).all()


def test_the_correlation_ratio_of_independent_data_is_that_of_a_line() -> None:
    rng = np.random.default_rng(11)
    ratios, squares = [], []
    for _ in range(300):
        x, y = rng.random(100) ** 6, rng.normal(size=100)
        ratios.append(audit.correlation_ratio(x, y))
        squares.append(np.corrcoef(x, y)[0, 1] ** 2)
    assert np.quantile(ratios, 0.95) < 1.6 * np.quantile(squares, 0.95)
    assert max(ratios) < 0.5


PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(-9, 9)), min_size=3, max_size=60)


@given(PAIRS, st.integers(1, 6))
def test_the_correlation_ratio_stays_between_r2_and_1(pairs: list[tuple[int, int]], power: int) -> None:
    x, y = (np.array(values, dtype=float) for values in zip(*pairs, strict=True))
    x = (x / 30) ** power  # clusters near 0
    ratio = audit.correlation_ratio(x, y)
    assert 0.0 <= ratio <= 1.0
    if x.std() > 1e-9 and y.std() > 1e-9:
        assert ratio >= np.corrcoef(x, y)[0, 1] ** 2 - 1e-9


def test_a_node_that_belongs_elsewhere_is_found_below_the_dimensions() -> None:
    # Two dimensions; the first has two sub-dimensions, and its third indicator goes with the second of them.
    random = np.random.default_rng(3)
    one, two, three = random.normal(size=(3, 300))
    noise = 0.3 * random.normal(size=(300, 7))
    values = np.column_stack([one, one, two + 0.2 * one, two, two, three, three]) + noise
    parents = np.array([-1, 0, 0, 1, 1, 3, 3, 3, 4, 4, 2, 2])
    tree = Tree(parents, np.arange(5, 12))
    local = tree.normalised(np.ones(12))
    raised = flags(Plan.uniform(values, tree), local)
    assert ("elsewhere", 7, 4) in {(flag.kind, flag.node, flag.other) for flag in raised}
