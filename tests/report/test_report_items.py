"""The page on the report of 2019 names what the bundled scenarios give; published numbers are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tierwise.report.printed import Sentence, Tabulated, named
from tierwise.report.word import items
from tierwise.stages import Results, run

DOCS = Path(__file__).parents[2] / "docs"
PAGE, CHINESE = DOCS / "report-items.md", DOCS / "zh" / "report-items.md"
SCENARIOS = {
    "C": "industrial-counties-2019",
    "D": "industrial-districts-2019",
    "I": "innovation-counties-2019",
}
KINDS = {"tables": "table", "figures": "figure", "sentences": "sentence"}
PUBLISHED = {  # sentences whose numbers the report prints
    ("C", "number_province"): ["16个省", "江苏25个", "分别为19个、18个", "三者合计62个"],
    ("C", "number_region"): ["东部74个", "分别为17个、9个"],
    ("C", "first_province"): ["江苏江阴市（第1）", "新疆库尔勒市（第93）", "贵州仁怀市（第42）"],
    ("C", "tiers"): ["6个（第1—6名）", "24个（第7—30名）", "27个（第31—57名）", "43个（第58—100名）"],
    ("C", "tiers_province"): ["三者合计16个，占66.7%", "三者合计18个，占66.7%"],
    ("C", "multiples_工业增加值"): ["1340、526、367、304", "2.5倍、1.4倍、1.2倍"],
    ("C", "topic_单位类型"): ["县级市78个、县18个、旗4个"],
    ("C", "topic_总量占全国比重"): ["地区生产总值合计89363亿元", "工业增加值合计43664亿元"],
    ("C", "topic_工业增加值占比"): ["榜单整体为48.9%"],
    ("C", "topic_投资占比"): ["榜单整体为63.5%"],
    ("C", "topic_园区与基地"): ["新型工业化产业示范基地30个", "至少属其一的43个"],
    ("D", "topic_工业增加值增速"): ["高于全国水平（6.1%，2018年）的84个", "高于6%的88个、高于10%的22个"],
    ("D", "number_province"): ["16个省"],
}


@pytest.fixture(scope="module")
def runs() -> dict[str, Results]:
    return {mark: run(name, draws=64) for mark, name in SCENARIOS.items()}


def rows(page: Path = PAGE) -> list[list[str]]:
    lines = page.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")][
        1:
    ]


def test_every_item_of_the_page_is_there(runs: dict[str, Results]) -> None:
    held = {mark: named(items(results.study)) for mark, results in runs.items()}
    asked = 0
    for item, _, marks, names, told in rows():
        assert told, item
        for name in re.findall(r"`([^`]+)`", names):
            space, _, own = name.partition(".")
            there = [mark for mark in marks.split(", ") if own in held[mark][KINDS[space]]]  # type: ignore[index]
            assert there, (item, name)
            asked += 1
    assert asked > 45
    assert len(rows()) == 38


def test_published_numbers_stand_in_the_sentences(runs: dict[str, Results]) -> None:
    for (mark, name), parts in PUBLISHED.items():
        held = named(items(runs[mark].study))["sentence"][name]
        assert isinstance(held, Sentence)
        for part in parts:
            assert part in held.text, (name, part, held.text)


def test_totals_of_the_list_are_the_published_ones(runs: dict[str, Results]) -> None:
    profile = runs["C"].tables["list_profile"].set_index("figure")["sum"]
    published = {
        "地区生产总值": 89363.0,
        "一般公共预算收入": 6303.0,
        "社会消费品零售总额": 29363.7,
        "固定资产投资": 56731.4,
        "工业增加值": 43664.1,
        "规上工业企业利润": 12147.8,
        "常住人口": 8980.0,
    }
    assert profile[[*published]].to_dict() == pytest.approx(published, abs=0.051)
    held = named(items(runs["C"].study))["table"]["list_profile"]
    assert isinstance(held, Tabulated)
    assert any("89,363" in cell for row in held.rows for cell in row)


def test_the_chinese_page_names_the_same() -> None:
    named_by = [[re.findall(r"`([^`]+)`", row[3]) for row in rows(page)] for page in (PAGE, CHINESE)]
    assert named_by[0] == named_by[1]
