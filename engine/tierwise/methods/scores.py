"""Scores of many weight vectors: every unit, at the root or at each node of the framework.

A :class:`Plan` is what stays the same from draw to draw. In draws every sum runs over the children in the
order of the tree, one multiplication and one addition at a time, so that no block size, thread count or
machine changes one. The printed scores (:func:`node_scores`) are sums without error, rounded once: no order
of columns changes a bit of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, reduce
from operator import add, and_, or_
from typing import Any

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray, aligned
from tierwise.errors import Problem, Problems, TierwiseError, refuse_other_length
from tierwise.kernels.blanks import Means
from tierwise.kernels.grid import rounded
from tierwise.kernels.tree import Tree
from tierwise.methods.aggregate import RULES, aggregate
from tierwise.methods.means import ARITHMETIC, Mean
from tierwise.methods.node_scale import NodeScale
from tierwise.methods.sums import Total, exact_total, ordered_total, ratio, summed_by
from tierwise.tolerances import SHARE

Sums = Callable[[FloatArray, FloatArray, FloatArray], None]


@dataclass(frozen=True)
class Plan:
    """What is scored: normalised values, the tree, and how each inner node aggregates its children.

    ``values`` is ``(units, indicators)``, NaN = missing; a missing child is left out and its siblings'
    weights are scaled up. A node is missing where less than ``minimum_share`` (one for all nodes or for each)
    of its children are there, and where none with a weight is: nodes in ``idle`` have none. ``rules`` and
    ``settings`` (the rule's own) have an entry for each node; those of leaves are not looked at. ``scales``
    brings the scores of some inner nodes onto a scale before they go up. Scores of nodes below the index are
    then rounded to the ``decimals`` of each node, if given, values in :meth:`given`; those of the index are
    left to the ranking.
    """

    values: FloatArray
    tree: Tree
    rules: tuple[str, ...]
    settings: tuple[Mapping[str, object], ...] = ()
    minimum_share: float | tuple[float, ...] = 0.0
    scales: Mapping[int, NodeScale] = field(default_factory=dict)
    decimals: tuple[int | None, ...] = ()
    half: str = "up"
    idle: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        refuse_other_length(self.values.shape[1], len(self.tree.leaves), "indicator")
        for given in (self.rules, self.settings or self.rules, self.decimals or self.rules):
            refuse_other_length(len(given), self.tree.nodes, "node")
        self._refuse_not_positive()

    def __getstate__(self) -> dict[str, object]:
        return {given.name: getattr(self, given.name) for given in fields(self)}  # not what it has computed

    @classmethod
    def uniform(
        cls,
        values: FloatArray,
        tree: Tree | None = None,
        rule: str = "arithmetic",
        minimum_share: float = 0.0,
        **settings: object,
    ) -> Plan:
        """Return the plan with one rule at every node; without a tree the index is right over its columns."""
        tree = tree or Tree.flat(values.shape[1])
        return cls(values, tree, (rule,) * tree.nodes, (settings,) * tree.nodes, minimum_share)

    def take(self, units: IntArray) -> Plan:
        """Return the plan of some of the units, in the order given."""
        scales = {node: scale.take(units) for node, scale in self.scales.items()}
        return replace(self, values=self.values[units], scales=scales)

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.values)

    @property
    def inner(self) -> tuple[int, ...]:
        """The nodes that have children, lowest first."""
        return self.tree.inner

    @property
    def solved(self) -> list[str]:
        """The rules that every weight vector needs programs solved for."""
        return sorted({self.rules[node] for node in self.inner if RULES[self.rules[node]].solved})

    @property
    def least(self) -> FloatArray:
        """``(nodes,)``: the share of its children that a node needs."""
        return np.broadcast_to(np.asarray(self.minimum_share, dtype=np.float64), (self.tree.nodes,))

    @cached_property
    def present(self) -> BoolArray:
        """``(units, nodes)``: where a node has a value."""
        weights = np.ones((1, self.tree.nodes))
        weights[0, list(self.idle)] = 0.0
        return np.concatenate(self.presence(weights)).T

    def presence(self, local: FloatArray) -> list[BoolArray]:
        """Return where each node has a value under local weights ``(draws, nodes)``: ``(draws, units)``.

        One row stands for all draws where weights say nothing of it, as of indicators.
        """
        there = [np.empty((1, self.units), dtype=np.bool_)] * self.tree.nodes
        for leaf, values in zip(self.tree.leaves.tolist(), self.values.T, strict=True):
            there[leaf] = ~np.isnan(values)[None]
        for node in self.inner:
            children = self.tree.children[node].tolist()
            weighed = reduce(or_, (there[child] & (local[:, [child]] != 0.0) for child in children))
            count = reduce(add, (there[child].astype(np.int64) for child in children))
            there[node] = weighed & (count / len(children) >= self.least[node] - SHARE)
        return there

    @cached_property
    def means(self) -> tuple[Mean | None, ...]:
        """The mean that each inner node is, None where its rule is another or its scores are scaled."""
        settings = self.settings or ({},) * self.tree.nodes
        return tuple(
            RULES[rule].mean_of(given) if children.size and node not in self.scales else None
            for node, (rule, given, children) in enumerate(
                zip(self.rules, settings, self.tree.children, strict=True)
            )
        )

    @cached_property
    def common(self) -> Mean | None:
        """The mean that all nodes share, so that it can be taken over the leaves at once, else None."""
        settings = self.settings or ({},) * self.tree.nodes
        first = self.means[0]
        same = all((self.rules[node], settings[node]) == (self.rules[0], settings[0]) for node in self.inner)
        return first if same and not (self.scales or self.rounded_below) else None

    @cached_property
    def rounded_below(self) -> bool:
        """Whether the scores of some inner node below the index are rounded on their way up."""
        return any(self.decimals[node] is not None for node in self.inner if node) if self.decimals else False

    @cached_property
    def complete(self) -> bool:
        """Whether no unit misses a value."""
        return bool(self.present.all())

    @cached_property
    def lacking(self) -> tuple[IntArray, ...]:
        """For each node, the units that miss one of its children."""
        return tuple(
            np.flatnonzero(~self.present[:, children].all(axis=1)) for children in self.tree.children
        )

    @cached_property
    def column(self) -> IntArray:
        """The panel's column of each node, -1 for inner ones."""
        column = np.full(self.tree.nodes, -1)
        column[self.tree.leaves] = np.arange(len(self.tree.leaves))
        return column

    @cached_property
    def below(self) -> BoolArray:
        """``(nodes, indicators)``: which columns of the panel are in the subtree of each node."""
        below = np.zeros((self.tree.nodes, len(self.tree.leaves)), dtype=np.bool_)
        below[self.tree.leaves, np.arange(len(self.tree.leaves))] = True
        for node in range(self.tree.nodes - 1, 0, -1):
            below[self.tree.parent[node]] |= below[node]
        return below

    def given(self, values: FloatArray) -> Plan:
        """Return the plan of other values, rounded first where its indicators are."""
        if not self.decimals:
            return replace(self, values=values)
        columns = [
            rounded(column, self.decimals[leaf], self.half)
            for leaf, column in zip(self.tree.leaves, values.T, strict=True)
        ]
        return replace(self, values=np.column_stack(columns))

    def _refuse_not_positive(self) -> None:
        problems = Problems()
        for column, leaf in enumerate(self.tree.leaves):
            parent = self.tree.parent[leaf]
            mean = self.means[parent]
            if mean is not None:
                for row in np.flatnonzero(mean.unusable(self.values[:, column])):
                    value = float(self.values[row, column])
                    problems.add(
                        "M020",
                        argument="values",
                        row=int(row),
                        column=column,
                        value=value,
                        rule=self.rules[parent],
                    )
        problems.raise_any()


def scores(plan: Plan, local: FloatArray) -> FloatArray:
    """Return ``(draws, units)`` scores of the index under ``(draws, nodes)`` local weights.

    A score is NaN where the index is missing, where the children that are there have no weight, and where a
    node's rule cannot take the scores of the nodes below it (zero under a geometric mean).
    """
    return Scorer(plan).scores(local)


def node_scores(plan: Plan, local: FloatArray) -> FloatArray:
    """Return ``(units, nodes)`` scores at every node under the ``(nodes,)`` local weights, NaN = missing.

    Column 0 is ``scores(plan, local[None])[0]`` without the rounding of its sums: the two are equal on their
    grid.
    """
    out = np.full((plan.units, plan.tree.nodes), np.nan)
    out[:, plan.tree.leaves] = plan.values
    scorer = Scorer(plan, exact_sums, exact_total)
    for node in plan.inner:
        out[:, node] = scorer.scores(local[None], node)[0]
    return out


def ordered_sums(weights: FloatArray, values: FloatArray, out: FloatArray) -> None:
    """Write ``(draws, children) @ (children, units)``, the sums taken in the order of children."""
    out[:] = 0.0
    for weight, value in zip(weights.T, values, strict=True):
        out += weight[:, None] * value


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
        planned = ((local[:, self.watched] == 0.0) == self.idle).all(axis=1)
        if planned.all():  # as nearly always
            return self._scores(local, node, out)
        out[planned] = self._scores(local[planned], node, np.empty((planned.sum(), self.plan.units)))
        others = local[~planned]
        out[~planned] = self._level_by_level(others, node, self.plan.presence(others))
        return out

    def _scores(self, local: FloatArray, node: int, out: FloatArray) -> FloatArray:
        if self.climb is not None and node == 0:
            self.climb(local, out)
            return out
        if self.plan.common is None or not self.plan.complete:
            return self._level_by_level(local, node, self.planned)
        columns = np.flatnonzero(self.plan.below[node])
        weights = _weights_below(self.plan.tree, local, node)[:, columns]
        self.sums(np.ascontiguousarray(weights), self._leaves(node, columns), out)
        return self.plan.common.back(out)

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
    """Return ``(draws, indicators)`` weights of the leaves relative to a node above them."""
    product = local.copy()
    for child in range(node + 1, tree.nodes):
        if tree.parent[child] != node:
            product[:, child] *= product[:, tree.parent[child]]
    return product[:, tree.leaves]
