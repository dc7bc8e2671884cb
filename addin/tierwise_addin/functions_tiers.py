"""Family tiers: cutting a ranked list, and what lies in each part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, cast

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problems
from tierwise.methods import groups, tier_count
from tierwise.methods import tiers as cutting
from tierwise.methods.tier_methods import METHODS
from tierwise_addin import arguments, codec
from tierwise_addin.arguments import Argument, Help
from tierwise_addin.catalogue import Function
from tierwise_addin.functions_index import SCORES
from tierwise_addin.kept import once
from tierwise_addin.labelled import Named

MOST_BY_DEFAULT: Final = 4
Count = int | tuple[int, ...] | Literal["auto"] | None
"""A number of tiers, their sizes, or how many most criteria choose; None where nothing was asked."""


def tiers_by_default(units: int) -> int:
    """Return how many tiers a list is cut into unasked: four, or fewer for fewer units."""
    return min(MOST_BY_DEFAULT, max(units, 1))


def count_or_sizes(block: codec.Block, name: str, problems: Problems) -> Count:
    """Return the number of tiers, "auto", or the tuple of their sizes given in several cells."""
    if block.cells.size == 1 and str(block.cells[0, 0]).lower() == "auto":
        return "auto"
    if block.cells.size <= 1:
        return cast("int", _COUNT.decode(block, name, problems))
    sizes = codec.filled(block, name, problems)
    for at, size in enumerate(sizes):
        if np.isfinite(size) and (size % 1 or size > arguments.LARGEST_WHOLE):
            row, column = divmod(at, block.cells.shape[1])
            expected = {"expected": "a whole number", "expected_zh": "整数"}
            problems.add("C011", argument=name, row=row, column=column, value=f"{size:g}", **expected)
    return tuple(int(size) for size in sizes if np.isfinite(size))


_COUNT: Final = arguments.whole(
    "count",
    1,
    "Number of tiers (default 4, fewer for fewer units), auto for the number that most criteria choose, or "
    "the tiers' sizes",
    "档数（默认4，单位不足4个时取单位数），auto为自动确定，或各档的单位数",
    4,
)
COUNT: Final = Argument(_COUNT.name, _COUNT.help, count_or_sizes).otherwise(None)
METHOD: Final = arguments.method(
    "method",
    METHODS,
    "How the list is cut (default ward); fixed by the tiers' sizes",
    "分档方法（默认ward，即系统聚类法的离差平方和法）；fixed按各档的单位数",
)


@dataclass(frozen=True)
class Cut:
    """Tiers of the scores that are there."""

    tiers: IntArray
    scores: FloatArray
    present: IntArray


def cut(scores: FloatArray, count: Count, method: str, indicators: FloatArray | None = None) -> Cut:
    """Return the tiers of the scores that are there; sizes make the method ``fixed``."""
    present = np.flatnonzero(~np.isnan(scores))
    known = scores[present]
    if indicators is not None:
        arguments.same_length("rows", scores=len(scores), indicators=len(indicators))
        indicators = indicators[present]
    with arguments.in_cells({"sizes": "count"}):
        if count is None:
            count = tiers_by_default(len(np.unique(known)))
        if count == "auto":
            count = tier_count.tier_criteria(known, None, method, indicators=indicators).chosen
        if isinstance(count, tuple):
            tiers = cutting.cut(known, method="fixed", sizes=count, indicators=indicators)
        else:
            tiers = cutting.cut(known, count, method, indicators=indicators)
    return Cut(tiers, known, present)


def tiers(scores: FloatArray, count: Count, method: str, indicators: FloatArray | None) -> FloatArray:
    """Return the tier of each unit, 1 = top; a blank score has a blank tier."""
    result = cut(scores, count, method, indicators)
    out = np.full(len(scores), np.nan)
    out[result.present] = result.tiers
    return out


def cuts(scores: FloatArray, count: Count, method: str) -> object:
    """Return where the list is cut: how many stand above, and between which scores."""
    result = cut(scores, count, method)
    sides = cutting.sides(result.scores, result.tiers)
    columns = {
        "cut": np.arange(1, len(sides.above) + 1),
        "rank": sides.rank,
        "score": (sides.above + sides.below) / 2,
        "score_above": sides.above,
        "score_below": sides.below,
    }
    return codec.headed(columns)


def tier_profile(tiers: FloatArray, values: FloatArray) -> object:
    """Return size, means and ratios to the next tier's means, a row for each tier."""
    arguments.same_length("rows", tiers=len(tiers), values=len(values))
    profile = groups.tier_profile(tiers, values)
    figures = range(1, values.shape[1] + 1)
    columns: dict[str, object] = {"tier": np.arange(1, len(profile.sizes) + 1), "units": profile.sizes}
    columns |= {f"mean_{figure}": profile.mean[:, figure - 1] for figure in figures}
    columns |= {f"ratio_{figure}": profile.ratio[:, figure - 1] for figure in figures}
    return codec.headed(columns)


@once
def tier_quality(scores: FloatArray, most: int | None) -> object:
    """Return the criteria for each number of tiers, and how many of them choose it."""
    criteria = tier_count.tier_criteria(scores[~np.isnan(scores)], most)
    choices = list(criteria.choices.values())
    columns = {
        "count": criteria.counts,
        **criteria.columns,
        "votes": [choices.count(int(count)) for count in criteria.counts],
        "chosen": criteria.counts == criteria.chosen,
    }
    return codec.headed(columns)


FUNCTIONS: Final = (
    Function(
        "IDX_TIERS",
        Help("Tier of each unit, 1 = top", "各单位所在梯队（1为第一梯队）"),
        (
            SCORES,
            COUNT,
            METHOD,
            arguments.numbers(
                "indicators",
                "Indicators on comparable scales, cut together with the score",
                "与得分一并聚类的指标（须可比）",
            ).otherwise(None),
        ),
        tiers,
        follows="scores",
        named=Named(headings=("tier",), table="robustness"),
    ),
    Function(
        "IDX_CUTS",
        Help("Where the list is cut: ranks and scores on both sides", "梯队分界：名次及两侧得分"),
        (SCORES, COUNT, METHOD),
        cuts,
        header=True,
    ),
    Function(
        "IDX_TIER_PROFILE",
        Help(
            "Mean of each figure in each tier, and its ratio to the next tier",
            "各梯队指标均值及与下一梯队之比",
        ),
        (
            arguments.vector("tiers", "Tier of each unit", "各单位所在梯队"),
            arguments.numbers("values", "Figures, units x figures", "数据区域：单位×指标"),
        ),
        tier_profile,
        header=True,
    ),
    Function(
        "IDX_TIER_QUALITY",
        Help("Criteria for each number of tiers, and which number they choose", "各档数的判别指标与建议档数"),
        (
            SCORES,
            arguments.whole("most", 2, "Most tiers to try (default 10)", "最多尝试的档数（默认10）", None),
        ),
        tier_quality,
        header=True,
        slow=True,
    ),
)
