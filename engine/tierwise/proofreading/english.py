"""What an English sentence of a report says, in the manner of our own: counts, sums, firsts, tiers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tierwise.proofreading.chinese import NUMBER, Reading
from tierwise.proofreading.counts import COUNTED, Context, judge_leaders
from tierwise.proofreading.numbers import DIGITS, number_of
from tierwise.proofreading.phrases import MANY
from tierwise.words.language import Text

KINDS: Final = {
    "provinces": "province",
    "regions": "region",
    "prefectures": "prefecture",
    "countries": "country",
}
TIER: Final = re.compile(r"\btier (\d+)\b", re.IGNORECASE)
FILTERS: Final = re.compile(
    r"\b(above|over|more than|below|fewer than|in each of the last|growth|exports?|GDP)\b"
)
MOVED: Final = re.compile(r"\b(new on the list|left the list|off the list|against the list)\b", re.IGNORECASE)
CUES: Final = re.compile(r"\b(lie in|in number|listed|leads? with|follows? with|each)\b", re.IGNORECASE)
TOP: Final = re.compile(rf"\b(?:top|first) ({MANY})\b")
JOINED: Final = r"(?:, | and )"


@dataclass
class English(Reading):
    """An English sentence as compared."""

    filters, moves, cues, tops = FILTERS, MOVED, CUES, TOP

    def __post_init__(self) -> None:
        """Find the counts."""
        self.text = self.source = " ".join(self.text.split())
        self.origins = [*range(len(self.text))]
        self.rest = self.text
        if self.words:
            self._followers()
            self._shared()
            self._alone()
            self._together()
            self.counts.sort(key=lambda count: count.start)

    def written(self, start: int, end: int) -> str:
        """Return a part of the text."""
        return self.source[start:end]

    @property
    def one(self) -> str:
        """The pattern of a group."""
        return r"(?<![\w])(?:" + ("|".join(map(re.escape, self.words)) or "(?!)") + r")(?![\w])"

    @property
    def many(self) -> str:
        """The pattern of groups one after the other."""
        return f"{self.one}(?:{JOINED}{self.one})*"

    def _followers(self) -> None:
        for match in self._take(rf"({self.many}) follow with ({DIGITS}(?:{JOINED}{DIGITS})+)"):
            groups, numbers = self.groups(match[1]), re.findall(DIGITS, match[2])
            if len(groups) == len(numbers):
                for group, number in zip(groups, numbers, strict=True):
                    self._note((group,), number, match)

    def _shared(self) -> None:
        for match in self._take(rf"({self.many}) (?:lead with |follow with )?({DIGITS}) each"):
            for group in self.groups(match[1]):
                self._note((group,), match[2], match)

    def _alone(self) -> None:
        for match in self._take(
            rf"({self.one}) (?:leads with |follows with |has |with )?({DIGITS})"
            r"(?!\d|[.,]\d|%|[–-]\d)(?! (?:more|fewer|per|place|years?|times|or more|or fewer))(?!\+)"
        ):
            self._note(self.groups(match[1]), match[2], match)

    def _together(self) -> None:
        for match in self._take(rf"together (?:they have )?({DIGITS})"):
            before = [count.groups[0] for count in self.counts if count.start < match.start()]
            if len(before) > 1:
                self._note(tuple(before), match[1], match, together=True)

    def tiers(self, end: int | None = None) -> tuple[int, ...]:
        """Return the tier that is spoken of last before a place in the sentence."""
        found = TIER.findall(self.text[:end])
        return (int(found[-1]),) if found else ()

    def tiers_behind(self, start: int) -> tuple[int, ...]:
        """Return nothing: English names the tier first."""
        return ()

    def leading(self) -> tuple[str, str]:
        """Return the patterns of groups that lead, and of those that come next."""
        return (
            rf"({self.many})( leads? (?:with|the list|the ranking))",
            rf"({self.many})( follows?(?: with)?\b)",
        )

    def top(self, end: int | None = None) -> tuple[int, int] | None:
        """Return the ranks that are spoken of last before a place in the sentence."""
        found = [*TOP.finditer(self.text[:end])]
        last = number_of(found[-1][1]) if found else 0
        return (1, last) if last else None

    def share_behind(self, end: int) -> tuple[str, str] | None:
        """Return the share behind a count: the words and the number."""
        match = re.match(rf", ({NUMBER})% of the (?:list|tier)", self.text[end:])
        return (match[0].strip(", "), match[1]) if match else None


def judge(reading: English, context: Context) -> None:
    """Judge how many groups there are, sizes and ranks of tiers, and the firsts of groups."""
    listing = context.listing
    number = re.search(rf"[Tt]he ({DIGITS}) listed", reading.text)
    if number:
        context.compare("count", "listed", number[1], len(listing))
        reading.cover(*number.span(1))
    for match in re.finditer(
        rf"(?:lie|are|come|is spread|spread) (?:in|over|across|from) ({MANY}) ({'|'.join(KINDS)})",
        reading.text,
    ):
        if (
            KINDS[match[2]] in listing.kinds()
            and not reading.filtered
            and not reading.tiers()
            and not reading.top()
        ):
            right = len(listing.counts(KINDS[match[2]]))
            context.compare("count", match[0], number_of(match[1]) or match[1], right)
            reading.cover(*match.span())
    if listing.tiers() and not reading.filtered:
        _tiers(reading, context)
    if context.words:
        judge_leaders(reading, context)
    if not reading.moved:
        _firsts(reading, context)


def _tiers(reading: English, context: Context) -> None:
    fall = re.search(r"fall into (\d+) tiers", reading.text)
    if fall:
        context.compare("size", fall[0], fall[1], len(context.listing.tiers()))
        reading.cover(*fall.span())
    for match in re.finditer(
        r"tier (\d+) has (\d+)(?:, ranks? (\d+)(?:[–-](\d+))?)?", reading.text, re.IGNORECASE
    ):
        units = context.listing.within([int(match[1])])
        if not units:
            continue
        context.compare("size", f"tier {match[1]}", match[2], len(units))
        reading.cover(*match.span())
        if match[3]:
            ranks = [unit.rank for unit in units]
            right = f"{min(ranks):g}–{max(ranks):g}"
            context.compare("rank", f"tier {match[1]}", f"{match[3]}–{match[4] or match[3]}", right)


def _firsts(reading: English, context: Context) -> None:
    """Judge names with ranks: Finland of Europe (1)."""
    units = {unit.name: unit for unit in context.listing.units}
    if reading.filtered or not re.search(r"\b(?:ranks?|first)\b", reading.text):
        return  # what stands in brackets is another figure
    pattern = rf"([^,;:()]+?) of ({reading.one}) \((\d+)\)"
    for match in re.finditer(pattern, reading.text) if reading.words else ():
        ends = sorted((name for name in units if match[1].endswith(name)), key=len)
        name = ends[-1] if ends else re.split(r"\b(?:and|are|is)\b", match[1])[-1].strip()
        unit = units.get(name)
        if unit is None:
            context.holds("name", name, name, "?", agrees=False, why=COUNTED)
            reading.cover(*match.span())
            continue
        context.compare("rank", name, match[3], f"{unit.rank:g}")
        reading.cover(*match.span())
        context.holds(
            "value",
            name,
            match[2],
            "/".join(unit.groups.values()),
            agrees=match[2] in unit.groups.values(),
            why=Text("its group", "所属组"),
        )
