"""The weights of siblings that orders and intervals allow: a polytope, its bounds, corners and middle."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problems
from tierwise.methods.orders import circle, closed_under, covers
from tierwise.tolerances import SHARE, TYPED

MOST_CORNERS: Final = 1500  # of a polytope; those of one with more are not listed
MOST_CUT: Final = 400  # corners of a polytope that is cut into simplices
MOST_SIMPLICES: Final = 20_000  # into which one is cut; one that needs more is not cut
EXACT: Final = 12  # siblings up to which the middle of intervals is found in whole numbers
CORNER: Final = 10.0 * SHARE  # of a weight: a corner stands on a face within it, after several cuts
SCALE: Final = 1 << 60  # to whole numbers
ROUNDS: Final = 50  # in which bounds tighten each other


@dataclass(frozen=True, eq=False)
class Bounds:
    """What is judged of nodes: ``above (nodes, nodes)`` is the order, ``low`` and ``high (nodes,)`` bounds.

    NaN is no bound. Of a group of siblings :meth:`of` has the same.
    """

    above: BoolArray
    low: FloatArray
    high: FloatArray

    def of(self, group: IntArray) -> Bounds:
        """Return what is judged of some nodes."""
        return Bounds(self.above[np.ix_(group, group)], self.low[group], self.high[group])

    @property
    def order(self) -> Bounds:
        """The order alone."""
        none = np.full(len(self.low), np.nan)
        return Bounds(self.above, none, none)

    @property
    def judged(self) -> bool:
        """Whether anything is."""
        return bool(self.above.any() or np.isfinite(self.low).any() or np.isfinite(self.high).any())


@dataclass(frozen=True, eq=False)
class Limits:
    """All w >= 0 of siblings with Σ w = 1, low <= w <= high, and w_i >= w_j where ``above[i, j]``.

    ``low`` and ``high (siblings,)`` are as tight as orders and sum make them; ``bounded`` says whether any
    were given.
    """

    low: FloatArray
    high: FloatArray
    above: BoolArray
    bounded: bool

    @property
    def fixed(self) -> bool:
        """Whether they leave one choice only."""
        return bool((self.high - self.low <= SHARE).all())

    @property
    def ordered(self) -> bool:
        """Whether any order was given."""
        return bool(self.above.any())

    @cached_property
    def covers(self) -> IntArray:
        """The pairs ``(pairs, 2)`` of the order that follow from no others."""
        return covers(self.above)

    @cached_property
    def inner(self) -> FloatArray:
        """Weights ``(siblings,)`` that keep away from every limit that can be kept away from.

        The larger the share t of its interval, and the more siblings it is above, the nearer each is to its
        upper bound: w = low + f (high - low), f = t(1 + r) / (1 + t r) with r the siblings below it.
        """
        below = self.above.sum(axis=1)
        t_low, t_high = 0.0, 1.0
        for _ in range(200):
            t = 0.5 * (t_low + t_high)
            weights = self.low + t * (1.0 + below) / (1.0 + t * below) * (self.high - self.low)
            t_low, t_high = (t, t_high) if weights.sum() < 1.0 else (t_low, t)
        return np.asarray(weights)

    def holds(self, weights: FloatArray, slack: float = SHARE) -> BoolArray:
        """Return which of ``(siblings, size)`` weights that sum to 1 lie within."""
        inside = ((weights >= self.low[:, None] - slack) & (weights <= self.high[:, None] + slack)).all(
            axis=0
        )
        first, second = self.covers.T
        kept: BoolArray = inside & (weights[first] >= weights[second] - slack).all(axis=0)
        return kept


def limits(low: FloatArray, high: FloatArray, above: BoolArray) -> Limits:
    """Return the limits of siblings; NaN in ``low`` or ``high (siblings,)`` is no bound.

    Raises W155 for an order that goes round, W153 for a bound that is no share, W154 for a low above its
    high, W158 for a low above the high of one that must weigh more, W156 and W157 for bounds that cannot sum
    to 1.
    """
    problems = Problems()
    for argument, given in (("low", low), ("high", high)):
        for at in np.flatnonzero(~np.isnan(given) & ~((given >= 0.0) & (given <= 1.0 + TYPED))):
            problems.add("W153", argument=argument, column=int(at), value=float(given[at]))
    if round_ := circle(above):
        shown = " > ".join(str(at + 1) for at in [*round_, round_[0]])
        problems.add("W155", argument="order", column=round_[0], circle=shown)
    problems.raise_any()
    closure = closed_under(above)
    least = np.where(np.isnan(low), 0.0, low)
    most = np.where(np.isnan(high), 1.0, np.minimum(high, 1.0))
    for at in np.flatnonzero(least > most + TYPED):
        problems.add("W154", argument="low", column=int(at), low=float(least[at]), high=float(most[at]))
    problems.raise_any()
    for one, other in np.argwhere(closure & (most[:, None] < least[None, :] - TYPED)):
        problems.add("W158", argument="high", column=int(one), high=float(most[one]), low=float(least[other]))
    problems.raise_any()
    least, most = _tightened(least, most, closure, problems)
    bounded = bool((np.nan_to_num(low) > 0.0).any() or (high < 1.0).any())
    return Limits(least, most, closure, bounded)


def _tightened(
    least: FloatArray, most: FloatArray, above: BoolArray, problems: Problems
) -> tuple[FloatArray, FloatArray]:
    """Return bounds tightened by the order and by the sum; raises W156 and W157."""
    for turn in range(ROUNDS):
        before = least, most
        least = np.maximum(least, np.where(above, least[None, :], 0.0).max(axis=1))
        most = np.minimum(most, np.where(above, most[:, None], 1.0).min(axis=0))
        if turn == 0 and least.sum() > 1.0 + TYPED:
            at = int(np.argmax(least))
            problems.add("W156", argument="low", column=at, total=float(least.sum()))
        if turn == 0 and most.sum() < 1.0 - TYPED:
            at = int(np.argmin(most))
            problems.add("W157", argument="high", column=at, total=float(most.sum()))
        problems.raise_any()
        least, most = (
            np.maximum(least, np.minimum(1.0 - (most.sum() - most), most)),
            np.minimum(most, np.maximum(1.0 - (least.sum() - least), least)),
        )
        if np.abs(least - before[0]).max() <= SHARE and np.abs(most - before[1]).max() <= SHARE:
            break
    return least, most


def middle_of_intervals(low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the mean of all weights between ``low`` and ``high (siblings,)`` that sum to 1, exactly.

    With a = high - low and s = 1 - Σ low the mean of x_i over 0 <= x <= a, Σ x = s follows by inclusion and
    exclusion over the sets A of the other siblings: with T = s - a(A) and L = max(T - a_i, 0), where T > 0,
    Σ ±(T^n - n T L^(n-1) + (n - 1) L^n) / (n Σ ±(T^(n-1) - L^(n-1))). In whole numbers, since the terms
    cancel.
    """
    wide = np.flatnonzero(high - low > SHARE)
    middle = np.array(low)
    size = len(wide)
    widths = [round(float(width) * SCALE) for width in (high - low)[wide]]
    left = round((1.0 - float(low.sum())) * SCALE)
    if size == 1:
        middle[wide] += left / SCALE
    for one in range(size) if size > 1 else ():
        others = widths[:one] + widths[one + 1 :]
        first = volume = 0
        for count in range(size):
            for chosen in combinations(others, count):
                top = left - sum(chosen)
                if top <= 0:
                    continue
                end = max(top - widths[one], 0)
                sign = -1 if count % 2 else 1
                first += sign * (top**size - size * top * end ** (size - 1) + (size - 1) * end**size)
                volume += sign * (top ** (size - 1) - end ** (size - 1))
        middle[wide[one]] += first / (size * volume) / SCALE if volume else 0.0
    return np.asarray(middle / middle.sum())


