"""Stop or go on: what a collected round of a book says."""

from __future__ import annotations

from tierwise.delphi.asked import DelphiBook
from tierwise.inputs.experts import round_number
from tierwise.study.expert_rounds import found_rounds
from tierwise.study.expert_sentences import decision
from tierwise.words.language import Text


def settled(book: DelphiBook, number: int) -> Text | None:
    """Return what a round of the Experts sheet says, None where it has no such round.

    Raises :class:`TierwiseError`: the codes of the Experts sheet, E107 (more forms came back than were sent).
    """
    experts = book.experts()
    if experts is None:
        return None
    found = found_rounds(experts, book.framework, book.settings.experts)
    return next(
        (decision(one, book.framework) for one in found if round_number(one.scored.label) == number), None
    )
