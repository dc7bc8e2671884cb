"""Weight models that draw from an expert panel itself: bootstrap, one expert a draw, camps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
from numpy.random import Generator

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws import parts
from tierwise.draws.drivers import Drivers, Input
from tierwise.draws.expert_scores import ExpertScores, camp_numbers
from tierwise.draws.fixed_order import by_draw, closed, drawn_again, ordered_product
from tierwise.draws.models_base import MODELS, ModelQuestion, WeightModel
from tierwise.draws.parts import Part, picked
from tierwise.draws.weight_sets import WeightBox, hull
from tierwise.kernels.tree import Tree


@dataclass(frozen=True, eq=False)
class Resampled(WeightModel):
    """A model that draws from the scores of a panel; draws lie around the panel's mean."""

    nominal: FloatArray
    panel: ExpertScores

    @classmethod
    def fit(cls, asked: ModelQuestion) -> Self:
        """Return the model of a panel."""
        return cls(asked.nominal, asked.panel(cls))

    @property
    def varied(self) -> tuple[IntArray, ...]:
        """The groups that the panel judged."""
        return self.panel.groups

    @property
    def heard(self) -> BoolArray:
        """Which of the experts given ``(experts,)`` are drawn from."""
        return self.panel.heard

    def node_part(self, group: IntArray) -> Part | None:
        """Return None: what an expert says of one node goes together with what they say of all others."""
        return None

    def centre(self) -> FloatArray:
        """Return the weights ``(nodes,)`` of the panel's mean."""
        return self.panel.mean_weights(self.nominal)


@MODELS(
    "bootstrap",
    zh="专家重抽样",
    synonyms=("贝叶斯自助法", "自助法", "专家自助抽样"),
    how=(
        ("the mean of the panel resampled by Bayesian bootstrap: experts weighted by Dirichlet(1, …, 1)"),
        "专家组经贝叶斯自助法重抽样后的均值：专家权数服从 Dirichlet(1, …, 1)",
    ),
)
@dataclass(frozen=True, eq=False)
class Bootstrap(Resampled):
    """Bayesian bootstrap of the panel's mean (Rubin 1981).

    Each draw gives the experts weights from Dirichlet(1, …, 1) (times their authority) and takes the mean
    of their scores. All weights of a draw come from the same resampled panel, so what goes together in
    the panel goes together in the draws.

    Drivers: of groups and of experts, exponential weights of the experts. Of nodes there are none: an expert
    who counts for more moves all weights together.
    """

    questions = ("mean",)
    least = 3
    joined = True
    of = "mean"

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        return means(self.nominal, self.panel, rng.standard_exponential((self.panel.experts, size)))

    def reach(self, tree: Tree) -> WeightBox:
        """Return everything between the experts' weights."""
        return hull(tree, self.nominal, self.panel.shares)

    def group_part(self, group: IntArray) -> Part:
        """Return the shares of the mean by exponential weights of the experts."""
        return parts.bootstrap(self.panel.scores[:, group], self.panel.authority)

    def expert_drivers(self) -> Drivers:
        """Return the exponential weight of each expert as a driver."""
        panel, nominal = self.panel, self.nominal
        experts = tuple(Input("expert", at) for at in range(panel.experts))
        return Drivers(
            experts,
            np.arange(len(experts)),
            parts.exponentials,
            lambda weight: means(nominal, panel, weight.T),
        )


@MODELS(
    "camps",
    zh="逐次抽取一个阵营",
    synonyms=("按阵营抽取",),
    how=(
        ("the bootstrapped mean of one camp of experts; the column `camp` with 2 camps or more"),
        "某一阵营专家重抽样后的均值；阵营列中至少 2 个阵营",
    ),
)
@dataclass(frozen=True, eq=False)
class Camps(Resampled):
    """One camp of experts a draw, with the error of that camp's mean by Bayesian bootstrap of its members.

    A camp is drawn in proportion to the authority (the number, when equal) of its experts.

    Drivers: a camp, and exponential weights of its experts; of nodes none, as in :class:`Bootstrap`.
    """

    camp: IntArray  # (experts,)
    questions = ("camps",)
    least = 2
    joined = True
    of = "camps"

    @classmethod
    def fit(cls, asked: ModelQuestion) -> Self:
        """Return the model of a panel with camps; raises U110 where they are not there."""
        panel = asked.panel(cls)
        return cls(asked.nominal, panel, camp_numbers(asked.camps, panel))

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        drawn = self._of_drawn_camp(rng.random(size))
        weight = rng.standard_exponential((self.panel.experts, size))
        return means(self.nominal, self.panel, weight * drawn)

    def reach(self, tree: Tree) -> WeightBox:
        """Return everything between the experts' weights."""
        return hull(tree, self.nominal, self.panel.shares)

    def group_part(self, group: IntArray) -> Part:
        """Return the camp that one driver falls on, and exponential weights of its experts."""
        inner = parts.bootstrap(self.panel.scores[:, group], self.panel.authority)

        def shares(values: FloatArray) -> FloatArray:
            return inner.shares(values[:, 1:] * self._of_drawn_camp(values[:, 0]).T)

        return Part(1 + inner.drivers, _after_a_trigger(parts.exponentials), shares)

    def expert_drivers(self) -> Drivers:
        """Return which camp is drawn, and the exponential weight of each expert, as drivers."""

        def local(values: FloatArray) -> FloatArray:
            return means(self.nominal, self.panel, values[:, 1:].T * self._of_drawn_camp(values[:, 0]))

        inputs = (Input("camp", 0), *(Input("expert", at) for at in range(self.panel.experts)))
        return Drivers(inputs, np.arange(len(inputs)), _after_a_trigger(parts.exponentials), local)

    def _of_drawn_camp(self, uniform: FloatArray) -> BoolArray:
        """Return who is of the camp that each uniform number falls on ``(experts, size)``."""
        members: BoolArray = self.camp[:, None] == self.camp[picked(uniform, self.panel.authority)]
        return members


