"""The sheet Judgements: read with its cells, and what the sources of weights make of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

from tierwise.errors import TierwiseError
from tierwise.inputs import Framework, Judgements, Panel
from tierwise.methods.elicited import elicited
from tierwise.methods.ordinal import best_worst, g1
from tierwise.spec import Spec
from tierwise.study.cautions import offset_caution
from tierwise.study.draws import model_of, offset_of
from tierwise.study.exact import exact
from tierwise.study.index import Index, index
from tierwise.study.judged import bounds_of, misfits, unshared
from tierwise.study.scenario import load
from tierwise.study.unread import unread_settings
from tierwise.study.weights import weight_cautions

TREE = Framework.from_frame(
    pd.DataFrame(
        {
            "code": ["A", "B", "C", "a1", "a2"],
            "name": ["创新", "经济", "绿色", "专利", "研发"],
            "parent": ["", "", "", "A", "A"],
            "weight": [0.5, 0.3, 0.2, 0.6, 0.4],
        }
    )
)
PANEL = Panel.from_frame(
    pd.DataFrame({"code": ["u", "v"], "a1": [0.0, 1], "a2": [1.0, 0], "B": [0.0, 1], "C": [1.0, 0]}), TREE
)
ORDERED = {"code": ["A", "B", "C"], "order": [2, 1, 3], "ratio": [1.4, None, 1.2]}


def given(columns: dict[str, list[Any]]) -> Framework:
    return replace(TREE, judgements=Judgements.from_frame(pd.DataFrame(columns), TREE))


def indexed(framework: Framework, **settings: Any) -> Index:
    return index(PANEL, framework, Spec.of(index={"normalisation": "none", **settings}))


def problems(columns: dict[str, list[Any]], **settings: Any) -> list[tuple[str, str]]:
    with pytest.raises(TierwiseError) as caught:
        indexed(given(columns), **settings)
    assert all(one.line("zh") for one in caught.value.problems)
    return [(one.code, one.place) for one in caught.value.problems]


def test_an_order_with_ratios_weighs_its_group_and_no_other() -> None:
    for name in ("g1", "序关系分析法"):
        found = indexed(given(ORDERED), weights=name)
        assert found.local_weights[[1, 4, 5]] == pytest.approx(g1([2, 1, 3], [1.4, np.nan, 1.2]), abs=1e-9)
        assert found.local_weights[2:4] == pytest.approx([0.6, 0.4])


def test_experts_are_joined_by_the_mean_of_their_weights() -> None:
    columns = {
        "专家": ["x"] * 3 + ["y"] * 3,
        "指标": ["创新", "经济", "绿色"] * 2,
        "最优比": [1, 2, 8, "2", 1, 4],
        "最劣比": [8, 4, 1, "2/1", 4, 1],
    }
    found = indexed(given(columns), weights="最优最劣法")
    each = [best_worst([1, 2, 8], [8, 4, 1]).weights, best_worst([2, 1, 4], [2, 4, 1]).weights]
    assert found.local_weights[[1, 4, 5]] == pytest.approx(np.mean(each, axis=0), abs=1e-9)


def test_what_is_wrong_with_judgements_stands_at_their_cells() -> None:
    assert problems({**ORDERED, "ratio": [0.5, 2, None]}, weights="g1") == [
        ("W146", "Judgements!C3"),
        ("W145", "Judgements!C2"),
        ("W143", "Judgements!C4"),
    ]
    assert problems({"code": ["A", "C"], "order": [1, 2], "ratio": [None, 2]}, weights="g1") == [
        ("W143", "Judgements: 经济")
    ]
    assert problems(
        {"code": ["A", "B", "C"], "best": [1, 2, 8], "worst": [4, 2, 1]}, weights="best-worst"
    ) == [("W149", "Judgements!B4")]
    columns = {"代码": ["A", "B", "C"], "最优比": [1, 2, 8], "最劣比": [8, 4, 2]}
    with pytest.raises(TierwiseError) as caught:
        indexed(given(columns), weights="best-worst")
    (one,) = caught.value.problems
    assert (one.code, one.place) == ("W148", "Judgements!C2")
    assert "“最劣比”列都没有填1" in one.text("zh")
    assert "column “worst”" in one.text("en")
    assert problems(ORDERED, weights="best-worst") == [("W152", "[index] weights")]


def test_what_is_wrong_on_the_sheet_is_told_at_once() -> None:
    columns = {"code": ["A", "A", "Q", "B"], "order": [1, 2, 3, "x"], "ratio": ["1/2", None, None, None]}
    with pytest.raises(TierwiseError) as caught:
        Judgements.from_frame(pd.DataFrame(columns), TREE)
    assert [(one.code, one.place) for one in caught.value.problems] == [
        ("W151", "Judgements!3"),
        ("S021", "Judgements!A4"),
        ("D003", "Judgements!B5"),
    ]
    with pytest.raises(TierwiseError) as caught:
        Judgements.from_frame(pd.DataFrame({"node": ["A"], "odrer": [1]}), TREE)
    assert [(one.code, one.fields.get("nearest")) for one in caught.value.problems] == [
        ("W150", None),
        ("S001", "code"),
        ("S001", "order"),
    ]


def test_a_node_left_out_leaves_the_ratio_of_its_neighbours() -> None:
    left = given({**ORDERED, "order": [1, 2, 3], "ratio": [None, 1.5, 1.2]}).without("B")
    assert left.judgements is not None
    assert left.judgements.columns["ratio"][0, [1, 4]] == pytest.approx([np.nan, 1.8], nan_ok=True)
    first = given({**ORDERED, "order": [1, 2, 3], "ratio": [None, 1.5, 1.2]}).without("A")
    assert first.judgements is not None
    assert first.judgements.columns["ratio"][0, 1:] == pytest.approx([np.nan, 1.2], nan_ok=True)


def test_from_a_file_of_a_scenario_to_the_table(tmp_path: Path) -> None:
    lines = ["expert,code,best,worst", "x,patents,1,3", "x,royalties,3,1", "y,patents,1,2", "y,royalties,2,1"]
    (tmp_path / "judged.csv").write_text("\n".join(lines), encoding="utf-8")
    toml = [
        'name = "judged"',
        'extends = "technology-achievement"',
        "[data]",
        'judgements = "judged.csv"',
        "[index]",
        'weights = "best-worst"',
        "[[scenarios]]",
        'name = "order"',
        'weights = "g1"',
    ]
    (tmp_path / "judged.toml").write_text("\n".join(toml[:6]), encoding="utf-8")
    scenario = load(tmp_path / "judged.toml")
    found = index(scenario.panel, scenario.framework, scenario.spec)
    local = dict(zip(found.framework.codes, found.local_weights.tolist(), strict=True))
    assert (local["patents"], local["royalties"]) == pytest.approx(((3 / 4 + 2 / 3) / 2, (1 / 4 + 1 / 3) / 2))
    (tmp_path / "judged.toml").write_text("\n".join(toml), encoding="utf-8")
    with pytest.raises(TierwiseError) as caught:
        load(tmp_path / "judged.toml")
    assert [(one.code, one.place) for one in caught.value.problems] == [
        ("W152", "[[scenarios]] order: weights")
    ]


class TestWhatIsLeftOpen:
    """Orders and intervals: the index at their middle, draws and exact ranges within."""

    BOTH: ClassVar[dict[str, list[Any]]] = {
        "expert": ["x"] * 3 + ["y"] * 3,
        "code": ["A", "B", "C"] * 2,
        "order": [1, 2, 3, 1, 3, 2],
        "low": [0.3, 0.2, None, 0.4, 0.1, None],
        "high": [0.6, 0.4, 0.3, 0.7, 0.5, 0.2],
    }

    def test_the_index_and_its_draws_have_one_middle(self) -> None:
        for name, model in (("order-centroid", "order"), ("区间权重", "区间权重")):
            framework = given(self.BOTH)
            spec = Spec.of(index={"normalisation": "none", "weights": name}, uncertainty={"weights": model})
            made = index(PANEL, framework, spec)
            drawn = model_of(made, spec, None)
            assert offset_of(made, drawn) is None
            assert drawn.centre() == pytest.approx(made.local_weights, abs=1e-9)
            assert [group.tolist() for group in drawn.varied] == [[1, 4, 5]]
            assert exact(made, spec).ranks is not None
        other = index(PANEL, framework, Spec.of(index={"normalisation": "none"}))
        found = offset_of(other, model_of(other, spec, None))
        assert found is not None  # the given weights are not the middle, and that is told
        caution = offset_caution(found)
        assert (caution.code, caution.fields["middle"]) == ("U129", "intervals")
        assert caution.line("zh")

    def test_experts_share_an_order_and_their_bounds_hold_all_of_them(self) -> None:
        """x: A > B > C, y: A > C > B share A > B and A > C; C has no lower bound."""
        framework = given(self.BOTH)
        centroid = indexed(framework, weights="order-centroid").local_weights[[1, 4, 5]]
        assert centroid == pytest.approx([11 / 18, 7 / 36, 7 / 36])
        bounds = bounds_of(framework)
        assert bounds.low[[1, 4, 5]] == pytest.approx([0.3, 0.1, np.nan], nan_ok=True)
        assert bounds.high[[1, 4, 5]] == pytest.approx([0.7, 0.5, 0.3])
        assert np.argwhere(bounds.above).tolist() == [[1, 4], [1, 5]]

    def test_orders_with_nothing_in_common_are_told(self) -> None:
        columns = {"expert": ["x", "x", "y", "y"], "code": ["A", "B"] * 2, "order": [1, 2, 2, 1]}
        (told,) = unshared(given(columns))
        assert (told.code, told.place) == ("U131", "Judgements: index")
        assert told.line("zh")
        assert unshared(given(self.BOTH)) == unshared(TREE) == []

    def test_an_order_of_some_by_name(self) -> None:
        framework = given({"指标": ["创新", "专利"], "重于": ["经济、C", "研发"]})
        found = indexed(framework, weights="ROC").local_weights
        assert found[[1, 4, 5]] == pytest.approx([11 / 18, 7 / 36, 7 / 36])
        assert found[2:4] == pytest.approx([0.75, 0.25])
        left = framework.without("B")
        assert left.judgements is not None
        assert np.argwhere(left.judgements.over[0]).tolist() == [[1, 4], [2, 3]]

    def test_what_no_weights_agree_with_stands_at_its_cell(self) -> None:
        around = {"code": ["A", "B", "C"], "over": ["B", "C", "A"]}
        assert problems(around, weights="order-centroid") == [("W155", "Judgements!B2")]
        for columns, place, circle in (
            ({"code": ["C", "A", "B"], "over": ["A", "B", "C"]}, "B3", "创新 > 经济 > 绿色 > 创新"),
            ({"code": ["A", "B", "C"], "order": [1, 2, 3], "over": [None, None, "A"]}, "C4", "绿色 > 创新"),
            ({"code": ["A", "B", "C"], "order": [1, 2, None], "over": ["C", "A", None]}, "C3", "经济 > 创新"),
        ):
            with pytest.raises(TierwiseError) as caught:
                indexed(given(columns), weights="order-centroid")
            (told,) = caught.value.problems
            assert (told.code, told.place) == ("W155", f"Judgements!{place}")
            assert str(told.fields["circle"]).startswith(circle)
        high = {"code": ["A", "B", "C"], "low": [0.5, 0.4, 0.3]}
        assert problems(high, weights="intervals") == [("W156", "Judgements!B2")]
        assert problems({"code": ["A"], "low": [20]}, weights="intervals") == [("W153", "Judgements!B2")]
        assert problems({"code": ["A", "B"], "order": [1, 2]}, weights="best-worst") == [
            ("W152", "[index] weights")
        ]
        made = indexed(given(high))
        with pytest.raises(TierwiseError) as caught:
            model_of(made, Spec.of(uncertainty={"weights": "intervals"}), None)
        assert [(one.code, one.place) for one in caught.value.problems] == [("W156", "Judgements!B2")]
        with pytest.raises(TierwiseError) as caught:
            model_of(made, Spec.of(uncertainty={"weights": "order"}), None)
        assert [(one.code, one.place) for one in caught.value.problems] == [("U127", "[uncertainty] weights")]
        with pytest.raises(TierwiseError) as caught:
            Judgements.from_frame(pd.DataFrame({"code": ["A"], "over": ["a1; Q"]}), TREE)
        assert [(one.code, one.place) for one in caught.value.problems] == [
            ("S021", "Judgements!B2"),
            ("W132", "Judgements!B2"),
        ]

    def test_ratios_beyond_the_method_are_told(self) -> None:
        framework = given({"code": ["A", "B", "C"], "order": [2, 1, 3], "ratio": [1.8, None, 2.5]})
        told = weight_cautions(framework, ["g1"], PANEL.values)
        assert [(one.code, one.place, one.fields["node"]) for one in told] == [
            ("W163", "Judgements!C4", "绿色")
        ]
        assert weight_cautions(framework, ["order-centroid"], PANEL.values) == []

    def test_columns_that_nothing_reads_are_told(self) -> None:
        framework = given({**self.BOTH, "ratio": [None, 1.2, 1.2] * 2})
        told = unread_settings(Spec.of(uncertainty={"weights": "order"}), framework)
        assert [(one.code, one.place) for one in told] == [
            ("W159", "Judgements: ratio"),
            ("W159", "Judgements: low"),
            ("W159", "Judgements: high"),
        ]
        assert (
            unread_settings(Spec.of(index={"weights": "g1"}, uncertainty={"weights": "intervals"}), framework)
            == []
        )


class TestQuantiles:
    """Low, middle and high of each weight, read as quantiles."""

    GIVEN: ClassVar[dict[str, list[Any]]] = {
        "专家": ["x", "x", "x", "y", "y", "y"],
        "代码": ["A", "B", "C"] * 2,
        "下限": [0.30, 0.2, 0.05, 0.40, 0.2, 0.05],
        "中值": [0.48, 0.33, 0.16, 0.52, 0.33, 0.16],
        "上限": [0.60, 0.48, 0.3, 0.70, 0.48, 0.3],
    }

    def test_the_experts_quantiles_are_averaged(self) -> None:
        expected = elicited([0.35, 0.2, 0.05], [0.5, 0.33, 0.16], [0.65, 0.48, 0.3])
        spec = Spec.of(
            index={"normalisation": "none", "weights": "专家分位数"}, uncertainty={"weights": "quantiles"}
        )
        made = index(PANEL, given(self.GIVEN), spec)
        assert made.local_weights[[1, 4, 5]] == pytest.approx(expected.weights, abs=1e-9)
        drawn = model_of(made, spec, None)
        assert offset_of(made, drawn) is None
        assert drawn.draw(np.random.default_rng(1), 20_000)[:, 1].mean() == pytest.approx(
            expected.weights[0], abs=0.005
        )
        assert misfits(made.framework, 0.05) == []

    def test_a_fit_that_misses_is_told_at_its_cell(self) -> None:
        torn = {
            **self.GIVEN,
            "下限": [0.3, 0.2, 0.159, 0.4, 0.2, 0.159],
            "上限": [0.6, 0.48, 0.161, 0.7, 0.48, 0.161],
        }
        (told,) = misfits(given(torn), 0.05)
        assert (told.code, told.place) == ("U130", "Judgements!C4")
        assert told.fields["given"] == pytest.approx(0.159)
        assert told.line("zh")

    def test_out_of_order_is_named_by_cell(self) -> None:
        torn = {"code": ["A", "B", "C"], "low": [0.5, 0.2, 0.1], "middle": [0.4, 0.3, 0.2]}
        assert problems(torn, weights="quantiles") == [("W160", "Judgements!B2")]
        made = indexed(given(torn))
        with pytest.raises(TierwiseError) as caught:
            model_of(made, Spec.of(uncertainty={"weights": "quantiles"}), None)
        assert [(one.code, one.place) for one in caught.value.problems] == [("W160", "Judgements!B2")]
