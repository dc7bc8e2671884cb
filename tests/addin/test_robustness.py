"""The family of functions that share one set of draws."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tierwise.errors import TierwiseError
from tierwise.kernels.ranks import rank
from tierwise_addin import call
from tierwise_addin.catalogue import functions
from tierwise_addin.functions_robustness import ARGUMENTS

VALUES = np.random.default_rng(3).uniform(1.0, 9.0, (12, 4)).tolist()
EXPERTS = np.random.default_rng(5).integers(1, 6, (7, 4)).astype(float).tolist()
WEIGHTS = [[4, 3, 2, 1]]
DRAWS = 2000
FAMILY = [function for function in functions().values() if function.family == "robustness"]


def columns(name, *cells):
    header, *rows = call(name, *cells)
    return dict(zip(header, np.array(rows, dtype=float).T, strict=True))


@pytest.mark.parametrize("spread", [0.25, EXPERTS], ids=["spread", "experts"])
def test_the_table_agrees_with_the_single_answers(spread):
    asked = (VALUES, WEIGHTS, spread, DRAWS, 7, 3, 6)
    told = columns("IDX_ROBUSTNESS", *asked)
    scores = np.ravel(call("IDX_SCORE", VALUES, WEIGHTS))
    assert_array_equal(told["score"], scores)
    assert_array_equal(told["rank"], rank(scores))
    low, high = np.array(call("IDX_RANK_INTERVAL", *asked)).T
    assert_array_equal(told["rank_low"], low)
    assert_array_equal(told["rank_high"], high)
    assert (told["rank_min"] <= low).all()
    assert (high <= told["rank_max"]).all()
    assert_array_equal(told["p_top"], np.ravel(call("IDX_TOP_PROBABILITY", *asked)))
    shares = np.array(call("IDX_TIER_PROBABILITY", *asked))
    assert_array_equal(np.column_stack([told[f"p_tier_{tier}"] for tier in (1, 2, 3)]), shares)
    assert_allclose(shares.sum(axis=1), told["p_top"])
    ranks = np.array(call("IDX_RANK_ACCEPTABILITY", *asked))
    assert_allclose(ranks.sum(axis=0), 1, atol=0.05)
    assert_allclose(ranks @ np.arange(1, 13), told["rank_mean"])
    wins = np.array(call("IDX_PAIRWISE", *asked))
    assert_allclose(wins.sum(axis=0) + 1, told["rank_mean"])
    assert_array_equal(np.isnan(told["tier"]), told["rank"] > 6)


@pytest.mark.parametrize("spread", [0.25, EXPERTS], ids=["spread", "experts"])
def test_sensitivity_tells_each_output_and_indicator(spread):
    header, *rows = call("IDX_SENSITIVITY", VALUES, WEIGHTS, spread, 4000, 1, 3)
    assert header == ["output", "input", "method", "first", "first_conf", "total", "total_conf"]
    assert [row[:3] for row in rows] == [
        [output, k, "sobol"] for output in ("rank_shift", "cut:1", "cut:2") for k in (1, 2, 3, 4)
    ]
    for output in ("rank_shift", "cut:1", "cut:2"):
        first, total = np.array([[row[3], row[5]] for row in rows if row[0] == output], dtype=float).T
        if spread is EXPERTS:  # none of a panel's weights moves by itself
            assert np.isnan(total).all()
        elif np.isfinite(first).all():
            assert (total > first - 0.2).all()
            assert 0.3 < total.sum() < 4


def test_an_indicator_that_is_alike_everywhere_moves_no_cut():
    values = np.random.default_rng(8).uniform(size=(15, 3))
    values[:, 2] = values[:, 1]
    _, *rows = call("IDX_SENSITIVITY", values.tolist(), [[1, 1, 1]], 0.5, 8000, 1, 2)
    total = {int(row[1]): row[5] for row in rows if row[0] == "rank_shift"}
    assert total[2] == pytest.approx(total[3], abs=0.15)
    assert total[1] > total[2]


def test_cuts_name_the_rows_on_both_sides():
    told = columns("IDX_TIER_BOUNDARIES", VALUES, WEIGHTS, 0.25, DRAWS, 1, 3)
    scores = np.ravel(call("IDX_SCORE", VALUES, WEIGHTS))
    plain = columns("IDX_CUTS", scores.tolist(), 3)
    assert_array_equal(told["rank"], plain["rank"])
    assert_allclose(told["score"], plain["score"])
    assert_array_equal(scores[told["unit_above"].astype(int) - 1], plain["score_above"])
    assert_array_equal(scores[told["unit_below"].astype(int) - 1], plain["score_below"])


def test_a_recalculation_changes_nothing_and_a_seed_does():
    first = call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.25, DRAWS)
    assert call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.25, DRAWS, 1) == first
    assert call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.25, DRAWS, 2) != first


def test_few_units_have_fewer_tiers_by_default():
    assert np.shape(call("IDX_TIER_PROBABILITY", VALUES[:3], WEIGHTS, 0.25, 500)) == (3, 3)


@pytest.mark.parametrize("function", FAMILY, ids=lambda function: function.name)
def test_the_family_shares_its_arguments(function):
    assert [one.name for one in function.arguments] == [*(one.name for one in ARGUMENTS), "labels"]
    assert function.slow


@pytest.mark.parametrize(
    ("spread", "line"),
    [
        (EXPERTS[:1], "experts_or_spread"),
        ([[1, 1, 1, 1]] * 5, "experts_or_spread"),
        ([[1, 2, 3]] * 5, "C007 experts_or_spread has 3 columns, values has 4"),
        ([*EXPERTS, [1, 2, -3, 4]], "experts_or_spread: row 8, column 3"),
        (1.5, "experts_or_spread"),
        (0, "U107"),
        ([[1, "x", 2, 3]] * 5, "C001 experts_or_spread: row 1, column 2 is the text 'x'"),
    ],
)
def test_experts_and_spreads_that_cannot_serve(spread, line):
    with pytest.raises(TierwiseError, match=line):
        call("IDX_ROBUSTNESS", VALUES, WEIGHTS, spread, DRAWS)


def test_more_draws_than_a_sheet_should_wait_for():
    with pytest.raises(TierwiseError, match=r"C023 draws: 1000000000000 draws of 12 units.*at most 83333333"):
        call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.2, 1e12)


def test_other_bad_arguments():
    with pytest.raises(TierwiseError, match="T101 count"):
        call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.2, 100, 1, 99)
    with pytest.raises(TierwiseError, match=r"C011 draws is 2\.5; give a whole number, 1 or more"):
        call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.2, 2.5)
