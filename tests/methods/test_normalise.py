from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.methods import normalisations, normalisations_goalposts
from tierwise.methods.normalise import METHODS, normalise

panels = arrays(
    np.float64,
    st.tuples(st.integers(3, 12), st.integers(1, 4)),
    elements=st.floats(1, 1e6).map(lambda value: round(value, 3)),
    unique=True,
)
NEEDS: dict[str, dict[str, Any]] = {
    "goalposts": {"low": 0.0, "high": 2e6},
    "distance-to-target": {"target": 2e6},
    "two-ended": {"target": 100.0},
    "distance-to-reference": {"reference": "best"},
}


def column(*values: float) -> FloatArray:
    return np.array(values)[:, None]


def codes(error: pytest.ExceptionInfo[TierwiseError]) -> list[tuple[str, int | None, int | None]]:
    return [(found.code, found.row, found.column) for found in error.value.problems]


class TestPublished:
    """OECD/JRC Handbook 2008, Table 15: mean years of schooling of 23 countries."""

    @pytest.mark.parametrize(
        ("name", "method", "settings", "half_unit"),
        [
            ("rank", "rank", {}, 0.0),
            ("z", "z-score", {}, 0.005),
            ("minmax", "min-max", {}, 0.005),
            ("ratio_mean", "ratio-to-reference", {}, 0.005),
            ("above_below_p20", "indicator", {"band": 0.2}, 0.0),
            ("percentile", "percentile", {"of": "all", "to": (0, 100)}, 0.05),
            ("categorical", "categorical", {}, 0.0),
        ],
    )
    def test_schooling(
        self, handbook: Any, name: str, method: str, settings: dict[str, Any], half_unit: float
    ) -> None:
        schooling = handbook.panel[:, [handbook.indicators.index("schooling")]]
        found = normalise(schooling, method, **settings)[:, 0]
        np.testing.assert_allclose(found, handbook.column("schooling", name), rtol=0, atol=half_unit + 1e-9)

    def test_goalposts_of_the_tai(self, handbook: Any) -> None:
        """UNDP 2001: Finland 0.74, Sweden 0.70, Hungary 0.46."""
        index = normalise(handbook.panel, "goalposts", low=handbook.low, high=handbook.high).mean(axis=1)
        shown = {
            name: round(index[handbook.countries.index(name)], 2) for name in ("Finland", "Sweden", "Hungary")
        }
        assert shown == {"Finland": 0.74, "Sweden": 0.70, "Hungary": 0.46}


