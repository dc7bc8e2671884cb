"""Sentences on shares of the list, on who has most and fewest, on where tiers begin and end, judged."""

from __future__ import annotations

import re
from typing import Final

from tierwise.proofreading.chinese import NUMBER, Reading
from tierwise.proofreading.counts import COUNTED, Context, kinds_of, scope_of
from tierwise.proofreading.english import English
from tierwise.proofreading.numbers import LOOSE, exact, span, whole
from tierwise.words.formats import Printed
from tierwise.words.language import Text

TIER: Final = r"第(?P<tier>[一二三四五六七八九十\d]+)梯队"
BOUNDS: Final = (
    re.compile(
        rf"{TIER}(?:\d+个)?(?:县市)?(?:的?(?:位次|名次|排名|区间))?(?:为|是|由|：|在|即|位于|涵盖|包括|对应)"
        r"(?:榜单)?第?(?P<first>\d+)名?(?:[-–—~至到]+)第?(?P<last>\d+)[名位]"
    ),
    re.compile(
        rf"第?(?P<first>\d+)名?(?:[-–—~至到]+)第?(?P<last>\d+)[名位]的?(?:县市)?(?:为|是|属于|属|列入|归入|构成){TIER}"
    ),
)
ENGLISH_BOUNDS: Final = (
    re.compile(
        r"\b[Tt]ier (?P<tier>\d+) (?:runs|goes|reaches|extends|is|spans|covers|comprises|holds)(?: from)? "
        r"(?:ranks? |places? )?(?P<first>\d+)(?: to | through |[–-])(?:rank |place )?(?P<last>\d+)\b"
    ),
    re.compile(r"\b[Tt]ier (?P<tier>\d+):? \(?ranks? (?P<first>\d+)(?: to |[–-])(?P<last>\d+)\b"),
)
BETWEEN: Final = re.compile(
    r"第?(?P<one>[一二三四五六七八九])(?:梯队)?[、和与](?:第)?(?P<other>[一二三四五六七八九])梯队(?:之间)?(?:的?(?:分界|边界|界线))?"
    r"(?:以|在|为|位于)?第?(?P<rank>\d+)名(?:之后)?(?:为界|处|$|(?=[，。；]))"
)
SHARE: Final = r"(?:占(?:全部|百强|榜单|入榜|总数|总量|县市|数量|的|比|比重|比例|达到|达|为)*)"
WHOLE: Final = re.compile("全部|百强|榜单|入榜|总数|总量")
MOST: Final = (
    r"(?:入榜|上榜|入围|县市|数量|个数|的)*最(?P<end>多|少)的?(?:省份|省|地区|区域|板块|地级市)?(?:是|为|：)"
)
LISTED: Final = re.compile("入榜|上榜|入围|榜单|百强|从数量看")
ENGLISH_MOST: Final = (
    r"(?:[Mm]ost|[Tt]he most|(?P<few>[Ff]ewest|[Tt]he fewest)) (?:listed )?"
    r"(?:units|counties|cities|districts|countries|县（市）)(?: on the list)? (?:are|come|lie) (?:from|in) "
)
TIERED: Final = Text("the tier's ranks", "按梯队名次")


def judge_shares(reading: Reading, context: Context) -> None:
    """Judge shares of the list (江苏占25%), who has most, and the ranks of tiers."""
    english = isinstance(reading, English)
    if not context.words:
        return
    _shares(reading, context, english=english)
    _most(reading, context, english=english)
    if context.listing.tiers():
        _bounds(reading, context, english=english)


def _shares(reading: Reading, context: Context, *, english: bool) -> None:
    """Judge a group's share of the list; of one that may be of something else only what agrees."""
    pattern = rf"({reading.one})[^，。；：、\d]{{0,6}}?({SHARE})({NUMBER})[%％]{LOOSE}"
    if english:
        pattern = (
            rf"({reading.one}) (has|holds|accounts for|makes up|with) ({NUMBER})% of (?:the|all) "
            r"(?:list|listed|units|counties)"
        )
    for match in re.finditer(pattern, reading.text):
        if reading.filtered or reading.moved or reading.tiers() or reading.top():
            continue
        group = reading.words[match[1]]
        kind = kinds_of(reading, (group,), context)[0]
        count, of = context.listing.counts(kind)[group], len(context.listing)
        true = exact(100 * count / of)
        agrees = true.meets(span(match[3]))
        if not agrees and not english and not WHOLE.search(match[2]):
            continue
        decimals = len(match[3].partition(".")[2])
        right = f"{Printed(true.low):.{decimals}f}%"
        why = Text(f"{count} of {of}", f"{count}/{of}")
        context.holds("share", group, f"{match[3]}%", right, agrees=agrees, why=why)
        reading.cover(*match.span())


def _most(reading: Reading, context: Context, *, english: bool) -> None:
    """Judge who has most or fewest of the listed units."""
    pattern = rf"{ENGLISH_MOST if english else MOST}(?P<groups>{reading.many})"
    for match in re.finditer(pattern, reading.text):
        if reading.filtered or reading.moved or not (english or LISTED.search(reading.text)):
            continue
        groups = reading.groups(match["groups"])
        units = scope_of(reading, match.start(), context)
        units = context.listing.within() if units is None else units
        counts = context.listing.counts(kinds_of(reading, groups, context)[0], units)
        few = match.groupdict().get("few") or match.groupdict().get("end") == "少"
        most = (min if few else max)(counts.values(), default=0)
        right = sorted(group for group, count in counts.items() if count == most)
        printed = "、".join(sorted({*groups}))
        context.holds("first", "", printed, "、".join(right), agrees={*groups} == {*right}, why=COUNTED)
        reading.cover(*match.span())


def _bounds(reading: Reading, context: Context, *, english: bool) -> None:
    """Judge the ranks of tiers, and the rank between two."""
    for pattern in ENGLISH_BOUNDS if english else BOUNDS:
        for match in pattern.finditer(reading.text):
            ranks = [unit.rank for unit in context.listing.within([whole(match["tier"]) or 0])]
            if not ranks or reading.is_covered(*match.span()):
                continue
            printed, right = f"{match['first']}–{match['last']}", f"{min(ranks):g}–{max(ranks):g}"
            context.holds("rank", match["tier"], printed, right, agrees=printed == right, why=TIERED)
            reading.cover(*match.span())
    between = None if english else BETWEEN.search(reading.text)
    above = context.listing.within([whole(between["one"]) or 0]) if between else []
    if between and above:
        right = f"{max(unit.rank for unit in above):g}"
        context.holds("rank", "", between["rank"], right, agrees=between["rank"] == right, why=TIERED)
        reading.cover(*between.span())
