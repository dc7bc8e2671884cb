"""The headings of a cleaned table: one row, in the framework's words where it has them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tierwise.cleaning.grid import RawTable
from tierwise.cleaning.layout import Column
from tierwise.cleaning.numbers import without_marks
from tierwise.cleaning.roles import words_of
from tierwise.cleaning.rules import Change
from tierwise.cleaning.texts import part_of, same, tidy
from tierwise.cleaning.unit_rows import is_unit
from tierwise.inputs.sheet import Sheet
from tierwise.inputs.sheet import text as text_of
from tierwise.units import agree, factor, split_heading, unit_of
from tierwise.words.language import is_chinese

GENERIC: Final = re.compile(  # lower headings that name nothing without the upper one: 地区生产总值 / 总量
    r"""(?:总|绝对)?(?:量|额|数|值|计|数量|金额|数值|规模|水平)|合计|小计|总体|平均|均值|其他|其它|男性?|女性?
      | (?:本|当|上|去)年(?:末|底)?(?:值|数)?|年[末底均初](?:值|数)?|期[末初](?:值|数)?
      | (?:[比较为]?(?:上年|去年|上年同期|去年同期|同期))?(?:同比|环比|年均|累计)?
        (?:增长|增减|增加|增幅|增速|变动|变化|下降)?(?:率|速度|幅度|值|额|量)?(?:±?%)?
      | (?:所?占(?:总量|总数|全国|全省|全市|gdp)?的?)?(?:比重|占比|份额|构成|结构|比例|比率)(?:±?%)?
      | (?:人|地|户|亩)均(?:量|额|值|水平)?|密度|强度|指数|排名|位次|排序|名次
      | total|sum|amount|number|count|value|level|volume|size|(?:annual)?growth(?:rate)?|rate|(?:%)?change
      | (?:%|percent)?share|ratio|proportion|percent(?:age)?|%|per(?:capita|head|person)|average|mean|median
      | index|rank|male|female|men|women|current|previous|other
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Indicator:
    """A node of the framework as far as cleaning needs it."""

    heading: str  # its code, or its name, as the framework spells what the spelling in the table means
    unit: str = ""
    divided: bool = False  # its column is the numerator of a ratio, whose unit ``unit`` may be


@dataclass(frozen=True)
class Heading:
    """The heading of a cleaned column."""

    text: str
    stated: str = ""  # the unit that the sheet states
    wanted: str = ""  # the framework's
    indicator: bool = False  # a node of the framework
    rules: tuple[str, ...] = ()


def indicators_of(framework: Sheet | None) -> dict[str, Indicator]:
    """Return the framework's nodes by the common spelling of their codes and names."""
    if framework is None:
        return {}
    words = words_of("Framework")
    header = [words.get(same(heading), heading) for heading in framework.header]
    if "code" not in header:
        return {}

    def column(word: str) -> list[str]:
        at = header.index(word) if word in header else None
        return [text_of(row[at]) if at is not None else "" for row in framework.rows]

    codes, names, units = column("code"), column("name"), column("unit")
    below = column("denominator")
    shared = {name for name, count in Counter(names).items() if count > 1}
    indicators: dict[str, Indicator] = {}
    for code, name, unit, divisor in zip(codes, names, units, below, strict=True):
        if name and name not in shared:
            indicators.setdefault(same(name), Indicator(name, unit, bool(divisor)))
        if code:  # a column called by it stays so: the name may be that of its ratio, 人均出口 of 出口总额
            indicators[same(code)] = Indicator(code, unit, bool(divisor))
    return indicators


