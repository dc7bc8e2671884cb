"""Forms filled, spoilt in many ways, and collected: every fault named, no score misplaced."""

import hashlib
import shutil
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from tests.delphi.forms import (
    CODES,
    column_of,
    fill,
    main_sheet,
    make_book,
    make_list,
    rows_of,
    seeded,
)
from tierwise.delphi import delphi_collect, delphi_send
from tierwise.delphi.returned import ENCRYPTED, OLE
from tierwise.errors import TierwiseError
from tierwise.inputs import Experts, Framework
from tierwise.inputs.files import read_workbook


def editing(change):
    """Return a mutation that edits the sheet of a form."""

    def mutate(path: Path, scratch: Path) -> None:
        book = openpyxl.load_workbook(path)
        change(book, main_sheet(book))
        book.save(path)

    return mutate


def put(value, code="A2"):
    return editing(
        lambda _, sheet: setattr(sheet.cell(rows_of(sheet)[f"item:{code}"], column_of(sheet)), "value", value)
    )


def swap(_, sheet):
    one, other = rows_of(sheet)["item:A1"], rows_of(sheet)["item:C2"]
    for column in range(1, 6):
        a, b = sheet.cell(one, column), sheet.cell(other, column)
        a.value, b.value = b.value, a.value


def merge(_, sheet):
    row, column = rows_of(sheet)["item:A1"], column_of(sheet)
    sheet.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column)


def of_another(number=1, **changed):
    def mutate(path: Path, scratch: Path) -> None:
        book = make_book(scratch / "other.xlsx", **changed)
        folder = scratch / f"{path.stem}-other"
        made = delphi_send(book, make_list(scratch / "one.csv", 1), folder, round=number)
        shutil.copy(made.files[0], path)

    return mutate


def twice(path: Path, scratch: Path) -> None:
    copy = path.with_name(f"copy_of_{path.name}")
    shutil.copy(path, copy)
    put(9.0)(copy, scratch)
    put(2.0)(path, scratch)


def renamed(path: Path, scratch: Path) -> None:
    path.rename(path.with_name(f"回复-{path.stem}(1).xlsx"))


def locked(path: Path, scratch: Path) -> None:
    path.write_bytes(OLE + b"\0" * 600 + ENCRYPTED + b"\0" * 600)


NOTHING, ALL = [], CODES
# Mutation, codes told, questions without an answer afterwards.
MUTATIONS = {
    "as it was": (lambda path, _: None, NOTHING, NOTHING),
    "file renamed": (
        renamed,
        NOTHING,
        NOTHING,
    ),
    "sheet renamed": (editing(lambda _, sheet: setattr(sheet, "title", "Sheet1")), NOTHING, NOTHING),
    "row deleted": (editing(lambda _, s: s.delete_rows(rows_of(s)["item:B2"])), ["E206"], ["B2"]),
    "column inserted first": (editing(lambda _, sheet: sheet.insert_cols(1)), NOTHING, NOTHING),
    "column inserted": (editing(lambda _, sheet: sheet.insert_cols(4)), NOTHING, NOTHING),
    "row inserted": (editing(lambda _, sheet: sheet.insert_rows(15)), NOTHING, NOTHING),
    "rows swapped": (editing(swap), NOTHING, NOTHING),
    "cells merged": (editing(merge), ["E209", "E209"], ["A1", "A2"]),
    "text answer": (put("很重要"), ["E207"], ["A2"]),
    "two answers": (put("7-8"), ["E207"], ["A2"]),
    "above the scale": (put(99), ["E208"], ["A2"]),
    "below the scale": (put(0), ["E208"], ["A2"]),
    "partly filled": (put(None), NOTHING, ["A2"]),
    "hidden sheet deleted": (editing(lambda book, _: book.remove(book["_form"])), NOTHING, NOTHING),
    "column deleted": (editing(lambda _, s: s.delete_cols(column_of(s))), ["E214"], ALL),
    "password": (
        locked,
        ["E201"],
        None,
    ),
    "other framework": (of_another(last="C9"), ["E203"], None),
    "other round": (of_another(2), ["E204"], None),
    "other book": (of_another(title="另一指数"), ["E202"], None),
    "two that differ": (twice, ["E210", "E210"], None),
    "no form": (lambda path, _: openpyxl.Workbook().save(path), ["E200"], None),
    "cut off": (lambda path, _: path.write_bytes(path.read_bytes()[:900]), ["I003"], None),
}


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """200 forms, spoilt in turn, and collected."""
    folder = tmp_path_factory.mktemp("panel")
    book = make_book(folder / "book.xlsx")
    sent = delphi_send(book, make_list(folder / "list.csv", 200), folder / "forms")
    seeds = seeded(18, 200)
    kinds = [*MUTATIONS]
    for number, path in enumerate(sent.files):
        fill(path, dict(zip(CODES, seeds[number], strict=True)))
        MUTATIONS[kinds[number % len(kinds)]][0](path, folder)
    before = hashlib.sha256(book.read_bytes()).hexdigest()
    found = delphi_collect(folder / "forms", book, folder / "new.xlsx")
    assert hashlib.sha256(book.read_bytes()).hexdigest() == before
    return found, seeds, sent.files


