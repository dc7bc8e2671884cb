"""Cells of every host mean the same, and what is wrong with one names it."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.errors import Problems, TierwiseError
from tierwise.inputs.sheet import is_error
from tierwise_addin import cell_kinds, codec
from tierwise_addin.cell_kinds import ErrorValue


def decoded(raw, kind=codec.numbers):
    problems = Problems()
    return kind(codec.read(raw, "values"), "values", problems), [p.line() for p in problems.found]


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        (None, None),
        ("", None),
        (float("nan"), None),
        (3, 3.0),
        (np.float32(0.5), 0.5),
        (np.True_, True),
        (Decimal("1.25"), 1.25),
        (dt.datetime(2024, 1, 2, 12), 45293.5),
        (dt.datetime(2024, 1, 2, tzinfo=dt.UTC), 45293.0),
        (dt.date(1900, 3, 1), 61.0),
        ("无锡", "无锡"),
        ("#N/A", ErrorValue.NA),
        (-2146826246, ErrorValue.NA),
        (-2146826238, ErrorValue.CALC),
        (-2146826245, ErrorValue.BUSY),
        (-2146826246.0, -2146826246.0),
        (cell_kinds.to_calc(ErrorValue.DIV0), ErrorValue.DIV0),
        ({"type": "Error", "basicValue": "#VALUE!"}, ErrorValue.VALUE),
    ],
)
def test_one_cell_of_any_host(raw, cell):
    assert cell_kinds.canonical(raw) == cell
    assert type(cell_kinds.canonical(raw)) is type(cell)


def test_blank_ends_are_cut_and_blanks_inside_are_missing():
    array, lines = decoded(((1.0, "", ""), ("", 2, None), ("", "", ""), (None, "", "")))
    assert lines == []
    np.testing.assert_array_equal(array, [[1, np.nan], [np.nan, 2]])


def test_whole_column():
    column = [(float(k),) for k in range(300)] + [("",)] * (1_048_576 - 300)
    array, lines = decoded(tuple(column), codec.vector)
    assert array.shape == (300,)
    assert lines == []


def test_text_among_numbers_names_its_cell():
    rows = [[1.0] * 4 for _ in range(9)]
    rows[6][2] = "n/a"
    _, lines = decoded(rows)
    assert lines[0].startswith("C001 values: row 7, column 3 is the text 'n/a'; ")


def test_a_number_typed_as_text_is_text():
    assert "is the text '12'" in decoded([["12", 3.0]])[1][0]


def test_all_wrong_cells_at_once_and_not_a_flood():
    _, lines = decoded([["x", ErrorValue.DIV0, float("inf")]])
    assert [line[:4] for line in lines] == ["C001", "C002", "C003"]
    _, lines = decoded([["x"] * 30] * 100)
    assert len(lines) == 21
    assert "2980 more cells" in lines[-1]


def test_shapes_that_do_not_fit():
    assert decoded([[1, 2], [3, 4]], codec.vector)[1][0].startswith("C006")
    assert decoded([[1, None, 4]], codec.filled)[1][0].startswith("C012 values: row 1, column 2 is blank")
    assert decoded([["", None]])[1][0].startswith("C005")
    with pytest.raises(TierwiseError, match=r"C014.*1, 2"):
        codec.read([[1], [1, 2]], "values")


def test_labels_read_as_shown():
    names, lines = decoded([[320281], ["江阴市 "], [None], [True], [2.5]], codec.labels)
    assert names == ["320281", "江阴市", "", "TRUE", "2.5"]
    assert lines == []


def test_results_for_each_host():
    rows = codec.encode([["code", 1], [np.int64(2), np.nan], [True, ErrorValue.NA]])
    assert rows == [["code", 1.0], [2.0, None], [1.0, ErrorValue.NA]]
    assert [cell_kinds.to_json(cell) for cell in (None, 2.0, "a", ErrorValue.NA)] == ["", 2.0, "a", "#N/A"]
    assert cell_kinds.to_com(ErrorValue.VALUE) == cell_kinds.ERROR_MARK + "2015"
    assert len(str(cell_kinds.to_com("x" * 300))) == 255
    assert cell_kinds.canonical(cell_kinds.to_calc(ErrorValue.NA)) is ErrorValue.NA
    assert codec.encode(np.array([1.5, np.nan])) == [[1.5], [None]]
    assert codec.encode(np.array([np.inf, -np.inf])) == [["∞"], ["-∞"]]
    assert codec.encode("0.1.0") == [["0.1.0"]]


def test_more_than_a_sheet_holds():
    with pytest.raises(TierwiseError, match=r"C013.*1 x 16385.*1048576 x 16384"):
        codec.encode(np.zeros((1, 16_385)))
    with pytest.raises(TierwiseError, match="C013"):
        codec.SHEET.refuse_beyond(1_048_577, 1)
    with pytest.raises(TierwiseError, match=r"C024.*4000 x 4000"):
        codec.SHEET.refuse_beyond(4000, 4000)


scalars = st.one_of(
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.text(min_size=1).filter(lambda text: not is_error(text)),
    st.sampled_from([*cell_kinds.EXCEL_ERRORS]),
)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(scalars, min_size=n, max_size=n), min_size=1)))
def test_what_goes_out_comes_back(rows):
    rows[-1][-1] = 1.0
    for host in (cell_kinds.to_json, cell_kinds.to_calc):
        sent = [[host(cell) if not isinstance(cell, bool) else cell for cell in row] for row in rows]
        back = codec.read(sent, "values").cells.tolist()
        known = cell_kinds.CALC_ERRORS if host is cell_kinds.to_calc else cell_kinds.EXCEL_ERRORS
        assert back == [
            [cell if not isinstance(cell, ErrorValue) or cell in known else ErrorValue.VALUE for cell in row]
            for row in rows
        ]
