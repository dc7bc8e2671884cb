"""The units of other years under the codes that they have in this list's data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Final, NamedTuple

from tierwise.errors import Problem, Problems, problem
from tierwise.inputs import Panel
from tierwise.names import alike, in_common
from tierwise.study.matches import Matches, units_matched
from tierwise.study.scenario import Scenario
from tierwise.words.language import Text, of_year

MOST_NAMED: Final = 5
THIS: Final = Text("this list's data", "本期数据")
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
    """A unit that another list has under another code, found by its name."""

    listed: Text  # which list
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
        problems.extend(doubled(panel, matched.codes, of_year(year)))
        recoded += by_name(panel, matched, of_year(year))
        found[year] = replace(one, panel=replace(panel, codes=matched.codes))
    return found, tuple(recoded)


def by_name(panel: Panel, matched: Matches, listed: Text) -> list[Recoded]:
    """Return the units of another list that were found by name under another code."""
    sheet = panel.sheet.name if panel.sheet else "Data"
    return [
        Recoded(listed, name, former, code, sheet)
        for name, former, code, how in zip(panel.names, panel.codes, matched.codes, matched.how, strict=True)
        if how == "name" and former != code
    ]


def recoded_units(recoded: Iterable[Recoded], this: Text = THIS) -> list[Problem]:
    """Return a caution for each list with units that were found by name: Y027."""
    by_list: dict[tuple[Text, str], list[Recoded]] = {}
    for one in recoded:
        by_list.setdefault((one.listed, one.sheet), []).append(one)
    told = []
    for (listed, sheet), units in by_list.items():
        shown = [f"{one.name} ({one.former} → {one.code})" for one in units[:MOST_NAMED]]
        more = ["…"] if len(units) > MOST_NAMED else []
        units_told = [*shown, *more]
        told.append(problem("Y027", sheet, year=listed, this=this, count=len(units), units=units_told))
    return told


def perhaps_one(scenario: Scenario, years: Mapping[int, Scenario]) -> list[Problem]:
    """Return Y028 for a unit of the year before and one of this that look like one unit, and count as two.

    ``years`` have the present codes.
    """
    assert scenario.year is not None
    last = max((year for year in years if year < scenario.year), default=None)
    if last is None:
        return []
    before, lists = years[last].panel, (of_year(last), of_year(scenario.year))
    return perhaps_of(before, scenario.panel, lists, scenario.apart)


def perhaps_of(
    before: Panel, now: Panel, lists: tuple[Text, Text], apart: Set[tuple[str, str]]
) -> list[Problem]:
    """Return Y028 for a unit of one list and one of another that look like one unit, and count as two.

    ``before`` has the present codes. Neither stands on the other list, their names are alike (海门市 and
    海门区), and no other pair has one of them. ``apart`` as for :func:`tierwise.study.matches.matches`.
    """
    there, here = {*before.codes}, {*now.codes}
    gone = [unit for unit, code in enumerate(before.codes) if code not in here]
    new = [unit for unit, code in enumerate(now.codes) if code not in there]
    by_form: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for other in new:
        by_form[in_common(now.names[other])].append(other)
    pairs = [
        (one, other)
        for one in gone
        for other in by_form.get(in_common(before.names[one]), ())
        if alike(before.names[one], now.names[other], kinds=True)
        and {(before.codes[one], now.codes[other]), (before.codes[one], "")}.isdisjoint(apart)
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
            year=lists[1],
            other=lists[0],
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


def doubled(panel: Panel, codes: Iterable[str], listed: Text) -> Iterator[Problem]:
    """Yield Q013 for each unit of a list that counts as another of it under its present code."""
    first: dict[str, int] = {}
    for unit, code in enumerate(codes):
        if (other := first.setdefault(code, unit)) != unit:
            names, place = panel.names, panel.place(unit, None)
            yield problem("Q013", place, year=listed, code=code, first=names[other], second=names[unit])
