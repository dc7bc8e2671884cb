"""The panel: units x indicators, with the units' names and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from tierwise.errors import Problem, Problems, TierwiseError, problem
from tierwise.inputs.files import no_sheet, read_csv, read_workbook
from tierwise.inputs.sheet import Sheet, is_number, number, text, texts
from tierwise.inputs.years import HEADING as YEAR
from tierwise.inputs.years import HEADINGS as YEAR_HEADINGS
from tierwise.inputs.years import year_in
from tierwise.lookup import Lookup
from tierwise.names import nearest, same_form, unified
from tierwise.units import bracketed

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from tierwise.inputs.framework import Framework

SYNONYMS = {
    **YEAR_HEADINGS,
    "代码": "code",
    "编码": "code",
    "单位代码": "code",
    "行政区划代码": "code",
    "名称": "name",
    "县(市)": "name",
    "县（市）": "name",
    "县市": "name",
    "区": "name",
    "国家": "name",
    "城市": "name",
    "单位名称": "name",
}

RESULTS = frozenset(  # columns of ranking.csv, and the tables tiers_* that are not of a group
    {
        "score",
        "rank",
        "tier",
        "first_in_group",
        "missing",
        "largest_share",
        "profile",
        "quality",
        "stability",
        "dendrogram",
    }
)


@dataclass(frozen=True)
class Panel:
    """Units in rows, indicators in columns; NaN is a missing value.

    ``groups`` are text columns (province, region …), ``extras`` numbers that are kept but never weighed.
    Groups that differ only by spaces or marks (``江　苏``, ``江苏★``) are one, in their commonest form.
    ``scale`` holds for each indicator the values that its treatment and its scale come from, divided and
    filled in, where these are not the panel's own: those of a base year, or of all years.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    indicators: tuple[str, ...]
    values: FloatArray  # (units, indicators)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extras: Mapping[str, FloatArray] = field(default_factory=dict)
    carried: BoolArray | None = None  # (units, indicators): values that come from other years
    scale: Mapping[str, FloatArray] = field(default_factory=dict, repr=False)
    sheet: Sheet | None = field(default=None, repr=False)  # where the cells stand, for messages
    rows: tuple[int, ...] = field(default=(), repr=False)  # the record of each unit in the sheet

    @classmethod
    def from_sheet(cls, sheet: Sheet, framework: Framework | None = None) -> Panel:
        """Return the panel on a sheet: code, name, group columns, indicators of the framework, extras.

        Without a framework every column of numbers is an indicator.

        Raises :class:`TierwiseError` with every problem found: D001–D010.
        """
        return _read_panel(sheet, framework)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, framework: Framework | None = None) -> Panel:
        """Return the panel in a pandas frame with the sheet's columns."""
        return cls.from_sheet(Sheet.from_frame(frame, "Data"), framework)

    @classmethod
    def from_workbook(cls, path: str | Path, framework: Framework | None = None) -> Panel:
        """Return the panel on the Data sheet of a workbook."""
        sheets = read_workbook(path)
        if "Data" not in sheets:
            raise TierwiseError(no_sheet(path, "Data"))
        return cls.from_sheet(sheets["Data"], framework)

    @classmethod
    def from_csv(cls, path: str | Path, framework: Framework | None = None) -> Panel:
        """Return the panel in a CSV file."""
        return cls.from_sheet(read_csv(path), framework)

    @cached_property
    def units(self) -> Lookup:
        """The units, found by code or name."""
        return Lookup(self.codes, self.names, "unit")

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, units: Sequence[int] | IntArray) -> Panel:
        """Return the panel of the given units, in that order."""
        return replace(
            self,
            codes=tuple(self.codes[unit] for unit in units),
            names=tuple(self.names[unit] for unit in units),
            values=frozen_floats(self.values[list(units)]),
            carried=None if self.carried is None else self.carried[list(units)],
            groups={key: tuple(column[unit] for unit in units) for key, column in self.groups.items()},
            extras={key: frozen_floats(column[list(units)]) for key, column in self.extras.items()},
            rows=tuple(self.rows[unit] for unit in units) if self.rows else (),
        )

    def select(self, indicators: Sequence[str]) -> Panel:
        """Return the panel of the given indicators, in that order; others are extras, such as denominators.

        Raises :class:`TierwiseError` D009, D016 for each that the panel does not have.
        """
        if tuple(indicators) == self.indicators:
            return self
        lacking = [code for code in indicators if code not in self.indicators]
        if lacking:
            near = {code: nearest(code, self.indicators) for code in lacking}
            raise TierwiseError(
                *(
                    problem("D009" if near[code] else "D016", code=code, nearest=near[code])
                    for code in lacking
                )
            )
        columns = [self.indicators.index(code) for code in indicators]
        rest = {code: self.values[:, at] for at, code in enumerate(self.indicators) if code not in indicators}
        return replace(
            self,
            indicators=tuple(indicators),
            values=frozen_floats(self.values[:, columns]),
            extras={**self.extras, **{code: frozen_floats(column) for code, column in rest.items()}},
            carried=None if self.carried is None else self.carried[:, columns],
        )

    def column(self, code: str) -> FloatArray | None:
        """Return an indicator's or an extra's values, or None where there is no such column."""
        if code in self.indicators:
            return self.values[:, self.indicators.index(code)]
        return self.extras.get(code)

    def place(self, unit: int | None, indicator: int | None) -> str:
        """Return the cell of a value, or unit and indicator by name when it came from no sheet."""
        code = self.indicators[indicator] if indicator is not None else None
        if self.sheet is not None and (self.rows or unit is None):
            if unit is None:
                return self.sheet.heading_place(code) if code else self.sheet.name
            return self.sheet.place(self.rows[unit], code)
        named = [self.names[unit]] if unit is not None else []
        return ", ".join(named + ([code] if code else []))

    def cell(self, unit: int, heading: str) -> str:
        """Return the cell of a unit in any column, or unit and column by name when it came from no sheet."""
        if self.sheet is not None and self.rows:
            return self.sheet.place(self.rows[unit], heading)
        return f"{self.names[unit]}, {heading}"

    def to_frame(self) -> pd.DataFrame:
        """Return code, name, groups, indicators and extras as a frame."""
        import pandas as pd

        frame = pd.DataFrame({"code": self.codes, "name": self.names, **self.groups})
        values = pd.DataFrame(np.array(self.values), columns=[*self.indicators])
        return pd.concat([frame, values, pd.DataFrame(dict(self.extras))], axis=1)

    def __repr__(self) -> str:
        missing = int(np.isnan(self.values).sum())
        blanks = f", {missing} missing" if missing else ""
        return f"Panel({len(self)} units x {len(self.indicators)} indicators{blanks})"


