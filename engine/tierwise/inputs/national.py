"""Figures beside the data: of the nation (National 全国), and counts of earlier lists (Counts 往年数量)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tierwise.errors import Problems
from tierwise.inputs.sheet import Sheet, number, text, texts
from tierwise.inputs.years import year_of
from tierwise.names import cleaned
from tierwise.topics.kinds import National

SYNONYMS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("列", "指标", "项目", "指标名称"), "column"),
    **dict.fromkeys(("数值", "全国", "全国数值"), "value"),
    **dict.fromkeys(("年份", "年度"), "year"),
    **dict.fromkeys(("来源", "数据来源"), "source"),
}
COUNT_SYNONYMS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("年份", "年度"), "year"),
    **dict.fromkeys(("分组列", "列"), "column"),
    **dict.fromkeys(("分组", "组", "地区"), "group"),
    **dict.fromkeys(("单位数", "数量", "个数"), "units"),
}


@dataclass(frozen=True)
class NationalFigures:
    """Figures of the nation by column of the data, or by the topic that derives them."""

    figures: Mapping[str, National]
    places: Mapping[str, str] = field(default_factory=dict, repr=False)  # the cell of each column
    titles: Mapping[str, str] = field(default_factory=dict, repr=False)  # its name, as it is written

    @classmethod
    def from_sheet(cls, sheet: Sheet) -> NationalFigures:
        """Return the figures on a sheet: column, value, and as known year and source.

        Raises :class:`TierwiseError` with every problem: D001 (no column), D003–D005, D008, R145 (a column
        twice), R146 (no value), Y001 (no year).
        """
        sheet = sheet.worded(SYNONYMS)
        problems = Problems()
        for heading in ("column", "value"):
            if heading not in sheet.header:
                problems.add("D008", sheet.name, heading=sheet.headed(heading))
        sheet.check_repeated({*SYNONYMS.values()}, problems)
        problems.raise_any()
        names = texts(sheet, "column", problems)
        figures: dict[str, National] = {}
        places: dict[str, str] = {}
        for row, name in enumerate(names):
            place = sheet.place(row, "column")
            value = number(sheet, row, sheet.header.index("value"), problems, "number")
            year = year_of(sheet, row, problems, needed=False) if "year" in sheet.header else None
            source = text(sheet.column("source")[row]) if "source" in sheet.header else ""
            if not name:
                problems.add("D001", place)
            elif cleaned(name) in figures:
                problems.add("R145", place, name=name, first=places[cleaned(name)])
            if math.isnan(value):
                problems.add("R146", sheet.place(row, "value"), name=name)
            figures[cleaned(name)] = National(value, year, source)
            places.setdefault(cleaned(name), place)
        problems.raise_any()
        return cls(figures, places, {cleaned(name): name for name in reversed(names)})

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the figures, as far as they are given."""
        return tuple(sorted({one.year for one in self.figures.values() if one.year is not None}))

    def place(self, *names: str) -> str:
        """Return the cell of the first of some names that is there, blank for none."""
        return next(
            (self.places.get(name, "") for one in names if (name := cleaned(one)) in self.figures), ""
        )

    def keys_of(self, names: Iterable[str]) -> set[str]:
        """Return the rows that some names mean."""
        return {cleaned(name) for name in names} & self.figures.keys()

    def find(self, *names: str) -> National | None:
        """Return the figure of the first of some names that is there, None for none."""
        return next((self.figures[name] for one in names if (name := cleaned(one)) in self.figures), None)


@dataclass(frozen=True)
class GroupCounts:
    """How many units of each group an earlier list had, by group column and year."""

    counts: Mapping[tuple[str, int], Mapping[str, int]]
    place: str = field(default="", repr=False)  # the sheet

    @classmethod
    def from_sheet(cls, sheet: Sheet) -> GroupCounts:
        """Return the counts on a sheet: year, column, group, units.

        Raises :class:`TierwiseError` with every problem: D001, D003–D005, D008, R145 (a group twice), R147 (a
        count that is no whole number), Y001, Y024 (no year).
        """
        sheet = sheet.worded(COUNT_SYNONYMS)
        problems = Problems()
        for heading in ("year", "column", "group", "units"):
            if heading not in sheet.header:
                problems.add("D008", sheet.name, heading=sheet.headed(heading))
        sheet.check_repeated({*COUNT_SYNONYMS.values()}, problems)
        problems.raise_any()
        columns, groups = (texts(sheet, heading, problems) for heading in ("column", "group"))
        counts: dict[tuple[str, int], dict[str, int]] = {}
        first: dict[tuple[str, int | None, str], str] = {}
        for row, (column, group) in enumerate(zip(columns, groups, strict=True)):
            year = year_of(sheet, row, problems, needed=True)
            at = sheet.header.index("units")
            units = number(sheet, row, at, problems, "number")
            if not (units >= 0 and units % 1 == 0):
                problems.add("R147", sheet.place(row, at), value=text(sheet.rows[row][at]))
            if not (column and group):
                problems.add("D001", sheet.place(row, "group" if column else "column"))
            place = first.setdefault((column, year, group), sheet.place(row, "group"))
            if place != sheet.place(row, "group"):
                problems.add("R145", sheet.place(row, "group"), name=group, first=place)
            if year is not None and units % 1 == 0:
                counts.setdefault((column, year), {})[group] = int(units)
        problems.raise_any()
        return cls(counts, sheet.name)

    @property
    def years(self) -> list[int]:
        """The years of which there are counts."""
        return sorted({year for _, year in self.counts})

    def of(self, column: str) -> dict[int, Mapping[str, int]]:
        """Return the counts of a group column by year."""
        return {year: counts for (one, year), counts in self.counts.items() if one == column}
