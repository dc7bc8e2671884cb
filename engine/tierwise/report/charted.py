"""A figure as the page's script (``charts.js``) draws it: plain data, units by their row in the list."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tierwise.report.plots import Axis, Chart, Marks, Numbers, Panel

if TYPE_CHECKING:
    from tierwise.study.study import Study

DIGITS = 6  # significant ones of a place in a figure


def rows_of_units(study: Study) -> dict[str, int]:
    """Return the row of each unit by its code, and by its name where no other unit is called so."""
    panel = study.index.panel
    times = Counter(panel.names)
    named = {name: row for row, name in enumerate(panel.names) if times[name] == 1}
    return named | {code: row for row, code in enumerate(panel.codes)}


def charted(chart: Chart, rows: Mapping[str, int]) -> dict[str, Any]:
    """Return a figure; what is left at its default is left out."""
    return {
        "panels": [_panel(panel, rows) for panel in chart.panels],
        "across": chart.across,
        "width": chart.width,
        "height": round(chart.height, 2),
        "legend": chart.legend,
    }


def _panel(panel: Panel, rows: Mapping[str, int]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "x": _axis(panel.x, panel.bare[0]),
        "y": _axis(panel.y, panel.bare[1]),
        "marks": [_marks(marks, rows) for marks in panel.marks if len(marks.x)],
    }
    return made | _given(title=panel.title, legend=panel.legend, square=panel.square)


def _axis(axis: Axis, bare: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"ends": _numbers([axis.low, axis.high])}
    if axis.ticks is not None:
        made["ticks"] = _numbers(axis.ticks)
    if axis.labels is not None:
        made["labels"] = [*axis.labels]
    return made | _given(form=axis.form, title=axis.title, grid=axis.grid, bare=bare)


def _marks(marks: Marks, rows: Mapping[str, int]) -> dict[str, Any]:
    places = {"x": marks.x, "y": marks.y, "x2": marks.x2, "y2": marks.y2}
    made: dict[str, Any] = {"kind": marks.kind, "size": marks.size}
    made |= {key: _numbers(values) for key, values in places.items() if len(values)}
    colours = marks.colours()
    made["colour"] = colours[0] if len({*colours}) == 1 else colours
    units = [rows.get(unit, -1) for unit in marks.units]
    return made | _given(
        edge=marks.edge,
        name=marks.name,
        dash=marks.dash,
        marker=marks.marker,
        words=[*marks.words],
        anchor=marks.anchor if marks.kind == "texts" else "",
        shift=[*marks.shift] if any(marks.shift) else [],
        units=units if any(unit >= 0 for unit in units) else [],
        tips=[*marks.tips],
    )


def _given(**settings: Any) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if value}


def _numbers(values: Numbers | Sequence[float]) -> list[float | None]:
    """Return numbers that JSON holds, short: a place on paper needs no more digits."""
    known = np.asarray(values, dtype=np.float64).tolist()
    return [float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None for value in known]
