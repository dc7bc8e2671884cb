"""Scores of many weight vectors: every unit, at the root or at each node of the framework.

A :class:`Plan` is what stays the same from draw to draw. In draws every sum runs over the children in the
order of the tree, one multiplication and one addition at a time, so that no block size, thread count or
machine changes one. The printed scores (:func:`node_scores`) are sums without error, rounded once: no order
of columns changes a bit of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from operator import and_
from typing import Any, Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray, aligned
from tierwise.errors import Problem, TierwiseError
from tierwise.kernels.blanks import Means, Products
from tierwise.kernels.grid import rounded
from tierwise.kernels.tree import Tree
from tierwise.methods.aggregate import aggregate
from tierwise.methods.means import ARITHMETIC, Mean
from tierwise.methods.plan import Plan
from tierwise.methods.sums import Total, exact_total, ordered_total, ratio, summed_by

__all__ = ["FEW", "Plan", "Scorer", "Sums", "exact_sums", "node_scores", "ordered_sums", "scores", "sums_of"]

Sums = Callable[[FloatArray, FloatArray, FloatArray], None]
FEW: Final = 256  # values whose sums under ten thousand draws NumPy makes in a tenth of the time to compile


def scores(plan: Plan, local: FloatArray) -> FloatArray:
    """Return ``(draws, units)`` scores of the index under ``(draws, nodes)`` local weights.

    A score is NaN where the index is missing, where the children that are there have no weight, and where a
    node's rule cannot take the scores of the nodes below it (zero under a geometric mean).
    """
    return Scorer(plan).scores(local)


def node_scores(plan: Plan, local: FloatArray, inner: Iterable[int] | None = None) -> FloatArray:
    """Return ``(units, nodes)`` scores at every node under the ``(nodes,)`` local weights, NaN = missing.

    ``inner`` are the inner nodes that are wanted (default: all).

    Column 0 is ``scores(plan, local[None])[0]`` without the rounding of its sums: the two are equal on their
    grid.
    """
    out = np.full((plan.units, plan.tree.nodes), np.nan)
    out[:, plan.tree.leaves] = plan.values
    scorer = Scorer(plan, exact_sums, exact_total)
    for node in plan.inner if inner is None else inner:
        out[:, node] = scorer.scores(local[None], node)[0]
    return out


def ordered_sums(weights: FloatArray, values: FloatArray, out: FloatArray) -> None:
    """Write ``(draws, children) @ (children, units)``, the sums taken in the order of children."""
    out[:] = 0.0
    for weight, value in zip(weights.T, values, strict=True):
        out += weight[:, None] * value


def sums_of(values: int) -> Sums:
    """Return what sums up so many values for each draw, with the same bits: compiled where they are many."""
    if values <= FEW:
        return ordered_sums
    from tierwise.kernels.compiled_scores import weighted_sums  # loads numba

    return weighted_sums


def exact_sums(weights: FloatArray, values: FloatArray, out: FloatArray) -> None:
    """Write ``(draws, children) @ (children, units)``: sums of the rounded products without error."""
    exact_total((weight[:, None] * value for weight, value in zip(weights.T, values, strict=True)), out)


class Scorer:
    """Scores of a plan; ``sums`` takes weighted sums, ``total`` plain ones, by default plain NumPy.

    ``means`` makes arithmetic means where values are missing, quicker than level by level.
    """

    def __init__(
        self,
        plan: Plan,
        sums: Sums = ordered_sums,
        total: Total = ordered_total,
        means: Callable[[Tree, BoolArray, FloatArray], Means] | None = None,
    ) -> None:
        self.plan = plan
        self.sums = sums
        self.total = total
        self.prepared: dict[int, FloatArray] = {}
        everything = np.arange(len(plan.tree.leaves))
        self.climb = (
            means(plan.tree, plan.present, self._leaves(0, everything))
            if means is not None and plan.common is ARITHMETIC and not plan.complete
            else None
        )
        self.planned: list[BoolArray] = [*plan.present.T[:, None]]
        # Siblings some of which a unit lacks: by their weights is decided where their parent has a value.
        lacking = [
            children for children, units in zip(plan.tree.children, plan.lacking, strict=True) if units.size
        ]
        self.watched = np.concatenate([*lacking, np.empty(0, dtype=np.int64)]).astype(np.int64)
        self.idle = np.isin(self.watched, plan.idle)

    def scores(self, local: FloatArray, node: int = 0, out: FloatArray | None = None) -> FloatArray:
        """Return ``(draws, units)`` scores of an inner node under ``(draws, nodes)`` local weights.

        They may be written to ``out``. Where values are missing, a node whose children that are there have no
        weight is missing too: draws that give none to other nodes than the plan says go level by level.
        """
        out = np.empty((len(local), self.plan.units)) if out is None else out
        planned = self._planned(local)
        if planned.all():  # as nearly always
            return self._scores(local, node, out)
        out[planned] = self._scores(local[planned], node, np.empty((planned.sum(), self.plan.units)))
        others = local[~planned]
        out[~planned] = self._level_by_level(others, node, self.plan.presence(others))
        return out

    def _scores(self, local: FloatArray, node: int, out: FloatArray) -> FloatArray:
        if self.climb is not None and node == 0:
            self.climb.write(local, out)
            return out
        weights = self.weights_below(local, node)
        if weights is None:
            return self._level_by_level(local, node, self.planned)
        return self.sums_below(weights, node, out)

    def weights_below(self, local: FloatArray, node: int = 0) -> FloatArray | None:
        """Return ``(draws, leaves)`` weights of the leaves below a node, None where its score is no sum."""
        if self.plan.common is None or not self.plan.complete:
            return None
        weights = _weights_below(self.plan.tree, local, node)
        return np.ascontiguousarray(weights[:, np.flatnonzero(self.plan.below[node])])

    def sums_below(self, weights: FloatArray, node: int, out: FloatArray) -> FloatArray:
        """Return, in ``out (draws, units)``, scores of a node under what :meth:`weights_below` returned."""
        assert self.plan.common is not None
        self.sums(weights, self._leaves(node, np.flatnonzero(self.plan.below[node])), out)
        return self.plan.common.back(out)

    def products(self, local: FloatArray, below: FloatArray | None) -> Products | None:
        """Return what the index is made of under ``(draws, nodes)`` local weights.

        ``below`` is what :meth:`weights_below` returned. None where the index is no arithmetic mean.
        """
        if self.plan.common is not ARITHMETIC:
            return None
        if self.climb is not None:
            return self.climb.products(local) if self._planned(local).all() else None
        if below is None:
            return None
        return Products(below, len(below), self._leaves(0, np.flatnonzero(self.plan.below[0])), None)

    def _planned(self, local: FloatArray) -> BoolArray:
        """Return in which draws siblings have no weight just where the plan says so."""
        planned: BoolArray = ((local[:, self.watched] == 0.0) == self.idle).all(axis=1)
        return planned

    def _level_by_level(self, local: FloatArray, node: int, there: Sequence[BoolArray]) -> FloatArray:
        """Return a node's scores from those of its children, with what is missing left out.

        ``there`` says where each node has a value, as :meth:`Plan.presence`.
        """
        plan = self.plan
        children = plan.tree.children[node]
        if not children.size:
            return np.broadcast_to(plan.values[:, plan.column[node]], (len(local), plan.units))
        if plan.means[node] is None:
            out = self._other_rule(local, node, there)
        elif (plan.column[children] >= 0).all():
            out = self._mean_of_leaves(local, node)
        else:
            out = self._mean(local, node, there)
        if node in plan.scales:
            out = plan.scales[node](np.where(there[node], out, np.nan))
        if node and plan.decimals:
            out = rounded(out, plan.decimals[node], plan.half)
        return out if there[node].all() else np.where(there[node], out, np.nan)

    def _leaves(self, node: int, columns: IntArray) -> FloatArray:
        """Return ``(columns, units)`` values as the node's mean adds them up, 0 where missing."""
        if node not in self.prepared:
            mean, _ = self._mean_and_children(node)
            values = self.plan.values[:, columns].T
            missing = np.isnan(values)
            forward = mean.forward(np.where(missing, 1.0, values))
            rows = aligned(*values.shape)
            rows[:] = np.where(missing, 0.0, forward)
            self.prepared[node] = rows  # whole: other threads take it as soon as it is there
        return self.prepared[node]

    def _mean_of_leaves(self, local: FloatArray, node: int) -> FloatArray:
        """Return the mean over a node's indicators, weights scaled up for those that are missing."""
        mean, children = self._mean_and_children(node)
        weights = np.ascontiguousarray(local[:, children])
        total = np.empty((len(local), self.plan.units))
        self.sums(weights, self._leaves(node, self.plan.column[children]), total)
        lacking = self.plan.lacking[node]
        if lacking.size:
            there = self.plan.present[np.ix_(lacking, children)].T
            weight = np.empty((len(local), len(lacking)))
            self.sums(weights, np.ascontiguousarray(there, dtype=np.float64), weight)
            total[:, lacking] = ratio(total[:, lacking], weight)
        return mean.back(total)

    def _mean(self, local: FloatArray, node: int, there: Sequence[BoolArray]) -> FloatArray:
        """Return the mean over a node's children, weights scaled up for those that are missing."""
        mean, children = self._mean_and_children(node)
        lacks = ~reduce(and_, (there[child] for child in children))
        lacking = np.flatnonzero(lacks.any(axis=0))
        total = np.empty((len(local), self.plan.units))
        part = np.empty_like(total)

        def parts() -> Iterator[FloatArray]:
            for child in children:
                np.multiply(local[:, child, None], self._usable(local, int(child), mean, there), out=part)
                if lacking.size:
                    np.copyto(part, 0.0, where=~there[child])
                yield part

        self.total(parts(), total)
        if lacking.size:
            weight = np.empty((len(local), len(lacking)))
            self.total((local[:, child, None] * there[child][:, lacking] for child in children), weight)
            scaled = ratio(total[:, lacking], weight)
            total[:, lacking] = np.where(lacks[:, lacking], scaled, total[:, lacking])
        return mean.back(total)

    def _usable(self, local: FloatArray, child: int, mean: Mean, there: Sequence[BoolArray]) -> FloatArray:
        """Return a child's scores as a mean adds them up, NaN where it cannot take them."""
        below = self._level_by_level(local, child, there)
        if not mean.positive or below.min(initial=np.inf) > 0.0:
            return mean.forward(below)
        return mean.forward(np.where(mean.unusable(below), np.nan, below))

    def _mean_and_children(self, node: int) -> tuple[Mean, IntArray]:
        mean = self.plan.means[node]
        assert mean is not None
        return mean, self.plan.tree.children[node]

    def _other_rule(self, local: FloatArray, node: int, there: Sequence[BoolArray]) -> FloatArray:
        """Return scores by a rule that is no mean; what it refuses is named by the panel's column."""
        plan = self.plan
        children = plan.tree.children[node]
        columns = plan.column[children]
        if (columns >= 0).all():
            below = plan.values[:, columns]
        else:
            below = np.stack([self._level_by_level(local, int(child), there) for child in children], axis=-1)
        if not there[node].all():  # who has too little for a score is compared with nobody
            own = there[node] if len(there[node]) > 1 else there[node][0]
            below = np.where(own[..., None], below, np.nan)
        settings: dict[str, Any] = dict(plan.settings[node]) if plan.settings else {}
        known = np.stack(np.broadcast_arrays(*(there[child] for child in children)), axis=-1)
        lost = (np.isnan(below) & known).any(axis=-1)  # no blank: its rule had no score

        def named(raised: Problem) -> Problem:
            column = -1 if raised.column is None else columns[raised.column]
            return replace(raised, column=int(column) if column >= 0 else None)

        try:
            with summed_by(self.total):
                made = aggregate(below, local[:, children], plan.rules[node], **settings)
        except TierwiseError as error:
            raise TierwiseError(*map(named, error.problems)) from None
        return np.where(lost, np.nan, made) if lost.any() else made


def _weights_below(tree: Tree, local: FloatArray, node: int) -> FloatArray:
    """Return ``(draws, indicators)`` weights of leaves relative to a node above them; of others nothing."""
    product = local.copy()
    for level in range(int(tree.level[node]) + 2, int(tree.level.max()) + 1):
        nodes = np.flatnonzero(tree.level == level)
        product[:, nodes] *= product[:, tree.parent[nodes]]
    return product[:, tree.leaves]
