"""Family robustness: what draws of the weights say about ranks, tiers and cuts.

All functions of the family take the same arguments. The draws of one set of arguments are made once and serve
every function that asks about them.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.blocks import DRAWS
from tierwise.draws.models import weight_model
from tierwise.draws.setup import setup
from tierwise.draws.simulate import simulate
from tierwise.draws.source import WeightedScores
from tierwise.draws.tally import Tally
from tierwise.draws.tier_rules import TierRule
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.methods.impute import compared
from tierwise.sensitivities.drawn import nodes_drawn
from tierwise.sensitivities.methods import METHODS
from tierwise.sensitivities.outputs import default_outputs, named_outputs
from tierwise.sensitivities.running import Model, run_model
from tierwise_addin import arguments, codec, session
from tierwise_addin.arguments import Argument, Help, in_cells
from tierwise_addin.catalogue import Function
from tierwise_addin.flat import HOW, VALUES, WEIGHTS, Figures, Flat, flat
from tierwise_addin.functions_tiers import tiers_by_default
from tierwise_addin.kept import once
from tierwise_addin.labelled import Named

NAMES: Final = {
    "scores": "experts_or_spread",
    "spread": "experts_or_spread",
    "nominal": "weights",
}
"""Worksheet names of the engine's arguments."""

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
    missing: str

    def settled(self) -> Question:
        """Return the question with what was left out as it is by default: it is the same question then."""
        units = int(compared(self.values, self.missing).sum())
        tiers, top = of_a_list(units, self.tiers, self.top)
        return self._replace(tiers=tiers, top=top)


class Drawn(NamedTuple):
    """What the draws counted, and the figures that they were made from."""

    tally: Tally
    figures: Figures


def of_a_list(units: int, count: int | None, top: int | None) -> tuple[int, int]:
    """Return how many tiers a list has and how many units it names, by default where nothing was asked."""
    most = units if top is None else min(top, units)
    return count or tiers_by_default(most), most


