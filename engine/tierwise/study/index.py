"""The index: scores of every unit at every node of the framework, and ranks.

``index(panel, framework, spec)`` takes the steps of the OECD/JRC Handbook in order: missing values, data
treatment, normalisation, weights, aggregation, rounding, ranks. Each step is a plain function of
``tierwise.methods``; this module gives it its labels and turns positions into places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from tierwise.errors import Problem, Problems, located, once_a_column, refuse_other_types
from tierwise.inputs import Experts, Framework, Panel
from tierwise.kernels.grid import levelled, rounded
from tierwise.kernels.ranks import rank
from tierwise.methods.aggregate import RULES
from tierwise.methods.contributions import tree_contributions
from tierwise.methods.doubts import effective_weights
from tierwise.methods.node_scale import NodeScale
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.scores import Plan, node_scores
from tierwise.spec import IndexSpec, Spec
from tierwise.spec.steps import AggregateSpec
from tierwise.study.denominators import with_ratios
from tierwise.study.prepare import Prepared, capped_values, key_of, place_of, placed_at, prepare
from tierwise.study.unread import unread_cells
from tierwise.study.weights import weight_cautions, weighted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["index"]


@dataclass(frozen=True)
class Index:
    """Scores ``(units, nodes)``, column 0 being the index itself, and ranks ``(units,)``.

    ``framework`` carries the weights that were used; ``plan`` is what the draws score again. ``partial`` has
    the scores ``(nodes,)`` of units that have too few values for an index, NaN where they have too few.
    """

    panel: Panel
    framework: Framework
    spec: IndexSpec
    plan: Plan
    scores: FloatArray
    ranks: FloatArray | IntArray
    prepared: Prepared
    partial: Mapping[str, FloatArray] = field(default_factory=dict)  # of units without an index, by code

    @cached_property
    def cautions(self) -> tuple[Problem, ...]:
        """What a reader should know of the steps: capped values (M039), and weights (W138, W139)."""
        given = self.spec.weights
        names = (given,) if isinstance(given, str) else given
        return (
            *capped_values(self.prepared, self.framework),
            *weight_cautions(self.framework, names, self.prepared.treated),
        )

    @property
    def unranked(self) -> tuple[str, ...]:
        """Codes of the units left out: without any value, screened, or with too few values for an index."""
        return self.prepared.unranked

    @cached_property
    def contributions(self) -> FloatArray:
        """What each indicator adds to each index: ``(units, indicators)``, summing to ``scores[:, 0]``.

        How a score is divided under each rule: ``tierwise.methods.contributions``.
        """
        return frozen_floats(tree_contributions(self.plan, self.local_weights))

    @property
    def local_weights(self) -> FloatArray:
        """The nominal weights ``(nodes,)``, summing to 1 within siblings."""
        return self.framework.local_weights

    @cached_property
    def missing(self) -> IntArray:
        """How many indicators each unit had no value for ``(units,)``, filled in since or not."""
        return np.asarray(self.blank.sum(axis=1), dtype=np.int64)

    @cached_property
    def blank(self) -> BoolArray:
        """Which values there were none of ``(units, indicators)``, filled in since or not."""
        blank = np.isnan(self.plan.values)
        filled = self.prepared.filled
        blank[filled.rows, filled.columns] |= np.isnan(filled.before)
        return np.asarray(blank, dtype=np.bool_)

    @cached_property
    def effective_weights(self) -> FloatArray:
        """The weight of each indicator in each unit's index ``(units, indicators)``, after reweighting."""
        tree, present = self.framework.tree, self.plan.present
        return frozen_floats(effective_weights(tree, self.local_weights, present))

    @cached_property
    def score(self) -> FloatArray:
        """The index ``(units,)``, rounded as the spec says."""
        root = self.scores[:, 0]
        return frozen_floats(rounded(root, self.spec.decimals, self.spec.half))

    @cached_property
    def compared(self) -> FloatArray:
        """The index ``(units,)`` as it is compared: equal where it is equal on its grid."""
        return frozen_floats(levelled(self.score))

    @cached_property
    def order(self) -> IntArray:
        """The units by rank; units of equal rank in the order of the panel."""
        return np.argsort(self.ranks, kind="stable")

    def to_frame(self) -> pd.DataFrame:
        """Return code, name, score and rank, best first."""
        import pandas as pd

        frame = pd.DataFrame(
            {"code": self.panel.codes, "name": self.panel.names, "score": self.score, "rank": self.ranks}
        )
        return frame.iloc[self.order].reset_index(drop=True)

    def __repr__(self) -> str:
        first = ", ".join(
            f"{self.ranks[unit]:g} {self.panel.names[unit]} {self.score[unit]:.4g}" for unit in self.order[:3]
        )
        return f"Index({len(self.panel)} units: {first}, …)"


