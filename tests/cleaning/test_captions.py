"""Lines between title and headings: a year, a month, a page, the table's number, its unit, in any cell."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import tierwise as tw
from tierwise.cleaning import Clean, clean

NAMES = ["江阴市", "昆山市", "张家港市", "常熟市"]
BODY = [[name, 1000.0 + 7 * at, 50.0 + at, 200.0 + 3 * at] for at, name in enumerate(NAMES)]
HEADS = ["县（市）", "生产总值", "常住人口", "企业数"]
LINES = [
    *(
        "2023年",
        "2023 年",
        "（2023年）",
        "（2024）",
        2024,
        "2024年度",
        "二〇二三年",
        "截至2023年底",
        "2023年12月",
    ),
    *("2023年1-12月", dt.date(2023, 12, 31), "2022-2023年", "December 2023", "表3-1", "续表", "单位：亿元"),
    *(
        "第57页",
        "— 57 —",
        "（按现价计算）",
        "3-1续",
        "3-1 续表2",
        "（续）",
        "主要指标（续表1）",
        "Table 3 continued",
    ),
]


def cleaned(tmp_path: Path, rows: list[list[Any]], merges: tuple[str, ...] = ()) -> Clean:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for area in merges:
        sheet.merge_cells(area)
    book.save(tmp_path / "raw.xlsx")
    return clean(tmp_path / "raw.xlsx")


def is_right(done: Clean) -> bool:
    heads, *rows = done.sheets[0].cells
    bare = [str(head).removesuffix("（亿元）") for head in heads[1:]]
    return bare == HEADS and [[*row[1:]] for row in rows] == BODY and not done.doubts


@pytest.mark.parametrize("said", LINES)
def test_a_line_above_the_headings_in_any_cell(said: Any, tmp_path: Path) -> None:
    lines = [
        [None, None, None, said],
        ["单位：亿元", None, said],
        ["表3-1", None, "单位：亿元", said],
        [said],
    ]
    for line in lines:
        for titles in ([], [["3-1 主要指标"]]):
            assert is_right(cleaned(tmp_path, [*titles, line, HEADS, *BODY])), line
    assert is_right(cleaned(tmp_path, [["3-1 主要指标"], lines[1], HEADS, *BODY], ("A1:D1", "C2:D2")))
    assert is_right(cleaned(tmp_path, [["3-1 主要指标", None, None, said], HEADS, *BODY]))


@pytest.mark.parametrize("page", [57, "57"])
def test_the_number_of_a_page_alone(page: Any, tmp_path: Path) -> None:
    assert is_right(cleaned(tmp_path, [[None, None, None, page], ["主要指标"], HEADS, *BODY]))


def test_a_line_above_two_rows_of_headings(tmp_path: Path) -> None:
    heads = [["县（市）", "经济", None, "社会"], [None, *HEADS[1:]]]
    rows = [["3-1 主要指标"], ["单位：亿元", None, None, "2023年"], *heads, *BODY]
    assert is_right(cleaned(tmp_path, rows, ("A3:A4", "B3:C3")))


@pytest.mark.parametrize("merges", [(), ("B1:C1", "D1:E1")])
@pytest.mark.parametrize("corner", [None, "县（市）"])
def test_years_over_groups_of_columns_are_headings(
    corner: str | None, merges: tuple[str, ...], tmp_path: Path
) -> None:
    lower = [None if corner else "县（市）", "生产总值", "人口", "生产总值", "人口"]
    rows = [[corner, "2022年", None, "2023年", None], lower, ["江阴市", 1, 2, 3, 4], ["昆山市", 5, 6, 7, 9]]
    done = cleaned(tmp_path, rows, merges)
    given = ("2022年_生产总值", "2022年_人口", "2023年_生产总值", "2023年_人口")
    assert done.sheets[0].cells[0] == ("代码", "县（市）", *given)
    assert done.sheets[0].cells[1][2:] == (1, 2, 3, 4)


@pytest.mark.parametrize("upper", [("可持续", "创新"), ("手续", "连续"), ("（现价）", "（不变价）")])
def test_words_that_are_no_line_of_a_table_head_groups_of_columns(
    upper: tuple[str, str], tmp_path: Path
) -> None:
    rows = [[None, upper[0], None, upper[1], None], ["县（市）", "增长率", "占比", "增长率", "占比"]]
    done = cleaned(tmp_path, [*rows, ["江阴市", 1, 2, 3, 4], ["昆山市", 5, 6, 7, 9]])
    wanted = [f"{group}_{head}" for group in upper for head in ("增长率", "占比")]
    assert [*done.sheets[0].cells[0][2:]] == wanted


@pytest.mark.parametrize("heads", [["县（市）", "2023年"], ["县（市）", "生产总值", "2023年"]])
def test_a_year_among_the_headings_heads_its_column(heads: list[str], tmp_path: Path) -> None:
    done = cleaned(tmp_path, [heads, *(row[: len(heads)] for row in BODY)])
    assert done.sheets[0].cells[0] == ("代码", *heads)
    assert len(done.sheets[0].cells) == 1 + len(BODY)


@pytest.mark.parametrize("rows", [BODY, [["单位：亿元", None, "2023年"], *BODY]])
def test_where_no_heading_stands_the_row_of_figures_is_named(rows: list[list[Any]], tmp_path: Path) -> None:
    with pytest.raises(tw.TierwiseError) as caught:
        cleaned(tmp_path, rows)
    (found,) = caught.value.problems
    assert (found.code, found.place) == ("I050", "Sheet!1:1")
    shown = " | ".join(str(cell) for cell in rows[0] if cell is not None).replace(".0", "")
    assert shown in str(caught.value)
