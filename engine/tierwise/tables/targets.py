"""targets and target_weights: weights that would give a wanted list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.reverse import Reverse
    from tierwise.words.language import Language


Answers = Sequence[tuple[str, "Reverse"]]


def answers(found: Answers, language: Language) -> pd.DataFrame:
    """Return one row a wanted list: whether any weights give it, how far they are, and why."""
    import pandas as pd

    return pd.DataFrame(
        {
            "target": [name for name, _ in found],
            "norm": [one.norm for _, one in found],
            "feasible": [int(one.feasible) for _, one in found],
            "weight_moved": [one.moved for _, one in found],
            "distance_l1": [one.answer.l1 for _, one in found],
            "distance_l2": [one.answer.l2 for _, one in found],
            "proved": [int(one.answer.proved) for _, one in found],
            "verdict": [one.said(language) for _, one in found],
        }
    )


def target_weights(found: Answers) -> pd.DataFrame | None:
    """Return one row a node: its global weight, and that of each wanted list that can be had."""
    import pandas as pd

    able = [(name, one) for name, one in found if one.feasible]
    if not able:
        return None
    frame = able[0][1].to_frame()[["code", "parent", "level", "global"]]
    found_weights = {name: one.to_frame()["global_found"] for name, one in able}
    return pd.concat([frame, pd.DataFrame(found_weights)], axis=1)
