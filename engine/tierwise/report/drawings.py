"""The figures that belong to a run's tables, as the page and the printed report show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tierwise.report import figures_printed, figures_topics
from tierwise.report.charts_topics import MOST_BARS, MOST_LINES
from tierwise.report.plots import Chart
from tierwise.tables.columns import RANK, SCORE
from tierwise.tables.lists import further_lists
from tierwise.tables.registry import table_of
from tierwise.tables.topics import topics
from tierwise.words.columns import in_line
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

NUMBER: Final = Text("Listed units by {}", "各{}入榜数量")
MAP: Final = Text("Listed units by {}, one square each", "各{}入榜数量示意（一省一格）")
TWO_YEARS: Final = Text("Listed units by {}, {} and {}", "各{}{}年与{}年入榜数量")
SCORES: Final = Text("Scores by rank, and the cuts", "得分分布与梯队分界")


MOST: Final = {
    "scatter": 10**6,
    "radar": MOST_LINES,
    "years": MOST_LINES,
    **dict.fromkeys(("bars", "columns", "shares"), MOST_BARS),
}
"""How many rows of a table a figure shows."""


def _cut(title: str, rows: int, most: int) -> Text:
    """Return a title that says how many of the rows are shown, where these are not all."""
    if rows <= most:
        return Text(title, title)
    return Text(f"{title} (the first {most} of {rows})", f"{title}（前{most}位，共{rows}个）")


@dataclass(frozen=True)
class Named:
    """A figure with its name in the report and its title."""

    name: str
    title: str
    chart: Chart


def drawings(study: Study, table: str) -> list[Named]:
    """Return the figures of a table of a run, none for most."""
    frame, language = study.tables[table], study.scenario.language
    declared = table_of(table)
    title = declared.noted(table, language)
    if table == "ranking" and study.tiers.count > 1:
        axes = RANK.title.of(language), SCORE.title.of(language)
        return [Named("scores", SCORES.of(language), figures_printed.scores(study, *axes))]
    if declared.name == "distribution_{}":
        return _of_groups(table.removeprefix("distribution_"), frame, study)
    if declared.name == "tiers_{}":
        return [Named(table, title, figures_printed.tiers_by_group(frame, language))]
    if declared.name == "distribution_{}_years":
        heads = [column.title.of(language) for column in declared.resolve([*map(str, frame.columns)])]
        return [Named(table, years_title(table, frame, language), figures_printed.two_years(frame, heads))]
    return _of_topics(table, frame, study)


def years_title(table: str, frame: pd.DataFrame, language: Language) -> str:
    """Return what stands above the groups of two years in print: of which years they are."""
    group = table.removeprefix("distribution_").removesuffix("_years")
    years = [str(head).removeprefix("units_") for head in frame.columns[1:3]]
    return TWO_YEARS.of(language).format(in_line(group).of(language), *years)


def _of_groups(group: str, frame: pd.DataFrame, study: Study) -> list[Named]:
    """Return how many units each group has: as bars, and on a map of provinces."""
    language = study.scenario.language
    title = in_line(group).of(language)
    bars = figures_printed.by_number(frame)
    found = [Named(f"number_{group}", NUMBER.of(language).format(title), bars)]
    squares = figures_printed.on_map(frame)
    if squares is not None:
        found.append(Named(f"map_{group}", MAP.of(language).format(title), squares))
    return found


def _of_topics(table: str, frame: pd.DataFrame, study: Study) -> list[Named]:
    """Return the figure of a topic, or of a further list."""
    for further in study.once(further_lists) if table.startswith("list_") else ():
        if (
            further.table == table
            and (chart := figures_topics.bars(frame, study.scenario.language)) is not None
        ):
            title = _cut(further.title, len(frame), MOST_BARS).of(study.scenario.language)
            return [Named(table, title, chart)]
    for one in study.once(topics) if table.startswith("topics_") else ():
        if one.table == table and one.kind.chart:
            chart = figures_topics.FIGURES[one.kind.chart](frame, study.scenario.language, one)
            title = _cut(one.topic.name, len(frame), MOST[one.kind.chart]).of(study.scenario.language)
            return [] if chart is None else [Named(table, title, chart)]
    return []
