"""Kinds of two figures, or of one and the nation's: shares, ratios, growth, quadrants, extremes."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import numpy as np

from tierwise.kernels.grid import levelled
from tierwise.methods.registry import Setting
from tierwise.sentences.phrases import About, both, clauses, listing, paragraph
from tierwise.topics.kinds import (
    KINDS,
    MANY,
    NAME,
    RANK,
    UNITS,
    VALUES,
    Figure,
    Listed,
    Made,
    above,
    pick,
    whole,
    with_figures,
)
from tierwise.topics.words import FEW, NOTHING, amount, amounts, ended, lacking, of_list, of_nation
from tierwise.topics.words import percent as per_cent
from tierwise.words.columns import Column
from tierwise.words.formats import Printed
from tierwise.words.language import Text

FIGURE: Final = Column("figure", Text("Figure", "指标"), Text("the figure", "指标"), content="node")


def _shares(about: About, listed: Listed, made: Made) -> Text:
    parts = []
    for one, total, part, blank in made.facts["sums"]:
        parts.append(
            both(
                "{figure} {total}, {part} of the nation's{year}{blank}",
                "{figure}合计{total}，占全国{year}的{part}{blank}",
                figure=one.title,
                total=amount(total, one.unit),
                part=per_cent(part),
                year=of_nation(one.national),
                blank=Text(f" ({blank} without a value)", f"（{blank}个无数据）") if blank else NOTHING,
            )
        )
    told = clauses(parts)
    if about.title:
        return both(
            "The {listed} {noun} of {title} together: {told}",
            "{title}的{listed}个{noun}：{told}",
            listed=about.listed,
            noun=about.noun,
            title=about.title,
            told=told,
        )
    return both(
        "The {listed} listed {noun}{year} together: {told}",
        "{year}{listed}个入榜{noun}：{told}",
        listed=about.listed,
        noun=about.noun,
        year=about.of_year,
        told=told,
    )


@KINDS(
    "national-share",
    zh="占全国比重",
    synonyms=("全国占比", "占全国比例"),
    say=_shares,
    how=("Totals of the list and their share of the nation's", "入榜单位合计及其占全国的比重"),
    row=Text("a figure", "一项数据"),
    heads=(
        FIGURE,
        UNITS,
        Column(
            "total", Text("Total of the list", "入榜合计"), Text("sum of the list", "入榜单位合计"), "free"
        ),
        Column("national", Text("National total", "全国合计"), Text("the nation's", "全国合计"), "free"),
        Column(
            "share",
            Text("Share of the nation", "占全国比重"),
            Text("total of the list over the nation's", "入榜合计与全国合计之比"),
            "share",
        ),
        Column("year", Text("Year", "年份"), Text("of the national total", "全国数据的年份"), "0"),
        Column("source", Text("Source", "来源"), Text("of the national total", "全国数据的来源")),
    ),
    figures=(1, MANY),
    national="must",
    chart="shares",
)
def national_share(listed: Listed) -> Made:
    """Return the total of each figure over the list, and its share of the nation's total."""
    sums, nations = [], []
    for one in listed.figures:
        assert one.national is not None
        total = float(np.nansum(one.values))
        sums.append((one, total, total / one.national.value, int(np.isnan(one.values).sum())))
        nations.append(one.national)
    return Made(
        (
            ("figure", [one.code for one, *_ in sums]),
            ("units", [len(listed) - blank for *_, blank in sums]),
            ("total", [total for _, total, _, _ in sums]),
            ("national", [one.value for one in nations]),
            ("share", [part for _, _, part, _ in sums]),
            ("year", [one.year for one in nations]),
            ("source", [one.source for one in nations]),
        ),
        {"sums": sums},
    )


QUADRANTS: Final = {
    (True, True): ("both", Text("both high", "双高")),
    (True, False): ("first", Text("first high", "前高后低")),
    (False, True): ("second", Text("second high", "前低后高")),
    (False, False): ("neither", Text("both low", "双低")),
}
IN_QUADRANTS: Final = {
    "both": Text("{units} high in {one} and in {other}", "{one}与{other}均高的{units}个"),
    "first": Text("{units} high in {one} alone", "仅{one}较高的{units}个"),
    "second": Text("{units} high in {other} alone", "仅{other}较高的{units}个"),
    "neither": Text("{units} in neither", "均低的{units}个"),
}
SPLITS: Final = {
    "mean": Text("means of the list", "榜单均值"),
    "median": Text("medians of the list", "榜单中位数"),
    "nation": Text("nation's figures", "全国水平"),
}


def _quadrants(about: About, listed: Listed, made: Made) -> Text:
    (one, other), facts = listed.figures, made.facts
    parts = [
        both(*IN_QUADRANTS[key], units=units, one=one.title, other=other.title)
        for key, units in facts["counts"].items()
        if units
    ]
    head = both(
        "divided at the {split} ({x} and {y}): {parts}",
        "以{split}（{x}、{y}）划分，{parts}",
        split=SPLITS[facts["split"]],
        x=amount(facts["x"], one.unit),
        y=amount(facts["y"], other.unit),
        parts=listing(parts),
    )
    told = [ended(of_list(about), head, lacking(facts["blank"]))]
    if 0 < len(facts["leaders"]) <= FEW:
        told.append(both("High in both: {names}.", "两项均高的为{names}。", names=listing(facts["leaders"])))
    return paragraph(told)


