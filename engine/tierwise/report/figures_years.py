"""Figures of the report page of several years: ranks from year to year, scores unit by unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.report.chart_parts import INK, TIER_COLOURS, chosen
from tierwise.report.drawing import spread, svg
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from tierwise.study.study import Study

MOST_BUMPED: Final = 20
MOST_SMALL: Final = 24  # units of small multiples, six abreast
TEXTS: Final = {
    "ranks": ("Ranks of the first {} units by year", "前{}名各年名次"),
    "rank": ("rank", "名次"),
    "scores": (
        "Scores by year of the first {} units (grey: median of all)",
        "前{}名各年得分（灰线：全部参评单位的中位数）",
    ),
}


def words(key: str, language: Language) -> str:
    """Return a figure's text."""
    return chosen(TEXTS, key, language)


def _family(frame: pd.DataFrame, stem: str) -> list[str]:
    return [str(column) for column in frame.columns if str(column).startswith(stem)]


def years_ranks(study: Study) -> str:
    """Return the first units' ranks from year to year; blank where there is one year."""
    frame, language = study.tables["years_ranks"], study.scenario.language
    columns = _family(frame, "rank_")
    if len(columns) < 2:
        return ""
    shown = frame.head(MOST_BUMPED)
    ranks = shown[columns].to_numpy(dtype=np.float64, na_value=np.nan)
    tiers = shown[_family(frame, "tier_")[-1]].to_numpy(dtype=np.float64, na_value=np.nan)
    deepest = int(np.nanmax(ranks))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        place = np.arange(len(columns))
        for row, tier in zip(ranks, tiers, strict=True):
            colour = "#717d7e" if np.isnan(tier) else TIER_COLOURS[(int(tier) - 1) % len(TIER_COLOURS)]
            axes.plot(place, row, "-o", color=colour, linewidth=1.6, markersize=4)
        for at, side, align in ((0, -0.08, "right"), (-1, len(place) - 0.92, "left")):
            there = np.flatnonzero(~np.isnan(ranks[:, at]))
            heights = spread(ranks[there, at].tolist(), deepest / 42)
            for unit, height in zip(there.tolist(), heights, strict=True):
                name = str(shown["name"].iloc[unit])
                axes.annotate(name, (side, height), va="center", ha=align, fontsize=7.5)
        axes.set_ylim(deepest + 0.8, 0.2)
        axes.set_yticks([1, *range(5, deepest + 1, 5)])
        axes.set_xlim(-1, len(columns))
        axes.set_xticks(place, [column.removeprefix("rank_") for column in columns], fontsize=9)
        axes.set_ylabel(words("rank", language))
        axes.set_title(words("ranks", language).format(len(shown)), fontsize=11, loc="left")
        axes.grid(axis="x", color="#e5e7e9", linewidth=0.6)

    return svg(min(5 + 1.4 * len(columns), 14), 6, draw)


def years_scores(study: Study) -> str:
    """Return small multiples: each of the first units' scores by year, beside the median of all."""
    frame, language = study.tables["years_ranks"], study.scenario.language
    columns = _family(frame, "score_")
    if len(columns) < 2:
        return ""
    years = [int(column.removeprefix("score_")) for column in columns]
    shown = frame.head(MOST_SMALL)
    scores = frame[columns].to_numpy(dtype=np.float64, na_value=np.nan)
    median = np.nanmedian(scores, axis=0)
    own = scores[: len(shown)]
    low, high = float(np.nanmin([*own.ravel(), *median])), float(np.nanmax([*own.ravel(), *median]))
    room = 0.06 * (high - low) or 1.0

    def draw(figure: Figure) -> None:
        across = min(6, len(shown))
        grid = figure.subplots(-(-len(shown) // across), across, squeeze=False, sharex=True, sharey=True)
        for axes in grid.flat[len(shown) :]:
            axes.set_visible(False)
        for axes, row, name in zip(grid.flat, own, shown["name"], strict=False):
            axes.plot(years, median, color="#aab7b8", linewidth=1)
            axes.plot(years, row, "-o", color=TIER_COLOURS[0], linewidth=1.4, markersize=3)
            axes.set_title(str(name), fontsize=8.5, loc="left", parse_math=False, color=INK)
            axes.set_ylim(low - room, high + room)
            axes.set_xticks([years[0], years[-1]])
            axes.tick_params(labelsize=7)
        title = words("scores", language).format(len(shown))
        figure.suptitle(title, fontsize=11, x=0.01, ha="left")

    return svg(12, 0.6 + 1.35 * -(-len(shown) // 6), draw)
