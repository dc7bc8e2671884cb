"""Where the weights of an index come from: the framework, experts, comparisons, the data, or neither."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problem, Problems, TierwiseError, located, problem
from tierwise.inputs import Experts, Framework
from tierwise.methods.weights import checked, combine, local_from_leaves
from tierwise.spec import Spec, WeightingSpec

FROM_DATA = frozenset({"entropy", "critic", "cv", "pca", "factor", "first-component", "optimised"})


def weighted(
    framework: Framework,
    experts: Experts | None,
    values: FloatArray,
    normalised: FloatArray,
    spec: Spec,
) -> Framework:
    """Return the framework with the weights that the spec asks for.

    Args:
        framework: the tree, with the weights that it gives and its comparisons.
        experts: the expert panel.
        values: ``(units, indicators)`` before normalisation.
        normalised: the same after it, more being better.
        spec: ``[index] weights`` names a source, or two that are combined at the indicators.

    Raises:
        TierwiseError: W005 (no expert panel), W134 (no comparisons), W1xx for what a method cannot weigh.

    """
    sources = spec.index.weights
    with located(_key):
        if isinstance(sources, str):
            return framework.with_weights(_local(sources, framework, experts, values, normalised, spec))
        tree, settings = framework.tree, spec.index.weighting
        first, second = (
            tree.leaf_weights(_local(source, framework, experts, values, normalised, spec))
            for source in sources
        )
        joint = combine(first, second, settings.combine, share=settings.share)
        return framework.with_weights(local_from_leaves(tree, joint))


def _key(found: Problem) -> str:
    """Return the key that a problem of the weights is about; what is in the data keeps its place there."""
    if found.argument in WeightingSpec.model_fields:
        return f"[index.weighting] {found.argument}"
    return "[index] weights" if found.argument in {"first", "second", "leaves"} else ""


def _local(
    source: str,
    framework: Framework,
    experts: Experts | None,
    values: FloatArray,
    normalised: FloatArray,
    spec: Spec,
) -> FloatArray:
    """Return local weights ``(nodes,)`` from one source.

    ``auto``: the framework's where it gives any, else the experts', else equal.
    """
    if source == "auto":
        source = "framework" if framework.has_weights or experts is None else "experts"
    if source == "framework":
        return np.array(framework.local_weights)
    if source == "equal":
        return framework.tree.normalised(np.ones(len(framework.codes)))
    if source == "ahp":
        return ahp_weights(framework, spec.index.weighting.ahp)
    if source in FROM_DATA:
        above = _local("auto", framework, experts, values, normalised, spec)
        return _from_data(source, framework, above, values, normalised, spec.index.weighting)
    if experts is None:
        raise TierwiseError(problem("W005", "[index] weights"))
    return delphi_weights(framework, experts, spec.experts.method)


def delphi_weights(framework: Framework, experts: Experts, method: str = "mean") -> FloatArray:
    """Return local weights ``(nodes,)`` from the last round; groups nobody judged keep the framework's.

    Raises :class:`TierwiseError` W006 for a group judged in part, E1xx as ``methods.delphi.tree_weights``.
    """
    from tierwise.methods.delphi import tree_weights

    scores = experts.on_nodes(framework)
    blank = np.asarray(np.isnan(scores).all(axis=0))
    missing = [
        problem("W006", "Experts", code=framework.codes[node])
        for group in framework.tree.sibling_groups
        for node in group[blank[group]]
        if not blank[group].all()
    ]
    if missing:
        raise TierwiseError(*missing)
    authority = experts.last.authority if method == "authority" else None
    nominal = np.array(framework.local_weights)
    with located(lambda found: _judged(framework, found)):
        return tree_weights(framework.tree, scores, method, authority, nominal=nominal)


def _judged(framework: Framework, problem: Problem) -> str:
    """Return the column of the expert panel that a problem is about."""
    if problem.argument == "authority":
        return "Experts: authority"
    return "Experts" if problem.column is None else f"Experts: {framework.codes[problem.column]}"


def ahp_weights(framework: Framework, method: str = "eigenvector") -> FloatArray:
    """Return local weights ``(nodes,)`` from comparisons in pairs; groups nobody compared keep their weights.

    Several experts are joined by the geometric mean of their judgements. Raises :class:`TierwiseError` W134
    when there are no comparisons, W121 to W125 for what is wrong with them, each at its cell.
    """
    from tierwise.methods.ahp import ahp, joined

    given = framework.comparisons
    if given is None:
        raise TierwiseError(problem("W134", "[index] weights"))
    local, problems = np.array(framework.local_weights), Problems()
    for parent, matrices in given.groups.items():
        with problems.caught(), located(_cell(framework, parent)):
            children = framework.tree.children[framework.codes.index(parent)]
            local[children] = ahp(joined(matrices), method)
    problems.raise_any()
    return local


def _cell(framework: Framework, parent: str) -> Callable[[Problem], str]:
    """Return the function that gives a problem of a group's comparisons its cell, or the group."""
    given = framework.comparisons
    assert given is not None

    def place(problem: Problem) -> str:
        inside = problem.argument.removeprefix("matrices[").removesuffix("]")
        expert = int(inside) if inside.isdigit() else 0
        row, column = problem.row, problem.column
        if row is None or column is None:
            return f"Comparisons: {parent}"
        for pair in ((row, column), (column, row)):
            if (parent, expert, *pair) in given.places:
                return given.places[parent, expert, *pair]
        siblings = framework.tree.children[framework.codes.index(parent)]
        names = [framework.codes[siblings[at]] for at in (row, column)]
        return f"Comparisons: {parent} ({' | '.join(names)})"

    return place


