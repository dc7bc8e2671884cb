"""Exact results of an index: they hold whatever the draws do, and say when they do not apply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tierwise as tw
from tierwise.spec import IndexSpec, UncertaintySpec
from tierwise.stages import check
from tierwise.study.exact import left_out


@pytest.fixture(scope="module")
def tai() -> tuple[tw.Scenario, tw.Index]:
    scenario = tw.load("technology-achievement")
    return scenario, tw.index(scenario.panel, scenario.framework, scenario.spec)


@pytest.fixture(scope="module")
def districts() -> tuple[tw.Scenario, tw.Index]:
    scenario = tw.load("industrial-districts-2019")
    return scenario, tw.index(scenario.panel, scenario.framework, scenario.spec, scenario.experts)


def with_uncertainty(spec: tw.Spec, **settings: object) -> tw.Spec:
    return spec.model_copy(update={"uncertainty": UncertaintySpec.model_validate(settings)})


@pytest.mark.parametrize("weights", ["box", "noise", "simplex"])
def test_no_draw_of_any_model_leaves_the_range(tai: tuple[tw.Scenario, tw.Index], weights: str) -> None:
    scenario, index = tai
    spec = with_uncertainty(scenario.spec, weights=weights, spread=0.3)
    found = tw.robustness(index, tw.tiers(index, spec), spec)
    assert found.proven is not None
    assert found.proven.ranks is not None
    assert found.proven.ranks.exact.all()
    table = found.to_frame()
    assert (table["rank_best_exact"] <= table["rank_min"]).all()
    assert (table["rank_worst_exact"] >= table["rank_max"]).all()
    assert (table["rank_best_exact"] <= table["rank"]).all()
    assert (table["rank_worst_exact"] >= table["rank"]).all()


@pytest.mark.parametrize("weights", ["bootstrap", "expert"])
def test_draws_of_a_panel_stay_between_its_experts(
    districts: tuple[tw.Scenario, tw.Index], weights: str
) -> None:
    scenario, index = districts
    spec = with_uncertainty(scenario.spec, weights=weights, draws=2000)
    table = tw.robustness(index, tw.tiers(index, spec), spec, scenario.experts).to_frame()
    assert (table["rank_best_exact"] <= table["rank_min"]).all()
    assert (table["rank_worst_exact"] >= table["rank_max"]).all()


def test_a_model_that_can_give_any_weights_has_no_range(districts: tuple[tw.Scenario, tw.Index]) -> None:
    scenario, index = districts
    spec = with_uncertainty(scenario.spec, weights="dirichlet", draws=100)
    table = tw.robustness(index, tw.tiers(index, spec), spec, scenario.experts).to_frame()
    assert "rank_best_exact" not in table
    assert "critical_spread" in table
    with pytest.raises(tw.TierwiseError) as caught:
        tw.exact(index, spec, scenario.experts).dominance  # noqa: B018  # looked at for what it raises
    assert caught.value.problems[0].code == "X007"


def test_geometric_ranks_follow_from_sums_of_logs(tai: tuple[tw.Scenario, tw.Index]) -> None:
    scenario, _ = tai
    steps = scenario.spec.index.model_copy(update={"aggregation": "geometric"})
    panel = replace(scenario.panel, values=scenario.panel.values + 0.5)
    spec = scenario.spec.model_copy(update={"index": steps})
    index = tw.index(panel, scenario.framework, spec)
    found = tw.exact(index, spread=0.2)
    model = with_uncertainty(spec, weights="box", spread=0.2, draws=20_000)
    drawn = tw.robustness(index, tw.tiers(index, model), model)
    assert found.ranks is not None
    assert (found.ranks.best <= drawn.tally.rank_min()).all()
    assert (found.ranks.worst >= drawn.tally.rank_max()).all()


def test_rounded_scores_tie_in_favour() -> None:
    scenario = tw.load("industrial-counties-2019")
    index = tw.index(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    assert index.spec.round == 3
    tied = np.flatnonzero(np.bincount(index.ranks.astype(int)) > 1)
    assert tied.size
    found = tw.exact(index, spread=1e-6)
    assert found.ranks is not None
    assert (found.ranks.best <= index.ranks).all()
    assert (found.ranks.worst >= index.ranks).all()


def test_tables_and_one_line(tai: tuple[tw.Scenario, tw.Index]) -> None:
    scenario, index = tai
    found = tw.exact(index, scenario.spec)
    assert repr(found) == "Exact(23 units: 0 ranks certain, closest call ±0.61%: Japan)"
    frame = found.to_frame()
    assert [*frame] == [
        "code",
        "name",
        "score",
        "rank",
        "rank_best_exact",
        "rank_worst_exact",
        "nearest_rival",
        "critical_spread",
    ]
    assert frame.loc[0, "name"] == "Finland"
    pairs = found.pairs_frame()
    assert pairs.loc["Finland", frame.loc[0, "nearest_rival"]] == frame.loc[0, "critical_spread"]
    stability = found.stability_frame()
    assert ((stability["low"] <= stability["weight"]) & (stability["weight"] <= stability["high"])).all()
    pair = found.pair("Finland", "USA")
    assert pair["critical_spread_box"] == pytest.approx(pairs.loc["Finland", "United States"])
    assert 0 < pair["contamination"] < 1
    with pytest.raises(tw.TierwiseError) as caught:
        found.pair("Finland", "Findland")
    assert caught.value.problems[0].code == "S021"


def test_what_is_in_the_way_is_named(tai: tuple[tw.Scenario, tw.Index]) -> None:
    scenario, _ = tai

    def refused(**steps: object) -> list[str]:
        changed = IndexSpec.model_validate(steps)
        values = np.array(scenario.panel.values)
        if "missing" in steps:
            values[3, 2] = np.nan
        spec = scenario.spec.model_copy(update={"index": changed})
        index = tw.index(replace(scenario.panel, values=values + 1), scenario.framework, spec)
        asked = spec.model_copy(update={"uncertainty": UncertaintySpec(exact=True, draws=50)})
        assert tw.robustness(index, tw.tiers(index, spec), spec).proven is None
        told = [(one.code, one.row, one.column) for one in left_out(index, spec)]
        assert told == ([("X008", 3, 2)] if "missing" in steps else [])
        assert left_out(index, asked) == []
        with pytest.raises(tw.TierwiseError) as caught:
            tw.robustness(index, tw.tiers(index, spec), asked)
        return [found.code for found in caught.value.problems]

    assert refused(missing="reweight", normalisation="goalposts") == ["X001"]
    assert refused(normalisation="goalposts", aggregation=["arithmetic", "median"]) == ["X005"]
    posts = {"normalisation": "goalposts", "aggregation": "geometric", "round": 3}
    assert refused(**posts) == ["X006"]


def test_a_run_tells_that_blanks_leave_exact_results_out(
    sheets: dict[str, list[list[Any]]], write_book: Callable[..., Path]
) -> None:
    """One line that names the settings as the form does; none where they were not wanted."""
    sheets["Data"][3][4] = None
    del sheets["Scenario"]
    sheets["设置"] = [["设置项", "值"], ["语言", "中文"], ["缺失值处理", "同级重新分配权重"]]
    (told,) = (one for one in check(write_book(sheets)).cautions if one.code == "X008")
    assert told.place == "Data!E4"
    assert "有 1 个单位共缺 1 个数值" in told.line("zh")
    assert "通过“缺失值处理”插补，或将这些单位列入“剔除的单位”" in told.line("zh")
    assert "1 figure is missing in 1 unit and" in told.line("en")
    sheets["设置"].append(["理论名次", "否"])
    assert "X008" not in [one.code for one in check(write_book(sheets)).cautions]
