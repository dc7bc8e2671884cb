"""The framework as arrays: who is whose parent, and weights down the tree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.tolerances import SHARE


@dataclass(frozen=True)
class Tree:
    """A tree of nodes in which every parent stands before its children.

    Node 0 is the index and has ``parent`` -1. ``leaves[k]`` is the node of the panel's column k.
    Weights of nodes are arrays whose last axis is nodes; the index's own weight is 1.
    """

    parent: IntArray  # (nodes,)
    leaves: IntArray  # (indicators,)

    @classmethod
    def flat(cls, indicators: int) -> Tree:
        """Return the tree of an index directly over its indicators."""
        return cls(np.array([-1] + [0] * indicators), np.arange(1, indicators + 1))

    @property
    def nodes(self) -> int:
        """Number of nodes, the index included."""
        return len(self.parent)

    @cached_property
    def children(self) -> tuple[IntArray, ...]:
        """The children of each node, in order; empty for a leaf."""
        return tuple(np.flatnonzero(self.parent == node) for node in range(self.nodes))

    @cached_property
    def level(self) -> IntArray:
        """The depth of each node: 0 for the index, 1 for its dimensions."""
        level = np.zeros(self.nodes, dtype=np.int64)
        for node in range(1, self.nodes):
            level[node] = level[self.parent[node]] + 1
        return level

    @cached_property
    def sibling_groups(self) -> tuple[IntArray, ...]:
        """The groups of nodes that share a parent, from the top."""
        return tuple(group for group in self.children if group.size)

    @cached_property
    def inner(self) -> tuple[int, ...]:
        """The nodes that have children, lowest first."""
        return tuple(node for node in reversed(range(self.nodes)) if self.children[node].size)

    def normalised(self, weights: FloatArray) -> FloatArray:
        """Return relative weights ``(..., nodes)`` as local ones: every sibling group sums to 1.

        Those of one vector are summed without error, so that no order of siblings changes a bit of them. A
        share that is 0 up to rounding, as a solver leaves it, is 0: whatever asks which weights are positive
        then gets one answer on every machine.
        """
        local = np.ones_like(weights, dtype=np.float64)
        for group in self.sibling_groups:
            part = weights[..., group]
            total = math.fsum(part) if part.ndim == 1 else part.sum(axis=-1, keepdims=True)
            share = part / total
            local[..., group] = np.where(np.abs(share) < SHARE, 0.0, share)
        return local

    def global_weights(self, local: FloatArray) -> FloatArray:
        """Return ``(..., nodes)`` global weights: the product of local weights from the index down."""
        product = np.array(local, dtype=np.float64)
        product[..., 0] = 1.0
        for node in range(1, self.nodes):
            product[..., node] = product[..., self.parent[node]] * local[..., node]
        return product

    def leaf_weights(self, local: FloatArray) -> FloatArray:
        """Return ``(..., indicators)`` global weights of the panel's columns."""
        return self.global_weights(local)[..., self.leaves]
