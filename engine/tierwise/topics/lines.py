"""Kinds that count units above a line or by bands: threshold, top, bands, above the nation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import TierwiseError, problem
from tierwise.methods.registry import Setting
from tierwise.names import unified
from tierwise.sentences.phrases import About, both, counted, listing, paragraph, share
from tierwise.topics.kinds import (
    KINDS,
    MANY,
    NAME,
    NAMES,
    PLACE,
    RANK,
    SHARE,
    UNITS,
    VALUES,
    Figure,
    Listed,
    Made,
    above,
    falling,
    ordered,
    pick,
    places,
    reached,
)
from tierwise.topics.words import (
    MOST_NAMED,
    NOTHING,
    SIGNS,
    amount,
    amounts,
    ended,
    in_year,
    lacking,
    measured,
    named,
    of_list,
    of_nation,
    percent,
    quoted,
)
from tierwise.words.columns import Column
from tierwise.words.language import Text

Edges = Annotated[tuple[float, ...], Setting("edges of the bands, rising", "分段的分界值，由小到大")]
Lines = Annotated[
    tuple[float, ...], Setting("lines above which units are counted too", "另行统计高于这些数值的单位数")
]
Sum = Annotated[
    bool,
    Setting(
        "tell the sum and its share of the list too, for figures that add up (told wherever a national total "
        "is given)",
        "另列合计及其占榜单的比例，用于可以相加的数据（给出全国合计时总会列出）",
    ),
]
Since = Annotated[
    int,
    Setting(
        "an earlier year of the data: growth on it, or units that had not reached the line then",
        "数据含多个年份时的基期年份：按该列较此年计算增速，或指出此年尚未达标的单位",
        ge=0,
    ),
]
LEADING: Final = 3  # units that are named of those above the nation


def _totals(figure: Figure, units: IntArray, asked: bool) -> dict[str, float]:
    """Return the sum over some units and its shares of the list's and the nation's; nothing for quotients."""
    if figure.quotient or not (asked or (figure.national and figure.adds_up)):
        return {}
    total, whole_list = float(np.nansum(figure.values[units])), float(np.nansum(figure.values))
    facts = {"total": total, "of_list": total / whole_list if whole_list > 0 else np.nan}
    if figure.national is not None:
        facts["of_nation"] = total / figure.national.value
    return facts


def _summed(figure: Figure, facts: Mapping[str, Any]) -> Text:
    """Return the clause on a sum and its shares, nothing where there is none."""
    if "total" not in facts:
        return NOTHING
    parts = [both("; together {total}", "；合计{total}", total=amount(facts["total"], figure.unit))]
    if facts["of_list"] < 1:  # NaN is not
        parts.append(both(", {part} of the list's", "，占入榜合计的{part}", part=percent(facts["of_list"])))
    if figure.national is not None:
        part, year = percent(facts["of_nation"]), of_nation(figure.national)
        parts.append(both(", {part} of the nation's{year}", "，占全国{year}的{part}", part=part, year=year))
    return Text("".join(part.en for part in parts), "".join(part.zh for part in parts))


def _inside(listed: Listed, units: IntArray) -> list[tuple[str, int]]:
    """Return how many of some units each class of the topic's text column has, the most first."""
    if not listed.texts:
        return []
    labels = unified([*listed.texts[0].values])
    counts = Counter(labels[unit] for unit in units.tolist() if labels[unit])
    return sorted(counts.items(), key=lambda pair: -pair[1])


def _of_classes(counts: Sequence[tuple[str, int]]) -> Text:
    """Return the clause on the classes of some units, nothing where none are asked for."""
    if not counts:
        return NOTHING
    if len(counts) == 1:
        return Text(f"; all are of {counts[0][0]}", f"；均属{counts[0][0]}")
    told = counted(counts)
    return Text(f"; of these {told.en}", f"；其中{told.zh}")


def _new(facts: Mapping[str, Any]) -> Text:
    """Return the clause on units that had not reached the line in an earlier year; nothing if not asked."""
    if not facts["since"]:
        return NOTHING
    year, names = facts["since"], facts["new"]
    if not names:
        return Text(f"; none is new since {year}", f"；与{year}年相比没有新增")
    return both(
        "; new since {year}: {names}" if len(names) == 1 else "; {units} new since {year}: {names}",
        "；与{year}年相比新增{units}个，为{names}"
        if len(names) == 1
        else "；与{year}年相比新增{units}个，依次为{names}",
        year=year,
        units=len(names),
        names=listing(names),
    )


