"""Charts and figures of sensitivity, read back from the workbook's own parts and from the page's SVG."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.report import figures_sensitivity
from tierwise.report.charts_sensitivity import bars, constants, kinds, ordered, shares
from tierwise.report.summary import sensitivity_lines
from tierwise.report.workbook import write_workbook
from tierwise.spec import Spec
from tierwise.study import sensitivity_results as tables
from tierwise.words.language import Language

METHODS = ["sobol", "shapley", "morris", "fast", "rbd-fast", "delta", "pawn", "hdmr"]


def charts(
    path: Path, frame: pd.DataFrame, language: Language = "en", table: str = "sensitivity"
) -> list[str]:
    """The XML of every chart."""
    write_workbook(path, {table: frame}, "t", [], language)
    with zipfile.ZipFile(path) as book:
        names = [name for name in book.namelist() if name.startswith("xl/charts/chart")]
        names.sort(key=lambda name: int(re.findall(r"\d+", name)[0]))
        return [book.read(name).decode() for name in names]


def answer(method: str, weights: str = "box", **settings: Any) -> tw.Sensitivity:
    scenario = tw.load("technology-achievement")
    asked = {
        "method": method,
        "samples": 300,
        "resamples": 2,
        "outputs": ["rank_shift", "rank:FIN"],
        **settings,
    }
    spec = Spec.of(
        index=scenario.spec.index.model_dump(exclude_unset=True),
        uncertainty={"weights": weights, "spread": 0.1},
        sensitivity=asked,
    )
    index = tw.index(scenario.panel, scenario.framework, spec)
    return tw.sensitivity(index, tw.tiers(index, spec), spec)


@pytest.fixture(scope="module")
def found() -> tw.Sensitivity:
    return answer("sobol", inputs=["groups", "indicators"])


def page(frame: pd.DataFrame, language: Language = "en") -> Any:
    """As much of a run's results as the figures look at."""
    loaded = tw.load("technology-achievement")
    scenario = SimpleNamespace(language=language, framework=loaded.framework, panel=loaded.panel)
    return SimpleNamespace(tables={"sensitivity": frame}, scenario=scenario, once=lambda compute: ())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_shares_and_a_tornado_for_each_kind(
    found: tw.Sensitivity, tmp_path: Path, language: Language
) -> None:
    frame = tables.sensitivity_frame(found, language)
    made = charts(tmp_path / "book.xlsx", frame, language)
    varying = int((~found.constant).sum())
    assert len(made) == 2 * (1 + varying)
    assert 'barDir val="col"' in made[0]
    assert made[0].count("<c:ser>") == 6  # five groups, and interactions
    assert made[1].count("<c:ser>") == 2
    words = {"en": ("groups of weights", "mean rank shift"), "zh": ("各组权重", "平均名次位移")}[language]
    assert words[0] in made[0]
    assert words[1] in made[1]


def test_lines_over_growing_samples(found: tw.Sensitivity, tmp_path: Path) -> None:
    frame = tables.convergence(found)
    assert frame is not None
    made = charts(tmp_path / "book.xlsx", frame, "zh", "sensitivity_convergence")
    assert len(made) == int((~found.constant).sum())
    assert made[0].count("<c:ser>") == 7
    assert "平均名次位移的总效应指数随样本增加的变化" in made[0]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_its_charts_and_figures(method: str, tmp_path: Path) -> None:
    frame = answer(method, weights="noise", inputs="indicators", outputs=["rank_shift"]).to_frame()
    made = charts(tmp_path / "book.xlsx", frame)
    shared = method not in {"morris", "delta", "pawn"}
    assert len(made) == 1 + shared
    assert made[-1].count("<c:ser>") == (2 if method in {"sobol", "fast"} else 1)
    assert bool(figures_sensitivity.variance_shares(page(frame))) == shared
    tornados = figures_sensitivity.tornados(page(frame))
    assert tornados is not None
    assert "mean rank shift" in tornados.panels[0].title


