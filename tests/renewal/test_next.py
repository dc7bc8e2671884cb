"""Next year's book: published tables come out of it, nothing of the old book is lost, bad input is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from tests.raised import codes_of
from typer.testing import CliRunner

import tierwise as tw
from tierwise.cli import assembled
from tierwise.errors import TierwiseError
from tierwise.inputs import History, Sheet
from tierwise.renewal.book import next_year
from tierwise.renewal.settings import renewed_settings
from tierwise.report.sample import write_scenario
from tierwise.report.template import write_template
from tierwise.study.scenario import load, read_scenario

REFERENCES = Path(__file__).parents[1] / "references" / "caict2019"
NEW = {"滦州市", "府谷县", "天长市", "临海市", "玉环市", "高邮市", "武安市", "闽侯县"}  # 报告：2019年新进8个


def last_year(scenario: tw.Scenario) -> tw.Scenario:
    """Return a book of 2018 whose list is the published one: figures that give each unit its rank of 2018.

    The unit of a rank has the figures of the unit of that rank in 2019. Units that the report lists for 2018
    without a rank have the ranks left over; six of the hundred it does not name.
    """
    history, panel = scenario.history, scenario.panel
    assert history is not None
    ranks = history.of_year(2018)
    index = tw.index(panel, scenario.framework, scenario.spec, scenario.experts)
    donors = index.order  # in the order of their ranks
    places = {code: int(rank) - 1 for code, rank in ranks.items() if not np.isnan(rank)}
    free = iter([place for place in range(100) if place not in {*places.values()}])
    places |= {code: next(free) for code in ranks if code not in places}
    places |= {f"某县{place}": place for place in free}
    units = sorted(places, key=lambda code: places[code])
    groups = {name: dict(zip(panel.codes, column, strict=True)) for name, column in panel.groups.items()}
    taken = panel.take(donors)
    given = replace(
        taken,
        codes=tuple(units),
        names=tuple(units),
        groups={name: tuple(own.get(code, "江苏") for code in units) for name, own in groups.items()},
        sheet=None,
        rows=(),
    )
    report = scenario.spec.report.model_copy(update={"year": 2018})
    spec = scenario.spec.model_copy(update={"report": report})
    before = [entry for entry, year in enumerate(history.years.tolist()) if year < 2018]
    earlier = History(
        history.years[before],
        tuple(history.codes[entry] for entry in before),
        history.ranks[before],
        tuple(history.names[entry] for entry in before) if history.names else (),
    )
    return replace(
        scenario,
        name="counties-2018",
        title="2018年工业百强县（市）",
        panel=given,
        history=earlier,
        others={},
        year=None,
        counts=None,
        spec=spec,
    )


def test_next_then_run_gives_table_4_and_the_paragraph_of_entries(
    counties: tw.Scenario, tmp_path: Path
) -> None:
    """中国信息通信研究院 2019，表4与新进、退出一段, from a book of 2018 and a raw table of 2019."""
    book, raw, new = (tmp_path / name for name in ("2018.xlsx", "raw.csv", "2019.xlsx"))
    write_scenario(book, last_year(counties))
    counties.panel.to_frame().drop(columns=["code"]).to_csv(raw, index=False, encoding="utf-8-sig")
    renewed = next_year(book, new, 2019, raw)
    assert renewed.ranks == 100
    assert renewed.matching is not None
    assert {renewed.present[pair.present].name for pair in renewed.matching.of_kind("new")} == NEW
    results = tw.run(load(new), draws=64)
    assert results.scenario.name == "counties-2019"
    assert results.scenario.title == "2019年工业百强县（市）"
    ranked = results.tables["ranking"].set_index("name")["rank"]
    bundled = tw.index(counties.panel, counties.framework, counties.spec, counties.experts)
    assert ranked.to_dict() == dict(zip(bundled.panel.names, bundled.ranks.tolist(), strict=True))
    changes = results.tables["changes"]
    assert {*changes.loc[changes["change"] == "entry", "name"]} == NEW
    assert {"当阳市", "莱西市"} <= {*changes.loc[changes["change"] == "exit", "name"]}
    printed = pd.read_csv(REFERENCES / "table4.csv", comment="#").set_index("county")
    streaks = results.tables["history"].set_index("code")
    known = {code for code, rank in counties.history.of_year(2018).items() if not np.isnan(rank)}
    compared = 0
    for top in (30, 20, 10):
        own = streaks[f"streak_top{top}_3y"].dropna()
        for county in printed.index.intersection(own.index):
            if county in known or own[county] == 0:
                assert own[county] == printed.loc[county, f"top{top}_3y"], (county, top)
                compared += 1
    assert compared > 25
    told = " ".join(results.tables["sentences"]["text"])
    assert "新进8个、退出8个" in told
    assert all(name in told for name in NEW)
    assert len(results.tables["changes_why"]) == 92


def test_nothing_of_the_old_book_is_lost(old: Path, tmp_path: Path) -> None:
    before = old.read_bytes()
    book = openpyxl.load_workbook(old)
    data = book["Data"]
    data["F2"].number_format, data["F2"].font = "0.000", openpyxl.styles.Font(bold=True)
    rule = openpyxl.worksheet.datavalidation.DataValidation(type="list", formula1='"江苏,浙江"')
    rule.add("C2:C101")
    data.add_data_validation(rule)
    data.column_dimensions["F"].width = 33
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(data, min_col=6, min_row=1, max_row=10))
    data.add_chart(chart, "AF2")
    book.save(old)
    kept = old.read_bytes()
    assert kept != before
    next_year(old, tmp_path / "new.xlsx", 2020)
    assert old.read_bytes() == kept
    after = openpyxl.load_workbook(tmp_path / "new.xlsx")
    sheet = after["Data"]
    assert sheet["F2"].value is None
    assert (sheet["F2"].number_format, sheet["F2"].font.b) == ("0.000", True)
    assert [one.formula1 for one in sheet.data_validations.dataValidation] == ['"江苏,浙江"']
    assert sheet.column_dimensions["F"].width == 33
    assert len(sheet._charts) == 1
    assert after["Framework"].data_validations.dataValidation
    rows = [[cell.value for cell in row] for row in book["Experts"].rows]
    assert [[cell.value for cell in row] for row in after["Experts"].rows] == rows
    assert [row[:5] for row in after["Data"].iter_rows(min_row=2, values_only=True)] == [
        row[:5] for row in data.iter_rows(min_row=2, values_only=True)
    ]


def test_the_new_book_holds_last_years_list_and_figures(old: Path, tmp_path: Path) -> None:
    renewed = next_year(old, tmp_path / "new.xlsx", 2020)
    assert [one.key for one in renewed.settings] == ["name", "title", "report.year"]
    reading = read_scenario(tmp_path / "new.xlsx")
    scenario = reading.scenario
    assert scenario is not None
    assert scenario.name == "industrial-counties-2020"
    assert scenario.title.startswith("2020年工业百强县")
    assert scenario.list_year == 2020
    assert np.isnan(scenario.panel.values).all()
    assert scenario.history is not None
    was = load(old)
    index = tw.index(was.panel, was.framework, was.spec, was.experts)
    assert scenario.history.of_year(2019) == dict(
        zip(index.panel.codes, np.asarray(index.ranks, dtype=float).tolist(), strict=True)
    )
    assert (scenario.others[2019].panel.values == was.panel.values).all()
    assert scenario.spec.scenarios == was.spec.scenarios
    assert scenario.spec.targets == was.spec.targets


def test_an_empty_template_is_no_years_book(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", "zh")
    with pytest.raises(TierwiseError, match="F009"):
        next_year(tmp_path / "t.xlsx", tmp_path / "u.xlsx", 2024)
    assert not (tmp_path / "u.xlsx").exists()


class TestRefused:
    def test_files(self, old: Path, tmp_path: Path) -> None:
        there = tmp_path / "there.xlsx"
        there.write_text("x", encoding="utf-8")
        for source, target, wanted in (
            (old, old, ["I008"]),
            (old, there, ["I014"]),
            (old, tmp_path / "new.xls", ["I009"]),
            (tmp_path / "none.xlsx", there, ["I001", "I014"]),
            (tmp_path / "old.csv", tmp_path / "new.xlsx", ["Q016"]),
        ):
            with pytest.raises(TierwiseError) as error:
                next_year(source, target, 2020)
            assert codes_of(error) == wanted
        assert there.read_text(encoding="utf-8") == "x"

    def test_a_year_that_is_over(self, old: Path, tmp_path: Path) -> None:
        with pytest.raises(TierwiseError) as error:
            next_year(old, tmp_path / "new.xlsx", 2019)
        assert codes_of(error) == ["Q018"]

    def test_a_book_that_tells_no_year(
        self, sheets: dict[str, list[list[Any]]], write_book: Callable[..., Path], tmp_path: Path
    ) -> None:
        with pytest.raises(TierwiseError) as error:
            next_year(write_book(sheets), tmp_path / "new.xlsx", 2020)
        assert codes_of(error) == ["Q017"]

    def test_another_list_of_the_year(
        self, sheets: dict[str, list[list[Any]]], write_book: Callable[..., Path], tmp_path: Path
    ) -> None:
        sheets["Scenario"] += [["report.year", 2019]]
        sheets["History"] = [
            ["year", "code", "rank"],
            *([2019, code, at] for at, code in enumerate("abcdef", 1)),
        ]
        book = write_book(sheets)
        with pytest.raises(TierwiseError) as error:
            next_year(book, tmp_path / "new.xlsx", 2020)
        assert codes_of(error) == ["Q019"]
        listed = tw.index(*(getattr(load(book), name) for name in ("panel", "framework", "spec")))
        sheets["History"] = [
            ["year", "code", "rank"],
            *([2019, code, int(rank)] for code, rank in zip(listed.panel.codes, listed.ranks, strict=True)),
        ]
        assert next_year(write_book(sheets), tmp_path / "new.xlsx", 2020).ranks == 0

    def test_every_problem_of_the_old_book_and_nothing_written(
        self, sheets: dict[str, list[list[Any]]], write_book: Callable[..., Path], tmp_path: Path
    ) -> None:
        sheets["Data"][1][3], sheets["Framework"][2][4] = "ten", 7
        with pytest.raises(TierwiseError) as error:
            next_year(write_book(sheets), tmp_path / "new.xlsx", 2020)
        assert len(codes_of(error)) >= 2
        assert not (tmp_path / "new.xlsx").exists()


def test_the_command(old: Path, raw: Callable[..., Path], tmp_path: Path) -> None:
    new = tmp_path / "new.xlsx"
    done = CliRunner().invoke(
        assembled(), ["next", str(old), "--out", str(new), "--year", "2020", "--data", str(raw())]
    )
    assert done.exit_code == 0, done.output
    assert "疑似更名：海门市 → 海门区" in done.output
    assert "本期数据中没有：长沙县" in done.output
    assert re.search(r"待确认 1 处，本期没有 1 个，新增 1 个", done.output)
    again = CliRunner().invoke(assembled(), ["next", str(old), "--out", str(new), "--year", "2020"])
    assert again.exit_code == 1


def test_settings_are_told_as_the_form_has_them(tmp_path: Path) -> None:
    sheet = Sheet.from_cells("设置", [["设置项", "值"], ["标题", "2023年榜单"], ["年份", "2023年"]])
    changed = renewed_settings(sheet, (2023, 2024), (tmp_path / "a.xlsx", tmp_path / "b.xlsx"), "zh").changed
    assert changed == (("标题", "2023年榜单", "2024年榜单"), ("年份", "2023年", "2024"))
