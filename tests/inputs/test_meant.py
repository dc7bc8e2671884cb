"""Texts that seem to mean a number, so that a message can say which."""

import pytest

from tierwise.errors import Problems
from tierwise.inputs.meant import meant
from tierwise.inputs.sheet import Sheet, is_error, number


@pytest.mark.parametrize(
    ("shown", "heading", "expected"),
    [
        ("116.5亿元", "生产总值（亿元）", "116.5"),
        ("１２３４５", "人口", "12345"),
        ("1，234", "人口", "1234"),
        ("1,234,567.8", "", "1234567.8"),
        ("12%", "占比(%)", "12"),
        ("-3", "", "-3"),
        ("3.5万元/人", "人均（万元/人）", "3.5"),
    ],
)
def test_a_number_in_disguise(shown: str, heading: str, expected: str) -> None:
    found = meant(shown, heading)
    assert found is not None
    assert found.number == expected


@pytest.mark.parametrize(
    ("shown", "heading"),
    [
        ("2269.8亿元", "生产总值（万元）"),  # typed as 2269.8 it would be ten thousand times too small
        ("2269.8亿元", "生产总值"),
        ("12%", "占比"),  # 12 or 0.12
        ("1239①", "人口"),  # no 12391
        ("1239¹", "人口"),
        ("约300", "人口"),
    ],
)
def test_what_the_column_does_not_decide_is_not_said(shown: str, heading: str) -> None:
    assert meant(shown, heading) is None


def test_neighbours_must_agree() -> None:
    others = [0.48, 0.51, 0.47]
    assert meant("52.3%", "占比（%）", others) is None  # the column holds shares, whatever its heading says
    assert meant("52.3%", "占比（%）", [48.0, 51.0, 47.0]) is not None
    assert meant("1,234", "", [900.0, 1100.0, 0.0]) is not None


def test_the_message_names_the_reason_and_the_command() -> None:
    sheet = Sheet.from_cells("Data", [["占比（%）"], ["52.3%"], [48.0]])
    problems = Problems()
    number(sheet, 0, 0, problems)
    assert (
        problems.found[0]
        .line("zh")
        .startswith("D003 Data!A2: 此处应为数字，却是文本“52.3%”（似乎应为 52.3：表头单位为%）；")
    )
    assert "`tierwise clean`" in problems.found[0].line("en")


@pytest.mark.parametrize("shown", ["－", "N/A", "暂无", "1.2.3", "八", "1,23", "10-20", "A1", "江阴市"])
def test_no_number(shown: str) -> None:
    assert meant(shown) is None


@pytest.mark.parametrize(
    "shown",
    [
        "#N/A",
        "#n/a",
        "#SPILL!",
        "#PYTHON!",
        "#BUSY!",
        "Err:502",
        "错误:508",
        "#WERT!",
        "#NOM?",
        "#¡VALOR!",
        "#ERROR!",
    ],
)
def test_error_values_of_all_hosts_are_known(shown: str) -> None:
    assert is_error(shown)


@pytest.mark.parametrize("shown", ["", "#1", "# 4", "N/A", "Err", "Error: 502 Bad Gateway", "#jiangsu"])
def test_other_texts_are_no_errors(shown: str) -> None:
    assert not is_error(shown)