@MODELS(
    "expert",
    zh="逐次抽取一位专家",
    synonyms=("逐位专家",),
    how=("one expert's weights, all of them", "某一位专家的全部权重"),
)
@dataclass(frozen=True, eq=False)
class Expert(Resampled):
    """One expert drawn a draw, for all weights (OECD/JRC Handbook 2008, section 7.1).

    Drivers: the number of one expert; of nodes none, since one expert gives all weights.
    """

    questions = ("experts",)
    least = 2
    joined = True
    of = "experts"

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        return self.panel.shares[picked(rng.random(size), self.panel.authority)]

    def reach(self, tree: Tree) -> WeightBox:
        """Return everything between the experts' weights."""
        return hull(tree, self.nominal, self.panel.shares)

    def group_part(self, group: IntArray) -> Part:
        """Return the shares of the expert that one driver falls on."""
        return parts.one_expert(self.panel.shares[:, group], self.panel.authority)

    def joint_drivers(self) -> Drivers:
        """Return the number of the expert as the one driver."""
        shares, authority = self.panel.shares, self.panel.authority
        return Drivers(
            (Input("weights", 0),),
            np.zeros(1, dtype=np.int64),
            lambda uniform: uniform,
            lambda trigger: shares[picked(trigger[:, 0], authority)],
        )


@MODELS(
    "expert-mixed",
    zh="逐指标抽取专家",
    how=(
        ("for each node the weight of one expert, then siblings made to sum 1"),
        "每个指标各取一位专家的权重，再使同级之和为 1",
    ),
)
@dataclass(frozen=True, eq=False)
class ExpertMixed(Resampled):
    """One expert drawn for each node, then siblings made to sum 1 (Saisana and others 2005, JRSS-A).

    Drivers: the number of an expert for each node. Where every expert drawn for a group gave it 0 the model
    draws again, and drivers take the panel's mean.
    """

    questions = ("experts",)
    least = 2
    of = "experts"

    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""
        local = np.repeat(self.nominal[:, None], size, axis=1)
        for group in self.panel.groups:
            local[group] = drawn_again(partial(self._mixed, rng, group), size)
        return by_draw(local)

    def group_part(self, group: IntArray) -> Part:
        """Return the same as for single nodes."""
        return self.node_part(group)

    def node_part(self, group: IntArray) -> Part:
        """Return for each node the share by an expert of its own."""
        return parts.mixed_experts(self.panel.shares[:, group], self.panel.authority)

    def _mixed(self, rng: Generator, group: IntArray, size: int) -> FloatArray:
        expert = picked(rng.random((len(group), size)), self.panel.authority)
        return self.panel.shares[expert, group[:, None]]


def means(nominal: FloatArray, panel: ExpertScores, weight: FloatArray) -> FloatArray:
    """Return local weights of the panel's mean, for expert weights ``(experts, size)``."""
    local = np.repeat(nominal[:, None], weight.shape[1], axis=1)
    mean = ordered_product(panel.scores.T, weight * panel.authority[:, None])
    for group in panel.groups:
        local[group] = closed(mean[group])
    return by_draw(local)


def _after_a_trigger(
    quantile: Callable[[FloatArray], FloatArray],
) -> Callable[[FloatArray], FloatArray]:
    """Return the function that leaves the first driver as it is."""
    return lambda uniform: np.column_stack([uniform[:, :1], quantile(uniform[:, 1:])])
