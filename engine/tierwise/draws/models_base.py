"""What every weight model is: the weights that it draws, and what else is known of their distribution."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.drivers import Drivers, Input, Kind, side_by_side
from tierwise.draws.expert_scores import ExpertScores, expert_scores
from tierwise.draws.parts import Given, Part
from tierwise.draws.weight_sets import WeightBox
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.tree import Tree
from tierwise.methods.limits import Bounds
from tierwise.methods.registry import Family, Method, Setting, settings_in

__all__ = ["varied_groups"]


@dataclass(frozen=True)
class ModelQuestion:
    """What a model is made for: see :func:`tierwise.draws.models.weight_model`.

    ``groups`` are the sibling groups that can vary, at the levels asked for.
    """

    tree: Tree
    nominal: FloatArray
    groups: tuple[IntArray, ...]
    scores: FloatArray | None = None
    authority: ArrayLike | None = None
    camps: Sequence[object] | None = None
    bounds: Bounds | None = None
    quantiles: FloatArray | None = None

    def panel(self, model: type[WeightModel]) -> ExpertScores:
        """Return the panel, checked for a model; raises U106 where there is none."""
        if self.scores is None:
            raise TierwiseError(problem("U106", argument="scores", model=model.name))
        return expert_scores(
            self.tree,
            self.groups,
            self.scores,
            self.nominal,
            authority=self.authority,
            model=model.name,
            least=model.least,
        )


class WeightModel(ABC):
    """What draws weights. A model is one class, declared with its names by :data:`MODELS`.

    A model must draw, and name the groups that it varies; the rest says what is known of the distribution
    beyond draws, for exact results (``reach``) and for sensitivity (``drivers``, ``conditional``).
    """

    name: ClassVar[str]
    """The model's name in a scenario, by its declaration."""
    joined: ClassVar[bool] = False
    """Whether what makes one group's weights makes those of others too, as an expert's opinion does."""
    questions: ClassVar[tuple[str, ...]] = ()
    """What a user may ask ``of`` it, the first by default."""
    source: ClassVar[str] = ""
    """The source of weights that has the middle of its draws, where it is not the expert panel."""
    reads: ClassVar[tuple[str, ...]] = ()
    """The columns of the sheet Judgements that it draws from."""
    least: ClassVar[int] = 0
    """How many experts it needs; 0 where it needs no panel."""
    of: str
    """What varies: ``experts``, ``mean``, ``camps``, ``weights`` or ``none`` where no panel is asked."""
    nominal: FloatArray
    """Nominal local weights ``(nodes,)``."""

    @classmethod
    @abstractmethod
    def fit(cls, asked: ModelQuestion, *args: Any, **settings: Any) -> Self:
        """Return the model for given weights and panel; raises every problem that these have.

        What else it takes, with type, default and meaning, are the model's settings in a scenario.
        """

    @property
    @abstractmethod
    def varied(self) -> tuple[IntArray, ...]:
        """The sibling groups whose weights are drawn; all other nodes keep their nominal weights."""

    @abstractmethod
    def draw(self, rng: Generator, size: int) -> FloatArray:
        """Return ``(size, nodes)`` local weights."""

    def centre(self) -> FloatArray:
        """Return the local weights ``(nodes,)`` that draws lie around."""
        return self.nominal

    def reach(self, tree: Tree) -> WeightBox | None:
        """Return the set of all weights that can be drawn, None where it has no form that proofs know."""
        return None

    @property
    def heard(self) -> BoolArray | None:
        """Which of the experts given ``(experts,)`` the draws come from; None where they come from none."""
        return None

    @abstractmethod
    def group_part(self, group: IntArray) -> Part:
        """Return a sibling group's weights from independent drivers, in any way."""

    @abstractmethod
    def node_part(self, group: IntArray) -> Part | None:
        """Return a group's weights from one driver for each node, none of which comes before another.

        None where no independent numbers, one for each node, make the distribution that is drawn.
        """

    def node_first(self, group: IntArray, at: int) -> Part | None:
        """Return a group's weights from drivers of which the first alone makes that of sibling ``at``.

        For models without a ``node_part``; None where such drivers are not known either.
        """
        return None

    @property
    def driven_by_nodes(self) -> bool:
        """Whether independent numbers, one for each node, make the weights that are drawn."""
        return all(self.node_part(group) is not None for group in self.varied)

    def expert_drivers(self) -> Drivers | None:
        """Return the model itself from drivers of which each expert has one; None where there are none."""
        return None

    def joint_drivers(self) -> Drivers | None:
        """Return the model itself from drivers, None where its groups are independent of each other."""
        return self.expert_drivers()

    def conditional(self, group: IntArray) -> Given | None:
        """Return how some of a group's weights are drawn given the others, None where it is not known."""
        return None

    def drivers(self, kind: Kind, tree: Tree) -> Drivers:
        """Return the model as independent drivers with inputs of one kind.

        Raises :class:`TierwiseError` V006 for ``experts`` in a model that does not draw from them, V007 for
        ``indicators`` in one that is not :attr:`driven_by_nodes`.
        """
        if kind == "experts":
            made = self.expert_drivers()
            if made is None:
                raise TierwiseError(problem("V006", argument="inputs", model=self.name))
            return made
        if kind == "weights":
            made = self.joint_drivers() or self.drivers("groups", tree)
            return replace(made, inputs=(Input("weights", 0),), owner=np.zeros_like(made.owner))
        groups = self.varied
        if kind == "groups":
            parts = [self.group_part(group) for group in groups]
            inputs = tuple(Input("group", int(tree.parent[group[0]])) for group in groups)
            owner = np.repeat(np.arange(len(groups)), [part.drivers for part in parts])
        else:
            parts = [part for group in groups if (part := self.node_part(group)) is not None]
            if len(parts) < len(groups):
                raise TierwiseError(problem("V007", argument="inputs", model=self.name))
            inputs = tuple(Input("node", int(node)) for group in groups for node in group)
            owner = np.arange(len(inputs))
        return side_by_side(self.nominal, groups, parts, inputs, owner)


