"""delphi_camps, delphi_experts and delphi_leave_one_out: who judges alike, and who decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.methods import delphi_rounds as rounds
from tierwise.methods.verdicts import verdict
from tierwise.study.left_out import absent_experts
from tierwise.tables.columns import (
    AUTHORITY,
    CAMP,
    EXPERT,
    EXPERTS,
    KENDALL_W,
    LIST_CHANGES,
    MOST_AFFECTED,
    RANK_SHIFT_MAX,
    RANK_SHIFT_MEAN,
    SPEARMAN,
    UNITS_CHANGING_RANK,
    VERDICT,
)
from tierwise.tables.scenarios import absent, most_telling
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import Experts, Framework
    from tierwise.study.study import Study


def camps(experts: Experts, framework: Framework, language: Language) -> dict[str, pd.DataFrame]:
    """Return ``delphi_camps`` and ``delphi_experts``: camps by the weights that each expert gives.

    One row a camp, with its mean weights within each sibling group; and one row an expert of the last round.
    """
    import pandas as pd

    shares, nodes = _shares(experts, framework)
    grouped = camps_of(experts, framework)
    if grouped is None:
        return {}
    last = experts.last
    who = pd.DataFrame({"expert": last.experts, "camp": grouped.camp})
    if last.authority is not None:
        who.insert(1, "authority", last.authority)
    if last.camps is not None:
        who["stated_camp"] = last.camps
    numbers = range(1, grouped.count + 1)
    frame = pd.DataFrame(
        {
            "camp": [*numbers],
            "experts": [int((grouped.camp == camp).sum()) for camp in numbers],
            "members": [
                ", ".join(name for name, camp in zip(last.experts, grouped.camp, strict=True) if camp == one)
                for one in numbers
            ],
            "silhouette": grouped.silhouette,
            "kendall_w": grouped.w,
        }
    )
    frame["verdict"] = verdict("silhouette", grouped.silhouette if grouped.count > 1 else 0.0, language)
    weights = pd.DataFrame(
        {
            framework.codes[node]: [shares[grouped.camp == camp, at].mean() for camp in numbers]
            for at, node in enumerate(nodes)
        }
    )
    return {
        "delphi_camps": pd.concat([frame.dropna(axis=1, how="all"), weights], axis=1),
        "delphi_experts": who,
    }


def camps_of(experts: Experts, framework: Framework) -> rounds.Camps | None:
    """Return the camps of the last round, None for fewer than three experts."""
    try:
        return rounds.camps(_shares(experts, framework)[0])
    except TierwiseError:
        return None


def _shares(experts: Experts, framework: Framework) -> tuple[FloatArray, list[int]]:
    """Return each expert's weights within sibling groups (experts, nodes judged), and these nodes."""
    table = experts.on_nodes(framework)
    parts, nodes = [], []
    for group in framework.tree.sibling_groups:
        judged = group[~np.isnan(table[:, group]).all(axis=0)]
        if judged.size < 2:
            continue
        scores = table[:, judged]
        filled = np.where(np.isnan(scores), np.nanmean(scores, axis=0), scores)
        total = filled.sum(axis=1, keepdims=True)
        parts.append(np.divide(filled, total, out=np.full(filled.shape, 1.0 / judged.size), where=total > 0))
        nodes += judged.tolist()
    return (np.hstack(parts) if parts else np.empty((len(table), 0))), nodes


def _camps(study: Study) -> dict[str, pd.DataFrame]:
    scenario = study.scenario
    if scenario.experts is None:
        return {}
    return camps(scenario.experts, scenario.framework, scenario.language)


CAMPS: Final = Table(
    name="delphi_camps",
    title=Text("Delphi camps", "专家阵营"),
    note=Text("Groups of experts who judge alike", "意见相近的专家阵营"),
    row=Text("a camp", "一个阵营"),
    section="panel",
    columns=(
        CAMP,
        EXPERTS,
        Column("members", Text("Members", "成员"), Text("the experts of the camp", "阵营中的专家")),
        Column(
            "silhouette",
            Text("Silhouette", "轮廓系数"),
            Text("how well the camps are apart", "阵营区分的清晰程度"),
            "0.000",
            optional=True,
        ),
        replace(KENDALL_W, optional=True),
        VERDICT,
        Column(
            "weights",
            meaning=Text(
                "a column for each judged node: its mean weight among its siblings",
                "每个节点一列：在同级中的平均权重",
            ),
            format="weight",
            names="node",
        ),
    ),
    make=lambda study: study.once(_camps).get("delphi_camps"),
)

MEMBERS: Final = Table(
    name="delphi_experts",
    title=Text("Experts by camp", "专家名单"),
    note=Text("Each expert's authority and camp", "每位专家的权威系数与阵营"),
    row=Text("an expert of the last round", "最后一轮的一位专家"),
    section="panel",
    columns=(
        EXPERT,
        AUTHORITY,
        CAMP,
        Column(
            "stated_camp",
            Text("Stated camp", "所属组别"),
            Text("the camp on the sheet Experts", "专家表中所填的组别"),
            optional=True,
        ),
    ),
    make=lambda study: study.once(_camps).get("delphi_experts"),
)


def _absent(study: Study) -> pd.DataFrame | None:
    """Return what becomes of the list without each expert, where the weights come from the panel."""
    scenario, plan = study.scenario, study.index.plan
    if scenario.experts is None or plan.solved:
        return None
    without = absent_experts(study.index, study.tiers, scenario.framework, scenario.spec, scenario.experts)
    return None if without is None else absent(without, study.index, study.tiers)


LEFT_OUT: Final = Table(
    name="delphi_leave_one_out",
    title=Text("Expert left out", "逐一剔除专家"),
    note=Text("What becomes of ranks and tiers when an expert is left out", "少了某位专家时名次与梯队的变化"),
    row=Text("an expert", "一位专家"),
    section="panel",
    place=6,
    page_view=most_telling,
    columns=(
        EXPERT,
        RANK_SHIFT_MEAN,
        RANK_SHIFT_MAX,
        MOST_AFFECTED,
        UNITS_CHANGING_RANK,
        *LIST_CHANGES,
        SPEARMAN,
    ),
    make=_absent,
)

TABLES: Final = (CAMPS, MEMBERS, LEFT_OUT)
