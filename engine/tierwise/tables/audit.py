"""audit_*: whether the indicators hang together, and which of them stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.errors import TierwiseError
from tierwise.methods import audit
from tierwise.methods.audit_tree import Flag, flags, leave_one_out, without
from tierwise.methods.verdicts import verdict
from tierwise.study.columns import whole
from tierwise.study.left_out import differences_under
from tierwise.tables.columns import (
    LEVEL,
    LIST_CHANGES,
    MOST_AFFECTED,
    NODE_CODE,
    PARENT,
    RANK_SHIFT_MAX,
    RANK_SHIFT_MEAN,
    SPEARMAN,
    UNITS_CHANGING_RANK,
    VERDICT,
)
from tierwise.tables.importance import if_asked, varying_columns, worths
from tierwise.tables.scenarios import list_changes, most_telling
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.formats import Printed
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.spec import Spec
    from tierwise.study.index import Index
    from tierwise.study.tiers import Tiers

FLAGS: dict[str, tuple[str, str]] = {
    "double-counting": (
        "nearly duplicates {other} (correlation {value:.2f})",
        "与{other}几乎重复（相关系数{value:.2f}）",
    ),
    "double-counting-across": (
        "nearly duplicates {other}, of another dimension (correlation {value:.2f})",
        "与另一维度的{other}几乎重复（相关系数{value:.2f}）",
    ),
    "against": (
        "runs against its own parent {other} (correlation {value:.2f})",
        "与其上级{other}负相关（相关系数{value:.2f}）",
    ),
    "elsewhere": (
        "correlates more with {other} than with its own dimension (correlation higher by {value:.2f})",
        "与{other}的相关高于与本维度其余指标的相关（高出{value:.2f}）",
    ),
    "silent": (
        "hardly shows in the index (correlation {value:.2f})",
        "在总指数中几乎不起作用（相关系数{value:.2f}）",
    ),
    "dominant": ("is worth {value:.1f} times its weight", "实际影响是名义权重的{value:.1f}倍"),
}


def correlations(index: Index) -> pd.DataFrame:
    """Return Pearson correlations of indicators, dimensions and the index, one row a node."""
    import pandas as pd

    codes = [*index.framework.codes]
    matrix = audit.correlation_matrix(index.scores)
    frame = pd.DataFrame(matrix, columns=codes)
    frame.insert(0, "code", codes, allow_duplicates=True)
    return frame.iloc[[*range(1, len(codes)), 0]].reset_index(drop=True)


def consistency(index: Index, language: Language) -> pd.DataFrame | None:
    """Return Cronbach's alpha of each dimension's indicators and of all, and without each indicator."""
    import pandas as pd

    tree, codes, values = index.framework.tree, index.framework.codes, index.plan.values
    column_of = {int(leaf): column for column, leaf in enumerate(tree.leaves)}
    groups = [("", [*range(len(tree.leaves))])] + [
        (
            codes[int(tree.parent[group[0]])],
            [column_of[int(node)] for node in group if int(node) in column_of],
        )
        for group in tree.sibling_groups
    ]
    rows = []
    varying = {*varying_columns(values).tolist()}
    for parent, columns in groups[:1] + [group for group in groups[1:] if group[0] != codes[0]]:
        kept = [column for column in columns if column in varying]
        try:
            alpha = audit.cronbach_alpha(values[:, kept])
        except TierwiseError:  # one indicator, or hardly a unit without blanks
            continue
        words = verdict("cronbach-alpha", alpha.raw, language)
        base = {
            "parent": parent,
            "units": alpha.units,
            "alpha": alpha.raw,
            "alpha_standardised": alpha.standardised,
        }
        rows += [
            {**base, "code": codes[tree.leaves[column]], "alpha_if_left_out": without, "verdict": words}
            for column, without in zip(kept, alpha.if_left_out, strict=True)
        ]
    # No bound below: the verdict knows it, a table of numbers has nothing to show for it.
    return pd.DataFrame(rows).replace(-np.inf, np.nan) if rows else None


def components(index: Index) -> pd.DataFrame | None:
    """Return one row a principal component of the indicators: variance explained, and loadings."""
    import pandas as pd

    columns = varying_columns(index.plan.values)
    try:
        principal = audit.components(index.plan.values[:, columns])
    except TierwiseError:  # nothing varies, or two indicators have no unit in common
        return None
    codes = [index.framework.codes[leaf] for leaf in index.framework.tree.leaves[columns]]
    frame = pd.DataFrame(
        {
            "component": np.arange(1, len(columns) + 1),
            "eigenvalue": principal.eigenvalues,
            "explained": principal.explained,
            "cumulative": np.cumsum(principal.explained),
        }
    )
    return pd.concat([frame, pd.DataFrame(principal.loadings.T, columns=codes)], axis=1)


def left_out(index: Index, tiers: Tiers, spec: Spec) -> pd.DataFrame | None:
    """Return one row a node: how far ranks shift, and who changes tier, when it is left out."""
    import pandas as pd

    framework = index.framework
    try:
        without_each = leave_one_out(
            index.plan,
            np.array(framework.local_weights),
            [*range(1, len(framework.codes))],
            ties=index.spec.ties,
            decimals=index.spec.decimals,
            half=index.spec.half,
        )
    except TierwiseError:  # a rule that cannot be taken without a node
        return None
    local = np.array(framework.local_weights)
    changed, has_tiers = differences_under(
        index,
        tiers,
        spec,
        np.array([without(index.plan.tree, local, [node]) for node in without_each.nodes.tolist()]).reshape(
            -1, index.plan.tree.nodes
        ),
    )
    return pd.DataFrame(
        {
            "code": [framework.codes[node] for node in without_each.nodes],
            "level": framework.tree.level[without_each.nodes],
            "rank_shift_mean": changed.rank_shift_mean,
            "rank_shift_max": whole(changed.rank_shift_max),
            "unit": changed.most_affected(index.panel.names),
            "units_changing_rank": changed.units_changing_rank,
            **list_changes(changed, has_tiers, tiers.top < len(index.panel)),
            "spearman": without_each.spearman,
        }
    )


def flagged(index: Index, effective: pd.DataFrame | None, language: Language) -> pd.DataFrame:
    """Return one row a thing to look at: double counting, indicators against the index, and so on."""
    import pandas as pd

    framework = index.framework
    shares = np.full(len(framework.tree.leaves), np.nan)
    if effective is not None:
        by_code = dict(zip(effective["code"], effective["correlation_ratio_share"], strict=True))
        shares = np.array([by_code.get(code, np.nan) for code in framework.indicators])
    raised = flags(index.plan, np.array(framework.local_weights), shares)

    def words(flag: Flag) -> str:
        other = framework.names[flag.other] if flag.other >= 0 else ""
        return FLAGS[flag.kind][0 if language == "en" else 1].format(other=other, value=Printed(flag.value))

    return pd.DataFrame(
        {
            "flag": [flag.kind for flag in raised],
            "code": [framework.codes[flag.node] for flag in raised],
            "other": [framework.codes[flag.other] if flag.other > 0 else "" for flag in raised],
            "value": [flag.value for flag in raised],
            "verdict": [words(flag) for flag in raised],
        }
    )


LEFT_OUT: Final = Table(
    name="audit_leave_one_out",
    title=Text("Indicator left out", "逐一剔除指标"),
    note=Text(
        "What becomes of ranks and tiers when an indicator or dimension is left out",
        "剔除某项指标或维度后名次与梯队的变化",
    ),
    row=Text("a node", "一个节点"),
    section="audit",
    place=7,
    page_view=most_telling,
    columns=(
        NODE_CODE,
        LEVEL,
        RANK_SHIFT_MEAN,
        RANK_SHIFT_MAX,
        MOST_AFFECTED,
        UNITS_CHANGING_RANK,
        *LIST_CHANGES,
        SPEARMAN,
    ),
    make=if_asked(lambda study: left_out(study.index, study.tiers, study.scenario.spec)),
)

AUDIT_FLAGS: Final = Table(
    name="audit_flags",
    title=Text("Flags", "审查提示"),
    note=Text(
        "Pairs of indicators that may count one thing twice, and others to look at",
        "可能重复计量等需要留意之处",
    ),
    row=Text("a thing to look at", "一条提示"),
    section="audit",
    place=19,
    columns=(
        Column(
            "flag",
            Text("Flag", "提示"),
            Text("kind of the flag", "提示类别"),
            words={
                "double-counting": Text("double counting", "疑似重复计量"),
                "double-counting-across": Text("double counting", "疑似跨维度重复计量"),
                "against": Text("against its parent", "与上级反向"),
                "elsewhere": Text("belongs elsewhere", "归属存疑"),
                "silent": Text("silent", "作用微弱"),
                "dominant": Text("dominant", "作用过大"),
            },
        ),
        NODE_CODE,
        Column(
            "other",
            Text("Other", "相关项"),
            Text("the node that it is about, beside its own", "所涉及的另一节点"),
            content="node",
        ),
        Column("value", Text("Value", "数值"), Text("the number behind it", "所依据的数值")),
        VERDICT,
    ),
    make=if_asked(lambda study: flagged(study.index, study.once(worths), study.scenario.language)),
)

CORRELATIONS: Final = Table(
    name="audit_correlations",
    title=Text("Correlations", "相关系数"),
    note=Text("Correlations within and across dimensions", "维度内与维度间的相关系数"),
    row=Text("a node; the index comes last", "一个节点，总指数在最后"),
    section="audit",
    columns=(
        NODE_CODE,
        Column(
            "nodes",
            meaning=Text(
                "a column for each node: Pearson's correlation with it", "每个节点一列：与其的皮尔逊相关系数"
            ),
            format="0.000",
            names="node",
        ),
    ),
    make=if_asked(lambda study: correlations(study.index)),
)

CONSISTENCY: Final = Table(
    name="audit_consistency",
    title=Text("Consistency", "内部一致性"),
    note=Text("Cronbach's alpha of each dimension", "各维度的克隆巴赫α系数"),
    row=Text("a dimension (blank: all indicators) and indicator", "一个维度（空白为全部指标）与一项指标"),
    section="audit",
    columns=(
        PARENT,
        Column("units", Text("Units", "单位数"), Text("units without blanks", "无缺失的单位个数")),
        Column(
            "alpha",
            Text("Cronbach's α", "克隆巴赫α"),
            Text(
                "of the indicators under the parent; blank where they cancel out",
                "该维度下各指标的α系数；各指标相互抵消时为空",
            ),
            "0.000",
        ),
        Column(
            "alpha_standardised",
            Text("α, standardised", "标准化α"),
            Text("of the standardised indicators", "标准化后的α系数"),
            "0.000",
        ),
        NODE_CODE,
        Column(
            "alpha_if_left_out",
            Text("α without it", "剔除后α"),
            Text("without this indicator", "剔除该指标后的α系数"),
            "0.000",
        ),
        VERDICT,
    ),
    make=if_asked(lambda study: consistency(study.index, study.scenario.language)),
)

COMPONENTS: Final = Table(
    name="audit_components",
    title=Text("Components", "主成分"),
    note=Text("Principal components of the indicators", "指标的主成分"),
    row=Text("a principal component", "一个主成分"),
    section="audit",
    columns=(
        Column("component", Text("Component", "主成分"), Text("by falling eigenvalue", "按特征值由大到小")),
        Column(
            "eigenvalue",
            Text("Eigenvalue", "特征值"),
            Text("of the correlation matrix", "相关系数矩阵的特征值"),
        ),
        Column(
            "explained",
            Text("Explained", "方差贡献率"),
            Text("share of the variance", "所解释的方差比例"),
            "share",
        ),
        Column(
            "cumulative",
            Text("Cumulative", "累计贡献率"),
            Text("with those before", "累计解释的方差比例"),
            "share",
        ),
        Column(
            "loadings",
            meaning=Text(
                "a column for each indicator: its correlation with the component",
                "每项指标一列：与该主成分的相关系数（载荷）",
            ),
            format="0.000",
            names="node",
        ),
    ),
    make=if_asked(lambda study: components(study.index)),
)

TABLES: Final = (LEFT_OUT, AUDIT_FLAGS, CORRELATIONS, CONSISTENCY, COMPONENTS)
