"""Tables of two years: units by group in both, and what follows for regions, changes and sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tierwise.methods.regions import PROVINCES, REGIONS
from tierwise.proofreading.findings import Findings
from tierwise.proofreading.listed import Listing, group_name
from tierwise.proofreading.parts import Grid
from tierwise.words.language import Language, Text

YEAR: Final = re.compile(r"(?:19|20)\d\d")
TOTALS: Final = {"合计", "总计", "总数", "total", "sum"}
CHANGES: Final = {"增减", "变化", "change"}


@dataclass(frozen=True)
class Years:
    """Units of each group this year and the year before: (now, then)."""

    now: int
    then: int
    groups: Mapping[str, tuple[int, int]]
    grid: Grid
    columns: tuple[int, int]

    @property
    def regional(self) -> bool:
        """Whether the groups are the regions of China."""
        return {*self.groups} <= {*REGIONS}

    @property
    def provincial(self) -> bool:
        """Whether they are its provinces."""
        return {*self.groups} <= {*PROVINCES}

    def by_region(self) -> dict[str, tuple[int, int]]:
        """Return the sums of provinces by region."""
        sums: dict[str, tuple[int, int]] = {}
        for province, (now, then) in self.groups.items():
            before = sums.get(PROVINCES[province], (0, 0))
            sums[PROVINCES[province]] = (before[0] + now, before[1] + then)
        return sums


def years_of(grid: Grid) -> Years | None:
    """Return the counts of a table of two years; None for another table. A blank is nought."""
    columns = [(int(year[0]), at) for at, head in enumerate(grid.heads) if (year := YEAR.search(head))]
    others = [at for at in range(len(grid.heads)) if at not in {at for _, at in columns}]
    if len(columns) != 2 or not others or others[0] != 0:
        return None
    (now, at_now), (then, at_then) = sorted(columns, reverse=True)
    groups = {}
    for row in grid.rows:
        name = group_name(row[0]) or group_name(row[at_then - 1])
        cells = [row[at].strip() or "0" for at in (at_now, at_then)]
        if not all(cell.isdigit() for cell in cells):
            return None
        if name.lower() not in TOTALS:
            groups[name] = (int(cells[0]), int(cells[1]))
    return Years(now, then, groups, grid, (at_now, at_then)) if groups else None


def check_years(
    years: Years, others: Sequence[Years], listing: Listing | None, findings: Findings, language: Language
) -> None:
    """Compare a table of two years with the list, with the provinces behind its regions, and with itself."""
    grid = years.grid
    provinces = next(
        (one for one in others if one.provincial and (one.now, one.then) == (years.now, years.then)), None
    )
    right: dict[str, tuple[int | None, int | None]] = {}
    why = Text("counted in the list", "按榜单计数")
    if years.regional and provinces is not None:
        right = {group: provinces.by_region().get(group, (0, 0)) for group in years.groups}
        why = Text(f"summed from {provinces.grid.place} by region", f"由{provinces.grid.place}按区域汇总")
    elif listing is not None:
        kind = listing.kind_of(next(iter(years.groups)))
        counts = listing.counts(kind)
        right = {group: (counts[group], None) for group in years.groups} if kind else {}
        for group, count in counts.items() if kind else ():
            if group not in years.groups:
                findings.add(grid.place, "omission", grid.title, "", f"{group} {count}", why)
    if not right:
        findings.unchecked.append((grid.place, grid.title))
    for row, cells in enumerate(grid.rows):
        name = group_name(cells[0])
        pairs = right.get(name, (None, None))
        for column, expected in zip(years.columns, pairs, strict=True):
            if expected is None:
                continue
            findings.checked += 1
            if (cells[column].strip() or "0") != str(expected):
                findings.add(grid.where(row, column, language), "count", name, cells[column], expected, why)
    _check_changes(years, findings, language)


def _check_changes(years: Years, findings: Findings, language: Language) -> None:
    """Compare the column of changes and the total row with the counts."""
    grid = years.grid
    change = next((at for at, head in enumerate(grid.heads) if head.strip().lower() in CHANGES), None)
    for row, cells in enumerate(grid.rows):
        now, then = (int(cells[column].strip() or "0") for column in years.columns)
        if cells[0].strip().lower() in TOTALS:
            for at, column in enumerate(years.columns):
                total = sum(pair[at] for pair in years.groups.values())
                findings.checked += 1
                if int(cells[column].strip() or "0") != total:
                    why = Text("sum of the rows", "各行之和")
                    findings.add(
                        grid.where(row, column, language), "sum", cells[0], cells[column], total, why
                    )
        if change is not None and re.fullmatch(r"[-+−]?\d+", cells[change].strip()):
            findings.checked += 1
            if int(cells[change].replace("−", "-")) != now - then:
                why = Text(f"{now} less {then}", f"{now}减{then}")
                place = grid.where(row, change, language)
                findings.add(place, "difference", cells[0], cells[change], f"{now - then:+d}", why)
