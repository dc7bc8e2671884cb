"""Answers as experts write them, and forms of other lists, folders and scales."""

from pathlib import Path

import openpyxl
import pytest

from tests.delphi.forms import (
    CODES,
    GROUPS,
    column_of,
    fill,
    main_sheet,
    make_book,
    make_list,
    rows_of,
    seeded,
)
from tierwise.delphi import delphi_collect, delphi_send
from tierwise.errors import TierwiseError


def test_a_form_that_came_back_as_it_was_is_not_returned(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    delphi_send(book, make_list(tmp_path / "list.csv", 3), tmp_path / "forms")
    files = sorted(path for path in (tmp_path / "forms").glob("*.xlsx"))
    for path in files[:2]:
        fill(path, dict(zip(CODES, seeded(2, 1)[0].tolist(), strict=True)))
    made = delphi_collect(tmp_path / "forms", book, tmp_path / "out.xlsx")
    assert (made.sent, made.returned, len(made.taken)) == (3, 2, 2)
    assert made.refused == (files[2].name,)
    assert [one.code for one in made.problems if files[2].name in one.place] == ["E232"]


@pytest.mark.parametrize(
    ("scale", "given"),
    [
        (9, {"7分": 7, "７": 7, "８分": 8, " 6 ": 6, "5（重要）": 5, "9 points": 9, "7.5分": 7.5}),
        (
            5,
            {"很重要": 5, "一般": 3, "D.重要": 4, "Very important": 5, "４分": 4, "不重要": 2, "很不重要": 1},
        ),
    ],
)
def test_answers_are_taken_as_a_questionnaire_takes_them(scale: int, given: dict, tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx", scale=scale)
    form = delphi_send(book, make_list(tmp_path / "list.csv", 1), tmp_path / "forms").files[0]
    fill(form, dict(zip(CODES, given, strict=False)))
    found = delphi_collect(tmp_path / "forms", book)
    assert [one.code for one in found.problems] == ["E234" if scale == 5 else "E242"]  # 7.5
    assert dict(found.taken[0].answers) == dict(zip(CODES, given.values(), strict=False))


def test_an_answer_that_is_not_taken_tells_which_are(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx", scale=5)
    form = delphi_send(book, make_list(tmp_path / "list.csv", 1), tmp_path / "forms").files[0]
    fill(form, {"A": "重要吧", "A1": 7})
    opened = openpyxl.load_workbook(form)
    sheet = main_sheet(opened)
    sheet.cell(rows_of(sheet)["self:familiarity"], column_of(sheet)).value = "还行"
    opened.save(form)
    told = {one.fields["given"]: one for one in delphi_collect(tmp_path / "forms", book).problems}
    assert {one: problem.code for one, problem in told.items()} == {
        "还行": "E207", "重要吧": "E207", "7": "E208",
    }  # fmt: skip
    assert told["还行"].fix("zh").endswith("可填：很熟悉、熟悉、较熟悉、一般、不熟悉、1、0.8、0.6、0.4、0.2")
    assert "1至5的数" in told["重要吧"].fix("zh")
    assert "很不重要、不重要、一般、重要、很重要" in told["重要吧"].fix("zh")
    assert "unimportant, of little importance, moderately important" in told["重要吧"].fix("en")
    assert "1至5" in told["7"].text("zh")


def test_the_command_says_after_a_round_whether_to_go_on(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from tierwise.delphi_commands import delphi

    book = make_book(tmp_path / "book.xlsx")
    sent = delphi_send(book, make_list(tmp_path / "list.csv", 4), tmp_path / "forms")
    for number, path in enumerate(sent.files[:3]):
        fill(path, {**dict.fromkeys(CODES, 7), "B2": 1 + 4 * number})
    given = [
        "delphi",
        "collect",
        str(tmp_path / "forms"),
        "--into",
        str(book),
        "--out",
        str(tmp_path / "new.xlsx"),
    ]
    told = CliRunner().invoke(delphi, given[1:])
    assert told.exit_code == 0, told.output
    (line,) = [line for line in told.output.splitlines() if line.startswith("需再咨询一轮")]
    assert line.startswith("需再咨询一轮：第1轮后12项中有1项尚未达成共识：指标B2（达成共识11项")
    assert "3/4 = 75.0%" in told.output


def test_a_scale_that_is_named_from_the_highest_is_turned_and_told(tmp_path: Path) -> None:
    named = ["experts.words", "很重要、重要、一般、不重要、很不重要"]
    book = make_book(tmp_path / "book.xlsx", scale=5, settings=[named])
    forms = delphi_send(book, make_list(tmp_path / "list.csv", 2), tmp_path / "forms").files
    for form, word in zip(forms, ["很重要", "不重要"], strict=True):
        fill(form, dict.fromkeys(CODES, word))
    found = delphi_collect(tmp_path / "forms", book)
    assert [one.code for one in found.problems] == ["E247"]
    assert [set(form.answers.values()) for form in found.taken] == [{5.0}, {2.0}]


def test_words_of_all_forms_are_one_scale(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx", scale=5)
    words = ["不重要", "一般", "比较重要", "重要", "非常重要"]
    forms = delphi_send(book, make_list(tmp_path / "list.csv", 5), tmp_path / "forms").files
    for form, word in zip(forms, words, strict=True):
        fill(form, dict.fromkeys(CODES, word))
    found = delphi_collect(tmp_path / "forms", book)
    assert [one.code for one in found.problems] == ["E234"]
    assert [set(form.answers.values()) for form in found.taken] == [{1.0}, {2.0}, {3.0}, {4.0}, {5.0}]
    forms[3].unlink()  # 重要 was not chosen: what 比较重要 is worth is not known
    found = delphi_collect(tmp_path / "forms", book)
    told = [one for one in found.problems if one.code == "E235"]
    assert len(told) == 4 * len(CODES)
    assert told[0].place.startswith("E01_专家001.xlsx: 专家咨询表!")


def test_forms_of_an_earlier_list_do_not_stay(tmp_path: Path) -> None:
    book, folder = make_book(tmp_path / "book.xlsx"), tmp_path / "forms"
    delphi_send(book, make_list(tmp_path / "list.csv", 2), folder)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    others = tmp_path / "others.csv"
    others.write_text("name\n赵一\n专家002\n", encoding="utf-8")
    sent = delphi_send(book, others, folder, replace=True)
    assert [(one.code, one.fields["expert"]) for one in sent.notes] == [("E239", "专家001")]
    kept = {"E01_赵一.xlsx", "E02_专家002.xlsx", "sent.csv", "notes.txt"}
    assert {path.name for path in folder.iterdir()} == kept

    fill(folder / "E01_赵一.xlsx", {"A": 5})  # an answer is not thrown away
    with pytest.raises(TierwiseError) as raised:
        delphi_send(book, make_list(tmp_path / "list.csv", 2), folder, replace=True)
    assert [(one.code, Path(one.place).name) for one in raised.value.problems] == [("E240", "E01_赵一.xlsx")]
    assert {path.name for path in folder.iterdir()} == kept


def test_experts_of_two_lists_with_one_code_are_two(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    others = tmp_path / "others.csv"
    others.write_text("name\n赵一\n", encoding="utf-8")
    one = delphi_send(book, make_list(tmp_path / "list.csv", 1), tmp_path / "one").files[0]
    other = delphi_send(book, others, tmp_path / "other").files[0]
    for form, score in ((one, 3), (other, 7)):
        fill(form, dict.fromkeys(CODES, score))
    other.rename(tmp_path / "one" / other.name)
    listed = tmp_path / "one" / "sent.csv"  # as Excel saves it in China
    listed.write_bytes(listed.read_text(encoding="utf-8-sig").encode("gb18030"))
    found = delphi_collect(tmp_path / "one", book)
    assert {form.who.label: form.answers["A"] for form in found.taken} == {"专家001": 3.0, "赵一": 7.0}
    assert [(one.code, one.place) for one in found.problems] == [("E241", "E01_赵一.xlsx")]
    assert (found.sent, found.returned) == (1, 2)


def test_forms_in_folders_below_are_named_with_their_folder(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    for number in (1, 2):
        delphi_send(book, make_list(tmp_path / "list.csv", 1), tmp_path / "all" / f"r{number}", round=number)
        fill(tmp_path / "all" / f"r{number}" / "E01_专家001.xlsx", dict.fromkeys(CODES, 5))
    found = delphi_collect(tmp_path / "all", book, round=2)
    assert [(one.code, one.place) for one in found.problems] == [("E204", "r1/E01_专家001.xlsx")]
    assert found.taken[0].file == "r2/E01_专家001.xlsx"


def test_a_form_in_shares_is_set_aside(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    forms = delphi_send(book, make_list(tmp_path / "list.csv", 2), tmp_path / "forms", kind="budget").files
    parts = {code: 1 / len(group) for group in GROUPS.values() for code in group}
    fill(forms[0], parts)
    fill(forms[1], {code: 100 * part for code, part in parts.items()})
    found = delphi_collect(tmp_path / "forms", book)
    assert [one.code for one in found.problems] == ["E243"]
    assert [len(form.answers) for form in found.taken] == [0, len(CODES)]
    assert len(found.taken[0].untaken) == len(CODES)


def test_scores_among_comments_and_changed_questions_are_told(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    forms = delphi_send(book, make_list(tmp_path / "list.csv", 2), tmp_path / "forms").files
    opened = openpyxl.load_workbook(forms[0])
    sheet = main_sheet(opened)
    for code in CODES:
        sheet.cell(rows_of(sheet)[f"item:{code}"], column_of(sheet, "comment")).value = 7
    opened.save(forms[0])
    fill(forms[1], dict.fromkeys(CODES, 6))
    opened = openpyxl.load_workbook(forms[1])
    sheet = main_sheet(opened)
    row, column = rows_of(sheet)["item:B1"], column_of(sheet)
    sheet.cell(row, column - 1).value = "应改为专利授权量"
    opened.save(forms[1])
    found = delphi_collect(tmp_path / "forms", book)
    answer = f"{forms[1].name}: 专家咨询表!{sheet.cell(row, column).coordinate}"
    assert [(one.code, one.place) for one in found.problems] == [("E245", forms[0].name), ("E246", answer)]
    assert found.taken[0].answers["B1"] == 6.0
