"""Every problem in one round: what cannot be taken is noted, something is assumed for it, and work goes on.

A reader raises the problems of its first step that has any. :func:`in_rounds` notes them, lets ``assume``
put a stand-in where each of them is, and tries again, so that the problems of later steps are found as well.
What is found where something was assumed is kept apart as a consequence. Stand-ins are never computed with:
a scenario that has problems is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from tierwise.errors import Problem, Problems, TierwiseError

Given = TypeVar("Given")
Made = TypeVar("Made")

MOST_ROUNDS: Final = 12


class Findings(Problems):
    """Problems, each once, and the places and codes of what may follow from what was assumed."""

    def __init__(self) -> None:
        super().__init__()
        self.consequences: list[Problem] = []
        self.assumed: set[str] = set()  # places at which something stands for what was given
        self.invented: set[str] = set()  # places that the input does not have
        self.doubtful: set[str] = set()  # codes that may follow from that, wherever they are found

    def note(self, problems: Iterable[Problem]) -> None:
        """Note problems that are new, those that may follow from what was assumed among the consequences."""
        known = {identity(one) for one in (*self.found, *self.consequences)}
        for one in problems:
            if identity(one) in known or one.place in self.invented:
                continue
            known.add(identity(one))
            follows = one.code in self.doubtful or one.place in self.assumed
            (self.consequences if follows else self.found).append(one)

    def assume(self, place: str, *codes: str) -> None:
        """Note that something stands in for what was given at a place, from which ``codes`` may follow."""
        if place:
            self.assumed.add(place)
        self.doubtful.update(codes)

    def invent(self, place: str) -> None:
        """Note a place that only a stand-in has: no problem there is one of the input."""
        self.invented.add(place)

    def raise_any(self) -> None:
        """Raise :class:`TierwiseError` if anything was noted, consequences apart."""
        if self.found or self.consequences:
            problems = self.found or self.consequences
            raise TierwiseError(*problems, consequences=self.consequences if self.found else ())


def identity(one: Problem) -> tuple[str, ...]:
    """Return what tells a problem from others."""
    fields = sorted((name, str(value)) for name, value in one.fields.items())
    return (one.code, one.place, one.argument, str(one.row), str(one.column), str(fields))


def in_rounds(
    attempt: Callable[[Given], Made],
    given: Given,
    assume: Callable[[Given, Sequence[Problem], int], Given | None],
    findings: Findings,
) -> tuple[Made | None, Given]:
    """Return what ``attempt`` makes of what is given, or of what is assumed for it, and that.

    ``assume(given, problems, round)`` returns what to try next, None when there is nothing to try.
    """
    for number in range(MOST_ROUNDS):
        try:
            return attempt(given), given
        except TierwiseError as error:
            findings.note(error.problems)
            changed = assume(given, error.problems, number)
        if changed is None:
            break
        given = changed
    return None, given
