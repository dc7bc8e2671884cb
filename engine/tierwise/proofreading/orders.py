"""What a sentence says of named units and their order, held against the list.

Firsts of groups, the first and last of a list, where a unit lies, what a tier is made of. A statement that
may be about something else than the list is left, and stays to be told as not checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tierwise.proofreading import phrases
from tierwise.proofreading.chinese import Reading
from tierwise.proofreading.claims import quoted
from tierwise.proofreading.counts import Context
from tierwise.proofreading.english import English
from tierwise.proofreading.listed import Unit
from tierwise.proofreading.mentions import GROUP, UNIT, Marked
from tierwise.proofreading.numbers import number_of, whole
from tierwise.proofreading.placed import BEFORE, ENGLISH_BEFORE, LISTED, MASK
from tierwise.words.language import COMMA, Text

NAMED: Final = re.compile(
    rf"(?P<groups>(?:{GROUP}的?)*)(?:(?P<unit>{UNIT})|(?P<strange>[一-龥]{{2,8}}?(?:市|县|旗|区)"
    rf"(?=[、，。；（和及与等]|$)|[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*))"
    rf"(?P<behind>(?: of| in) {GROUP}| \({GROUP}\))?(?P<note>[（(][^（）()]*[）)]| \([^()]*\))?"
)
E_THAT: Final = re.compile(r",? in that order")
GROUPED: Final = Text("its group", "所属组")
TIERED: Final = Text("its tier", "所属梯队")
FIRST_OF: Final = Text("first of its group", "该组首位")


@dataclass(frozen=True)
class Named:
    """A unit as a run of names has it: the list's (none for a strange name), the groups said, the note."""

    text: str
    units: tuple[Unit, ...]
    groups: tuple[str, ...]
    note: str = ""

    @property
    def name(self) -> str:
        """The name in the list, or as it stands."""
        return self.units[0].name if self.units else self.text


