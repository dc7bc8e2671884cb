from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata
from tests.raised import codes

from tierwise.arrays import FloatArray
from tierwise.methods import delphi_rounds as rounds
from tierwise.methods.verdicts import STEPS, verdict
from tierwise.sentences.experts import authority

likert = arrays(np.float64, (8, 3), elements=st.integers(1, 5).map(float))


def test_consensus_and_stability_are_two_things() -> None:
    split = np.array([[1.0], [1], [1], [5], [5], [5]])
    unchanged = rounds.stability(split, split)
    assert (unchanged.stable[0], unchanged.net_change[0], unchanged.p_wilcoxon[0]) == (True, 0.0, 1.0)
    assert not rounds.consensus(split, 5).agreed[0]
    joined = np.full((6, 1), 4.0)
    assert rounds.consensus(joined, 5).agreed[0]
    assert not rounds.stability(split, joined).stable[0]


def test_net_change_sets_gains_and_losses_off() -> None:
    one = np.array([[1.0], [2], [3], [3]])
    two = np.array([[2.0], [1], [3], [4]])
    found = rounds.stability(one, two)
    assert found.changed[0] == 0.75
    assert found.net_change[0] == 0.25
    assert found.mean_change[0] == pytest.approx(0.25)


@given(likert, likert)
def test_stability_is_symmetric_in_its_distances(one: FloatArray, two: FloatArray) -> None:
    there, back = rounds.stability(one, two), rounds.stability(two, one)
    assert there.net_change == pytest.approx(back.net_change)
    assert there.mean_change == pytest.approx(-back.mean_change)
    assert (there.net_change <= there.changed + 1e-12).all()
    assert ((there.p_wilcoxon > 0) & (there.p_wilcoxon <= 1)).all()


def test_the_signed_rank_test_is_exact() -> None:
    from scipy.stats import wilcoxon

    whole = np.random.default_rng(1).normal(0.4, 1.0, (30, 1))  # no ties: SciPy is exact
    found = rounds.stability(np.zeros((30, 1)), whole).p_wilcoxon[0]
    assert found == pytest.approx(wilcoxon(whole[:, 0], method="exact").pvalue, rel=1e-12)
    # With ties over all signs: five experts who all go one up, as a coin may five times.
    assert rounds.stability(np.ones((5, 1)), np.full((5, 1), 2.0)).p_wilcoxon[0] == 2 / 2**5
    moved = np.array([2.0, 1, -1, 1, 1, 1, -2, 3, 1])
    ranks, half = rankdata(np.abs(moved)), 22.5
    sums = np.array([ranks @ signs for signs in product((0, 1), repeat=9)])
    expected = np.mean(np.abs(sums - half) >= abs(ranks @ (moved > 0) - half))
    earlier = np.full((9, 1), 3.0)
    assert rounds.stability(earlier, earlier + moved[:, None]).p_wilcoxon[0] == expected


def test_only_experts_of_both_rounds_are_compared() -> None:
    one = np.array([[1.0], [5], [np.nan]])
    two = np.array([[1.0], [np.nan], [5]])
    found = rounds.stability(one, two)
    assert (found.n[0], found.changed[0]) == (1, 0.0)
    tables = rounds.aligned(("a", "b", "c"), [(("c", "a"), np.array([[1.0], [2.0]]))])
    assert tables[0][:, 0].tolist()[::2] == [2.0, 1.0]
    assert np.isnan(tables[0][1, 0])


def test_two_camps_are_found_and_one_is_not_parted() -> None:
    random = np.random.default_rng(0)
    growth = np.array([5, 5, 2, 1.0]) + random.uniform(-0.3, 0.3, (5, 4))
    green = np.array([1, 2, 5, 5.0]) + random.uniform(-0.3, 0.3, (3, 4))
    found = rounds.camps(np.vstack([green, growth]))
    assert found.camp.tolist() == [2, 2, 2, 1, 1, 1, 1, 1]
    assert found.count == 2
    assert found.silhouette > 0.7
    assert found.weights.sum(axis=1) == pytest.approx([1, 1])
    assert found.weights[0, 0] > found.weights[1, 0]
    assert rounds.camps(np.full((6, 4), 3.0)).count == 1
    assert rounds.camps(np.vstack([green, growth]), 3).count == 3
    gappy = np.vstack([green, growth])
    gappy[0, 0] = np.nan
    assert rounds.camps(gappy, 1).count == 1


def test_every_statistic_has_a_verdict_in_both_languages() -> None:
    for statistic in STEPS:
        for value in (-1.0, 0.0, 0.1, 0.3, 0.5, 0.72, 0.95, 3.0):
            assert verdict(statistic, value)
            assert verdict(statistic, value, "zh")
        assert verdict(statistic, float("nan")) == ""
    assert verdict("cv", 0.25) == "experts agree (0.25 or below)"
    assert verdict("kendall_w", 0.85) == "nearly the same order from all experts"
    assert verdict("authority coefficient", 0.7, "zh") == "专家权威程度较高（不低于0.70）"
    mean = float(np.mean([0.6, 0.7, 0.8]))  # its last bit is below 0.7
    assert mean < 0.7
    assert verdict("authority coefficient", mean) == "the experts know the matter (0.70 or above)"
    assert authority("2", None, None, mean).en.endswith("not below the usual 0.70")
    assert verdict("weight ratio", 1.2, "zh", 10).startswith("权重近乎相等：7至10分的评分")
    assert "scores of 2.1 to 3" in verdict("weight ratio", 1.2, "en", 3)
    assert codes(lambda: verdict("alpha", 1.0)) == ["S002"]


@pytest.mark.parametrize(("top", "band"), [(3, 0.5), (5, 1), (10, 1), (100, 10), (None, 1)])
def test_the_band_of_agreement_follows_the_scale(top: float | None, band: float) -> None:
    """Scores at a tenth of the scale from the median, and just beyond."""
    assert rounds.usual_band(top) == band
    middle = (top or 8) / 2
    within = np.array([[middle], [middle + band], [middle - band]])
    assert rounds.consensus(within, top).within_band.tolist() == [1.0]
    beyond = rounds.consensus(within * [[1], [1.01], [0.99]], top)
    assert beyond.within_band.tolist() == pytest.approx([1 / 3])


def test_rounds_that_do_not_fit() -> None:
    assert codes(lambda: rounds.stability([[1.0]], [[1.0, 2.0]])) == ["E113"]
    assert codes(lambda: rounds.stability([[1.0], [np.nan]], [[np.nan], [1.0]])) == ["E114"]
    assert codes(lambda: rounds.camps([[1.0, 2.0], [2.0, 1.0]])) == ["E115"]
    assert codes(lambda: rounds.camps(np.ones((3, 2)), 4)) == ["E115"]
    assert codes(lambda: rounds.camps([[0, 0], [1, 1], [1, 2]])) == ["E106"]
    assert codes(lambda: rounds.consensus([[6.0]], 5)) == ["E102"]


def test_the_signed_rank_test_of_darwins_maize() -> None:
    """Crossed against self-fertilised plants, in eighths of an inch (Darwin 1876; Fisher 1935): T = 24."""
    differences = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48])
    before = np.full((15, 1), 100.0)
    found = rounds.stability(before, before + differences[:, None])
    assert found.p_wilcoxon[0] == 0.041259765625
