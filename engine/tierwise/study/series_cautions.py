"""What a reader of several years should know of them: cautions on units, indicators, scales and tiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from tierwise.errors import Problem, problem
from tierwise.methods.aggregate import RULES
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.study.contradicted import of_panel, told
from tierwise.study.index import Index
from tierwise.study.matches import matches_of
from tierwise.study.series import Series, Year
from tierwise.study.year_measures import copied, jumps, odd_indices, other_measures
from tierwise.study.year_units import pair_of, perhaps_one, recoded_units
from tierwise.words.language import of_year

# Rules of aggregation whose scores depend on which other units there are.
RELATIVE: Final = tuple(name for name, rule in RULES.items() if not rule.by_itself)


def series_cautions(found: Series) -> Iterator[Problem]:
    """Yield what a reader of several years should know: Y010 to Y015, Y018 to Y020, Y025 to Y032."""
    this, scale = found.this, found.this.scenario.spec.panel.scale
    given = {year: replace(one.scenario, panel=one.given) for year, one in found.years.items()}
    perhaps = perhaps_one(given[found.year], given)
    pairs = [pair for one in (*this.scenario.readings, *perhaps) if (pair := pair_of(one))]
    for year, one in found.years.items():
        count = sum(carried.year == year for carried in found.carried)
        if count:
            yield problem("Y015", _sheet(one), year=year, count=count)
        if year == found.year:
            continue
        slipped = of_panel(given[year], given[found.year])
        yield from told(slipped, _sheet(one), of_year(found.year), of_year(year))
        moved = [(was, now) for each in slipped for _, was, now in each.elsewhere]
        yield from _other_units(this, one, [*pairs, *moved])
        yield from _other_indicators(this, one)
        yield from _other_scale(this, one, of_all=scale != "each")
        if scale != "each":
            yield from _own_scale(one)
    yield from recoded_units(found.recoded)
    yield from perhaps
    if scale != "each":
        yield from _relative(this)
    yield from other_measures(given)
    yield from jumps(given)
    yield from odd_indices(given)
    yield from copied(given)
    yield from _tier_cautions(found)
    yield from _published(found)


def _sheet(one: Year) -> str:
    return one.given.sheet.name if one.given.sheet else "Data"


def _other_units(this: Year, one: Year, pairs: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Yield Y010 for the ranked units of this list that another year does not have.

    Not for those that it has or may have under another code (``pairs``: there, here), which another caution
    tells.
    """
    panel, there = this.index.panel, {*one.given.codes}
    known = there | {present for former, present in pairs if former in there}
    absent = [name for code, name in zip(panel.codes, panel.names, strict=True) if code not in known]
    if absent:
        units = [*absent[:5], *(["…"] if len(absent) > 5 else [])]
        yield problem(
            "Y010",
            _sheet(one),
            count=len(absent),
            all=len(panel),
            year=this.year,
            other=one.year,
            units=units,
        )


def _other_indicators(this: Year, one: Year) -> Iterator[Problem]:
    """Yield Y011 where another year has other indicators."""
    mine, theirs = this.index.framework.indicators, one.index.framework.indicators
    added, dropped = [c for c in mine if c not in theirs], [c for c in theirs if c not in mine]
    if added or dropped:
        yield problem(
            "Y011",
            "Framework",
            year=this.year,
            other=one.year,
            added=added or ["-"],
            dropped=dropped or ["-"],
        )


def _other_scale(this: Year, one: Year, *, of_all: bool) -> Iterator[Problem]:
    """Yield Y012 for each indicator that another year treats, turns or normalises in another way.

    Where each year has its own scale (not ``of_all``), for those that count in another direction.
    """
    mine, theirs = (
        _ways(year.index) if of_all else dict(zip(index.codes, index.directions.tolist(), strict=True))
        for year in (this, one)
        for index in [year.index.framework]
    )
    for code in mine:
        if code in theirs and mine[code] != theirs[code]:
            name = this.index.framework.names[this.index.framework.codes.index(code)]
            yield problem("Y012", "Framework", indicator=name, year=this.year, other=one.year)


def _ways(index: Index) -> dict[str, tuple[object, ...]]:
    """Return what turns each indicator's values into scores, but for the values that its scale comes from."""
    ready = index.prepared
    cells = ("directions", "low", "high", "target", "cap")
    given = np.column_stack([np.asarray(ready.normaliser.settings[key], dtype=float) for key in cells])
    return {
        code: (method, done.rule, done.transform, *np.nan_to_num(row, nan=-1e300).tolist())
        for code, method, done, row in zip(
            ready.panel.indicators, ready.normaliser.methods, ready.columns, given, strict=True
        )
    }


def _own_scale(one: Year) -> Iterator[Problem]:
    """Yield Y020 for each indicator of a year that the base year lacks."""
    scale = one.scenario.panel.scale
    for code in one.index.panel.indicators if scale else ():
        if code not in scale:
            yield problem("Y020", "[panel] scale", indicator=code, year=one.year)


def _relative(this: Year) -> Iterator[Problem]:
    """Yield Y013 for each node whose scores depend on which units there are."""
    index = this.index
    for node in index.plan.inner:
        scaled = index.plan.scales.get(node)
        how = ""
        if index.plan.rules[node] in RELATIVE:
            how = index.plan.rules[node]
        elif scaled is not None and NORMALISATIONS[scaled.method].relative:
            how = scaled.method
        if how:
            place = index.framework.place(index.framework.codes[node], "aggregation")
            yield problem("Y013", place, node=index.framework.names[node], how=how)


def _tier_cautions(found: Series) -> Iterator[Problem]:
    """Yield Y018 for cuts of one year on scores of other scales, Y014 for tiers that they leave empty."""
    settings = found.this.scenario.spec.panel
    if settings.tiers == "refit":
        return
    base = found.year if settings.base is None else settings.base
    if settings.scale == "each":
        yield problem("Y018", "[panel] tiers", year=base)
    for year, one in found.years.items():
        for tier in sorted({*range(1, found[base].tiers.count + 1)} - {*one.tiers.tiers.tolist()}):
            yield problem("Y014", "[panel] tiers", year=year, base=base, tier=tier)


def _published(found: Series) -> Iterator[Problem]:
    """Yield Y019 for each year whose computed ranks are not those that History lists."""
    scenario = found.this.scenario
    if scenario.history is None:
        return
    matched = matches_of(scenario)
    for year, one in found.years.items():
        entries = [entry for entry in scenario.history.entries(year) if scenario.history.ranks[entry] > 0]
        listed = {matched.codes[entry]: float(scenario.history.ranks[entry]) for entry in entries}
        panel, ranks = one.index.panel, one.index.ranks
        both = [unit for unit, code in enumerate(panel.codes) if code in listed]
        off = [abs(float(ranks[unit]) - listed[panel.codes[unit]]) for unit in both]
        if any(off):
            unit = both[int(np.argmax(off))]
            yield problem(
                "Y019",
                "History",
                year=year,
                count=int(np.count_nonzero(off)),
                all=len(both),
                unit=panel.names[unit],
                computed=float(ranks[unit]),
                listed=listed[panel.codes[unit]],
            )
