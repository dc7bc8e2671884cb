"""A year is read alike wherever one may stand, however it is written."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import typer
from tests.study.test_series import FRAMEWORK, YEARS, book, figures, of_year

import tierwise as tw
import tierwise_addin
from tierwise.cleaning.grid import RawTable
from tierwise.console import year_option
from tierwise.importing.tables import long_columns, read_long
from tierwise.inputs import History
from tierwise.inputs.national import GroupCounts, NationalFigures
from tierwise.inputs.sheet import Sheet
from tierwise.inputs.years import year_in
from tierwise.stages import check

FORMS = ["2018", "2018.0", 2018.0, "２０１８年", "二〇一八年", "二○一八年度", "2018 年", "2018-12-31"]
NONE = ["18", "2018.5", "二千", "20188", "第2018", True, None, "3018"]


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_a_year(form: object) -> None:
    assert year_in(form) == 2018


@pytest.mark.parametrize("form", NONE)
def test_what_is_no_year(form: object) -> None:
    assert year_in(form) is None


@pytest.mark.parametrize("form", FORMS)
def test_on_sheets(form: object) -> None:
    history = History.from_sheet(Sheet.from_cells("H", [["年份", "code", "rank"], [form, "a", 1.0]]))
    assert history.years.tolist() == [2018]
    nation = NationalFigures.from_sheet(Sheet.from_cells("N", [["列", "数值", "年份"], ["gdp", 5.0, form]]))
    assert nation.years == (2018,)
    counts = [["年份", "分组列", "分组", "单位数"], [form, "省", "江苏", "３"]]
    assert GroupCounts.from_sheet(Sheet.from_cells("C", counts)).of("省") == {2018: {"江苏": 3}}
    long = RawTable.of("L", [["地区", "指标", "数值", "年份"], ["甲", "x", 1, form], ["甲", "x", 2, 2017]])
    assert read_long(long, long_columns(long), 2018).rows == (("甲", "甲", 1),)


def test_a_record_of_no_year_is_told_and_not_lost() -> None:
    long = RawTable.of("L", [["地区", "指标", "数值", "年份"], ["甲", "x", 1, 2018], ["乙", "x", 2, "去年"]])
    changes = read_long(long, long_columns(long), None).changes
    assert [(one.place, one.before, one.rules) for one in changes] == [("L!D3", "去年", ("year-unclear",))]
    with pytest.raises(tw.TierwiseError) as caught:
        NationalFigures.from_sheet(Sheet.from_cells("N", [["列", "数值", "年份"], ["gdp", 5.0, 2018.5]]))
    assert [(one.code, one.place) for one in caught.value.problems] == [("Y001", "N!C2")]


def test_a_blank_year_is_missing_and_no_word() -> None:
    with pytest.raises(tw.TierwiseError) as caught:
        History.from_sheet(Sheet.from_cells("H", [["年份", "code", "rank"], [None, "a", 1.0]]))
    assert [one.line("zh") for one in caught.value.problems] == [
        "Y024 H!A2: 缺少年份；请填写四位数年份，如 2018"
    ]


@pytest.mark.parametrize("form", FORMS)
def test_in_data_and_settings(form: object, tmp_path: Path) -> None:
    data = figures()
    data["year"] = [form if year == 2018 else year for year in data["year"]]
    settings = [["panel.scale", f"base:{form}"], ["panel.since", form], [f"years.{form}.select.top", 6]]
    if "." in str(form):  # parts of a key
        settings[2][0] = "years.2018.select.top"
    cells = pd.DataFrame(settings, columns=["key", "value"])
    made = check(book(tmp_path / "b.xlsx", {"Data": data, "Framework": FRAMEWORK, "Scenario": cells}))
    assert sorted(made.others) == [2017, 2018]
    assert (made.spec.panel.base, made.spec.panel.since) == (2018, 2018)
    assert made.others[2018].spec.select.top == 6
    assert made.spec.select.top != 6


@pytest.mark.parametrize("name", ["数据２０１８年", "数据二〇一八年", "数据（2018年度）", "Data (2018)"])
def test_in_names_of_sheets(name: str, tmp_path: Path) -> None:
    data = figures()
    sheets = {f"Data{year}": of_year(data, year) for year in YEARS if year != 2018}
    given = {**sheets, name: of_year(data, 2018), "Framework": FRAMEWORK}
    assert sorted(check(book(tmp_path / "b.xlsx", given)).others) == [2017, 2018]


@pytest.mark.parametrize("word", ["Pooled", "POOLED", "base：2018", "Base: 2018年", "２０１８"])
def test_scales_and_choices_are_read_without_regard_to_case(word: str) -> None:
    spec = tw.Spec.of(panel={"scale": word, "missing": "Latest", "tiers": "FROZEN"})  # type: ignore[arg-type]  # tables
    assert spec.panel.scale in {"pooled", "base:2018"}
    assert (spec.panel.missing, spec.panel.tiers) == ("latest", "frozen")


@pytest.mark.parametrize(("key", "value"), [("panel.scale", "both"), ("report.year", "next")])
def test_what_is_none_of_them_says_what_is_expected(key: str, value: str, tmp_path: Path) -> None:
    cells = pd.DataFrame({"key": [key], "value": [value]})
    given = {"Data": of_year(figures(), 2018), "Framework": FRAMEWORK, "Scenario": cells}
    with pytest.raises(tw.TierwiseError) as caught:
        check(book(tmp_path / "b.xlsx", given))
    (one,) = caught.value.problems
    assert one.place == "Scenario!B2"
    assert {"panel.scale": "pooled", "report.year": "2018"}[key] in one.line("en")
    assert {"panel.scale": "pooled", "report.year": "2018"}[key] in one.line("zh")


def test_in_cells() -> None:
    years: Any = [["2018年"], [2018.0], ["二〇一九年"], [2019]]
    values = [[1.0], [2.0], [3.0], [4.0]]
    scored = tierwise_addin.call("IDX_PANEL", values, years)
    plain = tierwise_addin.call("IDX_PANEL", values, [[2018], [2018], [2019], [2019]])
    np.testing.assert_array_equal(scored, plain)


def test_on_the_command_line() -> None:
    assert year_option("２０２０年") == 2020
    with pytest.raises(typer.BadParameter):
        year_option("soon")


def test_a_price_index_that_is_blank_is_told_in_words() -> None:
    data = figures()
    data["cpi"] = 100.0
    data.loc[2, "cpi"] = np.nan
    with pytest.raises(tw.TierwiseError) as caught:
        tw.series(
            tw.Scenario.from_frames("t", data, FRAMEWORK, spec=tw.Spec.of(panel={"deflator": {"x": "cpi"}}))
        )
    (one,) = caught.value.problems
    assert "“cpi” is blank;" in one.text("en")
    assert "“cpi”为空白；" in one.text("zh")
