"""What a figure shows, as data: marks between axes, in panels.

A figure is declared once. The page draws it in the browser (``charts.js``), so that its marks answer; Word,
cards and other paper get it from :mod:`tierwise.report.drawing`. Places are numbers on both axes: names of
units or groups are the labels of ticks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from tierwise.words.formats import wide

# Blues that are told apart in grey too, dark to light, then amber and greys; markers for what lies close.
PRINT: Final = ("#1B4F72", "#2E86C1", "#85C1E9", "#D6EAF8", "#F5B041", "#784212", "#AAB7B8", "#5D6D7E")
GREY: Final = "#ECEFF1"
QUIET: Final = "#AAB7B8"
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES: Final = ("", "6 3", "6 2 1 2", "2 2", "8 2", "4 2 1 2 1 2", "1 1", "10 3")

TICK: Final = 8.0  # points of what is written at a tick
LETTER: Final = 0.62  # of the size: a wide letter or digit
ACROSS: Final = 490.0  # points between the ends of an axis over the width of a page
FEW_BARS: Final = 8

Numbers = Sequence[float] | np.ndarray[Any, np.dtype[Any]]
Form = Literal["", "percent", "percents", "size", "whole"]


@dataclass(frozen=True)
class Axis:
    """An axis from ``low`` (left or below) to ``high``; ``low`` above ``high`` turns it round.

    ``ticks`` are places, None for round numbers of the drawer's choice; ``labels`` what is written at them.
    ``form`` is how numbers are written: shares in percent (``percents``: with a decimal), sizes without
    their signs, whole numbers only.
    """

    low: float
    high: float
    ticks: Sequence[float] | None = None
    labels: Sequence[str] | None = None
    form: Form = ""
    title: str = ""
    grid: bool = False


@dataclass(frozen=True)
class Marks:
    """Some marks of one kind; each is of a unit (by code) and has a tip, where these are given.

    ``x2`` and ``y2`` are the far corners of ``rects`` and the ends of ``links``. A ``line`` is one mark.
    ``colour`` is one for all or one each. ``size`` is in points: a line's width, a dot's diameter, a letter's
    height. ``anchor`` is the end of a text at its place, ``shift`` moves it, in points.
    """

    kind: Literal["rects", "dots", "line", "links", "texts"]
    x: Numbers
    y: Numbers
    x2: Numbers = ()
    y2: Numbers = ()
    colour: str | Sequence[str] = PRINT[0]
    edge: str = ""
    name: str = ""
    size: float = 1.0
    dash: str = ""
    marker: str = ""
    words: Sequence[str] = ()
    anchor: Literal["start", "middle", "end"] = "middle"
    shift: tuple[float, float] = (0.0, 0.0)
    units: Sequence[str] = ()
    tips: Sequence[str] = ()

    def colours(self) -> list[str]:
        """Return the colour of each mark."""
        return [self.colour] * len(self.x) if isinstance(self.colour, str) else [*self.colour]


@dataclass(frozen=True)
class Panel:
    """Marks between two axes."""

    marks: Sequence[Marks]
    x: Axis
    y: Axis
    title: str = ""
    legend: bool = False  # of its own, beside it
    square: bool = False  # a step is as long on both axes
    bare: tuple[bool, bool] = (False, False)  # axes that are not drawn


@dataclass(frozen=True)
class Chart:
    """A figure: panels, ``across`` beside each other; width and height in inches, as on paper."""

    panels: Sequence[Panel]
    width: float
    height: float
    across: int = 1
    title: str = ""
    legend: bool = False  # names of marks, once for all panels


def legend_of(panels: Sequence[Panel]) -> Iterator[Marks]:
    """Yield the marks that a legend names, each name once."""
    told: set[str] = set()
    for panel in panels:
        for marks in panel.marks:
            if marks.name and marks.name not in told:
                told.add(marks.name)
                yield marks


def named_rows(labels: Sequence[str]) -> Axis:
    """Return the axis of rows from the top down, 0 first, each with its name."""
    return Axis(len(labels) - 0.4, -0.6, range(len(labels)), labels)


def lying(places: Numbers, starts: Numbers, ends: Numbers, *, thick: float = 0.65, **more: object) -> Marks:
    """Return lying bars at ``places``, from ``starts`` to ``ends``."""
    at = np.asarray(places, dtype=np.float64)
    return Marks("rects", starts, at - thick / 2, ends, at + thick / 2, **more)  # type: ignore[arg-type]


def standing(
    places: Numbers, starts: Numbers, ends: Numbers, *, thick: float = 0.65, **more: object
) -> Marks:
    """Return standing bars at ``places``, from ``starts`` to ``ends``."""
    at = np.asarray(places, dtype=np.float64)
    return Marks("rects", at - thick / 2, starts, at + thick / 2, ends, **more)  # type: ignore[arg-type]


def points(name: str, size: float) -> float:
    """Return how long a text of some size is, in points: a Chinese sign is as wide as high."""
    chinese = wide(name) - len(name)
    return size * (chinese + LETTER * (len(name) - chinese))


def beside(names: Sequence[str]) -> Axis:
    """Return the axis of bars that stand side by side over the width of a page, each with its name.

    Few bars are as narrow as those of many, in the middle, unless their names want more room.
    """
    fitting = int(ACROSS // (max((points(name, TICK) for name in names), default=0) + TICK / 3))
    spare = max(min(FEW_BARS, fitting) - len(names), 0) / 2
    return Axis(-0.6 - spare, len(names) - 0.4 + spare, range(len(names)), names)


def span(*values: Numbers, room: float = 0.05) -> tuple[float, float]:
    """Return the ends of an axis that shows some numbers, with a little room at both."""
    known = np.concatenate([np.asarray(some, dtype=np.float64).ravel() for some in values])
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    wide = room * (high - low) or abs(high) * room or 1.0
    return low - wide, high + wide


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Return places for labels that lie ``gap`` apart at least, in the same order, as near as they can be."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    groups: list[tuple[float, int]] = []  # centre and size of runs of labels that touch
    for at in order:
        groups.append((places[at], 1))
        while len(groups) > 1 and groups[-1][0] - groups[-2][0] < gap * (groups[-1][1] + groups[-2][1]) / 2:
            (two, more), (one, size) = groups.pop(), groups.pop()
            groups.append(((one * size + two * more) / (size + more), size + more))
    spaced = [0.0] * len(places)
    free = iter(order)
    for centre, size in groups:
        for step in range(size):
            spaced[next(free)] = centre + gap * (step - (size - 1) / 2)
    return spaced
