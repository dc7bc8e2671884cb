"""Normalisations on the scale of other values, and of the fewest values that they can serve."""

from bisect import bisect_left, bisect_right

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.raised import codes

from tierwise.errors import TierwiseError
from tierwise.methods import normalisations_scales as scales
from tierwise.methods.normalisations import METHODS
from tierwise.methods.normalisations_base import Normalisation

whole = st.lists(st.integers(0, 6), min_size=1, max_size=9)


@given(whole, whole, st.sampled_from(["min", "max", "average", "dense"]))
def test_ranks_among_other_values(among: list[int], values: list[int], ties: str) -> None:
    """As if the value were the only one of its size beside those that it equals."""
    known = sorted({*among}) if ties == "dense" else sorted(among)
    expected = []
    for value in values:
        below, equals = bisect_left(known, value), bisect_right(known, value) - bisect_left(known, value)
        share = {"max": 1.0, "average": 0.5}.get(ties, 0.0)
        expected.append(below + 1 + share * max(equals - 1, 0))
    found = scales.rank(np.array(values, float), ties=ties, among=np.array(among, float))  # type: ignore[arg-type]
    assert found.tolist() == expected


def test_two_values_are_enough() -> None:
    half = np.sqrt(0.5)
    np.testing.assert_allclose(scales.z_score(np.array([3.0, 7.0])), [-half, half])
    np.testing.assert_allclose(scales.z_score(np.array([3.0, 7.0]), ddof=0), [-1, 1])
    assert scales.percentile(np.array([3.0, 7.0])).tolist() == [0, 1]
    assert scales.percentile(np.array([3.0, 7.0]), of="all").tolist() == [0.5, 1]
    assert codes(lambda: scales.z_score(np.array([3.0]))) == ["M008"]
    assert codes(lambda: scales.percentile(np.array([3.0]))) == ["M008"]


def test_better_than_the_best_of_the_scale_is_above_1() -> None:
    found = scales.distance_to_best(np.array([60.0, 50.0, 0.0]), among=np.array([10.0, 50.0]))
    np.testing.assert_allclose(found, [1.25, 1, -0.25])


@pytest.mark.parametrize(("values", "row"), [([-2.0, 0.0], 1), ([-0.5, -2.0], 0), ([-3.0, -0.25], 1)])
def test_no_fraction_of_a_maximum_that_is_not_above_zero(values: list[float], row: int) -> None:
    with pytest.raises(TierwiseError) as caught:
        scales.fraction_of_maximum(np.array(values))
    assert [(one.code, one.row, one.fields["value"]) for one in caught.value.problems] == [
        ("M003", row, max(values))
    ]
    with pytest.raises(TierwiseError) as caught:
        scales.fraction_of_maximum(np.array([1.0]), among=np.array(values))
    assert [(one.code, one.row) for one in caught.value.problems] == [("M003", None)]


@pytest.mark.parametrize("reference", [0.0, -0.5, -3.0])
def test_no_ratio_to_a_reference_that_is_not_above_zero(reference: float) -> None:
    assert codes(lambda: scales.ratio_to_reference(np.array([1.0, 2.0]), reference=reference)) == ["M003"]


@pytest.mark.parametrize(("low", "high"), [(5.0, 5.0), (6.0, 5.0)])
def test_goalposts_that_do_not_rise(low: float, high: float) -> None:
    assert codes(lambda: scales.scaled(np.array([1.0]), low=low, high=high)) == ["M004"]


def test_ones_own_method_without_another_scale_is_refused() -> None:
    own = Normalisation("own:halved", lambda values: values / 2, zh="减半")
    assert own.scores(np.array([1.0, 4.0])).tolist() == [0.5, 2.0]
    assert codes(lambda: own.scores(np.array([1.0, 4.0]), among=np.array([1.0, 9.0]))) == ["M047"]
    assert METHODS["none"].scores(np.array([1.0]), among=np.array([9.0])).tolist() == [1.0]
