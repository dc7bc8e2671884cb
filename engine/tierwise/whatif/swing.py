"""Swings: what a stated change of one weight does to the list, node by node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.setup import Setup
from tierwise.methods.scores import Plan, scores
from tierwise.whatif.lists import Differences, base_list, differences, lists
from tierwise.whatif.vary import free_nodes, varied

__all__ = ["swing"]

POINTS: Final = 0.10
SHARE: Final = 0.25


@dataclass(frozen=True)
class Swings:
    """Nodes and changes, one row each, arrays ``(rows,)``: nodes in order, for each the changes in order."""

    nodes: IntArray
    points: FloatArray  # change by so much of the siblings' whole, 0 for the other kind
    shares: FloatArray  # change by so much of the weight itself
    weights: FloatArray  # the local weight changed to
    differences: Differences


def swing(
    plan: Plan,
    local: FloatArray,
    setup: Setup,
    *,
    points: float | None = POINTS,
    share: float | None = SHARE,
    nodes: Sequence[int] | IntArray | None = None,
) -> Swings:
    """Return what happens when a node's local weight falls and rises, its siblings giving way in proportion.

    Args:
        plan: what is scored.
        local: ``(nodes,)`` nominal local weights.
        setup: what makes scores a list; its nominal scores are the base.
        points: a change by so much of the siblings' whole: 0.10 takes 0.25 to 0.15 and 0.35; None for none.
        share: a change by so much of the weight itself: 0.25 takes 0.20 to 0.15 and 0.25; None for none.
        nodes: which nodes (default: all that have siblings).

    Weights stop at 0 and at 1.

    """
    chosen = free_nodes(plan.tree) if nodes is None else np.asarray(nodes, dtype=np.int64)
    steps = [(sign * points, 0.0) for sign in (-1, 1) if points is not None]
    steps += [(0.0, sign * share) for sign in (-1, 1) if share is not None]
    node = np.repeat(chosen, len(steps))
    whole, part = np.tile(np.array(steps, dtype=np.float64).reshape(-1, 2), (len(chosen), 1)).T
    weights = np.clip(local[node] * (1.0 + part) + whole, 0.0, 1.0)
    rows = [varied(plan.tree, local, one, weight) for one, weight in zip(node.tolist(), weights, strict=True)]
    scored = scores(plan, np.concatenate([*rows, np.empty((0, plan.tree.nodes))]))
    return Swings(
        nodes=node,
        points=whole,
        shares=part,
        weights=weights,
        differences=differences(base_list(setup), lists(setup, scored)),
    )
