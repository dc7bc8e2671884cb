"""One-at-a-time sweeps: at which weight of a node two units swap, a tier changes, the list changes.

Scores are looked at before rounding: a tie that rounding makes is no change. Where scores are affine in
the weight (:class:`~tierwise.whatif.path.Path`) two units swap where two lines cross, which is a root
and no step. Tiers are constant but for single weights: under arithmetic means, with up to ``MOST_EXACT``
units, every one is found as a root (:mod:`tierwise.proofs.tier_lines`). Otherwise those at which a swap
moves a cut are roots as well, and those at which a partition found anew (Ward's, say) jumps are searched
for: between any two swaps tiers are looked at once, and where they differ the weight is bisected to
``TOLERANCE``. Under other rules swaps are searched for in the same way between ``STEPS`` steps. What
comes and goes between two looks is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.setup import Setup
from tierwise.draws.tier_rules import Cutter
from tierwise.kernels.grid import levelled, on_grid
from tierwise.methods.means import ARITHMETIC
from tierwise.methods.scores import Plan
from tierwise.proofs.lines import Lines
from tierwise.proofs.tier_lines import tier_changes
from tierwise.tolerances import EVENT, ROUNDING, SHARE
from tierwise.whatif.lists import tiers_under
from tierwise.whatif.path import REACH, Path, path

__all__ = ["sweep"]

TOLERANCE: Final = 1e-6  # of a weight that is searched for
STEPS: Final = 64
MOST_SWAPS: Final = 500  # the nearest ones on each side of the nominal weight
MOST_SEARCHED: Final = 100  # of both sides, where they are searched for
MOST_EXACT: Final = 300  # units whose changes of tiers are all found as roots
MOST_UNITS: Final = 500  # the first ones, whose swaps are found
MOST_MOVES: Final = 200  # of tiers, on both sides, the nearest ones; fewer with more than 100 units
MOST_LOOKS: Final = 200_000  # units x weights at which tiers are looked at


@dataclass(frozen=True)
class Swaps:
    """Two units that swap, arrays ``(swaps,)``, nearest to the nominal weight first.

    ``gains`` passes ``loses`` where the weight moves away from the nominal one past ``weights``, and has
    ``rank`` then (1 = first).
    """

    weights: FloatArray
    gains: IntArray
    loses: IntArray
    rank: IntArray


@dataclass(frozen=True)
class Moves:
    """Weights at which tiers or the list change, arrays ``(moves,)``, nearest to the nominal weight first.

    ``before`` and ``after``, ``(moves, units)``, are the tiers on the nominal side of the weight and beyond
    it; 0 is outside the list.
    """

    weights: FloatArray
    before: IntArray
    after: IntArray
    exact: BoolArray  # a root, and not searched for


@dataclass(frozen=True)
class Sweep:
    """What changes along one node's weight."""

    path: Path
    swaps: Swaps
    moves: Moves

    @property
    def exact(self) -> bool:
        """Whether the swaps are roots, and not searched for."""
        return self.path.mean is not None


def sweep(
    plan: Plan,
    local: FloatArray,
    setup: Setup,
    node: int,
    reach: float = REACH,
    *,
    most_exact: int = MOST_EXACT,
) -> Sweep:
    """Return what changes while a node's local weight runs ``reach`` to either side of its nominal one.

    Args:
        plan: what is scored.
        local: ``(nodes,)`` nominal local weights.
        setup: what makes scores a list; its rounding is left aside.
        node: the node, one with siblings.
        reach: how far the weight runs; it stops at 0 and 1.
        most_exact: up to so many units all changes of tiers are found as roots.

    Only swaps within the list are named, and of these the nearest 500 on each side (100 in all where they are
    searched for). Tiers on indicators are not followed: finding them takes too long.

    """
    along = path(plan, local, node, reach)
    followed = None if setup.cutter is not None and setup.cutter.kind == "partition" else setup.tiers
    exact = replace(setup, decimals=None, tiers=followed)
    pairs, weights = _crossings(along, exact) if along.mean is not None else _searched(along, exact)
    return Sweep(
        along, _swaps(along, exact, pairs, weights), _moves(along, exact, pairs, weights, most_exact)
    )


def _contenders(along: Path, setup: Setup) -> IntArray:
    """Return the units that can be in the list somewhere on the path, the first ones of many.

    Whoever is at its best below the worst that the last of the list can be, is never in it. Between the ends
    this is certain where scores are monotone in the weight.
    """
    ends = along.scores(np.linspace(along.low, along.high, 3))
    least = np.sort(ends.min(axis=0))[::-1][setup.top - 1]
    able = np.flatnonzero(ends.max(axis=0) >= least)
    return able[np.argsort(setup.ranks[able], kind="stable")][:MOST_UNITS]


