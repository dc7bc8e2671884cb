"""A report proof-read: its lists and tables, then its sentences, against the figures or the list itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tierwise.names import bare, cleaned
from tierwise.proofreading import counts, tables, units
from tierwise.proofreading.chinese import Reading, is_english, sentences
from tierwise.proofreading.claims import quoted, unread
from tierwise.proofreading.counts import Context
from tierwise.proofreading.drafted import Expected, compare_sentence, compare_table
from tierwise.proofreading.english import English
from tierwise.proofreading.english import judge as judge_english
from tierwise.proofreading.figures import Figures
from tierwise.proofreading.findings import Findings
from tierwise.proofreading.listed import Listing, group_words, listing_of
from tierwise.proofreading.mentions import marked
from tierwise.proofreading.numbers import whole
from tierwise.proofreading.orders import Orders
from tierwise.proofreading.parts import FIGURE, SOURCE, Grid, Paragraph, Part
from tierwise.proofreading.placed import judge_placed
from tierwise.proofreading.shares import judge_shares
from tierwise.proofreading.years import Years, check_years, years_of
from tierwise.words.language import Language

SAME: Final = 0.5  # share of rows that a printed list has in common with the list of the figures
RANGES: Final = re.compile(r"(\d+)[-–—]+第?(\d+)名?构成的?第([一二三四五六七八九十]+)梯队")
SIZES: Final = re.compile(r"第([一二三四五六七八九十]+)梯队\d+个（第(\d+)(?:[-–—]+(\d+))?名）")
ENGLISH_SIZES: Final = re.compile(r"tier (\d+) has \d+, ranks? (\d+)(?:[–-](\d+))?", re.IGNORECASE)
YEARS: Final = re.compile(r"(?:19|20)\d\d(?=年)|(?<=in )(?:19|20)\d\d|(?<=of )(?:19|20)\d\d")
NOTHING: Final = Listing("", ())  # no list to judge by


@dataclass
class Report:
    """A report under the reader's eyes."""

    parts: Sequence[Part]
    language: Language
    right: Listing | None = None
    expected: Expected | None = None
    findings: Findings = field(default_factory=Findings)
    listings: list[tuple[int, Listing]] = field(default_factory=list)  # with the part that each stands in
    years: list[tuple[int, Years]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)  # of paragraphs, by their places as told
    marks: dict[str, dict[tuple[int, int], bool]] = field(default_factory=dict)
    year: str = ""  # that it names most

    def read(self) -> Findings:
        """Read it all; return what was found."""
        self._gather()
        self._ranges()
        self._tables()
        self._sentences()
        return self.findings

    def position(self, place: str) -> int:
        """Return where in the report a place is."""
        grids = (
            at
            for at, part in enumerate(self.parts)
            if isinstance(part, Grid) and place.startswith(part.place)
        )
        return self.places[place] if place in self.places else next(grids, len(self.parts))

    def _gather(self) -> None:
        """Find the lists, the tables of two years and of streaks, and the year."""
        texts = (part.text if isinstance(part, Paragraph) else part.title for part in self.parts)
        named = Counter(year for text in texts for year in YEARS.findall(text))
        self.year = max(named, key=lambda year: named[year], default="")
        for at, part in enumerate(self.parts):
            if not isinstance(part, Grid):
                continue
            listing = listing_of(part)
            if listing is not None and tables.streaks_of(part) is None:
                self.listings.append((at, listing))
            elif (years := years_of(part)) is not None:
                self.years.append((at, years))
            elif columns := tables.streaks_of(part):
                for cells in part.rows:
                    own = {ends: cells[column].strip() in tables.MARKS for column, ends in columns.items()}
                    self.marks[cleaned(cells[0])] = own

    def _ranges(self) -> None:
        """Note what ranks the report says that its tiers have, where the figures do not say it."""
        for at, part in enumerate(self.parts):
            if not isinstance(part, Paragraph):
                continue
            text = "".join(part.text.split())
            found = [(match[3], match[1], match[2]) for match in RANGES.finditer(text)]
            sizes = (*SIZES.finditer(text), *ENGLISH_SIZES.finditer(part.text))
            found += [(match[1], match[2], match[3] or match[2]) for match in sizes]
            ranges = {whole(tier) or 0: (float(first), float(last)) for tier, first, last in found}
            if not ranges:
                continue
            place = next(
                (index for index, (where, _) in reversed([*enumerate(self.listings)]) if where < at), None
            )
            fitting = [
                index
                for index, (where, listing) in enumerate(self.listings)
                if where < at and len(listing) == max(last for _, last in ranges.values())
            ]
            for index in fitting or ([] if place is None else [place]):
                where, listing = self.listings[index]
                self.listings[index] = (where, listing.with_ranges(ranges))

    def _is_right(self, listing: Listing) -> bool:
        """Tell whether a printed list is the list of the figures."""
        if self.right is None:
            return False
        known = self.right.by_name()
        common = sum(
            (true := known.get(cleaned(unit.name))) is not None and abs(true.rank - unit.rank) <= 1
            for unit in listing.units
        )
        return common >= SAME * len(listing)

    def _tables(self) -> None:
        for at, part in enumerate(self.parts):
            if not isinstance(part, Grid):
                continue
            listing = next((own for where, own in self.listings if where == at), None)
            if self.expected is not None and compare_table(part, self.expected, self.findings, self.language):
                if listing is not None:
                    tables.check_stars(listing, part, self.findings, self.language)
                if listing is not None and self.right is not None and self._is_right(listing):
                    self._take_right(at)
                continue
            years = next((own for where, own in self.years if where == at), None)
            if listing is not None:
                self._list(at, listing, part)
            elif years is not None:
                others = [own for _, own in self.years if own is not years]
                check_years(years, others, self._best(at, [*years.groups]), self.findings, self.language)
            elif columns := tables.streaks_of(part):
                if (own := self._holding(at, [cells[0] for cells in part.rows])) is not None:
                    tables.check_streaks(part, columns, own, self.findings, self.language)
            elif spread := tables.spread_of(part):
                self._spread(at, part, spread)
            else:
                self.findings.unchecked.append((part.place, part.title or " ".join(part.heads)))

    def _list(self, at: int, listing: Listing, part: Grid) -> None:
        tables.check_list(listing, part, self.findings, self.language)
        if self._is_right(listing):
            assert self.right is not None
            tables.check_against(listing, self.right, part, self.findings, self.language)
            self._take_right(at)

    def _take_right(self, at: int) -> None:
        """Go on with the list of the figures in the place of the printed one."""
        assert self.right is not None
        self.listings = [
            (where, replace(self.right, place=own.place) if where == at else own)
            for where, own in self.listings
        ]

    def _spread(self, at: int, part: Grid, columns: dict[int, tuple[str, tuple[int, int]]]) -> None:
        """Compare a table of groups with the list that it fits best."""
        trials = []
        for where, listing in self._candidates(at):
            trial = Findings()
            tables.check_spread(part, columns, listing, trial, self.language)
            if not trial.unchecked:
                trials.append((len(trial.wrong), abs(where - at), trial))
        if not trials:
            self.findings.unchecked.append((part.place, part.title))
            return
        best = min(trials, key=lambda trial: trial[:2])[2]
        self.findings.wrong += best.wrong
        self.findings.checked += best.checked

    def _candidates(self, at: int) -> list[tuple[int, Listing]]:
        """Return the lists before a place, else all; the list of the figures where none is printed."""
        before = [(where, own) for where, own in self.listings if where < at]
        found = before or self.listings
        return found or ([(-1, self.right)] if self.right is not None else [])

    def _best(self, at: int, groups: Sequence[str]) -> Listing | None:
        """Return the list before a place whose groups are nearest to these."""
        found = [
            (len({*own.counts(kind)} ^ {*groups}), abs(where - at), own)
            for where, own in self._candidates(at)
            if (kind := next((own.kind_of(group) for group in groups if own.kind_of(group)), ""))
        ]
        return min(found, key=lambda one: one[:2])[2] if found else None

    def _holding(self, at: int, names: Sequence[str]) -> Listing | None:
        """Return the list before a place that holds most of these names."""
        wanted = {cleaned(name) for name in names}
        found = [
            (len(wanted & own.by_name().keys()), -abs(at - where), own) for where, own in self._candidates(at)
        ]
        best = max(found, key=lambda one: one[:2], default=None)
        return best[2] if best is not None and best[0] > len(wanted) / 2 else None

    def _sentences(self) -> None:
        """Judge the sentences section by section, each by the list with which most of it agrees."""
        figures = Figures(self.findings)
        heading, number, last = "", 0, None
        sections = self._sections()
        for at, section in sections:
            end = next((where for where, _ in sections if where > at), len(self.parts))
            candidates = self._candidates(end)
            chosen = self._chosen(section, candidates, last)
            last = chosen or last
            for paragraph in section:
                if paragraph.level:
                    heading, number = paragraph.text, 0
                    continue
                number += not (FIGURE.match(paragraph.text) or SOURCE.match(paragraph.text))
                placed = replace(paragraph, place=self._place(paragraph, heading, number))
                near = heading + "".join(one.text for one in section)
                self._judge(placed, chosen, figures, near)

    def _place(self, paragraph: Paragraph, heading: str, number: int) -> str:
        """Return where a paragraph stands: its address in a file that has them, else heading and number."""
        place = paragraph.place
        if place.startswith("¶"):
            zh, en = f"第{max(number, 1)}段", f"paragraph {max(number, 1)}"
            zh, en = (f"“{heading}”{zh}", f"“{heading}”, {en}") if heading else (zh, en)
            place = zh if self.language == "zh" else en
        self.places[place] = self.parts.index(paragraph)
        return place

    def _sections(self) -> list[tuple[int, list[Paragraph]]]:
        """Return the paragraphs by headings."""
        found: list[tuple[int, list[Paragraph]]] = []
        for at, part in enumerate(self.parts):
            if isinstance(part, Paragraph):
                if part.level or not found:
                    found.append((at, []))
                found[-1][1].append(part)
        return found

    def _chosen(
        self, section: Sequence[Paragraph], candidates: Sequence[tuple[int, Listing]], last: Listing | None
    ) -> Listing | None:
        """Return the list that a section is about: with which most of its statements agree."""
        best: tuple[int, int] = (0, 0)
        chosen = None
        for index, (_, listing) in enumerate(candidates):
            trial, agreed = Findings(), 0
            for paragraph in section:
                if not paragraph.level:
                    agreed += self._trial(paragraph, listing, trial)
            if agreed and (agreed, -index) > (best[0], best[1]):
                best, chosen = (agreed, -index), listing
        if chosen is None:
            chosen = last if last in [own for _, own in candidates] else None
        return chosen or (candidates[-1][1] if len(candidates) == 1 else None)

    def _context(self, listing: Listing, findings: Findings, place: str) -> Context:
        years = [own for _, own in self.years if self._about(own, listing)]
        return Context(listing, group_words([listing]), years, findings, place)

    def _trial(self, paragraph: Paragraph, listing: Listing, findings: Findings) -> int:
        """Return how many statements of a paragraph agree with a list."""
        context = self._context(listing, findings, paragraph.place)
        for text in sentences(paragraph.text):
            if self._drafted(text, paragraph.place, findings):
                context.agreed += 1
            else:
                _carry(self._judged(text, context), context)
        return context.agreed

    def _drafted(self, text: str, place: str, findings: Findings) -> bool:
        """Compare a sentence with the figures' own; tell whether there is such a one."""
        return self.expected is not None and compare_sentence(text, self.expected, place, findings)

    def _judge(self, paragraph: Paragraph, listing: Listing | None, figures: Figures, near: str) -> None:
        """Judge the sentences of a paragraph by its list and by each other; note what was not judged."""
        place, findings = paragraph.place, self.findings
        context = None if listing is None else self._context(listing, findings, place)
        others = [own for _, own in self.listings if own is not listing]
        names = frozenset(bare(unit.name) for unit in listing.units) if listing is not None else frozenset()
        for text in sentences(paragraph.text):
            if self._drafted(text, place, findings):
                continue
            if context is None:
                reading: Reading = English(text, {}) if is_english(text) else Reading(text, {})
                signs = marked(reading.text, NOTHING, {})
            else:
                reading = self._judged(text, context)
                signs = marked(reading.text, context.listing, context.words)
                if not isinstance(reading, English):
                    units.judge_runs(reading, context, others)
                orders = Orders(reading, signs, context)
                orders.belonging()
                judge_placed(reading, signs, context, others, self.year, near)
                orders.judge()
                judge_shares(reading, context)
                _carry(reading, context)
            title = "" if listing is None else listing.title
            figures.read(reading, title, place, quoted(reading.written(0, len(reading.text))), names)
            left = unread(reading, signs)
            if left and not reading.covered:
                left = [reading.written(0, len(reading.text))]
            findings.unchecked += [(place, quoted(one)) for one in left]

    def _judged(self, text: str, context: Context) -> Reading:
        """Judge a sentence in its language."""
        if is_english(text):
            english = English(text, context.words)
            context.quote = quoted(english.text)
            counts.judge_counts(english, context)
            judge_english(english, context)
            return english
        reading = Reading(text, context.words)
        context.quote = quoted(reading.written(0, len(reading.text)))
        for judge in (counts.judge_size, counts.judge_number, counts.judge_counts, counts.judge_leaders):
            judge(reading, context)
        for judge in (counts.judge_tiers, counts.judge_top, units.judge_ranks, units.judge_places):
            judge(reading, context)
        units.judge_streaks(reading, context, self.marks)
        units.judge_entries(reading, context)
        return reading

    def _about(self, years: Years, listing: Listing) -> bool:
        """Tell whether a table of two years counts a list: most groups have its numbers."""
        kind = next((listing.kind_of(group) for group in years.groups if listing.kind_of(group)), "")
        counts = listing.counts(kind) if kind else {}
        return (
            sum(counts.get(group, 0) == now for group, (now, _) in years.groups.items())
            >= len(years.groups) / 2
        )


def _carry(reading: Reading, context: Context) -> None:
    """Note what a next sentence that begins with 其中 is about."""
    if reading.filtered or reading.moved:
        context.scope = None
    elif tiers := reading.tiers():
        context.scope = tiers
    elif reading.cued:
        context.scope = ()
