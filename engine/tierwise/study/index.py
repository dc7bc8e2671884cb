"""The index: scores of every unit at every node of the framework, and ranks.

``index(panel, framework, spec)`` takes the steps of the OECD/JRC Handbook in order: missing values, data
treatment, normalisation, weights, aggregation, rounding, ranks. Each step is a plain function of
``tierwise.methods``; this module gives it its labels and turns positions into places.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray, frozen_floats
from tierwise.errors import Problems, located
from tierwise.inputs import Experts, Framework, Panel
from tierwise.kernels.ranks import rank
from tierwise.methods.aggregate import RULES
from tierwise.methods.doubts import effective_weights
from tierwise.methods.scores import Plan, node_scores
from tierwise.spec import IndexSpec, Spec
from tierwise.spec.steps import AggregateSpec
from tierwise.study.prepare import Prepared, key_of, place_of, placed_at, prepare
from tierwise.study.weights import weighted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["index"]


@dataclass(frozen=True)
class Index:
    """Scores ``(units, nodes)``, column 0 being the index itself, and ranks ``(units,)``.

    ``framework`` carries the weights that were used; ``plan`` is what the draws score again.
    """

    panel: Panel
    framework: Framework
    spec: IndexSpec
    plan: Plan
    scores: FloatArray
    ranks: FloatArray | IntArray
    prepared: Prepared

    @property
    def unranked(self) -> tuple[str, ...]:
        """Codes of the units left out: without any value, screened, or with too few values for an index."""
        return self.prepared.unranked

    @cached_property
    def contributions(self) -> FloatArray:
        """What each indicator adds to each index: ``(units, indicators)``, summing to ``scores[:, 0]``.

        How a score is divided under each rule: ``tierwise.methods.contributions``.
        """
        from tierwise.methods.contributions import tree_contributions

        return frozen_floats(tree_contributions(self.plan, self.local_weights))

    @property
    def local_weights(self) -> FloatArray:
        """The nominal weights ``(nodes,)``, summing to 1 within siblings."""
        return self.framework.local_weights

    @cached_property
    def missing(self) -> IntArray:
        """How many indicators each unit had no value for ``(units,)``, filled in since or not."""
        blank = np.isnan(self.plan.values)
        filled = self.prepared.filled
        blank[filled.rows, filled.columns] |= np.isnan(filled.before)
        return np.asarray(blank.sum(axis=1), dtype=np.int64)

    @cached_property
    def effective_weights(self) -> FloatArray:
        """The weight of each indicator in each unit's index ``(units, indicators)``, after reweighting."""
        tree, present = self.framework.tree, self.plan.present
        return frozen_floats(effective_weights(tree, self.local_weights, present))

    @cached_property
    def score(self) -> FloatArray:
        """The index ``(units,)``, rounded as the spec says."""
        root = self.scores[:, 0]
        return frozen_floats(root if self.spec.round is None else np.round(root, self.spec.round))

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
        TierwiseError: every problem of the first step that cannot be taken, each with its cell.

    """
    spec = spec or Spec()
    steps = spec.index
    ready = prepare(panel, framework, steps)
    with located(key_of("index.aggregate", AggregateSpec.model_fields)), located(place_of(ready.panel)):
        weighted_framework = weighted(framework, experts, ready.treated, ready.normalised, spec)
        plan = plan_of(ready.normalised, weighted_framework, steps)
        ready, plan = _without_thin_units(ready, plan)
        scores = node_scores(plan, weighted_framework.local_weights)
        _refuse_unscored(ready.panel, weighted_framework, plan, scores)
    ranks = rank(scores[:, 0], ties=steps.ties, decimals=steps.round)
    ranks.setflags(write=False)
    return Index(ready.panel, weighted_framework, steps, plan, frozen_floats(scores), ranks, ready)


def plan_of(normalised: FloatArray, framework: Framework, steps: IndexSpec) -> Plan:
    """Return what is scored, with the rule of each node and the settings that it takes."""
    rules = node_rules(framework, steps)
    given = steps.aggregate.model_dump()
    settings = tuple(
        {key: given[key] for key in RULES[rule].settings} if framework.tree.children[node].size else {}
        for node, rule in enumerate(rules)
    )
    return Plan(normalised, framework.tree, rules, settings, steps.minimum_share)


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


def _without_thin_units(ready: Prepared, plan: Plan) -> tuple[Prepared, Plan]:
    """Leave out the units that have too few values for an index; raise M027 where fewer than two are left."""
    thin = ~plan.present[:, 0]
    if not thin.any():
        return ready, plan
    problems = Problems()
    if len(thin) - thin.sum() < 2:
        for row in np.flatnonzero(thin).tolist():
            problems.add("M027", row=row, unit=ready.panel.names[row], share=plan.minimum_share)
    problems.raise_any()
    ready = ready.take(np.flatnonzero(~thin))
    return ready, replace(plan, values=ready.normalised)


def _refuse_unscored(panel: Panel, framework: Framework, plan: Plan, scores: FloatArray) -> None:
    """Raise M026 for each unit whose scores below some node are none that its rule can take."""
    problems = Problems()
    lost = ~np.isfinite(scores)
    for row in np.flatnonzero(lost[:, 0]).tolist():
        stuck = next(node for node in plan.inner if plan.present[row, node] and lost[row, node])
        node, rule = framework.names[stuck], plan.rules[stuck]
        problems.add("M026", row=row, unit=panel.names[row], node=node, rule=rule)
    problems.raise_any()
