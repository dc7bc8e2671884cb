from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.impute import KNNImputer
from sklearn.linear_model import LinearRegression

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.methods.impute import METHODS, impute

PANEL = np.array([[1.0, 10], [2, np.nan], [3, 30], [6, 50], [np.nan, 70]])
PROVINCES = ("江苏", "江苏", "江苏", "浙江", "浙江")
panels = arrays(np.float64, (9, 3), elements=st.integers(0, 50).map(float), unique=True)


def with_gaps(panel: FloatArray, gaps: list[tuple[int, int]]) -> FloatArray:
    panel = panel.copy()
    for gap in gaps:
        panel[gap] = np.nan
    return panel


class TestDefinitions:
    @pytest.mark.parametrize(
        ("method", "first", "second"),
        [("mean", 3, 40), ("median", 2.5, 40), ("group-mean", 6, 20), ("group-median", 6, 20)],
    )
    def test_centres(self, method: str, first: float, second: float) -> None:
        found = impute(PANEL, method, groups=[PROVINCES])
        assert (found.values[4, 0], found.values[1, 1]) == (first, second)
        assert (found.cells.rows.tolist(), found.cells.columns.tolist()) == ([4, 1], [0, 1])
        assert np.isnan(found.cells.before).all()
        assert found.cells.after.tolist() == [first, second]
        assert found.cells.rules == (method, method)

    def test_a_wider_group_where_the_first_has_none(self) -> None:
        prefectures = ("无锡", "苏州", "苏州", "杭州", "宁波")
        found = impute(PANEL, "group-mean", groups=[prefectures, PROVINCES])
        assert (found.values[4, 0], found.values[1, 1]) == (6, 30)

    def test_a_blank_group_is_none(self) -> None:
        """Units without a prefecture do not make one together: the province fills what they lack."""
        column = np.array([[1.0], [2.0], [np.nan], [50.0], [6.0]])
        prefectures = ["无锡", "无锡", "", "", ""]
        provinces = ["江苏", "江苏", "江苏", "浙江", "浙江"]
        assert impute(column, "group-mean", groups=[prefectures, provinces]).values[2, 0] == 1.5
        with pytest.raises(TierwiseError) as error:
            impute(column, "group-mean", groups=[prefectures])
        assert [(one.code, one.row, one.column) for one in error.value.problems] == [("M048", 2, 0)]
        assert error.value.text("zh")

    def test_a_unit_of_several_groups_counts_in_each(self) -> None:
        column = np.array([[1.0], [2.0], [np.nan], [4.0], [8.0]])
        belts = ["长三角；长江经济带", "长 三 角", "长江经济带", "长江经济带", ""]
        assert impute(column, "group-mean", groups=[belts]).values[2, 0] == 2.5  # of 1 and 4
        column[0] = np.nan
        assert impute(column, "group-median", groups=[belts]).values[:3, 0].tolist() == [3.0, 2.0, 4.0]

    @given(panels)
    def test_regression_is_least_squares(self, panel: FloatArray) -> None:
        holed = with_gaps(panel, [(2, 1), (7, 1)])
        there = ~np.isnan(holed[:, 1])
        if np.linalg.matrix_rank(holed[there][:, [0, 2]] - holed[there][:, [0, 2]].mean(axis=0)) < 2:
            return
        model = LinearRegression().fit(holed[there][:, [0, 2]], holed[there, 1])
        found = impute(holed, "regression").values
        np.testing.assert_allclose(
            found[~there, 1], model.predict(holed[~there][:, [0, 2]]), rtol=1e-6, atol=1e-6
        )

    def test_regressions_on_one_another(self) -> None:
        """Two indicators that follow a third exactly are found again."""
        rng = np.random.default_rng(1)
        first = rng.normal(size=12)
        panel = np.column_stack([first, 2 * first + 1, 5 - first, rng.normal(size=12)])
        holed = with_gaps(panel, [(0, 1), (3, 2), (5, 1), (5, 2)])
        np.testing.assert_allclose(impute(holed, "regression").values, panel, atol=1e-3)

    def test_nearest_neighbours_do_not_depend_on_units_of_measure(self) -> None:
        rng = np.random.default_rng(2)
        panel = with_gaps(rng.normal(size=(20, 4)), [(0, 1), (5, 2), (9, 0), (9, 3)])
        scale = np.array([1, 1000, 0.01, 7])
        found = impute(panel, "knn", neighbours=3).values
        np.testing.assert_allclose(impute(panel * scale, "knn", neighbours=3).values, found * scale)
        standard = (panel - np.nanmean(panel, axis=0)) / np.nanstd(panel, axis=0)
        expected = KNNImputer(n_neighbors=3).fit_transform(standard)
        np.testing.assert_allclose((found - np.nanmean(panel, axis=0)) / np.nanstd(panel, axis=0), expected)


class TestProperties:
    @given(panels, st.sampled_from([name for name in METHODS if METHODS[name].fills]), st.data())
    def test_only_gaps_change_and_none_is_left(
        self, panel: FloatArray, method: str, data: st.DataObject
    ) -> None:
        gaps = data.draw(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=3), label="gaps")
        holed = with_gaps(panel, sorted(gaps))
        found = impute(holed, method, groups=[["a"] * 9], rounds=2000)
        assert np.isfinite(found.values).all()
        known = ~np.isnan(holed)
        np.testing.assert_array_equal(found.values[known], panel[known])
        assert len(found.cells) == len(gaps)


def test_rounding_in_a_column_is_no_difference_between_units() -> None:
    level = [0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3]  # equal but for the last bit
    panel = np.column_stack([[1.0, 2.0, 3.0, 4.0, 5.0], level, [10.0, np.nan, 30.0, 40.0, 50.0]])
    plain = impute(panel[:, [0, 2]], "knn", neighbours=2).values[1, 1]
    assert impute(panel, "knn", neighbours=2).values[1, 2] == pytest.approx(plain) == pytest.approx(20.0)


class TestBadInput:
    @pytest.mark.parametrize(
        ("panel", "method", "settings", "expected"),
        [
            ([[np.nan, 1], [np.nan, 2]], "mean", {}, [("M002", None, 0)]),
            (PANEL, "group-mean", {}, [("M032", None, None)]),
            (PANEL, "group-mean", {"groups": [["a", "b", "c", "d", "e"]]}, [("M033", 1, 1), ("M033", 4, 0)]),
            (PANEL[:2], "regression", {}, [("M034", None, 1)]),
            (PANEL, "knn", {"neighbours": 0}, [("M010", None, None)]),
            (PANEL, "knearest", {}, [("S002", None, None)]),
        ],
    )
    def test_named(
        self, panel: Any, method: str, settings: dict[str, Any], expected: list[tuple[str, Any, Any]]
    ) -> None:
        with pytest.raises(TierwiseError) as error:
            impute(panel, method, **settings)
        assert [(found.code, found.row, found.column) for found in error.value.problems] == expected
        assert error.value.text("zh")

    def test_regressions_that_do_not_settle(self) -> None:
        panel = with_gaps(np.random.default_rng(3).normal(size=(9, 3)), [(0, 0), (1, 1), (2, 2), (3, 0)])
        with pytest.raises(TierwiseError, match="M035"):
            impute(panel, "regression", rounds=1)
