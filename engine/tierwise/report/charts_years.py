"""Native charts of several years: ranks of the leaders from year to year, units of each group by year."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tierwise.report.chart_parts import GRID, HEADER_ROW, TIER_COLOURS, Helper, label
from tierwise.words.language import Language, phrase

if TYPE_CHECKING:
    import pandas as pd

MOST_LINES: Final = 15  # units of a chart that can still be told apart
MOST_GROUPS: Final = 8

TEXTS: Final = {
    "ranks": ("Ranks of the first {} units by year", "前{}名各年名次"),
    "rank": ("rank", "名次"),
    "groups": ("Listed units by year", "各年入榜单位数"),
    "units": ("units", "个"),
}

words = partial(phrase, TEXTS)


def _of_years(frame: pd.DataFrame, stem: str) -> tuple[int, int, list[str]]:
    """Return the first and the last column of a family, and its years."""
    own = [at for at, column in enumerate(frame.columns) if str(column).startswith(stem)]
    return own[0], own[-1], [str(frame.columns[at]).removeprefix(stem) for at in own]


def years_ranks(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert the ranks of the first units from year to year."""
    first, last, years = _of_years(frame, "rank_")
    if last == first:
        return
    name, count = sheet.get_name(), min(len(frame), MOST_LINES)
    headings = helper.column(years)
    chart = book.add_chart({"type": "line"})
    for at in range(count):
        row = HEADER_ROW + 1 + at
        series = {"name": str(frame[label(frame)].iloc[at]), "categories": headings}
        series["values"] = [name, row, first, row, last]
        marker = {"type": "circle", "size": 4}
        chart.add_series({**series, "line": {"width": 1.25}, "marker": marker})
    chart.set_title({"name": words("ranks", language).format(count), "name_font": {"size": 12}})
    chart.set_x_axis({"label_position": "high"})
    chart.set_y_axis({"reverse": True, "min": 1, "name": words("rank", language), "major_gridlines": GRID})
    _finish(sheet, chart)


def groups_by_year(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert how many units of each group are listed in each year, on top of each other."""
    first, last, years = _of_years(frame, "units_")
    if last == first:
        return
    name, headings = sheet.get_name(), helper.column(years)
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    for at in range(min(len(frame), MOST_GROUPS)):
        row = HEADER_ROW + 1 + at
        chart.add_series(
            {
                "name": str(frame.iloc[at, 0]),
                "categories": headings,
                "values": [name, row, first, row, last],
                "fill": {"color": TIER_COLOURS[at % len(TIER_COLOURS)]},
                "data_labels": {"value": True, "font": {"size": 8}},
                "gap": 60,
            }
        )
    chart.set_title({"name": words("groups", language), "name_font": {"size": 12}})
    chart.set_y_axis({"name": words("units", language), "major_gridlines": GRID})
    _finish(sheet, chart)


def _finish(sheet: Any, chart: Any) -> None:
    chart.set_legend({"position": "right", "font": {"size": 8}})
    chart.show_hidden_data()
    chart.set_size({"width": 760, "height": 440})
    sheet.place_chart(chart)
