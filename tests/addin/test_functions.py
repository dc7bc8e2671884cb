"""Each worksheet function gives what the engine gives, in the shape that the sheet expects."""

from typing import Final

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tierwise.errors import TierwiseError
from tierwise.methods import ahp, concordance, delphi, ordinal, weights
from tierwise.methods.normalise import normalise
from tierwise.methods.registry import FAMILIES
from tierwise.methods.tiers import cut
from tierwise_addin import call
from tierwise_addin.functions_report import CHOICES

VALUES = np.random.default_rng(3).uniform(1.0, 9.0, (12, 4))
EXPERTS = np.random.default_rng(5).integers(1, 6, (7, 4)).astype(float)
MATRIX = [[1, 3, 5], [None, 1, 2], [None, None, 1]]
DIRECTIONS = [[1, -1, 1, 1]]


def cells(array):
    return np.asarray(array, dtype=float).tolist()


def body(name, *arguments):
    """Return a result with headings as its columns."""
    header, *rows = call(name, *arguments)
    return dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))


def test_normalise_keeps_blanks_and_takes_goalposts():
    values = cells(VALUES)
    values[2][1] = ""
    with_blank = VALUES.copy()
    with_blank[2, 1] = np.nan
    got = call("IDX_NORMALISE", values, "z-score", DIRECTIONS)
    assert got[2][1] is None
    assert_array_equal(np.array(got, dtype=float), normalise(with_blank, "z-score", DIRECTIONS[0]))
    posts = call("IDX_NORMALISE", cells(VALUES), "goalposts", None, [[0] * 4], [[10]] * 4)
    assert_allclose(posts, VALUES / 10)


def test_score_weights_are_relative_and_blanks_leave_their_weight():
    values = cells(VALUES)
    even = call("IDX_SCORE", values)
    assert_array_equal(even, call("IDX_SCORE", values, [[2], [2], [2], [2]]))
    scaled = normalise(VALUES, "min-max", [1, -1, 1, 1])
    got = call("IDX_SCORE", values, [[4, 3, 2, 1]], None, None, DIRECTIONS)
    assert_allclose(np.ravel(got), scaled @ np.array([0.4, 0.3, 0.2, 0.1]))
    values[0][3] = None
    assert_allclose(
        call("IDX_SCORE", values, [[4, 3, 2, 1]], None, None, DIRECTIONS, "reweight")[0][0],
        scaled[0, :3] @ np.array([4, 3, 2]) / 9,
    )


def test_weights_of_the_wrong_length_tell_both_lengths():
    with pytest.raises(TierwiseError, match=r"M011 weights: .*3.*4"):
        call("IDX_SCORE", cells(VALUES), [[1, 2, 3]])


def test_text_in_the_seventh_row_is_named():
    values = cells(VALUES)
    values[6][2] = "n/a"
    with pytest.raises(TierwiseError, match="values: row 7, column 3 is the text 'n/a'"):
        call("IDX_SCORE", values)


def test_an_unknown_method_offers_the_nearest():
    with pytest.raises(TierwiseError, match="did you mean “geometric”"):
        call("IDX_SCORE", cells(VALUES), None, None, "geometrc")
    assert call("IDX_SCORE", cells(VALUES), None, "Min Max") == call("IDX_SCORE", cells(VALUES))


def test_weights_of_experts():
    assert_array_equal(call("IDX_DELPHI_WEIGHTS", cells(EXPERTS)), delphi.weights(EXPERTS)[None])
    authority = [[k] for k in range(1, 8)]
    assert_array_equal(
        call("IDX_DELPHI_WEIGHTS", cells(EXPERTS), "authority", authority),
        delphi.weights(EXPERTS, "authority", range(1, 8))[None],
    )
    told = body("IDX_DELPHI_STATS", cells(EXPERTS), 5)
    assert told["indicator"] == [1, 2, 3, 4]
    assert_array_equal(told["full_score_ratio"], (EXPERTS == 5).mean(axis=0))
    assert "full_score_ratio" not in body("IDX_DELPHI_STATS", cells(EXPERTS))
    assert body("IDX_KENDALL_W", cells(EXPERTS))["w"] == [concordance.kendall_w(EXPERTS).w]


