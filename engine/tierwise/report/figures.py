"""Figures of the report page, drawn by matplotlib as SVG whose text stays text.

The same results give the same bytes: no date, no random identifiers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.report import figures_comparison, figures_sensitivity
from tierwise.report.chart_parts import TIER_COLOURS
from tierwise.report.charts import words
from tierwise.report.drawing import svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tierwise.arrays import IntArray
    from tierwise.scenario.study import Study

Draw = Callable[["Study"], str]
MOST_UNITS = 120
LONGEST_LABEL = 24


def labels(study: Study, units: IntArray) -> list[str]:
    """Return the names of units, cut to what a figure has room for."""
    names = [study.index.panel.names[unit] for unit in units]
    return [name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…" for name in names]


def rank_intervals(study: Study) -> str:
    """Return ranks with their intervals under the draws, best first."""
    robustness, language = study.robustness, study.scenario.language
    units = study.tiers.selected[:MOST_UNITS]
    names = labels(study, units)
    colours = [TIER_COLOURS[(study.tiers.tiers[unit] - 1) % len(TIER_COLOURS)] for unit in units]
    place = np.arange(len(units))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.vlines(place, robustness.rank_low[units], robustness.rank_high[units], colours, linewidth=4)
        axes.plot(place, study.index.ranks[units], "D", color="#17202a", markersize=2.5)
        axes.invert_yaxis()
        axes.set_ylabel(words("rank", language))
        axes.set_xticks(place, names, rotation=90, fontsize=6.5, parse_math=False)
        axes.set_xlim(-1, len(units))
        axes.set_title(words("rank_interval", language), fontsize=11, loc="left")
        axes.grid(axis="y", color="#e5e7e9", linewidth=0.6)

    return svg(min(4 + 0.13 * len(units), 16), 5, draw)


def tier_probabilities(study: Study) -> str:
    """Return the probability of each tier of each listed unit, stacked."""
    shares = study.robustness.tier_probabilities
    if shares.shape[1] < 2:
        return ""
    language = study.scenario.language
    units = study.tiers.selected[:MOST_UNITS]
    place = np.arange(len(units))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        base = np.zeros(len(units))
        for tier in range(shares.shape[1]):
            colour = TIER_COLOURS[tier % len(TIER_COLOURS)]
            label = words("tier", language).format(tier + 1)
            axes.bar(place, shares[units, tier], 0.9, base, color=colour, label=label)
            base += shares[units, tier]
        names = labels(study, units)
        axes.set_xticks(place, names, rotation=90, fontsize=6.5, parse_math=False)
        axes.set_xlim(-1, len(units))
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_formatter("{x:.0%}")
        axes.set_title(words("tiers", language), fontsize=11, loc="left")
        axes.legend(ncols=shares.shape[1], loc="lower right", bbox_to_anchor=(1.0, 1.0), frameon=False)

    return svg(min(4 + 0.13 * len(units), 16), 4.5, draw)


def cut_positions(study: Study) -> str:
    """Return how often each cut falls at each rank."""
    frame = study.tables["cut_distribution"]
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
        axes.yaxis.set_major_formatter("{x:.0%}")
        axes.set_title(words("cuts", language), fontsize=11, loc="left")
        axes.legend(frameon=False)

    return svg(10, 3.6, draw)


FIGURES: Final[Mapping[str, tuple[Draw, ...]]] = {
    "robustness": (rank_intervals, tier_probabilities),
    "cuts": (cut_positions,),
    "sensitivity": (figures_sensitivity.variance_shares, figures_sensitivity.tornados),
    "scenarios": (figures_comparison.bump,),
    "swing": (figures_comparison.tornado, figures_comparison.sweep_lines),
}
