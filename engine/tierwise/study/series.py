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

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tierwise.arrays import FloatArray, frozen_floats
from tierwise.errors import Problems, TierwiseError, problem, refuse_other_types
from tierwise.inputs import Panel
from tierwise.methods.years import filled_between
from tierwise.names import nearest
from tierwise.spec import Spec
from tierwise.study.index import Index, scored
from tierwise.study.prepare import completed
from tierwise.study.scenario import Scenario
from tierwise.study.tiers import Tiers, tiers
from tierwise.study.unread import unread_cells
from tierwise.study.year_measures import other_measures
from tierwise.study.year_units import Recoded, with_present_codes

__all__ = ["series"]


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
