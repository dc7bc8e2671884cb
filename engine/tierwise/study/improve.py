"""What a unit would have to improve to gain a rank, a tier or a place in the list, with labels.

The scale is held (:mod:`tierwise.whatif.improve`). A place in a tier is a rank: the last of that tier in the
published list. Figures are those that are normalised: divided by their denominator, before a transformation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from tierwise.draws.blocks import BLOCK, block_generator
from tierwise.draws.models_base import WeightModel
from tierwise.errors import Problems
from tierwise.methods.scores import scores
from tierwise.study.improvement_paths import Paths, enough_for, moved, paths_of, refuse_dependent, shares_at
from tierwise.study.index import Index
from tierwise.study.tiers import Tiers
from tierwise.tolerances import STRAIGHT
from tierwise.whatif.improve import Enough, cheapest, smallest_steps

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Improvement", "improve"]

CELLS = 1 << 19  # figures at once


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
        return frozen_floats(moved(self.current, self.best, self.single))

    @cached_property
    def needed_together(self) -> FloatArray:
        """The figures when all improve by the same effort ``(indicators,)``."""
        if np.isnan(self.together):
            return frozen_floats(np.full(len(self.current), np.nan))
        share = shares_at(self.current, self.best, self.deviations, self.together)
        return frozen_floats(moved(self.current, self.best, share))

    @cached_property
    def needed_mix(self) -> FloatArray:
        """The figures of the cheapest change of several ``(indicators,)``."""
        return frozen_floats(moved(self.current, self.best, self.mix))

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
        problems.add("M010", argument="probability", value=probability, need="0 < P ≤ 1")
    price = _costs(index, costs or {}, problems)
    with problems.caught():
        refuse_dependent(index)
    problems.raise_any()
    local = index.local_weights[None]
    if probability is not None and model is not None:
        local = model.draw(block_generator(seed, 0), BLOCK)
    return _improvement(paths_of(index), row, wanted, probability, local, price)


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
    together = _together(paths, np.array([unit]), [rank], local, probability or 1.0)
    return Improvement(
        paths.index,
        unit,
        rank,
        probability,
        frozen_floats(np.where(paths.movable[unit], figures, np.nan)),
        frozen_floats(np.where(paths.movable[unit], paths.best, np.nan)),
        frozen_floats(paths.deviations),
        frozen_floats(single),
        float(together[0]),
        frozen_floats(mix),
        linear,
    )


@dataclass(frozen=True)
class Step:
    """The easiest indicator alone for a unit that wants a rank; ``indicator`` None where none suffices.

    ``together`` is the effort that suffices when all indicators improve by it, NaN where none does.
    """

    unit: int
    rank: int
    indicator: int | None
    current: float
    needed: float
    effort: float
    together: float


def easiest_steps(index: Index, units: IntArray, wanted: Sequence[int]) -> list[Step]:
    """Return for each of some units the one indicator that gives its rank with the least effort.

    Raises :class:`TierwiseError` V320 as :func:`improve`.
    """
    refuse_dependent(index)
    paths = paths_of(index)
    share = _alone(paths, units, wanted, index.local_weights[None])
    share[~paths.movable[units]] = np.nan
    way = np.abs(paths.best - paths.figures[units]) / paths.deviations
    efforts = share * way
    together = _together(paths, units, wanted, index.local_weights[None])
    made = []
    for row, (unit, rank) in enumerate(zip(units.tolist(), wanted, strict=True)):
        if np.isnan(efforts[row]).all():
            made.append(Step(unit, rank, None, np.nan, np.nan, np.nan, float(together[row])))
            continue
        at = int(np.nanargmin(efforts[row]))
        current = float(paths.figures[unit, at])
        needed = float(moved(paths.figures[unit], paths.best, share[row])[at])
        made.append(Step(unit, rank, at, current, needed, float(efforts[row, at]), float(together[row])))
    return made


def _alone(paths: Paths, units: IntArray, wanted: Sequence[int], local: FloatArray) -> FloatArray:
    """Return the share ``(units, indicators)`` of the way of each indicator alone that suffices.

    Each is a row of figures; so many at once that they take little memory, however many indicators there are.
    """
    indicators = paths.figures.shape[1]
    every = np.repeat(units, indicators)
    enough = enough_for(paths, every, np.repeat(np.asarray(wanted), indicators).tolist(), local, 1.0)
    shares = np.empty(len(every))
    size = max(1, CELLS // indicators)
    for first in range(0, len(every), size):
        some = every[first : first + size]
        able = paths.movable[some]
        alone = (first + np.arange(len(some)))[:, None] % indicators == np.arange(indicators)
        ends = np.where(able, paths.best, paths.figures[some])
        here = partial(_from, enough, first)
        shares[first : first + size] = smallest_steps(paths.figures[some], ends, alone & able, here)
    return shares.reshape(len(units), indicators)


def _from(enough: Enough, first: int, figures: FloatArray, rows: IntArray) -> BoolArray:
    return enough(figures, first + rows)


def _together(
    paths: Paths, units: IntArray, wanted: Sequence[int], local: FloatArray, probability: float = 1.0
) -> FloatArray:
    """Return the effort ``(units,)`` in standard deviations that suffices when every indicator makes it."""
    figures = paths.figures[units]
    best = np.where(paths.movable[units], paths.best, figures)
    most = np.nanmax(np.abs(best - figures) / paths.deviations, axis=1, initial=0.0)
    enough = enough_for(paths, units, wanted, local, probability)

    def enough_effort(effort: FloatArray, rows: IntArray) -> BoolArray:
        share = shares_at(figures[rows], best[rows], paths.deviations, effort)
        return enough(moved(figures[rows], best[rows], share), rows)

    start, every = np.zeros((len(units), 1)), np.ones((len(units), 1), dtype=np.bool_)
    shares = smallest_steps(start, most[:, None], every, enough_effort)
    return np.asarray(shares * most)


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
        common is not None
        and common.power == 1.0
        and bool(np.allclose(third, gain / 3.0, rtol=0, atol=STRAIGHT))
    )
    return straight, gain


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


def checked_costs(index: Index, costs: Mapping[str, float]) -> FloatArray:
    """Return the cost of a deviation of each indicator ``(indicators,)``; raises as :func:`improve`."""
    problems = Problems()
    price = _costs(index, costs, problems)
    problems.raise_any()
    return price


def _costs(index: Index, costs: Mapping[str, float], problems: Problems) -> FloatArray:
    """Return the cost of a standard deviation of each indicator ``(indicators,)``."""
    price = np.ones(len(index.panel.indicators))
    column = {int(leaf): at for at, leaf in enumerate(index.framework.tree.leaves)}
    for node, cost in index.framework.nodes.keyed(costs, problems, argument="costs").items():
        code = index.framework.codes[node]
        if node not in column:
            problems.add("F003", argument="costs", code=code, choices=index.framework.indicators)
        elif not (cost > 0 and np.isfinite(cost)):
            problems.add("M010", argument="costs", value=cost, need="> 0")
        else:
            price[column[node]] = cost
    return price
