"""Weight models of judgements that leave something open: an order, intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final, Self

import numpy as np
from numpy.random import Generator

from tierwise.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from tierwise.draws.models_base import MODELS, ModelQuestion
from tierwise.draws.models_fitted import Dirichlet
from tierwise.draws.models_spread import Grouped
from tierwise.draws.parts import Given, Part, exponentials
from tierwise.draws.polytope import STEPS, Polytope, in_order, walked
from tierwise.draws.weight_sets import WeightBox, polytopes
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.tree import Tree
from tierwise.methods.elicited import TAIL, elicited
from tierwise.methods.limits import Limits, limits
from tierwise.methods.registry import Setting

Tail = Annotated[
    float,
    Setting(
        "share of cases below `low`, and above `high`, of elicited quantiles",
        "低于下限、高于上限的概率（专家给出的分位数）",
        name=("Chance beyond the judged ends", "区间外概率"),
        gt=0,
        le=0.4,
    ),
]
TABLED: Final = 1 << 14  # draws among which a driver chooses where no drivers make a polytope exactly


@dataclass(frozen=True, eq=False)
class Judged(Grouped):
    """Uniform over all weights that judgements allow; draws lie around their centroid."""

    polytopes: tuple[Polytope, ...]

    @classmethod
    def fit(cls, asked: ModelQuestion) -> Self:
        """Return the model of what is judged; groups that nobody judged, and those left no choice, are held.

        Raises :class:`TierwiseError` U127 where nothing is judged, U128 for a lower bound of a node that the
        index weighs 0, W153 to W158 for what no weights agree with.
        """
        bounds = asked.bounds
        if bounds is None:
            raise TierwiseError(problem("U127", argument="order", model=cls.name))
        local, problems = np.array(asked.nominal), Problems()
        intervals = "low" in cls.reads
        groups, made = [], []
        for group in asked.groups:
            own = bounds.of(group) if intervals else bounds.of(group).order
            if not own.judged:
                continue
            siblings = asked.tree.children[asked.tree.parent[group[0]]]
            for node in np.setdiff1d(siblings, group) if intervals else ():
                if bounds.low[node] > 0.0:
                    problems.add("U128", argument="low", column=int(node), low=float(bounds.low[node]))
            try:
                within = Polytope.within(limits(own.low, own.high, own.above))
            except TierwiseError as error:
                for one in error.problems:
                    column = None if one.column is None else int(group[one.column])
                    problems.found.append(replace(one, column=column))
                continue
            local[group] = within.centroid
            if not within.limits.fixed:
                groups.append(group)
                made.append(within)
        problems.raise_any()
        if not groups:
            raise TierwiseError(problem("U127", argument="order", model=cls.name))
        return cls(frozen_floats(local), tuple(groups), tuple(made))

    def _of(self, group: IntArray) -> Polytope:
        return next(
            of for own, of in zip(self.groups, self.polytopes, strict=True) if np.array_equal(own, group)
        )

    def shares(self, rng: Generator, size: int, group: IntArray) -> FloatArray:
        """Return ``(siblings, size)`` weights, uniform over what the group's judgements allow."""
        return self._of(group).draw(rng, size)

    def group_part(self, group: IntArray) -> Part:
        """Return the same from drivers: of an order or of simplices, else a choice among tabled draws."""
        of = self._of(group)
        orders = of.extensions
        if not of.limits.bounded and orders is not None:
            return _of_order(of)
        if of.cut is not None:
            cut = of.cut
            return Part(
                1 + cut.members.shape[1],
                _first_as_it_is,
                lambda values: cut.weights(values[:, 0], values[:, 1:].T).T,
            )
        table = of.draw(np.random.default_rng(0), TABLED).T
        return Part(
            1,
            lambda uniform: uniform,
            lambda values: table[np.minimum((values[:, 0] * TABLED).astype(np.int64), TABLED - 1)],
        )

    def node_part(self, group: IntArray) -> None:
        """Return None: what moves one weight moves its siblings."""

    def conditional(self, group: IntArray) -> Given:
        """Return walks through what the known weights leave, from the weights that go with them."""
        within = self._of(group).limits
        steps = STEPS * len(group) ** 2

        def given(rng: Generator, points: FloatArray, known: BoolArray) -> FloatArray:
            return walked(rng, points.T, within, steps, known.T).T

        return given

    def reach(self, tree: Tree) -> WeightBox | None:
        """Return all weights that the judgements allow; None where their corners are too many."""
        every: Sequence[Limits] = [of.limits for of in self.polytopes]
        corners: list[FloatArray] = []
        if any(each.ordered for each in every):
            for of in self.polytopes:
                if of.corners is None:
                    return None
                corners.append(of.corners)
        return polytopes(tree, self.nominal, self.groups, every, corners)


