"""What is to be known of the topics of a list, though they can be worked out: R148, R152, R154."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierwise.errors import Problem, problem
from tierwise.names import nearest
from tierwise.tables.topics import node_names, topics
from tierwise.topics.declared import KINDS
from tierwise.units import split_heading

if TYPE_CHECKING:
    from tierwise.spec.topics import Topic
    from tierwise.study.study import Study


def unread_nation(study: Study) -> list[Problem]:
    """Return a caution for each row of National that no topic reads: R148."""
    given = study.scenario.national
    if given is None:
        return []
    known = [name for one in study.scenario.spec.topics for name in (*one.columns, one.name)]
    read = given.keys_of(name for one in study.scenario.spec.topics for name in _asked_of_nation(study, one))
    return [
        problem("R148", given.places.get(name, "National"), name=name, nearest=nearest(name, known) or "-")
        for name in given.figures
        if name not in read
    ]


def stale_nation(study: Study) -> list[Problem]:
    """Return a caution for each figure of the nation that lags further behind its list than before: R152.

    How far the data of a list lie behind its year differs from list to list (that of 2019 may have data of
    2018), so the lag of the last list that has a sheet of its own is what counts.
    """
    scenario, given = study.scenario, study.scenario.national
    year = scenario.list_year
    earlier = [one for one, other in scenario.others.items() if year and one < year and other.national]
    if given is None or year is None or not earlier:
        return []
    last = max(earlier)
    former = scenario.others[last].national
    assert former is not None
    read = given.keys_of(name for one in scenario.spec.topics for name in _asked_of_nation(study, one))
    found = []
    for name, figure in given.figures.items():
        before = former.find(name)
        if name not in read or before is None or given.places.get(name) == former.places.get(name):
            continue  # of one sheet that serves both lists no lag is known
        if figure.year is None or before.year is None:
            stale = figure.value == before.value
        else:
            stale = year - figure.year > last - before.year
        if stale:
            place, of = given.places.get(name, "National"), figure.year or last
            found.append(problem("R152", place, name=name, of=of, year=year))
    return found


def taken_units(study: Study) -> list[Problem]:
    """Return a caution for each column of a ratio in a unit of measure that has none of its own: R154."""
    places = study.scenario.places
    return [
        problem("R154", places.get(place, place), name=one.title, unit=topical.listed.unit)
        for topical in study.once(topics)
        if topical.listed.unit and "factor" not in topical.topic.settings
        for one in topical.listed.figures
        if not one.unit
        for place in [topical.topic.place("unit")]
    ]


def _asked_of_nation(study: Study, topic: Topic) -> list[str]:
    """Return the names by which a topic looks for figures of the nation."""
    if not KINDS[topic.kind].national:
        return []
    names = node_names(study)
    called = [name for code in topic.columns for name in (code, names.get(code, code))]
    return [topic.name, *called, *(split_heading(name)[0] for name in called)]