def corners(of: Limits, begin: FloatArray) -> FloatArray | None:
    """Return the corners ``(corners, siblings)`` of limits; None where they are more than MOST_CORNERS.

    ``begin`` are the corners of the order alone. Bound by bound, corners beyond are cut off, and every edge
    between one that stays and one that goes ends in a new one (the double description method; Motzkin et al.
    1953). Two corners share an edge where no third lies on all the faces that both lie on.
    """
    if len(begin) > MOST_CORNERS // 2:
        return None
    size = len(of.low)
    unit = np.eye(size)
    first, second = of.covers.T
    faces = np.vstack([unit, unit[first] - unit[second]])
    levels = np.zeros(len(faces))
    points = begin
    bounds = [(unit[at], of.low[at]) for at in range(size) if of.low[at] > 0.0]
    bounds += [(-unit[at], -of.high[at]) for at in range(size) if of.high[at] < 1.0]
    for face, level in bounds:
        beyond = points @ face - level
        out, stay = beyond < -SHARE, beyond > SHARE
        if out.any():
            on = np.abs(points @ faces.T - levels) <= SHARE
            made = _edges(points, on, np.flatnonzero(stay), np.flatnonzero(out), beyond, size)
            points = np.vstack([points[~out], *([made] if len(made) else [])])
            if len(points) > MOST_CORNERS:
                return None
        faces, levels = np.vstack([faces, face]), np.append(levels, level)
    return np.unique(points.round(15), axis=0)


