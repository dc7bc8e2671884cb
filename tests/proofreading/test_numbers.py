"""Printed numbers as intervals: what rounds to them agrees, what does not is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.proofreading.numbers import agrees, exact, span, value, whole
from tierwise.words.formats import Printed
from tierwise.words.language import Ordinal


@given(st.floats(-1e5, 1e5), st.integers(0, 4))
def test_a_number_agrees_with_its_own_print_and_not_with_the_next(number: float, decimals: int) -> None:
    printed = f"{Printed(number):.{decimals}f}"
    assert agrees(printed, number)
    step = 10.0**-decimals
    assert not span(printed).meets(exact(number + 1.01 * step))
    assert not span(printed).meets(exact(number - 1.01 * step))


@given(st.floats(0.01, 1e6), st.floats(0.01, 1e6), st.integers(2, 5), st.integers(2, 5), st.integers(0, 3))
def test_a_quotient_of_rounded_numbers_agrees(one: float, two: float, a: int, b: int, c: int) -> None:
    above, below = f"{one:.{a}f}", f"{two:.{b}f}"
    if float(below) > 0.1:
        assert (span(above) / span(below)).meets(span(f"{one / two:.{c}f}"))


@given(st.integers(0, 99))
def test_chinese_numbers_are_read_as_they_are_written(number: int) -> None:
    assert whole(f"{Ordinal(number):zh}") == number
    assert whole(str(number)) == number


@pytest.mark.parametrize("text", ["", "十十", "江苏", "3.5", "一二"])
def test_what_is_no_count(text: str) -> None:
    assert whole(text) is None


@pytest.mark.parametrize(
    ("printed", "right", "expected"),
    [
        ("24.5%", 0.2449, True),
        ("24.5%", 0.2439, False),
        ("1,340", 1340.2, True),
        ("", 0, True),
        ("", 3, False),
        ("✓", 1, True),
        ("✓", 0, False),
        ("?", None, True),
        ("–", float("nan"), True),
        ("江阴市", "江阴市", True),
        ("江阴 市", "江阴市", True),
        ("昆山市", "江阴市", False),
        ("1.5e-05", 1.5e-05, True),
        ("0.0000", 1.5e-05, True),
        ("12", "13", False),
        ("<0.0001", 1.5e-05, True),
        ("<0.0001", "1.50017e-05", True),
        ("<0.0001", 0.0002, False),
    ],
)
def test_cells(printed: str, right: object, expected: bool) -> None:
    assert agrees(printed, right) == expected


def test_values() -> None:
    assert value("−3") == -3
    assert value("12.5%") == 0.125
    assert value("1-10") is None
