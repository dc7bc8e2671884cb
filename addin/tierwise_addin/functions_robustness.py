"""Family robustness: what draws of the weights say about ranks, tiers and cuts.

All functions of the family take the same arguments. The draws of one set of arguments are made once and serve
every function that asks about them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.kernels.tree import Tree
from tierwise.uncertainty.draws import WeightedScores, simulate
from tierwise.uncertainty.models import weight_model
from tierwise.uncertainty.tally import Tally
from tierwise.uncertainty.tier_rules import TierRule
from tierwise_addin import arguments, codec, session
from tierwise_addin.arguments import Argument, Help, in_cells
from tierwise_addin.catalogue import Function
from tierwise_addin.functions_index import AGGREGATION, DIRECTIONS, NORMALISATION, VALUES, WEIGHTS, flat_plan

TIERS_AT_MOST: Final = 4
LONGEST: Final = 1_000_000_000
"""Units times draws of one function."""

LONGEST_PAIRWISE: Final = 500_000_000_000
"""Pairs of units times draws of one function."""

INTERVAL: Final = 0.9
"""Share of the draws between the two ends of a rank interval."""

_SPREAD: Final = arguments.number("experts_or_spread", 0.0, "", "")


def experts_or_spread(block: codec.Block, name: str, problems: Problems) -> Any:
    """Return the experts' scores ``(experts, indicators)``, or a number h where there is one cell."""
    if block.cells.size == 1:
        return _SPREAD.decode(block, name, problems)
    return codec.numbers(block, name, problems)


class Question(NamedTuple):
    """The arguments of the family, decoded."""

    values: FloatArray
    weights: FloatArray
    experts_or_spread: FloatArray | float
    draws: int
    seed: int
    tiers: int | None
    top: int | None
    normalisation: str
    aggregation: str
    directions: FloatArray | None


class _Frozen(NamedTuple):
    """An array as a key of the cache."""

    data: bytes
    shape: tuple[int, ...]

    @classmethod
    def of(cls, array: FloatArray) -> _Frozen:
        return cls(np.ascontiguousarray(array).tobytes(), array.shape)

    @property
    def array(self) -> FloatArray:
        return np.frombuffer(self.data).reshape(self.shape)


