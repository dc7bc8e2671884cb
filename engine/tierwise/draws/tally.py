"""What the draws say: distributions of ranks, tiers and cuts, read off the counts of a run.

Units are in the order in which they were given. A quantile is the lowest value that at least this share of
the draws do not exceed. Standard errors are those of the draws (Monte Carlo), and only of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.counts import UNIT_WEIGHT, Counts, quantile_count
from tierwise.draws.setup import Setup
from tierwise.errors import TierwiseError, problem

__all__ = ["Tally"]


@dataclass(frozen=True)
class Tally:
    """The counts of a run and the questions that they answer."""

    counts: Counts
    asked: int

    def __post_init__(self) -> None:
        if not self.counts.draws:
            code = "U005" if self.counts.failed else "U012"
            raise TierwiseError(problem(code, failed=self.counts.failed))

    @property
    def setup(self) -> Setup:
        """What was counted."""
        return self.counts.setup

    @property
    def draws(self) -> int:
        """Draws that are counted."""
        return self.counts.draws

    @property
    def failed(self) -> int:
        """Draws in which some unit had no score; they are in no count but this one."""
        return self.counts.failed

    @property
    def complete(self) -> bool:
        """Whether all draws that were asked for were made."""
        return self.draws + self.failed >= self.asked

    def __repr__(self) -> str:
        failed = f", {self.failed:,} failed" if self.failed else ""
        return f"Tally({self.draws:,} draws of {self.setup.units:,} units{failed})"

    # ranks

    @cached_property
    def rank_counts(self) -> IntArray:
        """``(units, bins)``: in how many draws a unit had each rank."""
        return self._given(self.counts.ranks.full().astype(np.int64))

    @cached_property
    def rank_values(self) -> FloatArray:
        """``(bins,)``: the rank that each column of :attr:`rank_counts` counts."""
        return 1.0 + np.arange(self.setup.bins) / self.setup.steps

    def rank_acceptability(self) -> FloatArray:
        """Return ``(units, bins)`` P(rank = r), SMAA's b (Lahdelma and Salminen 2001)."""
        return self.rank_counts / self.draws

    def band_acceptability(self, edges: Sequence[int], units: IntArray) -> FloatArray:
        """Return ``(units, bands)`` P(rank in a band) of some units; ``edges`` count places from 0."""
        row = np.empty(len(self.setup.order), dtype=np.int64)
        row[self.setup.order] = np.arange(len(row))
        share: FloatArray = self.counts.ranks.bands(edges)[row[units]] / self.draws
        return share

    def rank_mean(self) -> FloatArray:
        """Return mean ranks ``(units,)``."""
        return 1.0 + self._given(self.counts.ranks.mean()) / self.setup.steps

    def rank_quantile(self, share: float) -> FloatArray:
        """Return quantiles of the ranks ``(units,)``, exact."""
        return self._given(self._ranks_at(quantile_count(share, self.draws)))

    def rank_quantile_error(self, share: float) -> FloatArray:
        """Return half the distance between the quantiles one standard error of ``share`` to either side."""
        error = np.sqrt(share * (1.0 - share) / self.draws)
        low, high = (
            self._ranks_at(quantile_count(min(max(share + side * error, 0.0), 1.0), self.draws))
            for side in (-1.0, 1.0)
        )
        return self._given((high - low) / 2.0)

    def rank_median(self) -> FloatArray:
        """Return median ranks ``(units,)``."""
        return self.rank_quantile(0.5)

    def rank_interval(self, share: float = 0.9) -> tuple[FloatArray, FloatArray]:
        """Return the two quantiles ``(units,)`` with this share of the draws between them."""
        tail = (1.0 - share) / 2.0
        return self.rank_quantile(tail), self.rank_quantile(1.0 - tail)

    def rank_min(self) -> FloatArray:
        """Return the best rank of each unit in any draw."""
        return self._given(self._ranks_at(1))

    def rank_max(self) -> FloatArray:
        """Return the worst rank of each unit in any draw."""
        return self._given(self._ranks_at(self.draws))

    def p_top(self, top: int | None = None) -> FloatArray:
        """Return P(rank <= top) ``(units,)``; by default of the list's own length."""
        last = self.setup.steps * ((self.setup.top if top is None else top) - 1)
        return self._given(self.counts.ranks.up_to(last)) / self.draws

    def rank_shift_mean(self) -> float:
        """Return R_S, the mean over draws and units of |rank - nominal rank|."""
        return int(self._shifts.sum()) / (self.setup.steps * self.setup.units * self.draws)

    def rank_shift_of(self, units: IntArray) -> float:
        """Return the mean over draws and some of the units of |rank - nominal rank|."""
        return float((self._shifts[units] / self.draws).mean() / self.setup.steps)

    @cached_property
    def _shifts(self) -> IntArray:
        """``(units,)``: |rank - nominal rank| added up over the draws, in steps."""
        places = np.rint((self.setup.ranks[self.setup.order] - 1.0) * self.setup.steps).astype(np.int64)
        return self._given(self.counts.ranks.distances(places))

    # tiers

    @cached_property
    def tier_probabilities(self) -> FloatArray:
        """``(units, count + 1)``: column 0 is P(not selected), column t P(tier t)."""
        self._need_tiers()
        return self._given(self.counts.tiers.T) / self.draws

    def p_tier_same(self) -> FloatArray:
        """Return P(tier as in the nominal list) ``(units,)``; outside counts as a tier of its own."""
        return self.tier_probabilities[np.arange(self.setup.units), self.setup.nominal_tiers]

    @cached_property
    def cut_rank_probabilities(self) -> FloatArray:
        """``(cuts, units + 1)`` P(cut t has r units above it); the last column: P(there is no cut t)."""
        self._need_tiers()
        return self.counts.cut_ranks / self.draws

    def cut_rank_quantile(self, share: float) -> FloatArray:
        """Return quantiles of the number of units above each cut ``(cuts,)``; NaN for one never found."""
        self._need_tiers()
        cumulated = np.cumsum(self.counts.cut_ranks[:, :-1], axis=1)
        out = np.full(len(cumulated), np.nan)
        for cut, total in enumerate(cumulated):
            if total[-1]:
                out[cut] = np.searchsorted(total, quantile_count(share, int(total[-1])))
        return out

    def cut_score_quantile(self, share: float) -> FloatArray:
        """Return quantiles of the score of each cut ``(cuts,)``, to 1 part in 131,072; NaN if never found.

        The score of a cut is the midpoint of the scores on its two sides, or the frozen score.
        """
        self._need_tiers()
        return np.array([bins.quantile(share) for bins in self.counts.cut_scores])

    def p_cut_same(self) -> FloatArray:
        """Return P(the cut is where it is in the nominal list) ``(cuts,)``."""
        cuts = self.setup.nominal_cuts
        return self.cut_rank_probabilities[np.arange(len(cuts)), cuts]

    def p_split(self) -> FloatArray:
        """Return P(in different tiers) ``(units - 1,)`` of each pair of neighbours in nominal order.

        Pair r holds the units ``setup.order[r]`` and ``setup.order[r + 1]``. Not being selected counts as a
        tier.
        """
        self._need_tiers()
        return self.counts.splits / self.draws

    # pairs and weights

    def pairwise(self) -> FloatArray:
        """Return ``(units, units)`` P(i ranks strictly before j)."""
        self._need("pairwise")
        place = np.argsort(self.setup.order)
        return self.counts.wins[np.ix_(place, place)] / self.draws

    def p_first(self) -> FloatArray:
        """Return ``(units,)`` the share of draws in which a unit ranks first; 0 without weights."""
        self._need("central")
        return self._given(self.counts.firsts) / self.draws

    def central_weights(self) -> FloatArray:
        """Return ``(units, nodes)`` mean local weights of the draws in which the unit ranks first.

        Undefined, NaN, for a unit that never does.
        """
        self._need("central")
        firsts = self._given(self.counts.firsts)[:, None]
        total = self._given(self.counts.weights) / UNIT_WEIGHT
        return np.where(firsts > 0, total / np.maximum(firsts, 1), np.nan)

    # errors of the draws

    def probability_error(self, probability: FloatArray) -> FloatArray:
        """Return standard errors of probabilities; one never or always seen has that of half a draw."""
        seen = (probability * self.draws + 0.5) / (self.draws + 1.0)
        return np.sqrt(seen * (1.0 - seen) / self.draws)

    def _given(self, by_nominal: NDArray[Any]) -> NDArray[Any]:
        """Return rows in nominal order as rows in the order given."""
        out = np.empty_like(by_nominal)
        out[self.setup.order] = by_nominal
        return out

    def _ranks_at(self, count: int) -> FloatArray:
        """Return the rank that stands at this count in the order of each unit's ranks."""
        return 1.0 + self.counts.ranks.place_at(count) / self.setup.steps

    def _need(self, quantity: str) -> None:
        if quantity not in self.setup.quantities:
            raise TierwiseError(problem("U006", quantity=quantity))

    def _need_tiers(self) -> None:
        if self.setup.tiers is None:
            raise TierwiseError(problem("U006", quantity="tiers"))
