"""Texts that seem to mean a number, so that a message can say which."""

import pytest

from tierwise.inputs.sheet import is_error, meant


@pytest.mark.parametrize(
    ("shown", "numbers"),
    [
        ("116.5亿元", ("116.5",)),
        ("约300", ("300",)),
        ("１２３４５", ("12345",)),
        ("1，234", ("1234",)),
        ("1,234,567.8", ("1234567.8",)),
        ("12%", ("0.12", "12")),
        ("-3", ("-3",)),
        ("3.5万元/人", ("3.5",)),
    ],
)
def test_a_number_in_disguise(shown: str, numbers: tuple[str, ...]) -> None:
    assert meant(shown) == numbers


@pytest.mark.parametrize("shown", ["－", "N/A", "暂无", "1.2.3", "八", "1,23", "10-20", "A1", "江阴市"])
def test_no_number(shown: str) -> None:
    assert meant(shown) == ()


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
