"""The two languages of every text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

__all__ = ["Language", "Ordinal", "Text"]

Language = Literal["en", "zh"]
JOIN: Final[Mapping[Language, str]] = {"en": "; ", "zh": "；"}  # between clauses
COMMA: Final[Mapping[Language, str]] = {"en": ", ", "zh": "、"}  # between names


HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
DIGITS: Final = "零一二三四五六七八九"


class Ordinal(str):
    """A number that ``{:zh}`` writes in Chinese digits, below a hundred: ``第{:zh}梯队`` is 第三梯队."""

    __slots__ = ()

    def __format__(self, form: str) -> str:
        if form != "zh":
            return super().__format__(form)
        number = int(self)
        if not 0 <= number < 100:
            return str(number)
        tens, ones = divmod(number, 10)
        if not tens:
            return DIGITS[ones]
        return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


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


def of_year(year: int) -> Text:
    """Return a year as a part of a sentence."""
    return Text(str(year), f"{year} 年")


def is_chinese(*texts: str) -> bool:
    """Tell whether texts hold a Chinese character; ``£``, ``–`` and ``é`` are none.

    >>> is_chinese("Research income (£ million)", "Student–staff ratio"), is_chinese("GDP", "人均 GDP")
    (False, True)
    """
    return any(HAN.search(text) for text in texts)


COUNTED: Final = re.compile(r"\{(\w+):(~?)([^{}|]*)\|([^{}|]*)\}")


def in_number(text: str, fields: Mapping[str, object]) -> str:
    """Return a text with the words that go with the numbers of ``fields``, which are put in afterwards.

    >>> in_number("{n:unit has|units have} it, {n:~that is|those are} all", {"n": 1})
    '{n} unit has it, that is all'
    """

    def chosen(mark: re.Match[str]) -> str:
        word = mark[3] if str(fields[mark[1]]) == "1" else mark[4]
        return word if mark[2] else f"{{{mark[1]}}} {word}"

    return COUNTED.sub(chosen, text) if "|" in text else text


def phrase(texts: Mapping[str, tuple[str, str]], key: str, language: Language, **fields: object) -> str:
    """Return one of a module's texts, in English and Chinese, with its fields put in where they are given."""
    text = texts[key][0 if language == "en" else 1]
    return in_number(text, fields).format(**fields) if fields else text
