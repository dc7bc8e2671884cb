"""Dimensions treated like indicators, the row of the index, caps, and shares of data level by level."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.study.index import Index
from tierwise.tables.scores import scores

NAN = np.nan
DATA = {
    "code": ["u", "v", "w"],
    "a1": [1.0, 2, 4],
    "a2": [6.0, 3, 0],
    "b1": [10.0, 40, 20],
}
TREE = {"code": ["A", "a1", "a2", "B", "b1"], "parent": ["", "A", "A", "", "B"]}


def built(tree: dict[str, Any] | None = None, data: dict[str, Any] | None = None, **settings: Any) -> Index:
    framework = tw.Framework.from_frame(pd.DataFrame({**TREE, **(tree or {})}))
    panel = tw.Panel.from_frame(pd.DataFrame({**DATA, **(data or {})}), framework)
    return tw.index(panel, framework, tw.Spec.of(index={"normalisation": "none", **settings}))


def node(found: Index, code: str) -> list[float]:
    return [float(score) for score in found.scores[:, found.framework.codes.index(code)]]


def refused(**given: Any) -> list[tuple[str, str]]:
    with pytest.raises(tw.TierwiseError) as error:
        built(**given)
    assert all(found.line("zh") for found in error.value.problems)
    return [(found.code, found.place) for found in error.value.problems]


class TestScaleOfADimension:
    """A: means 3.5, 2.5, 2; B: 10, 40, 20."""

    def test_a_dimension_is_normalised_before_it_goes_up(self) -> None:
        found = built({"normalisation": ["min-max", "", "", "min-max", ""]})
        assert node(found, "A") == pytest.approx([1, 1 / 3, 0])
        assert node(found, "B") == pytest.approx([0, 1, 1 / 3])
        assert node(found, "index") == pytest.approx([1 / 2, 2 / 3, 1 / 6])
        assert found.ranks.tolist() == [2, 1, 3]

    def test_goalposts_and_cap_of_a_dimension(self) -> None:
        tree = {
            "normalisation": ["goalposts", "", "", "goalposts", ""],
            "low": [0, NAN, NAN, 0, NAN],
            "high": [5, NAN, NAN, 20, NAN],
        }
        assert node(built(tree), "B") == pytest.approx([0.5, 1, 1])
        assert node(built({**tree, "cap": [None, None, None, False, None]}), "B") == pytest.approx(
            [0.5, 2, 1]
        )

    def test_less_may_be_better(self) -> None:
        assert node(built({"direction": [-1, 1, 1, 1, 1]}), "A") == pytest.approx([-3.5, -2.5, -2])
        turned = built({"direction": [-1, 1, 1, 1, 1], "normalisation": ["min-max", "", "", "", ""]})
        assert node(turned, "A") == pytest.approx([0, 2 / 3, 1])

    def test_target_of_a_dimension(self) -> None:
        found = built({"normalisation": ["two-ended", "", "", "", ""], "target": [2.5, NAN, NAN, NAN, NAN]})
        assert node(found, "A") == pytest.approx([0, 1, 0.5])

    def test_settings_hold_for_dimensions(self) -> None:
        found = built({"normalisation": ["min-max", "", "", "", ""]}, normalise={"to": (0, 100)})
        assert node(found, "A") == pytest.approx([100, 100 / 3, 0])

    def test_a_unit_may_be_the_reference(self) -> None:
        found = built({"normalisation": ["ratio-to-reference", "", "", "", ""]}, normalise={"reference": "v"})
        assert node(found, "A") == pytest.approx([3.5 / 2.5, 1, 2 / 2.5])

    def test_the_index_itself(self) -> None:
        tree = {
            "code": ["总指数", *TREE["code"]],
            "parent": ["", "总指数", "A", "A", "总指数", "B"],
            "normalisation": ["min-max", "", "", "", "", ""],
        }
        found = built(tree, normalise={"to": (0, 100)})
        before = np.array([(3.5 + 10) / 2, (2.5 + 40) / 2, (2 + 20) / 2])
        expected = 100 * (before - before.min()) / np.ptp(before)
        assert node(found, "index") == pytest.approx(expected.tolist())

    @pytest.mark.parametrize("name", ["min-max", "z-score", "rank", "percentile"])
    def test_contributions_sum_to_the_index(self, name: str) -> None:
        found = built({"normalisation": [name, "", "", name, ""]})
        np.testing.assert_allclose(found.contributions.sum(axis=1), found.scores[:, 0], atol=1e-9)

    def test_draws_scale_each_draw(self) -> None:
        """Ranks of every draw by hand: the index of A's min-max and B's, A drawn, its parts too."""
        found = built({"normalisation": ["min-max", "", "", "min-max", ""]})
        from tierwise.methods.scores import scores as scored

        local = found.framework.tree.normalised(np.random.default_rng(1).random((50, 6)) + 0.1)
        values = found.plan.values
        for drawn, row in zip(scored(found.plan, local), local, strict=True):
            one = values[:, :2] @ row[2:4]
            one, two = ((side - side.min()) / np.ptp(side) for side in (one, values[:, 2]))
            assert drawn == pytest.approx(row[1] * one + row[4] * two)

    def test_what_cannot_be_scaled_is_told_at_its_cell(self) -> None:
        data = {"a1": [1.0, 2, 3], "a2": [3.0, 2, 1]}
        assert refused(tree={"normalisation": ["min-max", "", "", "", ""]}, data=data) == [
            ("M001", "Framework!C2")
        ]
        assert refused(tree={"normalisation": ["nonsense", "", "", "", ""]}) == [("S002", "Framework!C2")]

    def test_exact_results_do_not_apply(self) -> None:
        found = built({"normalisation": ["min-max", "", "", "", ""]})
        with pytest.raises(tw.TierwiseError) as error:
            tw.exact(found, tw.Spec(), spread=0.2)
        assert {one.code for one in error.value.problems} == {"X005"}
        assert "min-max" in error.value.text()


class TestUnreadCells:
    def test_each_at_its_place(self) -> None:
        tree = {
            "low": [NAN, 0, NAN, NAN, NAN],
            "high": [9, 9, NAN, NAN, NAN],
            "target": [NAN, NAN, 1, NAN, NAN],
            "cap": [None, None, None, None, True],
            "denominator": ["", "", "", "b1", ""],
        }
        assert sorted(refused(tree=tree)) == [
            ("F020", "Framework!C3"),
            ("F020", "Framework!D2"),
            ("F020", "Framework!D3"),
            ("F020", "Framework!E4"),
            ("F020", "Framework!F6"),
            ("F021", "Framework!G5"),
        ]

    def test_a_method_that_reads_them_is_named(self) -> None:
        with pytest.raises(tw.TierwiseError) as error:
            built({"target": [NAN, 1, NAN, NAN, NAN]})
        (found,) = error.value.problems
        assert found.fields["choices"] == ["distance-to-target", "two-ended"]

    def test_what_a_weight_scenario_or_a_draw_reads_is_read(self) -> None:
        framework = tw.Framework.from_frame(
            pd.DataFrame({**TREE, "low": [NAN, 0, 0, NAN, 0], "high": [NAN, 9, 9, NAN, 50]})
        )
        panel = tw.Panel.from_frame(pd.DataFrame(DATA), framework)
        for sections in (
            {"scenarios": [{"name": "goalposts", "normalisation": "goalposts"}]},
            {"uncertainty": {"methods": {"normalisation": ["min-max", "goalposts"]}}},
        ):
            assert len(tw.index(panel, framework, tw.Spec.of(**sections)).ranks) == 3  # type: ignore[arg-type]  # sections as a user gives them
        with pytest.raises(tw.TierwiseError):
            tw.index(panel, framework, tw.Spec())


class TestTheRowOfTheIndex:
    @pytest.mark.parametrize("code", ["index", "Index", "总指数", "HDI"])
    def test_a_row_above_all_others_is_the_index(self, code: str) -> None:
        tree = {"code": [code, *TREE["code"]], "parent": ["", code, "A", "A", code, "B"]}
        found = built(tree, aggregation=["geometric", "arithmetic"], normalise={})
        assert found.framework.codes[0] == "index"
        assert found.framework.names[0] == code
        assert found.framework.tree.level.tolist() == [0, 1, 2, 2, 1, 2]
        assert node(found, "index") == pytest.approx([(3.5 * 10) ** 0.5, (2.5 * 40) ** 0.5, (2 * 20) ** 0.5])

    def test_its_rule_is_its_own(self) -> None:
        tree = {
            "code": ["总", *TREE["code"]],
            "parent": ["", "总", "A", "A", "总", "B"],
            "aggregation": ["harmonic", "", "", "", "", ""],
        }
        assert node(built(tree), "index")[0] == pytest.approx(2 / (1 / 3.5 + 1 / 10))

    def test_two_rows_without_a_parent_are_dimensions(self) -> None:
        assert built().framework.codes[:2] == ("index", "A")


class TestCaps:
    """2, 3, 5 between goalposts 2 and 4."""

    TREE = pd.DataFrame({"code": ["x"], "low": [2.0], "high": [4.0]})
    DATA = pd.DataFrame({"code": ["u", "v", "w"], "x": [2.0, 3, 5]})

    def found(self, cap: object = None) -> Index:
        framework = tw.Framework.from_frame(self.TREE.assign(cap=[cap]))
        panel = tw.Panel.from_frame(self.DATA, framework)
        return tw.index(panel, framework, tw.Spec.of(index={"normalisation": "goalposts"}))

    def test_capped_unless_told_otherwise_in_every_door(self) -> None:
        from tierwise.methods.normalise import normalise
        from tierwise_addin import call

        expected = [0, 0.5, 1]
        assert normalise([[2], [3], [5]], "goalposts", low=2, high=4).ravel().tolist() == expected
        assert call("IDX_NORMALISE", [[2], [3], [5]], "goalposts", None, 2, 4) == [[0], [0.5], [1]]
        assert self.found().scores[:, 0].tolist() == self.found(True).scores[:, 0].tolist() == expected
        assert self.found(False).scores[:, 0].tolist() == [0, 0.5, 1.5]

    def test_what_was_capped_is_told(self) -> None:
        (told,) = self.found().cautions
        assert (told.code, told.place, told.fields["count"], told.fields["units"]) == (
            "M039",
            "Framework!C2",
            1,
            ["w"],
        )
        assert self.found(False).cautions == ()


class TestShareOfDataByLevel:
    DATA: ClassVar[dict[str, Any]] = {
        "code": ["u", "v", "w", "x"],
        "a1": [1.0, 2, 4, NAN],
        "a2": [6.0, 3, NAN, NAN],
        "b1": [10.0, 40, 20, 5],
    }

    def test_one_for_each_level(self) -> None:
        """w lacks half of A, x all of it: A wants one of two, the index both dimensions."""
        found = built(data=self.DATA, missing="reweight", minimum_share=[1.0, 0.5])
        assert found.panel.codes == ("u", "v", "w")
        assert found.unranked == ("x",)
        assert node(found, "A") == pytest.approx([3.5, 2.5, 4])
        lenient = built(data=self.DATA, missing="reweight", minimum_share=[0.5, 1.0])
        assert lenient.panel.codes == ("u", "v", "w", "x")
        assert np.isnan(node(lenient, "A")[2])

    def test_a_unit_without_an_index_keeps_the_scores_that_it_has(self) -> None:
        found = built(data=self.DATA, missing="reweight", minimum_share=[1.0, 0.5])
        kept = dict(zip(found.framework.codes, found.partial["x"], strict=True))
        assert np.isnan(kept["index"])
        assert np.isnan(kept["A"])
        assert (kept["B"], kept["b1"]) == (5, 5)
        last = scores(found).iloc[-1]
        assert (last["code"], last["B"]) == ("x", 5)
        assert np.isnan(last["index"])
        assert len(scores(found)) == 4


@pytest.mark.parametrize("rule", ["median", "topsis", "mazziotta-pareto", "copeland", "kemeny"])
def test_a_node_that_its_rule_cannot_score_is_not_left_out_as_a_blank(rule: str) -> None:
    rows = [
        ("X", "", "geometric"),
        ("Y", "", ""),
        ("P", "X", ""),
        ("Q", "X", ""),
        ("a", "P", ""),
        ("b", "Q", ""),
        ("c", "Y", ""),
    ]
    framework = pd.DataFrame(rows, columns=["code", "parent", "aggregation"])
    framework = framework.assign(name=framework["code"], weight=1, direction=1)
    data = pd.DataFrame({"code": ["u", "v", "w"], "a": [1.0, 3, 2], "b": [2.0, 3, 1], "c": [5.0, 1, 3]})
    spec = tw.Spec.of(index={"aggregation": [rule, "arithmetic"]})
    with pytest.raises(tw.TierwiseError) as caught:
        tw.index(
            tw.Panel.from_frame(data.assign(name=data["code"])), tw.Framework.from_frame(framework), spec
        )
    assert {(one.code, one.fields["node"]) for one in caught.value.problems} == {("M026", "X")}
