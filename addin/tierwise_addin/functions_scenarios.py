"""Family scenarios: what the list would be under other weights, and which weights give a wanted list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.expert_scores import expert_scores
from tierwise.draws.models_base import varied_groups
from tierwise.draws.setup import Setup, setup
from tierwise.draws.tier_rules import TierRule
from tierwise.draws.weight_sets import WeightBox, hull, weight_box, whole_simplex
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.methods.impute import compared
from tierwise.methods.scores import Plan
from tierwise.methods.scores import scores as scored
from tierwise.methods.weights import checked
from tierwise.tolerances import SHARE
from tierwise.whatif.lists import base_list, differences, kendall, lists
from tierwise.whatif.reverse import ListRule, Wanted, closest
from tierwise.whatif.sweep import sweep
from tierwise.whatif.swing import swing
from tierwise_addin import arguments, codec
from tierwise_addin.arguments import Help, in_cells
from tierwise_addin.catalogue import Function
from tierwise_addin.flat import HOW, VALUES, WEIGHTS, Figures, Flat, flat
from tierwise_addin.functions_robustness import COUNT, EXPERTS_OR_SPREAD, NAMES, TOP, of_a_list, on_nodes
from tierwise_addin.kept import once
from tierwise_addin.labelled import Named

MOST_RANKED: Final = 1_000_000
"""Units times scenarios that are ranked in one cell."""

MOST_COMPARED: Final = 200
"""Units times wanted ranks in one cell: whole programs of so many binaries end within ten seconds."""

MOST_EXACT: Final = 100
"""Units whose changes of tiers are found as roots in one cell; with more they are searched for."""


def scenarios(
    values: FloatArray, weights: FloatArray, others: FloatArray, count: int | None, top: int | None, *how: Any
) -> object:
    """Return one row for each row of weights: how far its list is from that of the base weights."""
    arguments.same_length("columns", weights=len(weights), scenarios=others.shape[1])
    most = max(1, MOST_RANKED // len(values))
    if len(others) > most:
        raise TierwiseError(problem("C027", argument="scenarios", found=len(others), most=most))
    made, base = _listed(values, weights, count, top, *how)
    shares = _shares(others)
    under = lists(base, scored(made.plan, np.column_stack([np.ones(len(shares)), shares])))
    differ = differences(base_list(base), under)
    columns = {
        "scenario": np.arange(1, len(shares) + 1),
        "rank_shift_mean": differ.rank_shift_mean,
        "rank_shift_max": differ.rank_shift_max,
        "unit": made.figures.numbered(differ.unit),
        "spearman": differ.spearman,
        "kendall": np.array([kendall(base.ranks, ranks) for ranks in under.ranks]),
        "units_changing_tier": differ.units_changing_tier,
        "entries": differ.entries,
        "exits": differ.exits,
    }
    return codec.headed(columns)


def _shares(rows: FloatArray) -> FloatArray:
    """Return each row of relative weights so that it sums to 1; every problem names its row."""
    problems = Problems()
    shares = []
    for row, given in enumerate(rows):
        try:
            shares.append(checked(given, argument="scenarios"))
        except TierwiseError as error:
            problems.extend(replace(raised, row=row) for raised in error.problems)
    problems.raise_any()
    return np.array(shares)


def swings(
    values: FloatArray, weights: FloatArray, change: float, count: int | None, top: int | None, *how: Any
) -> object:
    """Return :func:`_swings` of the list that was asked for."""
    units = int(compared(values, how[-1]).sum())
    return _swings(values, weights, change, *of_a_list(units, count, top), *how)


@once
def _swings(
    values: FloatArray, weights: FloatArray, change: float, count: int | None, top: int | None, *how: Any
) -> object:
    """Return two rows for each indicator: what its weight's fall and rise do, and where the first change is.

    Weights at which two units swap or tiers change are roots where scores are affine in the weight, else they
    are searched for to 1e-6 (:mod:`tierwise.whatif.sweep`); blank where there are none on the way.
    """
    made, base = _listed(values, weights, count, top, *how)
    plan, nominal, figures = made.plan, made.nominal, made.figures
    if plan.solved:
        raise TierwiseError(problem("V210", argument="aggregation", rule=plan.solved[0]))
    if len(weights) < 2:
        raise TierwiseError(problem("U111", argument="weights"))
    swung = swing(plan, nominal, base, points=change, share=None)
    nodes = swung.nodes.tolist()
    swept = {node: sweep(plan, nominal, base, node, change, most_exact=MOST_EXACT) for node in {*nodes}}
    firsts = [_first(swept[node], up, figures) for node, up in zip(nodes, swung.points > 0, strict=True)]
    differ = swung.differences
    columns = {
        "indicator": swung.nodes,
        "weight": nominal[swung.nodes],
        "changed_to": swung.weights,
        "rank_shift_mean": differ.rank_shift_mean,
        "rank_shift_max": differ.rank_shift_max,
        "unit": made.figures.numbered(differ.unit),
        "units_changing_rank": differ.units_changing_rank,
        "units_changing_tier": differ.units_changing_tier,
        "entries": differ.entries,
        "exits": differ.exits,
        "first_swap_at": [first[0] for first in firsts],
        "gaining": [first[1] for first in firsts],
        "losing": [first[2] for first in firsts],
        "first_tier_change_at": [first[3] for first in firsts],
    }
    return codec.headed(columns)


def _first(swept: Any, up: bool, figures: Figures) -> tuple[float, float, float, float]:
    """Return the nearest swap on one side, who gains and who loses by it, and the nearest change of tiers."""

    def nearest(weights: FloatArray) -> IntArray:
        nominal = swept.path.nominal
        return np.flatnonzero(weights >= nominal if up else weights < nominal)[:1]

    swaps, moves = swept.swaps, swept.moves
    swap, move = nearest(swaps.weights), nearest(moves.weights)
    gains, loses = figures.numbered(swaps.gains[swap]), figures.numbered(swaps.loses[swap])
    parts = (swaps.weights[swap], gains, loses, moves.weights[move])
    first, gaining, losing, tier = (float(part[0]) if part.size else np.nan for part in parts)
    return first, gaining, losing, tier


@once
def closest_weights(
    values: FloatArray,
    weights: FloatArray,
    ranks: FloatArray | None,
    tiers: FloatArray | None,
    experts_or_spread: FloatArray | float | None,
    count: int | None,
    *how: Any,
) -> object:
    """Return the weights nearest to the given ones (L1) under which units have the wanted ranks or tiers."""
    from tierwise.study.exact import summed  # loads pydantic, no other cell does
    from tierwise.study.reverse_sentences import obstacle_text

    made, base = _listed(values, weights, count, None, *how)
    plan, nominal, units = made.plan, made.nominal, made.figures.rows
    cuts = () if tiers is None else tuple(base.cut_scores.tolist())
    problems = Problems()
    wanted = Wanted(
        ranks=_wanted(ranks, "ranks", made.figures, "V303", len(units), problems),
        tiers=_wanted(tiers, "tiers", made.figures, "V304", len(cuts) + 1, problems),
    )
    problems.raise_any()
    if not wanted.ranks and not wanted.tiers:
        raise TierwiseError(problem("V305", argument="ranks"))
    if len(wanted.ranks) * len(values) > MOST_COMPARED:
        raise TierwiseError(
            problem("C028", argument="ranks", ranks=len(wanted.ranks), units=len(values), most=MOST_COMPARED)
        )
    with in_cells(NAMES), made.figures.placed():
        box = _allowed(plan, nominal, experts_or_spread)
        answer = closest(plan, summed(plan), box, wanted, ListRule(limits=cuts))
    if answer.weights is None:
        assert answer.obstacle is not None
        rows = (units + 1).tolist()
        reason = obstacle_text(answer.obstacle, [f"the unit of row {row}" for row in rows], "en")
        reason_zh = obstacle_text(answer.obstacle, [f"第{row}行的单位" for row in rows], "zh")
        raise TierwiseError(problem("V310", reason=reason, reason_zh=reason_zh))
    given = nominal[1:]
    nearest = np.where(np.isclose(answer.weights, given, rtol=0.0, atol=SHARE), given, answer.weights)
    columns = {
        "indicator": np.arange(1, len(given) + 1),
        "weight": given,
        "closest": nearest,
        "change": nearest - given,
    }
    return codec.headed(columns)


def _wanted(
    given: FloatArray | None, name: str, figures: Figures, code: str, most: int, problems: Problems
) -> dict[int, int]:
    """Return what is wanted of each unit that has something beside it; notes what is no rank or tier."""
    if given is None:
        return {}
    if len(given) > figures.height:
        expected = figures.height
        problems.add("C007", argument=name, what="cells", found=len(given), other="values", expected=expected)
        return {}
    place = {row: unit for unit, row in enumerate(figures.rows.tolist())}
    wanted = {}
    for row in np.flatnonzero(~np.isnan(given)).tolist():
        asked = codec.label(float(given[row]))
        if row not in place:
            problems.add("C036", argument=name, row=row, wanted=asked)
        elif given[row] % 1 or not 1 <= given[row] <= most:
            problems.add(code, argument=name, row=row, rank=asked, tier=asked, most=most)
        else:
            wanted[place[row]] = int(given[row])
    return wanted


def _allowed(plan: Plan, nominal: FloatArray, experts_or_spread: FloatArray | float | None) -> WeightBox:
    """Return the allowed weights: any, within ±h, or between the experts'."""
    if isinstance(experts_or_spread, float):
        return weight_box(nominal, experts_or_spread, tree=plan.tree)
    groups = varied_groups(plan.tree, nominal)
    if experts_or_spread is None:
        return whole_simplex(plan.tree, nominal, groups)
    scores = on_nodes(experts_or_spread, plan.tree.nodes - 1)
    return hull(plan.tree, nominal, expert_scores(plan.tree, groups, scores, nominal).shares)


