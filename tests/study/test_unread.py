"""Settings that were given and that nothing reads are told; what is read is not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import tierwise as tw
from tierwise.inputs import Comparisons
from tierwise.spec.schema import keys
from tierwise.study.unread import READERS, unread_settings

TREE = pd.DataFrame({"code": ["A", "a1", "a2", "B", "b1"], "parent": ["", "A", "A", "", "B"]})


def unread(framework: pd.DataFrame = TREE, **sections: Any) -> list[str]:
    found = unread_settings(tw.Spec.of(**sections), tw.Framework.from_frame(framework))
    assert all(one.code == "S020" and one.line("zh") for one in found)
    return [one.place for one in found]


def test_six_settings_that_no_chosen_method_reads() -> None:
    given: dict[str, Any] = {
        "index": {
            "normalisation": "distance-to-target",
            "normalise": {"to": [0, 100], "ddof": 0},
            "aggregate": {"power": 3},
            "impute": {"neighbours": 3},
            "treat": {"points": 2},
            "weighting": {"factors": 2},
        }
    }
    assert unread(**given) == [
        "[index.impute] neighbours",
        "[index.treat] points",
        "[index.normalise] ddof",
        "[index.normalise] to",
        "[index.aggregate] power",
        "[index.weighting] factors",
    ]


@pytest.mark.parametrize(
    ("index", "left"),
    [
        ({"normalise": {"to": [0, 100]}}, []),
        ({"normalisation": "z-score", "normalise": {"to": [0, 1]}}, ["[index.normalise] to"]),
        ({"aggregation": ["power", "arithmetic"], "aggregate": {"power": 3}}, []),
        ({"outliers": "winsorise", "treat": {"points": 2, "shift": "one"}}, []),
        ({"outliers": "winsorise", "treat": {"then": "none", "shift": "one"}}, ["[index.treat] shift"]),
        ({"half": "even"}, ["[index] half"]),
        ({"half": "even", "round": 2}, []),
        ({"missing": "knn", "impute": {"neighbours": 3}}, []),
        ({"missing": "reweight", "minimum_share": 0.5}, []),
        ({"missing": "mean", "minimum_share": 0.5}, ["[index] minimum_share"]),
        ({"weights": "pca", "weighting": {"factors": 2, "scope": "within"}}, []),
        (
            {"weights": "equal", "weighting": {"scope": "within", "combine": "linear", "share": 0.3}},
            ["[index.weighting] scope", "[index.weighting] combine", "[index.weighting] share"],
        ),
        ({"weights": ["equal", "entropy"], "weighting": {"combine": "linear", "share": 0.3}}, []),
        ({"weights": ["equal", "entropy"], "weighting": {"share": 0.3}}, ["[index.weighting] share"]),
    ],
)
def test_of_an_index(index: dict[str, Any], left: list[str]) -> None:
    assert unread(index=index) == left


@pytest.mark.parametrize(
    ("section", "given", "left"),
    [
        ("tiers", {"sizes": [1, 2]}, ["sizes"]),
        ("tiers", {"method": "fixed", "sizes": [1, 2]}, []),
        ("tiers", {"contiguous": False}, ["contiguous"]),
        ("tiers", {"on": "indicators", "contiguous": False, "most": 5}, ["most"]),
        ("uncertainty", {"weights": "simplex", "spread": 0.1}, ["spread"]),
        ("uncertainty", {"weights": "box", "spread": 0.1, "of": "mean"}, ["of"]),
        ("uncertainty", {"tolerance": 0.01}, ["tolerance"]),
        ("uncertainty", {"tolerance": 0.01, "draws": "auto"}, []),
        ("sensitivity", {"method": "morris", "second": True}, ["second"]),
        ("sensitivity", {"method": "sobol", "second": True}, []),
        ("experts", {"scale_max": 9}, []),  # makes the forms that are sent before there is a panel
        ("experts", {"sent": [15], "band": 1.0, "method": "median"}, ["sent", "band", "method"]),
    ],
)
def test_of_other_sections(section: str, given: dict[str, Any], left: list[str]) -> None:
    assert unread(**{section: given}) == [f"[{section}] {key}" for key in left]


def test_a_panel_reads_its_settings() -> None:
    tree = tw.Framework.from_frame(TREE)
    panel = tw.Experts.from_frame(pd.DataFrame({"expert": ["x", "y"], "A": [1, 2], "B": [2, 2]}), tree)
    given = {"scale_max": 9, "sent": [15], "band": 1.0, "method": "median"}
    assert unread_settings(tw.Spec.of(experts=given), tree, panel) == []


def test_methods_of_the_framework_draws_and_scenarios_read_too() -> None:
    own = TREE.assign(normalisation=["", "min-max", "min-max", "", "min-max"])
    assert unread(own, index={"normalise": {"to": [0, 1]}}) == []
    assert unread(own, index={"normalisation": "rank"}) == ["[index] normalisation"]
    settings = {"index": {"normalisation": "rank", "normalise": {"to": [0, 1]}}}
    assert unread(**settings) == ["[index.normalise] to"]
    assert unread(**settings, scenarios=[{"name": "other", "normalisation": "min-max"}]) == []
    assert unread(**settings, uncertainty={"methods": {"normalisation": ["min-max"]}}) == []


def test_a_key_on_a_sheet_is_told_at_its_cell(sheets: Any, write_book: Any) -> None:
    from tierwise.stages import check

    sheets["Scenario"] = [
        ["key", "value"],
        ["index.normalisation", "rank"],
        ["index.normalise.to", "[0, 100]"],
    ]
    told = [(one.code, one.place) for one in check(write_book(sheets)).cautions]
    assert ("S020", "Scenario!B3") in told


@pytest.mark.parametrize("weights", ["framework", "equal", ["ahp", "entropy"], "ahp"])
def test_comparisons_that_give_no_weights_are_told(weights: Any) -> None:
    framework = tw.Framework.from_frame(TREE)
    pairs = pd.DataFrame({"group": ["A"], "first": ["a1"], "second": ["a2"], "value": [3]})
    framework = replace(framework, comparisons=Comparisons.from_frame(pairs, framework))
    found = unread_settings(tw.Spec.of(index={"weights": weights}), framework)
    told = [one.place for one in found if one.code == "W164"]
    assert told == ([] if "ahp" in weights else ["Comparisons"])


def test_every_reader_is_of_a_key() -> None:
    for path in READERS:
        at: Any = tw.Spec.of(sensitivity={})
        for part in path.split("."):
            assert part in type(at).model_fields
            at = getattr(at, part)


def test_settings_that_hang_on_another_have_a_reader() -> None:
    hanging = {
        key.path
        for key in keys()
        if isinstance(more := key.field.json_schema_extra, dict)
        and re.match(r"\{setting:[^}=]+=[^}]*\}[时的法]", str(more.get("zh")))
    }
    assert len(hanging) > 3
    assert hanging - READERS.keys() == set()


def test_a_run_tells_them(tmp_path: Any) -> None:
    units = pd.DataFrame(
        {"code": list("uvwx"), "a1": [1.0, 2, 3, 4], "a2": [2.0, 1, 4, 3], "b1": [1.0, 3, 2, 4]}
    )
    units.to_csv(tmp_path / "units.csv", index=False)
    TREE.to_csv(tmp_path / "framework.csv", index=False)
    (tmp_path / "scenario.toml").write_text(
        'name = "unread"\n[data]\nunits = "units.csv"\nframework = "framework.csv"\n'
        '[index]\nnormalisation = "rank"\n[index.normalise]\nto = [0, 100]\n',
        encoding="utf-8",
    )
    from tierwise.stages import check

    told = [(one.code, one.place) for one in check(tmp_path / "scenario.toml").cautions]
    assert ("S020", "scenario.toml: [index.normalise] to") in told
