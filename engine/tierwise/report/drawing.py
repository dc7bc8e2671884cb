"""A matplotlib figure as SVG, whose text stays text, or PNG; the same drawing gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
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
# Blues that are told apart in grey too, dark to light, then amber and greys; markers for what lies close.
PRINT: Final = ("#1B4F72", "#2E86C1", "#85C1E9", "#D6EAF8", "#F5B041", "#784212", "#AAB7B8", "#5D6D7E")
GREY: Final = "#ECEFF1"
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES: Final = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (7, 2)))


@dataclass(frozen=True)
class Drawing:
    """A figure that is drawn when it is asked for; ``width`` and ``height`` in inches."""

    width: float
    height: float
    draw: Callable[[Figure], None]

    def png(self) -> bytes:
        """Return it as PNG, for print."""
        return png(self.width, self.height, self.draw)

    def svg(self, below: str = "") -> str:
        """Return it as SVG, with a line below it that says where its figures are from."""

        def draw(figure: Figure) -> None:
            self.draw(figure)
            if below:
                figure.supxlabel(below, x=0.01, ha="left", fontsize=7, color="#5D6D7E")

        return svg(self.width, self.height + 0.2 * bool(below), draw)


def chinese_font() -> str | None:
    """Return the font of this machine in which figures write Chinese, None where none is installed."""
    from matplotlib.font_manager import fontManager

    there = {font.name for font in fontManager.ttflist}
    return next((name for name in CHINESE if name in there), None)


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


def roomy(axes: Axes, bars: int, least: int = 8) -> None:
    """Keep few bars as narrow as those of many, in the middle."""
    spare = max(least - bars, 0) / 2
    axes.set_xlim(-0.6 - spare, bars - 0.4 + spare)


def svg(width: float, height: float, draw: Callable[[Figure], None]) -> str:
    """Return a figure of the given inches as SVG."""
    text = _drawn(width, height, draw, "svg", metadata={"Date": None, "Creator": None}).decode("utf-8")
    return text[text.index("<svg") :]


def png(width: float, height: float, draw: Callable[[Figure], None]) -> bytes:
    """Return a figure of the given inches as PNG, for print."""
    return _drawn(width, height, draw, "png", dpi=200, metadata={"Software": None})


def _drawn(width: float, height: float, draw: Callable[[Figure], None], form: str, **saving: Any) -> bytes:
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
            figure = Figure(figsize=(width, height), layout="constrained")
            draw(figure)
            buffer = io.BytesIO()
            figure.savefig(buffer, format=form, **saving)
    finally:
        quiet.level = before
    return buffer.getvalue()
