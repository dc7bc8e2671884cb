"""Illustrative economic figures of counties and districts that add up to stated totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tierwise_scenarios.generator.lists import Unit
from tierwise_scenarios.generator.model import Array

MINING = {"鄂尔多斯市", "榆林市", "银川市", "巴音郭楞蒙古自治州"}


@dataclass(frozen=True)
class Economy:
    """Totals in 100 million yuan (亿元) and 10,000 people (万人), to one decimal."""

    value_added: tuple[float, ...]  # industrial value added of each tier, from the top
    leaders: tuple[float, ...]  # how the first tier shares its value added
    gdp: float
    budget_revenue: float
    retail_sales: float
    investment: float
    profits: float
    population: float
    rich: tuple[str, ...]  # units with a GDP per head above 200,000 yuan, and no others
    parks: tuple[tuple[str, int], ...] = ()  # kinds of park, and how many units hold one
    with_parks: int = 0  # how many units hold any
    growth: tuple[tuple[int, float, float], ...] = ()  # of value added, %: units, from, to


def apportion(shares: Array, total: float) -> Array:
    """Return ``total`` split by shares into tenths that add up to it exactly (largest remainders)."""
    tenths = shares * (round(total * 10) / shares.sum())
    whole = np.floor(tenths)
    most_left = np.argsort(whole - tenths, kind="stable")
    whole[most_left[: round(total * 10) - round(whole.sum())]] += 1
    return np.asarray(whole / 10.0, dtype=np.float64)


def figures(
    rng: np.random.Generator, units: Sequence[Unit], sizes: Sequence[int], economy: Economy
) -> dict[str, Array]:
    """Return the figures by column name, and the per-head indicators that follow from them."""
    n = len(units)
    mining = np.array([unit.prefecture in MINING for unit in units])
    leading = np.arange(n) < sizes[0]
    size = np.exp(0.30 * rng.standard_normal(n)) * np.linspace(1.5, 0.8, n)
    size[leading] = economy.leaders
    value_added = np.empty(n)
    ends = np.cumsum(sizes)
    for start, end, total in zip(ends - sizes, ends, economy.value_added, strict=True):
        value_added[start:end] = apportion(size[start:end], total)

    share = 0.48 + 0.06 * rng.standard_normal(n) + 0.10 * mining
    share = np.where(leading, 0.478, np.clip(share, 0.30, 0.70))
    gdp = apportion(value_added / share, economy.gdp)
    population = _population(rng, units, gdp, mining, economy)
    budget = apportion(gdp * np.exp(0.24 * rng.standard_normal(n)), economy.budget_revenue)
    retail = apportion(
        gdp * np.exp(0.22 * rng.standard_normal(n)) * np.where(mining, 0.5, 1.0), economy.retail_sales
    )
    investment = apportion(gdp * np.exp(0.25 * rng.standard_normal(n)), economy.investment)
    profits = apportion(
        value_added * np.exp(0.24 * rng.standard_normal(n)) * np.where(mining, 1.3, 1.0), economy.profits
    )
    return {
        "工业增加值": value_added,
        "规上工业企业利润": profits,
        "人均GDP": np.round(gdp / population * 1e4),
        "人均一般公共预算收入": np.round(budget / population * 1e4),
        "地区生产总值": gdp,
        "一般公共预算收入": budget,
        "社会消费品零售总额": retail,
        "固定资产投资": investment,
        "常住人口": population,
    }


def _population(
    rng: np.random.Generator, units: Sequence[Unit], gdp: Array, mining: Array, economy: Economy
) -> Array:
    """Return residents such that exactly the rich units have a GDP per head above 200,000 yuan."""
    rich = np.array([unit.name in economy.rich for unit in units])
    per_head = np.where(
        rich,
        20.4 + np.where(mining, 13.0, 3.5) * rng.random(len(units)),
        np.linspace(11.0, 7.0, len(units)) * np.exp(0.30 * rng.standard_normal(len(units))),
    )
    few = np.round(gdp[rich] / per_head[rich], 1)
    others = gdp[~rich] / np.clip(per_head[~rich], 4.2, 17.5)
    population = np.empty(len(units))
    population[rich] = few
    population[~rich] = apportion(others, round(economy.population - few.sum(), 1))
    return population


def growth(rng: np.random.Generator, spans: Sequence[tuple[int, float, float]]) -> Array:
    """Return rates of growth in per cent, to one decimal: so many units between each two ends."""
    rates = np.concatenate([low + (high - low) * rng.random(count) for count, low, high in spans])
    return np.round(rng.permutation(rates), 1)


def parks(
    rng: np.random.Generator, units: int, kinds: Sequence[tuple[str, int]], any_of: int
) -> dict[str, Array]:
    """Return for each kind of park which units hold one (1, else 0); ``any_of`` hold one kind or more."""
    holders = rng.permutation(units)[:any_of]
    held: dict[str, Array] = {name: np.zeros(units) for name, _ in kinds}
    first = 0
    for name, count in kinds:  # every holder has one first, the others are drawn among the holders
        own = list(range(first, min(first + count, any_of)))
        first = max(first, len(own) and own[-1] + 1)
        spare = [at for at in range(any_of) if at not in own]
        own += rng.permutation(spare)[: count - len(own)].tolist()
        held[name][holders[own]] = 1.0
    return held
