"""The sheet Judgements in a study: weights of each expert and their mean, and what all of them leave open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.polytope import Polytope
from tierwise.errors import Problem, Problems, TierwiseError, located, problem
from tierwise.inputs import Framework, Judgements
from tierwise.methods.elicited import TAIL, Elicited, elicited
from tierwise.methods.limits import Bounds, limits
from tierwise.methods.orders import above_by, circle, closed_under
from tierwise.methods.weightings import WEIGHTINGS
from tierwise.tolerances import TYPED

BOUNDED = ("low", "high")
QUANTILES = ("low", "middle", "high")
MOST_RATIO: Final = 1.8  # of neighbours in an order, by the method
FAR: Final = 0.05  # by which a fitted quantile may miss without a word


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


def judged_weights(framework: Framework, name: str, tail: float = TAIL) -> FloatArray:
    """Return local weights ``(nodes,)`` by a source that reads judgements; groups nobody judged keep theirs.

    Several experts are joined by the mean of their weights, or (``order-centroid``, ``intervals``) by what
    they leave open together: :func:`bounds_of`. Raises :class:`TierwiseError` W152 without judgements, what
    the method raises of each, at its cell.
    """
    refuse_without(framework, name, "[index] weights")
    local = np.array(framework.local_weights)
    if name == "quantiles":
        found = {parent: one.weights for parent, one in fits(framework, tail).items()}
    else:
        found = (middles if WEIGHTINGS[name].joint else means)(framework, name)
    for parent, weights in found.items():
        local[framework.tree.children[parent]] = weights
    return local


def quantiles_of(framework: Framework) -> FloatArray:
    """Return low, middle and high ``(3, nodes)``: the mean of what the experts gave, NaN where none did."""
    given = framework.judgements
    mean = np.full((3, len(framework.codes)), np.nan)
    for at, name in enumerate(QUANTILES if given is not None else ()):
        assert given is not None
        column = given.columns[name]
        known = ~np.isnan(column)
        count = known.sum(axis=0)
        total = np.where(known, column, 0.0).sum(axis=0)
        mean[at] = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return mean


def fits(framework: Framework, tail: float) -> dict[int, Elicited]:
    """Return the Dirichlet of each group with quantiles, by its parent."""
    given, problems = quantiles_of(framework), Problems()
    found: dict[int, Elicited] = {}
    for group in framework.tree.sibling_groups:
        if group.size > 1 and np.isfinite(given[:, group]).any():
            with problems.caught(), located(_cell_in(framework, group)):
                found[int(framework.tree.parent[group[0]])] = elicited(*given[:, group], tail=tail)
    problems.raise_any()
    return found


def misfits(framework: Framework, tail: float) -> list[Problem]:
    """Return a caution for each group whose Dirichlet misses a quantile by more than FAR: U130."""
    told = []
    for parent, one in fits(framework, tail).items():
        worst = int(np.argmax(one.worst))
        if one.worst[worst] > FAR:
            at = int(np.argmax(np.nan_to_num(np.abs(one.misses[:, worst]))))
            node = int(framework.tree.children[parent][worst])
            column, miss = QUANTILES[at], float(one.misses[at, worst])
            wanted = float(quantiles_of(framework)[at, node])
            told.append(
                problem(
                    "U130",
                    placed(framework, problem("U130", argument=column, column=node)),
                    node=framework.names[node],
                    heading=column,
                    given=round(wanted, 4),
                    fitted=round(wanted + miss, 4),
                )
            )
    return told


def odd_ratios(framework: Framework) -> list[Problem]:
    """Return a caution for each ratio beyond those of the order relation, of a sibling with a place: W163."""
    given = framework.judgements
    if given is None:
        return []
    order, ratio = given.columns["order"], given.columns["ratio"]
    return [
        problem(
            "W163",
            _place(framework, expert, node, "ratio"),
            value=float(ratio[expert, node]),
            node=framework.names[node],
        )
        for expert, node in np.argwhere(~np.isnan(order) & (ratio > MOST_RATIO + TYPED)).tolist()
    ]


def means(framework: Framework, name: str) -> dict[int, FloatArray]:
    """Return the mean of the experts' weights of each group that they judged, by its parent."""
    problems = Problems()
    found: dict[int, list[FloatArray]] = {}
    for one in said(framework, name):
        with problems.caught(), located(cell_of(framework, one)):
            found.setdefault(one.parent, []).append(WEIGHTINGS[name].function(one.columns))
    problems.raise_any()
    return {parent: np.asarray(np.mean(each, axis=0)) for parent, each in found.items()}


def middles(framework: Framework, name: str) -> dict[int, FloatArray]:
    """Return the mean of all weights that the judgements of a group allow, by its parent."""
    bounds, problems = bounds_of(framework), Problems()
    found: dict[int, FloatArray] = {}
    for group in framework.tree.sibling_groups:
        own = bounds.of(group)
        own = own if "low" in WEIGHTINGS[name].reads else own.order
        if group.size > 1 and own.judged:
            with problems.caught(), located(_cell_in(framework, group)):
                within = limits(own.low, own.high, own.above)
                found[int(framework.tree.parent[group[0]])] = Polytope.within(within).centroid
    problems.raise_any()
    return found


