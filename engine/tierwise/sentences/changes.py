"""Sentences on the list before: who is new, who left, who moved most, who stays at the top."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Final

from tierwise.sentences.phrases import About, both, clauses, listing
from tierwise.sentences.tiers import ordinal
from tierwise.words.language import Text

MOST_UNITS: Final = 20  # names in one sentence

KINDS: Final = {
    "entry": Text("{count} new", "新进{count}个"),
    "exit": Text("{count} left", "退出{count}个"),
    "up": Text("{count} rose", "上升{count}个"),
    "down": Text("{count} fell", "下降{count}个"),
    "same": Text("{count} kept their ranks", "持平{count}个"),
    "listed": Text("{count:was|were} listed with a rank that is not known", "{count}个上期在榜而名次不详"),
    "recoded": Text(
        "{count:pair|pairs} of an entry and an exit may be one unit under another code",
        "{count}对疑为代码变更",
    ),
    "not-named": Text(
        "{count:is|are} not named by the list before, which is not whole", "{count}个因上期榜单不全无从判断"
    ),
}


def moves(before: int, counts: Mapping[Hashable, int]) -> Text:
    """Return how many entered, left, rose, fell and stayed since the list of ``before``; recoded as pairs."""
    parts = [both(*words, count=counts[kind]) for kind, words in KINDS.items() if counts.get(kind)]
    listed = Text(", ".join(part.en for part in parts), "、".join(part.zh for part in parts))
    return both(
        "Against the list of {before}: {told}.",
        "与{before}年榜单相比：{told}。",
        before=before,
        told=listed,
    )


def named(units: Sequence[tuple[str, float | None]], *, entries: bool) -> Text:
    """Return the names of what entered with their ranks, or of what left with their former ranks."""
    shown = [
        both(
            "{name} ({rank})" if rank is not None else "{name}",
            "{name}（第{rank}）" if rank is not None else "{name}",
            name=name,
            rank="" if rank is None else f"{rank:g}",
        )
        for name, rank in units[:MOST_UNITS]
    ]
    if len(units) > MOST_UNITS:
        shown.append(_more(len(units) - MOST_UNITS))
    one = len(units) == 1
    return both(
        ("New on the list is {names}." if one else "New on the list are {names}.")
        if entries
        else ("Off the list is {names}." if one else "Off the list are {names}."),
        ("新进榜的为{names}。" if one else "新进榜的依次为{names}。")
        if entries
        else ("退出榜单的为{names}。" if one else "退出榜单的依次为{names}（括号内为上期名次）。"),
        names=listing(shown),
    )


def _more(units: int) -> Text:
    return Text(f"{units} more", f"另{units}个")


def furthest(rise: tuple[Sequence[str], float] | None, fall: tuple[Sequence[str], float] | None) -> Text:
    """Return who gained and who lost most places: (names, places), None where nobody did."""
    parts = []
    for moved, en, zh in ((rise, "rose", "上升"), (fall, "fell", "下降")):
        if moved is None:
            continue
        names, places = moved
        most = [Text(name, name) for name in names[:MOST_UNITS]]
        if len(names) > MOST_UNITS:
            most.append(_more(len(names) - MOST_UNITS))
        word = "place" if places == 1 else "places"
        equal = "均" if len(names) > 1 else ""
        ending = " each" if len(names) > 1 else ""
        parts.append(
            both(
                "{names} {verb} most, by {places} {word}{ending}",
                "{verb_zh}幅度最大的是{names}，{equal}{verb_zh}{places}位",
                names=listing(most),
                verb=en,
                verb_zh=zh,
                places=f"{places:g}",
                word=word,
                ending=ending,
                equal=equal,
            )
        )
    return clauses(parts)


def streak(about: About, top: int, years: int, tiers: Sequence[tuple[int, int]], unsure: int) -> Text:
    """Return how many units were in the first ``top`` for ``years`` years, by tier: (tier, count)."""
    total = sum(count for _, count in tiers)
    if not total:
        parts = [
            both(
                "no listed unit was in the first {top} in each of the last {years} years",
                "没有{noun}连续{years}年居前{top}名",
                noun=about.noun,
                top=top,
                years=years,
            )
        ]
    else:
        inside = [
            both("{count} of {tier}", "{tier}{count}个", tier=ordinal(tier), count=count)
            for tier, count in tiers
            if count
        ]
        parts = [
            both(
                "in the first {top} in each of the last {years} years: {total} ({tiers})"
                if len(inside) > 1
                else "in the first {top} in each of the last {years} years: {total}, of {tier}",
                "连续{years}年居前{top}名的{noun}{total}个，其中{tiers}"
                if len(inside) > 1
                else "连续{years}年居前{top}名的{noun}{total}个，属{tier}",
                noun=about.noun,
                top=top,
                years=years,
                total=total,
                tiers=listing(inside),
                tier=ordinal(next(tier for tier, count in tiers if count)),
            )
        ]
    if unsure:
        parts.append(
            both(
                "{unsure} more cannot be judged, as an earlier list is not whole",
                "另有{unsure}个因往期榜单不全无从判断",
                unsure=unsure,
            )
        )
    return clauses(parts)
