"""Reasons as notes on failing cells: through xlwings' own objects, over a workbook as COM shows it."""

import pytest

from tierwise_addin.hosts.excel.notes import END, MARK

BAD = {"A1": ["", 3.5], "A2": ["", "n/a"], "A3": ["", 9.0]}
ERROR = {"error": "#VALUE!"}
TOLD = MARK + "IDX_RANK: C001 scores: row 2, column 1 is the text 'n/a'"


def explain(excel, cells, **told):
    found = excel("explain", {"Sheet 1": {"cells": cells, **told}})
    return found["notes"]["Sheet 1"], found["status"], found["failing"]


def test_a_failing_cell_gets_its_reason(excel):
    notes, status, failing = explain(excel, {**BAD, "C1": ["=IDX_RANK(A1:A3)", ERROR]})
    assert list(notes) == ["C1"]
    assert notes["C1"].startswith(TOLD)
    assert notes["C1"].endswith(END)
    assert (status, failing) == ("tierwise: 1 cell(s) fail, each has a note", 1)


@pytest.mark.parametrize(
    "formula",
    ["=IDX_RANK(A:A)", "=SUM(1,IDX_RANK('Sheet 1'!$A$1:$A$3))", "=IDX_TIERS(IDX_RANK(A1:A3),2)"],
)
def test_whole_columns_other_functions_and_nested_ones(excel, formula):
    notes, *_ = explain(excel, {**BAD, "C1": [formula, ERROR]})
    assert notes["C1"].startswith(TOLD)


def test_values_in_the_formula_itself(excel):
    cells = {"A1": ["", 1.0], "C1": ['=IDX_SCORE({1,2},,"none","nim")', ERROR]}
    cells["C2"] = ["=IDX_TIER_PROFILE(1,{5,6},9)", ERROR]
    notes, *_ = explain(excel, cells)
    assert "S002 aggregation: unknown name “nim”" in notes["C1"]
    assert "C010: IDX_TIER_PROFILE takes 2 arguments, 3 were given" in notes["C2"]
    assert "C030" in explain(excel, {"C1": ["=IDX_NORMALISE({1,2},,,{1,2},3)", ERROR]})[0]["C1"]


def test_cells_that_work_and_errors_of_others_get_none(excel):
    cells = {**BAD, "A2": ["", 4.0], "C1": ["=IDX_RANK(A1:A3)", 3.0], "C2": ["=1/0", {"error": "#DIV/0!"}]}
    assert explain(excel, cells) == ({}, "tierwise: no function fails", 0)


def test_own_notes_are_renewed_and_removed_and_the_users_stay(excel):
    cells = {
        **BAD,
        "C1": ["=IDX_RANK(A1:A3)", ERROR],
        "C2": ["=IDX_RANK(A3)", 1.0],
        "C3": ["=IDX_RANK(A1:A3)", ERROR],
        "C4": ["=IDX_RANK(A1:A3)", ERROR],
    }
    old = f"{MARK}an old reason{END}"
    own = {"C1": old, "C2": old, "D9": old}
    users = {"A2": "ask the bureau", "C3": "mine", "B9": old + "\nwill mend this"}
    notes, status, failing = explain(excel, cells, notes=own | users, threaded=["C4"])
    assert {place: notes[place] for place in users} == users
    assert {*notes} == {"C1", *users}
    assert notes["C1"].startswith(TOLD)
    assert failing == 3
    assert "3 cell(s) fail, 2 of them without a note" in status


def test_a_second_time_nothing_changes(excel):
    cells = {**BAD, "C1": ["=IDX_RANK(A1:A3)", ERROR]}
    notes, *_ = explain(excel, cells)
    assert explain(excel, cells, notes=notes)[0] == notes


def test_an_array_formula_has_one_note(excel):
    cells = {**BAD} | {f"C{row}": ["=IDX_RANK(A1:A3)", ERROR] for row in (1, 2, 3)}
    notes, *_ = explain(excel, cells, arrays={f"C{row}": "C1" for row in (1, 2, 3)})
    assert list(notes) == ["C1"]


def test_a_protected_sheet_is_left_alone(excel):
    notes, status, _ = explain(excel, {**BAD, "C1": ["=IDX_RANK(A1:A3)", ERROR]}, protected=True)
    assert notes == {}
    assert "1 of them without a note" in status


def test_what_works_now_and_what_is_too_long_to_ask_say_so(excel):
    long = "+".join(["A1"] * 100)
    cells = {"A1": ["", 1.0], "C1": ["=IDX_RANK(A1)", ERROR], "C2": [f"=IDX_RANK({long})", ERROR]}
    notes, *_ = explain(excel, cells)
    assert "C025" in notes["C1"]
    assert "C026" in notes["C2"]


def test_long_reasons_are_cut(excel):
    cells = {f"A{row}": ["", "n/a"] for row in range(1, 30)} | {"C1": ["=IDX_RANK(A1:A29)", ERROR]}
    notes, *_ = explain(excel, cells)
    assert len(notes["C1"]) == 1000
    assert notes["C1"].endswith("…" + END)
