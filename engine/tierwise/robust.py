"""Robustness: what thousands of weight draws say about each unit's rank and tier, and about each cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problem, located
from tierwise.indexing import Index
from tierwise.spec import Spec, TiersSpec
from tierwise.tiering import Tiers
from tierwise.uncertainty.adaptive import Errors, Tolerance, largest_errors
from tierwise.uncertainty.models import WeightModel, centre, weight_model
from tierwise.uncertainty.models_spread import Box
from tierwise.uncertainty.tally import Tally
from tierwise.uncertainty.tier_rules import Partition, TierRule
from tierwise.values import Experts

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.proving import Exact
    from tierwise.uncertainty.choices import Choices

SEEN = 5e-5  # of a weight, in percent with two decimals


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
class Offset:
    """How far the weights that draws lie around are from the index's own, where that is most."""

    code: str
    name: str
    index: float  # its global weight in the index
    draws: float  # and around which it is drawn


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
        """Return the robustness table: one row a unit, best first."""
        from tierwise.tables.robustness import robustness

        return robustness(self)

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
    announce: Callable[[int], None] | None = None,
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
    from tierwise.choosing import choices_of
    from tierwise.uncertainty.choices import MethodDraws
    from tierwise.uncertainty.draws import simulate
    from tierwise.uncertainty.source import WeightedScores

    spec = spec or Spec()
    model = model_of(index, spec, experts)
    choices = choices_of(index, spec.uncertainty.methods)
    with located(_key):
        tally = simulate(
            WeightedScores(index.plan, model) if choices is None else MethodDraws(choices, model),
            draws=spec.uncertainty.draws,
            seed=spec.uncertainty.seed,
            nominal=index.scores[:, 0],
            ties=index.spec.ties,
            decimals=index.spec.round,
            top=tiers.top,
            tier_rule=tier_rule(index, tiers, spec) if tiers.contiguous else None,
            tolerance=Tolerance(spec.uncertainty.tolerance, interval=spec.uncertainty.interval),
            threads=threads,
            cluster=cluster,
            checkpoint=checkpoint,
            announce=announce,
            progress=None if progress is None else lambda done, total, rate: progress(done, total),
        )
    from tierwise.proving import proved

    prove = None if choices is not None else partial(proved, index, tiers.selected, spec, experts)
    interval, offset = spec.uncertainty.interval, offset_of(index, model)
    found = Robustness(index, tiers, tally, model.name, interval, prove, choices, offset)
    if spec.uncertainty.exact:
        _ = found.proven  # raises what is in the way
    return found


def model_of(index: Index, spec: Spec, experts: Experts | None) -> WeightModel:
    """Return the weight model that the spec asks for.

    By default bootstrap of the panel where the index's own weights come from judgement, and box around
    weights that come from the data, from comparisons or from nothing, or where there is no panel. Experts
    count by their authority where ``[experts] method`` says so, in the draws as in the weights.

    Raises :class:`TierwiseError` U106 when a panel's model is asked for and there is none.
    """
    settings = spec.uncertainty
    judged = experts is not None and index.spec.weights in ("auto", "framework", "experts")
    name = settings.weights or ("bootstrap" if judged else "box")
    framework = index.framework
    last = None if experts is None else experts.last
    if settings.weights is None and max(map(len, framework.tree.sibling_groups)) == 1:
        return Box(framework.local_weights, (), np.zeros(framework.tree.nodes))  # nothing can vary
    with located(_key):
        return weight_model(
            name,
            framework.tree,
            framework.local_weights,
            scores=None if experts is None else experts.on_nodes(framework),
            authority=None if last is None or spec.experts.method != "authority" else last.authority,
            camps=None if last is None else last.camps,
            spread=settings.spread,
            levels=settings.levels,
            of=settings.of,
        )


def offset_of(index: Index, model: WeightModel) -> Offset | None:
    """Return where a model's draws lie around other weights than the index has, None where they do not.

    An index of given weights with an expert panel beside them ranks by the former and draws from the latter.
    Differences that no printed weight shows do not count.
    """
    framework = index.framework
    around = framework.tree.global_weights(centre(model))
    node = int(np.argmax(np.abs(around - framework.global_weights)))
    given, drawn = float(framework.global_weights[node]), float(around[node])
    if abs(drawn - given) < SEEN:
        return None
    return Offset(framework.codes[node], framework.names[node], given, drawn)


@dataclass(frozen=True)
class Repartition:
    """Tiers of a draw on indicators, which have no fast path; picklable, so that a cluster can use it."""

    spec: TiersSpec
    count: int
    indicators: FloatArray

    def __call__(self, scores: FloatArray, units: IntArray) -> IntArray:
        """Return the tier of each selected unit, given their scores, best first."""
        from tierwise.methods.tiers import cut

        return cut(
            scores,
            self.count,
            self.spec.method,
            indicators=self.indicators[units],
            contiguous=self.spec.contiguous,
        )


def tier_rule(index: Index, tiers: Tiers, spec: Spec) -> TierRule:
    """Return how tiers are found in a draw: as in the nominal list, or by its frozen cuts."""
    settings = spec.tiers
    on_indicators = settings.on == "indicators" and settings.method not in {"fixed", "quantile"}
    partition: Partition | None = None
    if on_indicators:
        partition = Repartition(settings, tiers.count, index.plan.values)
    if spec.uncertainty.methods.tiers and spec.uncertainty.tiers == "refit":
        from tierwise.choosing import tier_partition

        partition = tier_partition(spec.uncertainty.methods, settings, tiers.count)
    return TierRule(
        count=tiers.count,
        rule=spec.uncertainty.tiers,
        method="fisher" if settings.method == "kmeans" else settings.method,  # the same optimum on a line
        sizes=settings.sizes,
        cuts=settings.cuts,
        partition=partition,
        nominal=tiers.tiers,
    )


def _key(problem: Problem) -> str:
    """Return the key of the scenario that a problem of the draws is about."""
    known = {**dict.fromkeys(("spread", "levels", "of", "weights", "draws", "seed"), "uncertainty")}
    if problem.code == "U111":  # no weight can vary
        return "[uncertainty] levels"
    section = known.get(problem.argument, "")
    if problem.argument in {"scores", "camps", "authority"}:
        return "Experts" if problem.row is None else ""
    return f"[{section}] {problem.argument}" if section else ""