def _split(figure: Figure, how: str) -> float:
    if how == "nation":
        assert figure.national is not None
        return figure.national.value
    return float(np.nanmedian(figure.values) if how == "median" else np.nanmean(figure.values))


@KINDS(
    "quadrants",
    zh="象限",
    synonyms=("四象限", "散点", "两项对照"),
    say=_quadrants,
    how=("Two figures against each other, in quadrants", "两项数据对照及象限划分"),
    row=Text("a unit", "一个单位"),
    heads=(
        NAME,
        VALUES,
        Column(
            "quadrant",
            Text("Quadrant", "象限"),
            Text("in which of the two it is high: both, first, second, neither", "两项的高低"),
            words=dict(QUADRANTS.values()),
        ),
        RANK,
    ),
    figures=(2, 2),
    national="may",
    chart="scatter",
)
def quadrants(
    listed: Listed,
    *,
    split: Annotated[
        Literal["mean", "median", "nation"],
        Setting(
            "where high begins: above the mean or median of the list, or the nation's figure",
            "高低的界线：榜单均值、中位数或全国水平",
        ),
    ] = "mean",
) -> Made:
    """Return two figures of each unit and the quadrant in which they lie; at the line itself is low."""
    one, other = listed.figures
    x, y = _split(one, split), _split(other, split)
    here = np.flatnonzero(~np.isnan(one.values) & ~np.isnan(other.values))
    sides = zip(above(one.values[here], x), above(other.values[here], y), strict=True)
    keys = [QUADRANTS[bool(first), bool(second)][0] for first, second in sides]
    leaders = [name for name, key in zip(pick(listed, here), keys, strict=True) if key == "both"]
    counts = {key: keys.count(key) for key, _ in QUADRANTS.values()}
    facts = {"x": x, "y": y, "split": split, "counts": counts, "leaders": leaders}
    return Made(
        (
            ("name", pick(listed, here)),
            *with_figures(listed, here),
            ("quadrant", keys),
            ("rank", whole(listed.ranks[here])),
        ),
        {**facts, "blank": len(listed) - len(here)},
    )


def _extremes(about: About, listed: Listed, made: Made) -> Text:
    parts = []
    for one, high, low, top, bottom in made.facts["ends"]:
        times = times_told(top / bottom) if bottom > 0 else ""
        tail = both(", {times} times as much", "，前者为后者的{times}倍", times=times) if times else NOTHING
        parts.append(
            both(
                "{figure} is highest in {high} ({top}) and lowest in {low} ({bottom}){tail}{blank}",
                "{figure}最高的是{high}（{top}），最低的是{low}（{bottom}）{tail}{blank}",
                figure=one.title,
                high=listing(high),
                low=listing(low),
                top=amount(top, one.unit),
                bottom=amount(bottom, one.unit),
                tail=tail,
                blank=lacking(int(np.isnan(one.values).sum())),
            )
        )
    joined = Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))
    return ended(of_list(about), joined)


def times_told(times: float) -> str:
    """Return a multiple as a report prints it: 21, 8.5."""
    return amounts([times])[0] if times >= 100 else f"{Printed(times):.1f}".removesuffix(".0")


@KINDS(
    "extremes",
    zh="极值",
    synonyms=("最大最小", "差距"),
    say=_extremes,
    how=("The highest and lowest of each figure, and how far apart", "各项数据的最高、最低及其倍数"),
    row=Text("a figure", "一项数据"),
    heads=(
        FIGURE,
        Column("highest", Text("Highest", "最高单位"), Text("unit with the highest value", "数值最高的单位")),
        Column("most", Text("Highest value", "最高值"), Text("the highest value", "最高值"), "free"),
        Column("lowest", Text("Lowest", "最低单位"), Text("unit with the lowest value", "数值最低的单位")),
        Column("least", Text("Lowest value", "最低值"), Text("the lowest value", "最低值"), "free"),
        Column(
            "times",
            Text("Times", "倍数"),
            Text(
                "highest over lowest; blank where that is not above 0",
                "最高值与最低值之比；最低值不大于0时空白",
            ),
            "0.0",
        ),
    ),
    figures=(1, MANY),
)
def extremes(listed: Listed) -> Made:
    """Return the units with the highest and the lowest value of each figure, and the multiple."""
    ends = []
    for one in listed.figures:
        top, bottom = float(np.nanmax(one.values)), float(np.nanmin(one.values))
        levels = levelled(one.values)
        ends_of = (np.nanmax(levels), np.nanmin(levels))
        high, low = (pick(listed, np.flatnonzero(levels == end)) for end in ends_of)
        ends.append((one, high, low, top, bottom))
    return Made(
        (
            ("figure", [one.code for one, *_ in ends]),
            ("highest", ["、".join(high) for _, high, *_ in ends]),
            ("most", [top for *_, top, _ in ends]),
            ("lowest", ["、".join(low) for _, _, low, *_ in ends]),
            ("least", [bottom for *_, bottom in ends]),
            ("times", [top / bottom if bottom > 0 else None for *_, top, bottom in ends]),
        ),
        {"ends": ends},
    )
