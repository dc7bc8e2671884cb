"""Sentences on units, judged: ranks behind names, firsts of groups, runs of names, streaks, entries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import Levenshtein

from tierwise.names import bare, cleaned
from tierwise.proofreading.chinese import Reading
from tierwise.proofreading.counts import Context
from tierwise.proofreading.listed import Listing
from tierwise.proofreading.numbers import whole
from tierwise.words.language import Text

LISTED: Final = Text("the list", "据榜单")
PLACE: Final = r"[一-龥]{1,9}?(?:市|县|旗|区)"
RUN: Final = re.compile(rf"{PLACE}(?:、{PLACE})+")
NEAR: Final = 1  # letters that a misprinted name may differ in
LEAST_RUN: Final = 3
MOST_NEAR: Final = 6
COUNTED: Final = re.compile(r"[一二两三四五六七八九十几各全多](?:市|县|旗|区)$")  # 内蒙四旗
FIRSTS: Final = "首位|第一名|各省第一|排名第一"
RANKED: Final = re.compile(r"([一-龥（）]{2,14}?(?:市|县|旗|区))（第?(\d+)名?）")


def judge_ranks(reading: Reading, context: Context) -> None:
    """Judge names with ranks in brackets; of the firsts of groups that each is one and none is left out."""
    if reading.moved or "上期" in reading.text:
        return
    found = [*RANKED.finditer(reading.text)]
    pairs = [(one[1], one[2]) for one in found]
    known = context.listing.by_name()
    first = re.search(FIRSTS, reading.text) is not None
    ranked = first or re.search("排名|位次|名次|（第", reading.text) is not None
    if not pairs or not ranked or reading.filtered or (len(pairs) < 2 and not first):
        return  # what stands in brackets is another figure
    named: dict[str, str] = {}
    for match in re.finditer(rf"各[^，。；：]{{0,12}}(?:{FIRSTS})[^，。；：]*?(?:为|是|：)", reading.text):
        reading.cover(*match.span())
    for one, (text, rank) in zip(found, pairs, strict=True):
        text = text.partition("：")[2] or text  # noqa: PLW2901 - what stands behind the colon
        unit = next((known[name] for name in _tails(text) if name in known), None)
        if unit is None:
            tail = _without_group(text, reading)
            right = _nearest(tail, context.listing) or "?"
            context.holds("name", tail, tail, right, agrees=False, why=LISTED)
            reading.cover(one.end(1) - len(tail), one.end())
            continue
        context.compare("rank", unit.name, rank, f"{unit.rank:g}", LISTED)
        reading.cover(one.end(1) - len(unit.name), one.end())
        if first:
            before = reading.groups(text[: len(text) - len(unit.name)]) if reading.words else ()
            group = before[-1] if before else ""
            kind = next((kind for kind, own in unit.groups.items() if own == group), "")
            if group:
                context.compare(
                    "first", unit.name, group, _group_of(unit.groups, group, context.listing), LISTED
                )
                reading.cover(one.start(), one.end())
            if kind:
                named[group] = unit.name
    if first and len(named) >= LEAST_RUN:
        _firsts(named, context)


def _group_of(groups: object, group: str, listing: Listing) -> str:
    own = dict(groups)  # type: ignore[call-overload]
    kind = listing.kind_of(group) or "province"
    return str(own.get(kind, ""))


def _firsts(named: dict[str, str], context: Context) -> None:
    kind = context.listing.kind_of(next(iter(named)))
    firsts = context.listing.firsts(kind)
    for group, units in firsts.items():
        names = [unit.name for unit in units]
        if group not in named:
            context.holds("omission", group, "", f"{group}{names[0]}", agrees=False, why=LISTED)
        else:
            context.holds(
                "first", group, named[group], "、".join(names), agrees=named[group] in names, why=LISTED
            )


def _tails(text: str) -> list[str]:
    """Return the ends of a text, longest first: 江苏江阴市, 苏江阴市, …."""
    plain = cleaned(text)
    return [plain[at:] for at in range(len(plain) - 1)]


def _without_group(text: str, reading: Reading) -> str:
    group = re.match(rf"(?:.*?){reading.one}(?=.)", text) if reading.words else None
    return text[group.end() :] if group else text


def judge_runs(reading: Reading, context: Context, others: Sequence[Listing]) -> None:
    """Judge runs of names of which most are listed: one that is not, and is nearly one, is misprinted."""
    known = {name for listing in (context.listing, *others) for name in listing.by_name()}
    prefectures = {cleaned(unit.groups.get("prefecture", "")) for unit in context.listing.units}
    for match in RUN.finditer(reading.text):
        names = match[0].split("、")
        names[0] = next((tail for tail in _tails(names[0]) if tail in known), names[0])
        names = [name for name in names if not COUNTED.search(name)]
        strange = [name for name in names if cleaned(name) not in known | prefectures]
        if len(names) < LEAST_RUN or len(strange) > len(names) / 3:
            continue
        context.findings.checked += len(names) - len(strange)
        own = context.listing.by_name()
        for name in names:
            if name in strange:
                right = _nearest(name, context.listing) or "?"
                if right != "?" or re.search("新进|百强", reading.text):
                    context.holds(
                        "name", name, name, right, agrees=False, why=Text("no listed unit", "榜单中无此单位")
                    )
            elif cleaned(name) not in own and re.search("新进|新晋|为.{0,8}百强", reading.text):
                where = next((one.place for one in others if cleaned(name) in one.by_name()), "")
                why = Text(f"in {where} only", f"仅见于{where}")
                context.holds("name", name, name, "–", agrees=False, why=why)


def _nearest(name: str, listing: Listing) -> str:
    """Return the listed name that a misprinted one most likely is: of its stem, or but one letter off."""
    stems = [unit.name for unit in listing.units if bare(unit.name) == bare(name)]
    if stems:
        return stems[0]
    near = [
        unit.name
        for unit in listing.units
        if len(unit.name) == len(name) and Levenshtein.distance(unit.name, name) <= NEAR
    ]
    return "/".join(near[:MOST_NEAR])


def judge_places(reading: Reading, context: Context) -> None:
    """Judge ordinals before names: 前四名江阴市、…均位于江苏, 第五名晋江市位于福建."""
    known = context.listing.by_name()
    for match in re.finditer(
        rf"第([一二三四五六七八九十\d]+)名({PLACE})(?:位于({reading.one}))?", reading.text
    ):
        unit, rank = known.get(cleaned(match[2])), whole(match[1])
        if unit is None or rank is None:
            continue
        context.compare("rank", unit.name, rank, f"{unit.rank:g}", LISTED)
        reading.cover(*match.span())
        if match[3]:
            context.compare(
                "value", unit.name, reading.words[match[3]], unit.groups.get("province", ""), LISTED
            )
    first = re.search(
        rf"前([一二三四五六七八九十\d]+)名({PLACE}(?:、{PLACE})+)(?:均位于({reading.one}))?", reading.text
    )
    if not first or (top := whole(first[1])) is None:
        return
    names = first[2].split("、")
    if not all(cleaned(name) in known for name in names):
        return
    right = {unit.name for unit in context.listing.within(top=top)}
    context.holds("rank", first[0], first[2], "、".join(sorted(right)), agrees={*names} == right, why=LISTED)
    reading.cover(*first.span())
    if first[3]:
        for name in names:
            own = known[cleaned(name)].groups.get("province", "")
            context.compare("value", name, reading.words[first[3]], own, LISTED)


def judge_streaks(reading: Reading, context: Context, marks: dict[str, dict[tuple[int, int], bool]]) -> None:
    """Judge who was among the first for years by the table of streaks; ``marks`` by unit, (years, first)."""
    match = re.search(
        r"连续([一二三四五六七八九十\d]+)年[^，。；]{0,8}前(十|二十|三十|\d+)(?:名)?", reading.text
    )
    if not match or not marks or re.search(r"\d个", reading.text):
        return
    ends = (whole(match[1]) or 0, whole(match[2]) or 0)
    for run in RUN.finditer(reading.text[: match.start()]):
        for name in run[0].split("、"):
            own = next((marks[tail] for tail in _tails(name) if tail in marks), {})
            if ends in own:
                why = Text("the table of streaks", "据历年排名表")
                context.holds("mark", name, match[0], "✗", agrees=own[ends], why=why)
                reading.cover(run.start(), match.end())


def judge_entries(reading: Reading, context: Context) -> None:
    """Judge entries by group: a group with none the year before has one for certain, and is to be named."""
    total = re.search(r"新进(\d+)个", reading.text)
    if not total:
        return
    single = {one.groups[0]: one.number for one in reading.counts if not one.together}
    named = sum(single.values())
    if not single or named == int(total[1]):
        if single:
            context.compare("sum", "新进", total[1], named, Text("sum of what is printed", "文中各数之和"))
        return
    if named > int(total[1]):
        context.compare("sum", "新进", total[1], named, Text("sum of what is printed", "文中各数之和"))
        return
    for years in context.years:
        for group, (now, then) in years.groups.items():
            if now > then and group not in single and not years.regional:
                why = Text(
                    f"{then} before, {now} now ({years.grid.place})",
                    f"{years.grid.place}：上年{then}个，本年{now}个",
                )
                context.holds("omission", "新进", "、".join(single), f"+{group}", agrees=False, why=why)
    for one in reading.counts:
        reading.cover(one.start, one.end)
    reading.cover(*total.span())
    left = int(total[1]) - named
    context.findings.unchecked.append((context.place, f"新进{total[1]}个，已列{named}个，{left}个未列明"))