def refuse_endless(question: Question, *quantities: str) -> None:
    """Raise C023 for more draws than a cell should wait for: a minute or so on a small machine."""
    units = len(question.values)
    most = LONGEST // units
    if "pairwise" in quantities:
        most = min(most, LONGEST_PAIRWISE // units**2)
    if question.draws > most:
        raise TierwiseError(problem("C023", argument="draws", draws=question.draws, units=units, most=most))


def drawn(question: Question, *quantities: str) -> Drawn:
    """Return the counts of the draws, those that are kept if they were made before."""
    refuse_endless(question, *quantities)
    with in_cells(NAMES):
        return _drawn(*question.settled(), quantities)


@once
def _drawn(*given: Any) -> Drawn:
    *question, quantities = given
    asked = Question(*question)
    made = flat(asked.values, asked.weights, *asked[-4:])
    assert asked.tiers is not None
    with made.figures.placed():
        counted = simulate(
            weighted_scores(made, asked.experts_or_spread),
            draws=asked.draws,
            seed=asked.seed,
            top=asked.top,
            tier_rule=TierRule(count=asked.tiers),
            quantities=quantities,
            progress=session.progress.get(),
        )
    return Drawn(counted, made.figures)


def weighted_scores(made: Flat, experts_or_spread: FloatArray | float) -> WeightedScores:
    """Return what is drawn: the plan, and weights by the experts (bootstrap) or within ±h (box)."""
    tree = made.plan.tree
    if isinstance(experts_or_spread, float):
        model = weight_model("box", tree, made.nominal, spread=experts_or_spread)
    else:
        scores = on_nodes(experts_or_spread, len(made.nominal) - 1)
        model = weight_model("bootstrap", tree, made.nominal, scores=scores)
    return WeightedScores(made.plan, model)


def on_nodes(experts: FloatArray, indicators: int) -> FloatArray:
    """Return the experts' scores with a blank column for the index; C007 for another number of columns."""
    arguments.same_length("columns", values=indicators, experts_or_spread=experts.shape[1])
    return np.hstack([np.full((len(experts), 1), np.nan), experts])


def robustness(*cells: Any) -> object:
    """Return one row for each unit: its rank and tier, and what the draws say of them."""
    counted, figures = drawn(Question(*cells))
    low, high = counted.rank_interval(INTERVAL)
    columns: dict[str, NDArray[Any]] = {
        "score": counted.setup.rounded,
        "rank": counted.setup.ranks,
        "rank_mean": counted.rank_mean(),
        "rank_median": counted.rank_median(),
        "rank_low": low,
        "rank_high": high,
        "rank_min": counted.rank_min(),
        "rank_max": counted.rank_max(),
        "p_top": counted.p_top(),
        "tier": np.where(counted.setup.nominal_tiers > 0, counted.setup.nominal_tiers, np.nan),
    }
    columns |= {f"p_tier_{tier}": shares for tier, shares in enumerate(counted.tier_probabilities.T) if tier}
    columns["p_tier_same"] = counted.p_tier_same()
    return codec.headed({name: figures.spread(column) for name, column in columns.items()})


def rank_interval(*cells: Any) -> FloatArray:
    """Return the two ends of each unit's rank interval, as two columns."""
    counted, figures = drawn(Question(*cells))
    return figures.spread(np.column_stack(counted.rank_interval(INTERVAL)))


def top_probability(*cells: Any) -> FloatArray:
    """Return each unit's probability of being on the list."""
    counted, figures = drawn(Question(*cells))
    return figures.spread(counted.p_top())


def tier_probability(*cells: Any) -> FloatArray:
    """Return each unit's probability of each tier, a column for each tier."""
    counted, figures = drawn(Question(*cells))
    return figures.spread(counted.tier_probabilities[:, 1:])


def tier_boundaries(*cells: Any) -> object:
    """Return one row for each cut: where it is, and where the draws put it; units by their row."""
    counted, figures = drawn(Question(*cells))
    low, high = (1 - INTERVAL) / 2, (1 + INTERVAL) / 2
    rank, order = counted.setup.nominal_cuts, counted.setup.order
    columns = {
        "cut": np.arange(1, len(rank) + 1),
        "rank": rank,
        "score": counted.setup.cut_scores,
        "rank_low": counted.cut_rank_quantile(low),
        "rank_median": counted.cut_rank_quantile(0.5),
        "rank_high": counted.cut_rank_quantile(high),
        "score_low": counted.cut_score_quantile(low),
        "score_high": counted.cut_score_quantile(high),
        "p_same": counted.p_cut_same(),
        "unit_above": figures.numbered(order[rank - 1]),
        "unit_below": _below(figures.numbered(counted.setup.selected), rank),
        "p_split": _below(counted.p_split(), rank - 1),
    }
    return codec.headed(columns)


def _below(values: NDArray[Any], places: IntArray) -> FloatArray:
    """Return the values at some places of the list, NaN past its end: a last tier may be empty."""
    return np.where(places < len(values), values[np.minimum(places, len(values) - 1)], np.nan)


def rank_acceptability(*cells: Any) -> FloatArray:
    """Return each unit's probability of each rank, a column for each rank."""
    question = Question(*cells)
    codec.SHEET.refuse_beyond(len(question.values), len(question.values))
    counted, figures = drawn(question)
    return figures.spread(counted.rank_acceptability())


def pairwise(*cells: Any) -> FloatArray:
    """Return the probability that the unit of the row ranks before the unit of the column."""
    question = Question(*cells)
    codec.SHEET.refuse_beyond(len(question.values), len(question.values))
    counted, figures = drawn(question, "pairwise")
    return figures.square(counted.pairwise())


def sensitivity(*cells: Any) -> object:
    """Return Sobol' indices of the rank shift and of each cut: how much each indicator's weight moves them.

    ``draws`` is how often the model may be run. Total indices are blank where weights come from experts,
    since none of these moves by itself.
    """
    asked = Question(*cells)
    refuse_endless(asked)
    with in_cells(NAMES):
        return _sensitivity(*asked.settled())


@once
def _sensitivity(*given: Any) -> object:
    asked = Question(*given)
    assert asked.tiers is not None
    rule = TierRule(count=asked.tiers)
    made_of = flat(asked.values, asked.weights, *asked[-4:])
    with made_of.figures.placed():
        source = weighted_scores(made_of, asked.experts_or_spread)
        made = nodes_drawn(source.model, METHODS["sobol"].least, asked.seed)
        samples = asked.draws * made.samples // len(made)
        made = nodes_drawn(source.model, max(made.samples, samples), asked.seed)
        listed = setup(source.nominal, source.nodes, top=asked.top, tiers=rule)
        outputs = named_outputs(default_outputs(rule.count - 1), (), (), rule.count - 1)
        report = session.progress.get()
        table = run_model(
            Model(source.plan, listed, outputs),
            len(made),
            made.take,
            None if report is None else lambda done, runs: report(done, runs, 0.0),
        )
        analysis = made.measures(table)
        blank = np.full_like(analysis.values["first"], np.nan)
    measures = ("first", "first_conf", "total", "total_conf")
    rows = [
        [
            output.name,
            float(item.at),
            analysis.method,
            *(float(analysis.values.get(name, blank)[i, o]) for name in measures),
        ]
        for o, output in enumerate(outputs)
        for i, item in enumerate(made.inputs)
    ]
    return [["output", "input", "method", *measures], *rows]


EXPERTS_OR_SPREAD: Final = Argument(
    "experts_or_spread",
    Help(
        "The experts' scores (experts x indicators), or a number h: weights vary by ±h of themselves",
        "专家打分区域（专家×指标），或一个数h：权重在±h的比例内变动",
    ),
    experts_or_spread,
    rows="experts",
    columns="indicators",
)
COUNT: Final = arguments.whole(
    "count",
    1,
    "Number of tiers (default 4, fewer for fewer units)",
    "档数（默认4，单位不足4个时取单位数）",
    None,
)
TOP: Final = arguments.whole(
    "top", 1, "Length of the list (default: all units)", "入围名次（默认全部）", None
)
ARGUMENTS: Final = (
    VALUES,
    WEIGHTS,
    EXPERTS_OR_SPREAD,
    arguments.whole(
        "draws",
        1,
        f"Number of weight draws (default {DRAWS:,})",
        f"权重抽样次数（默认{DRAWS}）",
        DRAWS,
    ),
    arguments.whole("seed", 0, "Seed of the draws, 1 or more (default 1)", "随机种子，不小于1（默认1）", 1),
    COUNT,
    TOP,
    *HOW,
)


def _function(name: str, en: str, zh: str, compute: Any, named: Named, header: bool = False) -> Function:
    return Function(name, Help(en, zh), ARGUMENTS, compute, header=header, slow=True, named=named)


FUNCTIONS: Final = (
    _function(
        "IDX_ROBUSTNESS",
        "What thousands of weight draws say of each unit's rank and tier",
        "权重随机抽样下各单位名次与梯队的稳健性",
        robustness,
        Named(table="robustness"),
        header=True,
    ),
    _function(
        "IDX_RANK_INTERVAL",
        "Ranks between which each unit lies in 90% of the draws: low, high",
        "各单位名次的90%区间：下限、上限",
        rank_interval,
        Named(headings=("rank_low", "rank_high"), table="robustness"),
    ),
    _function(
        "IDX_TOP_PROBABILITY",
        "Probability that each unit is among the first `top`",
        "各单位进入前top名的概率",
        top_probability,
        Named(headings=("p_top",), table="robustness"),
    ),
    _function(
        "IDX_TIER_PROBABILITY",
        "Probability of each tier, a column for each",
        "各单位属于各梯队的概率（每档一列）",
        tier_probability,
        Named(headings=("p_tier_{}",), table="robustness"),
    ),
    _function(
        "IDX_TIER_BOUNDARIES",
        "Where each cut between tiers lies, and where the draws put it",
        "各梯队分界的位置及其稳健性",
        tier_boundaries,
        Named(how="columns", columns=("unit_above", "unit_below"), table="cuts"),
        header=True,
    ),
    _function(
        "IDX_RANK_ACCEPTABILITY",
        "Probability of each rank, a column for each",
        "各单位取得各名次的概率（每名次一列）",
        rank_acceptability,
        Named(headings=("p_rank_{}",), table="acceptability"),
    ),
    _function(
        "IDX_PAIRWISE",
        "Probability that the row's unit ranks before the column's",
        "行单位名次先于列单位的概率",
        pairwise,
        Named(how="square"),
    ),
    _function(
        "IDX_SENSITIVITY",
        "Which weight moves ranks and cuts: first-order and total Sobol' indices of each indicator",
        "哪个指标的权重左右名次与分界：各指标的一阶与总Sobol'指数",
        sensitivity,
        Named("indicators", "columns", columns=("input",), table="sensitivity"),
        header=True,
    ),
)
