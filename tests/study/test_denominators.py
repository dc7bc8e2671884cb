"""Ratios in a workbook: their denominators by name, and the units of measure in which they are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.study.test_topics import PEOPLE, UNITS, book

from tierwise.errors import TierwiseError
from tierwise.report.presented import names_of, presented
from tierwise.stages import run
from tierwise.study.scenario import Reading, read_scenario


def ratio(
    folder: Path,
    unit: str | None,
    *,
    above: str = "gdp（亿元）",
    below: str = "常住人口（万人）",
    named: str = "",
) -> Path:
    """Return a workbook whose first indicator is GDP over people."""
    frame = UNITS.rename(columns={"gdp": "gdp（亿元）"}).assign(**{below: PEOPLE}).astype(object)
    data = [[*frame.columns], *frame.where(frame.notna(), None).to_numpy().tolist()]
    framework: list[list[Any]] = [
        ["code", "name", "weight", "unit", "分母"],
        ["gdp", "首项", 3, unit, named or below],
        ["y", "次项", 1, None, None],
    ]
    return book(folder, Data=data, Framework=framework)


def told(read: Reading) -> tuple[str, list[tuple[str, str]]]:
    """Return the unit of the ratio, and what was said of it."""
    assert read.scenario is not None
    framework = read.scenario.framework
    said = [(one.code, one.place) for one in (*read.findings.found, *read.scenario.readings)]
    return framework.units[framework.codes.index("gdp")], said


@pytest.mark.parametrize(
    ("unit", "own", "said"),
    [
        ("亿元/万人", "亿元/万人", []),
        ("万元/人", "万元/人", []),
        ("万元", "万元", []),
        ("亿元", "亿元/万人", [("M049", "Framework!D2")]),
        (None, "亿元/万人", [("M049", "Framework!D2")]),
        ("元/人", "元/人", [("D026", "Data!F1")]),
        ("公顷", "公顷", [("D026", "Data!F1")]),
    ],
)
def test_the_unit_is_that_of_the_ratio(
    tmp_path: Path, unit: str | None, own: str, said: list[tuple[str, str]]
) -> None:
    found, problems = told(read_scenario(ratio(tmp_path, unit)))
    assert found == own
    assert problems == said


def test_a_ratio_to_a_column_without_a_unit_has_none(tmp_path: Path) -> None:
    assert told(read_scenario(ratio(tmp_path, "亿元", below="常住人口"))) == ("", [("M050", "Framework!D2")])
    assert told(read_scenario(ratio(tmp_path, "万元/人", below="常住人口"))) == ("万元/人", [])


@pytest.mark.parametrize("named", ["常住人口", "常住人口（万人）", " 常住人口 "])
def test_a_denominator_is_found_by_its_name(tmp_path: Path, named: str) -> None:
    results = run(ratio(tmp_path, "亿元", named=named), draws=64)
    scenario = results.scenario
    assert scenario.framework.denominators[1] == "常住人口（万人）"
    expected = np.array(UNITS["gdp"], dtype=float) / np.array(PEOPLE)
    frame = results.tables["list_profile"].set_index("figure")
    listed = results.study.tiers.selected
    assert frame.loc["gdp", "mean"] == pytest.approx(expected[listed].mean())
    shown = presented("list_profile", results.tables["list_profile"], names_of(results.study), "zh")
    assert "亿元/万人" in str(shown)
    assert "首项（亿元）" not in str(shown)


def test_a_denominator_that_may_be_two_columns_is_refused(tmp_path: Path) -> None:
    frame = UNITS.assign(**{"人口（人）": PEOPLE, "人口（万人）": PEOPLE}).astype(object)
    data = [[*frame.columns], *frame.where(frame.notna(), None).to_numpy().tolist()]
    framework = [["code", "name", "weight", "分母"], ["gdp", "首项", 3, "人口"], ["y", "次项", 1, None]]
    with pytest.raises(TierwiseError) as caught:
        run(book(tmp_path, Data=data, Framework=framework), draws=64)
    assert [one.code for one in caught.value.problems] == ["M036"]
