"""Text in the files of a run: no formula in tables/*.csv, nothing that steers a page, a silent stderr."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tierwise as tw
from tierwise.report.write import without_formulas
from tierwise.stages import run
from tierwise.words.formulas import FORMULA, no_formula
from tierwise.words.visible import CONTROLS, visible_lines


def original(text: str) -> str:
    """Return the text that no_formula made this of."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text


@given(st.one_of(st.text(), st.text(alphabet="'=+-@\t\r a")))
def test_no_text_is_a_formula_and_none_is_lost(text: str) -> None:
    safe = no_formula(text)
    assert not safe.startswith(FORMULA)
    assert original(safe) == text


def test_own_values_stay_numbers() -> None:
    frame = pd.DataFrame({"=code": ["-a", "b", None], "value": [-1.5, 2.0, 3.0], "mixed": [-1, "-1", True]})
    safe = without_formulas(frame)
    assert [*safe.columns] == ["'=code", "value", "mixed"]
    assert safe["'=code"].tolist()[:2] == ["'-a", "b"]
    assert safe["value"].tolist() == [-1.5, 2.0, 3.0]
    assert safe["mixed"].tolist() == [-1, "'-1", True]
    assert frame["=code"][0] == "-a"


def test_visible_lines_keep_lines() -> None:
    assert visible_lines("a\n\tb\x1b[31m\u202e") == "a\n\tb\\x1b[31m\\x202e"


def test_a_run_of_hostile_names(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    names = ["=1+1", "+x", "-x", "@x", "\x1b[31mred", "<script>alert(1)</script>", "'=y", "\u202eabc"]
    data = pd.DataFrame(
        {"code": [f"u{at}" for at in range(8)], "name": names, "a": range(8), "b": [3, 1] * 4}
    )
    framework = pd.DataFrame({"code": ["a", "b"], "name": ["=A", "-B\x1b"]})
    spec = tw.Spec.of(uncertainty={"draws": 50}, tiers={"count": 2})
    scenario = tw.Scenario.from_frames("names", data, framework, spec=spec)
    out = run(scenario, threads=1).write(tmp_path / "out")
    for path in (out / "tables").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    if cell.startswith(FORMULA):
                        float(cell)  # a number of our own
    with (out / "tables" / "ranking.csv").open(encoding="utf-8-sig", newline="") as file:
        written = [original(row["name"]) for row in csv.DictReader(file)]
    assert {*written} == {*scenario.panel.names}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert not {*CONTROLS.findall(page)} - {"\n", "\t"}
    assert "<script>alert(1)" not in page
    assert capfd.readouterr().err == ""
