"""Figures of topics and lists: bars, columns, shares, scatter, radar, groups over the years."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.cleaning.headings import with_unit
from tierwise.report.chart_parts import INK
from tierwise.report.charts_topics import MOST_BARS, MOST_LINES, value_column
from tierwise.report.figures_printed import columns_of
from tierwise.report.plots import (
    DASHES,
    MARKERS,
    PRINT,
    QUIET,
    Axis,
    Chart,
    Marks,
    Panel,
    lying,
    named_rows,
    span,
)
from tierwise.tables.topics import Topical
from tierwise.topics.derived import QUOTIENT
from tierwise.words.formats import by_size, shown
from tierwise.words.formats import wide as text_width
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

NATION: Final = Text("Nation", "全国")
PER_CENT: Final = ("ratio", "growth", "share")
RING: Final = "#E5E7E9"
LABELLED: Final = 12  # units of a scatter that are named, where their names find room: the first on the list
PLOT: Final = (450.0, 225.0)  # width and height between the axes of a scatter, in points
LETTER, LINE = 4.0, 9.0  # points that a letter of a name takes, and a line


def bars(frame: pd.DataFrame, language: Language, topical: Topical | None = None) -> Chart | None:
    """Return the first units as lying bars with their values, the highest on top, and what they are."""
    if not len(frame):
        return None
    part = frame.head(MOST_BARS)
    at = value_column(part)
    values = part.iloc[:, at].to_numpy(dtype=np.float64)
    percent = part.columns[at] in PER_CENT
    form = "0.0%" if percent else by_size(values.tolist())
    names = part["name"].astype(str).tolist()
    told = [shown(value, form) for value in values.tolist()]
    place = np.arange(len(names), dtype=np.float64)
    right, left = values >= 0, values < 0
    marks = [lying(place, np.zeros(len(names)), values, colour=PRINT[0], units=names, tips=told)]
    for own, anchor, shift in ((right, "start", 3.0), (left, "end", -3.0)):
        some = [text for text, there in zip(told, own.tolist(), strict=True) if there]
        given = {"words": some, "anchor": anchor, "shift": (shift, 0.0), "size": 8.0, "colour": INK}
        marks.append(Marks("texts", values[own], place[own], **given))  # type: ignore[arg-type]
    line = _nation(topical)
    if line is not None:
        marks.append(
            Marks(
                "links",
                [line],
                [-0.6],
                [line],
                [len(names) - 0.4],
                colour=INK,
                size=0.9,
                dash="4 3",
                name=f"{NATION.of(language)} {shown(line, by_size([line]))}",
            )
        )
    low, high = span(values, [0.0] if line is None else [0.0, line], room=0.12)
    title = _title_of(str(part.columns[at]), topical)
    across = Axis(min(low, 0.0) if values.min() < 0 else 0.0, high, title=title)
    panel = Panel(marks, across, named_rows(names), bare=(True, False))
    return Chart([panel], 7.0, 0.6 + 0.15 * len(names) + 0.2 * (line is not None), legend=True)


def _title_of(column: str, topical: Topical | None) -> str:
    """Return what a column of figures is called, with its unit of measure; of what is derived, the unit."""
    known = () if topical is None else topical.listed.figures
    if topical is not None and column == QUOTIENT.name:
        return topical.listed.unit
    return next((with_unit(one.title, one.unit) for one in known if one.code == column), "")


def _nation(topical: Topical | None) -> float | None:
    """Return the nation's figure, where the bars are beside it."""
    if topical is None or topical.topic.kind != "above-nation":
        return None
    national = topical.listed.figures[0].national
    return None if national is None else national.value


def columns(
    frame: pd.DataFrame, language: Language, topical: Topical | None = None, value: str = "units"
) -> Chart | None:
    """Return how many units each class has, or another column of it, as columns."""
    part = frame.head(MOST_BARS)
    names = part.iloc[:, 0].astype(str).tolist()
    numbers = part[value].to_numpy(dtype=np.float64)
    form = "0.0%" if value in PER_CENT else "0"
    return columns_of(names, numbers, [shown(number, form) for number in numbers.tolist()])


def shares(frame: pd.DataFrame, language: Language, topical: Topical | None = None) -> Chart | None:
    """Return the shares of national totals as columns."""
    named = frame.assign(figure=_titles(frame["figure"].tolist(), topical))
    return columns(named, language, topical, "share")


def _titles(codes: list[Any], topical: Topical | None) -> list[str]:
    titles = {} if topical is None else {one.code: one.title for one in topical.listed.figures}
    return [titles.get(code, str(code)) for code in codes]


def scatter(frame: pd.DataFrame, language: Language, topical: Topical | None = None) -> Chart | None:
    """Return two figures against each other, the lines that part the quadrants, the first units' names."""
    first = [*frame.columns].index("name") + 1
    x, y = (frame.iloc[:, at].to_numpy(dtype=np.float64) for at in (first, first + 1))
    titles = _titles([*frame.columns[first : first + 2]], topical)
    units = ["", ""] if topical is None else [one.unit for one in topical.listed.figures]
    names = frame["name"].astype(str).tolist()
    words = [with_unit(title, unit) for title, unit in zip(titles, units, strict=True)]
    tips = [
        f"{titles[0]} {one:.6g} · {titles[1]} {other:.6g}"
        for one, other in zip(x.tolist(), y.tolist(), strict=True)
    ]
    wide, high = span(x), span(y)
    marks = [Marks("dots", x, y, colour=PRINT[1], edge=INK, size=4.7, units=names, tips=tips)]
    some = apart(x[:LABELLED], y[:LABELLED], names, wide[1] - wide[0], high[1] - high[0])
    labels = [names[at] for at in some]
    told = {"words": labels, "units": labels, "anchor": "start", "shift": (4.0, 4.0)}
    marks.append(Marks("texts", x[some], y[some], size=7, colour=INK, **told))  # type: ignore[arg-type]
    if topical is not None:
        across, up = (float(topical.made.facts[axis]) for axis in ("x", "y"))
        ends = [across, wide[0]], [high[0], up], [across, wide[1]], [high[1], up]
        marks.append(Marks("links", *ends, colour=INK, size=0.8, dash="4 3"))
    return Chart([Panel(marks, Axis(*wide, title=words[0]), Axis(*high, title=words[1]))], 7.0, 3.8)


