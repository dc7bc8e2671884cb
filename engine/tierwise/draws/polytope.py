"""Weights drawn evenly from all that orders and intervals allow, exactly where that is cheap.

An order alone: one of its linear extensions, all equally likely, gets the sorted coordinates of a point of
the simplex. With intervals: one of the simplices that the polytope is cut into, by its volume, and a point in
it. Where these are too many: rejection from whichever of four simpler sets keeps most (the order alone, the
corner of the simplex above the lower bounds, that below the upper bounds, the box of the intervals). Where
none keeps one in :data:`WORST`: hit-and-run (Smith 1984), each draw a walk of its own of :data:`STEPS` n²
steps from the inside, so that draws are independent of each other, and their common start is all that so many
steps must forget.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.random import Generator

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.fixed_order import closed, ordered_sum
from tierwise.methods.limits import EXACT, Limits, corners, middle_of_intervals, simplices
from tierwise.methods.orders import Extensions, extensions

__all__ = ["Polytope"]

WORST: Final = 100  # points tried for one that is kept, on average
STEPS: Final = 10  # of a walk, times the square of the number of siblings
TRIED: Final = 4096  # points, to see how many a set keeps
WALKS: Final = 256  # whose mean is the middle where nothing gives it exactly
SNAPSHOTS: Final = 128  # of each of these

Proposal = Callable[[Generator, int], FloatArray]


@dataclass(frozen=True, eq=False)
class Cut:
    """A polytope cut into simplices: ``members (simplices, corners)`` of ``points``, and shares of volume."""

    points: FloatArray
    members: IntArray
    share: FloatArray

    @property
    def centroid(self) -> FloatArray:
        """The mean ``(siblings,)`` of all points."""
        middles = self.points[self.members].mean(axis=1)
        mean = ordered_sum(self.share[:, None] * middles)
        return np.asarray(mean / mean.sum())

    def weights(self, picks: FloatArray, parts: FloatArray) -> FloatArray:
        """Return ``(siblings, size)`` points: which simplex by a uniform, where in it by exponentials."""
        upto = np.cumsum(self.share)
        chosen = np.minimum(np.searchsorted(upto / upto[-1], picks, side="right"), len(upto) - 1)
        ends = self.points[self.members[chosen]]  # (size, corners, siblings)
        within = closed(parts)
        points: FloatArray = ordered_sum(np.moveaxis(ends, 1, 0) * within[:, :, None]).T
        return points


@dataclass(frozen=True, eq=False)
class Polytope:
    """The weights of one sibling group within limits, to draw from."""

    limits: Limits
    extensions: Extensions | None = field(repr=False)
    proposal: int | None  # the set that is rejected from; None for simplices, else walks

    @classmethod
    def within(cls, limits: Limits) -> Polytope:
        """Return the polytope of some limits; how it is drawn from follows from them alone."""
        orders = extensions(limits.above)
        known = cls(limits, orders, None)
        if not limits.bounded and orders is not None:
            return cls(limits, orders, 0)
        if limits.fixed or known.cut is not None:
            return known
        kept = []
        for number, propose in enumerate(known.proposals):
            points = None if propose is None else propose(np.random.default_rng(number), TRIED)
            kept.append(0 if points is None else int(limits.holds(points).sum()))
        best = int(np.argmax(kept))
        return cls(limits, orders, best if kept[best] * WORST >= TRIED else None)

    @property
    def size(self) -> int:
        """The number of siblings."""
        return len(self.limits.low)

    @property
    def proposals(self) -> tuple[Proposal | None, Proposal, Proposal, Proposal]:
        """The sets that hold the polytope and are easily drawn from: ``(siblings, size)`` points of each."""
        return (
            None if self.extensions is None else self._ordered,
            self._above_low,
            self._below_high,
            self._boxed,
        )

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(siblings, size)`` weights, uniform over the polytope."""
        if self.limits.fixed:
            return np.repeat(self.limits.low[:, None], size, axis=1)
        if self.proposal is None and self.cut is not None:
            picks = rng.random(size)
            return self.cut.weights(picks, rng.standard_exponential((self.cut.members.shape[1], size)))
        propose = None if self.proposal is None else self.proposals[self.proposal]
        if propose is None:
            begin = np.repeat(self.limits.inner[:, None], size, axis=1)
            return walked(rng, begin, self.limits, STEPS * self.size**2)
        if not self.limits.bounded:
            return propose(rng, size)
        kept: list[FloatArray] = []
        missing, rate = size, 1.0
        while missing > 0:
            tried = int(missing / rate * 1.1) + 16
            points = propose(rng, tried)
            inside = np.flatnonzero(self.limits.holds(points, 0.0))
            rate = max(len(inside) / tried, 0.5 / WORST)
            kept.append(points[:, inside[:missing]])
            missing -= len(inside[:missing])
        return np.concatenate(kept, axis=1)

    @cached_property
    def corners(self) -> FloatArray | None:
        """The corners ``(corners, siblings)``, None where they are too many to be listed."""
        if self.extensions is None:
            return None
        begin = self.extensions.corners
        return begin if not self.limits.bounded else corners(self.limits, begin)

    @cached_property
    def cut(self) -> Cut | None:
        """The simplices that it is cut into, None where they are too many."""
        points = None if self.limits.fixed else self.corners
        found = None if points is None else simplices(self.limits, points)
        return None if points is None or found is None else Cut(points, *found)

    @cached_property
    def centroid(self) -> FloatArray:
        """The mean ``(siblings,)`` of all weights; that of walks where nothing gives it exactly."""
        if not self.limits.bounded and self.extensions is not None:
            return self.extensions.centroid
        if not self.limits.ordered and self.size <= EXACT:
            return middle_of_intervals(self.limits.low, self.limits.high)
        if self.limits.fixed:
            return np.asarray(self.limits.low / self.limits.low.sum())
        if self.cut is not None:
            return self.cut.centroid
        rng = np.random.default_rng(0)
        points = np.repeat(self.limits.inner[:, None], WALKS, axis=1)
        points = walked(rng, points, self.limits, STEPS * self.size**2)
        total = np.zeros(self.size)
        for _ in range(SNAPSHOTS):
            points = walked(rng, points, self.limits, self.size)
            total += ordered_sum(points.T)
        return np.asarray(total / total.sum())

    def _ordered(self, rng: Generator, size: int) -> FloatArray:
        assert self.extensions is not None
        uniform = None if self.extensions.only else rng.random((self.size, size))
        return in_order(self.extensions, uniform, rng.standard_exponential((self.size, size)))

    def _above_low(self, rng: Generator, size: int) -> FloatArray:
        low: FloatArray = self.limits.low[:, None]
        return np.asarray(low + (1.0 - low.sum()) * closed(rng.standard_exponential((self.size, size))))

    def _below_high(self, rng: Generator, size: int) -> FloatArray:
        high = self.limits.high[:, None]
        return np.asarray(high - (high.sum() - 1.0) * closed(rng.standard_exponential((self.size, size))))

    def _boxed(self, rng: Generator, size: int) -> FloatArray:
        low, high = self.limits.low[:, None], self.limits.high[:, None]
        last = int(np.argmax(high - low))
        points = low + (high - low) * rng.random((self.size, size))
        points[last] = 0.0
        points[last] = 1.0 - ordered_sum(points)
        return points


