"""The first questions of the settings form: which keys they set, and their usual answers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from tierwise.words.keys import SEPARATORS, names, squeezed
from tierwise.words.language import Language

HEADINGS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("setting", "value", "note", "default"),
    "zh": ("设置项", "值", "说明", "默认值"),
}
SHEETS: Final[Mapping[Language, str]] = {"en": "Settings", "zh": "设置"}


@dataclass(frozen=True)
class Question:
    """One of the first lines of the form."""

    key: str
    note_en: str
    note_zh: str
    choices: tuple[str, ...] = ()
    choices_zh: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def note(self, language: Language) -> str:
        """Return its explanation."""
        return self.note_en if language == "en" else self.note_zh

    def offered(self, language: Language) -> tuple[str, ...]:
        """Return what its drop-down offers."""
        return self.choices if language == "en" else self.choices_zh


@cache
def questions() -> tuple[Question, ...]:
    """Return the questions in the order of the form."""
    table = tomllib.loads(files("tierwise.words").joinpath("settings_form.toml").read_text(encoding="utf-8"))
    return tuple(
        Question(
            one["key"],
            one["note_en"],
            one["note_zh"],
            tuple(one.get("choices", ())),
            tuple(one.get("choices_zh", ())),
            one.get("synonyms", {}),
        )
        for one in table["questions"]
    )


@cache
def chinese_choices(key: str) -> Mapping[str, str]:
    """Return the Chinese words of a key's choices, as far as they are not those of methods."""
    asked = next((one for one in questions() if one.key == key), None)
    usual = {} if asked is None else dict(zip(asked.choices, asked.choices_zh, strict=True))
    own = names()[key].choices if key in names() else {}
    return {**own, **usual}


@cache
def _answers(key: str) -> Mapping[str, str]:
    asked = next((one for one in questions() if one.key == key), None)
    synonyms = {} if asked is None else asked.synonyms
    words = {zh: choice for choice, zh in chinese_choices(key).items()}
    return {squeezed(word): choice for word, choice in {**synonyms, **words}.items()}


def meant(key: str, answer: str) -> str:
    """Return the value that an answer in Chinese means, each of several; another comes back as it is.

    >>> meant("tiers.count", "自动"), meant("sensitivity.inputs", "每位专家、每项指标")
    ('auto', 'experts、indicators')
    """
    known = _answers(key)
    if squeezed(answer) in known:
        return known[squeezed(answer)]
    parts = SEPARATORS.split(answer)
    meanings = [known.get(squeezed(part), part if part.isdecimal() else "") for part in parts]
    return "、".join(meanings) if all(meanings) and meanings != parts else answer
