"""scenario_ranks, scenario_changes, delphi_leave_one_out: lists under other weights and panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierwise.study.columns import whole
from tierwise.study.compare import Comparison
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.arrays import IntArray
    from tierwise.study.absent_experts import Absent
    from tierwise.study.index import Index
    from tierwise.study.tiers import Tiers
    from tierwise.whatif.lists import Differences

CHANGES: dict[str, tuple[str, str]] = {
    "up": ("up", "升档"),
    "down": ("down", "降档"),
    "entry": ("entry", "新进"),
    "exit": ("exit", "退出"),
}


def ranks(found: Comparison) -> pd.DataFrame:
    """Return one row a unit, best first in the base: its rank in the base and in each scenario."""
    import pandas as pd

    panel = found.base.panel
    frame = pd.DataFrame({"code": panel.codes, "name": panel.names, "base": found.base.ranks})
    own = pd.DataFrame(
        {name: whole(column) for name, column in zip(found.names, found.lists.ranks, strict=True)}
    )
    return pd.concat([frame, own], axis=1).iloc[found.base.order].reset_index(drop=True)


def changes(found: Comparison, language: Language) -> pd.DataFrame:
    """Return one row a unit and scenario in which it changes tier, comes in or falls out."""
    import pandas as pd

    base, panel = found.base_list, found.base.panel
    rows = []
    for name, own, tiers in zip(found.names, found.lists.ranks, found.lists.tiers, strict=True):
        for unit in found.base.order.tolist():
            was, now = base.ranks[0, unit] <= base.top, own[unit] <= base.top
            if was and now:
                step = int(tiers[unit] - base.tiers[0, unit])
                kind = "up" if step < 0 else "down" if step > 0 else ""
            else:
                kind = "exit" if was else "entry" if now else ""
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
    for column in {"rank_base", "rank", "tier_base", "tier"} & {*frame.columns}:
        frame[column] = whole(frame[column].to_numpy(dtype=np.float64))
    return frame if found.has_tiers else frame.drop(columns=["tier_base", "tier"], errors="ignore")


def list_changes(differ: Differences, has_tiers: bool, selects: bool) -> dict[str, IntArray]:
    """Return the columns of units that change tier, come in and fall out, as far as they apply."""
    return {
        **({"units_changing_tier": differ.units_changing_tier} if has_tiers else {}),
        **({"entries": differ.entries, "exits": differ.exits} if selects else {}),
    }


def absent(found: Absent, index: Index, tiers: Tiers) -> pd.DataFrame:
    """Return ``delphi_leave_one_out``: one row an expert: what becomes of the list without them."""
    import pandas as pd

    differ = found.differences
    return pd.DataFrame(
        {
            "expert": found.names,
            "rank_shift_mean": differ.rank_shift_mean,
            "rank_shift_max": whole(differ.rank_shift_max),
            "unit": [index.panel.names[unit] for unit in differ.unit],
            "units_changing_rank": differ.units_changing_rank,
            **list_changes(differ, found.has_tiers, tiers.top < len(index.panel)),
            "spearman": differ.spearman,
        }
    )
