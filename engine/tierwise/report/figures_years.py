"""Figures of the report page of several years: ranks from year to year, scores unit by unit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.report.chart_parts import TIER_COLOURS
from tierwise.report.figures_scenarios import OUTSIDE, ranked
from tierwise.report.plots import QUIET, Axis, Chart, Marks, Panel, span
from tierwise.words.language import phrase

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.arrays import FloatArray
    from tierwise.study.study import Study

MOST_BUMPED: Final = 20
MOST_SMALL: Final = 24  # units of small multiples, six abreast
TEXTS: Final = {
    "ranks": ("Ranks of the first {} units by year", "前{}名各年名次"),
    "rank": ("rank", "名次"),
    "place": ("{}: rank {}", "{}年第{}名"),
    "score": ("{}: {}", "{}年{}"),
    "scores": (
        "Scores by year of the first {} units (grey: median of all)",
        "前{}名各年得分（灰线：全部参评单位的中位数）",
    ),
}

words = partial(phrase, TEXTS)


def _family(frame: pd.DataFrame, stem: str) -> list[str]:
    return [str(column) for column in frame.columns if str(column).startswith(stem)]


def years_ranks(study: Study) -> Chart | None:
    """Return the first units' ranks from year to year; None where there is one year."""
    frame, language = study.tables["years_ranks"], study.scenario.language
    columns = _family(frame, "rank_")
    if len(columns) < 2:
        return None
    shown = frame.head(MOST_BUMPED)
    tiers = shown[_family(frame, "tier_")[-1]].to_numpy(dtype=np.float64, na_value=np.nan).tolist()
    colours = [
        OUTSIDE if np.isnan(tier) else TIER_COLOURS[(int(tier) - 1) % len(TIER_COLOURS)] for tier in tiers
    ]
    labels = [column.removeprefix("rank_") for column in columns]
    title = words("ranks", language).format(len(shown))
    return ranked(shown, columns, labels, colours, title, words("rank", language), words("place", language))


def years_scores(study: Study) -> Chart | None:
    """Return small multiples: each of the first units' scores by year, beside the median of all."""
    frame, language = study.tables["years_ranks"], study.scenario.language
    columns = _family(frame, "score_")
    if len(columns) < 2:
        return None
    years = [int(column.removeprefix("score_")) for column in columns]
    shown = frame.head(MOST_SMALL)
    scores = frame[columns].to_numpy(dtype=np.float64, na_value=np.nan)
    median = np.nanmedian(scores, axis=0)
    own = scores[: len(shown)]
    up = Axis(*span(own, median, room=0.06))
    across = Axis(*span(years), [years[0], years[-1]], [str(years[0]), str(years[-1])])

    def panel(row: FloatArray, name: str, code: str) -> Panel:
        tip = " · ".join(
            words("score", language).format(year, f"{score:.4g}")
            for year, score in zip(years, row.tolist(), strict=True)
        )
        line = Marks(
            "line", years, row, colour=TIER_COLOURS[0], size=1.4, marker="o", units=[code], tips=[tip]
        )
        return Panel([Marks("line", years, median, colour=QUIET, size=1), line], across, up, name)

    named = zip(own, shown["name"].astype(str), shown["code"].astype(str), strict=True)
    title = words("scores", language).format(len(shown))
    made = [panel(*one) for one in named]
    return Chart(made, 12, 0.6 + 1.35 * -(-len(shown) // 6), min(6, len(shown)), title)
