"""How experts rate themselves: familiarity Cs and the bases of judgement Ca, with the usual coefficients.

Cr = (Ca + Cs) / 2. The four bases and their coefficients (0.3/0.2/0.1, 0.5/0.4/0.3, 0.1, 0.1) are those of
most Chinese Delphi studies; their largest sum is 1. Familiarity goes in five steps from 1 to 0.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tierwise.tolerances import TYPED
from tierwise.words.language import Text

FAMILIARITY: Final[tuple[tuple[Text, float], ...]] = (
    (Text("very familiar", "很熟悉"), 1.0),
    (Text("familiar", "熟悉"), 0.8),
    (Text("fairly familiar", "较熟悉"), 0.6),
    (Text("slightly familiar", "一般"), 0.4),
    (Text("not familiar", "不熟悉"), 0.2),
)
INFLUENCE: Final[tuple[Text, ...]] = (Text("large", "大"), Text("medium", "中"), Text("small", "小"))
BASES: Final[Mapping[str, tuple[Text, tuple[float, float, float]]]] = {
    "theory": (Text("Theoretical analysis", "理论分析"), (0.3, 0.2, 0.1)),
    "practice": (Text("Practical experience", "实践经验"), (0.5, 0.4, 0.3)),
    "peers": (Text("Knowledge of work at home and abroad", "国内外同行的了解"), (0.1, 0.1, 0.1)),
    "intuition": (Text("Intuition", "直觉"), (0.1, 0.1, 0.1)),
}
SELF: Final = ("familiarity", *(f"basis:{name}" for name in BASES))  # keys of the five answers


def words_of(key: str) -> tuple[Text, ...]:
    """Return the answers to one of :data:`SELF`."""
    return tuple(text for text, _ in FAMILIARITY) if key == "familiarity" else INFLUENCE


def coefficients(key: str) -> tuple[float, ...]:
    """Return the coefficients of the answers to one of :data:`SELF`, as :func:`words_of`."""
    return (
        tuple(value for _, value in FAMILIARITY)
        if key == "familiarity"
        else BASES[key.removeprefix("basis:")][1]
    )


def rated(key: str, word: str) -> float | None:
    """Return the coefficient of an answer to one of :data:`SELF`, None for no such.

    An answer is a word, in either language, or the coefficient itself.
    """
    word = word.strip().lower()
    steps = coefficients(key)
    for text, value in zip(words_of(key), steps, strict=True):
        if word in text:
            return value
    try:
        number = float(word)
    except ValueError:
        return None
    return next((value for value in steps if abs(value - number) <= TYPED), None)


def judgement(answers: Mapping[str, float]) -> float | None:
    """Return Ca, the sum of the four bases' coefficients (3 decimals); None where one was left blank."""
    parts = [answers.get(f"basis:{name}") for name in BASES]
    return None if None in parts else round(sum(part for part in parts if part is not None), 3)
