"""Denominators as columns of the data, and the units of measure of the ratios to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tierwise.errors import Problem, problem
from tierwise.inputs import Framework, Panel
from tierwise.units import of_ratio, split_heading


def with_ratios(
    framework: Framework, panel: Panel, written: Sequence[str]
) -> tuple[Framework, list[Problem], list[Problem]]:
    """Return the framework with its denominators and units as the data have them, errors and cautions.

    A denominator is the heading that it means; the unit of an indicator that has one is that of the ratio.
    ``written`` are the headings as on the sheet. Errors are D026 for a unit that the ratio is not in;
    cautions M049 for a unit that comes from both headings, M050 where that of the denominator is not known.
    """
    header = panel.sheet.header if panel.sheet is not None else (*panel.indicators, *panel.extras)
    titles = dict(zip(header, written, strict=True)) if len(header) == len(written) else {}
    known = [heading for heading in header if heading in {*panel.indicators, *panel.extras}]
    units, denominators = [*framework.units], [*framework.denominators]
    errors, cautions = [], []
    for code in panel.indicators:
        below = framework.divisor(code, known)
        if not below:
            continue
        node = framework.codes.index(code)
        denominators[node] = below
        title, title_below = titles.get(code, code), titles.get(below, below)
        above_unit = split_heading(title)[1]
        below_unit = split_heading(title_below)[1] or framework.measure(below)
        given = framework.units[node]
        unit = of_ratio(above_unit, below_unit, given)
        fields: dict[str, Any] = {
            "name": framework.names[node],
            "above": title,
            "below": title_below,
            "given": given,
        }
        if unit is None:
            place = code if panel.sheet is None else panel.sheet.heading_place(code)
            own = f"{above_unit}/{below_unit}"
            errors.append(problem("D026", place, code=code, unit=own, **fields))
        elif unit != given:
            units[node] = unit
            place = framework.place(code, "unit")
            cautions.append(
                problem("M049", place, unit=unit, **fields) if unit else problem("M050", place, **fields)
            )
    return replace(framework, units=tuple(units), denominators=tuple(denominators)), errors, cautions
