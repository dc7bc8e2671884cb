"""Codes that stand for one name in one year and for another in another: codes decide, and this is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tierwise.errors import Problem, problem
from tierwise.inputs import Panel
from tierwise.names import alike, bare
from tierwise.study.matches import Matches
from tierwise.study.scenario import Scenario
from tierwise.words.language import Text, of_year

MOST_NAMED: Final = 3


class Contradicted(NamedTuple):
    """A code with a former and a present name that are unlike.

    ``elsewhere`` are the units (name, former code, present code) of either name that stand under another
    code in the other list: then the code was most likely given to another unit.
    """

    code: str
    former: str
    present: str
    elsewhere: tuple[tuple[str, str, str], ...]

    def __str__(self) -> str:
        moved = "".join(f"; {name} = {was} → {now}" for name, was, now in self.elsewhere)
        return f"{self.code} ({self.former} → {self.present}{moved})"


def contradicted(
    former: Mapping[str, str], present: Mapping[str, str], answered: Container[str]
) -> list[Contradicted]:
    """Return the codes whose names are unlike; ``former`` and ``present`` have name by (present) code.

    Names that are their code say nothing, nor do codes that a person has ``answered`` for. Names of which one
    holds the other (江苏省丰县 and 丰县) are unlike only where one of them is another unit's.
    """
    was, now = _by_name(former), _by_name(present)
    found = []
    for code, after in present.items():
        before = former.get(code, after)
        if code in answered or code in (before, after) or alike(before, after, kinds=True):
            continue
        places = [(before, code, now.get(bare(before), code)), (after, was.get(bare(after), code), code)]
        elsewhere = tuple(place for place in places if place[1] != place[2])
        if elsewhere or not (bare(before) in bare(after) or bare(after) in bare(before)):
            found.append(Contradicted(code, before, after, elsewhere))
    return found


def _by_name(names: Mapping[str, str]) -> dict[str, str]:
    """Return code by name, without the kind of place, for names that one unit has."""
    counts = Counter(map(bare, names.values()))
    return {bare(name): code for code, name in names.items() if counts[bare(name)] == 1}


def of_panel(before: Scenario, this: Scenario) -> list[Contradicted]:
    """Return the codes of another year, whose units have their present codes, that contradict their names."""
    return of_panels(before.panel, this.panel, this.spec.report.renamed)


def of_panels(before: Panel, this: Panel, renamed: Mapping[str, str]) -> list[Contradicted]:
    """Return the codes of another list, whose units have their present codes, that contradict their names."""
    one, other = (dict(zip(each.codes, each.names, strict=True)) for each in (before, this))
    return contradicted(one, other, {*renamed.values()})


def told(found: Iterable[Contradicted], sheet: str, year: Text, other: Text) -> list[Problem]:
    """Return the cautions on the codes of a list ``other`` beside that of ``year``.

    Y031: their names stand under other codes; Y032: they have other names.
    """
    moved: list[Contradicted] = []
    renamed: list[Contradicted] = []
    for one in found:
        (moved if one.elsewhere else renamed).append(one)
    return [
        problem(code, sheet, count=len(some), year=year, other=other, units=_named(some))
        for code, some in (("Y031", moved), ("Y032", renamed))
        if some
    ]


def of_history(scenario: Scenario, matched: Matches) -> list[Problem]:
    """Return the cautions on the codes of the earlier lists."""
    history, panel = scenario.history, scenario.panel
    assert history is not None and scenario.list_year is not None
    present = dict(zip(panel.codes, panel.names, strict=True))
    problems = []
    for year in sorted({*history.years.tolist()}, reverse=True):
        former = {
            matched.codes[entry]: history.name(entry)
            for entry in history.entries(year)
            if history.name(entry) != history.codes[entry]
        }
        found = contradicted(former, present, {*scenario.spec.report.renamed.values()})
        problems += told(found, "History", of_year(scenario.list_year), of_year(year))
    return problems


def _named(found: Sequence[Contradicted]) -> list[str]:
    return [*map(str, found[:MOST_NAMED]), *(["…"] if len(found) > MOST_NAMED else [])]
