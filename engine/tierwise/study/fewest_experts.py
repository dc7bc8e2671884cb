"""The fewest experts whose absence changes the head or the foot of a list, by trying all sets in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb
from typing import Final, Literal

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.draws.setup import Setup
from tierwise.errors import TierwiseError
from tierwise.inputs import Experts, Framework
from tierwise.methods.scores import scores
from tierwise.spec import Spec
from tierwise.study.compare import setup_of
from tierwise.study.index import Index
from tierwise.study.tiers import Tiers
from tierwise.study.weights import weighted
from tierwise.whatif.lists import Lists, base_list, lists

Question = Literal["first-tier", "list", "last-place"]
QUESTIONS: Final[tuple[Question, ...]] = ("first-tier", "list", "last-place")
MOST_SETS: Final = 2**15  # of absent experts that are tried, where weights are means: all of a panel of 15
MOST_RANKED: Final = 2**22  # units ranked in all, so that a long list does not take long
MOST_SLOW: Final = 1_000  # sets whose weights or tiers are found one by one
BLOCK: Final = 1_024

Weigh = Callable[[BoolArray], FloatArray]  # who is kept (sets, experts) -> local weights (sets, nodes)


@dataclass(frozen=True)
class Fewest:
    """How few experts decide a question.

    All sets of fewer than ``least`` experts were tried, and none changes it. ``absent`` is a set that does,
    empty where none was found; with ``least`` experts in it the answer is exact, else ``least`` is a bound.
    ``none`` tells that all sets were tried and nobody's absence changes it.
    """

    question: Question
    least: int
    absent: tuple[str, ...]
    sets: int  # of that size that change it; 0 where they were not all tried
    units: tuple[int, ...]  # who comes in or goes, of the set shown
    none: bool = False

    @property
    def exact(self) -> bool:
        """Whether the number is proved."""
        return self.none or len(self.absent) == self.least


def fewest_experts(
    index: Index, tiers: Tiers, framework: Framework, spec: Spec, experts: Experts
) -> tuple[tuple[Fewest, ...], int]:
    """Return the answers to the questions that the list has, and how many sets of experts were tried.

    Sets are tried by size, all of one size before the next, as long as there is room for them; so the first
    size at which a set changes something is the fewest. Where room ends first, experts are left out one after
    another, each time the one whose absence moves ranks most, which gives a set that need not be the
    smallest. Sets without whom the others' scores give no weights are passed over.

    Args:
        index: the index, with the weights that the whole panel gives.
        tiers: its tiers.
        framework: the framework as it was given, before the panel's weights.
        spec: the settings of the index.
        experts: the panel; its last round counts.

    """
    search = _Search(index, tiers, framework, spec, experts)
    return search.answers(), search.tried


def weigh_means(framework: Framework, experts: Experts, spec: Spec, local: FloatArray) -> Weigh | None:
    """Return the function that weighs many sets at once, None where weights are not means of the scores.

    It gives what :func:`tierwise.study.weights.delphi_weights` gives for each set, NaN where that refuses it.
    ``local`` are the weights with everybody.
    """
    rule = spec.experts.rule
    if rule not in {"mean", "authority"} or spec.index.weights not in ("experts", "auto"):
        return None
    table = experts.on_nodes(framework)
    given = experts.last.counts if rule == "authority" else None
    counts = np.ones(len(table)) if given is None else given
    groups = [group for group in framework.tree.sibling_groups if group.size > 1]
    if spec.index.weights == "auto":  # the framework's own come first
        groups = [group for group in groups if np.isnan(framework.weights[group]).all()]
    groups = [group for group in groups if not np.isnan(table[:, group]).all()]
    known, filled = ~np.isnan(table), np.nan_to_num(table)

    def weigh(kept: BoolArray) -> FloatArray:
        share = kept * counts
        out = np.repeat(local[None], len(kept), axis=0)
        for group in groups:
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = (share @ filled[:, group]) / (share @ known[:, group])
                out[:, group] = mean / mean.sum(axis=1, keepdims=True)
        return out

    return weigh


class _Search:
    """Sets of absent experts, tried by size."""

    def __init__(
        self, index: Index, tiers: Tiers, framework: Framework, spec: Spec, experts: Experts
    ) -> None:
        self.index, self.names = index, experts.last.experts
        self.setup: Setup = setup_of(index, tiers, spec)
        self.base = base_list(self.setup)
        means = weigh_means(framework, experts, spec, index.local_weights)
        most = max(MOST_SLOW, min(MOST_SETS, MOST_RANKED // self.setup.units))
        self.most = MOST_SLOW if means is None or _cut_one_by_one(self.setup) else most
        self.weigh = means or _one_by_one(index, framework, spec, experts)
        self.tried = 0
        asked = {
            "first-tier": self.setup.cutter is not None,
            "list": self.base.top < self.setup.units,
            "last-place": True,
        }
        self.questions = [question for question in QUESTIONS if asked[question]]

    def answers(self) -> tuple[Fewest, ...]:
        """Return the answer to each question."""
        found: dict[Question, Fewest] = {}
        size, count = 1, len(self.names)
        while (
            len(found) < len(self.questions) and size < count and self.tried + comb(count, size) <= self.most
        ):
            found |= self._of_size(size, [one for one in self.questions if one not in found])
            size += 1
        for question in self.questions:
            if question not in found:
                found[question] = self._bounded(question, size)
        return tuple(found[question] for question in self.questions)

    def _of_size(self, size: int, questions: Sequence[Question]) -> dict[Question, Fewest]:
        """Return the questions that sets of one size change."""
        sets = combinations(range(len(self.names)), size)
        counts = dict.fromkeys(questions, 0)
        first: dict[Question, tuple[tuple[int, ...], tuple[int, ...]]] = {}
        while block := [*islice(sets, BLOCK)]:
            made, usable = self._lists(block)
            for question in questions:
                changed = self._changed(question, made)
                hits = np.flatnonzero(changed.any(axis=1) & usable)
                counts[question] += hits.size
                if hits.size and question not in first:
                    at = int(hits[0])
                    first[question] = (block[at], tuple(np.flatnonzero(changed[at]).tolist()))
        return {
            question: Fewest(question, size, self._named(absent), counts[question], units)
            for question, (absent, units) in first.items()
        }

    def _bounded(self, question: Question, least: int) -> Fewest:
        """Return a bound, with a set that changes the question where going on step by step finds one."""
        count = len(self.names)
        if least >= count:  # all sets that leave somebody were tried
            return Fewest(question, least, (), 0, (), none=True)
        absent: tuple[int, ...] = ()
        budget = self.tried + self.most
        while len(absent) < count - 1 and self.tried < budget:
            block = [(*absent, other) for other in range(count) if other not in absent]
            made, usable = self._lists(block)
            changed = self._changed(question, made)
            hits = np.flatnonzero(changed.any(axis=1) & usable)
            if hits.size:
                absent = self._reduced(question, block[int(hits[0])])
                made, _ = self._lists([absent])
                units = tuple(np.flatnonzero(self._changed(question, made)[0]).tolist())
                return Fewest(question, least, self._named(sorted(absent)), 0, units)
            shift = np.where(usable, np.nanmean(np.abs(made.ranks - self.base.ranks), axis=1), -1.0)
            absent = block[int(np.argmax(shift))]
        return Fewest(question, least, (), 0, ())

    def _reduced(self, question: Question, absent: tuple[int, ...]) -> tuple[int, ...]:
        """Return the set without those who need not be absent."""
        for one in absent:
            fewer = tuple(other for other in absent if other != one)
            if fewer:
                made, usable = self._lists([fewer])
                if usable[0] and self._changed(question, made).any():
                    absent = fewer
        return absent

    def _lists(self, absent: Sequence[tuple[int, ...]]) -> tuple[Lists, BoolArray]:
        """Return the lists without each set of experts, and which of them there are."""
        self.tried += len(absent)
        kept = np.ones((len(absent), len(self.names)), dtype=np.bool_)
        rows = np.repeat(np.arange(len(absent)), len(absent[0]))
        kept[rows, np.array(absent).ravel()] = False
        local = self.weigh(kept)
        usable: BoolArray = np.asarray(~np.isnan(local).any(axis=1))
        local[~usable] = self.index.local_weights
        return lists(self.setup, scores(self.index.plan, local)), usable

    def _changed(self, question: Question, made: Lists) -> BoolArray:
        """Return the units ``(lists, units)`` that are among those asked about in one list only."""
        return np.asarray(self._those(question, made) != self._those(question, self.base))

    @staticmethod
    def _those(question: Question, made: Lists) -> BoolArray:
        if question == "first-tier":
            return np.asarray(made.tiers == 1)
        listed = made.ranks <= made.top
        if question == "list":
            return np.asarray(listed)
        last = np.where(listed, made.ranks, -np.inf).max(axis=1, keepdims=True)
        return np.asarray(made.ranks == last)

    def _named(self, absent: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.names[at] for at in absent)


def _cut_one_by_one(setup: Setup) -> bool:
    """Tell whether tiers are found list by list, as those on indicators are."""
    return setup.cutter is not None and setup.cutter.row_cutter(setup.units) is None


def _one_by_one(index: Index, framework: Framework, spec: Spec, experts: Experts) -> Weigh:
    """Return the function that weighs sets one by one, by whatever the index's weights come from."""
    ready, last = index.prepared, experts.last

    def each(kept: BoolArray) -> Iterator[FloatArray]:
        for row in kept:
            some = {name for name, stays in zip(last.experts, row.tolist(), strict=True) if stays}
            others = experts.those(lambda name, _, some=some: name in some)  # type: ignore[misc]
            try:
                own = weighted(framework, others, ready.treated, ready.normalised, spec)
            except TierwiseError:
                yield np.full(len(framework.codes), np.nan)
            else:
                yield own.local_weights

    return lambda kept: np.array([*each(kept)])


def units_of(found: Fewest, base: IntArray | FloatArray) -> list[int]:
    """Return the units of an answer by their rank ``(units,)`` in the base."""
    return sorted(found.units, key=lambda unit: float(np.nan_to_num(base[unit], nan=np.inf)))
