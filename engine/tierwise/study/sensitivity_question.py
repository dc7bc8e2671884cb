"""What a spec asks of sensitivity, checked: outputs, weights, methods, and the inputs that they make."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tierwise.draws.drivers import Drivers, Input, Kind
from tierwise.draws.models_base import WeightModel
from tierwise.errors import Problems, TierwiseError, located, problem
from tierwise.inputs import Experts
from tierwise.sensitivities.drivers import drivers
from tierwise.sensitivities.methods import METHODS, grouped_methods
from tierwise.sensitivities.outputs import default_outputs, named_outputs
from tierwise.sensitivities.running import Model
from tierwise.sensitivities.varied_methods import Methods
from tierwise.spec import SensitivitySpec, Spec
from tierwise.study.choices import choices_of, tier_partition
from tierwise.study.compare import has_tiers, setup_of
from tierwise.study.draws import model_of
from tierwise.study.index import Index
from tierwise.study.sensitivity_results import InputName
from tierwise.study.tiers import Tiers


@dataclass(frozen=True)
class Question:
    """A question whose settings hold, ready to be answered."""

    index: Index
    tiers: Tiers
    settings: SensitivitySpec
    model: Model
    weights: WeightModel
    seed: int
    kinds: tuple[Kind, ...]
    experts: tuple[str, ...]  # names of those who are heard

    @property
    def methods(self) -> Methods:
        """What varies beside the weights."""
        return self.model.methods


def question(index: Index, tiers: Tiers, spec: Spec, experts: Experts | None) -> Question:
    """Return what ``[sensitivity]`` asks for, checked; raises as :func:`~.analyses.sensitivity`."""
    settings = spec.sensitivity or SensitivitySpec()
    uncertainty = spec.uncertainty
    problems = Problems()
    cuts = len(tiers.cut_ranks) if has_tiers(tiers, spec) else None
    with problems.caught():
        names = settings.outputs or default_outputs(cuts or 0)
        outputs = named_outputs(names, index.panel.codes, index.panel.names, cuts)
    with problems.caught():
        weights = _weights(index, settings, spec, experts)
    with problems.caught():
        tier_partition(uncertainty.methods, spec.tiers, tiers.count)
        tier_methods = uncertainty.methods.tiers if uncertainty.tiers == "refit" and cuts is not None else ()
        methods = Methods(choices_of(index, uncertainty.methods), tier_methods)
        fixed = [_with_tiers(spec, name) for name in tier_methods] or [_with_tiers(spec, None)]
        setups = tuple(setup_of(index, tiers, each) for each in fixed)
    with problems.caught(), located(lambda _: "[sensitivity] samples"):
        METHODS[settings.method].refuse_few(settings.samples)
    problems.raise_any()
    asked = Question(
        index,
        tiers,
        settings,
        Model(index.plan, setups[0], outputs, methods, setups),
        weights,
        uncertainty.seed if settings.seed is None else settings.seed,
        (),
        _heard(weights, spec, experts),
    )
    kinds = _kinds(asked)
    for kind in kinds:
        with problems.caught(), located(lambda _: "[sensitivity] inputs"):
            _refuse_kind(asked, kind)
    problems.raise_any()
    return replace(asked, kinds=kinds)


def drivers_of(asked: Question, kind: Kind) -> Drivers:
    """Return the drivers of the weights, and of the methods beside them."""
    extra = len(asked.methods.names)
    made = drivers(asked.weights, asked.model.plan.tree, kind, least=max(0, 2 - extra))
    if not extra:
        return made
    split = len(made.owner)
    owner = np.concatenate([made.owner, len(made.inputs) + np.arange(extra)])
    return Drivers(
        (*made.inputs, *method_inputs(asked)),
        owner,
        lambda uniform: np.hstack([made.quantile(uniform[:, :split]), uniform[:, split:]]),
        lambda values: np.hstack([made.local(values[:, :split]), values[:, split:]]),
    )


def method_inputs(asked: Question) -> tuple[Input, ...]:
    """Return the inputs that are choices of method."""
    return tuple(Input("method", at) for at in range(len(asked.methods.names)))


def _weights(index: Index, settings: SensitivitySpec, spec: Spec, experts: Experts | None) -> WeightModel:
    """Return the weight model of the draws, at the levels that are asked about."""
    if settings.levels is None:
        return model_of(index, spec, experts)
    levels = spec.uncertainty.model_copy(update={"levels": settings.levels})
    try:
        return model_of(index, spec.model_copy(update={"uncertainty": levels}), experts)
    except TierwiseError as error:
        key = "[sensitivity] levels"
        raise TierwiseError(
            *(replace(each, place=key) if each.code in {"U109", "U111"} else each for each in error.problems)
        ) from None


def _kinds(asked: Question) -> tuple[Kind, ...]:
    """Return the kinds of inputs that are asked for, or the one that fits."""
    given = asked.settings.inputs
    if given is not None:
        return (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))
    groups = len(asked.weights.varied) + len(asked.methods.names)
    return ("groups",) if METHODS[asked.settings.method].grouped and groups > 1 else ("indicators",)


def _refuse_kind(asked: Question, kind: Kind) -> None:
    """Raise V004 or V005 where the method cannot take this kind of inputs, or there are too few of them."""
    method = METHODS[asked.settings.method]
    if kind == "indicators" and not asked.weights.driven_by_nodes:
        if not method.takes_together:
            raise TierwiseError(problem("V007", model=asked.weights.name))
        return
    owner = drivers_of(asked, kind).owner
    if kind == "indicators" and method.reads_draws:
        return
    if not method.grouped and len(owner) > int(owner.max()) + 1:
        raise TierwiseError(problem("V004", method=method.name, choices=grouped_methods()))


def _heard(weights: WeightModel, spec: Spec, experts: Experts | None) -> tuple[str, ...]:
    """Return the names of the experts whose scores the model draws from."""
    if experts is None:
        return ()
    last = experts.last
    heard = weights.heard
    if heard is None:
        heard = np.logical_not(np.isnan(last.scores).all(axis=1))
        if last.counts is not None and spec.experts.rule == "authority":
            heard &= last.counts > 0
    return tuple(last.experts[at] for at in np.flatnonzero(heard))


def input_names(asked: Question, kind: str, inputs: tuple[Input, ...]) -> tuple[InputName, ...]:
    """Return the inputs with their codes and names."""
    framework, methods = asked.index.framework, asked.methods.names
    named = []
    for each in inputs:
        if each.what in {"group", "node"}:
            code, name = framework.codes[each.at], framework.names[each.at]
            named.append(InputName(kind, each.what, f"{code}/*" if each.what == "group" else code, name))
        elif each.what == "expert":
            known = asked.experts[each.at] if each.at < len(asked.experts) else str(each.at + 1)
            named.append(InputName(kind, each.what, known, known))
        elif each.what == "method":
            named.append(InputName("methods", each.what, methods[each.at], methods[each.at]))
        else:
            named.append(InputName(kind, each.what, each.what, each.what))
    return tuple(named)


def _with_tiers(spec: Spec, method: str | None) -> Spec:
    """Return the spec with tiers found by one method, its own when None."""
    methods = spec.uncertainty.methods.model_copy(update={"tiers": ()})
    uncertainty = spec.uncertainty.model_copy(update={"methods": methods})
    tiers = spec.tiers if method is None else spec.tiers.model_copy(update={"method": method})
    return spec.model_copy(update={"uncertainty": uncertainty, "tiers": tiers})