def _threshold(about: About, listed: Listed, made: Made) -> Text:
    facts, figure = made.facts, listed.figures[0]
    values = facts["values"]
    fields: dict[str, Text | str | int] = {
        "units": len(values),
        "share": share(len(values), about.listed),
        "figure": figure.title,
        "line": amount(facts["at_least"], figure.unit),
        "names": named(made.names, quoted(values, figure.unit)),
    }
    if not values:
        told = both("none has {figure} of {line} or more", "没有{figure}达到{line}的单位", **fields)
    elif len(values) == 1:
        told = both(
            "one has {figure} of {line} or more: {names}",
            "{figure}在{line}及以上的有1个，为{names}",
            **fields,
        )
    else:
        told = both(
            "{units} ({share}) {units:~has|have} {figure} of {line} or more: {names}",
            "{figure}在{line}及以上的有{units}个，占{share}，依次为{names}",
            **fields,
        )
    if not values:
        return ended(of_list(about), told, lacking(facts["blank"]))
    more = _of_classes(facts["inside"]), _summed(figure, facts), _new(facts), lacking(facts["blank"])
    return ended(of_list(about), told, *more)


@KINDS(
    "threshold",
    zh="达标",
    synonyms=("门槛", "阈值"),
    say=_threshold,
    how=("Units whose figure reaches a line, the highest first", "达到规定数值的单位，由高到低"),
    row=Text("a unit that reaches the line", "一个达标单位"),
    heads=(PLACE, NAME, VALUES, RANK),
    figures=(1, MANY),
    texts=(0, 1),
    national="may",
    chart="bars",
)
def threshold(
    listed: Listed,
    *,
    at_least: Annotated[float, Setting("the line, which counts as reached", "达标的数值（含）")],
    sum: Sum = False,  # noqa: A002  # a key of a scenario
    since: Since = 0,
) -> Made:
    """Return the units whose first figure is ``at_least`` or more, with the other figures beside it.

    With a column of texts the sentence counts their classes; with ``since`` it names the units that had not
    reached the line in that year (R150 where no figures of it are given; a unit without a value then is not
    called new).
    """
    figure = listed.figures[0]
    if since and figure.earlier is None:
        raise TierwiseError(problem("R150", argument="since", year=since))
    order = falling(figure.values)
    units = order[reached(figure.values[order], at_least)]
    values = figure.values[units]
    facts = {
        "at_least": at_least,
        "values": values.tolist(),
        "blank": int(np.isnan(figure.values).sum()),
        "inside": _inside(listed, units),
        "since": since,
        "new": [] if figure.earlier is None else pick(listed, units[_short(figure.earlier[units], at_least)]),
        **_totals(figure, units, sum),
    }
    return Made(ordered(listed, units, values), facts)


def _short(values: FloatArray, line: float) -> BoolArray:
    return ~np.isnan(values) & ~reached(values, line)


def _top(about: About, listed: Listed, made: Made) -> Text:
    facts, figure = made.facts, listed.figures[0]
    names = made.names
    shared = len(names) > facts["count"]
    title: Text | str = figure.title
    if figure.unit and figure.unit != "%":
        title = both("{title} ({unit})", "{title}（{unit}）", title=figure.title, unit=figure.unit)
    told = both(
        "by {figure} the first {count:is|are} {names}"
        + "; {units} in all, as the last place is shared" * shared,
        "{figure}居前{count}位的依次为{names}" + "（末位并列，共{units}个）" * shared,
        figure=title,
        count=facts["count"],
        units=len(names),
        names=named(names, quoted(facts["values"], figure.unit), most=max(MOST_NAMED, len(names))),
    )
    return ended(of_list(about), told, _summed(figure, facts))


@KINDS(
    "top",
    zh="前列",
    synonyms=("前几位", "top-n", "排名前列"),
    say=_top,
    how=("The first units by one figure", "按某项数据居前的单位"),
    row=Text("a unit among the first by the figure", "一个居前的单位"),
    heads=(PLACE, NAME, VALUES, RANK),
    figures=(1, MANY),
    national="may",
    chart="bars",
    counted="count",
)
def top(
    listed: Listed,
    *,
    count: Annotated[int, Setting("how many units", "单位个数", ge=1)] = 20,
    sum: Sum = False,  # noqa: A002  # a key of a scenario
) -> Made:
    """Return the first ``count`` units by the first figure, and those that share the last place."""
    figure = listed.figures[0]
    order = falling(figure.values)
    place = places(figure.values[order])
    units = order[place <= place[min(count, len(order)) - 1]]
    values = figure.values[units]
    facts = {"count": min(count, len(order)), "values": values.tolist(), **_totals(figure, units, sum)}
    return Made(ordered(listed, units, values), facts)


def band_labels(edges: Sequence[float], unit: str) -> list[Text]:
    """Return what bands are called: below the first edge, between two, from the last on."""
    told = amounts(edges)
    first, last = measured(told[0], unit), measured(told[-1], unit)
    inner = [
        both("between {low} and {high}", "{low}—{high}", low=_edge(low, unit), high=measured(high, unit))
        for low, high in pairwise(told)
    ]
    return [
        both("below {first}", "{first}以下", first=first),
        *inner,
        both("at {last} or above", "{last}及以上", last=last),
    ]


