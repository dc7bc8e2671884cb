"""Raw files of every kind, and what a clean copy must not do."""

import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from python_calamine import load_workbook
from tests.raised import codes_of

import tierwise as tw
from tierwise.errors import TierwiseError

ROWS: list[list[Any]] = [
    ["表1 主要指标"],
    ["地区", "省份", "人口（万人）", "生产总值（万元）"],
    ["江阴市", "江苏", 178, "41,370,000"],
    ["慈溪市", "浙江", "183①", 20084000],
    ["义乌市", "浙江", 185.9, "1485亿元"],
    ["合计", None, 546.9, 76304000],
]
EXPECTED = [
    ("江阴市", "江阴市", "江苏", 178.0, 41370000.0),
    ("慈溪市", "慈溪市", "浙江", 183.0, 20084000.0),
    ("义乌市", "义乌市", "浙江", 185.9, 14850000.0),
]


def book_of(path: Path, rows: list[list[Any]], name: str = "Sheet1", **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, cells in {name: rows, **sheets}.items():
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("field", "code"), [("x" * 140_000, "I019"), ('"x\nb,2\n' + "y" * 140_000, "I019"), ('"x" y', "I012")]
)
def test_rows_that_cannot_be_read_are_named(tmp_path: Path, field: str, code: str) -> None:
    path = tmp_path / "raw.csv"
    path.write_text(f"地区,人口\n江阴市,1\n{field},2\n慈溪市,3\n", encoding="utf-8")
    for act in (
        lambda: tw.clean(path, tmp_path / "out.xlsx"),
        lambda: tw.import_book(path, tmp_path / "out.xlsx"),
        lambda: tw.proof(path),
    ):
        with pytest.raises(TierwiseError) as caught:
            act()
        assert [(one.code, one.place) for one in caught.value.problems] == [(code, "raw.csv!3")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_files_of_any_encoding(encoding: str, separator: str, tmp_path: Path) -> None:
    rows = [["" if cell is None else str(cell) for cell in row] for row in ROWS]
    if separator == ",":
        rows = [[f'"{cell}"' if "," in cell else cell for cell in row] for row in rows]
    elif separator == ";":
        rows[2][3] = "41370000"
    path = tmp_path / "raw.csv"
    path.write_bytes("\n".join(separator.join(row) for row in rows).encode(encoding))
    done = tw.clean(path)
    assert [*done.sheets[0].cells[1:]] == EXPECTED
    assert done.sheets[0].cells[0] == ("代码", "名称", "省份", "人口（万人）", "生产总值（万元）")
    assert not done.doubts


@pytest.mark.host
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_other_workbooks(ending: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(book_of(tmp_path / "raw.xlsx", ROWS))
    sheet = book.worksheets[0]
    sheet["B5"] = None
    sheet.merge_cells("B4:B5")
    book.save(tmp_path / "raw.xlsx")
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("no LibreOffice")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [soffice, profile, "--headless", "--convert-to", ending, "raw.xlsx"],
        cwd=tmp_path, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    done = tw.clean(tmp_path / f"raw.{ending}")
    assert [*done.sheets[0].cells[1:]] == EXPECTED
    if ending == "xls":  # WPS writes .et in the format of .xls
        shutil.copy(tmp_path / "raw.xls", tmp_path / "raw.et")
        assert tw.clean(tmp_path / "raw.et").sheets[0].cells == done.sheets[0].cells


def test_a_wps_file_in_a_format_of_its_own_is_named(tmp_path: Path) -> None:
    (tmp_path / "raw.et").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 2000)
    with pytest.raises(TierwiseError) as caught:
        tw.clean(tmp_path / "raw.et")
    assert codes_of(caught) == ["I052"]


def test_a_raised_footnote_mark_is_none_of_the_digits(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(book_of(tmp_path / "raw.xlsx", ROWS))
    book.worksheets[0]["C4"] = CellRichText("183", TextBlock(InlineFont(vertAlign="superscript"), "1"))
    book.save(tmp_path / "raw.xlsx")
    assert load_workbook(tmp_path / "raw.xlsx").get_sheet_by_index(0).to_python()[3][2] == "1831"
    done = tw.clean(tmp_path / "raw.xlsx")
    assert done.sheets[0].cells[2][3] == 183.0


def test_figures_of_merged_cells_are_nobody_s(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(book_of(tmp_path / "raw.xlsx", ROWS))
    book.worksheets[0]["C4"] = None
    book.worksheets[0].merge_cells("C3:C4")
    book.save(tmp_path / "raw.xlsx")
    done = tw.clean(tmp_path / "raw.xlsx")
    assert [row[3] for row in done.sheets[0].cells[1:]] == [None, None, 185.9]
    assert [(change.place, change.rules) for change in done.doubts] == [
        ("Sheet1!C3", ("merged-number",)),
        ("Sheet1!C4", ("merged-number",)),
    ]


def test_two_rows_of_headings(tmp_path: Path) -> None:
    rows = [
        ["代码", "县", "总量", None, "增速", None],
        [None, None, "生产总值", "人口", "生产总值", "人口"],
        [None, None, "万元", "万人", "%", "%"],
        ["01", "甲", 1, 2, 3, 4],
        ["02", "乙", 5, 6, 7, 8],
    ]
    expected = (
        "代码",
        "名称",
        "总量_生产总值（万元）",
        "总量_人口（万人）",
        "增速_生产总值（%）",
        "增速_人口（%）",
    )
    path = book_of(tmp_path / "raw.xlsx", rows)
    assert tw.clean(path).sheets[0].cells[0] == expected
    book = openpyxl.load_workbook(path)
    for area in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
        book.worksheets[0].merge_cells(area)
    book.save(path)
    done = tw.clean(path)
    assert done.sheets[0].cells == (
        expected,
        ("01", "甲", 1.0, 2.0, 3.0, 4.0),
        ("02", "乙", 5.0, 6.0, 7.0, 8.0),
    )


def test_blocks_side_by_side_are_put_below_one_another(tmp_path: Path) -> None:
    rows = [
        ["县", "人口", "面积", None, "县", "人口", "面积"],
        ["甲", 1, 2, None, "丙", 5, 6],
        ["乙", 3, 4, None, None, None, None],
    ]
    done = tw.clean(book_of(tmp_path / "raw.xlsx", rows))
    assert done.sheets[0].cells[1:] == (
        ("甲", "甲", 1.0, 2.0),
        ("乙", "乙", 3.0, 4.0),
        ("丙", "丙", 5.0, 6.0),
    )


def test_years_may_head_the_columns(tmp_path: Path) -> None:
    rows = [["地区", 2018, 2019, 2020], ["甲", 1, 2, 3], ["乙", 4, 5, 6], ["丙", 7, 8, 9]]
    done = tw.clean(book_of(tmp_path / "raw.xlsx", rows))
    assert done.sheets[0].cells[:2] == (("代码", "名称", "2018", "2019", "2020"), ("甲", "甲", 1.0, 2.0, 3.0))


def test_a_subtotal_without_the_word_is_named_and_stays(tmp_path: Path) -> None:
    rows = [
        ["地区", "人口", "面积"],
        ["江苏", 30, 12],
        ["甲", 10, 4],
        ["乙", 20, 8],
        ["浙江", 7, 9],
        ["丙", 3, 4],
        ["丁", 4, 5],
    ]
    done = tw.clean(book_of(tmp_path / "raw.xlsx", rows))
    assert [(change.place, change.rules) for change in done.doubts] == [
        ("Sheet1!2:2", ("sum-row",)),
        ("Sheet1!5:5", ("sum-row",)),
    ]
    assert len(done.sheets[0].cells) == 7


def test_the_framework_gives_headings_and_units(tmp_path: Path) -> None:
    frame = [["code", "name", "unit"], ["gdp", "生产总值", "亿元"], ["pop", "人口", "万人"]]
    path = book_of(tmp_path / "raw.xlsx", ROWS, Framework=frame)
    data, framework = tw.clean(path).sheets
    assert data.cells[0] == ("代码", "名称", "省份", "人口", "生产总值")
    assert [row[4] for row in data.cells[1:]] == [4137.0, 2008.4, 1485.0]
    assert framework.cells == tuple(map(tuple, frame))
    (tmp_path / "f.csv").write_text("\n".join(",".join(row) for row in frame), encoding="utf-8")
    given = tw.clean(book_of(tmp_path / "alone.xlsx", ROWS), framework=tmp_path / "f.csv")
    assert given.sheets[0].cells == data.cells
    assert [sheet.name for sheet in given.sheets] == ["数据", "指标体系"]


def test_an_output_is_replaced_only_where_it_is_this_input_s_own(tmp_path: Path) -> None:
    first, other = book_of(tmp_path / "a.xlsx", ROWS), book_of(tmp_path / "b.xlsx", ROWS)
    out = tmp_path / "clean.xlsx"
    tw.clean(first, out)
    made = out.read_bytes()
    tw.clean(first, out)
    assert out.read_bytes() == made  # its own, unedited: the same bytes
    with pytest.raises(TierwiseError) as caught:
        tw.clean(other, out)
    assert codes_of(caught) == ["I053"]
    book = openpyxl.load_workbook(out)
    book.worksheets[0]["D2"] = 7
    book.save(out)
    with pytest.raises(TierwiseError) as caught:  # somebody's edits
        tw.clean(first, out)
    assert codes_of(caught) == ["I053"]
    tw.clean(other, out, replace=True)
    with pytest.raises(TierwiseError) as caught:
        tw.clean(first, first, replace=True)
    assert codes_of(caught) == ["I008"]


def test_which_sheet(tmp_path: Path) -> None:
    path = book_of(tmp_path / "raw.xlsx", ROWS, Other=[["a", "b"], ["x", 1], ["y", 2]])
    with pytest.raises(TierwiseError) as caught:
        tw.clean(path)
    assert codes_of(caught) == ["I055"]
    with pytest.raises(TierwiseError) as caught:
        tw.clean(path, sheet="Sheet2")
    assert codes_of(caught) == ["I054"]
    done = tw.clean(path, sheet="Sheet1")
    assert [*done.sheets[0].cells[1:]] == EXPECTED
    assert [change.place for change in done.more] == ["Other"]


@pytest.mark.parametrize("rows", [[["a"]], [["甲"], ["乙"]], [[1, 2], [3, 4]]])
def test_a_table_without_headings_is_named(rows: list[list[Any]], tmp_path: Path) -> None:
    with pytest.raises(TierwiseError) as caught:
        tw.clean(book_of(tmp_path / "raw.xlsx", rows))
    assert codes_of(caught) == ["I050"]


NUMBERS = st.one_of(st.none(), st.floats(-1e12, 1e12).filter(lambda x: x == 0 or abs(x) > 1e-9))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=2, max_size=8))
@example([(None, 0.0, None), (0.0, None, 0.0)])  # few figures in the first row
@example([(1900.0, 1901.0, 1902.0), (3.0, 2.0, 2.5), (1e-8, -0.0, 0.1 + 0.2)])  # a row like years
def test_a_clean_book_passes_through_bit_for_bit(
    tmp_path: Path, figures: list[tuple[float | None, ...]]
) -> None:
    rows = [[f"u{row}", f"unit {row}", "g", *cells] for row, cells in enumerate(figures)]
    rows = [row if any(cell is not None for cell in row[3:]) else [*row[:3], 1.5, 2.5, 7.25] for row in rows]
    book_of(tmp_path / "clean.xlsx", [["code", "name", "group", "x", "y", "z"], *rows], name="Data")
    before = load_workbook(tmp_path / "clean.xlsx").get_sheet_by_name("Data").to_python(skip_empty_area=False)
    done = tw.clean(tmp_path / "clean.xlsx", tmp_path / "out.xlsx", replace=True)
    after = load_workbook(tmp_path / "out.xlsx").get_sheet_by_name("Data").to_python(skip_empty_area=False)
    assert after == before
    for old, new in zip(before, after, strict=True):
        for one, other in zip(old, new, strict=True):
            if isinstance(one, float):
                assert math.copysign(1, one) == math.copysign(1, other)
    assert [change for change in done.changes if change.sure] == []
    assert {rule for change in done.doubts for rule in change.rules} <= {"sum-row"}
