from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.raised import codes

from tierwise.arrays import FloatArray
from tierwise.kernels.tree import Tree
from tierwise.methods import weights
from tierwise.methods.factors import factor, factor_weights, first_component, pca, varimax
from tierwise.methods.statistics import correlations

PANEL = np.array([[2.0, 30.0, 5.0], [4.0, 10.0, 9.0], [6.0, 20.0, 1.0], [8.0, 60.0, 7.0]])
panels = arrays(
    np.float64, st.tuples(st.integers(4, 12), st.integers(2, 4)), elements=st.floats(1, 9)
).filter(lambda panel: np.ptp(panel, axis=0).min() > 0.01)


def test_entropy_of_shares_follows_the_formula_term_by_term() -> None:
    expected = []
    for column in PANEL.T:
        share = column / column.sum()
        expected.append(1.0 + sum(p * np.log(p) for p in share) / np.log(4))
    assert weights.entropy(PANEL) == pytest.approx(np.array(expected) / sum(expected), abs=1e-15)


def test_entropy_agrees_with_scipy_on_the_technology_data(tai: FloatArray) -> None:
    from scipy.stats import entropy

    diversity = 1.0 - entropy(tai, base=len(tai), axis=0)
    assert weights.entropy(tai) == pytest.approx(diversity / diversity.sum(), abs=1e-12)


def test_entropy_of_values_that_hardly_differ_keeps_its_digits() -> None:
    # 1 - e is half the relative variance over ln n there, whatever the sum of the shares' own digits.
    small = np.array([[0.0, 1.0], [1.0, 5.0], [2.0, 3.0], [3.0, 0.0]])
    expected = small.var(axis=0) / small.var(axis=0).sum()
    for offset in (1e6, 1e8, 1e10):
        assert weights.entropy(offset + small) == pytest.approx(expected, rel=1e-5)


def test_entropy_with_directions_is_that_of_min_max_values() -> None:
    directions = [1, -1, 1]
    low, high = PANEL.min(axis=0), PANEL.max(axis=0)
    unit = np.where(np.array(directions) > 0, PANEL - low, high - PANEL) / (high - low)
    assert weights.entropy(PANEL, directions) == pytest.approx(weights.entropy(unit), abs=1e-15)


def test_critic_of_a_worked_example() -> None:
    unit = (PANEL - PANEL.min(axis=0)) / np.ptp(PANEL, axis=0)
    information = unit.std(axis=0, ddof=1) * (1 - np.corrcoef(unit.T)).sum(axis=0)
    assert weights.critic(PANEL) == pytest.approx(information / information.sum(), abs=1e-14)
    turned = PANEL * [1, -1, 1]
    assert weights.critic(PANEL, [1, -1, 1]) == pytest.approx(weights.critic(turned), abs=1e-14)


def test_cv_is_the_spread_over_the_mean() -> None:
    ratio = PANEL.std(axis=0, ddof=1) / PANEL.mean(axis=0)
    assert weights.cv(PANEL) == pytest.approx(ratio / ratio.sum(), abs=1e-15)


def test_principal_components_give_table_18_of_the_handbook(
    tai: FloatArray, reference: Callable[[str], list[dict[str, str]]]
) -> None:
    printed = [float(row["principal_components"]) for row in reference("tai_weights/weights_table18.csv")]
    found = factor_weights(tai)
    assert found.loadings.shape == (8, 4)
    assert found.eigenvalues / 8 == pytest.approx(
        [0.419, 0.218, 0.123, 0.111, 0.060, 0.037, 0.022, 0.009],
        abs=1.5e-3,  # Table 16, in per cent there
    )
    assert found.weights == pytest.approx(printed, abs=0.0062)
    assert found.explained == pytest.approx([0.38, 0.25, 0.20, 0.17], abs=0.0062)  # Table 17
    assert np.array_equal(pca(tai), found.weights)


