"""topics_*: the report's topics, each a table of its own, and the sentence that it gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problem, Problems, TierwiseError, located
from tierwise.names import nearest
from tierwise.study.denominators import figures as figures_of
from tierwise.study.denominators import quotient
from tierwise.tables.groups import file_names, text_columns
from tierwise.tables.history import counts_by_year
from tierwise.tables.lists import further_lists
from tierwise.tables.ratios import RATIO, told_in
from tierwise.tables.table import Table, TableByGroup, none
from tierwise.tables.topics_checks import check_columns, check_nation, settings_of
from tierwise.topics.declared import KINDS
from tierwise.topics.kinds import Figure, Kind, Labels, Listed, Made, National
from tierwise.units import adds_up, split_heading
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import Panel
    from tierwise.spec.topics import Topic
    from tierwise.study.study import Study


@dataclass(frozen=True)
class Topical:
    """A topic that was worked out: what its function was given and what it made; ``table`` is its name."""

    topic: Topic
    kind: Kind
    listed: Listed
    made: Made
    table: str


def topics(study: Study) -> list[Topical]:
    """Return the topics of a study, worked out.

    Raises :class:`TierwiseError` with every problem of every topic: R130–R143, R146, R151, R150, R153.
    """
    problems, found = Problems(), []
    asked = study.scenario.spec.topics
    files = file_names([topic.name for topic in asked])
    seen: set[str] = set()
    for topic in asked:
        if topic.name in seen:
            problems.add("R139", topic.place("name"), name=topic.name)
        seen.add(topic.name)
        with problems.caught(), located(lambda one, own=topic: own.place(one.argument)):  # type: ignore[misc]
            kind = KINDS[topic.kind]
            listed, settings = _checked(study, topic, kind)
            made = kind.function(listed, **settings)
            found.append(Topical(topic, kind, listed, made, f"topics_{topic.kind}_{files[topic.name]}"))
    if problems.found:
        places = study.scenario.places
        raise TierwiseError(*(_at_cell(one, places) for one in problems.found))
    return found


def node_names(study: Study) -> dict[str, str]:
    """Return the names of the framework's nodes by their codes."""
    framework = study.scenario.framework
    return dict(zip(framework.codes, framework.names, strict=True))


def _at_cell(one: Problem, places: Mapping[str, str]) -> Problem:
    return replace(one, place=places.get(one.place, one.place))


def _checked(study: Study, topic: Topic, kind: Kind) -> tuple[Listed, dict[str, Any]]:
    """Return what a kind's function is given, with its settings; raise all that is wrong with them."""
    problems = Problems()
    listed = None
    with problems.caught():
        listed = _listed(study, topic, kind)
    settings = settings_of(topic, kind, problems)
    if listed is not None:
        check_nation(study, topic, kind, listed, problems)
        if kind.counted and topic.settings.get(kind.counted, 0) > len(listed):
            count = topic.settings[kind.counted]
            problems.add("R138", topic.place(kind.counted), count=count, most=len(listed))
        if topic.kind == "years" and len(listed.years) < 2:
            problems.add("R141", topic.place("columns"), name=listed.texts[0].title)
    problems.raise_any()
    assert listed is not None
    return told_in(topic.unit or "", listed, settings) if topic.kind == RATIO else (listed, settings)


def _listed(study: Study, topic: Topic, kind: Kind) -> Listed:
    """Return the listed units with the columns of a topic; raise R130–R132, R134, R135."""
    panel, problems = study.index.panel, Problems()
    units, ranks, title = _units(study, topic, problems)
    figures: list[Figure] = []
    texts: list[Labels] = []
    columns = text_columns(panel)
    for given in topic.columns:
        code = _code(study, given, columns)
        if code is None:
            known = [*panel.indicators, *panel.extras, *columns, *node_names(study).values()]
            problems.add("R130", topic.place("columns"), name=given, nearest=nearest(given, known))
        elif code in columns:
            texts.append(Labels(code, tuple(columns[code][unit] for unit in units), given))
        else:
            figures.append(_figure(study, topic, code, units, first=not figures))
    if not problems.found:
        check_columns(topic, kind, figures, texts, [*columns], partial(_first_cell, panel), problems)
    for one in figures:
        if np.isnan(one.values).all():
            problems.add("R132", topic.place("columns"), name=one.title, count=len(units))
    problems.raise_any()
    return Listed(
        tuple(panel.names[unit] for unit in units),
        ranks,
        study.tiers.tiers[units],
        tuple(figures),
        tuple(texts),
        derived=_derived_nation(study, topic, figures),
        title=title,
        years=counts_by_year(study, texts[0].code) if topic.kind == "years" and not topic.list else {},
    )


