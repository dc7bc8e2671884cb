"""Figures of the report page: ranks by scenario, swings, and scores along sweeps."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.report.chart_parts import INK, TIER_COLOURS
from tierwise.report.plots import QUIET, Axis, Chart, Marks, Panel, lying, named_rows, span, spread
from tierwise.report.presented import names_of
from tierwise.words.formats import Printed
from tierwise.words.language import phrase

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.arrays import FloatArray
    from tierwise.study.study import Study

TEXTS: Final = {
    "bump": ("Ranks of the first {} units under each scenario", "前{}名在各方案下的排名"),
    "rank": ("rank", "名次"),
    "place": ("{}: rank {}", "{}第{}名"),
    "base": ("base", "基准"),
    "swing": ("Mean rank shift where a weight falls or rises by a quarter", "权重增减25%时的平均位移"),
    "weight": ("weight among its siblings", "在同级中的权重"),
    "score": ("score", "得分"),
    "falls": ("weight falls", "权重下降"),
    "rises": ("weight rises", "权重上升"),
    "shift": ("mean rank shift (places)", "平均位移（位）"),
    "lines": (
        "Scores of the units beside the cuts as one weight varies (dotted: nominal weight)",
        "逐一变动权重时边界附近单位的得分（虚线：名义权重）",
    ),
}
MOST_BUMPED: Final = 20
MOST_BARS: Final = 25
MOST_SWEPT: Final = 6
OUTSIDE: Final = "#717D7E"


words = partial(phrase, TEXTS)


def bump(study: Study) -> Chart | None:
    """Return the first units' ranks from scenario to scenario."""
    frame, language = study.tables["scenario_ranks"], study.scenario.language
    shown = frame.head(MOST_BUMPED)
    scenarios = [*shown.columns][2:]
    every = zip(study.index.panel.codes, study.tiers.tiers.tolist(), strict=True)
    tiers = {code: tier for code, tier in every if tier}
    colours = [
        TIER_COLOURS[(tiers[code] - 1) % len(TIER_COLOURS)] if code in tiers else OUTSIDE
        for code in shown["code"]
    ]
    labels = [words("base", language) if name == "base" else str(name) for name in scenarios]
    title = words("bump", language).format(len(shown))
    return ranked(shown, scenarios, labels, colours, title, words("rank", language), words("place", language))


def ranked(
    shown: pd.DataFrame,
    columns: list[str],
    labels: list[str],
    colours: list[str],
    title: str,
    rank: str,
    place: str,
) -> Chart:
    """Return lines of ranks through some lists, a line for each row, names at both ends.

    ``place`` tells the rank on a list: ``{0}`` its label, ``{1}`` the rank.
    """
    ranks = shown[columns].to_numpy(dtype=np.float64, na_value=np.nan)
    deepest, last = int(np.nanmax(ranks)), len(columns) - 1
    names, codes = shown["name"].astype(str).tolist(), shown["code"].astype(str).tolist()
    marks: list[Marks] = []
    for name, code, colour, own in zip(names, codes, colours, ranks, strict=True):
        told = zip(labels, own.tolist(), strict=True)
        tip = " · ".join(place.format(label, f"{at:g}") for label, at in told if not np.isnan(at))
        line = {"colour": colour, "size": 1.6, "marker": "o", "units": [code], "tips": [f"{name}: {tip}"]}
        marks.append(Marks("line", range(len(columns)), own, **line))  # type: ignore[arg-type]
    for at, side, anchor in ((0, -0.08, "end"), (last, last + 0.08, "start")):
        there = np.flatnonzero(~np.isnan(ranks[:, at])).tolist()
        heights = spread(ranks[there, at].tolist(), deepest / 42)
        marks.append(
            Marks(
                "texts",
                [side] * len(there),
                heights,
                words=[names[row] for row in there],
                units=[codes[row] for row in there],
                colour=INK,
                size=7.5,
                anchor=anchor,  # type: ignore[arg-type]
            )
        )
    across = Axis(-1, last + 1, range(len(columns)), labels, grid=True)
    up = Axis(deepest + 0.8, 0.2, [1, *range(5, deepest + 1, 5)], title=rank)
    return Chart([Panel(marks, across, up)], min(4 + 1.3 * len(columns), 14), 6, title=title)