def test_what_an_expert_is_told_and_what_they_count_by():
    told = body("IDX_DELPHI_FEEDBACK", cells(EXPERTS))
    assert [*told] == ["indicator", "n", "lower", "median", "upper"]
    for column, scores in enumerate(EXPERTS.T):
        ordered = sorted(
            scores
        )  # of seven, Excel's QUARTILE.INC lies midway between the 2nd and 3rd, 5th and 6th
        assert told["lower"][column] == (ordered[1] + ordered[2]) / 2
        assert told["median"][column] == ordered[3]
        assert told["upper"][column] == (ordered[4] + ordered[5]) / 2
    own = [[told["lower"][0] - 1, told["upper"][1] + 1, told["median"][2], None]]
    assert body("IDX_DELPHI_FEEDBACK", cells(EXPERTS), own)["outside"] == [1, 1, 0, 0]
    with pytest.raises(TierwiseError, match="M011 own"):
        call("IDX_DELPHI_FEEDBACK", cells(EXPERTS), [[1, 2]])
    assert call("IDX_AUTHORITY", [[0.8], [0.9]], [[0.6], [0.9]]) == [[0.7], [0.9]]
    assert call("IDX_AUTHORITY", [[0.8, 0.9]], [[0.6, 0.9]]) == [[0.7, 0.9]]
    with pytest.raises(TierwiseError, match="E108 familiarity: row 2"):
        call("IDX_AUTHORITY", [[0.8], [0.9]], [[0.6], [1.9]])


def test_weights_of_comparisons():
    filled = np.array([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]])
    assert_array_equal(call("IDX_AHP_WEIGHTS", MATRIX), ahp.ahp(filled)[:, None])
    told = body("IDX_AHP_CONSISTENCY", MATRIX)
    assert told["consistency_ratio"] == [ahp.consistency(filled).ratio]
    assert told["accepted"] == [1]
    chain = [[1, 2, None], [None, 1, 2], [None, None, 1]]
    for method in (None, "几何平均法"):
        assert call("IDX_AHP_WEIGHTS", chain, method) == [
            [pytest.approx(4 / 7)],
            [pytest.approx(2 / 7)],
            [pytest.approx(1 / 7)],
        ]
    told = body("IDX_AHP_CONSISTENCY", chain)
    assert (told["missing"], told["consistency_ratio"], told["accepted"]) == ([1], [None], [None])


def test_weights_of_an_order_and_of_the_best_and_the_worst():
    order, ratio = [[2], [1], [3]], [[1.4], [None], [1.2]]
    found = call("IDX_G1_WEIGHTS", order, ratio)
    assert_array_equal(found, ordinal.g1([2, 1, 3], [1.4, np.nan, 1.2])[:, None])
    roc = [[pytest.approx(5 / 18)], [pytest.approx(11 / 18)], [pytest.approx(2 / 18)]]
    assert call("IDX_ORDER_WEIGHTS", order) == roc
    assert call("IDX_ORDER_WEIGHTS", [[1, 2, 2]]) == [[pytest.approx(11 / 18), *[pytest.approx(7 / 36)] * 2]]
    table = body("IDX_QUANTILE_WEIGHTS", [[0.5], [None]], [[0.65], [0.35]], [[0.8], [None]])
    assert sum(table["weight"]) == pytest.approx(1)
    assert table["weight"][0] == pytest.approx(0.65, abs=0.02)
    best, worst = [[2, 1, 4, 3, 8]], [["4", 8, 2, "3/1", 1]]
    assert_array_equal(
        call("IDX_BWM_WEIGHTS", best, worst), ordinal.best_worst(best, [4, 8, 2, 3, 1]).weights[None]
    )
    assert body("IDX_BWM_CONSISTENCY", best, worst)["ksi"] == [pytest.approx(0.0109, abs=5e-5)]
    with pytest.raises(TierwiseError) as caught:
        call("IDX_G1_WEIGHTS", order, [[1.4], [None], [0.5]])
    assert caught.value.problems[0].line().startswith("W145 ratio: ")