def bounds_of(framework: Framework) -> Bounds:
    """Return what all experts leave open together: the order that they share, and bounds around theirs.

    Of a group each expert counts who said anything of its order, or of its bounds; one who left a bound blank
    sets none. Raises W155 for an expert whose order goes round.
    """
    given, nodes = framework.judgements, len(framework.codes)
    above = np.zeros((nodes, nodes), dtype=np.bool_)
    low, high = np.full(nodes, np.nan), np.full(nodes, np.nan)
    if given is None:
        return Bounds(above, low, high)
    problems = Problems()
    for group in framework.tree.sibling_groups:
        orders = []
        for expert, own in enumerate(_orders(given, group)):
            if circle(own):
                problems.extend([_circle(framework, given, expert, group)])
            elif own.any():
                orders.append(closed_under(own))
        if orders:
            above[np.ix_(group, group)] = np.logical_and.reduce(orders)
        if said_ := given.those(BOUNDED, group):
            lows, highs = (np.array([one[name] for one in said_.values()]) for name in BOUNDED)
            low[group] = np.where(np.isnan(lows).any(axis=0), np.nan, lows.min(axis=0))
            high[group] = np.where(np.isnan(highs).any(axis=0), np.nan, highs.max(axis=0))
    problems.raise_any()
    return Bounds(above, low, high)


def _circle(framework: Framework, given: Judgements, expert: int, group: IntArray) -> Problem:
    """Return W155 for an order that goes round, at a cell that closes it.

    Places by themselves go round nowhere, so some sibling of it is said to outweigh the next.
    """
    stated, places = given.stated[expert][np.ix_(group, group)], given.columns["order"][expert, group]
    whole = given.over[expert][np.ix_(group, group)]  # beside it, nodes of the circle may be left out
    around = circle(above_by(places) | stated) or circle(above_by(places) | whole)
    steps = [*zip(around, [*around[1:], *around[:1]], strict=True)]
    at = next((at for at, step in enumerate(steps) if stated[step]), 0)
    turned = [*around[at:], *around[:at], around[at]]
    place = _place(framework, expert, int(group[around[at]]), "over")
    return problem("W155", place, circle=" > ".join(framework.names[group[each]] for each in turned))


def _orders(given: Judgements, group: IntArray) -> Iterator[BoolArray]:
    """Yield each expert's order of siblings, by their places and by whom each is said to outweigh."""
    for expert in range(len(given.experts)):
        own = above_by(given.columns["order"][expert, group])
        yield own | given.over[expert][np.ix_(group, group)]


def unshared(framework: Framework) -> list[Problem]:
    """Return a caution for each group of which experts gave orders that have nothing in common: U131."""
    given, bounds = framework.judgements, bounds_of(framework)
    return [
        problem("U131", f"{given.sheet}: {framework.names[parent]}", parent=framework.names[parent])
        for parent, group in enumerate(framework.tree.children)
        if given is not None
        and any(own.any() for own in _orders(given, group))
        and not bounds.above[np.ix_(group, group)].any()
    ]


def refuse_without(framework: Framework, name: str, place: str) -> None:
    """Raise W152 where nothing stands in the columns that a source of weights reads."""
    given = framework.judgements
    read = WEIGHTINGS[name].reads
    by_name = given is not None and "over" in read and bool(given.over.any())
    if not by_name and next(said(framework, name), None) is None:
        raise TierwiseError(problem("W152", place, columns=read))


def placed(framework: Framework, raised: Problem) -> str:
    """Return the cell of a problem of bounds or of an order whose column is a node; blank for others."""
    given = framework.judgements
    if given is None or raised.argument not in ("order", *QUANTILES) or raised.column is None:
        return ""
    node, column = raised.column, raised.argument
    known = np.flatnonzero(~np.isnan(given.columns[column][:, node]))
    return _place(framework, int(known[0]) if known.size else 0, node, column)


def _place(framework: Framework, expert: int, node: int, column: str) -> str:
    """Return the cell of what an expert said of a node, or the node's name where nothing was said of it."""
    given = framework.judgements
    assert given is not None
    return given.place(expert, framework.codes[node], column, framework.names[node])


def _cell_in(framework: Framework, group: IntArray) -> Callable[[Problem], str]:
    """Return the function that gives a problem of a group's bounds its cell."""

    def place(raised: Problem) -> str:
        column = None if raised.column is None else int(group[raised.column])
        return placed(framework, replace(raised, column=column))

    return place


def cell_of(framework: Framework, one: Said) -> Callable[[Problem], str]:
    """Return the function that gives a problem of what an expert said its cell, or its group."""

    def place(raised: Problem) -> str:
        if raised.column is None:  # of a whole column: its first cell in the group
            return _place(framework, one.expert, int(one.group[0]), raised.argument)
        return _place(framework, one.expert, int(one.group[raised.column]), raised.argument)

    return place
