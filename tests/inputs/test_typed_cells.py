"""Cells as people type them: names as papers write them, full width, percentages, in every sheet."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tierwise.errors import TierwiseError
from tierwise.methods.aggregate import RULES
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.registry import FAMILIES
from tierwise.methods.tier_methods import METHODS as TIER_METHODS
from tierwise.stages import check
from tierwise.study.scenario import Scenario
from tierwise.words.keys import direction_of

NAMES = {
    "归一化": (NORMALISATIONS, "min-max"),
    "离差标准化": (NORMALISATIONS, "min-max"),
    "极差标准化": (NORMALISATIONS, "min-max"),
    "Z-score标准化": (NORMALISATIONS, "z-score"),
    "Z－Score 标准化": (NORMALISATIONS, "z-score"),
    "均值化": (NORMALISATIONS, "ratio-to-reference"),
    "功效系数": (NORMALISATIONS, "efficacy"),
    "向量归一化": (NORMALISATIONS, "vector"),
    "极差法（归一化）": (NORMALISATIONS, "min-max"),
    "“极差法”": (NORMALISATIONS, "min-max"),
    "TOPSIS法": (RULES, "topsis"),
    "ＴＯＰＳＩＳ": (RULES, "topsis"),
    "加权求和": (RULES, "arithmetic"),
    "线性加权法": (RULES, "arithmetic"),
    "几何平均": (RULES, "geometric"),
    "自然断点": (TIER_METHODS, "fisher"),
    "自然断点法（Jenks）": (TIER_METHODS, "fisher"),
    "ward法": (TIER_METHODS, "ward"),
    "系统聚类法": (TIER_METHODS, "ward"),
    "等距": (TIER_METHODS, "equal-interval"),
    "分位数法": (TIER_METHODS, "quantile"),
}


@pytest.mark.parametrize("name", NAMES)
def test_methods_are_known_as_papers_write_them(name: str) -> None:
    family, method = NAMES[name]
    assert family.choose(name) == method


def test_every_method_of_every_family_is_known_by_all_its_names_in_any_width() -> None:
    for family in FAMILIES.values():
        for name, method in family.items():
            for said in (name, method.zh, *method.synonyms):
                wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in said)
                for form in (said, wide, f" {said} ", said.upper(), f"“{said}”"):
                    assert family.find(form) == name, (family.argument, form)


MORE = ["效益型", "极大型", "正指标", "正向", "正向型指标", "效益型指标", "越大越好", "１", "＋", "望大", ""]
LESS = [
    "成本型",
    "极小型",
    "逆指标",
    "逆向",
    "负向指标",
    "反向",
    "越小越好",
    "－１",
    "-1.0",
    "－",
    "望小型",
    "cost",
]


@pytest.mark.parametrize("word", [*MORE, *LESS, "适度", "区间型", "0", "2"])
def test_directions_are_known_as_papers_write_them(word: str) -> None:
    assert direction_of(word) == (1 if word in MORE else -1 if word in LESS else None)


def book(path: Path, **changed: list[list[Any]]) -> Path:
    tables: dict[str, list[list[Any]]] = {
        "数据": [
            ["代码", "名称", "甲", "乙"],
            *([f"{at:02d}", f"{at}号县", 3 + at, 20 - 3 * at % 7] for at in range(8)),
        ],
        "指标体系": [
            ["代码", "上级", "权重", "方向", "标准化方法", "下限", "上限"],
            ["甲", None, "６０％", "效益型", "阈值法", "０", "２０"],
            ["乙", None, "40%", "成本型", "Z-score标准化", None, None],
        ],
        "专家打分": [
            ["轮次", "专家", "权威系数", "甲", "乙"],
            *([1, f"E{at}", "８０%", "８", 5 + at] for at in range(3)),
        ],
        "历年排名": [
            ["年份", "代码", "排名"],
            *(["２０１９年", f"{at:02d}", f"{at + 1}"] for at in range(8)),
        ],
        "专题": [["名称", "类型", "列", "参数"], ["大县", "达标", "甲", "下限＝５；合计＝是"]],
        "方案表": [["方案", "改动", "取值"], ["重甲", "权重", "甲＝７０％"]],
        "设置": [
            ["设置项：", "值"],
            ["梯队个数：", "２"],
            ["区间", "９０％"],
            ["标准化取值范围", "【1，100】"],
        ],
    }
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, cells in {**tables, **changed}.items():
        sheet = made.create_sheet(title)
        for row in cells:
            sheet.append(row)
    made.save(path)
    return path


def test_every_sheet_is_read_as_it_is_typed(tmp_path: Path) -> None:
    scenario: Scenario = check(book(tmp_path / "b.xlsx"))
    tree = scenario.framework
    assert tree.weights[1:].tolist() == [0.6, 0.4]
    assert tree.directions[1:].tolist() == [1, -1]
    assert (tree.low[1], tree.high[1]) == (0.0, 20.0)
    assert scenario.experts is not None
    assert scenario.experts.last.scores[:, 0].tolist() == [8.0] * 3
    assert scenario.experts.last.authority is not None
    assert scenario.experts.last.authority.tolist() == [0.8] * 3
    assert scenario.history is not None
    assert (scenario.history.years.tolist(), scenario.history.ranks.tolist()) == ([2019] * 8, [*range(1, 9)])
    assert scenario.spec.topics[0].settings == {"at_least": 5.0, "sum": True}
    assert scenario.spec.scenarios[0].weights == {"甲": 0.7}
    spec = scenario.spec
    assert (spec.tiers.count, spec.uncertainty.interval, spec.index.normalise.to) == (2, 0.9, (1.0, 100.0))


@pytest.mark.parametrize(
    ("cells", "place", "code"),
    [
        ([["甲", None, "四成", 1]], "指标体系!C2", "D003"),
        ([["甲", None, 1, "适度"]], "指标体系!D2", "F006"),
        ([["甲", None, 1, 1, "阈值法", 0, "１００％"]], "指标体系!G2", "D003"),  # 100 or 1?
    ],
)
def test_what_could_mean_two_things_is_asked_about(
    cells: list[list[Any]], place: str, code: str, tmp_path: Path
) -> None:
    heads = ["代码", "上级", "权重", "方向", "标准化方法", "下限", "上限"]
    tree = [heads, *cells, ["乙", None, 1, "逆"]]
    with pytest.raises(TierwiseError) as caught:
        check(book(tmp_path / "b.xlsx", 指标体系=tree))
    assert (place, code) in [(one.place, one.code) for one in caught.value.problems]