class TestDefinitions:
    values = column(10, 40, 20, 50)

    def check(self, expected: list[float], method: str, **settings: Any) -> None:
        found = normalise(self.values, method, **settings)[:, 0]
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)

    def test_to_any_range(self) -> None:
        self.check([1, 75.25, 25.75, 100], "min-max", to=(1, 100))
        self.check([100, 25.75, 75.25, 1], "min-max", directions=-1, to=(1, 100))

    def test_z_scores_of_scipy(self) -> None:
        self.check(list(stats.zscore(self.values[:, 0], ddof=1)), "z-score")
        self.check(list(100 + 10 * stats.zscore(self.values[:, 0])), "z-score", mean=100, sd=10, ddof=0)
        self.check(list(-stats.zscore(self.values[:, 0], ddof=1)), "z-score", directions=-1)

    def test_scaled(self) -> None:
        self.check([10, 40, 20, 50], "scaled")
        self.check([90, 60, 80, 50], "scaled", directions=-1)
        self.check([0, 60, 20, 80], "scaled", low=10, high=60)

    def test_ranks(self) -> None:
        self.check([1, 3, 2, 4], "rank")
        self.check([4, 2, 3, 1], "rank", directions=-1)
        self.check([0, 2, 1, 3], "borda")
        self.check([0, 2 / 3, 1 / 3, 1], "percentile")
        tied = normalise(column(3, 1, 3, 2), "rank", ties="average")
        np.testing.assert_array_equal(tied[:, 0], [3.5, 1, 3.5, 2])

    def test_distances(self) -> None:
        self.check([0, 0.75, 0.25, 1], "distance-to-best")
        self.check([0, 1, 1 / 3, 4 / 3], "distance-to-reference", reference=1)
        self.check([0, 1, 1 / 3, 1], "distance-to-reference", reference=1, cap=True)
        self.check([0, 0.5, 1 / 6, 2 / 3], "distance-to-target", target=70)
        self.check([1.25, 0.3125, 0.9375, 0], "distance-to-target", target=18, directions=-1)

    def test_shares(self) -> None:
        self.check([0.2, 0.8, 0.4, 1], "fraction-of-maximum")
        self.check([1, 0.25, 0.5, 0.2], "fraction-of-maximum", directions=-1)
        self.check([1 / 3, 4 / 3, 2 / 3, 5 / 3], "ratio-to-reference", reference="mean")
        self.check([3, 0.75, 1.5, 0.6], "ratio-to-reference", reference="median", directions=-1)
        self.check([0.25, 1, 0.5, 1.25], "ratio-to-reference", reference=1)

    def test_goalposts_with_and_without_caps(self) -> None:
        self.check([0, 1, 0.25, 1], "goalposts", low=15, high=35)
        self.check([-0.25, 1.25, 0.25, 1.75], "goalposts", low=15, high=35, cap=False)
        self.check([100, 0, 75, 0], "goalposts", low=15, high=35, to=(0, 100), directions=-1)

    def test_two_ended(self) -> None:
        self.check([0, 0.5, 0.5, 0], "two-ended", target=30)
        self.check([0.5, 0.5, 1, 0], "two-ended", low=20, high=30)
        self.check([1, 1, 1, 1], "two-ended", low=0, high=60)

    def test_two_ended_on_either_side_and_inside(self) -> None:
        found = normalise(column(0, 25, 32), "two-ended", low=20, high=30)
        np.testing.assert_allclose(found[:, 0], [0, 1, 0.9])
        found = normalise(column(19.5, 19.75, 25), "two-ended", low=20, high=30)
        np.testing.assert_allclose(found[:, 0], [0, 0.5, 1])

    @pytest.mark.parametrize("given", [{}, {"low": 1}, {"high": 9}])
    def test_two_ended_needs_a_target_or_both_ends(self, given: dict[str, float]) -> None:
        with pytest.raises(TierwiseError) as error:
            normalise(self.values, "two-ended", **given)
        assert {found.code for found in error.value.problems} == {"M005"}

    def test_two_ended_the_wrong_way_round(self) -> None:
        with pytest.raises(TierwiseError, match="M004"):
            normalisations_goalposts.two_ended(self.values[:, 0], low=30, high=20)

    def test_efficacy_is_capped_at_both_ends(self) -> None:
        self.check([60, 100, 60, 100], "efficacy", low=20, high=30, cap=True)

    def test_efficacy(self) -> None:
        """功效系数法: 60 at the value that is not allowed, 100 at the satisfactory one."""
        self.check([60, 90, 70, 100], "efficacy")
        self.check([100, 70, 90, 60], "efficacy", directions=-1)
        self.check([50, 80, 60, 90], "efficacy", low=20, high=60)
        self.check([60, 80, 60, 90], "efficacy", low=20, high=60, cap=True)

    def test_on_the_edge_of_the_band_is_within(self) -> None:
        """0.2 of the mean either way, whatever rounding makes of 0.2."""
        np.testing.assert_array_equal(
            normalise(column(8, 10, 12, 7.9, 12.1), "indicator", band=0.2)[:, 0], [0, 0, 0, -1, 1]
        )
        np.testing.assert_array_equal(
            normalise(column(0.07, 0.1, 0.13), "indicator", band=0.3)[:, 0], [0, 0, 0]
        )

    def test_logarithms_rise_where_no_direction_is_given(self) -> None:
        values = self.values[:, 0]
        np.testing.assert_allclose(normalisations.logarithm(values, log_base=10), np.log10(values))
        share = (np.log10(values) - 1) / (np.log10(50) - 1)
        np.testing.assert_allclose(normalisations.log_min_max(values, to=(0, 100)), 100 * share, atol=1e-12)

    def test_vectors_of_length_1_and_0(self) -> None:
        np.testing.assert_array_equal(normalisations.vector(np.array([0.6, -0.8])), [0.6, -0.8])
        with pytest.raises(TierwiseError) as error:
            normalisations.vector(np.zeros(3))
        assert [(found.code, found.fields["value"]) for found in error.value.problems] == [("M001", 0.0)]

    def test_edges_of_bands_may_stand_close(self) -> None:
        close = {"bands": "value", "band_edges": [0.2, 0.4, 1.4], "band_scores": [0, 1, 2, 3]}
        found = normalise(column(0.1, 0.2, 0.39, 0.4, 1.4), "categorical", **close)
        np.testing.assert_array_equal(found[:, 0], [0, 1, 1, 2, 3])

    def test_bands(self) -> None:
        edges = {"bands": "value", "band_edges": [20, 45], "band_scores": [1, 2, 3]}
        self.check([1, 2, 2, 3], "categorical", **edges)
        self.check([3, 2, 3, 1], "categorical", directions=-1, **edges)

    def test_the_bands_of_table_15(self) -> None:
        """Of 100 units the top 6 (the 95th percentile and above) have 100, the next 10 have 80, and so on."""
        found = normalise(np.arange(100.0)[:, None], "categorical")[:, 0]
        sizes = {0: 4, 20: 10, 40: 20, 50: 30, 60: 20, 80: 10, 100: 6}
        assert found.tolist() == [score for score, size in sizes.items() for _ in range(size)]

    def test_logarithms(self) -> None:
        self.check(list(np.log([10, 40, 20, 50])), "log")
        self.check(list(-np.log2([10, 40, 20, 50])), "log", log_base=2, directions=-1)
        self.check(list(np.log([1, 4, 2, 5]) / np.log(5)), "log-min-max")

    def test_above_and_below(self) -> None:
        self.check([-1, 1, -1, 1], "indicator")
        self.check([1, 0, 0, -1], "indicator", directions=-1, band=0.5)

    def test_vector(self) -> None:
        self.check(list(np.array([10, 40, 20, 50]) / np.sqrt(4600)), "vector")
        self.check(list(1 - np.array([10, 40, 20, 50]) / np.sqrt(4600)), "vector", directions=-1)

    def test_one_method_for_each_indicator(self) -> None:
        panel = np.column_stack([self.values, self.values, self.values])
        found = normalise(panel, ["min-max", "Z Score", "功效系数法"], [1, -1, 1])
        alone = [normalise(self.values, "min-max"), normalise(self.values, "z-score", -1)]
        np.testing.assert_array_equal(found[:, :2], np.column_stack(alone))
        np.testing.assert_array_equal(found[:, 2], [60, 90, 70, 100])


