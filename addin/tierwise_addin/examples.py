"""Worked examples of every worksheet function, on one small set of made-up figures.

They are the golden cases of all hosts: the self-checking workbook shows them, the manual quotes them, and the
tests send each through every host and compare the answers bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from tierwise_addin import call
from tierwise_addin.cell_kinds import Cell, Rows


@dataclass(frozen=True)
class Table:
    """An argument that refers to one of :data:`TABLES`."""

    name: str


@dataclass(frozen=True)
class Example:
    """A call of one function; ``None`` leaves an argument out, another example is a call within the call."""

    function: str
    given: tuple[Given, ...] = ()

    @property
    def cells(self) -> tuple[object, ...]:
        """The arguments as cells."""
        return tuple(map(cells_of, self.given))


Given: TypeAlias = Table | Example | Cell


def cells_of(item: Given) -> object:
    """Return what an argument of an example is in cells."""
    if isinstance(item, Example):
        return call(item.function, *item.cells)
    return TABLES[item.name] if isinstance(item, Table) else item


TABLES: Final[dict[str, Rows]] = {
    "units": [
        [name]
        for name in [
            "甲县",
            "乙县",
            "丙县",
            "丁县",
            "戊县",
            "己县",
            "庚县",
            "辛县",
            "壬县",
            "癸县",
            "子县",
            "丑县",
        ]
    ],
    "provinces": [
        [name]
        for name in [
            "江苏",
            "浙江",
            "江苏",
            "山东",
            "浙江",
            "河南",
            "四川",
            "江苏",
            "辽宁",
            "山东",
            "福建",
            "湖北",
        ]
    ],
    "values": [
        [86.0, 12.5, 310.0, 7.2, 0.42],
        [79.5, 14.1, 295.0, 6.8, 0.38],
        [81.2, 9.8, None, 7.9, 0.51],
        [64.0, 8.4, 240.0, 5.1, 0.66],
        [70.3, 11.0, 188.0, 6.0, 0.47],
        [52.8, 6.2, 175.0, 4.4, 0.71],
        [48.1, 7.5, 160.0, 3.9, 0.58],
        [75.0, 10.2, 260.0, 6.6, 0.49],
        [44.6, 5.9, 142.0, 3.1, 0.83],
        [58.9, 8.8, 201.0, 4.8, 0.62],
        [67.7, 9.1, 215.0, 5.6, 0.55],
        [40.2, 5.0, 120.0, 2.7, 0.90],
    ],
    "earlier_values": [
        [80.1, 12.0, 322.0, 7.5, 0.45],
        [80.4, 13.2, 270.0, 6.1, 0.41],
        [76.0, 9.9, 231.0, 7.0, 0.50],
        [66.3, 8.0, 244.0, 5.3, 0.60],
        [64.8, 11.4, 160.0, 5.2, 0.49],
        [52.0, 6.9, 183.0, 4.9, 0.70],
        [44.0, 7.1, 149.0, 3.2, 0.64],
        [76.6, 9.0, 248.0, 6.9, 0.52],
        [None, None, None, None, None],
        [60.2, 8.9, 190.0, 4.1, 0.66],
        [61.5, 9.6, 224.0, 5.9, 0.57],
        [42.7, 5.6, 131.0, 3.0, 0.81],
    ],
    "earlier_weights": [[0.25, 0.25, 0.2, 0.2, 0.1]],
    "complete": [
        [86.0, 12.5, 310.0],
        [79.5, 14.1, 295.0],
        [81.2, 9.8, 268.0],
        [64.0, 8.4, 240.0],
        [70.3, 11.0, 188.0],
        [52.8, 6.2, 175.0],
    ],
    "complete_weights": [[3.0], [2.0], [1.0]],
    "scenario_weights": [
        [1.0, 1.0, 1.0, 1.0, 1.0],
        [0.50, 0.20, 0.10, 0.10, 0.10],
        [0.30, 0.20, 0.15, 0.35, 0.0],
    ],
    "wanted_ranks": [[None], [1.0]],
    "codes": [["output", "profit", "patents", "research", "energy"]],
    "weights": [[0.30, 0.20, 0.15, 0.20, 0.15]],
    "objective": [[0.18], [0.22], [0.26], [0.20], [0.14]],
    "directions": [[1.0, 1.0, 1.0, 1.0, -1.0]],
    "low": [[40.0, 5.0, 100.0, 2.0, 0.3]],
    "high": [[90.0, 15.0, 320.0, 8.0, 1.0]],
    "framework": [
        ["code", "name", "parent", "weight", "direction"],
        ["economy", "经济", None, 0.5, 1.0],
        ["innovation", "创新", None, 0.35, 1.0],
        ["green", "绿色", None, 0.15, 1.0],
        ["output", "工业增加值", "economy", 0.6, 1.0],
        ["profit", "利润", "economy", 0.4, 1.0],
        ["patents", "专利", "innovation", 0.45, 1.0],
        ["research", "研发强度", "innovation", 0.55, 1.0],
        ["energy", "能耗", "green", 1.0, -1.0],
    ],
    "experts": [
        [5.0, 4.0, 3.0, 4.0, 3.0],
        [5.0, 3.0, 3.0, 4.0, 2.0],
        [4.0, 4.0, 2.0, 3.0, 3.0],
        [5.0, 3.0, 3.0, 5.0, 2.0],
        [4.0, 3.0, 2.0, 4.0, 3.0],
        [5.0, 4.0, 3.0, 3.0, 2.0],
        [3.0, 3.0, 2.0, 4.0, 4.0],
    ],
    "authority": [[0.9], [0.8], [0.85], [0.7], [0.95], [0.6], [0.75]],
    "judgement": [[1.0], [0.9], [0.8], [0.7], [1.0], [0.6], [0.8]],
    "familiarity": [[0.8], [0.7], [0.9], [0.7], [0.9], [0.6], [0.7]],
    "own": [[3.0, 4.0, None, 5.0, 3.0]],
    "least": [[0.35], [0.2], [0.05]],
    "median": [[0.5], [0.33], [0.16]],
    "greatest": [[0.65], [0.48], [0.3]],
    "order": [[2.0, 1.0, 4.0, 3.0]],
    "ratio": [[1.4, None, 1.6, 1.0]],
    "best": [[2.0, 1.0, 4.0, 3.0, 8.0]],
    "worst": [[4.0, 8.0, 2.0, 3.0, 1.0]],
    "chain": [[1.0, 2.0, None, None], [None, 1.0, 3.0, None], [None, None, 1.0, 2.0], [5.0, None, None, 1.0]],
    "matrix": [[1.0, 3.0, 5.0, 7.0], [None, 1.0, 2.0, 4.0], [None, None, 1.0, 2.0], [None, None, None, 1.0]],
    "scores": [
        [0.93],
        [0.90],
        [0.88],
        [0.55],
        [0.61],
        [0.33],
        [0.31],
        [0.74],
        [0.18],
        [0.45],
        [0.55],
        [0.07],
    ],
    "later_scores": [
        [0.91],
        [0.94],
        [0.80],
        [0.62],
        [0.58],
        [None],
        [0.35],
        [0.81],
        [0.20],
        [0.41],
        [0.66],
        [0.09],
    ],
    "options": [["draws", 2000.0], ["count", 3.0], ["top", 10.0], ["missing", "median"]],
    "ranks": [[1.0], [2.0], [3.0], [6.0], [5.0], [9.0], [10.0], [4.0], [11.0], [8.0], [6.0], [12.0]],
    "tiers": [[1.0], [1.0], [1.0], [2.0], [2.0], [3.0], [3.0], [2.0], [4.0], [3.0], [2.0], [4.0]],
    "panel_years": [[2018.0], [2018.0], [2018.0], [2019.0], [2019.0], [2019.0]],
    "sizes": [[3.0, 4.0, 5.0]],
    "previous_units": [
        [name] for name in ["乙县", "甲县", "丙县", "辛县", "戊县", "丁县", "寅县", "癸县", "己县", "庚县"]
    ],
    "previous_ranks": [[float(rank)] for rank in range(1, 11)],
    "history": [
        [2.0, 2.0, 1.0],
        [1.0, 1.0, 2.0],
        [3.0, 4.0, 3.0],
        [6.0, 5.0, 6.0],
        [5.0, 6.0, 5.0],
        [9.0, None, 9.0],
    ],
    "years": [
        [2018.0],
        [2018.0],
        [2019.0],
        [2018.0],
        [2019.0],
        [2018.0],
        [2019.0],
        [2018.0],
        [2019.0],
        [2019.0],
        [2019.0],
        [2018.0],
    ],
}
"""Figures of twelve made-up counties, their framework, experts and earlier lists."""

VALUES, WEIGHTS, DIRECTIONS = Table("values"), Table("weights"), Table("directions")
EXPERTS, MATRIX, SCORES = Table("experts"), Table("matrix"), Table("scores")
RANKS, COMPLETE, REWEIGHT = Table("ranks"), Table("complete"), "reweight"
DRAWN: Final = (VALUES, WEIGHTS, EXPERTS, 2000.0, 1.0, 4.0, 10.0, None, None, DIRECTIONS, REWEIGHT)

STUDY: Final = Example("IDX_STUDY", (*DRAWN, Table("units")))

EXAMPLES: Final = (
    Example("IDX_NORMALISE", (VALUES, "z-score", DIRECTIONS)),
    Example("IDX_NORMALISE", (VALUES, "goalposts", DIRECTIONS, Table("low"), Table("high"))),
    Example("IDX_SCORE", (VALUES, WEIGHTS, None, None, DIRECTIONS, REWEIGHT)),
    Example("IDX_SCORE", (COMPLETE, None, "none", "geometric")),
    Example("IDX_INDEX", (VALUES, Table("codes"), Table("framework"), None, None, REWEIGHT)),
    Example("IDX_GLOBAL_WEIGHTS", (Table("framework"),)),
    Example("IDX_CONTRIBUTIONS", (VALUES, WEIGHTS, None, None, DIRECTIONS, REWEIGHT)),
    Example("IDX_CORRELATION", (VALUES, "spearman")),
    Example("IDX_IMPUTE", (VALUES,)),
    Example("IDX_IMPUTE", (VALUES, "knn", None, 3.0)),
    Example("IDX_RANK", (SCORES,)),
    Example("IDX_RANK", (SCORES, "average", 1.0)),
    Example("IDX_RANK", (SCORES, None, None, Table("units"))),
    Example("IDX_DELPHI_WEIGHTS", (EXPERTS,)),
    Example("IDX_DELPHI_WEIGHTS", (EXPERTS, "authority", Table("authority"))),
    Example("IDX_DELPHI_STATS", (EXPERTS, 5.0)),
    Example("IDX_DELPHI_FEEDBACK", (EXPERTS,)),
    Example("IDX_DELPHI_FEEDBACK", (EXPERTS, Table("own"))),
    Example("IDX_AUTHORITY", (Table("judgement"), Table("familiarity"))),
    Example("IDX_KENDALL_W", (EXPERTS,)),
    Example("IDX_AHP_WEIGHTS", (MATRIX,)),
    Example("IDX_AHP_WEIGHTS", (Table("chain"), "geometric-mean")),
    Example("IDX_AHP_CONSISTENCY", (MATRIX,)),
    Example("IDX_G1_WEIGHTS", (Table("order"), Table("ratio"))),
    Example("IDX_ORDER_WEIGHTS", (Table("order"),)),
    Example("IDX_QUANTILE_WEIGHTS", (Table("least"), Table("median"), Table("greatest"))),
    Example("IDX_BWM_WEIGHTS", (Table("best"), Table("worst"))),
    Example("IDX_BWM_CONSISTENCY", (Table("best"), Table("worst"))),
    Example("IDX_ENTROPY_WEIGHTS", (VALUES, DIRECTIONS, REWEIGHT)),
    Example("IDX_CRITIC_WEIGHTS", (VALUES, DIRECTIONS, REWEIGHT)),
    Example("IDX_CV_WEIGHTS", (VALUES, REWEIGHT)),
    Example("IDX_PCA_WEIGHTS", (VALUES, REWEIGHT)),
    Example("IDX_COMBINE_WEIGHTS", (WEIGHTS, Table("objective"), "root-product")),
    Example("IDX_TIERS", (SCORES,)),
    Example("IDX_TIERS", (SCORES, Table("sizes"), "fixed")),
    Example("IDX_CUTS", (SCORES, 4.0, "fisher")),
    Example("IDX_TIER_PROFILE", (Table("tiers"), VALUES)),
    Example("IDX_TIER_QUALITY", (SCORES, 6.0)),
    Example("IDX_ROBUSTNESS", DRAWN),
    Example("IDX_ROBUSTNESS", (COMPLETE, Table("complete_weights"), 0.25, 2000.0)),
    Example("IDX_ROBUSTNESS", (VALUES, WEIGHTS, 0.25, Table("options"))),
    Example("IDX_RANK_INTERVAL", DRAWN),
    Example("IDX_TOP_PROBABILITY", DRAWN),
    Example("IDX_TIER_PROBABILITY", DRAWN),
    Example("IDX_TIER_BOUNDARIES", DRAWN),
    Example("IDX_RANK_ACCEPTABILITY", DRAWN),
    Example("IDX_PAIRWISE", DRAWN),
    Example("IDX_SENSITIVITY", DRAWN),
    Example("IDX_EXACT_RANKS", (COMPLETE, Table("complete_weights"), 0.25, "min-max")),
    Example("IDX_CRITICAL_SPREAD", (COMPLETE, Table("complete_weights"), "min-max")),
    Example("IDX_STABILITY_INTERVALS", (COMPLETE, Table("complete_weights"), "min-max")),
    Example("IDX_DOMINANCE", (COMPLETE, Table("complete_weights"), 0.5, "min-max")),
    Example(
        "IDX_SCENARIOS",
        (VALUES, WEIGHTS, Table("scenario_weights"), 4.0, 6.0, None, None, DIRECTIONS, REWEIGHT),
    ),
    Example("IDX_SWINGS", (COMPLETE, Table("complete_weights"), 0.2, 3.0, 4.0)),
    Example("IDX_CLOSEST_WEIGHTS", (COMPLETE, Table("complete_weights"), Table("wanted_ranks"))),
    Example("IDX_IMPROVE", (COMPLETE, Table("complete_weights"), 5.0, 2.0)),
    STUDY,
    Example("IDX_GET", (STUDY, "robustness", "甲县", "rank")),
    Example("IDX_GET", (STUDY, "cuts")),
    Example("IDX_CARD", (STUDY, "丙县", Table("codes"))),
    Example("IDX_UNIT", (Example("IDX_RANK", (SCORES, None, None, Table("units"))), "甲县")),
    Example("IDX_PANEL", (COMPLETE, Table("panel_years"), Table("complete_weights"))),
    Example("IDX_PANEL", (COMPLETE, Table("panel_years"), None, "base:2019", "z-score")),
    Example("IDX_FIRST_IN_GROUP", (RANKS, Table("provinces"))),
    Example("IDX_RANK_BANDS", (RANKS, Table("provinces"), 4.0)),
    Example("IDX_GROUP_COUNTS", (Table("provinces"), Table("years"))),
    Example(
        "IDX_ENTRIES_EXITS",
        (Table("units"), RANKS, Table("previous_units"), Table("previous_ranks"), 8.0),
    ),
    Example("IDX_STREAKS", (Table("history"), 5.0, 3.0)),
    Example("IDX_REGION", (Table("provinces"),)),
    Example("IDX_COMPARE", (SCORES, Table("later_scores"), 5.0, Table("units"))),
    Example("IDX_TOPIC", ("threshold", Table("units"), SCORES, 0.5)),
    Example("IDX_TOPIC", ("归属", Table("units"), Table("provinces"))),
    Example("IDX_CHOICES", ("aggregation",)),
    Example(
        "IDX_RANK_CHANGE",
        (VALUES, WEIGHTS, Table("earlier_values"), Table("earlier_weights"), None, None, DIRECTIONS, "mean"),
    ),
    Example("IDX_VERSION"),
    Example("IDX_LASTERROR"),
)
"""At least one for every function, in the order of the catalogue."""