def test_maximum_likelihood_factors_are_those_of_statsmodels(tai: FloatArray) -> None:
    from statsmodels.multivariate.factor import Factor

    indicators = tai[:, [1, 2, 3, 4, 5]]
    found = factor_weights(indicators, factors=2, extraction="maximum-likelihood")
    start = (0.1 * np.random.default_rng(0).standard_normal((5, 2)), np.full(5, 0.5))  # theirs is random
    model = Factor(corr=np.corrcoef(indicators.T), n_factor=2, method="ml", nobs=len(tai))
    theirs = model.fit(start=start)
    communality = (found.loadings**2).sum(axis=1)
    assert communality == pytest.approx((theirs.loadings**2).sum(axis=1), abs=2e-3)
    reproduced = found.loadings @ found.loadings.T
    assert reproduced == pytest.approx(theirs.loadings @ theirs.loadings.T, abs=2e-3)
    assert factor(indicators, factors=2) == pytest.approx(found.weights)


def test_indicators_without_correlations_have_no_factor_in_common() -> None:
    from scipy.linalg import hadamard

    panel = hadamard(8)[:, 1:6].astype(np.float64)
    assert codes(lambda: factor(panel)) == ["W119"]
    assert pca(panel) == pytest.approx(np.full(5, 0.2))


def test_varimax_leaves_communalities_alone_and_agrees_with_statsmodels(tai: FloatArray) -> None:
    from statsmodels.multivariate.factor_rotation import rotate_factors

    raw = factor_weights(tai, factors=3).loadings
    turned, _ = rotate_factors(raw / np.linalg.norm(raw, axis=1, keepdims=True), "varimax")
    assert np.abs(varimax(raw)) == pytest.approx(np.abs(raw), abs=1e-6)
    lengths = np.linalg.norm(raw, axis=1, keepdims=True)
    simplicity = [np.var((loadings / lengths) ** 2, axis=0).sum() for loadings in (raw, turned * lengths)]
    assert simplicity[0] == pytest.approx(simplicity[1], rel=1e-5)


def test_the_first_component_may_hold_negative_loadings(tai: FloatArray) -> None:
    loading = first_component(tai)
    assert loading.sum() == pytest.approx(1.0)
    assert codes(lambda: weights.checked(loading)) == ["W112"] * int((loading < 0).sum())
    assert weights.checked(loading, negative=True) == pytest.approx(loading)


def test_combined_weights() -> None:
    assert weights.combine([0.5, 0.3, 0.2], [0.2, 0.3, 0.5]) == pytest.approx([10 / 29, 9 / 29, 10 / 29])
    root = np.sqrt([0.10, 0.09, 0.10])
    assert weights.combine([5, 3, 2], [2, 3, 5], "root-product") == pytest.approx(root / root.sum())
    assert weights.combine([5, 3, 2], [2, 3, 5], "linear", share=0.25) == pytest.approx([0.275, 0.3, 0.425])


def test_game_theoretic_combination_solves_its_equations() -> None:
    """Against the equations solved as they stand, and their least squares."""
    rng = np.random.default_rng(4)
    for _ in range(50):
        one, two = rng.dirichlet(np.ones(5), size=2)
        gram = np.array([[one @ one, one @ two], [two @ one, two @ two]])
        shares = np.abs(np.linalg.solve(gram, np.diag(gram)))
        shares /= shares.sum()
        assert weights.combine(one, two, "game") == pytest.approx(shares[0] * one + shares[1] * two)
        assert weights.combine(two, one, "博弈论组合赋权") == pytest.approx(weights.combine(one, two, "game"))
    assert weights.combine([3, 2, 1], [6, 4, 2], "game") == pytest.approx([1 / 2, 1 / 3, 1 / 6])
    mirrored = weights.combine([0.5, 0.3, 0.2], [0.2, 0.3, 0.5], "game")
    assert mirrored == pytest.approx([0.35, 0.3, 0.35])


def test_indicator_weights_roll_up_the_tree() -> None:
    tree = Tree(np.array([-1, 0, 0, 1, 1, 2, 2]), np.array([3, 4, 5, 6]))
    local = weights.local_from_leaves(tree, [2, 4, 1, 3])
    assert local == pytest.approx([1, 0.6, 0.4, 1 / 3, 2 / 3, 0.25, 0.75])
    assert tree.leaf_weights(local) == pytest.approx([0.2, 0.4, 0.1, 0.3])
    assert weights.local_from_leaves(tree, [1, 1, 0, 0])[5:] == pytest.approx([0.5, 0.5])


