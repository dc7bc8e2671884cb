"""The best and the worst rank that each unit can have within a set of weights, proved and attained.

How few units can be ahead of a unit, or how few behind it, is found in :mod:`tierwise.proofs.sides`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.weight_sets import WeightBox, finite_values, weight_box
from tierwise.kernels.tree import Tree
from tierwise.outputs.remembered import remembered
from tierwise.proofs.pairs import margins
from tierwise.proofs.sides import Side, fewest_against
from tierwise.tolerances import SOLVED


@dataclass(frozen=True, eq=False)
class RankRanges:
    """Best and worst possible ranks of the units asked for (1 = first, ties share the better rank).

    ``best`` and ``worst`` are proved: no weights of the set give a rank outside. ``best_attained`` and
    ``worst_attained`` are the ranks under ``weights_at_best`` and ``weights_at_worst`` ``(units asked,
    indicators)``. The two are equal where ``exact``, which is everywhere unless the effort did not
    suffice, or a rank needs weights that no solver can tell from a tie.
    """

    best: IntArray
    worst: IntArray
    best_attained: IntArray
    worst_attained: IntArray
    weights_at_best: FloatArray
    weights_at_worst: FloatArray

    @property
    def exact(self) -> BoolArray:
        """Where both ends are attained."""
        equal: BoolArray = (self.best == self.best_attained) & (self.worst == self.worst_attained)
        return equal


def exact_ranks(
    values: ArrayLike,
    weights: ArrayLike,
    spread: float | Sequence[float],
    *,
    tree: Tree | None = None,
    levels: Sequence[int] | None = None,
    model: str = "box",
    units: Sequence[int] | None = None,
    ties: str = "min",
    decimals: int | None = None,
    effort: float = 30_000.0,
) -> RankRanges:
    """Return the best and worst rank of each unit over all weights within ±``spread`` of the nominal ones.

    ``values`` are ``(units, indicators)`` normalised values that the index adds up; ``weights``,
    ``tree``, ``levels`` and ``model`` as in :func:`tierwise.draws.weight_sets.weight_box`. ``units`` are the
    rows asked for, all when left out. ``ties`` and ``decimals`` are those of the ranking, see
    :func:`rank_ranges`.

    ``effort`` bounds the work of either end beyond counting pairs, easiest units first: about so many
    milliseconds, estimated and not measured, so that the same ranges come out on every machine. 0 leaves
    the outer bounds of counting pairs.
    """
    box = weight_box(weights, spread, tree=tree, levels=levels, model=model)
    return rank_ranges(values, box, units=units, ties=ties, decimals=decimals, effort=effort)


@remembered(RankRanges)
def rank_ranges(
    values: ArrayLike,
    box: WeightBox,
    *,
    units: Sequence[int] | IntArray | None = None,
    ties: str = "min",
    decimals: int | None = None,
    effort: float = 30_000.0,
) -> RankRanges:
    """Return the best and worst rank of each unit over a set of weights.

    Differences under 1e-9 of the largest value are ties: the programs are solved to about that precision,
    which is wider than the grid on which scores are compared (:mod:`tierwise.kernels.grid`). Where scores
    are rounded to ``decimals`` before they are ranked, those that differ by no more than one unit of the
    last decimal may tie (1.5 and 2.5 both round to 2): the best rank takes them as tied, the worst rank as
    apart. With ``ties`` other than ``min`` the worst rank counts those that tie as ahead. So the range holds
    in every case, and is attained without rounding under ``min``.
    """
    x = finite_values(values, len(box.tree.leaves))
    rows = np.arange(len(x)) if units is None else np.asarray(units, dtype=np.int64)
    tie = SOLVED * max(float(np.abs(x).max(initial=0.0)), np.finfo(float).tiny)
    rounded = tie if decimals is None else max(tie, (1.0 + SOLVED) * 10.0**-decimals)
    low, high = margins(x, box, rows)
    best = fewest_against(Side(x, box, rows, 1.0, rounded, low, high), effort)
    line = -tie if ties == "min" else rounded
    worst = fewest_against(Side(x, box, rows, -1.0, line, -high, -low), effort)
    return RankRanges(
        best.bound + 1,
        len(x) - worst.bound,
        best.count + 1,
        len(x) - worst.count,
        best.at,
        worst.at,
    )
