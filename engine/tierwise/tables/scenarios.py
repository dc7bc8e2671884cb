"""scenarios, scenario_ranks and scenario_changes: lists under other weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.study.columns import whole
from tierwise.study.compare import Comparison
from tierwise.tables.columns import (
    LIST_CHANGES,
    RANK_SHIFT_MAX,
    RANK_SHIFT_MEAN,
    SPEARMAN,
    UNIT_CODE,
    UNIT_NAME,
    optional,
)
from tierwise.tables.table import Bars, Table
from tierwise.words.columns import Column
from tierwise.words.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.arrays import IntArray
    from tierwise.study.index import Index
    from tierwise.study.left_out import Absent
    from tierwise.study.study import Study
    from tierwise.study.tiers import Tiers
    from tierwise.tables.table import Names
    from tierwise.whatif.lists import Differences

CHANGES: dict[str, tuple[str, str]] = {
    "up": ("up", "升档"),
    "down": ("down", "降档"),
    "entry": ("entry", "新进"),
    "exit": ("exit", "退出"),
}


def ranks(comparison: Comparison) -> pd.DataFrame:
    """Return one row a unit, best first in the base: its rank in the base and in each scenario."""
    import pandas as pd

    panel = comparison.base.panel
    frame = pd.DataFrame({"code": panel.codes, "name": panel.names, "base": comparison.base.ranks})
    own = pd.DataFrame(
        {name: whole(column) for name, column in zip(comparison.names, comparison.lists.ranks, strict=True)}
    )
    return pd.concat([frame, own], axis=1).iloc[comparison.base.order].reset_index(drop=True)


def changes(comparison: Comparison, language: Language) -> pd.DataFrame:
    """Return one row a unit and scenario in which it changes tier, comes in or falls out."""
    import pandas as pd

    base, panel = comparison.base_list, comparison.base.panel
    rows = []
    for name, own, tiers in zip(
        comparison.names, comparison.lists.ranks, comparison.lists.tiers, strict=True
    ):
        for unit in comparison.base.order.tolist():
            was, now = base.ranks[0, unit] <= base.top, own[unit] <= base.top
            kind = _change(bool(was), bool(now), int(tiers[unit] - base.tiers[0, unit]))
            if kind:
                rows.append(
                    {
                        "scenario": name,
                        "code": panel.codes[unit],
                        "name": panel.names[unit],
                        "change": CHANGES[kind][0 if language == "en" else 1],
                        "rank_base": base.ranks[0, unit],
                        "rank": own[unit],
                        "tier_base": base.tiers[0, unit] or np.nan,
                        "tier": tiers[unit] or np.nan,
                    }
                )
    frame = pd.DataFrame(rows)
    for column in frame.columns.intersection(["rank_base", "rank", "tier_base", "tier"]):
        frame[column] = whole(frame[column].to_numpy(dtype=np.float64))
    return frame if comparison.has_tiers else frame.drop(columns=["tier_base", "tier"], errors="ignore")


def _change(was: bool, now: bool, step: int) -> str:
    """Return what becomes of a unit that was and is listed or not, ``step`` tiers down; blank for nothing."""
    if was and now:
        return "up" if step < 0 else "down" if step > 0 else ""
    return "exit" if was else "entry" if now else ""


def most_telling(frame: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return experts or nodes by what their absence changes."""
    measure = [name for name in ("units_changing_tier", "rank_shift_mean") if name in frame]
    return frame.sort_values(measure, ascending=False, kind="stable")


def list_changes(differ: Differences, has_tiers: bool, selects: bool) -> dict[str, IntArray]:
    """Return the columns of units that change tier, come in and fall out, as far as they apply."""
    return {
        **({"units_changing_tier": differ.units_changing_tier} if has_tiers else {}),
        **({"entries": differ.entries, "exits": differ.exits} if selects else {}),
    }


