"""swing, sweeps and sweep_lines: what happens as one weight at a time changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tierwise.study.one_at_a_time import NodeSweeps, NodeSwings, lines, most_moving
from tierwise.study.one_at_a_time import sweeps as swept
from tierwise.study.one_at_a_time import swings as swung
from tierwise.tables.columns import (
    LEVEL,
    LIST_CHANGES,
    LOCAL,
    MOST_AFFECTED,
    NODE_CODE,
    PARENT,
    RANK_SHIFT_MAX,
    RANK_SHIFT_MEAN,
    UNITS_CHANGING_RANK,
)
from tierwise.tables.table import Names, Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.study import Study


def _swings(study: Study) -> NodeSwings | None:
    """Return the swings of all nodes, None where they are not asked for or would take too long."""
    plan, spec = study.index.plan, study.scenario.spec
    if not spec.report.one_at_a_time or plan.solved:
        return None
    moved = swung(study.index, study.tiers, spec)
    return moved if moved.swings.nodes.size else None


def _sweeps(study: Study) -> NodeSweeps | None:
    """Return the sweeps of the nodes that move ranks most."""
    moved = study.once(_swings)
    if moved is None:
        return None
    return swept(study.index, study.tiers, study.scenario.spec, nodes=most_moving(moved))


def _swing_frame(study: Study) -> pd.DataFrame | None:
    moved = study.once(_swings)
    return None if moved is None else moved.to_frame(study.scenario.language)


def _sweep_frame(study: Study) -> pd.DataFrame | None:
    path = study.once(_sweeps)
    return None if path is None else path.to_frame(study.scenario.language)


def _line_frame(study: Study) -> pd.DataFrame | None:
    path = study.once(_sweeps)
    return None if path is None else lines(path)


def by_a_quarter(frame: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return the weights changed by a share of themselves, those that move ranks most on top."""
    own = frame[frame["change"].str.contains("%", regex=False)]
    most = own.groupby("code")["rank_shift_mean"].transform("max")
    ordered = own.assign(most=-most).sort_values(["most", "code"], kind="stable")
    return ordered.drop(columns="most")


SWING: Final = Table(
    name="swing",
    title=Text("Swings", "权重变动影响"),
    note=Text(
        "What happens to ranks and tiers when one weight falls or rises, its siblings giving way",
        "某一权重升降（同级其他权重按比例让出）时名次与梯队的变化",
    ),
    row=Text("a node and change of its weight", "一个节点及其权重的一次变动"),
    section="what if",
    place=4,
    page_view=by_a_quarter,
    charts=("swing",),
    figures=("swing_tornado", "sweep_lines"),
    columns=(
        NODE_CODE,
        PARENT,
        LEVEL,
        LOCAL,
        Column(
            "change",
            Text("Change", "变化"),
            Text("by points or by a share of the weight", "增减若干百分点或自身的若干比例"),
        ),
        Column(
            "weight",
            Text("Weight", "权重"),
            Text("local weight after the change", "变动后的层内权重"),
            "weight",
        ),
        RANK_SHIFT_MEAN,
        RANK_SHIFT_MAX,
        MOST_AFFECTED,
        UNITS_CHANGING_RANK,
        *LIST_CHANGES,
    ),
    make=_swing_frame,
)

SWEEPS: Final = Table(
    name="sweeps",
    title=Text("Sweeps", "逐一变动权重"),
    note=Text(
        "At which weight of a node two units change places, or a tier changes; of many nodes those that move "
        "ranks most",
        "某一权重取何值时两个单位互换名次或梯队改变；节点很多时，只列对名次影响最大者",
    ),
    row=Text("a change on the way of a node's weight", "一个节点的权重变动途中的一次变化"),
    section="what if",
    columns=(
        NODE_CODE,
        PARENT,
        replace(LOCAL, format="weight"),
        Column(
            "weight_at",
            Text("At the weight", "变动时权重"),
            Text("local weight at which it happens", "发生变化时的层内权重"),
            "0.000%",
        ),
        Column(
            "weight_change",
            Text("From nominal", "与基准权重之差"),
            Text("distance from the nominal weight", "与名义权重之差"),
            "+0.000%;-0.000%;0%",
        ),
        Column(
            "what",
            Text("What changes", "变化内容"),
            Text("rank, tier, cut or entry", "名次、梯队、边界或新进"),
        ),
        Column("gaining", Text("Gaining", "上升单位"), Text("who rises", "上升的单位")),
        Column("losing", Text("Losing", "下降单位"), Text("who falls", "下降的单位")),
        Column(
            "place_before",
            Text("Before", "变动前"),
            Text("rank, tier or cut before", "变动前的名次、梯队或边界"),
        ),
        Column("place_after", Text("After", "变动后"), Text("and after", "变动后的名次、梯队或边界")),
        Column(
            "exact",
            Text("Exact", "精确值"),
            Text("1 for a root, 0 where the weight was searched for", "1为精确解，0为搜索所得"),
            "yes",
        ),
    ),
    make=_sweep_frame,
)

SWEEP_LINES: Final = Table(
    name="sweep_lines",
    title=Text("Sweep lines", "权重变动曲线"),
    note=Text("Scores of the units beside the cuts along one weight", "边界附近各单位得分随某一权重的变化"),
    row=Text("a node and value of its weight", "一个节点及其权重的一个取值"),
    section="what if",
    charts=("sweep_lines",),
    columns=(
        NODE_CODE,
        LOCAL,
        Column("weight", Text("Weight", "权重"), Text("the local weight taken", "所取的层内权重"), "weight"),
        Column(
            "units",
            meaning=Text("a column for each unit beside a cut: its score", "边界附近每个单位一列：其得分"),
            names="unit",
        ),
    ),
    make=_line_frame,
)

TABLES: Final = (SWING, SWEEPS, SWEEP_LINES)
