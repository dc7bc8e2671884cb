"""Sentences on how a list divides, judged: counts by group, sums, shares, leaders, sizes of tiers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from tierwise.methods.regions import REGIONS
from tierwise.names import bare
from tierwise.proofreading.chinese import PIECES, Count, Reading
from tierwise.proofreading.findings import Findings
from tierwise.proofreading.listed import Listing, Unit, abbreviated, group_name
from tierwise.proofreading.numbers import DIGITS, counted, exact, number_of, span, whole
from tierwise.proofreading.years import Years
from tierwise.words.formats import Printed
from tierwise.words.language import Text

COUNTED: Final = Text("counted in the list", "按榜单计数")
ADDED: Final = Text("sum of what is printed", "文中各数之和")
KINDS: Final = {  # words behind a number of groups, and the kind that they count
    "省": "province",
    "省份": "province",
    "省（区、市）": "province",
    "省区": "province",
    "区域": "region",
    "板块": "region",
    "地级市": "prefecture",
    "设区市": "prefecture",
}
ENDINGS: Final = {"县级市": "市", "县": "县", "旗": "旗", "市辖区": "区", "区": "区"}


@dataclass
class Context:
    """Which list a sentence is about, and what else is known where it stands."""

    listing: Listing
    words: Mapping[str, str]
    years: Sequence[Years]
    findings: Findings
    place: str = ""
    quote: str = ""
    scope: tuple[int, ...] | None = None  # tiers that the sentence before was about; () the whole list
    agreed: int = 0
    judged: int = 0

    def compare(self, kind: str, subject: str, printed: object, right: object, why: Text = COUNTED) -> bool:
        """Note a statement; return whether it agrees."""
        self.judged += 1
        self.findings.checked += 1
        agrees = _number(printed) == _number(right)
        self.agreed += agrees
        if not agrees:
            self.findings.add(
                self.place, kind, f"{subject}: {self.quote}" if subject else self.quote, printed, right, why
            )
        return agrees

    def holds(
        self, kind: str, subject: str, printed: object, right: object, *, agrees: bool, why: Text
    ) -> None:
        """Note a statement of which something else than equality was asked."""
        self.judged += 1
        self.findings.checked += 1
        self.agreed += agrees
        if not agrees:
            self.findings.add(
                self.place, kind, f"{subject}: {self.quote}" if subject else self.quote, printed, right, why
            )


def _number(said: object) -> object:
    """Return a count as a number, however it is written; what is none as it is."""
    text = unicodedata.normalize("NFKC", str(said)).replace(",", "")
    return int(text) if text.isdigit() else text


def scope_of(reading: Reading, end: int, context: Context, behind: int | None = None) -> list[Unit] | None:
    """Return the units that a statement is about: of tiers, or all; None where the list is no help."""
    tiers = reading.tiers(end) or (() if behind is None else reading.tiers_behind(behind))
    if reading.filtered or reading.moved:
        return None
    if ranks := reading.top(end):
        units = context.listing.within(tiers)
        return [unit for unit in units if ranks[0] <= unit.rank <= ranks[1]]
    if tiers:
        return context.listing.within(tiers) if {*tiers} <= {*context.listing.tiers()} else None
    if reading.cued:
        return context.listing.within()
    if context.scope is None:
        return None
    return context.listing.within(context.scope)


def judge_counts(reading: Reading, context: Context) -> None:
    """Judge counts, sums and the shares behind them; a count may be told against the year before."""
    for count in reading.counts:
        units = scope_of(reading, count.start, context, count.end)
        if units is not None:
            _count(reading, count, units, context)
        elif count.together:
            _arithmetic(reading, count, context)


def _count(reading: Reading, count: Count, units: list[Unit], context: Context) -> None:
    rights = {
        kind: sum(context.listing.counts(kind, units)[group] for group in count.groups)
        for kind in kinds_of(reading, count.groups, context)
    }
    right = next((own for own in rights.values() if own == count.number), next(iter(rights.values())))
    told = str(right)
    if right != count.number and len({*rights.values()}) > 1:
        told = " / ".join(f"{own} ({kind})" for kind, own in rights.items())
    context.compare("sum" if count.together else "count", "、".join(count.groups), count.said, told)
    reading.cover_said(count.start, count.end)
    reading.cover_scope(count.start)
    _share(reading, count, right, len(units), context)
    if not count.together and len(units) == len(context.listing):
        _change(reading, count, context)


def kinds_of(reading: Reading, groups: Sequence[str], context: Context) -> list[str]:
    """Return the kinds of groups that names can be of: those that the sentence speaks of, else all."""
    listing = context.listing
    able = [kind for kind in listing.kinds() if {*groups} <= listing.counts(kind).keys()]
    if len(able) > 1:
        named = {group for count in reading.counts for group in count.groups}
        said = [kind for kind in able if kind_words(kind).search(reading.text)]
        able = said or able
        most = max(len(named & listing.counts(kind).keys()) for kind in able)
        able = [kind for kind in able if len(named & listing.counts(kind).keys()) == most]
    kind = listing.kind_of(groups[0]) or ("region" if groups[0] in REGIONS else "province")
    return able or [kind]


@cache
def kind_words(kind: str) -> re.Pattern[str]:
    """Return the words by which a sentence speaks of a kind of groups."""
    words = [word for word, meant in KINDS.items() if meant == kind]
    return re.compile("|".join(map(re.escape, [kind, *words])), re.IGNORECASE)


def _share(reading: Reading, count: Count, right: int, of: int, context: Context) -> None:
    share = reading.share_behind(count.end)
    if share and of:
        words, printed = share
        true = exact(100 * right / of)
        decimals = len(printed.partition(".")[2])
        why = Text(f"{right} of {of}", f"{right}/{of}")
        right_share = f"{Printed(true.low):.{decimals}f}%"
        context.holds("share", words, f"{printed}%", right_share, agrees=true.meets(span(printed)), why=why)
        reading.cover(count.end, reading.text.index(words, count.end) + len(words))


def _arithmetic(reading: Reading, count: Count, context: Context) -> None:
    """Judge a sum by the counts printed before it."""
    single = {
        one.groups[0]: one.number for one in reading.counts if not one.together and one.start < count.start
    }
    if all(group in single for group in count.groups):
        right = sum(single[group] for group in count.groups)
        context.compare("sum", "、".join(count.groups), count.said, right, ADDED)
        reading.cover_said(count.start, count.end)


def _change(reading: Reading, count: Count, context: Context) -> None:
    """Judge what changed on the year before by the table of two years."""
    if count.before is not None:
        then = earlier(count.groups[0], context)
        if then is None:
            reading.uncover(count.start, count.end)  # one of its two counts is not known
        else:
            why = Text("the table of two years", "据两年分布表")
            context.compare("count", count.groups[0], count.before, then, why)
            reading.cover(count.start, count.end)
        return
    match = re.match(
        rf"，(?:比|较|与)(?:上年|去年|\d{{4}}年)(?:(增加|减少|下降)(?:了)?({DIGITS})个|持平)",
        reading.text[count.end :],
    )
    if not match:
        return
    then = earlier(count.groups[0], context)
    if then is None:
        return
    printed = 0 if match[1] is None else counted(match[2]) * (1 if match[1] == "增加" else -1)
    kind = context.listing.kind_of(count.groups[0])
    right = context.listing.counts(kind)[count.groups[0]] - then
    why = Text(f"{then} in the year before", f"上年为{then}个")
    context.compare("difference", count.groups[0], f"{printed:+d}", f"{right:+d}", why)
    reading.cover(count.end, count.end + len(match[0]))


def earlier(group: str, context: Context) -> int | None:
    """Return how many units a group had in the year before, by the tables of two years."""
    for years in sorted(context.years, key=lambda one: one.regional):
        if group in years.groups and not (years.regional and any(one.provincial for one in context.years)):
            return years.groups[group][1]
        if years.provincial and group in REGIONS:
            return years.by_region().get(group, (0, 0))[1]
    return None


def judge_number(reading: Reading, context: Context) -> None:
    """Judge how many groups there are: 分布于16个省（区、市）, …等15个省份, 8个省份."""
    words = "|".join(sorted(map(re.escape, KINDS), key=len, reverse=True))
    for match in re.finditer(rf"({DIGITS}|[两二三四五六七八九十]+)个({words})(?!会|长|级)", reading.text):
        units = scope_of(reading, match.start(), context)
        kind = KINDS[match[2]]
        before = reading.text[max(0, match.start() - 40) : match.start()]
        if (
            units is None
            or kind not in context.listing.kinds()
            or not re.search("分布|集中|来自|涉及|覆盖|位于", before + reading.text[: match.start()])
        ):
            continue
        printed = match[1] if re.match(r"\d", match[1]) else number_of(match[1])
        context.compare("count", match[0], printed, len(context.listing.counts(kind, units)))
        reading.cover(*match.span())


def judge_leaders(reading: Reading, context: Context) -> None:
    """Judge who leads, and who comes next: 江苏…居首位, 江苏、浙江均为…并列首位, 山东、浙江紧随其后."""
    leads, follows = reading.leading()
    for pattern in (leads, follows):
        for match in re.finditer(pattern, reading.text):
            groups = reading.groups(match[1])
            units = scope_of(reading, match.end(), context)
            if units is None or not groups or _names_unit(match[0], context.listing):
                continue
            counts = context.listing.counts(kinds_of(reading, groups, context)[0], units)
            ranked = sorted(counts.values(), reverse=True)
            most = ranked[0] if ranked else 0
            if pattern is leads:
                right = {group for group, count in counts.items() if count == most}
                agrees = {*groups} == right
            else:
                others = [count for count in ranked if count < most]
                least = others[min(len(groups), len(others)) - 1] if others else most
                right = {group for group, count in counts.items() if least <= count < most}
                agrees = {*groups} <= right
            printed = "、".join(sorted(groups))
            context.holds("first", "", printed, "、".join(sorted(right)), agrees=agrees, why=COUNTED)
            reading.cover(match.start(2), match.end())


def _names_unit(text: str, listing: Listing) -> bool:
    """Tell whether a text names a listed unit."""
    return any(unit.name in text or bare(unit.name) in text for unit in listing.units)


def judge_tiers(reading: Reading, context: Context) -> None:
    """Judge sizes and ranks of tiers, and their number; ranks follow on each other."""
    listing = context.listing
    if re.search("连续", reading.text) or not listing.tiers():
        return
    for match in re.finditer(
        rf"第([一二三四五六七八九十\d]+)梯队[^，。；、：\d]{{0,6}}(?:，共|共|有)?({DIGITS}){PIECES}(?:[^（，。；]{{0,6}}（第?(\d+)(?:名)?(?:[-–—]+第?(\d+))?名?）)?",
        reading.text,
    ):
        tier = whole(match[1]) or 0
        units = listing.within([tier])
        if not units:
            continue
        context.compare("size", f"第{match[1]}梯队", match[2], len(units))
        reading.cover_said(*match.span())
        if match[3]:
            ranks = [unit.rank for unit in units]
            right = f"{min(ranks):g}—{max(ranks):g}"
            context.compare("rank", f"第{match[1]}梯队", f"{match[3]}—{match[4] or match[3]}", right)
    number = re.search(r"(?:分为|分成|划为)([一二两三四五六七八九\d]+)个梯队", reading.text)
    if number:
        context.compare("size", number[0], whole(number[1]), len(listing.tiers()))
        reading.cover(*number.span())


def judge_size(reading: Reading, context: Context) -> None:
    """Judge how many units are listed, and how many are cities, counties and banners."""
    match = re.search(rf"({DIGITS})个入榜", reading.text)
    if match:
        context.compare("count", match[0], match[1], len(context.listing))
        reading.cover(*match.span())
    found = [*re.finditer(rf"({DIGITS})个(县级市|市辖区|县|旗|区)(?![（市域])", reading.text)]
    kinds = [(one[1], one[2]) for one in found]
    if len(kinds) >= 2 and len({kind for _, kind in kinds}) == len(kinds):
        for one, (number, kind) in zip(found, kinds, strict=True):
            reading.cover(*one.span())
            right = sum(unit.name.endswith(ENDINGS[kind]) for unit in context.listing.units)
            context.compare("count", kind, number, right, Text("by the endings of names", "按名称末字"))


def judge_top(reading: Reading, context: Context) -> None:
    """Judge who is among the first: 均有县（市）入围十强, 11-20名均有分布, 占据六强中的四席, …."""
    text, listing = reading.text, context.listing
    kind = "province" if "province" in listing.kinds() else next(iter(listing.kinds()), "")
    if not kind:
        return
    match = re.search(
        r"([一-龥]{2,12}?)(?:强势领跑|领跑)?，?均有[^，。；]{0,6}入围([一二三四五六七八九十\d]+)强", text
    )
    if match and (groups := _short(match[1], reading)):
        top = whole(match[2]) or 0
        _all_of(groups, listing.counts(kind, listing.within(top=top)), f"1—{top}", context)
        reading.cover(*match.span())
    match = (
        re.search(rf"((?:{reading.one}[、，和]?)+)(\d+)[-–—至](\d+)名均有", text) if reading.words else None
    )
    if match:
        units = [unit for unit in listing.units if int(match[2]) <= unit.rank <= int(match[3])]
        _all_of(reading.groups(match[1]), listing.counts(kind, units), f"{match[2]}—{match[3]}", context)
        reading.cover(*match.span())
    match = (
        re.search(
            rf"({reading.one})占据?([一二三四五六七八九十\d]+)强中的([一二三四五六七八九十\d]+){PIECES}", text
        )
        if reading.words
        else None
    )
    if match:
        counts = listing.counts(kind, listing.within(top=whole(match[2])))
        context.compare("count", match[0], whole(match[3]), counts[reading.words[match[1]]])
        reading.cover(*match.span())
    match = re.search(r"([一-龥]{2,8})领跑[^，。]*，前(\d+)强均集中于此", text)
    if match and (groups := _short(match[1], reading)):
        counts = listing.counts(kind, listing.within(top=int(match[2])))
        others = [f"{group} {count}" for group, count in counts.items() if group not in groups]
        context.holds("first", match[0], "、".join(groups), "、".join(others), agrees=not others, why=COUNTED)
        reading.cover(*match.span())
    match = re.search(r"第([一二三四五六七八九十])梯队全部位于([一-龥]{2,8}?)[，。；]", text)
    if match and (groups := _short(match[2], reading)) and (units := listing.within([whole(match[1]) or 0])):
        _all_of(groups, listing.counts(kind, units), f"第{match[1]}梯队", context)
        reading.cover(*match.span())


def _short(text: str, reading: Reading) -> tuple[str, ...]:
    """Return the groups of a run of signs such as 苏鲁浙, or of names in full."""
    whole_run = reading.words and re.fullmatch(reading.many, text)
    return tuple(abbreviated(text)) or (reading.groups(text) if whole_run else ())


def _all_of(groups: Sequence[str], counts: Mapping[str, int], where: str, context: Context) -> None:
    """Judge that these groups have units there: each of them, and no other is left out."""
    named = {group_name(group) for group in groups}
    absent = [group for group in named if not counts.get(group)]
    left_out = [f"{group} {count}" for group, count in counts.items() if count and group not in named]
    why = Text(f"in ranks {where}", f"第{where}名内") if "梯队" not in where else Text(where, where)
    context.holds("count", "", "、".join(sorted(absent)), "0", agrees=not absent, why=why)
    context.holds("omission", "", "、".join(groups), "+" + "、".join(left_out), agrees=not left_out, why=why)
