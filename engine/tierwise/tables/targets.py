"""targets and target_weights: weights that would give a wanted list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tierwise.tables.columns import GLOBAL, LEVEL, NODE_CODE, PARENT, VERDICT
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.reverse import Reverse
    from tierwise.words.language import Language


Answers = Sequence[tuple[str, "Reverse"]]


def answers(wanted: Answers, language: Language) -> pd.DataFrame:
    """Return one row a wanted list: whether any weights give it, how far they are, and why."""
    import pandas as pd

    return pd.DataFrame(
        {
            "target": [name for name, _ in wanted],
            "norm": [one.norm for _, one in wanted],
            "feasible": [int(one.feasible) for _, one in wanted],
            "weight_moved": [one.moved for _, one in wanted],
            "distance_l1": [one.answer.l1 for _, one in wanted],
            "distance_l2": [one.answer.l2 for _, one in wanted],
            "proved": [int(one.answer.proved) for _, one in wanted],
            "verdict": [one.text(language) for _, one in wanted],
        }
    )


def target_weights(wanted: Answers) -> pd.DataFrame | None:
    """Return one row a node: its global weight, and that of each wanted list that can be had."""
    import pandas as pd

    able = [(name, one) for name, one in wanted if one.feasible]
    if not able:
        return None
    frame = able[0][1].to_frame()[["code", "parent", "level", "global"]]
    own = {name: one.to_frame()["global_found"] for name, one in able}
    return pd.concat([frame, pd.DataFrame(own)], axis=1)


TARGETS: Final = Table(
    name="targets",
    title=Text("Targets", "目标反推"),
    note=Text(
        "Which weights, nearest to the index's own, would give a wanted list",
        "使榜单达到目标所需的、与现有权重最接近的权重",
    ),
    row=Text("a wanted list", "一个目标榜单"),
    section="what if",
    columns=(
        Column("target", Text("Target", "目标"), Text("name of the target", "目标名称")),
        Column("norm", Text("Distance", "距离"), Text("how distance is measured", "距离的度量方式")),
        Column(
            "feasible",
            Text("Possible", "能否实现"),
            Text("1 where some weights give it", "有权重可实现为1"),
            "yes",
        ),
        Column(
            "weight_moved",
            Text("Weight moved", "须调整的权重"),
            Text("half the L1 distance", "L1距离之半"),
            "0.00%",
        ),
        Column(
            "distance_l1",
            Text("L1 distance", "L1距离"),
            Text("of the global weights", "组合权重之间"),
            "0.000",
        ),
        Column(
            "distance_l2",
            Text("L2 distance", "L2距离"),
            Text("of the global weights", "组合权重之间"),
            "0.000",
        ),
        Column(
            "proved",
            Text("Proved", "已证明"),
            Text("1 where no nearer weights can be", "已证明没有更近的权重为1"),
            "yes",
        ),
        VERDICT,
    ),
    make=lambda study: answers(study.targets, study.scenario.language) if study.targets else None,
    needs=("targets",),
)

TARGET_WEIGHTS: Final = Table(
    name="target_weights",
    title=Text("Target weights", "目标所需权重"),
    note=Text("The weights of each wanted list", "各目标所需的组合权重"),
    row=Text("a node", "一个节点"),
    section="what if",
    columns=(
        NODE_CODE,
        PARENT,
        LEVEL,
        GLOBAL,
        Column(
            "targets",
            meaning=Text(
                "a column for each target that can be had: the global weight",
                "每个可实现的目标一列：组合权重",
            ),
            format="weight",
            names="scenario",
        ),
    ),
    make=lambda study: target_weights(study.targets) if study.targets else None,
    needs=("targets",),
)

TABLES: Final = (TARGETS, TARGET_WEIGHTS)
