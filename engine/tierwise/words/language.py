"""The two languages of every text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

__all__ = ["Language"]

Language = Literal["en", "zh"]
JOIN: Final[Mapping[Language, str]] = {"en": "; ", "zh": "；"}  # between clauses


class Text(NamedTuple):
    """A text in both languages."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """Return the text in one language."""
        return self.en if language == "en" else self.zh

    def format(self, *fields: object) -> Text:
        """Return the text with fields put in."""
        return Text(self.en.format(*fields), self.zh.format(*fields))
