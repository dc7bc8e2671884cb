"""The live list of the page in a real Chromium: its scores, ranks and tiers are the engine's."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.hosts.chromium import Browser, host

import tierwise as tw
from tierwise.arrays import FloatArray
from tierwise.errors import Problems
from tierwise.inputs.sheet import Sheet
from tierwise.methods.scores import scores
from tierwise.report.live import embedded, live
from tierwise.report.page import write_page
from tierwise.spec.scenarios_sheet import variants_of
from tierwise.study.compare import setup_of
from tierwise.study.study import Study
from tierwise.whatif.lists import lists

BUNDLED = (
    "technology-achievement",
    "technology-achievement-equal",
    "industrial-counties-2019",
    "innovation-counties-2019",
    "industrial-districts-2019",
)


def opened(browser: Browser, study: Study, folder: Path) -> Any:
    page = folder / "report.html"
    write_page(page, study, [], [])
    browser.errors.clear()
    browser.open(page.as_uri())
    browser.wait("document.body && document.body.classList.contains('live') && window.tierwise")
    assert browser.errors == []
    return json.loads(browser.evaluate("JSON.stringify(tierwise.data)"))


def random_weights(study: Study, count: int, seed: int = 1) -> FloatArray:
    tree = study.index.framework.tree
    return tree.normalised(np.random.default_rng(seed).exponential(size=(count, tree.nodes)))


def same_lists(browser: Browser, study: Study, local: FloatArray) -> None:
    """Compare ranks and tiers of the page under weights ``(lists, nodes)`` with the engine's."""
    told = browser.evaluate(
        f"JSON.stringify({json.dumps(local.tolist())}.map(one => {{ const made = tierwise.list(one);"
        "return [Array.from(made.rank), Array.from(made.tier), made.score]; }))"
    )
    made = lists(setup_of(study.index, study.tiers, study.scenario.spec), scores(study.index.plan, local))
    for row, (rank, tier, _) in enumerate(json.loads(told)):
        np.testing.assert_array_equal(np.array(rank, dtype=np.float64), made.ranks[row])
        np.testing.assert_array_equal(tier, made.tiers[row])


@host
@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_scenarios_under_random_weights_and_presets(
    name: str, browser: Browser, tmp_path: Path
) -> None:
    study = tw.run(name, draws=100).study
    data = opened(browser, study, tmp_path)
    assert data["reason"] == ""
    assert data["tiers"]["kind"]
    presets = np.array([preset["weights"] for preset in data["presets"]])
    same_lists(browser, study, np.concatenate([random_weights(study, 50), presets]))
    assert study.comparison is not None
    known = {
        preset["name"].partition(": ")[2] or preset["name"].partition("：")[2] for preset in data["presets"]
    }
    assert {*study.comparison.names} <= known | {*data["left_out"]}
    np.testing.assert_array_equal(presets[0], study.index.local_weights)


CASES: dict[str, dict[str, Any]] = {
    "geometric, rounded": {"index": {"aggregation": "geometric", "normalisation": "none", "round": 1}},
    "power over harmonic, half to even": {
        "index": {
            "aggregation": ["power", "harmonic"],
            "normalisation": "none",
            "round": [1, 0],
            "half": "even",
        }
    },
    "missing": {"index": {"missing": "reweight", "normalisation": "none", "minimum_share": 0.5}},
    "average ties": {"index": {"normalisation": "none", "ties": "average"}, "tiers": {"method": "average"}},
    "dense": {"index": {"normalisation": "none", "ties": "dense"}, "tiers": {"method": "complete"}},
    "ordinal": {"index": {"normalisation": "none", "ties": "ordinal"}, "tiers": {"method": "single"}},
    "fisher": {"index": {"normalisation": "none", "ties": "max"}, "tiers": {"method": "fisher"}},
    "quantile": {"index": {"normalisation": "none"}, "tiers": {"method": "quantile"}},
    "sizes": {
        "index": {"normalisation": "none"},
        "tiers": {"method": "fixed", "sizes": [3, 5, 4]},
        "select": {},
    },
    "cuts": {"index": {"normalisation": "none"}, "tiers": {"method": "fixed", "cuts": [3.8, 3.3]}},
    "fixed sizes in draws": {"index": {"normalisation": "none"}, "uncertainty": {"tiers": "fixed-sizes"}},
    "fixed cuts in draws": {"index": {"normalisation": "none"}, "uncertainty": {"tiers": "fixed-cuts"}},
}


