"""A topic of cells: the same kinds and settings as of a scenario, on names and columns that are given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.errors import Problem, Problems, TierwiseError, problem, refuse_other_length
from tierwise.spec.misfits import Key, fitted
from tierwise.spec.topics import Topic, TopicSpec
from tierwise.spec.topics_sheet import answer, entries
from tierwise.tables.ratios import RATIO, told_in
from tierwise.tables.topics_checks import check_columns, settings_of
from tierwise.topics.declared import KINDS
from tierwise.topics.kinds import Figure, Labels, Listed, National
from tierwise.units import split_heading
from tierwise.words.language import Text, is_chinese

__all__ = ["topic_in_cells"]

PLACED: Final = re.compile(r"\[\[topics\]\] topic(?:: (\w+))?")
Rows = list[list[object]]


def topic_in_cells(
    kind: str,
    names: Sequence[str],
    columns: Sequence[Sequence[float | str | None]],
    parameters: str = "",
    headings: Sequence[str] | None = None,
    national: ArrayLike | None = None,
) -> Rows:
    """Return the table of a topic with its headings; the units stand in the order of the list.

    Args:
        kind: the kind, in English or Chinese.
        names: of the units ``(units,)``.
        columns: cells ``(units, columns)``, numbers or texts by column, None for blanks.
        parameters: settings as on the sheet Topics, ``at_least=1000; sum=yes``; a value alone is that of the
            first setting of the kind.
        headings: of the columns.
        national: the nation's figure of each column ``(columns,)``; of a ratio or a growth, the one.

    Raises:
        TierwiseError: S002 (the kind), S003, R131 to R144, M011, each with its argument.

    """
    name = KINDS.choose(kind, "kind")
    if name == "years":  # cells hold no earlier lists
        raise TierwiseError(problem("R141", argument="kind", name=KINDS[name].zh))
    chosen, problems = KINDS[name], Problems()
    refuse_other_length(len(columns), len(names), "unit", "columns")
    width = len(columns[0]) if columns else 0
    titles = [*headings] if headings else [f"c{at + 1}" for at in range(width)]
    refuse_other_length(len(titles), width, "indicator", "headings")
    topic = _topic(name, parameters, problems)
    nation = np.array([]) if national is None else np.asarray(national, dtype=np.float64).ravel()
    derives = name in {"ratio", "growth"}
    figures, texts = _columns(columns, titles, nation if not derives else np.array([]), problems)
    settings = {} if topic is None else settings_of(topic, chosen, problems)
    if topic is not None and not problems.found:
        check_columns(topic, chosen, figures, texts, titles, lambda _: "columns", problems)
    if chosen.national == "must" and nation.size < len(figures):
        problems.add("R133", argument="national", name=titles[min(nation.size, width - 1)])
    count = settings.get(chosen.counted, 0) if chosen.counted else 0
    if count > len(names):
        problems.add("R138", argument="parameters", count=count, most=len(names))
    if problems.found:
        raise TierwiseError(*map(_in_argument, problems.found))
    derived = National(float(nation[0])) if derives and nation.size else None
    ranks = np.arange(1.0, len(names) + 1)
    tiers = np.ones(len(names), dtype=np.int64)
    listed = Listed(tuple(names), ranks, tiers, figures, texts, derived)
    if name == RATIO:
        listed, settings = told_in("", listed, settings)
    return _rows(chosen.function(listed, **settings).columns, names)


def _topic(name: str, parameters: str, problems: Problems) -> Topic | None:
    """Return the settings that are given as a topic; None where they misfit."""
    given = parameters.strip()
    lead = KINDS[name].lead
    if given and "=" not in given.replace("＝", "=") and lead:
        given = f"{lead}={given}"
    told = {key: answer(key, value) for key, value in entries(given, "", problems).items()}
    places: dict[Key, str] = {(key,): f"[[topics]] topic: {key}" for key in told}
    made: list[Topic] = []
    with problems.caught():
        made.append(fitted(TopicSpec, {"name": "topic", "kind": name, **told}, places))
    return made[0] if made else None


def _columns(
    columns: Sequence[Sequence[float | str | None]],
    titles: Sequence[str],
    nation: np.ndarray,
    problems: Problems,
) -> tuple[tuple[Figure, ...], tuple[Labels, ...]]:
    """Return columns of numbers and of texts; notes R131 for a text among numbers, R132 for a blank one."""
    figures: list[Figure] = []
    texts: list[Labels] = []
    for at, title in enumerate(titles):
        cells = [row[at] for row in columns]
        words = [row for row, cell in enumerate(cells) if isinstance(cell, str)]
        filled = sum(cell is not None for cell in cells)
        if not filled:
            problems.add("R132", argument="columns", column=at, name=title, count=len(cells))
        elif len(words) == filled:
            texts.append(Labels(title, tuple(str(cell or "") for cell in cells)))
        else:
            for row in words[:1]:
                told = {"name": title, "kind": "figures", "kind_zh": "数字", "first": str(cells[row])}
                problems.add("R131", argument="columns", row=row, column=at, **told)
            values = np.array([np.nan if cell is None or isinstance(cell, str) else cell for cell in cells])
            known = len(figures) < nation.size and not np.isnan(nation[len(figures)])
            national = National(float(nation[len(figures)])) if known else None
            name, unit = split_heading(title)
            figures.append(Figure(title, values, name, unit, national=national))
    return tuple(figures), tuple(texts)


def _in_argument(found: Problem) -> Problem:
    """Return a problem of a topic as one of the argument that holds what is wrong."""
    place = PLACED.fullmatch(found.place)
    if place is None:
        return replace(found, argument=found.argument or "parameters") if not found.place else found
    return replace(found, place="", argument="columns" if place[1] == "columns" else "parameters")


def _rows(made: Sequence[tuple[str, Sequence[object]]], names: Sequence[str]) -> Rows:
    """Return headings and rows; texts of two languages in that of the names."""
    chinese = is_chinese(*names)
    cells = [
        [value.of("zh" if chinese else "en") if isinstance(value, Text) else value for value in own]
        for _, own in made
    ]
    return [[head for head, _ in made], *map(list, zip(*cells, strict=True))]
