from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.raised import codes

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree
from tierwise.methods import delphi
from tierwise.methods.concordance import kendall_w

SCORES = np.array([[5, 4, 3.0], [5, 3, 2], [4, 4, np.nan], [5, 5, 1]])


def test_statistics_of_each_column() -> None:
    found = delphi.statistics(SCORES, 5)
    assert found.n.tolist() == [4, 4, 3]
    assert found.mean == pytest.approx([4.75, 4.0, 2.0])
    assert found.sd == pytest.approx([0.5, np.sqrt(2 / 3), 1.0])
    assert found.cv == pytest.approx([0.5 / 4.75, np.sqrt(2 / 3) / 4, 0.5])
    assert found.median == pytest.approx([5, 4, 2])
    assert found.iqr == pytest.approx([0.25, 0.5, 1.0])
    assert found.full_score_ratio == pytest.approx([0.75, 0.25, 0.0])
    assert delphi.statistics(SCORES, 10).full_score_ratio == pytest.approx([0, 0, 0])
    assert delphi.statistics(SCORES).full_score_ratio is None
    assert np.isnan(delphi.statistics(SCORES[:1, :2]).sd).all()
    assert delphi.statistics(-SCORES).cv == pytest.approx(found.cv)


def test_weights_by_each_method() -> None:
    assert delphi.weights(SCORES) == pytest.approx(np.array([4.75, 4, 2]) / 10.75)
    assert delphi.weights(SCORES, "median") == pytest.approx(np.array([5, 4, 2]) / 11)
    assert delphi.weights(SCORES, "trimmed", trim=0.25) == pytest.approx(np.array([5, 4, 2]) / 11)
    authority = [0.9, 0.8, 0.7, 0.6]
    weighted = np.array([14.3 / 3.0, (3.6 + 2.4 + 2.8 + 3.0) / 3.0, (2.7 + 1.6 + 0.6) / 2.3])
    assert delphi.weights(SCORES, "authority", authority) == pytest.approx(weighted / weighted.sum())
    assert delphi.weights(SCORES, authority=authority) == pytest.approx(weighted / weighted.sum())


@given(arrays(np.float64, (7, 4), elements=st.floats(3.5, 5)))
def test_likert_scores_bound_the_ratio_of_weights(scores: FloatArray) -> None:
    found = delphi.weights(scores)
    assert found.max() / found.min() <= 5 / 3.5 + 1e-12


def test_weights_down_the_tree_are_made_within_each_group() -> None:
    tree = Tree(np.array([-1, 0, 0, 1, 1, 2]), np.array([3, 4, 5]))
    scores = np.array([[np.nan, 4, 2, 3, 1, np.nan], [np.nan, 4, 4, 3, 3, np.nan]])
    local = delphi.tree_weights(tree, scores)
    assert local == pytest.approx([1, 4 / 7, 3 / 7, 0.6, 0.4, 1])
    scores[:, 3:5] = np.nan
    nominal = np.array([1, 0.5, 0.5, 0.1, 0.9, 1])
    assert delphi.tree_weights(tree, scores, nominal=nominal)[3:5] == pytest.approx([0.1, 0.9])
    with pytest.raises(TierwiseError) as caught:
        delphi.tree_weights(tree, scores)
    assert [(found.code, found.column) for found in caught.value.problems] == [("E101", 3), ("E101", 4)]


def test_coefficients_of_a_round() -> None:
    assert delphi.positive_coefficient(18, 20) == pytest.approx(0.9)
    assert delphi.authority_coefficient([0.8, 1.0], [0.6, 0.9]) == pytest.approx([0.7, 0.95])


def test_threshold_screening() -> None:
    scores = np.array([[5, 4, 5, 2], [5, 5, 4, 5], [4, 5, 5, 1], [5, 4, 5, 3.0]])
    found = delphi.screen(scores, 5)
    mean, full = np.array([4.75, 4.5, 4.75, 2.75]), np.array([0.75, 0.5, 0.75, 0.25])
    cv = scores.std(axis=0, ddof=1) / mean
    assert found.least_mean == pytest.approx(mean.mean() - mean.std(ddof=1))
    assert found.least_full_score_ratio == pytest.approx(full.mean() - full.std(ddof=1))
    assert found.most_cv == pytest.approx(cv.mean() + cv.std(ddof=1))
    assert found.keep.tolist() == [True, True, True, False]
    assert found.fails[3].tolist() == [True, True, True]


