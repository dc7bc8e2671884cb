"""Sheets of several years: what year a cell or the name of a sheet means, and the tables of each year.

Data may hold a column ``year`` (年份), or stand on one sheet a year (``Data2018``, 数据2018). Framework,
Experts, Comparisons, Judgements and National of one year are named likewise; without one, a year takes the
sheet that has no year.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from tierwise.errors import Problem, Problems, problem
from tierwise.inputs.framework_sheet import codes_of
from tierwise.inputs.sheet import Sheet, text

HEADING: Final = "year"
HEADINGS: Final = {"年份": HEADING, "年度": HEADING}
DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "00" + "0123456789")
WORDED: Final = re.compile(
    r"(\d{4})(?:\.0*)?\s*(?:年[度份]?)?|(\d{4})(?:[-/.]\d{1,2}[-/.]|年\d{1,2}月)\d{1,2}日?"
)
NAMED: Final = re.compile(r"(.*?)[\s_\-(]*(?<!\d)(\d{4})\s*(?:年[度份]?)?\s*\)?")
FIRST, LAST = 1000, 2999
FAR: Final = 30  # years without any record, across which a year is odd
MOST_SHOWN: Final = 3
COMING: Final = 1  # years ahead of which there may be a list


def year_in(cell: object) -> int | None:
    """Return the year that a cell, name or setting means, None for anything else; the one rule of all.

    It is a whole number of four digits, with 年 or not, in full width or in Chinese, or a date.

    >>> [year_in(word) for word in (2018.0, "2018.0", "２０１８年度", "二〇一八年", "2018-12-31", "18")]
    [2018, 2018, 2018, 2018, 2018, None]
    """
    if isinstance(cell, dt.date):
        return cell.year
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return None
    found = WORDED.fullmatch(_digits(text(cell)))
    year = int(found[1] or found[2]) if found else 0
    return year if FIRST <= year <= LAST else None


def odd_years(counts: Mapping[int, int]) -> dict[int, Problem]:
    """Return what is odd about years, by ``counts``, how many records are of each; nothing for plain ones.

    Y034: the year is to come (so that a caution may go as time goes by); Y033: more than :data:`FAR` years
    part it from where most records are.
    """
    today = dt.date.today().year
    coming = [year for year in counts if year > today + COMING]
    rest = sorted(counts.keys() - {*coming})
    clusters: list[list[int]] = []
    for year in rest:
        if clusters and year - clusters[-1][-1] <= FAR:
            clusters[-1].append(year)
        else:
            clusters.append([year])
    main = max(clusters, key=lambda years: (sum(counts[year] for year in years), years[-1]), default=[])
    others = main if len(main) <= MOST_SHOWN else [main[0], "…", main[-1]]
    odd = {year: problem("Y033", year=year, years=others) for year in rest if year not in main}
    return odd | {year: problem("Y034", year=year) for year in coming}


def _digits(word: str) -> str:
    """Return a word in half width with digits for the Chinese numerals among them."""
    return unicodedata.normalize("NFKC", word).strip().translate(DIGITS)


def year_of(sheet: Sheet, row: int, problems: Problems, *, needed: bool) -> int | None:
    """Return the year of a record; note Y001 for what is none, Y024 for a blank where one is ``needed``."""
    column = sheet.header.index(HEADING)
    cell = sheet.rows[row][column]
    year = year_in(cell)
    if year is None and (needed or cell is not None):
        problems.add("Y024" if cell is None else "Y001", sheet.place(row, column), value=text(cell))
    return year


def name_and_year(name: str) -> tuple[str, int | None]:
    """Return the name of a sheet without the year at its end, and that year.

    >>> [name_and_year(name) for name in ("数据2018年", "Data (2018)", "数据二〇一八", "Data")]
    [('数据', 2018), ('Data', 2018), ('数据', 2018), ('Data', None)]
    """
    found = NAMED.fullmatch(_digits(name))
    year = year_in(found[2]) if found else None
    return (found[1], year) if found and found[1] and year else (name, None)


@dataclass(frozen=True)
class ByYear:
    """The input sheets of this list, by their English names, and those of the other years.

    ``year`` is None where the data tell of no year.
    """

    year: int | None
    tables: dict[str, Sheet]
    others: dict[int, dict[str, Sheet]] = field(default_factory=dict)


def by_year(tables: Mapping[str, Sheet], asked: int | None, problems: Problems, told: Problems) -> ByYear:
    """Return the tables of each year; sheets of one year stand under names such as ``Data2018``.

    This list's year is the one ``asked`` for, by default the last. Noted in ``problems``: Y001, Y002, Y004,
    Y005, Y033, Y034 (of a year of one record); in ``told``, which is no obstacle: Y003, Y006, Y007, Y009.
    """
    named: dict[str, dict[int, Sheet]] = {}
    plain: dict[str, Sheet] = {}
    for name, sheet in tables.items():
        word, year = name_and_year(name)
        if year is None:
            plain[name] = sheet
        else:
            named.setdefault(word, {})[year] = sheet
    trees = [sheet for name, sheet in tables.items() if name_and_year(name)[0] == "Framework"]
    own = {code for sheet in trees for code in codes_of(sheet)}
    data = _data(plain.pop("Data", None), named.pop("Data", {}), asked, own, problems, told)
    known = sorted(one for one in data if one is not None)
    if known and asked is not None and asked not in known:
        problems.add("Y004", "[report] year", year=asked, years=known)
    this = asked if asked in data else known[-1] if known else None
    for sheets in named.values():
        for year in sorted(sheets.keys() - data.keys()):
            told.add("Y006", sheets[year].name, year=year)
    years = {
        year: {"Data": sheet, **_of_year(year, plain, named, sheet, problems)} for year, sheet in data.items()
    }
    mine = years.get(this, {name: plain[name] for name in plain}) if data else dict(plain)
    if "History" in plain:
        mine["History"] = plain["History"]
    return ByYear(this, mine, {year: years[year] for year in known if year != this})


def _of_year(
    year: int | None,
    plain: Mapping[str, Sheet],
    named: Mapping[str, Mapping[int, Sheet]],
    data: Sheet,
    problems: Problems,
) -> dict[str, Sheet]:
    """Return the sheets of a year beside its data: its own, else those of no year."""
    found = {name: sheet for name, sheet in plain.items() if name != "History"}
    if year is not None:
        found |= {word: sheets[year] for word, sheets in named.items() if year in sheets}
    if "Framework" in named and "Framework" not in found:
        problems.add("Y005", data.name, year=year)
    return found


def _data(
    plain: Sheet | None,
    named: Mapping[int, Sheet],
    asked: int | None,
    own: Collection[str],
    problems: Problems,
    told: Problems,
) -> dict[int | None, Sheet]:
    """Return the data of each year; under None those that tell of none."""
    found: dict[int | None, Sheet] = {}
    for given, sheet in [*((year, sheet) for year, sheet in named.items()), (None, plain)]:
        if sheet is None:
            continue
        for year, part in _split(sheet, given, own, problems, told).items():
            if year is None and found:
                known = sorted(one for one in found if one is not None)
                taken = asked if asked is not None and asked not in found else max(known) + 1
                if taken != asked:  # what is set is no guess
                    told.add("Y003", part.name, year=taken, years=known)
                found[taken] = part
            elif year in found:
                problems.add("Y002", part.name, year=year, first=found[year].name)
            else:
                found[year] = part
    return found


def _split(
    sheet: Sheet, given: int | None, own: Collection[str], problems: Problems, told: Problems
) -> dict[int | None, Sheet]:
    """Return the records of a sheet by the year in its column, ``given`` where it has no such column."""
    sheet = sheet.worded(HEADINGS, own)
    if HEADING not in sheet.header:
        return {given: sheet}
    column = sheet.header.index(HEADING)
    years = [year_in(row[column]) for row in sheet.rows]
    known = sorted({year for year in years if year is not None})
    if given is None and len(known) > 1 and not _repeated(sheet):
        told.add("Y009", sheet.heading_place(column), years=known)
        return {None: sheet}
    for row, year in enumerate(years):
        if year is None or (given is not None and year != given):
            shown = text(sheet.rows[row][column])
            problems.add("Y001" if shown else "Y024", sheet.place(row, column), value=shown)
    words = [row for row, cells in enumerate(sheet.rows) if isinstance(cells[column], str) and years[row]]
    words = [row for row in words if not text(sheet.rows[row][column]).isdigit()]
    if words:
        shown = text(sheet.rows[words[0]][column])
        told.add("Y007", sheet.place(words[0], column), value=shown, year=years[words[0]])
    rows: dict[int | None, list[int]] = {}
    for row, year in enumerate(years):
        if year is not None:
            rows.setdefault(year, []).append(row)
    for year, odd in odd_years({year: len(rows[year]) for year in known}).items():
        if len(rows[year]) == 1 < len(known):  # no list: its year was mistyped
            problems.extend([replace(odd, place=sheet.place(rows[year][0], column))])
            known.remove(year)
    return {year: sheet.take(rows[year]) for year in known} if known else {given: sheet}


def _repeated(sheet: Sheet) -> bool:
    """Tell whether some unit has more than one record, by its first column that is not the year."""
    key = next((at for at, heading in enumerate(sheet.header) if heading != HEADING), 0)
    labels = [text(row[key]) for row in sheet.rows]
    return len(set(labels)) < len(labels)