def refuse_endless(question: Question, *quantities: str) -> None:
    """Raise C023 for more draws than a cell should wait for: a minute or so on a small machine."""
    units = len(question.values)
    most = LONGEST // units
    if "pairwise" in quantities:
        most = min(most, LONGEST_PAIRWISE // units**2)
    if question.draws > most:
        raise TierwiseError(problem("C023", argument="draws", draws=question.draws, units=units, most=most))


def tally(question: Question, *quantities: str) -> Tally:
    """Return the counts of the draws, from the cache if they were made before."""
    refuse_endless(question, *quantities)
    key = (_Frozen.of(part) if isinstance(part, np.ndarray) else part for part in question)
    with in_cells({"scores": "experts_or_spread", "spread": "experts_or_spread", "count": "tiers"}):
        return _tally(tuple(key), quantities)


@lru_cache(maxsize=8)
def _tally(key: tuple[Any, ...], quantities: tuple[str, ...]) -> Tally:
    thawed: list[Any] = [part.array if isinstance(part, _Frozen) else part for part in key]
    asked = Question(*thawed)
    plan, nominal = flat_plan(
        asked.values, asked.weights, asked.normalisation, asked.aggregation, asked.directions
    )
    tree = Tree.flat(asked.values.shape[1])
    if isinstance(asked.experts_or_spread, float):
        model = weight_model("box", tree, nominal, spread=asked.experts_or_spread)
    else:
        blank = np.full((len(asked.experts_or_spread), 1), np.nan)
        model = weight_model("bootstrap", tree, nominal, scores=np.hstack([blank, asked.experts_or_spread]))
    listed = min(asked.top or plan.units, plan.units)
    return simulate(
        WeightedScores(plan, model),
        draws=asked.draws,
        seed=asked.seed,
        top=asked.top,
        tier_rule=TierRule(count=asked.tiers or min(TIERS_AT_MOST, listed)),
        quantities=quantities,
        progress=session.progress.get(),
    )


def robustness(*cells: Any) -> object:
    """Return one row for each unit: its rank and tier, and what the draws say of them."""
    found = tally(Question(*cells))
    low, high = found.rank_interval(INTERVAL)
    columns: dict[str, object] = {
        "score": found.setup.rounded,
        "rank": found.setup.ranks,
        "rank_mean": found.rank_mean(),
        "rank_median": found.rank_median(),
        "rank_low": low,
        "rank_high": high,
        "rank_min": found.rank_min(),
        "rank_max": found.rank_max(),
        "p_top": found.p_top(),
        "tier": np.where(found.setup.nominal_tiers > 0, found.setup.nominal_tiers, np.nan),
    }
    columns |= {f"p_tier_{tier}": shares for tier, shares in enumerate(found.tier_probabilities.T) if tier}
    columns["p_tier_same"] = found.p_tier_same()
    return codec.headed(columns)


def rank_interval(*cells: Any) -> FloatArray:
    """Return the two ends of each unit's rank interval, as two columns."""
    return np.column_stack(tally(Question(*cells)).rank_interval(INTERVAL))


def top_probability(*cells: Any) -> FloatArray:
    """Return each unit's probability of being on the list."""
    return tally(Question(*cells)).p_top()


def tier_probability(*cells: Any) -> FloatArray:
    """Return each unit's probability of each tier, a column for each tier."""
    return tally(Question(*cells)).tier_probabilities[:, 1:]


def tier_boundaries(*cells: Any) -> object:
    """Return one row for each cut: where it is, and where the draws put it; units by their row."""
    found = tally(Question(*cells))
    low, high = (1 - INTERVAL) / 2, (1 + INTERVAL) / 2
    rank, order = found.setup.nominal_cuts, found.setup.order
    columns = {
        "cut": np.arange(1, len(rank) + 1),
        "rank": rank,
        "score": (found.setup.rounded[order[rank - 1]] + found.setup.rounded[order[rank]]) / 2,
        "rank_low": found.cut_rank_quantile(low),
        "rank_median": found.cut_rank_quantile(0.5),
        "rank_high": found.cut_rank_quantile(high),
        "score_low": found.cut_score_quantile(low),
        "score_high": found.cut_score_quantile(high),
        "p_same": found.p_cut_same(),
        "unit_above": order[rank - 1] + 1,
        "unit_below": order[rank] + 1,
        "p_split": found.p_split()[rank - 1],
    }
    return codec.headed(columns)


def rank_acceptability(*cells: Any) -> FloatArray:
    """Return each unit's probability of each rank, a column for each rank."""
    question = Question(*cells)
    codec.SHEET.refuse_beyond(len(question.values), len(question.values))
    return tally(question).rank_acceptability()


def pairwise(*cells: Any) -> FloatArray:
    """Return the probability that the unit of the row ranks before the unit of the column."""
    question = Question(*cells)
    codec.SHEET.refuse_beyond(len(question.values), len(question.values))
    return tally(question, "pairwise").pairwise()


ARGUMENTS: Final = (
    VALUES,
    WEIGHTS,
    Argument(
        "experts_or_spread",
        Help(
            "The experts' scores (experts x indicators), or a number h: weights vary by ±h of themselves",
            "专家打分区域(专家×指标),或一个数h:权重在±h的比例内变动",
        ),
        experts_or_spread,
    ),
    arguments.whole("draws", 1, "Number of weight draws (default 10,000)", "权重抽样次数(默认10000)", 10_000),
    arguments.whole("seed", 0, "Seed of the draws (default 1)", "随机种子(默认1)", 1),
    arguments.whole("tiers", 1, "Number of tiers (default 4)", "档数(默认4)", None),
    arguments.whole("top", 1, "Length of the list (default: all units)", "入围名次(默认全部)", None),
    NORMALISATION,
    AGGREGATION,
    DIRECTIONS,
)


def _function(name: str, en: str, zh: str, compute: Any, header: bool = False) -> Function:
    return Function(name, Help(en, zh), ARGUMENTS, compute, header=header, slow=True)


FUNCTIONS: Final = (
    _function(
        "IDX_ROBUSTNESS",
        "What thousands of weight draws say of each unit's rank and tier",
        "权重随机抽样下各单位名次与梯队的稳健性",
        robustness,
        header=True,
    ),
    _function(
        "IDX_RANK_INTERVAL",
        "Ranks between which each unit lies in 90 % of the draws: low, high",
        "各单位名次的90%区间:下限、上限",
        rank_interval,
    ),
    _function(
        "IDX_TOP_PROBABILITY",
        "Probability that each unit is among the first `top`",
        "各单位进入前top名的概率",
        top_probability,
    ),
    _function(
        "IDX_TIER_PROBABILITY",
        "Probability of each tier, a column for each",
        "各单位属于各梯队的概率(每档一列)",
        tier_probability,
    ),
    _function(
        "IDX_TIER_BOUNDARIES",
        "Where each cut between tiers lies, and where the draws put it",
        "各梯队分界的位置及其稳健性",
        tier_boundaries,
        header=True,
    ),
    _function(
        "IDX_RANK_ACCEPTABILITY",
        "Probability of each rank, a column for each",
        "各单位取得各名次的概率(每名次一列)",
        rank_acceptability,
    ),
    _function(
        "IDX_PAIRWISE",
        "Probability that the row's unit ranks before the column's",
        "行单位名次先于列单位的概率",
        pairwise,
    ),
)
