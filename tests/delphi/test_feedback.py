"""What an expert is told of the round before."""

import shutil
import statistics
from pathlib import Path

import openpyxl
import pytest

from tests.delphi.forms import CODES, column_of, fill, main_sheet, make_book, make_list, rows_of, seeded
from tierwise.delphi import delphi_collect, delphi_feedback, delphi_send
from tierwise.errors import TierwiseError


def book_with_a_round(folder: Path, count: int = 9, **more) -> tuple[Path, list[list[float]]]:
    scores = seeded(3, count).tolist()
    rows = [["轮次", "专家", *CODES], *([1, f"专家{n:03}", *row] for n, row in enumerate(scores, 1))]
    return make_book(folder / "book.xlsx", experts=rows, **more), scores


def test_median_quartiles_and_own_answer(tmp_path: Path) -> None:
    book, scores = book_with_a_round(tmp_path)
    sent = delphi_feedback(book, tmp_path / "forms2")
    assert (sent.round, len(sent.files)) == (2, 9)
    sheet = main_sheet(openpyxl.load_workbook(sent.files[4]))
    rows = rows_of(sheet)
    for at, code in enumerate(CODES):
        given = [row[at] for row in scores]
        lower, median, upper = statistics.quantiles(given, n=4, method="inclusive")
        told = {key: sheet.cell(rows[f"item:{code}"], column_of(sheet, key)).value for key in
                ("previous", "median", "quartiles", "picture")}  # fmt: skip
        assert told["previous"] == scores[4][at]
        assert told["median"] == median
        assert told["quartiles"] == f"{lower:g} – {upper:g}"
        for score in {*given}:
            assert f'"{score:g} "&REPT("█",' in told["picture"]
            assert f'&" {given.count(score)}"' in told["picture"]


def test_the_second_round_is_collected_with_reasons_and_without_names(tmp_path: Path) -> None:
    book, _ = book_with_a_round(tmp_path)
    sent = delphi_feedback(book, tmp_path / "forms2", experts=make_list(tmp_path / "list.csv", 3))
    answers = seeded(4, 3)
    for path, row in zip(sent.files, answers, strict=True):
        fill(path, dict(zip(CODES, row, strict=True)))
    form = openpyxl.load_workbook(sent.files[0])
    sheet = main_sheet(form)
    sheet.cell(rows_of(sheet)["item:A2"], column_of(sheet, "comment")).value = "数据口径已变"
    form.save(sent.files[0])
    found = delphi_collect(tmp_path / "forms2", book, tmp_path / "new.xlsx")
    assert [[*form.answers.values()] for form in found.taken] == answers.tolist()
    written = openpyxl.load_workbook(found.written)
    assert [*written["专家意见"].values] == [("指标", "意见"), ("A2", "数据口径已变")]
    assert [row[0] for row in written["专家打分"].values] == ["轮次", *[1] * 9, *[2] * 3]


def test_what_cannot_be_fed_back(tmp_path: Path) -> None:
    book, _ = book_with_a_round(tmp_path, scale="[9, 100]")
    for number, code in ((4, "E226"), (None, "E227")):
        with pytest.raises(TierwiseError) as raised:
            delphi_feedback(book, tmp_path / "forms2", round=number)
        assert [one.code for one in raised.value.problems] == [code]


def test_camps_and_authority_go_on(tmp_path: Path) -> None:
    rows = [["轮次", "专家", "权威系数", "组别", *CODES], [1, "王伟", 0.7, "高校", *[5] * len(CODES)]]
    book = make_book(tmp_path / "book.xlsx", experts=rows)
    sent = delphi_feedback(book, tmp_path / "forms2")
    fill(sent.files[0], dict.fromkeys(CODES, 6))
    found = delphi_collect(tmp_path / "forms2", book, tmp_path / "new.xlsx")
    written = [*openpyxl.load_workbook(found.written)["专家打分"].values]
    assert written[0][:5] == ("轮次", "专家", "发出份数", "权威系数", "组别")
    assert [row[:5] for row in written[1:]] == [(1, "王伟", None, 0.7, "高校"), (2, "王伟", 1, 0.9, "高校")]


def test_codes_go_on_and_who_did_not_answer_is_named(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    people = tmp_path / "list.csv"
    people.write_text("姓名,编号\n张一,E1\n李二,E2\n孙六,E6\n钱五,E5\n", encoding="utf-8")
    sent = delphi_send(book, people, tmp_path / "forms")
    (tmp_path / "forms" / "E5_钱五.xlsx").rename(tmp_path / "forms" / "A.xlsx")  # read first
    for name in ("A", "E1_张一", "E2_李二"):
        fill(tmp_path / "forms" / f"{name}.xlsx", dict.fromkeys(CODES, 6))
    (tmp_path / "forms" / "E6_孙六.xlsx").unlink()
    found = delphi_collect(tmp_path / "forms", book, tmp_path / "new.xlsx")
    assert (found.sent, found.returned, [one.label for one in found.absent]) == (4, 3, ["孙六"])
    rows = [row[:4] for row in openpyxl.load_workbook(found.written)["回收情况"].values]
    assert (None, "E6", "孙六", "未回收") in rows

    again = delphi_feedback(found.written, tmp_path / "forms2")
    assert {path.name for path in again.files} == {path.name for path in sent.files} - {"E6_孙六.xlsx"}
    (note,) = again.notes
    assert note.code == "E233"
    assert note.text("zh") == "第1轮有1位专家的咨询表未采用，本轮不发：孙六（未回收）"
    assert "--experts" in note.fix("zh")

    people.write_text("姓名\n孙六\n周七\n李二\n", encoding="utf-8")
    more = delphi_feedback(found.written, tmp_path / "forms3", experts=people)
    assert [path.stem for path in more.files] == ["E6_孙六", "E01_周七", "E2_李二"]
    assert not more.notes


def test_forms_set_aside_are_named_too(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    sent = delphi_send(book, make_list(tmp_path / "list.csv", 2), tmp_path / "forms")
    fill(sent.files[0], dict.fromkeys(CODES, 6))
    fill(sent.files[1], dict.fromkeys(CODES, 6))
    shutil.copy(sent.files[1], tmp_path / "forms" / "copy.xlsx")
    fill(sent.files[1], dict.fromkeys(CODES, 5))
    found = delphi_collect(tmp_path / "forms", book, tmp_path / "new.xlsx")
    again = delphi_feedback(found.written, tmp_path / "forms2")
    assert [one.fields["experts"] for one in again.notes] == [["专家002 (set aside)"]]