def tornado(study: Study) -> Chart | None:
    """Return the mean rank shift where each weight falls or rises by a quarter, the largest first."""
    frame, language = study.tables["swing"], study.scenario.language
    by_share = frame[frame["change"].str.contains("%", regex=False)]
    second = by_share.groupby("code").cumcount() == 1  # each weight falls, then rises
    falls = by_share[~second].set_index("code")["rank_shift_mean"]
    rises = by_share[second].set_index("code")["rank_shift_mean"]
    named = names_of(study).nodes
    largest = np.maximum(falls.to_numpy(), rises[falls.index].to_numpy())
    codes = [falls.index[at] for at in np.argsort(-largest, kind="stable")[:MOST_BARS]]
    names = [named.get(code, code) for code in codes]
    place, zero = np.arange(len(codes)), np.zeros(len(codes))
    marks: list[Marks] = []
    for key, own, sign, colour in (
        ("falls", falls[codes].to_numpy(), -1.0, TIER_COLOURS[6]),
        ("rises", rises[codes].to_numpy(), 1.0, TIER_COLOURS[1]),
    ):
        said = words(key, language)
        tips = [
            f"{name}: {said} {Printed(value):.2f}" for name, value in zip(names, own.tolist(), strict=True)
        ]
        marks.append(lying(place, zero, sign * own, thick=0.7, colour=colour, name=said, tips=tips))
    marks.append(Marks("links", [0], [-0.6], [0], [len(codes) - 0.4], colour=INK, size=0.8))
    ends = span(-falls[codes].to_numpy(), rises[codes].to_numpy(), zero)
    across = Axis(*ends, form="size", title=words("shift", language))
    title = words("swing", language)
    return Chart(
        [Panel(marks, across, named_rows(names))], 12, 1.4 + 0.24 * len(codes), title=title, legend=True
    )


def sweep_lines(study: Study) -> Chart | None:
    """Return small multiples: scores of the units beside the cuts along the sweeps of the first nodes."""
    frame, language = study.tables.get("sweep_lines"), study.scenario.language
    if frame is None or not len(frame):
        return None
    codes = [*dict.fromkeys(frame["code"])][:MOST_SWEPT]
    units, named = [*frame.columns][3:], names_of(study).nodes
    score = words("score", language)

    def panel(code: str) -> Panel:
        own = frame[frame["code"] == code]
        weights: FloatArray = own["weight"].to_numpy(dtype=np.float64)
        scores: FloatArray = own[units].to_numpy(dtype=np.float64)
        low, high = weights[0], weights[-1]
        reach = float(scores.max() - scores.min())
        ends = scores[-1].tolist()
        heights = spread(ends, reach / 26)
        tips = [f"{score} {first:.4g} → {last:.4g}" for first, last in zip(scores[0], ends, strict=True)]
        shades = [TIER_COLOURS[at * len(TIER_COLOURS) // len(units)] for at in range(len(units))]
        marks = [
            Marks("line", weights, scores[:, at], colour=shade, size=1.1, units=[unit], tips=[tip])
            for at, (unit, shade, tip) in enumerate(zip(units, shades, tips, strict=True))
        ]
        tip_end = high + 0.04 * (high - low)
        wide = len(units)
        marks += [
            Marks("links", [high] * wide, ends, [tip_end] * wide, heights, colour=QUIET, size=0.3),
            Marks(
                "texts",
                [tip_end] * wide,
                heights,
                words=[*units],
                units=[*units],
                colour=INK,
                size=6.5,
                anchor="start",
                shift=(2, 0),
            ),
        ]
        up = span(scores, heights)
        nominal = float(own["local"].iloc[0])
        marks.append(Marks("links", [nominal], [up[0]], [nominal], [up[1]], colour=INK, size=0.8, dash="1 2"))
        ticks = np.linspace(low, high, 5).tolist()
        across = Axis(
            low, high + 0.24 * (high - low), ticks, form="percents", title=words("weight", language)
        )
        return Panel(marks, across, Axis(*up, title=score), named.get(code, code))

    down = -(-len(codes) // 3)
    title = words("lines", language)
    return Chart([*map(panel, codes)], 12, 3.4 * down + 0.4, min(3, len(codes)), title)
