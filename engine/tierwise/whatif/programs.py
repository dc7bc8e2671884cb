"""Programs over weights: the nearest ones that meet requirements, and why none do.

In L1 the nearest weights are the optimum of a linear program, with a binary for each unit that may or may
not be passed, solved by HiGHS (``scipy.optimize.milp``). In L2 they are that of a least-distance quadratic
program, solved through non-negative least squares as Lawson and Hanson (1974, chapter 23) show
(``scipy.optimize.lsq_linear``), with a branch and bound over the units to be passed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, NamedTuple

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.draws.weight_sets import inequalities
from tierwise.errors import TierwiseError, problem
from tierwise.outputs.remembered import remembered
from tierwise.whatif.least_distance import LeastDistance, Space
from tierwise.whatif.requirements import Place, Requirements

SECONDS: Final = 60.0  # that a program with binaries may take
MOST_PROGRAMS: Final = 400  # of a branch and bound
TIME_OUT: Final = 1  # status of scipy.optimize.milp


@dataclass(frozen=True)
class Nearest:
    """Global weights ``(nodes,)``; ``proved`` unless a limit ended the search."""

    weights: FloatArray
    proved: bool


@dataclass(frozen=True)
class Shortfall:
    """Requirements at their best: ``most`` is the largest z such that every row can reach ``least + z``.

    Below 0 they cannot all be met: the rows weighted by ``shares (rows,)``, which sum to 1, fall short by
    that much under every allowed weight (a Farkas certificate).
    """

    most: float
    shares: FloatArray


def _proved(found: Nearest | None) -> bool:
    """Return whether no limit of time ended a search."""
    return found is None or found.proved


def _nearest(weights: FloatArray, proved: bool) -> Nearest | None:  # by name, from what was kept
    return Nearest(weights, proved)


@remembered(_nearest, kept=_proved)
def nearest_l1(space: Space, nominal: FloatArray, asked: Requirements) -> Nearest | None:
    """Return the weights nearest to ``nominal (indicators,)`` in Σ|g - g0|, None where there are none.

    Raises:
        TierwiseError: V309 when no weights were found in the time given.

    """
    solved = _nearest_l1(space, nominal, asked)
    return None if solved is None else Nearest(solved.x[: space.nodes], solved.proved)


def nearest_l2(space: Space, nominal: FloatArray, asked: Requirements) -> Nearest | None:
    """Return the weights nearest to ``nominal (indicators,)`` in √Σ(g - g0)², None where there are none.

    A branch and bound, the nearest first: where too many units are ahead at the weights of a branch, the one
    furthest ahead is passed in one branch below it and may stay in the other.
    """
    program, tick = LeastDistance(space, nominal), count()
    heap: list[tuple[float, int, FloatArray, _Fate]] = []

    def push(fate: _Fate) -> None:
        x = program.solve(*_rows(space, asked, fate))
        if x is not None:
            heapq.heappush(heap, (float(np.linalg.norm(space.leaves @ x - nominal)), next(tick), x, fate))

    push(_Fate.open(asked))
    for _ in range(MOST_PROGRAMS):
        if not heap:
            return None
        _, _, nearest, fate = heapq.heappop(heap)
        branches = [*_branches(space, asked, nearest, fate)]
        if not branches:
            return Nearest(nearest[: space.nodes], proved=True)
        for branch in branches:
            push(branch)
    rough = _nearest_l1(space, nominal, asked)
    if rough is None:
        return None
    x = program.solve(*_rows(space, asked, rough.fate))
    return Nearest((rough.x if x is None else x)[: space.nodes], proved=False)


@remembered(Shortfall)
def shortfall(space: Space, asked: Requirements) -> Shortfall:
    """Return how far the rows can be met all at once, by a linear program (places aside)."""
    from scipy.optimize import linprog

    matrix, least = _rows(space, asked)
    equal = space.low == space.high
    rows, bounds = inequalities(space.matrix, space.low, space.high)
    slack = np.repeat([1.0, 0.0], [len(matrix), len(rows)])
    solved = linprog(
        np.concatenate([np.zeros(space.variables), [-1.0]]),
        A_ub=np.column_stack([np.concatenate([-matrix, rows]), slack]),
        b_ub=np.concatenate([-least, bounds]),
        A_eq=np.column_stack([space.matrix[equal], np.zeros(int(equal.sum()))]),
        b_eq=space.low[equal],
        bounds=[(0.0, None)] * space.variables + [(None, 1.0)],
        method="highs",
    )
    if solved.status != 0:  # the allowed weights themselves contradict each other
        return Shortfall(-np.inf, np.full(len(matrix), np.nan))
    most = float(np.asarray(solved.x)[-1])
    return Shortfall(most, -np.asarray(solved.ineqlin.marginals)[: len(matrix)])


def fewest_ahead(space: Space, asked: Requirements, place: Place) -> int | None:
    """Return how many units at least stay ahead of a place's unit; None where the rows cannot be met."""
    free = Requirements(asked.rows, (replace(place, rank=len(place.others) + 1),))
    solved = _milp(space, free, np.zeros(space.variables), ahead=1.0)
    return None if solved is None else len(place.others) - len(solved.fate.passed[0])


