"""Sensitivity of a whole index: what is asked, what comes out."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.sensitivities.conftest import Asked, BySticks, asked

import tierwise as tw
from tierwise.draws import models
from tierwise.sensitivities import delta, running, sobol
from tierwise.spec import Spec
from tierwise.study import sensitivity as analyses
from tierwise.study import sensitivity_results as tables

TAI = Path(__file__).parents[1] / "references" / "tai"
METHODS = ["sobol", "shapley", "morris", "fast", "rbd-fast", "delta", "pawn", "hdmr"]
MEASURES = {
    "sobol": ["first", "first_conf", "total", "total_conf"],
    "shapley": ["shapley", "shapley_conf"],
    "morris": ["mu", "mu_star", "mu_star_conf", "sigma"],
    "fast": ["first", "total"],
    "rbd-fast": ["first", "first_conf"],
    "delta": ["delta", "delta_conf"],
    "pawn": ["pawn", "pawn_mean", "pawn_max"],
    "hdmr": ["first", "first_conf", "structural", "correlated"],
}


@pytest.mark.parametrize("method", ["sobol", "delta"])
def test_numbers_do_not_depend_on_threads_and_no_more_are_used(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tierwise.draws import runner

    used: list[int] = []
    for module in (running, sobol, delta):
        monkeypatch.setattr(
            module, "available_threads", lambda: used.append(runner.available_threads()) or used[-1]
        )
    scenario = tw.load("technology-achievement-equal")
    spec = Spec.of(sensitivity={"method": method, "samples": 512, "outputs": ["rank_shift", "score:Japan"]})
    index = tw.index(scenario.panel, scenario.framework, scenario.spec)
    tiers = tw.tiers(index, spec)
    one, two = (tw.sensitivity(index, tiers, spec, threads=threads) for threads in (1, 2))
    assert {*used} == {1, 2}
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame(), check_exact=True)
    assert runner.LIMIT.get() is None


def test_the_table_of_the_contract(tai: tw.Scenario) -> None:
    found = asked(tai, outputs=["rank_shift", "rank:Finland", "cut:1", "difference:NLD|Singapore"]).answer()
    frame = found.to_frame()
    contract = ["output", "input", "method", "first", "first_conf", "total", "total_conf"]
    assert [*frame.columns[:7]] == contract
    assert frame["input"].tolist()[:5] == ["index/*", "creation/*", "recent/*", "old/*", "skills/*"]
    assert frame["input_name"][0] == "weights at the top"
    assert frame["input_name"][1] == "weights under Creation of technology"
    assert len(frame) == 4 * 5
    assert repr(found) == "Sensitivity(sobol, 5 inputs, 4 outputs, 448 runs)"


def test_without_a_section_the_shift_and_every_cut_are_looked_at(tai: tw.Scenario) -> None:
    index = tw.index(tai.panel, tai.framework, tai.spec)
    spec = Spec.of(tiers={"count": 3}, uncertainty={"seed": 5})
    found = tw.sensitivity(index, tw.tiers(index, spec), spec)
    assert found.outputs == ("rank_shift", "cut:1", "cut:2")
    assert (found.method, found.seed, found.model) == ("sobol", 5, "box")


def test_the_seed_is_the_uncertaintys_unless_given_and_zero_is_one(tai: tw.Scenario) -> None:
    base = asked(tai).answer()
    same = asked(tai, seed=2008).answer()
    zero, again = (asked(tai, seed=0).answer() for _ in range(2))
    pd.testing.assert_frame_equal(base.to_frame(), same.to_frame())
    pd.testing.assert_frame_equal(zero.to_frame(), again.to_frame())
    assert (base.measures["first"] != zero.measures["first"]).any()


def by_noise(scenario: tw.Scenario, **settings: Any) -> Asked:
    """Weights each of which moves by itself, which every method takes."""
    given = {"samples": 64, "outputs": ["rank_shift", "cut:2"], **settings}
    return Asked(scenario, uncertainty={"weights": "noise"}, sensitivity=given)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_through_the_same_door(tai: tw.Scenario, method: str) -> None:
    found = by_noise(tai, method=method, inputs="indicators", samples=300, resamples=4).answer()
    frame = found.to_frame()
    assert [*found.measures] == MEASURES[method]
    assert [*frame.columns[:3], *frame.columns[3 : 3 + len(MEASURES[method])]] == [
        "output", "input", "method", *MEASURES[method],
    ]  # fmt: skip
    assert set(found.inputs) == {*tai.framework.codes} - {"index"}
    assert found.measures[MEASURES[method][0]].shape == (12, 2)
    assert np.isfinite(frame[MEASURES[method]].to_numpy()).all()
    assert set(frame["method"]) == {method}


@pytest.mark.parametrize("method", ["fast", "rbd-fast", "delta", "pawn", "hdmr"])
def test_methods_of_single_inputs_refuse_groups(tai: tw.Scenario, method: str) -> None:
    assert asked(tai, method=method, inputs="groups", samples=300).codes() == [
        ("V004", "[sensitivity] inputs")
    ]
    found = by_noise(tai, method=method, samples=300, resamples=2, outputs=["rank_shift"]).answer()
    assert [analysis.kind for analysis in found.analyses] == ["indicators"]


def test_groups_do_not_depend_on_how_their_weights_are_made(
    counties: tw.Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dirichlet weights of a real panel by Gammas and by stick-breaking Betas."""
    case = Asked(
        counties,
        uncertainty={"weights": "dirichlet", "of": "experts"},
        sensitivity={"samples": 2048, "outputs": ["rank_shift", "score:昆山市"], "inputs": "groups"},
    )
    both = [case.answer().measures]
    by_sticks = replace(models.MODELS["dirichlet"], function=BySticks)
    monkeypatch.setitem(models.MODELS._methods, "dirichlet", by_sticks)
    both.append(case.answer().measures)
    for name in ("first", "total"):
        np.testing.assert_allclose(both[0][name], both[1][name], atol=0.04)
    assert (both[0]["first"] != both[1]["first"]).any()


