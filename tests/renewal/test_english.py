"""Next year's book of an English institute: names that two units have, capitals, words for units."""

from __future__ import annotations

import copy
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from tests.study.books import sound_book

from tierwise.renewal.book import next_year
from tierwise.study.scenario import load

SHARED = "Saint Mary's University"


def written(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)
    book.close()
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Forty universities, two of one name; History has names alone."""
    cells = copy.deepcopy(sound_book())
    cells["Data"][0][2] = "region"
    for at, row in enumerate(cells["Data"][1:]):
        row[1], row[2] = f"University of Town {'ABCDEFGHIJ'[at % 10]}{at // 10}x", ["North", "Wales"][at % 2]
    cells["Data"][1][1] = cells["Data"][2][1] = SHARED
    for row in cells["Framework"][1:]:
        row[1] = {"生产总值": "Output", "财政收入": "Revenue"}.get(str(row[1]), row[0])
    cells["Scenario"] += [["report.year", 2026], ["language", "en"], ["select.top", 40]]
    cells["Scenario"] = [row for row in cells["Scenario"] if row != ["select.top", 20]]
    entries = [[2025, row[1], at] for at, row in enumerate(cells["Data"][3:], 1)]
    cells["History"] = [["year", "name", "rank"], *entries]
    return written(tmp_path / "old.xlsx", cells)


def test_units_of_one_name_are_found_by_their_region(old: Path, tmp_path: Path) -> None:
    frame = load(old).panel.to_frame()
    figures = [column for column in frame if column not in {"code", "name", "region"}]
    names = {column: str(column) for column in figures} | {"gdp": "Output"}
    heads = ["Region", "Institution", *(names[column] for column in figures)]
    units = ["", "", "0–100", *["%"] * (len(figures) - 1)]
    rows = [[one.region, one.name, *(frame.loc[one.Index, figures])] for one in frame.itertuples()]
    raw = written(tmp_path / "raw.xlsx", {"Table": [["Table 1"], heads, units, *rows]})
    renewed = next_year(old, tmp_path / "new.xlsx", 2027, raw)
    assert renewed.matching is not None
    assert [pair.kind for pair in renewed.matching.pairs] == []
    assert renewed.lacking == ()
    scenario = load(tmp_path / "new.xlsx")
    pd.testing.assert_frame_equal(scenario.panel.to_frame(), frame)
    assert scenario.history is not None
    assert sorted(scenario.history.codes[-40:]) == sorted(frame["code"])  # of a list whose names do not tell