def headed(sheet: Sheet, framework: Framework | None) -> tuple[Sheet, list[Problem]]:
    """Return a sheet of units with what its headings mean, and what is wrong with the units in them.

    They mean code, name, year, codes of the framework's indicators, or are the user's own words.
    """
    if framework is None:
        return sheet.worded(SYNONYMS), []
    named = sheet.worded(SYNONYMS, framework.headings(framework.indicators))
    return framework.matched(named, framework.indicators)


def _read_panel(sheet: Sheet, framework: Framework | None) -> Panel:
    sheet, clashes = headed(sheet, framework)
    problems = Problems()
    problems.extend(clashes)
    untitled = Problems()
    sheet.check_heading_row("code", SYNONYMS, untitled)
    untitled.raise_any()
    sheet = _without_notes(sheet, framework, problems)
    labels, numbers = _kinds(sheet, framework)
    indicators = framework.indicators if framework else tuple(numbers)
    _check_columns(sheet, indicators, framework, problems)
    for heading in labels:
        if heading in RESULTS:
            problems.add("D020", sheet.heading_place(sheet.header.index(heading)), heading=heading)
    problems.raise_any()

    rows = range(len(sheet.rows))
    _refuse_years(sheet)
    codes = _codes(sheet, problems)
    figures = {
        heading: [number(sheet, row, sheet.header.index(heading), problems) for row in rows]
        for heading in dict.fromkeys((*indicators, *numbers))
    }
    names = texts(sheet, "name", problems) if "name" in sheet.header else codes
    groups = {heading: tuple(unified(texts(sheet, heading, problems))) for heading in labels}
    problems.raise_any()
    return Panel(
        codes=tuple(codes),
        names=tuple(name or code for name, code in zip(names, codes, strict=True)),
        indicators=indicators,
        values=frozen_floats(np.array([figures[code] for code in indicators]).T),
        groups=groups,
        extras={heading: frozen_floats(figures[heading]) for heading in numbers if heading not in indicators},
        sheet=sheet,
        rows=tuple(rows),
    )


