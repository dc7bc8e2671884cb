"""Kinds of what is derived of two figures, or of one in two years: ratios and growth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.methods.registry import Setting
from tierwise.sentences.phrases import About, both, listing
from tierwise.topics.kinds import KINDS, NAME, PLACE, RANK, VALUES, Listed, Made, falling, ordered
from tierwise.topics.kinds import above as over
from tierwise.topics.lines import Lines, Since
from tierwise.topics.words import FEW, amounts, ended, in_year, lacking, measured, named, of_list
from tierwise.topics.words import percent as per_cent
from tierwise.words.columns import Column, numbered
from tierwise.words.language import Text

QUOTIENT: Final = Column(
    "quotient",
    Text("Ratio", "比值"),
    Text(
        "the first over the second, as a number in the topic's unit of measure",
        "前者与后者之比，以数值表示，单位为专题所填计量单位",
    ),
    optional=True,
)


def _derived(
    listed: Listed, values: FloatArray, lines: Sequence[float], percented: bool, unit: str = ""
) -> dict[str, Any]:
    """Return the facts on a figure that the topic derives; lines and the nation's may be in per cent."""
    scale = 100.0 if percented else 1.0
    national = listed.derived
    nation = None if national is None else national.value / scale
    return {
        "percent": percented,
        "unit": unit,
        "blank": int(np.isnan(values).sum()),
        "above": None if nation is None else int(over(values, nation).sum()),
        "nation": nation,
        "national": national,
        "lines": [(line, int(over(values, line / scale).sum())) for line in lines],
    }


def _told(values: Sequence[float], facts: Mapping[str, Any]) -> list[Text]:
    texts = [per_cent(value) for value in values] if facts["percent"] else amounts(values)
    return [measured(text, facts["unit"]) for text in texts]


def _counted(facts: Mapping[str, Any]) -> Text:
    """Return the clauses on how many are above the nation's figure and above further lines."""
    parts = []
    if facts["above"] is not None:
        parts.append(
            both(
                "; {units} above the nation's {mean}{year}",
                "；高于全国水平（{mean}{year}）的{units}个",
                units=facts["above"],
                mean=_told([facts["nation"]], facts)[0],
                year=in_year(facts["national"]),
            )
        )
    sign = "%" if facts["percent"] else facts["unit"]
    counts = [
        both("{units} above {line}", "高于{line}的{units}个", units=units, line=measured(f"{line:g}", sign))
        for line, units in facts["lines"]
    ]
    if counts:
        parts.append(both("; {counts}", "；{counts}", counts=listing(counts)))
    return Text("".join(part.en for part in parts), "".join(part.zh for part in parts))


def _leading(about: About, made: Made, title: Text) -> Text:
    """Return the sentence on a derived figure: the first units, the list as a whole, lines."""
    facts = made.facts
    values = facts["values"]
    told = named(made.names[:FEW], _told(values[:FEW], facts))
    parts = [
        of_list(about),
        both("by {title} the first are {told}", "{title}居前的依次为{told}", title=title, told=told),
    ]
    if facts.get("pooled") is not None:
        pooled = _told([facts["pooled"]], facts)[0]
        parts.append(both("; of the list as a whole {pooled}", "；榜单整体为{pooled}", pooled=pooled))
    return ended(*parts, _counted(facts), lacking(facts["blank"]))


def _ratio(about: About, listed: Listed, made: Made) -> Text:
    above, below = (one.title for one in listed.figures)
    return _leading(about, made, Text(f"{above} over {below}", f"{above}与{below}之比"))