def number_of(label: str) -> int:
    return int(label.removeprefix("专家")) - 1


def test_no_score_is_misplaced_and_none_is_missing(collected) -> None:
    found, seeds, _ = collected
    kinds = [*MUTATIONS]
    taken = {number_of(form.who.label): form for form in found.taken}
    for number in range(200):
        blank = MUTATIONS[kinds[number % len(kinds)]][2]
        if blank is None:
            assert number not in taken
            continue
        expected = {
            code: score for code, score in zip(CODES, seeds[number], strict=True) if code not in blank
        }
        assert dict(taken[number].answers) == expected, kinds[number % len(kinds)]


def test_every_fault_is_named_with_its_file(collected) -> None:
    found, _, files = collected
    kinds = [*MUTATIONS]
    for number, path in enumerate(files):
        named = [one.code for one in found.problems if path.stem in one.place]
        assert named == MUTATIONS[kinds[number % len(kinds)]][1], (path.name, kinds[number % len(kinds)])


def test_the_copy_holds_the_scores_bit_for_bit(collected) -> None:
    found, _, _ = collected
    framework = Framework.from_workbook(found.written)
    experts = Experts.from_workbook(found.written, framework, 9)
    assert experts.last.experts == tuple(form.who.label for form in found.taken)
    told = np.array([[form.answers.get(code, np.nan) for code in experts.codes] for form in found.taken])
    assert experts.last.scores.tobytes() == told.tobytes()
    # Ca = 0.3 + 0.5 + 0.1 + 0.1 and Cs = 0.8, but for the forms whose column was deleted: so none is written
    assert experts.last.authority is None
    assert "E221" in [one.code for one in found.problems]


def test_returns_tell_what_came_back(collected) -> None:
    found, _, _ = collected
    rows = [*openpyxl.load_workbook(found.written)["回收情况"].iter_rows(values_only=True)]
    figures = {row[0]: row[1] for row in rows if row[0] in {"发出", "回收", "采用", "平均权威系数"}}
    assert figures == {
        "发出": 200, "回收": found.returned, "采用": len(found.taken), "平均权威系数": pytest.approx(0.9),
    }  # fmt: skip
    assert len([row for row in rows if row[3] == "拒收"]) == len(found.refused)


def test_nothing_is_lost(collected) -> None:
    found, _, _ = collected
    rows = [*openpyxl.load_workbook(found.written)["回收问题"].iter_rows(values_only=True, min_row=2)]
    aside = [row for row in rows if row[0] == "未采用"]
    assert len(aside) == sum(len(form.answers) for form in found.aside) > 0
    assert {row[2] for row in aside} == set(CODES)


def test_the_rest_of_the_book_is_untouched(collected) -> None:
    found, _, _ = collected
    with zipfile.ZipFile(found.book.path) as old, zipfile.ZipFile(found.written) as new:
        for name in old.namelist():
            if name not in {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}:
                assert new.read(name) == old.read(name), name
    assert {"Framework", "Experts", "Scenario"} <= set(read_workbook(found.written))


