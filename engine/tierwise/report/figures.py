"""Figures of the report page, drawn by matplotlib as SVG whose text stays text.

The same results give the same bytes: no date, no random identifiers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.report import figures_comparison, figures_sensitivity, figures_why, figures_years
from tierwise.report.chart_parts import INK, TIER_COLOURS
from tierwise.report.charts import LEAST_REST, OUTSIDE, words
from tierwise.report.drawing import svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tierwise.arrays import IntArray
    from tierwise.study.study import Study

Draw = Callable[["Study"], str]
MOST_UNITS = 120
PANEL = 50  # units below each other
LONGEST_LABEL = 24


def labels(study: Study, units: IntArray) -> list[str]:
    """Return the names of units, cut to what a figure has room for."""
    names = [study.index.panel.names[unit] for unit in units]
    return [name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…" for name in names]


def panels(units: IntArray) -> list[IntArray]:
    """Return units in columns of a figure: as many to each, fifty at most, so that names can be read."""
    return [*np.array_split(units, -(-len(units) // PANEL))]


def rank_intervals(study: Study) -> str:
    """Return ranks with their intervals under the draws, best first, from top to bottom."""
    robustness, language = study.robustness, study.scenario.language
    parts = panels(study.tiers.selected[:MOST_UNITS])

    def draw(figure: Figure) -> None:
        from matplotlib.lines import Line2D

        for axes, units in zip(figure.subplots(1, len(parts), squeeze=False).flat, parts, strict=True):
            place = np.arange(len(units))
            colours = [TIER_COLOURS[(study.tiers.tiers[unit] - 1) % len(TIER_COLOURS)] for unit in units]
            low, high = robustness.rank_low[units] - 0.4, robustness.rank_high[units] + 0.4
            axes.hlines(place, low, high, colours, linewidth=5)
            axes.plot(study.index.ranks[units], place, "D", color=INK, markersize=3)
            axes.set_yticks(place, labels(study, units), fontsize=8, parse_math=False)
            axes.set_ylim(len(units) - 0.4, -0.6)
            axes.set_xlim(max(low.min() - 1, 0.0), high.max() + 1)
            axes.set_xlabel(words("rank", language))
            axes.grid(axis="x", color="#e5e7e9", linewidth=0.6)
        figure.suptitle(words("rank_interval", language), fontsize=11, x=0.01, ha="left")
        handles = [Line2D([], [], color=INK, marker="D", linestyle="", markersize=4)]
        names = [words("rank", language)]
        interval = words("interval", language).format(robustness.interval)
        for tier in range(study.tiers.count):
            colour = TIER_COLOURS[tier % len(TIER_COLOURS)]
            handles.append(Line2D([], [], color=colour, linewidth=5))
            names.append(interval.format(words("tier", language).format(tier + 1)))
        figure.legend(
            handles, names, loc="outside lower left", ncols=min(len(names), 5), frameon=False, fontsize=8
        )

    return svg(13 if len(parts) < 3 else 16, 1.3 + 0.19 * len(parts[0]), draw)


def tier_probabilities(study: Study) -> str:
    """Return the probability of each tier of each listed unit, stacked, best first, from top to bottom."""
    shares = study.robustness.tier_probabilities
    if shares.shape[1] < 2:
        return ""
    language = study.scenario.language
    parts = panels(study.tiers.selected[:MOST_UNITS])
    outside = bool((1.0 - shares[study.tiers.selected[:MOST_UNITS]].sum(axis=1) > LEAST_REST).any())

    def draw(figure: Figure) -> None:
        grid = figure.subplots(1, len(parts), squeeze=False)
        for axes, units in zip(grid.flat, parts, strict=True):
            place = np.arange(len(units))
            base = np.zeros(len(units))
            for tier in range(shares.shape[1]):
                colour = TIER_COLOURS[tier % len(TIER_COLOURS)]
                name = words("tier", language).format(tier + 1)
                axes.barh(place, shares[units, tier], 0.86, base, color=colour, label=name)
                base += shares[units, tier]
            if outside:  # in the other draws the unit is not listed
                axes.barh(place, 1.0 - base, 0.86, base, color=OUTSIDE, label=words("outside", language))
            axes.set_yticks(place, labels(study, units), fontsize=8, parse_math=False)
            axes.set_ylim(len(units) - 0.4, -0.6)
            axes.set_xlim(0, 1)
            axes.xaxis.set_major_formatter("{x:.0%}")
        figure.suptitle(words("tiers", language), fontsize=11, x=0.01, ha="left")
        handles, names = grid.flat[0].get_legend_handles_labels()
        figure.legend(
            handles, names, loc="outside lower left", ncols=min(len(names), 8), frameon=False, fontsize=8
        )

    return svg(13 if len(parts) < 3 else 16, 1.3 + 0.19 * len(parts[0]), draw)


def cut_positions(study: Study) -> str:
    """Return how often each cut falls at each rank."""
    frame = study.tables.get("cut_distribution")
    if frame is None:
        return ""
    language = study.scenario.language
    columns = [column for column in frame.columns if column.startswith("p_cut_")]
    if not columns:
        return ""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for number, column in enumerate(columns, 1):
            colour = TIER_COLOURS[(2 * number - 2) % len(TIER_COLOURS)]
            axes.bar(
                frame["rank"], frame[column], 0.95, color=colour, label=words("cut", language).format(number)
            )
        axes.set_xlabel(words("rank", language))
        axes.set_ylabel(words("share", language))
        axes.set_xlim(0.4, len(frame) + 0.6)
        axes.yaxis.set_major_formatter("{x:.0%}")
        axes.set_title(words("cuts", language), fontsize=11, loc="left")
        axes.legend(frameon=False, loc="upper right")

    return svg(13, 3.8, draw)


FIGURES: Final[Mapping[str, Draw]] = {
    "rank_intervals": rank_intervals,
    "tier_probabilities": tier_probabilities,
    "cut_positions": cut_positions,
    "variance_shares": figures_sensitivity.variance_shares,
    "sensitivity_tornados": figures_sensitivity.tornados,
    "bump": figures_comparison.bump,
    "swing_tornado": figures_comparison.tornado,
    "sweep_lines": figures_comparison.sweep_lines,
    "waterfalls": figures_why.of_study,
    "years_ranks": figures_years.years_ranks,
    "years_scores": figures_years.years_scores,
}
"""Figures by the names that tables give."""
