"""What is to be known of the topics of a list: R148, R152, R154, R156, R158."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.errors import Problem, problem
from tierwise.names import nearest
from tierwise.tables.topics import node_names, topics
from tierwise.tolerances import TYPED
from tierwise.topics.declared import KINDS
from tierwise.topics.words import amount
from tierwise.units import split_heading
from tierwise.words.formats import Printed

if TYPE_CHECKING:
    from tierwise.spec.topics import Topic
    from tierwise.study.study import Study

FAR_OFF: Final = 20  # times: units of measure differ by a hundred at least, the nation from all units by less


def unread_nation(study: Study) -> list[Problem]:
    """Return a caution for each row of National that no topic reads: R148."""
    given = study.scenario.national
    if given is None:
        return []
    known = [name for one in study.scenario.spec.topics for name in (*one.columns, one.name)]
    read = given.keys_of(name for one in study.scenario.spec.topics for name in _asked_of_nation(study, one))
    return [
        problem(
            "R148",
            given.places.get(name, "National"),
            name=given.titles.get(name, name),
            nearest=nearest(name, known),
        )
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
            found.append(problem("R152", place, name=given.titles.get(name, name), of=of, year=year))
    return found


def beyond_nation(study: Study) -> list[Problem]:
    """Return a caution for each figure of which the listed units have more than the whole nation: R156.

    Of figures that add up, where their share of the nation's is told; another unit of measure or another
    year is the usual reason.
    """
    given, found = study.scenario.national, {}
    for topical in study.once(topics):
        facts = topical.made.facts
        for figure in topical.listed.figures if {"of_nation", "sums"} & facts.keys() else ():
            nation, total = figure.national, float(np.nansum(figure.values))
            if given is None or nation is None or not figure.adds_up or figure.quotient:
                continue
            if total > nation.value * (1 + TYPED):
                place = given.place(figure.code, figure.title) or topical.topic.place("columns")
                own, whole = (amount(value, figure.unit) for value in (total, nation.value))
                found[place] = problem(
                    "R156",
                    study.scenario.places.get(place, place),
                    name=figure.title,
                    total=own.en,
                    total_zh=own.zh,
                    nation=whole.en,
                    nation_zh=whole.zh,
                    share=f"{Printed(total / nation.value):.2%}",
                    of=f" of {nation.year}" if nation.year else "",
                    of_zh=f"（{nation.year}年）" if nation.year else "",
                )
    return [*found.values()]


def far_from_nation(study: Study) -> list[Problem]:
    """Return a caution for each figure of the nation far off all units that it is compared with: R158.

    Of figures above zero that are compared as they are: some unit is near the mean of all, so that a figure
    :data:`FAR_OFF` times off is mostly in another unit of measure.
    """
    given, found = study.scenario.national, {}
    for topical in study.once(topics):
        for figure in topical.listed.figures if topical.topic.kind == "above-nation" else ():
            values = figure.values[~np.isnan(figure.values)]
            if given is None or figure.national is None or not values.size or values.min() <= 0:
                continue
            nation, low, high = figure.national.value, float(values.min()), float(values.max())
            if low / FAR_OFF <= nation <= high * FAR_OFF:
                continue
            place = given.place(figure.code, figure.title) or topical.topic.place("columns")
            whole, least, most = (amount(value, figure.unit) for value in (nation, low, high))
            found[place] = problem(
                "R158",
                study.scenario.places.get(place, place),
                name=figure.title,
                nation=whole.en,
                nation_zh=whole.zh,
                low=least.en,
                low_zh=least.zh,
                high=most.en,
                high_zh=most.zh,
            )
    return [*found.values()]


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
