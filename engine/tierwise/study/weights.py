"""Where the weights of an index come from: the framework, experts, comparisons, the data, or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problem, Problems, TierwiseError, located, problem
from tierwise.inputs import Experts, Framework
from tierwise.kernels.tree import Tree
from tierwise.methods.ahp import ahp, consistency, islands, joined
from tierwise.methods.delphi import tree_weights
from tierwise.methods.own import Own
from tierwise.methods.statistics import constant_columns
from tierwise.methods.weightings import WEIGHTINGS, Weighting
from tierwise.methods.weights import combine, local_from_leaves
from tierwise.spec import Spec, WeightingSpec
from tierwise.study.judged import judged_weights, odd_ratios
from tierwise.tolerances import SHARE_DECIMALS

OWN: Final = "source"  # what a problem of a user's own function is about
ACCEPTED: Final = 0.1  # consistency ratio from which comparisons contradict each other (Saaty 1980)


@dataclass(frozen=True)
class Sources:
    """What weights can come from: the framework, a panel, and ``(units, indicators)`` values.

    ``values`` are those before normalisation, ``normalised`` those after it, more being better.
    """

    framework: Framework
    experts: Experts | None
    values: FloatArray
    normalised: FloatArray
    spec: Spec

    def local(self, name: str) -> FloatArray:
        """Return local weights ``(nodes,)`` from the source of that name.

        Raises :class:`TierwiseError` W005 (no expert panel), W134 (no comparisons), W152 (no judgements),
        what the source raises.
        """
        framework, source, rule = self.framework, WEIGHTINGS[name], self.spec.experts.rule
        if source.from_data:
            return settled(self._from_data(source))
        if source.needs == "comparisons":
            return settled(ahp_weights(framework, self.settings["ahp"]))
        if source.needs == "judgements":
            return settled(judged_weights(framework, name, self.spec.uncertainty.tail))
        if source.needs == "experts" and self.experts is None:
            raise TierwiseError(problem("W005", "[index] weights"))
        if source.needs == "experts" and self.experts is not None:
            return delphi_weights(framework, self.experts, rule)
        plain: Mapping[str, Callable[[], FloatArray]] = {
            "nothing": lambda: np.asarray(source.function(framework.tree)),
            "any": lambda: completed(framework, self.experts, rule),
            "framework": lambda: np.array(framework.local_weights),
        }
        return plain[source.needs]()

    def combined(self, first: str, second: str) -> FloatArray:
        """Return local weights ``(nodes,)`` that two sources make together, at the indicators.

        Of all at once, a dimension weighing as much as its indicators do; where weights from the data look
        at the indicators under each parent (``within``), under each parent too, the other groups as
        :meth:`_above`.
        """
        tree, settings = self.framework.tree, self.settings
        one, other = self.local(first), self.local(second)
        rule, share = settings["combine"], settings["share"]
        if settings["scope"] == "all" or not any(WEIGHTINGS[name].from_data for name in (first, second)):
            joint = combine(tree.leaf_weights(one), tree.leaf_weights(other), rule, share=share)
            return local_from_leaves(tree, joint)
        local = self._above(first, second)
        for group in _of_indicators(tree):
            local[group] = combine(one[group], other[group], rule, share=share)
        return tree.normalised(local)

    def _above(self, *names: str) -> FloatArray:
        """Return local weights ``(nodes,)`` that the source among ``names`` gives that needs no data.

        A group of which it says nothing, or each where all are from the data, is as under ``auto``.
        """
        local = self.local("auto")
        for name in names:
            if not WEIGHTINGS[name].from_data and WEIGHTINGS[name].needs not in ("any", "framework"):
                local = replace(self, framework=self.framework.with_weights(local)).local(name)
        return np.array(local)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings of the weights."""
        given: Mapping[str, Any] = self.spec.index.weighting.model_dump()
        return given

    def _from_data(self, source: Weighting) -> FloatArray:
        """Return local weights ``(nodes,)`` from the indicators' values."""
        tree, settings = self.framework.tree, self.settings
        above = self.local("auto")
        target = _target(self.framework, above, settings["target"])
        if settings["scope"] == "all":
            weights = self._of_columns(source, target, np.arange(len(tree.leaves)))
            return local_from_leaves(tree, weights, negative=settings["negative"])
        local, problems = np.array(above), Problems()
        column_of = {int(leaf): column for column, leaf in enumerate(tree.leaves)}
        for group in _of_indicators(tree):
            columns = np.array([column_of[node] for node in group.tolist()], dtype=int)
            with problems.caught():
                local[group] = self._of_columns(source, target, columns)
        problems.raise_any()
        return local

    def _of_columns(self, source: Weighting, target: FloatArray, columns: IntArray) -> FloatArray:
        """Return weights of some columns, problems at the panel's own columns."""
        values = self.values if source.needs == "values" else self.normalised
        given = {**self.settings, "target": target[columns]}
        try:
            taken = source.taken(given)
            if source.own:
                return Own(source, OWN).by_column(values[:, columns], taken)
            return np.asarray(source.function(values[:, columns], **taken))
        except TierwiseError as error:
            raise TierwiseError(*(_among(columns, one) for one in error.problems)) from None