@pytest.mark.parametrize("name", ["ENTROPY", "CRITIC", "CV", "PCA"])
def test_weights_of_data_are_a_row(name):
    (row,) = call(f"IDX_{name}_WEIGHTS", cells(VALUES))
    assert len(row) == 4
    assert sum(row) == pytest.approx(1)


def test_combined_weights_lie_as_the_first_set():
    first, second = [[0.5], [0.3], [0.2]], [[1, 1, 2]]
    both = weights.combine([0.5, 0.3, 0.2], [1, 1, 2], "root-product")
    assert_array_equal(call("IDX_COMBINE_WEIGHTS", first, second, "root-product"), both[:, None])
    assert len(call("IDX_COMBINE_WEIGHTS", second, first)) == 1


def test_tiers_with_blanks_sizes_and_indicators():
    scores = np.array([9.0, 1.0, np.nan, 8.5, 5.0, 5.2, 1.2])
    given = [[None if np.isnan(score) else score] for score in scores]
    assert call("IDX_TIERS", given, 3) == [[1], [3], [None], [1], [2], [2], [3]]
    assert call("IDX_TIERS", given, [[1, 1, 4]]) == [[1], [3], [None], [2], [3], [3], [3]]
    ordered = VALUES.mean(axis=1)
    got = call("IDX_TIERS", cells(ordered[:, None]), 3, "fisher", cells(VALUES))
    assert_array_equal(np.ravel(got), cut(ordered, 3, "fisher", indicators=VALUES))
    with pytest.raises(TierwiseError, match="C007 indicators has 11 rows, scores has 12"):
        call("IDX_TIERS", cells(ordered[:, None]), 3, "ward", cells(VALUES[1:]))


def test_cuts_stand_between_two_scores():
    told = body("IDX_CUTS", [[9], [8], [5], [4.5], [1]], 3)
    assert told == {
        "cut": [1, 2],
        "rank": [2, 4],
        "score": [6.5, 2.75],
        "score_above": [8, 4.5],
        "score_below": [5, 1],
    }


FRAMEWORK = [
    ["code", "name", "parent", "weight", "direction"],
    ["A", "first", "", 3, 1],
    ["B", "second", "", 1, 1],
    ["a1", "", "A", 1, 1],
    ["a2", "", "A", 3, -1],
    ["b1", "", "B", 2, 1],
    ["b2", "", "B", 2, 1],
]
CODES = [["b2", "a1", "a2", "b1"]]


def test_a_framework_in_cells():
    told = body("IDX_GLOBAL_WEIGHTS", FRAMEWORK)
    assert told["code"] == ["A", "a1", "a2", "B", "b1", "b2"]
    assert told["level"] == [1, 2, 2, 1, 2, 2]
    assert_allclose(told["global"], [3 / 4, 3 / 16, 9 / 16, 1 / 4, 1 / 8, 1 / 8])
    assert call("IDX_GLOBAL_WEIGHTS", FRAMEWORK) == call("IDX_GLOBAL_WEIGHTS", FRAMEWORK[1:])


def test_index_over_a_framework_takes_columns_by_code():
    header, *rows = call("IDX_INDEX", cells(VALUES), CODES, FRAMEWORK)
    assert header == ["index", "A", "a1", "a2", "B", "b1", "b2"]
    flat = call("IDX_SCORE", cells(VALUES), [[1 / 8, 3 / 16, 9 / 16, 1 / 8]], None, None, [[1, 1, -1, 1]])
    assert_allclose([row[0] for row in rows], np.ravel(flat), rtol=1e-14)


def test_an_index_in_cells_divides_by_columns_that_no_indicator_is():
    gdp, people, y = np.array([3.0, 2, 1]), np.array([1.0, 2, 4]), np.array([1.0, 5, 2])
    framework = [["code", "unit", "denominator"], ["gdp", "%", "人口"], ["y", "", ""]]
    values = cells(np.column_stack([gdp, people, y]))
    heads = [["gdp（亿元）", "人口（亿元）", "y"]]
    rows = call("IDX_INDEX", values, heads, framework, "none")[1:]
    assert_allclose([row[1:] for row in rows], np.column_stack([100 * gdp / people, y]))
    for heads, code in (["gdp", "人口"], "D027"), (["gdp（元）", "人口（人）"], "D026"):
        with pytest.raises(TierwiseError, match=f"{code} codes: row 1, column 1"):
            call("IDX_INDEX", values, [[*heads, "y"]], framework)


