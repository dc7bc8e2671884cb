"""A figure on paper: drawn by matplotlib as SVG, whose text stays text, or PNG; the same bytes each time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from tierwise.report.plots import ACROSS, TICK, Axis, Chart, Marks, Panel, legend_of, points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis as DrawnAxis
    from matplotlib.figure import Figure

CHINESE = [
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Heiti SC",
    "Arial Unicode MS",
]
FONTS = [*CHINESE, "DejaVu Sans"]
PAGE: Final = 7.0  # inches of a figure over the width of a page
GRID: Final = "#E5E7E9"
INK: Final = "#17202A"
FORMS: Final = {"percent": "{x:.0%}", "percents": "{x:.1%}"}
ALIGN: Final = {"start": "left", "middle": "center", "end": "right"}


def chinese_font() -> str | None:
    """Return the font of this machine in which figures write Chinese, None where none is installed."""
    from matplotlib.font_manager import fontManager

    there = {font.name for font in fontManager.ttflist}
    return next((name for name in CHINESE if name in there), None)


def svg(chart: Chart, below: str = "") -> str:
    """Return a figure as SVG, with a line below it that says where its numbers are from."""
    text = _drawn(chart, below, "svg", metadata={"Date": None, "Creator": None}).decode("utf-8")
    return text[text.index("<svg") :]


def png(chart: Chart) -> bytes:
    """Return a figure as PNG, for print."""
    return _drawn(chart, "", "png", dpi=200, metadata={"Software": None})


def _drawn(chart: Chart, below: str, form: str, **saving: Any) -> bytes:
    import logging
    import warnings

    import matplotlib as mpl
    from matplotlib.figure import Figure

    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "tierwise",
        "font.family": "sans-serif",
        "font.sans-serif": FONTS,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": False,
        "text.parse_math": False,  # a name with dollars is a name
    }
    quiet = logging.getLogger("matplotlib.font_manager")
    before, quiet.level = quiet.level, logging.ERROR  # a font that is missing here is there in the browser
    try:
        with mpl.rc_context(settings), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "(?s)Glyph .* missing from")
            warnings.filterwarnings("ignore", "constrained_layout not applied")  # names longer than a page
            size = (chart.width, chart.height + 0.2 * bool(below))
            figure = Figure(figsize=size, layout="constrained")
            _draw(figure, chart)
            if below:
                figure.supxlabel(below, x=0.01, ha="left", fontsize=7, color="#5D6D7E")
            buffer = io.BytesIO()
            figure.savefig(buffer, format=form, **saving)
    finally:
        quiet.level = before
    return buffer.getvalue()


def _draw(figure: Figure, chart: Chart) -> None:
    down = -(-len(chart.panels) // chart.across)
    grid = figure.subplots(down, chart.across, squeeze=False)
    for axes in grid.flat[len(chart.panels) :]:
        axes.set_visible(False)
    room = ACROSS * chart.width / PAGE / chart.across
    for axes, panel in zip(grid.flat, chart.panels, strict=False):
        _panel(axes, panel, room)
    if chart.title:
        figure.suptitle(chart.title, fontsize=11, x=0.01, ha="left")
    if chart.legend and (named := [*legend_of(chart.panels)]):
        figure.legend(
            [_handle(marks) for marks in named],
            [marks.name for marks in named],
            loc="outside lower left",
            ncols=min(len(named), 5),
            frameon=False,
            fontsize=8,
        )


def _panel(axes: Axes, panel: Panel, room: float) -> None:
    for marks in panel.marks:
        KINDS[marks.kind](axes, marks)
    axes.set_xlim(panel.x.low, panel.x.high)
    axes.set_ylim(panel.y.low, panel.y.high)
    _axis(axes.xaxis, panel.x)
    _axis(axes.yaxis, panel.y)
    axes.set_axisbelow(True)
    if panel.x.labels:
        step = room / abs(panel.x.high - panel.x.low)  # points from one bar to the next
        if max(points(label, TICK) for label in panel.x.labels) > step:
            axes.tick_params(axis="x", labelrotation=35)
    for bare, side, axis in zip(panel.bare, ("bottom", "left"), (axes.xaxis, axes.yaxis), strict=True):
        if bare:
            axes.spines[side].set_visible(False)
            axis.set_ticks([])
    if panel.square:
        axes.set_aspect("equal")
    if panel.title:
        axes.set_title(panel.title, fontsize=10, loc="left")
    if panel.legend and (named := [*legend_of([panel])]):
        axes.legend(
            [_handle(marks) for marks in named],
            [marks.name for marks in named],
            frameon=False,
            fontsize=8,
            loc="center left",
            bbox_to_anchor=(1.0, 0.5),
        )


def _axis(drawn: DrawnAxis, axis: Axis) -> None:
    from matplotlib.ticker import MaxNLocator

    drawn.set_tick_params(labelsize=TICK)
    if axis.ticks is not None:
        drawn.set_ticks([*axis.ticks], None if axis.labels is None else [*axis.labels])
    elif axis.form == "whole":
        drawn.set_major_locator(MaxNLocator(7, integer=True))
    if axis.form in FORMS and axis.labels is None:
        drawn.set_major_formatter(FORMS[axis.form])
    if axis.form == "size":
        drawn.set_major_formatter(lambda value, _: f"{abs(value):g}")
    if axis.title:
        drawn.set_label_text(axis.title, fontsize=8.5)
    if axis.grid:
        drawn.grid(visible=True, color=GRID, linewidth=0.6)


def _rects(axes: Axes, marks: Marks) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    made = [
        Rectangle((min(x, x2), min(y, y2)), abs(x2 - x), abs(y2 - y))
        for x, y, x2, y2 in zip(marks.x, marks.y, marks.x2, marks.y2, strict=True)
    ]
    edges = marks.edge or "none"
    axes.add_collection(
        PatchCollection(made, facecolors=marks.colours(), edgecolors=edges, linewidths=0.4, zorder=2)
    )


def _dots(axes: Axes, marks: Marks) -> None:
    tick = marks.marker == "|"  # which has no edge
    axes.scatter(
        marks.x,
        marks.y,
        marks.size**2,
        c=marks.colours(),
        marker=marks.marker or "o",
        edgecolors=None if tick else marks.edge or "face",
        linewidths=1.2 if tick else 0.4,
        zorder=3,
    )


def _line(axes: Axes, marks: Marks) -> None:
    axes.plot(
        marks.x,
        marks.y,
        color=marks.colours()[0],
        linewidth=marks.size,
        linestyle=_dashes(marks),
        marker=marks.marker or None,
        markersize=2 + 1.2 * marks.size,
    )


def _dashes(marks: Marks) -> Any:
    return (0, tuple(map(float, marks.dash.split()))) if marks.dash else "-"


def _links(axes: Axes, marks: Marks) -> None:
    from matplotlib.collections import LineCollection

    ends = [[(x, y), (x2, y2)] for x, y, x2, y2 in zip(marks.x, marks.y, marks.x2, marks.y2, strict=True)]
    axes.add_collection(
        LineCollection(ends, colors=marks.colours(), linewidths=marks.size, linestyles=[_dashes(marks)])
    )


def _texts(axes: Axes, marks: Marks) -> None:
    for x, y, text, colour in zip(marks.x, marks.y, marks.words, marks.colours(), strict=True):
        axes.annotate(
            text,
            (x, y),
            marks.shift,
            textcoords="offset points",
            ha=ALIGN[marks.anchor],
            va="center",
            fontsize=marks.size,
            color=colour,
            parse_math=False,
        )


KINDS: Final = {"rects": _rects, "dots": _dots, "line": _line, "links": _links, "texts": _texts}


def _handle(marks: Marks) -> Any:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    colour = (marks.colours() or [INK])[0]
    if marks.kind == "rects":
        return Patch(facecolor=colour, edgecolor=marks.edge or "none", linewidth=0.4)
    line: Any = _dashes(marks) if marks.kind in {"line", "links"} else ""
    marker = marks.marker or ("o" if marks.kind == "dots" else None)
    return Line2D([], [], color=colour, linestyle=line, marker=marker, markersize=4, linewidth=marks.size)
