"""The index: scores of every unit at every node of the framework, and ranks.

``index(panel, framework, spec)`` takes the steps of the OECD/JRC Handbook in order: missing values, data
treatment, normalisation, weights, aggregation, rounding, ranks. Each step is a plain function of
``tierwise.methods``; this module gives it its labels and turns positions into places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray, frozen_floats
from tierwise.errors import Problem, Problems, TierwiseError, located, problem
from tierwise.kernels.ranks import rank
from tierwise.kernels.scores import Plan, node_scores
from tierwise.methods.aggregate import RULES, SYNONYMS, parameters
from tierwise.methods.normalise import method_of, normalise
from tierwise.names import choose, nearest
from tierwise.spec import IndexSpec, Spec
from tierwise.values import Experts, Framework, Panel
from tierwise.weighting import weighted

if TYPE_CHECKING:
    import pandas as pd


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
    unranked: tuple[str, ...] = ()  # codes of units without any value

    @property
    def local_weights(self) -> FloatArray:
        """The nominal weights ``(nodes,)``, summing to 1 within siblings."""
        return self.framework.local_weights

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

    Under another ``missing`` than ``error``, units without any value are left out and named in
    ``unranked``.

    Raises:
        TierwiseError: every problem of the first step that cannot be taken, each with its cell.

    """
    spec = spec or Spec()
    steps = spec.index
    with located(place_of(panel)):
        _check_blanks(panel, steps)
        blank = np.isnan(panel.values).all(axis=1)
        unranked = tuple(panel.codes[unit] for unit in np.flatnonzero(blank))
        if unranked:
            panel = panel.take(np.flatnonzero(~blank))
    with located(place_of(panel)):
        normalised = _normalised(panel, framework, steps)
        weighty = weighted(framework, experts, panel.values, normalised, spec)
        plan = plan_of(frozen_floats(normalised), weighty, steps)
        scores = node_scores(plan, weighty.local_weights)
        _refuse_unscored(panel, weighty, plan, scores)
    ranks = rank(scores[:, 0], ties=steps.ties, decimals=steps.round)
    ranks.setflags(write=False)
    return Index(panel, weighty, steps, plan, frozen_floats(scores), ranks, unranked)


def plan_of(normalised: FloatArray, framework: Framework, steps: IndexSpec) -> Plan:
    """Return what is scored, with the rule of each node and the settings that it takes."""
    rules = node_rules(framework, steps)
    given = steps.aggregate.model_dump()
    settings = tuple(
        {key: given[key] for key in parameters(rule) & given.keys()}
        if framework.tree.children[node].size
        else {}
        for node, rule in enumerate(rules)
    )
    return Plan(normalised, framework.tree, rules, settings, steps.minimum_share)


def node_rules(framework: Framework, steps: IndexSpec) -> tuple[str, ...]:
    """Return the aggregation of each node: its own, else that of its level, else that of the tree.

    With one rule for each level, the first joins the dimensions into the index; levels below the last rule
    take the last. Raises :class:`TierwiseError` S002 for a name that the framework gives and no rule has.
    """
    levels = (steps.aggregation,) if isinstance(steps.aggregation, str) else steps.aggregation
    problems = Problems()
    rules = []
    for code, own, level in zip(framework.codes, framework.aggregations, framework.tree.level, strict=True):
        with problems.caught(), located(_at(framework.place(code, "aggregation"))):
            rule = own or levels[min(int(level), len(levels) - 1)]
            rules.append(choose(rule, RULES, "aggregation", SYNONYMS))
    problems.raise_any()
    return tuple(rules)


def _at(place: str) -> Callable[[Problem], str]:
    return lambda _: place


def place_of(panel: Panel) -> Callable[[Problem], str]:
    """Return the function that gives a problem of the panel's array its cell."""

    def place(problem: Problem) -> str:
        if problem.argument not in {"", "values"} or (problem.row is None and problem.column is None):
            return ""
        return panel.place(problem.row, problem.column)

    return place


def _check_blanks(panel: Panel, steps: IndexSpec) -> None:
    """Note wholly blank indicators, and each missing value where none is allowed."""
    blank = np.isnan(panel.values)
    problems = Problems()
    for column in np.flatnonzero(blank.all(axis=0)):
        problems.add("D012", column=int(column), indicator=panel.indicators[column])
    if len(panel) - int(blank.all(axis=1).sum()) < 2:
        problems.add("D013", panel.place(None, None))
    if steps.missing == "error" and not problems.found:
        for row, column in np.argwhere(blank):
            problems.add(
                "D011",
                row=int(row),
                column=int(column),
                unit=panel.names[row],
                indicator=panel.indicators[column],
            )
    problems.raise_any()


def _normalised(panel: Panel, framework: Framework, steps: IndexSpec) -> FloatArray:
    leaves = framework.tree.leaves
    settings = steps.normalise.model_dump()
    settings["reference"] = _reference(panel, steps.normalise.reference)
    return normalise(
        panel.values,
        _methods(framework, steps),
        framework.directions[leaves],
        low=framework.low[leaves],
        high=framework.high[leaves],
        cap=framework.cap[leaves],
        target=framework.target[leaves],
        **settings,
    )


def _methods(framework: Framework, steps: IndexSpec) -> list[str]:
    """Return the normalisation of each indicator: its own in the framework, else the index's."""
    problems = Problems()
    methods = []
    for leaf in framework.tree.leaves:
        code = framework.codes[leaf]
        with problems.caught(), located(_at(framework.place(code, "normalisation"))):
            methods.append(method_of(framework.normalisations[leaf] or steps.normalisation))
    problems.raise_any()
    return methods


def _reference(panel: Panel, reference: str) -> str | int:
    """Return the row of a reference unit (by code or name); mean, median and best stay what they are."""
    if reference in ("mean", "median", "best"):
        return reference
    for column in (panel.codes, panel.names):
        if reference in column:
            return column.index(reference)
    near = nearest(reference, [*panel.codes, *panel.names]) or panel.names[0]
    raise TierwiseError(problem("M015", "[index.normalise] reference", value=reference, nearest=near))


def _refuse_unscored(panel: Panel, framework: Framework, plan: Plan, scores: FloatArray) -> None:
    """Raise what keeps a unit from having an index: too few values, or scores that a rule cannot take."""
    problems = Problems()
    for row in np.flatnonzero(np.isnan(scores[:, 0])).tolist():
        unit = panel.names[row]
        stuck = [node for node in plan.inner if plan.present[row, node] and np.isnan(scores[row, node])]
        if stuck:
            node = framework.names[stuck[0]]
            problems.add("M026", row=row, unit=unit, node=node, rule=plan.rules[stuck[0]])
        else:
            problems.add("M027", row=row, unit=unit, share=plan.minimum_share)
    problems.raise_any()
