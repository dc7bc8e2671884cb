"""Weight models that need no panel: box, noise, simplex."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Self

import numpy as np
from numpy.random import Generator

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws import parts
from tierwise.draws.fixed_order import by_draw, closed, ordered_sum
from tierwise.draws.models_base import MODELS, ModelQuestion, WeightModel
from tierwise.draws.parts import Given, Part
from tierwise.draws.weight_sets import WeightBox, node_spread, whole_simplex
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.tree import Tree
from tierwise.methods.registry import Setting

HalfWidth = Annotated[
    float | Sequence[float] | FloatArray,
    Setting(
        "half-width h: w(1±h)",
        "半宽h，权重的变动范围为w(1±h)",
        gt=0,
        le=1,
        kind=float,
        name=("Half width of the weights", "权重浮动幅度", "浮动幅度"),
    ),
]


@dataclass(frozen=True, eq=False)
class Grouped(WeightModel):
    """A model that draws one sibling group after the other, around the nominal weights."""

    nominal: FloatArray
    groups: tuple[IntArray, ...]
    of = "weights"

    @property
    def varied(self) -> tuple[IntArray, ...]:
        """The groups at the levels that were asked for."""
        return self.groups

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        local = np.repeat(self.nominal[:, None], size, axis=1)
        for group in self.groups:
            local[group] = self.shares(rng, size, group)
        return by_draw(local)

    @abstractmethod
    def shares(self, rng: Generator, size: int, group: IntArray) -> FloatArray:
        """Return ``(siblings, size)`` weights of one group, each draw with sum 1."""

    def group_part(self, group: IntArray) -> Part:
        """Return the part by nodes; a model that has none gives one of its own."""
        part = self.node_part(group)
        assert part is not None, type(self).__name__
        return part


@dataclass(frozen=True, eq=False)
class Spread(Grouped):
    """A model with an h for each node, ``spread (nodes,)``."""

    spread: FloatArray

    @classmethod
    def fit(cls, asked: ModelQuestion, *, spread: HalfWidth = 0.25) -> Self:
        """Return the model around the nominal weights; raises U107 and U114 for the spread."""
        h = node_spread(asked.tree, spread)
        if asked.groups and not any(h[group].any() for group in asked.groups):
            raise TierwiseError(problem("U107", argument="spread", spread=np.atleast_1d(spread).tolist()))
        return cls(asked.nominal, asked.groups, h)

    def intervals(self, tree: Tree, kind: str) -> WeightBox:
        """Return w(1 ± h) of the nodes that vary, as a set of one kind of :class:`WeightBox`."""
        varied = np.isin(np.arange(tree.nodes), np.concatenate([[], *self.groups]))
        return WeightBox(tree, self.nominal, np.where(varied, self.spread, 0.0), kind)

    @abstractmethod
    def reach(self, tree: Tree) -> WeightBox | None:
        """Return the set of all weights that can be drawn, None where it has no form that proofs know.

        What one model says is wrong of another that draws differently: each says it itself.
        """


@MODELS(
    "box",
    zh="权重±h区间",
    synonyms=("权重区间",),
    how=(
        "uniform over w(1 ± `spread`) with the sum kept at 1",
        "在 w(1 ± `spread`) 内均匀分布，同级之和保持为 1",
    ),
)
@dataclass(frozen=True, eq=False)
class Box(Spread):
    """Uniform over w0(1 ± h) with the sum kept at 1, that is over box ∩ simplex of each sibling group.

    Rejection: all siblings but the one with the widest interval are drawn uniformly from their intervals,
    the last follows from the sum, and the draw is kept when it lies in its interval. Dropping a coordinate
    maps box ∩ simplex linearly, so what is kept is uniform whichever sibling follows; the widest keeps at
    least about 1.38 / sqrt(siblings - 1) of the draws.

    Drivers: of groups, sibling after sibling. No independent numbers of nodes make this distribution: what
    moves one weight moves its siblings, so a node is put first and the others share what it leaves.
    """

    def shares(self, rng: Generator, size: int, group: IntArray) -> FloatArray:
        """Return ``(siblings, size)`` weights, uniform over the group's box ∩ simplex."""
        centre = self.nominal[group, None]
        half = centre * self.spread[group, None]
        last = int(np.argmax(half))
        if half[last] == 0.0:
            return np.repeat(centre, size, axis=1)
        accepted: list[FloatArray] = []
        missing = size
        rate = min(1.0, 1.38 / np.sqrt(len(group) - 1))
        while missing > 0:
            change = (2.0 * rng.random((len(group), int(missing / rate * 1.1) + 16)) - 1.0) * half
            change[last] = 0.0
            change[last] = -ordered_sum(change)
            kept = np.flatnonzero(np.abs(change[last]) <= half[last])[:missing]
            accepted.append(change[:, kept])
            missing -= len(kept)
        return centre + np.concatenate(accepted, axis=1)

    def group_part(self, group: IntArray) -> Part:
        """Return points uniform over the group's box ∩ simplex."""
        return parts.box(self.nominal[group], self.spread[group])

    def node_part(self, group: IntArray) -> None:
        """Return None: there are no such drivers."""

    def node_first(self, group: IntArray, at: int) -> Part:
        """Return the same from drivers of which the first makes the weight of sibling ``at``."""
        return parts.box_first(self.nominal[group], self.spread[group], at)

    def reach(self, tree: Tree) -> WeightBox:
        """Return box ∩ simplex of the groups."""
        return self.intervals(tree, "box")

    def conditional(self, group: IntArray) -> Given:
        """Return points uniform over what the known weights leave of the box."""
        return parts.box_given(self.nominal[group], self.spread[group])