class TestProperties:
    @given(panels, st.sampled_from(sorted(METHODS.keys() - {"two-ended"})))
    def test_more_is_never_worse(self, panel: FloatArray, method: str) -> None:
        settings = NEEDS.get(method, {})
        scores = normalise(panel, method, **settings)
        below = {key: 0.5 if key == "target" else value for key, value in settings.items()}
        turned = normalise(panel, method, -1, **below)
        for values, up, down in zip(panel.T, scores.T, turned.T, strict=True):
            order = np.argsort(values)
            assert (np.diff(up[order]) >= -1e-12).all()
            assert (np.diff(down[order]) <= 1e-12).all()

    @given(panels, st.sampled_from(sorted(METHODS)), st.data())
    def test_missing_stays_missing_and_changes_nothing_else(
        self, panel: FloatArray, method: str, data: st.DataObject
    ) -> None:
        gone = data.draw(st.integers(0, len(panel)), label="row")
        settings = NEEDS.get(method, {})
        scores = normalise(np.insert(panel, gone, np.nan, axis=0), method, **settings)
        assert np.isnan(scores[gone]).all()
        np.testing.assert_array_equal(np.delete(scores, gone, axis=0), normalise(panel, method, **settings))

    @given(panels, st.floats(0.5, 100), st.floats(0, 100))
    def test_change_of_unit_changes_no_linear_score(
        self, panel: FloatArray, factor: float, shift: float
    ) -> None:
        for method in ("min-max", "z-score", "efficacy", "distance-to-best"):
            changed = normalise(panel * factor + shift, method)
            np.testing.assert_allclose(changed, normalise(panel, method), rtol=1e-6, atol=1e-6)


