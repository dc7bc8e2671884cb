"""Scales, treatments and missing values that come from other years."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise import TierwiseError
from tierwise.methods.normalisations import METHODS
from tierwise.methods.normalise import normalise
from tierwise.methods.outliers import treat
from tierwise.methods.years import compound_growth, filled_between, slope

SETTINGS = {"low": 1.5, "high": 9.0, "target": 8.0}
COLUMN = st.lists(st.integers(1, 12).map(float), min_size=5, max_size=9)
BUILT_IN = sorted(name for name in METHODS if ":" not in name)


@pytest.mark.parametrize("method", BUILT_IN)
@pytest.mark.parametrize("direction", [1, -1])
@given(first=COLUMN, second=COLUMN)
def test_a_pooled_scale_gives_what_all_years_in_one_column_do(
    method: str, direction: int, first: list[float], second: list[float]
) -> None:
    """The reference stacks the years, as COINr normalises a panel."""
    stacked = np.array([*first, *second])[:, None]
    try:
        expected = normalise(stacked, method, direction, **SETTINGS)[:, 0]
    except TierwiseError:
        return
    for values, wanted in ((first, expected[: len(first)]), (second, expected[len(first) :])):
        found = normalise(np.array(values)[:, None], method, direction, among=[stacked[:, 0]], **SETTINGS)
        np.testing.assert_allclose(found[:, 0], wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("method", BUILT_IN)
@given(base=COLUMN, other=COLUMN)
def test_one_value_has_one_score_whatever_the_others_of_its_year(
    method: str, base: list[float], other: list[float]
) -> None:
    try:
        at_base = normalise(np.array(base)[:, None], method, among=[np.array(base)], **SETTINGS)[:, 0]
    except TierwiseError:
        return
    values = np.array([*other, base[0]])
    found = normalise(values[:, None], method, among=[np.array(base)], **SETTINGS)[:, 0]
    assert found[-1] == pytest.approx(at_base[0], rel=1e-12)


def test_a_rank_among_others_is_the_one_that_the_value_would_have() -> None:
    found = normalise([[0.0], [2.0], [2.5], [9.0]], "rank", among=[np.array([1.0, 2.0, 2.0, 3.0])])
    assert found[:, 0].tolist() == [1.0, 2.0, 4.0, 5.0]
    average = normalise([[2.0]], "rank", among=[np.array([1.0, 2.0, 2.0, 3.0])], ties="average")
    assert average.tolist() == [[2.5]]


@pytest.mark.parametrize("method", ["winsorise", "log", "box-cox"])
def test_a_treatment_of_all_years_is_the_one_of_their_column(method: str) -> None:
    rng = np.random.default_rng(3)
    years = np.exp(rng.normal(size=(2, 30)))
    years[1, 4] = 400.0
    stacked = years.reshape(-1)
    expected = treat(stacked[:, None], method)
    for at, values in enumerate(years):
        found = treat(values[:, None], method, among=[stacked])
        np.testing.assert_allclose(found.values[:, 0], expected.values[30 * at : 30 * at + 30, 0], rtol=1e-12)
        assert found.columns == expected.columns


def test_a_value_that_a_transformation_of_another_year_does_not_reach_is_named() -> None:
    base = np.array([10.0, 11.0, 12.0, 13.0, 900.0])
    with pytest.raises(TierwiseError) as caught:
        treat([[12.0], [0.5], [13.0]], "log", among=[base], force=True)
    assert [(one.code, one.row) for one in caught.value.problems] == [("M003", 1)]


def plain_fill(column: list[float | None], years: list[int], how: str) -> list[float | None]:
    """Return one series filled in, step by step."""
    out = [*column]
    for at, value in enumerate(column):
        earlier = [other for other in range(at) if column[other] is not None]
        later = [other for other in range(at + 1, len(column)) if column[other] is not None]
        if value is not None or not earlier:
            continue
        last = column[earlier[-1]]
        assert last is not None
        if how == "latest":
            out[at] = last
        elif later:
            following = column[later[0]]
            assert following is not None
            share = (years[at] - years[earlier[-1]]) / (years[later[0]] - years[earlier[-1]])
            out[at] = last + share * (following - last)
    return out


@given(
    st.lists(st.one_of(st.none(), st.integers(-50, 50).map(float)), min_size=1, max_size=7),
    st.sampled_from(["latest", "linear"]),
    st.data(),
)
def test_missing_years_are_filled_as_step_by_step(
    column: list[float | None], how: str, data: st.DataObject
) -> None:
    years = sorted(
        data.draw(st.lists(st.integers(2000, 2030), min_size=len(column), max_size=len(column), unique=True))
    )
    array = np.array([np.nan if value is None else value for value in column])
    found, first, second = filled_between(array, years, how)
    expected = np.array([np.nan if value is None else value for value in plain_fill(column, years, how)])
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    filled = np.isnan(array) & ~np.isnan(found)
    assert ((first >= 0) == filled).all()
    assert ((second >= 0) == (filled if how == "linear" else False)).all()


def test_growth_and_trend() -> None:
    assert compound_growth(100.0, 121.0, 2) == pytest.approx(0.1)
    assert np.isnan(compound_growth([-1.0, 0.0, 1.0], [1.0, 1.0, -1.0], 1)).all()
    years = [2015, 2017, 2018]
    values = np.array([[1.0, np.nan], [3.0, 2.0], [5.0, np.nan]])
    found = slope(values, years)
    assert found[0] == pytest.approx(np.polyfit(years, values[:, 0], 1)[0])
    assert np.isnan(found[1])
