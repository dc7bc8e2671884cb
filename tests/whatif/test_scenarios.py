"""Weight scenarios beside the base: published ranks, single pieces, and whatever can be wrong with them."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.spec import Spec, Variant
from tierwise.study.compare import Comparison, compare
from tierwise.tables import scenarios as tables

TAI_RANKS = Path(__file__).parents[1] / "references" / "tai" / "ranks.csv"


def compared(scenario: tw.Scenario, *variants: dict[str, Any], **settings: Any) -> Comparison:
    spec = Spec.model_validate({**scenario.spec.model_dump(exclude_unset=True), **settings})
    given = [Variant.model_validate({"name": f"v{at}", **one}) for at, one in enumerate(variants)]
    return compare(scenario.panel, scenario.framework, spec, scenario.experts, variants=given)


def printed(column: str) -> dict[str, int]:
    lines = [line for line in TAI_RANKS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {row["country"]: int(row[column]) for row in csv.DictReader(lines)}


@pytest.mark.parametrize(
    ("scenario", "name", "column"),
    [
        ("technology-achievement", "equal weights", "T23_EW"),
        ("technology-achievement-equal", "budget allocation", "T23_BAP"),
    ],
)
def test_the_handbooks_ranks_under_other_weights(scenario: str, name: str, column: str) -> None:
    """OECD/JRC Handbook 2008, Table 23: each bundled scenario holds the other's weights."""
    loaded = tw.load(scenario)
    found = compare(loaded.panel, loaded.framework, loaded.spec, loaded.experts)
    ranks = tables.ranks(found)
    assert dict(zip(ranks["name"], ranks[name], strict=True)) == printed(column)


def test_a_scenario_is_the_index_with_its_weights(counties: tw.Scenario) -> None:
    found = compared(
        counties, {"weights": "entropy"}, {"weights": "experts:高校"}, {"weights": {"创新": 0.4}}
    )
    by_hand = tw.index(
        counties.panel,
        counties.framework,
        Spec.model_validate(
            {"index": {**counties.spec.index.model_dump(exclude_unset=True), "weights": "entropy"}}
        ),
    )
    assert found.lists.ranks[0].tolist() == by_hand.ranks.tolist()
    experts = counties.experts
    assert experts is not None
    rows = [row for row, camp in enumerate(experts.last.camps or ()) if camp == "高校"]
    local = found.indices[1].local_weights
    top = counties.framework.tree.children[0]
    mean = experts.on_nodes(counties.framework)[rows].mean(axis=0)
    assert local[top] == pytest.approx(mean[top] / mean[top].sum())
    base, own = found.base.local_weights, found.indices[2].local_weights
    assert own[top[0]] == pytest.approx(0.4)
    assert own[top[1:]] / own[top[1:]].sum() == pytest.approx(base[top[1:]] / base[top[1:]].sum())


def test_dropping_a_node_gives_its_weight_to_its_siblings(counties: tw.Scenario) -> None:
    found = compared(counties, {"drop": ["开放"]}, {"drop": ["R&D强度", "工业增加值"]})
    base, own = found.base.framework, found.indices[0].framework
    assert "出口依存度" not in own.codes
    assert len(own.indicators) == len(base.indicators) - 3
    rest = 1 - base.global_weights[base.codes.index("开放")]
    for code in ("创新", "人均GDP"):
        share = own.global_weights[own.codes.index(code)] / base.global_weights[base.codes.index(code)]
        assert share == pytest.approx(1 / rest)
    assert found.indices[1].framework.global_weights[1] == pytest.approx(base.global_weights[1])


def test_stated_weights_are_those_among_what_is_left(counties: tw.Scenario) -> None:
    dimensions = [counties.framework.codes[node] for node in counties.framework.tree.children[0]]
    kept, stated, dropped = dimensions[1:], dimensions[1], dimensions[0]
    found = compared(counties, {"weights": {stated: 0.4}, "drop": [dropped]})
    framework = found.indices[0].framework
    local = dict(zip(framework.codes, framework.local_weights, strict=True))
    base = dict(zip(found.base.framework.codes, found.base.local_weights, strict=True))
    others = sum(base[code] for code in kept if code != stated)
    wanted = {code: 0.4 if code == stated else 0.6 * base[code] / others for code in kept}
    assert {code: local[code] for code in kept} == pytest.approx(wanted, rel=1e-12)


def test_a_weight_below_a_dropped_node_is_told(counties: tw.Scenario) -> None:
    first = counties.framework.tree.children[0][0]
    dropped = counties.framework.codes[first]
    below = counties.framework.codes[counties.framework.tree.children[first][0]]
    rest = [counties.framework.codes[node] for node in counties.framework.tree.children[0][1:]]
    with pytest.raises(tw.TierwiseError) as caught:
        compared(
            counties,
            {"weights": {below: 0.4}, "drop": [dropped]},
            {"weights": dict.fromkeys(rest, 0), "drop": [dropped]},
        )
    assert [one.code for one in caught.value.problems] == ["V207", "W004"]