def _edge(text: str, unit: str) -> Text:
    """Return the lower edge of a band, whose unit stands at the upper one; the sign of money at both."""
    sign = SIGNS.match(unit)
    return Text(measured(text, sign[0] if sign else "").en, text)


def in_bands(values: FloatArray, edges: Sequence[float]) -> list[IntArray]:
    """Return the units of each band, its lower edge included; blank ones are in none."""
    band = np.sum([reached(values, edge) for edge in edges], axis=0)
    return [np.flatnonzero((band == at) & ~np.isnan(values)) for at in range(len(edges) + 1)]


def _bands(about: About, listed: Listed, made: Made) -> Text:
    figure, facts = listed.figures[0], made.facts
    counts = facts["counts"]
    kept = [(label, count) for label, count in zip(facts["labels"], counts, strict=True) if count]
    parts = listing(
        both("{count} {label}", "{label}的{count}个", label=label, count=count) for label, count in kept
    )
    told = both("{figure} puts {parts}", "{figure}在{parts}", figure=figure.title, parts=parts)
    sentences = [ended(of_list(about), told, lacking(facts["blank"]))]
    most = max(counts)
    if len(kept) > 1 and counts.count(most) == 1:
        label, part = facts["labels"][counts.index(most)], share(most, about.listed)
        sentences.append(
            both("Most, {part}, lie {label}.", "{label}的最多，占{part}。", label=label, part=part)
        )
    return paragraph(sentences)


@KINDS(
    "bands",
    zh="分段",
    synonyms=("区间", "分布"),
    say=_bands,
    how=("Units by bands of one figure, lower edges included", "按某项数据分段的单位数（含下界）"),
    row=Text("a band", "一个区段"),
    heads=(
        Column("band", Text("Band", "区段"), Text("from an edge to below the next", "含下界，不含上界")),
        UNITS,
        SHARE,
        NAMES,
    ),
    figures=(1, 1),
    chart="columns",
)
def bands(listed: Listed, *, edges: Edges) -> Made:
    """Return how many units lie in each band of a figure, and which."""
    figure = listed.figures[0]
    groups = in_bands(figure.values, edges)
    counts, labels = [len(units) for units in groups], band_labels(edges, figure.unit)
    return Made(
        (
            ("band", labels),
            ("units", counts),
            ("share", [count / len(listed) for count in counts]),
            ("names", ["、".join(pick(listed, units)) for units in groups]),
        ),
        {"labels": labels, "counts": counts, "blank": int(np.isnan(figure.values).sum())},
    )


def _above(about: About, listed: Listed, made: Made) -> Text:
    figure, values = listed.figures[0], made.facts["values"]
    assert figure.national is not None
    names = named(made.names[:LEADING], quoted(values[:LEADING], figure.unit))
    fields: dict[str, Text | str | int] = {
        "figure": figure.title,
        "mean": amount(figure.national.value, figure.unit),
        "year": in_year(figure.national),
        "units": len(values),
        "share": share(len(values), about.listed),
        "names": names,
    }
    if not values:
        told = both(
            "none is above the nation's {figure} of {mean}{year}",
            "没有单位的{figure}高于全国水平（{mean}{year}）",
            **fields,
        )
    elif len(values) <= LEADING:
        told = both(
            "{units} above the nation's {figure} of {mean}{year}: {names}",
            "{figure}高于全国水平（{mean}{year}）的有{units}个：{names}",
            **fields,
        )
    else:
        told = both(
            "{units} ({share}) {units:~is|are} above the nation's {figure} of {mean}{year}, the "
            "first of them {names}",
            "{figure}高于全国水平（{mean}{year}）的有{units}个，占{share}，居前的为{names}",
            **fields,
        )
    return ended(of_list(about), told, lacking(made.facts["blank"]))


@KINDS(
    "above-nation",
    zh="高于全国",
    synonyms=("高于全国平均", "高于全国均值", "above-mean"),
    say=_above,
    how=("Units whose figure is above the nation's", "某项数据高于全国水平的单位"),
    row=Text("a unit above the nation", "一个高于全国水平的单位"),
    heads=(
        PLACE,
        NAME,
        VALUES,
        Column(
            "times",
            Text("Times the nation's", "与全国之比"),
            Text("value over the nation's", "与全国数值之比"),
            "0.00",
        ),
        RANK,
    ),
    figures=(1, 1),
    national="must",
    chart="bars",
)
def above_nation(listed: Listed) -> Made:
    """Return the units whose figure is above the nation's, and how many times it is."""
    figure = listed.figures[0]
    assert figure.national is not None
    line = figure.national.value
    order = falling(figure.values)
    units = order[above(figure.values[order], line)]
    values = figure.values[units]
    times = (values / line).tolist() if line > 0 else [None] * len(values)
    facts = {"values": values.tolist(), "blank": int(np.isnan(figure.values).sum())}
    return Made(ordered(listed, units, values, ("times", times)), facts)
