"""audit_importance: what each indicator and dimension is worth in the index, beside its weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError
from tierwise.methods import audit
from tierwise.methods.statistics import constant_columns, present
from tierwise.tables.columns import LEVEL, NODE_CODE, PARENT
from tierwise.tables.table import Bars, Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from tierwise.study.index import Index
    from tierwise.study.study import Study


def importance(index: Index) -> pd.DataFrame | None:
    """Return one row a dimension and indicator: nominal weight beside what it is worth in the index.

    Nodes of a level are compared with each other, and with the indicators that stand above that level; all
    indicators with all others. Those that do not vary have no row, and their weight is in no share.
    """
    import pandas as pd

    tree = index.framework.tree
    leaves = np.isin(np.arange(tree.nodes), tree.leaves)
    parts = []
    for level in range(1, int(tree.level[tree.leaves].max(initial=1))):
        cut = np.flatnonzero((tree.level == level) | (leaves & (tree.level < level)))
        worth = _worth(index, cut)
        if worth is not None:
            inner = {index.framework.codes[node] for node in cut if not leaves[node]}
            parts.append(worth[worth["code"].isin(inner)])
    parts += [worth for worth in [_worth(index, tree.leaves)] if worth is not None]
    return pd.concat(parts, ignore_index=True) if parts else None


def _worth(index: Index, nodes: IntArray) -> pd.DataFrame | None:
    """Return the rows of nodes that together make the index."""
    import pandas as pd

    framework = index.framework
    nodes = nodes[varying_columns(index.scores[:, nodes])]
    weights = np.maximum(framework.global_weights[nodes], 0.0)
    try:
        measured = audit.importance(index.scores[:, nodes], index.scores[:, 0], weights)
    except TierwiseError:  # nothing varies, or two of them have no unit in common
        return None
    return pd.DataFrame(
        {
            "code": [framework.codes[node] for node in nodes],
            "parent": [framework.parent_of(int(node)) for node in nodes],
            "level": framework.tree.level[nodes],
            "nominal": framework.global_weights[nodes],
            "correlation": measured.correlation,
            "r2": measured.r2,
            "r2_share": measured.r2_share,
            "correlation_ratio": measured.correlation_ratio,
            "correlation_ratio_share": measured.correlation_ratio_share,
            "covariance_share": measured.covariance_share,
        }
    )


def varying_columns(values: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the columns with two different values or more."""
    fixed = {*constant_columns(values).tolist(), *np.flatnonzero(present(values) < 2).tolist()}
    return np.array([column for column in range(values.shape[1]) if column not in fixed], dtype=np.int64)


def worths(study: Study) -> pd.DataFrame | None:
    """Return :func:`importance` of a study."""
    return importance(study.index)


def if_asked(
    make: Callable[[Study], pd.DataFrame | None],
) -> Callable[[Study], pd.DataFrame | None]:
    """Return the maker for runs whose ``[report] audit`` is on."""
    return lambda study: make(study) if study.scenario.spec.report.audit else None


IMPORTANCE: Final = Table(
    name="audit_importance",
    title=Text("Importance", "指标重要性"),
    note=Text(
        "Nominal weight beside effective importance; shares compare within a level and within the indicators",
        "名义权重与实际重要性对照；占比在同一层级内、全部指标内比较",
    ),
    row=Text("a dimension or indicator", "一个维度或一项指标"),
    section="audit",
    place=18,
    charts=(
        Bars(
            Text("Nominal weight and effective importance", "名义权重与实际重要性"),
            "name",
            (
                ("nominal", Text("nominal weight", "名义权重"), 2),
                (
                    "correlation_ratio_share",
                    Text("effective importance (share of correlation ratios)", "实际重要性（相关比占比）"),
                    6,
                ),
            ),
            "0%",
            across=True,
        ),
    ),
    columns=(
        NODE_CODE,
        PARENT,
        LEVEL,
        Column("nominal", Text("Nominal weight", "名义权重"), Text("global weight", "组合权重"), "weight"),
        Column(
            "correlation",
            Text("Correlation", "相关系数"),
            Text("Pearson, with the index", "与总指数的皮尔逊相关"),
            "0.000",
        ),
        Column("r2", Text("r²", "r²"), Text("linear importance", "线性重要性"), "0.000"),
        Column("r2_share", Text("r², share", "r²占比"), Text("share of r²", "r²所占比例"), "share"),
        Column(
            "correlation_ratio",
            Text("Correlation ratio", "相关比"),
            Text(
                "share of the index's variance that the node explains, by a curve",
                "该节点以曲线可解释的总指数方差比例",
            ),
            "0.000",
        ),
        Column(
            "correlation_ratio_share",
            Text("Correlation ratio, share", "相关比占比"),
            Text(
                "share of the correlation ratios: compares with `nominal`", "相关比所占比例，与名义权重对照"
            ),
            "share",
        ),
        Column(
            "covariance_share",
            Text("Covariance share", "协方差占比"),
            Text("w (Σw) / w′Σw: exact for an arithmetic mean", "w(Σw)/w′Σw，对线性加权为精确值"),
            "share",
        ),
    ),
    make=if_asked(lambda study: study.once(worths)),
)

TABLES: Final = (IMPORTANCE,)