def test_scenarios_that_follow_the_base_are_no_change(counties: tw.Scenario) -> None:
    found = compared(counties, {"weights": "experts"}, {"normalisation": "min-max"})
    table = found.to_frame()
    assert table["rank_shift_max"].tolist() == [0, 0]
    assert table[["spearman", "kendall"]].to_numpy() == pytest.approx(1.0)
    assert table["units_changing_tier"].tolist() == [0, 0]
    assert not len(tables.changes(found, "en"))
    assert repr(found) == "Comparison(2 scenarios, mean rank shift: v0: 0, v1: 0)"


def test_entries_exits_and_tiers_of_a_list(counties: tw.Scenario) -> None:
    found = compared(counties, {"weights": "equal"}, select={"top": 60})
    table, changes = found.to_frame(), tables.changes(found, "en")
    entering, leaving = (changes[changes["change"] == kind] for kind in ("entry", "exit"))
    assert table["entries"].tolist() == [len(entering)]
    assert table["exits"].tolist() == [len(leaving)]
    assert (entering["rank_base"] > 60).all()
    assert (entering["rank"] <= 60).all()
    assert entering["tier_base"].isna().all()
    assert len(changes) - len(entering) - len(leaving) == table["units_changing_tier"][0]
    assert set(tables.changes(found, "zh")["change"]) <= {"升档", "降档", "新进", "退出"}


def test_another_scale_finds_its_tiers_again(counties: tw.Scenario) -> None:
    variants = ({"normalisation": "z-score"}, {"weights": "equal"})
    frozen = compared(counties, *variants, uncertainty={"tiers": "fixed-cuts"})
    again = compared(counties, *variants)
    assert frozen.lists.tiers[0].tolist() == again.lists.tiers[0].tolist()
    limits = [float(frozen.base.score[frozen.tiers.tiers == tier].min()) for tier in (1, 2, 3)]
    score = frozen.indices[1].score
    top = np.flatnonzero(frozen.lists.tiers[1] == 1)
    assert score[top].min() >= limits[0] - 0.05
    assert frozen.lists.tiers[1].tolist() != again.lists.tiers[1].tolist()


def test_comparisons_in_pairs_keep_those_between_the_rest() -> None:
    framework = tw.Framework.from_frame(
        pd.DataFrame({"code": ["a", "b", "c"], "parent": "", "weight": [1.0, 1, 1], "direction": 1})
    )
    pairs = pd.DataFrame({"first": ["a", "a", "b"], "second": ["b", "c", "c"], "value": [2.0, 6, 3]})
    framework = replace(framework, comparisons=_comparisons(pairs, framework))
    panel = tw.Panel.from_frame(
        pd.DataFrame({"code": ["x", "y", "z"], "a": [1.0, 2, 5], "b": [3.0, 1, 2], "c": [2.0, 4, 1]}),
        framework,
    )
    given = [Variant(name="ahp", weights="ahp"), Variant(name="without c", weights="ahp", drop=("c",))]
    found = compare(panel, framework, Spec.model_validate({"tiers": {"count": 2}}), variants=given)
    assert found.indices[0].local_weights == pytest.approx([1, 0.6, 0.3, 0.1])
    assert found.indices[1].local_weights == pytest.approx([1, 2 / 3, 1 / 3])


def _comparisons(pairs: pd.DataFrame, framework: tw.Framework) -> Any:
    from tierwise.inputs import Comparisons

    return Comparisons.from_frame(pairs, framework)


def test_units_that_a_scenario_cannot_rank_are_counted() -> None:
    framework = tw.Framework.from_frame(
        pd.DataFrame({"code": ["a", "b"], "parent": "", "weight": [1.0, 1], "direction": 1})
    )
    panel = tw.Panel.from_frame(
        pd.DataFrame({"code": list("uvwx"), "a": [4.0, 3, 2, np.nan], "b": [1.0, 2, 3, 4]}), framework
    )
    spec = Spec.model_validate({"index": {"missing": "reweight"}, "tiers": {"count": 2}})
    found = compare(panel, framework, spec, variants=[Variant(name="without b", drop=("b",))])
    table = found.to_frame()
    assert table["units_unranked"].tolist() == [1]
    assert table["exits"].tolist() == [1]
    assert tables.ranks(found)["without b"].isna().sum() == 1


