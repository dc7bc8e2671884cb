"""What the data want a second look at, with names and cells: problems that nobody raises.

The rules on figures stand in ``tierwise.methods.doubts``; those on names and codes here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any, Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problem, problem
from tierwise.inputs import Panel
from tierwise.methods.doubts import (
    Complement,
    Multiple,
    complements,
    mixtures,
    multiples,
    repeated_rows,
    slips,
    sums,
)
from tierwise.names import alike, alike_codes, bare, in_common, is_total, same_form
from tierwise.study.index import Index
from tierwise.study.tiers import Tiers
from tierwise.tolerances import WHOLE
from tierwise.units import plain
from tierwise.words.formats import Printed

MOST_MISSING: Final = 0.2  # of a listed unit's indicators
MOST_WEIGHT: Final = 2.0  # times the nominal weight
MOST_NAMES: Final = 6  # in one sentence
LEAST_SHARES: Final = 5  # figures from which it shows that a column in % holds shares of 1
LEAST_SHARE: Final = 0.05  # their median: figures in % that are small throughout are mostly below it

# What a doubt is about, the gravest first.
KINDS: Final[Mapping[str, str]] = {
    "D101": "sum",
    "D102": "repeated",
    "D103": "magnitude",
    "D104": "scales",
    "D112": "scales",
    "D105": "column",
    "D110": "column",
    "D106": "missing",
    "D107": "weight",
    "D108": "name",
    "D109": "code",
    "D111": "code",
}


def doubts(panel: Panel, index: Index, tiers: Tiers) -> tuple[Problem, ...]:
    """Return what of the data wants a second look, the gravest first.

    ``panel`` holds all units; what is missing (D106) and what weighs more than twice its weight for want of
    others (D107) is told of the listed units only, since these are published.
    """
    called = dict(zip(index.framework.codes, index.framework.names, strict=True))
    return (
        *_sums(panel, called),
        *_repeated(panel),
        *_slips(panel, _with_denominators(panel, index), called),
        *_mixtures(panel, called),
        *_shares_of_one(panel, index, called),
        *_multiples(panel, called),
        *_complements(panel, called),
        *_missing(index, tiers),
        *_weights(index, tiers, called),
        *_names(panel),
        *_codes(panel),
        *_second_columns(panel, index, called),
    )


def subject(doubt: Problem) -> str:
    """Return whom or what a doubt is about, in a few words."""
    return str(doubt.fields["subject"])


def _listed(names: Iterable[str], field: str) -> dict[str, Any]:
    """Return the first of some names as fields of a message, in either language."""
    given = [*names]
    more = f" … ({len(given)})" if len(given) > MOST_NAMES else ""
    joins = {field: ", ", f"{field}_zh": "、"}
    return {key: join.join(given[:MOST_NAMES]) + more for key, join in joins.items()}


def _sums(panel: Panel, called: Mapping[str, str]) -> Iterator[Problem]:
    figures = {code: panel.values[:, at] for at, code in enumerate(panel.indicators)} | dict(panel.extras)
    codes = [*figures]
    for one in sums(np.column_stack([*figures.values()]), [*panel.groups.values()]):
        if is_total(panel.codes[one.row]) or is_total(panel.names[one.row]):
            continue  # D017 says so
        yield problem(
            "D101",
            panel.place(one.row, None),
            subject=panel.names[one.row],
            value=float(figures[codes[int(one.columns[0])]][one.row]),
            **_listed((called.get(codes[at], codes[at]) for at in one.columns.tolist()), "columns"),
            **_listed((panel.names[row] for row in one.members.tolist()), "members"),
        )


def _repeated(panel: Panel) -> Iterator[Problem]:
    for rows in repeated_rows(panel.values):
        names = [panel.names[row] for row in rows.tolist()]
        yield problem(
            "D102",
            panel.place(int(rows[1]), None),
            subject=" = ".join(names[:3]) + (f" … ({len(names)})" if len(names) > 3 else ""),
            value=len(names),
            first=panel.place(int(rows[0]), None),
            **_listed(names, "names"),
        )


def _with_denominators(panel: Panel, index: Index) -> dict[str, FloatArray]:
    """Return the columns of the indicators, and those that they are divided by."""
    own = {code: panel.values[:, at] for at, code in enumerate(panel.indicators)}
    return own | {code: panel.extras[code] for code in index.framework.denominators if code in panel.extras}


def _slips(panel: Panel, figures: Mapping[str, FloatArray], called: Mapping[str, str]) -> Iterator[Problem]:
    codes = [*figures]
    for one in slips(np.column_stack([*figures.values()])):
        code = codes[one.column]
        unit, indicator = panel.names[one.row], called.get(code, code)
        value = float(figures[code][one.row])
        times = one.ratio if one.ratio > 1 else 1 / one.ratio
        yield problem(
            "D103",
            panel.cell(one.row, code),
            subject=f"{unit} ({indicator})",
            value=value,
            shown=f"{value:,.10g}",
            unit=unit,
            indicator=indicator,
            times=f"{Printed(times):,.0f} times" if one.ratio > 1 else f"1/{Printed(times):,.0f} of",
            times_zh=f"{Printed(times):,.0f} 倍" if one.ratio > 1 else f"1/{Printed(times):,.0f}",
        )


def _mixtures(panel: Panel, called: Mapping[str, str]) -> Iterator[Problem]:
    for one in mixtures(panel.values):
        rows = np.sort(one.low) if one.low.size <= len(panel) / 2 else _others(panel, one.column, one.low)
        indicator = called[panel.indicators[one.column]]
        yield problem(
            "D104",
            panel.place(int(rows[0]), one.column),
            subject=indicator,
            value=float(panel.values[rows[0], one.column]),
            indicator=indicator,
            count=rows.size,
            factor=f"{Printed(one.factor):,.0f}",
            **_listed((panel.names[row] for row in rows.tolist()), "names"),
        )


def _shares_of_one(panel: Panel, index: Index, called: Mapping[str, str]) -> Iterator[Problem]:
    """Yield D112 for indicators in % of shares of 1 alone: a cell that shows 17.9% holds 0.179."""
    framework = index.framework
    for at, code in enumerate(panel.indicators):
        node = framework.codes.index(code)
        values = panel.values[~np.isnan(panel.values[:, at]), at]
        if plain(framework.units[node]) != "%" or framework.denominators[node] or values.size < LEAST_SHARES:
            continue
        if np.abs(values).max() <= 1 and np.median(np.abs(values)) >= LEAST_SHARE:
            yield problem(
                "D112",
                panel.place(None, at),
                subject=called[code],
                indicator=called[code],
                value=float(values.max()),
                low=f"{values.min():.4g}",
                high=f"{values.max():.4g}",
            )


def _others(panel: Panel, column: int, low: IntArray) -> IntArray:
    high = np.setdiff1d(np.flatnonzero(np.nan_to_num(panel.values[:, column])), low)
    return high if high.size else low


def _multiples(panel: Panel, called: Mapping[str, str]) -> Iterator[Problem]:
    for one in multiples(panel.values):
        yield problem("D105", panel.place(None, one.second), value=one.factor, **_pair(one, panel, called))


def _complements(panel: Panel, called: Mapping[str, str]) -> Iterator[Problem]:
    for one in complements(panel.values):
        yield problem("D110", panel.place(None, one.second), value=one.total, **_pair(one, panel, called))


def _pair(one: Multiple | Complement, panel: Panel, called: Mapping[str, str]) -> dict[str, Any]:
    """Return the names of two columns as fields of a message."""
    first, second = (called[panel.indicators[at]] for at in (one.first, one.second))
    return {"subject": f"{first} ~ {second}", "first": first, "second": second}


def _missing(index: Index, tiers: Tiers) -> Iterator[Problem]:
    panel, indicators = index.panel, len(index.panel.indicators)
    for unit in tiers.selected.tolist():
        count = int(index.missing[unit])
        if count >= MOST_MISSING * indicators:
            yield problem(
                "D106",
                panel.place(unit, None),
                subject=f"{panel.names[unit]} ({count}/{indicators})",
                value=count,
                unit=panel.names[unit],
                rank=f"{index.ranks[unit]:g}",
                indicators=indicators,
            )


def _weights(index: Index, tiers: Tiers, called: Mapping[str, str]) -> Iterator[Problem]:
    """Yield D107: for each listed unit the indicator whose weight grows most, where it more than doubles."""
    panel, nominal = index.panel, index.framework.tree.leaf_weights(index.local_weights)
    for unit in tiers.selected.tolist():
        own = index.effective_weights[unit]
        grown = np.divide(own, nominal, out=np.zeros_like(own), where=nominal > 0)
        heaviest = int(np.argmax(np.where(grown > MOST_WEIGHT + WHOLE, own, 0.0)))
        if grown[heaviest] > MOST_WEIGHT + WHOLE:
            share, indicator = float(own[heaviest]), called[panel.indicators[heaviest]]
            yield problem(
                "D107",
                panel.place(unit, heaviest),
                subject=f"{panel.names[unit]} ({indicator} {Printed(share):.1%})",
                value=share,
                unit=panel.names[unit],
                indicator=indicator,
                share=f"{Printed(share):.1%}",
                nominal=f"{Printed(nominal[heaviest]):.1%}",
            )


def _names(panel: Panel) -> Iterator[Problem]:
    """Yield D108 for names that most likely are one, unless the units' groups tell them apart."""
    blocks: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for unit, name in enumerate(panel.names):
        if name != panel.codes[unit]:
            blocks[bare(name)[:3], *in_common(name)].append(unit)
    for units in blocks.values():
        for one, other in combinations(units, 2):
            if _same_groups(panel, one, other) and alike(panel.names[one], panel.names[other]):
                yield problem(
                    "D108",
                    panel.cell(other, "name"),
                    subject=f"{panel.names[one]} ~ {panel.names[other]}",
                    value=panel.names[other],
                    first=panel.names[one],
                    first_place=panel.cell(one, "name"),
                )


