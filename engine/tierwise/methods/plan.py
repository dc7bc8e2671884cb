"""What stays the same from draw to draw: values, tree and rules, and where each node has a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, reduce
from operator import add, or_

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problems, refuse_other_length
from tierwise.kernels.grid import rounded
from tierwise.kernels.tree import Tree
from tierwise.methods.aggregate import RULES
from tierwise.methods.means import Mean
from tierwise.methods.node_scale import NodeScale
from tierwise.tolerances import SHARE


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
                        more="",
                    )
        problems.raise_any()