def _crossings(along: Path, setup: Setup) -> tuple[IntArray, FloatArray]:
    """Return ``(swaps, 2)`` pairs of units whose lines cross between the ends, and ``(swaps,)`` weights."""
    units = _contenders(along, setup)
    left, right = along.ends[:, units]
    first, second = np.triu_indices(len(units), 1)
    scale = ROUNDING * max(float(np.abs(along.ends).max()), np.finfo(float).tiny)
    at_low, at_high = left[first] - left[second], right[first] - right[second]
    cross = (np.minimum(at_low, at_high) < -scale) & (np.maximum(at_low, at_high) > scale)
    share = at_low[cross] / (at_low[cross] - at_high[cross])
    pairs = np.column_stack([units[first[cross]], units[second[cross]]])
    return pairs, along.low + share * (along.high - along.low)


def _searched(along: Path, setup: Setup) -> tuple[IntArray, FloatArray]:
    """Return pairs of units whose order differs between two steps, and the weights at which they swap."""
    units = _contenders(along, setup)
    grid = np.linspace(along.low, along.high, STEPS + 1)
    seen = on_grid(along.scores(grid))[:, units]
    first, second = np.triu_indices(len(units), 1)
    step_of, pair_of = [], []
    before = seen[0][first] > seen[0][second]
    for step in range(STEPS):
        after = seen[step + 1][first] > seen[step + 1][second]
        pair = np.flatnonzero(before != after)
        step_of.append(np.full(len(pair), step))
        pair_of.append(pair)
        before = after
    steps, pair = np.concatenate(step_of), np.concatenate(pair_of)
    near = np.argsort(np.abs(grid[steps] - along.nominal), kind="stable")[:MOST_SEARCHED]
    steps, pair = steps[near], pair[near]
    pairs = np.column_stack([units[first[pair]], units[second[pair]]])
    low, high = grid[steps], grid[steps + 1]
    rows = np.arange(len(pairs))
    ahead = seen[steps, first[pair]] > seen[steps, second[pair]]
    while len(rows) and (high - low).max() > TOLERANCE:
        middle = (low + high) / 2
        there = on_grid(along.scores(middle))
        same = (there[rows, pairs[:, 0]] > there[rows, pairs[:, 1]]) == ahead
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return pairs, (low + high) / 2


def _swaps(along: Path, setup: Setup, pairs: IntArray, weights: FloatArray) -> Swaps:
    """Return the swaps within the list, nearest first, told from the nominal weight outwards."""
    order = np.argsort(np.abs(weights - along.nominal), kind="stable")
    upward = weights[order] >= along.nominal
    order = np.sort(
        np.concatenate([np.flatnonzero(upward)[:MOST_SWAPS], np.flatnonzero(~upward)[:MOST_SWAPS]])
    )
    order = np.argsort(np.abs(weights - along.nominal), kind="stable")[order]
    pairs, weights = pairs[order], weights[order]
    beyond = np.where(weights >= along.nominal, along.high, along.low)
    rows = np.arange(len(pairs))
    there, end = on_grid(along.scores(weights)), on_grid(along.scores(beyond))
    leads = end[rows, pairs[:, 0]] > end[rows, pairs[:, 1]]
    gains, loses = np.where(leads, pairs.T, pairs.T[::-1])
    level = np.maximum(there[rows, gains], there[rows, loses])
    ahead = there > level[:, None]
    ahead[rows, gains] = ahead[rows, loses] = False
    rank = 1 + ahead.sum(axis=1, dtype=np.int64)
    listed = rank <= setup.top
    return Swaps(weights[listed], gains[listed], loses[listed], rank[listed])


