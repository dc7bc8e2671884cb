"""What a draw of an index is: the weights it may get, and how tiers are found in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.adaptive import Tolerance
from tierwise.draws.choices import Choices, MethodDraws
from tierwise.draws.memory import refuse_too_large
from tierwise.draws.models import MODELS, WeightModel, weight_model
from tierwise.draws.models_spread import Box
from tierwise.draws.simulate import prepared, refuse_number, simulate
from tierwise.draws.source import Source, WeightedScores
from tierwise.draws.tier_rules import Partition, TierRule
from tierwise.errors import Problem, Problems, TierwiseError, located, problem
from tierwise.inputs import Experts, Framework
from tierwise.methods import delphi
from tierwise.methods.tiers import cut
from tierwise.spec import Spec, TiersSpec
from tierwise.study.choices import choices_of, tier_partition
from tierwise.study.index import Index
from tierwise.study.judged import bounds_of, placed, quantiles_of
from tierwise.study.tiers import Tiers
from tierwise.study.weights import delphi_weights, model_name
from tierwise.tolerances import SHARE, TYPED
from tierwise.words.formats import Printed

SEEN = 5e-5  # of a weight, in percent with two decimals
COUNTED = ("central",)  # beyond ranks and tiers
TRIED = 16  # draws of a check, where a draw can be refused


def model_of(index: Index, spec: Spec, experts: Experts | None) -> WeightModel:
    """Return the weight model that the spec asks for.

    By default bootstrap of the panel where the index's own weights come from judgement, and box around
    weights that come from the data, from comparisons or from nothing, or where there is no panel. Experts
    count by their authority where ``[experts] method`` says so, in the draws as in the weights. Unless the
    spec names a model, a panel's draws have the centre of the index: :func:`centred`.

    Raises :class:`TierwiseError` U106 when a panel's model is asked for and there is none.
    """
    settings = spec.uncertainty
    framework = index.framework
    last = None if experts is None else experts.last
    if settings.weights is None and max(map(len, framework.tree.sibling_groups)) == 1:
        return Box(framework.local_weights, (), np.zeros(framework.tree.nodes))  # nothing can vary
    with located(lambda raised: placed(framework, raised) or key_of_draws(raised)):
        return weight_model(
            model_name(spec.model_copy(update={"index": index.spec}), experts),
            framework.tree,
            framework.local_weights,
            scores=_scores(index, spec, experts),
            authority=authority_of(spec, experts),
            camps=None if last is None else last.camps,
            spread=settings.spread,
            levels=settings.levels,
            of=settings.of,
            bounds=None if framework.judgements is None else bounds_of(framework),
            quantiles=None if framework.judgements is None else quantiles_of(framework),
            tail=settings.tail,
        )


def authority_of(spec: Spec, experts: Experts | None) -> FloatArray | None:
    """Return the authority by which experts count, None where they all count alike."""
    return None if experts is None or spec.experts.rule != "authority" else experts.last.counts


def _scores(index: Index, spec: Spec, experts: Experts | None) -> FloatArray | None:
    """Return the experts' scores as the draws take them, None without a panel."""
    if experts is None:
        return None
    scores = experts.on_nodes(index.framework)
    if spec.uncertainty.weights is not None:
        return scores
    return centred(index.framework, scores, authority_of(spec, experts))


def centred(framework: Framework, scores: FloatArray, authority: FloatArray | None) -> FloatArray:
    """Return ``(experts, nodes)`` scores whose means give the framework's own weights.

    Each node's scores are multiplied by one factor, its weight over that of the panel's mean, so that the
    experts differ in the same proportions around another centre (a perturbation in Aitchison's geometry of
    compositions, 1982). Groups that were not judged throughout stay as they are.
    """
    out = np.array(scores)
    for group in framework.tree.sibling_groups:
        judged = scores[:, group]
        if group.size > 1 and not np.isnan(judged).all(axis=0).any():
            try:
                mean = delphi.weights(judged, "mean" if authority is None else "authority", authority)
            except TierwiseError:
                continue  # refused where the model is made
            weights = framework.local_weights[group]
            if not np.allclose(weights, mean, rtol=TYPED, atol=SHARE):
                out[:, group] = judged * np.divide(weights, mean, out=np.zeros(group.size), where=mean > 0)
    return out


@dataclass(frozen=True)
class Offset:
    """How far the weights that draws lie around are from the index's own, where that is most."""

    code: str
    name: str
    index: float  # its global weight in the index
    draws: float  # and around which it is drawn
    source: str = ""  # of weights that are those of the draws; blank for the expert panel


def offset_of(index: Index, model: WeightModel) -> Offset | None:
    """Return where a model's draws lie around other weights than the index has, None where they do not.

    An index of given weights with an expert panel beside them ranks by the former and draws from the latter.
    Differences that no printed weight shows do not count.
    """
    return _offset(index.framework, model.centre(), model.source)


