"""What all weight models share: their interface, the groups that vary, sums in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.random import Generator

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.tree import Tree


class WeightModel(Protocol):
    """What draws weights."""

    @property
    def name(self) -> str:
        """The model's name in a scenario."""

    @property
    def of(self) -> str:
        """What varies: ``experts``, ``mean``, ``camps``, or ``weights`` where no panel is asked."""

    @property
    def nominal(self) -> FloatArray:
        """Nominal local weights ``(nodes,)``."""

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""


def ordered_sum(parts: FloatArray) -> FloatArray:
    """Return the sum over the first axis, added in order: the same bits whatever the shape."""
    total: FloatArray = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


def closed(parts: FloatArray) -> FloatArray:
    """Return ``(siblings, size)`` parts divided by their sums, which are added in order."""
    shares: FloatArray = parts / ordered_sum(parts)
    return shares


def drawn_again(sample: Callable[[int], FloatArray], size: int) -> FloatArray:
    """Return ``sample(size)``, ``(siblings, size)``, closed; draws that are all 0 are drawn again."""
    parts = sample(size)
    while (empty := np.flatnonzero(~parts.any(axis=0))).size:
        parts[:, empty] = sample(len(empty))
    return closed(parts)


def ordered_product(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return ``left (n, k) @ right (k, size)``, added in the order of k: the same bits on every machine."""
    total: FloatArray = left[:, :1] * right[0]
    for k in range(1, len(right)):
        total += left[:, k, None] * right[k]
    return total


def by_draw(weights: FloatArray) -> FloatArray:
    """Return ``(nodes, size)`` weights as ``(size, nodes)``, each draw's weights next to each other."""
    return np.ascontiguousarray(weights.T)


def varied_groups(
    tree: Tree, nominal: FloatArray, levels: Sequence[int] | None = None
) -> tuple[IntArray, ...]:
    """Return the siblings that can vary: two or more with weight above 0, at the chosen levels.

    Raises :class:`TierwiseError` U109 for a level that the tree has not, U111 when nothing can vary.
    """
    deepest = int(tree.level.max())
    wrong = [level for level in levels or () if not 1 <= level <= deepest]
    if wrong or (levels is not None and not len(levels)):
        raise TierwiseError(problem("U109", argument="levels", levels=wrong or "[]", deepest=deepest))
    groups = tuple(
        group[nominal[group] > 0.0]
        for group in tree.sibling_groups
        if levels is None or tree.level[group[0]] in levels
    )
    groups = tuple(group for group in groups if len(group) > 1)
    if not groups:
        raise TierwiseError(problem("U111", argument="nominal"))
    return groups