def test_what_is_wrong_in_a_framework_is_named_by_its_row_and_column():
    broken = [row.copy() for row in FRAMEWORK]
    broken[3][2] = "X"
    broken[4][3] = "much"
    with pytest.raises(TierwiseError) as caught:
        call("IDX_GLOBAL_WEIGHTS", broken)
    places = {problem.place for problem in caught.value.problems}
    assert {"framework: row 4, column 3", "framework: row 5, column 4"} <= places
    with pytest.raises(TierwiseError, match="C018 codes has no b1, which the framework names"):
        call("IDX_INDEX", cells(VALUES), [["b2", "a1", "a2", "bb"]], FRAMEWORK)


def test_report_tables():
    ranks, groups = [[1], [2], [3], [4], [12]], [["苏"], ["浙"], ["苏"], ["鲁"], ["浙"]]
    assert call("IDX_FIRST_IN_GROUP", ranks, groups) == [["★"], ["★"], [None], ["★"], [None]]
    assert call("IDX_RANK_BANDS", ranks, groups) == [
        ["group", "1-10", "11-20", "total"],
        ["苏", 2, 0, 2],
        ["浙", 1, 1, 2],
        ["鲁", 1, 0, 1],
    ]
    assert call("IDX_GROUP_COUNTS", groups) == [["group", "n"], ["苏", 2], ["浙", 2], ["鲁", 1]]
    years = [[2018], [2019], [2019], [2019], [2019]]
    assert call("IDX_GROUP_COUNTS", groups, years)[0] == ["group", "2018", "2019"]
    assert call("IDX_REGION", [["江苏省", "内蒙古", ""]]) == [["东部", "西部"]]
    moved = call("IDX_ENTRIES_EXITS", ["a", "b"], [1, 2], ["b", "c"], [1, 2])
    assert moved == [
        ["code", "change", "rank", "previous_rank", "move"],
        ["a", "entry", 1, None, None],
        ["b", "down", 2, 1, -1],
        ["c", "exit", None, 2, None],
    ]
    assert call("IDX_STREAKS", [[1, 2, 30], [4, 5, 6], [None, 1, 1]], 10, 3) == [[0], [1], [0]]
    with pytest.raises(TierwiseError, match="C009 IDX_STREAKS needs top"):
        call("IDX_STREAKS", [[1]])


def test_tier_profile_and_quality():
    told = body("IDX_TIER_PROFILE", [1, 1, 2, 2], [[10, 1], [20, None], [5, 1], [5, 2]])
    assert told["mean_1"] == [15, 5]
    assert told["ratio_1"] == [3, None]
    assert told["mean_2"] == [1, 1.5]
    scores = [[score] for score in (9, 8.9, 8.8, 5, 4.9, 4.8, 1, 0.9, 0.8)]
    told = body("IDX_TIER_QUALITY", scores, 5)
    assert told["count"][told["chosen"].index(1)] == 3
    assert call("IDX_TIERS", scores, "auto") == call("IDX_TIERS", scores, 3)


def test_range_of_min_max_and_goalposts():
    values = [[10, 1], [20, 3], [30, 2]]
    assert call("IDX_NORMALISE", values, "min-max", None, 0, 100) == [[0, 0], [50, 100], [100, 50]]
    assert call("IDX_NORMALISE", values, None, -1, 1, 2) == [[2, 2], [1.5, 1], [1, 1.5]]
    assert call("IDX_NORMALISE", values, "goalposts", None, [[0, 0]], [[40, 4]])[0] == [0.25, 0.25]


def test_index_keeps_the_rows_of_units_without_figures():
    framework = [["code", "parent"], ["a", ""], ["b", ""]]
    values = [[1, 2], [None, None], [3, 4]]
    rows = call("IDX_INDEX", values, [["a", "b"]], framework, None, None, "reweight")
    assert [row[0] for row in rows] == ["index", 0, None, 1]


