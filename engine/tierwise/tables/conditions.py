"""What a run must have for each table that not every run has: told where it is asked for in vain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from tierwise.errors import Problem, problem
from tierwise.words.language import Text

CONDITIONS: Final[Mapping[str, Text]] = {  # by a pattern of names, the first that fits
    r"compared_.*": Text("two runs side by side (tierwise compare)", "两次结果的对比（tierwise compare）"),
    r"history.*|changes(_since|_by_.*)?": Text("earlier lists (History)", "往期榜单（历年排名）"),
    r"distribution_.*_years": Text(
        "group columns, and the last list before whole (History) or its counts by group",
        "分组列，以及完整的上期榜单（历年排名）或其分组数量",
    ),
    r"years_filled": Text(
        "data of several years with figures taken from other years ([panel] missing)",
        "多年数据，且有取自其他年份的数值（[panel] missing）",
    ),
    r"years.*|trends|distribution_.*_series": Text("data of several years", "多年数据"),
    r"moves|changes_why.*": Text(
        "data of the year before, figures that changed, and all draws made",
        "上一年数据、有变动的数值，以及完成的全部抽样",
    ),
    r"delphi_(rounds|levels|stability)": Text("two rounds of experts or more", "两轮及以上专家打分"),
    r"delphi_camps": Text("experts of several camps", "多个阵营的专家"),
    r"delphi_(leave_one_out|without|fewest)": Text(
        "weights that come from enough experts", "由足够多的专家打分得出的权重"
    ),
    r"delphi.*|concordance": Text("enough scores of experts (Experts)", "足够的专家打分（专家打分）"),
    r"ahp": Text("comparisons in pairs (Comparisons)", "两两比较（Comparisons）"),
    r"judgements": Text("judgements of weights (Judgements)", "权重判断（Judgements）"),
    r"targets|target_weights": Text("wanted lists ([[targets]])", "目标榜单（[[targets]]）"),
    r"scenario.*": Text("weight scenarios ([[scenarios]])", "方案表（[[scenarios]]）"),
    r"sensitivity.*": Text(
        "a sensitivity analysis that gives it ([sensitivity]), and all draws made",
        "能给出该表的敏感性分析（[sensitivity]），以及完成的全部抽样",
    ),
    r"audit_.*": Text("an audit that finds something ([report] audit)", "审查（[report] audit）且有所发现"),
    r"swing|sweep.*": Text(
        "weights that can change one at a time ([report] one_at_a_time)",
        "可逐项变动的权重（[report] one_at_a_time）",
    ),
    r"improve": Text(
        "a list that is not too long, and scores that depend on each unit's own figures "
        "([report] one_at_a_time)",
        "榜单不过长，且得分只取决于各单位自身数值（[report] one_at_a_time）",
    ),
    r"tiers_(quality|stability|dendrogram)": Text(
        "tiers found from the scores, in a list that is not too long ([report] tier_quality)",
        "由得分划分的梯队，且榜单不过长（[report] tier_quality）",
    ),
    r"tiers_profile|list_profile": Text("figures to take means of", "可求均值的数值列"),
    r"tiers_.*|distribution_.*": Text(
        "a group column of this name ([report] groups)", "同名的分组列（[report] groups）"
    ),
    r"cuts|cut_distribution": Text("two tiers or more, cut by rank", "按名次划分的两个及以上梯队"),
    r"treat.*": Text("values that were filled in, or treated as outliers", "插补过的缺失值或处理过的异常值"),
    r"unranked": Text("units left out for want of data", "因数据不足未参评的单位"),
    r"doubts": Text("data that want a second look; nothing stood out", "需要核对的数据；本次未发现"),
    r"list_.*": Text("further lists ([[lists]])", "其他榜单（[[lists]]）"),
    r"topic.*": Text("topics ([[topics]])", "专题（[[topics]]）"),
}
FIGURES: Final = Text("figures for it", "相应数据")


def condition(name: str) -> Text | None:
    """Return what a run must have for a table, None for one that every run has."""
    return next((told for pattern, told in CONDITIONS.items() if re.fullmatch(pattern, name)), None)


def missed(names: Iterable[str]) -> list[Problem]:
    """Return R157 for tables that were asked for and are not in a run, those of one condition together."""
    by_condition: dict[Text, list[str]] = {}
    for name in names:
        by_condition.setdefault(condition(name) or FIGURES, []).append(name)
    return [
        problem("R157", "--only", count=len(own), tables=own, needs=needs)
        for needs, own in by_condition.items()
    ]