def test_a_second_round_joins_the_first(tmp_path: Path) -> None:
    earlier = [["轮次", "专家", *CODES], [1, "专家001", *[3] * len(CODES)], [1, "专家002", *[4] * len(CODES)]]
    book = make_book(tmp_path / "book.xlsx", experts=earlier)
    sent = delphi_send(book, make_list(tmp_path / "list.csv", 2), tmp_path / "forms")
    assert sent.round == 2
    for path in sent.files:
        fill(path, dict.fromkeys(CODES, 7))
    found = delphi_collect(tmp_path / "forms", book, tmp_path / "new.xlsx")
    experts = Experts.from_workbook(found.written, Framework.from_workbook(found.written), 9)
    assert [one.label for one in experts.rounds] == ["1", "2"]
    assert experts.rounds[0].scores.tolist() == [[3.0] * 12, [4.0] * 12]
    assert experts.last.scores.tolist() == [[7.0] * 12] * 2


def test_points_that_miss_100_are_named(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    sent = delphi_send(book, make_list(tmp_path / "list.csv", 1), tmp_path / "forms", kind="budget")
    points = dict(zip(CODES, [33.4, 33.3, 33.3, 10, 20, 30, 40, 50, 25, 25, 60, 30], strict=True))
    fill(sent.files[0], points)
    found = delphi_collect(tmp_path / "forms", book)
    assert [(one.code, one.fields["group"], one.fields["sum"]) for one in found.problems] == [
        ("E213", "指标C", 90.0)
    ]
    assert found.taken[0].answers == points


def test_two_experts_of_one_name_and_twelve_forms_of_one(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    (tmp_path / "list.csv").write_text("姓名\n王伟\n王伟\n李娜\n", encoding="utf-8")
    sent = delphi_send(book, tmp_path / "list.csv", tmp_path / "forms")
    assert [one.code for one in sent.notes] == ["E212", "E212"]
    for path in sent.files:
        fill(path, dict.fromkeys(CODES, 5))
    for number in range(11):
        shutil.copy(sent.files[2], tmp_path / "forms" / f"李娜{number}.xlsx")
    found = delphi_collect(tmp_path / "forms", book)
    assert [form.who.label for form in found.taken] == ["王伟 (E01)", "王伟 (E02)", "李娜"]
    assert [one.code for one in found.problems] == ["E211"] * 11
    assert found.measures.uniform.all()


def test_a_scale_for_each_round(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx", scale="[5, 9]")
    people = make_list(tmp_path / "list.csv", 1)
    with pytest.raises(TierwiseError) as raised:
        delphi_send(book, people, tmp_path / "forms", round=3)
    assert [one.code for one in raised.value.problems] == ["E219"]
    form = openpyxl.load_workbook(delphi_send(book, people, tmp_path / "forms", round=1).files[0])
    lists = [rule.formula1 for rule in main_sheet(form).data_validations.dataValidation]
    assert '"1,2,3,4,5"' in lists


def test_only_answers_can_be_changed(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    form = openpyxl.load_workbook(
        delphi_send(book, make_list(tmp_path / "l.csv", 1), tmp_path / "f").files[0]
    )
    sheet = main_sheet(form)
    assert sheet.protection.sheet
    free = {cell.row for row in sheet for cell in row if not cell.protection.locked and cell.column == 4}
    rows = rows_of(sheet)
    assert free == {row for key, row in rows.items() if key.startswith(("item:", "self:"))}


def test_comparisons_written_as_text_are_read_as_on_the_sheet(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book.xlsx")
    form = delphi_send(book, make_list(tmp_path / "list.csv", 1), tmp_path / "forms", kind="pairs").files[0]
    opened = openpyxl.load_workbook(form)
    sheet = main_sheet(opened)
    row = rows_of(sheet)["item:A1"]
    given = {"E0": "１／５", "F0": "⅕", "G0": "1 / 7", "F1": "'1/2", "G1": "1/0", "G2": "10"}
    for cell, value in given.items():
        sheet[f"{cell[0]}{row + int(cell[1])}"] = value
    opened.save(form)
    found = delphi_collect(tmp_path / "forms", book)
    assert found.taken[0].answers == pytest.approx({"A1|A2": 0.2, "A1|A3": 0.2, "A1|A4": 1 / 7, "A2|A3": 0.5})
    told = {problem.place.rsplit("!", 1)[1]: problem.code for problem in found.problems}
    assert {told[f"G{row + 1}"], told[f"G{row + 2}"]} == {"E207", "E208"}
