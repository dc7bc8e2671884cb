"""Why scores and ranks changed: the change of every unit divided exactly among what differs.

Two lists of the same index, before and after. What may differ between them are factors, each with two states:

- ``own``: the figures of the unit itself, divided further among the indicators;
- ``others``: the figures of all other units;
- ``units``: which units are on the list at all;
- what all share: the scale that figures are brought onto, weights, method, framework.

A mixed state is a list like any other: units as they were or are, on a scale, under weights. The share of a
factor is its Shapley value (:mod:`tierwise.whatif.shares`) over all states, so shares sum to the change, and
what did not change has none. A unit that is on one list only has no figures on the other; it comes and goes
with ``units`` and has the figures that are known.

Arrays only: a :class:`Ruler` says how figures become a list in one state of what all share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.kernels.grid import rounded, step
from tierwise.kernels.ranks import rank
from tierwise.tolerances import ROUNDING
from tierwise.whatif.shares import Group, Steps, chance, products, shapley, steps

__all__ = ["FACTORS", "Explained", "Ruler", "explained"]

BEFORE, AFTER = 0, 1
OWN: Final = ("own", "others", "units")
SHARED: Final = ("scale", "weights", "method", "framework")
FACTORS: Final = (*OWN, *SHARED)
"""All that may differ, in the order in which tables show it."""
MOST_RANKED: Final = 12_000_000
"""Scores that are ranked to divide what the own figures add among indicators; of more units, the first."""
MOST_SCORED: Final = 2_000_000
"""The same where scores are no plain sums."""
MOST_LISTS: Final = 60_000
"""Whole lists that are scored for it where scores depend on the others' figures."""
TOGETHER: Final = 1 << 21
"""Scores, or figures, that are worked on at a time."""


@dataclass(frozen=True)
class Ruler:
    """How figures become a list in one state of what all units share.

    ``figures (2, units, indicators)`` are those before and after as ``score`` takes them (on this scale),
    NaN = unknown; ``score`` gives the scores ``(rows,)`` of any rows of figures. ``alone``: the score of a
    row depends on this row only. ``weights (indicators,)`` are given where it is their sum of products with
    the figures, none of which is unknown. ``place (units,)`` is where a unit stands among the others, for
    ties that go by it.
    """

    figures: FloatArray
    score: Callable[[FloatArray], FloatArray]
    alone: bool = True
    weights: FloatArray | None = None
    ties: str = "min"
    decimals: int | None = None
    half: str = "up"
    place: IntArray | None = None

    def scores(self, rows: FloatArray) -> FloatArray:
        """Return rounded scores of rows."""
        return rounded(self.score(rows), self.decimals, self.half)


@dataclass(frozen=True)
class Explained:
    """What each factor adds to scores and places of the units on both lists ``units`` (their rows).

    ``scores`` and ``ranks`` are ``(2, units)``, before and after; ``score_shares`` and ``rank_shares``
    ``(factors, units)``, the latter in places gained (above 0: towards the top). Shares of the indicators in
    ``own`` are ``(indicators, units)``, NaN for units of long lists beyond the first, None where they cost
    too much for any; ``exact`` tells whether all orders of the indicators were taken. NaN where a mixed state
    has no score; ``whole`` tells that no unit of any mixed list lacks one.
    """

    factors: tuple[str, ...]
    units: IntArray
    scores: FloatArray
    ranks: FloatArray
    score_shares: FloatArray
    rank_shares: FloatArray
    indicator_scores: FloatArray | None
    indicator_ranks: FloatArray | None
    exact: bool = True
    whole: bool = True


