"""robustness, cuts and cut_distribution: what the draws say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.study.columns import whole_ranks
from tierwise.study.robustness import Robustness
from tierwise.tables.columns import LARGEST_SHARE, MISSING, RANK, SCORE, TIER, UNIT_CODE, UNIT_NAME
from tierwise.tables.table import Table
from tierwise.words.columns import Column, numbered
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study


def cuts(robustness: Robustness) -> pd.DataFrame:
    """Return one row a cut: where it is, where the draws put it, and whether the pair at it stays split."""
    import pandas as pd

    cut, names = robustness.cuts, robustness.index.panel.names
    frame = pd.DataFrame(
        {
            "cut": np.arange(1, len(cut.rank) + 1),
            "rank": cut.rank,
            "score": cut.score,
            "rank_low": cut.rank_low,
            "rank_median": cut.rank_median,
            "rank_high": cut.rank_high,
            "score_low": cut.score_low,
            "score_high": cut.score_high,
            "p_same": cut.p_same,
            "unit_above": [names[unit] for unit in cut.unit_above],
            "unit_below": [names[unit] for unit in cut.unit_below],
            "p_split": cut.p_split,
        }
    )
    if (
        robustness.choices is not None and robustness.choices.methods
    ):  # scores of different methods do not compare
        frame = frame.drop(columns=["score_low", "score_high"])
    return whole_ranks(frame)


def cut_distribution(robustness: Robustness) -> pd.DataFrame:
    """Return one row a rank: P(cut t falls right below it) for each cut, and P(it and the next are split)."""
    import pandas as pd

    listed = len(robustness.tiers.selected)
    shares = robustness.tally.cut_rank_probabilities
    units = robustness.tally.setup.order[:listed]
    frame = pd.DataFrame(
        {
            "rank": np.arange(1, listed + 1),
            "name": [robustness.index.panel.names[unit] for unit in units],
            **{f"p_cut_{cut + 1}": shares[cut, 1 : listed + 1] for cut in range(len(shares))},
        }
    )
    split = np.full(listed, np.nan)
    split[: listed - 1] = robustness.tally.p_split()[: listed - 1]
    frame["p_split"] = split
    return frame


def has_cuts(study: Study) -> bool:
    """Tell whether there are boundaries between tiers."""
    return study.tiers.contiguous and study.tiers.count > 1


RANK_LOW: Final = Text("Best rank in interval", "名次区间上端")
RANK_HIGH: Final = Text("Worst rank in interval", "名次区间下端")
P_SPLIT: Final = Text("P(these two split)", "两者分属不同梯队概率")

ROBUSTNESS: Final = Table(
    name="robustness",
    title=Text("Robustness", "稳健性"),
    note=Text(
        "Rank interval and chance of each tier",
        "名次区间、各梯队概率",
    ),
    more=(
        "nearest_rival",
        Text(
            "the nearest rival is the unit with which a place is easiest to swap, the critical spread how "
            "far off (±) the weights must be for it; of tied units, for one to come first",
            "最近竞争者即最容易与之互换名次的单位，临界权重偏差即权重偏离公布值多少（±）时互换；"
            "并列者则为分出先后所需的偏差",
        ),
    ),
    less=(
        "rank_best_exact",
        Text(
            "why there are no best and worst possible ranks is told in the summary",
            "未给出理论最好、最差名次的原因见概要",
        ),
    ),
    row=Text("a unit, best first", "一个单位，按名次"),
    section="robustness",
    place=2,
    of_draws=True,
    charts=("robustness",),
    figures=("rank_intervals", "tier_probabilities"),
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        SCORE,
        RANK,
        Column(
            "rank_mean",
            Text("Mean rank", "平均名次"),
            Text("mean over the draws", "各次抽样名次的平均"),
            "0.0",
            on_page=False,
        ),
        Column(
            "rank_median",
            Text("Median rank", "名次中位数"),
            Text("median over the draws", "各次抽样名次的中位数"),
            on_page=False,
        ),
        Column(
            "rank_low",
            RANK_LOW,
            Text(
                "better end of the interval of ranks that holds 90% of the draws (`uncertainty.interval`)",
                "含90%抽样的名次区间中较好的一端（`uncertainty.interval`）",
            ),
        ),
        Column("rank_high", RANK_HIGH, Text("its worse end", "该区间中较差的一端")),
        Column(
            "rank_min",
            Text("Best rank drawn", "模拟最好名次"),
            Text("best rank in any draw", "各次抽样中的最好名次"),
            on_page=False,
        ),
        Column(
            "rank_max",
            Text("Worst rank drawn", "模拟最差名次"),
            Text("worst rank in any draw", "各次抽样中的最差名次"),
            on_page=False,
        ),
        Column(
            "rank_best_exact",
            Text("Best possible rank", "理论最好名次"),
            Text(
                "best rank that any weights which the model can give lead to: proved, not drawn",
                "模型所容许的任何权重下的最好名次：由证明得出，而非抽样",
            ),
            optional=True,
        ),
        Column(
            "rank_worst_exact",
            Text("Worst possible rank", "理论最差名次"),
            Text("worst rank, likewise", "同上，最差名次"),
            optional=True,
        ),
        Column(
            "p_top",
            Text("P(in the list)", "入榜概率"),
            Text("share of draws in which the unit is in the list", "该单位入榜的抽样比例"),
            "share",
            "bar",
            optional=True,
        ),
        TIER,
        numbered(
            "p_tier_{}",
            Text("P(tier {0})", "第{0:zh}梯队概率"),
            Text(
                "share of draws in each tier; they sum to `p_top`",
                "处于该梯队的抽样比例；各梯队之和为入榜概率",
            ),
            "share",
            look="shade",
        ),
        Column(
            "p_tier_same",
            Text("P(same tier)", "梯队不变概率"),
            Text(
                "share of draws in the tier of the ranking; for a unit outside the list, of draws outside it",
                "梯队与排名表相同的抽样比例；未入榜单位为仍未入榜的抽样比例",
            ),
            "share",
            "bar",
            optional=True,
        ),
        Column(
            "nearest_rival",
            Text("Nearest rival", "最近竞争者"),
            Text("the unit whose place is easiest to swap with", "最容易与之互换名次的单位"),
            optional=True,
        ),
        Column(
            "critical_spread",
            Text("Critical spread", "临界权重偏差"),
            Text(
                "the ±h of the weights at which that first happens, or tied units part: how wrong must the "
                "panel be?",
                "权重偏差±h达到多少时会与其互换（并列者为分出先后）：专家组要偏差多少？",
            ),
            "small share",
            optional=True,
        ),
        replace(MISSING, on_page=False),
        replace(LARGEST_SHARE, on_page=False),
    ),
    make=lambda study: study.robustness.to_frame(),
)

CUTS: Final = Table(
    name="cuts",
    title=Text("Cuts", "梯队边界"),
    note=Text("Where each tier ends, and where the draws put its end", "各梯队边界的位置及其在抽样中的分布"),
    row=Text("a boundary between tiers", "一条梯队边界"),
    section="cuts",
    place=3,
    of_draws=True,
    figures=("cut_positions",),
    columns=(
        Column("cut", Text("Cut", "边界"), Text("between tiers t and t + 1", "第t与t+1梯队之间")),
        Column(
            "rank",
            Text("After rank", "位于第几名之后"),
            Text("how many units stand above it", "边界之上的单位个数"),
        ),
        Column(
            "score",
            Text("Score", "得分"),
            Text("midpoint of the scores on its two sides", "两侧得分的中点"),
        ),
        Column(
            "rank_low",
            RANK_LOW,
            Text("where the draws put it: better end of the interval", "抽样中边界所在区间的上端"),
        ),
        Column(
            "rank_median",
            Text("Median rank", "名次中位数"),
            Text("where the draws put it: median", "抽样中边界位置的中位数"),
            on_page=False,
        ),
        Column("rank_high", RANK_HIGH, Text("worse end of the interval", "该区间的下端")),
        Column(
            "score_low",
            Text("Score, low", "得分区间下限"),
            Text("lower end of the interval of its score", "边界得分区间的下限"),
            optional=True,
            on_page=False,
        ),
        Column(
            "score_high",
            Text("Score, high", "得分区间上限"),
            Text("upper end", "边界得分区间的上限"),
            optional=True,
            on_page=False,
        ),
        Column(
            "p_same",
            Text("P(cut here)", "边界不变概率"),
            Text("share of draws that cut exactly here", "边界恰在此处的抽样比例"),
            "share",
            "bar",
        ),
        Column(
            "unit_above",
            Text("Last above", "边界上末位"),
            Text("the unit right above the cut", "边界之上最后一个单位"),
        ),
        Column(
            "unit_below",
            Text("First below", "边界下首位"),
            Text("the unit right below it", "边界之下第一个单位"),
        ),
        Column(
            "p_split",
            P_SPLIT,
            Text("share of draws in which these two are in different tiers", "两单位分属不同梯队的抽样比例"),
            "share",
            "bar",
        ),
    ),
    make=lambda study: cuts(study.robustness) if has_cuts(study) else None,
)

CUT_DISTRIBUTION: Final = Table(
    name="cut_distribution",
    title=Text("Cut distribution", "边界分布"),
    note=Text(
        "How often each cut falls right below each rank; how often neighbours are split",
        "各边界落在每个名次之后的概率，以及相邻单位分属不同梯队的概率",
    ),
    row=Text("a rank of the list", "榜单中的一个名次"),
    section="cuts",
    of_draws=True,
    charts=("cut_distribution",),
    columns=(
        RANK,
        UNIT_NAME,
        numbered(
            "p_cut_{}",
            Text("P(cut {0} here)", "边界{0}在此概率"),
            Text(
                "share of draws in which the cut falls right below this rank", "边界恰在此名次之后的抽样比例"
            ),
            "share",
            look="bar",
        ),
        Column(
            "p_split",
            Text("P(split from the next)", "与下一位分属不同梯队概率"),
            Text(
                "share of draws in which this unit and the next are in different tiers",
                "与下一名单位分属不同梯队的抽样比例",
            ),
            "share",
            "bar",
        ),
    ),
    make=lambda study: cut_distribution(study.robustness) if has_cuts(study) else None,
)


TABLES: Final = (ROBUSTNESS, CUTS, CUT_DISTRIBUTION)
