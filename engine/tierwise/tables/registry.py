"""The list of all tables, in the order of the workbook's sheets, and what is asked of it by name.

A table is declared where it is made; a module of this package lists its own in ``TABLES``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, count
from typing import TYPE_CHECKING, Final

from tierwise.errors import Problems
from tierwise.names import nearest
from tierwise.tables import (
    acceptability,
    ahp,
    audit,
    delphi,
    delphi_camps,
    delphi_items,
    delphi_report,
    delphi_rounds,
    delphi_without,
    groups,
    history,
    importance,
    improve,
    judged,
    lists,
    moves,
    one_at_a_time,
    profiles,
    ranking,
    records,
    robustness,
    runs,
    scenarios,
    scores,
    sensitivity,
    sentences,
    targets,
    tiers,
    topics,
    treatment,
    why,
    years,
)
from tierwise.tables.table import Table, none
from tierwise.words.columns import Column
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

__all__ = ["columns_of", "table_of"]

TABLES: Final[tuple[Table, ...]] = (
    *ranking.TABLES,
    *robustness.TABLES,
    *acceptability.TABLES,
    *scores.TABLES,
    *treatment.TABLES,
    *delphi_report.TABLES,
    *delphi.TABLES,
    *delphi_rounds.TABLES,
    *delphi_items.TABLES,
    *delphi_camps.TABLES,
    *delphi_without.TABLES,
    *ahp.TABLES,
    *judged.TABLES,
    *groups.TABLES,
    *profiles.TABLES,
    *tiers.TABLES,
    *history.TABLES,
    *why.TABLES,
    *lists.TABLES,
    *topics.TABLES,
    *records.TABLES,
    *years.TABLES,
    *moves.TABLES,
    *sentences.TABLES,
    *importance.TABLES,
    *audit.TABLES,
    *sensitivity.TABLES,
    *scenarios.TABLES,
    *one_at_a_time.TABLES,
    *targets.TABLES,
    *runs.TABLES,
    *improve.TABLES,
)
SECTIONS: Final[Mapping[str, Text]] = {
    "list": Text("The list", "榜单"),
    "robustness": Text("Robustness: what the draws say", "稳健性：抽样结果"),
    "cuts": Text("Cuts: where the tiers part", "梯队边界"),
    "panel": Text("The expert panel", "专家咨询"),
    "groups": Text("Groups, figures and earlier lists", "分组、指标与往期榜单"),
    "years": Text("Years", "多年结果"),
    "topics": Text("Topics and further lists", "专题与其他榜单"),
    "tiers": Text("The number of tiers", "梯队个数"),
    "audit": Text("The audit", "指标体系审查"),
    "what if": Text("Why, and what if", "影响因素与假设情形"),
    "compared": Text("Two runs side by side (`tierwise compare`)", "两次结果对比（`tierwise compare`）"),
}
"""What tables are about, by the ``section`` of their declarations: parts of the manual and of the page."""
# Sheets of the workbook that hold no table.
SUMMARY: Final = Text("Summary", "概要")
CONTENTS: Final = Text("Contents", "目录")
CHARTS: Final = Text("Charts", "图表")
CHARTS_NOTE: Final = Text("All charts, table by table", "各表的图形")


def chosen(words: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the tables that some words name, and the parts of a study that none of them shows.

    A word is the name of a table, of one by group (``distribution_province``), or of a section of
    :data:`SECTIONS`, all of whose tables are meant where no table is called so. Raises R149 for every word
    that is none, with the nearest.
    """
    if not words:
        return (), frozenset()
    problems, names = Problems(), []
    for word in words:
        if any(table.matches(word) or table.name == word for table in TABLES):
            names.append(word)
        elif word in SECTIONS:
            names += [table.name for table in TABLES if table.section == word]
        else:
            known = [*SECTIONS, *(table.name for table in TABLES)]
            near = _holding(word) or nearest(word, known)
            problems.add("R149", "--only", name=word, nearest=near)
    problems.raise_any()
    meant = [table for table in TABLES if any(_means(name, table) for name in names)]
    shown = {part for table in meant for part in table.needs}
    return tuple(dict.fromkeys(names)), frozenset({part for table in TABLES for part in table.needs} - shown)