def apart(x: FloatArray, y: FloatArray, names: Sequence[str], across: float, up: float) -> list[int]:
    """Return the dots whose names can be read: those that no name before them stands on.

    ``across`` and ``up`` are the spans of the axes; a name stands to the right of its dot.
    """
    letter, line = across * LETTER / PLOT[0], up * LINE / PLOT[1]
    placed: list[int] = []
    for at in range(len(x)):
        free = all(
            abs(y[at] - y[other]) >= line
            or x[at] + letter * text_width(names[at]) <= x[other]
            or x[other] + letter * text_width(names[other]) <= x[at]
            for other in placed
        )
        if free:
            placed.append(at)
    return placed


def radar(frame: pd.DataFrame, language: Language, topical: Topical | None = None) -> Chart | None:
    """Return the figures of leading units, the list's best at the rim."""
    first = [*frame.columns].index("name") + 1
    titles = _titles([*frame.columns[first:-1]], topical)
    part = frame.head(MOST_LINES)
    angles = np.linspace(0, 2 * np.pi, len(titles), endpoint=False)
    round_ = np.append(angles, angles[0])  # from the top, as a clock goes
    zero = np.zeros(len(titles))
    marks = [Marks("links", zero, zero, np.sin(angles), np.cos(angles), colour=RING, size=0.6)]
    marks += [
        Marks("line", ring * np.sin(round_), ring * np.cos(round_), colour=RING, size=0.6)
        for ring in (0.25, 0.5, 0.75, 1.0)
    ]
    marks.append(Marks("texts", [0, 0], [0.5, 1.0], words=["0.5", "1"], size=7, colour=QUIET, shift=(0, -5)))
    for row in range(len(part)):
        values = part.iloc[row, first:-1].to_numpy(dtype=np.float64)
        reach = np.append(values, values[0])
        name = str(part["name"].iloc[row])
        told = zip(titles, values.tolist(), strict=True)
        line = {
            "colour": PRINT[row] if row != 3 else INK,
            "dash": DASHES[row],
            "marker": MARKERS[row],
            "size": 1.4,
            "name": name,
            "units": [name],
            "tips": [" · ".join(f"{title} {value:.3g}" for title, value in told)],
        }
        marks.append(Marks("line", reach * np.sin(round_), reach * np.cos(round_), **line))  # type: ignore[arg-type]
    outward = 1.08 * np.sin(angles), 1.08 * np.cos(angles)
    for side, anchor in ((1, "start"), (0, "middle"), (-1, "end")):
        own = np.flatnonzero(np.sign(np.round(np.sin(angles), 6)) == side)
        told_here = {"words": [titles[at] for at in own], "anchor": anchor, "size": 8.0, "colour": INK}
        marks.append(Marks("texts", outward[0][own], outward[1][own], **told_here))  # type: ignore[arg-type]
    panel = Panel(marks, Axis(-1.9, 1.9), Axis(-1.2, 1.2), legend=True, square=True, bare=(True, True))
    return Chart([panel], 7.0, 4.0)


def years(frame: pd.DataFrame, language: Language, topical: Topical | None = None) -> Chart | None:
    """Return the groups year by year, as lines with their counts; of many the first."""
    part = frame.head(MOST_LINES)
    heads = [str(head).removeprefix("units_") for head in part.columns[1:]]
    place = np.arange(len(heads), dtype=np.float64)
    counts = part.iloc[:, 1:].to_numpy(dtype=np.float64)
    marks: list[Marks] = []
    for row, values in enumerate(counts):
        name = str(part.iloc[row, 0])
        told = [f"{value:g}" for value in values.tolist()]
        tip = " · ".join(f"{head} {count}" for head, count in zip(heads, told, strict=True))
        colour = PRINT[row] if row != 3 else INK
        given = {"dash": DASHES[row], "marker": MARKERS[row], "size": 1.5, "name": name}
        marks.append(Marks("line", place, values, colour=colour, tips=[f"{name}: {tip}"], **given))  # type: ignore[arg-type]
        marks.append(Marks("texts", place, values, words=told, shift=(0, 7), size=7.5, colour=INK))
    across = Axis(-0.08 * len(heads) - 0.05, 1.08 * len(heads) - 1 + 0.05, range(len(heads)), heads)
    up = Axis(0, 1.15 * float(np.nanmax(counts, initial=1)), grid=True)
    return Chart([Panel(marks, across, up, legend=True)], 7.0, 3.2)


Draw = Callable[["pd.DataFrame", Language, Topical | None], Chart | None]
FIGURES: Final[Mapping[str, Draw]] = {
    "bars": bars,
    "columns": columns,
    "shares": shares,
    "scatter": scatter,
    "radar": radar,
    "years": years,
}
"""Figures by the charts that kinds of topics name."""
