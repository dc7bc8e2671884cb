"""Ratios: denominators as columns of the data, the figures that are divided, and their units of measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import Problem, problem
from tierwise.inputs import Framework, Panel
from tierwise.units import Ratio, adds_up, bracketed, plain, ratio_of, split_heading
from tierwise.words.formats import Printed

ERRORS: Final[Mapping[str, str]] = {"misfit": "D026", "share": "D027", "divided": "D028"}
CAUTIONS: Final[Mapping[str, str]] = {
    "made": "M049",
    "above": "M050",
    "either": "M051",
    "none": "M052",
    "unchecked": "M053",
    "unread": "M056",
    "converted": "M054",
}


class Division(NamedTuple):
    """What an indicator is divided by: the headings of both columns as they are written, and the unit."""

    below: str  # the heading as the panel has it
    title: str
    title_below: str
    above_unit: str
    below_unit: str
    ratio: Ratio


class Quotient(NamedTuple):
    """What stands above and below of a ratio ``(units,)``, blank where either is, and their multiplier."""

    above: FloatArray
    below: FloatArray
    factor: float

    @property
    def values(self) -> FloatArray:
        """The ratio of each unit, blank where the denominator is 0."""
        return self.factor * self.above / np.where(self.below == 0, np.nan, self.below)


def division(panel: Panel, framework: Framework, code: str) -> Division | None:
    """Return what an indicator is divided by; None where by nothing, or by no column of the panel."""
    if code not in framework.indicators:
        return None
    below = framework.divisor(code, (*panel.indicators, *panel.extras))
    if not below:
        return None
    title, title_below = _written(panel, code), _written(panel, below)
    given = framework.units[framework.codes.index(code)]
    above_unit = split_heading(title)[1]
    if given and plain(bracketed(title)[1]) == plain(given):
        above_unit = given  # one that nothing else knows
    below_unit = split_heading(title_below)[1] or framework.measure(below)
    return Division(
        below, title, title_below, above_unit, below_unit, ratio_of(above_unit, below_unit, given)
    )


def _written(panel: Panel, code: str) -> str:
    """Return the heading of a column as it stands on the sheet."""
    if panel.sheet is None or code not in panel.sheet.header:
        return code
    return panel.sheet.written[panel.sheet.header.index(code)]


def quotient(panel: Panel, framework: Framework, code: str) -> Quotient | None:
    """Return the parts of an indicator that is divided, None for other figures."""
    found = division(panel, framework, code)
    above, below = panel.column(code), None if found is None else panel.column(found.below)
    if found is None or above is None or below is None:
        return None
    blank = np.isnan(above) | np.isnan(below)
    return Quotient(np.where(blank, np.nan, above), np.where(blank, np.nan, below), float(found.ratio.factor))


def figures(panel: Panel, framework: Framework, code: str) -> FloatArray | None:
    """Return the figures of a column as they are told: divided where the framework names a denominator."""
    parts = quotient(panel, framework, code)
    return panel.column(code) if parts is None else parts.values


def with_ratios(framework: Framework, panel: Panel) -> tuple[Framework, list[Problem], list[Problem]]:
    """Return the framework with its denominators and units as the data have them, errors and cautions.

    A denominator is the heading that it means; the unit of an indicator that has one is that of the ratio.
    Errors are D026 for a unit that the ratio is not in, D027 for a share of columns whose units are not
    known, D028 for figures that are divided already. Cautions are M049 for a unit that comes from both
    headings, M050 to M052 where it is not known, M053 and M056 where it cannot be checked, M054 where
    figures are converted into it, and M055 for a column whose name is that of a ratio.
    """
    units, denominators = [*framework.units], [*framework.denominators]
    errors, cautions = [], []
    for code in panel.indicators:
        found = division(panel, framework, code)
        if found is None:
            continue
        node = framework.codes.index(code)
        fields: dict[str, Any] = {
            "name": framework.names[node],
            "above": found.title,
            "below": found.title_below,
            "given": framework.units[node],
            "unit": found.ratio.unit,
            "unnamed": found.title if not found.above_unit else found.title_below,
        }
        denominators[node] = found.below
        doubt = found.ratio.doubt
        heading = code if panel.sheet is None else panel.sheet.heading_place(code)
        if doubt in ERRORS:
            own = f"{found.above_unit}/{found.below_unit}"
            errors.append(problem(ERRORS[doubt], heading, code=code, **{**fields, "unit": own}))
            continue
        units[node] = found.ratio.unit
        if doubt:
            size = f"{Printed(float(found.ratio.factor)):,.10g}"
            place = framework.place(code, "unit")
            cautions.append(problem(CAUTIONS[doubt], place, factor=size, **fields))
        if _sounds_divided(found):
            cautions.append(problem("M055", heading, **fields))
    return replace(framework, units=tuple(units), denominators=tuple(denominators)), errors, cautions


def _sounds_divided(found: Division) -> bool:
    """Tell whether what is divided, and not what is below, is called as a ratio is: 人均GDP."""
    names = (split_heading(title)[0] for title in (found.title, found.title_below))
    return [adds_up("", name) for name in names] == [False, True]
