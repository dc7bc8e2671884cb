"""Figures of the printed report: units by group, tiers down the list, tiers by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierwise.report.chart_parts import INK, TIER_COLOURS
from tierwise.report.drawing import png
from tierwise.sentences.tiers import ordinal

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from tierwise.study.study import Study


def by_number(frame: pd.DataFrame) -> bytes:
    """Return listed units by group as bars, the most on the left."""
    names, units = frame.iloc[:, 0].astype(str).tolist(), frame["units"].to_numpy()

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        bars = axes.bar(range(len(names)), units, 0.65, color=TIER_COLOURS[0])
        axes.bar_label(bars, fontsize=9)
        axes.set_xticks(range(len(names)), names, fontsize=9, rotation=45 if len(names) > 20 else 0)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)

    return png(7.0, 2.8, draw)


def scores(study: Study, rank: str, score: str) -> bytes:
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
                14,
                color=TIER_COLOURS[(tier - 1) % len(TIER_COLOURS)],
                label=ordinal(tier).of(language),
            )
        for above in tiers.cut_ranks:
            axes.axvline(above + 0.5, color=INK, linewidth=0.7, linestyle="--")
        last = int(np.nanmax(index.ranks[tiers.selected]))
        axes.set_xlim(1 - 0.02 * last, 1.02 * last)  # there is no rank 0
        axes.set_xticks(rank_ticks(last))
        axes.set_xlabel(rank)
        axes.set_ylabel(score)
        axes.legend(frameon=False, fontsize=9, loc="upper right")

    return png(7.0, 3.2, draw)


def rank_ticks(last: int) -> list[int]:
    """Return the ranks that are written at an axis: 1, then round ones up to the last."""
    step = next(
        (step for size in (1, 10, 100, 1000) for step in (size, 2 * size, 5 * size) if last <= 10 * step),
        10_000,
    )
    return sorted({1, *range(step, last + 1, step), *([last] if last % step > step // 2 else [])})


def tiers_by_group(study: Study, frame: pd.DataFrame) -> bytes:
    """Return the groups of each tier as lying bars, stacked, one bar a group."""
    names = frame.iloc[:, 0].astype(str).tolist()[::-1]
    heads = [str(head) for head in frame.columns[2:]]
    language = study.scenario.language

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        base = np.zeros(len(names))
        for head in heads:
            tier = int(head.removeprefix("tier_"))
            counts = frame[head].to_numpy(dtype=np.float64)[::-1]
            bars = axes.barh(
                names,
                counts,
                0.65,
                base,
                color=TIER_COLOURS[(tier - 1) % len(TIER_COLOURS)],
                label=ordinal(tier).of(language),
            )
            axes.bar_label(
                bars, [f"{count:g}" if count else "" for count in counts], label_type="center", fontsize=8
            )
            base += counts
        axes.legend(frameon=False, fontsize=9, loc="lower right")
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)

    return png(7.0, 1.2 + 0.26 * len(names), draw)