def test_several_kinds_one_after_the_other(counties: tw.Scenario) -> None:
    found = asked(counties, inputs=["groups", "experts"], samples=32).answer()
    assert [analysis.kind for analysis in found.analyses] == ["groups", "experts"]
    assert found.inputs[:2] == ("index/*", "创新/*")
    assert found.inputs[6:8] == ("专家01", "专家02")
    frame = tables.sensitivity_frame(found, "zh")
    assert frame["input_name"].tolist()[:2] == ["一级指标权重", "“创新”的下级权重"]
    assert len(frame) == 2 * (6 + 15)
    assert [note.split(" ")[0] for note in tables.notes(found, "en")] == ["each"]


def test_levels_of_the_weights_that_are_inputs(counties: tw.Scenario) -> None:
    top = asked(counties, levels=[1], samples=32).answer()
    assert top.inputs == ("创新", "协调", "绿色", "开放", "共享")  # one group is no partition
    below = asked(counties, levels=[2], samples=32).answer()
    assert below.inputs == ("创新/*", "协调/*", "绿色/*", "开放/*", "共享/*")
    assert asked(counties, levels=[3]).codes() == [("U109", "[sensitivity] levels")]


def test_indices_at_growing_samples(tai: tw.Scenario) -> None:
    found = asked(tai, samples=200).answer()  # the next power of 2
    growth = found.analyses[0].growth
    assert [each.samples for each in growth] == [32, 64, 128, 256]
    np.testing.assert_array_equal(growth[-1].first, found.measures["first"])
    frame = tables.convergence(found)
    assert frame is not None
    assert [*frame.columns] == ["output", "input", "samples", "first", "total"]
    half = asked(tai, samples=128).answer()
    np.testing.assert_allclose(growth[-2].total, half.measures["total"], atol=1e-12)
    assert tables.convergence(asked(tai, method="morris").answer()) is None


def test_pairs(tai: tw.Scenario) -> None:
    found = asked(tai, second=True).answer()
    frame = tables.second(found)
    assert frame is not None
    assert [*frame.columns] == ["output", "input", "other", "second", "second_conf"]
    assert len(frame) == 2 * 10
    plain = asked(tai).answer()
    assert tables.second(plain) is None
    np.testing.assert_allclose(found.measures["first"], plain.measures["first"], atol=0.05)


