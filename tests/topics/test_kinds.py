"""Kinds of topics against plain counting, unit by unit; sentences tell the numbers of their tables."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.errors import TierwiseError
from tierwise.sentences.phrases import About, number
from tierwise.topics.declared import KEYS, KINDS
from tierwise.topics.kinds import Figure, Labels, Listed, Made, National
from tierwise.topics.lines import band_labels
from tierwise.topics.relations import times_told
from tierwise.topics.words import amount
from tierwise.words.language import Text

NAN = float("nan")
values = st.lists(st.one_of(st.integers(0, 50).map(float), st.just(NAN)), min_size=3, max_size=30).filter(
    lambda row: sum(not np.isnan(one) for one in row) >= 2
)


def listed(*columns: list[float], texts: tuple[list[str], ...] = (), **more: Any) -> Listed:
    size = len((*columns, *texts)[0])
    return Listed(
        tuple(f"u{unit}市" if unit % 3 else f"u{unit}县" for unit in range(size)),
        np.arange(1.0, size + 1),
        np.array([1 + unit // 6 for unit in range(size)]),
        tuple(Figure(f"f{at}", np.array(column), unit="亿元") for at, column in enumerate(columns)),
        tuple(Labels(f"t{at}", tuple(column)) for at, column in enumerate(texts)),
        **more,
    )


def found(kind: str, units: Listed, /, **settings: Any) -> tuple[dict[str, list[Any]], Made, Text]:
    made = KINDS[kind].function(units, **settings)
    said = KINDS[kind].say(About(len(units)), units, made)
    assert said.en.endswith(".")
    assert said.zh.endswith("。")
    for text in said:
        assert not re.search(r"[{}]|nan|None|  ", text), text
    lengths = {len(column) for _, column in made.columns}
    assert len(lengths) == 1
    return {name: [*column] for name, column in made.columns}, made, said


def test_every_setting_has_a_chinese_name_and_one_meaning() -> None:
    assert KEYS.keys() == KINDS.settings.keys()
    assert len({*KEYS.values()}) == len(KEYS)
    for kind in KINDS.values():
        assert kind.zh != kind.name
        assert all(kind.how)
        assert all(kind.row)
        for key, setting in kind.settings.items():
            assert setting.en == KINDS.settings[key][0].en, (kind.name, key)


@given(values, st.integers(0, 50))
def test_threshold_is_what_counting_gives(column: list[float], line: int) -> None:
    table, made, said = found("threshold", listed(column), at_least=float(line), sum=True)
    reached = [(value, at) for at, value in enumerate(column) if value >= line]
    assert table["rank"] == [at + 1 for _, at in sorted(reached, key=lambda one: (-one[0], one[1]))]
    assert table["place"] == [1 + sum(other > value for other in table["f0"]) for value in table["f0"]]
    assert made.facts["total"] == pytest.approx(sum(value for value, _ in reached))
    assert made.facts["blank"] == sum(np.isnan(column))
    if len(reached) > 1:
        assert f"有{len(reached)}个" in said.zh


@given(values, st.integers(1, 3))
def test_top_takes_those_that_share_the_last_place(column: list[float], count: int) -> None:
    count = min(count, sum(not np.isnan(one) for one in column))
    table, _, said = found("top", listed(column), count=count)
    last = sorted((one for one in column if not np.isnan(one)), reverse=True)[count - 1]
    assert sorted(table["rank"]) == [at + 1 for at, one in enumerate(column) if one >= last]
    assert ("并列" in said.zh) == (len(table["rank"]) > count)


@given(values, st.lists(st.integers(1, 49), min_size=1, max_size=4, unique=True).map(sorted))
def test_bands_hold_each_unit_once(column: list[float], edges: list[int]) -> None:
    table, made, _ = found("bands", listed(column), edges=tuple(map(float, edges)))
    limits = [-np.inf, *edges, np.inf]
    counts = [sum(low <= one < high for one in column) for low, high in pairwise(limits)]
    assert table["units"] == counts
    assert sum(counts) + made.facts["blank"] == len(column)
    assert [len(names.split("、")) if names else 0 for names in table["names"]] == counts


@given(values, values)
def test_ratio_growth_and_quadrants_against_plain_python(one: list[float], other: list[float]) -> None:
    size = min(len(one), len(other))
    one, other = one[:size], other[:size]
    both_there = [at for at in range(size) if not np.isnan(one[at]) and other[at] > 0]
    if not both_there:
        return
    units = listed(one, other, derived=National(50.0, 2018))
    table, made, _ = found("ratio", units, lines=(20.0,))
    expected = {at + 1: one[at] / other[at] for at in both_there}
    assert dict(zip(table["rank"], table["ratio"], strict=True)) == pytest.approx(expected)
    assert table["ratio"] == sorted(table["ratio"], reverse=True)
    assert made.facts["above"] == sum(value > 0.5 for value in expected.values())
    assert made.facts["lines"] == [(20.0, sum(value > 0.2 for value in expected.values()))]
    pooled = sum(one[at] for at in both_there) / sum(other[at] for at in both_there)
    assert made.facts["pooled"] == pytest.approx(pooled)
    table, _, _ = found("growth", units)
    growth = {at + 1: one[at] / other[at] - 1 for at in both_there}
    assert dict(zip(table["rank"], table["growth"], strict=True)) == pytest.approx(growth)
    whole = [at for at in range(size) if not np.isnan(one[at]) and not np.isnan(other[at])]
    table, made, _ = found("quadrants", units, split="median")
    x, y = np.nanmedian(one), np.nanmedian(other)
    high = {(True, True): "both", (True, False): "first", (False, True): "second", (False, False): "neither"}
    assert table["quadrant"] == [high[one[at] > x, other[at] > y] for at in whole]
    assert sum(made.facts["counts"].values()) == len(whole)


def test_growth_of_one_column_is_in_per_cent() -> None:
    table, made, said = found("growth", listed([7.0, 11.5, NAN, -3.0]), lines=(6.0, 10.0))
    assert table["growth"] == [0.115, 0.07, -0.03]
    assert made.facts["lines"] == [(6.0, 2), (10.0, 1)]
    assert "1个无数据" in said.zh


def test_national_share_and_above_the_nation() -> None:
    units = listed([60.0, 40.0, NAN])
    nation = National(1000.0, 2018, "国家统计局")
    figures = (Figure("f0", np.array([60.0, 40.0, NAN]), "GDP", "亿元", national=nation),)
    units = Listed(units.names, units.ranks, units.tiers, figures)
    table, _, said = found("national-share", units)
    assert (table["total"], table["share"], table["units"]) == ([100.0], [0.1], [2])
    assert "占全国（2018年）的10.0%（1个无数据）" in said.zh
    mean = (Figure("f0", np.array([60.0, 40.0, NAN]), national=National(50.0)),)
    table, _, said = found("above-nation", Listed(units.names, units.ranks, units.tiers, mean))
    assert (table["name"], table["times"]) == (["u0县"], [1.2])
    _, _, said = found(
        "above-nation",
        Listed(
            units.names, units.ranks, units.tiers, (Figure("f0", mean[0].values, national=National(90.0)),)
        ),
    )
    assert "没有单位" in said.zh


def test_sums_are_told_only_where_figures_add_up() -> None:
    _, made, said = found("threshold", listed([3.0, 2.0, 1.0]), at_least=2.0)
    assert "total" not in made.facts
    assert "合计" not in said.zh
    per_head = (Figure("f0", np.array([3.0, 2.0, 1.0]), quotient=True),)
    units = listed([3.0, 2.0, 1.0])
    _, made, _ = found(
        "threshold", Listed(units.names, units.ranks, units.tiers, per_head), at_least=2.0, sum=True
    )
    assert "total" not in made.facts


def test_extremes_name_all_that_share_an_end() -> None:
    table, _, said = found("extremes", listed([5.0, 85.0, 10.0, 85.0, NAN], [0.0, 1.0, 2.0, 3.0, 4.0]))
    assert table["highest"] == ["u1市、u3县", "u4市"]
    assert table["times"] == [17.0, None]
    assert "前者为后者的17倍；1个无数据" in said.zh
    assert said.zh.count("倍") == 1


def test_composition_by_ending_and_by_column() -> None:
    table, _, said = found("composition", listed([1.0] * 6))
    assert [text.zh for text in table["class"]] == ["县级市", "县"]
    assert table["units"] == [4, 2]
    assert "县级市4个、县2个" in said.zh
    table, _, _ = found("composition", listed(texts=(["a", "b", "a", "", "a　", "b"],)))
    assert [text.en for text in table["class"]] == ["a", "b", "others"]
    assert table["units"] == [3, 2, 1]
    _, _, said = found("composition", listed(texts=(["a"] * 4,)))
    assert "均为a" in said.zh


def test_membership_counts_a_unit_once_among_any() -> None:
    table, made, said = found("membership", listed(texts=(["甲、乙", "乙", "无", "", "甲"],)))
    assert dict(zip(table["class"], table["units"], strict=True)) == {"甲": 2, "乙": 2}
    assert (made.facts["any"], made.facts["several"]) == (3, 1)
    assert "至少属其一的3个，占60.0%，其中兼属多类的1个" in said.zh
    table, _, _ = found("membership", listed([1.0, 0.0, NAN], texts=(["是", "否", ""],)))
    assert dict(zip(table["class"], table["units"], strict=True)) == {"f0": 1, "t0": 1}
    provinces = ["江苏", "浙江", "河南", "江苏"]
    table, made, _ = found(
        "membership", listed(texts=(provinces,)), groups={"沿海": ("江苏", "浙江"), "长三角": ("江苏",)}
    )
    assert dict(zip(table["class"], table["units"], strict=True)) == {"沿海": 3, "长三角": 2}
    assert made.facts["any"] == 3


def test_radar_is_relative_to_the_best_of_the_list() -> None:
    units = listed([1.0, 2.0, 4.0, 1, 1, 1, 8.0], [4.0, 2.0, 1.0, 9, 9, 9, 9], [1.0] * 7)
    less = Figure("less", units.figures[1].values, direction=-1)
    units = Listed(units.names, units.ranks, units.tiers, (units.figures[0], less, units.figures[2]))
    table, _, said = found("radar", units)
    assert table["f0"] == [0.125, 0.25, 0.5, 0.125, 0.125, 0.125]
    assert table["less"][:3] == [0.25, 0.5, 1.0]
    assert "u2市的f0、less、f2居首" in said.zh
    table, _, _ = found("radar", units, units=("u6县",))
    assert table["f0"] == [1.0]
    for settings, code in (({"units": ("nobody",)}, "R142"), ({"tier": 5}, "R143")):
        with pytest.raises(TierwiseError) as raised:
            KINDS["radar"].function(units, **settings)
        assert [one.code for one in raised.value.problems] == [code]


def test_years_come_in_order_and_tell_the_change() -> None:
    years = {2017: {"东": 2, "西": 1}, 2019: {"东": 3, "中": 1}}
    table, _, said = found("years", listed(texts=(["东", "东", "中", "东"],), years=years))
    assert table == {"t0": ["东", "中", "西"], "units_2017": [2, 0, 1], "units_2019": [3, 1, 0]}
    assert "东由2个增至3个，中由0个增至1个，西由1个减至0个" in said.zh


def test_sentences_round_as_a_reader_does() -> None:
    """66.3 / 5.2 is 12.75, a little less in floats; 0.125 and 2.675 lie halfway, too."""
    assert [number(66.3 / 5.2, 1), number(0.125, 2), number(2.675, 2), number(-0.04, 1)] == [
        "12.8", "0.13", "2.68", "0.0",
    ]  # fmt: skip
    assert [times_told(66.3 / 5.2), times_told(8.5), times_told(21.0)] == ["12.8", "8.5", "21"]


class TestEqualFigures:
    """Quotients that are equal as fractions differ in their last bits: as floats, 0.69 / 3 is below 0.23."""

    QUOTIENTS = (0.69 / 3, 0.23, 0.46 / 2, 0.22)

    def test_the_line_is_reached_by_what_equals_it(self) -> None:
        assert self.QUOTIENTS[0] < 0.23
        units = listed([*self.QUOTIENTS])
        columns, made, _ = found("threshold", units, at_least=0.23)
        assert columns["place"] == [1, 1, 1]
        assert made.names == [units.names[at] for at in (0, 1, 2)]

    def test_a_lower_edge_holds_what_equals_it(self) -> None:
        columns, _, _ = found("bands", listed([*self.QUOTIENTS]), edges=(0.1, 0.23))
        assert columns["units"] == [0, 1, 3]

    def test_the_last_place_is_shared(self) -> None:
        columns, made, _ = found("top", listed([0.69 / 3, 0.5, 0.23]), count=2)
        assert (columns["place"], len(made.names)) == ([1, 2, 2], 3)

    def test_nobody_is_above_a_line_that_he_equals(self) -> None:
        now, before = [1.1, 3.3, 1.2], [1.0, 3.0, 1.0]
        assert (now[0] - before[0]) / before[0] > 0.1
        _, growth, _ = found("growth", listed(now, before), lines=(10,))
        _, ratio, _ = found("ratio", listed([1.1, 3.3, 3.6], [1.0, 3.0, 3.0]), percent=False, lines=(1.1,))
        assert (growth.facts["lines"], ratio.facts["lines"]) == ([(10, 1)], [(1.1, 1)])
        figure = Figure("f", np.array([3.3 / 3, 1.2]), national=National(1.1))
        columns, _, _ = found("above-nation", replace(listed([1.0, 1.0]), figures=(figure,)))
        assert columns["place"] == [1]
        columns, _, _ = found("quadrants", listed([0.7, 0.7, 0.7], [1.0, 2.0, 3.0]))
        assert columns["quadrant"] == ["neither", "neither", "second"]

    def test_both_ends_name_all_that_share_them(self) -> None:
        columns, _, _ = found("extremes", listed([0.69 / 3, 0.23, 0.1]))
        assert len(columns["highest"][0].split("、")) == 2
        radar = listed([0.69 / 3, 0.23, 0.1], [1, 2, 3.0], [3, 2, 1.0])
        _, made, _ = found("radar", radar, units=tuple(radar.names))
        assert [name for name, best in made.facts["best"].items() if "f0" in best] == [*radar.names[:2]]


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (25000.0, "£", "£25,000", "25000£"),
        (2654.7, "£ million", "£2654.7 million", "2654.7£ million"),
        (-12500.0, "$", "-$12,500", "-12500$"),
        (44260.0, "", "44,260", "44260"),
        (1000.0, "km", "1000 km", "1000km"),
        (52.0, "%", "52%", "52%"),
    ],
)
def test_amounts_are_told_as_each_language_has_them(
    value: float, unit: str, english: str, chinese: str
) -> None:
    assert amount(value, unit) == (english, chinese)


def test_edges_of_bands_have_the_sign_of_money_at_both_ends() -> None:
    labels = [label.en for label in band_labels([25000.0, 27000.0], "£")]
    assert labels == ["below £25,000", "between £25,000 and £27,000", "at £27,000 or above"]
