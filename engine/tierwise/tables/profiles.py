"""tiers_profile and list_profile: means, ratios and sums of the figures of the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problems
from tierwise.methods.groups import tier_profile
from tierwise.names import nearest
from tierwise.study.denominators import Quotient, quotient
from tierwise.tables.columns import TIER
from tierwise.tables.table import Names, Table
from tierwise.units import adds_up, split_heading
from tierwise.words.columns import Column, numbered
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import Framework, Panel
    from tierwise.study.study import Study


def profile(study: Study, tiers: IntArray | None = None) -> pd.DataFrame:
    """Return ``tiers_profile``: one row a figure and tier: units, mean, ratio to the next tier, total.

    An indicator with a denominator is a quotient: ``mean`` is that of the units' quotients, ``pooled`` the
    sum above over the sum below, over the units that have both. Its ratio to the next tier is that of
    ``pooled``, and it has no sum of its own, nor has one whose unit or name is a share, a rate or per
    something (%, 元/人, 人均…), nor the index. ``tiers (units,)`` stand for the tiers of the list.
    """
    import pandas as pd

    panel, framework = study.index.panel, study.scenario.framework
    shown = figures(panel, study.scenario.spec.report.profile)
    parts = {code: part for code in shown if (part := quotient(panel, framework, code)) is not None}
    columns = [study.index.score]
    for code, values in shown.items():
        columns.append(parts[code].values if code in parts else values)
    labels = study.tiers.tiers if tiers is None else tiers
    measured = tier_profile(labels, np.column_stack(columns))
    count = len(measured.sizes)
    names = ["score", *shown]
    frame = pd.DataFrame(
        {
            "figure": np.repeat(names, count),
            "tier": np.tile(np.arange(1, count + 1), len(names)),
            "units": measured.n.T.ravel(),
            "mean": measured.mean.T.ravel(),
            "ratio_to_next": measured.ratio.T.ravel(),
            "sum": measured.total.T.ravel(),
        }
    )
    without = [True, *(not _has_sum(framework, code) for code in shown)]  # the index first, whatever its code
    frame.loc[np.repeat(without, count), "sum"] = np.nan
    return _with_quotients(frame, labels, parts, count) if parts else frame


def _has_sum(framework: Framework, figure: str) -> bool:
    """Return whether a sum over units says anything, by the unit of measure and the name of a figure."""
    if figure not in framework.indicators:
        name, unit = split_heading(figure)
        return adds_up(unit, name)
    at = framework.codes.index(figure)
    return adds_up(framework.units[at], framework.names[at])


def _with_quotients(
    frame: pd.DataFrame, labels: IntArray, parts: Mapping[str, Quotient], count: int
) -> pd.DataFrame:
    """Return a profile with the pooled quotients of the indicators that have a denominator."""
    frame = frame.assign(pooled=np.nan, sum_above=np.nan, sum_below=np.nan)
    for code, (above, below, factor) in parts.items():
        totals = tier_profile(labels, np.column_stack([above, below])).total
        pooled = factor * totals[:, 0] / totals[:, 1]
        ratio = np.full(count, np.nan)
        np.divide(pooled[:-1], pooled[1:], out=ratio[:-1], where=pooled[1:] != 0)
        rows = (frame["figure"] == code).to_numpy()
        if code == "score":  # an indicator of this name comes after the index
            rows[:count] = False
        for name, values in (
            ("pooled", pooled),
            ("ratio_to_next", ratio),
            ("sum", np.nan),
            ("sum_above", totals[:, 0]),
            ("sum_below", totals[:, 1]),
        ):
            frame.loc[rows, name] = values
    order = ["figure", "tier", "units", "mean", "pooled", "ratio_to_next", "sum", "sum_above", "sum_below"]
    return frame[order]


def list_profile(study: Study) -> pd.DataFrame:
    """Return ``list_profile``: the same as :func:`profile` for the whole list, one row a figure."""
    listed = np.zeros(len(study.index.panel), dtype=np.int64)
    listed[study.tiers.selected] = 1
    return profile(study, listed).drop(columns=["tier", "ratio_to_next"])


def figures(panel: Panel, wanted: Sequence[str] | None = None) -> dict[str, FloatArray]:
    """Return the indicators and extra columns whose means are shown: those wanted, else all.

    Raises :class:`TierwiseError` R110 for a figure that the data do not hold.
    """
    known = {code: panel.values[:, at] for at, code in enumerate(panel.indicators)} | dict(panel.extras)
    problems = Problems()
    for code in wanted or ():
        if code not in known:
            near = nearest(code, known)
            problems.add("R110", "[report] profile", code=code, nearest=near, choices=[*known])
    problems.raise_any()
    return known if wanted is None else {code: known[code] for code in wanted}


FIGURE: Final = Column(
    "figure",
    Text("Figure", "指标"),
    Text("`score`, an indicator, or another column of the data", "`score`（得分）、指标或数据中的其他列"),
    content="figure",
)


FIGURES: Final = (
    Column("units", Text("Units", "单位数"), Text("units that have the figure", "有该项数据的单位个数")),
    Column(
        "mean",
        Text("Mean of units", "单位均值"),
        Text(
            "mean of the units' values (of their quotients, where there is a denominator)",
            "各单位数值的平均（有分母的指标为各单位比值的平均）",
        ),
        "figure",
    ),
    Column(
        "pooled",
        Text("Pooled ratio", "总体比值"),
        Text(
            "sum above over sum below, of an indicator with a denominator",
            "有分母的指标：分子合计除以分母合计",
        ),
        "figure",
        optional=True,
    ),
)


SUMS: Final = (
    Column(
        "sum",
        Text("Sum", "合计"),
        Text("total; blank for the index, shares and ratios", "合计；指数、占比和比值不求和"),
        "figure",
    ),
    Column(
        "sum_above",
        Text("Sum above", "分子合计"),
        Text("total of what is divided", "分子的合计"),
        "figure",
        optional=True,
    ),
    Column(
        "sum_below",
        Text("Sum below", "分母合计"),
        Text("total of the denominator", "分母的合计"),
        "figure",
        optional=True,
    ),
)


def by_tier(frame: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return a row a figure, with a column of means, then of ratios to the next tier, for each tier."""
    import pandas as pd

    codes = [*dict.fromkeys(frame["figure"])]
    made = pd.DataFrame({"figure": codes})
    first = frame.drop_duplicates(["figure", "tier"])
    for measure in ("mean", "pooled", "ratio_to_next"):
        if measure not in frame:
            continue
        table = first.pivot(index="figure", columns="tier", values=measure).loc[codes]
        for tier in table.columns:
            if table[tier].notna().any():
                made[f"{measure}:{tier}"] = table[tier].to_numpy()
    return made


