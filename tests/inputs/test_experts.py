"""The expert panel: rounds in their order, scales of rounds, authority from its two parts."""

import pytest

from tierwise.errors import TierwiseError
from tierwise.inputs import Experts, Framework, Sheet


@pytest.mark.parametrize(
    ("labels", "ordered"),
    [
        (["第三轮", "第一轮", "第二轮"], ["第一轮", "第二轮", "第三轮"]),
        (["10", "9", "2"], ["2", "9", "10"]),
        (["第2轮", "第１轮"], ["第１轮", "第2轮"]),
        (["第十一轮", "第十轮", "第九轮"], ["第九轮", "第十轮", "第十一轮"]),
        (["pilot", "main", "final"], ["pilot", "main", "final"]),
        (["R²", "Rb"], ["R²", "Rb"]),
    ],
)
def test_rounds_in_order(labels: list[str], ordered: list[str]) -> None:
    rows = [[label, "e1", 3, 4] for label in labels]
    experts = Experts.from_sheet(Sheet.from_cells("Experts", [["round", "expert", "a", "b"], *rows]))
    assert [scored.label for scored in experts.rounds] == ordered
    assert experts.last.label == ordered[-1]


def panel(*rows: list[object], scale_max: float | list[float] | None = None) -> Experts:
    return Experts.from_sheet(Sheet.from_cells("Experts", [*rows]), scale_max=scale_max)


def refused(*rows: list[object], scale_max: float | list[float] | None = None) -> list[tuple[str, str]]:
    with pytest.raises(TierwiseError) as caught:
        panel(*rows, scale_max=scale_max)
    assert all(problem.line("en") and problem.line("zh") for problem in caught.value.problems)
    return [(problem.code, problem.place) for problem in caught.value.problems]


TWO_ROUNDS: list[list[object]] = [
    ["round", "expert", "a", "b"],
    [1, "e1", 5, 4],
    [1, "e2", 3, 5],
    [2, "e1", 3, 2],
    [2, "e2", 3, 1],
]


def test_each_round_may_have_a_scale_of_its_own() -> None:
    experts = panel(*TWO_ROUNDS, scale_max=[5, 3])
    assert [experts.scale(0), experts.scale(1), experts.scale()] == [5, 3, 3]
    assert [panel(*TWO_ROUNDS).scale(number) for number in (0, 1)] == [5, 5]
    assert panel(*TWO_ROUNDS, scale_max=7).scale() == 7
    assert refused(*TWO_ROUNDS, [2, "e3", 4, 1], scale_max=[5, 3]) == [("E005", "Experts!C6")]
    assert refused(*TWO_ROUNDS, scale_max=[5]) == [("E011", "[experts] scale_max")]


@pytest.mark.parametrize("headings", [("Ca", "Cs"), ("判断依据", "熟悉程度"), ("judgement", "familiarity")])
def test_authority_is_the_mean_of_judgement_basis_and_familiarity(headings: tuple[str, str]) -> None:
    experts = panel(["expert", *headings, "a", "b"], ["e1", 0.8, 0.6, 4, 5], ["e2", 0.9, 0.9, 3, 5])
    assert experts.codes == ("a", "b")
    assert experts.last.authority is not None
    assert experts.last.authority.tolist() == pytest.approx([0.7, 0.9])


def test_what_contradicts_an_authority_is_named() -> None:
    head = ["expert", "权威系数", "Ca", "Cs", "a", "b"]
    assert panel(head, ["e1", 0.7, 0.8, 0.6, 4, 5], ["e2", 0.83, 0.85, 0.8, 4, 5]).last.authority is not None
    assert refused(head, ["e1", 0.9, 0.8, 0.6, 4, 5]) == [("E013", "Experts!B2")]
    assert refused(["expert", "Ca", "a"], ["e1", 0.9, 3]) == [("E012", "Experts!B1")]
    assert refused(["expert", "Ca", "Cs", "a"], ["e1", 1.9, 0.5, 3]) == [("E008", "Experts!B2")]


def test_an_indicator_may_be_called_as_a_coefficient_is() -> None:
    tree = Framework.from_sheet(Sheet.from_cells("Framework", [["code", "name"], ["CA", "钙"], ["cs", "铯"]]))
    sheet = Sheet.from_cells("Experts", [["expert", "CA", "cs"], ["e1", 4, 5], ["e2", 3, 5]])
    experts = Experts.from_sheet(sheet, tree)
    assert (experts.codes, experts.last.authority) == (("CA", "cs"), None)


def test_headings_in_another_form_of_unicode_or_width_are_codes() -> None:
    codes = ["R&D强度", "é", "x2", "x²", "Pop"]
    tree = Framework.from_sheet(Sheet.from_cells("Framework", [["code"], *([code] for code in codes)]))

    def judged(*headings: str) -> tuple[str, ...]:
        sheet = Sheet.from_cells("Experts", [["expert", *headings], ["e1", *range(1, len(headings) + 1)]])
        return Experts.from_sheet(sheet, tree).codes

    assert judged("Ｒ＆Ｄ 强度", "e\u0301", "Ｐｏｐ") == ("R&D强度", "é", "Pop")
    assert judged("x²", "x2") == ("x²", "x2")
    for headings in (
        ["ｘ２"],
        ["é", "e\u0301"],
    ):  # two codes have this form; the code itself stands beside it
        with pytest.raises(TierwiseError) as caught:
            judged("Pop", *headings)
        assert [one.code for one in caught.value.problems] == ["E001"]
