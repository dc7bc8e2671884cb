"""How far the figures of an index's units can go, and which figures give a rank, on the held scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problem, TierwiseError, problem
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.registry import named
from tierwise.methods.scores import Plan, scores
from tierwise.study.index import Index
from tierwise.study.prepare import Normaliser, completed
from tierwise.whatif.improve import Enough, reaches, threshold
from tierwise.words.language import Text

SCALED: Final = Text("a dimension's own normalisation", "维度得分的二次标准化")


@dataclass(frozen=True)
class Paths:
    """How far the figures ``(units, indicators)`` of an index's units can go: to ``best (indicators,)``.

    ``movable`` tells which figures were given, not filled in; ``deviations (indicators,)`` are theirs.
    """

    index: Index
    figures: FloatArray
    best: FloatArray
    deviations: FloatArray
    movable: BoolArray
    normaliser: Normaliser

    def plan(self, figures: FloatArray) -> Plan:
        """Return what scores rows of figures ``(rows, indicators)`` on the scale of the index."""
        ready = self.index.prepared
        treated = np.array(figures)
        for column, done in enumerate(ready.columns):
            if done.transform is not None:
                treated[:, column] = done.transform(figures[:, column])
        return self.index.plan.given(self.normaliser(treated))


def paths_of(index: Index) -> Paths:
    """Return the paths of an index's figures to the best that any unit has."""
    ready = index.prepared
    figures = np.array(ready.treated)
    transformed = [at for at, done in enumerate(ready.columns) if done.transform is not None]
    if transformed:
        whole = completed(ready.panel, index.framework, index.spec)
        figures[:, transformed] = whole.values[:, transformed]
    movable = ~np.isnan(figures)
    movable[ready.filled.rows, ready.filled.columns] = False
    units = np.nanargmax(ready.normalised, axis=0)
    best = figures[units, np.arange(figures.shape[1])]
    given = np.where(movable, figures, np.nan)
    deviations = np.array([deviation(column[~np.isnan(column)]) for column in given.T])
    settings = dict(ready.normaliser.settings)
    if settings.get("among") is None:
        settings["among"] = tuple(ready.treated.T)
    normaliser = replace(ready.normaliser, settings=settings)
    return Paths(index, figures, best, deviations, movable, normaliser)


def refuse_dependent(index: Index) -> None:
    """Raise what :func:`dependent` finds."""
    found = dependent(index)
    if found is not None:
        raise TierwiseError(found)


def dependent(index: Index) -> Problem | None:
    """Return V320 where a unit's score hangs on others' figures beyond the scale, M047 where none is held."""
    plan = index.plan
    other = next((plan.rules[node] for node in plan.inner if plan.means[node] is None), None)
    if plan.scales or other is not None:
        names = SCALED if other is None else Text(other, named(other, "zh"))
        return problem("V320", "[index] aggregation", rule=names.en, rule_zh=names.zh)
    for name in dict.fromkeys(index.prepared.normaliser.methods):
        if NORMALISATIONS[name].own and not NORMALISATIONS[name].relative:
            return problem("M047", "[index] normalisation", method=name)
    return None


def enough_for(
    paths: Paths, units: IntArray, wanted: Sequence[int], local: FloatArray, probability: float
) -> Enough:
    """Return what tells whether figures give units the ranks that they want in a share of the draws.

    ``units (rows,)`` are those that the rows of figures are of, ``wanted (rows,)`` their ranks; ``local
    (draws, nodes)`` the weights.
    """
    spec = paths.index.spec
    everyone = scores(paths.index.plan, local)
    asked = [*zip(units.tolist(), wanted, strict=True)]
    known = {
        (unit, rank): threshold(np.delete(everyone, unit, axis=1), rank)
        for unit, rank in dict.fromkeys(asked)
    }
    limits = np.column_stack([known[one] for one in asked])
    largest = np.abs(everyone).max(axis=1)

    def enough(figures: FloatArray, rows: IntArray) -> BoolArray:
        own = scores(paths.plan(figures), local)
        reached = reaches(own, limits[:, rows], largest, spec.decimals, spec.half)
        return np.asarray(reached.mean(axis=0) >= probability)

    return enough


def shares_at(
    figures: FloatArray, best: FloatArray, deviations: FloatArray, effort: float | FloatArray
) -> FloatArray:
    """Return how far along its path an effort in standard deviations brings each indicator."""
    way = np.abs(best - figures) / deviations
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(way > 0, np.minimum(effort / way, 1.0), 0.0)


def moved(current: FloatArray, best: FloatArray, share: FloatArray) -> FloatArray:
    """Return figures moved a share of their ways to the best."""
    return np.where(share >= 1.0, best, current + share * (best - current))


def deviation(values: FloatArray) -> float:
    """Return the standard deviation (n - 1) of figures, NaN where all are equal."""
    deviation = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    return deviation if deviation > 0 else float("nan")