def _listed(
    values: FloatArray,
    weights: FloatArray,
    count: int | None,
    top: int | None,
    *how: Any,
) -> tuple[Flat, Setup]:
    """Return what is scored, and the base list."""
    made = flat(values, weights, *how)
    tiers, most = of_a_list(made.plan.units, count, top)
    with in_cells({"scores": "values"}), made.figures.placed():
        nominal = scored(made.plan, made.nominal[None])[0]
        return made, setup(nominal, len(made.nominal), top=most, tiers=TierRule(count=tiers))


FUNCTIONS: Final = (
    Function(
        "IDX_SCENARIOS",
        Help(
            "How far the list under other weights is from that under the given ones, a row for each scenario",
            "各权重方案下的榜单与基准相差多少（每个方案一行）",
        ),
        (
            VALUES,
            WEIGHTS,
            arguments.numbers(
                "scenarios",
                "Other weights, scenarios x indicators, relative in each row; 0 takes an indicator out",
                "权重方案：方案×指标，各行为相对权重；0表示不计该指标",
                rows="scenarios",
            ),
            COUNT,
            TOP,
            *HOW,
        ),
        scenarios,
        header=True,
        named=Named("scenarios", "columns", columns=("scenario",), table="scenarios"),
    ),
    Function(
        "IDX_SWINGS",
        Help(
            "What a fall and a rise of each weight do, and at which weight the first ranks and tiers change",
            "各权重升降对名次与梯队的影响，及名次、梯队最先变动时的权重",
        ),
        (
            VALUES,
            WEIGHTS,
            arguments.number(
                "change",
                0.001,
                "By how much of the whole each weight falls and rises (default 0.1)",
                "权重升降幅度，占全部权重的比例（默认0.1）",
                high=1.0,
            ).otherwise(0.1),
            COUNT,
            TOP,
            *HOW,
        ),
        swings,
        header=True,
        slow=True,
        named=Named("indicators", "columns", columns=("indicator",), table="delphi_leave_one_out"),
    ),
    Function(
        "IDX_CLOSEST_WEIGHTS",
        Help(
            "The weights closest to the given ones under which units have wanted ranks or tiers",
            "使单位达到目标名次或梯队、且与现有权重最接近的权重",
        ),
        (
            VALUES,
            WEIGHTS,
            arguments.vector(
                "ranks",
                "Beside each unit the rank that it should have, or a better one; blank: any",
                "各单位的目标名次（或更好），空格为不限",
            ).otherwise(None),
            arguments.vector(
                "tiers",
                "Beside each unit the tier that it should be in, between the present cuts; blank: any",
                "各单位的目标梯队（分界不变），空格为不限",
            ).otherwise(None),
            replace(
                EXPERTS_OR_SPREAD.otherwise(None, zero_is_blank=False),
                help=Help(
                    "Allowed weights: between the experts' (experts x indicators), or ±h; left out: any",
                    "权重范围：各专家权重之间（专家×指标），或±h；省略为不限",
                ),
            ),
            COUNT,
            *HOW,
        ),
        closest_weights,
        header=True,
        slow=True,
        named=Named("indicators", "columns", columns=("indicator",)),
    ),
)
