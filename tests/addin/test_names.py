"""Results with names, options as a range, studies behind a cell, choices."""

import numpy as np
import pytest

import tierwise.stages  # noqa: F401  # all families are declared then
from tierwise.errors import TierwiseError
from tierwise.methods.registry import FAMILIES
from tierwise_addin import call, functions_study, labelled, settings
from tierwise_addin.catalogue import functions
from tierwise_addin.examples import EXAMPLES, TABLES, cells_of

VALUES = np.random.default_rng(3).uniform(1.0, 9.0, (6, 3)).tolist()
UNITS = ["甲县", "乙县", "丙县", "丁县", "戊县", "己县"]
WEIGHTS = [[3, 2, 1]]
NAMED = [one for one in functions().values() if one.named is not None]


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setattr(settings, "load", lambda: settings.Settings("zh"))


def example(function):
    """Return the cells of the longest example without labels."""
    given = max((one.given for one in EXAMPLES if one.function == function.name), key=len)
    cells = [cells_of(one) for one in given]
    return [*cells, *[None] * (len(function.arguments) - len(cells))][:-1]


@pytest.mark.parametrize("function", NAMED, ids=str)
def test_labels_name_what_numbers_counted_and_change_nothing_else(function):
    cells = example(function)
    plain = call(function.name, *cells)
    height, width = np.shape(cells[0])
    count = {"units": max(height, 1 if height > 1 else width), "indicators": width, "scenarios": 3}[
        function.named.of
    ]
    labels = [[f"name {at}"] for at in range(1, count + 1)]
    shown = call(function.name, *cells, labels)
    body = plain[1:] if function.header else plain
    assert shown[1:] != body
    if function.named.how == "columns":
        assert len(shown[0]) == len(plain[0])
        for row, before in zip(shown[1:], body, strict=True):
            for cell, number, head in zip(row, before, plain[0], strict=True):
                expected = f"name {number:g}" if head in function.named.columns and number else number
                assert cell == expected
    else:
        assert [row[1:] for row in shown[1:]] == body
        assert [row[0] for row in shown[1:]] == [label for (label,) in labels]
    with pytest.raises(TierwiseError, match=r"C007 labels has \d+ "):
        call(function.name, *cells, labels[1:])


@pytest.mark.parametrize("function", NAMED, ids=str)
def test_headings_are_in_the_language_of_the_reader(function, chinese):
    cells = example(function)
    plain = call(function.name, *cells)
    heads = plain[0] if function.header else function.named.heads(len(plain[0]))
    for head in heads:
        shown = labelled.heading(str(head), function.named.table, "zh")
        assert shown != head or not str(head).islower() or function.name == "IDX_INDEX", head


def test_labels_of_a_row_stand_above_it():
    assert call("IDX_RANK", [[3, 9]], None, None, [["a", "b"]]) == [["Unit", "a", "b"], ["Rank", 2, 1]]


def test_headings_in_chinese(chinese):
    rows = call("IDX_TIERS", [[3], [2], [1]], 2, None, None, UNITS[:3])
    assert rows[0] == ["单位", "梯队"]


