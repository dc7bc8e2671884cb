"""Robustness: what thousands of weight draws say about each unit's rank and tier, and about each cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.adaptive import Errors, largest_errors
from tierwise.draws.memory import Memory
from tierwise.draws.simulate import simulate
from tierwise.draws.tally import Tally
from tierwise.errors import located
from tierwise.inputs import Experts
from tierwise.spec import Spec
from tierwise.study.columns import tier_column, whole_ranks
from tierwise.study.draws import COUNTED, Offset, draw_plan, key_of_draws, offset_of
from tierwise.study.exact import proved
from tierwise.study.index import Index
from tierwise.study.tiers import Tiers

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.draws.choices import Choices
    from tierwise.study.exact import Exact


@dataclass(frozen=True)
class Cuts:
    """The boundaries between tiers, arrays ``(count - 1,)``: where they are and where the draws put them."""

    rank: IntArray  # number of units above
    score: FloatArray  # midpoint of the scores on its two sides
    rank_low: FloatArray
    rank_median: FloatArray
    rank_high: FloatArray
    score_low: FloatArray
    score_high: FloatArray
    p_same: FloatArray  # the cut falls exactly here
    unit_above: IntArray
    unit_below: IntArray
    p_split: FloatArray  # these two are in different tiers


@dataclass(frozen=True)
class Robustness:
    """The answers of the draws, arrays over ``units`` in the panel's order."""

    index: Index
    tiers: Tiers
    tally: Tally
    model: str
    interval: float
    prove: Callable[[], Exact | None] | None = field(default=None, repr=False)
    choices: Choices | None = None  # methods that the draws varied
    offset: Offset | None = None  # of draws around other weights than the index's

    @cached_property
    def proven(self) -> Exact | None:
        """Exact results of the listed units, where they apply; proved when they are first asked for."""
        return None if self.prove is None else self.prove()

    @property
    def draws(self) -> int:
        """Number of weight vectors."""
        return self.tally.draws

    @property
    def complete(self) -> bool:
        """Whether all draws that were asked for were made; false after a stop."""
        return self.tally.complete

    @cached_property
    def errors(self) -> Errors:
        """The largest Monte Carlo errors of any probability and of any rank quantile."""
        return largest_errors(self.tally, self.interval)

    @property
    def varied(self) -> tuple[str, ...]:
        """What the draws varied beside the weights: the factors of ``[uncertainty.methods]``, and noise."""
        if self.choices is None:
            return ()
        noise = ("data noise",) if self.choices.noise.size else ()
        return (*(factor.name for factor in self.choices.factors), *noise)

    @property
    def failed(self) -> int:
        """Draws that gave no ranking."""
        return self.tally.failed

    @property
    def rank_shift(self) -> float:
        """Mean |rank in a draw - nominal rank| over units and draws."""
        return self.tally.rank_shift_mean()

    @cached_property
    def rank_low(self) -> FloatArray:
        """The better end of the interval of ranks."""
        return self.tally.rank_interval(self.interval)[0]

    @cached_property
    def rank_high(self) -> FloatArray:
        """The worse end of the interval of ranks."""
        return self.tally.rank_interval(self.interval)[1]

    @cached_property
    def p_top(self) -> FloatArray:
        """Probability of being in the published list."""
        return self.tally.p_top()

    @cached_property
    def tier_probabilities(self) -> FloatArray:
        """Probability of each tier ``(units, count)``; a row sums to the probability of being listed."""
        if not self.tiers.contiguous:
            return np.empty((len(self.tiers.tiers), 0))
        return self.tally.tier_probabilities[:, 1:]

    @cached_property
    def p_tier_same(self) -> FloatArray:
        """Probability of being in the nominal tier (of staying outside, for units outside)."""
        if not self.tiers.contiguous:
            return np.full(len(self.tiers.tiers), np.nan)
        return self.tally.p_tier_same()

    @cached_property
    def cuts(self) -> Cuts:
        """Where each cut is, and where the draws put it."""
        above = self.tiers.cut_ranks
        if not self.tiers.contiguous:
            none, whole = np.empty(0), np.empty(0, dtype=np.int64)
            return Cuts(whole, none, none, none, none, none, none, none, whole, whole, none)
        low, high = (1 - self.interval) / 2, (1 + self.interval) / 2
        order = self.tally.setup.order
        return Cuts(
            rank=above,
            score=self.tiers.cut_scores,
            rank_low=self.tally.cut_rank_quantile(low),
            rank_median=self.tally.cut_rank_quantile(0.5),
            rank_high=self.tally.cut_rank_quantile(high),
            score_low=self.tally.cut_score_quantile(low),
            score_high=self.tally.cut_score_quantile(high),
            p_same=self.tally.p_cut_same(),
            unit_above=order[above - 1],
            unit_below=order[above],
            p_split=self.tally.p_split()[above - 1],
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a unit, best first: rank interval, exact range, chances of tiers, nearest rival."""
        import pandas as pd

        index, tiers, tally = self.index, self.tiers, self.tally
        columns: dict[str, object] = {
            "code": index.panel.codes,
            "name": index.panel.names,
            "score": index.score,
            "rank": index.ranks,
            "rank_mean": tally.rank_mean(),
            "rank_median": tally.rank_median(),
            "rank_low": self.rank_low,
            "rank_high": self.rank_high,
            "rank_min": tally.rank_min(),
            "rank_max": tally.rank_max(),
        }
        columns |= self._proven("ranks")
        if tiers.top < len(index.panel):
            columns["p_top"] = self.p_top
        columns["tier"] = tier_column(tiers.tiers)
        columns |= {
            f"p_tier_{tier + 1}": self.tier_probabilities[:, tier]
            for tier in range(self.tier_probabilities.shape[1])
        }
        if tiers.contiguous:
            columns["p_tier_same"] = self.p_tier_same
        columns |= self._proven("rivals")
        columns |= {"missing": index.missing, "largest_share": index.effective_weights.max(axis=1)}
        frame = pd.DataFrame(columns)
        return whole_ranks(frame).iloc[index.order].reset_index(drop=True)

    def _proven(self, what: Literal["ranks", "rivals"]) -> dict[str, object]:
        """Return the columns of exact results, blank for units that are not listed."""
        import pandas as pd

        exact = self.proven
        if exact is None or (what == "ranks" and exact.ranks is None):
            return {}
        units = len(self.index.panel)
        if exact.ranks is not None and what == "ranks":
            ends = {"rank_best_exact": exact.ranks.best, "rank_worst_exact": exact.ranks.worst}
            return {
                name: pd.Series(ranks, index=exact.units).reindex(range(units)).astype("Int64")
                for name, ranks in ends.items()
            }
        rivals = pd.Series(exact.rival_names, index=exact.units, dtype=object).reindex(range(units))
        spread = pd.Series(exact.spread, index=exact.units).reindex(range(units))
        return {"nearest_rival": rivals, "critical_spread": spread.where(np.isfinite(spread))}

    def __repr__(self) -> str:
        varied = ", ".join((self.model, *self.varied))
        return f"Robustness({self.draws:,} draws, {varied}; mean rank shift {self.rank_shift:.3g})"


def robustness(
    index: Index,
    tiers: Tiers,
    spec: Spec | None = None,
    experts: Experts | None = None,
    *,
    threads: int | None = None,
    cluster: str | None = None,
    checkpoint: Path | None = None,
    progress: Callable[[int, int], bool | None] | None = None,
    announce: Callable[[Memory], None] | None = None,
) -> Robustness:
    """Return what draws of the weights say about an index and its tiers.

    Args:
        index: the nominal index.
        tiers: its tiers.
        spec: ``[uncertainty]`` says what is drawn, how often, and how tiers are found in a draw.
        experts: the expert panel, for the models that draw from one.
        threads: threads of this machine (default: all cores); the numbers do not depend on it.
        cluster: address of a dask.distributed scheduler that makes the draws instead.
        checkpoint: file that a run that was stopped goes on from, see ``simulate``.
        progress: called with draws done and draws asked for; when it returns False the run stops.
        announce: told the most bytes of memory that the draws need, before the first one.

    Raises:
        TierwiseError: U1xx for what the weight model needs and has not, and what ``simulate`` raises.

    """
    spec = spec or Spec()
    plan = draw_plan(index, tiers, spec, experts)
    with located(key_of_draws):
        tally = simulate(
            plan.source,
            **plan.settings,
            quantities=COUNTED,
            threads=threads,
            cluster=cluster,
            checkpoint=checkpoint,
            announce=announce,
            progress=None if progress is None else lambda done, total, rate: progress(done, total),
        )
    model, choices = plan.model, plan.choices
    prove = None if choices is not None else partial(proved, index, tiers.selected, spec, experts)
    interval, offset = spec.uncertainty.interval, offset_of(index, model)
    result = Robustness(index, tiers, tally, model.name, interval, prove, choices, offset)
    if spec.uncertainty.exact:
        _ = result.proven  # raises what is in the way
    return result
