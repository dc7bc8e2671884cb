from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.methods.outliers import METHODS, Rule, box_cox, logarithm, shape, treat, winsorise

COINR = np.array([*range(1, 11), 30, 100], dtype=np.float64)
columns = arrays(np.float64, st.integers(4, 15), elements=st.integers(1, 1000).map(float), unique=True)


def one(values: FloatArray, method: str, force: bool = False, **settings: Any) -> Any:
    return treat(values[:, None], method, force=force, rule=Rule(**settings))


class TestShape:
    def test_of_excel(self) -> None:
        """Microsoft's pages of SKEW and KURT: {3, 4, 5, 2, 3, 4, 5, 6, 4, 7} has 0.359543 and -0.151800."""
        values = np.array([3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7])
        np.testing.assert_allclose(shape(values), (0.359543071, -0.151799637), rtol=1e-8)

    @given(columns)
    def test_formulas_written_out(self, values: FloatArray) -> None:
        n, z = len(values), (values - values.mean()) / values.std(ddof=1)
        skewness = n / ((n - 1) * (n - 2)) * (z**3).sum()
        kurtosis = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * (z**4).sum()
        kurtosis -= 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))
        np.testing.assert_allclose(shape(values), (skewness, kurtosis), rtol=1e-8, atol=1e-8)


class TestWinsorise:
    def test_example_of_coinr(self) -> None:
        """Reference page of COINr's winsorise: 100 becomes 30, one point."""
        found, high, low = winsorise(COINR)
        np.testing.assert_array_equal(found, [*range(1, 11), 30, 30])
        assert (high, low) == (1, 0)
        turned, high, low = winsorise(-COINR)
        np.testing.assert_array_equal(turned, -found)
        assert (high, low) == (0, 1)

    def test_forced_takes_all_points(self) -> None:
        found, high, low = winsorise(COINR, Rule(points=3), force=True)
        assert found.max() <= 10
        assert high + low == 3

    def test_never_more_than_the_cap(self) -> None:
        values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 500, 500, 500])
        found, high, _ = winsorise(values, Rule(points=2, skewness=0.5, kurtosis=0))
        assert high == 0
        np.testing.assert_array_equal(found, values)

    @given(columns, st.integers(0, 6), st.booleans())
    def test_order_is_kept_and_points_are_counted(self, values: FloatArray, points: int, force: bool) -> None:
        found, high, low = winsorise(values, Rule(points=points, skewness=0.5, kurtosis=0), force=force)
        assert high + low <= points
        assert (found != values).sum() <= high + low
        assert (np.diff(found[np.argsort(values)]) >= 0).all()
        assert values.min() <= found.min()
        assert found.max() <= values.max()


class TestTransform:
    def test_log_of_coinr(self) -> None:
        """log_CT: ln(x - min + 0.01 range)."""
        np.testing.assert_allclose(logarithm(COINR)(COINR), np.log(COINR - 1 + 0.99))

    def test_shifts(self) -> None:
        np.testing.assert_allclose(logarithm(COINR, "one")(COINR), np.log(COINR))
        np.testing.assert_allclose(logarithm(COINR + 5, "none")(COINR + 5), np.log(COINR + 5))

    def test_low_outliers_are_drawn_in(self) -> None:
        low = 200 - COINR
        before, after = shape(low)[0], shape(logarithm(low)(low))[0]
        assert before < -2
        assert abs(after) < 1
        np.testing.assert_allclose(logarithm(low)(low), -logarithm(COINR)(COINR))

    def test_box_cox_of_scipy(self) -> None:
        expected, power = stats.boxcox(COINR)
        transform = box_cox(COINR)
        assert transform.power == pytest.approx(power)
        np.testing.assert_allclose(transform(COINR), expected)
        np.testing.assert_allclose(box_cox(COINR, power=0.5)(COINR), stats.boxcox(COINR, 0.5))
        np.testing.assert_allclose(box_cox(COINR - 3, "one", 0)(COINR - 3), np.log(COINR))

    @given(columns, st.sampled_from(["range", "one", "none"]))
    def test_transforms_keep_the_order(self, values: FloatArray, shift: str) -> None:
        for transform in (logarithm(values, shift), box_cox(values, shift, 0.3)):
            assert (np.diff(transform(np.sort(values))) > 0).all()