def simplices(of: Limits, points: FloatArray) -> tuple[IntArray, FloatArray] | None:
    """Return the simplices that limits with some corners are cut into, None where they are too many.

    ``points (corners, siblings)`` are the corners; the simplices ``(simplices, dimension + 1)`` are rows of
    these, beside their shares of the volume. From the first corner of a face to the simplices of those of its
    own faces that do not hold it, face by face (pulling triangulation; De Loera, Rambau & Santos 2010). The
    faces of a face are the largest of its cuts with the limits.
    """
    if len(points) > MOST_CUT:
        return None
    size = len(of.low)
    unit = np.eye(size)
    first, second = of.covers.T
    faces = np.vstack([unit, -unit, unit[first] - unit[second]])
    levels = np.concatenate([of.low, -of.high, np.zeros(len(first))])
    on = np.abs(points @ faces.T - levels) <= CORNER
    cuts = [frozenset(np.flatnonzero(column).tolist()) for column in on.T]
    done: dict[frozenset[int], list[tuple[int, ...]]] = {}
    made = _pulled(frozenset(range(len(points))), cuts, done)
    if made is None:
        return None
    found = np.array(made)
    free = np.flatnonzero(of.high - of.low > SHARE)[1:]
    edges = points[found[:, 1:]][:, :, free] - points[found[:, :1]][:, :, free]
    volume = np.abs(np.linalg.det(edges))
    return found, volume / volume.sum()


def _pulled(
    face: frozenset[int], cuts: list[frozenset[int]], done: dict[frozenset[int], list[tuple[int, ...]]]
) -> list[tuple[int, ...]] | None:
    if len(face) <= 1:
        return [tuple(face)]
    if face in done:
        return done[face]
    if len(done) > MOST_SIMPLICES:
        return None
    apex = min(face)
    within = {face & cut for cut in cuts}
    within = {each for each in within if each and each != face}
    sides = [each for each in within if not any(each < other for other in within)]
    made: list[tuple[int, ...]] = []
    for side in sorted(sides, key=sorted):
        if apex not in side:
            below = _pulled(side, cuts, done)
            if below is None or len(made) + len(below) > MOST_SIMPLICES:
                return None
            made += [(apex, *each) for each in below]
    done[face] = made
    return made


def _edges(
    points: FloatArray, on: BoolArray, stay: IntArray, out: IntArray, beyond: FloatArray, size: int
) -> FloatArray:
    """Return where the edges from corners that stay to corners that go pass the face."""
    made: list[FloatArray] = []
    faces = on.astype(np.float32)
    for one in stay.tolist():
        both = on[one] & on[out]
        close = np.flatnonzero(both.sum(axis=1) >= size - 2)
        if not close.size:
            continue
        shared = both[close].astype(np.float32)
        through = (shared @ faces.T >= shared.sum(axis=1, keepdims=True)).sum(axis=1)
        for at in out[close[through == 2]].tolist():
            share = beyond[one] / (beyond[one] - beyond[at])
            made.append(points[one] + share * (points[at] - points[one]))
    return np.array(made).reshape(-1, points.shape[1])
