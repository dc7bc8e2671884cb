"""Figures of Excel's function reference, and what the tests and manual of the R package COINr hold fixed."""

import numpy as np
import pytest

from tierwise.kernels.ranks import rank
from tierwise.methods.aggregate import aggregate
from tierwise.methods.normalise import normalise
from tierwise.methods.outliers import Rule, treat
from tierwise.methods.scores import Plan, node_scores


def column(*values: float) -> np.ndarray:  # type: ignore[type-arg]  # what normalise takes
    return np.array(values, dtype=np.float64)[:, None]


def test_excels_ranks() -> None:
    """RANK.EQ and RANK.AVG in Microsoft's reference."""
    assert rank([7, 3.5, 3.5, 1, 2], descending=False).tolist() == [5, 3, 3, 1, 2]
    assert rank([89, 88, 92, 101, 94, 97, 95], ties="average", descending=False).tolist()[4] == 4


def test_excels_percentile_ranks() -> None:
    """PERCENTRANK.INC in Microsoft's reference, cut off at three digits there."""
    found = normalise(column(13, 12, 11, 8, 4, 3, 2, 1, 1, 1), "percentile").ravel()
    assert [found[6], found[4], found[3]] == pytest.approx([0.333, 0.555, 0.666], abs=1e-3)


def test_coinrs_treatment_of_one_outlier() -> None:
    """test-treat.R: 1 to 10 and 100, at most 5 points: 100 becomes 10, the others stay."""
    done = treat(column(*range(1, 11), 100), "winsorise")
    assert done.values.ravel().tolist() == [*range(1, 11), 10]
    assert done.columns[0].passed


def test_coinrs_treatment_in_two_steps() -> None:
    """test-treat.R: 1 to 20, 100 and 200, one point only: not enough, so the logarithm of the values."""
    values = column(*range(1, 21), 100, 200)
    alone = treat(values, "winsorise", rule=Rule(points=1, then="none"))
    assert not alone.columns[0].passed
    both = treat(values, "winsorise", rule=Rule(points=1, then="log", shift="none"))
    assert both.values == pytest.approx(np.log(values))
    forced = treat(values, "winsorise", force=True, rule=Rule(points=3))
    assert int((forced.values != values).sum()) == 3


def test_coinrs_distances_to_a_target() -> None:
    """test-normalise.R: both directions, with and without a cap."""
    up, down = column(0, 5, 11), column(-1, 1, 10)
    assert normalise(up, "distance-to-target", target=10).ravel() == pytest.approx([0, 0.5, 1.1])
    assert normalise(up, "distance-to-target", target=10, cap=1).ravel() == pytest.approx([0, 0.5, 1])
    assert normalise(down, "distance-to-target", -1, target=0).ravel() == pytest.approx([1.1, 0.9, 0])
    assert normalise(down, "distance-to-target", -1, target=0, cap=1).ravel() == pytest.approx([1, 0.9, 0])


@pytest.mark.parametrize(
    ("value", "direction", "expected"),
    [(1, 1, 0.1), (11, 1, 1), (-1, 1, 0), (1, -1, 0.9), (-1, -1, 1), (11, -1, 0)],
)
def test_coinrs_goalposts(value: float, direction: int, expected: float) -> None:
    """test-normalise.R: goalposts 0 and 10."""
    assert normalise(column(value), "goalposts", direction, low=0, high=10).item() == pytest.approx(expected)


def test_coinrs_other_normalisations() -> None:
    """test-normalise.R: ranges, z-scores, Borda and turned directions."""
    ten = column(*range(1, 11))
    ranged = normalise(ten, "min-max", to=(2, 7)).ravel()
    assert (ranged.min(), ranged.max()) == (2, 7)
    scores = normalise(ten, "z-score", mean=5, sd=2).ravel()
    assert (scores.mean(), scores.std(ddof=1)) == pytest.approx((5, 2))
    assert sorted(normalise(ten, "borda").ravel().tolist()) == [*range(10)]
    assert normalise(ten, "min-max", -1, to=(0, 100)).ravel()[[0, -1]].tolist() == [100, 0]
    assert normalise(ten, "rank").ravel().tolist() == [*range(1, 11)]


def test_coinrs_copeland_takes_shares_of_weight() -> None:
    """Its vignette: a cell of the outranking matrix is the weight of the children in which a unit is ahead.

    Scores are the rows' sums (divided by n - 1 there); ties give half to each side here.
    """
    values = np.array([[1.0, 5.0, 3.0], [2.0, 4.0, 1.0], [3.0, 1.0, 2.0]])
    weights = np.array([0.5, 0.3, 0.2])
    ahead = (values[:, None, :] > values[None, :, :]) @ weights
    assert aggregate(values, weights, "copeland") == pytest.approx(ahead.sum(axis=1))


def test_coinr_skips_what_is_missing_and_asks_for_a_share() -> None:
    """test-aggregate.R: weights 1 to 5; four of five values missing at a threshold of 0.5 give no score."""
    values = np.random.default_rng(3).random((20, 5))
    values[0, :4] = np.nan
    weights = np.arange(1.0, 6.0)
    plan = Plan.uniform(values, minimum_share=0.5)
    found = node_scores(plan, np.concatenate([[1.0], weights / weights.sum()]))[:, 0]
    assert np.isnan(found[0])
    assert found[1:] == pytest.approx(np.average(values[1:], axis=1, weights=weights))
