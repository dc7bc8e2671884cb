"""Waterfalls: from the rank before to the rank after, a step for each thing that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.report.chart_parts import INK, TIER_COLOURS
from tierwise.report.plots import QUIET, Axis, Chart, Marks, Panel, named_rows
from tierwise.sentences.why import FACTORS
from tierwise.tolerances import WHOLE
from tierwise.words.formats import Printed
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def of_study(study: Study) -> Chart | None:
    """Return the waterfalls of the units that moved most since the earlier year."""
    if study.moves is None:
        return None
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


def waterfalls(moves: Why, units: Sequence[int], language: Language) -> Chart | None:
    """Return the waterfalls of some units, by their positions, side by side."""
    if not units:
        return None
    across = min(2, len(units))
    height = 2.7 * -(-len(units) // across) + 0.5
    panels = [_waterfall(moves, unit, language) for unit in units]
    return Chart(panels, 12 if len(units) > 1 else 7, height, across, TITLE.of(language))


def _waterfall(moves: Why, unit: int, language: Language) -> Panel:
    """Return one unit: bars from rank to rank, the first and the last of them marks."""
    before, after = moves.shares.ranks[:, unit].tolist()
    made = steps(moves, unit, language)
    places = np.array([step for _, step in made])
    ends = before - np.cumsum(places)
    starts = ends + places
    at = np.arange(1, len(made) + 1)
    last = len(made) + 1
    tips = [f"{name} {_signed(step)}" for name, step in made]
    labels = [
        f"{BEFORE.of(language)} {before:g}",
        *(name for name, _ in made),
        f"{AFTER.of(language)} {after:g}",
    ]
    codes = [moves.codes[unit]]
    marks = [
        Marks(
            "rects",
            starts,
            at - 0.31,
            ends,
            at + 0.31,
            colour=[UP if step > 0 else DOWN for step in places.tolist()],
            units=codes * len(made),
            tips=tips,
        ),
        Marks("links", [before, *ends], [0, *at], [before, *ends], [*at, last], colour=QUIET, size=0.7),
    ]
    for side, anchor, shift in ((True, "start", 3.0), (False, "end", -3.0)):
        own = np.flatnonzero((places > 0) == side)
        signs = [_signed(places[row]) for row in own]
        given = {"words": signs, "anchor": anchor, "shift": (shift, 0.0), "size": 7.0, "colour": INK}
        marks.append(Marks("texts", ends[own], at[own].astype(np.float64), **given))  # type: ignore[arg-type]
    told = [f"{BEFORE.of(language)} {before:g}", f"{AFTER.of(language)} {after:g}"]
    marks.append(
        Marks("dots", [before, after], [0, last], colour=INK, marker="D", size=5, units=codes * 2, tips=told)
    )
    whole = [before, after, *ends.tolist()]
    room = 0.14 * (max(whole) - min(whole)) + 0.5
    # Towards the top of the list is to the right.
    turned = Axis(max(whole) + room, min(whole) - room, form="whole", grid=True, title=RANK.of(language))
    return Panel(marks, turned, named_rows(labels), moves.names[unit])


def _signed(places: float) -> str:
    return f"{Printed(places):+.1f}".replace("-", "−")