@given(panels)
def test_data_weights_sum_to_one_and_ignore_units_of_measure(panel: FloatArray) -> None:
    scale = np.linspace(0.5, 3.0, panel.shape[1])
    methods = [weights.entropy, weights.cv]
    if np.abs(np.corrcoef(panel.T) - np.eye(panel.shape[1])).max() < 0.999:
        methods.append(weights.critic)
    for method in methods:
        found = method(panel)
        assert found.sum() == pytest.approx(1.0)
        assert found.min() >= 0
        assert method(panel * scale) == pytest.approx(found, abs=1e-8)
        assert method(panel[::-1]) == pytest.approx(found, abs=1e-9)


@given(panels, st.integers(0, 10**6))
def test_correlations_with_blanks_are_those_of_pandas(panel: FloatArray, seed: int) -> None:
    import pandas as pd

    blanks = np.random.default_rng(seed).random(panel.shape) < 0.2
    gappy = np.where(blanks, np.nan, np.round(panel, 6))  # pandas is lost among last bits
    theirs = pd.DataFrame(gappy).corr(min_periods=3).to_numpy()
    ours = correlations(gappy)
    both = ~np.isnan(theirs) & ~np.isnan(ours)
    assert ours[both] == pytest.approx(theirs[both], abs=1e-6)


@pytest.mark.parametrize("method", [weights.entropy, weights.critic, weights.cv])
def test_a_constant_indicator_weighs_nothing(method: Callable[[object], FloatArray]) -> None:
    """And the others weigh what they weigh without it."""
    with_constant = np.insert(PANEL, 1, 7.0, axis=1)
    assert method(with_constant) == pytest.approx(np.insert(method(PANEL), 1, 0.0))
    assert codes(lambda: method(np.full((4, 2), 7.0))) == ["W101", "W101"]


def test_one_direction_serves_all() -> None:
    for method in (weights.entropy, weights.critic):
        assert method(PANEL, -1) == pytest.approx(method(PANEL, [-1] * PANEL.shape[1]))


def test_what_cannot_be_weighed_is_named() -> None:
    bad = PANEL.copy()
    bad[:, 1] = 3.0
    bad[1:, 2] = np.nan
    for method in (weights.entropy, weights.critic, weights.cv, pca, factor):
        told = ["W102"] if method in (weights.entropy, weights.critic, weights.cv) else ["W102", "W101"]
        assert codes(lambda method=method: method(bad)) == told
        assert codes(lambda method=method: method(PANEL[:1])) == ["W100"]
    assert codes(lambda: weights.entropy(-PANEL)) == ["W103"] * 12
    assert codes(lambda: weights.entropy(PANEL, [1, 0, 1])) == ["W104"]
    assert codes(lambda: weights.entropy(PANEL, [1, 1])) == ["M011"]
    assert codes(lambda: weights.critic(np.outer([1.0, 2, 3], [1.0, 2]))) == ["W106"]
    assert codes(lambda: weights.critic([[1, np.nan], [2, np.nan], [np.nan, 1], [np.nan, 2]])) == ["W105"]
    assert codes(lambda: weights.cv([[1.0], [-1.0]])) == ["W107"]
    assert codes(lambda: pca(PANEL[:2])) == ["W108"]
    doubled = np.column_stack([PANEL, PANEL[:, 0] * 2])
    assert codes(lambda: factor(doubled, factors=1)) == ["W109"]
    assert codes(lambda: factor(PANEL, factors=2)) == ["W115"]
    assert codes(lambda: pca(PANEL, factors=0)) == ["W115"]
    assert codes(lambda: weights.checked([1, np.nan, -1], 2)) == ["M011", "W111", "W112"]
    assert codes(lambda: weights.checked([0, 0])) == ["W113"]
    assert codes(lambda: weights.combine([1, -1], [1], "linear", share=2)) == ["W112", "W114"]
    assert codes(lambda: weights.combine([1, 0], [0, 1])) == ["W113"]
    assert codes(lambda: weights.equal(0)) == ["W100"]
