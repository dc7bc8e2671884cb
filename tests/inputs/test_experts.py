"""Rounds of an expert panel come in their order, whatever they are called."""

import pytest

from tierwise.inputs import Experts, Sheet


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
