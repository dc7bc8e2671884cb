"""Audit along the framework: ranks when a node is left out, and flags of what to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.ranks import rank
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan, node_scores, scores
from tierwise.methods.statistics import correlations

FlagKind = Literal["double-counting", "double-counting-across", "against", "elsewhere", "silent", "dominant"]
REDUNDANT = 0.92
RANDOM = 0.30


@dataclass(frozen=True)
class LeftOut:
    """Ranks when one node at a time is left out, arrays (nodes left out,) unless said."""

    nodes: IntArray
    ranks: FloatArray  # (nodes left out, units); NaN for a unit that has no score then
    mean_shift: FloatArray  # R_S = mean |rank then - rank|
    max_shift: IntArray
    unit: IntArray  # the unit that shifts most
    changed: IntArray  # units whose rank changes
    spearman: FloatArray  # of the scores with and without
    lost: IntArray  # units without a score


@dataclass(frozen=True)
class Flag:
    """Something to look at: a node, the other node that it is about (or -1), and the number behind it."""

    kind: FlagKind
    node: int
    other: int
    value: float


def without(tree: Tree, local: FloatArray, nodes: Sequence[int]) -> FloatArray:
    """Return local weights (nodes,) with ``nodes`` left out and their siblings scaled up to sum 1.

    A parent whose children are all left out is left out too; if nothing is left, all weights are NaN.
    """
    weights = np.array(local, dtype=np.float64)
    weights[list(nodes)] = 0.0
    for node in range(tree.nodes - 1, -1, -1):
        children = tree.children[node]
        if not children.size:
            continue
        total = weights[children].sum()
        if total > 0:
            weights[children] /= total
        else:
            weights[children] = local[children]
            weights[node] = 0.0 if node else np.nan
    return np.full_like(weights, np.nan) if np.isnan(weights[0]) else weights


def leave_one_out(
    plan: Plan,
    local: FloatArray,
    nodes: Sequence[int],
    *,
    ties: str = "min",
    decimals: int | None = None,
    half: str = "up",
) -> LeftOut:
    """Return what happens to ranks when each of ``nodes`` is left out (Handbook 2008, section 7).

    ``local (nodes,)`` are the nominal weights. Nodes without which nothing is left are passed over.
    """
    tree = plan.tree
    tried = [(node, without(tree, local, [node])) for node in nodes]
    tried = [(node, weights) for node, weights in tried if not np.isnan(weights[0])]
    base = scores(plan, local[None])[0]
    base_ranks = _ranks(base, ties, decimals, half)
    scored = scores(plan, np.array([weights for _, weights in tried]).reshape(-1, tree.nodes))
    ranks = np.array([_ranks(one, ties, decimals, half) for one in scored]).reshape(-1, plan.units)
    shift = np.abs(ranks - base_ranks)
    known = ~np.isnan(shift)
    filled = np.where(known, shift, -1.0)
    return LeftOut(
        nodes=np.array([node for node, _ in tried], dtype=np.int64),
        ranks=ranks,
        mean_shift=np.where(known, shift, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1),
        max_shift=np.rint(filled.max(axis=1, initial=0.0)).astype(np.int64),
        unit=filled.argmax(axis=1),
        changed=(filled > 0).sum(axis=1),
        spearman=np.array([_spearman(base, one) for one in scored]),
        lost=(~np.isnan(base) & np.isnan(scored)).sum(axis=1),
    )


def flags(
    plan: Plan,
    local: FloatArray,
    effective: FloatArray | None = None,
    *,
    redundant: float = REDUNDANT,
    random: float = RANDOM,
) -> tuple[Flag, ...]:
    """Return what deserves a look, most pressing first within each kind.

    ``double-counting``: two indicators under one parent correlate at ``redundant`` (0.92) or above;
    ``double-counting-across``: the same under different parents. ``against``: an indicator correlates
    negatively with its own parent. ``elsewhere``: a node correlates more with another node of a level (a
    dimension, say) than with its own there, its own corrected for its part in it. ``silent``: an indicator
    correlates with the index below ``random`` (0.30). ``dominant``: with ``effective (indicators,)``
    importance shares, an indicator is worth more than twice its nominal weight. Bounds as in the JRC's
    audits.
    """
    tree = plan.tree
    nodes = node_scores(plan, local)
    matrix = correlations(nodes)
    leaves = [int(leaf) for leaf in tree.leaves]
    raised = _redundant(tree, matrix, leaves, redundant)
    for leaf in leaves:
        parent = int(tree.parent[leaf])
        if matrix[leaf, parent] < 0:
            raised.append(Flag("against", leaf, parent, matrix[leaf, parent]))
        if abs(matrix[leaf, 0]) < random:
            raised.append(Flag("silent", leaf, 0, matrix[leaf, 0]))
    for node in range(1, tree.nodes):
        raised += _elsewhere(plan, local, nodes, node)
    if effective is not None:
        nominal = tree.leaf_weights(local)
        raised += [
            Flag("dominant", leaf, -1, float(effective[at] / nominal[at]))
            for at, leaf in enumerate(leaves)
            if nominal[at] > 0 and effective[at] > 2.0 * nominal[at]
        ]
    order = ("double-counting", "double-counting-across", "against", "elsewhere", "silent", "dominant")
    return tuple(sorted(raised, key=lambda flag: (order.index(flag.kind), -abs(flag.value))))


def _redundant(tree: Tree, matrix: FloatArray, leaves: Sequence[int], least: float) -> list[Flag]:
    """Return the flags of pairs of indicators that correlate at ``least`` or above."""
    pairs = [(one, other) for place, one in enumerate(leaves) for other in leaves[place + 1 :]]
    return [
        Flag(
            "double-counting" if tree.parent[one] == tree.parent[other] else "double-counting-across",
            one,
            other,
            matrix[one, other],
        )
        for one, other in pairs
        if matrix[one, other] >= least
    ]


def _elsewhere(plan: Plan, local: FloatArray, nodes: FloatArray, node: int) -> list[Flag]:
    """Return the flag of a node that goes with another node of a level rather than with its own there.

    Levels are looked at from the top; the first that speaks is told.
    """
    tree = plan.tree
    rest = without(tree, local, [node])
    if np.isnan(rest[0]):
        return []
    above = _ancestors(tree, node)
    corrected = node_scores(plan, rest, above)
    for own in above:
        peers = [
            other
            for other in range(1, tree.nodes)
            if other != own and tree.level[other] == tree.level[own] and tree.children[other].size
        ]
        if not peers or rest[own] == 0:
            continue
        columns = np.column_stack([nodes[:, node], corrected[:, own], nodes[:, peers]])
        together = correlations(columns)[0, 1:]
        best = int(np.argmax(np.where(np.isnan(together[1:]), -2.0, together[1:])))
        if together[1 + best] > together[0]:
            return [Flag("elsewhere", node, peers[best], float(together[1 + best] - together[0]))]
    return []


def _ancestors(tree: Tree, node: int) -> list[int]:
    """Return the nodes between the index and a node, from the top."""
    above = []
    parent = int(tree.parent[node])
    while parent > 0:
        above.append(parent)
        parent = int(tree.parent[parent])
    return above[::-1]


def _ranks(scored: FloatArray, ties: str, decimals: int | None, half: str) -> FloatArray:
    ranks = np.full(scored.shape, np.nan)
    here = ~np.isnan(scored)
    ranks[here] = rank(scored[here], ties, decimals=decimals, half=half)
    return ranks


def _spearman(one: FloatArray, two: FloatArray) -> float:
    both = ~np.isnan(one) & ~np.isnan(two)
    ranked = np.column_stack([rank(one[both], "average"), rank(two[both], "average")]).astype(np.float64)
    return float(correlations(ranked)[0, 1]) if both.sum() > 1 else float("nan")
