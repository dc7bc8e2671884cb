"""The illustrative panels give the published lists, read with NumPy alone; the engine is checked elsewhere.

Lists and facts: 中国信息通信研究院《中国工业百强县(市)、百强区发展报告(2019)》.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage

from tierwise_scenarios import generate

NAMES = ["industrial-counties-2019", "innovation-counties-2019", "industrial-districts-2019"]
COUNTIES = NAMES[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_tables_are_a_fresh_generation(name: str, tmp_path: Path) -> None:
    assert set(generate.SCENARIOS) == set(NAMES)
    generate.write(name, tmp_path)
    for fresh in tmp_path.iterdir():
        assert fresh.read_bytes() == (generate.FOLDER / name / fresh.name).read_bytes(), fresh.name


@pytest.mark.parametrize("name", NAMES)
def test_the_index_ranks_as_published(read: Any, name: str) -> None:
    bundled = read(name)
    assert [unit["name"] for unit in bundled.units] == [unit["name"] for unit in bundled.published]
    scores = bundled.scores()
    printed = [int(unit["rank"]) for unit in bundled.published]
    assert bundled.ranks() == printed
    off_the_edge = np.abs(scores * 1000 % 1 - 0.5)
    assert off_the_edge.min() > 0.15, "a score near a rounding edge"


def test_only_shouguang_and_xinchang_tie(read: Any) -> None:
    bundled = read(COUNTIES)
    ranks = dict(zip((unit["name"] for unit in bundled.units), bundled.ranks(), strict=True))
    assert ranks["寿光市"] == ranks["新昌县"] == 85
    assert 86 not in ranks.values()
    assert ranks["荥阳市"] == 87
    assert len({*bundled.ranks(decimals=9)}) == 100, "the tie comes from rounding"


def test_ward_cuts_6_24_27_43(read: Any) -> None:
    scores = read(COUNTIES).scores()
    for row in (scores, np.round(scores, 3)):
        labels = fcluster(linkage(row[:, None], "ward"), 4, "maxclust")
        assert [*Counter(labels.tolist()).values()] == [6, 24, 27, 43]
        assert sum(one != other for one, other in pairwise(labels)) == 3


def test_totals_and_tier_means_are_those_of_the_report(read: Any) -> None:
    bundled = read(COUNTIES)
    value_added = bundled.column("工业增加值")
    means = [part.mean() for part in np.split(value_added, [6, 30, 57])]
    assert np.abs(np.array(means) - [1340, 526, 367, 304]).max() < 0.5
    totals = {
        "地区生产总值": 89363.0,
        "工业增加值": 43664.1,
        "一般公共预算收入": 6303.0,
        "社会消费品零售总额": 29363.7,
        "固定资产投资": 56731.4,
        "规上工业企业利润": 12147.8,
        "常住人口": 8980.0,
    }
    for column, total in totals.items():
        assert bundled.column(column).sum() == pytest.approx(total, abs=1e-6), column


def test_figures_per_head_follow_from_the_figures(read: Any) -> None:
    for name in (COUNTIES, "industrial-districts-2019"):
        bundled = read(name)
        heads = bundled.column("常住人口")
        assert np.abs(bundled.column("人均GDP") - 1e4 * bundled.column("地区生产总值") / heads).max() <= 0.5
        budget = 1e4 * bundled.column("一般公共预算收入") / heads
        assert np.abs(bundled.column("人均一般公共预算收入") - budget).max() <= 0.5


def test_eight_counties_have_a_gdp_per_head_above_200_000_yuan(read: Any) -> None:
    bundled = read(COUNTIES)
    rich = {unit["name"] for unit in bundled.units if float(unit["人均GDP"]) > 200_000}
    assert rich == {
        "江阴市", "昆山市", "张家港市", "神木市", "准格尔旗", "伊金霍洛旗", "乌审旗", "鄂托克旗",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_panel_is_no_total_order(read: Any, name: str) -> None:
    """Hardly a pair dominates, indicators correlate but do not repeat, and 15 experts differ."""
    bundled = read(name)
    values = np.array([float(leaf["direction"]) * bundled.column(leaf["code"]) for leaf in bundled.leaves])
    better = (values[:, :, None] >= values[:, None, :]).all(axis=0)
    assert better.sum() - len(bundled.units) < 0.01 * 100 * 99
    correlations = np.corrcoef(values)[np.triu_indices(len(values), 1)]
    assert np.median(correlations) > 0
    assert correlations.max() < 0.95
    last = [row for row in bundled.experts if row["round"] == "2"]
    assert len({row["expert"] for row in last}) == len(last) == 15
    assert {row["camp"] for row in last} == {"高校", "政府", "企业"}


def test_names_are_mended_and_unique(read: Any) -> None:
    for name in NAMES:
        names = [unit["name"] for unit in read(name).units]
        assert len({*names}) == 100
        assert "长沙" not in {unit["prefecture"] for unit in read(name).units}
    innovation = {unit["name"] for unit in read("innovation-counties-2019").units}
    assert "昌乐县" in innovation
    assert "昌乐市" not in innovation


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        (COUNTIES, {"东部": 74, "中部": 17, "西部": 9}),
        ("industrial-districts-2019", {"东部": 76, "中部": 9, "西部": 14, "东北": 1}),
    ],
)
def test_regions_are_those_of_the_report(read: Any, name: str, printed: dict[str, int]) -> None:
    """The districts' western and central counts as they should be; the report's table 9 misprints them."""
    assert Counter(unit["region"] for unit in read(name).units) == printed


@pytest.mark.parametrize("name", NAMES)
def test_titles_say_that_the_values_are_illustrative(read: Any, name: str) -> None:
    title = str(read(name).settings["title"])
    assert "指标数据为示意" in title
    assert "illustrative" not in title  # one language to a title
    assert "来源：中国信息通信研究院" in title
