"""Stop or go on: what the collected rounds of a book say."""

from __future__ import annotations

from tierwise.panel.asked import PanelBook
from tierwise.study.panel_rounds import found_rounds
from tierwise.study.panel_sentences import decision
from tierwise.words.language import Text


def settled(book: PanelBook) -> list[Text]:
    """Return a sentence for each round of the Experts sheet, none where it holds none.

    Raises :class:`TierwiseError`: the codes of the Experts sheet, E107 (more forms came back than were sent).
    """
    experts = book.experts()
    if experts is None:
        return []
    found = found_rounds(experts, book.framework, book.settings.experts)
    return [decision(one, book.framework) for one in found]
