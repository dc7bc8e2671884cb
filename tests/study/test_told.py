"""What a run tells of what was given: lists too long, weights and cells not used; names for codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tierwise as tw
from tierwise.inputs.sheet import Sheet
from tierwise.stages import run
from tierwise.study.cautions import crushed
from tierwise.study.scenario import Scenario, load_sheets

FRAMEWORK = [["code", "name", "weight"], ["a", "甲", 1], ["b", "乙", 1], ["c", "丙", 2]]
DATA = [
    ["code", "name", "a", "b", "c"],
    *(
        [f"u{unit}", f"县{unit}", 10 + unit * 31 % 7, 5 + unit**2 % 11, 3 + unit * 7 % 5]
        for unit in range(12)
    ),
]


def scenario(settings: dict[str, object] | None = None, **sheets: list[list[Any]]) -> Scenario:
    asked = {"tiers.count": 2, "uncertainty.draws": 50, **(settings or {})}
    cells = {"Data": DATA, "Framework": FRAMEWORK, "Scenario": [["key", "value"], *map(list, asked.items())]}
    return load_sheets(
        "told", {name: Sheet.from_cells(name, rows) for name, rows in {**cells, **sheets}.items()}
    )


def told(settings: dict[str, object] | None = None, **sheets: list[list[Any]]) -> list[tuple[str, str]]:
    study = run(scenario(settings, **sheets), threads=1)
    for one in study.scenario.cautions:
        assert one.line("en")
        assert one.line("zh")
    return [(one.code, one.place) for one in study.scenario.cautions]


def test_nothing_is_told_of_a_book_without_oddities() -> None:
    assert told() == []


def test_a_list_longer_than_there_are_units() -> None:
    assert told({"select.top": 13}) == [("S025", "[select] top")]
    assert told({"select.top": 12}) == []


@pytest.mark.parametrize(
    ("ties", "listed"), [("min", 4), ("max", 2), ("average", 2), ("dense", 4), ("ordinal", 3)]
)
def test_equal_scores_at_the_end_of_the_list(ties: str, listed: int) -> None:
    """Of 9, 7, 5, 5, 3, 1 the two of 5 have rank 3, 4, 3.5, 3 before 4, or 3 and 4; 3 are to be listed."""
    rows = [["code", "a"], *([f"u{at}", score] for at, score in enumerate([9, 7, 5, 5, 3, 1]))]
    asked = {"index.ties": ties, "index.normalisation": "none", "select.top": 3}
    given = {"Data": rows, "Framework": [["code"], ["a"]]}
    ranking = run(scenario(asked, **given), threads=1).tables["ranking"]
    assert ranking["tier"].notna().sum() == listed
    expected = [("T117", "Data!5")] if ties == "ordinal" else [("T116", "[select] top")]
    assert told(asked, **given) == expected
    even = told({**asked, "select.top": 4}, **given)
    assert even == ([("T116", "[select] top")] if ties == "dense" else [])


@pytest.mark.parametrize("source", ["equal", "entropy", "cv"])
def test_weights_of_the_framework_that_are_not_used(source: str) -> None:
    assert [code for code, _ in told({"index.weights": source})] == ["W140"]
    blank = [["code", "name"], *([code, name] for code, name, _ in FRAMEWORK[1:])]
    assert told({"index.weights": source}, Framework=blank) == []


def test_weights_of_the_framework_that_are_used_in_part_are_counted() -> None:
    """Within parents the typed weights of the dimensions are used, those of two of four indicators not."""
    tree = [["code", "parent", "weight"], ["P", "", 3], ["Q", "", 1]]
    rows = [*tree, ["a", "P", 1], ["b", "P", 9], ["c", "Q", 1]]
    study = run(scenario({"index.weights": "equal"}, Framework=rows), threads=1)
    counted = {
        one.code: (one.fields["count"], one.fields["typed"])
        for one in study.scenario.cautions
        if one.code == "W140"
    }
    assert counted == {"W140": (4, 5)}
    asked = {"index.weights": "entropy", "index.weighting.scope": "within"}
    study = run(scenario(asked, Framework=rows), threads=1)
    [one] = [one for one in study.scenario.cautions if one.code == "W140"]
    assert (one.fields["count"], one.fields["typed"]) == (2, 5)
    assert one.line("en").count("2 of the 5 weights") == one.line("zh").count("5 个权重有 2 个") == 1


def test_equal_weights_that_are_typed_as_equal_are_used() -> None:
    typed = [["code", "weight"], ["a", 5], ["b", 5], ["c", 5]]
    assert told({"index.weights": "equal"}, Framework=typed) == []


def test_weights_of_the_framework_beside_experts_who_say_otherwise() -> None:
    experts = [["round", "expert", "a", "b", "c"], *([1, f"e{at}", 3, 2 + at, 1] for at in range(4))]
    asked = {"index.weights": "experts", "uncertainty.weights": "box"}
    assert "W140" in [code for code, _ in told(asked, Experts=experts)]


def test_one_score_that_ties_all_others_on_the_grid() -> None:
    rows = [["code", "a", "b", "c"], *([f"u{at}", 10 + at, 5, 3] for at in range(6)), ["big", 1e14, 1, 1]]
    asked = {"index.normalisation": "none"}
    assert ("D023", "Data!8") in told(asked, Data=rows)
    smaller = [*rows[:-1], ["big", 1e9, 1, 1]]
    assert "D023" not in [code for code, _ in told(asked, Data=smaller)]


def test_scores_that_are_equal_are_not_crushed() -> None:
    panel = scenario().panel
    scores = np.repeat([0.1 + 0.2, 0.3, 1.0], 4)
    assert crushed(panel, scores) == []
    scores[0] = 1e6
    assert crushed(panel, scores) == []  # 0.3 and 1 stay apart
    scores[0] = 1e13
    assert [one.fields["unit"] for one in crushed(panel, scores)] == ["县0"]


def test_goalposts_beside_the_target_of_a_two_ended_indicator() -> None:
    heads = ["code", "weight", "normalisation", "low", "high", "target"]
    rows: list[list[Any]] = [heads, ["a", 1, "two-ended", 11, 14, 12], ["b", 1], ["c", 2]]
    with pytest.raises(tw.TierwiseError) as caught:
        run(scenario(Framework=rows))
    assert [(one.code, one.place) for one in caught.value.problems] == [
        ("F022", "Framework!D2"),
        ("F022", "Framework!E2"),
    ]
    assert told(Framework=[heads, ["a", 1, "two-ended", 11, 14, None], *rows[2:]]) == []
    assert told(Framework=[heads, ["a", 1, "two-ended", None, None, 12], *rows[2:]]) == []


@pytest.mark.parametrize("name", ["甲", "a", "Ａ", " 甲 "])
def test_settings_of_single_indicators_take_names(name: str) -> None:
    asked = {
        "index.outliers": "log",
        "index.treat.force": f'["{name}"]',
        "index.weights": "optimised",
        "index.weighting.target": f'{{"{name}" = 1, "乙" = 1, "丙" = 1}}',
        "uncertainty.methods.noise": f'{{"{name}" = 0.1}}',
        "report.profile": f'["{name}", "丙"]',
    }
    spec = scenario(asked).spec
    assert spec.index.treat.force == ("a",)
    assert spec.index.weighting.target == {"a": 1, "b": 1, "c": 1}
    assert spec.uncertainty.methods.noise == {"a": 0.1}
    assert spec.report.profile == ("a", "c")


def test_what_fits_no_indicator_is_told_as_it_was_written() -> None:
    with pytest.raises(tw.TierwiseError) as caught:
        run(scenario({"index.outliers": "log", "index.treat.force": '["丁"]'}))
    assert [one.fields["code"] for one in caught.value.problems] == ["丁"]


def test_a_unit_outside_the_list_keeps_its_tier_by_staying_outside() -> None:
    study = run(scenario({"select.top": 5}), threads=1)
    table = study.tables["robustness"]
    outside = table[table["tier"].isna()]
    np.testing.assert_allclose(outside["p_tier_same"], 1 - outside["p_top"])
