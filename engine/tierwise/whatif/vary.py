"""Weights varied: one node at a time, its siblings giving way in proportion."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.tree import Tree


def varied(tree: Tree, local: FloatArray, node: int, weights: ArrayLike) -> FloatArray:
    """Return ``(weights, nodes)`` local weights with those of one node set to each of ``weights``.

    Its siblings share the rest as they share it in ``local (nodes,)``; siblings without any weight share it
    equally. All other groups stay as they are.
    """
    own = np.atleast_1d(np.asarray(weights, dtype=np.float64))
    rows = np.repeat(local[None], len(own), axis=0)
    group = tree.children[tree.parent[node]]
    others = group[group != node]
    rows[:, node] = own
    rows[:, others] = (1.0 - own)[:, None] * _shares(local[others])
    return rows


def partly(tree: Tree, local: FloatArray, given: Mapping[int, float]) -> FloatArray:
    """Return local weights ``(nodes,)`` with those of some nodes given, by node.

    Siblings that are not given share the rest as before (equally where they had no weight); a group given
    whole is relative. Weights are 0 or more, a group given whole has one above 0, and the weights of a group
    given in part sum to 1 at most.
    """
    changed = np.array(local, dtype=np.float64)
    for group in tree.sibling_groups:
        named = [node for node in group.tolist() if node in given]
        if not named:
            continue
        others = np.setdiff1d(group, named)
        total = sum(given[node] for node in named)
        changed[named] = [given[node] / (1.0 if others.size else total) for node in named]
        changed[others] = max(0.0, 1.0 - total) * _shares(local[others])
    return changed


def free_nodes(tree: Tree) -> IntArray:
    """Return the nodes whose local weight can change: those with siblings."""
    nodes = [node for group in tree.sibling_groups if len(group) > 1 for node in sorted(group)]
    return np.array(nodes, dtype=np.int64)


def _shares(weights: FloatArray) -> FloatArray:
    """Return weights as shares of their sum, equal ones where there is none."""
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(weights), 1.0 / max(len(weights), 1))