def test_exact_answers_bracket_the_draws():
    weights = [[4, 3, 2, 1]]
    scaled = call("IDX_NORMALISE", cells(VALUES))
    best, worst = np.array(call("IDX_EXACT_RANKS", scaled, weights, 0.3)).T
    assert (
        call("IDX_EXACT_RANKS", cells(VALUES), weights, 0.3, "min-max")
        == np.column_stack([best, worst]).tolist()
    )
    drawn = body("IDX_ROBUSTNESS", cells(VALUES), weights, 0.3, 2000)
    assert (best <= drawn["rank_min"]).all()
    assert (worst >= drawn["rank_max"]).all()
    ahead = np.array(call("IDX_DOMINANCE", scaled, weights, 0.3))
    assert_array_equal(worst, 12 - ahead.sum(axis=1))
    spreads = np.array(
        [[np.inf if h == "∞" else h for h in row] for row in call("IDX_CRITICAL_SPREAD", scaled, weights)]
    )
    assert_array_equal(spreads, spreads.T)
    assert_array_equal((ahead + ahead.T) == 1, (spreads > 0.3) & ~np.eye(12, dtype=bool))


def test_stability_intervals_name_the_rows_that_change_places():
    values = [[0.9, 0.1], [0.6, 0.6], [0.1, 0.8]]
    told = body("IDX_STABILITY_INTERVALS", values, [[1, 1]], "none")
    assert told["weight"] == [0.5, 0.5]
    low = told["low"][0]
    first, second = int(told["low_ahead"][0]) - 1, int(told["low_behind"][0]) - 1
    at = np.array(values) @ [low, 1 - low]
    assert at[first] == pytest.approx(at[second])
    with pytest.raises(TierwiseError, match="X001 values: row 2, column 2"):
        call(
            "IDX_STABILITY_INTERVALS",
            [[None, None], [0.9, None], [0.6, 0.6], [0.1, 2]],
            [[1, 1]],
            "none",
            None,
            "reweight",
        )


def test_few_units_have_fewer_tiers_unless_more_are_asked_for():
    three, two_indicators = [[3.0], [2.0], [1.0]], [[3.0, 1.0], [2.0, 2.0], [1.0, 2.5]]
    assert call("IDX_TIERS", three) == [[1], [2], [3]]
    assert [row[0] for row in call("IDX_CUTS", three)] == ["cut", 1, 2]
    header, *_ = call("IDX_ROBUSTNESS", two_indicators, [[1.0, 1.0]], 0.2, 100)
    assert "p_tier_3" in header
    assert "p_tier_4" not in header
    assert call("IDX_TIERS", [[3.0], [2.0], [2.0], [2.0], [2.0]]) == [[1], [2], [2], [2], [2]]
    for asked in (("IDX_TIERS", three, 4), ("IDX_ROBUSTNESS", two_indicators, [[1.0, 1.0]], 0.2, 100, 1, 4)):
        with pytest.raises(TierwiseError) as caught:
            call(*asked)
        assert caught.value.problems[0].code == "T101"


def test_fractions_are_understood_among_comparisons():
    written = [[1.0, "'1/5", 3.0], [None, 1.0, "1／9"], [None, None, 1.0]]
    typed = [[1.0, 0.2, 3.0], [None, 1.0, 1 / 9], [None, None, 1.0]]
    assert call("IDX_AHP_WEIGHTS", written) == call("IDX_AHP_WEIGHTS", typed)
    for shown in ("１／５", "' 1 / 5", "⅕", "０.２"):
        alike = [[1.0, shown, 3.0], [None, 1.0, "1/9"], [None, None, 1.0]]
        assert call("IDX_AHP_WEIGHTS", alike) == call("IDX_AHP_WEIGHTS", typed)
    for serial in (45662.0, "45662"):
        with pytest.raises(TierwiseError, match="W121 matrix: row 1, column 2: 45662"):
            call("IDX_AHP_WEIGHTS", [[1.0, serial], [None, 1.0]])
    with pytest.raises(TierwiseError, match="C001 matrix: row 1, column 2"):
        call("IDX_AHP_WEIGHTS", [[1.0, "1/0"], [None, 1.0]])


