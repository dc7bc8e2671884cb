"""The reverse question: which weights, nearest to the panel's, would give a wanted list.

The distance is that between global weights of the indicators: in ``L1`` the sum of all changes (half of it
is the weight that moves), in ``L2`` the root of the sum of their squares. The weights may be any, or lie
within ±h of the nominal local ones, or between the experts' own (in each sibling group the convex hull of the
experts' local weights there; different groups may follow different experts), in each case within bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.weight_sets import WeightBox
from tierwise.kernels.grid import comparable, thresholds
from tierwise.kernels.ranks import rank
from tierwise.methods.scores import Plan, scores
from tierwise.names import choose
from tierwise.tolerances import SHARE, SOLVED
from tierwise.whatif.least_distance import Space
from tierwise.whatif.programs import Nearest, fewest_ahead, nearest_l1, nearest_l2, shortfall
from tierwise.whatif.requirements import SAFE, Requirements, Row, requirements

__all__ = ["ListRule", "Wanted", "closest"]

NORMS: Final = ("L1", "L2")


@dataclass(frozen=True)
class Wanted:
    """The list that is wanted, units by their row.

    ``order``: units from the first to the last, each ahead of the next; ``ranks``: the rank that a unit is to
    have, or a better one; ``tiers``: the tier that it is to be in, between frozen cuts.
    """

    order: tuple[int, ...] = ()
    ranks: Mapping[int, int] = field(default_factory=dict)
    tiers: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ListRule:
    """How scores are read: tie rule, rounding, and the lowest score of each tier but the last, falling."""

    ties: str = "min"
    decimals: int | None = None
    half: str = "up"
    limits: tuple[float, ...] = ()

    def ranks(self, scores: FloatArray) -> FloatArray:
        """Return the ranks of scores ``(units,)``."""
        return np.asarray(rank(scores, self.ties, decimals=self.decimals, half=self.half), dtype=np.float64)

    def tiers(self, scores: FloatArray) -> IntArray:
        """Return the tiers of scores ``(units,)`` between the frozen cuts."""
        compared = comparable(scores, self.decimals, self.half)
        limits = thresholds(self.limits, compared)
        tiers: IntArray = 1 + (compared[:, None] < limits).sum(axis=1, dtype=np.int64)
        return tiers

    def meets(self, scores: FloatArray, wanted: Wanted) -> bool:
        """Return whether scores ``(units,)`` give the wanted list."""
        ranks, tiers = self.ranks(scores), self.tiers(scores)
        return (
            bool(np.all(np.diff(ranks[[*wanted.order]]) > 0))
            and all(ranks[unit] <= most for unit, most in wanted.ranks.items())
            and all(tiers[unit] == tier for unit, tier in wanted.tiers.items())
        )


@dataclass(frozen=True)
class Obstacle:
    """Why no allowed weights give the wanted list.

    ``rows``: the requirements ``rows``, weighted by ``shares``, fall short by ``short`` under every allowed
    weight. ``rank``: ``unit`` reaches the rank ``best`` at most; ``always`` are ahead of it whatever the
    weights. ``together``: each unit reaches its rank, but not all at once. ``space``: the bounds leave none.
    """

    kind: str
    rows: tuple[Row, ...] = ()
    shares: tuple[float, ...] = ()
    short: float = 0.0
    unit: int = -1
    best: int = 0
    always: tuple[int, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Weights that give the wanted list, or why there are none.

    ``local`` and ``weights`` are local weights ``(nodes,)`` and global ones ``(indicators,)``; ``l1`` and
    ``l2`` their distances from the nominal ones; ``proved`` that no nearer ones do.
    """

    local: FloatArray | None
    weights: FloatArray | None
    l1: float
    l2: float
    proved: bool
    obstacle: Obstacle | None = None

    @property
    def feasible(self) -> bool:
        """Whether there are such weights."""
        return self.local is not None