def _units(study: Study, topic: Topic, problems: Problems) -> tuple[IntArray, FloatArray, str]:
    """Return the units that a topic counts, their ranks, and the title of the further list that it names.

    Notes R151 for a list that is none; what is wrong with a list is told by :func:`further_lists` alone.
    """
    units = study.tiers.selected
    main = units, np.asarray(study.index.ranks, dtype=np.float64)[units], ""
    if not topic.list:
        return main
    try:
        found = study.once(further_lists)
    except TierwiseError:
        return main
    known = {name: one for one in found for name in (one.asked.name, one.title)}
    if topic.list in known:
        own = known[topic.list]
        return own.units, own.ranks, own.title
    near = nearest(topic.list, [*known])
    problems.add("R151", topic.place("list"), name=topic.list, nearest=near)
    return main


def _derived_nation(study: Study, topic: Topic, figures: Sequence[Figure]) -> National | None:
    """Return the nation's figure of what a topic derives; given growth may be called as its column."""
    if topic.kind not in {"ratio", "growth"}:
        return None
    own = _nation(study, topic.name)
    given = topic.kind == "growth" and len(figures) == 1 and not topic.settings.get("since")
    return figures[0].national if own is None and given else own


def _first_cell(panel: Panel, code: str) -> str:
    """Return the first cell of a column of texts."""
    return panel.cell(0, code) if code in panel.groups else code


def _code(study: Study, given: str, columns: Iterable[str]) -> str | None:
    """Return the code of a column given by code or name, with or without its unit; None for none."""
    panel = study.index.panel
    known = [*panel.indicators, *panel.extras, *columns]
    if given in known:
        return given
    called = {code: node_names(study).get(code) or code for code in known}
    bare = {code: split_heading(name)[0] for code, name in called.items()}
    named = [code for code in known if called[code] == given] or [
        code for code in known if bare[code] == given
    ]
    return named[0] if len(named) == 1 else None


def _figure(study: Study, topic: Topic, code: str, units: IntArray, *, first: bool) -> Figure:
    """Return a column of numbers of some units, a quotient where the framework has a denominator.

    Its unit of measure is the topic's (that of a ratio is the ratio's own), the framework's, or the one that
    stands behind the heading.
    """
    panel, framework = study.index.panel, study.scenario.framework
    values, direction = panel.column(code), 1
    name, measure = split_heading(node_names(study).get(code, code))
    assert values is not None
    parts = quotient(panel, framework, code)
    if parts is not None:
        values = parts.values
    if code in framework.indicators:
        at = framework.codes.index(code)
        direction, measure = int(framework.directions[at]), framework.units[at] or ("" if parts else measure)
    own = "" if topic.kind == RATIO else topic.unit or ""
    unit = (own or measure) if first else (measure or own)
    since = topic.settings.get("since")
    return Figure(
        code,
        values[units],
        name,
        unit,
        direction,
        quotient=parts is not None,
        national=_nation(study, code, name) if KINDS[topic.kind].national else None,
        earlier=_earlier(study, code, since, units) if since else None,
        adds_up=adds_up(unit, name),
    )


def _earlier(study: Study, code: str, year: int, units: IntArray) -> FloatArray | None:
    """Return a column of some units in another year of the data, None where these have none of it."""
    years = {} if study.series is None else study.series.years
    if year not in years:
        return None
    given = years[year].given
    column = figures_of(given, years[year].scenario.framework, code)
    if column is None:
        return None
    places = {own: at for at, own in enumerate(given.codes)}
    there = [places.get(study.index.panel.codes[unit]) for unit in units]
    return np.array([np.nan if at is None else column[at] for at in there])


def _nation(study: Study, *names: str) -> National | None:
    given = study.scenario.national
    return None if given is None else given.find(*names)


def frame_of(topical: Topical, language: Language) -> pd.DataFrame:
    """Return the table of a topic."""
    import pandas as pd

    parts = []
    for name, values in topical.made.columns:
        cells = [value.of(language) if isinstance(value, Text) else value for value in values]
        whole = cells and all(cell is None or isinstance(cell, int) for cell in cells)
        parts.append(pd.Series(cells, name=name, dtype="Int64" if whole else None))
    return pd.concat(parts, axis=1)


def _frames(study: Study, kind: str) -> dict[str, pd.DataFrame]:
    before = f"topics_{kind}_"
    return {
        one.table.removeprefix(before): frame_of(one, study.scenario.language)
        for one in study.once(topics)
        if one.topic.kind == kind
    }


def _table(name: str, kind: Kind) -> Table:
    return TableByGroup(
        name=f"topics_{name}_{{}}",
        title=Text("Topic {}", "专题 {}"),
        note=Text(*kind.how),
        row=kind.row,
        section="topics",
        place=16,
        columns=kind.heads,
        charts=(f"topic_{kind.chart}",) if kind.chart else (),
        make=none,
        make_each=lambda study: _frames(study, name),
    )


TABLES: Final = tuple(_table(name, kind) for name, kind in KINDS.items())