def _holding(word: str) -> str:
    """Return the first table with a column that a word, or a part of its name, names; blank for none."""
    for table in TABLES:
        for column in table.columns:
            if word in (*column.title, column.name, *column.name.split("_")):
                return table.name
    return ""


def _means(name: str, table: Table) -> bool:
    return name == table.name or table_of(name) is table


def made(study: Study, progress: Callable[[str, int, int], object] | None = None) -> dict[str, pd.DataFrame]:
    """Return all tables of a run by name, in order."""
    frames: dict[str, pd.DataFrame] = {}
    only = study.only
    wanted = [table for table in TABLES if not only or any(_means(name, table) for name in only)]
    for number, table in enumerate(wanted):
        if progress is not None:
            progress("tables", number, len(wanted))
        with study.timed(table.name):
            frames |= table.frames(study)
    if not only:
        return frames
    return {name: frame for name, frame in frames.items() if name in only or table_of(name).name in only}


def missing(study: Study, frames: Collection[str]) -> list[str]:
    """Return the tables that were asked for and are not among those made.

    Of a section that was asked for as a whole only where none of its tables is made.
    """
    there = {*frames, *(table_of(name).name for name in frames)}
    found = {table_of(name).section for name in frames}
    whole = {
        section
        for section in found
        if all(one.name in study.only for one in TABLES if one.section == section)
    }
    return [name for name in study.only if name not in there and table_of(name).section not in whole]


@cache
def table_of(name: str) -> Table:
    """Return the declaration of a table by its name, ``distribution_province`` and the like too.

    What is no table of ours has no columns that are known, and its name for a title.
    """
    exact = [table for table in TABLES if "{}" not in table.name]
    by_group = sorted((table for table in TABLES if "{}" in table.name), key=lambda table: -len(table.name))
    plain = Text(*[name.replace("_", " ").capitalize()[:31]] * 2)
    unknown = Table(name, plain, Text("", ""), Text("", ""), (), none)
    return next((table for table in (*exact, *by_group) if table.matches(name)), unknown)


def columns_of(name: str, frame: pd.DataFrame) -> list[Column]:
    """Return the declared column of each column of a table's frame."""
    return table_of(name).resolve([str(column) for column in frame.columns])


def sheet_name(name: str, language: Language) -> str:
    """Return the name of a table's sheet, 31 characters at most, as Excel wants it."""
    return table_of(name).sheet(name, language)


def sheet_names(names: Iterable[str], language: Language) -> dict[str, str]:
    """Return the names of the tables' sheets, no two alike; a number behind a name tells it from another."""
    chosen: dict[str, str] = {}
    taken: set[str] = {one.of(language).casefold() for one in (SUMMARY, CONTENTS, CHARTS)}
    for name in names:
        marks: Iterator[str] = chain([""], (f" {number}" for number in count(2)))
        own = (table_of(name).sheet(name, language, mark) for mark in marks)
        chosen[name] = next(sheet for sheet in own if sheet.casefold() not in taken)
        taken.add(chosen[name].casefold())
    return chosen


def note(name: str, language: Language, of_draws: str = "", columns: Collection[str] = ()) -> str:
    """Return the line about a table; ``of_draws`` is added where draws speak.

    ``columns`` are those of its frame, on which parts of the line may depend.
    """
    return table_of(name).noted(name, language, of_draws, columns)


def is_sheet_of_run(name: str) -> bool:
    """Tell whether the results of a run have a sheet of this name, in either language."""
    return name in (*SUMMARY, *CONTENTS, *CHARTS) or any(table.owns(name) for table in TABLES)
