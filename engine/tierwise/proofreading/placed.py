"""Ranks of named units as a sentence states them (江阴市位居第1位, "Alder ranks 2nd"), held against the list.

What may be about something else than the list (an indicator, a province, another year) is left unjudged, and
told as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from tierwise.names import bare, cleaned
from tierwise.proofreading.chinese import JOINED, Reading
from tierwise.proofreading.counts import Context
from tierwise.proofreading.english import English
from tierwise.proofreading.listed import Listing, Unit
from tierwise.proofreading.numbers import whole
from tierwise.words.language import Text

LISTED: Final = Text("the list", "据榜单")
MASK: Final = "□"
YEAR: Final = r"(?:19|20)\d\d"
COUNT: Final = r"(?:\d+|[一二三四五六七八九十]+)"
VERB: Final = "(?:并列)?(?:位居|位列|名列|排名|排在|高居|跃居|排|居|列|名次为|位次为|排名为)"
ENDS: Final = "(?=$|[，。；、：！（）和及与而])"
RANKED: Final = rf"{VERB}(?:第{COUNT}[位名]?|首位|榜首)"
RANK: Final = rf"(?:{RANKED}|为?第{COUNT}名){ENDS}"
RANKS: Final = rf"{VERB}(?:第?{COUNT}[位名]?{JOINED})+第?{COUNT}[位名]?{ENDS}"
AMONG: Final = (  # the list itself
    rf"在?(?:{YEAR}年)?(?:本次|全部|所有|中国|工业|综合|百强|县市|县|市|区|入榜|榜单|名单)+(?:中|里|内)"
)
BETWEEN: Final = (  # a name and its rank
    "(?:继续|仍然|仍|依然|再次|稳|的|今年|本年|本期|综合|总体|竞争力|发展|指数|得分|，|"
    rf"{YEAR}年|以\d+(?:\.\d+)?分?|{AMONG})*(?:分别|依次|分)?"
)
BEFORE: Final = re.compile(
    rf"(?:其中|{YEAR}年|从(?:整体|总体)?(?:排名|位次|名次)(?:来?看)?|{AMONG}|[，、；：和及与而□]|"
    r"[^，。；]*分布于\d+个[^，。；]*[，；])*"
)
CLAIM: Final = re.compile(
    rf"[^，。；：（）□]*(?:{VERB}第{COUNT}|第{COUNT}[位名])(?![\d—–~\-之以至所梯季产])[^，。；：（）□]*"
)
ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"
)  # fmt: skip
ORDINAL: Final = rf"(?:\d+(?:st|nd|rd|th)|{'|'.join(ORDINALS)})"
ENGLISH: Final = (
    r"(?:(?:again|still|also|now|then) )*(?:"
    rf"(?:ranks|ranked|is|is ranked|was ranked|comes|came|stands|placed) (?:in )?(?:the )?{ORDINAL}"
    r"|(?:ranks|ranked|is ranked) (?:at )?(?:number |no\. ?|#)?\d+"
    r"|(?:takes|holds|has) (?:rank|place) \d+)\b(?![–-])"
)
ENGLISH_ENDS: Final = r"(?: place)?(?: overall| (?:on|in|of) the list)?(?=[,.;:!)]|$| and | while )"
ENGLISH_BEFORE: Final = re.compile(rf"(?:\b[Ii]n {YEAR}|\b[Oo]verall|\band|\bwhile|\b[Tt]he|[\s,;:]|{MASK})*")
ENGLISH_CLAIM: Final = re.compile(rf"[^,;:()□]*\b{ENGLISH}[^,;:()□]*")


def judge_placed(
    reading: Reading, context: Context, others: Sequence[Listing], year: str, near: str
) -> list[str]:
    """Judge the ranks of named units; return the statements of ranks that are left unjudged.

    Args:
        reading: a sentence; 第五名晋江市 is left to :func:`tierwise.proofreading.units.judge_places`.
        context: the list that it is about.
        others: the other lists of the report; a rank of one whose title stands near is left.
        year: of the report, where the list's title has none; a rank of another year is left.
        near: what stands around the sentence: its heading and its paragraphs.

    """
    english = isinstance(reading, English)
    units = {unit.name if english else cleaned(unit.name): unit for unit in context.listing.units}
    years = {*re.findall(YEAR, context.listing.title)} or {year}
    titled = [one for one in others if _core(one.title) and _core(one.title) in near + reading.text]
    text = reading.text
    for pattern in _patterns(tuple(units), tuple(reading.words), english=english):
        for match in pattern.finditer(text):
            before = (ENGLISH_BEFORE if english else BEFORE).fullmatch(text[: match.start()])
            if before is None or reading.moved or not {*re.findall(YEAR, before[0] + match[0])} <= years:
                continue
            pairs = [*_pairs(match, units)]
            if not pairs or any(_elsewhere(unit, rank, titled) for unit, rank in pairs):
                continue
            for unit, rank in pairs:
                context.compare("rank", unit.name, rank, f"{unit.rank:g}", LISTED)
            text = text[: match.start()] + MASK * len(match[0]) + text[match.end() :]
    if not english:
        text = re.sub(rf"第{COUNT}名(?={'|'.join(map(re.escape, units)) or '(?!)'})", MASK, text)
    return [match[0].strip() for match in (ENGLISH_CLAIM if english else CLAIM).finditer(text)]


@lru_cache(maxsize=64)
def _patterns(
    names: tuple[str, ...], groups: tuple[str, ...], *, english: bool
) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of names with ranks, and of ranks with names, of a list."""
    forms = {*names} | ({form for name in names if len(form := bare(name)) > 1} if not english else set())
    one = _any(sorted(forms, key=len, reverse=True))
    if english:
        return (re.compile(rf"(?<!\w)(?P<names>{one}) (?P<ranks>{ENGLISH}){ENGLISH_ENDS}"),)
    unit = rf"(?:{_any(groups)}的?)?{one}"
    run = rf"(?P<names>{unit}(?:{JOINED}{unit})*)"
    return (
        re.compile(rf"{run}{BETWEEN}(?P<ranks>{RANKS}|{RANK})"),
        re.compile(rf"(?P<ranks>{RANKED}|第{COUNT}名)(?:的是|的|是|为){run}"),
    )


