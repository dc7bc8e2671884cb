"""Kinds on what units are: composition, membership, the leaders' radar, groups over the years."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

import numpy as np

from tierwise.errors import TierwiseError, problem
from tierwise.kernels.grid import levelled
from tierwise.methods.registry import Setting
from tierwise.names import cleaned, unified
from tierwise.sentences.phrases import About, both, clauses, listing, share
from tierwise.sentences.phrases import Kind as GroupKind
from tierwise.sentences.tiers import ordinal
from tierwise.topics.kinds import KINDS, MANY, NAME, NAMES, RANK, SHARE, UNITS, Listed, Made, whole
from tierwise.topics.words import ended, of_list
from tierwise.words.columns import GROUPS, Column, numbered
from tierwise.words.language import Text

SEPARATORS: Final = re.compile(r"[、,，;；/|]")
NO: Final = frozenset({"", "0", "否", "无", "no", "false", "n", "-", "–", "—", "×", "✗"})
YES: Final = frozenset({"1", "是", "有", "yes", "true", "y", "✓", "√", "★", "●", "x"})
CITY: Final = ("市", "县级市")  # the ending of a name, and what it says on a list of counties
OTHERS: Final = Text("others", "其他")


def _counts(about: About, listed: Listed, made: Made) -> Text:
    counts = [(kind, units) for kind, units in made.facts["counts"] if units]
    told = listing(
        both("{kind} {units}", "{kind}{units}个", kind=kind, units=units) for kind, units in counts
    )
    if len(counts) == 1:
        told = both("all are {kind}", "均为{kind}", kind=counts[0][0])
    return ended(of_list(about), told)


@KINDS(
    "composition",
    zh="构成",
    synonyms=("类型构成", "结构"),
    say=_counts,
    how=("Listed units by class", "入榜单位的类别构成"),
    row=Text("a class", "一个类别"),
    heads=(
        Column("class", Text("Class", "类别"), Text("kind of unit", "单位类别")),
        UNITS,
        SHARE,
        NAMES,
    ),
    texts=(0, 1),
    chart="columns",
)
def composition(
    listed: Listed,
    *,
    endings: Annotated[
        tuple[str, ...],
        Setting(
            "endings of names that tell the class, where no column does", "未指定列时，用于分类的名称词尾"
        ),
    ] = ("市", "县", "旗", "区"),
) -> Made:
    """Return how many units are of each class: by a column of texts, else by the ending of the name."""
    if listed.texts:
        of = [Text(label, label) if label else OTHERS for label in unified([*listed.texts[0].values])]
    else:
        shown = {end: Text(*[CITY[1] if end == CITY[0] else end] * 2) for end in endings}
        ends = [next((end for end in endings if cleaned(name).endswith(end)), "") for name in listed.names]
        of = [shown.get(end, OTHERS) for end in ends]
    classes = sorted(dict.fromkeys(of), key=lambda one: (one == OTHERS, -of.count(one)))
    units = [[unit for unit, own in enumerate(of) if own == one] for one in classes]
    return Made(
        _class_columns(listed, classes, units),
        {"counts": [(one, len(own)) for one, own in zip(classes, units, strict=True)]},
    )


def _class_columns(
    listed: Listed, classes: Sequence[object], units: Sequence[Sequence[int]]
) -> tuple[tuple[str, Sequence[object]], ...]:
    """Return the columns of a table of classes, each with its units."""
    return (
        ("class", classes),
        ("units", [len(own) for own in units]),
        ("share", [len(own) / len(listed) for own in units]),
        ("names", ["、".join(listed.names[unit] for unit in own) for own in units]),
    )


def _members(about: About, listed: Listed, made: Made) -> Text:
    counts, several = made.facts["counts"], made.facts["several"]
    parts = listing(
        both("{name} {units}", "{name}{units}个", name=name, units=units) for name, units in counts
    )
    fields = {"any": made.facts["any"], "several": several, "share": share(made.facts["any"], about.listed)}
    if len(counts) == 1:
        told = both("{parts} ({share})", "{parts}，占{share}", parts=parts, **fields)
    elif several:
        told = both(
            "{parts}; {any} ({share}) {any:~belongs|belong} to one at least, {several} to several",
            "{parts}；至少属其一的{any}个，占{share}，其中兼属多类的{several}个",
            parts=parts,
            **fields,
        )
    else:
        told = both(
            "{parts}; together {any} ({share})", "{parts}；合计{any}个，占{share}", parts=parts, **fields
        )
    return ended(of_list(about), told)


def _belonging(listed: Listed, groups: Mapping[str, Sequence[str]] | None) -> dict[str, set[int]]:
    """Return the units of each membership."""
    found: dict[str, set[int]] = {name: set() for name in groups or ()}
    for column in listed.texts:
        texts = [cleaned(value).casefold() for value in column.values]
        for name, wanted in (groups or {}).items():
            plain = {cleaned(one).casefold() for one in wanted}
            found[name] |= {unit for unit, text in enumerate(texts) if text in plain}
        if groups:
            continue
        if {*texts} <= YES | NO:
            found[column.title] = {unit for unit, text in enumerate(texts) if text in YES}
            continue
        for unit, text in enumerate(column.values):
            for part in SEPARATORS.split(text):
                if part.strip().casefold() not in NO:
                    found.setdefault(part.strip(), set()).add(unit)
    for figure in listed.figures:
        found[figure.title] = {*np.flatnonzero(figure.values > 0).tolist()}
    return found


@KINDS(
    "membership",
    zh="归属",
    synonyms=("示范基地", "名单归属", "所属"),
    say=_members,
    how=("Listed units by what they belong to, several at a time", "入榜单位的归属（可兼属数类）"),
    row=Text("a membership", "一类归属"),
    heads=(
        Column("class", Text("Membership", "归属"), Text("what units belong to", "所属名单、园区或地带")),
        UNITS,
        SHARE,
        NAMES,
    ),
    figures=(0, MANY),
    texts=(0, MANY),
    chart="columns",
)
def membership(
    listed: Listed,
    *,
    groups: Annotated[
        Mapping[str, tuple[str, ...]] | None,
        Setting(
            'what counts as each, by the texts of the columns: {coast = ["江苏", "浙江"]} (default: texts '
            "as they are, several to a cell if need be; columns of yes and no by their headings)",
            '各类所含的列中文本，如{沿海 = ["江苏", "浙江"]}（默认：按列中文本归类，一格可有多项；'
            "只填是否的列按表头归类）",
        ),
    ] = None,
) -> Made:
    """Return how many units belong to each of some memberships, and how many to any of them."""
    found = _belonging(listed, groups)
    names = sorted(found, key=lambda name: -len(found[name]))
    times = [sum(unit in units for units in found.values()) for unit in range(len(listed))]
    return Made(
        _class_columns(listed, names, [sorted(found[name]) for name in names]),
        {
            "counts": [(name, len(found[name])) for name in names],
            "any": sum(time > 0 for time in times),
            "several": sum(time > 1 for time in times),
        },
    )


def _radar(about: About, listed: Listed, made: Made) -> Text:
    facts = made.facts
    parts = [
        both("{name} is first in {told}", "{name}的{told}居首", name=name, told=listing(figures))
        for name, figures in facts["best"].items()
    ]
    who = ordinal(facts["tier"]) if facts["tier"] else Text("the chosen units", "所选单位")
    if about.title:
        who = Text(f"{who.en} in {about.title}", f"{about.title}中{who.zh}")
    return both(
        "Among the {units} {noun} of {who}: {told}",
        "{who}的{units}个{noun}中，{told}",
        who=who,
        units=facts["units"],
        noun=about.noun,
        told=clauses(parts),
    )


@KINDS(
    "radar",
    zh="雷达",
    synonyms=("雷达图", "领先单位"),
    say=_radar,
    how=("Leading units on some figures, relative to the list's best", "领先单位各项数据与榜单最优值之比"),
    row=Text("a leading unit", "一个领先单位"),
    heads=(
        NAME,
        Column(
            "figures",
            meaning=Text("each figure, the list's best is 1", "各项数据，榜单最优为1"),
            format="0.00",
            names="node",
        ),
        RANK,
    ),
    figures=(3, MANY),
    chart="radar",
    measured=False,
)
def radar(
    listed: Listed,
    *,
    units: Annotated[
        tuple[str, ...],
        Setting("units by name (default: those of the tier)", "单位名称（默认：该梯队的单位）"),
    ] = (),
    tier: Annotated[int, Setting("the tier whose units are shown", "所示的梯队", ge=1)] = 1,
) -> Made:
    """Return figures of leading units relative to the best of the list: value over best, best over value.

    Raises R142 for a unit that is not listed, R143 for a tier without units.
    """
    chosen = _chosen(listed, units, tier)
    scaled = []
    best: dict[str, list[str]] = {}
    for one in listed.figures:
        values = one.values
        if one.direction < 0:
            values = np.divide(1.0, values, out=np.full(len(values), np.nan), where=values > 0)
        own = (values / np.nanmax(values))[chosen]
        scaled.append((one.code, own.tolist()))
        levels = levelled(own)
        for at in np.flatnonzero(levels == np.nanmax(levels, initial=-np.inf)).tolist():
            best.setdefault(listed.names[chosen[at]], []).append(one.title)
    return Made(
        (
            ("name", [listed.names[unit] for unit in chosen]),
            *scaled,
            ("rank", whole(listed.ranks[chosen])),
        ),
        {"best": best, "units": len(chosen), "tier": 0 if units else tier},
    )


def _chosen(listed: Listed, units: Sequence[str], tier: int) -> list[int]:
    """Return the units by name, else those of a tier."""
    if units:
        known = {cleaned(name): at for at, name in enumerate(listed.names)}
        missing = [name for name in units if cleaned(name) not in known]
        if missing:
            raise TierwiseError(*(problem("R142", argument="units", unit=name) for name in missing))
        return [known[cleaned(name)] for name in units]
    chosen: list[int] = np.flatnonzero(listed.tiers == tier).tolist()
    if not chosen:
        most = int(listed.tiers.max(initial=0))
        raise TierwiseError(problem("R143", argument="tier", tier=tier, most=most))
    return chosen


def _years(about: About, listed: Listed, made: Made) -> Text:
    first, last = made.facts["years"]
    column = listed.texts[0]
    kind = GroupKind.of(column.code, GROUPS.get(column.code, Text(column.title, column.title)))
    changes = made.facts["changes"]
    parts = [
        both(
            "{name} from {then} to {now}",
            "{name}由{then}个增至{now}个" if now > then else "{name}由{then}个减至{now}个",
            name=name,
            then=then,
            now=now,
        )
        for name, then, now in changes
        if now != then
    ]
    same = len(changes) - len(parts)
    if same:
        words = ("{same} unchanged", "{same}个{kind}持平") if parts else ("all as before", "均持平")
        parts.append(both(*words, same=same, kind=kind.many))
    return both(
        "Listed {noun} by {kind}, {first} to {last}: {told}.",
        "{first}年至{last}年，各{kind}入榜{noun}数量：{told}。",
        noun=about.noun,
        kind=kind.many,
        first=first,
        last=last,
        told=Text("; ".join(part.en for part in parts), "，".join(part.zh for part in parts)),
    )


@KINDS(
    "years",
    zh="历年分布",
    synonyms=("区域历年", "历年"),
    say=_years,
    how=("Listed units by group, year by year", "各组历年入榜单位数"),
    row=Text("a group", "一个组"),
    heads=(
        Column("group", meaning=Text("the group column", "分组列"), names="group", single=True),
        numbered("units_{}", Text("{0}", "{0}年"), Text("listed units in the year", "该年入榜单位个数")),
    ),
    texts=(1, 1),
    chart="years",
)
def years(listed: Listed) -> Made:
    """Return the listed units of each group in each year of which they are known, this one last."""
    known = sorted(listed.years)
    groups = [*dict.fromkeys(name for year in reversed(known) for name in listed.years[year])]
    table = {name: [listed.years[year].get(name, 0) for year in known] for name in groups}
    order = sorted(groups, key=lambda name: table[name][::-1], reverse=True)
    return Made(
        (
            (listed.texts[0].code, order),
            *((f"units_{year}", [table[name][at] for name in order]) for at, year in enumerate(known)),
        ),
        {
            "years": (known[0], known[-1]),
            "changes": [(name, table[name][0], table[name][-1]) for name in order],
        },
    )
