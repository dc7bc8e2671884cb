"""Weights from the sheet Judgements: each expert's by a method, then their mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problem, Problems, TierwiseError, located, problem
from tierwise.inputs import Framework
from tierwise.methods.weightings import WEIGHTINGS


@dataclass(frozen=True)
class Said:
    """What one expert said of the siblings ``group`` under ``parent``, by column."""

    expert: int
    parent: int
    group: IntArray
    columns: Mapping[str, FloatArray]


def said(framework: Framework, name: str) -> Iterator[Said]:
    """Yield what each expert said of each group in the columns that a source of weights reads."""
    given = framework.judgements
    for group in framework.tree.sibling_groups:
        if given is not None and group.size > 1:
            for expert, columns in given.those(WEIGHTINGS[name].reads, group).items():
                yield Said(expert, int(framework.tree.parent[group[0]]), group, columns)


def judged_weights(framework: Framework, name: str) -> FloatArray:
    """Return local weights ``(nodes,)`` by a source that reads judgements; groups nobody judged keep theirs.

    Several experts are joined by the mean of their weights. Raises :class:`TierwiseError` W152 without
    judgements, what the method raises of each, at its cell.
    """
    refuse_without(framework, name, "[index] weights")
    local, problems = np.array(framework.local_weights), Problems()
    found: dict[int, list[FloatArray]] = {}
    for one in said(framework, name):
        with problems.caught(), located(cell_of(framework, one)):
            found.setdefault(one.parent, []).append(WEIGHTINGS[name].function(one.columns))
    problems.raise_any()
    for parent, each in found.items():
        local[framework.tree.children[parent]] = np.mean(each, axis=0)
    return local


def refuse_without(framework: Framework, name: str, place: str) -> None:
    """Raise W152 where nothing stands in the columns that a source of weights reads."""
    if next(said(framework, name), None) is None:
        raise TierwiseError(problem("W152", place, columns=WEIGHTINGS[name].reads))


def cell_of(framework: Framework, one: Said) -> Callable[[Problem], str]:
    """Return the function that gives a problem of what an expert said its cell, or its group."""
    given = framework.judgements
    assert given is not None

    def place(raised: Problem) -> str:
        if raised.column is None:
            return f"Judgements: {framework.codes[one.parent]}"
        return given.place(one.expert, framework.codes[one.group[raised.column]], raised.argument)

    return place