def _from_data(
    source: str,
    framework: Framework,
    above: FloatArray,
    values: FloatArray,
    normalised: FloatArray,
    settings: WeightingSpec,
) -> FloatArray:
    """Return local weights ``(nodes,)`` from the indicators' values."""
    tree = framework.tree
    target = _target(framework, above, settings)
    if settings.scope == "all":
        every = np.arange(len(tree.leaves))
        found = _weigh(source, values, normalised, target, settings, every)
        return local_from_leaves(tree, found, negative=settings.negative)
    local, problems = np.array(above), Problems()
    column_of = {int(leaf): column for column, leaf in enumerate(tree.leaves)}
    for group in tree.sibling_groups:
        columns = np.array([column_of[node] for node in group.tolist() if node in column_of], dtype=np.int64)
        if columns.size == group.size > 1:
            with problems.caught():
                local[group] = _weigh(source, values, normalised, target, settings, columns)
    problems.raise_any()
    return local


def _weigh(
    source: str,
    values: FloatArray,
    normalised: FloatArray,
    target: FloatArray,
    settings: WeightingSpec,
    columns: IntArray,
) -> FloatArray:
    """Return weights of some columns by one method, problems at the panel's own columns.

    The coefficient of variation is that of the values themselves; everything else looks at normalised ones,
    entropy and CRITIC at these brought to 0..1.
    """
    from tierwise.methods import factors, weights
    from tierwise.methods.optimise import optimised

    unit = normalised[:, columns]
    methods: dict[str, Callable[[], FloatArray]] = {
        "entropy": lambda: weights.entropy(unit, scale="min-max"),
        "critic": lambda: weights.critic(unit),
        "cv": lambda: weights.cv(values[:, columns]),
        "pca": lambda: factors.pca(unit, factors=settings.factors),
        "factor": lambda: factors.factor(unit, factors=settings.factors),
        "first-component": lambda: checked(
            factors.first_component(unit), argument="values", negative=settings.negative
        ),
        "optimised": lambda: (
            optimised(unit, target[columns], measure=settings.importance, negative=settings.negative).weights
        ),
    }
    try:
        return methods[source]()
    except TierwiseError as error:
        raise TierwiseError(
            *(
                replace(found, column=int(columns[found.column]))
                if found.column is not None and found.argument in {"values", "weights"}
                else found
                for found in error.problems
            )
        ) from None


def _target(framework: Framework, above: FloatArray, settings: WeightingSpec) -> FloatArray:
    """Return the importance wanted of each indicator: as given, else its nominal weight."""
    if settings.target is None:
        return framework.tree.leaf_weights(above)
    problems = Problems()
    for code in settings.target:
        if code not in framework.indicators:
            problems.add("F003", "[index.weighting] target", code=code, choices=framework.indicators)
    for code in framework.indicators:
        if code not in settings.target:
            problems.add("W136", "[index.weighting] target", code=code)
    problems.raise_any()
    return np.array([settings.target[code] for code in framework.indicators])