class TestOptions:
    def test_they_are_what_they_would_be_one_by_one(self):
        given = [["draws", 300], ["Seed", 7], ["count", 2], ["top", 5], ["missing", "median"], [None, None]]
        for name in ("IDX_ROBUSTNESS", "IDX_TIER_BOUNDARIES", "IDX_PAIRWISE"):
            singly = call(name, VALUES, WEIGHTS, 0.25, 300, 7, 2, 5, None, None, None, "median")
            assert call(name, VALUES, WEIGHTS, 0.25, given) == singly

    def test_a_value_may_be_several_cells_and_others_may_follow(self):
        range_of_options = [["normalisation", "z-score", None, None], ["directions", 1, -1, 1]]
        singly = call("IDX_SCORE", VALUES, None, "z-score", None, [[1, -1, 1]], None, UNITS)
        assert call("IDX_SCORE", VALUES, range_of_options, None, None, None, None, UNITS) == singly

    @pytest.mark.parametrize(
        ("given", "line"),
        [
            (
                [["draws", 300], ["sed", 1]],
                r"C037 draws: row 2, column 1: “sed” is no option; did you mean “seed”",
            ),
            ([["draws", 300], ["draws", 301]], "C038 draws: row 2, column 1: “draws” is given twice"),
            ([["draws", 2.5], ["top", 3]], r"C011 draws is 2\.5"),
            ([["drws", 300]], "C001|C006|C011"),
        ],
    )
    def test_what_is_wrong_is_named(self, given, line):
        with pytest.raises(TierwiseError, match=line):
            call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.25, given)

    def test_names_of_earlier_versions_are_known(self):
        scores = [[row[0]] for row in VALUES]
        for told, order in ((True, 0), (0.0, 1), (None, None)):
            earlier = [["descending", told], ["ties", "max"]]
            assert call("IDX_RANK", scores, earlier) == call("IDX_RANK", scores, "max", order)
        asked = (VALUES, WEIGHTS, 0.25)
        given = [["draws", 300], ["tiers", 2]]
        assert call("IDX_ROBUSTNESS", *asked, given) == call("IDX_ROBUSTNESS", *asked, 300, None, 2)
        with pytest.raises(TierwiseError, match="C038 draws: row 2, column 1: “tiers” is given twice"):
            call("IDX_ROBUSTNESS", *asked, [["count", 2], ["tiers", 3]])

    def test_one_in_the_range_and_beside_it(self):
        with pytest.raises(TierwiseError, match="C038 draws: row 2"):
            call("IDX_ROBUSTNESS", VALUES, WEIGHTS, 0.25, [["draws", 300], ["top", 3]], None, None, 4)


class TestStudy:
    asked = (VALUES, WEIGHTS, 0.25, 300)

    def test_its_tables_are_those_of_the_functions(self):
        handle = call("IDX_STUDY", *self.asked, *[None] * 7, UNITS)
        assert call("IDX_STUDY", *self.asked, *[None] * 7, UNITS) == handle
        assert call("IDX_STUDY", *self.asked) != handle
        for table, name in functions_study.TABLES.items():
            labels = UNITS if functions()[name].named.of == "units" else None
            assert call("IDX_GET", handle, table) == call(name, *self.asked, *[None] * 7, labels)

    def test_a_row_a_column_a_cell(self, chinese):
        handle = call("IDX_STUDY", *self.asked, *[None] * 7, UNITS)
        header, *rows = call("IDX_ROBUSTNESS", *self.asked)
        assert call("IDX_GET", handle, None, "丙县") == [rows[2]]
        at = header.index("rank_mean")
        assert call("IDX_GET", handle, None, " 丙　县", "rank_mean") == [[rows[2][at]]]
        assert call("IDX_GET", handle, None, "丙县", "平均名次") == [[rows[2][at]]]
        assert call("IDX_GET", handle, None, None, "rank_mean") == [[row[at]] for row in rows]

    def test_without_names_units_are_rows(self):
        handle = call("IDX_STUDY", *self.asked)
        assert call("IDX_GET", handle, "interval", 2) == [call("IDX_RANK_INTERVAL", *self.asked)[1]]
        assert call("IDX_GET", handle, "interval", 2, "rank_low") == [
            [call("IDX_RANK_INTERVAL", *self.asked)[1][0]]
        ]

    def test_a_card_holds_the_row_of_the_unit_and_its_indicators_beside_its_tier(self):
        handle = call("IDX_STUDY", *self.asked, None, 2, None, None, None, [[1, 1, -1]], None, UNITS)
        head, *rows = call("IDX_CARD", handle, "丙县", ["产出", "利润", "能耗"])
        told = call("IDX_GET", handle, "robustness")
        tier = told[0].index("Tier")
        assert head == ["Item", "Value", "Rank", "Mean of its tier", "Points of the score apart"]
        facts = list(zip(told[0], told[3], strict=True))[1:]
        assert [tuple(row[:2]) for row in rows[: len(facts)]] == facts
        assert [row[0] for row in rows[len(facts) :]] == ["产出", "利润", "能耗"]
        peers = [at for at, row in enumerate(told[1:]) if row[tier] == told[3][tier]]
        assert 1 < len(peers) < len(UNITS)
        added = call("IDX_CONTRIBUTIONS", VALUES, WEIGHTS, None, None, [[1, 1, -1]])
        for column, row in enumerate(rows[len(facts) :]):
            figures = [one[column] for one in VALUES]
            ahead = [one for one in figures if (one > figures[2]) == (column < 2) and one != figures[2]]
            assert row[1] == figures[2]
            assert row[2] == 1 + len(ahead)
            assert row[3] == pytest.approx(sum(figures[at] for at in peers) / len(peers))
            mean = sum(added[at][column] for at in peers) / len(peers)
            assert row[4] == pytest.approx(added[2][column] - mean)
        assert sum(row[4] for row in rows[len(facts) :]) == pytest.approx(
            told[3][1] - sum(told[at + 1][1] for at in peers) / len(peers)
        )

    def test_a_card_of_a_unit_that_has_no_rank_or_without_names(self):
        blank = [[None, None, None], *VALUES[1:]]
        handle = call("IDX_STUDY", blank, WEIGHTS, 0.25, 300, *[None] * 6, "reweight")
        with pytest.raises(TierwiseError, match="C046 unit: “1” is left out for want of data"):
            call("IDX_CARD", handle, 1)
        handle = call("IDX_STUDY", *self.asked, None, None, None, "rank", "copeland")
        rows = call("IDX_CARD", handle, 2)
        assert rows[0][:2] == ["item", "value"]
        assert [row[0] for row in rows[-3:]] == ["1", "2", "3"]

    @pytest.mark.parametrize(
        ("given", "line"),
        [
            (("study 0 (1 x 1)",), "C039 study: there is no “study 0"),
            ((None, None, "丙省"), "C040 unit: “丙省” is not there; did you mean"),
            ((None, None, None, "rnk"), "C040 column: “rnk” is not there"),
        ],
    )
    def test_what_is_not_there(self, given, line):
        handle = call("IDX_STUDY", *self.asked, *[None] * 7, UNITS)
        with pytest.raises(TierwiseError, match=line):
            call("IDX_GET", given[0] or handle, *given[1:])

    def test_a_bad_study_is_told_at_once(self):
        with pytest.raises(TierwiseError, match="M011 weights"):
            call("IDX_STUDY", VALUES, [[1, 2]], 0.25)


