"""Sentences on a further list: who leads it, of which groups its units are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tierwise.sentences.phrases import About, both, clauses, counted, listing, runs
from tierwise.words.language import Text

LEADING: Final = 5
GROUPS: Final = 3


def further(
    about: About, title: str, names: Sequence[str], counts: Sequence[tuple[str, int]], both_lists: int
) -> Text:
    """Return a sentence on a list by one dimension.

    ``names`` are its units, best first; ``counts`` of its units by group; ``both_lists`` how many of them
    are among as many first units of the main list.
    """
    parts = [
        both(
            "the first of {title} are {names}" if len(names) > 1 else "the first of {title} is {names}",
            "{title}居前的依次为{names}" if len(names) > 1 else "{title}居首的为{names}",
            title=title,
            names=listing(names[:LEADING]),
        )
    ]
    if len(counts) > 1:
        leading = [
            pair for group in runs(counts)[:GROUPS] for pair in [(name, group[1]) for name in group[0]]
        ]
        if len(leading) <= 2 * GROUPS:
            parts.append(
                both(
                    "of its {units} {noun}, {counts}",
                    "{units}个{noun}中，{counts}",
                    units=len(names),
                    noun=about.noun,
                    counts=counted(leading),
                )
            )
    if not both_lists:
        words = (
            "none is among the first {units} of the main list",
            "均不在综合榜单前{units}位",
        )
    elif both_lists == len(names):
        words = (
            "all are among the first {units} of the main list too",
            "均同时居综合榜单前{units}位",
        )
    else:
        words = (
            ("{both_lists} is" if both_lists == 1 else "{both_lists} are")
            + " among the first {units} of the main list too",
            "其中{both_lists}个同时居综合榜单前{units}位",
        )
    parts.append(both(*words, both_lists=both_lists, units=len(names)))
    return clauses(parts)
