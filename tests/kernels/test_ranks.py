import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.stats import rankdata

from tierwise.errors import TierwiseError
from tierwise.kernels.ranks import TIES, rank

scores = arrays(
    np.float64,
    array_shapes(min_dims=1, max_dims=3, max_side=8),
    elements=st.one_of(
        st.integers(-3, 3).map(float),
        st.integers(-(10**9), 10**9).map(float),
        st.just(np.inf),
        st.just(-np.inf),
    ),
)


@given(scores, st.sampled_from(TIES), st.booleans())
def test_ranks_equal_those_of_scipy(values, ties, descending):
    expected = rankdata(-values if descending else values, method=ties, axis=-1)
    assert np.array_equal(rank(values, ties, descending), expected)


def test_competition_ranks_leave_a_gap_after_equals():
    # As the 2019 county list prints them: 85, 85, 87.
    assert rank([3.0, 2.0, 2.0, 1.0]).tolist() == [1, 2, 2, 4]
    assert rank([3.0, 2.0, 2.0, 1.0]).dtype == np.int64


def test_scores_are_rounded_before_they_are_ranked():
    assert rank([0.7441, 0.7439, 0.7434], decimals=3).tolist() == [1, 1, 3]


def test_a_missing_score_is_refused_with_its_unit():
    with pytest.raises(TierwiseError) as caught:
        rank([1.0, np.nan, 3.0, np.nan])
    assert [(found.code, found.row) for found in caught.value.problems] == [("U001", 1), ("U001", 3)]


def test_a_missing_score_of_a_draw_is_refused_with_its_unit_and_draw():
    scores = np.arange(12.0).reshape(3, 4)
    scores[0, 3] = scores[2, 1] = np.nan
    with pytest.raises(TierwiseError) as caught:
        rank(scores)
    assert [(found.code, found.row, found.column) for found in caught.value.problems] == [
        ("U001", 3, 0),
        ("U001", 1, 2),
    ]
    with pytest.raises(TierwiseError) as caught:
        rank(scores[2])
    assert [(found.row, found.column) for found in caught.value.problems] == [(1, None)]


def test_an_unknown_tie_rule_is_refused_with_the_nearest():
    with pytest.raises(TierwiseError, match="average"):
        rank([1.0], ties="averge")


def test_infinite_scores_and_no_scores_have_ranks():
    assert rank([np.inf, -np.inf, 0.0]).tolist() == [1, 3, 2]
    assert rank(np.empty((2, 0))).shape == (2, 0)