def test_a_unit_of_a_table():
    table = [["name", "score", "rank"], ["甲县", 0.5, 2.0], ["乙县", 0.7, 1.0], ["乙 县", 0.1, 3.0]]
    assert call("IDX_UNIT", table, "甲县") == [[0.5, 2.0]]
    assert call("IDX_UNIT", table, "乙县", "Rank") == [[1.0]]
    with pytest.raises(TierwiseError, match="C041 unit: “乙　县” fits 2 names"):
        call("IDX_UNIT", table, "乙　县")


def test_two_lists_side_by_side():
    rows = call("IDX_COMPARE", [9, 8, 7, None], [[7], [8], [None], [6]], 2)
    assert rows == [
        ["rank_first", "rank_second", "move", "change"],
        [1, 2, -1, "down"],
        [2, 1, 1, "up"],
        [3, None, None, None],
        [None, 3, None, None],
    ]
    later = call("IDX_COMPARE", [9, 8, 7], [7, 9, 8], 2)
    assert [row[3] for row in later[1:]] == ["exit", "up", "entry"]


def test_every_family_has_its_choices():
    (what,) = functions()["IDX_CHOICES"].arguments
    assert {name.replace(" ", "-") for name in FAMILIES} == set(what.choices)
    for name, family in FAMILIES.items():
        listed = [[one, method.zh] for one, method in family.items()]
        assert call("IDX_CHOICES", name.replace(" ", "-"))[1:] == listed


def test_help_lists_the_choices_as_far_as_excel_shows_them():
    for function in functions().values():
        for argument in function.arguments:
            for language in ("en", "zh"):
                shown = argument.text(language)
                assert len(shown) <= 255
                left = [one for one in argument.choices if one not in shown]
                assert not left or "IDX_CHOICES" in shown


def test_examples_hold_every_table():
    assert {"options", "later_scores"} <= set(TABLES)