def test_every_problem_of_every_scenario_at_once(counties: tw.Scenario) -> None:
    variants = [
        {"name": "base", "weights": "equl"},
        {"name": "twice", "weights": "experts:高效"},
        {"name": "twice", "drop": ["开房"]},
        {"name": "all", "drop": [*counties.framework.codes[1:]]},
        {"name": "nothing"},
        {"name": "sum", "weights": {"创新": 0.8, "绿色": 0.3, "出口": 1}},
        {"name": "both", "weights": {"绿色": 0.3}, "drop": ["绿色"]},
        {"name": "zero", "weights": {"R&D强度": 0, "万人发明专利拥有量": 0, "高新技术产业产值占比": 0,
                                     "新产品销售收入占比": 0}},
        {"name": "pairs", "weights": ["ahp", "entropy"]},
    ]  # fmt: skip
    with pytest.raises(tw.TierwiseError) as caught:
        compared(counties, *variants)
    found = [(problem.code, problem.where()) for problem in caught.value.problems]
    assert found == [
        ("V205", "[[scenarios]] base: name"),
        ("S002", "[[scenarios]] base: weights"),
        ("V201", "[[scenarios]] twice: weights"),
        ("V205", "[[scenarios]] twice: name"),
        ("S021", "[[scenarios]] twice: drop"),
        ("V204", "[[scenarios]] all: drop"),
        ("V209", "[[scenarios]] nothing"),
        ("S021", "[[scenarios]] sum: weights"),
        ("V206", "[[scenarios]] sum: weights"),
        ("V207", "[[scenarios]] both: weights"),
        ("W004", "[[scenarios]] zero: weights"),
        ("W134", "[[scenarios]] pairs: weights"),
    ]
    assert "高校" in caught.value.problems[2].line()


def test_what_an_index_cannot_serve_names_its_scenario(
    counties: tw.Scenario, technology: tw.Scenario
) -> None:
    with pytest.raises(tw.TierwiseError) as caught:
        compared(counties, {"aggregation": "geometric"}, {"normalisation": "goalposts"})
    assert {problem.where().split(":")[0] for problem in caught.value.problems} == {
        "[[scenarios]] v0",
        "[[scenarios]] v1",
    }
    with pytest.raises(tw.TierwiseError) as caught:
        compared(technology, {"weights": "experts:a"}, {"weights": "experts"})
    assert [problem.code for problem in caught.value.problems] == ["W005", "W005"]


def test_scenarios_of_a_file_are_checked_when_it_is_read(tmp_path: Path, technology: tw.Scenario) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'name = "mine"\nextends = "technology-achievement"\n'
        '[[scenarios]]\nname = "a"\nweights = { creaton = 0.2 }\n'
        '[[scenarios]]\nname = "b"\nweigths = "equal"\ndrop = "old"\n',
        encoding="utf-8",
    )
    with pytest.raises(tw.TierwiseError) as caught:
        tw.load(file)
    assert [problem.code for problem in caught.value.problems] == ["S003", "S001", "S021"]
    assert [problem.code for problem in caught.value.consequences] == ["V209"]  # b, with neither of its keys
    file.write_text(file.read_text(encoding="utf-8").split('[[scenarios]]\nname = "b"')[0], encoding="utf-8")
    with pytest.raises(tw.TierwiseError) as caught:
        tw.load(file)
    assert [problem.code for problem in caught.value.problems] == ["S021"]
    assert "creation" in caught.value.problems[0].line()


def test_tables_of_a_run(technology: tw.Scenario) -> None:
    found = tw.run(technology, draws=64).tables
    assert [*found["scenarios"].columns] == [
        "scenario", "rank_shift_mean", "rank_shift_max", "spearman", "kendall", "units_changing_tier",
    ]  # fmt: skip
    assert [*found["scenario_ranks"].columns][:4] == ["code", "name", "base", "equal weights"]
    assert found["scenario_ranks"]["base"].tolist() == found["ranking"]["rank"].tolist()


def test_arguments_of_other_types_are_told(technology: tw.Scenario) -> None:
    panel, framework = technology.panel, technology.framework

    def told(*given: Any, **named: Any) -> list[tuple[str, str, object, object]]:
        with pytest.raises(tw.TierwiseError) as caught:
            tw.compare(*given, **named)
        assert all(one.line("zh") for one in caught.value.problems)
        return [
            (one.code, one.argument, one.fields["found"], one.fields["expected"])
            for one in caught.value.problems
        ]

    assert told(technology, technology) == [
        ("S024", "panel", "Scenario", "Panel"),
        ("S024", "framework", "Scenario", "Framework"),
    ]
    assert told(framework, panel, {}, base=3)[2:] == [
        ("S024", "spec", "dict", "Spec or None"),
        ("S024", "base", "int", "Index or None"),
    ]
    assert told(panel, framework, variants=[{"name": "a"}]) == [("S024", "variants", "dict", "Variant")]
    with pytest.raises(tw.TierwiseError) as caught:
        tw.index(framework, panel)  # type: ignore[arg-type]  # the wrong way round
    assert [one.code for one in caught.value.problems] == ["S024", "S024"]
