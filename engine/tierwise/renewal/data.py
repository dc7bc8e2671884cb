"""The table of units in next year's book: last year's rows emptied, or those of a new table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import eq
from pathlib import Path

from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.inputs import Panel
from tierwise.inputs.panel import headed
from tierwise.inputs.sheet import Cell, Sheet, text
from tierwise.inputs.years import HEADING as YEAR
from tierwise.inputs.years import by_year
from tierwise.names import same_form
from tierwise.renewal.cells import Edits
from tierwise.renewal.matching import Matching, Unit
from tierwise.study.scenario import Scenario
from tierwise.units import agree, split_heading


@dataclass(frozen=True)
class Place:
    """Where the next list's units go: ``sheet`` has the records of last year.

    Where the years stand in one table (``below``), the records are numbered as if they stood once more under
    all others, and the column ``year`` says which year they are of.
    """

    sheet: Sheet
    words: tuple[str, ...]  # what the headings mean
    below: bool

    def rows(self, count: int) -> list[int]:
        """Return the rows, counted from 0, of so many units: those of last year's, then those below."""
        numbers = self.sheet.row_numbers
        last = max(numbers, default=1)
        more = max(0, count - len(numbers))
        return [number - 1 for number in numbers][:count] + [last + at for at in range(more)]

    def years(self, count: int, year: int) -> Edits:
        """Return the cells of the column of years."""
        return {(row, self.words.index(YEAR)): year for row in self.rows(count)} if self.below else {}


def place_in(sheet: Sheet, scenario: Scenario, last: int) -> Place:
    """Return where in the table of units the next list goes."""
    parts = _years(sheet, Problems())
    if last not in parts:
        return Place(sheet, meanings(sheet, scenario), below=False)
    part, end = parts[last], max(sheet.row_numbers)
    numbers = tuple(range(end + 1, end + 1 + len(part.rows)))
    return Place(replace(part, row_numbers=numbers), meanings(part, scenario), below=True)


def rows_of(table: Sheet, year: int, source: Path) -> tuple[Sheet, dict[int, int]]:
    """Return the records of a year in a new table, without its column of years, and how many others have.

    A table without such a column is all of the year. Raises Q020, Y001.
    """
    problems = Problems()
    parts = _years(table, problems)
    problems.raise_any()
    if not parts:
        return table, {}
    if year not in parts:
        raise TierwiseError(problem("Q020", str(source), year=year, years=sorted(parts)))
    part = parts[year]
    kept = [at for at, heading in enumerate(part.header) if heading != YEAR]
    rows = tuple(tuple(row[at] for at in kept) for row in part.rows)
    header = tuple(part.header[at] for at in kept)
    others = {other: len(sheet.rows) for other, sheet in sorted(parts.items()) if other != year}
    return replace(part, header=header, rows=rows), others


def _years(sheet: Sheet, problems: Problems) -> dict[int, Sheet]:
    """Return the records of each year of a table; nothing where it has no column of years."""
    found = by_year({"Data": sheet}, None, problems, Problems())
    if found.year is None:
        return {}
    return {year: tables["Data"] for year, tables in ((found.year, found.tables), *found.others.items())}


def meanings(sheet: Sheet, scenario: Scenario) -> tuple[str, ...]:
    """Return what the headings of a table of units mean: code, name, codes of indicators, other words."""
    return headed(sheet, scenario.framework)[0].header


def emptied(place: Place, scenario: Scenario, year: int) -> Edits:
    """Return last year's records without figures: codes, names and groups stay."""
    kept = {"code", "name", *scenario.panel.groups}
    cells: dict[tuple[int, int], Cell] = {
        (number - 1, at): row[at] if word in kept else None
        for number, row in zip(place.sheet.row_numbers, place.sheet.rows, strict=True)
        for at, word in enumerate(place.words)
        if word and (place.below or word not in kept)
    }
    return {**cells, **place.years(len(place.sheet.rows), year)}


def unit_of(row: Sequence[Cell], words: Sequence[str], group: str, *, coded: bool) -> Unit:
    """Return the unit of a record; its code counts only where the table has codes of its own."""
    cells = dict(zip(words, map(text, row), strict=True))
    code = cells.get("code", "")
    name = cells.get("name") or code
    return Unit(code if coded else "", name, cells.get(group, ""))