def absent(absences: Absent, index: Index, tiers: Tiers) -> pd.DataFrame:
    """Return ``delphi_leave_one_out``: one row an expert: what becomes of the list without them."""
    import pandas as pd

    differ = absences.differences
    return pd.DataFrame(
        {
            "expert": absences.names,
            "rank_shift_mean": differ.rank_shift_mean,
            "rank_shift_max": whole(differ.rank_shift_max),
            "unit": differ.most_affected(index.panel.names),
            "units_changing_rank": differ.units_changing_rank,
            **list_changes(differ, absences.has_tiers, tiers.top < len(index.panel)),
            "spearman": differ.spearman,
        }
    )


SCENARIO: Final = Column(
    "scenario", Text("Scenario", "方案"), Text("name of the weight scenario", "权重方案名称")
)

SCENARIOS: Final = Table(
    name="scenarios",
    title=Text("Weight scenarios", "权重方案"),
    note=Text("Weight scenarios beside the base", "各权重方案与基准方案的对照"),
    row=Text("a weight scenario", "一个权重方案"),
    section="what if",
    place=8,
    charts=(
        Bars(
            Text("How far each scenario is from the base", "各方案与基准的差异"),
            "scenario",
            (
                ("rank_shift_mean", Text("mean rank shift", "平均位移"), 0),
                ("units_changing_tier", Text("units changing tier", "梯队变化单位数"), 5),
            ),
            "0.0",
            labelled=("0.0", "0"),
        ),
    ),
    figures=("bump",),
    columns=(
        SCENARIO,
        RANK_SHIFT_MEAN,
        RANK_SHIFT_MAX,
        SPEARMAN,
        Column(
            "kendall",
            Text("Kendall", "肯德尔相关"),
            Text("Kendall's tau-b with the base", "与基准的肯德尔tau-b"),
            "0.0000",
        ),
        *LIST_CHANGES,
        Column(
            "units_unranked",
            Text("Units not ranked", "未参评单位数"),
            Text("units without a score in the scenario", "在该方案下没有得分的单位个数"),
            optional=True,
        ),
    ),
    make=lambda study: None if study.comparison is None else study.comparison.to_frame(),
    needs=("comparison",),
)

SCENARIO_RANKS: Final = Table(
    name="scenario_ranks",
    title=Text("Ranks by scenario", "各方案排名"),
    note=Text("Rank of every unit under each weight scenario", "各单位在每个权重方案下的排名"),
    row=Text("a unit, best first in the base", "一个单位，按基准名次"),
    section="what if",
    charts=("scenario_ranks",),
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column("base", Text("Base", "基准"), Text("rank in the base", "基准名次")),
        Column(
            "scenarios",
            meaning=Text("a column for each scenario: the rank there", "每个方案一列：该方案下的名次"),
            names="scenario",
        ),
    ),
    make=lambda study: None if study.comparison is None else ranks(study.comparison),
    needs=("comparison",),
)


def _changes(study: Study) -> pd.DataFrame | None:
    return None if study.comparison is None else changes(study.comparison, study.scenario.language)


SCENARIO_CHANGES: Final = Table(
    name="scenario_changes",
    title=Text("Changes by scenario", "各方案变动"),
    note=Text(
        "Units that enter, leave or change tier under each weight scenario",
        "各权重方案下新进、退出或改变梯队的单位",
    ),
    row=Text("a scenario and unit that changes", "一个方案与一个有变动的单位"),
    section="what if",
    columns=(
        SCENARIO,
        UNIT_CODE,
        UNIT_NAME,
        Column("change", Text("Change", "变化"), Text("up, down, entry, exit", "升档、降档、新进、退出")),
        Column("rank_base", Text("Rank, base", "基准排名"), Text("rank in the base", "基准名次")),
        Column("rank", Text("Rank", "排名"), Text("rank in the scenario", "该方案下的名次")),
        optional(
            Column(
                "tier_base", Text("Tier, base", "基准梯队"), Text("tier in the base", "基准梯队"), look="tier"
            )
        ),
        optional(
            Column("tier", Text("Tier", "梯队"), Text("tier in the scenario", "该方案下的梯队"), look="tier")
        ),
    ),
    make=_changes,
    needs=("comparison",),
)

TABLES: Final = (SCENARIOS, SCENARIO_RANKS, SCENARIO_CHANGES)