def explained(
    rulers: Sequence[Ruler],
    shared: Sequence[str],
    members: BoolArray,
    groups: Group | None = None,
) -> Explained:
    """Return what each factor adds to the change of every unit that is on both lists.

    Args:
        rulers: one for each state of what is ``shared``, the last of it changing first: 2 ** len(shared), the
            state before first, that after last. Their figures have the same units and indicators.
        shared: names of what all units share and what differs, such as scale and weights.
        members: ``(2, units)`` which units are on the list before and after.
        groups: the indicators as the tree groups them; by default side by side.

    """
    both = np.flatnonzero(members.all(axis=0))
    figures = np.stack([ruler.figures for ruler in rulers])
    differ = ~_same(figures[:, BEFORE], figures[:, AFTER])  # (rulers, units, indicators)
    changed = np.flatnonzero(differ[:, both].any(axis=(0, 1)))
    comes = bool((members[BEFORE] != members[AFTER]).any())
    factors = (*OWN[: 3 if comes else 2], *shared)
    indicators = figures.shape[-1]
    kept = _among(groups if groups is not None else tuple(range(indicators)), {*changed.tolist()})
    moved = steps(kept, indicators)
    worths = np.empty((2, *(2,) * len(factors), len(both)))  # scores and places in every state
    scores, places = worths
    lists: list[tuple[Ruler, BoolArray, int, float]] = []  # each state of all but the own figures
    whole = True
    for state in product((BEFORE, AFTER), repeat=len(factors) - 1):
        others, (listed, *common) = state[0], state[1:] if comes else (AFTER, *state[1:])
        ruler = rulers[int("".join(map(str, common)) or "0", 2)]
        lists.append((ruler, members[listed], others, chance(sum(state), len(state))))
        whole &= not np.isnan(ruler.scores(ruler.figures[others, members[listed]])).any()
        found, ranks = _lists(*lists[-1][:3], both, moved.states[[0, -1]])
        for at, measured in enumerate((found, -ranks)):
            worths[(at, BEFORE, *state)], worths[(at, AFTER, *state)] = measured
    ends = [(end,) * len(factors) for end in (BEFORE, AFTER)]
    inner, divided = _inner(lists, moved, both, -places[ends[AFTER]])
    return Explained(
        factors=factors,
        units=both,
        scores=np.stack([scores[end] for end in ends]),
        ranks=-np.stack([places[end] for end in ends]),
        score_shares=_clean(shapley(scores), scores),
        rank_shares=_clean(shapley(places), places),
        indicator_scores=None if inner is None else _clean(inner[0], scores),
        indicator_ranks=None if inner is None else _clean(inner[1], places),
        exact=moved.exact,
        whole=bool(whole and divided and not np.isnan(scores).any()),
    )


