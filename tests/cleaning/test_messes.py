"""One book with sixty messes: each is cleaned and listed, or named with its cell; nothing else changes.

The table is a clean one: 40 units, columns in 万元, %, 万人 and without a unit. A mess replaces one cell, or
adds a row; ``value`` is what must stand in the clean copy, None a blank; ``rule`` what the list says of it.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from tierwise.cleaning import Clean, clean, rules
from tierwise.inputs import Panel
from tierwise.inputs.sheet import address

HEADINGS = ["省份", "县（市）", "代码", "地区生产总值", "工业占比", "常住人口", "企业数"]
UNITS = [None, None, None, "万元", "%", "万人", None]
PROVINCES = ["江苏", "浙江", "山东", "河南"]
COUNT = 40


def base(unit: int) -> list[object]:
    """Return a unit's clean cells."""
    return [
        PROVINCES[unit // 10],
        f"甲{chr(0x4E00 + 7 * unit)}县",
        f"0{10001 + 37 * unit}",
        1_000_000.0 + 12_345.5 * unit,
        round(30.0 + 0.7 * unit, 1),
        round(80.0 + 1.3 * unit, 1),
        200.0 + 11 * unit,
    ]


@dataclass(frozen=True)
class CellMess:
    """A cell that is not as it should be: of a unit (from 0), in a column (from 0)."""

    unit: int
    column: int
    raw: object
    value: object
    rule: str


NAME, CODE, MONEY, SHARE, PEOPLE, FIRMS = 1, 2, 3, 4, 5, 6
CELLS = [
    # cleaned
    CellMess(0, MONEY, "1,012,345.5", 1012345.5, "thousands"),
    CellMess(1, MONEY, "１０１２３４６", 1012346.0, "full-width"),
    CellMess(2, MONEY, "1 024 691", 1024691.0, "spaces"),
    CellMess(3, MONEY, "'1037036.5", 1037036.5, "apostrophe"),
    CellMess(4, MONEY, "1049382", 1049382.0, "text-number"),
    CellMess(5, MONEY, "1061727.5①", 1061727.5, "footnote"),
    CellMess(6, MONEY, "1074073*", 1074073.0, "footnote"),
    CellMess(7, MONEY, "1086418.5¹", 1086418.5, "footnote"),
    CellMess(8, MONEY, "1098764[1]", 1098764.0, "footnote"),
    CellMess(9, MONEY, "1111109.5 注1", 1111109.5, "footnote"),
    CellMess(10, MONEY, "112.3455亿元", 1123455.0, "unit-converted"),
    CellMess(11, MONEY, "1135800.5万元", 1135800.5, "unit-same"),
    CellMess(12, MONEY, "￥11,481,460,000", 1148146.0, "unit-converted"),
    CellMess(13, MONEY, "11.604915 billion yuan", 1160491.5, "unit-converted"),
    CellMess(14, SHARE, "39.8%", 39.8, "unit-same"),
    CellMess(15, SHARE, "４０．５％", 40.5, "full-width"),
    CellMess(16, SHARE, "412‰", 41.2, "unit-converted"),
    CellMess(17, SHARE, "−2.5", -2.5, "minus"),
    CellMess(18, SHARE, "－2.5", -2.5, "full-width"),
    CellMess(19, PEOPLE, "1047000人", 104.7, "unit-converted"),
    CellMess(20, PEOPLE, "106万", 106.0, "unit-same"),
    CellMess(21, PEOPLE, "107.3 万人", 107.3, "unit-same"),
    CellMess(22, PEOPLE, "-", None, "missing"),
    CellMess(23, PEOPLE, "—", None, "missing"),
    CellMess(24, PEOPLE, "…", None, "missing"),
    CellMess(25, PEOPLE, "......", None, "missing"),
    CellMess(26, PEOPLE, "暂无", None, "missing"),
    CellMess(27, PEOPLE, "N/A", None, "missing"),
    CellMess(28, PEOPLE, "未公布", None, "missing"),
    CellMess(0, NAME, "甲　一 县", "甲一县", "text-spaces"),
    CellMess(1, NAME, "甲万县①", "甲万县", "text-footnote"),
    CellMess(2, NAME, " 甲丌县\u200b", "甲丌县", "text-spaces"),
    CellMess(2, CODE, "０10075", "010075", "code-width"),
    # named, and left blank
    CellMess(29, PEOPLE, dt.date(2020, 1, 5), None, "date"),
    CellMess(30, PEOPLE, "1/5", None, "fraction"),
    CellMess(31, PEOPLE, "约120", None, "approximate"),
    CellMess(32, PEOPLE, "121左右", None, "approximate"),
    CellMess(33, PEOPLE, ">122", None, "approximate"),
    CellMess(34, PEOPLE, "120-125", None, "range"),
    CellMess(35, PEOPLE, "125.5(1)", None, "parentheses"),
    CellMess(36, PEOPLE, "1,26", None, "decimal-unclear"),
    CellMess(37, PEOPLE, "1.2.8", None, "decimal-unclear"),
    CellMess(38, PEOPLE, "一百二十九", None, "numerals"),
    CellMess(39, PEOPLE, "13O.7", None, "text"),
    CellMess(29, SHARE, True, None, "truth"),
    CellMess(30, SHARE, "53万元", None, "unit-other"),
    CellMess(31, MONEY, "1382710.5元", None, "unit-neighbours"),
    CellMess(30, FIRMS, "52.3%", None, "unit-unknown"),
    CellMess(31, FIRMS, "5.4万", None, "unit-unknown"),
    CellMess(32, FIRMS, "#DIV/0!", None, "error-cell"),
    CellMess(33, FIRMS, "=A1+B1", None, "formula"),
    CellMess(5, CODE, 10186, None, "code-zero"),
    CellMess(6, CODE, dt.date(2020, 1, 5), None, "code-date"),
]
"""Fifty-three cells; the rows below make sixty."""

ROWS = {
    "title": 2,  # the table's title and its unit
    "unit-row": 1,
    "column-numbers": 1,
    "total-row": 2,  # above and below the units
    "repeated-headings": 1,
    "note-row": 1,
}
"""Rows that are no units, by rule, and how many there are of each."""

TOP = 6  # rows above the first unit: title, unit of the table, headings, units, numbers, total
AGAIN = 20  # the headings stand again before this unit


def raw_row(unit: int) -> int:
    """Return the row of a unit in the raw book, counted from 0."""
    return TOP + unit + (unit >= AGAIN)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "3-1"
    planted = {(mess.unit, mess.column): mess.raw for mess in CELLS}
    totals: list[object] = ["合　计", None, None, 9e7, None, 4e3, 1.5e4]
    rows: list[list[object]] = [["3-1 县（市）主要指标"], [None] * 6 + ["单位：万元"], HEADINGS, UNITS]
    rows += [["甲", "乙", "丙", 1, 2, 3, 4], totals]
    for unit in range(COUNT):
        if unit == AGAIN:
            rows.append(HEADINGS)
        rows.append([planted.get((unit, column), cell) for column, cell in enumerate(base(unit))])
    rows += [["平均数", *totals[1:]], ["注：①为年末数。"]]
    for row, cells in enumerate(rows, 1):
        for column, value in enumerate(cells, 1):
            cell = sheet.cell(row, column)
            cell.value = value  # type: ignore[assignment]  # any kind of value is planted
            if isinstance(value, str) and value.startswith("="):
                cell.data_type = "s"
            elif value == "#DIV/0!":
                cell.data_type = "e"
    sheet.merge_cells("A1:G1")
    path = tmp_path_factory.mktemp("raw") / "raw.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def done(raw: Path) -> Clean:
    return clean(raw)


def test_there_are_sixty() -> None:
    assert len(CELLS) + sum(ROWS.values()) >= 60
    assert {mess.rule for mess in CELLS} | {*ROWS} <= rules().keys()


@pytest.mark.parametrize("mess", CELLS, ids=lambda mess: f"{mess.rule}-{mess.raw}")
def test_a_mess_is_cleaned_or_named(done: Clean, mess: CellMess) -> None:
    cells = done.sheets[0].cells
    assert cells[1 + mess.unit][mess.column] == mess.value
    place = f"3-1!{address(raw_row(mess.unit), mess.column)}"
    found = [change for change in done.changes if change.place == place]
    assert len(found) == 1
    assert mess.rule in found[0].rules
    assert found[0].sure == rules()[mess.rule].sure
    assert (found[0].row, found[0].column) == (1 + mess.unit, mess.column)
    assert (mess.value is None) == (found[0].after == "")


def test_no_other_cell_changes(done: Clean) -> None:
    planted = {(mess.unit, mess.column) for mess in CELLS}
    cells = done.sheets[0].cells
    assert len(cells) == 1 + COUNT
    for unit in range(COUNT):
        for column, value in enumerate(base(unit)):
            if (unit, column) not in planted:
                assert cells[1 + unit][column] == value
                assert type(cells[1 + unit][column]) is type(value)


def test_every_change_is_one_of_the_planted(done: Clean) -> None:
    places = {f"3-1!{address(raw_row(mess.unit), mess.column)}" for mess in CELLS}
    others = [change for change in done.changes if change.place not in places]
    counted = {rule: sum(rule in change.rules for change in others) for rule in ROWS}
    assert counted == ROWS
    assert len(others) == sum(ROWS.values())


def test_units_stand_in_the_headings(done: Clean) -> None:
    assert done.sheets[0].cells[0] == (
        *("省份", "县（市）", "代码", "地区生产总值（万元）", "工业占比（%）", "常住人口（万人）", "企业数"),
    )


def test_the_file_is_not_touched_and_the_copy_is_written_whole(raw: Path, tmp_path: Path) -> None:
    before = hashlib.sha256(raw.read_bytes()).hexdigest()
    out = tmp_path / "clean.xlsx"
    done = clean(raw, out)
    assert hashlib.sha256(raw.read_bytes()).hexdigest() == before
    assert [path.name for path in tmp_path.iterdir()] == ["clean.xlsx"]
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["数据", "修改记录"]
    listed = [*book["修改记录"].iter_rows(values_only=True)]
    assert listed[0] == ("原单元格", "修改前", "修改后", "规则", "是否确定", "新单元格")
    assert len(listed) - 1 == len(done.changes)
    assert [line[4] for line in listed[1:]].index("是") == len(done.doubts)  # what is not sure comes first
    for change in done.doubts:
        assert change.row is not None
        assert change.column is not None
        cell = book["数据"].cell(change.row + 1, change.column + 1)
        assert cell.value is None
        assert cell.fill.fgColor.rgb == "FFFFE699"
        assert cell.comment is not None


def test_the_clean_copy_is_clean(raw: Path, tmp_path: Path) -> None:
    """What was cleaned comes through a second time bit for bit, and nothing is listed but the blank codes."""
    clean(raw, tmp_path / "once.xlsx")
    again = clean(tmp_path / "once.xlsx", tmp_path / "twice.xlsx")
    first = clean(raw)
    assert again.sheets[0].cells == first.sheets[0].cells
    assert again.changes == ()


def test_only_the_blank_codes_keep_the_panel_from_being_read(raw: Path, tmp_path: Path) -> None:
    clean(raw, tmp_path / "clean.xlsx")
    book = openpyxl.load_workbook(tmp_path / "clean.xlsx")
    for unit in (5, 6):
        book["数据"].cell(2 + unit, 3).value = f"filled-{unit}"
    book.save(tmp_path / "filled.xlsx")
    panel = Panel.from_workbook(tmp_path / "filled.xlsx")
    assert len(panel) == COUNT
    assert panel.codes[0] == "010001"
    assert panel.indicators == ("地区生产总值（万元）", "工业占比（%）", "常住人口（万人）", "企业数")
