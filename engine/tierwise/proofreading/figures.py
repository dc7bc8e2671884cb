"""Totals, shares and multiples in sentences, recomputed from each other within their rounding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tierwise.proofreading.chinese import NUMBER, Reading
from tierwise.proofreading.findings import Findings
from tierwise.proofreading.numbers import SCALES, Span, span
from tierwise.words.formats import Printed
from tierwise.words.language import Text

FIGURES: Final = (
    "社会消费品零售总额",
    "一般公共预算收入",
    "固定资产投资",
    "工业增加值",
    "工业投资",
    "利润总额",
    "发明专利申请数",
    "专利申请数",
    "地区生产总值",
    "GDP",
    "人口",
)
ALIKE: Final = {"地区生产总值": "GDP"}
ONE: Final = "(?:" + "|".join(FIGURES) + ")"
# about: these are no numbers to reckon with
LOOSE: Final = "超过|近|约|突破|不足|接近|以上|将近|左右"
TOTAL: Final = re.compile(
    rf"({ONE})(总额)?(?:合计)?(?:达到|达|为|共|共计)?(?P<loose>{LOOSE})?({NUMBER})(万亿|亿|万)?(元|美元|人|件|平方公里)(?P<after>左右|以上)?"
)
NATION: Final = re.compile(
    rf"占全国([一-龥A-Z&]{{2,14}}?)(?:的)?(?:比重)?(?:为|达到|的)?(?P<loose>{LOOSE})?({NUMBER})%"
)
OWN: Final = re.compile(
    rf"占(?:百强县市|百强|其)?({ONE})(?:合计)?(?:的)?(?:比重)?(?:达到|为|的)?(?P<loose>{LOOSE})?({NUMBER})%"
)
HEAD: Final = re.compile(rf"人均({ONE})(?:达到|为)?({NUMBER})(万)?元")
NOT_OF_THE_LIST: Final = re.compile("人均$|新增$|均$|每|上年|全国|我国|全省|占|第三个")
MULTIPLES: Final = re.compile(rf"均值依次为((?:{NUMBER}[^、，。；和\d]*[、和]?)+)")
TIMES: Final = re.compile(rf"倍差(?:依次)?为((?:{NUMBER}倍[、和]?)+)")


@dataclass(frozen=True)
class Total:
    """A total as printed: of which list, of which figure, between which numbers, where."""

    listing: str
    figure: str
    span: Span
    text: str
    place: str
    unit: str
    quote: str = ""


@dataclass
class Figures:
    """The totals of a report so far, and the totals of the nation that its shares imply."""

    findings: Findings
    totals: list[Total] = field(default_factory=list)
    nation: list[Total] = field(default_factory=list)
    means: tuple[Span, ...] = ()

    def read(
        self, reading: Reading, listing: str, place: str, quote: str, names: frozenset[str] = frozenset()
    ) -> None:
        """Compare a sentence with those before; figures of single units (``names``) are no totals."""
        text = reading.text
        compared = [
            *self._totals(text, listing, place, quote, names),
            *self._shares(text, listing, place, quote),
            *self._nation(text, listing, place, quote),
            *self._heads(text, listing, place, quote),
            *self._multiples(text, place, quote),
        ]
        self.findings.checked += len(compared)
        for match in compared:
            reading.cover(*match.span())

    def _totals(
        self, text: str, listing: str, place: str, quote: str, names: frozenset[str]
    ) -> Iterator[re.Match[str]]:
        for match in TOTAL.finditer(text):
            clause = re.split("[，。；（]", text[: match.start()])[-1]
            if match["loose"] or match["after"] or NOT_OF_THE_LIST.search(clause):
                continue
            if any(name in clause for name in names):
                continue
            figure = ALIKE.get(match[1], match[1])
            printed = f"{match[4]}{match[5] or ''}{match[6]}"
            own = Total(
                listing, figure, span(match[4], SCALES[match[5] or ""]), printed, place, match[6], quote
            )
            same = [
                one
                for one in self.totals
                if (one.listing, one.figure, one.unit) == (listing, figure, own.unit)
            ]
            if same:
                yield match
            for one in same:
                wide, narrow = sorted((one, own), key=lambda each: each.span.low - each.span.high)
                if not one.span.meets(own.span) and _near(one.span, own.span):
                    why = Text(f"{narrow.text} ({narrow.place})", f"另处为{narrow.text}（{narrow.place}）")
                    scale = SCALES[re.findall("万亿|亿|万|$", wide.text)[0]]
                    decimals = len(re.findall(NUMBER, wide.text)[0].partition(".")[2])
                    right = re.sub(
                        NUMBER, f"{Printed(narrow.span.middle / scale):.{decimals}f}", wide.text, count=1
                    )
                    self.findings.add(wide.place, "value", wide.quote, wide.text, right, why)
            self.totals.append(own)

    def _total(self, figure: str, listing: str) -> Total | None:
        """Return the total of a figure, the one printed with most digits."""
        own = [
            one for one in self.totals if one.figure == ALIKE.get(figure, figure) and one.listing == listing
        ]
        return min(own, key=lambda one: one.span.high - one.span.low, default=None)

    def _shares(self, text: str, listing: str, place: str, quote: str) -> Iterator[re.Match[str]]:
        for match in OWN.finditer(text):
            heads = re.findall(ONE, text[: match.start()])
            above = self._total(heads[-1], listing) if heads else None
            below = self._total(match[1], listing)
            if match["loose"] or above is None or below is None or above.figure == below.figure:
                continue
            self._share(match[3], above, below, place, quote)
            yield match

    def _share(self, printed: str, above: Total, below: Total, place: str, quote: str) -> None:
        quotient = (above.span / below.span).scaled(100)
        if not quotient.meets(span(printed)):
            decimals = len(printed.partition(".")[2])
            why = Text(f"{above.text} / {below.text}", f"{above.text}÷{below.text}")
            right = f"{Printed(quotient.middle):.{decimals}f}%"
            self.findings.add(place, "share", f"{above.figure}: {quote}", f"{printed}%", right, why)

    def _nation(self, text: str, listing: str, place: str, quote: str) -> Iterator[re.Match[str]]:
        """Compare the nation's totals that shares of two lists imply."""
        for match in NATION.finditer(text):
            figure = next((one for one in FIGURES if one in match[1]), "")
            above = self._total(figure, listing) if figure else None
            if match["loose"] or above is None or figure not in re.findall(ONE, text[: match.start()]):
                continue
            implied = (above.span / span(match[3])).scaled(100)
            own = Total(listing, figure, implied, f"{above.text} / {match[3]}%", place, above.unit)
            for one in self.nation:
                if (one.figure, one.unit) == (figure, own.unit) and one.listing != listing:
                    yield match
                    if not one.span.meets(implied):
                        right = (self._total(figure, one.listing) or above).span / implied
                        why = Text(
                            f"{own.text} ({place}) and {one.text} do not have one total of the nation",
                            f"与{own.text}（{place}）推算的全国总量不一致",
                        )
                        shown = f"{Printed(100 * right.middle):.1f}%"
                        self.findings.add(one.place, "share", f"全国{figure}", one.text, shown, why)
            self.nation.append(own)

    def _heads(self, text: str, listing: str, place: str, quote: str) -> Iterator[re.Match[str]]:
        people = self._total("人口", listing)
        for match in HEAD.finditer(text):
            above = self._total(match[1], listing)
            if above is None or people is None:
                continue
            quotient = above.span / people.span
            printed = span(match[2], SCALES[match[3] or ""])
            yield match
            if not quotient.meets(printed):
                why = Text(f"{above.text} / {people.text}", f"{above.text}÷{people.text}")
                self.findings.add(
                    place,
                    "value",
                    f"人均{match[1]}: {quote}",
                    match[2],
                    f"{Printed(quotient.middle):.0f}",
                    why,
                )

    def _multiples(self, text: str, place: str, quote: str) -> Iterator[re.Match[str]]:
        """Compare multiples with the means before them, in the sentence or in the one before."""
        means, times = MULTIPLES.search(text), TIMES.search(text)
        if means:
            self.means = tuple(span(number) for number in re.findall(NUMBER, means[1]))
        if not times:
            return
        printed = re.findall(NUMBER, times[1])
        if len(printed) != len(self.means) - 1:
            return
        for at, (one, above, below) in enumerate(zip(printed, self.means, self.means[1:], strict=False), 1):
            quotient = above / below
            if not quotient.meets(span(one)):
                decimals = len(one.partition(".")[2])
                right = f"{Printed(quotient.middle):.{decimals}f}倍"
                why = Text("quotient of the means", "由均值相除")
                self.findings.add(place, "multiple", f"{at}: {quote}", f"{one}倍", right, why)
        yield times


def _near(one: Span, other: Span) -> bool:
    """Tell whether two totals are near enough to mean one thing: within a tenth."""
    return 0.9 < one.middle / other.middle < 1.1 if other.middle else False
