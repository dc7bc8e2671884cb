"""What is counted in every draw, fixed before the first one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.tier_rules import Cutter, TierRule, cutter, refuse_few
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.grid import levelled, rounded
from tierwise.kernels.ranks import TIES, rank
from tierwise.names import choose

__all__ = ["Setup", "setup"]

QUANTITIES: Final = ("pairwise", "central")
MOST_UNITS: Final = 32_767


@dataclass(frozen=True)
class Setup:
    """The nominal list and what is asked of the draws.

    ``nominal`` are the nominal scores ``(units,)``. Ranks are counted in ``bins`` places, ``steps`` for each
    rank (2 under ``average``, whose ranks may end in a half).
    """

    nominal: FloatArray
    nodes: int
    ties: str
    decimals: int | None
    half: str
    top: int
    tiers: TierRule | None
    quantities: frozenset[str]

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.nominal)

    @property
    def steps(self) -> int:
        """Places in the histogram for each rank."""
        return 2 if self.ties == "average" else 1

    @property
    def bins(self) -> int:
        """Places in the histogram for each unit."""
        return self.steps * (self.units - 1) + 1

    @property
    def counts_pairs(self) -> bool:
        """Whether the wins of all pairs are counted."""
        return "pairwise" in self.quantities

    @property
    def counts_central(self) -> bool:
        """Whether the weights of the draws in which a unit ranks first are summed."""
        return "central" in self.quantities

    @cached_property
    def rounded(self) -> FloatArray:
        """Nominal scores as they are printed."""
        return rounded(self.nominal, self.decimals, self.half)

    @cached_property
    def compared(self) -> FloatArray:
        """Nominal scores as they are compared: rounded, and equal where they are equal on their grid."""
        return levelled(self.rounded)

    @cached_property
    def ranks(self) -> FloatArray:
        """Nominal ranks ``(units,)``."""
        return np.asarray(rank(self.compared, self.ties), dtype=np.float64)

    @cached_property
    def order(self) -> IntArray:
        """Units by nominal rank, equal ones in the order given: the order in which units are counted."""
        return np.argsort(-self.compared, kind="stable")

    def round(self, scores: FloatArray) -> None:
        """Round ``(draws, units)`` finite scores in place, if rounding is asked for."""
        from tierwise.kernels.compiled_grid import round_rows  # loads numba

        if self.decimals is not None:
            round_rows(scores, self.decimals, self.half == "even")

    @cached_property
    def selected(self) -> IntArray:
        """The units whose nominal rank is at most ``top``, best first."""
        return self.order[self.ranks[self.order] <= self.top]

    @cached_property
    def cutter(self) -> Cutter | None:
        """The tier rule made ready."""
        if self.tiers is None:
            return None
        refuse_few(len(self.selected), self.tiers)
        return cutter(self.tiers, self.compared[self.selected], self.selected)

    @cached_property
    def nominal_tiers(self) -> IntArray:
        """Nominal tiers ``(units,)``: 1 = top, 0 = not selected."""
        assert self.cutter is not None
        tiers = np.zeros(self.units, dtype=np.int64)
        if self.cutter.rule.nominal is not None:
            tiers[:] = self.cutter.rule.nominal
        else:
            tiers[self.selected] = 1 + np.searchsorted(
                self.nominal_cuts, np.arange(len(self.selected)), side="right"
            )
        return tiers

    @cached_property
    def nominal_cuts(self) -> IntArray:
        """Number of units above each cut of the nominal list ``(count - 1,)``."""
        assert self.cutter is not None
        if self.cutter.rule.nominal is not None:
            sizes = np.bincount(self.cutter.rule.nominal, minlength=self.cutter.rule.count + 1)[1:]
            return np.cumsum(sizes)[:-1]
        return self.cutter.cuts(self.compared[self.selected], self.selected)

    @property
    def cut_scores(self) -> FloatArray:
        """Midpoint between the last score above and the first below each cut ``(count - 1,)``.

        NaN where all of a list is above a cut: equal scores are never parted, and leave tiers empty.
        """
        ordered = np.append(self.rounded[self.selected], np.nan)
        middle: FloatArray = (ordered[self.nominal_cuts - 1] + ordered[self.nominal_cuts]) / 2
        return middle


def setup(
    nominal: ArrayLike,
    nodes: int,
    *,
    ties: str = "min",
    decimals: int | None = None,
    half: str = "up",
    top: int | None = None,
    tiers: TierRule | None = None,
    quantities: tuple[str, ...] = (),
) -> Setup:
    """Return a checked :class:`Setup`.

    Raises:
        TierwiseError: U001 a nominal score that is missing, U004 more than 32,767 units, S002 an unknown tie
            rule or quantity, T101 fewer selected units than tiers.

    """
    scores = np.array(nominal, dtype=np.float64)
    if len(scores) > MOST_UNITS:
        raise TierwiseError(problem("U004", units=len(scores), most=MOST_UNITS))
    made = Setup(
        nominal=scores,
        nodes=nodes,
        ties=choose(ties, TIES, "ties"),
        decimals=decimals,
        half=half,
        top=len(scores) if top is None else min(top, len(scores)),
        tiers=tiers,
        quantities=frozenset(choose(name, QUANTITIES, "quantities") for name in quantities),
    )
    _ = made.ranks, made.cutter
    return made
