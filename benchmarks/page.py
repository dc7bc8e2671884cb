"""The page of 2,800 units x 30 indicators in Chromium: ``python benchmarks/page.py``.

Size of the file, seconds from navigation to the first paint, and milliseconds from a slider's movement to the
next frame with the list ranked anew (median and most of twenty movements). The machine is shared; the least
of three openings counts.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from tests.hosts.chromium import Browser

import tierwise as tw
from tierwise.report.answers import answers
from tierwise.report.page import write_page
from tierwise.report.summary import summary

UNITS, DIMENSIONS, EACH = 2800, 5, 6
MOVE = """(async () => {
  const slider = document.querySelectorAll("#live .slider input[type=range]")[AT % 5];
  const start = performance.now();
  slider.value = String(10 + 3 * AT);
  slider.dispatchEvent(new Event("input"));
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - start;
})()"""


def scenario() -> tw.Scenario:
    """Return a list of the first hundred of 2,800 units, in four tiers."""
    rng = np.random.default_rng(1)
    indicators = [f"i{at}" for at in range(DIMENSIONS * EACH)]
    data = pd.DataFrame(rng.random((UNITS, len(indicators))), columns=indicators)
    data.insert(0, "code", [f"u{at}" for at in range(UNITS)])
    data.insert(1, "name", [f"县级市{at}" for at in range(UNITS)])
    data.insert(2, "province", [f"省{at % 31}" for at in range(UNITS)])
    dimensions = [f"d{at}" for at in range(DIMENSIONS)]
    parents = [*[""] * DIMENSIONS, *(f"d{at // EACH}" for at in range(len(indicators)))]
    framework = pd.DataFrame({"code": [*dimensions, *indicators], "parent": parents})
    spec = tw.Spec.of(select={"top": 100}, uncertainty={"draws": 1000, "exact": False})
    return tw.Scenario.from_frames("large", data, framework, spec=spec)


def worked(browser: Browser) -> dict[str, float]:
    """Return the processor time of the page's thread so far, in all and by kind."""
    told = {one["name"]: one["value"] for one in browser.send("Performance.getMetrics")["metrics"]}
    return {name: told[f"{name}Duration"] for name in ("Task", "Script", "Layout", "RecalcStyle")}


def main() -> None:
    """Print the figures."""
    study = tw.run(scenario(), only=["ranking", "robustness", "cuts", "scores", "node_ranks"]).study
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        write_page(page, study, summary(study), answers(study))
        paints, moves = [], []
        browser = Browser({})
        browser.send("Performance.enable", timeDomain="threadTicks")
        for _ in range(3):
            browser.open(page.as_uri())
            browser.wait("document.body && document.body.classList.contains('live') && window.tierwise")
            browser.wait("performance.getEntriesByName('first-contentful-paint').length")
            paints.append(
                browser.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            )
        before = worked(browser)
        moves = [browser.evaluate(MOVE.replace("AT", str(at))) for at in range(20)]
        work = {name: (time - before[name]) / len(moves) for name, time in worked(browser).items()}
        assert browser.errors == []
        browser.close()
        print(f"file: {page.stat().st_size / 1e6:.2f} MB")
    print(f"first paint: {min(paints) / 1000:.2f} s (least of {len(paints)})")
    told = ", ".join(f"{name} {1000 * time:.0f}" for name, time in work.items())
    print(f"processor time of the page's thread for a movement, ms: {told}")
    print(f"slider to screen: {statistics.median(moves):.0f} ms (median), {max(moves):.0f} ms (most)")


if __name__ == "__main__":
    main()
