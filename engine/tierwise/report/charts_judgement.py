"""Native charts of the tables that say which judgement moves the list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.report.chart_parts import GRID, HEADER_ROW, TIER_COLOURS, Helper, label
from tierwise.words.language import Language, phrase

if TYPE_CHECKING:
    import pandas as pd

MOST_INPUTS: Final = 20
MOST_NODES: Final = 6
MOST_LINES: Final = 30
MOST_BUMPED: Final = 15  # units of a bump chart that can still be told apart
ALONE, SHARED = TIER_COLOURS[0], TIER_COLOURS[2]

TEXTS: Final = {
    "swing": ("Mean rank shift when a weight falls or rises", "某权重升降时的平均名次变动"),
    "weight": ("weight of {} among its siblings", "{} 在同级中的权重"),
    "score": ("score", "得分"),
    "bump": ("Ranks under each weight scenario", "各权重方案下的名次"),
    "rank": ("rank", "名次"),
}

words = partial(phrase, TEXTS)


def swing(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert a tornado of mean rank shifts: to the left when the weight falls, to the right when it rises."""
    changes = list(dict.fromkeys(frame["change"]))[:2]
    asked = frame[frame["change"].isin(changes)]
    table = asked.pivot_table(index=label(frame), columns="change", values="rank_shift_mean", aggfunc="first")
    table = table.loc[table.max(axis=1).sort_values(ascending=False, kind="stable").index].head(MOST_INPUTS)
    if table.empty:
        return
    names = helper.column([*table.index])
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for colour, sign, change in zip((SHARED, ALONE), (-1.0, 1.0), changes, strict=False):
        values = helper.column((sign * table[change].fillna(0.0)).tolist())
        series = {"name": change, "categories": names, "values": values}
        chart.add_series({**series, "fill": {"color": colour}, "gap": 40})
    shown = {"num_format": "0.0;0.0", "major_gridlines": GRID}
    _finish(chart, words("swing", language), shown, {"reverse": True, "label_position": "low"})
    _hang(sheet, chart, len(table))


def sweep_lines(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert for each node the scores of the units beside the cuts as lines over its weight."""
    units = [*frame.columns][[*frame.columns].index("weight") + 1 :][:MOST_LINES]
    at = {name: place for place, name in enumerate(frame.columns)}
    for code in list(dict.fromkeys(frame[label(frame)]))[:MOST_NODES]:
        rows = np.flatnonzero(frame[label(frame)] == code) + HEADER_ROW + 1

        def cells(column: str, rows: Any = rows) -> list[Any]:
            return [sheet.get_name(), int(rows[0]), at[column], int(rows[-1]), at[column]]

        chart = book.add_chart({"type": "scatter", "subtype": "straight"})
        for unit in units:
            series = {"name": helper.named(unit), "categories": cells("weight"), "values": cells(unit)}
            chart.add_series({**series, "line": {"width": 1.25}, "marker": {"type": "none"}})
        own = frame[frame[label(frame)] == code]
        weights, scores = own["weight"], own[units]
        low, high = float(scores.min().min()), float(scores.max().max())
        room = (high - low) * 0.05
        across = {"min": float(weights.min()), "max": float(weights.max()), "num_format": "0%"}
        up = {"min": low - room, "max": high + room, "num_format": "0.00", "major_gridlines": GRID}
        up["name"] = words("score", language)
        _finish(chart, helper.named(words("weight", language).format(code)), across, up)
        chart.set_legend({"position": "right", "font": {"size": 8}})
        _hang(sheet, chart, 18)


def scenario_ranks(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert the first units' ranks from scenario to scenario (a bump chart)."""
    first, last = [*frame.columns].index("base"), len(frame.columns) - 1
    if last <= first:
        return
    name = sheet.get_name()
    chart = book.add_chart({"type": "line"})
    for row in range(HEADER_ROW + 1, HEADER_ROW + 1 + min(len(frame), MOST_BUMPED)):
        unit = str(frame[label(frame)].iloc[row - HEADER_ROW - 1])
        series: dict[str, Any] = {"name": helper.named(unit)}
        series["categories"] = [name, HEADER_ROW, first, HEADER_ROW, last]
        series["values"] = [name, row, first, row, last]
        marker = {"type": "circle", "size": 4}
        chart.add_series({**series, "line": {"width": 1.25}, "marker": marker})
    up = {"reverse": True, "min": 1, "name": words("rank", language), "major_gridlines": GRID}
    _finish(chart, words("bump", language), {"label_position": "high"}, up)
    chart.set_legend({"position": "right", "font": {"size": 8}})
    _hang(sheet, chart, 24)


def _finish(chart: Any, title: str | list[Any], x: dict[str, Any], y: dict[str, Any]) -> None:
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_x_axis(x)
    chart.set_y_axis(y)
    chart.set_legend({"position": "top"})
    chart.show_hidden_data()


def _hang(sheet: Any, chart: Any, bars: int) -> None:
    """Hang a chart with the height that its bars need."""
    chart.set_size({"width": 760, "height": min(max(260, 24 * bars + 120), 620)})
    sheet.place_chart(chart)
