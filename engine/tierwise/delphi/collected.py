"""A round of forms, collected."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tierwise.delphi.asked import DelphiBook, Kind, keys_of
from tierwise.delphi.measures import Measures
from tierwise.delphi.rating import judgement
from tierwise.delphi.recipients import Recipient
from tierwise.delphi.returned import Returned
from tierwise.errors import Problem


@dataclass(frozen=True)
class Collected:
    """A round of forms. ``taken`` go into the book; ``refused`` are the files of which nothing is taken."""

    book: DelphiBook
    round: int
    kind: Kind
    taken: tuple[Returned, ...]
    aside: tuple[Returned, ...]  # read, and not taken: several of one expert
    refused: tuple[str, ...]
    problems: tuple[Problem, ...]
    sent: int | None
    measures: Measures
    absent: tuple[Recipient, ...] = ()  # to whom a form was sent, and of whom none could be read
    written: Path | None = None

    @property
    def questions(self) -> list[str]:
        """The keys of all questions, the columns of the measures."""
        return keys_of(self.book, self.kind)

    @property
    def returned(self) -> int:
        """How many experts sent a form that could be read."""
        return len({(form.who.code, form.who.label) for form in (*self.taken, *self.aside)})

    @property
    def authority(self) -> list[tuple[float | None, float | None]]:
        """Ca and Cs of each form that is taken."""
        return [(judgement(form.rating), form.rating.get("familiarity")) for form in self.taken]

    def __repr__(self) -> str:
        of = "" if self.sent is None else f" of {self.sent} sent"
        return (
            f"Collected(round {self.round}: {len(self.taken)} forms taken{of}, {len(self.aside)} set aside, "
            f"{len(self.refused)} refused, {len(self.problems)} problems)"
        )
