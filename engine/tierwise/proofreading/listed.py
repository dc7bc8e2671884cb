"""Lists that a report is about: units with ranks, groups, tiers; and what follows from them by counting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tierwise.methods.regions import ENDINGS, PROVINCES, REGIONS, SHORT, short_name
from tierwise.names import cleaned
from tierwise.proofreading.parts import Grid

RANKS: Final = re.compile(r"^(.*(排名|名次|位次|序号)|rank|no\.?)$", re.IGNORECASE)
NAMES: Final = re.compile(
    r"^(县（?市?）?|区|县级市|城市|名称|单位|单位名称|name|unit|county|city|country)$", re.IGNORECASE
)
GROUPS: Final = {
    "province": re.compile(r"^(省|省份|地区|省区|所在省份?|省（区、市）|province)$", re.IGNORECASE),
    "prefecture": re.compile(r"^(市|地级市|地市|所在地市?|prefecture)$", re.IGNORECASE),
    "region": re.compile(r"^(区域|板块|region)$", re.IGNORECASE),
}
STARS: Final = "★☆*＊"
LEAST: Final = 3  # units of a list


@dataclass(frozen=True)
class Unit:
    """A unit of a list; groups by kind (province, prefecture, region or a column's own heading)."""

    name: str
    rank: float
    groups: Mapping[str, str]
    starred: bool = False
    tier: int = 0


@dataclass(frozen=True)
class Listing:
    """A list, best first. ``given`` is the list of the figures against which the report is read."""

    title: str
    units: tuple[Unit, ...]
    place: str = ""
    given: bool = False
    ranges: Mapping[int, tuple[float, float]] = field(default_factory=dict)  # ranks of tiers, as a text says

    def __len__(self) -> int:
        return len(self.units)

    def by_name(self) -> dict[str, Unit]:
        """Return the units by their cleaned names."""
        return {cleaned(unit.name): unit for unit in self.units}

    def within(self, tiers: Iterable[int] = (), top: int | None = None) -> list[Unit]:
        """Return the units of some tiers (all for none), or of the first ranks."""
        wanted = {*tiers}
        units = [unit for unit in self.units if not wanted or self.tier_of(unit) in wanted]
        return [unit for unit in units if top is None or unit.rank <= top]

    def tier_of(self, unit: Unit) -> int:
        """Return the tier of a unit, 0 where it is not known."""
        if unit.tier:
            return unit.tier
        return next((tier for tier, (first, last) in self.ranges.items() if first <= unit.rank <= last), 0)

    def tiers(self) -> list[int]:
        """Return the tiers that are known."""
        return sorted({self.tier_of(unit) for unit in self.units} - {0})

    def kinds(self) -> list[str]:
        """Return the kinds of groups."""
        return [*dict.fromkeys(kind for unit in self.units for kind in unit.groups)]

    def counts(self, kind: str, units: Sequence[Unit] | None = None) -> Counter[str]:
        """Return how many units each group of a kind has."""
        return Counter(
            unit.groups[kind] for unit in (self.units if units is None else units) if unit.groups.get(kind)
        )

    def kind_of(self, group: str) -> str:
        """Return the kind whose groups have this name, empty for none; a region is one of four."""
        if group in REGIONS and "region" in self.kinds():
            return "region"
        return next((kind for kind in self.kinds() if group in self.counts(kind)), "")

    def firsts(self, kind: str) -> dict[str, list[Unit]]:
        """Return the first units of each group."""
        found: dict[str, list[Unit]] = {}
        for unit in sorted(self.units, key=lambda unit: unit.rank):
            group = unit.groups.get(kind, "")
            if group and (group not in found or found[group][0].rank == unit.rank):
                found.setdefault(group, []).append(unit)
        return found

    def with_ranges(self, ranges: Mapping[int, tuple[float, float]]) -> Listing:
        """Return the list with the ranks of its tiers."""
        return replace(self, ranges={**self.ranges, **ranges})


def group_name(text: str) -> str:
    """Return a group's name as groups are compared: 江苏 for 江苏省, 东部 for 东部地区."""
    bare = cleaned(text).removesuffix("地区") if cleaned(text)[:2] in REGIONS else cleaned(text)
    short = short_name(bare)
    return short if short in PROVINCES else bare


def with_regions(groups: Mapping[str, str]) -> dict[str, str]:
    """Return groups with the region of a Chinese province."""
    province = groups.get("province", "")
    if province in PROVINCES and "region" not in groups:
        return {**groups, "region": PROVINCES[province]}
    return {**groups}


def listing_of(grid: Grid) -> Listing | None:
    """Return the list that a table holds: a column of ranks, one of names; None for another table."""
    ranks = [at for at, head in enumerate(grid.heads) if RANKS.match(_bare(head))]
    rank = ranks[0] if len(ranks) == 1 else None  # with places of its own it is a table of a topic
    name = next((at for at, head in enumerate(grid.heads) if NAMES.match(_bare(head))), None)
    if rank is None or name is None or len(grid.rows) < LEAST:
        return None
    kinds = {
        at: next((kind for kind, words in GROUPS.items() if words.match(_bare(head))), "")
        for at, head in enumerate(grid.heads)
        if at not in (rank, name)
    }
    kinds = {at: kind for at, kind in kinds.items() if kind}
    if not kinds and name < rank:  # a table that tells more of units than their ranks
        return None
    units = []
    for row in grid.rows:
        text = row[rank].strip()
        if not re.fullmatch(r"\d+(\.\d+)?", text) or not row[name].strip():
            return None
        groups = {kind: group_name(row[at]) for at, kind in kinds.items() if row[at].strip()}
        starred = any(sign in row[name] for sign in STARS)
        units.append(Unit(row[name].strip(STARS + " "), float(text), with_regions(groups), starred))
    return Listing(grid.title or grid.place, tuple(units), grid.place)


def _bare(head: str) -> str:
    return re.sub(r"[\s\d年]", "", head)


def group_words(listings: Sequence[Listing]) -> dict[str, str]:
    """Return the words that name groups, long ones first, with the names they stand for.

    A province goes by its short and full name.
    """
    words: dict[str, str] = {}
    for listing in listings:
        for kind in listing.kinds():
            if kind != "prefecture":
                words |= {group: group for group in listing.counts(kind)}
    provinces = [*PROVINCES] if any(group in PROVINCES for group in words) else []
    for province in provinces:
        words |= {province: province} | {f"{province}{end}": province for end in ENDINGS}
    if provinces:
        words |= {region: region for region in REGIONS} | {f"{region}地区": region for region in REGIONS}
    return dict(sorted(words.items(), key=lambda pair: -len(pair[0])))


def abbreviated(text: str) -> list[str]:
    """Return the provinces of a run of signs such as 苏鲁浙; nothing where a sign is none."""
    return [SHORT[sign] for sign in text] if text and all(sign in SHORT for sign in text) else []
