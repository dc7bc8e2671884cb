"""The page on paper: every heading stands on the page that the contents tell, and the screen is as before."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.hosts.chromium import Browser, program

import tierwise as tw
from tierwise.report.answers import answers
from tierwise.report.page import write_page
from tierwise.report.summary import summary
from tierwise.study.study import Study

absent = pytest.mark.skipif(program() is None or which("pdftotext") is None, reason="no Chromium or poppler")
pytestmark = [pytest.mark.host, absent]
TOLD = (
    "window.addEventListener('beforeprint', () => { window.told = "
    "[...document.querySelectorAll('nav a')].map(one => [one.textContent, one.dataset.page ?? '']); })"
)
SCREEN = (
    "JSON.stringify([document.querySelector('main').innerHTML.replace(/<svg.*?<\\/svg>/gs, ''), "
    "document.querySelector('nav').innerHTML, document.body.getAttribute('style') ?? ''])"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    opened = Browser({})
    yield opened
    opened.close()


def long_names() -> tw.Scenario:
    rng = np.random.default_rng(5)
    codes = [f"i{at}" for at in range(14)]
    data = pd.DataFrame(rng.random((90, 14)), columns=codes)
    data.insert(0, "code", [f"u{at}" for at in range(90)])
    data.insert(1, "name", [("县" * 200, "W" * 200, f"unit {at}")[min(at, 2)] for at in range(90)])
    framework = pd.DataFrame({"code": codes, "name": [f"{code} " + "indicator " * 20 for code in codes]})
    spec = tw.Spec.of(uncertainty={"draws": 64, "exact": False}, sensitivity={"samples": 64})
    return tw.Scenario.from_frames("names", data, framework, spec=spec)


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def printed(browser: Browser, page: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the texts of the pages of paper, and what the contents tell: heading and page."""
    browser.errors.clear()
    browser.open(page.as_uri())
    browser.wait("document.readyState === 'complete' && window.tierwise")
    browser.evaluate(TOLD)
    pdf = page.with_suffix(".pdf")
    pdf.write_bytes(base64.b64decode(browser.send("Page.printToPDF", preferCSSPageSize=True)["data"]))
    text = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, text=True
    ).stdout
    told: Any = browser.evaluate("window.told")
    assert browser.errors == []
    return text.split("\f")[:-1], [(heading, number) for heading, number in told]


@pytest.mark.parametrize(
    ("name", "width"),
    [("technology-achievement", 390), ("industrial-counties-2019", 1366), ("names", 390), ("names", 1366)],
)
def test_the_contents_tell_the_pages_of_all_headings(
    name: str, width: int, browser: Browser, tmp_path: Path
) -> None:
    study: Study = tw.run(long_names() if name == "names" else name, draws=100).study
    page = tmp_path / "report.html"
    write_page(page, study, summary(study), answers(study))
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.send("Emulation.setDeviceMetricsOverride", **size)
    pages, told = printed(browser, page)
    assert len(told) > 10
    for at, (heading, number) in enumerate(told):
        if at == 1:
            assert number == ""  # what answers on the screen only
            continue
        lines = {plain(line) for line in pages[int(number) - 1].splitlines()}
        assert plain(heading) in lines, (heading, number)
    assert {f"{at}/{len(pages)}" for at in range(1, len(pages) + 1)} == {
        plain(page.strip().splitlines()[-1]) for page in pages
    }


def test_the_screen_is_as_before(browser: Browser, tmp_path: Path) -> None:
    study = tw.run("technology-achievement", draws=100).study
    page = tmp_path / "report.html"
    write_page(page, study, [], [])
    browser.open(page.as_uri())
    browser.wait("document.readyState === 'complete' && window.tierwise")
    browser.evaluate("window.dispatchEvent(new Event('afterprint'))")
    before = json.loads(browser.evaluate(SCREEN))
    browser.send("Page.printToPDF", preferCSSPageSize=True)
    browser.wait("!document.querySelector('[data-page]')")
    after = json.loads(browser.evaluate(SCREEN))
    assert [re.sub(r' (class|style)=""', "", one) for one in after] == [
        re.sub(r' (class|style)=""', "", one) for one in before
    ]
