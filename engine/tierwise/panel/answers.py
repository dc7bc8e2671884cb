"""What an answer in a cell means, on a form or in a questionnaire's table, and which answers are taken."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from tierwise.inputs.comparisons import judgement
from tierwise.inputs.sheet import Cell
from tierwise.panel.asked import Kind, least
from tierwise.panel.rating import coefficients, words_of
from tierwise.words.language import Text

# Likert's five levels as questionnaires word them, from the lowest; the first words of each are shown.
LEVELS: Final[tuple[tuple[str, ...], ...]] = tuple(
    tuple(words.split("|"))
    for words in (
        "很不重要|非常不重要|极不重要|完全不重要|not important|not at all important|unimportant",
        "不重要|不太重要|较不重要|比较不重要|slightly important|of little importance",
        "一般|一般重要|中等|中立|不确定|neutral|moderately important|fairly important",
        "重要|比较重要|较重要|较为重要|important|quite important",
        "很重要|非常重要|极重要|极其重要|very important|extremely important",
    )
)
SCORED: Final = re.compile(  # a number, with 分, and a text in brackets or after a blank
    r"^(?:[A-E][、.．:： ]\s*)?(\d+(?:\.\d+)?)\s*(?:分|points?)?(?:\s*[（(:：]\D*|\s+[^\W\d]\D*)?$",
    re.IGNORECASE,
)
ACCEPTED: Final[dict[Kind, Text]] = {
    "scores": Text(
        "a number from {low:g} to {top:g} ({top:g}, {top:g}分){words}",
        "{low:g}至{top:g}的数（{top:g}、{top:g}分）{words}",
    ),
    "budget": Text("points from {low:g} to {top:g}", "{low:g}至{top:g}的分数"),
    "pairs": Text("a number from 1/9 to 9, also a fraction such as 1/3", "1/9至9的数，也可写作1/3这样的分数"),
}
WORDS: Final = Text(", or {}", "，或{}")


def number_in(cell: Cell, *, pairs: bool) -> float | None:
    """Return an answer as a number: also one that a program keeps as text; None for other texts."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return float(cell) if math.isfinite(cell) else None
    if not isinstance(cell, str):
        return None  # a date: 1/3 that a spreadsheet took for the third of January
    plain = unicodedata.normalize("NFKC", cell).strip()
    if pairs:
        return judgement(plain)
    return float(plain) if re.fullmatch(r"\d+(\.\d+)?", plain) else None


def score_in(cell: Cell, top: float) -> float | None:
    """Return the score that an answer means, None for what means none.

    It is a number, one with 分 or a text behind it, or on a scale of five a word for one of five levels.
    """
    number = number_in(cell, pairs=False)
    if number is not None or not isinstance(cell, str):
        return number
    plain = unicodedata.normalize("NFKC", cell).strip()
    scored = SCORED.match(plain)
    if scored:
        return float(scored[1])
    word = re.sub(r"^[A-E][、.．:： ]\s*", "", plain).strip().casefold()
    if top != len(LEVELS):
        return None
    return next((float(at) for at, words in enumerate(LEVELS, 1) if word in words), None)


def accepted(kind: Kind, top: float) -> dict[str, Any]:
    """Return the fields of E207 that say which answers to a question of a form are taken."""
    words = Text("", "")
    if kind == "scores" and top == len(LEVELS):
        words = Text(
            WORDS.en.format(", ".join(next(word for word in level if word.isascii()) for level in LEVELS)),
            WORDS.zh.format("、".join(level[0] for level in LEVELS)),
        )
    english, chinese = (
        sentence.format(low=least(kind, top), top=top, words=own)
        for sentence, own in zip(ACCEPTED[kind], words, strict=True)
    )
    return {"accepted": english, "accepted_zh": chinese}


def accepted_rating(key: str) -> dict[str, Any]:
    """Return the same for one of the answers of the self-rating."""
    words: Iterable[Text] = words_of(key)
    numbers = [f"{value:g}" for value in dict.fromkeys(coefficients(key))]
    english, chinese = (
        mark.join([*own, *numbers]) for mark, own in zip((", ", "、"), zip(*words, strict=True), strict=True)
    )
    return {"accepted": english, "accepted_zh": chinese}
