"""The headings of a cleaned table: one row, in the framework's words where it has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tierwise.cleaning.grid import RawTable
from tierwise.cleaning.layout import Column
from tierwise.cleaning.numbers import without_marks
from tierwise.cleaning.roles import words_of
from tierwise.cleaning.rules import Change
from tierwise.cleaning.texts import part_of, same, tidy
from tierwise.cleaning.unit_rows import is_unit
from tierwise.inputs.sheet import Sheet
from tierwise.inputs.sheet import text as text_of
from tierwise.units import agree, split_heading


@dataclass(frozen=True)
class Indicator:
    """A node of the framework as far as cleaning needs it."""

    heading: str  # the name where no two nodes share it, else the code
    unit: str = ""


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
    shared = {name for name, count in Counter(names).items() if count > 1}
    indicators: dict[str, Indicator] = {}
    for code, name, unit in zip(codes, names, units, strict=True):
        one = Indicator(name if name and name not in shared else code, unit)
        if name and name not in shared:
            indicators.setdefault(same(name), one)
        if code:
            indicators[same(code)] = one
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
            if role == "Data" and not match.unit:  # nowhere else would the unit be told
                text = with_unit(text, stated)
            headings.append(
                Heading(text, stated, match.unit, True, () if text == given else ("heading-framework",))
            )
        elif role != "Data" or same(given) in known:
            headings.append(
                Heading(tidy(given), stated, "", False, ("heading-tidied",) if tidy(given) != given else ())
            )
        else:
            text = leaf if leaves[same(leaf)] == 1 else joined
            whole = part_of(tidy(without_marks(given))) if text == leaf and not column.unit else text
            shown = with_unit(whole, unit if column.unit == "" and whole == text else column.unit)
            changed = shown != given and len(column.headings) == 1
            headings.append(
                Heading(shown, stated, "", False, ("heading-tidied",) if changed and not column.unit else ())
            )
    return headings


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

    >>> with_unit("常住人口", "万人"), with_unit("GDP", "USD"), with_unit("人口（万人）", "万人")
    ('常住人口（万人）', 'GDP (USD)', '人口（万人）')
    """
    if not unit or not heading or unit in heading:
        return heading
    return f"{heading} ({unit})" if heading.isascii() and unit.isascii() else f"{heading}（{unit}）"


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