class _Fate(NamedTuple):
    """For each place, which of the others are passed for certain, and which may stay ahead."""

    passed: tuple[frozenset[int], ...]
    spared: tuple[frozenset[int], ...]

    @classmethod
    def open(cls, asked: Requirements) -> _Fate:
        nobody = (frozenset[int](),) * len(asked.places)
        return cls(nobody, nobody)


class _Found(NamedTuple):
    x: FloatArray
    fate: _Fate
    proved: bool


def _nearest_l1(space: Space, nominal: FloatArray, asked: Requirements) -> _Found | None:
    ones = np.ones(len(nominal))
    cost = np.concatenate([np.zeros(space.variables), ones])
    distance = np.block([[space.leaves, -np.diag(ones)], [-space.leaves, -np.diag(ones)]])
    return _milp(space, asked, cost, distance, np.concatenate([nominal, -nominal]))


def _rows(space: Space, asked: Requirements, fate: _Fate | None = None) -> tuple[FloatArray, FloatArray]:
    """Return the rows on the space's own variables and what they reach, those of passed units included."""
    matrices = [np.array([row.values for row in asked.rows]).reshape(-1, len(space.leaves))]
    least = [np.array([row.least for row in asked.rows])]
    for place, passed in zip(asked.places, fate.passed if fate else (), strict=bool(fate)):
        matrices.append(place.values[sorted(passed)])
        least.append(np.full(len(passed), place.least))
    return np.concatenate(matrices) @ space.leaves, np.concatenate(least)


def _milp(
    space: Space,
    asked: Requirements,
    cost: FloatArray,
    below: FloatArray | None = None,
    most: FloatArray | None = None,
    *,
    ahead: float = 0.0,
) -> _Found | None:
    """Return the variables of least cost that meet the requirements, None where none do.

    ``below @ (variables, further ones) <= most``; ``ahead`` is the cost of each unit that is left ahead.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    binaries = sum(len(place.others) for place in asked.places)
    width = len(cost) + binaries

    def wide(rows: FloatArray) -> FloatArray:
        return np.pad(rows, ((0, 0), (0, width - rows.shape[1])))

    matrix, least = _rows(space, asked)
    constraints = [LinearConstraint(wide(space.matrix), space.low, space.high)]
    if len(matrix):
        constraints.append(LinearConstraint(wide(matrix), least, np.inf))
    if below is not None and most is not None:
        constraints.append(LinearConstraint(wide(below), -np.inf, most))
    firsts = len(cost) + np.cumsum([0] + [len(place.others) for place in asked.places])
    for place, first in zip(asked.places, firsts, strict=False):
        own = np.arange(len(place.others))
        rows, total = wide(place.values @ space.leaves), np.zeros((1, width))
        rows[own, first + own] = np.maximum(place.least - place.lowest, 0.0)  # whoever stays ahead may
        total[0, first + own] = 1.0
        constraints.append(LinearConstraint(rows, place.least, np.inf))
        constraints.append(LinearConstraint(total, -np.inf, place.rank - 1.0))
    solved = milp(
        np.concatenate([cost, np.full(binaries, ahead)]),
        constraints=constraints,
        integrality=np.repeat([0, 1], [len(cost), binaries]),
        bounds=Bounds(0.0, np.repeat([np.inf, 1.0], [len(cost), binaries])),
        options={"time_limit": SECONDS, "mip_rel_gap": 1e-9, "presolve": False},  # see proofs.sides
    )
    if solved.x is None and solved.status == TIME_OUT:
        raise TierwiseError(problem("V309", limit=f"{SECONDS:.0f} s", limit_zh=f"{SECONDS:.0f}秒"))
    if solved.x is None:
        return None
    x = np.asarray(solved.x)
    passed = [
        frozenset(np.flatnonzero(x[first:][: len(place.others)] < 0.5).tolist())
        for place, first in zip(asked.places, firsts, strict=False)
    ]
    nobody = _Fate.open(asked).spared
    return _Found(x[: space.variables], _Fate(tuple(passed), nobody), solved.status == 0)


def _branches(space: Space, asked: Requirements, x: FloatArray, fate: _Fate) -> Iterator[_Fate]:
    """Yield the two futures of the unit that is furthest ahead where too many are; none where all is met."""
    for at, place in enumerate(asked.places):
        gaps = place.values @ (space.leaves @ x) - place.least
        if np.count_nonzero(gaps < -1e-3 * place.least) < place.rank:
            continue
        open_units = [
            one for one in np.argsort(gaps).tolist() if one not in fate.passed[at] | fate.spared[at]
        ]
        yield fate._replace(passed=_with(fate.passed, at, {open_units[0]}))
        spared = _with(fate.spared, at, {open_units[0]})
        if len(spared[at]) < place.rank - 1:
            yield fate._replace(spared=spared)
        elif len(spared[at]) == place.rank - 1:  # nobody else may stay ahead
            passed = _with(fate.passed, at, {*range(len(place.others))} - spared[at])
            yield _Fate(passed, spared)
        return


def _with(sets: tuple[frozenset[int], ...], at: int, units: set[int]) -> tuple[frozenset[int], ...]:
    return tuple(one | units if number == at else one for number, one in enumerate(sets))
