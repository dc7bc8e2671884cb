"""The two languages of every text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

__all__ = ["Language", "Text"]

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


def phrase(texts: Mapping[str, tuple[str, str]], key: str, language: Language, **fields: object) -> str:
    """Return one of a module's texts, in English and Chinese, with its fields put in where they are given."""
    text = texts[key][0 if language == "en" else 1]
    return text.format(**fields) if fields else text
