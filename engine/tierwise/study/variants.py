"""Weight scenarios: what each name, table of weights and dropped node means, and the index that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.inputs import Experts, Framework, Panel
from tierwise.methods.weightings import WEIGHTINGS
from tierwise.names import nearest
from tierwise.spec import IndexSpec, Spec, Variant
from tierwise.spec.scenarios import CAMP
from tierwise.study.index import Index, scored
from tierwise.study.judged import refuse_without
from tierwise.tolerances import TYPED
from tierwise.whatif.vary import partly
from tierwise.words.speaking import Choice

RESERVED: Final = ("code", "name", "base")


@dataclass(frozen=True)
class Inputs:
    """What a scenario starts from: the base's data and settings, and its index."""

    panel: Panel
    framework: Framework
    experts: Experts | None
    spec: Spec
    base: Index


def check_variants(
    variants: Sequence[Variant], framework: Framework, experts: Experts | None
) -> list[Problem]:
    """Return everything wrong with scenarios that can be told without computing an index.

    V201 an unknown camp, V202 a panel without camps, W005 no panel, W134 no comparisons, W152 no judgements,
    S002 an unknown source, S021 an unknown node, S022 a name of several, S023 a node given twice, V204
    nothing left after dropping, V205 a name used twice or kept, V206 to V208 weights that do not fit, V209 a
    scenario that changes nothing.
    """
    problems = Problems()
    seen: set[str] = set()
    for variant in variants:
        if variant.name in seen or variant.name in RESERVED:
            problems.add("V205", variant.place("name"), name=variant.name, kept=RESERVED)
        seen.add(variant.name)
        _check_drop(variant, framework, problems)
        if isinstance(variant.weights, Mapping):
            _check_weights(variant, framework, problems)
        else:
            sources = (variant.weights,) if isinstance(variant.weights, str) else variant.weights or ()
            for source in sources:
                with problems.caught():
                    _known(source, variant, framework, experts)
        if variant.model_dump(exclude={"name"}, exclude_defaults=True) == {}:
            problems.add("V209", variant.place())
    return problems.found


def variant_index(variant: Variant, inputs: Inputs) -> Index:
    """Return the index of a scenario: its weights are found, and its units ranked, as those of the base are.

    Weights from the data, from experts and from comparisons look at the nodes that are left. Without
    ``weights`` the base's stay, a dropped node's going to its siblings in proportion.

    Raises:
        TierwiseError: what the index raises, each problem under the scenario's name.

    """
    try:
        panel, framework, experts, spec = _inputs(variant, inputs)
        return scored(panel, framework, spec, experts)
    except TierwiseError as error:
        raise TierwiseError(*_of_variant(variant, error.problems)) from None


def _of_variant(variant: Variant, raised: Sequence[Problem]) -> list[Problem]:
    """Return problems of a scenario's index under its name; values that its rule cannot take once, V213."""
    unusable = [one for one in raised if one.code == "M020" and one.column is not None]
    told = [_under(variant, one) for one in raised if one not in unusable]
    if unusable:
        rule = unusable[0].fields["rule"]
        least = min(float(str(one.fields["value"])) for one in unusable)
        place = variant.place("aggregation" if variant.aggregation else "normalisation")
        count = len({one.column for one in unusable})
        told.append(problem("V213", place, rule=rule, count=count, least=least))
    return told


def camps_of(experts: Experts | None) -> list[str]:
    """Return the camps of the last round, in the order in which they appear."""
    return [] if experts is None else [camp for camp in dict.fromkeys(experts.last.camps or ()) if camp]


def _inputs(variant: Variant, inputs: Inputs) -> tuple[Panel, Framework, Experts | None, Spec]:
    """Return what the index of a scenario is computed from."""
    experts, base = inputs.experts, inputs.base.framework
    source: str | tuple[str, ...] = "framework"
    framework = base
    if isinstance(variant.weights, str) and variant.weights.startswith(CAMP):
        assert experts is not None
        chosen_camp = _camp(variant.weights, variant, experts)
        experts, source = experts.those(lambda _, camp: camp == chosen_camp), "experts"
    elif variant.weights is not None and not isinstance(variant.weights, Mapping):
        named = (variant.weights,) if isinstance(variant.weights, str) else variant.weights
        chosen = tuple(WEIGHTINGS.choose(name) for name in named)
        source = chosen[0] if len(chosen) == 1 else chosen
        if any(WEIGHTINGS[name].needs in ("any", "framework") for name in chosen):
            framework = inputs.framework
    framework = framework.without(*(base.codes[base.nodes.find(node)] for node in variant.drop))
    if isinstance(variant.weights, Mapping):  # stated weights are those among what is left
        given = {framework.nodes.find(node): weight for node, weight in variant.weights.items()}
        framework = framework.with_weights(partly(framework.tree, np.array(framework.local_weights), given))
    settings: dict[str, object] = {"weights": source}
    settings |= {
        key: given for key in ("normalisation", "aggregation") if (given := getattr(variant, key)) is not None
    }
    steps = _steps(inputs.spec.index, framework).model_copy(update=settings)
    panel = inputs.panel.select(framework.indicators)
    return panel, framework, experts, inputs.spec.model_copy(update={"index": steps})


