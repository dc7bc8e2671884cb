"""The questions of the settings form: what they ask in both languages, and which keys they set."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from tierwise.words.language import Language


@dataclass(frozen=True)
class Question:
    """One line of the form."""

    key: str
    en: str
    zh: str
    note_en: str
    note_zh: str
    choices: tuple[str, ...] = ()
    choices_zh: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def asked(self, language: Language) -> str:
        """Return the question."""
        return self.en if language == "en" else self.zh

    def note(self, language: Language) -> str:
        """Return its explanation."""
        return self.note_en if language == "en" else self.note_zh

    def offered(self, language: Language) -> tuple[str, ...]:
        """Return what its drop-down offers."""
        return self.choices if language == "en" else self.choices_zh

    def meant(self, answer: str) -> str:
        """Return the value that an answer in either language means; another answer comes back as it is."""
        words = {**self.synonyms, **dict(zip(self.choices_zh, self.choices, strict=True))}
        return words.get(answer.strip(), answer)


@cache
def questions() -> tuple[Question, ...]:
    """Return the questions in the order of the form."""
    table = tomllib.loads(files("tierwise.words").joinpath("settings_form.toml").read_text(encoding="utf-8"))
    return tuple(
        Question(
            one["key"],
            one["en"],
            one["zh"],
            one["note_en"],
            one["note_zh"],
            tuple(one.get("choices", ())),
            tuple(one.get("choices_zh", ())),
            one.get("synonyms", {}),
        )
        for one in table["questions"]
    )


@cache
def _by_name() -> Mapping[str, Question]:
    return {name.lower(): one for one in questions() for name in (one.key, one.en, one.zh)}


def question_of(name: str) -> Question | None:
    """Return the question that a cell asks, by its words in either language or by its key."""
    return _by_name().get(unicodedata.normalize("NFKC", name).strip().rstrip("?:").strip().lower())


PUNCTUATION = str.maketrans("，；：“”‘’【】（）", ",;:\"\"''[]()")


def half_width(answer: str) -> str:
    """Return a number typed in full width or as a percentage as a plain one, other texts as they are.

    >>> half_width("１００"), half_width("90%"), half_width("min-max"), half_width("【1，2】")
    ('100', '0.9', 'min-max', '[1,2]')
    """
    plain = unicodedata.normalize("NFKC", answer).strip()
    if plain.endswith("%"):
        try:
            return f"{float(plain[:-1]) / 100:.15g}"
        except ValueError:
            return answer
    translated = unicodedata.normalize("NFKC", answer.translate(PUNCTUATION)).strip()
    if translated.startswith("[") or translated.replace(".", "", 1).replace("-", "", 1).isdecimal():
        return translated
    return answer
