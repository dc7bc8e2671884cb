"""Weight models that need no panel: box, noise, simplex."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.random import Generator

from tierwise.arrays import FloatArray, IntArray, frozen_floats
from tierwise.draws.models_base import by_draw, closed, ordered_sum
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.tree import Tree


@dataclass(frozen=True, eq=False)
class Grouped:
    """A model that draws one sibling group after the other; all other nodes keep their nominal weights.

    ``spread`` is h of each node ``(nodes,)``; ``simplex`` does not look at it.
    """

    nominal: FloatArray
    groups: tuple[IntArray, ...]
    spread: FloatArray
    name: ClassVar[str]
    of: ClassVar[str] = "weights"

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        local = np.repeat(self.nominal[:, None], size, axis=1)
        for group in self.groups:
            local[group] = self.shares(rng, size, group)
        return by_draw(local)

    @abstractmethod
    def shares(self, rng: Generator, size: int, group: IntArray) -> FloatArray:
        """Return ``(siblings, size)`` weights of one group, each draw with sum 1."""


@dataclass(frozen=True, eq=False)
class Box(Grouped):
    """Uniform over w0(1 ± h) with the sum kept at 1, that is over box ∩ simplex of each sibling group.

    Rejection: all siblings but the one with the widest interval are drawn uniformly from their intervals,
    the last follows from the sum, and the draw is kept when it lies in its interval. Dropping a coordinate
    maps box ∩ simplex linearly, so what is kept is uniform whichever sibling follows; the widest keeps at
    least about 1.38 / sqrt(siblings - 1) of the draws.
    """

    name: ClassVar[str] = "box"

    def shares(self, rng: Generator, size: int, group: IntArray) -> FloatArray:
        """Return ``(siblings, size)`` weights, uniform over the group's box ∩ simplex."""
        centre = self.nominal[group, None]
        half = centre * self.spread[group, None]
        last = int(np.argmax(half))
        if half[last] == 0.0:
            return np.repeat(centre, size, axis=1)
        found: list[FloatArray] = []
        missing = size
        rate = min(1.0, 1.38 / np.sqrt(len(group) - 1))
        while missing > 0:
            change = (2.0 * rng.random((len(group), int(missing / rate * 1.1) + 16)) - 1.0) * half
            change[last] = 0.0
            change[last] = -ordered_sum(change)
            kept = np.flatnonzero(np.abs(change[last]) <= half[last])[:missing]
            found.append(change[:, kept])
            missing -= len(kept)
        return centre + np.concatenate(found, axis=1)


@dataclass(frozen=True, eq=False)
class Noise(Grouped):
    """w0·(1 + h(2U - 1)) for each node, then each group is made to sum 1 again (COINr's noise)."""

    name: ClassVar[str] = "noise"

    def shares(self, rng: Generator, size: int, group: IntArray) -> FloatArray:
        """Return ``(siblings, size)`` weights with renormalised noise."""
        noise = 2.0 * rng.random((len(group), size)) - 1.0
        return closed(self.nominal[group, None] * (1.0 + self.spread[group, None] * noise))


@dataclass(frozen=True, eq=False)
class Simplex(Grouped):
    """Uniform over all weights of a group: no preference at all (Lahdelma and Salminen 2001, SMAA-2)."""

    name: ClassVar[str] = "simplex"
    of: ClassVar[str] = "none"

    def shares(self, rng: Generator, size: int, group: IntArray) -> FloatArray:
        """Return ``(siblings, size)`` weights: exponentials divided by their sum."""
        return closed(rng.standard_exponential((len(group), size)))


def node_spread(tree: Tree, spread: float | Sequence[float] | FloatArray) -> FloatArray:
    """Return h of each node from one number, or one for each level (the first is level 1).

    Raises :class:`TierwiseError` U107 unless every h is at least 0, at most 1, and one is above 0; U114 when
    there are not as many as levels.
    """
    given = np.atleast_1d(np.asarray(spread, dtype=np.float64))
    if not (np.all(given >= 0.0) and np.all(given <= 1.0) and given.any()):
        raise TierwiseError(problem("U107", argument="spread", spread=given.tolist()))
    deepest = int(tree.level.max())
    if len(given) not in (1, deepest):
        raise TierwiseError(problem("U114", argument="spread", found=len(given), levels=deepest))
    by_level = np.broadcast_to(given, (deepest,))
    return frozen_floats(np.concatenate([[0.0], by_level])[tree.level])
