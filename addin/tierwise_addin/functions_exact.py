"""Family exact: what holds for all weights near the panel's, proved without draws.

The values are taken as the index adds them up: on one scale, more = better. ``IDX_NORMALISE`` brings them
there, or the optional ``normalisation`` does.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.methods import normalise as steps
from tierwise.proofs.lines import stability_intervals
from tierwise.proofs.pairs import critical_spread, dominance
from tierwise.proofs.ranks import exact_ranks
from tierwise_addin import arguments, codec
from tierwise_addin.arguments import Help
from tierwise_addin.catalogue import Function
from tierwise_addin.flat import DIRECTIONS, MISSING, NORMALISATION, VALUES, WEIGHTS, Figures, figures
from tierwise_addin.kept import once
from tierwise_addin.labelled import Named

SPREAD: Final = arguments.number(
    "spread", 0.0, "h: each weight may be wrong by ±h of itself, 0 to 1", "h：各权重可偏离±h（0至1）"
)


@once
def ranks(values: FloatArray, weights: FloatArray, spread: float, *how: Any) -> FloatArray:
    """Return the best and the worst rank that any weights within the spread give, as two columns."""
    there, scaled = _scaled(values, *how)
    with there.placed():
        bounds = exact_ranks(scaled, weights, spread)
    return there.spread(np.column_stack([bounds.best, bounds.worst]))


@once
def spreads(values: FloatArray, weights: FloatArray, *how: Any) -> FloatArray:
    """Return how wrong the weights may be before row and column change places; ∞ if they never do."""
    codec.SHEET.refuse_beyond(len(values), len(values))
    there, scaled = _scaled(values, *how)
    with there.placed():
        return there.square(critical_spread(scaled, weights))


@once
def intervals(values: FloatArray, weights: FloatArray, *how: Any) -> object:
    """Return the interval of each weight within which the ranking holds, and the rows that end it."""
    there, scaled = _scaled(values, *how)
    with there.placed():
        stable = stability_intervals(scaled, weights)
    columns = {
        "indicator": np.arange(1, len(stable.weight) + 1),
        "weight": stable.weight,
        "low": stable.low,
        "high": stable.high,
        "low_ahead": there.numbered(stable.low_pair[:, 0]),
        "low_behind": there.numbered(stable.low_pair[:, 1]),
        "high_ahead": there.numbered(stable.high_pair[:, 0]),
        "high_behind": there.numbered(stable.high_pair[:, 1]),
    }
    return codec.headed(columns)


@once
def dominates(values: FloatArray, weights: FloatArray, spread: float, *how: Any) -> FloatArray:
    """Return 1 where the row is ahead of the column whatever the weights within the spread, else 0."""
    codec.SHEET.refuse_beyond(len(values), len(values))
    there, scaled = _scaled(values, *how)
    with there.placed():
        return there.square(dominance(scaled, weights, spread).necessary.astype(np.float64))


def _scaled(
    values: FloatArray, normalisation: str, directions: FloatArray | None, missing: str
) -> tuple[Figures, FloatArray]:
    there = figures(values, missing)
    with there.placed():
        return there, steps.normalise(there.values, normalisation, directions)


FUNCTIONS: Final = (
    Function(
        "IDX_EXACT_RANKS",
        Help(
            "Best and worst rank of each unit under all weights within ±spread, proved: best, worst",
            "权重在±h内任意变动时各单位可能的最好与最差名次（精确）",
        ),
        (VALUES, WEIGHTS, SPREAD, NORMALISATION, DIRECTIONS, MISSING),
        ranks,
        slow=True,
        named=Named(headings=("rank_best_exact", "rank_worst_exact"), table="robustness"),
    ),
    Function(
        "IDX_CRITICAL_SPREAD",
        Help(
            "How wrong the weights may be (±h) before the units of row and column change places",
            "行列两单位名次互换所需的最小权重偏差h",
        ),
        (VALUES, WEIGHTS, NORMALISATION, DIRECTIONS, MISSING),
        spreads,
        slow=True,
        named=Named(how="square"),
    ),
    Function(
        "IDX_STABILITY_INTERVALS",
        Help(
            "Between which values of each weight the whole ranking holds, and which units end it",
            "各权重的稳定区间及率先互换名次的单位",
        ),
        (VALUES, WEIGHTS, NORMALISATION, DIRECTIONS, MISSING),
        intervals,
        header=True,
        named=Named("indicators", "columns", columns=("indicator",)),
    ),
    Function(
        "IDX_DOMINANCE",
        Help(
            "1 where the row's unit is ahead of the column's under all weights within ±spread",
            "在±h内任意权重下行单位恒先于列单位者为1",
        ),
        (VALUES, WEIGHTS, SPREAD, NORMALISATION, DIRECTIONS, MISSING),
        dominates,
        slow=True,
        named=Named(how="square"),
    ),
)
