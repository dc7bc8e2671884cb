"""results.xlsx for people: what stands where, what is cut, how it prints."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tierwise.report import contents
from tierwise.report.workbook import write_workbook
from tierwise.tables.registry import TABLES, table_of

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def frame(rows: int, columns: int = 3) -> pd.DataFrame:
    names = ["code", *(f"c{at}" for at in range(columns - 1))]
    return pd.DataFrame([[f"u{row}", *[row] * (columns - 1)] for row in range(rows)], columns=names)


def written(tables: dict[str, pd.DataFrame], folder: Path) -> Path:
    path = folder / "results.xlsx"
    write_workbook(path, tables, "title", [("units", 3)], "zh")
    return path


def test_main_sheets_come_first_and_none_is_lost() -> None:
    names = [table.name for table in TABLES if "{}" not in table.name]
    ordered = contents.in_order(names)
    assert sorted(ordered) == sorted(names)
    main = [bool(table_of(name).place) for name in ordered]
    assert main == sorted(main, reverse=True)
    assert ordered[0] == "ranking"
    assert ordered.index("sentences") < ordered.index("robustness") < ordered.index("scores")


def test_the_contents_link_every_sheet_and_count_its_rows(tmp_path: Path) -> None:
    path = written({"sweeps": frame(5), "ranking": frame(4), "scores": frame(4)}, tmp_path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["概要", "目录"]
    sheet = book["目录"]
    links = {cell.value: cell.hyperlink.location for cell in sheet["A"] if cell.hyperlink is not None}
    others = [name for name in book.sheetnames if name not in ("概要", "目录", "_charts")]
    assert [*links] == others
    assert links == {name: f"'{name}'!A1" for name in others}
    rows = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=4) if row[1].value is not None}
    assert rows["排名"] == 4
    assert rows["逐一变动权重"] == 5
    book.close()


def test_long_sheets_are_cut_and_say_so_main_ones_are_whole(tmp_path: Path) -> None:
    long = frame(contents.MOST_ROWS + 7)
    path = written({"ranking": long, "scores": long}, tmp_path)
    book = openpyxl.load_workbook(path)
    assert book["排名"].max_row == 3 + len(long)
    cut = book["得分"]
    assert cut.max_row == 3 + contents.MOST_ROWS
    assert "共1007行，见tables/scores.csv" in cut["A2"].value
    assert any("共1007行" in str(row[2].value) for row in book["目录"].iter_rows(min_row=4))
    book.close()
    wide = pd.DataFrame([range(contents.WIDEST + 1)], columns=[str(at) for at in range(contents.WIDEST + 1)])
    book = openpyxl.load_workbook(written({"ranking": frame(3), "acceptability": wide}, tmp_path))
    assert "名次可接受度" not in book.sheetnames
    assert any("tables/acceptability.csv" in str(row[2].value) for row in book["目录"].iter_rows(min_row=4))
    book.close()


def test_every_sheet_prints_to_the_width_with_its_headings_on_each_page(tmp_path: Path) -> None:
    path = written({"ranking": frame(80), "weights": frame(4), "scores": frame(9, 60)}, tmp_path)
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml").decode("utf-8")
        sheets = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
        setups = [archive.read(name).decode("utf-8") for name in sheets]
    titles = re.findall(r'_xlnm\.Print_Titles"[^>]*>([^<]*)<', book)
    assert sum("$1:$3" in title for title in titles) == 3
    shown = [text for text in setups if "_charts" not in text and "<pageSetup" in text]
    assert len(shown) >= 5
    assert all("fitToPage" in text for text in shown)
    upright = [("portrait" in text) for text in shown]
    assert any(upright)
    assert not all(upright)


def test_long_details_print_their_first_rows_and_say_so(tmp_path: Path) -> None:
    long, whole = frame(contents.PRINTED_WHOLE + 1), frame(contents.PRINTED_WHOLE)
    book = openpyxl.load_workbook(written({"ranking": long, "scores": long, "sweeps": whole}, tmp_path))
    assert book["得分"].max_row == 3 + len(long)
    assert book["得分"].print_area == f"'得分'!$A$1:$C${3 + contents.PRINTED_ROWS}"
    assert f"打印时仅印前{contents.PRINTED_ROWS}行" in book["得分"]["A2"].value
    for name in ("排名", "逐一变动权重"):
        assert not book[name].print_area
        assert "打印时" not in str(book[name]["A2"].value)
    book.close()
