"""Orders of siblings that leave something open: their linear extensions, counted, drawn and averaged.

``above (siblings, siblings)`` says which weigh at least as much as which, and all that follows. A linear
extension fills in what an order leaves open. The weights that agree with an order are, in equal parts, those
of its extensions, since each of these is the same simplex with its coordinates exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray

MOST_SETS: Final = 1 << 14
"""Of sets of siblings that can stand first in an order; orders with more are not counted."""


def above_by(order: ArrayLike) -> BoolArray:
    """Return which siblings stand before which ``(siblings, siblings)`` by their places, NaN for none."""
    places = np.asarray(order, dtype=np.float64).ravel()
    before: BoolArray = places[:, None] < places[None, :]
    return before


def closed_under(above: BoolArray) -> BoolArray:
    """Return an order with all that follows: who is above one who is above another is above that."""
    closure = np.array(above, dtype=np.bool_)
    for middle in range(len(closure)):
        closure |= closure[:, middle, None] & closure[middle]
    return closure


def circle(above: BoolArray) -> list[int]:
    """Return siblings of which each is above the next and the last above the first; none in a sound order."""
    closure = closed_under(above)
    wrong = np.flatnonzero(np.diag(closure))
    if not wrong.size:
        return []
    path = [int(wrong[0])]
    while True:
        onward = np.flatnonzero(above[path[-1]] & closure[:, path[0]])
        seen = [at for at in onward.tolist() if at in path]
        if seen:
            return path[path.index(seen[0]) :]
        path.append(int(onward[0]))


def covers(above: BoolArray) -> IntArray:
    """Return the pairs ``(pairs, 2)`` of an order that follow from no others."""
    between = (above.astype(np.int64) @ above.astype(np.int64)) > 0
    return np.argwhere(above & ~between)


def rank_order_centroid(size: int) -> FloatArray:
    """Return the mean weights of a total order: w_k = (1/n) Σ_(j>=k) 1/j (Barron & Barrett 1996)."""
    inverse = 1.0 / np.arange(1.0, size + 1.0)
    return np.asarray(np.cumsum(inverse[::-1])[::-1] / size)


@dataclass(frozen=True, eq=False)
class Extensions:
    """The linear extensions of an order: every way to put the siblings one after the other that keeps it.

    Of the sets of siblings that can stand first, ``after[set, sibling]`` is the one with that sibling added,
    -1 where it cannot come next; ``chance`` that it does, and ``ways`` in which a set can be reached, as a
    share of all extensions. ``members (sets, siblings)``.
    """

    above: BoolArray
    members: BoolArray
    after: IntArray
    chance: FloatArray

    @cached_property
    def places(self) -> FloatArray:
        """The probability ``(siblings, places)`` of each place, all extensions being equally likely."""
        sets, size = self.members.shape
        found = np.zeros((size, size))
        reached = np.zeros(sets)
        reached[0] = 1.0
        for at in range(sets):  # smaller sets first
            for sibling in np.flatnonzero(self.after[at] >= 0):
                share = reached[at] * self.chance[at, sibling]
                reached[self.after[at, sibling]] += share
                found[sibling, int(self.members[at].sum())] += share
        return found

    @property
    def centroid(self) -> FloatArray:
        """The mean ``(siblings,)`` of all weights that agree with the order."""
        mean = self.places @ rank_order_centroid(len(self.places))
        return np.asarray(mean / mean.sum())

    @property
    def corners(self) -> FloatArray:
        """The corners ``(corners, siblings)`` of these weights.

        Equal weights of siblings that can stand first and hang together by the order; those of others lie
        between these.
        """
        sets = self.members[1:]
        beside = (self.above | self.above.T).astype(np.int64)
        reached = sets & (np.cumsum(sets, axis=1) == 1)
        for _ in range(sets.shape[1]):
            reached |= sets & (reached.astype(np.int64) @ beside > 0)
        first = sets[(reached == sets).all(axis=1)].astype(np.float64)
        return np.asarray(first / first.sum(axis=1, keepdims=True))

    @property
    def only(self) -> bool:
        """Whether there is one extension: all siblings are ordered."""
        return bool(len(self.members) == self.members.shape[1] + 1)

    def sequences(self, uniform: FloatArray) -> IntArray:
        """Return extensions ``(siblings, size)``, first sibling first, from ``(siblings, size)`` uniforms."""
        size = uniform.shape[1]
        at = np.zeros(size, dtype=np.int64)
        drawn = np.empty(uniform.shape, dtype=np.int64)
        upto = np.cumsum(self.chance, axis=1)
        last = np.array([np.flatnonzero(row)[-1] if row.any() else 0 for row in self.chance > 0.0])
        for place, one in enumerate(uniform):
            sibling = np.minimum((upto[at] <= one[:, None]).sum(axis=1), last[at])
            drawn[place], at = sibling, self.after[at, sibling]
        return drawn


def extensions(above: BoolArray) -> Extensions | None:
    """Return the extensions of an order, None where more than :data:`MOST_SETS` sets can stand first."""
    size = len(above)
    needs = [sum(1 << int(one) for one in np.flatnonzero(above[:, at])) for at in range(size)]
    layers: list[list[int]] = [[0]]
    found = 1
    for _ in range(size):
        grown = {
            each | 1 << at
            for each in layers[-1]
            for at in range(size)
            if not each >> at & 1 and needs[at] & ~each == 0
        }
        found += len(grown)
        if found > MOST_SETS:
            return None
        layers.append(sorted(grown))
    sets = [each for layer in layers for each in layer]
    number = {each: at for at, each in enumerate(sets)}
    after = np.full((found, size), -1)
    for at, each in enumerate(sets):
        for sibling in range(size):
            if not each >> sibling & 1 and needs[sibling] & ~each == 0:
                after[at, sibling] = number[each | 1 << sibling]
    ways = [1] * found  # to go on from a set, whole numbers of any length
    chance = np.zeros((found, size))
    for at in reversed(range(found - 1)):
        onward = [(sibling, ways[after[at, sibling]]) for sibling in range(size) if after[at, sibling] >= 0]
        ways[at] = sum(count for _, count in onward)
        for sibling, count in onward:
            chance[at, sibling] = count / ways[at]
    members = np.array([[each >> sibling & 1 for sibling in range(size)] for each in sets], dtype=np.bool_)
    return Extensions(above, members, after, chance)