@KINDS(
    "ratio",
    zh="比值",
    synonyms=("依存度", "两项之比"),
    say=_ratio,
    how=("One figure over another, ranked", "两项数据之比及其位次"),
    row=Text("a unit, the highest ratio first", "一个单位，按比值由高到低"),
    heads=(
        PLACE,
        NAME,
        VALUES,
        Column(
            "ratio",
            Text("Ratio", "比值"),
            Text("the first over the second, shown in per cent", "前者与后者之比，以百分数表示"),
            "share",
            optional=True,
        ),
        QUOTIENT,
        RANK,
    ),
    figures=(2, 2),
    national="may",
    chart="bars",
)
def ratio(
    listed: Listed,
    *,
    factor: Annotated[
        float | None,
        Setting(
            "what the ratio is multiplied by, for figures in different units of measure (default: what leads "
            "to `unit`, or to one unit for both)",
            "换算系数，用于计量单位不同的两项数据（默认：按两列单位换算为“计量单位”，未填则换算为同一单位）",
            gt=0,
        ),
    ] = None,
    percent: Annotated[
        bool | None,
        Setting(
            "told in per cent, as are lines and the nation's (default: where both columns are of one kind of "
            "unit, or a unit is not known)",
            "以百分数表示，分档与全国数值同此（默认：两列单位同类或未注明单位时为是）",
        ),
    ] = None,
    lines: Lines = (),
) -> Made:
    """Return the ratio of two figures and its own ranking; units without both, or over nought, have none.

    Figures are taken in their own units of measure, multiplied by ``factor`` (None: 1); a ratio with a unit
    of its own is not in per cent. The ratio of the list as a whole is that of the sums, where both have one.
    """
    percented = not listed.unit if percent is None else percent
    scale = 1.0 if factor is None else factor
    above, below = (one.values for one in listed.figures)
    there = ~np.isnan(above) & (below > 0)
    values = np.full(len(listed), np.nan)
    np.divide(above * scale, below, out=values, where=there)
    order = falling(values)
    facts = _derived(listed, values, lines, percented, listed.unit)
    sums = there.any() and all(one.adds_up and not one.quotient for one in listed.figures)
    facts["pooled"] = float(above[there].sum() * scale / below[there].sum()) if sums else None
    facts["values"] = values[order].tolist()
    head = "ratio" if percented else "quotient"
    return Made(ordered(listed, order, values[order], (head, values[order].tolist())), facts)


def _growth(about: About, listed: Listed, made: Made) -> Text:
    name, since = listed.figures[0].title, made.facts["since"]
    if since:
        title = Text(f"growth of {name} on {since}", f"{name}较{since}年增速")
    else:
        title = Text(f"growth of {name}", f"{name}增速") if len(listed.figures) == 2 else Text(name, name)
    return _leading(about, made, title)


@KINDS(
    "growth",
    zh="增速",
    synonyms=("增长", "增长率"),
    say=_growth,
    how=("Growth, the fastest first", "增速，由高到低"),
    row=Text("a unit, the fastest first", "一个单位，按增速由高到低"),
    heads=(
        PLACE,
        NAME,
        VALUES,
        numbered("in_{}", Text("In {0}", "{0}年"), Text("figure of that year", "该年数据"), "free"),
        Column("growth", Text("Growth", "增速"), Text("on the value before", "较前期数值"), "share"),
        RANK,
    ),
    figures=(1, 2),
    national="may",
    chart="bars",
)
def growth(
    listed: Listed,
    *,
    lines: Lines = (),
    since: Since = 0,
) -> Made:
    """Return growth: of the first figure on the second or on an earlier year, or the one figure, in per cent.

    A value before of nought or less has no growth; the growth of the list is that of its sums, for a figure
    that adds up. Raises R150 where no figures of the year ``since`` are given.
    """
    figure = listed.figures[0]
    now, before = figure.values, figure.earlier if since else None
    if since and before is None:
        raise TierwiseError(problem("R150", argument="since", year=since))
    if len(listed.figures) == 2:
        before = listed.figures[1].values
    values, pooled = now / 100.0, None
    if before is not None:
        values, there = np.full(len(listed), np.nan), ~np.isnan(now) & (before > 0)
        np.divide(now - before, before, out=values, where=there)
        if there.any() and since and figure.adds_up and not figure.quotient:
            pooled = float(now[there].sum() / before[there].sum() - 1.0)
    order = falling(values)
    facts = {
        "values": values[order].tolist(),
        "pooled": pooled,
        "since": since,
        **_derived(listed, values, lines, percented=True),
    }
    rates = ("growth", values[order].tolist())
    told = [] if not since or before is None else [(f"in_{since}", before[order].tolist())]
    given = replace(listed, figures=()) if before is None else listed  # it is told as growth, not twice
    return Made(ordered(given, order, values[order], *told, rates), facts)