def _same_groups(panel: Panel, one: int, other: int) -> bool:
    return all(
        not (column[one] and column[other]) or column[one] == column[other]
        for column in panel.groups.values()
    )


def _codes(panel: Panel) -> Iterator[Problem]:
    """Yield D109 for codes that differ only by case, width, spaces or Unicode form."""
    for first, second in alike_codes(panel.codes):
        one, other = panel.codes[first], panel.codes[second]
        yield problem(
            "D109",
            panel.cell(second, "code"),
            subject=f"{one!r} ~ {other!r}",
            value=other,
            first=one,
            first_place=panel.cell(first, "code"),
        )


def _second_columns(panel: Panel, index: Index, called: Mapping[str, str]) -> Iterator[Problem]:
    """Yield D111 for columns headed as an indicator that has its own, but for case, or by its name."""
    own = {
        same_form(text).casefold(): code
        for code in panel.indicators
        for text in (called.get(code, code), code)
    }
    for heading in panel.extras:
        code = own.get(same_form(heading).casefold())
        if code is not None and heading not in {*index.framework.denominators, *index.framework.codes}:
            yield problem(
                "D111",
                heading if panel.sheet is None else panel.sheet.heading_place(heading),
                subject=f"{code!r} ~ {heading!r}",
                value=heading,
                first=code,
                first_place=panel.place(None, panel.indicators.index(code)),
            )
