"""Experts who are left out, and what the others count by."""

from fractions import Fraction

import numpy as np
import openpyxl
import pytest

from tierwise.errors import TierwiseError
from tierwise.inputs import Experts, Sheet
from tierwise.report.sample import expert_rows
from tierwise.stages import check
from tierwise.study.expert_rounds import activity
from tierwise.study.scenario import Scenario, load
from tierwise.words.language import Language

EXPERTS = [
    ["round", "expert", "Ca", "Cs", "a", "b"],
    [1, "王伟", 0.8, 0.6, 4, 5],
    [1, "李娜", 1.0, 0.2, 2, 5],
    [2, "王伟", 0.8, 0.6, 4, 5],
    [2, "李娜", 1.0, 0.2, 2, 5],
    [2, "赵敏", 0.4, 0.8, 5, 3],
]


def scenario(tmp_path, *settings: list[object], experts: list[list[object]] = EXPERTS) -> Scenario:
    book = openpyxl.Workbook()
    sheets = {
        "Data": [["code", "name", "a", "b"], ["u", "U", 1, 4], ["v", "V", 2, 2], ["w", "W", 3, 1]],
        "Framework": [["code", "parent"], ["a", None], ["b", None]],
        "Experts": experts,
        "Scenario": [["key", "value"], ["index.weights", "experts"], *settings],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "book.xlsx")
    return load(tmp_path / "book.xlsx")


def weight_of_a(made: Scenario) -> float:
    from tierwise.study.index import scored

    return float(scored(made.panel, made.framework, made.spec, made.experts).local_weights[1])


def by_hand(counts: list[str], names: tuple[int, ...] = (0, 1, 2)) -> float:
    rows = [(4, 5), (2, 5), (5, 3)]
    means = [sum(Fraction(counts[at]) * rows[at][item] for at in names) for item in (0, 1)]
    return float(means[0] / sum(means))


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        ([], ["1", "1", "1"]),
        ([["experts.authority", "Cr"]], ["0.7", "0.6", "0.6"]),
        ([["experts.method", "authority"]], ["0.7", "0.6", "0.6"]),
        ([["experts.authority", "Ca"]], ["0.8", "1", "0.4"]),
        ([["experts.authority", "Cs"]], ["0.6", "0.2", "0.8"]),
    ],
)
def test_experts_count_by_the_coefficient_that_is_set(given: list, counts: list[str], tmp_path) -> None:
    assert weight_of_a(scenario(tmp_path, *given)) == pytest.approx(by_hand(counts), abs=1e-12)


def test_who_is_dropped_is_out_of_every_round_and_sent_a_form_back_all_the_same(tmp_path) -> None:
    made = scenario(tmp_path, ["experts.drop", '["李娜"]'], ["experts.sent", "[2, 4]"])
    experts = made.experts
    assert experts is not None
    assert [one.experts for one in experts.rounds] == [("王伟",), ("王伟", "赵敏")]
    assert experts.dropped == ("李娜",)
    assert weight_of_a(made) == pytest.approx(by_hand(["1", "1", "1"], (0, 2)), abs=1e-12)
    assert activity(experts, made.spec.experts) == [1.0, 0.75]
    rows = expert_rows(made)  # of a book that is written from it, which names the dropped one
    assert [row[1] for row in rows[1:]] == ["王伟", "李娜", "王伟", "李娜", "赵敏"]
    again = Experts.from_sheet(Sheet.from_cells("Experts", rows))
    assert np.array_equal(again.last.familiarity, [0.6, 0.2, 0.8])


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        (
            [["experts.drop", '["李那"]']],
            "S021",
            ("没有名为“李那”的专家；是否指“李娜”？请按", "Give the name as"),
        ),
        ([["experts.drop", '["王伟", "李娜"]']], "E015", ("第1轮的专家已全部", "nobody is left in")),
        ([["experts.method", "median"], ["experts.authority", "Cr"]], "S003", ("只有均值", "only means")),
        ([["experts.authority", "CR0"]], "S002", ("Cr", "Cr")),
    ],
)
def test_what_cannot_be_dropped_or_counted_by(settings: list, code: str, said: tuple, tmp_path) -> None:
    with pytest.raises(TierwiseError) as raised:
        scenario(tmp_path, *settings)
    found = [one for one in raised.value.problems if one.code == code]
    languages: tuple[Language, Language] = ("zh", "en")
    assert len(found) == 1
    for language, words in zip(languages, said, strict=True):
        assert words in found[0].line(language)


def test_a_coefficient_that_the_sheet_does_not_give_is_refused(tmp_path) -> None:
    joined = [[*row[:2], "Cr" if row is EXPERTS[0] else 0.7, *row[4:]] for row in EXPERTS]
    assert weight_of_a(scenario(tmp_path, ["experts.authority", "Cr"], experts=joined)) > 0
    with pytest.raises(TierwiseError) as raised:
        scenario(tmp_path, ["experts.authority", "Ca"], experts=joined)
    assert [(one.code, one.place) for one in raised.value.problems] == [("E016", "[experts] authority")]


@pytest.mark.parametrize(
    ("settings", "kept", "cause", "follows"),
    [
        ([["experts.authority", "Cr"]], 5, "E016", "E104"),
        ([["experts.drop", '["王伟"]'], ["uncertainty.weights", "bootstrap"]], 1, "E015", "U101"),
    ],
)
def test_what_follows_from_a_panel_that_is_not_known_stands_apart(
    settings: list, kept: int, cause: str, follows: str, tmp_path
) -> None:
    plain = [[*row[:2], *row[4:]] for row in EXPERTS[: kept + 1]]
    with pytest.raises(TierwiseError):
        scenario(tmp_path, ["tiers.count", 2], *settings, experts=plain)
    with pytest.raises(TierwiseError) as raised:
        check(tmp_path / "book.xlsx")
    assert [one.code for one in raised.value.problems] == [cause]
    assert follows in [one.code for one in raised.value.consequences]


@pytest.mark.parametrize(("odd", "told"), [((7.5,), True), ((7.0,), False), ((7.5, 6.5, 3.5), False)])
def test_a_score_between_whole_ones_is_told(odd: tuple[float, ...], told: bool, tmp_path) -> None:
    rows = [[1, f"e{at}", float(1 + at), 9.0 - at] for at in range(8)]
    for at, score in enumerate(odd):
        rows[at][2] = score
    scenario(tmp_path, ["tiers.count", 2], experts=[["round", "expert", "a", "b"], *rows])
    found = [one for one in check(tmp_path / "book.xlsx").cautions if one.code == "E018"]
    assert [(one.fields["expert"], one.fields["node"], one.fields["score"]) for one in found] == (
        [("e0", "a", 7.5)] if told else []
    )


def test_totals_and_shares_among_experts_are_told(tmp_path) -> None:
    items = ["a", "b", "c", "d"]
    book = openpyxl.Workbook()
    sheets = {
        "Data": [["code", *items], ["u", 1, 4, 2, 1], ["v", 2, 2, 1, 3], ["w", 3, 1, 4, 2]],
        "Framework": [["code"], *([item] for item in items)],
        "Experts": [
            ["expert", *items],
            *([f"e{at}", 80 + at, 90, 70, 60] for at in range(3)),
            ["shares", 0.9, 0.8, 0.7, 0.6],
            ["平均", 82, 90, 70, 60],
        ],
        "Scenario": [["key", "value"], ["experts.scale_max", 100], ["tiers.count", 2]],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "book.xlsx")
    found = {one.code: one.fields["expert"] for one in check(tmp_path / "book.xlsx").cautions}
    assert (found["E019"], found["E020"]) == ("平均", "shares")
