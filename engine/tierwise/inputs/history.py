"""Earlier ranks, in long form: year, code or name, rank."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from tierwise.errors import Problem, Problems, problem
from tierwise.inputs.sheet import Sheet, number, text, texts
from tierwise.inputs.years import year_of
from tierwise.names import cleaned
from tierwise.words.language import of_year

if TYPE_CHECKING:
    import pandas as pd

SYNONYMS = {
    "年份": "year",
    "年度": "year",
    "代码": "code",
    "编码": "code",
    "名称": "name",
    "县(市)": "name",
    "县（市）": "name",
    "县市": "name",
    "单位名称": "name",
    "排名": "rank",
    "位次": "rank",
    "梯队": "tier",
}


@dataclass(frozen=True)
class History:
    """Entries of earlier lists, one a year and unit; NaN is the rank of a unit that is listed without one.

    A unit given by its name alone has this for its code.
    """

    years: IntArray
    codes: tuple[str, ...]
    ranks: FloatArray
    names: tuple[str, ...] = ()  # blank where none is given; () where there is no such column
    tiers: FloatArray | None = None  # NaN where none is given; None where there is no such column
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # further columns, as texts
    places: tuple[str, ...] = field(default=(), repr=False)  # cell of each entry's code

    @classmethod
    def from_sheet(cls, sheet: Sheet) -> History:
        """Return the entries on a sheet: year, code or name (or both), rank, and as known tier and groups.

        A blank rank says that the unit was listed, and no more. Columns of groups (province …) serve units
        that are no longer in the data. Raises :class:`TierwiseError` with H001–H003,
        D001, D003, Y001, Y024.
        """
        sheet = sheet.worded(SYNONYMS)
        problems = Problems()
        key = "name" if "name" in sheet.header and "code" not in sheet.header else "code"
        for column in ("year", key, "rank"):
            if column not in sheet.header:
                problems.add("H001", sheet.name, heading=sheet.headed(column))
        sheet.check_repeated({*filter(None, sheet.header)}, problems)
        problems.raise_any()
        names = texts(sheet, "name", problems) if "name" in sheet.header else [""] * len(sheet.rows)
        tiers = _tiers(sheet, problems)
        groups = {
            heading: tuple(texts(sheet, heading, problems))
            for heading in dict.fromkeys(sheet.header)
            if heading and heading not in ("year", "code", "name", "rank", "tier")
        }
        given = texts(sheet, "code", problems) if key == "code" else names
        codes = [code or name for code, name in zip(given, names, strict=True)]
        if key == "name":
            codes = _told_apart(names, [text(year) for year in sheet.column("year")], groups)
        years, ranks = [], []
        seen: dict[tuple[int | None, str], int] = {}
        for row, code in enumerate(codes):
            year = year_of(sheet, row, problems, needed=True)
            rank = number(sheet, row, sheet.header.index("rank"), problems, "number")
            if not code:
                problems.add("D001", sheet.place(row, key))
            if not math.isnan(rank) and (rank % 1 or rank < 1):
                problems.add("H002", sheet.place(row, "rank"))
            if code and (year, code) in seen:
                problems.add("H003", sheet.place(row, key), code=code, first=sheet.place(seen[year, code]))
            seen.setdefault((year, code), row)
            years.append(year)
            ranks.append(rank)
        problems.raise_any()
        return cls(
            frozen_ints(np.array(years)),
            tuple(codes),
            frozen_floats(np.array(ranks)),
            tuple(names) if "name" in sheet.header else (),
            tiers,
            groups,
            tuple(sheet.place(row, key) for row in range(len(sheet.rows))),
        )

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> History:
        """Return the entries in a pandas frame with the sheet's columns."""
        return cls.from_sheet(Sheet.from_frame(frame, "History"))

    def doubled(self, renamed: Mapping[str, str]) -> list[Problem]:
        """Return Q013 for each unit of a list that counts as another of the same list under its new code."""
        seen: dict[tuple[int, str], int] = {}
        found = []
        for entry, (year, code) in enumerate(zip(self.years.tolist(), self.codes, strict=True)):
            key = (year, renamed.get(code, code))
            first = seen.setdefault(key, entry)
            if first != entry:
                one, other = self.name(first), self.name(entry)
                place = self.place(entry)
                found.append(problem("Q013", place, year=of_year(year), code=key[1], first=one, second=other))
        return found

    def label(self, entry: int, column: str) -> str:
        """Return the group of an entry in a further column, blank where none is given."""
        return self.groups[column][entry] if column in self.groups else ""

    def name(self, entry: int) -> str:
        """Return the name of an entry, its code where none is given."""
        return (self.names[entry] if self.names else "") or self.codes[entry]

    def with_names(self, names: Mapping[str, str], year: int | None = None) -> History:
        """Return it with names, by code, for the entries (of a year) that have none of their own."""
        known = {cleaned(code).casefold(): name for code, name in names.items() if name != code}
        own = self.names or ("",) * len(self.codes)
        found = tuple(
            name or (known.get(cleaned(code).casefold(), "") if year in (None, int(one)) else "")
            for one, code, name in zip(self.years, self.codes, own, strict=True)
        )
        return self if found == own else replace(self, names=found)

    def place(self, entry: int) -> str:
        """Return the cell of an entry's code, or the code when it came from no sheet."""
        return self.places[entry] if self.places else self.codes[entry]

    def entries(self, year: int) -> list[int]:
        """Return the entries of a year's list, as they stand on the sheet."""
        return np.flatnonzero(self.years == year).tolist()

    def of_year(self, year: int) -> dict[str, float]:
        """Return the list of a year: rank by code."""
        return {
            code: float(rank)
            for at, code, rank in zip(self.years, self.codes, self.ranks, strict=True)
            if at == year
        }

    def __repr__(self) -> str:
        years = sorted({int(year) for year in self.years})
        return f"History({len(self.codes)} ranks, years {', '.join(map(str, years))})"


def _told_apart(names: Sequence[str], years: Sequence[str], groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Return names as codes; one that two units of a year have stands with the group that they differ in."""
    count = Counter(zip(names, years, strict=True))
    twice = {name for (name, _), times in count.items() if name and times > 1}
    rows = [row for row, name in enumerate(names) if name in twice]
    for column in groups.values():
        told = {row: f"{names[row]} ({column[row]})" for row in rows}
        if all(column[row] for row in rows) and len({(told[row], years[row]) for row in rows}) == len(rows):
            return [told.get(row, name) for row, name in enumerate(names)]
    return [*names]


def _tiers(sheet: Sheet, problems: Problems) -> FloatArray | None:
    """Return the column of tiers; note H002 for what is no whole number from 1."""
    if "tier" not in sheet.header:
        return None
    column = sheet.header.index("tier")
    tiers = [number(sheet, row, column, problems, "number") for row in range(len(sheet.rows))]
    for row, tier in enumerate(tiers):
        if not math.isnan(tier) and (tier % 1 or tier < 1):
            problems.add("H002", sheet.place(row, "tier"))
    return frozen_floats(np.array(tiers))
