"""Native charts of the results workbook: what the robustness tables look like at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tierwise.report import charts_judgement, charts_sensitivity, charts_topics, charts_years
from tierwise.report.chart_parts import GRID, INK, TIER_COLOURS, Chart, Helper, span, wide
from tierwise.tables.table import Bars
from tierwise.words.language import Language, Ordinal, phrase

if TYPE_CHECKING:
    import pandas as pd

TEXTS: Final = {
    "rank_interval": ("Rank and its interval under the weight draws", "排名及其在权重抽样下的区间"),
    "interval": ("{:.0%} interval, {{}}", "{:.0%} 区间，{{}}"),
    "tiers": ("Probability of each tier", "各梯队概率"),
    "outside": ("outside the list", "榜外"),
    "cuts": ("Where each cut falls in the draws", "各梯队边界的位置分布"),
    "rank": ("rank", "名次"),
    "share": ("share of draws", "抽样占比"),
    "tier": ("Tier {}", "第{:zh}梯队"),
    "cut": ("Cut {}", "边界{}"),
}


OUTSIDE: Final = "#E5E7E9"
LEAST_REST: Final = 5e-4  # a share of draws outside the list that can be seen

words = partial(phrase, TEXTS)


def robustness(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert the rank intervals and the tier probabilities of all units, best first."""
    names = span(sheet, frame, "name")
    # Bars that float: an unseen one up to the interval's better end, then one across the interval.
    intervals = book.add_chart({"type": "column", "subtype": "stacked"})
    low, high = frame["rank_low"], frame["rank_high"]
    for values, fill in ((low - 0.5, {"none": True}), (high - low + 1, {"color": TIER_COLOURS[2]})):
        intervals.add_series(
            {"categories": names, "values": helper.column(values.tolist()), "fill": fill, "gap": 60}
        )
    ranks = book.add_chart({"type": "line"})
    ranks.add_series(
        {
            "categories": names,
            "values": span(sheet, frame, "rank"),
            "line": {"none": True},
            "marker": {"type": "diamond", "size": 5, "fill": {"color": INK}, "border": {"color": INK}},
        }
    )
    intervals.combine(ranks)
    intervals.set_y_axis(
        {
            "reverse": True,
            "min": 0,
            "max": int(high.max()) + 1,
            "name": words("rank", language),
            "major_gridlines": GRID,
        }
    )
    intervals.set_x_axis({"label_position": "high", "num_font": {"rotation": -90, "size": 8}})
    intervals.set_title({"name": words("rank_interval", language), "name_font": {"size": 12}})
    intervals.set_legend({"none": True})
    intervals.show_hidden_data()
    wide(intervals, len(frame))
    sheet.place_chart(intervals)

    tiers = [column for column in frame.columns if column.startswith("p_tier_") and column != "p_tier_same"]
    if not tiers:
        return
    stacked = book.add_chart({"type": "column", "subtype": "percent_stacked"})
    for number, column in enumerate(tiers, 1):
        stacked.add_series(
            {
                "name": words("tier", language).format(Ordinal(number)),
                "categories": names,
                "values": span(sheet, frame, column),
                "fill": {"color": TIER_COLOURS[(number - 1) % len(TIER_COLOURS)]},
                "gap": 10,
            }
        )
    rest = 1.0 - frame[tiers].sum(axis=1)
    if (rest > LEAST_REST).any():
        stacked.add_series(
            {
                "name": words("outside", language),
                "categories": names,
                "values": helper.column(rest.clip(lower=0.0).tolist()),
                "fill": {"color": OUTSIDE},
                "gap": 10,
            }
        )
    stacked.show_hidden_data()
    stacked.set_title({"name": words("tiers", language), "name_font": {"size": 12}})
    stacked.set_x_axis({"num_font": {"rotation": -90, "size": 8}})
    stacked.set_y_axis({"num_format": "0%", "major_gridlines": GRID})
    stacked.set_legend({"position": "top"})
    wide(stacked, len(frame))
    sheet.place_chart(stacked)


def cut_distribution(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert how often each cut falls at each rank."""
    columns = [column for column in frame.columns if column.startswith("p_cut_")]
    if not columns:
        return
    chart = book.add_chart({"type": "column"})
    for number, column in enumerate(columns, 1):
        chart.add_series(
            {
                "name": words("cut", language).format(number),
                "categories": span(sheet, frame, "rank"),
                "values": span(sheet, frame, column),
                "fill": {"color": TIER_COLOURS[(2 * number - 2) % len(TIER_COLOURS)]},
                "overlap": 100,
                "gap": 20,
            }
        )
    chart.set_title({"name": words("cuts", language), "name_font": {"size": 12}})
    chart.set_x_axis({"name": words("rank", language), "num_font": {"size": 8}})
    up = {"name": words("share", language), "num_format": "0%", "major_gridlines": GRID}
    chart.set_y_axis({**up, "min": 0, "max": 1})
    chart.set_legend({"position": "top"})
    wide(chart, len(frame))
    sheet.place_chart(chart)


def bars(spec: Bars, book: Any, sheet: Any, frame: pd.DataFrame, language: Language) -> None:
    """Insert the bars that a table declares, as far as its columns are there."""
    chart = book.add_chart({"type": "bar" if spec.across else "column"})
    categories = spec.categories if spec.categories in frame else "code"
    there = [one for one in spec.series if one[0] in frame]
    for at, (column, name, colour) in enumerate(there):
        series: dict[str, Any] = {
            "name": name.of(language),
            "categories": span(sheet, frame, categories),
            "values": span(sheet, frame, column),
            "fill": {"color": TIER_COLOURS[colour]},
            "gap": 40 if spec.across else 80,
        }
        if spec.labelled:
            series["data_labels"] = {"value": True, "num_format": spec.labelled[at]}
        chart.add_series(series)
    values: dict[str, Any] = {"num_format": spec.format, "major_gridlines": GRID, "min": 0}
    if spec.across:
        chart.set_x_axis(values)
        chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    else:
        chart.set_y_axis(values)
    chart.set_title({"name": spec.title.of(language), "name_font": {"size": 12}})
    chart.set_legend({"position": "top"})
    chart.set_size({"width": 760, "height": min(150 + 26 * len(frame), 1600) if spec.across else 400})
    sheet.place_chart(chart)


def draw(
    chart: str | Bars, book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language
) -> None:
    """Insert a chart that a table names or declares."""
    if isinstance(chart, Bars):
        bars(chart, book, sheet, frame, language)
    else:
        CHARTS[chart](book, sheet, helper, frame, language)


CHARTS: Final[Mapping[str, Chart]] = {
    "robustness": robustness,
    "cut_distribution": cut_distribution,
    "sensitivity": charts_sensitivity.sensitivity,
    "sensitivity_convergence": charts_sensitivity.convergence,
    "scenario_ranks": charts_judgement.scenario_ranks,
    "swing": charts_judgement.swing,
    "sweep_lines": charts_judgement.sweep_lines,
    **charts_topics.CHARTS,
    "years_ranks": charts_years.years_ranks,
    "groups_by_year": charts_years.groups_by_year,
}
"""Charts by the names that tables give."""