def test_data_weights_take_one_direction_for_all_and_are_those_of_a_scenario():
    values = [[2.0, 30.0, 5.0], [4.0, 10.0, 5.0], [6.0, 20.0, 5.0], [8.0, 60.0, 5.0]]
    for name in ("IDX_ENTROPY_WEIGHTS", "IDX_CRITIC_WEIGHTS"):
        assert call(name, values, -1) == call(name, values, [[-1, -1, -1]])
        assert call(name, values)[0][2] == 0  # constant
    unit = np.array([[0, 0.4], [1 / 3, 0], [2 / 3, 0.2], [1, 1]])
    shares = unit / unit.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(shares > 0, shares * np.log(shares), 0).sum(axis=0) / np.log(4)
    expected = (1 - entropy) / (1 - entropy).sum()
    assert call("IDX_ENTROPY_WEIGHTS", values)[0][:2] == pytest.approx(expected.tolist())


def test_exact_ranks_have_the_defaults_of_the_robustness():
    weights, spread = [[1, 1, 1, 1]], 0.3
    exact = np.array(call("IDX_EXACT_RANKS", cells(VALUES), weights, spread))
    assert exact.tolist() == call("IDX_EXACT_RANKS", cells(VALUES), weights, spread, "min-max")
    drawn = body("IDX_ROBUSTNESS", cells(VALUES), weights, spread, 500)
    assert (exact[:, 0] <= drawn["rank_min"]).all()
    assert (exact[:, 1] >= drawn["rank_max"]).all()


class TestSteps:
    VALUES: Final = [[1.0, 2.0, 3.0], [4.0, 1.0, 2.0], [2.0, 6.0, None], [3.0, 3.0, 1.0], [2.0, 2.0, 5.0]]

    @pytest.mark.parametrize(
        "rule", ["arithmetic", "power", "median", "topsis", "copeland", "mazziotta-pareto"]
    )
    def test_contributions_sum_to_the_score(self, rule):
        how = ([[1, 2, 3]], None, rule, [[1, -1, 1]], "reweight")
        parts = np.array(call("IDX_CONTRIBUTIONS", self.VALUES, *how), dtype=float)
        scores = np.array(call("IDX_SCORE", self.VALUES, *how), dtype=float)
        np.testing.assert_allclose(parts.sum(axis=1), scores.ravel(), rtol=1e-12)
        assert parts[2, 2] == 0.0

    def test_correlations_are_numpys(self):
        full = np.array([row for row in self.VALUES if None not in row])
        expected = np.corrcoef(full, rowvar=False)
        np.testing.assert_allclose(call("IDX_CORRELATION", full.tolist()), expected, rtol=1e-12)
        ranked = call("IDX_CORRELATION", [[1, 10], [2, 100], [3, 101]], "spearman")
        np.testing.assert_allclose(ranked, np.ones((2, 2)), rtol=1e-12)

    def test_gaps_are_filled_and_nothing_else(self):
        assert call("IDX_IMPUTE", self.VALUES)[2] == [2.0, 6.0, 2.5]
        groups = [["a"], ["b"], ["a"], ["b"], ["b"]]
        assert call("IDX_IMPUTE", self.VALUES, "组内均值", groups)[2] == [2.0, 6.0, 3.0]
        filled = call("IDX_IMPUTE", self.VALUES, "knn", None, 2)
        assert [row for at, row in enumerate(filled) if at != 2] == self.VALUES[:2] + self.VALUES[3:]

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            (("mean", [["a"]] * 5), "C029"),
            (("median", None, 3), "C029"),
            (("group-mean",), "M032"),
            (("group-mean", [["a"]] * 4), "C007"),
            (("error",), "S002"),
            (("os:system",), "S002"),
        ],
    )
    def test_what_does_not_go_together_is_told(self, given, code):
        with pytest.raises(TierwiseError) as error:
            call("IDX_IMPUTE", self.VALUES, *given)
        assert [found.code for found in error.value.problems] == [code]

    @pytest.mark.parametrize("what", CHOICES)
    def test_choices_are_those_of_the_registry(self, what):
        family = FAMILIES[what.replace("-", " ")]
        assert call("IDX_CHOICES", what) == [["name", "zh"], *([name, family[name].zh] for name in family)]
