"""Scores of many weight vectors: every unit, at the root or at each node of the framework.

A :class:`Plan` is what stays the same from draw to draw. Every sum runs over the children in the order of
the tree, one multiplication and one addition at a time, so that equal units get equal scores to the last bit
and no block size, thread count or machine changes one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from tierwise.arrays import BoolArray, FloatArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.tree import Tree

Transform = Callable[[FloatArray], FloatArray]


class Mean(NamedTuple):
    """A weighted mean of transformed values, transformed back."""

    forward: Transform
    back: Transform
    positive: bool = True


ARITHMETIC: Final = Mean(lambda values: values, lambda values: values, positive=False)
MEANS: Final[Mapping[str, Mean]] = {
    "arithmetic": ARITHMETIC,
    "geometric": Mean(np.log, np.exp),
    "harmonic": Mean(lambda values: 1.0 / values, lambda values: 1.0 / values),
}


@dataclass(frozen=True)
class Plan:
    """What is scored: normalised values, the tree, and how each inner node aggregates its children.

    ``values`` is ``(units, indicators)``, NaN = missing; a missing child is left out and its siblings'
    weights are scaled up. A node is missing where less than ``minimum_share`` of its children are there, and
    where none is. ``rules`` and ``settings`` (the rule's own) have an entry for each node; those of leaves
    are not looked at.
    """

    values: FloatArray
    tree: Tree
    rules: tuple[str, ...]
    settings: tuple[Mapping[str, object], ...] = ()
    minimum_share: float = 0.0

    def __post_init__(self) -> None:
        for what, found, expected in (
            ("indicator", self.values.shape[1], len(self.tree.leaves)),
            ("node", len(self.rules), self.tree.nodes),
            ("node", len(self.settings or self.rules), self.tree.nodes),
        ):
            if found != expected:
                raise TierwiseError(problem("U003", what=what, found=found, expected=expected))
        self._refuse_not_positive()

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

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.values)

    @cached_property
    def inner(self) -> tuple[int, ...]:
        """The nodes that have children, lowest first."""
        return tuple(node for node in reversed(range(self.tree.nodes)) if self.tree.children[node].size)

    @cached_property
    def present(self) -> BoolArray:
        """``(units, nodes)``: where a node has a value."""
        present = np.zeros((self.units, self.tree.nodes), dtype=np.bool_)
        present[:, self.tree.leaves] = ~np.isnan(self.values)
        for node in self.inner:
            share = present[:, self.tree.children[node]].mean(axis=1)
            present[:, node] = (share > 0) & (share >= self.minimum_share - 1e-12)
        return present

    @cached_property
    def common(self) -> Mean | None:
        """The mean that all nodes share if it can be taken over the leaves at once, else None."""
        rules = {self.rules[node] for node in self.inner}
        return MEANS.get(rules.pop()) if len(rules) == 1 else None

    @cached_property
    def transformed(self) -> FloatArray:
        """``(indicators, units)`` values as the common mean adds them up, of 1 where missing."""
        assert self.common is not None
        known = np.where(np.isnan(self.values), 1.0, self.values)
        return np.ascontiguousarray(self.common.forward(known).T)

    @cached_property
    def leaves_below(self) -> tuple[BoolArray, ...]:
        """For each node, which columns of the panel are in its subtree."""
        below = np.zeros((self.tree.nodes, len(self.tree.leaves)), dtype=np.bool_)
        below[self.tree.leaves, np.arange(len(self.tree.leaves))] = True
        for node in range(self.tree.nodes - 1, 0, -1):
            below[self.tree.parent[node]] |= below[node]
        return tuple(below)

    def _refuse_not_positive(self) -> None:
        problems = Problems()
        for column, leaf in enumerate(self.tree.leaves):
            rule = self.rules[self.tree.parent[leaf]]
            if rule in MEANS and MEANS[rule].positive:
                for row in np.flatnonzero(self.values[:, column] <= 0):
                    value = float(self.values[row, column])
                    problems.add(
                        "M020", argument="values", row=int(row), column=column, value=value, rule=rule
                    )
        problems.raise_any()


def scores(plan: Plan, local: FloatArray) -> FloatArray:
    """Return ``(draws, units)`` scores of the index under ``(draws, nodes)`` local weights.

    A score is NaN where the index is missing, where the children that are there have no weight, and where a
    node's rule cannot take the scores of the nodes below it (zero under a geometric mean).
    """
    return _node(plan, local, 0)


def node_scores(plan: Plan, local: FloatArray) -> FloatArray:
    """Return ``(units, nodes)`` scores at every node under the ``(nodes,)`` local weights, NaN = missing.

    Column 0 equals ``scores(plan, local[None])[0]`` to the bit.
    """
    out = np.full((plan.units, plan.tree.nodes), np.nan)
    out[:, plan.tree.leaves] = plan.values
    for node in plan.inner:
        out[:, node] = _node(plan, local[None], node)[0]
    return out


def _node(plan: Plan, local: FloatArray, node: int) -> FloatArray:
    """Return ``(draws, units)`` scores of one inner node."""
    if plan.common is None:
        return _level_by_level(plan, local, node)
    complete = plan.present.all(axis=1)
    if complete.all():
        return _over_leaves(plan, local, node)
    out = np.empty((len(local), plan.units))
    out[:, complete] = _over_leaves(plan, local, node)[:, complete]
    out[:, ~complete] = _level_by_level(plan, local, node)[:, ~complete]
    return out


def _over_leaves(plan: Plan, local: FloatArray, node: int) -> FloatArray:
    """Return a node's scores where one mean holds throughout: global weights times leaves, in order."""
    assert plan.common is not None
    below = local.copy()
    below[:, node] = 1.0
    weights = _weights_below(plan.tree, below, node)
    out = np.zeros((len(local), plan.units))
    for column in np.flatnonzero(plan.leaves_below[node]):
        out += weights[:, column, None] * plan.transformed[column]
    return plan.common.back(out)


def _weights_below(tree: Tree, local: FloatArray, node: int) -> FloatArray:
    """Return ``(draws, indicators)`` weights of the leaves relative to a node above them."""
    product = local.copy()
    for child in range(node + 1, tree.nodes):
        if tree.parent[child] != node:
            product[:, child] *= product[:, tree.parent[child]]
    return product[:, tree.leaves]


def _level_by_level(plan: Plan, local: FloatArray, node: int) -> FloatArray:
    """Return a node's scores from those of its children, with what is missing left out."""
    children = plan.tree.children[node]
    if not children.size:
        column = int(np.flatnonzero(plan.tree.leaves == node)[0])
        return np.broadcast_to(plan.values[:, column], (len(local), plan.units))
    if plan.rules[node] in MEANS:
        below = [_level_by_level(plan, local, int(child)) for child in children]
        out = _weighted_mean(below, local[:, children], plan.present[:, children], MEANS[plan.rules[node]])
    else:
        out = _other_rule(plan, local, node)
    return np.where(plan.present[:, node], out, np.nan)


def _other_rule(plan: Plan, local: FloatArray, node: int) -> FloatArray:
    """Return a node's scores by a rule that is no mean; what it refuses is named by the panel's column."""
    from tierwise.methods.aggregate import aggregate

    children = plan.tree.children[node]
    columns = [*np.flatnonzero(np.isin(plan.tree.leaves, children)).tolist()]
    if len(columns) == len(children):
        below = plan.values[:, columns]
    else:
        below = np.stack([_level_by_level(plan, local, int(child)) for child in children], axis=-1)
        columns = []
    settings: dict[str, Any] = dict(plan.settings[node]) if plan.settings else {}
    try:
        return aggregate(below, local[:, children], plan.rules[node], **settings)
    except TierwiseError as error:
        raise TierwiseError(
            *(
                replace(found, column=columns[found.column] if columns and found.column is not None else None)
                for found in error.problems
            )
        ) from None


def _weighted_mean(
    children: list[FloatArray], weights: FloatArray, present: BoolArray, mean: Mean
) -> FloatArray:
    """Return the mean of ``(draws, units)`` children, weights scaled up for those that are missing."""
    total = np.zeros(children[0].shape)
    weight = np.zeros(children[0].shape)
    for column, child in enumerate(children):
        there = present[:, column]
        usable = np.where(child > 0, child, np.nan) if mean.positive else child
        total += np.where(there, weights[:, column, None] * mean.forward(np.where(there, usable, 1.0)), 0.0)
        weight += np.where(there, weights[:, column, None], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return mean.back(np.where(present.all(axis=1), total, total / weight))
