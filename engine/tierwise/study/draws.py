"""What a draw of an index is: the weights it may get, and how tiers are found in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.models import WeightModel, weight_model
from tierwise.draws.models_spread import Box
from tierwise.draws.tier_rules import Partition, TierRule
from tierwise.errors import Problem, located
from tierwise.inputs import Experts
from tierwise.methods.weightings import WEIGHTINGS
from tierwise.spec import Spec, TiersSpec
from tierwise.study.index import Index
from tierwise.study.tiers import Tiers

SEEN = 5e-5  # of a weight, in percent with two decimals


def model_of(index: Index, spec: Spec, experts: Experts | None) -> WeightModel:
    """Return the weight model that the spec asks for.

    By default bootstrap of the panel where the index's own weights come from judgement, and box around
    weights that come from the data, from comparisons or from nothing, or where there is no panel. Experts
    count by their authority where ``[experts] method`` says so, in the draws as in the weights.

    Raises :class:`TierwiseError` U106 when a panel's model is asked for and there is none.
    """
    settings = spec.uncertainty
    sources = (index.spec.weights,) if isinstance(index.spec.weights, str) else ()
    judged = experts is not None and any(WEIGHTINGS[source].judged for source in sources)
    name = settings.weights or ("bootstrap" if judged else "box")
    framework = index.framework
    last = None if experts is None else experts.last
    if settings.weights is None and max(map(len, framework.tree.sibling_groups)) == 1:
        return Box(framework.local_weights, (), np.zeros(framework.tree.nodes))  # nothing can vary
    with located(key_of_draws):
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


@dataclass(frozen=True)
class Offset:
    """How far the weights that draws lie around are from the index's own, where that is most."""

    code: str
    name: str
    index: float  # its global weight in the index
    draws: float  # and around which it is drawn


def offset_of(index: Index, model: WeightModel) -> Offset | None:
    """Return where a model's draws lie around other weights than the index has, None where they do not.

    An index of given weights with an expert panel beside them ranks by the former and draws from the latter.
    Differences that no printed weight shows do not count.
    """
    framework = index.framework
    around = framework.tree.global_weights(model.centre())
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
    partition: Partition | None = None
    if settings.on == "indicators":
        partition = Repartition(settings, tiers.count, index.plan.values)
    if spec.uncertainty.methods.tiers and spec.uncertainty.tiers == "refit":
        from tierwise.study.choices import tier_partition

        partition = tier_partition(spec.uncertainty.methods, settings, tiers.count)
    return TierRule(
        count=tiers.count,
        rule=spec.uncertainty.tiers,
        method=settings.method,
        sizes=settings.sizes,
        cuts=settings.cuts,
        partition=partition,
        nominal=tiers.tiers,
    )


def key_of_draws(problem: Problem) -> str:
    """Return the key of the scenario that a problem of the draws is about."""
    if problem.code == "U111":  # no weight can vary
        return "[uncertainty] levels"
    if problem.argument in {"spread", "levels", "of", "weights", "draws", "seed"}:
        return f"[uncertainty] {problem.argument}"
    judged = problem.argument in {"scores", "camps", "authority"}
    return "Experts" if judged and problem.row is None else ""
