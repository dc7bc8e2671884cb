"""Earlier lists beside the data: which unit each entry is, and which entry and exit may be one unit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from tierwise.inputs import History, Panel
from tierwise.names import alike, cleaned

if TYPE_CHECKING:
    from tierwise.study.scenario import Scenario

How = Literal["code", "name", ""]


@dataclass(frozen=True)
class Matches:
    """The present code of each entry of a history, and how it was found; its own where it was not ("")."""

    codes: tuple[str, ...]
    how: tuple[How, ...]


class Recoded(NamedTuple):
    """An entry of the last list that is not in the data, and a unit of this one that may be the same."""

    entry: int
    code: str  # of the unit on this list


def is_whole(listed: Mapping[str, float], units: int, *, newest: bool = True) -> bool:
    """Tell whether a list names every rank down to its last, so that who is missing was outside.

    Where no rank is known, as many units as are listed now (``units``) make it whole. A list that is older
    than the last and shorter than this one may be the known head of a longer one: it does not count as whole.
    """
    ranks = [rank for rank in listed.values() if not math.isnan(rank)]
    return len(listed) >= (max(ranks) if ranks else units) and (newest or len(listed) >= units)


def matches_of(scenario: Scenario) -> Matches:
    """Return the present codes of a scenario's history."""
    assert scenario.history is not None
    return matches(scenario.history, scenario.panel, scenario.spec.report.renamed, scenario.apart)


def matches(
    history: History, panel: Panel, renamed: Mapping[str, str], apart: Set[tuple[str, str]] = frozenset()
) -> Matches:
    """Return the present code of each entry: by code (renamed ones by ``renamed``), else by its cleaned form.

    A code that is the same as one of the data but for case, width and spaces counts as a match by code. A
    name (of the entry, or its code where it has none) must be that of one unit only, or of one in the group
    (region …) that the entry has in a column of Data's. No two entries of a year
    are one unit: what was matched by code goes first. ``apart`` has the former and present codes that were
    said to be two units: these are not matched by name.
    """
    known = {*panel.codes}
    forms = _unique({code: cleaned(code).casefold() for code in panel.codes})
    named = _unique(
        {code: cleaned(name).casefold() for code, name in zip(panel.codes, panel.names, strict=True)}
    )
    codes = [renamed.get(code, code) for code in history.codes]
    how: list[How] = ["code" if code in known else "" for code in codes]
    taken = {(int(year), code) for year, code, by in zip(history.years, codes, how, strict=True) if by}
    for by, table, text in (*_ways(history, codes, forms, named), *_ways_by_group(history, panel)):
        for entry, year in enumerate(history.years.tolist()):
            code = table.get(cleaned(text(entry)).casefold(), "")
            two = by == "name" and _apart(apart, history.codes[entry], code)
            if not how[entry] and code and (year, code) not in taken and not two:
                codes[entry], how[entry] = code, by
                taken.add((year, code))
    return Matches(tuple(codes), tuple(how))


def units_matched(
    panel: Panel, present: Panel, renamed: Mapping[str, str], apart: Set[tuple[str, str]] = frozenset()
) -> Matches:
    """Return the present code of each unit of another year's, or another list's, panel."""
    years, ranks = np.zeros(len(panel), dtype=np.int64), np.full(len(panel), np.nan)
    return matches(History(years, panel.codes, ranks, panel.names), present, renamed, apart)


def _ways(
    history: History, codes: Sequence[str], forms: dict[str, str], named: dict[str, str]
) -> Iterable[tuple[How, dict[str, str], Callable[[int], str]]]:
    """Return the ways in which an entry may be found: how it counts, code by form, the entry's text."""
    return (
        ("code", forms, lambda entry: codes[entry]),
        ("name", named, history.name),
        ("name", named, lambda entry: codes[entry]),
    )


def _ways_by_group(
    history: History, panel: Panel
) -> Iterable[tuple[How, dict[str, str], Callable[[int], str]]]:
    """Return the ways in which an entry is found by its name within a group, as :func:`_ways` has them."""
    for column in [one for one in history.groups if one in panel.groups]:
        rows = zip(panel.codes, panel.names, panel.groups[column], strict=True)
        table = _unique({code: cleaned(f"{name}|{group}").casefold() for code, name, group in rows})
        yield "name", table, lambda entry, own=column: f"{history.name(entry)}|{history.label(entry, own)}"  # type: ignore[misc]


def of_one_name(history: History, panel: Panel, entry: int) -> list[int]:
    """Return the units that have the name of an entry."""
    wanted = cleaned(history.name(entry)).casefold()
    return [unit for unit, name in enumerate(panel.names) if cleaned(name).casefold() == wanted]


def _unique(forms: Mapping[str, str]) -> dict[str, str]:
    """Return key by form, for the forms that only one key has."""
    counts = Counter(forms.values())
    return {form: key for key, form in forms.items() if counts[form] == 1}


def _apart(apart: Set[tuple[str, str]], former: str, present: str) -> bool:
    """Tell whether a person said that two codes are two units, or that one of them is no other's."""
    return not apart.isdisjoint({(former, present), (former, ""), ("", present)})


def recoded_of(scenario: Scenario, listed: Sequence[str], year: int) -> list[Recoded]:
    """Return the pairs of an exit and an entry that look like one unit under a changed code.

    The exit is on the last list before ``year`` and not in the data at all; the entry is among the ``listed``
    codes, and on no earlier list. Either their names are alike (海门市 and 海门区 too), or, where one of them
    has no name, their codes of six digits or more are of one prefecture (the first four). Only pairs of
    which neither part has another candidate are told, and none that was said to be two units.
    """
    history, panel = scenario.history, scenario.panel
    before = [] if history is None else [int(one) for one in history.years if one < year]
    if history is None or not before:
        return []
    matched = matches_of(scenario)
    exits = [entry for entry in history.entries(max(before)) if not matched.how[entry]]
    seen = {*matched.codes}
    names = dict(zip(panel.codes, panel.names, strict=True))
    entries = [code for code in listed if code not in seen]
    pairs = [
        Recoded(exit_, code)
        for exit_ in exits
        for code in entries
        if _one_unit(history, exit_, code, names) and not _apart(scenario.apart, history.codes[exit_], code)
    ]
    counts = Counter(part for pair in pairs for part in pair)
    return [pair for pair in pairs if counts[pair.entry] == counts[pair.code] == 1]


def _one_unit(history: History, entry: int, code: str, names: Mapping[str, str]) -> bool:
    former, name = history.codes[entry], history.name(entry)
    if alike(name, names[code], kinds=True):
        return True
    both = (former, code)
    unnamed = (name == former or names[code] == code) and all(one.isdigit() and len(one) >= 6 for one in both)
    return unnamed and len(former) == len(code) and former[:4] == code[:4]
