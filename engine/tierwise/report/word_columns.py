"""How wide the columns of a printed table are: each as its texts want, together as wide as the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tierwise.words.formats import wide

PAGE: Final = 15.6  # cm of text on a page
MARGIN: Final = 0.25  # cm at both sides of a cell's text, together
SIZES: Final = (9.0, 8.0, 7.5)  # points, the largest that fits is taken
CM: Final = 2.54 / 72  # of a point
LETTER: Final = (
    0.64  # of the size: a digit in the widest font that stands in for Times; a Chinese sign takes two
)
BOLD: Final = 1.15  # a heading to a cell
PARTS: Final = re.compile(  # what no line breaks: a word or number with the wide bracket before or behind
    r"（?[^\s\u2e80-\u9fff\uff00-\uffef]+）?|[\u2e80-\u9fff\uff00-\uffef]"
)
LEAST_SIGNS: Final = 4  # Chinese signs that stand together in a line
HEAD_LINES: Final = 3  # of a heading above narrow cells


def fitted(
    heads: Sequence[str], rows: Sequence[Sequence[str]], room: float = PAGE
) -> tuple[float, list[float]]:
    """Return the size of the letters (points) and the widths of the columns (cm), whose sum is ``room``.

    The largest size is taken at which no number or word is torn; of the smallest, words may be.
    """
    columns = [[head, *(row[at] for row in rows)] for at, head in enumerate(heads)]
    for size in SIZES:
        least = [_least(texts, size) for texts in columns]
        wanted = [_wanted(texts, size) for texts in columns]
        if sum(wanted) <= room or (sum(least) <= room and _reads(wanted, least, room)):
            return size, _shared(least, wanted, room)
    return SIZES[-1], _shared(least, wanted, room)


def _reads(wanted: Sequence[float], least: Sequence[float], room: float) -> bool:
    """Tell whether a table that must break lines still has room for long texts."""
    return sum(wanted) <= 2 * room or sum(least) <= 0.6 * room


def _shared(least: Sequence[float], wanted: Sequence[float], room: float) -> list[float]:
    """Return widths that sum to ``room``, between the least and the wanted ones where these do not fit."""
    if sum(wanted) <= room:
        spare = (room - sum(wanted)) / len(wanted)
        return [own + spare for own in wanted]
    if sum(least) >= room:
        return [own * room / sum(least) for own in least]
    more = [want - few for want, few in zip(wanted, least, strict=True)]
    part = (room - sum(least)) / sum(more)
    return [few + part * own for few, own in zip(least, more, strict=True)]


def _least(texts: Sequence[str], size: float) -> float:
    """Return the width below which a word or number would be torn; Chinese breaks, but not at each sign."""
    longest = 0.0
    for at, text in enumerate(texts):
        words = max((wide(part) for part in PARTS.findall(text)), default=0) * (1.0 if at else BOLD)
        together = (
            min(2 * LEAST_SIGNS, wide(text)) if at else max(LEAST_SIGNS, wide(text) / HEAD_LINES) * BOLD
        )
        signs = min(2 * LEAST_SIGNS, together) if any(wide(sign) == 2 for sign in text) else 0
        longest = max(longest, words, signs)
    return longest * LETTER * size * CM + MARGIN


def _wanted(texts: Sequence[str], size: float) -> float:
    """Return the width in which no cell breaks its line, and the heading once."""
    head, *cells = texts
    return max(
        [_width(text, size) for text in cells] + [_least(texts, size), _width(head, size) / 2 + MARGIN]
    )


def _width(text: str, size: float) -> float:
    return wide(text) * LETTER * size * CM + MARGIN
