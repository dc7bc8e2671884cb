"""Ratios in a workbook: their denominators by name, and the units of measure in which they are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from tests.study.test_topics import PEOPLE, UNITS, book

import tierwise as tw
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
    name: str = "首项",
    columns: dict[str, Any] | None = None,
    **sheets: list[list[Any]],
) -> Path:
    """Return a workbook whose first indicator is GDP over people."""
    frame = UNITS.rename(columns={"gdp": above}).assign(**{below: PEOPLE}).astype(object)
    data = [[*frame.columns], *frame.where(frame.notna(), None).to_numpy().tolist()]
    more = columns or {}
    framework: list[list[Any]] = [
        ["code", "name", "weight", "unit", "分母", *more],
        ["gdp", name, 3, unit, named or below, *more.values()],
        ["y", "次项", 1, None, None, *[None] * len(more)],
    ]
    return book(folder, Data=data, Framework=framework, **sheets)


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
        ("元/人", "元/人", [("M054", "Framework!D2")]),
        ("元", "元", [("M054", "Framework!D2")]),
        ("公顷", "公顷", [("D026", "Data!F1")]),
    ],
)
def test_the_unit_is_that_of_the_ratio(
    tmp_path: Path, unit: str | None, own: str, said: list[tuple[str, str]]
) -> None:
    found, problems = told(read_scenario(ratio(tmp_path, unit)))
    assert found == own
    assert problems == said


@pytest.mark.parametrize(
    ("above", "below", "unit", "own", "said"),
    [
        ("gdp（亿元）", "常住人口", "亿元", "", ["M050"]),
        ("gdp（亿元）", "常住人口", "万元/人", "万元/人", ["M053"]),
        ("gdp（亿元）", "常住人口", None, "", ["M052"]),
        ("gdp", "常住人口（万人）", "亿元", "", ["M051"]),
        ("gdp", "常住人口（万人）", "万元/人", "万元/人", ["M053"]),
        ("gdp（亿元）", "常住人口（万人）", "元每人", "元每人", ["M056"]),
        ("gdp", "常住人口（万人）", None, "", ["M052"]),
        ("gdp", "常住人口", "亿元", "", ["M051"]),
        ("gdp", "常住人口", "万元/人", "万元/人", []),
        ("gdp", "常住人口", None, "", []),
        ("gdp（标台）", "常住人口（万人）", "标台", "", ["M050"]),
        ("gdp（亿元）", "财政收入（亿元）", None, "", []),
        ("gdp（亿元）", "财政收入（亿元）", "亿元", "", ["M050"]),
        ("gdp（亿元）", "财政收入（亿元）", "%", "%", ["M054"]),
        ("gdp（亿元）", "财政收入（亿元）", "倍", "倍", []),
        ("gdp（亿元）", "财政收入（万元）", "‰", "‰", ["M054"]),
        ("gdp（亿元）", "财政收入", "%", "%", ["D027"]),
        ("gdp", "财政收入（亿元）", "%", "%", ["D027"]),
        ("gdp", "财政收入", "%", "%", ["D027"]),
        ("gdp（万元）", "常住人口（万人）", "亿元", "亿元", ["D026"]),
        ("gdp（元/人）", "常住人口（万人）", "元/人", "元/人", ["D028"]),
        ("gdp（元/人）", "常住人口（万人）", None, "", ["D028"]),
        ("gdp（元/人）", "常住人口", "元/人", "元/人", ["D028"]),
        ("gdp（%）", "常住人口（万人）", "%", "%", ["D028"]),
        ("人均gdp", "常住人口（万人）", "元/人", "元/人", ["M053", "M055"]),
        ("人均gdp（亿元）", "常住人口（万人）", "元/人", "元/人", ["M054", "M055"]),
    ],
)
def test_what_is_said_of_a_ratio(
    tmp_path: Path, above: str, below: str, unit: str | None, own: str, said: list[str]
) -> None:
    found, problems = told(read_scenario(ratio(tmp_path, unit, above=above, below=below, name="人均gdp")))
    assert found == own
    assert [code for code, _ in problems] == said


@pytest.mark.parametrize(
    ("below", "unit", "times"),
    [
        ("财政收入（亿元）", "%", 100.0),
        ("财政收入（万元）", "%", 1_000_000.0),
        ("常住人口（万人）", "元/人", 10_000.0),
        ("常住人口（万人）", "元", 10_000.0),
        ("常住人口（人）", "万元/人", 10_000.0),
        ("常住人口（万人）", "亿元/万人", 1.0),
    ],
)
def test_converted_figures_are_alike_everywhere(tmp_path: Path, below: str, unit: str, times: float) -> None:
    results = run(ratio(tmp_path, unit, below=below), draws=64)
    above, under = np.array(UNITS["gdp"], dtype=float), np.array(PEOPLE, dtype=float)
    expected = times * above / under
    study = results.study
    at = study.index.panel.indicators.index("gdp")
    np.testing.assert_allclose(study.index.prepared.treated[:, at], expected, rtol=1e-12)
    listed = study.tiers.selected
    profile = results.tables["list_profile"].set_index("figure").loc["gdp"]
    assert profile["mean"] == pytest.approx(expected[listed].mean())
    assert profile["pooled"] == pytest.approx(times * above[listed].sum() / under[listed].sum())
    assert profile["sum_above"] == pytest.approx(above[listed].sum())
    methods = results.tables["methods"].set_index("indicator").loc["gdp"]
    assert methods["low"] == pytest.approx(expected.min())
    assert methods["high"] == pytest.approx(expected.max())
    assert methods.get("factor", 1.0) == times
    shown = str(presented("list_profile", results.tables["list_profile"], names_of(study), "zh"))
    assert f"首项（{unit}）" in shown


def test_goalposts_are_in_the_unit_of_the_ratio(tmp_path: Path) -> None:
    path = ratio(
        tmp_path,
        "%",
        below="财政收入（亿元）",
        columns={"low": 0, "high": 1000, "normalisation": "goalposts"},
    )
    study = run(path, draws=64).study
    expected = 100 * np.array(UNITS["gdp"], dtype=float) / np.array(PEOPLE) / 1000
    at = study.index.panel.indicators.index("gdp")
    got = study.index.prepared.normalised[:, at]
    np.testing.assert_allclose(got / got.max(), np.minimum(expected, 1) / min(expected.max(), 1))


@pytest.mark.parametrize("named", ["常住人口", "常住人口（万人）", " 常住人口 ", "常住人口（人）"])
def test_an_index_in_python_is_that_of_the_workbook(tmp_path: Path, named: str) -> None:
    path = ratio(tmp_path, "元/人", named=named)
    framework = tw.Framework.from_workbook(path)
    panel = tw.Panel.from_workbook(path, framework)
    made = tw.index(panel, framework)
    of_book = run(path, draws=64).study.index
    assert made.ranks.tolist() == of_book.ranks.tolist()
    assert made.score.tolist() == of_book.score.tolist()
    assert made.framework.units == of_book.framework.units
    frame = pd.DataFrame({"code": ["a", "b", "c"], "gdp": [3.0, 2.0, 1.0], "人口（万人）": [1.0, 2.0, 4.0]})
    tree = tw.Framework.from_frame(pd.DataFrame({"code": ["gdp"], "denominator": ["人口"]}))
    assert tw.index(tw.Panel.from_frame(frame), tree).prepared.treated.ravel().tolist() == [3.0, 1.0, 0.25]


def test_an_index_in_python_refuses_what_the_workbook_refuses(tmp_path: Path) -> None:
    path = ratio(tmp_path, "公顷")
    framework = tw.Framework.from_workbook(path)
    with pytest.raises(TierwiseError) as caught:
        tw.index(tw.Panel.from_workbook(path, framework), framework)
    assert [(one.code, one.place) for one in caught.value.problems] == [("D026", "Data!F1")]


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


NOW, THEN = np.array(UNITS["gdp"], dtype=float), np.array([80.0, 45, 64, 30, 40, 50, 32, 15])
BEFORE = np.array([20.0, 32, 15, 20, 25, 8, 16, 12])  # people of the year before


def two_years(folder: Path) -> Path:
    """Return a workbook with GDP in 亿元 over 万人 in 2019, and in 万元 over 人 in 2018."""
    path = ratio(
        folder,
        "元/人",
        named="常住人口",
        专题=[["名称", "类型", "列", "基期"], ["增速", "增速", "首项", 2018]],
        全国=[["指标", "数值"], ["y", 1]],
    )
    made = openpyxl.load_workbook(path)
    sheet = made.create_sheet("Data2018")
    for row in made["Data"].iter_rows(values_only=True):
        sheet.append(row)
    for at, heading in enumerate(cell.value for cell in sheet[1]):
        if heading in {"gdp（亿元）", "常住人口（万人）"}:
            own, word = (THEN, "gdp（万元）") if "gdp" in heading else (BEFORE, "常住人口（人）")
            for row, value in enumerate((10_000 * own).tolist(), 2):
                sheet.cell(row, at + 1).value = value
            sheet.cell(1, at + 1).value = word
    made.save(path)
    return path


def test_figures_over_the_years_are_ratios_in_one_unit(tmp_path: Path) -> None:
    results = run(two_years(tmp_path), draws=64)
    now, then = 10_000 * NOW / np.array(PEOPLE), 10_000 * THEN / BEFORE
    trends = results.tables["trends"].query("node == 'gdp'").set_index("code").sort_index()
    assert trends["value_first"].tolist() == pytest.approx(then.tolist())
    assert trends["value_last"].tolist() == pytest.approx(now.tolist())
    assert trends["value_growth"].tolist() == pytest.approx((now / then - 1).tolist())
    grown = results.tables["topics_growth_增速"].set_index("name")["growth"]
    assert grown.tolist() == pytest.approx((now / then - 1)[np.argsort(then / now)].tolist())
    told_of = {one.code for one in results.scenario.cautions}
    assert not {"Y025", "Y026"} & told_of
