"""Sentences on tiers: how large, from which rank to which, how far apart, and of which groups."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tierwise.sentences.phrases import (
    About,
    both,
    clauses,
    counted,
    decimals_of,
    each,
    listing,
    number,
    paragraph,
    runs,
    share,
    together,
)
from tierwise.words.formats import grouped
from tierwise.words.language import Language, Ordinal, Text

NAMED: Final = 3  # groups of a tier that are named
MOST: Final = 5


@dataclass(frozen=True)
class Tier:
    """A tier: its number, how many units it has, and its first and last rank."""

    tier: int
    units: int
    first: float
    last: float


def ordinal(tier: int) -> Text:
    """Return a tier's name: ``tier 1``, ``第一梯队``."""
    return Text("tier {}", "第{:zh}梯队").format(Ordinal(tier))


def tier_head(tier: int, language: Language) -> str:
    """Return a tier's name as a heading: ``Tier 1``, ``第一梯队``."""
    name = ordinal(tier).of(language)
    return name[:1].upper() + name[1:]


def sizes(about: About, tiers: Sequence[Tier], *, ranges: bool) -> Text:
    """Return how many units each tier has, with its ranks where tiers are runs of ranks (``ranges``)."""
    parts = []
    for one in tiers:
        span = f"{one.first:g}" if one.first == one.last else f"{one.first:g}–{one.last:g}"
        word = "rank" if one.first == one.last else "ranks"
        parts.append(
            both(
                "{tier} has {units}" + (f", {word} {span}" if ranges else ""),
                "{tier}{units}个" + (f"（第{span.replace('–', '—')}名）" if ranges else ""),
                tier=ordinal(one.tier),
                units=one.units,
            )
        )
    return both(
        "The {listed} listed {noun}{year} fall into {count:tier|tiers}: {parts}.",
        "{year}{listed}个入榜{noun}分为{count}个梯队：{parts}。",
        listed=about.listed,
        noun=about.noun,
        year=about.of_year,
        count=len(tiers),
        parts=Text("; ".join(part.en for part in parts), "，".join(part.zh for part in parts)),
    )


def multiples(figure: Text, unit: str, means: Sequence[float], ratios: Sequence[float]) -> Text | None:
    """Return the tiers' means of a figure and how many times the next tier's each is.

    None where a tier has no value. Multiples are told where all means are above nought and none is below
    the next tier's: elsewhere a quotient is no multiple.
    """
    if any(math.isnan(mean) for mean in means) or len(means) < 2:
        return None
    decimals = decimals_of(means)
    amounts = [Text(grouped(told), told) for told in (number(mean, decimals) for mean in means)]
    average = both(
        "The means of {figure} in the {count} tiers are {amounts}" + (f" ({unit})" if unit else ""),
        "{count}个梯队的{figure}均值依次为{amounts}" + (f"（{unit}）" if unit else ""),
        figure=figure,
        count=len(means),
        amounts=listing(amounts),
    )
    if min(means) <= 0 or any(math.isnan(ratio) or ratio < 1 for ratio in ratios):
        return clauses([average])
    times = [number(ratio, 1) for ratio in ratios]
    if any(float(one) in {0.0, 1.0} for one in times):  # of 1.02 times, 1.0 would say nothing
        times = [number(ratio, 2) for ratio in ratios]
    if len(times) == 1:
        gap = both(
            "tier 1 has {times} times the mean of tier 2", "一、二梯队间倍差为{times}倍", times=times[0]
        )
    else:
        pairs = "、".join(f"{Ordinal(at):zh}{Ordinal(at + 1):zh}" for at in range(1, len(times) + 1))
        gap = both(
            "each has {times} times the mean of the next",
            "{pairs}梯队间倍差依次为{amounts}",
            times=listing(times),
            pairs=pairs,
            amounts=listing(f"{one}倍" for one in times),
        )
    return clauses([average, gap])


def by_group(counts: Sequence[tuple[int, int, Sequence[tuple[str, int]]]]) -> Text:
    """Return which groups each tier's units are of; ``counts`` (tier, its units, its groups' counts).

    The largest groups of each are named, equal ones all or none, with what they have of the tier.
    """
    return paragraph([clauses([_tier(tier, units, groups)]) for tier, units, groups in counts if groups])


def _tier(tier: int, units: int, groups: Sequence[tuple[str, int]]) -> Text:
    head = both("{tier} has {units}", "{tier}{units}个", tier=ordinal(tier), units=units)
    if len(groups) == 1 and groups[0][1] == units:
        if units == 1:
            return both("{head}, of {name}", "{head}，属{name}", head=head, name=groups[0][0])
        return both("{head}, all of {name}", "{head}，均属{name}", head=head, name=groups[0][0])
    equal = runs(groups)
    named: list[tuple[str, int]] = []
    for names, count in equal:
        if len(named) >= NAMED or len(named) + len(names) > MOST:
            break
        named += [(name, count) for name in names]
    if not named:  # more equal ones than can be named
        names, count = equal[0]
        return both(
            "{head}, {count} at most of one group ({many} have as many)",
            "{head}，单组最多{count}个（{many}组并列）",
            head=head,
            count=count,
            many=len(names),
        )
    total = sum(count for _, count in named)
    listed = counted(named) if len(named) > 1 else each([named[0][0]], named[0][1])
    if len(groups) <= len(named) + 1 or len(named) == 1:
        return both("{head}: {named}", "{head}，其中{named}", head=head, named=listed)
    return both(
        "{head}: {named}, {groups} {total}, {share} of the tier",
        "{head}，其中{named}，{groups}合计{total}个，占{share}",
        head=head,
        named=listed,
        groups=together(len(named)),
        total=total,
        share=share(total, units),
    )