def test_kendalls_w_with_ties_of_three_experts_and_six_papers() -> None:
    # Kendall (1948), ranks of six papers by three experts; 0.825397 without the correction for ties.
    ranks = np.array([[1, 4, 2.5, 5, 6, 2.5], [2, 3, 1, 5, 6, 4], [1.5, 3, 1.5, 4, 5.5, 5.5]])
    found = kendall_w(ranks)
    assert found.w == pytest.approx(0.849673, abs=5e-7)
    assert (found.chi2, found.df) == (pytest.approx(12.745098, abs=5e-7), 5)
    assert found.p_chi2 == pytest.approx(0.025888, abs=5e-7)
    sums = ranks.sum(axis=0)
    assert 12 * ((sums - sums.mean()) ** 2).sum() / (9 * 210) == pytest.approx(0.825397, abs=5e-7)
    assert found.f == pytest.approx(2 * found.w / (1 - found.w))
    assert (found.df_between, found.df_within) == (pytest.approx(5 - 2 / 3), pytest.approx(2 * (5 - 2 / 3)))
    assert found.p_permutation is not None
    assert 0.0001 < found.p_permutation < 0.01
    assert found.p_permutation == kendall_w(ranks).p_permutation
    assert kendall_w(ranks, permutations=0).p_permutation is None


@given(st.integers(0, 10**6))
def test_kendalls_w_is_friedmans_statistic_rescaled(seed: int) -> None:
    from scipy.stats import friedmanchisquare

    scores = np.random.default_rng(seed).integers(1, 6, (6, 5)).astype(float)
    if (np.ptp(scores, axis=1) == 0).all():
        return
    statistic, p = friedmanchisquare(*scores.T)
    found = kendall_w(scores, permutations=0)
    assert (found.chi2, found.p_chi2) == (pytest.approx(statistic), pytest.approx(p))


def test_the_permutation_test_is_exact_where_it_can_be_counted() -> None:
    from itertools import permutations as orders

    ranks = np.array([[1, 2, 3], [1, 3, 2], [1, 2, 3.0]])

    def squares(table: FloatArray) -> float:
        return float(((table.sum(axis=0) - 6) ** 2).sum())

    every = [
        np.array([a, b, c])
        for a in orders(range(1, 4))
        for b in orders(range(1, 4))
        for c in orders(range(1, 4))
    ]
    exact = np.mean([squares(table) >= squares(ranks) for table in every])
    assert kendall_w(ranks).p_permutation == pytest.approx(exact, abs=0.02)


def test_full_agreement_and_experts_with_blanks() -> None:
    found = kendall_w(np.array([[1, 2, 3, 4], [2, 4, 6, 8], [1, np.nan, 2, 3.0]]), permutations=99)
    assert (found.w, found.left_out, found.mean_spearman) == (1.0, 1, pytest.approx(1.0))
    assert (found.f, found.p_f) == (np.inf, 0.0)


def test_panels_that_do_not_fit() -> None:
    assert codes(lambda: delphi.statistics([1, 2])) == ["E100"]
    assert codes(lambda: delphi.statistics([[1, np.nan]])) == ["E101"]
    assert codes(lambda: delphi.statistics([[1, 7], [6, 0]], 5, scale_min=1)) == ["E102"] * 3
    assert codes(lambda: delphi.weights([[1, -1]], trim=0.5)) == ["E103", "E105"]
    assert codes(lambda: delphi.weights([[1, 1]], "authority")) == ["E104"]
    assert codes(lambda: delphi.weights([[1, 1]], authority=[1, 2])) == ["E104"]
    assert codes(lambda: delphi.weights([[1, np.nan], [1, 1]], authority=[1, 0])) == ["E101"]
    assert codes(lambda: delphi.weights([[0, 0]])) == ["E106"]
    assert codes(lambda: delphi.positive_coefficient(3, 2)) == ["E107"]
    assert codes(lambda: delphi.authority_coefficient([0.5, 2], [0.5])) == ["E108", "M011"]
    assert codes(lambda: delphi.screen([[1, 2]], 5)) == ["E109"]
    assert codes(lambda: delphi.screen([[0, 2], [0, 3]], 5)) == ["E110"]
    assert codes(lambda: kendall_w([[1, 2], [1, np.nan]])) == ["E111"]
    assert codes(lambda: kendall_w([[1, 1], [2, 2]])) == ["E112"]
    assert codes(lambda: kendall_w([1, 2])) == ["E100"]
    assert codes(lambda: delphi.weights([[1, 1]], "modal")) == ["S002"]


def test_the_coefficient_of_variation_of_certified_data() -> None:
    """NIST's StRD, NumAcc2: 1.2, then 1.1 and 1.3 in turn; certified mean 1.2, standard deviation 0.1."""
    found = delphi.statistics(np.array([1.2, *[1.1, 1.3] * 500])[:, None], scale_max=1.3)
    assert found.mean[0] == pytest.approx(1.2, abs=1e-14)
    assert found.sd[0] == pytest.approx(0.1, abs=1e-14)
    assert found.cv[0] == pytest.approx(1 / 12, abs=1e-14)
    assert found.full_score_ratio is not None
    assert found.full_score_ratio[0] == 500 / 1001