def ratings(settings: dict[str, Any], seed: int) -> tw.Scenario:
    """Return a scenario of small whole numbers: many scores are equal."""
    rng = np.random.default_rng(seed)
    codes = ["a", "b", "c", "d", "e"]
    units = 12 if "sizes" in settings.get("tiers", {}) else 40
    values = pd.DataFrame(rng.integers(1, 6, size=(units, 5)).astype(float), columns=codes)
    if settings["index"].get("missing"):
        values = values.mask(rng.random(values.shape) < 0.15)
    data = pd.concat([pd.DataFrame({"code": [f"u{at}" for at in range(units)]}), values], axis=1)
    framework = pd.DataFrame(
        {
            "code": ["x", "y", *codes],
            "parent": ["", "", "x", "x", "y", "y", "y"],
            "weight": [2, 1, 1, 1, 1, 1, 2],
        }
    )
    top = {} if "select" in settings or units == 12 else {"select": {"top": 20}}
    tiers = {"count": 3, **settings.get("tiers", {})}
    if tiers.get("method") == "fixed":
        tiers.pop("count")
    given = {**top, **settings, "tiers": tiers}
    spec = tw.Spec.of(**{**given, "uncertainty": {"draws": 50, **settings.get("uncertainty", {})}})
    return tw.Scenario.from_frames("ratings", data, framework, spec=spec)


@host
@pytest.mark.parametrize("name", CASES)
def test_every_rule_of_ties_rounding_and_tiers(name: str, browser: Browser, tmp_path: Path) -> None:
    study = tw.run(ratings(CASES[name], seed=7), threads=1).study
    opened(browser, study, tmp_path)
    tree = study.index.framework.tree
    whole = np.random.default_rng(3).integers(0, 4, size=(40, tree.nodes)).astype(float)
    whole = whole[[all(row[group].sum() > 0 for group in tree.sibling_groups) for row in whole]]
    positive = whole + 1
    same_lists(browser, study, tree.normalised(np.concatenate([positive, whole])))


@host
def test_the_reader_moves_sorts_and_searches(browser: Browser, tmp_path: Path) -> None:
    study = tw.run("technology-achievement", draws=100).study
    data = opened(browser, study, tmp_path)
    browser.evaluate(
        """(() => {
            const box = document.querySelector("#live .slider input[type=number]");
            box.value = 60; box.dispatchEvent(new Event("change"));
        })()"""
    )
    browser.wait("!document.getElementById('live-undo').disabled")
    first, others = (
        data["parent"].index(0),
        [at for at, parent in enumerate(data["parent"]) if parent == 0][1:],
    )
    weights = browser.evaluate("tierwise.weights")
    published = study.index.local_weights
    assert weights[first] == 0.6
    np.testing.assert_allclose(
        np.array(weights)[others], 0.4 * published[others] / published[others].sum(), rtol=1e-12
    )
    made = lists(
        setup_of(study.index, study.tiers, study.scenario.spec), scores(study.index.plan, np.array([weights]))
    )
    moved = int((made.ranks[0] != study.index.ranks).sum())
    assert browser.evaluate("document.querySelector('#live .told').textContent").startswith(
        f"{moved} units move"
    )
    shown = "[...document.querySelectorAll('#live tbody tr')].map(row => row.cells[3].textContent)"
    order = np.argsort(made.ranks[0], kind="stable")
    assert browser.evaluate(shown) == [study.index.panel.names[unit] for unit in order]
    browser.evaluate("document.getElementById('live-undo').click()")
    np.testing.assert_array_equal(browser.evaluate("tierwise.weights"), published)
    browser.evaluate(
        "[...document.querySelectorAll('#live th button')]"
        ".find(one => one.textContent.startsWith('Name')).click()"
    )
    assert browser.evaluate(shown) == sorted(study.index.panel.names)
    browser.evaluate(
        """(() => {
            const box = document.querySelector("#live input[type=search]");
            box.value = "kOREA"; box.dispatchEvent(new Event("input"));
        })()"""
    )
    assert browser.evaluate(shown) == ["Korea, Rep. of"]
    browser.evaluate("document.querySelector('#live .unit').click()")
    cells = "[...document.querySelectorAll('#live .card tbody tr')].map(row => row.cells[3].textContent)"
    ranks = study.tables["node_ranks"].set_index("code")
    own = ranks.loc[study.index.panel.codes[study.index.panel.names.index("Korea, Rep. of")]]
    codes = study.index.framework.codes[1:]
    assert browser.evaluate(cells) == [f"{own[code]:g}" for code in codes]
    assert browser.errors == []


