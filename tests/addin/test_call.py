"""The path that all hosts take: names, arguments, results, reasons."""

import numpy as np
import pytest

from tierwise.errors import TierwiseError
from tierwise.inputs import sheet
from tierwise_addin import answer, call, cell_kinds, formulas, session
from tierwise_addin.catalogue import FAMILIES, functions
from tierwise_addin.cell_kinds import ErrorValue


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
    assert call("idx_rank", [[3.5, 9.0, None, 3.5, ""]], "max", 1) == [[2, 3, None, 2]]
    assert call("IDX_RANK", np.array([3.5, 9.0])) == [[2], [1]]


def test_blank_and_zero_options_count_as_left_out():
    assert call("IDX_RANK", [1, 2], None, "") == call("IDX_RANK", [1, 2], 0.0) == [[2], [1]]
    assert call("IDX_RANK", [1, 2], None, 0) == call("IDX_RANK", [1, 2], None, False) == [[2], [1]]
    assert call("IDX_RANK", [1, 2], None, 1) == call("IDX_RANK", [1, 2], None, "升序") == [[1], [2]]


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (("IDX_RNK", [1]), "C008: there is no worksheet function “IDX_RNK”; did you mean IDX_RANK?"),
        (("IDX_RANK",), r"C009 IDX_RANK needs scores; its arguments are IDX_RANK\(scores, \[ties\], "),
        (("IDX_RANK", [1], "min", True, "a", 3), "C010: IDX_RANK takes 4 arguments, 5 were given"),
        (("IDX_RANK", [1], "mn"), "S002 ties: unknown name “mn”; did you mean “min”?"),
        (("IDX_RANK", [1], "min", "maybe"), "C011 order is 'maybe'; give 0 or 1"),
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


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("IDX_TIER_PROFILE", [[1], [2], [None]], [[5], [4], [3]]), [[1, 1, 5, 1.25], [2, 1, 4, None]]),
        (("IDX_FIRST_IN_GROUP", [[2], [1], [None]], [["a"], ["a"], ["b"]]), [[None], ["★"], [None]][1:]),
        (("IDX_AHP_WEIGHTS", [[None, 3], [None, None]]), [[0.75], [0.25]]),
    ],
)
def test_blank_cells_at_the_end_count_beside_those_of_others(cells, expected):
    rows = call(*cells)
    assert rows[-len(expected) :] == [pytest.approx(row) if None not in row else row for row in expected]


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (("IDX_SCORE", [[1, 2], [3, 4]], [[1, None]]), "C012 weights: row 1, column 2 is blank"),
        (("IDX_SCORE", [[1, None], [3, None]], [[1, 1]]), "M002 values: column 2: no unit has a value"),
        (("IDX_SCORE", [[1, 2], [3, 4]], [[1]]), "M011 weights: 1 given, 2 expected"),
        (("IDX_SCORE", [[1, 2], [3, 4]], [[1], [-1]]), "W112 weights: row 2, column 1: the weight -1"),
        (("IDX_SCORE", [[1, 2], [3, 4]], [[1, -1]]), "W112 weights: row 1, column 2: the weight -1"),
        (("IDX_TIERS", [[1], [2], [3]], [[1, 1]]), "T105 count: the sizes 1, 1 sum to 2"),
        (("IDX_TIERS", [[1], [2], [3]], "auto", "fixed"), "T106 count"),
        (("IDX_NORMALISE", [[1], [2]], "z-score", 1, 0, 1), "C029 low is given, and z-score takes none"),
        (("IDX_NORMALISE", [[1], [2]], "min-max", 1, 0), "C030 high has 0 numbers"),
        (("IDX_NORMALISE", [[1], [2]], "min-max", 1, 5, 5), "M010 low: 5, 5 is out of range"),
        (("IDX_STREAKS", [[1, 2]], None, 2), r"C005 top holds nothing; give a range that has values$"),
        (
            ("IDX_RANK_INTERVAL", [[1, 2], [2, 1]], [[1, 1]], 0.2, 1e300),
            r"draws is 1e\+300; give at most",
        ),
        (("IDX_TOP_PROBABILITY", [[1], [2]], [[1]], 0.2), "U111 weights"),
        (
            ("IDX_GLOBAL_WEIGHTS", [["code", "weight"], ["a", ErrorValue.NA]]),
            r"^C002 framework.*clear the cell$",
        ),
        (("IDX_GLOBAL_WEIGHTS", [["code"], ["a"], ["a"]]), "is already used in framework: row 2, column 1"),
    ],
)
def test_problems_name_argument_row_and_column(cells, line):
    with pytest.raises(TierwiseError, match=line):
        call(*cells)


def test_a_province_that_is_none_fails_in_its_own_cell_alone():
    session.forget()
    given = [["江苏省"], ["Jiangsu"], [None], ["四川"]]
    assert call("IDX_REGION", given) == [["东部"], [ErrorValue.NA], [None], ["西部"]]
    assert session.last_error("en").startswith("IDX_REGION: R101 provinces: row 2, column 1: “Jiangsu”")
    told = formulas.reason("=IDX_REGION(A1:A4)", lambda _: given)
    assert "R101 provinces: row 2, column 1" in told


@pytest.mark.parametrize("shown", [*sheet.SHOWN_ERRORS.split(), "#n/a", "Err:502"])
def test_every_error_that_files_know_is_one_in_cells(shown):
    with pytest.raises(TierwiseError, match="C002 scores: row 2, column 1 holds the error"):
        call("IDX_RANK", [[1.0], [shown]])


def test_errors_of_excel_and_calc_without_a_name():
    assert cell_kinds.canonical(-2146828288 + 2051) == ErrorValue.UNKNOWN
    assert cell_kinds.canonical({"error": 502}) == ErrorValue("Err:502")


def test_a_cut_below_all_equal_scores_is_blank():
    header, row = call("IDX_TIER_BOUNDARIES", [[1, 1]] * 4, [[1, 2]], 0.2, 50, 1, 2, None, "none")
    told = dict(zip(header, row, strict=True))
    assert (told["rank"], told["score"], told["unit_below"], told["p_split"]) == (4, None, None, None)
