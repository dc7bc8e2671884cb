"""Figures of topics and lists: bars, columns, shares, scatter, radar, groups over the years."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.report.chart_parts import INK
from tierwise.report.charts_topics import MOST_BARS, MOST_LINES, value_column
from tierwise.report.drawing import LINES, MARKERS, PRINT, Drawing, roomy
from tierwise.tables.topics import Topical
from tierwise.words.formats import by_size, shown

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

PER_CENT: Final = ("ratio", "growth", "share")
GRID: Final[dict[str, Any]] = {"color": "#E5E7E9", "linewidth": 0.6}
LABELLED: Final = 12  # units of a scatter that are named: the first on the list


def bars(frame: pd.DataFrame, topical: Topical | None = None) -> Drawing | None:
    """Return the first units as lying bars with their values, the highest on top."""
    if not len(frame):
        return None
    part = frame.head(MOST_BARS)
    at = value_column(part)
    values = part.iloc[:, at].to_numpy(dtype=np.float64)
    percent = part.columns[at] in PER_CENT
    form = "0.0%" if percent else by_size(values.tolist())
    names = part["name"].astype(str).tolist()
    line = _nation(topical)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        place = np.arange(len(names))
        drawn = axes.barh(place, values, 0.65, color=PRINT[0])
        axes.bar_label(drawn, [shown(value, form) for value in values.tolist()], fontsize=8, padding=2)
        axes.set_yticks(place, names, fontsize=8)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.margins(x=0.12)
        if line is not None:
            axes.axvline(line, color=INK, linewidth=0.9, linestyle="--")

    return Drawing(7.0, 0.7 + 0.19 * len(names), draw)


def _nation(topical: Topical | None) -> float | None:
    """Return the nation's figure, where the bars are beside it."""
    if topical is None or topical.topic.kind != "above-nation":
        return None
    national = topical.listed.figures[0].national
    return None if national is None else national.value


def columns(frame: pd.DataFrame, topical: Topical | None = None, value: str = "units") -> Drawing | None:
    """Return how many units each class has, or another column of it, as columns."""
    part = frame.head(MOST_BARS)
    names = part.iloc[:, 0].astype(str).tolist()
    numbers = part[value].to_numpy(dtype=np.float64)
    form = "0.0%" if value in PER_CENT else "0"

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        drawn = axes.bar(range(len(names)), numbers, 0.6, color=PRINT[0])
        axes.bar_label(drawn, [shown(number, form) for number in numbers.tolist()], fontsize=9)
        long = len(names) > 12 or max(map(len, names)) * len(names) > 90
        axes.set_xticks(range(len(names)), names, fontsize=9, rotation=30 if long else 0)
        roomy(axes, len(names))
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)

    return Drawing(7.0, 2.8, draw)


def shares(frame: pd.DataFrame, topical: Topical | None = None) -> Drawing | None:
    """Return the shares of national totals as columns."""
    named = frame.assign(figure=_titles(frame["figure"].tolist(), topical))
    return columns(named, topical, "share")


def _titles(codes: list[Any], topical: Topical | None) -> list[str]:
    titles = {} if topical is None else {one.code: one.title for one in topical.listed.figures}
    return [titles.get(code, str(code)) for code in codes]


def scatter(frame: pd.DataFrame, topical: Topical | None = None) -> Drawing | None:
    """Return two figures against each other, the lines that part the quadrants, the first units' names."""
    first = [*frame.columns].index("name") + 1
    x, y = (frame.iloc[:, at].to_numpy(dtype=np.float64) for at in (first, first + 1))
    titles = _titles([*frame.columns[first : first + 2]], topical)
    units = ["", ""] if topical is None else [one.unit for one in topical.listed.figures]
    names = frame["name"].astype(str).tolist()

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.scatter(x, y, 22, color=PRINT[1], edgecolors=INK, linewidths=0.4)
        for at in range(min(LABELLED, len(names))):
            axes.annotate(names[at], (x[at], y[at]), (3, 3), textcoords="offset points", fontsize=7)
        if topical is not None:
            axes.axvline(topical.made.facts["x"], color=INK, linewidth=0.8, linestyle="--")
            axes.axhline(topical.made.facts["y"], color=INK, linewidth=0.8, linestyle="--")
        words = [f"{title} ({unit})" if unit else title for title, unit in zip(titles, units, strict=True)]
        axes.set_xlabel(words[0], fontsize=9)
        axes.set_ylabel(words[1], fontsize=9)

    return Drawing(7.0, 4.4, draw)


def radar(frame: pd.DataFrame, topical: Topical | None = None) -> Drawing | None:
    """Return the figures of leading units, the list's best at the rim."""
    first = [*frame.columns].index("name") + 1
    titles = _titles([*frame.columns[first:-1]], topical)
    part = frame.head(MOST_LINES)
    angles = np.linspace(0, 2 * np.pi, len(titles), endpoint=False)

    def draw(figure: Figure) -> None:
        axes: Any = figure.add_subplot(projection="polar")
        for row in range(len(part)):
            values = part.iloc[row, first:-1].to_numpy(dtype=np.float64)
            axes.plot(
                np.append(angles, angles[0]),
                np.append(values, values[0]),
                color=PRINT[row] if row != 3 else INK,
                linestyle=LINES[row],
                marker=MARKERS[row],
                markersize=3.5,
                linewidth=1.4,
                label=str(part["name"].iloc[row]),
            )
        axes.set_theta_offset(np.pi / 2)
        axes.set_theta_direction(-1)
        axes.set_xticks(angles, titles, fontsize=8)
        axes.tick_params(axis="x", pad=8)
        axes.set_ylim(0, 1)
        axes.set_yticks([0.25, 0.5, 0.75, 1.0], ["", "0.5", "", "1"], fontsize=7)
        axes.grid(**GRID)
        figure.legend(loc="outside right center", frameon=False, fontsize=8)

    return Drawing(7.0, 4.6, draw)


def years(frame: pd.DataFrame, topical: Topical | None = None) -> Drawing | None:
    """Return the groups year by year, as lines with their counts; of many the first."""
    part = frame.head(MOST_LINES)
    heads = [str(head).removeprefix("units_") for head in part.columns[1:]]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        place = np.arange(len(heads))
        for row in range(len(part)):
            values = part.iloc[row, 1:].to_numpy(dtype=np.float64)
            colour = PRINT[row] if row != 3 else INK
            line: dict[str, Any] = {"color": colour, "linestyle": LINES[row], "marker": MARKERS[row]}
            axes.plot(place, values, markersize=4, label=str(part.iloc[row, 0]), **line)
            for at, value in enumerate(values.tolist()):
                axes.annotate(
                    f"{value:g}", (at, value), (0, 4), textcoords="offset points", fontsize=7.5, ha="center"
                )
        axes.set_xticks(place, heads, fontsize=9)
        axes.set_ylim(bottom=0)
        axes.margins(x=0.08, y=0.12)
        axes.grid(axis="y", **GRID)
        figure.legend(loc="outside right center", frameon=False, fontsize=8)

    return Drawing(7.0, 3.2, draw)


Draw = Callable[["pd.DataFrame", Topical | None], Drawing | None]
FIGURES: Final[Mapping[str, Draw]] = {
    "bars": bars,
    "columns": columns,
    "shares": shares,
    "scatter": scatter,
    "radar": radar,
    "years": years,
}
"""Figures by the charts that kinds of topics name."""
