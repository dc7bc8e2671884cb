"""Figures of the report page on the draws: rank intervals, tier probabilities, where the cuts fall."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.report import figures_scenarios, figures_sensitivity, figures_why, figures_years
from tierwise.report.chart_parts import INK, TIER_COLOURS
from tierwise.report.charts import LEAST_REST, OUTSIDE, words
from tierwise.report.plots import Axis, Chart, Marks, Panel, lying, named_rows, standing
from tierwise.words.formats import Printed
from tierwise.words.language import Ordinal

if TYPE_CHECKING:
    from tierwise.arrays import IntArray
    from tierwise.study.study import Study

Draw = Callable[["Study"], Chart | None]
MOST_UNITS = 120
PANEL = 50  # units below each other
LONGEST_LABEL = 32


def labels(study: Study, units: IntArray) -> list[str]:
    """Return the names of units, cut to what a figure has room for."""
    names = [study.index.panel.names[unit] for unit in units]
    return [name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…" for name in names]


def panels(units: IntArray) -> list[IntArray]:
    """Return units in columns of a figure: as many to each, fifty at most, so that names can be read."""
    return [*np.array_split(units, -(-len(units) // PANEL))]


def tier_colour(tier: int) -> str:
    """Return the colour of a tier, from 1."""
    return TIER_COLOURS[(tier - 1) % len(TIER_COLOURS)]


def codes_of(study: Study, units: IntArray) -> list[str]:
    """Return the codes of units."""
    return [study.index.panel.codes[unit] for unit in units]


def _size(parts: list[IntArray]) -> tuple[float, float]:
    return 13 if len(parts) < 3 else 16, 1.3 + 0.19 * len(parts[0])


def rank_intervals(study: Study) -> Chart | None:
    """Return ranks with their intervals under the draws, best first, from top to bottom."""
    language, tiers = study.scenario.language, study.tiers
    robustness = study.robustness
    parts = panels(tiers.selected[:MOST_UNITS])
    interval = words("interval", language).format(robustness.interval)

    def panel(units: IntArray) -> Panel:
        place = np.arange(len(units))
        low, high = robustness.rank_low[units], robustness.rank_high[units]
        own, codes = tiers.tiers[units], codes_of(study, units)
        said = interval.format("{:g}–{:g}")
        tips = [said.format(*ends) for ends in zip(low.tolist(), high.tolist(), strict=True)]
        marks: list[Marks] = []
        for tier in range(1, tiers.count + 1):
            at = np.flatnonzero(own == tier)
            marks.append(
                lying(
                    place[at],
                    low[at] - 0.4,
                    high[at] + 0.4,
                    thick=0.5,
                    colour=tier_colour(tier),
                    name=interval.format(words("tier", language).format(Ordinal(tier))),
                    units=[codes[row] for row in at],
                    tips=[tips[row] for row in at],
                )
            )
        ranks = study.index.ranks[units]
        rank = words("rank", language)
        diamonds = Marks(
            "dots", ranks, place, colour=INK, marker="D", size=3, name=rank, units=codes, tips=tips
        )
        ends = max(float(low.min()) - 1, 0.0), float(high.max()) + 1
        return Panel(
            [*marks, diamonds],
            Axis(*ends, title=rank, grid=True, form="whole"),
            named_rows(labels(study, units)),
        )

    width, height = _size(parts)
    title = words("rank_interval", language)
    return Chart([*map(panel, parts)], width, height, len(parts), title, legend=True)


def tier_probabilities(study: Study) -> Chart | None:
    """Return the probability of each tier of each listed unit, stacked, best first, from top to bottom."""
    shares = study.robustness.tier_probabilities
    if shares.shape[1] < 2:
        return None
    language = study.scenario.language
    parts = panels(study.tiers.selected[:MOST_UNITS])
    rest = 1.0 - shares.sum(axis=1)  # in the other draws the unit is not listed
    outside = bool((rest[study.tiers.selected[:MOST_UNITS]] > LEAST_REST).any())
    kinds = [
        (words("tier", language).format(Ordinal(tier)), tier_colour(tier), shares[:, tier - 1])
        for tier in range(1, shares.shape[1] + 1)
    ]
    if outside:
        kinds.append((words("outside", language), OUTSIDE, np.maximum(rest, 0.0)))

    def panel(units: IntArray) -> Panel:
        base, marks = np.zeros(len(units)), []
        codes = codes_of(study, units)
        for name, colour, share in kinds:
            own = share[units]
            there = np.flatnonzero(own > 0)
            marks.append(
                lying(
                    there,
                    base[there],
                    (base + own)[there],
                    thick=0.86,
                    colour=colour,
                    name=name,
                    units=[codes[row] for row in there],
                    tips=[f"{name} {Printed(own[row]):.1%}" for row in there],
                )
            )
            base = base + own
        return Panel(marks, Axis(0, 1, form="percent"), named_rows(labels(study, units)))

    width, height = _size(parts)
    return Chart([*map(panel, parts)], width, height, len(parts), words("tiers", language), legend=True)


def cut_positions(study: Study) -> Chart | None:
    """Return how often each cut falls at each rank."""
    frame = study.tables.get("cut_distribution")
    if frame is None:
        return None
    language = study.scenario.language
    columns = [column for column in frame.columns if column.startswith("p_cut_")]
    if not columns:
        return None
    ranks, marks = frame["rank"].to_numpy(dtype=np.float64), []
    for number, column in enumerate(columns, 1):
        shares = frame[column].to_numpy(dtype=np.float64)
        there = np.flatnonzero(shares > 0)
        name = words("cut", language).format(number)
        marks.append(
            standing(
                ranks[there],
                np.zeros(len(there)),
                shares[there],
                thick=0.95,
                colour=TIER_COLOURS[(2 * number - 2) % len(TIER_COLOURS)],
                name=name,
                tips=[
                    f"{name}: {words('rank', language)} {ranks[at]:g}, {Printed(shares[at]):.1%}"
                    for at in there
                ],
            )
        )
    most = max([float(frame[columns].to_numpy(dtype=np.float64).max()), 0.01])
    across = Axis(0.4, len(frame) + 0.6, title=words("rank", language), form="whole")
    up = Axis(0, min(1.05 * most, 1.0), title=words("share", language), form="percent", grid=True)
    return Chart([Panel(marks, across, up)], 13, 3.8, title=words("cuts", language), legend=True)


FIGURES: Final[Mapping[str, Draw]] = {
    "rank_intervals": rank_intervals,
    "tier_probabilities": tier_probabilities,
    "cut_positions": cut_positions,
    "variance_shares": figures_sensitivity.variance_shares,
    "sensitivity_tornados": figures_sensitivity.tornados,
    "bump": figures_scenarios.bump,
    "swing_tornado": figures_scenarios.tornado,
    "sweep_lines": figures_scenarios.sweep_lines,
    "waterfalls": figures_why.of_study,
    "years_ranks": figures_years.years_ranks,
    "years_scores": figures_years.years_scores,
}
"""Figures by the names that tables give."""
