"""Ranks and tiers under several weights, and how they differ from a base list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from tierwise.draws.setup import setup
from tierwise.draws.tier_rules import TierRule
from tierwise.kernels.tree import Tree
from tierwise.methods.tiers import cut
from tierwise.whatif.lists import base_list, differences, kendall, lists
from tierwise.whatif.vary import free_nodes, partly, varied


def test_tiers_and_ranks_are_those_of_each_list_by_itself() -> None:
    rng = np.random.default_rng(3)
    scores = rng.random((6, 30)).round(2)
    made = setup(scores[0], 1, top=20, tiers=TierRule(count=3))
    found = lists(made, scores)
    for row, tiers, ranks in zip(scores, found.tiers, found.ranks, strict=True):
        assert ranks.tolist() == [1 + int((row > score).sum()) for score in row]
        listed = ranks <= 20
        assert (tiers > 0).tolist() == listed.tolist()
        assert tiers[listed].tolist() == cut(row[listed], 3).tolist()


@pytest.mark.parametrize("rule", ["fixed-cuts", "fixed-sizes"])
def test_frozen_cuts(rule: str) -> None:
    base = np.array([0.9, 0.8, 0.5, 0.4, 0.1])
    made = setup(base, 1, tiers=TierRule(count=2, rule=rule, nominal=np.array([1, 1, 2, 2, 2])))
    found = lists(made, np.array([[0.9, 0.8, 0.7, 0.66, 0.1]]))
    assert found.tiers.tolist() == [[1, 1, 1, 1, 2] if rule == "fixed-cuts" else [1, 1, 2, 2, 2]]


def test_differences_by_hand() -> None:
    base = np.array([5.0, 4.0, 3.0, 2.0, 1.0])
    made = setup(base, 1, top=3, tiers=TierRule(count=2, method="fixed", sizes=(1, 2)))
    other = np.array([[4.0, 5.0, 1.0, 3.0, 2.0], [5.0, 4.0, 3.0, 2.0, np.nan]])
    found = differences(base_list(made), lists(made, other))
    # the last unit, listed in neither, moves a place and does not count
    assert found.rank_shift_mean.tolist() == [5 / 4, 0.0]
    assert found.rank_shift_max.tolist() == [2.0, 0.0]
    assert found.unit.tolist() == [2, 0]
    assert found.most_affected("abcde") == ["c", ""]  # where none moves, none is affected most
    assert found.units_changing_rank.tolist() == [4, 0]
    assert found.units_changing_tier.tolist() == [2, 0]
    assert found.entries.tolist() == [1, 0]
    assert found.exits.tolist() == [1, 0]
    assert found.spearman[0] == pytest.approx(spearmanr([1, 2, 3, 4, 5], [2, 1, 5, 3, 4]).statistic)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=12))
def test_correlations_are_scipys(pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs, dtype=float).T
    made = setup(first, 1)
    found = lists(made, second[None])
    tau = kendall(base_list(made).ranks[0], found.ranks[0])
    rho = differences(base_list(made), found).spearman[0]
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        assert np.isnan(tau)
        assert np.isnan(rho)
    else:
        assert tau == pytest.approx(kendalltau(first, second).statistic)
        assert rho == pytest.approx(spearmanr(first, second).statistic)


def test_a_weight_varied_leaves_the_siblings_in_proportion(two_levels: Tree) -> None:
    local = np.array([1, 0.6, 0.4, 0.5, 0.3, 0.2, 0.7, 0.3])
    rows = varied(two_levels, local, 3, [0.0, 0.5, 0.8])
    assert rows[1] == pytest.approx(local)
    assert rows[0, 3:6] == pytest.approx([0, 0.6, 0.4])
    assert rows[2, 3:6] == pytest.approx([0.8, 0.12, 0.08])
    assert rows[:, [0, 1, 2, 6, 7]] == pytest.approx(np.tile(local[[0, 1, 2, 6, 7]], (3, 1)))
    alone = varied(two_levels, np.array([1, 1.0, 0, 0.5, 0.3, 0.2, 0.7, 0.3]), 1, 0.4)
    assert alone[0, 1:3] == pytest.approx([0.4, 0.6])
    assert free_nodes(two_levels).tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_weights_given_in_part(two_levels: Tree) -> None:
    local = np.array([1, 0.6, 0.4, 0.5, 0.3, 0.2, 0.7, 0.3])
    found = partly(two_levels, local, {3: 0.2, 1: 3.0, 2: 1.0})
    assert found == pytest.approx([1, 0.75, 0.25, 0.2, 0.48, 0.32, 0.7, 0.3])


def test_a_list_without_any_score_has_no_shift() -> None:
    made = setup([3.0, 2.0, 1.0], 1)
    found = differences(base_list(made), lists(made, np.array([[np.nan] * 3, [1.0, np.nan, 2.0]])))
    np.testing.assert_array_equal(found.rank_shift_mean, [np.nan, 1.5])
    np.testing.assert_array_equal(found.rank_shift_max, [np.nan, 2])
    np.testing.assert_array_equal(found.exits, [3, 1])
