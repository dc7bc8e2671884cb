"""How settings are told: as the user writes them, in a TOML file, on a sheet of keys or in the form.

A message names a setting as ``{setting:index.missing}``, or with a value
``{setting:index.missing=reweight}``, and a method as ``{choice:median}``; a field of a problem that is a
:class:`KeyName` or a :class:`Choice`, or that holds a method by its name (``CHOSEN``), is told in the same
words. Which words these are a :class:`Speaker` knows; problems get theirs from the scenario that they are of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from tierwise.words.keys import sections
from tierwise.words.language import Language

CHOSEN: Final = frozenset({"method", "rule", "rules", "model", "source"})  # fields that hold methods


class KeyName(str):
    """The path of a key (``index.missing``), or of a key with a value (``index.missing=reweight``)."""

    __slots__ = ()


class ShortKey(KeyName):
    """A key whose section is known from where it is told."""

    __slots__ = ()


class Choice(str):
    """The name of a method, or of another choice of a key."""

    __slots__ = ()


class Heading(str):
    """The heading of a column of an input sheet; ``zh`` is what Chinese readers head it with."""

    zh: str

    def __new__(cls, word: str, synonyms: Mapping[str, str]) -> Heading:
        """Return a heading, its Chinese word the first of the synonyms that means it."""
        made = super().__new__(cls, word)
        chinese = (one for one, meant in synonyms.items() if meant == word and not one.isascii())
        made.zh = next(chinese, word)
        return made

    def of(self, language: Language) -> str:
        """Return the heading as readers of a language write it."""
        return self.zh if language == "zh" else str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return Heading, (str(self), {self.zh: str(self)})


class Speaker(Protocol):
    """Who tells settings in the user's words."""

    def key(self, path: str, language: Language, *, short: bool = False) -> str:
        """Return what a key is called, without its section where that is ``short``."""

    def setting(self, path: str, value: str, language: Language) -> str:
        """Return a key as a part of a sentence, with its value where one is given."""

    def choice(self, name: str, language: Language) -> str:
        """Return a choice."""

    def place(self, place: str, language: Language) -> str:
        """Return the place of a setting; any other as it is."""


LISTED: Final = ("scenarios", "topics", "lists", "targets")  # sections that stand several times


@dataclass(frozen=True)
class TomlSpeaker:
    """Tells settings as TOML files have them."""

    def key(self, path: str, _: Language, *, short: bool = False) -> str:
        """Return ``[index] missing``, or ``missing``; of a section ``[index]``."""
        if path in LISTED or path in sections():
            return f"[[{path}]]" if path in LISTED else f"[{path}]"
        section, _dot, key = path.rpartition(".")
        listed = f"[[{section}]]" if section in LISTED else f"[{section}]"
        return f"{listed} {key}" if section and not short else key

    def setting(self, path: str, value: str, language: Language) -> str:
        """Return ``[index] missing``, or ``[index] missing = "reweight"``."""
        head = self.key(path, language)
        return f"{head} = {_written(value)}" if value else head

    def choice(self, name: str, _: Language) -> str:
        """Return the name itself."""
        return name

    def place(self, place: str, _: Language) -> str:
        """Return the place itself."""
        return place


def _written(value: str) -> str:
    plain = value.replace(".", "", 1).isdecimal() or value in ("true", "false") or value[:1] in "[{"
    return value if plain else f'"{value}"'


TOML: Final[Speaker] = TomlSpeaker()


@dataclass(frozen=True)
class Choices:
    """What ``{choice:…}`` of a message stands for."""

    speaker: Speaker
    language: Language

    def __format__(self, spec: str) -> str:
        return self.speaker.choice(spec, self.language)


@dataclass(frozen=True)
class Settings:
    """What ``{setting:…}`` of a message stands for."""

    speaker: Speaker
    language: Language

    def __format__(self, spec: str) -> str:
        path, _, value = spec.partition("=")
        return self.speaker.setting(path.strip(), value.strip(), self.language)

    def told(self, name: KeyName) -> str:
        """Return a key, or a key and its value, in the speaker's words."""
        if "=" in name:
            return format(self, name)
        return self.speaker.key(name, self.language, short=isinstance(name, ShortKey))
