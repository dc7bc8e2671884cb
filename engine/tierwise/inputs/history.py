"""Earlier ranks, in long form: year, code, rank."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray, frozen_floats, frozen_ints
from tierwise.errors import Problems
from tierwise.inputs.sheet import Sheet, number, texts

if TYPE_CHECKING:
    import pandas as pd

SYNONYMS = {
    "年份": "year",
    "年度": "year",
    "代码": "code",
    "编码": "code",
    "名称": "code",
    "排名": "rank",
    "位次": "rank",
}


@dataclass(frozen=True)
class History:
    """Entries of earlier lists, one a year and unit; NaN is the rank of a unit that is listed without one."""

    years: IntArray
    codes: tuple[str, ...]
    ranks: FloatArray

    @classmethod
    def from_sheet(cls, sheet: Sheet) -> History:
        """Return the entries on a sheet; a blank rank says that the unit was listed, and no more.

        Raises :class:`TierwiseError` with H001–H003, D001, D003.
        """
        sheet = sheet.renamed(SYNONYMS)
        problems = Problems()
        for column in ("year", "code", "rank"):
            if column not in sheet.header:
                problems.add("H001", sheet.name, heading=column)
        problems.raise_any()
        codes = texts(sheet, "code", problems)
        years, ranks = [], []
        seen: dict[tuple[float, str], int] = {}
        for row, code in enumerate(codes):
            year = number(sheet, row, sheet.header.index("year"), problems)
            rank = number(sheet, row, sheet.header.index("rank"), problems)
            if not code:
                problems.add("D001", sheet.place(row, "code"))
            if math.isnan(year) or year % 1:
                problems.add("H002", sheet.place(row, "year"))
            if not math.isnan(rank) and (rank % 1 or rank < 1):
                problems.add("H002", sheet.place(row, "rank"))
            if code and (year, code) in seen:
                problems.add("H003", sheet.place(row, "code"), code=code, first=sheet.place(seen[year, code]))
            seen.setdefault((year, code), row)
            years.append(year)
            ranks.append(rank)
        problems.raise_any()
        return cls(frozen_ints(np.array(years)), tuple(codes), frozen_floats(np.array(ranks)))

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> History:
        """Return the entries in a pandas frame with the sheet's columns."""
        return cls.from_sheet(Sheet.from_frame(frame, "History"))

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
