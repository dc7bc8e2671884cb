"""Whether an indicator is in one unit of measure in all years: as declared, and by the size of figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

import numpy as np

from tierwise.errors import Problem, problem
from tierwise.study.denominators import figures
from tierwise.study.scenario import Scenario
from tierwise.units import agree, differ

JUMP: Final = 50.0  # times, of the middle unit from one year to the next: another unit rather than growth
LEAST_UNITS: Final = 5
LEAST_INDEX, MOST_INDEX = 10.0, 1000.0  # a price index; 1.05 or 5 is meant otherwise


def other_measures(years: Mapping[int, Scenario], *, sure: bool = False) -> list[Problem]:
    """Return Y025 for each indicator whose framework names another unit of measure than the year before.

    ``sure`` leaves out those whose two units may be words for one.
    """
    return [
        problem(
            "Y025",
            after.framework.place(code, "unit"),
            indicator=after.framework.names[after.framework.codes.index(code)],
            year=last,
            unit=new,
            other=first,
            other_unit=old,
        )
        for (first, before), (last, after) in pairwise(sorted(years.items()))
        for code, old, new in _declared(before, after)
        if old and new and (differ(old, new) if sure else not agree(old, new))
    ]


def jumps(years: Mapping[int, Scenario]) -> Iterator[Problem]:
    """Yield Y026 for each indicator whose middle unit has many times the figure of the year before.

    Of units that both years have, with figures above 0; not where the declared units surely tell it.
    """
    for (first, before), (last, after) in pairwise(sorted(years.items())):
        rows = {code: row for row, code in enumerate(before.panel.codes)}
        both = [(rows[code], row) for row, code in enumerate(after.panel.codes) if code in rows]
        told = {code for code, old, new in _declared(before, after) if old and new and differ(old, new)}
        for code in after.framework.indicators:
            old, new = (figures(one.panel, one.framework, code) for one in (before, after))
            if code in told or old is None or new is None or not both:
                continue
            pairs = np.array([(old[one], new[other]) for one, other in both])
            pairs = pairs[(pairs > 0).all(axis=1)]
            times = float(np.median(pairs[:, 1] / pairs[:, 0])) if len(pairs) >= LEAST_UNITS else 1.0
            if not 1 / JUMP < times < JUMP:
                yield problem(
                    "Y026",
                    after.panel.place(None, after.panel.indicators.index(code)),
                    indicator=after.framework.names[after.framework.codes.index(code)],
                    times=times,
                    year=last,
                    other=first,
                )


def copied(years: Mapping[int, Scenario]) -> Iterator[Problem]:
    """Yield Y030 for indicators of which every unit has the figure of the year before, though they vary.

    Of the units that both years have, five or more.
    """
    for (first, before), (last, after) in pairwise(sorted(years.items())):
        rows = {code: row for row, code in enumerate(before.panel.codes)}
        both = [(rows[code], row) for row, code in enumerate(after.panel.codes) if code in rows]
        names = []
        for code in after.framework.indicators if len(both) >= LEAST_UNITS else ():
            old, new = before.panel.column(code), after.panel.column(code)
            if old is None or new is None:
                continue
            pairs = np.array([(old[one], new[other]) for one, other in both])
            pairs = pairs[~np.isnan(pairs).any(axis=1)]
            same = len(pairs) >= LEAST_UNITS and bool((pairs[:, 0] == pairs[:, 1]).all())
            if same and len({*pairs[:, 1].tolist()}) >= LEAST_UNITS:
                names.append(after.framework.names[after.framework.codes.index(code)])
        if names:
            sheet = after.panel.sheet.name if after.panel.sheet else "Data"
            yield problem("Y030", sheet, indicators=names, year=last, other=first)


def odd_indices(years: Mapping[int, Scenario]) -> Iterator[Problem]:
    """Yield Y029 for each price index whose middle value is far from 100, which are constant prices."""
    for year, one in sorted(years.items()):
        for name in dict.fromkeys(one.spec.panel.deflator.values()):
            column = one.panel.column(name)
            middle = 100.0 if column is None or np.isnan(column).all() else float(np.nanmedian(column))
            if not LEAST_INDEX <= middle <= MOST_INDEX:
                yield problem("Y029", one.panel.cell(0, name), deflator=name, year=year, value=middle)


def _declared(before: Scenario, after: Scenario) -> Iterator[tuple[str, str, str]]:
    """Yield each indicator that both years have with its units of measure, blank for none."""
    for code in after.framework.indicators:
        if code in before.framework.indicators:
            units = [one.framework.units[one.framework.codes.index(code)] for one in (before, after)]
            yield code, units[0], units[1]
