"""Mixed lists of two indices: figures of one on the scale, under the weights, by the method of the other.

What of a state comes from which index is told in :mod:`tierwise.study.why`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from itertools import product
from typing import Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.inputs import Framework, Panel
from tierwise.methods.aggregate import RULES
from tierwise.methods.means import ARITHMETIC
from tierwise.methods.scores import Plan, node_scores
from tierwise.spec import IndexSpec
from tierwise.spec.steps import ScreenSpec
from tierwise.study.index import Index, plan_of
from tierwise.study.matches import units_matched
from tierwise.study.prepare import Prepared, completed, prepare
from tierwise.tolerances import ROUNDING
from tierwise.whatif.why import AFTER, BEFORE, SHARED, Ruler

WEIGHTS: Final = ("weights", "weighting")  # keys of [index] that are no method
TEXTS: Final = ("normalisations", "aggregations", "denominators", "directions", "cap")
POSTS: Final = ("low", "high", "target")


class Sides:
    """Two indices over the union of their units and indicators; steps are computed once for each state."""

    def __init__(
        self,
        before: Index,
        after: Index,
        renamed: Mapping[str, str],
        apart: Set[tuple[str, str]],
    ) -> None:
        self.index = (before, after)
        present = units_matched(before.panel, after.panel, renamed, apart).codes
        known = {*after.panel.codes}
        left = [code for code in present if code not in known]
        self.codes = (*after.panel.codes, *left)
        at = [{code: row for row, code in enumerate(codes)} for codes in (present, after.panel.codes)]
        self.rows: IntArray = np.array([[rows.get(code, -1) for code in self.codes] for rows in at])
        own = [index.framework.indicators for index in self.index]
        self.indicators = (*own[AFTER], *(code for code in own[BEFORE] if code not in own[AFTER]))
        self.common = tuple(code for code in self.indicators if code in own[BEFORE] and code in own[AFTER])
        self._prepared: dict[tuple[int, int, int], Prepared] = {}

    def framework(self, structure: int, posts: int, method: int) -> Framework:
        """Return the framework of one side, nodes that another has with the other's goalposts or methods."""
        base = self.index[structure].framework
        if structure == posts == method:
            return base
        changed: dict[str, object] = {}
        for keys, side in ((POSTS, posts), (TEXTS, method)):
            other = self.index[side].framework
            at = {code: node for node, code in enumerate(other.codes)}
            for key in keys:
                own, theirs = getattr(base, key), getattr(other, key)
                mixed = [
                    theirs[at[code]] if code in at and node else own[node]
                    for node, code in enumerate(base.codes)
                ]
                changed[key] = tuple(mixed) if isinstance(own, tuple) else np.array(mixed, dtype=own.dtype)
        return replace(base, **changed)  # type: ignore[arg-type]  # columns by their names

    def steps(self, method: int, structure: int) -> IndexSpec:
        """Return the steps of one side for the units that a list has, and the indicators of a framework."""
        steps, known = self.index[method].spec, self.index[structure].framework.indicators
        force = tuple(code for code in steps.treat.force if code in known)
        kept = {"screen": ScreenSpec(), "treat": steps.treat.model_copy(update={"force": force})}
        return steps.model_copy(update=kept)

    def prepared(self, figures: int, scale: int, method: int) -> Prepared:
        """Return the figures of one side on the scale of another by a method."""
        key = (figures, scale, method)
        if key not in self._prepared:
            own = self.index[figures]
            if figures == scale == method:
                self._prepared[key] = own.prepared
            else:
                panel = replace(
                    own.panel, scale=self.scale(scale, method) if scale != figures else own.panel.scale
                )
                framework = self.framework(figures, scale, method)
                self._prepared[key] = prepare(panel, framework, self.steps(method, figures))
        return self._prepared[key]

    def scale(self, side: int, method: int) -> dict[str, FloatArray]:
        """Return the values from which a side's scale comes, of the indicators that both have."""
        index = self.index[side]
        ready = completed(index.panel, self.framework(side, side, method), self.steps(method, side))
        values = dict(zip(ready.panel.indicators, ready.values.T, strict=True))
        values |= index.panel.scale
        return {code: values[code][~np.isnan(values[code])] for code in self.common}

    def spread(self, arrays: Sequence[tuple[Sequence[str], Sequence[str], FloatArray]]) -> FloatArray:
        """Return ``(2, units, indicators)`` of both sides: (codes of units, of indicators, values) of each.

        Where a side does not know a unit or an indicator it has what the other knows.
        """
        out = np.full((2, len(self.codes), len(self.indicators)), np.nan)
        known = np.zeros(out.shape, dtype=np.bool_)
        for side, (units, indicators, values) in enumerate(arrays):
            rows = {code: row for row, code in enumerate(units)}
            own = [self.index[side].panel.codes[row] if row >= 0 else "" for row in self.rows[side]]
            here = np.array([rows.get(code, -1) for code in own])
            columns = [self.indicators.index(code) for code in indicators]
            there = np.flatnonzero(here >= 0)
            out[side, there[:, None], columns] = values[here[there]]
            known[side, there[:, None], columns] = True
        for side in (BEFORE, AFTER):
            lacks = ~known[side] & known[1 - side]
            out[side, lacks] = out[1 - side, lacks]
        return out

    def figures(self, scale: int, method: int) -> FloatArray:
        """Return the figures of both sides on one scale, those of an indicator that one has on its own."""
        ready = [self.prepared(side, scale, method) for side in (BEFORE, AFTER)]
        parts = []
        for side, one in enumerate(ready):
            values = np.array(one.normalised)
            if scale != side:
                own = self.prepared(side, side, method)
                alone = [at for at, code in enumerate(one.panel.indicators) if code not in self.common]
                values[:, alone] = own.normalised[:, alone]
            parts.append((one.panel.codes, one.panel.indicators, values))
        return self.spread(parts)

    def local(self, weights: int, structure: int) -> FloatArray:
        """Return the local weights ``(nodes,)`` of one side on the tree of another.

        A node that only the tree has keeps its own; its siblings share the rest as the side weighs them.
        """
        base, other = self.index[structure].framework, self.index[weights].framework
        local = np.array(base.local_weights)
        if weights == structure:
            return local
        theirs = {
            (code, parent): float(weight)
            for code, parent, weight in zip(other.codes, other.parents, other.local_weights, strict=True)
        }
        for group in base.tree.sibling_groups:
            given = [theirs.get((base.codes[node], base.parents[node])) for node in group.tolist()]
            both = group[[weight is not None for weight in given]]
            shares = np.array([weight for weight in given if weight is not None])
            if both.size and shares.sum() > 0:
                room = local[both].sum()
                local[both] = shares / shares.sum() * room
        return local


