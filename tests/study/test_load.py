"""Scenarios are read whole, or every problem is named by its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import tierwise as tw
from tierwise.errors import TierwiseError
from tierwise.study.index import index
from tierwise.study.scenario import load
from tierwise.study.tiers import tiers

Cells = dict[str, list[list[Any]]]
WriteBook = Callable[[Cells], Path]


def found(path: Path) -> set[tuple[str, str]]:
    """Return code and place of every problem of a scenario, found without drawing weights."""
    with pytest.raises(TierwiseError) as caught:
        scenario = load(path)
        tiers(index(scenario.panel, scenario.framework, scenario.spec, scenario.experts), scenario.spec)
    assert all(problem.line("en") and problem.line("zh") for problem in caught.value.problems)
    return {(problem.code, problem.place) for problem in caught.value.problems}


def test_a_workbook_is_read(sheets: Cells, write_book: WriteBook) -> None:
    scenario = load(write_book(sheets))
    assert scenario.name == "book"
    assert scenario.panel.groups == {"province": ("江苏", "江苏", "浙江", "浙江", "山东", "山东")}
    assert [*scenario.panel.extras] == ["population"]
    assert scenario.spec.tiers.count == 2
    assert scenario.experts is not None
    assert len(scenario.experts.last) == 3


def test_problems_of_all_sheets_come_together(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Data"][2][3] = "n/a"
    sheets["Data"][3][4] = "#N/A"
    sheets["Data"][4][0] = "a"
    sheets["Framework"][1][3] = 0.55
    sheets["Experts"][2][2] = -1
    sheets["Scenario"] += [["tiers.cout", 3], ["index.normalisation", "min_maxx"], ["select.top", 0]]
    sheets["Scenario"][2] = ["uncertainty.draws", "many"]
    settings = {
        ("S001", "Scenario!B4"),
        ("S002", "Scenario!B5"),
        ("S003", "Scenario!B6"),
        ("S003", "Scenario!B3"),
    }
    cells = {
        ("D003", "Data!D3"),
        ("D005", "Data!E4"),
        ("D002", "Data!A5"),
        ("E005", "Experts!C3"),
    }
    assert found(write_book(sheets)) == {("W003", "Framework!D5"), *cells, *settings}
    sheets["Framework"][1][3] = 0.6
    assert found(write_book(sheets)) == {*cells, *settings}


def test_blanks_and_constants_are_named(sheets: Cells, write_book: WriteBook) -> None:
    whole = sheets["Data"][1][3]
    sheets["Data"][1][3] = sheets["Data"][6][6] = None
    assert found(write_book(sheets)) == {("D011", "Data!D2"), ("D011", "Data!G7")}
    sheets["Data"][1][3] = sheets["Data"][6][6] = whole
    for row in sheets["Data"][1:]:
        row[4] = 7
    assert found(write_book(sheets)) == {("M001", "Data!E1")}


@pytest.mark.parametrize("count", [0, 1])
def test_a_ranking_needs_two_units(sheets: Cells, write_book: WriteBook, count: int) -> None:
    sheets["Data"] = sheets["Data"][: 1 + count]
    assert found(write_book(sheets)) == {("D010", "Data")}


def test_zero_under_a_geometric_mean_is_named(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Scenario"].append(["index.aggregation", "geometric"])
    problems = found(write_book(sheets))
    assert {place for _, place in problems} == {"Data!D6", "Data!E6", "Data!F6", "Data!G6"}


def test_unknown_and_missing_sheets(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Framwork"] = sheets.pop("Framework")
    assert found(write_book(sheets)) == {("I006", "book.xlsx")}
    sheets.pop("Framwork")
    sheets["_notes"] = [["anything"]]
    assert found(write_book(sheets)) == {("I005", "book.xlsx")}


def test_files_that_are_none(tmp_path: Path) -> None:
    fake = tmp_path / "fake.xlsx"
    fake.write_text("no workbook")
    assert found(fake) == {("I003", str(fake))}
    assert found(tmp_path / "absent.xlsx") == {("I001", str(tmp_path / "absent.xlsx"))}
    toml = tmp_path / "broken.toml"
    toml.write_text("name = ")
    assert found(toml) == {("S004", "broken.toml")}
    with pytest.raises(TierwiseError, match="did you mean “technology-achievement”"):
        load("technology-achievment")


def write_csv_scenario(folder: Path, name: str, text: str) -> Path:
    units = "code,name,x,y\n" + "".join(f"u{k},单位{k},{k},{9 - k % 4}\n" for k in range(8))
    (folder / "units.csv").write_text(units, encoding="gb18030")
    (folder / "framework.csv").write_text("code,weight,direction\nx,3,1\ny,1,1\n", encoding="utf-8-sig")
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


BASE = 'name = "base"\n[data]\nunits = "units.csv"\nframework = "framework.csv"\n[tiers]\ncount = 2\n'


def test_scenarios_extend_each_other(tmp_path: Path) -> None:
    write_csv_scenario(tmp_path, "base", BASE)
    write_csv_scenario(tmp_path, "more", 'name = "more"\n[tiers]\ncount = 4\n')
    child = write_csv_scenario(
        tmp_path, "child", 'name = "child"\nextends = "base.toml"\n[tiers]\ncount = 3\n'
    )
    scenario = load(child)
    assert (scenario.name, scenario.spec.tiers.count, len(scenario.panel)) == ("child", 3, 8)
    assert scenario.panel.names[3] == "单位3"
    assert scenario.overrides == ("[tiers] count: 2 → 3",)
    both = 'name = "both"\nextends = ["base.toml", "more.toml"]\n'
    assert found(write_csv_scenario(tmp_path, "both", both)) == {("S005", "more.toml: [tiers] count")}
    settled = load(write_csv_scenario(tmp_path, "both", both + "[tiers]\ncount = 2\n"))
    assert settled.spec.tiers.count == 2
    loop = write_csv_scenario(tmp_path, "loop", 'name = "loop"\nextends = "loop.toml"\n')
    assert {code for code, _ in found(loop)} == {"S009"}


def test_a_scenario_from_frames(sheets: Cells) -> None:
    frames = {name: pd.DataFrame(rows[1:], columns=rows[0]) for name, rows in sheets.items()}
    spec = tw.Spec.of(tiers={"count": 2}, uncertainty={"draws": 100})
    scenario = tw.Scenario.from_frames(
        "mine", frames["Data"], frames["Framework"], frames["Experts"], spec=spec
    )
    assert len(tw.run(scenario).tables["ranking"]) == 6
    frames["Data"] = frames["Data"].astype({"gdp": object})
    frames["Data"].loc[0, "gdp"] = "x"
    with pytest.raises(TierwiseError) as caught:
        tw.Scenario.from_frames("mine", frames["Data"], frames["Framework"])
    assert [problem.place for problem in caught.value.problems] == ["Data!D2"]


def test_a_spec_names_its_misfits(tmp_path: Path) -> None:
    with pytest.raises(TierwiseError) as caught:
        tw.Spec.of(tiers={"cout": 4, "method": "wards"}, select={"top": 0.5})
    assert [(problem.code, problem.place) for problem in caught.value.problems] == [
        ("S003", "[select] top"), ("S002", "[tiers] method"), ("S001", "[tiers] cout"),
    ]  # fmt: skip
    assert "应为整数" in caught.value.text("zh")
    path = write_csv_scenario(tmp_path, "base", BASE)
    assert tw.Spec.from_toml(path) == tw.Spec.of(tiers={"count": 2})


def test_keys_in_chinese_need_no_quotes() -> None:
    from tierwise.spec.document import loads

    written = """
    weights = {创新 = 0.4, R&D强度 = 1, "协 调" = 2, x = "等号 = 在内"}  # 注释 = 不算
    text = '''多行 = 文本'''
    [开放]
    共享.a = 1
    """
    assert loads(written) == {
        "weights": {"创新": 0.4, "R&D强度": 1, "协 调": 2, "x": "等号 = 在内"},
        "text": "多行 = 文本",
        "开放": {"共享": {"a": 1}},
    }