def closest(
    plan: Plan,
    values: FloatArray,
    box: WeightBox,
    wanted: Wanted,
    rule: ListRule,
    *,
    norm: str = "L1",
    bounds: Mapping[int, tuple[float, float]] | None = None,
) -> Answer:
    """Return the weights nearest to the nominal ones that give a wanted list.

    Args:
        plan: what is scored; the answer is scored and ranked again before it is given.
        values: ``(units, indicators)`` whose weighted sum ranks the units as the plan does.
        box: the allowed weights, with the nominal ones.
        wanted: the list.
        rule: how scores are read; its limits are on the scale of the plan's scores.
        norm: ``L1`` or ``L2``.
        bounds: least and largest local weight of some nodes.

    Raises:
        TierwiseError: S002 for another norm, V309 when a program does not end.

    """
    chosen = choose(norm, [name.lower() for name in NORMS], "norm").upper()
    space = space_of(box, bounds or {})
    nominal = box.leaf_weights
    if rule.meets(scores(plan, box.local[None])[0], wanted) and _inside(box, bounds or {}):
        return Answer(np.array(box.local), np.array(nominal), 0.0, 0.0, proved=True)
    solve = nearest_l1 if chosen == "L1" else nearest_l2
    asked = Requirements()
    for safe in (SAFE, 10 * SAFE, 100 * SAFE):
        asked = _trimmed(_asked(plan, values, wanted, rule, safe), box)
        nearest = None if any(place.rank < 1 for place in asked.places) else solve(space, nominal, asked)
        if nearest is None:
            break
        answer = _answer(box, nominal, nearest)
        assert answer.local is not None
        if rule.meets(scores(plan, answer.local[None])[0], wanted):
            return answer
    obstacle = _obstacle(space, box, values, asked, wanted)
    return Answer(None, None, np.nan, np.nan, proved=True, obstacle=obstacle)


def space_of(box: WeightBox, bounds: Mapping[int, tuple[float, float]]) -> Space:
    """Return the allowed weights as a space; bounds are intervals within 0 and 1."""
    matrix, low, high = box.region()
    rows, least, most = [matrix], [low], [high]
    for node, (lower, upper) in bounds.items():
        for bound, sides in ((lower, (0.0, np.inf)), (upper, (-np.inf, 0.0))):
            row = np.zeros((1, matrix.shape[1]))
            row[0, node] += 1.0
            row[0, box.tree.parent[node]] -= bound
            rows.append(row)
            least.append(np.array([sides[0]]))
            most.append(np.array([sides[1]]))
    return Space(
        matrix=np.concatenate(rows),
        low=np.concatenate(least),
        high=np.concatenate(most),
        leaves=np.eye(matrix.shape[1])[box.tree.leaves],
        nodes=box.tree.nodes,
    )


def _inside(box: WeightBox, bounds: Mapping[int, tuple[float, float]]) -> bool:
    return all(low - SHARE <= box.local[node] <= high + SHARE for node, (low, high) in bounds.items())


def _asked(plan: Plan, values: FloatArray, wanted: Wanted, rule: ListRule, safe: float) -> Requirements:
    """Return the requirements on summed values, onto whose scale the cuts are brought."""
    assert plan.common is not None
    limits = np.array(rule.limits, dtype=np.float64)
    if plan.common.positive:
        turned = np.sign(np.diff(plan.common.forward(np.array([1.0, 2.0])))[0])
        limits = turned * plan.common.forward(limits)
    return requirements(
        values,
        order=wanted.order,
        ranks=wanted.ranks,
        tiers=wanted.tiers,
        limits=limits.tolist(),
        ties=rule.ties,
        decimals=rule.decimals,
        safe=safe,
    )


def _trimmed(asked: Requirements, box: WeightBox) -> Requirements:
    """Return the requirements without the units that are ahead under every weight of the box, or none."""
    places = []
    for place in asked.places:
        lowest, highest = box.lowest(place.values), box.highest(place.values)
        never = lowest >= place.level
        ahead = ~never & (highest < place.least)
        kept = ~never & ~ahead
        places.append(
            replace(
                place,
                rank=place.rank - int(ahead.sum()),
                others=place.others[kept],
                values=place.values[kept],
                lowest=lowest[kept],
            )
        )
    return replace(asked, places=tuple(places))


def _answer(box: WeightBox, nominal: FloatArray, nearest: Nearest) -> Answer:
    local = box.inside(np.maximum(nearest.weights, 0.0))
    weights = box.tree.leaf_weights(local)
    moved = weights - nominal
    return Answer(local, weights, float(np.abs(moved).sum()), float(np.linalg.norm(moved)), nearest.proved)


def _obstacle(
    space: Space, box: WeightBox, values: FloatArray, asked: Requirements, wanted: Wanted
) -> Obstacle:
    short = shortfall(space, asked)
    if short.most == -np.inf:
        return Obstacle("space")
    if short.most < 0:
        kept = np.flatnonzero(short.shares > SOLVED).tolist()
        return Obstacle(
            "rows",
            rows=tuple(asked.rows[at] for at in kept),
            shares=tuple(float(short.shares[at]) for at in kept),
            short=-short.most,
        )
    for place in asked.places:
        fewest = fewest_ahead(space, asked, place)
        if fewest is not None and fewest >= place.rank:
            best = wanted.ranks[place.unit] - place.rank + fewest + 1
            ahead = box.lowest(values - values[place.unit]) > 0.0
            return Obstacle("rank", unit=place.unit, best=best, always=tuple(np.flatnonzero(ahead).tolist()))
    return Obstacle("together")