@MODELS(
    "noise",
    zh="权重噪声",
    synonyms=("权重扰动", "随机扰动"),
    how=(
        "w(1 + `spread` · u), -1 ≤ u ≤ 1, then siblings made to sum 1 (COINr's noise)",
        "w(1 + `spread` · u)，-1 ≤ u ≤ 1，再使同级之和为 1（同 COINr）",
    ),
)
@dataclass(frozen=True, eq=False)
class Noise(Spread):
    """w0·(1 + h(2U - 1)) for each node, then each group is made to sum 1 again (COINr's noise)."""

    def shares(self, rng: Generator, size: int, group: IntArray) -> FloatArray:
        """Return ``(siblings, size)`` weights with renormalised noise."""
        noise = 2.0 * rng.random((len(group), size)) - 1.0
        return closed(self.nominal[group, None] * (1.0 + self.spread[group, None] * noise))

    def group_part(self, group: IntArray) -> Part:
        """Return the same as for single nodes."""
        return self.node_part(group)

    def node_part(self, group: IntArray) -> Part:
        """Return the same from one uniform number for each node."""
        return parts.noise(self.nominal[group], self.spread[group])

    def reach(self, tree: Tree) -> WeightBox:
        """Return all closed weights of the intervals."""
        return self.intervals(tree, "noise")


@MODELS(
    "simplex",
    zh="任意权重",
    synonyms=("SMAA", "无偏好"),
    how=(
        "uniform over all weights: no preference at all (SMAA)",
        "在全部可能的权重上均匀分布：没有任何偏好（SMAA）",
    ),
)
@dataclass(frozen=True, eq=False)
class Simplex(Grouped):
    """Uniform over all weights of a group: no preference at all (Lahdelma and Salminen 2001, SMAA-2).

    Drivers: independent exponentials over their sum, one for each node.
    """

    of = "none"

    @classmethod
    def fit(cls, asked: ModelQuestion) -> Self:
        """Return the model."""
        return cls(asked.nominal, asked.groups)

    def shares(self, rng: Generator, size: int, group: IntArray) -> FloatArray:
        """Return ``(siblings, size)`` weights: exponentials divided by their sum."""
        return closed(rng.standard_exponential((len(group), size)))

    def reach(self, tree: Tree) -> WeightBox:
        """Return all weights of the groups."""
        return whole_simplex(tree, self.nominal, self.groups)

    def group_part(self, group: IntArray) -> Part:
        """Return the same as for single nodes."""
        return self.node_part(group)

    def node_part(self, group: IntArray) -> Part:
        """Return Gammas of shape 1 over their sum."""
        return parts.gammas(np.ones(len(group)))

    def conditional(self, group: IntArray) -> Given:
        """Return uniform weights of what the known ones leave."""
        return parts.dirichlet_given(np.ones(len(group)))
