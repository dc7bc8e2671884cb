"""Books made of what other tools keep."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import tierwise as tw
from tierwise.errors import TierwiseError
from tierwise.inputs import Framework, Panel

Rows = list[list[Any]]


def book_of(path: Path, **sheets: Rows) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, cells in sheets.items():
        sheet = book.create_sheet(title)
        for row, values in enumerate(cells, 1):
            for column, value in enumerate(values, 1):
                sheet.cell(row, column).value = value
    book.save(path)
    return path


def coin_tool(gap: bool, shift: int = 0) -> dict[str, Rows]:
    """Return the sheets of a COIN Tool workbook with two pillars, sub-indices not used."""
    above: dict[int, list[Any]] = {
        7: [0.5, 0.5, 1], 8: [1, -1, 1], 9: [0, 0, None], 10: [10, 10, None], 11: ["Index"] * 3,
        12: ["si.01"] * 3, 13: ["p.01", "p.01", "p.02"], 14: ["sp.01"] * 3,
        15: ["Roads", "Deaths", "Schools"],
        16: ["ind.01", "ind.02", "ind.03"],
    }  # fmt: skip
    database: Rows = [[None] * 4 + above.get(row, []) for row in range(1, 17)]
    units: Rows = [[None, "Aland", "ALA", None, 1, 2, 3], [None, "Boland", "BOL", None, 4, "n/a", 6]]
    gaps: Rows = [[None] * 7] if gap else []
    units = [*units[:1], *gaps, *units[1:], [None, "Coland", "COL", None, 7, 8, 9]]
    framework: Rows = [[] for _ in range(3 + shift)]
    framework += [
        [None, None, "Code", "Dimension/indicator", "Weight", None, None, "Name"],
        [None, None, "Index", "Index", 1, None, None, "The index"],
        [None, None, "p.01", "Pillar", 0.3, None, None, "Transport"],
        [None, None, "p.02", "Pillar", 0.7, None, None, "Learning"],
    ]
    return {"Database": database + units, "Framework": framework}


@pytest.mark.parametrize("gap", [False, True])
@pytest.mark.parametrize("shift", [0, 1])  # older tools have the framework one row further down
def test_the_coin_tool(gap: bool, shift: int, tmp_path: Path) -> None:
    path = book_of(tmp_path / "coin.xlsx", **coin_tool(gap, shift))
    done = tw.import_book(path, tmp_path / "book.xlsx")
    assert done.sheets[0].cells == (
        ("code", "name", "ind.01", "ind.02", "ind.03"),
        ("ALA", "Aland", 1.0, 2.0, 3.0),
        ("BOL", "Boland", 4.0, None, 6.0),  # a blank row above moves no figure
        ("COL", "Coland", 7.0, 8.0, 9.0),
    )
    framework = Framework.from_workbook(tmp_path / "book.xlsx")
    assert framework.codes == ("index", "p.01", "ind.01", "ind.02", "p.02", "ind.03")
    assert framework.names[1:] == ("Transport", "Roads", "Deaths", "Learning", "Schools")
    assert framework.weights.tolist()[1:] == [0.3, 0.5, 0.5, 0.7, 1.0]
    assert framework.directions.tolist() == [1, 1, 1, -1, 1, 1]
    assert framework.high.tolist()[2:4] == [10.0, 10.0]
    assert framework.low.tolist()[2:4] == [0.0, 0.0]


I_DATA: Rows = [
    ["uCode", "uName", "Region", "Pop", "x", "y", "z"],
    ["ALA", "Aland", "north", 10, 1.5, "NA", 7],
    [None] * 7,
    ["BOL", "Boland", "south", 20, 2.5, 4, 8],
]
I_META: Rows = [
    ["iCode", "iName", "Parent", "Level", "Weight", "Direction", "Type", "Unit"],
    ["x", "Roads", "P1", 1, 2, 1, "Indicator", "km"],
    ["y", "Deaths", "P1", 1, 1, -1, "Indicator", "%"],
    ["z", "Schools", "P2", 1, 1, 1, "Indicator", None],
    ["P1", "Transport", "Index", 2, 1, 1, "Aggregate", None],
    ["P2", "Learning", "Index", 2, 3, 1, "Aggregate", None],
    ["Index", "The index", "NA", 3, 1, 1, "Aggregate", None],
    ["Pop", "Population", None, None, None, None, "Denominator", None],
    ["Region", "Region", None, None, None, None, "Group", None],
]


@pytest.mark.parametrize("apart", [False, True])
def test_tables_of_coinr(apart: bool, tmp_path: Path) -> None:
    if apart:
        data = book_of(tmp_path / "data.xlsx", Sheet1=I_DATA)
        meta = book_of(tmp_path / "meta.xlsx", Sheet1=I_META)
        done = tw.import_book(data, tmp_path / "book.xlsx", meta=meta)
    else:
        done = tw.import_book(
            book_of(tmp_path / "coin.xlsx", iData=I_DATA, iMeta=I_META), tmp_path / "book.xlsx"
        )
    assert done.sheets[0].cells == (
        ("code", "name", "Region", "Pop", "x", "y", "z"),
        ("ALA", "Aland", "north", 10.0, 1.5, None, 7.0),
        ("BOL", "Boland", "south", 20.0, 2.5, 4.0, 8.0),
    )
    framework = Framework.from_workbook(tmp_path / "book.xlsx")
    panel = Panel.from_workbook(tmp_path / "book.xlsx", framework)
    assert framework.codes == ("index", "P1", "x", "y", "P2", "z")
    assert framework.weights.tolist()[1:] == [1.0, 2.0, 1.0, 3.0, 1.0]
    assert framework.directions.tolist()[2:4] == [1, -1]
    assert framework.units[2:4] == ("km", "%")
    assert panel.groups["Region"] == ("north", "south")
    assert panel.extras["Pop"].tolist() == [10.0, 20.0]


LONG: Rows = [
    ["地区", "指标", "年份", "数值"],
    ["甲县", "人口", 2019, 1],
    ["甲县", "人口", 2020, 2],
    ["乙县", "面积", 2020, "3,000"],
    ["甲县", "面积", 2020, "约4"],
    ["乙县", "人口", 2020, 5],
]


def test_long_tables(tmp_path: Path) -> None:
    path = book_of(tmp_path / "long.xlsx", Sheet1=LONG)
    done = tw.import_book(path, tmp_path / "book.xlsx")
    expected = (("code", "name", "人口", "面积"), ("甲县", "甲县", 2.0, None), ("乙县", "乙县", 5.0, 3000.0))
    assert done.sheets[0].cells == expected
    assert [(change.place, change.before, change.rules) for change in done.doubts] == [
        ("Sheet1!D5", "约4", ("approximate",))
    ]
    assert any(change.rules == ("other-years",) and change.before == "2019" for change in done.changes)
    earlier = tw.import_book(path, year=2019)
    assert earlier.sheets[0].cells == (("code", "name", "人口"), ("甲县", "甲县", 1.0))
    for rows, code, year in (([*LONG, LONG[2]], "I061", None), (LONG, "I062", 2018)):
        with pytest.raises(TierwiseError) as caught:
            tw.import_book(book_of(tmp_path / "bad.xlsx", Sheet1=rows), year=year)
        assert [problem.code for problem in caught.value.problems] == [code]


def test_flat_tables_get_a_framework_of_one_level(tmp_path: Path) -> None:
    rows: Rows = [
        ["county_code", "county", "type", "gdp", "pop"],
        ["01", "A", "x", 1, 2],
        ["02", "B", "y", 3, 4],
    ]
    tw.import_book(book_of(tmp_path / "flat.xlsx", Sheet1=rows), tmp_path / "book.xlsx")
    framework = Framework.from_workbook(tmp_path / "book.xlsx")
    panel = Panel.from_workbook(tmp_path / "book.xlsx", framework)
    assert framework.indicators == ("gdp", "pop")
    assert panel.codes == ("01", "02")
    assert panel.names == ("A", "B")
    assert panel.values.tolist() == [[1.0, 2.0], [3.0, 4.0]]
