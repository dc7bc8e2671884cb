"""judgements: the weights of each expert's judgements, and how far these contradict themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tierwise.methods.ordinal import best_worst
from tierwise.methods.registry import named
from tierwise.methods.weightings import WEIGHTINGS
from tierwise.study.judged import Said, fits, middles, said
from tierwise.tables.columns import EXPERT, PARENT
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.formats import Printed
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.arrays import FloatArray, IntArray
    from tierwise.inputs import Framework
    from tierwise.study.study import Study


def _judged(study: Study) -> pd.DataFrame | None:
    """Return one row a source of weights, sibling group and expert, and one (``*``) for their mean."""
    import pandas as pd

    framework = study.index.framework
    given = study.scenario.spec.index.weights
    rows: list[dict[str, object]] = []
    sources = (given,) if isinstance(given, str) else given
    fitted = ("quantiles",) if study.plan.model.name == "quantiles" else ()
    for source in dict.fromkeys((*sources, *fitted)):
        if WEIGHTINGS[source].needs != "judgements":
            continue
        method = named(source, study.scenario.language)
        if source == "quantiles":
            for parent, fit in fits(framework, study.scenario.spec.uncertainty.tail).items():
                row = _row(framework, framework.tree.children[parent], fit.weights)
                rows.append({"method": method, **row, "misfit": float(fit.worst.max())})
            continue
        if WEIGHTINGS[source].joint:
            for parent, middle in middles(framework, source).items():
                rows.append({"method": method, **_row(framework, framework.tree.children[parent], middle)})
            continue
        groups: dict[int, list[Said]] = {}
        for one in said(framework, source):
            groups.setdefault(one.parent, []).append(one)
        for each in groups.values():
            weights = [WEIGHTINGS[source].function(one.columns) for one in each]
            for one, own in zip(each, weights, strict=True):
                expert = framework.judgements.experts[one.expert] if framework.judgements else ""
                row = {"method": method, **_row(framework, one.group, own, expert or "-")}
                rows.append({**row, **_measures(source, one)})
            if len(each) > 1:
                mean = sum(weights[1:], weights[0]) / len(weights)
                rows.append({"method": method, **_row(framework, each[0].group, mean)})
    return pd.DataFrame(rows) if rows else None


def _row(framework: Framework, group: IntArray, weights: FloatArray, expert: str = "*") -> dict[str, object]:
    names = [framework.names[node] for node in group]
    return {
        "parent": framework.parent_of(int(group[0])),
        "expert": expert,
        "siblings": len(group),
        "weights": ", ".join(
            f"{name} {Printed(weight):.4f}" for name, weight in zip(names, weights, strict=True)
        ),
    }


def _measures(source: str, one: Said) -> dict[str, object]:
    """Return how far judgements contradict themselves, where the method has a measure of it."""
    if source != "best-worst":
        return {}
    found = best_worst(one.columns["best"], one.columns["worst"])
    return {"ksi": found.ksi, "input_ratio": found.input_ratio}


JUDGEMENTS: Final = Table(
    name="judgements",
    title=Text("Weights from judgements", "判断赋权"),
    note=Text(
        "What each expert's order, ratios, best and worst give",
        "由各位专家的位次、比值、最优与最劣得出的权重",
    ),
    row=Text(
        "a sibling group and expert; `*` for the mean of all of them, or what they leave open together",
        "一组同级指标与一位专家；`*`为各专家的平均，或全部专家共同允许的权重的平均",
    ),
    section="panel",
    columns=(
        Column("method", Text("Method", "方法"), Text("the source of weights", "赋权方法")),
        PARENT,
        EXPERT,
        Column(
            "siblings",
            Text("Siblings", "同级指标数"),
            Text("how many indicators are judged", "评判的指标个数"),
        ),
        Column(
            "ksi",
            Text("ξ", "ξ"),
            Text(
                "best-worst: the optimum of the linear program; 0 where the judgements agree",
                "最优最劣法线性规划的最优值，判断完全一致时为0",
            ),
            "0.0000",
        ),
        Column(
            "input_ratio",
            Text("Input ratio", "输入一致性比率"),
            Text(
                "best-worst: how far best × worst misses best over worst, at most (Liang et al. 2020)",
                "最优最劣法：两列之积与最优最劣之比的最大偏离（Liang 等 2020）",
            ),
            "0.0000",
        ),
        Column(
            "misfit",
            Text("Largest miss", "最大偏差"),
            Text(
                "quantiles: by how much the fitted distribution misses a quantile that was given, at most",
                "专家分位数：拟合分布与所给分位数的最大偏差",
            ),
            "0.0000",
        ),
        Column("weights", Text("Weights", "权重"), Text("local weights that follow", "由此得出的层内权重")),
    ),
    make=_judged,
)

TABLES: Final = (JUDGEMENTS,)
