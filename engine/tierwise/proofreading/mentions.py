"""Units and groups that a sentence names, each as one sign, so that what is said of them is read in short."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from tierwise.names import bare, cleaned
from tierwise.proofreading.listed import Listing, Unit

UNIT, GROUP = "\ue010", "\ue011"
HAN: Final = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Mention:
    """A name as it stands: of units (several where the list has them twice), of a group, or of neither."""

    text: str
    start: int
    end: int
    units: tuple[Unit, ...] = ()
    group: str = ""


@dataclass
class Marked:
    """A sentence whose names are signs: ``UNIT`` for one of a unit, ``GROUP`` for one of a group."""

    source: str
    text: str = ""
    mentions: list[Mention] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # where in the source each sign of the text begins

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the source a part of the text stands."""
        return self.starts[start], self.starts[end]

    def units(self, start: int, end: int) -> list[Mention]:
        """Return the units named in a part of the text."""
        return [one for one in self.within(start, end) if one.units]

    def within(self, start: int, end: int) -> list[Mention]:
        """Return the names in a part of the text."""
        first, last = self.span(start, end)
        return [one for one in self.mentions if first <= one.start and one.end <= last]


def marked(source: str, listing: Listing, words: Mapping[str, str]) -> Marked:
    """Return a sentence with the units and groups of a list marked; ``words`` are the names of groups."""
    made = Marked(source)
    prefectures = sorted({unit.groups["prefecture"] for unit in listing.units if "prefecture" in unit.groups})
    pattern = _pattern(tuple(unit.name for unit in listing.units), (*words, *prefectures))
    units = _units(listing)
    at = 0
    for match in pattern.finditer(source):
        _plain(made, source, at, match.start())
        name = cleaned(match[0])
        own = units.get(name, ()) if match.lastgroup == "unit" else ()
        group = "" if own else words.get(match[0], match[0])
        made.mentions.append(Mention(match[0], match.start(), match.end(), own, group))
        made.text += UNIT if own else GROUP
        made.starts.append(match.start())
        at = match.end()
    _plain(made, source, at, len(source))
    made.starts.append(len(source))
    return made


def _plain(made: Marked, source: str, start: int, end: int) -> None:
    made.text += source[start:end]
    made.starts += range(start, end)


def _units(listing: Listing) -> dict[str, tuple[Unit, ...]]:
    found: dict[str, tuple[Unit, ...]] = {}
    for unit in listing.units:
        for name in dict.fromkeys((cleaned(unit.name), cleaned(bare(unit.name)))):
            found[name] = (*found.get(name, ()), unit)
    return found


@lru_cache(maxsize=64)
def _pattern(names: tuple[str, ...], groups: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of names, long ones first; a Chinese one also without its 市 or 县."""
    taken = {*groups, *map(bare, groups)}
    short = {form for name in names if HAN.search(name) and len(form := bare(name)) > 1} - {*names} - taken
    many = _any([*groups])
    edges = r"(?<![A-Za-z\d])(?:{})(?![A-Za-z\d])"
    whole = _any([*names])
    return re.compile(
        rf"(?P<unit>{edges.format(whole)}|(?:{_any([*short])})(?![市县旗区州]))|(?P<group>{edges.format(many)})"
    )


def _any(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted({*words}, key=len, reverse=True))) or "(?!)"
