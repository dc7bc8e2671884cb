"""Figures of the report page: where the variance of each output comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.report.chart_parts import TIER_COLOURS
from tierwise.report.charts_sensitivity import (
    ALONE,
    REST,
    TOGETHER,
    bars,
    constants,
    measured,
    ordered,
    share_measure,
    shares,
    words,
)
from tierwise.report.drawing import svg
from tierwise.report.presented import named_units, names_of
from tierwise.study.sensitivity_results import output_label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from tierwise.study.study import Study

MOST_PANELS: Final = 6


def _asked(study: Study) -> pd.DataFrame:
    """Return the table of sensitivities with the names of units in its outputs."""
    frame, names = study.tables["sensitivity"], names_of(study)
    return frame.assign(output=[named_units(output, names) for output in frame["output"].tolist()])


def variance_shares(study: Study) -> str:
    """Return the shares of each output's variance, a panel for each kind of inputs."""
    frame, language = _asked(study), study.scenario.language
    panels = {kind: (rows, shared) for kind, rows, _ in measured(frame) if (shared := share_measure(rows))}
    if not panels:
        return ""

    def draw(figure: Figure) -> None:
        every = np.atleast_1d(figure.subplots(len(panels), 1, squeeze=False).ravel())
        for axes, (kind, (rows, shared)) in zip(every, panels.items(), strict=True):
            outputs = [output_label(output, language) for output in dict.fromkeys(rows["output"])]
            place = np.arange(len(outputs))
            left = np.zeros(len(outputs))
            still = constants(frame, shared[0], language)
            for at, (name, values) in enumerate(shares(rows, *shared, language).items()):
                colour = (
                    REST if name == words("interactions", language) else TIER_COLOURS[at % len(TIER_COLOURS)]
                )
                axes.barh(place, values, 0.7, left, color=colour, label=name)
                left += values
            axes.set_yticks(place, outputs, fontsize=8)
            axes.invert_yaxis()
            axes.xaxis.set_major_formatter("{x:.0%}")
            title = words("shares", language).format(words(kind, language)) + still
            axes.set_title(title, fontsize=11, loc="left")
            axes.legend(frameon=False, fontsize=7.5, loc="center left", bbox_to_anchor=(1.0, 0.5))

    height = sum(1.2 + 0.42 * rows["output"].nunique() for rows, _ in panels.values())
    return svg(11, max(height, 2.2), draw)


def tornados(study: Study) -> str:
    """Return what moves the first outputs, the strongest input on top, for the first kind of inputs."""
    language = study.scenario.language
    found = measured(_asked(study))
    if not found:
        return ""
    kind, rows, measure = found[0]
    outputs = list(dict.fromkeys(rows["output"]))[:MOST_PANELS]
    columns = min(3, len(outputs))

    def draw(figure: Figure) -> None:
        every = figure.subplots(-(-len(outputs) // columns), columns, squeeze=False).ravel()
        for axes in every[len(outputs) :]:
            axes.remove()
        for axes, output in zip(every, outputs, strict=False):
            shown = ordered(rows[rows["output"] == output], measure)
            place = np.arange(len(shown))
            left = np.zeros(len(shown))
            for colour, (name, values) in zip(
                (ALONE, TOGETHER), bars(shown, measure, language).items(), strict=False
            ):
                axes.barh(place, values, 0.7, left, color=colour, label=name)
                left += values
            axes.set_yticks(place, shown["input_name"].tolist(), fontsize=7.5)
            axes.invert_yaxis()
            axes.set_title(output_label(output, language), fontsize=10, loc="left")
            axes.grid(axis="x", color="#e5e7e9", linewidth=0.6)
            axes.set_axisbelow(True)
        handles, names = every[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=2, frameon=False, fontsize=8)
        figure.suptitle(
            words("moves", language).format(words(kind, language)), fontsize=11, x=0.01, ha="left"
        )

    most = max((rows["output"] == output).sum() for output in outputs)
    return svg(12, (0.9 + 0.2 * min(most, 20)) * -(-len(outputs) // columns) + 0.8, draw)
