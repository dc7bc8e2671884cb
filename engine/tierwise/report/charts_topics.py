"""Native charts of topics and lists: bars of units, columns of classes, shares, scatter, radar, years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from tierwise.report.chart_parts import GRID, HEADER_ROW, INK, TIER_COLOURS, Chart, Helper
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

MOST_BARS: Final = 20
MOST_LINES: Final = 8  # that can be told apart, of groups over the years and of units on a radar
DERIVED: Final = ("ratio", "quotient", "growth", "score")  # columns that a topic's bars show, if there


def value_column(frame: pd.DataFrame) -> int:
    """Return the place of the column that the bars of a table of units show."""
    names = [str(name) for name in frame.columns]
    return next((names.index(name) for name in DERIVED if name in names), names.index("name") + 1)


def cells(sheet: Any, frame: pd.DataFrame, at: int, rows: int | None = None) -> list[Any]:
    """Return the cells of the column at a place, of the first rows or all."""
    last = HEADER_ROW + (len(frame) if rows is None else min(rows, len(frame)))
    return [sheet.get_name(), HEADER_ROW + 1, at, last, at]


def _place(sheet: Any, chart: Any, width: int = 760, height: int = 400) -> None:
    chart.set_size({"width": width, "height": height})
    sheet.place_chart(chart)


def _bars(
    book: Any,
    sheet: Any,
    helper: Helper,
    frame: pd.DataFrame,
    label: int,
    value: int,
    *,
    across: bool,
    form: str = "",
) -> None:
    chart = book.add_chart({"type": "bar" if across else "column"})
    labels: dict[str, Any] = {"value": True} | ({"num_format": form} if form else {})
    chart.add_series(
        {
            "name": [sheet.get_name(), HEADER_ROW, value],
            "categories": cells(sheet, frame, label, MOST_BARS),
            "values": cells(sheet, frame, value, MOST_BARS),
            "fill": {"color": TIER_COLOURS[0]},
            "gap": 50,
            "data_labels": labels | {"font": {"size": 8}},
        }
    )
    numbers: dict[str, Any] = {"major_gridlines": GRID} | ({"num_format": form} if form else {})
    if across:
        chart.set_x_axis(numbers | {"name": [sheet.get_name(), HEADER_ROW, value], "name_font": {"size": 9}})
        chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    else:
        chart.set_y_axis(numbers)
    chart.set_title({"name": helper.named(sheet.get_name()), "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    rows = min(len(frame), MOST_BARS)
    _place(sheet, chart, height=150 + 20 * rows if across else 400)


def bars(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert the first units of a topic as lying bars."""
    at = value_column(frame)
    form = "0.0%" if frame.columns[at] in {"ratio", "growth"} else ""
    _bars(book, sheet, helper, frame, [*frame.columns].index("name"), at, across=True, form=form)


def columns(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert how many units each class has."""
    _bars(book, sheet, helper, frame, 0, [*frame.columns].index("units"), across=False)


def shares(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert the shares of national totals."""
    _bars(book, sheet, helper, frame, 0, [*frame.columns].index("share"), across=False, form="0.0%")


def scatter(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert two figures against each other."""
    first = [*frame.columns].index("name") + 1
    chart = book.add_chart({"type": "scatter"})
    chart.add_series(
        {
            "categories": cells(sheet, frame, first),
            "values": cells(sheet, frame, first + 1),
            "marker": {
                "type": "circle",
                "size": 6,
                "fill": {"color": TIER_COLOURS[1]},
                "border": {"color": INK},
            },
        }
    )
    for at, axis in ((first, chart.set_x_axis), (first + 1, chart.set_y_axis)):
        axis({"name": [sheet.get_name(), HEADER_ROW, at], "major_gridlines": GRID})
    chart.set_title({"name": helper.named(sheet.get_name()), "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    _place(sheet, chart, height=460)


def radar(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert the figures of leading units, the list's best at the rim."""
    first, last = [*frame.columns].index("name") + 1, len(frame.columns) - 2
    chart = book.add_chart({"type": "radar"})
    for row in range(min(len(frame), MOST_LINES)):
        at = HEADER_ROW + 1 + row
        chart.add_series(
            {
                "name": [sheet.get_name(), at, first - 1],
                "categories": [sheet.get_name(), HEADER_ROW, first, HEADER_ROW, last],
                "values": [sheet.get_name(), at, first, at, last],
                "line": {"color": TIER_COLOURS[row], "width": 1.75},
            }
        )
    chart.set_y_axis({"min": 0, "max": 1, "major_gridlines": GRID, "num_font": {"size": 8}})
    chart.set_title({"name": helper.named(sheet.get_name()), "name_font": {"size": 12}})
    chart.set_legend({"position": "right"})
    _place(sheet, chart, height=460)


def years(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert the groups year by year, as lines."""
    chart = book.add_chart({"type": "line"})
    for row in range(min(len(frame), MOST_LINES)):
        at = HEADER_ROW + 1 + row
        chart.add_series(
            {
                "name": [sheet.get_name(), at, 0],
                "categories": [sheet.get_name(), HEADER_ROW, 1, HEADER_ROW, len(frame.columns) - 1],
                "values": [sheet.get_name(), at, 1, at, len(frame.columns) - 1],
                "line": {"color": TIER_COLOURS[row], "width": 1.75},
                "marker": {"type": "circle", "size": 6, "fill": {"color": TIER_COLOURS[row]}},
                "data_labels": {"value": True, "position": "above", "font": {"size": 8}},
            }
        )
    chart.set_y_axis({"major_gridlines": GRID, "min": 0})
    chart.set_title({"name": helper.named(sheet.get_name()), "name_font": {"size": 12}})
    chart.set_legend({"position": "top"})
    _place(sheet, chart)


CHARTS: Final[Mapping[str, Chart]] = {
    "topic_bars": bars,
    "topic_columns": columns,
    "topic_shares": shares,
    "topic_scatter": scatter,
    "topic_radar": radar,
    "topic_years": years,
}
