"""Tiers of the published list: which units are selected, and where the list is cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray, frozen_ints
from tierwise.errors import Problem, Problems, located
from tierwise.kernels.grid import thresholds
from tierwise.methods.tier_count import tier_criteria
from tierwise.methods.tier_methods import METHODS
from tierwise.methods.tiers import cut
from tierwise.spec import Spec, TiersSpec
from tierwise.study.index import Index

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.methods.tier_count import TierCriteria


@dataclass(frozen=True)
class Tiers:
    """Tier of each unit ``(units,)``: 1 is the top, 0 is outside the selected units."""

    index: Index
    tiers: IntArray
    top: int
    criteria: TierCriteria | None = None  # of count = "auto"

    @cached_property
    def runs(self) -> int:
        """Number of runs of equal tiers down the list; the number of tiers when these are contiguous."""
        return 1 + int((np.diff(self.tiers[self.selected]) != 0).sum())

    @property
    def contiguous(self) -> bool:
        """Whether tiers are runs in rank; otherwise they are types of units, and nothing is cut."""
        return self.runs == int((self.sizes > 0).sum())

    @cached_property
    def selected(self) -> IntArray:
        """The selected units, best first."""
        return self.index.order[self.tiers[self.index.order] > 0]

    @property
    def count(self) -> int:
        """Number of tiers."""
        return int(self.tiers.max())

    @property
    def sizes(self) -> IntArray:
        """Number of units in each tier."""
        return np.bincount(self.tiers, minlength=self.count + 1)[1:]

    @cached_property
    def cut_ranks(self) -> IntArray:
        """Number of units above each cut ``(count - 1,)``; none between types."""
        return np.cumsum(self.sizes)[:-1] if self.contiguous else np.empty(0, dtype=np.int64)

    @cached_property
    def cut_scores(self) -> FloatArray:
        """Midpoint between the last score above and the first below each cut ``(count - 1,)``."""
        scores = self.index.score
        return np.array(
            [
                (scores[self.tiers == tier].min() + scores[self.tiers == tier + 1].max()) / 2
                for tier in range(1, len(self.cut_ranks) + 1)
            ],
            dtype=np.float64,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return code, name, score, rank and tier of the selected units, best first."""
        import pandas as pd

        panel, index = self.index.panel, self.index
        return pd.DataFrame(
            {
                "code": [panel.codes[unit] for unit in self.selected],
                "name": [panel.names[unit] for unit in self.selected],
                "score": index.score[self.selected],
                "rank": index.ranks[self.selected],
                "tier": self.tiers[self.selected],
            }
        )

    def __repr__(self) -> str:
        types = "" if self.contiguous else f"; types, not tiers: {self.runs} runs in rank"
        return f"Tiers({' / '.join(map(str, self.sizes))} of {len(self.selected)} units{types})"


def tiers(index: Index, spec: Spec | None = None, *, cuts: FloatArray | None = None) -> Tiers:
    """Return the tiers of an index: selection of the top units first, then the cut within them.

    Units whose rank is at most ``[select] top`` are selected (ties at the edge are all in). With ``cuts``,
    the falling scores of another year's cuts, tiers are what these make of them, empty ones among them.

    Raises:
        TierwiseError: what ``methods.tiers.cut`` raises, placed at the key or the unit it is about.

    """
    spec = spec or Spec()
    top = spec.select.top or len(index.panel)
    selected = np.flatnonzero(index.ranks <= top)
    if cuts is not None:
        above = np.searchsorted(-thresholds(cuts, index.compared), -index.compared[selected], side="left")
        return _tiers(index, selected, above + 1, top)
    indicators = index.plan.values[selected] if spec.tiers.on == "indicators" else None
    criteria = None
    number = 1 if METHODS[spec.tiers.method].frozen else spec.tiers.count
    with located(_place(index, selected)):
        if number == "auto":
            criteria = tier_criteria(
                index.compared[selected],
                spec.tiers.most,
                spec.tiers.method,
                indicators=indicators,
                contiguous=spec.tiers.contiguous,
            )
            number = criteria.chosen
        tier = cut(
            index.compared[selected],
            number,
            spec.tiers.method,
            indicators=indicators,
            contiguous=spec.tiers.contiguous,
            sizes=spec.tiers.sizes,
            cuts=spec.tiers.cuts,
        )
        _refuse_empty(tier, len(spec.tiers.cuts or ()) + 1)
    return _tiers(index, selected, tier, top, criteria)


def _tiers(
    index: Index, selected: IntArray, tier: IntArray, top: int, criteria: TierCriteria | None = None
) -> Tiers:
    all_tiers = np.zeros(len(index.panel), dtype=np.int64)
    all_tiers[selected] = tier
    return Tiers(index, frozen_ints(all_tiers), top, criteria)


def _refuse_empty(tiers: IntArray, count: int) -> None:
    """Raise T114 for each tier that frozen cuts leave without a unit."""
    problems = Problems()
    for tier in sorted({*range(1, count + 1)} - {*tiers.tolist()}):
        problems.add("T114", argument="cuts", tier=tier)
    problems.raise_any()


def _place(index: Index, selected: IntArray) -> Callable[[Problem], str]:
    """Return the function that gives a problem of the cut its unit's cell, or the key it is about."""

    def place(problem: Problem) -> str:
        if problem.row is not None:
            return index.panel.place(int(selected[problem.row]), problem.column)
        return f"[tiers] {problem.argument}" if problem.argument in TiersSpec.model_fields else "[tiers]"

    return place