@host
def test_groups_are_searched_and_the_card_leaves_the_list_where_it_is(
    browser: Browser, tmp_path: Path
) -> None:
    study = tw.run("industrial-counties-2019", draws=100, only=["ranking"]).study
    opened(browser, study, tmp_path)
    browser.evaluate(
        """(() => {
            const box = document.querySelector("#live input[type=search]");
            box.value = "宁夏"; box.dispatchEvent(new Event("input"));
        })()"""
    )
    panel = study.index.panel
    provinces = zip(panel.names, panel.groups["province"], strict=True)
    there = [name for name, province in provinces if province == "宁夏"]
    shown = "[...document.querySelectorAll('#live tbody .unit')].map(one => one.textContent)"
    assert browser.evaluate(shown) == there
    top = "document.querySelector('#live > .table table').getBoundingClientRect().top"
    before = browser.evaluate(top)
    browser.evaluate("document.querySelector('#live tbody .unit').click()")
    assert browser.evaluate("document.querySelector('#live .card h3').textContent").startswith(there[0])
    assert browser.evaluate(top) == before
    assert browser.evaluate("document.activeElement.closest('.card') !== null")
    browser.send("Input.dispatchKeyEvent", type="keyDown", key="Escape")
    assert browser.evaluate("document.querySelector('#live .card')") is None
    assert browser.evaluate("document.activeElement.textContent") == there[0]


@host
def test_weights_are_copied_as_a_row_that_the_workbook_reads(browser: Browser, tmp_path: Path) -> None:
    study = tw.run("industrial-counties-2019", draws=100, only=["ranking"]).study
    opened(browser, study, tmp_path)
    browser.evaluate("window.prompt = (message, text) => { window.told = text; }")
    browser.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    browser.evaluate(
        """(() => {
            const box = document.querySelector("#live .slider input[type=number]");
            box.value = 40; box.dispatchEvent(new Event("change"));
        })()"""
    )
    browser.wait("!document.getElementById('live-undo').disabled")
    browser.evaluate("document.getElementById('live-row').click()")
    name, what, value = browser.evaluate("window.told").split("\t")
    sheet = Sheet.from_cells("方案表", [["方案", "改动", "取值"], [name, what, value]])
    problems = Problems()
    (variant,) = variants_of(sheet, {}, problems)
    problems.raise_any()
    own = browser.evaluate("tierwise.weights")
    codes = study.index.framework.codes
    assert isinstance(variant.weights, Mapping)
    for node, weight in variant.weights.items():
        assert weight == pytest.approx(own[codes.index(node)], abs=1e-6)
    assert {codes[at] for at in study.index.framework.tree.children[0]} == {*variant.weights}


@host
@pytest.mark.parametrize("width", [390, 768, 1366, 2560])
def test_no_width_scrolls_sideways(width: int, browser: Browser, tmp_path: Path) -> None:
    data = pd.DataFrame(
        {
            "code": [f"u{at}" for at in range(8)],
            "name": ["W" * 200, "<script>document.body.remove()</script>", "县" * 200, *"defgh"],
            "a": range(8),
            "b": [3, 1] * 4,
        }
    )
    framework = pd.DataFrame({"code": ["a", "b"], "name": ["A" * 200, "</script><b>"]})
    spec = tw.Spec.of(uncertainty={"draws": 50}, tiers={"count": 2})
    study = tw.run(tw.Scenario.from_frames("names", data, framework, spec=spec), threads=1).study
    browser.send(
        "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
    )
    opened(browser, study, tmp_path)
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert browser.evaluate("document.querySelectorAll('#live tbody tr').length") == 8


def test_an_index_without_means_says_why_and_keeps_its_list() -> None:
    scenario = ratings({"index": {"aggregation": "copeland", "normalisation": "none"}}, seed=2)
    data = live(tw.run(scenario, threads=1).study)
    assert "copeland" in data["reason"]
    assert "values" not in data
    assert len(data["base"]["rank"]) == 40


def test_what_is_embedded_begins_no_tag() -> None:
    assert json.loads(embedded({"name": "</script><!--"})) == {"name": "</script><!--"}
    assert "<" not in embedded({"name": "</script><!--"})