def test_the_example_for_contributors(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Path(__file__).parents[2].joinpath("CONTRIBUTING.md").read_text(encoding="utf-8")
    shown = next(block for block in page.split("```") if "def root(" in block)
    monkeypatch.setattr(METHODS, "_methods", {**METHODS})
    monkeypatch.setattr(METHODS, "_names", {**METHODS._names})
    exec(shown, {**vars(normalisations)})
    values = column(1, 27, 8)
    np.testing.assert_allclose(normalise(values, "开方法", degree=3)[:, 0], [1 / 3, 1, 2 / 3])
    np.testing.assert_allclose(normalise(values, "root", -1, degree=3)[:, 0], [1, 1 / 3, 1 / 2])
    pooled = METHODS["root"].scores(np.array([1.0, 8.0]), among=np.array([1.0, 8.0, 27.0]), degree=3)
    np.testing.assert_allclose(pooled, [1 / 3, 2 / 3])
    with pytest.raises(TierwiseError) as error:
        normalise(column(1, 0, 8), "root")
    assert codes(error) == [("M003", 1, 0)]


class TestBadInput:
    def test_everything_at_once(self) -> None:
        panel = np.array([[1, 5, np.nan, 0, 2], [2, 5, np.nan, -3, np.inf], [3, 5, np.nan, 4, 1]])
        with pytest.raises(TierwiseError) as error:
            normalise(panel, ["min-max", "min-max", "rank", "log", "min-max"], [0, 1, 1, 1, 1])
        assert codes(error) == [
            ("M006", None, 0),
            ("M001", None, 1),
            ("M002", None, 2),
            ("M003", 0, 3),
            ("M003", 1, 3),
            ("M007", 1, 4),
        ]
        assert "min-max" in error.value.problems[1].text()

    def test_rows_are_those_of_the_panel(self) -> None:
        with pytest.raises(TierwiseError) as error:
            normalise(column(np.nan, 1, 0, 3), "log")
        assert codes(error) == [("M003", 2, 0)]

    @pytest.mark.parametrize(
        ("method", "settings", "code"),
        [
            ("z-score", {"values": column(1)}, "M008"),
            ("percentile", {"values": column(1)}, "M008"),
            ("goalposts", {"high": 1}, "M005"),
            ("goalposts", {"low": 5, "high": 1}, "M004"),
            ("distance-to-target", {}, "M005"),
            ("distance-to-target", {"target": 1}, "M012"),
            ("distance-to-reference", {"values": column(0.1, 0.1, 0.1)}, "M012"),
            ("two-ended", {}, "M005"),
            ("two-ended", {"target": 2, "directions": -1}, "M009"),
            ("min-max", {"to": (1, 1)}, "M010"),
            ("log", {"log_base": 1}, "M010"),
            ("log", {"log_base": 0.5}, "M010"),
            ("categorical", {"band_edges": [2, 1], "band_scores": [0, 1, 2]}, "M010"),
            ("categorical", {"band_edges": [2, 1]}, "M011"),
            ("min-max", {"directions": [1, 1]}, "M011"),
            (["min-max", "rank"], {}, "M011"),
            ("ratio-to-reference", {"reference": 7}, "M014"),
            ("ratio-to-reference", {"values": column(-1, -2)}, "M003"),
            ("indicator", {"values": column(-1, 1)}, "M013"),
            ("min-max", {"too": 1}, "S001"),
            ("min-maks", {}, "S002"),
        ],
    )
    def test_named(self, method: str, settings: dict[str, Any], code: str) -> None:
        settings = dict(settings)
        values = settings.pop("values", column(1, 2, 4))
        with pytest.raises(TierwiseError) as error:
            normalise(values, method, **settings)
        assert [found.code for found in error.value.problems] == [code]
        for found in error.value.problems:
            assert found.line("en")
            assert found.line("zh")

    @pytest.mark.parametrize("method", ["min-max", "z-score", "distance-to-best", "efficacy", "log-min-max"])
    @pytest.mark.parametrize("values", [(3, 3, 3), (0.3, 0.1 + 0.2, 0.3), (7,)])
    @pytest.mark.parametrize("direction", [1, -1])
    def test_what_does_not_vary_has_no_scale(
        self, method: str, values: tuple[float, ...], direction: int
    ) -> None:
        """Also where it varies by rounding only, which would be blown up to the whole range."""
        with pytest.raises(TierwiseError) as error:
            normalise(column(*values), method, direction)
        few = method == "z-score" and len(values) == 1
        assert codes(error) == [("M008" if few else "M001", None, 0)]

    @pytest.mark.parametrize("given", [{"low": 1}, {"high": 9}])
    def test_efficacy_needs_a_spread_unless_both_ends_are_given(self, given: dict[str, float]) -> None:
        with pytest.raises(TierwiseError) as error:
            normalise(column(5, 5, 5), "efficacy", **given)
        assert codes(error) == [("M001", None, 0)]
        np.testing.assert_array_equal(
            normalise(column(5, 5, 5), "efficacy", low=1, high=9), column(80, 80, 80)
        )

    @pytest.mark.parametrize("method", ["fraction-of-maximum", "ratio-to-reference"])
    @pytest.mark.parametrize("bad", [0, -2])
    def test_no_reciprocal_of_what_is_not_above_zero(self, method: str, bad: float) -> None:
        with pytest.raises(TierwiseError) as error:
            normalise(column(4, np.nan, bad, 5), method, -1)
        assert codes(error) == [("M003", 2, 0)]

    @pytest.mark.parametrize("edges", [[2, 2], [1, 2, 2], [2, 2, 3]])
    def test_edges_of_bands_that_do_not_rise(self, edges: list[float]) -> None:
        scores = [*range(len(edges) + 1)]
        with pytest.raises(TierwiseError) as error:
            normalise(column(1, 2, 4), "categorical", band_edges=edges, band_scores=scores, bands="value")
        assert codes(error) == [("M010", None, None)]

    def test_nothing_comes_out_missing_that_went_in(self) -> None:
        for method in METHODS:
            scores = normalise(column(1, 2, 4), method, **NEEDS.get(method, {}))
            assert np.isfinite(scores).all()


def test_registry_is_consistent() -> None:
    assert all(method.function.__doc__ for method in METHODS.values())
    assert METHODS["goalposts"].settings.keys() == {"low", "high", "cap", "to"}
    assert METHODS["goalposts"].cells == {"low", "high", "cap"}
    assert METHODS["log"].settings.keys() == {"log_base"}


@pytest.mark.parametrize("method", ["min-max", "z-score", "log-min-max", "efficacy", "distance-to-best"])
@pytest.mark.parametrize("direction", [1, -1])
def test_a_constant_is_told_as_it_was_given(method: str, direction: int) -> None:
    with pytest.raises(TierwiseError) as caught:
        normalise(np.full((4, 1), 5.0), method, directions=np.array([direction]))
    assert [(one.code, one.fields["value"]) for one in caught.value.problems] == [("M001", 5.0)]
