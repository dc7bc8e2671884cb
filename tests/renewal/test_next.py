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
from typer.testing import CliRunner

import tierwise as tw
from tierwise.cli import app, main
from tierwise.errors import TierwiseError
from tierwise.inputs import History
from tierwise.renewal.book import next_year
from tierwise.report.sample import write_sample, write_scenario
from tierwise.report.template import write_template
from tierwise.stages import check
from tierwise.study.scenario import load, read_scenario

COUNTIES = "industrial-counties-2019"
REFERENCES = Path(__file__).parents[1] / "references" / "caict2019"
NEW = {"滦州市", "府谷县", "天长市", "临海市", "玉环市", "高邮市", "武安市", "闽侯县"}  # 报告：2019年新进8个


def codes(error: pytest.ExceptionInfo[TierwiseError]) -> list[str]:
    return [one.code for one in error.value.problems]


@pytest.fixture(scope="module")
def counties() -> tw.Scenario:
    return tw.load(COUNTIES)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / f"{COUNTIES}.xlsx"
    write_sample(path)
    return path


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


@pytest.fixture
def raw(counties: tw.Scenario, tmp_path: Path) -> Callable[..., Path]:
    """Write next year's raw table: one unit gone, one renamed, one new, names as people write them."""

    def write(change: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame) -> Path:
        frame = counties.panel.to_frame().drop(columns=["code"]).rename(columns={"name": "县（市）"})
        frame = frame[frame["县（市）"] != "长沙县"].reset_index(drop=True)
        frame["县（市）"] = frame["县（市）"].replace({"海门市": "海门区", "如东县": "如 东县★"})
        new = frame.iloc[[50]].assign(**{"县（市）": "雄安新县", "R&D强度": 1.23})
        path = tmp_path / "raw.csv"
        change(pd.concat([frame, new])).to_csv(path, index=False, encoding="utf-8-sig")
        return path

    return write


def test_units_are_matched_proposed_and_listed(old: Path, raw: Callable[..., Path], tmp_path: Path) -> None:
    new = tmp_path / "new.xlsx"
    renewed = next_year(old, new, 2020, raw())
    assert renewed.matching is not None
    assert [(pair.kind, renewed.words(pair)["unit"]) for pair in renewed.matching.pairs] == [
        ("renamed", "海门市"),
        ("gone", "长沙县"),
        ("new", "雄安新县"),
    ]
    reading = read_scenario(new)
    assert reading.findings.found == []
    assert reading.scenario is not None
    assert reading.scenario.spec.report.renamed == {}
    assert [one.code for one in reading.scenario.readings] == ["Q015"]
    assert "如东县" in reading.scenario.panel.codes
    book = openpyxl.load_workbook(new)
    sheet = book["Units"]
    assert [one.formula1 for one in sheet.data_validations.dataValidation] == ['"是,否"']
    sheet["A2"] = "是"
    book.save(new)
    decided = read_scenario(new).whole()
    assert decided.spec.report.renamed == {"海门市": "海门区"}
    assert decided.readings == ()
    changes = tw.run(decided, draws=64).tables["changes"].set_index("name")
    assert changes.loc["海门区", "previous_rank"] == 14
    assert changes.loc["长沙县", "change"] == "exit"
    assert changes.loc["雄安新县", "change"] == "entry"


def test_the_year_after_goes_on_with_what_was_confirmed(
    old: Path, raw: Callable[..., Path], tmp_path: Path
) -> None:
    first, second = tmp_path / "2020.xlsx", tmp_path / "2021.xlsx"
    next_year(old, first, 2020, raw())
    book = openpyxl.load_workbook(first)
    book["Units"]["A2"] = "是"
    book.save(first)
    table = raw(lambda frame: frame.replace({"县（市）": {"雄安新县": "雄安新区"}}))
    renewed = next_year(first, second, 2021, table)
    assert renewed.ranks == 100
    scenario = read_scenario(second).whole()
    assert scenario.spec.report.renamed == {"海门市": "海门区"}
    assert {2019, 2020} <= {*scenario.others}
    assert [one.code for one in scenario.readings] == ["Q015"]  # 雄安新县 and 雄安新区