class TestTreat:
    def test_only_what_fails_is_treated(self) -> None:
        panel = np.column_stack([COINR, np.arange(12.0)])
        found = treat(panel, "winsorise")
        assert [column.rule for column in found.columns] == ["winsorise 1", ""]
        assert all(column.passed for column in found.columns)
        assert (found.cells.rows.tolist(), found.cells.columns.tolist()) == ([11], [0])
        assert (found.cells.before.tolist(), found.cells.after.tolist()) == ([100], [30])
        assert found.cells.rules == ("winsorise 1",)

    def test_logarithm_where_winsorising_is_not_enough(self) -> None:
        values = np.array([*range(1, 31), 10_000, 10_000, 20_000], dtype=np.float64)
        found = one(values, "winsorise", points=1)
        assert found.columns[0].rule == "log"
        np.testing.assert_allclose(found.values[:, 0], logarithm(values)(values))
        left = one(values, "winsorise", points=1, skewness=0.1, kurtosis=-2, then="none")
        assert not left.columns[0].passed
        other = one(values, "winsorise", points=1, then="box-cox")
        assert other.columns[0].rule.startswith("box-cox")

    def test_forced(self) -> None:
        steady = np.arange(1.0, 13.0)
        assert one(steady, "log").columns[0].rule == ""
        np.testing.assert_allclose(one(steady, "log", True, shift="none").values[:, 0], np.log(steady))
        assert len(one(steady, "box-cox", True).cells) == 12

    def test_missing_cells_are_left_alone(self) -> None:
        values = np.insert(COINR, 3, np.nan)
        for method in METHODS:
            found = one(values, method, force=True)
            assert np.isnan(found.values[:, 0]).tolist() == np.isnan(values).tolist()

    def test_a_method_for_each_indicator(self) -> None:
        panel = np.column_stack([COINR] * 3)
        found = treat(panel, ["none", "log", "Box-Cox"])
        np.testing.assert_array_equal(found.values[:, 0], COINR)
        assert [column.rule.split(" ")[0] for column in found.columns] == ["", "log", "box-cox"]


class TestBadInput:
    def test_named_with_unit_and_indicator(self) -> None:
        panel = np.column_stack(
            [np.full(6, np.nan), [1.0, 2, 3, np.nan, np.nan, np.nan], [np.nan, 0, 1, 2, 3, -4], np.ones(6)]
        )
        with pytest.raises(TierwiseError) as error:
            treat(panel, "box-cox", force=True)
        found = [(found.code, found.row, found.column) for found in error.value.problems]
        assert found == [
            ("M002", None, 0),
            ("M008", None, 1),
            ("M003", 1, 2),
            ("M003", 5, 2),
            ("M001", None, 3),
        ]
        assert "box-cox" in error.value.text("zh")

    @pytest.mark.parametrize("method", ["log", "box-cox"])
    def test_a_constant_has_no_range_to_shift_by(self, method: str) -> None:
        with pytest.raises(TierwiseError) as error:
            treat(np.full((5, 1), 2.0), method, force=True, rule=Rule(shift="range"))
        assert [found.code for found in error.value.problems] == ["M001"]
        assert (treat(np.full((5, 1), 2.0), "log", force=True, rule=Rule(shift="one")).values == 0).all()

    def test_settings(self) -> None:
        with pytest.raises(TierwiseError, match="M011"):
            treat(np.ones((5, 2)), ["none"])
        with pytest.raises(TierwiseError, match="winsor"):
            treat(np.ones((5, 2)), "winsor")
