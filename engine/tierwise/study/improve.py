"""What a unit would have to improve to gain a rank, a tier or a place in the list, with labels.

The scale is held (:mod:`tierwise.whatif.improve`). A place in a tier is a rank: the last of that tier in the
published list. Figures are those that are normalised: divided by their denominator, before a transformation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from tierwise.draws.blocks import BLOCK, block_generator
from tierwise.draws.models_base import WeightModel
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.methods.scores import Plan, scores
from tierwise.study.index import Index
from tierwise.study.prepare import Normaliser, completed
from tierwise.study.tiers import Tiers
from tierwise.whatif.improve import Enough, cheapest, reaches, smallest_steps, threshold

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Improvement", "improve"]


@dataclass(frozen=True)
class Improvement:
    """What one unit would have to improve to have a ``rank`` at least.

    Arrays are ``(indicators,)``: ``current`` and ``best`` figures (the best unit's), ``deviations`` of the
    figures among all units; ``single`` is the share of the way to the best that suffices when the indicator
    improves alone, NaN where not even the whole does; ``together`` the effort, in standard deviations, that
    suffices when all improve by it at once (each up to the best); ``mix`` the shares of the cheapest change
    of several, NaN where there is none or the score is not ``linear`` in the figures. ``probability`` is the
    share of the draws in which the rank is to be held, None where the published weights are meant.
    """

    index: Index
    unit: int
    rank: int
    probability: float | None
    current: FloatArray
    best: FloatArray
    deviations: FloatArray
    single: FloatArray
    together: float
    mix: FloatArray
    linear: bool

    @cached_property
    def needed(self) -> FloatArray:
        """The figure that each indicator would need alone ``(indicators,)``, NaN where none suffices."""
        return frozen_floats(_moved(self.current, self.best, self.single))

    @cached_property
    def needed_together(self) -> FloatArray:
        """The figures when all improve by the same effort ``(indicators,)``."""
        if np.isnan(self.together):
            return frozen_floats(np.full(len(self.current), np.nan))
        return frozen_floats(_moved(self.current, self.best, _shares(self, self.together)))

    @cached_property
    def needed_mix(self) -> FloatArray:
        """The figures of the cheapest change of several ``(indicators,)``."""
        return frozen_floats(_moved(self.current, self.best, self.mix))

    @cached_property
    def effort(self) -> FloatArray:
        """The change of each indicator alone in standard deviations ``(indicators,)``, 0 or more."""
        return frozen_floats(np.abs(self.needed - self.current) / self.deviations)

    @property
    def easiest(self) -> int | None:
        """The indicator that suffices alone with the least effort, None where none does."""
        return None if np.isnan(self.effort).all() else int(np.nanargmin(self.effort))

    def to_frame(self) -> pd.DataFrame:
        """Return one row an indicator, the easiest first."""
        import pandas as pd

        index = self.index
        leaves = index.framework.tree.leaves
        frame = pd.DataFrame(
            {
                "indicator": index.panel.indicators,
                "name": [index.framework.names[leaf] for leaf in leaves],
                "current": self.current,
                "best": self.best,
                "needed": self.needed,
                "effort": self.effort,
                "together": self.needed_together,
                "cheapest": self.needed_mix,
            }
        )
        return frame.iloc[np.argsort(self.effort, kind="stable")].reset_index(drop=True)

    def __repr__(self) -> str:
        name, at = self.index.panel.names[self.unit], self.easiest
        if at is None:
            return f"Improvement({name}: no indicator alone gives rank {self.rank})"
        change = f"{self.index.panel.indicators[at]} {self.current[at]:.6g} → {self.needed[at]:.6g}"
        return f"Improvement({name}: rank {self.rank} with {change})"


def improve(
    index: Index,
    cut: Tiers,
    unit: str,
    *,
    rank: int | None = None,
    tier: int | None = None,
    probability: float | None = None,
    model: WeightModel | None = None,
    seed: int = 1,
    costs: Mapping[str, float] | None = None,
) -> Improvement:
    """Return what a unit would have to improve, other units and the scale staying as they are.

    Args:
        index: an index whose every node is a weighted mean.
        cut: its tiers.
        unit: by code or name.
        rank: the rank that it is to have, or a better one; by default one better than it has.
        tier: in its place the tier that it is to be in, as it is occupied in the published list.
        probability: share of 1,024 draws of the ``model`` in which the rank is to be held; by default it is
            that under the published weights.
        model: what draws weights; needed with ``probability``.
        seed: of the draws.
        costs: for the cheapest change of several, the cost of one standard deviation of each indicator, by
            code or name; 1 where none is given.

    Raises:
        TierwiseError: every problem at once: S021, S022 (unit or indicator), V303 (rank), V304 (tier), V310
            for an index whose units' scores depend on each other beyond the scale, M010 for a probability or
            cost out of range.

    """
    problems = Problems()
    row = 0
    with problems.caught():
        row = index.panel.units.find(unit, "unit")
    wanted = _wanted(index, cut, row, rank, tier, problems)
    if probability is not None and not 0 < probability <= 1:
        problems.add("M010", argument="probability", value=probability, need="0 < probability ≤ 1")
    price = _costs(index, costs or {}, problems)
    with problems.caught():
        refuse_dependent(index)
    problems.raise_any()
    local = index.local_weights[None]
    if probability is not None and model is not None:
        local = model.draw(block_generator(seed, 0), BLOCK)
    return _improvement(paths_of(index), row, wanted, probability, local, price)


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
    deviations = np.array([_deviation(column[~np.isnan(column)]) for column in given.T])
    settings = dict(ready.normaliser.settings)
    if settings.get("among") is None:
        settings["among"] = tuple(ready.treated.T)
    normaliser = replace(ready.normaliser, settings=settings)
    return Paths(index, figures, best, deviations, movable, normaliser)


def refuse_dependent(index: Index) -> None:
    """Raise V320 where a unit's score hangs on others' figures beyond the scale."""
    plan = index.plan
    other = next((plan.rules[node] for node in plan.inner if plan.means[node] is None), None)
    if plan.scales or other is not None:
        raise TierwiseError(problem("V320", "[index] aggregation", rule=other or "scale"))


def enough_for(
    paths: Paths, units: IntArray, wanted: Sequence[int], local: FloatArray, probability: float
) -> Enough:
    """Return what tells whether figures give units the ranks that they want in a share of the draws.

    ``units (rows,)`` are those that the rows of figures are of, ``wanted (rows,)`` their ranks; ``local
    (draws, nodes)`` the weights.
    """
    spec = paths.index.spec
    everyone = scores(paths.index.plan, local)
    limits = np.column_stack(
        [
            threshold(np.delete(everyone, unit, axis=1), rank)
            for unit, rank in zip(units.tolist(), wanted, strict=True)
        ]
    )
    largest = np.abs(everyone).max(axis=1)

    def enough(figures: FloatArray, rows: IntArray) -> BoolArray:
        own = scores(paths.plan(figures), local)
        reached = np.column_stack(
            [
                reaches(own[:, [at]], limits[:, row], largest, spec.decimals, spec.half)[:, 0]
                for at, row in enumerate(rows.tolist())
            ]
        )
        return np.asarray(reached.mean(axis=0) >= probability)

    return enough


def _improvement(
    paths: Paths,
    unit: int,
    rank: int,
    probability: float | None,
    local: FloatArray,
    price: FloatArray,
) -> Improvement:
    figures, indicators = paths.figures[unit], paths.figures.shape[1]
    best = np.where(paths.movable[unit], paths.best, figures)
    same = np.array([unit])
    enough = enough_for(paths, np.repeat(same, indicators), [rank] * indicators, local, probability or 1.0)
    rows = np.repeat(figures[None], indicators, axis=0)
    ends = np.repeat(best[None], indicators, axis=0)
    single = smallest_steps(rows, ends, np.eye(indicators, dtype=np.bool_), enough)
    linear, gain = _gains(paths, figures, best, local)
    linear = linear and probability is None
    mix = np.full(indicators, np.nan)
    effort = np.abs(best - figures) / paths.deviations
    if linear:
        mix = cheapest(figures, best, gain, effort * price, enough)
    made = Improvement(
        paths.index,
        unit,
        rank,
        probability,
        frozen_floats(np.where(paths.movable[unit], figures, np.nan)),
        frozen_floats(np.where(paths.movable[unit], paths.best, np.nan)),
        frozen_floats(paths.deviations),
        frozen_floats(single),
        float("nan"),
        frozen_floats(mix),
        linear,
    )
    return replace(made, together=_together(made, figures, enough))


def _together(made: Improvement, figures: FloatArray, enough: Enough) -> float:
    """Return the effort in standard deviations that suffices when every indicator improves by it."""
    most = float(np.nanmax(np.abs(made.best - made.current) / made.deviations, initial=0.0))

    def moved(effort: FloatArray) -> FloatArray:
        rows = np.stack([_moved(made.current, made.best, _shares(made, one)) for one in effort.tolist()])
        return np.where(np.isnan(rows), figures, rows)

    def enough_effort(effort: FloatArray, rows: IntArray) -> BoolArray:
        return enough(moved(effort[:, 0]), np.zeros(len(effort), dtype=np.int64))

    whole = np.array([[most]])
    share = smallest_steps(np.zeros((1, 1)), whole, np.ones((1, 1), dtype=np.bool_), enough_effort)
    return float(share[0] * most)


def _shares(made: Improvement, effort: float) -> FloatArray:
    """Return how far along its path an effort in standard deviations brings each indicator."""
    way = np.abs(made.best - made.current) / made.deviations
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(way > 0, np.minimum(effort / way, 1.0), 0.0)


def _moved(current: FloatArray, best: FloatArray, share: FloatArray) -> FloatArray:
    return np.where(share >= 1.0, best, current + share * (best - current))


def _gains(paths: Paths, figures: FloatArray, best: FloatArray, local: FloatArray) -> tuple[bool, FloatArray]:
    """Return whether the score is linear along the paths, and what the whole of each adds to it."""
    common = paths.index.plan.common
    indicators = len(figures)
    rows = np.repeat(figures[None], 2 * indicators + 1, axis=0)
    every = np.arange(indicators)
    rows[every, every] = best
    rows[indicators + every, every] = figures + (best - figures) / 3.0
    made = scores(paths.plan(rows), local)[0]
    gain = made[:indicators] - made[-1]
    third = made[indicators : 2 * indicators] - made[-1]
    straight = (
        common is not None and common.power == 1.0 and bool(np.allclose(third, gain / 3.0, rtol=0, atol=1e-9))
    )
    return straight, gain


def _deviation(values: FloatArray) -> float:
    """Return the standard deviation (n - 1) of figures, NaN where all are equal."""
    deviation = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    return deviation if deviation > 0 else float("nan")


def _wanted(
    index: Index, cut: Tiers, row: int, rank: int | None, tier: int | None, problems: Problems
) -> int:
    """Return the rank that is wanted."""
    has = 1 + int((index.compared > index.compared[row]).sum())
    most = len(index.panel)
    if tier is not None:
        if not cut.contiguous:
            problems.add("V308", argument="tier")
            return 1
        if not 1 <= tier <= cut.count:
            problems.add("V304", argument="tier", tier=tier, most=cut.count)
            return 1
        rank = int(np.cumsum(cut.sizes)[tier - 1])
    elif rank is None:
        if has == 1:
            problems.add("V321", argument="unit", unit=index.panel.names[row])
        rank = max(1, has - 1)
    elif not 1 <= rank <= most:
        problems.add("V303", argument="rank", rank=rank, most=most)
    return rank


def _costs(index: Index, costs: Mapping[str, float], problems: Problems) -> FloatArray:
    """Return the cost of a standard deviation of each indicator ``(indicators,)``."""
    price = np.ones(len(index.panel.indicators))
    column = {int(leaf): at for at, leaf in enumerate(index.framework.tree.leaves)}
    for node, cost in index.framework.nodes.keyed(costs, problems, argument="costs").items():
        code = index.framework.codes[node]
        if node not in column:
            problems.add("F003", argument="costs", code=code, choices=index.framework.indicators)
        elif not (cost > 0 and np.isfinite(cost)):
            problems.add("M010", argument="costs", value=cost, need=f"{code} > 0")
        else:
            price[column[node]] = cost
    return price
