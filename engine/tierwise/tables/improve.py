"""improve: what each unit would have to improve to move up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.study.columns import whole
from tierwise.study.improve import easiest_steps
from tierwise.study.improvement_paths import dependent
from tierwise.tables.columns import UNIT_CODE, UNIT_NAME
from tierwise.tables.table import Table
from tierwise.words.columns import Column
from tierwise.words.language import Text

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.index import Index
    from tierwise.study.study import Study
    from tierwise.study.tiers import Tiers

MOST: Final = 20_000  # figures that are moved: the listed units times indicators
OUTSIDE: Final = 10  # units below the list that are asked about a place in it
GOALS: Final = {
    "rank": Text("One rank up", "上升一位"),
    "tier": Text("The tier above", "升入上一梯队"),
    "list": Text("A place in the list", "进入榜单"),
}


def improve(index: Index, tiers: Tiers) -> pd.DataFrame | None:
    """Return one row for each listed unit and goal: the one indicator that gives it with the least effort.

    Goals are one rank up, the tier above as it is occupied in the list, and for the units next below the list
    a place in it. None where a unit's score hangs on others' figures or on no scale that could be held, and
    for long lists.
    """
    import pandas as pd

    asked = _asked(index, tiers)
    if not asked or len(asked) * len(index.panel.indicators) > MOST or dependent(index) is not None:
        return None
    units = np.array([unit for unit, _, _ in asked])
    made = easiest_steps(index, units, [rank for _, _, rank in asked])
    codes = index.panel.indicators
    frame = pd.DataFrame(
        {
            "code": [index.panel.codes[step.unit] for step in made],
            "name": [index.panel.names[step.unit] for step in made],
            "goal": [goal for _, goal, _ in asked],
            "rank_wanted": [step.rank for step in made],
            "indicator": [None if step.indicator is None else codes[step.indicator] for step in made],
            "current": [step.current for step in made],
            "needed": [step.needed for step in made],
            "effort": [step.effort for step in made],
            "effort_all": [step.together for step in made],
        }
    )
    frame["rank_wanted"] = whole(frame["rank_wanted"].to_numpy(dtype=np.float64))
    return frame


def _asked(index: Index, tiers: Tiers) -> list[tuple[int, str, int]]:
    """Return units with a goal and its rank."""
    higher = {unit: int((index.compared > index.compared[unit]).sum()) for unit in index.order.tolist()}
    ends = np.cumsum(tiers.sizes) if tiers.contiguous else np.empty(0, dtype=np.int64)
    asked: list[tuple[int, str, int]] = []
    for unit in tiers.selected.tolist():
        if higher[unit]:
            asked.append((unit, "rank", higher[unit]))
        tier = int(tiers.tiers[unit])
        if tiers.contiguous and tier > 1:
            asked.append((unit, "tier", int(ends[tier - 2])))
    below = [unit for unit in index.order.tolist() if not tiers.tiers[unit]][:OUTSIDE]
    return [*asked, *((unit, "list", tiers.top) for unit in below)]


def _make(study: Study) -> pd.DataFrame | None:
    return improve(study.index, study.tiers) if study.scenario.spec.report.one_at_a_time else None


IMPROVE: Final = Table(
    name="improve",
    title=Text("What it would take", "升位所需改进"),
    note=Text(
        "The one indicator that gives each unit a rank, the tier above, or a place in the list with the "
        "least effort; other units and the scale stay as they are, and no figure goes beyond the best unit's",
        "各单位上升一位、升入上一梯队或进入榜单最省力的单项指标；其他单位与标准化口径不变，目标值不超过现有最好水平",
    ),
    row=Text("a unit and what it wants", "一个单位的一项目标"),
    section="what if",
    place=8.5,
    columns=(
        UNIT_CODE,
        UNIT_NAME,
        Column(
            "goal",
            Text("Goal", "目标"),
            Text("one rank up, the tier above, or a place in the list", "上升一位、升入上一梯队或进入榜单"),
            words=GOALS,
        ),
        Column(
            "rank_wanted",
            Text("Rank for it", "所需位次"),
            Text(
                "the rank that it takes: of a tier, its last in the list", "达成目标所需的位次；梯队为其末位"
            ),
        ),
        Column(
            "indicator",
            Text("Indicator", "指标"),
            Text("blank where no indicator alone suffices", "任何单项指标均不足时为空"),
            content="node",
        ),
        Column("current", Text("Now", "现值"), Text("its figure", "指标现值"), "free"),
        Column(
            "needed",
            Text("Needed", "所需值"),
            Text("the figure that suffices", "达成目标所需的指标值"),
            "free",
        ),
        Column(
            "effort",
            Text("Effort", "所需幅度"),
            Text(
                "the change in standard deviations of the indicator among the units",
                "变动幅度，以该指标在各单位间的标准差计",
            ),
        ),
        Column(
            "effort_all",
            Text("Effort in all", "各项同升幅度"),
            Text(
                "the same change of all indicators that suffices, in standard deviations; blank for none",
                "各项指标同步提升时所需的幅度，以各自标准差计；无法达成时为空",
            ),
        ),
    ),
    make=_make,
)
TABLES: Final = (IMPROVE,)