def index(
    panel: Panel, framework: Framework, spec: Spec | None = None, experts: Experts | None = None
) -> Index:
    """Return the index of a panel under a framework.

    Args:
        panel: units x indicators of the framework.
        framework: the tree, its directions, goalposts and weights.
        spec: the steps (default: min-max, arithmetic, the framework's weights).
        experts: the panel whose scores give the weights where the spec says so.

    Units without any value (under another ``missing`` than ``error``), with too few for ``minimum_share``, or
    screened out are left out and named in ``unranked``.

    Raises:
        TierwiseError: every problem of the first step that cannot be taken, each with its cell; S024 for
            arguments of other types.

    """
    refuse_other_types(
        panel=(panel, Panel),
        framework=(framework, Framework),
        spec=(spec, Spec | None),
        experts=(experts, Experts | None),
    )
    spec = spec or Spec()
    problems = Problems()
    made = None
    framework, errors, _ = with_ratios(framework, panel)
    problems.extend(errors)
    with problems.caught():
        made = scored(panel, framework, spec, experts)
    problems.extend(unread_cells(framework, spec))
    problems.raise_any()
    assert made is not None
    return made


def scored(panel: Panel, framework: Framework, spec: Spec, experts: Experts | None) -> Index:
    """Return the index as :func:`index`, whether or not every cell of the framework is read."""
    steps = spec.index
    ready = prepare(panel, framework, steps)
    settings = located(key_of("index.aggregate", AggregateSpec.model_fields))
    with once_a_column("M020"), settings, located(place_of(ready.panel)):
        weighted_framework = weighted(framework, experts, ready.treated, ready.normalised, spec)
        plan = plan_of(ready, weighted_framework, steps)
        partial = _scores_of_thin_units(ready.panel, plan, weighted_framework.local_weights)
        ready, plan = _without_thin_units(ready, plan)
        scores = node_scores(plan, weighted_framework.local_weights)
        _refuse_unscored(ready.panel, weighted_framework, plan, scores)
    ranks = rank(scores[:, 0], ties=steps.ties, decimals=steps.decimals, half=steps.half)
    ranks.setflags(write=False)
    frozen = frozen_floats(scores)
    return Index(ready.panel, weighted_framework, steps, plan, frozen, ranks, ready, partial)


def plan_of(ready: Prepared, framework: Framework, steps: IndexSpec) -> Plan:
    """Return what is scored, with the rule of each node, the settings that it takes and its own scale."""
    rules = node_rules(framework, steps)
    given = steps.aggregate.model_dump()
    settings = tuple(
        {key: given[key] for key in RULES[rule].settings} if framework.tree.children[node].size else {}
        for node, rule in enumerate(rules)
    )
    levels = (steps.minimum_share,) if isinstance(steps.minimum_share, float) else steps.minimum_share
    least = tuple(levels[min(level, len(levels) - 1)] for level in framework.tree.level.tolist())
    scales = node_scales(framework, ready.normaliser.settings)
    decimals = tuple(steps.decimals_at(level) for level in framework.tree.level.tolist())
    below = any(one is not None for one in decimals[1:])
    plan = Plan(
        ready.normalised,
        framework.tree,
        rules,
        settings,
        least,
        scales,
        decimals if below else (),
        steps.half,
        tuple(np.flatnonzero(framework.local_weights == 0.0).tolist()),
    )
    return plan.given(ready.normalised) if below else plan