def _moves(along: Path, setup: Setup, pairs: IntArray, weights: FloatArray, most_exact: int) -> Moves:
    """Return where tiers, or the list itself, change."""
    cutter = setup.cutter
    if along.mean is ARITHMETIC and cutter and cutter.foreseen and setup.units <= most_exact:
        return _found_moves(along, setup, cutter, np.sort(weights))
    most = STEPS if along.mean is None else int(np.clip(MOST_LOOKS // setup.units, STEPS, 2000))
    grid = np.linspace(along.low, along.high, STEPS + 1)
    between = np.sort(np.concatenate([grid, weights, [along.nominal]]))
    middles = np.unique((between[1:] + between[:-1]) / 2)
    looks = middles[np.unique(np.linspace(0, len(middles) - 1, most).round().astype(np.int64))]
    looks = np.concatenate([[along.low], looks, [along.high]])
    tiers = tiers_under(setup, along.scores(looks))
    changed = np.flatnonzero((tiers[1:] != tiers[:-1]).any(axis=1))
    low, high, left, right = _bisected(
        along, setup, looks[changed], looks[changed + 1], tiers[changed], tiers[changed + 1]
    )
    at, exact = (low + high) / 2, np.zeros(len(low), dtype=np.bool_)
    roots = _roots(along, setup, pairs, weights)
    for row, (start, end) in enumerate(zip(low, high, strict=True)):
        units = {*np.flatnonzero(left[row] != right[row]).tolist()}
        if (root := _root_between(start, end, units, *roots)) is not None:
            at[row], exact[row] = root, True
    outward = (at >= along.nominal)[:, None]
    order = np.argsort(np.abs(at - along.nominal), kind="stable")
    return Moves(
        weights=at[order],
        before=np.where(outward, left, right)[order],
        after=np.where(outward, right, left)[order],
        exact=exact[order],
    )


def _found_moves(along: Path, setup: Setup, cutter: Cutter, swaps: FloatArray) -> Moves:
    """Return every change of tiers, event by event, the nearest ones of very many."""
    start, end = along.ends
    slopes = (end - start) / (along.high - along.low)
    nominal = along.affine([along.nominal])[0]
    tie = ROUNDING * max(float(np.abs(along.ends).max()), np.finfo(float).tiny)
    line = Lines(along.node, along.nominal, levelled(nominal), levelled(slopes), tie)
    changes = tier_changes(line, cutter, setup.top, along.low, along.high)
    at = changes.at
    if len(swaps):  # the same weight as the swap that makes the change
        near = swaps[np.clip(np.searchsorted(swaps, at - EVENT), 0, len(swaps) - 1)]
        at = np.where(np.abs(near - at) <= EVENT, near, at)
    order = np.argsort(np.abs(at - along.nominal), kind="stable")[:MOST_MOVES]
    below, above = changes.tiers[:-1][order], changes.tiers[1:][order]
    outward = (at[order] >= along.nominal)[:, None]
    return Moves(
        weights=at[order],
        before=np.where(outward, below, above),
        after=np.where(outward, above, below),
        exact=np.ones(len(order), dtype=np.bool_),
    )


def _bisected(
    along: Path, setup: Setup, low: FloatArray, high: FloatArray, left: IntArray, right: IntArray
) -> tuple[FloatArray, FloatArray, IntArray, IntArray]:
    """Return intervals narrower than the tolerance, each with its tiers at both ends, which differ."""
    most = int(np.clip(MOST_MOVES * 100 // setup.units, 10, MOST_MOVES))
    while len(low) and (high - low).max() > TOLERANCE:
        near = np.sort(np.argsort(np.abs((low + high) / 2 - along.nominal), kind="stable")[:most])
        low, high, left, right = low[near], high[near], left[near], right[near]
        middle = (low + high) / 2
        there = tiers_under(setup, along.scores(middle))
        parts = [
            (low, middle, left, there, (left != there).any(axis=1)),
            (middle, high, there, right, (there != right).any(axis=1)),
        ]
        low, high = (np.concatenate([part[side][part[4]] for part in parts]) for side in (0, 1))
        left, right = (np.concatenate([part[side][part[4]] for part in parts]) for side in (2, 3))
    return low, high, left, right


def _roots(along: Path, setup: Setup, pairs: IntArray, weights: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return weights that are roots, with the units they concern: ``(roots,)`` and ``(roots, 2)``.

    Swaps, and the weights at which a score meets a frozen cut (twice the same unit). None where scores are
    not affine.
    """
    if along.mean is None:
        return np.empty(0), np.empty((0, 2), dtype=np.int64)
    limits = setup.cutter.limits if setup.cutter is not None else np.empty(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        level = along.upward(limits)[:, None]
        share = (level - along.ends[0]) / (along.ends[1] - along.ends[0])
    inside = (share > 0) & (share < 1)
    unit = np.nonzero(inside)[1]
    met = along.low + share[inside] * (along.high - along.low)
    return np.concatenate([weights, met]), np.concatenate([pairs, np.column_stack([unit, unit])])


def _root_between(
    low: float, high: float, units: set[int], weights: FloatArray, pairs: IntArray
) -> float | None:
    """Return the root between two weights that concerns only units which change, if there is one."""
    for at in np.flatnonzero((weights >= low - SHARE) & (weights <= high + SHARE)):
        if {*pairs[at].tolist()} <= units:
            return float(weights[at])
    return None