@dataclass(frozen=True)
class DeclaredModel(Method):
    """A weight model with its names; the settings that it takes are those of its ``fit``."""

    def __post_init__(self) -> None:
        self.model.name = self.name

    @classmethod
    def accepts(cls, function: object) -> bool:
        """Return whether it is the class of a weight model."""
        return isinstance(function, type) and issubclass(function, WeightModel)

    @property
    def model(self) -> type[WeightModel]:
        """The class of the model."""
        return self.function  # type: ignore[return-value]  # the decorator stands above classes only

    @cached_property
    def settings(self) -> Mapping[str, Setting]:
        """The settings that it takes."""
        return settings_in(self.model.fit, data=1)


MODELS: Final = Family(
    "weight model",
    DeclaredModel,
    modules=("models_spread", "models_resampled", "models_fitted", "models_judged"),
)
"""Every weight model by its name; the decorator that declares one."""


def varied_groups(
    tree: Tree, nominal: FloatArray, levels: Sequence[int] | None = None
) -> tuple[IntArray, ...]:
    """Return the siblings that can vary: two or more with weight above 0, at the chosen levels.

    Raises :class:`TierwiseError` U109 for a level that the tree has not, U111 when nothing can vary.
    """
    deepest = int(tree.level.max())
    wrong = [level for level in levels or () if not 1 <= level <= deepest]
    if wrong or (levels is not None and not len(levels)):
        raise TierwiseError(problem("U109", argument="levels", levels=wrong or "[]", deepest=deepest))
    groups = tuple(
        group[nominal[group] > 0.0]
        for group in tree.sibling_groups
        if levels is None or tree.level[group[0]] in levels
    )
    groups = tuple(group for group in groups if len(group) > 1)
    if not groups:
        raise TierwiseError(problem("U111", argument="nominal"))
    return groups
