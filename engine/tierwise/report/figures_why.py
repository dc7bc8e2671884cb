"""Waterfalls: from the rank before to the rank after, a step for each thing that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.report.chart_parts import INK, TIER_COLOURS
from tierwise.report.drawing import svg
from tierwise.sentences.why import FACTORS
from tierwise.tolerances import WHOLE
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tierwise.study.study import Study
    from tierwise.study.why import Why

MOST_DRAWN: Final = 6
MOST_STEPS: Final = 4  # indicators of one unit that have a step of their own
LEAST_STEP: Final = 0.05  # places
UP, DOWN = TIER_COLOURS[1], TIER_COLOURS[4]
BEFORE: Final = Text("before", "上期")
AFTER: Final = Text("after", "本期")
OTHER: Final = Text("other own figures", "其他自身指标")
TITLE: Final = Text("From the rank before to the rank after", "由上期名次到本期名次")
RANK: Final = Text("rank", "名次")


def of_study(study: Study) -> str:
    """Return the waterfalls of the units that moved most since the earlier year."""
    if study.moves is None:
        return ""
    return waterfalls(study.moves.why, furthest(study.moves.why), study.scenario.language)


def furthest(moves: Why, most: int = MOST_DRAWN) -> list[int]:
    """Return the positions of the units that moved most, the better placed first."""
    gained = np.abs(moves.shares.ranks[0] - moves.shares.ranks[1])
    order = np.lexsort((moves.shares.ranks[1], -np.nan_to_num(gained)))[:most]
    return sorted(order.tolist(), key=lambda unit: float(moves.shares.ranks[1, unit]))


def steps(moves: Why, unit: int, language: Language) -> list[tuple[str, float]]:
    """Return what brought a unit from one rank to the other: words and places gained, nothing left out."""
    own = moves.own(unit)
    parts = dict(zip(moves.factors, moves.shares.rank_shares[:, unit].tolist(), strict=True))
    out: list[tuple[str, float]] = []
    if own:
        largest = sorted(own, key=lambda pair: -abs(pair[1]))[:MOST_STEPS]
        out = [(name, places) for name, places in largest if abs(places) >= LEAST_STEP]
        rest = parts.pop("own") - sum(places for _, places in out)
        out += [((OTHER if out else FACTORS["own"]).of(language), rest)]
    out += [(FACTORS[factor].of(language), places) for factor, places in parts.items()]
    return [(words, places) for words, places in out if abs(places) > WHOLE]


def waterfalls(moves: Why, units: Sequence[int], language: Language) -> str:
    """Return the waterfalls of some units, by their positions, side by side as SVG."""
    if not units:
        return ""

    def draw(figure: Figure) -> None:
        columns = min(2, len(units))
        grid = figure.subplots(-(-len(units) // columns), columns, squeeze=False)
        for axes in grid.flat[len(units) :]:
            axes.set_visible(False)
        for unit, axes in zip(units, grid.flat, strict=False):
            _waterfall(axes, moves, unit, language)
        figure.suptitle(TITLE.of(language), fontsize=11, x=0.01, ha="left")
        figure.supxlabel(RANK.of(language), fontsize=8)

    return svg(12 if len(units) > 1 else 7, 2.7 * -(-len(units) // min(2, len(units))) + 0.5, draw)


def _waterfall(axes: Axes, moves: Why, unit: int, language: Language) -> None:
    """Draw one unit: bars from rank to rank, the first and the last of them marks."""
    from matplotlib.ticker import MaxNLocator

    before, after = moves.shares.ranks[:, unit].tolist()
    made = steps(moves, unit, language)
    at = before
    for row, (_, places) in enumerate(made, 1):
        axes.barh(row, -places, 0.62, left=at, color=UP if places > 0 else DOWN)
        axes.plot([at - places] * 2, [row, row + 1], color="#aab7b8", linewidth=0.7)
        axes.annotate(
            f"{places:+.1f}".replace("-", "−"),
            (at - places, row),
            (3 if places > 0 else -3, 0),
            textcoords="offset points",
            va="center",
            ha="left" if places > 0 else "right",
            fontsize=7,
        )
        at -= places
    last = len(made) + 1
    axes.plot([before, after], [0, last], "D", color=INK, markersize=5)
    axes.plot([before] * 2, [0, 1], color="#aab7b8", linewidth=0.7)
    rows = [
        f"{BEFORE.of(language)} {before:g}",
        *(words for words, _ in made),
        f"{AFTER.of(language)} {after:g}",
    ]
    axes.set_yticks(range(last + 1), rows, fontsize=8, parse_math=False)
    axes.set_ylim(last + 0.6, -0.6)
    ends = [before, *(before - np.cumsum([places for _, places in made])).tolist()]
    room = 0.14 * (max(ends) - min(ends)) + 0.5
    axes.set_xlim(max(ends) + room, min(ends) - room)  # towards the top of the list is to the right
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    axes.set_title(moves.names[unit], fontsize=10, loc="left", parse_math=False)
    axes.grid(axis="x", color="#e5e7e9", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8)
