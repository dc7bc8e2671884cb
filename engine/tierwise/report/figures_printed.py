"""Figures of the printed report on the list: units by group, tiers down the list, tiers by group, years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.methods.regions import short_name
from tierwise.report.chart_parts import INK
from tierwise.report.drawing import GREY, MARKERS, PRINT, Drawing, roomy
from tierwise.report.tiles import TILES
from tierwise.sentences.tiers import ordinal
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from tierwise.study.study import Study

MOST_GROUPS: Final = 40  # bars beside each other


def by_number(frame: pd.DataFrame) -> Drawing:
    """Return listed units by group as bars, the most on the left."""
    shown = frame.head(MOST_GROUPS)
    names, units = shown.iloc[:, 0].astype(str).tolist(), shown["units"].to_numpy()

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        bars = axes.bar(range(len(names)), units, 0.65, color=PRINT[0])
        axes.bar_label(bars, fontsize=9)
        axes.set_xticks(range(len(names)), names, fontsize=9, rotation=45 if len(names) > 20 else 0)
        roomy(axes, len(names))
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)

    return Drawing(7.0, 2.8, draw)


def on_map(frame: pd.DataFrame) -> Drawing | None:
    """Return listed units by province on squares, one for each; None where a group is no province."""
    units = {
        short_name(str(name)): int(count)
        for name, count in zip(frame.iloc[:, 0], frame["units"], strict=True)
    }
    if not units or not units.keys() <= TILES.keys():
        return None
    most = max(units.values())

    def draw(figure: Figure) -> None:
        from matplotlib.patches import Rectangle

        axes = figure.subplots()
        for name, (row, column) in TILES.items():
            count = units.get(name, 0)
            depth = 0.15 + 0.85 * count / most if count else 0.0
            fill = tuple(1 - depth * (1 - part) for part in (0.106, 0.310, 0.447)) if count else GREY
            axes.add_patch(Rectangle((column, -row), 0.94, 0.94, facecolor=fill, edgecolor="none"))
            ink = "white" if depth > 0.5 else INK
            axes.text(column + 0.47, 0.64 - row, name, ha="center", va="center", fontsize=7.5, color=ink)
            if count:
                axes.text(
                    column + 0.47, 0.3 - row, str(count), ha="center", va="center", fontsize=9, color=ink
                )
        axes.set_xlim(-0.1, 8.1)
        axes.set_ylim(-7.1, 1.1)
        axes.set_aspect("equal")
        axes.set_axis_off()

    return Drawing(5.2, 5.2, draw)


def scores(study: Study, rank: str, score: str) -> Drawing:
    """Return scores by rank, tier by tier, with the cuts between them."""
    tiers, index = study.tiers, study.index
    language = study.scenario.language

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for tier in range(1, tiers.count + 1):
            units = np.flatnonzero(tiers.tiers == tier)
            axes.scatter(
                index.ranks[units],
                index.score[units],
                18,
                marker=MARKERS[(tier - 1) % len(MARKERS)],
                color=PRINT[(tier - 1) % len(PRINT)],
                edgecolors=INK,
                linewidths=0.4,
                label=f"{ordinal(tier).of(language)} ({len(units)})",
            )
        for above in tiers.cut_ranks:
            axes.axvline(above + 0.5, color=INK, linewidth=0.7, linestyle="--")
        last = int(np.nanmax(index.ranks[tiers.selected]))
        axes.set_xlim(1 - 0.02 * last, 1.02 * last)  # there is no rank 0
        axes.set_xticks(rank_ticks(last))
        axes.set_xlabel(rank)
        axes.set_ylabel(score)
        axes.legend(frameon=False, fontsize=9, loc="upper right")

    return Drawing(7.0, 3.2, draw)


def rank_ticks(last: int) -> list[int]:
    """Return the ranks that are written at an axis: 1, then round ones up to the last."""
    step = next(
        (step for size in (1, 10, 100, 1000) for step in (size, 2 * size, 5 * size) if last <= 10 * step),
        10_000,
    )
    return sorted({1, *range(step, last + 1, step), *([last] if last % step > step // 2 else [])})


def tiers_by_group(frame: pd.DataFrame, language: Language) -> Drawing:
    """Return the groups of each tier as lying bars, stacked, one bar a group."""
    shown = frame.head(MOST_GROUPS)
    names = shown.iloc[:, 0].astype(str).tolist()[::-1]
    heads = [str(head) for head in shown.columns[2:]]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        base = np.zeros(len(names))
        for head in heads:
            tier = int(head.removeprefix("tier_"))
            counts = shown[head].to_numpy(dtype=np.float64)[::-1]
            at = (tier - 1) % len(PRINT)
            label = ordinal(tier).of(language)
            bars = axes.barh(
                names, counts, 0.65, base, color=PRINT[at], edgecolor=INK, linewidth=0.4, label=label
            )
            texts = [f"{count:g}" if count else "" for count in counts]
            ink = "white" if at < 2 else INK
            axes.bar_label(bars, texts, label_type="center", fontsize=8, color=ink)
            base += counts
        axes.legend(frameon=False, fontsize=9, loc="lower right")
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)

    return Drawing(7.0, 1.2 + 0.26 * len(names), draw)


def two_years(frame: pd.DataFrame, heads: list[str]) -> Drawing:
    """Return the units of each group in two years as pairs of bars, the earlier year on the left."""
    shown = frame.head(MOST_GROUPS // 2)
    names = shown.iloc[:, 0].astype(str).tolist()

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        place = np.arange(len(names))
        for column, shift, colour in ((2, -0.2, PRINT[2]), (1, 0.2, PRINT[0])):
            values = shown.iloc[:, column].to_numpy(dtype=np.float64)
            bars = axes.bar(place + shift, values, 0.38, color=colour, label=heads[column])
            axes.bar_label(bars, fontsize=8)
        axes.set_xticks(place, names, fontsize=9, rotation=45 if len(names) > 20 else 0)
        roomy(axes, len(names))
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.legend(frameon=False, fontsize=9, loc="upper right")

    return Drawing(7.0, 2.8, draw)
