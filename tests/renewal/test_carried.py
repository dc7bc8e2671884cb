"""What goes over from an old book into the next year's: settings, history, names, figures of the nation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import tierwise as tw
from tierwise.cli import assembled
from tierwise.renewal.book import next_year
from tierwise.stages import check
from tierwise.study.scenario import load, read_scenario


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
) -> None:
    head, *rows = coded["Data"]
    raw, new = tmp_path / "raw.csv", tmp_path / "new.xlsx"
    pd.DataFrame(rows, columns=head).to_csv(raw, index=False, encoding="utf-8-sig")
    asked = ["next", str(write_book(coded)), "--out", str(new), "--year", "2020"]
    told = CliRunner().invoke(assembled(), asked).output
    assert "National: still the figures of 2019; put in those for 2020" in told
    told = CliRunner().invoke(assembled(), [*asked, "--data", str(raw), "--replace"]).output
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
    told = (
        CliRunner().invoke(assembled(), [*asked[:1], str(write_book(coded)), *asked[2:], "--replace"]).output
    )
    assert "National: still the figures of the list of 2019" in told
    del coded["National"], coded["Topics"]
    told = (
        CliRunner().invoke(assembled(), [*asked[:1], str(write_book(coded)), *asked[2:], "--replace"]).output
    )
    assert "National" not in told