def _any(words: Sequence[str]) -> str:
    return "(?:" + ("|".join(map(re.escape, words)) or "(?!)") + ")"


def _pairs(match: re.Match[str], units: Mapping[str, Unit]) -> Iterator[tuple[Unit, int]]:
    """Yield the units and the ranks that a statement gives them; none where there are not as many of both."""
    known = {**{bare(name): unit for name, unit in units.items()}, **units}
    names = [match["names"]] if match["names"] in units else re.split(JOINED, match["names"])
    own = [next((known[name[at:]] for at in range(len(name)) if name[at:] in known), None) for name in names]
    said = [1] if re.search("首位|榜首", match["ranks"]) else [*_numbers(match["ranks"])]
    if len(own) == len(said):
        yield from ((unit, rank) for unit, rank in zip(own, said, strict=True) if unit is not None)


def _numbers(text: str) -> Iterator[int]:
    """Yield the ranks in a statement, in digits or words."""
    for word in re.findall(rf"{COUNT}|{'|'.join(ORDINALS)}", text):
        yield ORDINALS.index(word) + 1 if word in ORDINALS else whole(word) or 0


def _elsewhere(unit: Unit, rank: int, others: Sequence[Listing]) -> bool:
    """Tell whether a unit has a rank in another list, and not in its own."""
    found = [one.by_name().get(cleaned(unit.name)) for one in others]
    return unit.rank != rank and any(own is not None and own.rank == rank for own in found)


def _core(title: str) -> str:
    """Return what of a list's title a text repeats: without its year."""
    return re.sub(rf"{YEAR}年?", "", "".join(title.split()))