def _of_indicators(tree: Tree) -> list[IntArray]:
    """Return the sibling groups of two indicators or more, and of nothing else."""
    return [group for group in tree.sibling_groups if group.size > 1 and np.isin(group, tree.leaves).all()]


def settled(local: FloatArray) -> FloatArray:
    """Return computed local weights without the last bits that a solver or the order of columns leaves."""
    return local.round(SHARE_DECIMALS)


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
        spec: ``[index] weights`` names a source, or two that are combined (:meth:`Sources.combined`).

    Raises:
        TierwiseError: W005 (no expert panel), W134 (no comparisons), W152 (no judgements), W1xx for what a
            method cannot weigh.

    """
    sources = Sources(framework, experts, values, normalised, spec)
    names = spec.index.weights
    with located(_key):
        if isinstance(names, str):
            return framework.with_weights(sources.local(names))
        return framework.with_weights(sources.combined(*names))


def completed(framework: Framework, experts: Experts | None, method: str = "mean") -> FloatArray:
    """Return the framework's local weights ``(nodes,)``, a group without any completed by the experts.

    A group that nobody judged either is equal. Raises as :func:`delphi_weights`, for the blank groups.
    """
    blank = [group for group in framework.tree.sibling_groups if np.isnan(framework.weights[group]).all()]
    if experts is None or not blank:
        return np.array(framework.local_weights)
    return delphi_weights(framework, experts, method, groups=blank)


def delphi_weights(
    framework: Framework,
    experts: Experts,
    method: str = "mean",
    *,
    groups: Sequence[IntArray] | None = None,
) -> FloatArray:
    """Return local weights ``(nodes,)`` from the last round, of some sibling ``groups`` or of all.

    Other groups, and those that nobody judged, keep the framework's. Raises :class:`TierwiseError` W006 for a
    group judged in part, E1xx as ``methods.delphi.tree_weights``.
    """
    groups = framework.tree.sibling_groups if groups is None else groups
    asked = np.zeros(len(framework.codes), dtype=np.bool_)
    asked[np.concatenate(groups)] = True
    scores = np.where(asked, experts.on_nodes(framework), np.nan)
    blank = np.asarray(np.isnan(scores).all(axis=0))
    missing = [
        problem("W006", "Experts", code=framework.codes[node])
        for group in groups
        for node in group[blank[group]]
        if not blank[group].all()
    ]
    if missing:
        raise TierwiseError(*missing)
    authority = experts.last.counts if method == "authority" else None
    nominal = np.array(framework.local_weights)
    if blank[asked].all():
        return nominal
    with located(lambda one: _judged(framework, one)):
        return tree_weights(framework.tree, scores, method, authority, nominal=nominal)


def model_name(spec: Spec, experts: Experts | None) -> str:
    """Return the weight model of the draws: as the spec says, else bootstrap of a panel where one judged.

    And box around weights that come from the data, from comparisons or from nothing, or without a panel.
    """
    sources = (spec.index.weights,) if isinstance(spec.index.weights, str) else ()
    judged = experts is not None and any(WEIGHTINGS[source].judged for source in sources)
    return spec.uncertainty.weights or ("bootstrap" if judged else "box")


def _key(raised: Problem) -> str:
    """Return the key that a problem of the weights is about; what is in the data keeps its place there."""
    if raised.argument in WeightingSpec.model_fields:
        return f"[index.weighting] {raised.argument}"
    return "[index] weights" if raised.argument in {"first", "second", "leaves", OWN} else ""


def _among(columns: IntArray, one: Problem) -> Problem:
    """Return a problem of some columns at the panel's own."""
    if one.column is None or one.argument not in {"values", "weights"}:
        return one
    return replace(one, column=int(columns[one.column]))


