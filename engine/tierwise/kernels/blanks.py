"""Weighted means up a tree of which some units miss values, for many draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray, aligned
from tierwise.kernels.tree import Tree

if TYPE_CHECKING:
    from tierwise.kernels.compiled_scores import Climb


class Products(NamedTuple):
    """What arithmetic means of many draws are made of.

    ``weights (draws, columns)`` and ``values (indicators, units)``; where some are missing, how they go up
    the tree, with rows of weights for a multiple of four ``draws`` and columns of values for one of eight
    units.
    """

    weights: FloatArray
    draws: int
    values: FloatArray
    climb: Climb | None


@dataclass(frozen=True)
class Means:
    """Arithmetic means up a tree in which units miss some of their values.

    ``values (indicators, units and some)`` are 0 there; they have columns for a multiple of eight units.
    """

    climb: Climb
    values: FloatArray

    def write(self, local: FloatArray, out: FloatArray) -> None:
        """Write the index ``(draws, units)`` under ``(draws, nodes)`` local weights."""
        from tierwise.kernels.compiled_scores import weighted_means  # loads numba

        weighted_means(self.products(local).weights, self.values, self.climb, out)

    def products(self, local: FloatArray) -> Products:
        """Return what it is made of."""
        draws = np.minimum(np.arange(-(-len(local) // 4) * 4), len(local) - 1)
        weights = np.ascontiguousarray(local[draws[:, None], self.climb.node])
        return Products(weights, len(local), self.values, self.climb)


def means_with_blanks(tree: Tree, present: BoolArray, values: FloatArray) -> Means:
    """Return means over ``values (indicators, units)``; ``present (units, nodes)`` says where a node has one.

    ``values`` are 0 where missing.
    """
    climb = climb_of(tree, present)
    leaves = climb.node[climb.child >= 0]
    order = np.argsort(tree.leaves)
    indicators, units = values.shape
    rows = aligned(indicators, units + -units % 8)
    rows[:, :units] = values[order[np.searchsorted(tree.leaves, leaves, sorter=order)]]
    rows[:, units:] = 0.0
    return Means(climb, rows)


def climb_of(tree: Tree, present: BoolArray) -> Climb:
    """Return the tree and its blanks as arrays.

    Few patterns of blanks exist at a node with few children: the weights that are left are added up once for
    each pattern, not for each unit.
    """
    from tierwise.kernels.compiled_scores import Climb  # loads numba

    families = [tree.children[node] for node in tree.inner]
    widest = max(len(children) for children in families)
    units, patterns, misses, there = [], [], [], [np.empty((0, widest))]
    count = [0]
    for node, children in zip(tree.inner, families, strict=True):
        has = present[:, children]
        lacking = np.flatnonzero(~has.all(axis=1) & present[:, node])
        distinct, pattern = np.unique(has[lacking], axis=0, return_inverse=True)
        padded = np.zeros((len(distinct), widest))
        padded[:, : len(children)] = distinct
        units.append(lacking)
        patterns.append(count[-1] + pattern.reshape(-1))
        there.append(padded)
        misses.append(np.flatnonzero(~present[:, node]))
        count.append(count[-1] + len(distinct))
    nodes = np.concatenate(families)
    leaf = np.isin(nodes, tree.leaves)
    slots = np.zeros(tree.nodes, dtype=np.int64)
    slots[list(tree.inner)] = np.arange(len(tree.inner))
    return Climb(
        first=_edges(families),
        node=nodes,
        child=np.where(leaf, np.cumsum(leaf) - 1, -1 - slots[nodes]),
        lacks=_edges(units),
        unit=np.concatenate(units),
        pattern=np.concatenate(patterns),
        patterns=np.array(count),
        there=np.concatenate(there),
        misses=_edges(misses),
        missing=np.concatenate(misses),
    )


def _edges(parts: Sequence[IntArray]) -> IntArray:
    """Return where each part begins when they stand one after the other, and where the last ends."""
    return np.cumsum([0, *map(len, parts)])
