"""Columns called as the framework reads them, and headings in two rows that one row alone would not tell."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import tierwise as tw
from tierwise.cleaning import Clean, clean
from tierwise.study.scenario import read_scenario

NAMES = ["江阴市", "昆山市", "张家港市", "常熟市"]


def book_of(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def two_rows(tmp_path: Path, upper: list[str | None], lower: list[str | None]) -> Clean:
    body = [
        [name, *(10.0 * at + column for column in range(len(upper) - 1))] for at, name in enumerate(NAMES, 1)
    ]
    return clean(book_of(tmp_path / "raw.xlsx", 表=[upper, lower, *body]))


@pytest.mark.parametrize(
    "lower",
    [
        *(
            "总量",
            "合计",
            "总计",
            "绝对数",
            "增速",
            "增长",
            "比上年增长",
            "同比±%",
            "比重",
            "占比",
            "人均",
            "人均额",
        ),
        *("total", "Growth rate", "share", "Per capita"),
    ],
)
def test_a_lower_heading_that_names_nothing_keeps_the_upper_one(lower: str, tmp_path: Path) -> None:
    done = two_rows(tmp_path, ["县（市）", "地区生产总值①", None], [None, lower, "规上工业增加值率"])
    assert done.sheets[0].cells[0][2:] == (f"地区生产总值_{lower}", "规上工业增加值率")


def test_a_general_heading_with_a_unit(tmp_path: Path) -> None:
    done = two_rows(tmp_path, ["县（市）", "地区生产总值①", None], [None, "总量（亿元）", "增速（%）"])
    assert done.sheets[0].cells[0][2:] == ("地区生产总值_总量（亿元）", "地区生产总值_增速（%）")


@pytest.mark.parametrize(
    "lower", ["常住人口", "工业总产值", "人均可支配收入", "出口总额", "城镇化率", "GDP增速"]
)
def test_a_lower_heading_that_says_what_it_is_stands_alone(lower: str, tmp_path: Path) -> None:
    done = two_rows(tmp_path, ["县（市）", "社会经济", None], [None, lower, "医院数"])
    assert done.sheets[0].cells[0][2:] == (lower, "医院数")


FRAME = [
    ["代码", "名称", "上级", "权重", "单位", "_同组权重之和", "分母"],
    ["（示例）出口", "出口", None, 1, "亿元", '=IF(A2="","",SUM(D2:D9))', None],
    ["出口总额", "人均出口", None, 0.6, "亿元", '=IF(A3="","",SUM(D3:D9))', "常住人口"],
    ["gdp", "地区生产总值", None, 0.4, "亿元", '=IF(A4="","",SUM(D4:D9))', None],
]
BODY = [[name, 100.0 + at, 50.0 + 3 * at, 1000.0 + 7 * at] for at, name in enumerate(NAMES)]


@pytest.mark.parametrize("mark", ["", "②", " ", "*"])
def test_a_total_is_not_called_by_its_ratio(mark: str, tmp_path: Path) -> None:
    frame = book_of(tmp_path / "my.xlsx", 指标体系=FRAME)
    heads = ["县（市）", f"出口总额{mark}", "常住人口", f"地区 生产总值{mark}"]
    raw = book_of(tmp_path / "raw.xlsx", 表=[heads, *BODY])
    done = clean(raw, tmp_path / "clean.xlsx", framework=frame)
    assert done.sheets[0].cells[0][2:] == ("出口总额", "常住人口", "地区生产总值")
    index = tw.load(tmp_path / "clean.xlsx")
    assert index.panel.values.tolist() == [[row[1], row[3]] for row in BODY]


@pytest.mark.parametrize("own", [False, True])
def test_formulas_of_other_rows_are_not_copied(own: bool, tmp_path: Path) -> None:
    data = [["县（市）", "出口总额", "常住人口", "地区生产总值"], *BODY]
    frame = book_of(tmp_path / "my.xlsx", 指标体系=FRAME)
    raw = book_of(tmp_path / "raw.xlsx", 数据=data, **({"指标体系": FRAME} if own else {}))
    done = clean(raw, tmp_path / "clean.xlsx", framework=None if own else frame)
    sheet = openpyxl.load_workbook(tmp_path / "clean.xlsx")["指标体系"]
    rows = [*sheet.iter_rows(values_only=True)]
    assert rows[0] == ("代码", "名称", "上级", "权重", "单位", "分母")
    assert not [cell for row in rows for cell in row if str(cell).startswith("=")]
    assert ("出口总额", "人均出口", None, 0.6, "亿元", "常住人口") in rows
    (left,) = (change for change in done.changes if "own-formulas" in change.rules)
    assert (left.before, left.sure) == ("_同组权重之和", True)


@pytest.mark.parametrize(
    ("unit", "heading", "first"),
    [
        ("元/人", "出口总额（万元）", 100.0),
        ("元", "出口总额（万元）", 100.0),
        ("亿元", "出口总额（亿元）", 0.01),
    ],
)
def test_the_unit_of_a_ratio_is_not_that_of_its_column(
    unit: str, heading: str, first: float, tmp_path: Path
) -> None:
    frame = [[*row] for row in FRAME]
    frame[2][4] = unit
    data = [["县（市）", "出口总额②（万元）", "常住人口（万人）", "地区生产总值（亿元）"], *BODY]
    raw = book_of(tmp_path / "raw.xlsx", 表=data)
    done = clean(raw, tmp_path / "c.xlsx", framework=book_of(tmp_path / "my.xlsx", 指标体系=frame))
    assert done.sheets[0].cells[0][2] == heading
    assert done.sheets[0].cells[1][2] == first
    assert not done.doubts
    assert tw.load(tmp_path / "c.xlsx").panel.values[0].tolist() == [first, 1000.0]


@pytest.mark.parametrize(
    ("heading", "unit", "said"),
    [
        ("人均GDP（元/人）", "元/人", "D028"),
        ("人均GDP（万元/人）", "元/人", "D028"),
        ("人均GDP（元）", "元/人", "M055"),
        ("人均GDP", "元/人", "M055"),
        ("人均GDP（亿元）", "元/人", "M055"),
        ("GDP（亿元）", "元/人", "M054"),
    ],
)
def test_figures_that_are_divided_already_are_told(
    heading: str, unit: str, said: str, tmp_path: Path
) -> None:
    frame = [
        ["代码", "名称", "权重", "单位", "分母"],
        ["gdp", "人均GDP", 1, unit, "常住人口"],
        ["y", "出口", 1, None, None],
    ]
    raw = book_of(tmp_path / "raw.xlsx", 表=[["县（市）", heading, "常住人口（万人）", "出口"], *BODY])
    done = clean(raw, tmp_path / "c.xlsx", framework=book_of(tmp_path / "my.xlsx", 指标体系=frame))
    assert done.sheets[0].cells[0][2] == (heading if "人均" in heading else "gdp（亿元）")
    assert [row[2] for row in done.sheets[0].cells[1:]] == [row[1] for row in BODY]
    read = read_scenario(tmp_path / "c.xlsx")
    assert read.scenario is not None
    codes = [one.code for one in (*read.findings.found, *read.scenario.readings)]
    assert said in codes
