"""The units of other years under the codes that they have in this list's data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from tierwise.errors import Problem, Problems, problem
from tierwise.inputs import Panel
from tierwise.names import alike
from tierwise.study.matches import units_matched
from tierwise.study.scenario import Scenario

MOST_NAMED: Final = 5
PAIRED: Final = {  # cautions that two units may be one, where to decide first: the fields of their codes
    "Q015": ("former", "present"),
    "Y028": ("former_code", "present_code"),
    "H006": ("former", "code"),
}
NEITHER: Final = {
    "also": ", on the list neither as an exit nor as an entry",
    "also_zh": "，榜单变动中不计退出与新进",
}


class Recoded(NamedTuple):
    """A unit that another year has under another code, found by its name."""

    year: int
    name: str
    former: str
    code: str
    sheet: str


def with_present_codes(
    scenario: Scenario, years: Mapping[int, Scenario], problems: Problems
) -> tuple[dict[int, Scenario], tuple[Recoded, ...]]:
    """Return the scenarios of all years, units under their present codes, and those found by name alone.

    By code, renamed ones by ``[report] renamed``, else by the cleaned name, as in History. Notes Q013 for two
    units of a year that would be one.
    """
    found: dict[int, Scenario] = {}
    recoded: list[Recoded] = []
    for year, one in years.items():
        if year == scenario.year:
            found[year] = one
            continue
        panel = one.panel
        matched = units_matched(panel, scenario.panel, scenario.spec.report.renamed, scenario.apart)
        _note_doubled(one, year, matched.codes, problems)
        sheet = panel.sheet.name if panel.sheet else "Data"
        recoded += [
            Recoded(year, name, former, code, sheet)
            for name, former, code, how in zip(
                panel.names, panel.codes, matched.codes, matched.how, strict=True
            )
            if how == "name" and former != code
        ]
        found[year] = replace(one, panel=replace(panel, codes=matched.codes))
    return found, tuple(recoded)


def recoded_units(recoded: Iterable[Recoded]) -> list[Problem]:
    """Return a caution for each year with units that were found by name: Y027."""
    by_year: dict[tuple[int, str], list[Recoded]] = {}
    for one in recoded:
        by_year.setdefault((one.year, one.sheet), []).append(one)
    told = []
    for (year, sheet), units in by_year.items():
        shown = [f"{one.name} ({one.former} → {one.code})" for one in units[:MOST_NAMED]]
        more = ["…"] if len(units) > MOST_NAMED else []
        told.append(problem("Y027", sheet, year=year, count=len(units), units=[*shown, *more]))
    return told


def perhaps_one(scenario: Scenario, years: Mapping[int, Scenario]) -> list[Problem]:
    """Return Y028 for a unit of the year before and one of this that look like one unit, and count as two.

    ``years`` have the present codes. Neither stands in the other year, their names are alike (海门市 and
    海门区), and no other pair has one of them.
    """
    assert scenario.year is not None
    last = max((year for year in years if year < scenario.year), default=None)
    if last is None:
        return []
    before, now = years[last].panel, scenario.panel
    there, here = {*before.codes}, {*now.codes}
    gone = [unit for unit, code in enumerate(before.codes) if code not in here]
    new = [unit for unit, code in enumerate(now.codes) if code not in there]
    pairs = [
        (one, other)
        for one in gone
        for other in new
        if alike(before.names[one], now.names[other], kinds=True)
        and {(before.codes[one], now.codes[other]), (before.codes[one], "")}.isdisjoint(scenario.apart)
    ]
    counts = [Counter(side) for side in zip(*pairs, strict=True)] or [Counter(), Counter()]
    return [
        problem(
            "Y028",
            before.place(one, None),
            former=_told(before, one),
            present=_told(now, other),
            former_code=before.codes[one],
            present_code=now.codes[other],
            also="",
            also_zh="",
            year=scenario.year,
            other=last,
        )
        for one, other in pairs
        if counts[0][one] == counts[1][other] == 1
    ]


def pair_of(noted: Problem) -> tuple[str, str] | None:
    """Return the former and the present code of two units that a caution says may be one."""
    former, present = PAIRED.get(noted.code, ("", ""))
    return (str(noted.fields[former]), str(noted.fields[present])) if former else None


def told_once(noted: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return cautions with each pair of units that may be one told once: by Q015, else Y028, else H006.

    The one that stays also tells what H006 does, and alone how to decide.
    """
    told: dict[tuple[str, str], set[str]] = {}
    for one in noted:
        if pair := pair_of(one):
            told.setdefault(pair, set()).add(one.code)
    kept = []
    for one in noted:
        pair = pair_of(one)
        if pair and one.code != next(code for code in PAIRED if code in told[pair]):
            continue
        more = NEITHER if pair and one.code != "H006" and "H006" in told[pair] else {}
        kept.append(replace(one, fields={**one.fields, **more}))
    return tuple(kept)


def _told(panel: Panel, unit: int) -> str:
    name, code = panel.names[unit], panel.codes[unit]
    return name if name == code else f"{name} ({code})"


def _note_doubled(one: Scenario, year: int, codes: Iterable[str], problems: Problems) -> None:
    first: dict[str, int] = {}
    for unit, code in enumerate(codes):
        if (other := first.setdefault(code, unit)) != unit:
            names = one.panel.names
            place = one.panel.place(unit, None)
            problems.add("Q013", place, year=year, code=code, first=names[other], second=names[unit])