def rulers(sides: Sides, *, refitted: bool = False) -> tuple[tuple[str, ...], list[Ruler]]:
    """Return the shared factors that differ, and a ruler for each of their states."""
    differ = {
        "scale": not refitted and _scales_differ(sides),
        "weights": any(
            not np.allclose(sides.local(BEFORE, one), sides.local(AFTER, one), rtol=ROUNDING, atol=0.0)
            for one in (BEFORE, AFTER)
        ),
        "method": _methods_differ(sides),
        "framework": _frameworks_differ(sides),
    }
    shared = tuple(name for name in SHARED if differ[name])
    rulers = []
    for state in product((BEFORE, AFTER), repeat=len(shared)):
        at = {**dict.fromkeys(SHARED, AFTER), **dict(zip(shared, state, strict=True))}
        rulers.append(_refitted(sides, at) if refitted else _ruler(sides, at))
    return shared, rulers


def _nodes(framework: Framework) -> set[tuple[str, str]]:
    return {*zip(framework.codes[1:], framework.parents[1:], strict=True)}


def _frameworks_differ(sides: Sides) -> bool:
    return _nodes(sides.index[BEFORE].framework) != _nodes(sides.index[AFTER].framework)


def _methods_differ(sides: Sides) -> bool:
    before, after = (index.spec.model_dump(exclude={*WEIGHTS, "screen"}) for index in sides.index)
    return before != after or any(_different(sides, key) for key in TEXTS)


