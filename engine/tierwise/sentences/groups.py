"""Sentences on the list by group: how many units each has, whose first stands where, the year before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tierwise.sentences.phrases import (
    MOST_NAMED,
    About,
    Kind,
    both,
    clauses,
    counted,
    each,
    listing,
    paragraph,
    runs,
    share,
    together,
)
from tierwise.words.language import Text

LEADERS: Final = 3  # groups that are named before the rest
MOST_LEADERS: Final = 5

Counts = Sequence[tuple[str, int]]


def by_number(about: About, kind: Kind, counts: Counts) -> Text:
    """Return how many listed units the groups have: the leaders, what they have together, and the rest.

    ``counts`` are the groups with listed units, the most first; units without a group are in none of them.
    """
    sizes = runs(counts)
    if len(counts) == 1:
        [(name, count)] = counts
        if count == about.listed:
            return both(
                "All {listed} listed {noun}{year} are of {name}.",
                "{year}{listed}个入榜{noun}均属{name}。",
                listed=about.listed,
                noun=about.noun,
                year=about.of_year,
                name=name,
            )
        return both(
            "Of the {listed} listed {noun}{year}, {count:is|are} of {name}.",
            "{year}{listed}个入榜{noun}中，{count}个属{name}。",
            listed=about.listed,
            noun=about.noun,
            year=about.of_year,
            count=count,
            name=name,
        )
    first = both(
        "In number, the {listed} listed {noun}{year} lie in {groups} {kind}.",
        "从数量看，{year}{listed}个入榜{noun}分布于{groups}个{kind}。",
        listed=about.listed,
        noun=about.noun,
        year=about.of_year,
        groups=len(counts),
        kind=kind.many,
    )
    blank = about.listed - sum(count for _, count in counts)
    if blank:
        first = both(
            "In number, {placed} of the {listed} listed {noun}{year} lie in {groups} {kind}; of the others "
            "the data do not say where.",
            "从数量看，{year}{listed}个入榜{noun}中，{placed}个分布于{groups}个{kind}，其余未注明。",
            placed=about.listed - blank,
            listed=about.listed,
            noun=about.noun,
            year=about.of_year,
            groups=len(counts),
            kind=kind.many,
        )
    if len(sizes) == 1:
        return paragraph([first, both("Each has {count}.", "各有{count}个，数量均等。", count=sizes[0][1])])
    leaders = _leaders(sizes)
    named = [(name, count) for names, count in leaders for name in names]
    parts = [_leading(leaders, len(counts), kind)]
    if 1 < len(named) <= len(counts) // 2:
        total = sum(count for _, count in named)
        parts.append(
            both(
                "{groups} they have {total}, {share} of the list",
                "{groups}合计{total}个，占{share}",
                groups=together(len(named)),
                total=total,
                share=share(total, about.listed),
            )
        )
    sentences = [first, clauses(parts)]
    rest = sizes[len(leaders) :]
    if rest:
        phrases = [_rest(names, count, last=(names, count) == rest[-1], kind=kind) for names, count in rest]
        sentences.append(clauses(phrases))
    return paragraph(sentences)


def _leaders(sizes: list[tuple[tuple[str, ...], int]]) -> list[tuple[tuple[str, ...], int]]:
    """Return the groups named first: equal ones together, three or a few more, else those of the most."""
    leaders, named = sizes[:1], len(sizes[0][0])
    for size in sizes[1:]:
        if named >= LEADERS or named + len(size[0]) > MOST_LEADERS:
            break
        leaders, named = [*leaders, size], named + len(size[0])
    return leaders


def _leading(leaders: list[tuple[tuple[str, ...], int]], groups: int, kind: Kind) -> Text:
    """Return the clause on the groups that lead and those right behind."""
    (names, count), behind = leaders[0], leaders[1:]
    if len(names) == 1:
        lead = both("{name} leads with {count}", "{name}{count}个，居首位", name=names[0], count=count)
    elif len(names) > MOST_NAMED:
        lead = both(
            "{many} {kind} lead with {count} each",
            "{many}个{kind}均为{count}个，并列首位",
            many=len(names),
            kind=kind.many,
            count=count,
        )
    else:
        lead = both(
            "{names} lead with {count} each",
            "{names}均为{count}个，并列首位",
            names=listing(names),
            count=count,
        )
    if not behind:
        return lead
    if len(behind) == 1:
        [(followers, number)] = behind
        if len(followers) == 1:
            after = both(
                "{name} follows with {number}", "{name}次之，为{number}个", name=followers[0], number=number
            )
        else:
            after = both(
                "{names} follow with {number} each",
                "{names}紧随其后，均为{number}个",
                names=listing(followers),
                number=number,
            )
        return clauses([lead, after], end=False)
    pairs = [(name, number) for followers, number in behind for name in followers]
    after = both(
        "{names} follow with {numbers}",
        "{names}紧随其后，分别为{amounts}",
        names=listing(name for name, _ in pairs),
        numbers=listing(str(number) for _, number in pairs),
        amounts=listing(f"{number}个" for _, number in pairs),
    )
    return clauses([lead, after], end=False)


def _rest(names: Sequence[str], count: int, *, last: bool, kind: Kind) -> Text:
    if len(names) <= MOST_NAMED:
        return each(names, count)
    return both(
        "the other {many} {kind} have {count} each" if last else "{many} {kind} have {count} each",
        "其余{many}个{kind}各{count}个" if last else "{many}个{kind}各{count}个",
        many=len(names),
        kind=kind.many,
        count=count,
    )


def firsts(about: About, kind: Kind, leading: Sequence[tuple[str, str, int | float]]) -> Text:
    """Return the first unit of each group with its rank; ``leading`` (group, unit, rank), best first.

    Units that share the first place of their group are all named.
    """
    items = [
        both(
            "{unit} of {group} ({rank})",
            "{group}{unit}（第{rank}）",
            unit=unit,
            group=group,
            rank=f"{rank:g}",
        )
        for group, unit, rank in leading
    ]
    return both(
        "The first {noun} of the {kind}, with their ranks, are {items}.",
        "各{kind}排名首位的{noun}依次为：{items}。",
        noun=about.noun,
        kind=kind.many,
        items=listing(items),
    )


def by_year(about: About, kind: Kind, counts: Sequence[tuple[str, int, int]], before: int) -> Text:
    """Return how many units each group has and what changed; ``counts`` (group, now, in the year before).

    Of more groups than can be read one by one, those with a change are named.
    """
    then = _then(about, before)
    if all(now == earlier for _, now, earlier in counts):
        return both(
            "In every one of the {groups} {kind} the number is as {then_en}.",
            "{groups}个{kind}的入榜数量均与{then}持平。",
            groups=len(counts),
            kind=kind.many,
            then=then,
            then_en=then.en,
        )
    if len(counts) <= MOST_LEADERS:
        return clauses(_change(name, now, earlier, then) for name, now, earlier in counts)
    changed = [(name, now, earlier) for name, now, earlier in counts if now != earlier]
    same = len(counts) - len(changed)
    parts = [_change(name, now, earlier, then) for name, now, earlier in changed]
    if same:
        parts.append(
            both(
                "unchanged in the other {same} {kind}",
                "其余{same}个{kind}持平",
                same=same,
                kind=kind.many,
            )
        )
    return clauses(parts)


def _then(about: About, before: int) -> Text:
    last = about.year is not None and before == about.year - 1
    return Text("the year before", "上年") if last else Text(f"in {before}", f"{before}年")


def _change(name: str, now: int, earlier: int, then: Text) -> Text:
    head = both("{name} {now}", "{name}{now}个", name=name, now=now)
    if now == earlier:
        return both("{head}, as {then}", "{head}，与{then}持平", head=head, then=then)
    if not earlier:
        return both("{head}, none {then}", "{head}，{then}无", head=head, then=then)
    more = now > earlier
    return both(
        "{head}, {change} more than {then}" if more else "{head}, {change} fewer than {then}",
        "{head}，较{then}增加{change}个" if more else "{head}，较{then}减少{change}个",
        head=head,
        change=abs(now - earlier),
        then=then,
    )


def inside(about: About, kind: Kind, counts: Counts, *, entries: bool) -> Text:
    """Return how the entries or exits divide among groups; the counts sum to what entered or left."""
    total = sum(count for _, count in counts)
    if len(counts) == 1:
        return both(
            "New on the list: {total}, of {name}." if entries else "Left the list: {total}, of {name}.",
            "新进{noun}{total}个，属{name}。" if entries else "退出{noun}{total}个，属{name}。",
            total=total,
            noun=about.noun,
            name=counts[0][0],
        )
    return both(
        "New on the list: {total}, of these {counts}."
        if entries
        else "Left the list: {total}, of these {counts}.",
        "新进{noun}{total}个，其中{counts}。" if entries else "退出{noun}{total}个，其中{counts}。",
        total=total,
        noun=about.noun,
        counts=counted(counts, kind),
    )
