"""Formulas read for the worksheet functions in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise_addin import settings
from tierwise_addin.formulas import FailedError, calls, reason


@pytest.fixture(autouse=True)
def own_settings(tmp_path, monkeypatch):
    monkeypatch.setenv(settings.PLACE_VARIABLE, str(tmp_path / "addin.ini"))


def told(formula):
    return [(call.name, call.arguments) for call in calls(formula)]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=IDX_VERSION()", [("IDX_VERSION", ())]),
        ("=idx_rank( A1:A9 )", [("IDX_RANK", ("A1:A9",))]),
        ("=IDX_SCORE(A1:B2,,,,C1:D1)", [("IDX_SCORE", ("A1:B2", "", "", "", "C1:D1"))]),
        ("='tierwise.xlam'!IDX_RANK(A1)+IDX_RANK(B1)", [("IDX_RANK", ("A1",)), ("IDX_RANK", ("B1",))]),
        ("=ROUND(IDX_SCORE('a, b(''c'!A1,{1,2;3,4}),3)", [("IDX_SCORE", ("'a, b(''c'!A1", "{1,2;3,4}"))]),
        ('=IDX_RANK(A1,"x"")IDX_RANK(")', [("IDX_RANK", ("A1", '"x"")IDX_RANK("'))]),
        ("=IDX_RANK(IDX_SCORE(A1:B2,C1),D1)", [("IDX_RANK", ("IDX_SCORE(A1:B2,C1)", "D1"))]),
        ("=IDX_RANK(Table1[[#All],[a,b]])", [("IDX_RANK", ("Table1[[#All],[a,b]]",))]),
        ('="IDX_RANK(A1)"&MYIDX_RANK(A1)&IDX_RANK', []),
    ],
)
def test_calls_are_found_with_their_arguments(formula, expected):
    assert told(formula) == expected


@given(
    st.lists(st.sampled_from(["IDX_RANK(", "idx_score (", "IDX_", *"(),'\"{}[]A1 "]), max_size=20).map(
        "".join
    )
)
def test_any_text_can_be_read(text):
    for call in calls(text):
        assert text[call.start : call.start + len(call.name)].upper() == call.name
        assert call.end <= len(text) + 1


CELLS = {"A1:A3": [[1.0], ["n/a"], [3.0]], "B1:B3": [[1.0], [2.0], [3.0]], '"nim"': "nim", "9": 9.0}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=IDX_RANK(B1:B3)", ""),
        ("=SUM(B1:B3)", ""),
        ("=IDX_RANK(A1:A3)", "IDX_RANK: C001 scores: row 2, column 1 is the text 'n/a'"),
        ("=SUM(1,IDX_TIERS(IDX_RANK(A1:A3),2))", "IDX_RANK: C001 scores: row 2"),
        ("=IDX_TIERS(IDX_RANK(B1:B3),9)", "IDX_TIERS: T"),
        ('=IDX_RANK(B1:B3,"nim")', "IDX_RANK: S002"),
        ("=IDX_RNAK(B1:B3)", "IDX_RNAK: C008"),
    ],
)
def test_the_innermost_failure_is_the_reason(formula, expected):
    found = reason(formula, CELLS.__getitem__)
    assert found.startswith(expected)
    assert bool(found) == bool(expected)


def test_what_cannot_be_looked_up_is_the_reason():
    def refuse(text):
        raise FailedError(f"too long: {text}")

    assert reason("=IDX_RANK(B1:B3)", refuse) == "too long: B1:B3"
