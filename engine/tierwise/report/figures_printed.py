"""Figures of the printed report on the list: units by group, tiers down the list, tiers by group, years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.methods.regions import short_name
from tierwise.report.chart_parts import INK
from tierwise.report.plots import (
    GREY,
    MARKERS,
    PRINT,
    Axis,
    Chart,
    Marks,
    Panel,
    beside,
    lying,
    named_rows,
    span,
    standing,
)
from tierwise.report.tiles import TILES
from tierwise.sentences.tiers import tier_head
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study

MOST_GROUPS: Final = 40  # bars beside each other


def by_number(frame: pd.DataFrame) -> Chart:
    """Return listed units by group as bars, the most on the left."""
    shown = frame.head(MOST_GROUPS)
    names, units = shown.iloc[:, 0].astype(str).tolist(), shown["units"].to_numpy(dtype=np.float64)
    return columns_of(names, units, [f"{count:g}" for count in units.tolist()])


def columns_of(names: Sequence[str], values: FloatArray, told: Sequence[str]) -> Chart:
    """Return columns with their values above them."""
    place = np.arange(len(names), dtype=np.float64)
    tips = [f"{name}: {text}" for name, text in zip(names, told, strict=True)]
    marks = [
        standing(place, np.zeros(len(names)), values, colour=PRINT[0], tips=tips),
        Marks("texts", place, values, words=told, shift=(0, 6), size=9, colour=INK),
    ]
    ends = min(0.0, float(values.min(initial=0))), 1.12 * float(values.max(initial=0)) or 1.0
    across = beside(names)
    return Chart([Panel(marks, across, Axis(*ends), bare=(False, True))], 7.0, 2.5)


def on_map(frame: pd.DataFrame) -> Chart | None:
    """Return listed units by province on squares, one for each; None where a group is no province."""
    units = {
        short_name(str(name)): int(count)
        for name, count in zip(frame.iloc[:, 0], frame["units"], strict=True)
    }
    if not units or not units.keys() <= TILES.keys():
        return None
    most = max(units.values())
    counts = [units.get(name, 0) for name in TILES]
    depths = [0.15 + 0.85 * count / most if count else 0.0 for count in counts]
    fills = [_shade(depth) if depth else GREY for depth in depths]
    inks = ["#FFFFFF" if depth > 0.5 else INK for depth in depths]
    x = np.array([column for _, column in TILES.values()], dtype=np.float64)
    y = -np.array([row for row, _ in TILES.values()], dtype=np.float64)
    tips = [f"{name}: {count}" for name, count in zip(TILES, counts, strict=True)]
    marks = [Marks("rects", x, y, x + 0.94, y + 0.94, colour=fills, tips=tips)]
    for name, count, ink, left, low in zip(TILES, counts, inks, x.tolist(), y.tolist(), strict=True):
        marks.append(Marks("texts", [left + 0.47], [low + 0.64], words=[name], size=7.5, colour=ink))
        if count:
            marks.append(Marks("texts", [left + 0.47], [low + 0.3], words=[str(count)], size=9, colour=ink))
    panel = Panel(marks, Axis(-0.1, 8.1), Axis(-7.1, 1.1), square=True, bare=(True, True))
    return Chart([panel], 4.4, 4.4)


def _shade(depth: float) -> str:
    """Return the blue of a depth from 0, white, to 1."""
    return "#" + "".join(f"{round(255 * (1 - depth * (1 - part))):02x}" for part in (0.106, 0.310, 0.447))


def scores(study: Study, rank: str, score: str) -> Chart:
    """Return scores by rank, tier by tier, with the cuts between them."""
    tiers, index, language = study.tiers, study.index, study.scenario.language
    marks: list[Marks] = []
    up = Axis(*span(index.score[tiers.selected]), title=score)
    for tier in range(1, tiers.count + 1):
        units = np.flatnonzero(tiers.tiers == tier)
        name = tier_head(tier, language)
        marks.append(
            Marks(
                "dots",
                index.ranks[units],
                index.score[units],
                marker=MARKERS[(tier - 1) % len(MARKERS)],
                colour=PRINT[(tier - 1) % len(PRINT)],
                edge=INK,
                size=4.3,
                name=f"{name} ({len(units)})",
                units=[index.panel.codes[unit] for unit in units],
                tips=[name] * len(units),
            )
        )
    cuts = [above + 0.5 for above in tiers.cut_ranks]
    ends = [up.low] * len(cuts), [up.high] * len(cuts)
    marks.append(Marks("links", cuts, ends[0], cuts, ends[1], colour=INK, size=0.7, dash="4 3"))
    last = int(np.nanmax(index.ranks[tiers.selected]))
    across = Axis(1 - 0.02 * last, 1.02 * last, rank_ticks(last), title=rank)  # there is no rank 0
    return Chart([Panel(marks, across, up)], 7.0, 3.2, legend=True)


def rank_ticks(last: int) -> list[int]:
    """Return the ranks that are written at an axis: 1, then round ones up to the last."""
    step = next(
        (step for size in (1, 10, 100, 1000) for step in (size, 2 * size, 5 * size) if last <= 10 * step),
        10_000,
    )
    return sorted({1, *range(step, last + 1, step), *([last] if last % step > step // 2 else [])})


def tiers_by_group(frame: pd.DataFrame, language: Language) -> Chart:
    """Return the groups of each tier as lying bars, stacked, one bar a group."""
    shown = frame.head(MOST_GROUPS)
    names = shown.iloc[:, 0].astype(str).tolist()
    base, marks = np.zeros(len(names)), []
    for head in map(str, shown.columns[2:]):
        tier = int(head.removeprefix("tier_"))
        counts = shown[head].to_numpy(dtype=np.float64)
        at, there = (tier - 1) % len(PRINT), np.flatnonzero(counts)[::-1]
        label = tier_head(tier, language)
        told = [f"{counts[row]:g}" for row in there]
        tips = [f"{names[row]}: {label} {count}" for row, count in zip(there, told, strict=True)]
        ends = (base + counts)[there]
        marks.append(lying(there, base[there], ends, colour=PRINT[at], edge=INK, name=label, tips=tips))
        ink = "#FFFFFF" if at < 2 else INK
        middle = (base + counts / 2)[there]
        marks.append(Marks("texts", middle, there.astype(np.float64), words=told, size=8, colour=ink))
        base = base + counts
    across = Axis(0, 1.02 * float(base.max(initial=1)))
    panel = Panel(marks, across, named_rows(names), bare=(True, False))
    return Chart([panel], 7.0, 1.0 + 0.2 * len(names), legend=True)


def two_years(frame: pd.DataFrame, heads: list[str]) -> Chart:
    """Return the units of each group in two years as pairs of bars, the earlier year on the left."""
    shown = frame.head(MOST_GROUPS // 2)
    names = shown.iloc[:, 0].astype(str).tolist()
    place, most, marks = np.arange(len(names)), 1.0, []
    for column, shift, colour in ((2, -0.2, PRINT[2]), (1, 0.2, PRINT[0])):
        values = np.nan_to_num(shown.iloc[:, column].to_numpy(dtype=np.float64))
        told = [f"{value:g}" for value in values.tolist()]
        tips = [f"{name}: {heads[column]} {text}" for name, text in zip(names, told, strict=True)]
        bars = {"thick": 0.38, "colour": colour, "name": heads[column], "tips": tips}
        marks.append(standing(place + shift, np.zeros(len(names)), values, **bars))  # type: ignore[arg-type]
        marks.append(Marks("texts", place + shift, values, words=told, shift=(0, 6), size=8, colour=INK))
        most = max(most, float(values.max(initial=0)))
    across = beside(names)
    return Chart([Panel(marks, across, Axis(0, 1.12 * most), bare=(False, True))], 7.0, 2.5, legend=True)
