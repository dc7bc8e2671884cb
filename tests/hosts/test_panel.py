"""An expert fills a form in LibreOffice, saves it in its own format, and it is collected."""

import openpyxl
import pytest
from tests.delphi.forms import CODES, column_of, main_sheet, make_book, make_list, rows_of

from tierwise.delphi import delphi_collect, delphi_send
from tierwise.inputs.sheet import column_letters
from tierwise.methods.ahp import consistency

pytestmark = pytest.mark.host
SHEET = "专家咨询表"


def test_pairs_show_their_consistency_ratio_and_come_back(calc, tmp_path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    people = make_list(tmp_path / "list.csv", 1)
    form = delphi_send(book, people, tmp_path / "forms", kind="pairs").files[0]
    row = rows_of(main_sheet(openpyxl.load_workbook(form)))["item:A1"]
    given = {"E0": "３", "F0": "１／５", "G0": "7", "F1": "2", "G1": "1 / 2", "G2": "9"}
    opened = calc.open(form)
    for cell, value in given.items():
        calc.write(opened, SHEET, f"{cell[0]}{row + int(cell[1])}", [[value]])
    calc.recalculate(opened)
    matrix = [[1, 3, 1 / 5, 7], [1 / 3, 1, 2, 1 / 2], [5, 1 / 2, 1, 9], [1 / 7, 2, 1 / 9, 1]]
    shown = calc.read(opened, SHEET, f"D{row + 4}:D{row + 5}")
    assert shown[0][0] == pytest.approx(consistency(matrix).ratio, abs=1e-6)
    assert shown[1][0] == "指标A2 : 指标A3"  # 2, where the weights say 0.33
    mirrored = calc.read(opened, SHEET, f"D{row + 1}:D{row + 3}")
    assert [str(cell[0]) for cell in mirrored] == ["1/3", "5", "1/7"]
    form.unlink()
    calc.save(opened, tmp_path / "forms" / "answers.ods")
    calc.close_book(opened)
    found = delphi_collect(tmp_path / "forms", book)
    assert found.taken[0].answers == {
        "A1|A2": 3, "A1|A3": 0.2, "A1|A4": 7, "A2|A3": 2, "A2|A4": 0.5, "A3|A4": 9,
    }  # fmt: skip


def test_scores_count_and_come_back(calc, tmp_path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    form = delphi_send(book, make_list(tmp_path / "list.csv", 1), tmp_path / "forms").files[0]
    sheet = main_sheet(openpyxl.load_workbook(form))
    rows, column = rows_of(sheet), column_letters(column_of(sheet) - 1)
    opened = calc.open(form)
    for number, code in enumerate(CODES[:8]):
        calc.write(opened, SHEET, f"{column}{rows[f'item:{code}']}", [[float(number + 1)]])
    calc.recalculate(opened)
    assert calc.read(opened, SHEET, "B6:B6")[0][0] == "已填 8 项，共 17 项"
    form.unlink()
    calc.save(opened, tmp_path / "forms" / "answers.ods")
    calc.close_book(opened)
    found = delphi_collect(tmp_path / "forms", book)
    assert found.taken[0].answers == {code: number + 1.0 for number, code in enumerate(CODES[:8])}
    assert found.problems == ()
