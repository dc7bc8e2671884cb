"""Every bundled scenario through the engine: the published ranks, ties, tiers, totals and titles."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tierwise
import tierwise_scenarios

LISTS = ["industrial-counties-2019", "innovation-counties-2019", "industrial-districts-2019"]
COUNTIES = LISTS[0]
SIZES = {
    "technology-achievement": [5, 6, 5, 7],
    "technology-achievement-equal": [5, 8, 5, 5],
    "industrial-counties-2019": [6, 24, 27, 43],
    "innovation-counties-2019": [7, 21, 33, 39],
    "industrial-districts-2019": [8, 22, 30, 40],
}


@cache
def results(name: str) -> tierwise.Results:
    return tierwise.run(name, draws=1024)


def test_all_of_them_are_here() -> None:
    assert set(tierwise_scenarios.names()) == set(SIZES)


@pytest.mark.parametrize("name", SIZES)
def test_tiers(name: str) -> None:
    ranking = results(name).tables["ranking"]
    assert ranking["tier"].value_counts().sort_index().tolist() == SIZES[name]
    assert ranking["tier"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("name", "column"),
    [("technology-achievement", "T23_BAP"), ("technology-achievement-equal", "T23_EW")],
)
def test_the_ranks_of_the_handbook(name: str, column: str) -> None:
    """OECD/JRC Handbook 2008, Table 23."""
    table = Path(__file__).parents[1] / "references" / "tai" / "ranks.csv"
    lines = [line for line in table.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    printed = {row["country"]: int(row[column]) for row in csv.DictReader(lines)}
    ranking = results(name).tables["ranking"]
    assert dict(zip(ranking["name"], ranking["rank"], strict=True)) == printed


def test_equal_weights_are_an_eighth_each() -> None:
    found = results("technology-achievement-equal")
    weights = found.tables["weights"]
    assert weights.loc[weights["level"] == 2, "global"].tolist() == [0.125] * 8
    assert any("framework" in override for override in found.scenario.overrides)


@pytest.mark.parametrize("name", LISTS)
def test_the_published_list(name: str, read: Any) -> None:
    bundled = read(name)
    ranking = results(name).tables["ranking"]
    assert ranking["name"].tolist() == [unit["name"] for unit in bundled.published]
    assert ranking["rank"].tolist() == [int(unit["rank"]) for unit in bundled.published]
    assert ranking["score"].tolist() == pytest.approx(np.round(bundled.scores(), 3).tolist(), abs=1e-9)
    for group in ("province", "prefecture"):
        assert ranking[group].tolist() == [unit[group] for unit in bundled.published]


def test_the_first_of_each_province() -> None:
    """Table 1 of the report marks 16 counties."""
    ranking = results(COUNTIES).tables["ranking"]
    first = ranking.loc[ranking["first_in_group"] == 1]
    assert dict(zip(first["province"], first["name"], strict=True)) == {
        "江苏": "江阴市", "福建": "晋江市", "浙江": "慈溪市", "湖南": "长沙县", "陕西": "神木市",
        "山东": "龙口市", "内蒙古": "准格尔旗", "河北": "迁安市", "河南": "新郑市",
        "贵州": "仁怀市", "江西": "南昌县",
        "宁夏": "灵武市", "安徽": "肥西县", "广东": "博罗县", "湖北": "仙桃市", "新疆": "库尔勒市",
    }  # fmt: skip


def test_weights_are_the_means_of_the_last_round(read: Any) -> None:
    weights = results(COUNTIES).tables["weights"]
    of_leaves: Mapping[str, float] = dict(zip(weights["code"], weights["global"], strict=True))
    bundled = read(COUNTIES)
    expected = dict(zip((leaf["code"] for leaf in bundled.leaves), bundled.weights(), strict=True))
    assert {code: of_leaves[code] for code in expected} == pytest.approx(expected, abs=1e-12)


def test_tier_means_and_totals_of_the_counties() -> None:
    found = results(COUNTIES)
    panel = found.scenario.panel
    value_added = panel.column("工业增加值")
    assert value_added is not None
    tier = found.study.tiers.tiers
    means = [value_added[tier == number].mean() for number in range(1, 5)]
    assert np.abs(np.array(means) - [1340, 526, 367, 304]).max() < 1
    totals = {"地区生产总值": 89363.0, "一般公共预算收入": 6303.0, "社会消费品零售总额": 29363.7}
    totals |= {"固定资产投资": 56731.4, "常住人口": 8980.0}
    assert {code: panel.extras[code].sum() for code in totals} == pytest.approx(totals, abs=1e-6)
    assert value_added.sum() == pytest.approx(43664.1, abs=1e-6)


@pytest.mark.parametrize("name", LISTS)
def test_weights_move_ranks_by_a_few_places_and_no_more(name: str) -> None:
    robustness = results(name).tables["robustness"]
    width = robustness["rank_high"] - robustness["rank_low"]
    assert 3 < width.mean() < 10
    cuts = results(name).tables["cuts"]
    assert cuts["p_same"].iloc[0] > 0.9
    assert (cuts["p_same"].iloc[1:] > 0.2).all()
    assert (cuts["p_same"].iloc[1:] < 0.9).all()


@pytest.mark.parametrize("name", LISTS)
def test_every_output_says_that_the_values_are_illustrative(name: str, tmp_path: Path) -> None:
    from python_calamine import SheetVisibleEnum, load_workbook

    out = results(name).write(tmp_path / "out")
    assert "指标数据为示意" in (out / "report.html").read_text(encoding="utf-8")
    assert "指标数据为示意" in (out / "run.json").read_text(encoding="utf-8")
    book = load_workbook(out / "results.xlsx")
    seen = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    assert len(seen) >= 8
    for sheet in seen:
        assert "指标数据为示意" in str(book.get_sheet_by_name(sheet).to_python()[0][0]), sheet


def test_the_eight_entries_of_2019() -> None:
    """The report's list of counties that are new in 2019, its misprint 溧州市 read as 滦州市."""
    from tierwise.methods.history import changes

    scenario = tierwise.load(COUNTIES)
    assert scenario.history is not None
    before = scenario.history.of_year(2018)
    ranks = results(COUNTIES).tables["ranking"].set_index("code")["rank"]
    moves = changes([*ranks.index], ranks.to_numpy(), [*before], [*before.values()])
    assert {move.code for move in moves if move.change == "entry"} == {
        "滦州市", "府谷县", "天长市", "临海市", "玉环市", "高邮市", "武安市", "闽侯县",
    }  # fmt: skip
    assert {move.code for move in moves if move.change == "exit"} == {"当阳市", "莱西市"}
