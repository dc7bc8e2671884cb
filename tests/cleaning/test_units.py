"""Units of measure, against factors worked out by hand."""

from fractions import Fraction

import pytest

from tierwise.units import adds_up, factor, over, split_heading, times, unit_of


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
        ("%", "per cent", Fraction(1)),
        ("percent", "百分比", Fraction(1)),
        ("‰", "per mille", Fraction(1)),
        ("permille", "千分比", Fraction(1)),
        ("per mille", "%", Fraction(1, 10)),
        ("亿元", "亿元人民币", Fraction(1)),
        ("人民币亿元", "万元（人民币）", Fraction(10_000)),
        ("元人民币", "人民币元", Fraction(1)),
        ("元人民币/人", "万元/人", Fraction(1, 10_000)),
        ("million yuan (RMB)", "百万元", Fraction(1)),
        ("亿", "亿元人民币", Fraction(1)),
    ],
)
def test_factors(given: str, wanted: str, expected: Fraction) -> None:
    assert factor(given, wanted) == expected


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("亿元", "万人"),
        ("美元", "元"),
        ("元/人", "元"),
        ("%", "元"),
        ("元", "江阴"),
        ("人次", "人"),
        ("亿美元人民币", "亿元"),
    ],
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


@pytest.mark.parametrize(
    ("above", "below", "wanted", "expected"),
    [
        ("亿元", "万人", "万元", 1),  # 10^8 yuan over 10^4 people are 10^4 yuan for each
        ("亿元", "万人", "元", 10_000),
        ("亿元", "万人", "元/人", 10_000),
        ("亿元", "平方公里", "亿元", 1),
        ("亿元", "万亩", "万元", 1),
        ("件", "万人", "件/万人", 1),
        ("万元", "亿元", "%", Fraction(1, 100)),
        ("万元", "亿元", "‰", Fraction(1, 10)),
        ("亿元", "万元", "倍", 10_000),
        ("万人", "平方公里", "人/平方公里", 10_000),
    ],
)
def test_factors_of_ratios(above: str, below: str, wanted: str, expected: Fraction | int) -> None:
    assert over(above, below, wanted) == expected


@pytest.mark.parametrize(
    ("above", "below", "wanted"),
    [
        ("亿元", "亿元", "亿元"),
        ("亿元", "万人", "美元"),
        ("亿元", "万人", "%"),
        ("亿元", "", "万元"),
        ("元/人", "万人", "元"),
    ],
)
def test_ratios_that_cannot_be_in_a_unit(above: str, below: str, wanted: str) -> None:
    assert over(above, below, wanted) is None


@pytest.mark.parametrize(
    "name",
    [
        *("万人发明专利", "每万人口发明专利拥有量", "人均GDP", "城镇居民人均可支配收入", "单位GDP能耗"),
        *(
            "万元地区生产总值能耗",
            "城镇化率",
            "失业率（%）",
            "R&D经费占GDP比重",
            "人口密度",
            "研发经费投入强度",
        ),
        *("在岗职工平均工资", "PM2.5平均浓度", "城乡居民收入比", "GDP per head", "Unemployment rate"),
        *("Share of services", "Population density"),
    ],
)
def test_figures_that_their_names_tell_to_have_no_sum(name: str) -> None:
    assert not adds_up("", name)
    assert not adds_up("件", name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "地区生产总值",
            "常住人口",
            "单位数",
            "单位从业人员",
            "千人计划入选者",
            "亿元以上企业数",
            "发电功率",
        ),
        *("百亿元企业数", "每年新增企业", "万人次客运量", "均衡性转移支付", "Shareholders", "Personnel"),
        *("千人以上企业数", "比重大的企业数", "效率变革试点数", "万人及以上乡镇数"),
    ],
)
def test_figures_that_their_names_do_not_tell_to_have_no_sum(name: str) -> None:
    assert adds_up("", name)


@pytest.mark.parametrize("unit", ["%", "‰", "％", "百分比", "占GDP%", "% of GDP", "percent of GDP", "百分点"])
def test_percentages_of_something_have_no_sum(unit: str) -> None:
    assert not adds_up(unit, "财政收入")
