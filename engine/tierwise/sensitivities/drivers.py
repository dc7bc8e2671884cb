"""How each weight model is turned into independent drivers.

Sobol' indices share variance out among *independent* inputs, and weights that sum to 1 are not independent.
So the weights of a sibling group are made from drivers that are, and three partitions of the drivers are
inputs:

``groups`` (the headline): one input for each sibling group. Its indices do not depend on how the group's
weights are made from drivers, only on their distribution.

``indicators``: one input for each node, by drivers that put no sibling before another. An input is "this
node's own part", while its siblings give way.

``experts``: one input for each expert, as far as the model draws from experts.

``weights``: all weights as one input, as the model draws them; for use beside choices of method.

Exponentials have mean 1; "closed" means divided by their sum.

=============== ======================================= =================================================
model           groups                                  indicators
=============== ======================================= =================================================
dirichlet,      independent Gammas (Dirichlet's α; 1    the same Gammas, one for each node
simplex         for simplex), closed
box             uniform over box ∩ simplex, sibling     w(1 + h(2u - 1)), closed: a node moves within its
                after sibling                           box before its siblings give way
noise           w(1 + h(2u - 1)), closed                the same
bootstrap       exponential weights of the experts      each node's mean score has its own bootstrap
                                                        distribution, closed
camps           a camp, exponential weights of its      as bootstrap, over camps and their experts
                experts
expert          the number of one expert                the number of an expert for each node, closed
expert-mixed    the number of an expert for each        the same
                node, closed
logistic-normal normals by the symmetric root of the    the same normals, one for each node
                group's covariance
=============== ======================================= =================================================

In dirichlet, simplex, box, noise and expert-mixed the sibling groups are independent, so their indices are
those of the model itself (but in expert-mixed where every expert drawn for a group gave it 0: the model draws
again, drivers take the panel's mean). In bootstrap, camps, expert and logistic-normal an expert speaks for
all groups at once: there ``groups`` and ``indicators`` keep the distribution of each group (of each node) and
drop what goes together between them; ``experts`` and ``weights`` keep everything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.models_base import WeightModel, by_draw, closed, ordered_product
from tierwise.draws.models_fitted import Dirichlet, LogisticNormal
from tierwise.draws.models_panel import Bootstrap, Camps, Expert, ExpertMixed, means, picked
from tierwise.draws.models_spread import Box, Noise, Simplex
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.tree import Tree
from tierwise.sensitivities import parts
from tierwise.sensitivities.parts import Part

Kind = Literal["groups", "indicators", "experts", "weights"]
KINDS: Final[tuple[Kind, ...]] = ("groups", "indicators", "experts", "weights")
JOINED: Final = frozenset({"bootstrap", "camps", "expert", "logistic-normal"})
TABLED: Final = 1 << 14  # draws behind a tabulated distribution


class Input(NamedTuple):
    """An input: ``what`` it is, and the node (for a group, the parent), expert or method ``at`` which it is.

    Experts are counted among those who are heard.
    """

    what: Literal["group", "node", "expert", "camp", "rest", "weights", "method"]
    at: int


@dataclass(frozen=True)
class Drivers:
    """Independent uniforms: the inputs that they make up, and the weights that come from them.

    ``owner (drivers,)`` is the input of each driver. ``quantile`` turns drivers ``(points, drivers)`` into
    numbers, each by itself, and ``local`` these into ``(points, nodes)`` local weights.
    """

    inputs: tuple[Input, ...]
    owner: IntArray
    quantile: Callable[[FloatArray], FloatArray]
    local: Callable[[FloatArray], FloatArray]

    def weights(self, uniform: FloatArray) -> FloatArray:
        """Return the ``(points, nodes)`` local weights of drivers."""
        return self.local(self.quantile(uniform))


def drivers(
    model: WeightModel, tree: Tree, kind: Kind, *, least: int = 2, by_sticks: bool = False
) -> Drivers:
    """Return a weight model as independent drivers (see the module's table).

    ``least`` is the number of inputs that there must be. ``by_sticks`` makes the groups of dirichlet and
    simplex by stick-breaking Betas instead of Gammas.

    Raises :class:`TierwiseError` V005 when there are fewer inputs, V006 for ``experts`` in a model
    that does not draw from them.
    """
    if kind == "experts":
        found = _of_experts(model)
    elif kind == "weights":
        found = _together(model, tree)
    else:
        groups = varied(model)
        made = [
            _whole(model, group, by_sticks) if kind == "groups" else _single(model, group) for group in groups
        ]
        if kind == "groups":
            inputs = [Input("group", int(tree.parent[group[0]])) for group in groups]
            owner = np.repeat(np.arange(len(groups)), [part.drivers for part in made])
        else:
            inputs = [Input("node", int(node)) for group in groups for node in group]
            owner = np.arange(len(inputs))
        found = _joined(model.nominal, groups, made, tuple(inputs), owner)
    if len(found.inputs) < least:
        others = [other for other in KINDS if other not in (kind, "weights")]  # of all weights there is one
        raise TierwiseError(
            problem("V005", argument="inputs", kind=kind, found=len(found.inputs), choices=others)
        )
    return found


def varied(model: WeightModel) -> tuple[IntArray, ...]:
    """Return the sibling groups whose weights the model draws."""
    if isinstance(model, (Bootstrap, Camps, Expert, ExpertMixed)):
        return model.panel.groups
    assert isinstance(model, (Dirichlet, LogisticNormal, Box, Noise, Simplex))
    return model.groups


def _joined(
    nominal: FloatArray,
    groups: tuple[IntArray, ...],
    made: list[Part],
    inputs: tuple[Input, ...],
    owner: IntArray,
) -> Drivers:
    """Return the drivers of several groups side by side."""
    ends = np.cumsum([part.drivers for part in made]).tolist()
    spans = [slice(end - part.drivers, end) for end, part in zip(ends, made, strict=True)]

    def quantile(uniform: FloatArray) -> FloatArray:
        columns = [part.quantile(uniform[:, span]) for part, span in zip(made, spans, strict=True)]
        return np.column_stack([uniform[:, :0], *columns])

    def local(values: FloatArray) -> FloatArray:
        weights = np.repeat(nominal[None], len(values), axis=0)
        for group, part, span in zip(groups, made, spans, strict=True):
            weights[:, group] = part.shares(values[:, span])
        return weights

    return Drivers(inputs, owner, quantile, local)


def _whole(model: WeightModel, group: IntArray, by_sticks: bool) -> Part:
    """Return the drivers of a group as a whole."""
    if isinstance(model, (Dirichlet, Simplex)):
        alpha = model.alpha[group] if isinstance(model, Dirichlet) else np.ones(len(group))
        return parts.sticks(alpha) if by_sticks else parts.gammas(alpha)
    if isinstance(model, Box):
        return parts.box(model.nominal[group], model.spread[group])
    if isinstance(model, Bootstrap):
        return parts.bootstrap(model.panel.scores[:, group], model.panel.authority)
    if isinstance(model, Camps):
        return _camps(model, group)
    if isinstance(model, Expert):
        return parts.one_expert(model.panel.shares[:, group], model.panel.authority)
    return _single(model, group)


def _single(model: WeightModel, group: IntArray) -> Part:
    """Return one driver for each node of a group."""
    if isinstance(model, (Dirichlet, Simplex)):
        return _whole(model, group, False)
    if isinstance(model, (Box, Noise)):
        return parts.noise(model.nominal[group], model.spread[group])
    if isinstance(model, (Expert, ExpertMixed)):
        return parts.mixed_experts(model.panel.shares[:, group], model.panel.authority)
    if isinstance(model, LogisticNormal):
        deviation = model.deviation[:, group]
        covariance = deviation.T @ deviation + model.noise**2 * np.eye(len(group))
        return parts.log_normals(model.centre[group], covariance)
    assert isinstance(model, (Bootstrap, Camps))
    rng = np.random.default_rng(0)
    weight = rng.standard_exponential((model.panel.experts, TABLED))
    if isinstance(model, Camps):
        weight *= model.camp[:, None] == model.camp[picked(rng.random(TABLED), model.panel.authority)]
    shares = closed(weight * model.panel.authority[:, None])
    return parts.tabulated(ordered_product(model.panel.scores[:, group].T, shares).T)


def _camps(model: Camps, group: IntArray) -> Part:
    """Return the camp that one driver falls on, and exponential weights of its experts."""
    inner = parts.bootstrap(model.panel.scores[:, group], model.panel.authority)

    def shares(values: FloatArray) -> FloatArray:
        chosen = model.camp[picked(values[:, 0], model.panel.authority)]
        return inner.shares(values[:, 1:] * (model.camp == chosen[:, None]))

    return Part(1 + inner.drivers, _trigger_and(parts.exponentials), shares)


def _trigger_and(quantile: parts.Quantile) -> parts.Quantile:
    """Return the function that leaves the first driver as it is."""
    return lambda uniform: np.column_stack([uniform[:, :1], quantile(uniform[:, 1:])])


def _of_experts(model: WeightModel) -> Drivers:
    """Return the drivers of the model itself, where it draws from experts."""
    if isinstance(model, (Bootstrap, Camps)):
        panel, nominal = model.panel, model.nominal
        experts = tuple(Input("expert", at) for at in range(panel.experts))
        if isinstance(model, Bootstrap):
            return Drivers(
                experts,
                np.arange(len(experts)),
                parts.exponentials,
                lambda weight: means(nominal, panel, weight.T),
            )
        camp = model.camp

        def of_camp(values: FloatArray) -> FloatArray:
            chosen = camp[picked(values[:, 0], panel.authority)]
            return means(nominal, panel, values[:, 1:].T * (camp[:, None] == chosen))

        inputs = (Input("camp", 0), *experts)
        return Drivers(inputs, np.arange(len(inputs)), _trigger_and(parts.exponentials), of_camp)
    if isinstance(model, LogisticNormal):
        return _log_ratios(model)
    raise TierwiseError(problem("V006", argument="inputs", model=model.name))


def _together(model: WeightModel, tree: Tree) -> Drivers:
    """Return all weights as one input."""
    alone = (Input("weights", 0),)
    if isinstance(model, Expert):
        shares, authority = model.panel.shares, model.panel.authority
        return Drivers(
            alone,
            np.zeros(1, dtype=np.int64),
            lambda uniform: uniform,
            lambda trigger: shares[picked(trigger[:, 0], authority)],
        )
    if isinstance(model, (Bootstrap, Camps, LogisticNormal)):
        found = _of_experts(model)
    else:
        found = drivers(model, tree, "groups", least=1)
    return replace(found, inputs=alone, owner=np.zeros_like(found.owner))


def _log_ratios(model: LogisticNormal) -> Drivers:
    """Return the normals of each expert's deviation, and those of the shrinkage as one input."""
    experts = len(model.deviation)
    extra = len(model.centre) if model.noise > 0.0 else 0
    inputs = [Input("expert", at) for at in range(experts)] + [Input("rest", 0)] * (extra > 0)
    owner = np.concatenate([np.arange(experts), np.full(extra, experts)])

    def local(normal: FloatArray) -> FloatArray:
        logs = model.centre[:, None] + ordered_product(model.deviation.T, normal[:, :experts].T)
        if extra:
            logs += model.noise * normal[:, experts:].T
        weights = np.repeat(model.nominal[:, None], len(normal), axis=1)
        for group in model.groups:
            weights[group] = closed(np.exp(logs[group] - logs[group].max(axis=0)))
        return by_draw(weights)

    return Drivers(tuple(inputs), owner, parts.normals, local)
