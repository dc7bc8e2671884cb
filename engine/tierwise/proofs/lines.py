"""One weight at a time: every score is a straight line in it, so that change points are where lines cross.

A node's weight among its siblings goes from 0 to 1 while the siblings keep their proportions. The score
of a unit at weight t is s + (t - w) · slope, with slope = G · (V_node - V_rest): G the global weight of
the parent, V the scores of the node and of its siblings' weighted mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.weight_sets import finite_values, nominal_weights
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.grid import levelled
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan, node_scores
from tierwise.tolerances import SAME


@dataclass(frozen=True, eq=False)
class Lines:
    """Scores of every unit as functions of the weight of one node among its siblings."""

    node: int
    weight: float  # nominal
    scores: FloatArray  # (units,), at the nominal weight
    slopes: FloatArray  # (units,)
    tie: float

    def at(self, weights: ArrayLike) -> FloatArray:
        """Return ``(weights, units)`` scores."""
        moved = np.asarray(weights, dtype=np.float64)[:, None] - self.weight
        return self.scores + moved * self.slopes

    def crossings(self, low: float = 0.0, high: float = 1.0) -> Crossings:
        """Return every weight between ``low`` and ``high`` at which two units change places, in order."""
        first, second = np.triu_indices(len(self.scores), 1)
        apart, turn = self.scores[first] - self.scores[second], self.slopes[second] - self.slopes[first]
        with np.errstate(divide="ignore", invalid="ignore"):
            at = self.weight + np.where(np.abs(apart) <= self.tie, 0.0, apart) / turn
        kept = (np.abs(turn) > self.tie) & (at >= low) & (at <= high)
        falls = turn[kept] > 0.0
        before = np.where(falls, first[kept], second[kept])
        after = np.where(falls, second[kept], first[kept])
        order = np.argsort(at[kept], kind="stable")
        return Crossings(at[kept][order], before[order], after[order])


class Crossings(NamedTuple):
    """Weights ``(crossings,)``; the unit ahead below each, and the one ahead above it."""

    at: FloatArray
    before: IntArray
    after: IntArray


class Stability(NamedTuple):
    """Per node ``(nodes,)``: the weights between which the whole ranking holds, and who ends it.

    ``low_pair`` and ``high_pair`` ``(nodes, 2)`` are the units that change places at either end, the one
    that is ahead at the nominal weights first; -1 where the weight may go to 0 or 1. A tie that any
    change breaks leaves no room: low = high = the nominal weight. Where a node has no sibling of weight,
    low = high = 1.
    """

    weight: FloatArray
    low: FloatArray
    high: FloatArray
    low_pair: IntArray
    high_pair: IntArray


def lines(values: ArrayLike, weights: ArrayLike, node: int, *, tree: Tree | None = None) -> Lines:
    """Return the scores as lines in one weight.

    ``values`` are ``(units, indicators)`` normalised values that the index adds up. Without a ``tree``
    the ``weights`` are ``(indicators,)`` and ``node`` counts the columns from 0; with one they are
    ``(nodes,)`` and ``node`` is a node. Raises :class:`TierwiseError` X001, X002, M011, and X004 for a
    node without siblings of weight.
    """
    x, tree, local, node = _given(values, weights, tree, node)
    if not (0 < node < tree.nodes) or local[node] == 1.0:
        raise TierwiseError(problem("X004", argument="node", column=node))
    every = _slopes(x, tree, local)
    return Lines(node, float(local[node]), every.scores, every.slopes[:, node], every.tie)


def stability_intervals(values: ArrayLike, weights: ArrayLike, *, tree: Tree | None = None) -> Stability:
    """Return the interval of each weight within which the whole ranking holds (Mareschal 1988).

    The other siblings are scaled to keep the sum. Of two units with D = w·d the weight t of k at which
    they tie is w_k - D / slope; neighbours in the ranking suffice. With a ``tree`` rows are its nodes
    (the index itself left at 1), without one the indicators. Arguments and errors as :func:`lines`.
    """
    x, known, local, _ = _given(values, weights, tree, 0)
    every = _slopes(x, known, local)
    order = np.argsort(-every.scores, kind="stable")
    apart = every.scores[order][:-1] - every.scores[order][1:]
    turn = (every.slopes[order][:-1] - every.slopes[order][1:]).T  # (nodes, pairs)
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(apart <= every.tie, 0.0, apart) / np.abs(turn)
    moves = np.abs(turn) > every.tie
    tied = (apart <= every.tie) & moves
    low, low_pair = _nearest(room, (moves & (turn > 0.0)) | tied, order)
    high, high_pair = _nearest(room, (moves & (turn < 0.0)) | tied, order)
    low, high = local - low, local + high
    low_pair[low < 0.0], high_pair[high > 1.0] = -1, -1
    low, high = np.where(local < 1.0, np.clip((low, high), 0.0, 1.0), 1.0)
    kept = known.leaves if tree is None else np.arange(known.nodes)
    return Stability(local[kept], low[kept], high[kept], low_pair[kept], high_pair[kept])


def _nearest(room: FloatArray, turning: BoolArray, order: IntArray) -> tuple[FloatArray, IntArray]:
    """Return per node the least room among neighbours that turn this way, and the two units."""
    if not room.shape[1]:  # one unit has no neighbour
        return np.full(len(room), np.inf), np.full((len(room), 2), -1)
    reach = np.where(turning, room, np.inf)
    pair = reach.argmin(axis=1)
    return reach.min(axis=1), np.stack([order[pair], order[pair + 1]], axis=1)


class _Slopes(NamedTuple):
    scores: FloatArray
    slopes: FloatArray
    tie: float


def _given(
    values: ArrayLike, weights: ArrayLike, tree: Tree | None, node: int
) -> tuple[FloatArray, Tree, FloatArray, int]:
    given = np.asarray(weights, dtype=np.float64)
    if tree is None:
        tree, given, node = Tree.flat(given.size), np.concatenate([[1.0], given.ravel()]), node + 1
    local = nominal_weights(tree, given)
    return finite_values(values, len(tree.leaves)), tree, local, node


def _slopes(x: FloatArray, tree: Tree, local: FloatArray) -> _Slopes:
    """Return scores ``(units,)`` and their slopes ``(units, nodes)`` in each node's weight."""
    nodes = node_scores(Plan.uniform(x, tree), local)
    above = tree.global_weights(local)[tree.parent]
    rest = np.where(local < 1.0, 1.0 - local, 1.0)
    others = (nodes[:, tree.parent] - local * nodes) / rest
    slopes = np.where(local < 1.0, above * (nodes - others), 0.0)
    slopes[:, 0] = 0.0
    return _Slopes(
        levelled(nodes[:, 0]),
        levelled(slopes.T).T,
        SAME * max(float(np.abs(x).max(initial=0.0)), np.finfo(float).tiny),
    )