def _inner(
    lists: Sequence[tuple[Ruler, BoolArray, int, float]], moved: Steps, units: IntArray, ranks: FloatArray
) -> tuple[FloatArray | None, bool]:
    """Return what the own figures add ``(2, indicators, units)``, scores and places, by indicator.

    NaN for units beyond the first by ``ranks`` that there is time for; None where there is none for any. Also
    whether all mixtures of a unit's own figures have a score.
    """
    alone = all(ruler.alone for ruler, *_ in lists)
    summed = all(ruler.alone and ruler.weights is not None for ruler, *_ in lists)
    budget = MOST_RANKED if summed else MOST_SCORED if alone else MOST_LISTS
    most = budget // (len(moved.states) * len(lists))
    first = np.argsort(ranks, kind="stable")[:most]
    if not first.size and units.size:
        return None, True
    whole = True
    out = np.full((2, moved.states.shape[1], len(units)), np.nan)
    size = max(1, TOGETHER // len(moved.states))
    for chosen in (first[at : at + size] for at in range(0, len(first), size)):
        out[:, :, chosen] = 0.0
        for ruler, members, others, weight in lists:
            found, places = _lists(ruler, members, others, units[chosen], moved.states)
            whole &= not np.isnan(found).any()
            out[0][:, chosen] += weight * moved.shares(found)
            out[1][:, chosen] -= weight * moved.shares(places)
    return out, bool(whole)


def _clean(shares: FloatArray, worth: FloatArray) -> FloatArray:
    """Return shares without what rounding leaves of zero."""
    size = np.abs(worth[np.isfinite(worth)]).max(initial=0.0)
    return np.where(np.abs(shares) <= 10 * ROUNDING * size, 0.0, shares)


def _same(one: FloatArray, other: FloatArray) -> BoolArray:
    return np.asarray((one == other) | (np.isnan(one) & np.isnan(other)))


def _among(group: Group, parts: set[int]) -> Group:
    """Return groups without the parts that are not asked for; a group of one is its member."""
    kept: list[int | Group] = []
    for member in group:
        if isinstance(member, int):
            kept += [member] if member in parts else []
        elif inside := _among(member, parts):
            kept.append(inside[0] if len(inside) == 1 else inside)
    return tuple(kept)


def _lists(
    ruler: Ruler, members: BoolArray, others: int, units: IntArray, states: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return scores and ranks ``(states, units)`` of each unit, its own figures in each of the states.

    ``others`` is the state of the other units' figures, ``members`` tells who is on the list.
    """
    if ruler.alone:
        scores = _own_scores(ruler, units, states)
        return scores, _ranks_beside(ruler, members, others, units, scores)
    scores, ranks = np.empty((2, len(states), len(units)))
    listed = np.flatnonzero(members)
    if ruler.place is not None:
        listed = listed[np.argsort(ruler.place[listed], kind="stable")]
    for at, unit in enumerate(units.tolist()):
        row = int(np.flatnonzero(listed == unit)[0])
        panel = ruler.figures[others, listed]
        for state, own in enumerate(states):
            panel[row] = np.where(own, ruler.figures[AFTER, unit], ruler.figures[BEFORE, unit])
            found = ruler.scores(panel)
            known = np.flatnonzero(~np.isnan(found))
            placed = np.full(len(found), np.nan)
            placed[known] = rank(found[known], ruler.ties)
            scores[state, at], ranks[state, at] = found[row], placed[row]
    return scores, ranks


def _own_scores(ruler: Ruler, units: IntArray, states: BoolArray) -> FloatArray:
    """Return the scores ``(states, units)`` of units whose figures have changed in part."""
    before, after = ruler.figures[BEFORE, units], ruler.figures[AFTER, units]
    if ruler.weights is None:
        parts = np.array_split(states, -(-states.size * len(units) // TOGETHER) or 1)
        mixed = (np.where(part[:, None, :], after, before) for part in parts if len(part))
        return np.concatenate([_of_each(ruler, rows) for rows in mixed])
    known = np.flatnonzero(ruler.weights != 0)
    weights, (first, last) = ruler.weights[known], (one[:, known] for one in (before, after))
    gained = np.ascontiguousarray(((last - first) * weights).T)
    scores = products(first, weights[:, None])[:, 0] + products(states[:, known].astype(np.float64), gained)
    scores[0], scores[-1] = ruler.score(before), ruler.score(after) if states[-1].any() else scores[-1]
    return rounded(scores, ruler.decimals, ruler.half)


def _of_each(ruler: Ruler, rows: FloatArray) -> FloatArray:
    """Return the scores ``(states, units)`` of rows ``(states, units, indicators)`` that stand alone."""
    return ruler.scores(rows.reshape(-1, rows.shape[-1])).reshape(rows.shape[:2])


def _ranks_beside(
    ruler: Ruler, members: BoolArray, others: int, units: IntArray, scores: FloatArray
) -> FloatArray:
    """Return the ranks ``(states, units)`` that scores of a unit have among those of the other units."""
    listed = np.flatnonzero(members)
    known = ruler.scores(ruler.figures[others, listed])
    grid = step(known)
    with np.errstate(over="ignore"):  # a score among others of 1e-300: infinitely many steps above them
        known, own = np.rint(known / grid), np.rint(scores / grid)
    among = np.full(len(members), np.nan)
    among[listed] = known
    self_ = among[units]  # a unit is none of its own rivals
    in_order = np.sort(known[~np.isnan(known)])
    if ruler.ties == "dense":
        return _dense(in_order, own, self_)
    upto = _counted(in_order, own, "right")
    ranks = 1.0 + (len(in_order) - upto) - (self_ > own)
    if ruler.ties != "min":
        equal = upto - _counted(in_order, own, "left") - (self_ == own)
        if ruler.ties == "ordinal":
            equal = _earlier(ruler, among, units, own, equal)
        ranks += {"max": 1.0, "average": 0.5, "ordinal": 1.0}[ruler.ties] * equal
    return np.where(np.isnan(own), np.nan, ranks)


def _counted(in_order: FloatArray, own: FloatArray, side: Literal["left", "right"]) -> IntArray:
    """Return how many of sorted scores lie below each of ``(states, units)``; those of a unit are alike."""
    beside = np.ascontiguousarray(own.T)
    return np.asarray(np.searchsorted(in_order, beside, side=side).T)


def _dense(in_order: FloatArray, own: FloatArray, self_: FloatArray) -> FloatArray:
    """Return dense ranks: one more than the different scores above, without the unit's own."""
    different, counts = np.unique(in_order, return_counts=True)
    above = len(different) - np.searchsorted(different, own, side="right")
    at = np.minimum(np.searchsorted(different, self_), len(different) - 1)
    single = (different[at] == self_) & (counts[at] == 1)
    return np.where(np.isnan(own), np.nan, 1.0 + above - (single & (self_ > own)))


def _earlier(ruler: Ruler, among: FloatArray, units: IntArray, own: FloatArray, equal: IntArray) -> IntArray:
    """Return how many others of the same score stand before a unit."""
    place = np.arange(len(among)) if ruler.place is None else ruler.place
    out = np.zeros_like(equal)
    for state, at in np.argwhere(equal > 0).tolist():
        rivals = (among == own[state, at]) & (place < place[units[at]])
        out[state, at] = rivals.sum()
    return out
