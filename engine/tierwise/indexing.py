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
from tierwise.errors import Problem, Problems, located
from tierwise.kernels.ranks import rank
from tierwise.kernels.scores import Plan, node_scores
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

    Raises:
        TierwiseError: every problem of the first step that cannot be taken, each with its cell.

    """
    spec = spec or Spec()
    steps = spec.index
    with located(place_of(panel)):
        complete = _without_blanks(panel, steps)
        normalised = _normalised(complete, framework, steps)
        weighty = weighted(framework, experts, normalised, spec)
        plan = Plan(frozen_floats(normalised), weighty.tree, node_rules(framework, steps))
    scores = node_scores(plan, weighty.local_weights)
    ranks = rank(scores[:, 0], ties=steps.ties, decimals=steps.round)
    ranks.setflags(write=False)
    return Index(panel, weighty, steps, plan, frozen_floats(scores), ranks)


def node_rules(framework: Framework, steps: IndexSpec) -> tuple[str, ...]:
    """Return the aggregation of each node: its own, else that of its level, else that of the tree.

    With one rule for each level, the first joins the dimensions into the index; levels below the last rule
    take the last.
    """
    levels = (steps.aggregation,) if isinstance(steps.aggregation, str) else steps.aggregation
    return tuple(
        own or levels[min(int(level), len(levels) - 1)]
        for own, level in zip(framework.aggregations, framework.tree.level, strict=True)
    )


def place_of(panel: Panel) -> Callable[[Problem], str]:
    """Return the function that gives a problem of the panel's array its cell."""

    def place(problem: Problem) -> str:
        if problem.argument not in {"", "values"} or (problem.row is None and problem.column is None):
            return ""
        return panel.place(problem.row, problem.column)

    return place


def _without_blanks(panel: Panel, steps: IndexSpec) -> Panel:
    """Return the panel; note each missing value where none is allowed, and wholly blank rows and columns."""
    blank = np.isnan(panel.values)
    problems = Problems()
    for column in np.flatnonzero(blank.all(axis=0)):
        problems.add("D012", column=int(column), indicator=panel.indicators[column])
    for row in np.flatnonzero(blank.all(axis=1)):
        problems.add("D013", row=int(row), unit=panel.names[row])
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
    return panel


def _normalised(panel: Panel, framework: Framework, steps: IndexSpec) -> FloatArray:
    from tierwise.methods.normalise import normalise

    leaves = framework.tree.leaves
    return normalise(
        panel.values,
        [framework.normalisations[leaf] or steps.normalisation for leaf in leaves],
        framework.directions[leaves],
        low=framework.low[leaves],
        high=framework.high[leaves],
        cap=framework.cap[leaves],
        target=framework.target[leaves],
    )
