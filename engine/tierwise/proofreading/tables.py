"""Tables of a report against the list they follow from: the list itself, groups by band and tier, streaks."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from tierwise.names import cleaned, nearest
from tierwise.proofreading.findings import Findings
from tierwise.proofreading.listed import Listing, Unit, group_name
from tierwise.proofreading.numbers import whole
from tierwise.proofreading.parts import Grid
from tierwise.proofreading.years import TOTALS
from tierwise.words.language import Language, Text

BAND: Final = re.compile(r"^(\d+)\s*[-–—~至]\s*(\d+)$")
TIER: Final = re.compile(r"^(?:第([一二三四五六七八九十\d]+)梯队|tier (\d+))$", re.IGNORECASE)
STREAK: Final = re.compile(
    r"连续\s*(\d+)\s*年\s*前\s*(\d+)|top (\d+).*?(\d+) years|(\d+) years.*?first (\d+)", re.IGNORECASE
)
COUNTED: Final = Text("counted in the list", "按榜单计数")
MARKS: Final = {"★", "✓", "√", "1", "是"}


def check_list(listing: Listing, grid: Grid, findings: Findings, language: Language) -> None:
    """Compare a printed list with itself: ranks that run on, names that stand once, stars on the firsts."""
    rank_column = next(
        at for at, cell in enumerate(grid.rows[0]) if cell.strip() == f"{listing.units[0].rank:g}"
    )
    place = 0.0
    for row, unit in enumerate(listing.units):
        before = listing.units[row - 1].rank if row else 0.0
        place = before if row and unit.rank == before else row + 1
        findings.checked += 1
        if unit.rank != place:
            why = Text("its place in the list", "按榜单顺序")
            findings.add(
                grid.where(row, rank_column, language), "rank", unit.name, f"{unit.rank:g}", f"{place:g}", why
            )
    for name, times in Counter(cleaned(unit.name) for unit in listing.units).items():
        same = [unit for unit in listing.units if cleaned(unit.name) == name]
        if times > 1 and len({tuple(unit.groups.items()) for unit in same}) < times:
            findings.add(grid.place, "name", name, f"×{times}", "×1", Text("it stands twice", "重复出现"))
    check_stars(listing, grid, findings, language)


def check_stars(listing: Listing, grid: Grid, findings: Findings, language: Language) -> None:
    """Compare the stars with the first units of the groups of the first column that they fit."""
    starred = {unit.name for unit in listing.units if unit.starred}
    if not starred or not listing.kinds():
        return
    firsts = {
        kind: {unit.name for own in listing.firsts(kind).values() for unit in own} for kind in listing.kinds()
    }
    kind = max(firsts, key=lambda kind: len(firsts[kind] & starred) - len(firsts[kind] ^ starred))
    for row, unit in enumerate(listing.units):
        right = unit.name in firsts[kind]
        findings.checked += 1
        if unit.starred != right:
            why = Text(
                f"first of {unit.groups.get(kind)}: {right}",
                f"{unit.groups.get(kind)}首位：{'是' if right else '否'}",
            )
            column = next(at for at, cell in enumerate(grid.rows[row]) if unit.name in cell)
            findings.add(
                grid.where(row, column, language),
                "mark",
                unit.name,
                "★" if unit.starred else "",
                "★" if right else "",
                why,
            )


def check_against(
    listing: Listing, right: Listing, grid: Grid, findings: Findings, language: Language
) -> None:
    """Compare a printed list with the list of the figures: names, ranks, groups."""
    known, names = right.by_name(), [unit.name for unit in right.units]
    by_place = dict(enumerate(right.units))
    why = Text("the list of the figures", "据测算结果")
    for row, unit in enumerate(listing.units):
        true = known.get(cleaned(unit.name))
        column = next(at for at, cell in enumerate(grid.rows[row]) if unit.name in cell)
        findings.checked += 1
        if true is None:
            expected = by_place.get(row)
            near = expected.name if expected is not None else nearest(unit.name, names)
            findings.add(grid.where(row, column, language), "name", unit.name, unit.name, near, why)
            continue
        _compare(unit, true, grid, row, findings, language)
    printed = {cleaned(unit.name) for unit in listing.units}
    for missing in [unit for unit in right.units if cleaned(unit.name) not in printed][:20]:
        if len(listing) < len(right):
            findings.add(grid.place, "omission", listing.title, "", f"{missing.name} ({missing.rank:g})", why)


def _compare(unit: Unit, true: Unit, grid: Grid, row: int, findings: Findings, language: Language) -> None:
    why = Text("the list of the figures", "据测算结果")
    findings.checked += 1 + len(unit.groups)
    if unit.rank != true.rank:
        findings.add(grid.where(row, 0, language), "rank", unit.name, f"{unit.rank:g}", f"{true.rank:g}", why)
    for kind, group in unit.groups.items():
        expected = true.groups.get(kind)
        if expected is not None and kind != "region" and group_name(expected) != group:
            column = next((at for at, cell in enumerate(grid.rows[row]) if group_name(cell) == group), 0)
            findings.add(grid.where(row, column, language), "value", unit.name, group, expected, why)


def spread_of(grid: Grid) -> dict[int, tuple[str, tuple[int, int]]] | None:
    """Return what a table of groups counts by column: bands of ranks or tiers; None for another table."""
    columns: dict[int, tuple[str, tuple[int, int]]] = {}
    for at, head in enumerate(grid.heads[1:], 1):
        band, tier = BAND.match(head.strip()), TIER.match(head.strip())
        if band:
            columns[at] = ("band", (int(band[1]), int(band[2])))
        elif tier:
            number = whole(tier[1] or tier[2]) or 0
            columns[at] = ("tier", (number, number))
    return columns if len(columns) >= 2 else None


def check_spread(
    grid: Grid,
    columns: dict[int, tuple[str, tuple[int, int]]],
    listing: Listing,
    findings: Findings,
    language: Language,
) -> None:
    """Compare a table of groups by band or tier with counts in the list, and its sums with its cells."""
    kinds = Counter(listing.kind_of(group_name(row[0])) for row in grid.rows)
    kind = max((own for own in kinds if own), key=lambda own: kinds[own], default="")
    if not kind:
        findings.unchecked.append((grid.place, grid.title))
        return
    seen = set()
    for row, cells in enumerate(grid.rows):
        total = cells[0].strip().lower() in TOTALS
        group = group_name(cells[0])
        seen.add(group)
        units = [unit for unit in listing.units if total or unit.groups.get(kind) == group]
        for at, (what, ends) in columns.items():
            inside = sum(
                ends[0] <= (unit.rank if what == "band" else listing.tier_of(unit)) <= ends[1]
                for unit in units
            )
            _count(grid, row, at, inside, findings, language)
        for at, head in enumerate(grid.heads):
            if at and at not in columns and head.strip().lower() in TOTALS:
                _count(grid, row, at, len(units), findings, language)
    for group, count in listing.counts(kind).items():
        if group not in seen:
            findings.add(grid.place, "omission", grid.title, "", f"{group} {count}", COUNTED)


def _count(grid: Grid, row: int, column: int, right: int, findings: Findings, language: Language) -> None:
    text = grid.rows[row][column].strip() or "0"
    findings.checked += 1
    if text.isdigit() and int(text) != right:
        findings.add(grid.where(row, column, language), "count", grid.rows[row][0], text, right, COUNTED)


def streaks_of(grid: Grid) -> dict[int, tuple[int, int]] | None:
    """Return (years, first ranks) of the columns of a table of streaks; None for another table."""
    columns = {}
    for at, head in enumerate(grid.heads):
        match = STREAK.search(head)
        if match:
            numbers = [int(number) for number in match.groups() if number]
            columns[at] = (numbers[0], numbers[1]) if not match[3] else (numbers[1], numbers[0])
    return columns or None


def check_streaks(
    grid: Grid, columns: dict[int, tuple[int, int]], listing: Listing, findings: Findings, language: Language
) -> None:
    """Compare the ranks of a table of streaks with the list, and its marks with each other.

    Five years among the first ten are three years so, and among the first twenty.
    """
    known = listing.by_name()
    for row, cells in enumerate(grid.rows):
        unit = known.get(cleaned(cells[0]))
        if unit is None:
            near = nearest(cells[0], [one.name for one in listing.units])
            findings.add(grid.where(row, 0, language), "name", cells[0], cells[0], near, COUNTED)
        elif len(cells) > 1 and cells[1].isdigit():
            findings.checked += 1
            if float(cells[1]) != unit.rank:
                findings.add(
                    grid.where(row, 1, language), "rank", unit.name, cells[1], f"{unit.rank:g}", COUNTED
                )
        marked = {
            ends: cells[at].strip() in MARKS for at, ends in columns.items() if cells[at].strip() != "?"
        }
        for (years, first), mark in marked.items():
            weaker = [
                ends for ends, own in marked.items() if ends[0] <= years and ends[1] >= first and not own
            ]
            findings.checked += 1
            if mark and weaker:
                at = next(at for at, ends in columns.items() if ends == weaker[0])
                why = Text(
                    f"follows from {years} years among the first {first}", f"由“连续{years}年前{first}”可知"
                )
                findings.add(grid.where(row, at, language), "mark", cells[0], "", "★", why)
