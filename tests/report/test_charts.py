"""The page's figures in a real Chromium: marks answer, a pin is a pin everywhere, paper is vector."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.hosts.chromium import Browser, host

import tierwise as tw
from tierwise.report.charted import charted, rows_of_units
from tierwise.report.figures import FIGURES
from tierwise.report.figures_scenarios import ranked
from tierwise.report.figures_years import words
from tierwise.report.page import write_page
from tierwise.report.plots import Axis, Chart, Marks, Panel
from tierwise.study.study import Study


@pytest.fixture(scope="module")
def study() -> Study:
    return tw.run("technology-achievement", draws=500).study


HOSTILE = [
    "<img src=x onerror=window.ran=1>",
    "</script><script>window.ran=1</script>",
    "W" * 200,
    "县" * 200,
]


@pytest.fixture(scope="module")
def hostile() -> Study:
    rng = np.random.default_rng(5)
    names = [*HOSTILE, *(f"unit {at}" for at in range(12))]
    data = pd.DataFrame(rng.random((16, 3)), columns=["a", "b", "c"])
    data.insert(0, "code", [f"u{at}" for at in range(16)])
    data.insert(1, "name", names)
    framework = pd.DataFrame({"code": ["a", "b", "c"], "name": ["A" * 200, HOSTILE[1], "c"]})
    spec = tw.Spec.of(uncertainty={"draws": 64}, tiers={"count": 2}, sensitivity={"samples": 64})
    return tw.run(tw.Scenario.from_frames("names", data, framework, spec=spec), threads=1).study


def opened(browser: Browser, study: Study, folder: Path, width: int = 1366) -> None:
    page = folder / "report.html"
    write_page(page, study, [], [])
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.send("Emulation.setDeviceMetricsOverride", **size)
    browser.errors.clear()
    browser.open(page.as_uri())
    browser.wait("document.readyState === 'complete' && window.tierwise")
    browser.evaluate("window.dispatchEvent(new Event('afterprint'))")  # draws every figure
    assert browser.errors == []


def middle_of(browser: Browser, mark: str) -> dict[str, float]:
    """Return the middle of an element of the page, which is scrolled into sight."""
    told: str = browser.evaluate(
        f"(() => {{ const one = {mark}; one.scrollIntoView({{block: 'center'}});"
        "const box = one.getBoundingClientRect();"
        "return JSON.stringify({x: box.x + box.width / 2, y: box.y + box.height / 2}); })()"
    )
    return dict(json.loads(told))


def point(browser: Browser, mark: str, *, click: bool = False) -> None:
    """Move the real mouse to an element, and click it."""
    place = middle_of(browser, mark)
    browser.send("Input.dispatchMouseEvent", type="mouseMoved", **place)
    for kind in ("mousePressed", "mouseReleased") if click else ():
        browser.send("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)


INTERVALS = (
    "[...document.querySelectorAll('figure.chart')].find(one => one.querySelectorAll('rect').length > 14)"
)


@host
def test_a_mark_tells_its_unit_and_its_numbers(browser: Browser, study: Study, tmp_path: Path) -> None:
    opened(browser, study, tmp_path)
    unit = study.index.panel.names.index("Korea, Rep. of")
    low, high = study.robustness.rank_low[unit], study.robustness.rank_high[unit]
    point(browser, f"{INTERVALS}.querySelector('rect[data-unit=\"{unit}\"]')")
    browser.wait("!document.querySelector('.tip').hidden")
    told = browser.evaluate("document.querySelector('.tip').innerText")
    assert "Korea, Rep. of" in told
    assert f"Rank {study.index.ranks[unit]:g}" in told
    assert f"{low:g}–{high:g}" in told
    everywhere = f"document.querySelectorAll('figure.chart [data-unit=\"{unit}\"]')"
    assert browser.evaluate(f"[...{everywhere}].every(one => one.classList.contains('hot'))")
    assert browser.evaluate(f"new Set([...{everywhere}].map(one => one.closest('figure'))).size") >= 3


@host
def test_a_click_pins_in_charts_tables_and_the_list(browser: Browser, study: Study, tmp_path: Path) -> None:
    opened(browser, study, tmp_path)
    unit = study.index.panel.names.index("Japan")
    point(browser, f"{INTERVALS}.querySelector('rect[data-unit=\"{unit}\"]')", click=True)
    pinned = f"[...document.querySelectorAll('[data-unit=\"{unit}\"]')]"
    browser.wait(f"{pinned}.every(one => one.classList.contains('pin'))")
    kinds = f"[...new Set({pinned}.map(one => one.tagName.toLowerCase()))].sort()"
    assert {"rect", "tr"} <= {*browser.evaluate(kinds)}
    assert browser.evaluate(f"{pinned}.some(one => one.closest('#live'))")
    assert browser.evaluate("document.querySelector('.pinned').innerText").startswith("Pinned: Japan")
    browser.evaluate(  # the list is made anew as weights move: the pin stays
        "(() => { const box = document.querySelector('#live .slider input[type=number]');"
        "box.value = 60; box.dispatchEvent(new Event('change')); })()"
    )
    browser.wait("!document.getElementById('live-undo').disabled")
    assert browser.evaluate(
        f"document.querySelector('#live tr[data-unit=\"{unit}\"]').classList.contains('pin')"
    )
    browser.evaluate("document.querySelector('.pinned button').click()")
    assert browser.evaluate("document.querySelectorAll('.pin').length") == 0
    browser.evaluate(f"document.querySelector('section:not(#live) tr[data-unit=\"{unit}\"]').click()")
    assert browser.evaluate(f"{pinned}.every(one => one.classList.contains('pin'))")


@host
def test_the_keyboard_walks_through_the_marks(browser: Browser, study: Study, tmp_path: Path) -> None:
    opened(browser, study, tmp_path)
    browser.evaluate(f"{INTERVALS}.focus()")
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        browser.send("Input.dispatchKeyEvent", type="keyDown", key=key)
    assert browser.evaluate("document.querySelector('.tip').innerText")
    assert browser.evaluate("document.querySelectorAll('.pinned button').length") == 1
    browser.send("Input.dispatchKeyEvent", type="keyDown", key="Escape")
    assert browser.evaluate("document.querySelector('.tip').hidden")


@host
@pytest.mark.parametrize("width", [390, 768, 1366, 2560])
def test_names_with_markup_run_nothing_and_fit(
    width: int, browser: Browser, hostile: Study, tmp_path: Path
) -> None:
    opened(browser, hostile, tmp_path, width)
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
    clipped = (
        "[...document.querySelectorAll('figure.chart svg text')].filter(text => {"
        "const own = text.getBoundingClientRect(), box = text.ownerSVGElement.getBoundingClientRect();"
        "return own.left < box.left - 1 || own.right > box.right + 1; }).map(text => text.textContent)"
    )
    assert browser.evaluate(clipped) == []
    for unit in range(4):
        point(browser, f"{INTERVALS}.querySelector('rect[data-unit=\"{unit}\"]')", click=True)
        assert browser.evaluate("document.querySelector('.tip b').textContent") == HOSTILE[unit]
    assert browser.evaluate("document.querySelectorAll('.pinned button').length") == 4
    assert browser.evaluate("window.ran === undefined && !document.querySelector('main img, .tip img')")
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")


@host
def test_paper_has_every_figure_as_vector(browser: Browser, study: Study, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    write_page(page, study, [], [])
    browser.open(page.as_uri())
    browser.wait("document.readyState === 'complete' && window.tierwise")
    printed = base64.b64decode(browser.send("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert b"/Subtype /Image" not in printed.replace(b"/Subtype/Image", b"/Subtype /Image")
    figures = browser.evaluate("document.querySelectorAll('figure.chart').length")
    drawn = "new Set([...document.querySelectorAll('.panels svg')].map(one => one.closest('figure'))).size"
    assert browser.evaluate(drawn) == figures > 5


@host
def test_the_keyboard_reaches_what_scrolls_and_landmarks_hold_all(
    browser: Browser, study: Study, tmp_path: Path
) -> None:
    opened(browser, study, tmp_path, 390)
    browser.evaluate("document.querySelector('#live .unit').click()")
    unreached = (
        "[...document.querySelectorAll('.table')].filter(one => one.offsetHeight && one.tabIndex < 0 && "
        "!one.querySelector('[tabindex=\"0\"], button, a, input')).length"
    )
    assert browser.evaluate(unreached) == 0
    landmarks = "header, nav, main, script, .tip, .pinned"
    assert browser.evaluate(
        "[...document.querySelectorAll('h1, h2, table, figure, footer, input')]"
        f".every(one => one.closest('{landmarks}'))"
    )
    named = "one => one.getAttribute('aria-label') || one.labels?.length || one.textContent.trim()"
    assert browser.evaluate(
        "[...document.querySelectorAll('input, select, button, figure, [role=region], [role=dialog]')]"
        f".every({named})"
    )


@host
def test_without_scripts_the_tables_are_there(browser: Browser, study: Study, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    write_page(page, study, [], [])
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(page.as_uri())
        browser.wait("document.readyState === 'complete' && document.querySelector('#robustness')")
        shown = "[...document.querySelectorAll('{}')].filter(one => one.offsetHeight > 0).length"
        assert browser.evaluate(shown.format("figure")) == 0
        assert browser.evaluate(shown.format("section:not(#live) tbody tr")) > 100
    finally:
        browser.send("Emulation.setScriptExecutionDisabled", value=False)


def test_every_tip_of_the_intervals_holds_the_tables_numbers(study: Study) -> None:
    chart = FIGURES["rank_intervals"](study)
    assert chart is not None
    table = study.tables["robustness"].set_index("code")
    told = 0
    for marks in chart.panels[0].marks:
        for code, tip in zip(marks.units, marks.tips, strict=True):
            low, high = re.findall(r"(\d+)–(\d+)", tip)[0]
            assert (int(low), int(high)) == (table.loc[code, "rank_low"], table.loc[code, "rank_high"])
            told += 1
    assert told == 2 * len(table)


def test_a_chart_as_data_keeps_its_places_and_units(study: Study) -> None:
    code = study.index.panel.codes[3]
    marks = Marks("dots", [1.23456789, np.nan], [0, 1], units=[code, "nobody"], tips=["<b>", ""])
    made = charted(Chart([Panel([marks], Axis(0, 2), Axis(1, 0))], 5, 3), rows_of_units(study))
    (drawn,) = made["panels"][0]["marks"]
    assert drawn["x"] == [1.23457, None]
    assert drawn["units"] == [3, -1]
    assert drawn["tips"] == ["<b>", ""]
    assert made["panels"][0]["y"]["ends"] == [1.0, 0.0]
    json.dumps(made, allow_nan=False)


@pytest.mark.parametrize(
    ("language", "tip", "second"),
    [
        ("zh", "甲: 2023年第1名 · 2024年第2.5名", "乙: 2023年第2名"),
        ("en", "甲: 2023: rank 1 · 2024: rank 2.5", "乙: 2023: rank 2"),
    ],
)
def test_a_tip_of_ranks_by_year_says_what_the_figures_are(language, tip, second) -> None:
    shown = pd.DataFrame({"code": ["a", "b"], "name": ["甲", "乙"], "2023": [1, 2], "2024": [2.5, np.nan]})
    years = ["2023", "2024"]
    chart = ranked(shown, years, years, ["#000"] * 2, "", "", words("place", language))
    assert [tips for marks in chart.panels[0].marks for tips in marks.tips or ()] == [tip, second]