def node_scales(framework: Framework, settings: Mapping[str, Any]) -> dict[int, NodeScale]:
    """Return how the scores of dimensions, and of the index, are brought onto a scale before they go up.

    Where the row of one names a normalisation, with the direction, goalposts and target that stand there; a
    direction alone changes the sign. ``settings`` are those of ``[index.normalise]``.
    """
    columns = {"low": framework.low, "high": framework.high, "cap": framework.cap, "target": framework.target}
    shared = {key: value for key, value in settings.items() if key not in {*columns, "directions", "among"}}
    scales, problems = {}, Problems()
    for node, code in enumerate(framework.codes):
        own, direction = framework.normalisations[node], int(framework.directions[node])
        if not framework.tree.children[node].size or (not own and direction > 0):
            continue
        place = framework.place(code, "normalisation" if own else "direction")
        with problems.caught(), located(placed_at(place)):
            method = NORMALISATIONS.choose(own or "none", "normalisation")
            posts = {key: float(given[node]) for key, given in columns.items() if np.isfinite(given[node])}
            scales[node] = NodeScale(method, direction, {**shared, **posts}, place)
    problems.raise_any()
    return scales


def node_rules(framework: Framework, steps: IndexSpec) -> tuple[str, ...]:
    """Return the aggregation of each inner node: its own, else that of its level, else that of the tree.

    With one rule for each level, the first joins the dimensions into the index; levels below the last rule
    take the last. Raises :class:`TierwiseError` S002 for a name that the framework gives and no rule has.
    """
    levels = (steps.aggregation,) if isinstance(steps.aggregation, str) else steps.aggregation
    problems = Problems()
    rules = []
    for node, own in enumerate(framework.aggregations):
        rule = levels[min(int(framework.tree.level[node]), len(levels) - 1)]
        if own and framework.tree.children[node].size:
            with problems.caught(), located(placed_at(framework.place(framework.codes[node], "aggregation"))):
                rules.append(RULES.choose(own))
        else:
            rules.append(rule)
    problems.raise_any()
    return tuple(rules)


def _scores_of_thin_units(panel: Panel, plan: Plan, local: FloatArray) -> dict[str, FloatArray]:
    """Return the scores of the nodes that units without an index have, by code."""
    thin = np.flatnonzero(~plan.present[:, 0])
    if not thin.size:
        return {}
    scores = np.where(plan.present, node_scores(plan, local), np.nan)
    return {panel.codes[row]: frozen_floats(scores[row]) for row in thin.tolist()}


def _without_thin_units(ready: Prepared, plan: Plan) -> tuple[Prepared, Plan]:
    """Leave out the units that have too few values for an index; raise M027 where fewer than two are left."""
    thin = ~plan.present[:, 0]
    if not thin.any():
        return ready, plan
    problems = Problems()
    if len(thin) - thin.sum() < 2:
        for row in np.flatnonzero(thin).tolist():
            problems.add("M027", row=row, unit=ready.panel.names[row], share=max(plan.least.tolist()))
    problems.raise_any()
    kept = np.flatnonzero(~thin)
    return ready.take(kept), plan.take(kept)


def _refuse_unscored(panel: Panel, framework: Framework, plan: Plan, scores: FloatArray) -> None:
    """Raise M026 for each unit whose scores below some node are none that its rule can take."""
    problems = Problems()
    lost = ~np.isfinite(scores)
    for row in np.flatnonzero(lost[:, 0]).tolist():
        stuck = next(node for node in plan.inner if plan.present[row, node] and lost[row, node])
        node, rule = framework.names[stuck], plan.rules[stuck]
        problems.add("M026", row=row, unit=panel.names[row], node=node, rule=rule)
    problems.raise_any()
