"""Figures of the report page: ranks by scenario, swings, and scores along sweeps."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.report.chart_parts import TIER_COLOURS
from tierwise.report.drawing import spread, svg
from tierwise.report.presented import names_of
from tierwise.words.language import phrase

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tierwise.study.study import Study

TEXTS: Final = {
    "bump": ("Ranks of the first {} units under each scenario", "前{}名在各方案下的排名"),
    "rank": ("rank", "名次"),
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


words = partial(phrase, TEXTS)


def bump(study: Study) -> str:
    """Return the first units' ranks from scenario to scenario."""
    frame, language = study.tables["scenario_ranks"], study.scenario.language
    shown = frame.head(MOST_BUMPED)
    scenarios = [*shown.columns][2:]
    listed = study.tables["ranking"].dropna(subset=["tier"])
    deepest = int(np.nanmax(shown[scenarios].to_numpy(dtype=np.float64, na_value=np.nan)))
    tiers = dict(zip(listed["code"], listed["tier"].astype(np.int64).tolist(), strict=True))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        place = np.arange(len(scenarios))
        for code, _, *ranks in shown.itertuples(index=False):
            colour = TIER_COLOURS[(tiers[code] - 1) % len(TIER_COLOURS)] if code in tiers else "#717d7e"
            own = np.array(ranks, dtype=np.float64)
            axes.plot(place, own, "-o", color=colour, linewidth=1.6, markersize=4)
        for column, side, align in (
            (scenarios[0], -0.08, "right"),
            (scenarios[-1], len(place) - 0.92, "left"),
        ):
            ranks = shown[column].to_numpy(dtype=np.float64, na_value=np.nan)
            there = np.flatnonzero(~np.isnan(ranks))
            heights = spread(ranks[there].tolist(), deepest / 45)
            for row, height in zip(there.tolist(), heights, strict=True):
                at = (side, height)
                axes.annotate(shown["name"].iloc[row], at, va="center", ha=align, fontsize=7.5)
        axes.set_ylim(deepest + 0.8, 0.2)
        axes.set_yticks([1, *range(5, deepest + 1, 5)])
        axes.set_xlim(-1, len(scenarios))
        labels = [words("base", language) if name == "base" else name for name in scenarios]
        axes.set_xticks(place, labels, fontsize=8, rotation=20 if len(labels) > 5 else 0)
        axes.set_ylabel(words("rank", language))
        axes.set_title(words("bump", language).format(len(shown)), fontsize=11, loc="left")
        axes.grid(axis="x", color="#e5e7e9", linewidth=0.6)

    return svg(min(4 + 1.3 * len(scenarios), 14), 6, draw)


def tornado(study: Study) -> str:
    """Return the mean rank shift where each weight falls or rises by a quarter, the largest first."""
    frame, language = study.tables["swing"], study.scenario.language
    by_share = frame[frame["change"].str.contains("%", regex=False)]
    falls = by_share[by_share["change"].str.startswith("-")].set_index("code")["rank_shift_mean"]
    rises = by_share[by_share["change"].str.startswith("+")].set_index("code")["rank_shift_mean"]
    named = names_of(study).nodes
    largest = np.maximum(falls.to_numpy(), rises[falls.index].to_numpy())
    codes = [falls.index[at] for at in np.argsort(largest, kind="stable")[-MOST_BARS:]]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        place = np.arange(len(codes))
        axes.barh(place, -falls[codes], 0.7, color=TIER_COLOURS[6], label=words("falls", language))
        axes.barh(place, rises[codes], 0.7, color=TIER_COLOURS[1], label=words("rises", language))
        axes.axvline(0, color="#17202a", linewidth=0.8)
        axes.set_yticks(place, [named.get(code, code) for code in codes], fontsize=8, parse_math=False)
        axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
        axes.set_xlabel(words("shift", language))
        axes.set_title(words("swing", language), fontsize=11, loc="left")
        axes.legend(frameon=False, loc="lower right")

    return svg(12, 1.4 + 0.24 * len(codes), draw)


def sweep_lines(study: Study) -> str:
    """Return small multiples: scores of the units beside the cuts along the sweeps of the first nodes."""
    frame = study.tables.get("sweep_lines")
    if frame is None or not len(frame):
        return ""
    codes = [*dict.fromkeys(frame["code"])][:MOST_SWEPT]
    units, named = [*frame.columns][3:], names_of(study).nodes

    def draw(figure: Figure) -> None:
        columns = min(3, len(codes))
        grid = figure.subplots(-(-len(codes) // columns), columns, squeeze=False)
        for axes in grid.flat[len(codes) :]:
            axes.set_visible(False)
        for code, axes in zip(codes, grid.flat, strict=False):
            own = frame[frame["code"] == code]
            for at, unit in enumerate(units):
                shade = TIER_COLOURS[at * len(TIER_COLOURS) // len(units)]
                axes.plot(own["weight"], own[unit], color=shade, linewidth=1.1)
            ends = [float(own[unit].iloc[-1]) for unit in units]
            reach = float(own[units].to_numpy().max() - own[units].to_numpy().min())
            for unit, end, height in zip(units, ends, spread(ends, reach / 26), strict=True):
                tip = own["weight"].iloc[-1]
                axes.annotate(
                    unit,
                    (tip, end),
                    (tip + 0.04 * (tip - own["weight"].iloc[0]), height),
                    fontsize=6.5,
                    va="center",
                    arrowprops={"arrowstyle": "-", "linewidth": 0.3, "color": "#aab7b8"},
                )
            axes.axvline(own["local"].iloc[0], color="#17202a", linewidth=0.8, linestyle=":")
            low, high = own["weight"].iloc[0], own["weight"].iloc[-1]
            axes.set_xlim(low, high + 0.24 * (high - low))  # room for the names
            axes.set_xticks(np.linspace(low, high, 5))
            axes.xaxis.set_major_formatter("{x:.1%}")
            axes.tick_params(labelsize=7)
            axes.set_title(named.get(code, code), fontsize=9, loc="left", parse_math=False)
        language = study.scenario.language
        figure.suptitle(words("lines", language), fontsize=11, x=0.01, ha="left")
        figure.supxlabel(words("weight", language), fontsize=8)
        figure.supylabel(words("score", language), fontsize=8)

    return svg(12, 3.4 * -(-len(codes) // 3) + 0.4, draw)
