"""The rules of cleaning, and a change made by one: what stood where, and what stands there now."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tierwise.words.language import JOIN, Language


@dataclass(frozen=True)
class Rule:
    """One rule: a sure one is applied; of another the cell is left blank, coloured and listed."""

    name: str
    group: str
    sure: bool
    en: str
    zh: str
    before: str = ""
    after: str | float | None = None
    unit: str = ""

    def text(self, language: Language) -> str:
        """Return what the rule says."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Change:
    """What cleaning did to a cell, a row or a column, or what it could not decide (``sure`` is False).

    ``place`` is in the raw file (``Sheet1!E7``, ``Sheet1!3:3`` a row); ``row`` and ``column`` count the
    cells of the cleaned table from 0, its headings being row 0.
    """

    place: str
    before: str
    after: str
    rules: tuple[str, ...]
    row: int | None = None
    column: int | None = None

    @property
    def sure(self) -> bool:
        """Tell whether every rule is a sure one."""
        return all(rules()[name].sure for name in self.rules)

    def why(self, language: Language) -> str:
        """Return what the rules say."""
        return JOIN[language].join(rules()[name].text(language) for name in self.rules)


@cache
def rules() -> Mapping[str, Rule]:
    """Return the rules by name, in the order of the manual."""
    table = files("tierwise.words").joinpath("cleaning_rules.toml").read_text(encoding="utf-8")
    return {name: Rule(name, **fields) for name, fields in tomllib.loads(table).items()}
