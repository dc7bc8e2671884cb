"""The path that all hosts take: names, arguments, results, reasons."""

import numpy as np
import pytest

from tierwise.errors import TierwiseError
from tierwise_addin import answer, call, session
from tierwise_addin.catalogue import FAMILIES, functions
from tierwise_addin.codec import ErrorValue


@pytest.mark.parametrize("function", functions().values(), ids=lambda function: function.name)
def test_every_function_is_described_in_both_languages(function):
    for told in (function.help, *(argument.help for argument in function.arguments)):
        assert told.en
        assert told.zh
        assert max(len(told.en), len(told.zh)) <= 255
    optional = [argument.optional for argument in function.arguments]
    assert optional == sorted(optional), "optional arguments stand last"
    assert function.family in FAMILIES
    if function.follows:
        assert function.follows in [argument.name for argument in function.arguments]


def test_results_follow_the_direction_of_the_scores():
    assert call("IDX_RANK", [[3.5], [9.0], [3.5]]) == [[2], [1], [2]]
    assert call("idx_rank", [[3.5, 9.0, None, 3.5, ""]], "max", False) == [[2, 3, None, 2]]
    assert call("IDX_RANK", np.array([3.5, 9.0])) == [[2], [1]]


def test_blank_and_zero_options_count_as_left_out():
    assert call("IDX_RANK", [1, 2], None, "") == call("IDX_RANK", [1, 2], 0.0) == [[2], [1]]


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (("IDX_RNK", [1]), "C008: there is no worksheet function “IDX_RNK”; did you mean IDX_RANK?"),
        (("IDX_RANK",), r"C009 IDX_RANK needs scores; its arguments are IDX_RANK\(scores, \[ties\], "),
        (("IDX_RANK", [1], "min", True, 3), "C010: IDX_RANK takes 3 arguments, 4 were given"),
        (("IDX_RANK", [1], "mn"), "S002 ties: unknown name “mn”; did you mean “min”?"),
        (("IDX_RANK", [1], "min", "maybe"), "C011 descending is 'maybe'; give TRUE or FALSE"),
        (("IDX_RANK", [1], [["min"], ["max"]]), "C006 ties has 2 x 1 cells"),
        (("IDX_RANK", [1], ErrorValue.NA), "C002 ties holds the error #N/A"),
    ],
)
def test_wrong_calls_say_what_to_do(cells, line):
    with pytest.raises(TierwiseError, match=line):
        call(*cells)


def test_all_arguments_are_looked_at_before_one_is_refused():
    with pytest.raises(TierwiseError) as caught:
        call("IDX_RANK", [["a"], [1]], "mn", "maybe")
    assert [problem.code for problem in caught.value.problems] == ["C001", "S002", "C011"]


def test_the_reason_of_the_last_failure_can_be_read():
    session.forget()
    assert call("IDX_LASTERROR") == [[None]]
    assert answer("IDX_RANK", [["n/a"], [1]]) == [[ErrorValue.VALUE]]
    assert "IDX_RANK: C001 scores: row 1, column 1 is the text 'n/a'" in call("IDX_LASTERROR")[0][0]
    assert "第1行第1列是文本“n/a”" in session.last_error("zh")


def test_a_defect_inside_does_not_reach_the_host(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("no luck")

    monkeypatch.setattr("tierwise.kernels.ranks.rank", broken)
    assert answer("IDX_RANK", [1, 2]) == [[ErrorValue.VALUE]]
    assert "C015: IDX_RANK failed: ZeroDivisionError: no luck" in session.last_error("en")
