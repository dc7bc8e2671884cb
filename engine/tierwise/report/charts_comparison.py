"""Native charts of weight scenarios and of importance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tierwise.report.chart_parts import GRID, TIER_COLOURS, Helper, chosen, span
from tierwise.report.presented import label
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

TEXTS: Final = {
    "scenarios": ("How far each scenario is from the base", "各方案与基准的差异"),
    "shift": ("mean rank shift", "平均位移"),
    "changing": ("units changing tier", "梯队变化单位数"),
    "importance": ("Nominal weight and effective importance", "名义权重与实际重要性"),
    "nominal": ("nominal weight", "名义权重"),
    "effective": ("effective importance (share of correlation ratios)", "实际重要性（相关比占比）"),
}


def words(key: str, language: Language) -> str:
    """Return a chart's text."""
    return chosen(TEXTS, key, language)


def scenarios(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert each scenario's mean rank shift and number of units changing tier."""
    columns = ["rank_shift_mean", *(["units_changing_tier"] if "units_changing_tier" in frame else [])]
    chart = book.add_chart({"type": "column"})
    for column, key, colour in zip(
        columns, ("shift", "changing"), (TIER_COLOURS[0], TIER_COLOURS[5]), strict=False
    ):
        chart.add_series(
            {
                "name": words(key, language),
                "categories": span(sheet, frame, "scenario"),
                "values": span(sheet, frame, column),
                "fill": {"color": colour},
                "gap": 80,
                "data_labels": {"value": True, "num_format": "0.0" if key == "shift" else "0"},
            }
        )
    chart.set_y_axis({"major_gridlines": GRID, "min": 0})
    _finish(sheet, chart, words("scenarios", language), 400)


def importance(book: Any, sheet: Any, helper: Helper, frame: pd.DataFrame, language: Language) -> None:
    """Insert nominal weight beside effective importance."""
    chart = book.add_chart({"type": "bar"})
    for column, key, colour in (
        ("nominal", "nominal", TIER_COLOURS[2]),
        ("correlation_ratio_share", "effective", TIER_COLOURS[6]),
    ):
        chart.add_series(
            {
                "name": words(key, language),
                "categories": span(sheet, frame, label(frame)),
                "values": span(sheet, frame, column),
                "fill": {"color": colour},
                "gap": 40,
            }
        )
    chart.set_x_axis({"num_format": "0%", "major_gridlines": GRID, "min": 0})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    _finish(sheet, chart, words("importance", language), min(150 + 26 * len(frame), 1600))


def _finish(sheet: Any, chart: Any, title: str, height: int) -> None:
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"position": "top"})
    chart.set_size({"width": 760, "height": height})
    sheet.place_chart(chart)
