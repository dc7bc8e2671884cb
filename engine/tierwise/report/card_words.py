"""The words of a unit's card in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tierwise.words.language import Text

WORDS: Final[Mapping[str, Text]] = {
    "join": Text("; ", "；"),
    "outside": Text("outside the list", "榜外"),
    "standing": Text(
        "{name} has a score of {score}: rank {place} of {units}, {where}.",
        "{name}得分{score}，在{units}个单位中居第{place}位，{where}。",
    ),
    "interval": Text(
        " In {interval} of the weight draws its rank lies between {low} and {high}.",
        "{interval}的权重抽样中位次在第{low}至第{high}位之间。",
    ),
    "one_rank": Text(
        " In {interval} of the weight draws it has rank {low}.", "{interval}的权重抽样中位次均为第{low}位。"
    ),
    "exact": Text(
        " Under all weights that can be drawn its rank is {best} at best and {worst} at worst.",
        "在权重可变动的范围内，位次最好第{best}位、最差第{worst}位。",
    ),
    "tier_share": Text("{tier} {share}", "{tier}{share}"),
    "outside_share": Text("outside the list {share}", "榜外{share}"),
    "tier_shares": Text("Probability of each tier: {shares}.", "各梯队概率：{shares}。"),
    "mean_of_tier": Text("mean of {tier}", "{tier}均值"),
    "mean_of_all": Text("mean of all units", "全部单位均值"),
    "part": Text("{indicator} ({part})", "{indicator}（{part}）"),
    "strengths": Text(
        "Strengths, in points of the score against the {peers}: {parts}.",
        "优势指标（对得分的贡献与{peers}之差）：{parts}。",
    ),
    "weaknesses": Text(
        "Weaknesses, in points of the score against the {peers}: {parts}.",
        "短板指标（对得分的贡献与{peers}之差）：{parts}。",
    ),
    "nodes": Text("Dimensions and indicators", "各维度与指标"),
    "node": Text("Indicator", "指标"),
    "figure": Text("Figure", "指标值"),
    "score": Text("Score", "得分"),
    "rank": Text("Rank", "位次"),
    "obstacle": Text("Obstacle degree", "障碍度"),
    "obstacle_note": Text(
        "Obstacle degree: the indicator's share of what lacks to the full score.",
        "障碍度：该指标与满分的加权差距占全部差距的比重。",
    ),
    "strips": Text(
        "{name} (dot) among the listed units (ticks); diamond: mean of its peers",
        "{name}（圆点）在入榜单位（竖线）中的位置，菱形为同梯队均值",
    ),
    "worst": Text("worst", "最低"),
    "best": Text("best", "最高"),
    "rivals": Text("Nearest units above and below", "位次相邻的单位"),
    "rival": Text("Unit", "单位"),
    "gap": Text("Lead", "得分差"),
    "separates": Text("What separates them most", "主要差距来源"),
    "earlier": Text("Earlier lists", "历年位次"),
    "year": Text("Year", "年份"),
    "up": Text("rank {rank}", "升至第{rank}位"),
    "tier_up": Text("{tier} (rank {rank})", "升入{tier}（第{rank}位）"),
    "list_up": Text("a place in the list (rank {rank})", "进入榜单（第{rank}位）"),
    "never": Text(
        "For {goal} not even the best unit's figure in every indicator would suffice.",
        "即使各项指标均达到现有最好水平，也无法{goal}。",
    ),
    "together": Text(
        "For {goal} all indicators together would have to improve by {effort} standard deviations each.",
        "{goal}，若各项指标同步提升，每项需提升{effort}个标准差。",
    ),
    "improve": Text("What it would take: {goal}", "所需改进：{goal}"),
    "now": Text("Now", "现值"),
    "needed": Text("Needed alone", "单项所需值"),
    "alike": Text("If all improve alike", "同步提升时"),
    "mix": Text("Cheapest of several, at your costs", "按所给成本最省的组合"),
    "best_unit": Text("Best unit", "最好水平"),
    "effort": Text("Effort alone (sd)", "单项幅度（标准差）"),
    "improve_note": Text(
        "Other units and the scale stay as they are; a dash: not within reach by this indicator alone. "
        "Needed figures are rounded so that they suffice.",
        "假定其他单位与标准化口径不变；“–”表示仅靠该指标无法达到。所需值按可达到目标的方向取整。",
    ),
}