def _different(sides: Sides, key: str) -> bool:
    """Tell whether a column of the frameworks differs at a node that both have."""
    frameworks = [index.framework for index in sides.index]
    cells = [
        dict(zip(framework.codes[1:], map(str, getattr(framework, key)[1:]), strict=True))
        for framework in frameworks
    ]
    return any(cells[AFTER].get(code, cell) != cell for code, cell in cells[BEFORE].items())


def _scales_differ(sides: Sides) -> bool:
    """Tell whether what scales come from differs: values of either method, goalposts or targets."""
    if any(_different(sides, key) for key in POSTS):
        return True
    scales = [sides.scale(side, AFTER) for side in (BEFORE, AFTER)]
    return any(
        not np.array_equal(np.sort(scales[BEFORE][code]), np.sort(scales[AFTER][code]))
        for code in sides.common
    )


def _plan(sides: Sides, state: Mapping[str, int]) -> Plan:
    """Return the plan of a framework and method; its values are those of the framework's side."""
    structure, method = state["framework"], state["method"]
    steps = sides.steps(method, structure)
    plan = plan_of(
        sides.prepared(structure, structure, method), sides.framework(structure, structure, method), steps
    )
    return replace(plan, minimum_share=0.0) if _frameworks_differ(sides) else plan  # as in _refitted


def _ruler(sides: Sides, state: Mapping[str, int]) -> Ruler:
    """Return how normalised figures become a list in one state of what all share."""
    structure, steps = state["framework"], sides.index[state["method"]].spec
    plan, local = _plan(sides, state), sides.local(state["weights"], structure)
    own = sides.index[structure].framework.indicators
    columns = np.array([sides.indicators.index(code) for code in own])
    figures = sides.figures(state["scale"], state["method"])
    alone = not plan.scales and all(RULES[plan.rules[node]].by_itself for node in plan.inner)
    weights = None
    if plan.common is ARITHMETIC and not plan.decimals and not np.isnan(figures[:, :, columns]).any():
        weights = np.zeros(len(sides.indicators))
        weights[columns] = plan.tree.leaf_weights(local)

    def score(rows: FloatArray) -> FloatArray:
        chosen = replace(plan, values=plan.values[:0])
        values = rows[:, columns]
        made = chosen.given(values) if plan.decimals else replace(plan, values=values)
        return np.asarray(node_scores(made, local, (0,))[:, 0])

    return Ruler(
        figures,
        score,
        alone,
        weights,
        steps.ties,
        steps.decimals,
        steps.half,
        _places(sides, state["method"]),
    )


def _places(sides: Sides, method: int) -> IntArray:
    """Return where each unit stands in the panel of one side, those that it has not behind all others."""
    rows = sides.rows[method]
    return np.where(rows >= 0, rows, len(rows) + np.arange(len(rows)))


def _refitted(sides: Sides, state: Mapping[str, int]) -> Ruler:
    """Return how figures that are not yet normalised become a list, on the scale of this list itself."""
    structure, method = state["framework"], state["method"]
    framework = replace(sides.framework(structure, method, method))
    framework = replace(framework, denominators=("",) * len(framework.codes))
    steps, local = sides.steps(method, structure), sides.local(state["weights"], structure)
    if _frameworks_differ(sides):  # a unit of one list lacks what only the other has
        steps = steps.model_copy(update={"missing": "reweight", "minimum_share": 0.0})
    columns = [sides.indicators.index(code) for code in framework.indicators]
    ready = [
        completed(index.panel, sides.framework(side, method, method), sides.steps(method, side))
        for side, index in enumerate(sides.index)
    ]
    figures = sides.spread([(one.panel.codes, one.panel.indicators, one.values) for one in ready])

    def score(rows: FloatArray) -> FloatArray:
        codes = tuple(map(str, range(len(rows))))
        panel = Panel(codes, codes, framework.indicators, rows[:, columns])
        made = prepare(panel, framework, steps)
        return np.asarray(node_scores(plan_of(made, framework, steps), local, (0,))[:, 0])

    return Ruler(
        figures,
        score,
        alone=False,
        ties=steps.ties,
        decimals=steps.decimals,
        half=steps.half,
        place=_places(sides, method),
    )
