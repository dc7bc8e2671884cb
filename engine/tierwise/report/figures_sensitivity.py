"""Figures of the report page: where the variance of each output comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray
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
from tierwise.report.plots import Axis, Chart, Marks, Panel, lying, named_rows
from tierwise.report.presented import named_units, names_of
from tierwise.study.sensitivity_results import output_label

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

MOST_PANELS: Final = 6


def _asked(study: Study) -> pd.DataFrame:
    """Return the table of sensitivities with the names of units in its outputs."""
    frame, names = study.tables["sensitivity"], names_of(study)
    return frame.assign(output=[named_units(output, names) for output in frame["output"].tolist()])


def variance_shares(study: Study) -> Chart | None:
    """Return the shares of each output's variance, a panel for each kind of inputs."""
    frame, language = _asked(study), study.scenario.language
    found = {kind: (own, shared) for kind, own, _ in measured(frame) if (shared := share_measure(own))}
    panels: list[Panel] = []
    for kind, (own, shared) in found.items():
        outputs = [output_label(output, language) for output in dict.fromkeys(own["output"])]
        left, marks = np.zeros(len(outputs)), []
        for at, (name, values) in enumerate(shares(own, *shared, language).items()):
            last = name == words("interactions", language)
            colour = REST if last else TIER_COLOURS[at % len(TIER_COLOURS)]
            known = np.nan_to_num(values)
            marks.append(_stacked(name, colour, left, known, outputs, "{:.1%}"))
            left = left + known
        title = words("shares", language).format(words(kind, language)) + constants(
            frame, shared[0], language
        )
        across = Axis(0, max(1.0, float(left.max(initial=0))), form="percent")
        panels.append(Panel(marks, across, named_rows(outputs), title, legend=True))
    if not panels:
        return None
    height = sum(1.2 + 0.42 * own["output"].nunique() for own, _ in found.values())
    return Chart(panels, 11, max(height, 2.2))


def _stacked(
    name: str, colour: str, left: FloatArray, values: FloatArray, labels: list[str], form: str
) -> Marks:
    """Return one part of stacked bars; what is nothing has no bar."""
    there = np.flatnonzero(values > 0)
    tips = [f"{labels[at]}: {name} {form.format(values[at])}" for at in there]
    ends = (left + values)[there]
    return lying(there, left[there], ends, thick=0.7, colour=colour, name=name, tips=tips)


def tornados(study: Study) -> Chart | None:
    """Return what moves the first outputs, the strongest input on top, for the first kind of inputs."""
    language = study.scenario.language
    found = measured(_asked(study))
    if not found:
        return None
    kind, own, measure = found[0]
    outputs = list(dict.fromkeys(own["output"]))[:MOST_PANELS]

    def panel(output: str) -> Panel:
        shown = ordered(own[own["output"] == output], measure)
        names = shown["input_name"].astype(str).tolist()
        left, marks = np.zeros(len(shown)), []
        for colour, (name, values) in zip(
            (ALONE, TOGETHER), bars(shown, measure, language).items(), strict=False
        ):
            marks.append(_stacked(name, colour, left, values, names, "{:.3f}"))
            left = left + values
        across = Axis(0, 1.05 * float(left.max(initial=0)) or 1.0, grid=True)
        return Panel(marks, across, named_rows(names), output_label(output, language))

    columns = min(3, len(outputs))
    most = max((own["output"] == output).sum() for output in outputs)
    height = (0.9 + 0.2 * min(most, 20)) * -(-len(outputs) // columns) + 0.8
    title = words("moves", language).format(words(kind, language))
    return Chart([*map(panel, outputs)], 12, height, columns, title, legend=True)