def in_order(orders: Extensions, uniform: FloatArray | None, parts: FloatArray) -> FloatArray:
    """Return ``(siblings, size)`` weights that agree with an order, evenly drawn.

    ``parts`` are standard exponentials, whose shares are sorted; ``uniform`` choose the linear extension,
    None where there is only one.
    """
    falling = np.sort(closed(parts), axis=0)[::-1]
    if uniform is None:
        uniform = np.zeros((len(parts), 1))
    sequence = orders.sequences(uniform)
    weights = np.empty(parts.shape)
    np.put_along_axis(weights, np.broadcast_to(sequence, parts.shape), falling, axis=0)
    return weights


def walked(
    rng: Generator,
    begin: FloatArray,
    within: Limits,
    steps: int,
    known: BoolArray | None = None,
) -> FloatArray:
    """Return ``(siblings, size)`` points after steps of hit-and-run from ``begin``, one walk a column.

    A step takes a direction, normal in each coordinate times its width and with sum 0, and a point evenly
    drawn from what the limits leave of the line. Coordinates that are ``known (siblings, size)`` stay.
    """
    points = np.array(begin)
    low, high = within.low[:, None], within.high[:, None]
    free = np.broadcast_to(high - low > 0.0, points.shape)
    free = free if known is None else free & ~known
    widths = np.where(free, high - low, 0.0)
    total = ordered_sum(widths)
    share = np.divide(widths, total, out=np.zeros(points.shape), where=total > 0.0)
    first, second = within.covers.T
    for _ in range(steps):
        toward = widths * rng.standard_normal(points.shape)
        toward -= share * ordered_sum(toward)
        room = np.concatenate([points - low, high - points, points[first] - points[second]])
        loss = np.concatenate([-toward, toward, toward[second] - toward[first]])
        reach = np.divide(np.maximum(room, 0.0), loss, out=np.full(loss.shape, np.nan), where=loss != 0.0)
        onward = np.fmin.reduce(np.where(loss > 0.0, reach, np.nan), axis=0)
        back = np.fmax.reduce(np.where(loss < 0.0, reach, np.nan), axis=0)
        onward, back = np.nan_to_num(onward), np.nan_to_num(back)  # NaN: nothing moves
        points += (back + (onward - back) * rng.random(points.shape[1])) * toward
    return np.clip(points, low, high)
