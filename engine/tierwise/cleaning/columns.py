"""One column cleaned: numbers into its own unit, labels and codes tidied."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeGuard

from tierwise.cleaning.numbers import Reading, read
from tierwise.cleaning.percents import Percent
from tierwise.cleaning.texts import lost_zeros, tidy_code, tidy_label
from tierwise.inputs.meant import usual as is_usual
from tierwise.inputs.sheet import Cell, is_error
from tierwise.inputs.sheet import text as text_of
from tierwise.inputs.years import HEADING as YEAR
from tierwise.inputs.years import HEADINGS as YEARS
from tierwise.inputs.years import year_in
from tierwise.units import factor, plain, times, unit_of


@dataclass(frozen=True)
class Outcome:
    """A cell after cleaning, with the rules that changed it (none: it is as it was)."""

    value: Cell
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """A column of numbers after cleaning."""

    cells: tuple[Outcome, ...]
    unit: str = ""  # of all its figures, where every one of them bore it and the column named none
    clash: bool = False  # the sheet's unit and the framework's cannot be converted


def clean_numbers(cells: Sequence[Cell], stated: str = "", wanted: str = "", separator: str = "") -> Numbers:
    """Return a column of numbers in one unit.

    Args:
        cells: the cells below the heading.
        stated: the unit that heading, row of units or title state, blank for none.
        wanted: the framework's unit, into which the whole column is converted, blank for none.
        separator: of the columns of a text file.

    """
    readings = [read(cell, separator=separator) for cell in cells]
    own = stated or wanted
    if factor("%", own) is not None or (not own and any(plain(reading.unit) == "%" for reading in readings)):
        readings = [_as_shown(cell, reading) for cell, reading in zip(cells, readings, strict=True)]
    common = "" if own else _common_unit(readings)
    plain_figures = [reading.value for reading in readings if reading.value is not None and not reading.unit]
    usual = sorted(abs(value) for value in plain_figures if value)
    outcomes = [
        _outcome(cell, reading, own or common, usual) for cell, reading in zip(cells, readings, strict=True)
    ]
    into = factor(stated, wanted) if stated and wanted else Fraction(1)
    if into is not None and into != 1:
        outcomes = [
            Outcome(times(outcome.value, into), outcome.rules) if _is_figure(outcome.value) else outcome
            for outcome in outcomes
        ]
    clash = into is None and unit_of(stated) is not None and unit_of(wanted) is not None
    return Numbers(tuple(outcomes), common, clash)


def _as_shown(cell: Cell, reading: Reading) -> Reading:
    """Return 17.9% of a cell that holds 0.179 and shows that."""
    if not isinstance(cell, Percent):
        return reading
    return Reading(times(cell, Fraction(100)), ("percent-format",), "%")


def _is_figure(value: Cell) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _common_unit(readings: Sequence[Reading]) -> str:
    """Return the unit that stands beside every figure, blank where figures have none or several."""
    units = {plain(reading.unit): reading.unit for reading in readings if reading.value is not None}
    return next(iter(units.values())) if len(units) == 1 else ""


def _outcome(cell: Cell, reading: Reading, own: str, usual: list[float]) -> Outcome:
    if not reading.sure or reading.value is None:
        return Outcome(None, reading.rules)
    if not reading.unit:
        return Outcome(reading.value if reading.rules or isinstance(cell, str) else cell, reading.rules)
    ratio = factor(reading.unit, own)
    if ratio is None:
        return Outcome(None, ("unit-other" if own else "unit-unknown",))
    value = times(reading.value, ratio) if ratio != 1 else reading.value
    if not (is_usual(value, usual) if ratio == 1 else is_usual(value, usual, fewest=2)):
        return Outcome(None, ("unit-neighbours",))
    same = () if "percent-format" in reading.rules else ("unit-same",)
    return Outcome(value, (*reading.rules, *(same if ratio == 1 else ("unit-converted",))))


def clean_labels(cells: Sequence[Cell]) -> list[Outcome]:
    """Return names or groups tidied."""
    labels = []
    dates = sum(isinstance(cell, dt.date) for cell in cells)
    for cell in cells:
        if isinstance(cell, dt.date) and 2 * dates < len(cells):
            labels.append(Outcome(None, ("code-date",)))
        elif isinstance(cell, str) and is_error(cell.strip()):
            labels.append(Outcome(None, ("error-cell",)))
        elif isinstance(cell, str):
            labels.append(Outcome(*tidy_label(cell)))
        else:
            labels.append(Outcome(cell))
    return labels


def clean_years(cells: Sequence[Cell]) -> list[Outcome]:
    """Return years as whole numbers; what is none is left blank."""
    outcomes = []
    for cell in cells:
        year = year_in(cell)
        if cell is None or cell == year:
            outcomes.append(Outcome(cell))
        else:
            outcomes.append(Outcome(year, ("year-unclear",) if year is None else ("year",)))
    return outcomes


def are_years(heading: str, cells: Sequence[Cell]) -> bool:
    """Tell whether a column holds the years that its heading promises, in more than half of its cells."""
    filled = [cell for cell in cells if cell is not None]
    headed = heading.lower() == YEAR or heading in YEARS
    return headed and 2 * sum(year_in(cell) is not None for cell in filled) > len(filled)


def clean_codes(cells: Sequence[Cell]) -> list[Outcome]:
    """Return codes tidied; leading zeros stay, and where one seems lost the code is left blank."""
    short = lost_zeros(cells)
    codes = []
    for row, cell in enumerate(cells):
        if isinstance(cell, dt.date):
            codes.append(Outcome(None, ("code-date",)))
        elif isinstance(cell, str) and is_error(cell.strip()):
            codes.append(Outcome(None, ("error-cell",)))
        elif row in short:
            codes.append(Outcome(None, ("code-zero",)))
        elif isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 1e15:
            codes.append(Outcome(None, ("code-digits",)))
        elif isinstance(cell, str):
            codes.append(Outcome(*tidy_code(cell)))
        else:
            codes.append(Outcome(cell))
    return codes


def is_code_like(cells: Sequence[Cell]) -> bool:
    """Tell whether a column of texts holds digits with leading zeros, which numbers would lose."""
    return any(isinstance(cell, str) and re.fullmatch(r"\s*[0０][0-9０-９]+\s*", cell) for cell in cells)


def mostly_dates(cells: Sequence[Cell]) -> bool:
    """Tell whether more than half of the filled cells are dates."""
    filled = [cell for cell in cells if cell is not None]
    return 2 * sum(isinstance(cell, (dt.date, dt.time)) for cell in filled) > len(filled)


def shown(value: Cell) -> str:
    """Return a cell for the list of changes: numbers with all their digits."""
    if isinstance(value, float) and not value.is_integer():
        return repr(value)
    return text_of(value)