def weight_cautions(framework: Framework, names: Sequence[str], values: FloatArray) -> list[Problem]:
    """Return what a reader should know of the weights from these sources.

    W138 comparisons with a consistency ratio of 0.1 or more; W142 comparisons with pairs left out; W163 a
    ratio of G1 beyond its 1.0 to 1.8; W139 an indicator among the ``(units, indicators)`` values that is
    constant, which weighs 0 by its data.
    """
    cautions = []
    given = framework.comparisons
    if given is not None and any(WEIGHTINGS[name].needs == "comparisons" for name in names):
        for parent, matrices in given.groups.items():
            found = consistency(joined(matrices))
            parent_name = framework.names[framework.codes.index(parent)]
            place = f"Comparisons: {parent}"
            if found.ratio >= ACCEPTED:
                cautions.append(problem("W138", place, parent=parent_name, ratio=round(found.ratio, 3)))
            if found.missing:
                pairs = matrices.shape[1] * (matrices.shape[1] - 1) // 2
                cautions.append(
                    problem("W142", place, parent=parent_name, missing=found.missing, pairs=pairs)
                )
    if "g1" in names:
        cautions += odd_ratios(framework)
    by_data = [name for name in names if WEIGHTINGS[name].from_data]
    for column in constant_columns(values) if by_data else ():
        code = framework.indicators[column]
        name = framework.names[framework.codes.index(code)]
        cautions.append(problem("W139", f"Data: {code}", indicator=name, source=", ".join(by_data)))
    return cautions


def _judged(framework: Framework, problem: Problem) -> str:
    """Return the column of the expert panel that a problem is about."""
    if problem.argument == "authority":
        return "Experts: authority"
    return "Experts" if problem.column is None else f"Experts: {framework.codes[problem.column]}"


def ahp_weights(framework: Framework, method: str = "eigenvector") -> FloatArray:
    """Return local weights ``(nodes,)`` from comparisons in pairs; groups nobody compared keep their weights.

    Several experts are joined by the geometric mean of their judgements. Raises :class:`TierwiseError` W134
    when there are no comparisons, W121 to W123 for what is wrong with them, each at its cell, W141 for a
    group that they do not connect.
    """
    given = framework.comparisons
    if given is None:
        raise TierwiseError(problem("W134", "[index] weights"))
    local, problems = np.array(framework.local_weights), Problems()
    for parent, matrices in given.groups.items():
        with problems.caught(), located(_cell(framework, parent)):
            children = framework.tree.children[framework.codes.index(parent)]
            matrix = joined(matrices)
            groups = [[framework.names[children[at]] for at in group] for group in islands(matrix)]
            if len(groups) > 1:
                raise TierwiseError(problem("W141", groups=" | ".join(", ".join(one) for one in groups)))
            local[children] = ahp(matrix, method)
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


def _target(framework: Framework, above: FloatArray, given: Mapping[str, float] | None) -> FloatArray:
    """Return the importance wanted of each indicator: as given, else its nominal weight."""
    if given is None:
        return framework.tree.leaf_weights(above)
    problems = Problems()
    for code in given:
        if code not in framework.indicators:
            problems.add("F003", "[index.weighting] target", code=code, choices=framework.indicators)
    for code in framework.indicators:
        if code not in given:
            problems.add("W136", "[index.weighting] target", code=code)
    problems.raise_any()
    return np.array([given[code] for code in framework.indicators])
