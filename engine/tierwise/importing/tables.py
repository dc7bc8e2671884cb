"""Long tables (unit, indicator, value, year) and flat ones with names in the first row."""

from __future__ import annotations

from typing import Final

from tierwise.cleaning.grid import At, RawTable
from tierwise.cleaning.numbers import read
from tierwise.cleaning.rules import Change
from tierwise.cleaning.table import cleaned
from tierwise.cleaning.texts import same, tidy
from tierwise.errors import Problems
from tierwise.importing.parts import Parts, flat_framework
from tierwise.inputs.sheet import Cell
from tierwise.inputs.sheet import text as text_of
from tierwise.inputs.years import year_in

LONG: Final[dict[str, tuple[str, ...]]] = {
    "unit": ("unit", "地区", "单位", "名称", "县（市）", "国家", "name", "country", "region", "code", "代码"),
    "indicator": ("indicator", "指标", "指标名称", "variable", "series", "变量"),
    "value": ("value", "数值", "值", "指标值"),
    "year": ("year", "年份", "年度", "time"),
}


def long_columns(table: RawTable) -> dict[str, int]:
    """Return the columns of a long table by what they hold, nothing where it is none."""
    heads = [same(text_of(cell)) for cell in table.cells[0]]
    columns = {}
    for word, names in LONG.items():
        at = next((heads.index(same(name)) for name in names if same(name) in heads), None)
        if at is not None:
            columns[word] = at
    return columns if {"unit", "indicator", "value"} <= columns.keys() else {}


def read_long(table: RawTable, columns: dict[str, int], year: int | None) -> Parts:
    """Return the figures of one year, a row for each unit; the last year where none is given.

    Raises :class:`TierwiseError` I061 for two figures of one unit, indicator and year, I062 for a year that
    the table has not.
    """
    problems = Problems()
    years = [_year(table, row, columns) for row in range(len(table.cells))]
    known = sorted({one for one in years[1:] if one is not None})
    wanted = year if year is not None else (known[-1] if known else None)
    if year is not None and year not in known:
        problems.add("I062", table.name, year=year, choices=known)
    problems.raise_any()
    units: dict[str, dict[str, Cell]] = {}
    first: dict[tuple[str, str], str] = {}
    indicators: dict[str, int] = {}
    changes = []
    for row, cells in enumerate(table.cells[1:], 1):
        unit, indicator = (tidy(text_of(cells[columns[word]])) for word in ("unit", "indicator"))
        if unit and known and years[row] is None:
            there = columns["year"]
            changes.append(Change(table.place(At(row, there)), text_of(cells[there]), "", ("year-unclear",)))
        if not unit or not indicator or years[row] != wanted:
            continue
        place = table.place(At(row, columns["value"]))
        if (unit, indicator) in first:
            problems.add("I061", place, unit=unit, indicator=indicator, first=first[unit, indicator])
            continue
        first[unit, indicator] = place
        indicators.setdefault(indicator, len(indicators))
        units.setdefault(unit, {})
        cell = cells[columns["value"]]
        reading = read(cell, separator=table.separator)
        sure = reading.sure and not reading.unit
        units[unit][indicator] = reading.value if sure else None
        if reading.rules or reading.unit:
            rules = reading.rules if not reading.unit else ("unit-unknown",)
            at = At([*units].index(unit) + 1, indicators[indicator] + 2)
            changes.append(Change(place, text_of(cell), text_of(units[unit][indicator]), rules, *at))
    problems.raise_any()
    if known and len(known) > 1:
        others = ", ".join(str(one) for one in known if one != wanted)
        changes.append(Change(table.name, others, str(wanted), ("other-years",)))
    header = ("code", "name", *indicators)
    rows = tuple((unit, unit, *(held.get(one) for one in indicators)) for unit, held in units.items())
    return Parts(header, rows, flat_framework(header, rows, 2), tuple(changes))


def _year(table: RawTable, row: int, columns: dict[str, int]) -> int | None:
    if "year" not in columns or row == 0:
        return None
    return year_in(table.cells[row][columns["year"]])


def read_flat(table: RawTable) -> Parts:
    """Return a flat table, cleaned by the rules of :func:`tierwise.clean`."""
    done = cleaned(table, "Data", {})
    return Parts(done.header, done.rows, flat_framework(done.header, done.rows, 0), done.changes)