def _steps(steps: IndexSpec, framework: Framework) -> IndexSpec:
    """Return the steps without what they say of indicators that were dropped."""
    kept = framework.indicators
    force = tuple(code for code in steps.treat.force if code in kept)
    target = steps.weighting.target
    if target is not None:
        target = {code: share for code, share in target.items() if code in kept}
    return steps.model_copy(
        update={
            "treat": steps.treat.model_copy(update={"force": force}),
            "weighting": steps.weighting.model_copy(update={"target": target}),
        }
    )


def _known(source: str, variant: Variant, framework: Framework, experts: Experts | None) -> None:
    """Raise what is wrong with the name of a source of weights."""
    place = variant.place("weights")
    if source.startswith(CAMP) and isinstance(variant.weights, str):
        if experts is None:
            raise TierwiseError(problem("W005", place))
        _camp(source, variant, experts)
        return
    names = [*WEIGHTINGS, *(f"{CAMP}{camp}" for camp in camps_of(experts))]
    try:
        needs = WEIGHTINGS[WEIGHTINGS.choose(source)].needs
    except TierwiseError:
        near, known = Choice(nearest(source, names)), [*map(Choice, names)]
        raise TierwiseError(problem("S002", place, value=source, nearest=near, choices=known)) from None
    if needs == "experts" and experts is None:
        raise TierwiseError(problem("W005", place))
    if needs == "comparisons" and framework.comparisons is None:
        raise TierwiseError(problem("W134", place))
    if needs == "judgements":
        refuse_without(framework, WEIGHTINGS.choose(source), place)


def _camp(source: str, variant: Variant, experts: Experts) -> str:
    camp, known = source.removeprefix(CAMP).strip(), camps_of(experts)
    place = variant.place("weights")
    if not known:
        raise TierwiseError(problem("V202", place))
    if camp not in known:
        near = nearest(camp, known)
        raise TierwiseError(problem("V201", place, camp=camp, nearest=near, choices=known))
    return camp


def _check_drop(variant: Variant, framework: Framework, problems: Problems) -> None:
    dropped = framework.nodes.rows(variant.drop, problems, variant.place("drop"))
    if dropped and len(dropped) == len(variant.drop):
        try:
            framework.without(*(framework.codes[node] for node in dropped))
        except TierwiseError:
            problems.add("V204", variant.place("drop"))


def _check_weights(variant: Variant, framework: Framework, problems: Problems) -> None:
    assert isinstance(variant.weights, Mapping)
    place = variant.place("weights")
    dropped = _dropped(variant, framework)
    weights = framework.nodes.keyed(variant.weights, problems, place)
    for node, weight in weights.items():
        if not 0 <= weight < np.inf:
            problems.add("W001", place, code=framework.codes[node], weight=weight)
        if node in dropped:
            problems.add("V207", place, code=framework.codes[node])
    for group in framework.tree.sibling_groups:
        left = [node for node in group.tolist() if node not in dropped]
        given = [weights[node] for node in left if node in weights]
        parent = framework.names[framework.tree.parent[group[0]]]
        if left and len(given) == len(left) and not any(given):
            problems.add("W004", place, parent=parent)
        elif 0 < len(given) < len(left) and sum(given) > 1 + TYPED:
            problems.add("V206", place, parent=parent, total=sum(given))


def _dropped(variant: Variant, framework: Framework) -> set[int]:
    """Return the nodes that a scenario leaves out, with all below them and parents of nothing else."""
    named = framework.nodes.rows(variant.drop, Problems())
    try:
        left = {*framework.without(*(framework.codes[node] for node in named)).codes}
    except TierwiseError:  # told where nothing is left
        return {*named}
    return {node for node, code in enumerate(framework.codes) if code not in left}


def _under(variant: Variant, raised: Problem) -> Problem:
    """Return a problem whose place begins with the scenario."""
    where = raised.where()
    if where.startswith(variant.place()):
        return raised
    return replace(raised, place=variant.place(where))