def _of_order(of: Polytope) -> Part:
    """Return weights of an order from exponentials, and from uniforms that choose among its extensions."""
    orders = of.extensions
    assert orders is not None
    extra = 0 if orders.only else of.size

    def shares(values: FloatArray) -> FloatArray:
        uniform = values[:, :extra].T if extra else None
        return in_order(orders, uniform, values[:, extra:].T).T

    def quantile(uniform: FloatArray) -> FloatArray:
        return np.column_stack([uniform[:, :extra], exponentials(uniform[:, extra:])])

    return Part(extra + of.size, quantile, shares)


def _first_as_it_is(uniform: FloatArray) -> FloatArray:
    return np.column_stack([uniform[:, :1], exponentials(uniform[:, 1:])])


@MODELS(
    "order",
    zh="次序约束",
    synonyms=("排序约束", "仅知次序", "按次序抽样"),
    how=(
        "uniform over all weights that agree with the order of the siblings, in part or in full",
        "在符合同级指标（全部或部分）重要性次序的全部权重上均匀分布",
    ),
)
@dataclass(frozen=True, eq=False)
class Order(Judged):
    """Uniform over the weights that agree with an order, total or partial."""

    source = "order-centroid"
    reads = ("order", "over")


@MODELS(
    "intervals",
    zh="区间权重",
    synonyms=("区间约束", "权重上下限"),
    how=(
        "uniform over all weights between the bounds given, in the order given",
        "在给定上下限（及次序）之内的全部权重上均匀分布",
    ),
)
@dataclass(frozen=True, eq=False)
class Intervals(Judged):
    """Uniform over the weights between bounds, and in an order where one is given."""

    source = "intervals"
    reads = ("low", "high", "order", "over")


@MODELS(
    "quantiles",
    zh="专家分位数",
    synonyms=("分位数估计", "分位数"),
    how=(
        "Dirichlet weights whose quantiles come nearest to low, middle and high, as the experts gave them",
        "狄利克雷分布，其分位数最接近专家给出的下限、中值、上限",
    ),
)
@dataclass(frozen=True, eq=False)
class Quantiles(Dirichlet):
    """Dirichlet weights fitted to elicited quantiles (:func:`tierwise.methods.elicited.elicited`)."""

    questions = ()  # type: ignore[assignment]  # it asks nothing of a panel
    least = 0
    source = "quantiles"
    reads = ("low", "middle", "high")

    @classmethod
    def fit(cls, asked: ModelQuestion, *, tail: Tail = TAIL) -> Self:  # type: ignore[override]  # of no panel
        """Return the model of quantiles; groups without any are held at their nominal weights.

        Raises :class:`TierwiseError` U127 where there are none, W153 and W160 to W162 as the fit.
        """
        given = asked.quantiles
        judged = [] if given is None else [g for g in asked.groups if np.isfinite(given[:, g]).any()]
        if given is None or not judged:
            raise TierwiseError(problem("U127", argument="order", model=cls.name))
        local, alpha, problems = np.array(asked.nominal), np.zeros(len(asked.nominal)), Problems()
        for group in judged:
            try:
                found = elicited(*given[:, group], tail=tail)
            except TierwiseError as error:
                for one in error.problems:
                    column = None if one.column is None else int(group[one.column])
                    problems.found.append(replace(one, column=column))
                continue
            alpha[group], local[group] = found.alpha, found.weights
        problems.raise_any()
        return cls(frozen_floats(local), tuple(judged), frozen_floats(alpha), "weights")
