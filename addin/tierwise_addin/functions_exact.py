"""Family exact: what holds for all weights near the panel's, proved without draws.

The values are taken as the index adds them up: on one scale, more = better. ``IDX_NORMALISE`` brings them
there, or the optional ``normalisation`` does.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.methods import normalise as steps
from tierwise.proofs.lines import stability_intervals
from tierwise.proofs.pairs import critical_spread, dominance
from tierwise.proofs.ranks import exact_ranks
from tierwise_addin import arguments, codec
from tierwise_addin.arguments import Help
from tierwise_addin.catalogue import Function
from tierwise_addin.functions_index import DIRECTIONS, NORMALISATION, WEIGHTS

VALUES: Final = arguments.numbers(
    "values",
    "Figures, units x indicators, all of them there",
    "数据区域：单位×指标，不得有空格",
)
SPREAD: Final = arguments.number(
    "spread", 0.0, "h: each weight may be wrong by ±h of itself, 0 to 1", "h：各权重可偏离±h（0至1）"
)


def ranks(
    values: FloatArray,
    weights: FloatArray,
    spread: float,
    normalisation: str,
    directions: FloatArray | None,
) -> FloatArray:
    """Return the best and the worst rank that any weights within the spread give, as two columns."""
    bounds = exact_ranks(_scaled(values, normalisation, directions), weights, spread)
    return np.column_stack([bounds.best, bounds.worst])


def spreads(
    values: FloatArray, weights: FloatArray, normalisation: str, directions: FloatArray | None
) -> FloatArray:
    """Return how wrong the weights may be before row and column change places; ∞ if they never do."""
    codec.SHEET.refuse_beyond(len(values), len(values))
    return critical_spread(_scaled(values, normalisation, directions), weights)


def intervals(
    values: FloatArray, weights: FloatArray, normalisation: str, directions: FloatArray | None
) -> object:
    """Return the interval of each weight within which the ranking holds, and the rows that end it."""
    stable = stability_intervals(_scaled(values, normalisation, directions), weights)
    columns = {
        "indicator": np.arange(1, len(stable.weight) + 1),
        "weight": stable.weight,
        "low": stable.low,
        "high": stable.high,
        "low_ahead": _rows(stable.low_pair[:, 0]),
        "low_behind": _rows(stable.low_pair[:, 1]),
        "high_ahead": _rows(stable.high_pair[:, 0]),
        "high_behind": _rows(stable.high_pair[:, 1]),
    }
    return codec.headed(columns)


def dominates(
    values: FloatArray,
    weights: FloatArray,
    spread: float,
    normalisation: str,
    directions: FloatArray | None,
) -> FloatArray:
    """Return 1 where the row is ahead of the column whatever the weights within the spread, else 0."""
    codec.SHEET.refuse_beyond(len(values), len(values))
    pairs = dominance(_scaled(values, normalisation, directions), weights, spread)
    return pairs.necessary.astype(np.float64)


def _scaled(values: FloatArray, normalisation: str, directions: FloatArray | None) -> FloatArray:
    return steps.normalise(values, normalisation, directions)


def _rows(units: IntArray) -> FloatArray:
    """Return rows counted from 1, blank where there is none."""
    return np.where(units >= 0, units + 1.0, np.nan)


FUNCTIONS: Final = (
    Function(
        "IDX_EXACT_RANKS",
        Help(
            "Best and worst rank of each unit under all weights within ±spread, proved: best, worst",
            "权重在±h内任意变动时各单位可能的最好与最差名次（精确）",
        ),
        (VALUES, WEIGHTS, SPREAD, NORMALISATION, DIRECTIONS),
        ranks,
        slow=True,
    ),
    Function(
        "IDX_CRITICAL_SPREAD",
        Help(
            "How wrong the weights may be (±h) before the units of row and column change places",
            "行列两单位名次互换所需的最小权重偏差h",
        ),
        (VALUES, WEIGHTS, NORMALISATION, DIRECTIONS),
        spreads,
        slow=True,
    ),
    Function(
        "IDX_STABILITY_INTERVALS",
        Help(
            "Between which values of each weight the whole ranking holds, and which units end it",
            "各权重的稳定区间及率先互换名次的单位",
        ),
        (VALUES, WEIGHTS, NORMALISATION, DIRECTIONS),
        intervals,
        header=True,
    ),
    Function(
        "IDX_DOMINANCE",
        Help(
            "1 where the row's unit is ahead of the column's under all weights within ±spread",
            "在±h内任意权重下行单位恒先于列单位者为1",
        ),
        (VALUES, WEIGHTS, SPREAD, NORMALISATION, DIRECTIONS),
        dominates,
        slow=True,
    ),
)
