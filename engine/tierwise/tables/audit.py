"""audit_*: whether the indicators hang together, and what each is worth in the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError
from tierwise.methods import audit
from tierwise.methods.audit_tree import Flag, flags, leave_one_out, without
from tierwise.methods.statistics import constant_columns, present
from tierwise.methods.verdicts import verdict
from tierwise.study.absent_experts import under
from tierwise.tables.comparison import list_changes
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.spec import Spec
    from tierwise.study.index import Index
    from tierwise.study.tiers import Tiers

FLAGS: dict[str, tuple[str, str]] = {
    "double-counting": (
        "says nearly the same as {other} (correlation {value:.2f})",
        "与{other}几乎重复（相关系数{value:.2f}）",
    ),
    "double-counting-across": (
        "says nearly the same as {other}, of another dimension (correlation {value:.2f})",
        "与另一维度的{other}几乎重复（相关系数{value:.2f}）",
    ),
    "against": (
        "runs against its own parent {other} (correlation {value:.2f})",
        "与其上级{other}负相关（相关系数{value:.2f}）",
    ),
    "elsewhere": (
        "goes with {other} more than with its own dimension (correlation higher by {value:.2f})",
        "与{other}的相关高于与本维度其余指标的相关（高出{value:.2f}）",
    ),
    "silent": (
        "hardly shows in the index (correlation {value:.2f})",
        "在总指数中几乎不起作用（相关系数{value:.2f}）",
    ),
    "dominant": ("is worth {value:.1f} times its weight", "实际影响是名义权重的{value:.1f}倍"),
}


def tables(index: Index, tiers: Tiers, spec: Spec, language: Language) -> dict[str, pd.DataFrame]:
    """Return the tables of the audit that apply: indicators that do not vary are left out of them."""
    worth = importance(index)
    found: dict[str, pd.DataFrame | None] = {
        "audit_importance": worth,
        "audit_leave_one_out": left_out(index, tiers, spec),
        "audit_flags": flagged(index, worth, language),
        "audit_correlations": correlations(index),
        "audit_consistency": consistency(index, language),
        "audit_components": components(index),
    }
    return {name: frame for name, frame in found.items() if frame is not None and len(frame)}


def correlations(index: Index) -> pd.DataFrame:
    """Return Pearson correlations of indicators, dimensions and the index, one row a node."""
    import pandas as pd

    codes = [*index.framework.codes]
    matrix = audit.correlation_matrix(index.scores)
    frame = pd.DataFrame(matrix, columns=codes)
    frame.insert(0, "code", codes)
    return frame.iloc[[*range(1, len(codes)), 0]].reset_index(drop=True)


def importance(index: Index) -> pd.DataFrame | None:
    """Return one row a dimension and indicator: nominal weight beside what it is worth in the index.

    Shares compare within the dimensions and within the indicators; those that do not vary have no row, and
    their weight is in no share.
    """
    import pandas as pd

    tree = index.framework.tree
    top = tree.children[0]
    parts = [_worth(index, nodes) for nodes in (*([top] if len(top) < len(tree.leaves) else []), tree.leaves)]
    found = [part for part in parts if part is not None]
    return pd.concat(found, ignore_index=True) if found else None


def _worth(index: Index, nodes: IntArray) -> pd.DataFrame | None:
    """Return the rows of nodes that together make the index."""
    import pandas as pd

    framework = index.framework
    nodes = nodes[_varying(index.scores[:, nodes])]
    weights = np.maximum(framework.global_weights[nodes], 0.0)
    try:
        found = audit.importance(index.scores[:, nodes], index.scores[:, 0], weights)
    except TierwiseError:  # nothing varies, or two of them have no unit in common
        return None
    return pd.DataFrame(
        {
            "code": [framework.codes[node] for node in nodes],
            "parent": [framework.parent_of(int(node)) for node in nodes],
            "level": framework.tree.level[nodes],
            "nominal": framework.global_weights[nodes],
            "correlation": found.correlation,
            "r2": found.r2,
            "r2_share": found.r2_share,
            "correlation_ratio": found.correlation_ratio,
            "correlation_ratio_share": found.correlation_ratio_share,
            "covariance_share": found.covariance_share,
        }
    )


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
    varying = {*_varying(values).tolist()}
    for parent, columns in groups[:1] + [group for group in groups[1:] if group[0] != codes[0]]:
        kept = [column for column in columns if column in varying]
        try:
            found = audit.cronbach_alpha(values[:, kept])
        except TierwiseError:  # one indicator, or hardly a unit without blanks
            continue
        said = verdict("cronbach-alpha", found.raw, language)
        base = {
            "parent": parent,
            "units": found.units,
            "alpha": found.raw,
            "alpha_standardised": found.standardised,
        }
        rows += [
            {**base, "code": codes[tree.leaves[column]], "alpha_if_left_out": without, "verdict": said}
            for column, without in zip(kept, found.if_left_out, strict=True)
        ]
    return pd.DataFrame(rows) if rows else None


def components(index: Index) -> pd.DataFrame | None:
    """Return one row a principal component of the indicators: variance explained, and loadings."""
    import pandas as pd

    columns = _varying(index.plan.values)
    try:
        found = audit.components(index.plan.values[:, columns])
    except TierwiseError:  # nothing varies, or two indicators have no unit in common
        return None
    codes = [index.framework.codes[leaf] for leaf in index.framework.tree.leaves[columns]]
    frame = pd.DataFrame(
        {
            "component": np.arange(1, len(columns) + 1),
            "eigenvalue": found.eigenvalues,
            "explained": found.explained,
            "cumulative": np.cumsum(found.explained),
        }
    )
    return pd.concat([frame, pd.DataFrame(found.loadings.T, columns=codes)], axis=1)


def left_out(index: Index, tiers: Tiers, spec: Spec) -> pd.DataFrame | None:
    """Return one row a node: how far ranks shift, and who changes tier, when it is left out."""
    import pandas as pd

    framework = index.framework
    try:
        found = leave_one_out(
            index.plan,
            np.array(framework.local_weights),
            [*range(1, len(framework.codes))],
            ties=index.spec.ties,
            decimals=index.spec.round,
        )
    except TierwiseError:  # a rule that cannot be taken without a node
        return None
    local = np.array(framework.local_weights)
    changed, has_tiers = under(
        index,
        tiers,
        spec,
        np.array([without(index.plan.tree, local, [node]) for node in found.nodes.tolist()]).reshape(
            -1, index.plan.tree.nodes
        ),
    )
    return pd.DataFrame(
        {
            "code": [framework.codes[node] for node in found.nodes],
            "level": framework.tree.level[found.nodes],
            "rank_shift_mean": found.mean_shift,
            "rank_shift_max": found.max_shift,
            "unit": [index.panel.names[unit] for unit in found.unit],
            "units_changing_rank": found.changed,
            **list_changes(changed, has_tiers, tiers.top < len(index.panel)),
            "spearman": found.spearman,
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
    found = flags(index.plan, np.array(framework.local_weights), shares)

    def words(flag: Flag) -> str:
        other = framework.names[flag.other] if flag.other >= 0 else ""
        return FLAGS[flag.kind][0 if language == "en" else 1].format(other=other, value=flag.value)

    return pd.DataFrame(
        {
            "flag": [flag.kind for flag in found],
            "code": [framework.codes[flag.node] for flag in found],
            "other": [framework.codes[flag.other] if flag.other > 0 else "" for flag in found],
            "value": [flag.value for flag in found],
            "verdict": [words(flag) for flag in found],
        }
    )


def _varying(values: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the columns with two different values or more."""
    fixed = {*constant_columns(values).tolist(), *np.flatnonzero(present(values) < 2).tolist()}
    return np.array([column for column in range(values.shape[1]) if column not in fixed], dtype=np.int64)
