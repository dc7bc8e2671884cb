"""A series: the index and tiers of every year of a panel, on one scale.

Contract. ``series(scenario)`` takes a scenario whose data hold several years (``scenario.others``: a scenario
for each other year, with its own panel, framework, experts and spec) and returns a :class:`Series`::

    found = tw.series(tw.load("industrial-counties-2019"))
    found.years          # {2017: Year, 2018: Year, 2019: Year}, rising
    found[2018].index    # tierwise.study.index.Index: panel, framework, plan, scores, ranks
    found[2018].tiers    # tierwise.study.tiers.Tiers
    found[2018].scenario # its panel filled and deflated as [panel] asks, with the scale in ``panel.scale``
    found.year           # the year of this list; the run's own index and tiers are those of this year

The scale of a year is ``panel.scale``: for each indicator the values (divided and filled in, not yet treated
or normalised) that treatments and normalisations take their extremes, means and order from; empty where these
are the year's own. So a year's figures on another year's scale are ``replace(panel, scale=scale_of(other))``
handed to :func:`tierwise.study.index.scored`; on another year's framework, weights or spec likewise. In a run
the series is ``study.series`` (None where the data hold one year).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from tierwise.arrays import FloatArray, frozen_floats
from tierwise.errors import Problem, Problems, TierwiseError, problem, refuse_other_types
from tierwise.inputs import Panel
from tierwise.methods.aggregate import RULES
from tierwise.methods.normalisations import METHODS as NORMALISATIONS
from tierwise.methods.years import filled_between
from tierwise.names import nearest
from tierwise.spec import Spec
from tierwise.study.contradicted import of_panel, told
from tierwise.study.index import Index, scored
from tierwise.study.matches import matches_of
from tierwise.study.prepare import completed
from tierwise.study.scenario import Scenario
from tierwise.study.tiers import Tiers, tiers
from tierwise.study.unread import unread_cells
from tierwise.study.year_measures import copied, jumps, odd_indices, other_measures
from tierwise.study.year_units import Recoded, pair_of, perhaps_one, recoded_units, with_present_codes
from tierwise.words.language import of_year

__all__ = ["series"]

# Rules of aggregation whose scores depend on which other units there are.
RELATIVE: Final = tuple(name for name, rule in RULES.items() if not rule.by_itself)


class Carried(NamedTuple):
    """A missing value that was taken from other years."""

    year: int
    code: str  # of the unit
    indicator: str
    value: float
    sources: tuple[int, ...]


@dataclass(frozen=True)
class Year:
    """One year of a series: its data as they were given and as they are ranked, its index and tiers."""

    year: int
    given: Panel
    scenario: Scenario
    index: Index
    tiers: Tiers


@dataclass(frozen=True)
class Series:
    """Every year of a panel, oldest first; see the top of the module."""

    year: int  # of this list
    years: Mapping[int, Year]
    carried: tuple[Carried, ...] = ()
    since: int | None = None  # the year that moves are told from, None for the one before this list's
    recoded: tuple[Recoded, ...] = ()

    def __getitem__(self, year: int) -> Year:
        return self.years[year]

    @property
    def this(self) -> Year:
        """The year of this list."""
        return self.years[self.year]

    def before(self, year: int) -> int | None:
        """Return the year that moves to ``year`` are told from, None where there is none before.

        That is the one before it, or ``since`` for this list's.
        """
        if year == self.year and self.since is not None:
            return self.since
        return max((one for one in self.years if one < year), default=None)

    @property
    def last(self) -> Year | None:
        """The year that moves to this list are told from."""
        before = self.before(self.year)
        return None if before is None else self.years[before]

    def __repr__(self) -> str:
        counts = ", ".join(f"{one}: {len(year.index.panel)}" for one, year in self.years.items())
        return f"Series({counts} units; list of {self.year})"


def series(scenario: Scenario) -> Series:
    """Return the index and tiers of every year of a scenario, on the scale that ``[panel]`` asks for.

    Raises:
        TierwiseError: every problem of every year, each with its cell; Y004 (no such base year, or no such
            year before this list's), Y016, Y017 (deflators), Y021 (data of one year only),
            Y025 (other units of measure on one scale), Q013.

    """
    refuse_other_types(scenario=(scenario, Scenario))
    if scenario.year is None or not scenario.others:
        raise TierwiseError(problem("Y021", "Data"))
    settings, problems = scenario.spec.panel, Problems()
    years_given = dict(sorted({**scenario.others, scenario.year: scenario}.items()))
    given, recoded = with_present_codes(scenario, years_given, problems)
    base = settings.base
    if base is not None and base not in given:
        raise TierwiseError(problem("Y004", "[panel] scale", year=base, years=[*given]))
    if settings.since is not None and settings.since not in [year for year in given if year < scenario.year]:
        known = [year for year in given if year < scenario.year]
        raise TierwiseError(problem("Y004", "[panel] since", year=settings.since, years=known))
    ready: dict[int, Scenario] = {}
    for year, one in given.items():
        with problems.caught():
            panel = deflated(one.panel, settings.deflator, year)
            ready[year] = replace(one, panel=panel.select(one.framework.indicators))
    problems.raise_any()
    if settings.scale != "each":
        problems.extend(other_measures(given, sure=True))
        problems.raise_any()
    panels, carried = carried_over({year: one.panel for year, one in ready.items()}, settings.missing)
    ready = {year: replace(one, panel=panels[year]) for year, one in ready.items()}
    for year, scale in _scales(ready, settings.scale, base, problems).items():
        ready[year] = replace(ready[year], panel=replace(ready[year].panel, scale=scale))
    problems.raise_any()
    indices = {}
    for year, one in ready.items():
        with problems.caught():
            indices[year] = scored(one.panel, one.framework, one.spec, one.experts)
        if year != scenario.year:
            problems.extend(unread_cells(one.framework, one.spec))
    problems.raise_any()
    cut_by = scenario.year if base is None else base
    cut: dict[int, Tiers] = {}
    for year in sorted(ready, key=lambda one: one != cut_by):
        with problems.caught():
            cut[year] = _tiers(indices[year], ready[year].spec, cut.get(cut_by))
    problems.raise_any()
    years = {
        year: Year(year, given[year].panel, ready[year], indices[year], cut[year]) for year in sorted(ready)
    }
    return Series(scenario.year, years, carried, settings.since, recoded)


def scale_of(one: Scenario) -> dict[str, FloatArray]:
    """Return the values of a year's indicators, divided and filled in, which another's scale can come from.

    Raises :class:`TierwiseError` with what is wrong with the data of the year.
    """
    ready = completed(one.panel, one.framework, one.spec.index)
    return {
        code: frozen_floats(column[~np.isnan(column)])
        for code, column in zip(ready.panel.indicators, ready.values.T, strict=True)
    }


def _scales(
    ready: Mapping[int, Scenario], scale: str, base: int | None, problems: Problems
) -> dict[int, dict[str, FloatArray]]:
    """Return the scale of each year that does not have its own."""
    if scale == "each":
        return {}
    own: dict[int, dict[str, FloatArray]] = {}
    for year in ready if base is None else [base]:
        with problems.caught():
            own[year] = scale_of(ready[year])
    if base is not None:
        return {year: own.get(base, {}) for year in ready if year != base}
    codes = dict.fromkeys(code for scales in own.values() for code in scales)
    pooled = {
        code: frozen_floats(np.concatenate([scales[code] for scales in own.values() if code in scales]))
        for code in codes
    }
    return dict.fromkeys(ready, pooled)


def _tiers(index: Index, spec: Spec, base: Tiers | None) -> Tiers:
    """Return the tiers of a year: cut by its own settings, or by the score cuts of the base."""
    if base is None or spec.panel.tiers == "refit" or not base.contiguous:
        return tiers(index, spec)
    return tiers(index, spec, cuts=base.cut_scores)


def deflated(panel: Panel, deflators: Mapping[str, str], year: int) -> Panel:
    """Return the panel with figures at constant prices: divided by their price index / 100.

    Raises :class:`TierwiseError` Y016 (no such column), Y017 (a price index that is missing, or not above 0).
    """
    if not deflators:
        return panel
    problems = Problems()
    values, extras = np.array(panel.values), dict(panel.extras)
    known = [*panel.indicators, *panel.extras]
    for figure, deflator in deflators.items():
        column, index = panel.column(figure), panel.column(deflator)
        for name in [name for name in (figure, deflator) if name not in known]:
            near = nearest(name, known)
            problems.add("Y016", "[panel] deflator", value=name, year=year, nearest=near, choices=known)
        if column is None or index is None:
            continue
        for unit in np.flatnonzero(~np.isnan(column) & ~(index > 0)).tolist():
            place = panel.cell(unit, deflator)
            value = float(index[unit])
            told = ("blank", "空白") if np.isnan(value) else (f"{value:g}",) * 2
            problems.add("Y017", place, deflator=deflator, value=told[0], value_zh=told[1], indicator=figure)
        with np.errstate(divide="ignore", invalid="ignore"):
            real = column / (index / 100.0)
        if figure in panel.indicators:
            values[:, panel.indicators.index(figure)] = real
        else:
            extras[figure] = frozen_floats(real)
    problems.raise_any()
    return replace(panel, values=frozen_floats(values), extras=extras)


def carried_over(panels: Mapping[int, Panel], how: str) -> tuple[dict[int, Panel], tuple[Carried, ...]]:
    """Return the panels with missing values taken from other years (``latest``, ``linear``), and which.

    Only units that a year has, and indicators of its framework, are filled in.
    """
    years = [*panels]
    if how == "none":
        return dict(panels), ()
    units = {code: at for at, code in enumerate(dict.fromkeys(c for p in panels.values() for c in p.codes))}
    codes = {
        code: at for at, code in enumerate(dict.fromkeys(c for p in panels.values() for c in p.indicators))
    }
    cube = np.full((len(years), len(units), len(codes)), np.nan)
    places = {}
    for at, (year, panel) in enumerate(panels.items()):
        places[year] = np.ix_([units[one] for one in panel.codes], [codes[one] for one in panel.indicators])
        cube[at][places[year]] = panel.values
    values, first, second = filled_between(cube, np.array(years), how)
    done, carried = {}, []
    for at, (year, panel) in enumerate(panels.items()):
        new = values[at][places[year]]
        mask = np.isnan(panel.values) & ~np.isnan(new)
        done[year] = replace(panel, values=frozen_floats(new), carried=mask) if mask.any() else panel
        sources = [source[at][places[year]] for source in (first, second)]
        for unit, column in np.argwhere(mask).tolist():
            used = sorted(
                {years[int(source[unit, column])] for source in sources if source[unit, column] >= 0}
            )
            carried.append(
                Carried(year, panel.codes[unit], panel.indicators[column], float(new[unit, column]), (*used,))
            )
    return done, tuple(carried)


def cautions(found: Series) -> Iterator[Problem]:
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