def _offset(framework: Framework, local: FloatArray, source: str = "") -> Offset | None:
    """Return where some local weights are furthest from the framework's, None where none would be seen."""
    around = framework.tree.global_weights(local)
    node = int(np.argmax(np.abs(around - framework.global_weights)))
    given, drawn = float(framework.global_weights[node]), float(around[node])
    if abs(drawn - given) < SEEN:
        return None
    return Offset(framework.codes[node], framework.names[node], given, drawn, source)


def experts_offset(index: Index, spec: Spec, experts: Experts | None) -> Offset | None:
    """Return where the panel's means differ most from the index's weights, around which it is drawn."""
    model = MODELS[model_name(spec.model_copy(update={"index": index.spec}), experts)].model
    if experts is None or spec.uncertainty.weights is not None or not model.least:
        return None
    method = "mean" if authority_of(spec, experts) is None else "authority"
    try:
        means = delphi_weights(index.framework, experts, method)
    except TierwiseError:
        return None
    return _offset(index.framework, means)


def experts_cautions(index: Index, spec: Spec, experts: Experts | None) -> list[Problem]:
    """Return the caution that the panel's means give other weights than the index has: U118."""
    offset = experts_offset(index, spec, experts)
    if offset is None:
        return []
    index_weight, panel_weight = f"{Printed(offset.index):.2%}", f"{Printed(offset.draws):.2%}"
    return [problem("U118", "[index] weights", node=offset.name, index=index_weight, panel=panel_weight)]


@dataclass(frozen=True)
class DrawPlan:
    """What a run of draws makes and counts."""

    index: Index
    tiers: Tiers
    spec: Spec
    model: WeightModel
    choices: Choices | None  # methods that the draws vary
    source: Source
    tier_rule: TierRule | None

    @property
    def settings(self) -> dict[str, Any]:
        """What :func:`tierwise.draws.simulate.simulate` is given, beside the source."""
        uncertainty = self.spec.uncertainty
        return {
            "draws": uncertainty.draws,
            "seed": uncertainty.seed,
            "nominal": self.index.scores[:, 0],
            "ties": self.index.spec.ties,
            "decimals": self.index.spec.decimals,
            "half": self.index.spec.half,
            "top": self.tiers.top,
            "tier_rule": self.tier_rule,
            "tolerance": Tolerance(uncertainty.tolerance, interval=uncertainty.interval),
        }


def draw_plan(index: Index, tiers: Tiers, spec: Spec, experts: Experts | None) -> DrawPlan:
    """Return what draws of an index make; raise U1xx for what the weight model or the choices have not.

    X009 for exact results that are asked for where draws vary more than weights.
    """
    problems = Problems()
    model, choices, rule = None, None, None
    with problems.caught():
        model = model_of(index, spec, experts)
    with problems.caught():
        choices = choices_of(index, spec.uncertainty.methods)
    if choices is not None and spec.uncertainty.exact:
        problems.add("X009", "[uncertainty] exact")
    with problems.caught():
        rule = tier_rule(index, tiers, spec) if tiers.contiguous else None
    problems.raise_any()
    assert model is not None
    source = WeightedScores(index.plan, model) if choices is None else MethodDraws(choices, model)
    return DrawPlan(index, tiers, spec, model, choices, source, rule)


def refuse_undrawable(plan: DrawPlan, threads: int | None = None) -> None:
    """Raise what a run of draws would raise before its first one, and in some draws where tiers are slow.

    Tiers on indicators and by varied methods are found in Python, and may be refused in a draw (T102, T104):
    a few draws are made to see.
    """
    settings = plan.settings
    number, tolerance = settings.pop("draws"), settings.pop("tolerance")
    with located(key_of_draws):
        refuse_number(number, tolerance)
        counted = {key: value for key, value in settings.items() if key not in ("seed", "nominal")}
        setup = prepared(plan.source, settings["nominal"], quantities=COUNTED, **counted)
        refuse_too_large(setup, threads)
        if plan.choices is not None or (plan.tier_rule is not None and plan.tier_rule.partition is not None):
            simulate(plan.source, draws=TRIED, threads=1, **settings)


@dataclass(frozen=True)
class Repartition:
    """Tiers of a draw on indicators, which have no fast path; picklable, so that a cluster can use it."""

    spec: TiersSpec
    count: int
    indicators: FloatArray

    def __call__(self, scores: FloatArray, units: IntArray) -> IntArray:
        """Return the tier of each selected unit, given their scores, best first."""
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
    if problem.code == "U127":  # nothing is judged
        return "[uncertainty] weights"
    if problem.code == "U111":  # no weight can vary
        return "[uncertainty] levels"
    if problem.argument in {"spread", "levels", "of", "weights", "draws", "seed"}:
        return f"[uncertainty] {problem.argument}"
    judged = problem.argument in {"scores", "camps", "authority"}
    return "Experts" if judged and problem.row is None else ""