def test_indices_that_explain_things_twice_are_no_shares(tmp_path: Path) -> None:
    """Weights of a box move together: knowing one explains what knowing another one does."""
    frame = answer("rbd-fast", inputs="indicators", outputs=["rank_shift"], samples=2048).to_frame()
    doubled = frame.assign(first=frame["first"] * 1.2 / frame["first"].sum())
    assert len(charts(tmp_path / "book.xlsx", doubled)) == 1  # the tornado
    assert figures_sensitivity.variance_shares(page(doubled)) is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_panels_weights_have_first_order_indices_alone(language: Language, tmp_path: Path) -> None:
    scenario = tw.load("industrial-counties-2019")
    asked = {"samples": 64, "outputs": ["rank_shift"], "inputs": ["indicators"]}
    spec = Spec.of(
        index=scenario.spec.index.model_dump(exclude_unset=True),
        experts=scenario.spec.experts.model_dump(exclude_unset=True),
        uncertainty={"weights": "bootstrap"},
        sensitivity=asked,
    )
    index = tw.index(scenario.panel, scenario.framework, spec, scenario.experts)
    told = tw.sensitivity(index, tw.tiers(index, spec), spec, scenario.experts)
    frame = tables.sensitivity_frame(told, language)
    assert "total" not in frame
    made = charts(tmp_path / "book.xlsx", frame, language)
    assert made[-1].count("<c:ser>") == 1
    assert figures_sensitivity.tornados(page(frame, language))
    growth = tables.convergence(told)
    assert growth is not None
    assert [*growth.columns] == ["output", "input", "samples", "first"]
    lines = charts(tmp_path / "growth.xlsx", growth, language, "sensitivity_convergence")
    assert {"en": "First-order indices", "zh": "一阶指数"}[language] in lines[0]
    said = str(sensitivity_lines(told, language))
    assert {"en": "no total index", "zh": "没有总效应指数"}[language] in said


def test_figures_say_what_is_constant(found: tw.Sensitivity) -> None:
    frame = tables.sensitivity_frame(found, "zh")
    frame.loc[frame["output"] == "rank:FIN", ["first", "first_conf", "total", "total_conf"]] = np.nan
    drawn = figures_sensitivity.variance_shares(page(frame, "zh"))
    assert drawn is not None
    assert "（恒定：Finland的名次）" in drawn.panels[0].title
    assert constants(frame, "total", "en") == " (constant: rank of FIN)"
    everything = frame.assign(first=np.nan, total=np.nan)
    assert figures_sensitivity.variance_shares(page(everything)) is None
    assert figures_sensitivity.tornados(page(everything)) is None


def test_small_shares_are_put_together_and_the_rest_are_interactions() -> None:
    rows = pd.DataFrame(
        {
            "output": ["a"] * 10 + ["b"] * 10,
            "kind": "indicators",
            "input": [f"c{at}" for at in range(10)] * 2,
            "input_name": ["i0", "i1", "i2", "same", "same", *(f"i{at}" for at in range(5, 10))] * 2,
            "first": [0.05, -0.02, *[0.04] * 8, 0.2, *[0.02] * 9],
        }
    )
    table = shares(rows, "first", False, "en")
    assert [*table][:4] == ["i0", "i2", "same (c3)", "same (c4)"]
    assert [*table][-2:] == ["others", "through interactions"]
    assert len(table) == 7 + 2
    np.testing.assert_allclose(sum(table.values()), 1.0)
    assert "through interactions" not in shares(rows, "first", True, "en")


def test_a_tornado_begins_with_the_strongest_and_shows_nothing_below_zero() -> None:
    rows = pd.DataFrame({"input_name": ["a", "b"], "first": [-0.1, 0.2], "total": [0.5, 0.4]})
    stacked = bars(ordered(rows, "total"), "total", "en")
    np.testing.assert_allclose([*stacked.values()], [[0.0, 0.2], [0.5, 0.2]])


def test_methods_stay_with_the_kind_beside_them() -> None:
    scenario = tw.load("technology-achievement")
    spec = Spec.of(
        index={"normalisation": "goalposts"},
        uncertainty={"methods": {"leave_out": True}},
        sensitivity={"samples": 32, "outputs": ["rank_shift", "rank:FIN"], "inputs": ["weights", "groups"]},
    )
    index = tw.index(scenario.panel, scenario.framework, spec)
    frame = tw.sensitivity(index, tw.tiers(index, spec), spec).to_frame()
    found = kinds(frame)
    assert [*found] == ["weights", "groups"]
    assert found["weights"]["input"].tolist() == ["weights", "leave out"] * 2
    assert len(found["groups"]) == 2 * 6


def test_the_summary_says_what_moves_most(found: tw.Sensitivity) -> None:
    (head, said), *rest = sensitivity_lines(found, "en")
    assert head == "Sensitivity"
    assert re.fullmatch(
        r"sobol, [\d,]+ runs; the mean rank shift is moved most by weights .* \(0\.\d\d\); .*", str(said)
    )
    assert not rest
    assert sensitivity_lines(None, "zh") == []