@dataclass
class Orders:
    """A sentence, its names, the list that it is about; what was judged is masked in ``text``."""

    reading: Reading
    marked: Marked
    context: Context

    def __post_init__(self) -> None:
        """Begin with nothing judged."""
        self.text = self.marked.text
        self.joined: list[tuple[int, int]] = []  # to be covered last: others read the same names
        self.english = isinstance(self.reading, English)
        self.units = sorted(self.context.listing.units, key=lambda unit: unit.rank)

    def judge(self) -> None:
        """Judge all that the patterns read."""
        zh = not self.english
        if not self.reading.moved:
            self._each(phrases.FIRSTS if zh else phrases.E_FIRSTS, self._firsts, free=False)
            self._each(phrases.ONE_FIRST if zh else phrases.E_ONE_FIRST, self._first, free=False)
            self._each(phrases.TOPS if zh else phrases.E_TOPS, self._tops, free=False)
            self._each(phrases.WITHIN if zh else phrases.E_WITHIN, self._within, free=False)
            self._each(phrases.TIER_IS if zh else phrases.E_TIER_IS, self._tier_is, free=True)
            self._each(phrases.IN_TIER if zh else phrases.E_IN_TIER, self._in_tier, free=True)
        self._each(phrases.LIES if zh else phrases.E_LIES, self._lies, free=True)
        for span in self.joined:
            self.reading.cover(*span)

    def belonging(self) -> None:
        """Judge groups that stand before or behind a name (江苏江阴市, Alder of North)."""
        for pattern in phrases.E_JOINED_TO if self.english else phrases.JOINED_TO:
            for match in pattern.finditer(self.marked.text):
                span = self.marked.span(*match.span())
                if not self.reading.is_covered(*span) and self._lies(match):
                    self.joined.append(span)
                    self._others(match)

    def _others(self, match: re.Match[str]) -> None:
        """Tell names behind the first of which its group may not be said (江苏江阴市、慈溪市)."""
        behind = re.match(rf"(?:[、和及与]{UNIT})+", self.marked.text[match.end() :])
        if self.english or behind is None:
            return
        said = {one.group for one in self.marked.within(*match.span("groups"))}
        end = match.end() + behind.end()
        others = self.marked.units(match.end(), end)
        if not all(any({*unit.groups.values()} >= said for unit in one.units) for one in others):
            text = self.reading.written(*self.marked.span(match.start(), end))
            self.context.findings.unchecked.append((self.context.place, quoted(text)))

    def _each(
        self, patterns: Sequence[re.Pattern[str]], judged: Callable[[re.Match[str]], bool], *, free: bool
    ) -> None:
        """Judge what patterns find; unless ``free`` only where nothing before it may be of something else."""
        before = ENGLISH_BEFORE if self.english else BEFORE
        for pattern in patterns:
            for match in pattern.finditer(self.text):
                if not free and before.fullmatch(self.text[: match.start()]) is None:
                    continue
                if self.reading.is_covered(*self.marked.span(*match.span())):
                    continue
                if judged(match):
                    self._cover(match)
                    if not free:
                        blank = MASK * len(match[0])
                        self.text = self.text[: match.start()] + blank + self.text[match.end() :]

    def _cover(self, match: re.Match[str]) -> None:
        """Note what was judged: all but what stands in brackets."""
        at = match.start()
        for note in re.finditer(r"[（(][^（）()]*[）)]", match[0]):
            self.reading.cover(*self.marked.span(at, match.start() + note.start()))
            at = match.start() + note.end()
        self.reading.cover(*self.marked.span(at, match.end()))

    def _names(self, match: re.Match[str]) -> list[Named]:
        """Return the units of a run of names."""
        return [*self._named(*match.span("names"))]

    def _named(self, start: int, end: int) -> Iterator[Named]:
        for one in NAMED.finditer(self.marked.text, start, end):
            mentions = self.marked.within(*one.span())
            units = next((own.units for own in mentions if own.units), ())
            groups = tuple(own.group for own in mentions if not own.units and own.group)
            yield Named(one["strange"] or "", units, groups, one["note"] or "")

    def _holds(
        self, kind: str, subject: str, printed: object, right: object, *, agrees: bool, why: Text
    ) -> None:
        self.context.holds(kind, subject, printed, right, agrees=agrees, why=why)

    def _kind(self, match: re.Match[str], names: Sequence[Named]) -> str:
        """Return the kind of groups whose firsts are told."""
        said = match["kind"] or ""
        kinds = self.context.listing.kinds()
        kind = phrases.KINDS.get(said, "")
        if self.english:
            kind = next((kind for word, kind in phrases.E_KINDS.items() if said.startswith(word)), "")
            kind = kind or next((own for own in kinds if own.casefold().startswith(said[:4].casefold())), "")
        if kind in kinds:
            return kind
        told = [group for one in names for group in one.groups]
        return next((own for own in map(self.context.listing.kind_of, told) if own), "") if not kind else ""

    def _firsts(self, match: re.Match[str]) -> bool:
        names = self._names(match)
        kind = self._kind(match, names)
        if not kind or not names:
            return False
        if any(re.search(r"\d", one.note) for one in names):
            return False  # ranks behind the names: judged with these
        firsts = self.context.listing.firsts(kind)
        seen = set()
        for one in names:
            group = next((own for own in one.groups if own in firsts), "")
            own = [unit for unit in one.units if not group or unit.groups.get(kind) == group] or [*one.units]
            where = group or (own[0].groups.get(kind, "") if own else "")
            seen.add(where)
            right = [unit.name for unit in firsts.get(where, ())]
            agrees = bool(own) and own[0].name in right
            self._holds("first", where, one.name, "、".join(right) or "?", agrees=agrees, why=FIRST_OF)
        for group, units in firsts.items():
            if group not in seen and not match["more"]:
                self._holds("omission", group, "", units[0].name, agrees=False, why=FIRST_OF)
        return True

    def _first(self, match: re.Match[str]) -> bool:
        [one] = self._names(match)[:1]
        group = self.marked.within(*match.span("group"))[0].group
        kind = self.context.listing.kind_of(group)
        if not kind:
            return False
        right = [unit.name for unit in self.context.listing.firsts(kind)[group]]
        agrees = any(unit.name in right for unit in one.units)
        self._holds("first", group, one.name, "、".join(right), agrees=agrees, why=FIRST_OF)
        return True

    def _scope(self, match: re.Match[str]) -> list[Unit]:
        """Return the units of which the first are told: all, or those of a group."""
        said = match.groupdict().get("group") or ""
        if not said:
            return self.units
        group = self.marked.within(*match.span("group"))[0].group
        kind = self.context.listing.kind_of(group)
        return [unit for unit in self.units if unit.groups.get(kind) == group] if kind else []

    def _expected(self, match: re.Match[str]) -> list[Unit]:
        """Return the first (or last) units that are told; none where there are not so many."""
        found = match.groupdict()
        text = found["top"] or found.get("strong") or ""
        top = number_of(text)
        units = self._scope(match)
        if not top or top > len(units):
            return []
        if re.search("后|末|倒|bottom|last", found.get("side") or ""):
            return [unit for unit in units if unit.rank >= units[-top].rank]
        return [unit for unit in units if unit.rank <= units[top - 1].rank]

    def _tops(self, match: re.Match[str]) -> bool:
        names, right = self._names(match), self._expected(match)
        found = match.groupdict()
        if not right or not names:
            return False
        ordered = bool(found.get("order") or found.get("late")) or "依次" in match[0]
        ordered = ordered or bool(E_THAT.match(self.text[match.end() :]))
        some = bool(match["more"]) or re.search("包括|有|include", match["verb"]) is not None
        return self._compare(match, names, right, ordered=ordered, some=some)

    def _within(self, match: re.Match[str]) -> bool:
        names, right = self._names(match), self._expected(match)
        found = match.groupdict()
        if not right or not names:
            return False
        whole_run = bool(found.get("all") or found.get("order"))
        ordered = bool(found.get("order"))
        return self._compare(match, names, right, ordered=ordered, some=not whole_run)

    def _compare(
        self,
        match: re.Match[str],
        names: Sequence[Named],
        right: Sequence[Unit],
        *,
        ordered: bool,
        some: bool,
    ) -> bool:
        """Compare a run of names with what it should be; an order that is not said is not judged."""
        printed = self.reading.text[slice(*self.marked.span(*match.span("names")))]
        told = COMMA["en" if self.english else "zh"].join(unit.name for unit in right)
        own = [{unit.name for unit in one.units} for one in names]
        listed = {unit.name for unit in right}
        ranks = [min((unit.rank for unit in one.units), default=0.0) for one in names]
        if not all(names_of & listed for names_of in own) or (not some and len(names) != len(right)):
            self._holds("rank", "", printed, told, agrees=False, why=LISTED)
            return True
        in_order = ranks == sorted(ranks) and (not some or ranks[0] == right[0].rank or not ordered)
        if ordered or in_order:
            self._holds("rank", "", printed, told, agrees=in_order or not ordered, why=LISTED)
            return True
        return False

    def _lies(self, match: re.Match[str]) -> bool:
        found = match.groupdict()
        names = self._names(match)
        groups = [
            one.group for one in self.marked.within(*match.span("groups")) if one.group and not one.units
        ]
        known = [one for one in names if one.units]
        if not known or not groups or len(known) < len(names):
            return False
        each = bool(found.get("each")) and len(groups) == len(names)
        judged = False
        for at, one in enumerate(known):
            said = [groups[at]] if each else groups
            kinds = dict.fromkeys(self.context.listing.kind_of(group) for group in said)
            if "" in kinds or not any(kind in unit.groups for unit in one.units for kind in kinds):
                continue
            right = "/".join(
                dict.fromkeys(
                    unit.groups[kind] for unit in one.units for kind in kinds if kind in unit.groups
                )
            )
            nested = match.re in phrases.JOINED_TO  # 江苏省无锡市江阴市: in each of them
            test = all if nested else any
            agrees = any(test(group in unit.groups.values() for group in said) for unit in one.units)
            self._holds("value", one.name, "、".join(said), right, agrees=agrees, why=GROUPED)
            judged = True
        return judged

    def _tier(self, match: re.Match[str]) -> int:
        found = match.groupdict()
        if found.get("ordinal"):
            return phrases.ORDINALS.index(found["ordinal"]) + 1
        tier = whole(found["tier"] or "") or 0
        return tier if tier in self.context.listing.tiers() else 0

    def _in_tier(self, match: re.Match[str]) -> bool:
        tier, names = self._tier(match), self._names(match)
        if not tier or not names:
            return False
        for one in names:
            tiers = [self.context.listing.tier_of(unit) for unit in one.units]
            right = "/".join(map(str, tiers)) or "?"
            self._holds("rank", one.name, tier, right, agrees=tier in tiers, why=TIERED)
        return True

    def _tier_is(self, match: re.Match[str]) -> bool:
        tier, names = self._tier(match), self._names(match)
        right = self.context.listing.within([tier]) if tier else []
        if not right or not names:
            return False
        some = bool(match["more"]) or re.search("包括|含|include|contain", match["verb"]) is not None
        return self._compare(match, names, right, ordered="依次" in match[0], some=some)
