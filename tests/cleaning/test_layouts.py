"""Layouts of yearbooks: columns without headings, pages, several tables on a sheet. No figure is lost."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tierwise.cleaning import Clean, clean
from tierwise.cleaning.rules import Change

NAMES = ["江阴市", "昆山市", "张家港市", "常熟市", "慈溪市", "义乌市", "诸暨市", "温岭市"]
PROVINCES = ["江苏"] * 4 + ["浙江"] * 4
BODY = [[name, 1000.0 + 7 * at, 50.0 + at, 200.0 + 3 * at] for at, name in enumerate(NAMES)]
HEADS = ["县（市）", "生产总值", "常住人口", "企业数"]


def cleaned(tmp_path: Path, rows: list[list[Any]], merges: tuple[str, ...] = ()) -> Clean:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "3-1"
    for row in rows:
        sheet.append(row)
    for area in merges:
        sheet.merge_cells(area)
    book.save(tmp_path / "raw.xlsx")
    return clean(tmp_path / "raw.xlsx")


def table(done: Clean) -> dict[str, list[Any]]:
    heads, *rows = done.sheets[0].cells
    return {str(head): [row[at] for row in rows] for at, head in enumerate(heads)}


def by(done: Clean, rule: str) -> list[Change]:
    return [change for change in done.changes if rule in change.rules]


@pytest.mark.parametrize("titles", [[], [["表1 主要指标"]], [["表1"], [None, None, "单位：亿元"]]])
def test_names_under_no_heading_are_kept_and_named(titles: list[list[Any]], tmp_path: Path) -> None:
    done = cleaned(tmp_path, [*titles, [None, *HEADS[1:]], *BODY])
    found = table(done)
    assert found["名称"] == found["代码"] == NAMES
    assert [*found.values()][2:] == [[row[at] for row in BODY] for at in (1, 2, 3)]
    (change,) = by(done, "heading-found")
    assert (change.after, change.row, change.column, change.sure) == ("名称", 0, 1, True)
    assert done.doubts == ()


def test_provinces_and_names_under_no_heading(tmp_path: Path) -> None:
    rows = [[province, *row[:3]] for province, row in zip(PROVINCES, BODY, strict=True)]
    found = table(cleaned(tmp_path, [["表1"], [None, None, *HEADS[1:3]], *rows]))
    assert (found["省份"], found["名称"]) == (PROVINCES, NAMES)


def test_figures_under_no_heading_stay_and_are_asked_about(tmp_path: Path) -> None:
    done = cleaned(tmp_path, [[*HEADS[:2], None, HEADS[3]], *BODY])
    assert table(done)["列C"] == [row[2] for row in BODY]
    (doubt,) = done.doubts
    assert (doubt.place, doubt.rules, doubt.row, doubt.column) == ("3-1!C1", ("no-heading",), 0, 3)


def test_a_column_that_counts_the_rows_is_left_out(tmp_path: Path) -> None:
    done = cleaned(tmp_path, [[None, *HEADS], *([at, *row] for at, row in enumerate(BODY, 1))])
    assert [*table(done)] == ["代码", *HEADS]
    assert by(done, "running-numbers")[0].sure
    assert done.doubts == ()


def test_experts_without_a_heading_are_experts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "数据"
    for row in [HEADS, *BODY]:
        book.worksheets[0].append(row)
    sheet = book.create_sheet("专家打分")
    for row in [
        ["轮次", None, "生产总值", "常住人口"],
        *([1, f"专家{at}", 5 + at, 9 - at] for at in range(3)),
    ]:
        sheet.append(row)
    book.save(tmp_path / "raw.xlsx")
    done = clean(tmp_path / "raw.xlsx")
    assert done.sheets[1].cells[0] == ("轮次", "专家", "生产总值", "常住人口")


def test_two_rows_of_headings_again_on_every_page(tmp_path: Path) -> None:
    heads = [
        ["县（市）", "经济", None, "企业数"],
        [None, "生产总值", "常住人口", None],
        [None, "亿元", "万人", "个"],
    ]
    rows = [["表1"], *heads, *BODY[:4], ["续表1"], *heads, *BODY[4:]]
    merges = ("B2:C2", "A2:A3", "D2:D3", "B10:C10", "A10:A11", "D10:D11")
    for done in (cleaned(tmp_path, rows, merges), cleaned(tmp_path, rows)):
        found = table(done)
        assert found["县（市）"] == NAMES
        assert [*found.values()][2:] == [[row[at] for row in BODY] for at in (1, 2, 3)]
        assert len(by(done, "repeated-headings")) == 2
        assert done.doubts == ()


MORE = [[name, 30.0 + at, 40.0 + 2 * at] for at, name in enumerate(NAMES)]


@pytest.mark.parametrize("turned", [False, True])
def test_a_second_table_of_the_same_units_below(turned: bool, tmp_path: Path) -> None:
    second = MORE[::-1] if turned else MORE
    rows = [["表1"], HEADS, *BODY, [], ["表2 财政"], ["县（市）", "财政收入", "支出"], *second]
    done = cleaned(tmp_path, [*rows, ["注：快报数。"]])
    found = table(done)
    assert found["县（市）"] == NAMES
    assert [*found] == ["代码", *HEADS, "财政收入", "支出"]
    assert [found["财政收入"], found["支出"]] == [[row[at] for row in MORE] for at in (1, 2)]
    assert by(done, "joined-table")[0].place == "3-1!A12:C22"
    assert len(by(done, "note-row")) == 1
    assert done.doubts == ()


def test_changes_of_a_joined_table_stand_at_its_cells(tmp_path: Path) -> None:
    second = [[*row] for row in MORE[::-1]]
    second[1][2] = "约50"  # of 诸暨市
    done = cleaned(tmp_path, [HEADS, *BODY, ["县（市）", "财政收入", "支出"], *second])
    (doubt,) = done.doubts
    assert doubt.place == "3-1!C12"
    assert doubt.row is not None
    assert doubt.column is not None
    cells = done.sheets[0].cells
    assert (cells[doubt.row][1], cells[0][doubt.column], cells[doubt.row][doubt.column]) == (
        "诸暨市",
        "支出",
        None,
    )


def test_a_second_table_to_the_right_of_units_in_another_order(tmp_path: Path) -> None:
    rows = [[*row[:3], None, *more] for row, more in zip(BODY, MORE[::-1], strict=True)]
    done = cleaned(tmp_path, [[*HEADS[:3], None, "县（市）", "财政收入", "支出"], *rows])
    found = table(done)
    assert found["财政收入"] == [row[1] for row in MORE]
    assert done.doubts == ()


def test_blocks_of_one_table_are_no_other_table(tmp_path: Path) -> None:
    rows = [[*one, *two] for one, two in zip(BODY[:4], BODY[4:], strict=True)]
    found = table(cleaned(tmp_path, [[*HEADS, *HEADS], *rows]))
    assert (found["县（市）"], found["企业数"]) == (NAMES, [row[3] for row in BODY])


@pytest.mark.parametrize(
    "others", [["南京市", "苏州市", "无锡市"], [*NAMES[:2], "苏州市"], [NAMES[0], NAMES[0]]]
)
def test_a_second_table_of_other_units_is_left_out_and_listed(others: list[str], tmp_path: Path) -> None:
    rows = [HEADS, *BODY, ["县（市）", "财政收入", "支出"], *([name, 1.0, 2.0] for name in others)]
    done = cleaned(tmp_path, rows)
    assert [*table(done)] == ["代码", *HEADS]
    assert table(done)["企业数"] == [row[3] for row in BODY]
    (doubt,) = done.doubts
    assert (doubt.rules, doubt.place) == (("other-table",), f"3-1!A10:C{10 + len(others)}")


def test_a_unit_without_one_figure_is_no_heading(tmp_path: Path) -> None:
    rows = [HEADS, *BODY[:3], ["常熟市", "约1021", "保密", "未统计"], *BODY[4:]]
    found = table(cleaned(tmp_path, rows))
    assert found["县（市）"] == NAMES
    assert found["生产总值"][4:] == [row[1] for row in BODY[4:]]
