"""From a panel to scores: denominators, screening, missing values, outliers, normalisation, rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.errors import TierwiseError
from tierwise.inputs import Framework, Panel
from tierwise.methods import aggregate, impute, normalise, outliers
from tierwise.spec import IndexSpec, Spec
from tierwise.spec import index as keys
from tierwise.spec.steps import AggregateSpec, ImputeSpec, NormaliseSpec, TreatSpec
from tierwise.study.index import Index, index
from tierwise.tables import treatment

NAMES = ["甲", "乙", "丙", "丁", "戊", "己"]
DATA: dict[str, list[Any]] = {
    "code": ["A", "B", "C", "D", "E", "F"],
    "name": NAMES,
    "province": ["江苏", "江苏", "浙江", "浙江", "浙江", "江苏"],
    "gdp": [100.0, 80, 300, 40, 55, 60],
    "energy": [1.0, 0.5, 0.7, 0.9, 0.4, 0.8],
    "patents": [5.0, 8, 2, 9, 7, 6],
    "people": [10.0, 4, 20, 5, 5, 6],
}
TREE = {
    "code": ["size", "green", "gdp", "energy", "patents"],
    "parent": ["", "", "size", "green", "green"],
    "weight": [1, 1, 1, 1, 1],
    "direction": [1, 1, 1, -1, 1],
}


def built(
    steps: dict[str, Any] | None = None,
    tree: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
) -> Index:
    framework = Framework.from_frame(pd.DataFrame({**TREE, **(tree or {})}))
    panel = Panel.from_frame(pd.DataFrame({**DATA, **(data or {})}), framework)
    return index(panel, framework, Spec(index=IndexSpec(**(steps or {}))))


def refused(**given: Any) -> list[tuple[str, str]]:
    with pytest.raises(tw.TierwiseError) as error:
        built(**given)
    for found in error.value.problems:
        assert found.line("zh")
    return [(found.code, found.place) for found in error.value.problems]


class TestNamesOfMethods:
    """What a scenario may say is what the engine has."""

    def test_choices(self) -> None:
        assert keys.Normalisation.family is normalise.METHODS
        assert keys.Aggregation.family is aggregate.RULES
        assert keys.Outliers.family is outliers.METHODS
        assert keys.Missing.family is impute.METHODS

    def test_settings(self) -> None:
        framework = {"low", "high", "cap", "target"}  # one for each indicator
        takes = normalise.METHODS.settings.keys()
        assert takes - framework == NormaliseSpec.model_fields.keys()
        assert aggregate.RULES.settings.keys() == AggregateSpec.model_fields.keys()
        assert TreatSpec.model_fields.keys() == {*outliers.Rule.__dataclass_fields__, "force"}
        assert ImputeSpec.model_fields.keys() == {"groups", "neighbours", "rounds"}

    def test_defaults_are_those_of_the_functions(self) -> None:
        panel = np.array([[1.0, 5], [2, 3], [4, 4], [3, 1]])
        settings = NormaliseSpec().model_dump()
        for method in normalise.METHODS:
            given: dict[str, Any] = {}
            if method != "scaled":
                given = {"low": 0.0, "high": 9.0, "target": 6.0}
            if method == "distance-to-reference":
                given["reference"] = "best"
            np.testing.assert_array_equal(
                normalise.normalise(panel, method, **given),
                normalise.normalise(panel, method, **{**settings, **given}),
            )
        assert outliers.Rule() == outliers.Rule(**TreatSpec().model_dump(exclude={"force"}))

    @pytest.mark.parametrize("rule", aggregate.RULES)
    def test_every_rule_in_a_scenario(self, rule: str) -> None:
        found = built({"aggregation": rule, "normalise": {"to": (1, 100)}})
        assert np.isfinite(found.scores).all()
        np.testing.assert_allclose(found.contributions.sum(axis=1), found.scores[:, 0], atol=1e-8)

    @pytest.mark.parametrize("method", normalise.METHODS)
    def test_every_normalisation_in_a_scenario(self, method: str) -> None:
        nothing = [np.nan, np.nan]
        tree: dict[str, Any] = {
            "low": [*nothing, 0, 0, 0],
            "high": [*nothing, 400, 2, 10],
            "target": [*nothing, 350, 0.2, 10],
        }
        if method in ("two-ended", "distance-to-reference"):
            tree["direction"] = [1] * 5
        reference = "己" if method == "distance-to-reference" else "mean"
        read = normalise.METHODS[method].cells
        if method == "two-ended":
            del tree["target"]  # measured from it, low and high would have no effect
        tree = {column: given for column, given in tree.items() if column in {*read, "direction"}}
        found = built({"normalisation": method, "normalise": {"reference": reference}}, tree)
        assert np.isfinite(found.scores).all()


class TestDenominators:
    tree: ClassVar = {"denominator": ["", "", "people", "", ""]}

    def test_per_capita(self) -> None:
        found = built({"normalisation": "none"}, self.tree)
        np.testing.assert_allclose(found.scores[:, 1], [10, 20, 15, 8, 11, 10])

    def test_bad_ones(self) -> None:
        assert refused(tree={"denominator": ["", "", "peeple", "", ""]}) == [("M036", "Framework!E4")]
        people = [10.0, 0, 20, np.nan, 5, 6]
        assert refused(tree=self.tree, data={"people": people}) == [("M037", "Data!G5")]
        assert refused(tree=self.tree, data={"people": people}, steps={"missing": "mean"}) == [
            ("M030", "Data!D3")
        ]


class TestUnits:
    data: ClassVar = {"energy": [np.nan, 0.5, 0.7, 0.9, 0.4, np.nan], "patents": [np.nan, 8, 2, 9, 7, 6]}

    def test_screened(self) -> None:
        found = built({"missing": "reweight", "screen": {"share": 0.5}}, data=self.data)
        assert found.unranked == ("A",)
        found = built({"missing": "reweight", "screen": {"share": 0.5, "keep": ["甲"]}}, data=self.data)
        assert found.unranked == ()
        found = built({"screen": {"drop": ["A", "己"]}}, data=self.data)
        assert found.unranked == ("A", "F")

    def test_too_few_for_a_node(self) -> None:
        found = built({"missing": "reweight", "minimum_share": 1}, data=self.data)
        assert found.unranked == ("A", "F")
        assert found.panel.codes == ("B", "C", "D", "E")
        assert len(found.prepared.normalised) == 4

    def test_unknown_unit(self) -> None:
        assert refused(steps={"screen": {"drop": ["庚"]}}) == [("S021", "[index.screen] drop")]
        reference = {"normalisation": "ratio-to-reference", "normalise": {"reference": "庚"}}
        assert refused(steps=reference) == [("S021", "[index.normalise] reference")]


class TestMissing:
    data: ClassVar = {"energy": [np.nan, 0.5, 0.7, 0.9, 0.4, 0.8]}

    def test_filled_by_group(self) -> None:
        found = built({"missing": "group-mean"}, data=self.data)
        table = treatment.treated(found)
        assert table.to_dict("list") == {
            "code": ["A"],
            "name": ["甲"],
            "indicator": ["energy"],
            "step": ["missing"],
            "before": [pytest.approx(np.nan, nan_ok=True)],
            "after": [0.65],
            "rule": ["group-mean"],
        }
        assert np.isnan(found.panel.values[0, 1])
        assert found.prepared.treated[0, 1] == 0.65

    @pytest.mark.parametrize("method", [name for name in impute.METHODS if impute.METHODS[name].fills])
    def test_every_imputation_in_a_scenario(self, method: str) -> None:
        assert np.isfinite(built({"missing": method}, data=self.data).scores).all()

    def test_bad_ones(self) -> None:
        assert refused(data=self.data) == [("D011", "Data!E2")]
        groups = {"missing": "group-mean", "impute": {"groups": ["provinz"]}}
        assert refused(data=self.data, steps=groups) == [("S002", "[index.impute] groups")]


class TestOutliers:
    data: ClassVar = {"gdp": [10.0, 11, 12, 13, 14, 900]}

    def test_winsorised(self) -> None:
        found = built({"outliers": "winsorise"}, data=self.data)
        cells = treatment.treated(found)
        assert cells[["code", "indicator", "before", "after", "rule"]].to_numpy().tolist() == [
            ["F", "gdp", 900, 14, "winsorise 1"]
        ]
        table = treatment.treatment(found)
        assert table["indicator"].tolist() == ["gdp", "energy", "patents"]
        assert table["cells"].tolist() == [1, 0, 0]
        assert table["passed"].tolist() == [1, 1, 1]
        assert found.panel.values[5, 0] == 900

    def test_a_treatment_for_one_leaf(self) -> None:
        found = built({"normalise": {"to": (1, 2)}}, {"aggregation": ["", "geometric", "log", "", ""]})
        assert [column.rule for column in found.prepared.columns] == ["log", "", ""]
        assert found.plan.rules[found.framework.codes.index("green")] == "geometric"

    def test_goalposts_follow(self) -> None:
        tree = {"low": [np.nan, np.nan, 1, 0, 0], "high": [np.nan, np.nan, 1000, 2, 10]}
        steps = {
            "normalisation": "goalposts",
            "outliers": "log",
            "treat": {"shift": "none"},
        }
        found = built(steps, tree, self.data)
        np.testing.assert_allclose(found.prepared.normalised[:, 0], np.log10(self.data["gdp"]) / 3)
        tree["low"] = [np.nan, np.nan, 0, 0, 0]
        assert refused(steps=steps, tree=tree, data=self.data) == [("M038", "Framework!E4")]

    def test_bad_ones(self) -> None:
        assert refused(steps={"outliers": "log", "treat": {"force": ["gdb"]}}) == [
            ("F003", "[index.treat] force")
        ]
        assert refused(tree={"aggregation": ["", "", "lok", "", ""]}) == [("S002", "Framework!E4")]
        zero = {"outliers": "log", "treat": {"force": ["gdp"], "shift": "none"}}
        assert refused(steps=zero, data={"gdp": [0.0, 1, 2, 3, 4, 5]}) == [("M003", "Data!D2")]


class TestRules:
    def test_one_for_each_level(self) -> None:
        found = built({"aggregation": ("geometric", "harmonic"), "normalise": {"to": (1, 2)}})
        below = found.prepared.normalised
        green = 2 / (1 / below[:, 1] + 1 / below[:, 2])
        np.testing.assert_allclose(found.scores[:, 0], np.sqrt(below[:, 0] * green))

    def test_one_for_each_node(self) -> None:
        found = built({"normalise": {"to": (1, 2)}}, {"aggregation": ["", "几何平均", "", "", ""]})
        below = found.prepared.normalised
        green = np.sqrt(below[:, 1] * below[:, 2])
        np.testing.assert_allclose(found.scores[:, 0], (below[:, 0] + green) / 2)

    def test_settings_reach_the_rule(self) -> None:
        found = built({"aggregation": "power", "aggregate": {"power": 3}})
        expected = ((found.prepared.normalised[:, 1:] ** 3).mean(axis=1)) ** (1 / 3)
        green = found.framework.codes.index("green")
        np.testing.assert_allclose(found.scores[:, green], expected)

    def test_zero_under_a_geometric_mean(self) -> None:
        codes = refused(steps={"aggregation": "geometric"})
        assert {code for code, _ in codes} == {"M020"}
        assert refused(steps={"aggregation": ("geometric", "arithmetic")})[0][0] == "M026"
        z = {"aggregation": "mazziotta-pareto", "normalisation": "z-score"}
        assert {code for code, _ in refused(steps=z)} == {"M021"}

    def test_values_that_a_rule_cannot_take_are_told_once_a_column(self) -> None:
        """Seven of ten units have the least value of x, 0 under min-max, and one that of y."""
        data = pd.DataFrame({"code": [*"abcdefghij"], "x": [0.0] * 7 + [1, 2, 3], "y": range(10)})
        framework = pd.DataFrame({"code": ["x", "y"]})
        spec = tw.Spec.of(index={"aggregation": "geometric"})
        with pytest.raises(TierwiseError) as caught:
            tw.index(tw.Panel.from_frame(data), tw.Framework.from_frame(framework), spec)
        first, second = caught.value.problems
        assert (first.code, first.place, second.code, second.place) == ("M020", "Data!B2", "M020", "Data!C2")
        assert "nor can 6 more of the column (Data!B3, Data!B4, Data!B5, Data!B6, Data!B7 …)" in first.line()
        assert "同列还有6个（Data!B3、" in first.line("zh")
        assert "more of the column" not in second.line()

    def test_unknown_name_in_the_framework(self) -> None:
        assert refused(tree={"aggregation": ["", "geometrik", "", "", ""]}) == [("S002", "Framework!E3")]
        assert refused(tree={"normalisation": ["", "", "", "min-maks", ""]}) == [("S002", "Framework!E5")]


@pytest.mark.parametrize(
    ("steps", "code", "place"),
    [
        ({"normalise": {"to": (1, 0)}}, "M010", "[index.normalise] to"),
        ({"normalisation": "categorical", "normalise": {"band_edges": (1, 2)}}, "M011", "band_scores"),
        (
            {"aggregation": "benefit-of-the-doubt", "aggregate": {"share_bounds": (0.6, 1)}},
            "M025",
            "share_bounds",
        ),
    ],
)
def test_settings_are_named_by_their_keys(steps: dict[str, Any], code: str, place: str) -> None:
    found = refused(steps=steps)
    assert [entry[0] for entry in found] == [code]
    assert found[0][1].endswith(place)
    assert found[0][1].startswith("[index.")


def test_from_a_file(tmp_path: Path) -> None:
    """The same steps in TOML."""
    pd.DataFrame({**DATA, "gdp": [10.0, 11, 12, 13, 14, 900]}).to_csv(tmp_path / "units.csv", index=False)
    pd.DataFrame(TREE).to_csv(tmp_path / "framework.csv", index=False)
    (tmp_path / "s.toml").write_text(
        """
        name = "s"
        [data]
        units = "units.csv"
        framework = "framework.csv"
        [index]
        outliers = "winsorise"
        normalisation = "z-score"
        aggregation = ["mazziotta-pareto", "arithmetic"]
        [index.treat]
        points = 2
        [index.normalise]
        mean = 100
        sd = 10
        ddof = 0
        [index.aggregate]
        sign = "plus"
        [uncertainty]
        draws = 50
        """,
        encoding="utf-8",
    )
    tables = tw.run(tmp_path / "s.toml").tables
    assert tables["treated"]["after"].tolist() == [14]
    assert tables["treatment"]["rule"].tolist() == ["winsorise 1", "", ""]
    parts = tables["contributions"]
    np.testing.assert_allclose(parts[["gdp", "energy", "patents"]].sum(axis=1), parts["score"])