def test_columns_that_are_lacking_or_new_are_told(
    old: Path, raw: Callable[..., Path], tmp_path: Path
) -> None:
    def changed(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.drop(columns=["出口依存度", "region"]).assign(新指标=1.5)

    renewed = next_year(old, tmp_path / "new.xlsx", 2020, raw(changed))
    assert renewed.lacking == ("出口依存度",)
    assert renewed.added == ("新指标",)
    panel = read_scenario(tmp_path / "new.xlsx").scenario.panel
    assert np.isnan(panel.values[:, panel.indicators.index("出口依存度")]).all()
    assert panel.extras["新指标"].tolist() == [1.5] * 100
    assert dict(zip(panel.codes, panel.groups["region"], strict=True))["江阴市"] == "东部"


@pytest.mark.parametrize(
    ("given", "codes_found"), [("人口（人）", ["Q021"]), ("人口（万人）", []), ("人口", [])]
)
def test_another_unit_than_the_books_is_refused(
    given: str,
    codes_found: list[str],
    sheets: dict[str, list[list[Any]]],
    write_book: Callable[..., Path],
    tmp_path: Path,
) -> None:
    head, *rows = sheets["Data"]
    sheets["Data"] = [[*head, "人口（万人）"], *([*row, 10 + at] for at, row in enumerate(rows))]
    sheets["Scenario"].append(["report.year", 2019])
    book, raw = write_book(sheets), tmp_path / "raw.csv"
    lines = [[*head, given], *([*row, 20 + at] for at, row in enumerate(rows))]
    raw.write_text(
        "\n".join(",".join("" if cell is None else str(cell) for cell in line) for line in lines),
        encoding="utf-8",
    )
    if codes_found:
        with pytest.raises(TierwiseError) as caught:
            next_year(book, tmp_path / "new.xlsx", 2020, raw)
        assert codes(caught) == codes_found
        assert "Data!" in caught.value.text("zh")
        return
    renewed = next_year(book, tmp_path / "new.xlsx", 2020, raw)
    assert renewed.added == renewed.lacking == ()
    assert read_scenario(tmp_path / "new.xlsx").scenario.panel.extras["人口（万人）"][0] == 20


@pytest.fixture
def long_book(
    sheets: dict[str, list[list[Any]]], write_book: Callable[..., Path]
) -> tuple[Path, list[list[Any]]]:
    """Return a book whose Data holds 2018 and 2019 under a column of years, and the rows of 2019."""
    head, *rows = sheets["Data"]
    sheets["Data"] = [[*head, "年份"], *([*row, year] for year in (2018, 2019) for row in rows)]
    return write_book(sheets), [head, *rows]


def long_data(path: Path) -> pd.DataFrame:
    return pd.DataFrame(openpyxl.load_workbook(path)["Data"].values).T.set_index(0).T


@pytest.mark.parametrize("given", [False, True], ids=["emptied", "with data"])
def test_years_in_one_table_go_on_below(
    given: bool, long_book: tuple[Path, list[list[Any]]], tmp_path: Path
) -> None:
    book, (head, *rows) = long_book
    raw = tmp_path / "raw.csv"
    figures = [at for at, cell in enumerate(rows[0]) if isinstance(cell, (int, float))]
    grown = [
        [cell * 1.5 if at in figures and cell is not None else cell for at, cell in enumerate(row)]
        for row in rows
    ]
    lines = [[*head, "年度"], *([*row, 2019] for row in rows), *([*row, "2020年"] for row in grown[::-1])]
    pd.DataFrame(lines[1:], columns=lines[0]).to_csv(raw, index=False, encoding="utf-8-sig")
    renewed = next_year(book, tmp_path / "new.xlsx", 2020, raw if given else None)
    assert renewed.below
    before, after = long_data(book), long_data(tmp_path / "new.xlsx")
    assert after.iloc[: len(before)].astype(str).equals(before.astype(str))
    added = after.iloc[len(before) :].reset_index(drop=True)
    assert added["年份"].tolist() == [2020] * len(rows)
    if given:
        assert renewed.other_years == {2019: len(rows)}
        assert "年度" not in after
        expected = {row[0]: [row[at] for at in figures] for row in grown}
        named = [head[at] for at in figures]
        for code, *values in added[[head[0], *named]].itertuples(index=False):
            assert values == pytest.approx(expected[code], nan_ok=True)
        assert load(tmp_path / "new.xlsx").year == 2020
    else:
        assert added[head[0]].tolist() == [row[0] for row in rows]
        assert added[[head[at] for at in figures]].isna().to_numpy().all()


def test_a_new_table_without_the_year_is_refused(
    long_book: tuple[Path, list[list[Any]]], tmp_path: Path
) -> None:
    book, (head, *rows) = long_book
    raw = tmp_path / "raw.csv"
    lines = [[*row, year] for year in (2018, 2019) for row in rows]
    pd.DataFrame(lines, columns=[*head, "年份"]).to_csv(raw, index=False, encoding="utf-8-sig")
    with pytest.raises(TierwiseError) as error:
        next_year(book, tmp_path / "new.xlsx", 2020, raw)
    assert codes(error) == ["Q020"]
    assert not (tmp_path / "new.xlsx").exists()


def test_a_form_of_settings_and_example_rows_are_kept(
    sheets: dict[str, list[list[Any]]], write_book: Callable[..., Path], tmp_path: Path
) -> None:
    sheets["设置"] = [["设置项", "值"], ["标题", "2023年榜单"], ["梯队个数", 2]]
    del sheets["Scenario"]
    old = write_book(sheets)
    renewed = next_year(old, tmp_path / "new.xlsx", 2024)
    scenario = read_scenario(tmp_path / "new.xlsx").scenario
    assert renewed.last == 2023
    assert scenario is not None
    assert scenario.spec.report.year == 2024
    assert scenario.spec.tiers.count == 2


@pytest.fixture
def coded(sheets: dict[str, list[list[Any]]]) -> dict[str, list[list[Any]]]:
    """Return sheets of 2019 with codes of one prefecture, a list of 2018 without names, and the nation."""
    sheets["Scenario"] += [["report.year", 2019]]
    for at, row in enumerate(sheets["Data"][1:], 1):
        row[0] = f"61080{at}"
    before = [[2018, row[0], at] for at, row in enumerate(sheets["Data"][1:], 1)]
    sheets["History"] = [["year", "code", "rank"], *before]
    sheets["Topics"] = [["name", "kind", "columns"], ["share", "national-share", "gdp"]]
    sheets["National"] = [["column", "value", "year"], ["gdp", 1000, 2019]]
    return sheets


def test_a_history_without_names_gets_a_column_of_them(
    coded: dict[str, list[list[Any]]], write_book: Callable[..., Path], tmp_path: Path
) -> None:
    head, *rows = coded["Data"]
    coded["Data2018"] = [head, *([row[0], f"former {row[1]}", *row[2:]] for row in rows)]
    book = write_book(coded)
    styled = openpyxl.load_workbook(book)
    styled["History"]["C1"].font = openpyxl.styles.Font(bold=True)
    styled.save(book)
    next_year(book, tmp_path / "new.xlsx", 2020)
    made = openpyxl.load_workbook(tmp_path / "new.xlsx")["History"]
    heads, *entries = made.iter_rows(values_only=True)
    assert heads == ("year", "code", "rank", "name")
    assert made["D1"].font.bold
    assert [row[3] for row in entries if row[0] == 2018] == [f"former {row[1]}" for row in rows]
    assert {row[1]: row[3] for row in entries if row[0] == 2019} == {row[0]: row[1] for row in rows}


def test_who_left_and_who_came_are_an_exit_and_an_entry(
    coded: dict[str, list[list[Any]]], write_book: Callable[..., Path], tmp_path: Path
) -> None:
    """Of one prefecture, and with names that are unlike: no changed code, even without last year's data."""
    head, *rows = coded["Data"]
    raw, new = tmp_path / "raw.csv", tmp_path / "new.xlsx"
    given = [*rows[:-1], ["610822", "庚", *rows[-1][2:]]]
    pd.DataFrame(given, columns=head).to_csv(raw, index=False, encoding="utf-8-sig")
    next_year(write_book(coded), new, 2020, raw)
    for sheet in ("", "Data2019", "Units"):
        if sheet:
            book = openpyxl.load_workbook(new)
            del book[sheet]
            book.save(new)
        results = tw.run(new, draws=64)
        changes = results.tables["changes"].set_index("name")["change"]
        assert (changes["庚"], changes["己"]) == ("entry", "exit")
        assert "H006" not in [one.code for one in results.scenario.cautions]


def test_the_nation_that_is_carried_over_is_told(
    coded: dict[str, list[list[Any]]],
    write_book: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.argv", ["tierwise", "--version"])
    with pytest.raises(SystemExit):
        main()
    head, *rows = coded["Data"]
    raw, new = tmp_path / "raw.csv", tmp_path / "new.xlsx"
    pd.DataFrame(rows, columns=head).to_csv(raw, index=False, encoding="utf-8-sig")
    asked = ["next", str(write_book(coded)), "--out", str(new), "--year", "2020"]
    told = CliRunner().invoke(app, asked).output
    assert "National: still the figures of 2019; put in those for 2020" in told
    told = CliRunner().invoke(app, [*asked, "--data", str(raw), "--replace"]).output
    assert "National: still the figures of 2019; put in those for 2020" in told
    former, kept = load(tmp_path / "book.xlsx").national, load(new).others[2019].national
    assert former is not None
    assert kept is not None
    assert kept.figures == former.figures
    assert kept.places == {"gdp": "National2019!A2"}
    stale = [(one.code, one.place) for one in check(new).cautions if one.code == "R152"]
    assert stale == [("R152", "National!A2")]
    book = openpyxl.load_workbook(new)
    book["National"]["B2"], book["National"]["C2"] = 1100, 2020
    book.save(new)
    assert "R152" not in [one.code for one in check(new).cautions]
    coded["National"] = [row[:2] for row in coded["National"]]
    told = CliRunner().invoke(app, [*asked[:1], str(write_book(coded)), *asked[2:], "--replace"]).output
    assert "National: still the figures of the list of 2019" in told
    del coded["National"], coded["Topics"]
    told = CliRunner().invoke(app, [*asked[:1], str(write_book(coded)), *asked[2:], "--replace"]).output
    assert "National" not in told


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
            assert codes(error) == wanted
        assert there.read_text(encoding="utf-8") == "x"

    def test_a_year_that_is_over(self, old: Path, tmp_path: Path) -> None:
        with pytest.raises(TierwiseError) as error:
            next_year(old, tmp_path / "new.xlsx", 2019)
        assert codes(error) == ["Q018"]

    def test_a_book_that_tells_no_year(
        self, sheets: dict[str, list[list[Any]]], write_book: Callable[..., Path], tmp_path: Path
    ) -> None:
        with pytest.raises(TierwiseError) as error:
            next_year(write_book(sheets), tmp_path / "new.xlsx", 2020)
        assert codes(error) == ["Q017"]

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
        assert codes(error) == ["Q019"]
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
        assert len(codes(error)) >= 2
        assert not (tmp_path / "new.xlsx").exists()


def test_the_command(
    old: Path, raw: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["tierwise", "--version"])
    with pytest.raises(SystemExit):
        main()
    new = tmp_path / "new.xlsx"
    done = CliRunner().invoke(
        app, ["next", str(old), "--out", str(new), "--year", "2020", "--data", str(raw())]
    )
    assert done.exit_code == 0, done.output
    assert "疑似更名：海门市 → 海门区" in done.output
    assert "本期数据中没有：长沙县" in done.output
    assert re.search(r"待确认 1 处，本期没有 1 个，新增 1 个", done.output)
    again = CliRunner().invoke(app, ["next", str(old), "--out", str(new), "--year", "2020"])
    assert again.exit_code == 1