def headings_of(
    table: RawTable, columns: Sequence[Column], role: str, indicators: dict[str, Indicator], table_unit: str
) -> list[Heading]:
    """Return the headings of the columns; a unit that they state stands beside them."""
    known = words_of(role)
    leaves = Counter(same(_bare(column)[0]) for column in columns)
    if any(column.unit or _bare(column)[1] for column in columns):
        table_unit = ""  # where columns state units of their own, the table's is not that of the others
    headings = []
    for column in columns:
        leaf, unit = _bare(column)
        parts = [split_heading(part_of(without_marks(tidy(part))))[0] for part in column.headings]
        joined = "_".join([*parts[:-1], leaf]) if len(parts) > 1 else leaf
        stated = column.unit or unit or table_unit
        given = column.headings[-1] if column.headings else ""
        match = next(
            (
                indicators[key]
                for word in (given, leaf, joined, tidy("".join(parts)))
                if (key := same(word)) in indicators
            ),
            None,
        )
        if match is not None and role in {"Data", "Experts"}:
            exact = same(given) in indicators and tidy(given) == given and without_marks(given) == given
            text = given if exact else match.heading
            wanted = _numerators(stated, match.unit) if match.divided else match.unit
            told = wanted or stated  # nowhere else told; behind others the heading is not found again
            if role == "Data" and (match.divided or not wanted) and unit_of(told):
                text = with_unit(text, told)
            headings.append(
                Heading(text, stated, wanted, True, () if text == given else ("heading-framework",))
            )
        elif role != "Data" or same(given) in known:
            headings.append(
                Heading(tidy(given), stated, "", False, ("heading-tidied",) if tidy(given) != given else ())
            )
        else:
            text = leaf if leaves[same(leaf)] == 1 and not GENERIC.fullmatch(same(leaf)) else joined
            whole = part_of(tidy(without_marks(given))) if text == leaf and not column.unit else text
            shown = with_unit(whole, unit if column.unit == "" and whole == text else column.unit)
            changed = shown != given and len(column.headings) == 1
            headings.append(
                Heading(shown, stated, "", False, ("heading-tidied",) if changed and not column.unit else ())
            )
    return headings


def _numerators(stated: str, wanted: str) -> str:
    """Return the framework's unit of a ratio where it rather is that of what is divided, else nothing.

    亿元 for figures in 万元; not 元, which may be for each of what is below, nor 元/人.
    """
    size = factor(stated, wanted) if stated and "/" not in wanted else None
    return wanted if size is not None and size < 1 else ""


def _bare(column: Column) -> tuple[str, str]:
    """Return the lowest heading without its unit, and the unit that any of the headings states."""
    name, unit = (
        split_heading(part_of(without_marks(tidy(column.headings[-1])))) if column.headings else ("", "")
    )
    for above in reversed(column.headings[:-1]):
        unit = unit or split_heading(tidy(above))[1]
    return name, unit


def with_unit(heading: str, unit: str) -> str:
    """Return a heading with a unit behind it, where it does not name it yet.

    >>> with_unit("常住人口", "万人"), with_unit("Income", "£ million"), with_unit("人口（万人）", "万人")
    ('常住人口（万人）', 'Income (£ million)', '人口（万人）')
    >>> with_unit("Satisfaction", "score (1–5)")
    'Satisfaction (score, 1–5)'
    """
    if not unit or not heading or unit in heading:
        return heading
    unit = re.sub(r"\s*\((.+)\)$", r", \1", unit)  # score (1–5) in brackets: no brackets within brackets
    return f"{heading}（{unit}）" if is_chinese(heading, unit) else f"{heading} ({unit})"


def changes_of(table: RawTable, columns: Sequence[Column], headings: Sequence[Heading]) -> list[Change]:
    """Return the changes of the headings, and those that stand twice."""
    changes = []
    twice = {
        text for text, count in Counter(heading.text for heading in headings).items() if count > 1 and text
    }
    for at, (column, heading) in enumerate(zip(columns, headings, strict=True)):
        place = table.place(column.heading_at)
        before = " / ".join(column.headings)
        if heading.rules:
            changes.append(Change(place, before, heading.text, heading.rules, 0, at))
        if column.unit_from == "row" and not is_unit(column.unit) and not agree(column.unit, heading.wanted):
            changes.append(Change(place, column.unit, heading.text, ("unit-new",), 0, at))
        if heading.text in twice:
            changes.append(Change(place, before, heading.text, ("same-heading",), 0, at))
    return changes
