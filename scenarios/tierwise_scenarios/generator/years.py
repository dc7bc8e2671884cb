"""Illustrative figures of earlier years that rank as published, as far as the lists of those years are known.

Model. A unit's indicators of a year lie near those of the list's own year: each position z between that
year's extremes becomes

    z' = logistic(logit(z) + noise + strength)

with a small noise for each cell, and ``strength`` solved for, by bisection, so that the unit's score on the
scale and under the weights of the list's own year is its target. Economic figures shrink by a rate of growth
of the unit's own. Targets follow the published rank by the curve of the list's own year, some per cent lower.
What a list leaves open is drawn: units that were listed without a known rank take the free ranks in the order
of their later ones, units that were not listed come after the list.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tierwise_scenarios.generator.lists import FOLDER, Unit
from tierwise_scenarios.generator.model import Array, Node, leaves, weighing

NOISE = 0.18  # of a cell, in logits
GROWTH = (0.065, 0.018)  # a year: mean and spread of the units' own rates
FALL = 0.03  # of a score, a year back
LISTED = 100
FIGURES = ("地区生产总值", "一般公共预算收入", "社会消费品零售总额", "固定资产投资", "常住人口")
GROWING = ("工业增加值", "规上工业企业利润", *FIGURES[:4])
PER_HEAD = {"人均GDP": "地区生产总值", "人均一般公共预算收入": "一般公共预算收入"}


@dataclass(frozen=True)
class Earlier:
    """Units of earlier lists that are not in this one, and how many of each year's list are known."""

    gone: Mapping[int, tuple[Unit, ...]]
    known: Mapping[int, int]


COUNTIES = Earlier(
    gone={
        2017: (Unit(16, "即墨市", "山东", "青岛市"), Unit(58, "长乐市", "福建", "福州市")),
        2018: (Unit(88, "当阳市", "湖北", "宜昌市"), Unit(95, "莱西市", "山东", "青岛市")),
    },
    known={2017: LISTED, 2018: 94},
)


def published(scenario: str) -> dict[int, dict[str, int | None]]:
    """Return the earlier lists: rank by name in each year, None where only membership is known."""
    lists: dict[int, dict[str, int | None]] = {}
    with (FOLDER / scenario / "history.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            lists.setdefault(int(row["year"]), {})[row["code"]] = int(row["rank"]) if row["rank"] else None
    return lists


def ranks(rng: np.random.Generator, units: Sequence[Unit], listed: Mapping[str, int | None]) -> list[int]:
    """Return a rank for each unit: as published, else drawn among the ranks that are free."""
    later = [unit.rank + 6.0 * rng.standard_normal() for unit in units]
    whole = all(rank is not None for rank in listed.values())  # the rest of the list is not known at all
    free = iter(rank for rank in range(1, 4 * LISTED) if rank not in listed.values())
    behind = iter(range(LISTED + 1, 4 * LISTED))
    found: dict[int, int] = {}
    for at in sorted(range(len(units)), key=lambda at: later[at]):
        name = units[at].name
        rank = listed.get(name)
        if rank is None:
            rank = next(free if whole or name in listed else behind)
        found[at] = rank
    return [found[at] for at in range(len(units))]


def targets(scores: Sequence[float], ranked: Sequence[int], back: int) -> Array:
    """Return the score of each rank: this list's curve, lowered, in whole thousandths that all differ."""
    places = max(ranked)
    curve = np.interp(np.linspace(0, len(scores) - 1, places), np.arange(len(scores)), sorted(scores)[::-1])
    steps = np.rint(curve * (1.0 - FALL * back) * 1000.0)
    for place in range(1, places):
        steps[place] = min(steps[place], steps[place - 1] - 1)
    return np.asarray(steps[np.array(ranked) - 1] / 1000.0, dtype=np.float64)


def figures(
    rng: np.random.Generator,
    units: Sequence[Unit],
    columns: Mapping[str, Array],
    like: Sequence[int],
    back: int,
) -> dict[str, Array]:
    """Return the economic figures of units ``back`` years ago, each like those of one of this list."""
    rate = np.clip(GROWTH[0] + GROWTH[1] * rng.standard_normal(len(units)), 0.01, 0.13)
    kept = {key: columns[key][list(like)] for key in (*GROWING, "常住人口")}
    kept |= {key: np.round(kept[key] / (1.0 + rate) ** back, 1) for key in GROWING}
    kept["常住人口"] = np.round(kept["常住人口"] / 1.004**back, 1)
    kept |= {key: np.round(1e4 * kept[of] / kept["常住人口"]) for key, of in PER_HEAD.items()}
    return kept


def solve(
    rng: np.random.Generator,
    nodes: Sequence[Node],
    columns: Mapping[str, Array],
    like: Sequence[int],
    given: Mapping[str, Array],
    weights: Array,
    wanted: Array,
) -> dict[str, Array]:
    """Return all indicators, rounded as stored, whose scores on this list's scale are the ones wanted."""
    indicators = leaves(nodes)
    base = np.column_stack([columns[leaf.code] for leaf in indicators])
    low, high = base.min(axis=0), base.max(axis=0)
    sign = np.array([leaf.direction for leaf in indicators])

    def positions(values: Array) -> Array:
        rising = (values - low) / (high - low)
        return np.asarray(np.where(sign > 0, rising, 1.0 - rising), dtype=np.float64)

    free = [at for at, leaf in enumerate(indicators) if leaf.drawn]
    values = base[list(like)]
    for at, leaf in enumerate(indicators):
        if not leaf.drawn:
            values[:, at] = given[leaf.code]
    inside = np.clip(positions(values)[:, free], 0.012, 0.985)
    logits = np.log(inside / (1.0 - inside)) + NOISE * rng.standard_normal(inside.shape)
    fixed = [at for at in range(len(indicators)) if at not in free]
    owed = wanted - positions(values)[:, fixed] @ weights[fixed]
    for unit in range(len(values)):
        z = _moved(logits[unit], weights[free], owed[unit])
        for at, position in zip(free, z, strict=True):
            leaf, rising = indicators[at], position if sign[at] > 0 else 1.0 - position
            values[unit, at] = round(low[at] + (high[at] - low[at]) * rising, leaf.decimals)
    _take_out(wanted - positions(values) @ weights, values, indicators, free, weights, high - low)
    return {leaf.code: values[:, at] for at, leaf in enumerate(indicators)}


def _moved(logits: Array, weights: Array, owed: float) -> Array:
    """Return positions whose weighted sum is ``owed``: all moved by one strength."""

    def at(strength: float) -> Array:
        return np.asarray(1.0 / (1.0 + np.exp(-(logits + strength))), dtype=np.float64)

    return weighing(owed, at, weights, most=8.0)


def _take_out(
    left: Array,
    values: Array,
    indicators: Sequence[Node],
    free: Sequence[int],
    weights: Array,
    reach: Array,
) -> None:
    """Take what rounding left of each score out of the unit's finest indicator."""
    finest = min(free, key=lambda at: weights[at] * 10.0 ** -indicators[at].decimals / reach[at])
    leaf = indicators[finest]
    for unit in range(len(values)):
        change = left[unit] / weights[finest] * reach[finest] * leaf.direction
        values[unit, finest] = round(values[unit, finest] + change, leaf.decimals)