def columns_of(own: Sequence[str], words: Sequence[str]) -> dict[int, int]:
    """Return the column of the book for each of a new table: of the same meaning, else a new one.

    常住人口 and 常住人口（万人） mean the same, 常住人口（人） and 常住人口（万人） do not.
    """
    columns: dict[int, int] = {}
    for same in (eq, _same_word, _same_name):
        for at, word in enumerate(words):
            free = [place for place, _ in enumerate(own) if place not in columns.values()]
            found = [place for place in free if own[place] and same(own[place], word)]
            if at not in columns and found:
                columns[at] = found[0]
    new = [at for at, _ in enumerate(words) if at not in columns]
    columns |= {at: len(own) + place for place, at in enumerate(new)}
    return dict(sorted(columns.items()))


def other_units(place: Place, table: Sheet, columns: Mapping[int, int], source: Path) -> list[Problem]:
    """Return Q021 for each heading of a new table in another unit than the book's column of its name."""
    found = []
    for at, heading in enumerate(table.header):
        name, unit = split_heading(heading)
        own = columns[at]
        beside = [
            one
            for one, other in enumerate(place.sheet.header)
            if one == own or (own >= len(place.words) and one not in columns.values())
            if _same_word(split_heading(other)[0], name)
        ]
        for one in beside:
            wanted = split_heading(place.sheet.header[one])[1]
            if unit and wanted and not agree(unit, wanted):
                where = place.sheet.heading_place(one)
                found.append(
                    problem("Q021", str(source), heading=heading, unit=unit, cell=where, wanted=wanted)
                )
    return found


def _same_word(one: str, other: str) -> bool:
    return same_form(one).lower() == same_form(other).lower()


def _same_name(one: str, other: str) -> bool:
    """Tell whether two headings differ at most by the unit that one of them leaves out."""
    (name, unit), (other_name, other_unit) = split_heading(one), split_heading(other)
    return _same_word(name, other_name) and (not (unit and other_unit) or agree(unit, other_unit))


def filled(
    place: Place,
    table: Sheet,
    columns: Mapping[int, int],
    present: Sequence[Unit],
    words: Sequence[str],
    year: int,
) -> Edits:
    """Return the records of a new table, in the place of last year's or below all others."""
    cells: dict[tuple[int, int], Cell] = {
        (number - 1, column): None for number in place.sheet.row_numbers for column in range(len(place.words))
    }
    for at, column in columns.items():
        if column >= len(place.words):
            cells[0, column] = table.header[at]
    for row_at, row, unit in zip(place.rows(len(present)), table.rows, present, strict=True):
        for at, column in columns.items():
            cells[row_at, column] = unit.code if words[at] == "code" else row[at]
    return {**cells, **place.years(len(present), year)}


def labels(
    place: Place, panel: Panel, present: Sequence[Unit], matching: Matching, words: Sequence[str]
) -> Edits:
    """Return names and groups that the new table does not give, as the former units have them."""
    cells: dict[tuple[int, int], Cell] = {}
    for at, word in enumerate(place.words):
        known = panel.names if word == "name" else panel.groups.get(word)
        if word in words or known is None:
            continue
        for row, unit, former in zip(place.rows(len(present)), present, matching.former, strict=True):
            cells[row, at] = known[former] if former >= 0 else unit.name if word == "name" else None
    return cells


def applied(sheet: Sheet, cells: Edits) -> list[list[Cell]]:
    """Return a sheet's cells with some of them changed, without rows that are left blank."""
    rows: dict[int, list[Cell]] = {
        0: [*sheet.header],
        **{at - 1: [*row] for at, row in zip(sheet.row_numbers, sheet.rows, strict=True)},
    }
    width = max(column for _, column in [*cells, (0, len(sheet.header) - 1)]) + 1
    for (row, column), value in cells.items():
        own = rows.setdefault(row, [])
        own += [None] * (width - len(own))
        own[column] = value
    return [rows[at] for at in sorted(rows) if any(cell is not None for cell in rows[at])]