def test_outputs_in_parts_are_the_same(tai: tw.Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["rank_shift", *(f"rank:{code}" for code in tai.panel.codes), "score:FIN"]
    whole = asked(tai, outputs=names, second=True).answer()
    monkeypatch.setattr(analyses, "STORED", 8 * 64 * 12 * 5)
    parts = asked(tai, outputs=names, second=True).answer()
    for name, values in whole.measures.items():
        np.testing.assert_array_equal(parts.measures[name], values)
    second, again = tables.second(whole), tables.second(parts)
    assert second is not None
    assert again is not None
    pd.testing.assert_frame_equal(second, again)


def test_constant_outputs_and_negative_estimates_are_named(counties: tw.Scenario) -> None:
    found = asked(counties, outputs=["rank_shift", "cut:1", "cut:2"], samples=256).answer()
    assert found.constant.tolist() == [False, True, False]
    frame = found.to_frame()
    still = frame[frame["output"] == "cut:1"]
    assert still["first"].isna().all()
    assert set(still["note"]) == {"constant: no input moves it"}
    below = frame[frame["first"] < 0]
    assert len(below)
    assert set(below["note"]) <= {"below 0 by sampling error: read as 0", "far below 0: take more samples"}
    said = {"", *(tables.WORDS[key][1] for key in ("constant", "negative", "few", "above"))}
    assert set(tables.sensitivity_frame(found, "zh")["note"]) <= said


def test_a_first_order_index_above_its_total_is_told(tai: tw.Scenario) -> None:
    """No variance that an input explains alone is more than what it explains with the others."""
    found = asked(tai, outputs=["rank_shift"], samples=256).answer()
    (analysis,) = found.analyses
    total = analysis.measure("total").copy()
    total[2] = analysis.measure("first")[2] - 0.01
    measures = replace(analysis.measures, values={**analysis.measures.values, "total": total})
    crossed = replace(found, analyses=(replace(analysis, measures=measures),))
    frame = crossed.to_frame()
    above = frame["first"] > frame["total"] + 1e-9
    assert above[2]
    assert (frame.loc[above & (frame["first"] >= 0), "note"] == tables.WORDS["above"][0]).all()
    assert not frame.loc[~above, "note"].eq(tables.WORDS["above"][0]).any()
    assert (
        tables.sensitivity_frame(crossed, "zh")["note"][2] == "一阶指数因抽样误差大于总效应指数：请增加样本"
    )


@pytest.mark.parametrize(
    ("model", "note"),
    [("bootstrap", "neighbours"), ("dirichlet", "song"), ("box", "song"), ("noise", "neighbours")],
)
def test_shapley_effects_of_dependent_weights(counties: tw.Scenario, model: str, note: str) -> None:
    found = Asked(
        counties,
        uncertainty={"weights": model},
        sensitivity={
            "method": "shapley",
            "inputs": "indicators",
            "samples": 200,
            "outputs": ["score:昆山市"],
        },
    ).answer()
    assert found.analyses[0].notes == (note,)
    np.testing.assert_allclose(found.measures["shapley"].sum(), 1)
    assert len(found.inputs) == 24


TABLE39 = {
    "normalisation": ["min-max", "z-score"],
    "aggregation": ["arithmetic", "geometric"],
    "leave_out": True,
}


class TestMethodsAsInputs:
    """OECD/JRC Handbook 2008, Table 39: what moves the mean rank shift of the Technology Achievement Index.

    The experts' own weights were never published; here weights vary within ±25 %, so that they are less of a
    factor than there, and figures compare by their order only.
    """

    def case(self, tai: tw.Scenario, methods: Any = None, **settings: Any) -> Asked:
        return Asked(
            tai,
            uncertainty={"methods": methods or TABLE39},
            sensitivity={"samples": 1024, "outputs": ["rank_shift"], "inputs": "weights", **settings},
        )

    def test_order_of_magnitude(self, tai: tw.Scenario) -> None:
        found = self.case(tai).answer()
        assert found.inputs == ("weights", "normalisation", "aggregation", "leave out")
        first = dict(zip(found.inputs, found.measures["first"][:, 0], strict=True))
        total = dict(zip(found.inputs, found.measures["total"][:, 0], strict=True))
        with (TAI / "sobol_table39.csv").open(encoding="utf-8") as file:
            rows = csv.DictReader(line for line in file if not line.startswith("#"))
            published = {row["factor"]: (float(row["first"]), float(row["total"])) for row in rows}
        for name, factor in (
            ("normalisation", "normalisation"),
            ("aggregation", "aggregation system"),
            ("leave out", "exclusion of an indicator"),
        ):
            assert first[name] == pytest.approx(published[factor][0], abs=0.3)
            assert total[name] == pytest.approx(published[factor][1], abs=0.3)
        assert total["normalisation"] < 0.1 < min(total["aggregation"], total["leave out"])

    def test_beside_groups_and_with_other_methods(self, tai: tw.Scenario) -> None:
        found = self.case(tai, inputs="groups", samples=64).answer()
        assert found.inputs[:2] == ("index/*", "creation/*")
        assert found.inputs[5:] == ("normalisation", "aggregation", "leave out")
        assert [each.kind for each in found.analyses[0].inputs[4:6]] == ["groups", "methods"]
        for method in ("shapley", "delta"):
            other = self.case(tai, method=method, inputs="indicators", samples=128, resamples=4).answer()
            assert len(other.inputs) == 12 + 3

    def test_tier_methods_and_noise(self, tai: tw.Scenario) -> None:
        methods = {"tiers": ["ward", "quantile"], "noise": {"patents": 0.2, "schooling": 0.1}}
        found = self.case(tai, methods, samples=32, outputs=["rank_shift", "cut:1", "score:FIN"]).answer()
        assert found.inputs == ("weights", "noise:patents", "noise:schooling", "tiers")
        total = found.measures["total"]
        assert total[3, 1] > 0.1  # the tier method moves the cut
        assert total[3, 0] == 0  # and no rank
        assert total[1, 2] > 0
        names = [tables.label(found, each, "zh") for each in found.analyses[0].inputs]
        assert names[0] == "全部权重"
        assert names[3] == "梯队划分方法"
        assert names[1].endswith("的数据误差")

    def test_one_tier_method_that_is_not_the_lists_own(self, tai: tw.Scenario) -> None:
        found = self.case(
            tai, {"tiers": ["quantile"], "leave_out": True}, samples=32, outputs=["cut:1", "rank_shift"]
        ).answer()
        assert found.inputs == ("weights", "leave out")
        assert found.constant.tolist() == [True, False]  # quarters of 23 units


class TestScenarios:
    """[sensitivity] in a scenario file."""

    @pytest.mark.parametrize("name", ["technology-achievement", "industrial-counties-2019"])
    def test_bundled_scenarios_ask_about_the_shift_every_cut_and_a_unit_beside_each(self, name: str) -> None:
        results = tw.run(name, draws=200)
        frame = results.tables["sensitivity"]
        tiers = results.study.tiers
        names = results.study.index.panel.names
        units = {names[unit] for cut in tiers.cut_ranks for unit in tiers.selected[[cut - 1, cut]]}
        outputs = list(dict.fromkeys(frame["output"]))
        assert outputs[:4] == ["rank_shift", "cut:1", "cut:2", "cut:3"]
        assert len(outputs) == 7
        assert {output.removeprefix("rank:") for output in outputs[4:]} <= units
        assert set(results.tables["sensitivity_convergence"]["input"]) == set(frame["input"])
        assert set(frame["kind"]) <= {"groups", "indicators", "各组权重", "单项权重"}

    def test_a_scenario_that_asks_nothing_has_no_table(self) -> None:
        assert "sensitivity" not in tw.run("innovation-counties-2019", draws=100).tables

    def test_check_names_a_typo_before_anything_runs(self, tmp_path: Path) -> None:
        from tierwise.stages import check

        file = tmp_path / "mine.toml"
        lines = ['name = "mine"', 'extends = "technology-achievement"', "[sensitivity]"]
        file.write_text("\n".join([*lines, 'outputs = ["rank:Finnland", "rank_shift"]']), encoding="utf-8")
        with pytest.raises(tw.TierwiseError) as caught:
            check(file)
        found = caught.value.problems[0]
        assert (found.code, found.fields["nearest"]) == ("S021", "Finland")
        assert "是否指“Finland”" in found.line("zh")


def test_experts_without_authority_are_named_where_authority_does_not_count(counties: tw.Scenario) -> None:
    experts = counties.experts
    assert experts is not None
    last = experts.last
    silent = replace(last, authority=np.r_[0.0, np.ones(len(last.experts) - 1)])
    panel = replace(experts, rounds=(*experts.rounds[:-1], silent))
    for method in ("mean", "authority"):
        case = Asked(
            counties,
            experts={"method": method},
            uncertainty={"weights": "logistic-normal"},
            sensitivity={"samples": 32, "outputs": ["rank_shift"], "inputs": "experts"},
        )
        named = [name for name in case.answer(panel).inputs if name in last.experts]
        assert named == [*last.experts[method == "authority" :]]
