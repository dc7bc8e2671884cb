"""Settings told as they stand on a workbook's sheets: keys and choices by the names of the form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tierwise.methods.registry import named
from tierwise.spec.document import Document, Manner
from tierwise.words.form import SHEETS, chinese_choices
from tierwise.words.keys import names, sections
from tierwise.words.language import Language
from tierwise.words.speaking import TOML, Speaker

__all__ = ["SheetSpeaker", "speaker_of"]

KEY: Final = re.compile(r"\[\[?([a-z_.]*)\]\]?(?: ([a-z_]+))?(.*)", re.DOTALL)
BESIDE: Final[Mapping[str, str]] = {"scenarios": "方案表", "topics": "专题", "lists": "榜单"}


@dataclass(frozen=True)
class SheetSpeaker:
    """Tells settings in the words of the form, or of a sheet with keys like ``tiers.count``.

    ``places`` are the cells of what was set, ``titles`` the names that the book's sheets have.
    """

    manner: Manner
    sheet: str
    places: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def key(self, path: str, language: Language, *, short: bool = False) -> str:
        """Return 缺失值处理; on a sheet of keys ``index.missing``."""
        if self.manner == "sheet" or not (path in names() or path in sections()):
            return path
        return (names()[path].name if path in names() else sections()[path]).of(language)

    def setting(self, path: str, value: str, language: Language) -> str:
        """Return “缺失值处理”, or “缺失值处理”为“均值”; on a sheet of keys ``index.missing = mean``."""
        key = self.key(path, language)
        if key == path:
            return f"{path} = {value}" if value else path
        if not value:
            return f"“{key}”"
        answer = self._answer(path, value, language)
        return f"“{key}” = “{answer}”" if language == "en" else f"“{key}”为“{answer}”"

    def choice(self, name: str, language: Language) -> str:
        """Return a method as its family calls it; on a sheet of keys the name itself."""
        return name if self.manner == "sheet" else named(name, language)

    def place(self, place: str, language: Language) -> str:
        """Return the cell of a setting, the question of one that was not set; a sheet by its own name."""
        if place in self.places:
            return self.places[place]
        head = max((one for one in self.places if place.startswith(f"{one}: ")), key=len, default="")
        if head:
            return self.places[head] + place[len(head) :]
        named_sheet, colon, rest = place.partition(": ")
        if named_sheet in self.titles:
            return self.titles[named_sheet] + colon + rest
        return self._question(place, language)

    def _question(self, place: str, language: Language) -> str:
        parts = KEY.fullmatch(place)
        if parts is None or self.manner == "sheet":
            return place
        section, key, rest = parts[1], parts[2] or "", parts[3]
        if section in BESIDE:
            return (BESIDE[section] if language == "zh" else section.capitalize()) + rest
        path = f"{section}.{key}" if key else section
        colon = ": " if language == "en" else "："
        if self.key(path, language) == path:
            return place
        return f"{self.sheet}{colon}{self.setting(path, '', language)}{rest}"

    def _answer(self, path: str, value: str, language: Language) -> str:
        return chinese_choices(path).get(value) or named(value, language) if language == "zh" else value


def speaker_of(
    document: Document, places: Mapping[str, str], language: Language, titles: Mapping[str, str]
) -> Speaker:
    """Return who tells the settings of a document whose cells are ``places``, its sheets by ``titles``."""
    if document.manner == "toml":
        return TOML
    cells = [place for place in document.places.values() if "!" in place]
    sheet = cells[0].partition("!")[0] if cells else SHEETS[language]
    return SheetSpeaker(document.manner, sheet, places, titles)
