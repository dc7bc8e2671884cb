"""Tiers under draws: which units are selected, and where the list is cut, in each draw.

Selected are the units whose rank in the draw is at most ``top``, under the list's own tie rule, so that units
with equal scores are in or out together (except under ``ordinal``, which ranks them apart). A cut is the
number of selected units above it. Units with equal scores are in one tier; where frozen sizes would part
them, in the better one, and where a quantile would, in the worse one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.tiers import METHODS, partition
from tierwise.names import choose

Rule = Literal["refit", "fixed-cuts", "fixed-sizes"]
RULES: Final = ("refit", "fixed-cuts", "fixed-sizes")
Partition = Callable[[FloatArray, IntArray], IntArray]


@dataclass(frozen=True)
class TierRule:
    """How tiers are found in each draw.

    ``refit`` finds them again by ``method``; ``fixed-cuts`` keeps the scores at which the nominal list is
    cut, ``fixed-sizes`` the ranks. ``sizes`` or ``cuts`` (the lowest score of each tier but the last) belong
    to the method ``fixed``, which is the same in every draw. ``partition(scores, units)`` serves any other
    method: it is given the scores of the selected units, best first, with their numbers, and returns
    the tier of each, 1 = top. ``nominal`` are the nominal tiers ``(units,)``, 0 = outside; they are found by
    the same rule when left out.
    """

    count: int = 4
    rule: str = "refit"
    method: str = "ward"
    sizes: tuple[int, ...] | None = None
    cuts: tuple[float, ...] | None = None
    partition: Partition | None = None
    nominal: IntArray | None = None

    def __post_init__(self) -> None:
        problems = Problems()
        with problems.caught():
            choose(self.rule, RULES, "tiers")
        if self.partition is None:
            with problems.caught():
                choose(self.method, (*METHODS, "quantile", "fixed"), "method")
        if self.method == "fixed" and self.partition is None:
            if (self.sizes is None) == (self.cuts is None):
                problems.add("T106", argument="sizes")
            elif len(self.sizes or ()) + len(self.cuts or ()) != self.count - (self.sizes is None):
                problems.add(
                    "U003",
                    argument="sizes" if self.cuts is None else "cuts",
                    what="tier" if self.cuts is None else "cut",
                    found=len(self.sizes or self.cuts or ()),
                    expected=self.count - (self.sizes is None),
                )
        if self.count < 1:
            problems.add("T101", argument="count", count=self.count, most="-")
        problems.raise_any()


@dataclass(frozen=True)
class Cutter:
    """A tier rule made ready for draws: ``kind`` with its frozen ``places`` or ``limits``.

    ``places (count - 1,)`` are ranks, ``limits (count - 1,)`` the lowest score above each cut.
    """

    rule: TierRule
    kind: Literal["method", "places", "limits", "quantile", "partition"]
    places: IntArray
    limits: FloatArray

    def cuts(self, scores: FloatArray, units: IntArray) -> IntArray:
        """Return the cuts ``(count - 1,)`` of the selected scores, best first."""
        selected = len(scores)
        found: IntArray
        if self.kind == "limits":
            found = (scores[:, None] >= self.limits).sum(axis=0)
        elif self.kind == "places":
            found = np.minimum(self.places, selected)
        elif self.kind == "quantile":
            found = quantile_places(selected, self.rule.count)
        elif self.kind == "partition":
            assert self.rule.partition is not None
            found = places_of(self.rule.partition(scores, units), self.rule.count)
        else:
            found = partition(scores, self.rule.count, self.rule.method)
        if self.kind in {"places", "quantile"}:
            side: Literal["left", "right"] = "right" if self.kind == "places" else "left"
            found = np.array([_beside_run(scores, int(place), side) for place in found], dtype=np.int64)
        return found


def cutter(rule: TierRule, scores: FloatArray, units: IntArray) -> Cutter:
    """Return the cutter of a rule, given the nominal scores of the selected ``units``, best first."""
    none, whole = np.empty(0), np.empty(0, dtype=np.int64)
    if rule.partition is not None:
        refit = Cutter(rule, "partition", whole, none)
    elif rule.method == "fixed" and rule.sizes is not None:
        return Cutter(rule, "places", np.cumsum(rule.sizes, dtype=np.int64)[:-1], none)
    elif rule.method == "fixed":
        return Cutter(rule, "limits", whole, np.asarray(rule.cuts, dtype=np.float64))
    else:
        refit = Cutter(rule, "quantile" if rule.method == "quantile" else "method", whole, none)
    if rule.rule == "refit":
        return refit
    places = refit.cuts(scores, units) if rule.nominal is None else places_of(rule.nominal[units], rule.count)
    if rule.rule == "fixed-sizes":
        return Cutter(rule, "places", places, none)
    return Cutter(rule, "limits", whole, cut_scores(scores, places))


def places_of(tiers: IntArray, count: int) -> IntArray:
    """Return the cuts of units in tiers, best first."""
    return np.searchsorted(tiers, np.arange(1, count), side="right")


def tiers_of(scores: FloatArray, cuts: IntArray) -> IntArray:
    """Return the tier of each of some units, best first; units with equal scores are in one."""
    first = np.searchsorted(-scores, -scores, side="left")
    tiers: IntArray = 1 + np.searchsorted(cuts, first, side="right")
    return tiers


def quantile_places(units: IntArray | int, count: int) -> IntArray:
    """Return how many scores stand above the quantiles (R's type 7) at 1 - t/count, ``(..., count - 1)``.

    ``units`` is the length of each list.
    """
    last = np.asarray(units)[..., None] - 1
    above: IntArray = last - last * np.arange(count - 1, 0, -1) // count
    return above


def cut_scores(scores: FloatArray, places: IntArray) -> FloatArray:
    """Return the midpoint of the scores beside each cut; -inf or inf beyond the list's ends."""
    padded = np.concatenate([[np.inf], scores, [-np.inf]])
    above, below = padded[places], padded[places + 1]
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(above), above, np.where(np.isinf(below), below, below + (above - below) / 2))


def _beside_run(scores: FloatArray, place: int, side: Literal["left", "right"]) -> int:
    """Return the place itself, or the side of the run of equal scores that it would part."""
    if 0 < place < len(scores) and scores[place - 1] == scores[place]:
        return int(np.searchsorted(-scores, -scores[place], side=side))
    return place


def refuse_few(selected: int, rule: TierRule) -> None:
    """Raise T101 when the nominal list has fewer units than tiers."""
    if selected < rule.count:
        raise TierwiseError(problem("T101", argument="count", count=rule.count, most=selected))
