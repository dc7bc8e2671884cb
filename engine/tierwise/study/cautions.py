"""Cautions: what a reader should know although the run goes on. They are problems that nobody raises."""

from __future__ import annotations

import re
from typing import Final

from tierwise.errors import Problem, problem
from tierwise.inputs import History, Panel
from tierwise.study.draws import Offset

TOTAL: Final = re.compile(
    r"(合计|总计|小计|总和|共计|平均|平均值|均值|全国|全省|全市|全县|.+(合计|总计|小计|平均|平均值))"
    r"|((grand|sub)?totals?|sum|average|mean|overall|all|.+(total|average))"
)


def cautions(panel: Panel, history: History | None, offset: Offset | None) -> tuple[Problem, ...]:
    """Return what to look at.

    Rows that look like totals (D017), a history of other codes (H004), draws around other weights (U117).
    """
    strange = history is not None and not {*history.codes} & {*panel.codes}
    return (
        *total_rows(panel),
        *([problem("H004", "History")] if strange else []),
        *([] if offset is None else [offset_caution(offset)]),
    )


def total_rows(panel: Panel) -> list[Problem]:
    """Return a caution for each unit whose code or name says that it sums up the others."""
    return [
        problem("D017", panel.place(unit, None), row=unit, unit=panel.names[unit])
        for unit in range(len(panel))
        if any(map(is_total, (panel.codes[unit], panel.names[unit])))
    ]


def is_total(name: str) -> bool:
    """Tell whether a unit's name is one of a total or an average: 合计, 江苏省 小计, Total, Sub-total."""
    return TOTAL.fullmatch(re.sub(r"[\s:：-]", "", name).lower()) is not None


def offset_caution(offset: Offset) -> Problem:
    """Return the caution that the draws lie around other weights than those of the published index."""
    return problem(
        "U117",
        "[uncertainty] weights",
        node=offset.name,
        index=f"{offset.index:.2%}",
        draws=f"{offset.draws:.2%}",
        difference=f"{100 * abs(offset.draws - offset.index):.2f}",
    )
