"""What each sheet shows, in one line under its title and in the summary's list of sheets."""

from __future__ import annotations

import re
from typing import Final

from tierwise.words.headings import heading
from tierwise.words.language import JOIN, Language

NOTES: Final[dict[str, tuple[str, str]]] = {
    "charts": ("All charts, table by table", "各表的图形"),
    "ranking": ("Score, rank and tier of every unit, best first", "各单位的得分、排名与梯队"),
    "doubts": (
        "What of the data wants a second look before publication, the gravest first",
        "发布前宜再核对的数据，按重要程度排列",
    ),
    "unranked": ("Units without any value, which are not ranked", "没有任何数值、未参与排名的单位"),
    "treated": ("Cells changed before the index, with the rule that did it", "计算前处理过的数据及所用规则"),
    "treatment": (
        "Indicators checked for outliers: what was done, and their shape before and after",
        "检查过异常值的指标：处理方式及处理前后的分布形态",
    ),
    "robustness": (
        "Rank interval, chance of each tier, and the spread of weights at which the nearest rival catches up",
        "名次区间、各梯队概率，以及权重偏差达到多少时会与最近竞争者互换",
    ),
    "cuts": ("Where each tier ends, and where the draws put its end", "各梯队边界的位置及其在抽样中的分布"),
    "cut_distribution": (
        "How often each cut falls right below each rank; how often neighbours are split",
        "各边界落在每个名次之后的概率，以及相邻单位分属不同梯队的概率",
    ),
    "acceptability": ("Probability of each rank", "各单位取得每个名次的概率"),
    "scores": ("Normalised scores at every node of the framework", "指标体系各节点的标准化得分"),
    "weights": ("Local weights (within siblings) and global weights", "层内权重与组合权重"),
    "contributions": ("What each indicator adds to each score", "各指标对得分的贡献"),
    "delphi": ("The experts' last round, node by node", "最后一轮专家打分的统计"),
    "concordance": ("Whether the experts agree on the order within a group", "专家对同级指标排序的一致程度"),
    "delphi_rounds": ("Kendall's W and participation of each round", "各轮的参与情况与和谐系数"),
    "delphi_consensus": (
        "Whether the experts' scores of a node lie close together",
        "专家对各指标的打分是否集中",
    ),
    "delphi_stability": ("Whether scores still move between rounds", "相邻两轮之间打分是否稳定"),
    "delphi_screening": ("Which indicators the thresholds of the panel keep", "按界值法保留或剔除的指标"),
    "delphi_camps": ("Groups of experts who judge alike", "意见相近的专家阵营"),
    "delphi_leave_one_out": (
        "What becomes of ranks and tiers when an expert is left out",
        "少了某位专家时名次与梯队的变化",
    ),
    "delphi_experts": ("Each expert's authority and camp", "每位专家的权威系数与阵营"),
    "ahp": ("Consistency of the comparisons in pairs", "判断矩阵的一致性"),
    "tiers_profile": (
        "Mean of each figure in each tier, and its ratio to the next tier",
        "各梯队的指标均值及其与下一梯队之比",
    ),
    "tiers_quality": ("Criteria for the number of tiers", "梯队个数的评价准则"),
    "tiers_stability": ("How well each tier is found again in resamples", "重抽样中各梯队的复现程度"),
    "tiers_dendrogram": (
        "The merges of the hierarchical clustering, with heights",
        "系统聚类的合并过程与高度",
    ),
    "history": ("Ranks of earlier years and streaks in the top", "历年名次与连续上榜情况"),
    "history_lists": (
        "How many units of each earlier list are found in the data",
        "往期各榜单中有多少单位可与本期数据对应",
    ),
    "changes": ("Entries, exits and moves since the last list", "与上期相比的新进、退出与升降"),
    "audit_importance": ("Nominal weight beside effective importance", "名义权重与实际重要性对照"),
    "audit_leave_one_out": (
        "What becomes of ranks and tiers when an indicator or dimension is left out",
        "剔除某项指标或维度后名次与梯队的变化",
    ),
    "audit_flags": (
        "Pairs of indicators that may count one thing twice, and others to look at",
        "可能重复计量等需要留意之处",
    ),
    "audit_correlations": ("Correlations within and across dimensions", "维度内与维度间的相关系数"),
    "audit_consistency": ("Cronbach's alpha of each dimension", "各维度的克朗巴赫系数"),
    "audit_components": ("Principal components of the indicators", "指标的主成分"),
    "sensitivity": (
        "Which weights move which output: the share of its variance alone (first) and with others (total)",
        "哪些权重影响哪些结果：单独（一阶）与连同交互（总效应）所占的方差份额",
    ),
    "sensitivity_second": (
        "What pairs of inputs do together, beyond what each does alone",
        "两个输入共同产生的、超出各自单独影响的部分",
    ),
    "sensitivity_convergence": (
        "The indices from half, a quarter and an eighth of the samples: have they settled?",
        "用一半、四分之一、八分之一样本得到的指数，用以判断是否已收敛",
    ),
    "swing": (
        "What happens to ranks and tiers when one weight falls or rises, its siblings giving way",
        "某一权重升降（同级其他权重按比例让出）时名次与梯队的变化",
    ),
    "sweeps": (
        "At which weight of a node two units change places, or a tier changes",
        "某一权重取何值时两个单位互换名次或梯队改变",
    ),
    "sweep_lines": (
        "Scores of the units beside the cuts along one weight",
        "边界附近各单位得分随某一权重的变化",
    ),
    "scenarios": ("Weight scenarios beside the base", "各权重方案与基准方案的对照"),
    "scenario_changes": (
        "Units that enter, leave or change tier under each weight scenario",
        "各权重方案下新进、退出或改变梯队的单位",
    ),
    "targets": (
        "Which weights, nearest to the index's own, would give a wanted list",
        "使榜单达到目标所需的、与现有权重最接近的权重",
    ),
    "target_weights": ("The weights of each wanted list", "各目标所需的组合权重"),
    "scenario_ranks": ("Rank of every unit under each weight scenario", "各单位在每个权重方案下的排名"),
}
BY_GROUP: Final = {
    r"distribution_(.+)_years": (
        "Listed units of each {}, in this list and the one before",
        "各{}本期与上期的入榜单位数",
    ),
    r"distribution_(.+)": ("Units of each {} by rank band", "各{}在名次区段的分布"),
    r"tiers_(.+)": ("Units of each {} by tier", "各{}在梯队中的分布"),
}


DRAWN: Final = ("robustness", "acceptability", "cuts", "cut_distribution")  # what the draws say


def note(table: str, language: Language, of_draws: str = "") -> str:
    """Return the line about a table, blank where there is none; ``of_draws`` is added where draws speak."""
    at = 0 if language == "en" else 1
    if table in DRAWN and of_draws:
        return JOIN[language].join((NOTES[table][at], of_draws))
    if table in NOTES:
        return NOTES[table][at]
    for pattern, words in BY_GROUP.items():
        if found := re.fullmatch(pattern, table):
            return words[at].format(heading(found[1], language).lower())
    return ""
