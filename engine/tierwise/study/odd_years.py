"""Years that stand out among all years that a scenario tells: most likely mistyped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from tierwise.errors import Problem
from tierwise.inputs.years import odd_years
from tierwise.study.scenario import Scenario


def odd_years_of(scenario: Scenario) -> list[Problem]:
    """Return a caution, Y033 or Y034, for each odd year of data, lists, figures and settings."""
    told = [*_years(scenario)]
    odd = odd_years(Counter(year for year, _ in told))
    first = dict(reversed(told))
    return [replace(found, place=first[year]) for year, found in odd.items()]


def _years(scenario: Scenario) -> Iterator[tuple[int, str]]:
    """Yield each year that is told, and where."""
    if scenario.spec.report.year is not None:
        yield scenario.spec.report.year, "[report] year"
    if scenario.history is not None:
        for entry, year in enumerate(scenario.history.years.tolist()):
            yield year, scenario.history.place(entry)
    this = {} if scenario.year is None else {scenario.year: scenario}
    for year, one in {**scenario.others, **this}.items():
        for unit in range(len(one.panel)):
            yield year, one.panel.place(unit, None)
    if scenario.counts is not None:
        for _, year in scenario.counts.counts:
            yield year, scenario.counts.place
    if scenario.national is not None:
        for name, figure in scenario.national.figures.items():
            if figure.year is not None:
                yield figure.year, scenario.national.places[name]
