"""ranking, scores and weights: what an index alone gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierwise.inputs import Panel
from tierwise.methods.groups import first_in_group
from tierwise.study.columns import tier_column
from tierwise.study.index import Index

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.tiers import Tiers


def ranking(index: Index, tiers: Tiers) -> pd.DataFrame:
    """Return one row a unit, best first; ``tier`` is blank below the selected units.

    ``first_in_group`` is 1 for the first of each group of the first group column; a blank is no group.
    """
    import pandas as pd

    panel = index.panel
    frame = pd.DataFrame(
        {
            "code": panel.codes,
            "name": panel.names,
            **panel.groups,
            "score": index.score,
            "rank": index.ranks,
            "tier": tier_column(tiers.tiers),
        }
    )
    if panel.groups:
        groups = next(iter(panel.groups.values()))
        frame["first_in_group"] = first_in_group(index.ranks, groups).astype(np.int64)
    return frame.iloc[index.order].reset_index(drop=True)


def scores(index: Index) -> pd.DataFrame:
    """Return one row a unit in rank order, one column for each node of the framework."""
    import pandas as pd

    frame = pd.DataFrame(index.scores[:, 1:], columns=[*index.framework.codes[1:]])
    frame.insert(0, "code", index.panel.codes, allow_duplicates=True)
    return frame.iloc[index.order].reset_index(drop=True)


def weights(index: Index) -> pd.DataFrame:
    """Return one row a node: code, parent, level, local and global weight."""
    return index.framework.to_frame()[["code", "parent", "level", "local", "global"]]


def unranked(index: Index, panel: Panel) -> pd.DataFrame:
    """Return code and name of the units that are not ranked, and the share of indicators that each has."""
    import pandas as pd

    rows = [panel.codes.index(code) for code in index.unranked]
    share = (~np.isnan(panel.values[rows])).mean(axis=1)
    names = [panel.names[row] for row in rows]
    return pd.DataFrame({"code": index.unranked, "name": names, "data_share": share})
