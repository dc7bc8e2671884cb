"""Units of measure, against factors worked out by hand."""

from fractions import Fraction

import pytest

from tierwise.units import factor, split_heading, times, unit_of


@pytest.mark.parametrize(
    ("given", "wanted", "expected"),
    [
        ("亿元", "万元", Fraction(10_000)),
        ("元", "万元", Fraction(1, 10_000)),
        ("万亿元", "亿元", Fraction(10_000)),
        ("百万元", "万元", Fraction(100)),
        ("人", "万人", Fraction(1, 10_000)),
        ("千公顷", "公顷", Fraction(1000)),
        ("亩", "公顷", Fraction(1, 15)),
        ("平方公里", "公顷", Fraction(100)),
        ("‰", "%", Fraction(1, 10)),
        ("元/人", "万元/人", Fraction(1, 10_000)),
        ("吨", "万吨", Fraction(1, 10_000)),
        ("千瓦时", "亿千瓦时", Fraction(1, 10**8)),
        ("million yuan", "亿元", Fraction(1, 100)),
        ("万", "人", Fraction(10_000)),
        ("万", "万人", Fraction(1)),
        ("km²", "公顷", Fraction(100)),
        ("公里", "米", Fraction(1000)),
        ("μg/m³", "微克/立方米", Fraction(1)),
        ("mg/L", "毫克/升", Fraction(1)),
        ("毫克/升", "微克/立方米", Fraction(10**6)),
        ("千克标准煤/万元", "吨标准煤/万元", Fraction(1, 1000)),
    ],
)
def test_factors(given: str, wanted: str, expected: Fraction) -> None:
    assert factor(given, wanted) == expected


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("亿元", "万人"), ("美元", "元"), ("元/人", "元"), ("%", "元"), ("元", "江阴"), ("人次", "人")],
)
def test_what_cannot_be_converted(given: str, wanted: str) -> None:
    assert factor(given, wanted) is None


def test_products_are_those_of_the_decimals() -> None:
    assert times(2269.8, Fraction(10_000)) == 22698000.0
    assert times(0.1, Fraction(3)) == 0.3  # not 0.30000000000000004


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("地区生产总值（万元）", ("地区生产总值", "万元")),
        ("GDP (million yuan)", ("GDP", "million yuan")),
        ("占比[%]", ("占比", "%")),
        ("人口（单位：万人）", ("人口", "万人")),
        ("县（市）", ("县（市）", "")),
        ("企业数（规模以上）", ("企业数（规模以上）", "")),
    ],
)
def test_headings(heading: str, expected: tuple[str, str]) -> None:
    assert split_heading(heading) == expected


def test_no_unit() -> None:
    assert unit_of("江阴") is None
    assert unit_of("") is None
