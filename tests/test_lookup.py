"""Units and nodes by code or name: namesakes are refused at every door, with all candidates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tierwise as tw
from tierwise.errors import Problem, Problems, TierwiseError
from tierwise.inputs import Comparisons, Framework, Panel
from tierwise.lookup import Lookup
from tierwise.spec import Spec
from tierwise.study.exact import exact

CODES = ["320106", "410204", "350102", "丰县", "NOR"]
NAMES = ["鼓楼区", "鼓楼区", "鼓 楼区★", "丰　县★", "Norway"]
UNITS = Lookup(CODES, NAMES, "unit")


def raised(call: Callable[[], object]) -> Problem:
    with pytest.raises(TierwiseError) as caught:
        call()
    [found] = caught.value.problems
    assert found.line("zh") != found.line("en")
    return found


def test_the_strictest_way_in_which_anything_fits_decides() -> None:
    given = ("350102", "鼓 楼区★", "丰县", "丰　县★", "丰 县", "norway", " ＮＯＲ ")
    assert [UNITS.find(text) for text in given] == [2, 2, 3, 3, 3, 4, 4]
    assert Lookup(["a", "b"], ["b", "c"], "unit").find("b") == 1  # a code goes before a name


def test_several_are_refused_with_all_candidates() -> None:
    found = raised(lambda: UNITS.find("鼓楼区", "[index.screen] drop"))
    assert (found.code, found.place, found.fields["count"]) == ("S022", "[index.screen] drop", 2)
    assert found.fields["candidates"] == ["320106 (鼓楼区)", "410204 (鼓楼区)"]
    assert "“鼓楼区”对应 2 个单位：320106 (鼓楼区), 410204 (鼓楼区)" in found.line("zh")
    assert raised(lambda: UNITS.find("鼓楼 区")).fields["count"] == 3  # cleaned, all three are one name


def test_none_is_refused_with_the_nearest() -> None:
    found = raised(lambda: UNITS.find("Norwey"))
    assert (found.code, found.fields["nearest"]) == ("S021", "Norway")
    assert raised(lambda: UNITS.find("medain", others=("mean", "median"))).fields["nearest"] == "median"
    assert raised(lambda: Lookup(["root", "a"], ["root", "A"], "node", first=1).find("root")).code == "S021"


def test_two_keys_for_one_thing_are_refused() -> None:
    problems = Problems()
    assert UNITS.keyed({"Norway": 1, "NOR": 2, "350102": 3}, problems) == {4: 1, 2: 3}
    assert [(one.code, one.fields["first"], one.fields["value"]) for one in problems.found] == [
        ("S023", "Norway", "NOR")
    ]


@given(st.lists(st.text("aAｂb ★1", min_size=1, max_size=3), min_size=1, max_size=8, unique=True), st.data())
def test_a_code_always_means_its_own(codes: list[str], data: st.DataObject) -> None:
    names = data.draw(st.lists(st.text("aAb★", max_size=2), min_size=len(codes), max_size=len(codes)))
    table = Lookup(codes, names, "unit")
    assert [table.find(code) for code in codes] == [*range(len(codes))]


@given(st.lists(st.text("aAbｂ ★", max_size=2), min_size=1, max_size=8))
def test_a_name_is_found_only_where_it_is_alone(names: list[str]) -> None:
    table = Lookup([str(at) for at in range(len(names))], names, "unit")
    for at, name in enumerate(names):
        if names.count(name) == 1:
            assert table.find(name) == at
        else:
            assert raised(lambda name=name: table.find(name)).fields["count"] == names.count(name)  # type: ignore[misc]  # the name of this round


@pytest.fixture(scope="module")
def framework() -> Framework:
    columns = {
        "code": ["s", "g", "s1", "s2", "g1", "g2"],
        "name": ["规模", "绿色", "产值", "比重", "能耗", "比重"],
        "parent": ["", "", "s", "s", "g", "g"],
        "weight": [1.0] * 6,
    }
    return Framework.from_frame(pd.DataFrame(columns))


@pytest.fixture(scope="module")
def panel(framework: Framework) -> Panel:
    values = np.random.default_rng(3).random((6, 4))
    columns: dict[str, Any] = {"code": ["a", "b", "c", "d", "e", "f"]}
    columns["name"] = ["鼓楼区", "云龙区", "鼓楼区", "泉山区", "贾汪区★", "铜山区"]
    columns |= dict(zip(framework.indicators, values.T, strict=True))
    return Panel.from_frame(pd.DataFrame(columns), framework)


def found(call: Callable[[], object]) -> list[tuple[str, str, Any]]:
    with pytest.raises(TierwiseError) as caught:
        call()
    return [(one.code, one.where(), one.fields.get("candidates")) for one in caught.value.problems]


BOTH = ["a (鼓楼区)", "c (鼓楼区)"]


@pytest.mark.parametrize("key", ["drop", "keep"])
def test_screening(panel: Panel, framework: Framework, key: str) -> None:
    spec = Spec.of(index={"screen": {key: ["鼓楼区", "贾 汪区"]}})
    assert found(lambda: tw.index(panel, framework, spec)) == [("S022", f"[index.screen] {key}", BOTH)]
    spec = Spec.of(index={"screen": {"drop": ["c", "贾 汪区"]}})
    assert tw.index(panel, framework, spec).unranked == ("c", "e")


def test_the_unit_of_reference(panel: Panel, framework: Framework) -> None:
    steps = {"normalisation": "ratio-to-reference", "normalise": {"reference": "鼓楼区"}}
    place = "[index.normalise] reference"
    assert found(lambda: tw.index(panel, framework, Spec.of(index=steps))) == [("S022", place, BOTH)]


def test_the_reverse_question(panel: Panel, framework: Framework) -> None:
    index = tw.index(panel, framework)
    asked = {
        "order": ["鼓楼区", "b"],
        "ranks": {"鼓楼区": 1, "铜山区": 2, "f": 3},
        "bounds": {"比重": (0, 1)},
    }
    assert found(lambda: tw.reverse(index, **asked)) == [  # type: ignore[arg-type]  # of several kinds
        ("S022", "order", BOTH),
        ("S022", "ranks", BOTH),
        ("S023", "ranks", None),
        ("S022", "bounds", ["s2 (比重)", "g2 (比重)"]),
    ]
    by_name = tw.reverse(index, ranks={"贾汪区": 2}, bounds={"产值": (0.2, 0.9)})
    by_code = tw.reverse(index, ranks={"e": 2}, bounds={"s1": (0.2, 0.9)})
    assert by_name.text() == by_code.text()


def test_a_pair(panel: Panel, framework: Framework) -> None:
    proved = exact(tw.index(panel, framework))
    assert found(lambda: proved.pair("云龙区", "鼓楼区")) == [("S022", "", BOTH)]
    assert proved.pair("贾 汪区", "b").equals(proved.pair("e", "b"))


def test_outputs_of_the_sensitivity(panel: Panel, framework: Framework) -> None:
    index = tw.index(panel, framework)
    outputs = ["rank:鼓楼区", "difference:b|鼓楼区", "rank:贾 汪区"]
    spec = Spec.of(sensitivity={"samples": 64, "outputs": outputs})
    assert found(lambda: tw.sensitivity(index, tw.tiers(index), spec)) == [
        ("S022", "[sensitivity] outputs[0]", BOTH),
        ("S022", "[sensitivity] outputs[1]", BOTH),
    ]


def test_nodes_of_sweeps(panel: Panel, framework: Framework) -> None:
    index = tw.index(panel, framework)
    both = ["s2 (比重)", "g2 (比重)"]
    assert found(lambda: tw.sweeps(index, tw.tiers(index), nodes=["产值", "比重"])) == [
        ("S022", "nodes", both)
    ]
    by_name = tw.sweeps(index, tw.tiers(index), nodes=["产值", "g2"])
    by_code = tw.sweeps(index, tw.tiers(index), nodes=["s1", "g2"])
    assert by_name.to_frame().equals(by_code.to_frame())


def test_nodes_of_scenarios(panel: Panel, framework: Framework) -> None:
    from tierwise.spec import Variant
    from tierwise.study.compare import compare

    def compared(**settings: Any) -> Any:
        variant = Variant.model_validate({"name": "v", **settings})
        return compare(panel, framework, Spec(), None, variants=[variant])

    both = ["s2 (比重)", "g2 (比重)"]
    assert found(lambda: compared(drop=["比重"])) == [("S022", "[[scenarios]] v: drop", both)]
    assert found(lambda: compared(weights={"比重": 0.5, "规模": 0.4, "s": 0.5})) == [
        ("S022", "[[scenarios]] v: weights", both),
        ("S023", "[[scenarios]] v: weights", None),
    ]
    by_name = compared(drop=["能耗"], weights={"规模": 0.8})
    by_code = compared(drop=["g1"], weights={"s": 0.8})
    assert by_name.lists.ranks.tolist() == by_code.lists.ranks.tolist()
    assert found(lambda: compared(drop=["绿色"], weights={"g": 0.5})) == [
        ("V207", "[[scenarios]] v: weights", None)
    ]


def test_nodes_of_comparisons(framework: Framework) -> None:
    pairs = pd.DataFrame({"first": ["产值", "产 值"], "second": ["比重", "s2"], "value": [3, 3]})
    with pytest.raises(TierwiseError) as caught:
        Comparisons.from_frame(pairs, framework)
    assert [(one.code, one.place) for one in caught.value.problems] == [("S022", "Comparisons!B2")]
    assert Comparisons.from_frame(pairs.iloc[1:], framework).groups["s"][0][0, 1] == 3.0
