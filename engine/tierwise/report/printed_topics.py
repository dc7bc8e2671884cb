"""Chapters of the printed report: its topics, each with sentence, figure and table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from tierwise.report.drawings import drawings
from tierwise.report.presented import names_of, presented
from tierwise.report.printed import Figure, Heading, Item, Tabulated
from tierwise.report.printed_list import listed, sentences
from tierwise.tables.lists import further_lists
from tierwise.tables.topics import topics
from tierwise.words.formats import shown
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    from tierwise.study.study import Study

LISTS: Final = Text("Further lists", "分项榜单")
TOPICS: Final = Text("Topics", "专题分析")
MOST_ROWS: Final = 20  # of a table that is cut short in print
WHOLE_ROWS: Final = 30  # of one that is not
CUT: Final = Text(
    "The first {shown} of {all}.",
    "注：共{all}个，本表列出前{shown}个。",
)
UNPRINTED: Final = frozenset({"names"})  # columns that a printed table has no room for


def of_topics(study: Study) -> Iterator[Item]:
    """Yield the chapter of the topics; nothing where none is asked for."""
    found = study.once(topics)
    if not found:
        return
    language = study.scenario.language
    yield Heading(TOPICS.of(language))
    for one in found:
        yield Heading(one.topic.name, 2)
        yield from sentences(study, f"topic_{one.topic.name}")
        if one.table not in study.tables:  # the sentence says that there is nothing to show
            continue
        for drawn in drawings(study, one.table):
            yield Figure(drawn.name, drawn.title, drawn.chart)
        yield tabulated(study, one.table, one.topic.name, language)


def further(study: Study) -> Iterator[Item]:
    """Yield the chapter of further lists: sentence, figure, the listed units as the main list has them."""
    found = study.once(further_lists)
    if not found:
        return
    language = study.scenario.language
    yield Heading(LISTS.of(language))
    for one in found:
        yield Heading(one.title, 2)
        yield from sentences(study, f"list_{one.asked.name}")
        for drawn in drawings(study, one.table):
            yield Figure(drawn.name, drawn.title, drawn.chart)
        yield listed(study, study.tables[one.table], one.table, one.title)


def tabulated(study: Study, table: str, title: str, language: Language) -> Tabulated:
    """Return a table as the page shows it; of a long one the first rows, and a note that says so."""
    frame = study.tables[table]
    most = len(frame) if len(frame) <= WHOLE_ROWS else MOST_ROWS
    made = presented(table, frame.head(most), names_of(study), language, page=True)
    kept = [at for at, column in enumerate(made.columns) if column.name not in UNPRINTED]
    cells = made.cells()
    shapes = made.formats(cells)
    texts = [
        ["" if cell is None else shown(cell, form) for cell, form in zip(cells[at], shapes[at], strict=True)]
        for at in kept
    ]
    heads = made.headings(language)
    note = ""
    if len(frame) > most:
        note = CUT.of(language).format(shown=most, all=len(frame))
    rows = [list(row) for row in zip(*texts, strict=True)]
    return Tabulated(table, title, [heads[at] for at in kept], rows, note=note)
