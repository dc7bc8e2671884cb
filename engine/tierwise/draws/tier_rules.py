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
from tierwise.errors import Problems, TierwiseError, problem, refuse_other_length
from tierwise.kernels.grid import thresholds
from tierwise.kernels.tiers import RowCutter
from tierwise.methods.tier_methods import METHODS, TierMethod, beside_runs
from tierwise.names import choose

__all__ = ["TierRule"]

Rule = Literal["refit", "fixed-cuts", "fixed-sizes"]
RULES: Final = ("refit", "fixed-cuts", "fixed-sizes")
Partition = Callable[[FloatArray, IntArray], IntArray]


@dataclass(frozen=True)
class TierRule:
    """How tiers are found in each draw.

    ``refit`` finds them again by ``method``; ``fixed-cuts`` keeps the scores at which the nominal list is
    cut, ``fixed-sizes`` the ranks. ``sizes`` or ``cuts`` (the lowest score of each tier but the last) belong
    to the method ``fixed``, which is the same in every draw. ``partition(scores, units)`` serves tiers on
    indicators: it is given the scores of the selected units, best first, with their numbers, and returns
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
        method = None
        with problems.caught():
            method = self.tier_method
        if method is not None and method.frozen is not None and self.partition is None:
            if (self.sizes is None) == (self.cuts is None):
                problems.add("T106", argument="sizes")
            else:
                with problems.caught():
                    if self.sizes is not None:
                        refuse_other_length(len(self.sizes), self.count, "tier", "sizes")
                    else:
                        refuse_other_length(len(self.cuts or ()), self.count - 1, "cut", "cuts")
        if self.count < 1:
            problems.add("M010", argument="count", value=self.count, need="≥ 1")
        problems.raise_any()

    @property
    def tier_method(self) -> TierMethod:
        """The method that the rule names; S002 where there is none."""
        return METHODS[METHODS.choose(self.method, "method")]


_NOTHING: Final = (np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))  # no places, no limits


@dataclass(frozen=True)
class Cutter:
    """A tier rule made ready for draws: ``kind`` with its frozen ``places`` or ``limits``.

    ``places (count - 1,)`` are ranks, ``limits (count - 1,)`` the lowest score above each cut; a score
    reaches a limit from its ``thresholds`` on, which lie below it by rounding.
    """

    rule: TierRule
    kind: Literal["method", "places", "limits", "partition"]
    places: IntArray
    limits: FloatArray
    thresholds: FloatArray

    def cuts(self, scores: FloatArray, units: IntArray) -> IntArray:
        """Return the cuts ``(count - 1,)`` of the selected scores, best first and as they are compared."""
        if self.kind == "limits":
            return np.asarray((scores[:, None] >= self.thresholds).sum(axis=0), dtype=np.int64)
        if self.kind == "places":
            return beside_runs(scores, np.minimum(self.places, len(scores)))
        if self.kind == "partition":
            assert self.rule.partition is not None
            return places_of(self.rule.partition(scores, units), self.rule.count)
        return self.rule.tier_method.cuts(scores, self.rule.count)

    @property
    def by_rank(self) -> bool:
        """Whether the cuts follow from the order of the units alone."""
        return self.kind in {"places", "partition"} or (
            self.kind == "method" and self.rule.tier_method.by_rank
        )

    @property
    def foreseen(self) -> bool:
        """Whether it is known where the cuts turn as scores move along lines."""
        return self.kind != "method" or self.by_rank or bool(self.rule.tier_method.kernel)

    def row_cutter(self, units: int) -> RowCutter | None:
        """Return what cuts many lists of up to so many units, for one thread; None for a ``partition``."""
        from tierwise.kernels.compiled_tiers import limited_rows, placed_rows  # loads numba

        if self.kind == "partition":
            return None
        if self.kind == "limits":
            return lambda listed, selected, cuts: limited_rows(listed, selected, self.thresholds, cuts)
        if self.kind == "method":
            return self.rule.tier_method.row_cutter(units, self.rule.count)

        def at_places(listed: FloatArray, selected: IntArray, cuts: IntArray) -> None:
            cuts[:] = self.places
            placed_rows(listed, selected, True, cuts)

        return at_places


def cutter(rule: TierRule, scores: FloatArray, units: IntArray) -> Cutter:
    """Return the cutter of a rule, given the nominal scores of the selected ``units``, best first."""
    refit = Cutter(rule, "method" if rule.partition is None else "partition", *_NOTHING)
    frozen = rule.tier_method.frozen
    if frozen is not None and rule.partition is None:
        places, limits = frozen(sizes=rule.sizes, cuts=rule.cuts)
        return _frozen(rule, places, limits, scores)
    if rule.rule == "refit":
        return refit
    places = refit.cuts(scores, units) if rule.nominal is None else places_of(rule.nominal[units], rule.count)
    if rule.rule == "fixed-sizes":
        return _frozen(rule, places, None, scores)
    return _frozen(rule, None, cut_scores(scores, places), scores)


def _frozen(rule: TierRule, places: IntArray | None, limits: FloatArray | None, scores: FloatArray) -> Cutter:
    """Return the cutter of tiers that are the same in every draw, by ranks or by scores."""
    if places is not None:
        return Cutter(rule, "places", places, *_NOTHING[1:])
    assert limits is not None
    return Cutter(rule, "limits", _NOTHING[0], limits, thresholds(limits, scores))


def places_of(tiers: IntArray, count: int) -> IntArray:
    """Return the cuts of units in tiers, best first."""
    return np.searchsorted(tiers, np.arange(1, count), side="right")


def tiers_of(scores: FloatArray, cuts: IntArray) -> IntArray:
    """Return the tier of each of some units, best first; units with equal scores are in one."""
    first = np.searchsorted(-scores, -scores, side="left")
    tiers: IntArray = 1 + np.searchsorted(cuts, first, side="right")
    return tiers


def cut_scores(scores: FloatArray, places: IntArray) -> FloatArray:
    """Return the midpoint of the scores beside each cut; -inf or inf beyond the list's ends."""
    padded = np.concatenate([[np.inf], scores, [-np.inf]])
    above, below = padded[places], padded[places + 1]
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(above), above, np.where(np.isinf(below), below, below + (above - below) / 2))


def refuse_few(selected: int, rule: TierRule) -> None:
    """Raise T101 when the nominal list has fewer units than tiers."""
    if selected < rule.count:
        raise TierwiseError(problem("T101", argument="count", count=rule.count, most=selected))
