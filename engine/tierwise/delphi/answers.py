"""What an answer in a cell means, on a form or in a questionnaire's table, and which answers are taken."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from tierwise.delphi.asked import MOST_LISTED, Kind, least
from tierwise.delphi.rating import coefficients, words_of
from tierwise.delphi.worded import WordScale, word_in
from tierwise.inputs.comparisons import judgement
from tierwise.inputs.sheet import Cell
from tierwise.tolerances import TYPED
from tierwise.words.language import Text

SCORED: Final = re.compile(  # a number, with 分, and a text in brackets or after a blank
    r"^(?:[A-E][、.．:： ]\s*)?(\d+(?:\.\d+)?)\s*(?:分|points?)?(?:\s*[（(:：]\D*|\s+[^\W\d]\D*)?$",
    re.IGNORECASE,
)
ACCEPTED: Final[dict[Kind, Text]] = {
    "scores": Text(
        "a number from {low:g} to {top:g}{words}",
        "{low:g}至{top:g}的数，如“{top:g}”或“{top:g}分”{words}",
    ),
    "budget": Text("points from {low:g} to {top:g}", "{low:g}至{top:g}的分数"),
    "pairs": Text("a number from 1/9 to 9, also a fraction such as 1/3", "1/9至9的数，也可写作1/3这样的分数"),
}
WORDS: Final = Text(", or {}", "，或{}")
FEWEST_SHARES: Final = 3  # answers that say whether they are shares
PERCENT: Final = 100.0  # the top of a scale on which 88% is 88
EXAMPLE: Final = Text(  # of a scale of five in words
    "unimportant, of little importance, moderately important, important, very important",
    "很不重要、不重要、一般、重要、很重要",
)


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


def score_in(cell: Cell, scale: WordScale) -> float | None:
    """Return the score that an answer means, None for what means none.

    It is a number, one with 分 or a text behind it (on a scale to 100 also %), or a word of the scale.
    """
    number = number_in(cell, pairs=False)
    if number is not None or not isinstance(cell, str):
        return number
    plain = unicodedata.normalize("NFKC", cell).strip()
    scored = SCORED.match(plain.removesuffix("%") if scale.top == PERCENT else plain)
    return float(scored[1]) if scored else scale.scores.get(word_in(cell))


def broken(value: float, kind: Kind, top: float) -> bool:
    """Tell whether an answer lies between the whole scores that a form offers."""
    return kind == "scores" and top <= MOST_LISTED and abs(value - round(value)) > TYPED


def are_shares(answers: Iterable[float], top: float) -> bool:
    """Tell whether answers on a long scale are shares, or percentages that a spreadsheet keeps as shares."""
    given = [*answers]
    return top > MOST_LISTED and len(given) >= FEWEST_SHARES and 0 < max(given) <= 1


def not_taken(given: str, kind: Kind, top: float, scale: WordScale) -> tuple[str, dict[str, Any]]:
    """Return why a text is no answer, a code and its fields: E207, for words of no clear scale E235, E236.

    One or two words of no scale are slips among numbers.
    """
    if kind == "scores" and word_in(given) in scale.known:
        words = {"words": [*scale.known], "points": f"{top:g}"}
        if scale.fitting:
            return "E235", {**words, "scales": [*scale.fitting]}
        if scale.told or len(scale.known) > 2:
            return "E236", words
    return "E207", accepted(kind, top, scale)


def accepted(kind: Kind, top: float, scale: WordScale) -> dict[str, Any]:
    """Return the fields of E207 that say which answers to a question of a form are taken."""
    words = Text("", "")
    if kind == "scores" and (scale.scores or top == 5):
        shown = Text(*(mark.join(scale.scores) for mark in (", ", "、"))) if scale.scores else EXAMPLE
        words = Text(WORDS.en.format(shown.en), WORDS.zh.format(shown.zh))
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
