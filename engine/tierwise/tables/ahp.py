"""ahp: consistency of the comparisons in pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tierwise.errors import TierwiseError
from tierwise.methods.ahp import ahp, consistency, joined
from tierwise.methods.verdicts import verdict
from tierwise.tables.columns import EXPERT, PARENT, VERDICT
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.formats import Printed
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import Framework
    from tierwise.study.study import Study


def comparisons(framework: Framework, method: str, language: Language) -> pd.DataFrame:
    """Return ``ahp``: one row a sibling group and expert, and one (``*``) for all of them joined."""
    import pandas as pd

    given = framework.comparisons
    assert given is not None
    rows: list[dict[str, object]] = []
    for parent, matrices in given.groups.items():
        node = framework.codes.index(parent)
        children = [framework.names[child] for child in framework.tree.children[node]]
        each = [(name or "-", matrix) for name, matrix in zip(given.experts, matrices, strict=True)]
        if len(each) > 1:
            each.append(("*", joined(matrices)))
        for name, matrix in each:
            try:
                measured, weights = consistency(matrix), ahp(matrix, method)
            except TierwiseError:  # one whose pairs do not connect the group counts in the joined row
                continue
            rows.append(
                {
                    "parent": framework.parent_of(int(framework.tree.children[node][0])),
                    "expert": name,
                    "siblings": len(children),
                    "missing": measured.missing,
                    "largest_eigenvalue": measured.largest_eigenvalue,
                    "consistency_index": measured.index,
                    "random_index": measured.random_index,
                    "consistency_ratio": measured.ratio,
                    "verdict": verdict("consistency-ratio", measured.ratio, language),
                    "weights": ", ".join(
                        f"{child} {Printed(weight):.4f}"
                        for child, weight in zip(children, weights, strict=True)
                    ),
                }
            )
    return pd.DataFrame(rows)


def _comparisons(study: Study) -> pd.DataFrame | None:
    framework, settings = study.scenario.framework, study.scenario.spec.index.weighting
    if framework.comparisons is None:
        return None
    return comparisons(framework, settings.ahp, study.scenario.language)


AHP: Final = Table(
    name="ahp",
    title=Text("AHP", "层次分析法"),
    note=Text("Consistency of the comparisons in pairs", "判断矩阵的一致性"),
    row=Text(
        "a sibling group and expert; `*` for all of them joined", "一组同级指标与一位专家；`*`为各专家合并"
    ),
    section="panel",
    columns=(
        PARENT,
        EXPERT,
        Column(
            "siblings",
            Text("Siblings", "同级指标数"),
            Text("how many indicators are compared", "参与比较的指标个数"),
        ),
        Column(
            "missing",
            Text("Pairs left out", "缺失判断数"),
            Text("pairs that were not compared", "未比较的指标对数"),
        ),
        Column(
            "largest_eigenvalue",
            Text("Largest eigenvalue", "最大特征值"),
            Text(
                "of the matrix of comparisons; of Harker's matrix where pairs are left out",
                "判断矩阵的最大特征值；矩阵残缺时为Harker矩阵的特征值",
            ),
        ),
        Column(
            "consistency_index", Text("CI", "一致性指标CI"), Text("(λ − n) / (n − 1)", "(λ−n)/(n−1)"), "0.000"
        ),
        Column(
            "random_index",
            Text("RI", "随机一致性RI"),
            Text(
                "mean CI of random matrices, blank where pairs are left out: it is that of full matrices",
                "随机矩阵CI的平均；只适用于完整矩阵，矩阵残缺时留空",
            ),
        ),
        Column(
            "consistency_ratio",
            Text("CR", "一致性比率CR"),
            Text("CI / RI; below 0.1 is wanted; blank without RI", "CI/RI，应小于0.1；无RI时留空"),
            "0.000",
        ),
        VERDICT,
        Column("weights", Text("Weights", "权重"), Text("local weights that follow", "由此得出的层内权重")),
    ),
    make=_comparisons,
)

TABLES: Final = (AHP,)