def _without_notes(sheet: Sheet, framework: Framework | None, problems: Problems) -> Sheet:
    """Return the sheet without rows with no code and only text for numbers, each noted as D019."""
    headings = framework.indicators if framework else ()
    columns = [sheet.header.index(code) for code in headings if code in sheet.header]
    if "code" not in sheet.header or len(columns) < 2:
        return sheet
    key = sheet.header.index("code")
    kept = []
    for row, cells in enumerate(sheet.rows):
        filled = [cell for at in columns if (cell := cells[at]) is not None]
        words = [cell for cell in filled if isinstance(cell, str) and not is_number(cell)]
        if cells[key] is None and len(filled) > 1 and len(words) == len(filled):
            problems.add("D019", sheet.place(row), value=words[0])
        else:
            kept.append(row)
    return sheet.take(kept)


def _kinds(sheet: Sheet, framework: Framework | None) -> tuple[list[str], list[str]]:
    """Return the headings of group columns (text) and of columns of numbers.

    A column is a group when it holds no number, or when it holds text and stands before the first indicator.
    """
    indicators = framework.indicators if framework else ()
    first = min((sheet.header.index(code) for code in indicators if code in sheet.header), default=0)
    labels: list[str] = []
    numbers: list[str] = []
    for at, heading in enumerate(sheet.header):
        if not heading or heading in {"code", "name"} or heading in sheet.header[:at]:
            continue
        filled = [row[at] for row in sheet.rows if row[at] is not None]
        if heading == YEAR and len({year_in(cell) for cell in filled}) == 1 and heading not in indicators:
            continue  # the year of all these figures, none of them
        textual = [isinstance(cell, str) and not is_number(cell) for cell in filled]
        group = bool(filled) and (all(textual) or (at < first and any(textual)))
        if heading not in indicators:
            (labels if group else numbers).append(heading)
    return labels, numbers


def _nearest_heading(code: str, framework: Framework | None, headings: Sequence[str]) -> str:
    """Return the heading that may be meant for an indicator: its name and a remark, else the nearest."""
    name = framework.names[framework.codes.index(code)] if framework else code
    same = [one for one in headings if same_form(bracketed(one)[0]).lower() == same_form(name).lower()]
    return same[0] if same else nearest(name, headings) or nearest(code, headings)


def _check_columns(
    sheet: Sheet, indicators: tuple[str, ...], framework: Framework | None, problems: Problems
) -> None:
    sheet.check_repeated({*filter(None, sheet.header)}, problems)
    if "code" not in sheet.header:
        problems.add("D008", sheet.name, heading=sheet.headed("code"))
    for code in indicators:
        if code not in sheet.header:
            spare = [one for one in sheet.header if one and one not in {*indicators, "code", "name"}]
            near = _nearest_heading(code, framework, spare)
            if near:
                problems.add("D009", sheet.name, code=code, nearest=near)
            else:
                problems.add("D016", sheet.name, code=code)
    if len(sheet.rows) < 2:
        problems.add("D010", sheet.name, count=len(sheet.rows))


def _refuse_years(sheet: Sheet) -> None:
    """Raise Y023 for the rows of several years where those of one are to be read."""
    if YEAR not in sheet.header:
        return
    pairs = {
        (text(code), year_in(year))
        for code, year in zip(sheet.column("code"), sheet.column(YEAR), strict=True)
    }
    years = sorted({year for _, year in pairs if year is not None})
    if len(years) > 1 and len({code for code, _ in pairs}) < len(pairs):
        raise TierwiseError(problem("Y023", sheet.heading_place(YEAR), years=years))


def _codes(sheet: Sheet, problems: Problems) -> list[str]:
    codes = texts(sheet, "code", problems)
    first: dict[str, int] = {}
    for row, code in enumerate(codes):
        if not code:
            problems.add("D001", sheet.place(row, "code"))
        elif code in first:
            whole = sheet.rows[row] == sheet.rows[first[code]]  # a row pasted twice: no question of codes
            place, earlier = sheet.place(row, "code"), sheet.place(first[code], "code")
            if whole:
                problems.add("D022", place, first=earlier)
            else:
                problems.add("D002", place, code=code, first=earlier)
        else:
            first[code] = row
    return codes
