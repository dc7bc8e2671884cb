"""Columns that several tables have."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tierwise.words.columns import Column, numbered
from tierwise.words.language import Text

UNIT_CODE: Final = Column("code", Text("Code", "代码"), Text("code of the unit", "单位代码"), codes="units")
NODE_CODE: Final = Column(
    "code",
    Text("Code", "代码"),
    Text("code of the indicator or dimension", "指标或维度的代码"),
    codes="nodes",
)
UNIT_NAME: Final = Column("name", Text("Name", "名称"), Text("name of the unit", "单位名称"))
GROUP: Final = Column("group", meaning=Text("the group column", "分组列"), names="group", single=True)
NODES: Final = Column(
    "nodes", meaning=Text("a column for each node of the framework", "指标体系每个节点一列"), names="node"
)
SCORE: Final = Column(
    "score",
    Text("Score", "得分"),
    Text("the index, rounded as the scenario says", "总指数，按方案设定取小数位"),
    "score",
)
RANK: Final = Column("rank", Text("Rank", "排名"), Text("rank by score, 1 = best", "按得分的名次，1为最高"))
MOVE: Final = Column(
    "move",
    Text("Places gained", "升降位次"),
    Text("places gained (+) or lost", "上升（+）或下降的位次"),
    "+0;-0;0",
)
UNITS_OF_YEAR: Final = numbered(
    "units_{}", Text("Units {0}", "{0}年单位数"), Text("listed units in the year", "该年入榜单位个数")
)
TIER: Final = Column(
    "tier",
    Text("Tier", "梯队"),
    Text("tier, 1 = top; blank below the list", "梯队，1为最高；榜外空白"),
    look="tier",
)
STARS: Final = (
    Column(
        "first_in_group",
        Text("First in group", "组内首位"),
        Text(
            "1 (★ on the sheet) for the first listed unit of each group of the first group column",
            "第一个分组列中每组名次最前的入榜单位为1（表中为★）",
        ),
        "mark",
        "star",
        optional=True,
    ),
    Column(
        "first_in_…",
        Text("First in its {0}", "{0}首位"),
        Text("the same for each further group column", "其余各分组列同此"),
        "mark",
        "star",
        pattern="first_in_(?!group$)(.+)",
    ),
)
MISSING: Final = Column(
    "missing",
    Text("Missing", "缺失指标数"),
    Text("how many indicators have no value", "没有数据的指标个数"),
)
LARGEST_SHARE: Final = Column(
    "largest_share",
    Text("Largest weight", "单项最大权重"),
    Text(
        "largest weight of one indicator in the unit's index after reweighting",
        "重新分配权重后，单项指标在该单位指数中的最大权重",
    ),
    "share",
)
PARENT: Final = Column(
    "parent",
    Text("Parent", "上级"),
    Text("code of the node above; blank under the index", "上级节点代码；总指数之下为空"),
    content="node",
)
LEVEL: Final = Column("level", Text("Level", "层级"), Text("1 = right under the index", "1为总指数的下一级"))
LOCAL: Final = Column(
    "local", Text("Local weight", "层内权重"), Text("sums to 1 within siblings", "同级之和为1"), "weight"
)
GLOBAL: Final = Column(
    "global",
    Text("Global weight", "组合权重"),
    Text("product of the local weights down the tree", "自上而下各层权重之积"),
    "weight",
    "own bar",
)
RANK_SHIFT_MEAN: Final = Column(
    "rank_shift_mean",
    Text("Mean rank shift", "平均位移"),
    Text(
        "mean of |rank then − rank| over the units that are listed before or then",
        "变动前后任一榜单上各单位名次变动绝对值的平均",
    ),
    "0.0",
)
RANK_SHIFT_MAX: Final = Column(
    "rank_shift_max",
    Text("Largest rank shift", "最大位移"),
    Text("largest change of one of these ranks", "上述单位名次变动的最大值"),
)
MOST_AFFECTED: Final = Column(
    "unit",
    Text("Most affected", "变动最大的单位"),
    Text("the one of these units whose rank changes most", "上述单位中名次变动最大的"),
)
UNITS_CHANGING_RANK: Final = Column(
    "units_changing_rank",
    Text("Units changing rank", "名次变化单位数"),
    Text("how many of these units have another rank", "上述单位中名次改变的个数"),
)
UNITS_CHANGING_TIER: Final = Column(
    "units_changing_tier",
    Text("Units changing tier", "梯队变化单位数"),
    Text("how many listed units are in another tier", "梯队改变的入榜单位个数"),
    optional=True,
)
ENTRIES: Final = Column(
    "entries",
    Text("Entries", "新进"),
    Text("units that come into the list", "新进榜的单位个数"),
    optional=True,
)
EXITS: Final = Column(
    "exits", Text("Exits", "退出"), Text("units that fall out", "退出榜单的单位个数"), optional=True
)
LIST_CHANGES: Final = (UNITS_CHANGING_TIER, ENTRIES, EXITS)
SPEARMAN: Final = Column(
    "spearman",
    Text("Spearman", "斯皮尔曼相关"),
    Text("rank correlation with the base", "与基准的秩相关系数"),
    "0.0000",
)
VERDICT: Final = Column("verdict", Text("In words", "评语"), Text("what the numbers say", "对数值的说明"))
EXPERTS: Final = Column("experts", Text("Experts", "专家数"), Text("how many experts", "专家人数"))
ROUND: Final = Column("round", Text("Round", "轮次"), Text("round of the panel", "咨询轮次"))
MEAN: Final = Column("mean", Text("Mean", "均值"), Text("mean of the scores", "打分均值"))
SD: Final = Column("sd", Text("SD", "标准差"), Text("standard deviation (n − 1)", "标准差（n−1）"))
CV: Final = Column(
    "cv", Text("CV", "变异系数"), Text("standard deviation over mean", "标准差与均值之比"), "0.000"
)
MEDIAN: Final = Column("median", Text("Median", "中位数"), Text("median of the scores", "打分中位数"))
IQR: Final = Column("iqr", Text("IQR", "四分位距"), Text("interquartile range", "四分位距"))
FULL_SCORE_RATIO: Final = Column(
    "full_score_ratio",
    Text("Full-score ratio", "满分率"),
    Text("share of experts who give the top score", "给满分的专家比例"),
    "share",
    optional=True,
)
KENDALL_W: Final = Column(
    "kendall_w",
    Text("Kendall's W", "肯德尔和谐系数W"),
    Text("agreement of the experts' orders, 0 to 1", "专家排序的一致程度，0至1"),
    "0.000",
)
P_CHI2: Final = Column(
    "p_chi2", Text("p (chi²)", "p值（卡方）"), Text("p of the chi² test of W", "W的卡方检验p值"), "p"
)
P_PERMUTATION: Final = Column(
    "p_permutation",
    Text("p (permutation)", "p值（置换检验）"),
    Text("p of the permutation test of W", "W的置换检验p值"),
    "p",
    optional=True,
)
INDICATOR: Final = Column(
    "indicator", Text("Indicator", "指标"), Text("code of the indicator", "指标代码"), content="node"
)
EXPERT: Final = Column("expert", Text("Expert", "专家"), Text("the expert", "专家"))
CAMP: Final = Column("camp", Text("Camp", "阵营"), Text("number of the camp", "阵营编号"))
AUTHORITY: Final = Column(
    "authority",
    Text("Authority", "权威系数"),
    Text("authority coefficient", "专家权威系数"),
    "0.00",
    optional=True,
)
OUTPUT: Final = Column(
    "output",
    Text("Output", "输出"),
    Text("what is moved: a key of `[sensitivity] outputs`", "受影响的结果"),
    content="output",
)
INPUT: Final = Column(
    "input",
    Text("Input", "输入"),
    Text(
        "what moves it: code of a node, `PARENT/*` for a sibling group, an expert, a choice of method",
        "影响因素：节点代码、`上级/*`（一组同级权重）、专家或方法",
    ),
    content="input",
)


def optional(column: Column) -> Column:
    """Return a column that a table may leave out."""
    return replace(column, optional=True)