PROFILE: Final = Table(
    name="tiers_profile",
    title=Text("Tier profile", "梯队特征"),
    note=Text(
        "Mean of each figure in each tier, and its ratio to the next tier; of indicators with a denominator "
        "the pooled ratio (sum by sum) too, by which tiers are compared",
        "各梯队的指标均值及其与下一梯队之比；有分母的指标另列总体比值（合计除以合计），并以其计算与下一梯队之比",
    ),
    row=Text("a figure and tier", "一项指标与一个梯队"),
    section="groups",
    place=9,
    page_view=by_tier,
    columns=(
        FIGURE,
        TIER,
        *FIGURES,
        Column(
            "ratio_to_next",
            Text("Times the next tier", "与下一梯队之比"),
            Text(
                "mean (pooled ratio, where there is one) over that of the next tier",
                "均值（有总体比值的取总体比值）与下一梯队之比",
            ),
            "0.00",
        ),
        *SUMS,
        numbered(
            "mean:{}", Text("Tier {0}: mean of units", "第{0:zh}梯队均值"), rule="figure", in_file=False
        ),
        numbered(
            "pooled:{}", Text("Tier {0}: pooled ratio", "第{0:zh}梯队总体比值"), rule="figure", in_file=False
        ),
        numbered(
            "ratio_to_next:{}",
            Text("Tier {0}: times the next tier", "第{0:zh}梯队与下一梯队之比"),
            rule="0.00",
            in_file=False,
        ),
    ),
    make=profile,
)


LIST_PROFILE: Final = Table(
    name="list_profile",
    title=Text("List profile", "榜单特征"),
    note=Text(
        "Means and totals of the whole list; of indicators with a denominator the pooled ratio (sum by sum)",
        "整个榜单的均值与合计；有分母的指标另列总体比值（合计除以合计）",
    ),
    row=Text("a figure", "一项指标"),
    section="groups",
    place=9.5,
    columns=(FIGURE, *FIGURES, *SUMS),
    make=list_profile,
)

TABLES: Final = (PROFILE, LIST_PROFILE)
