"""ranking, scores and weights: what an index alone gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tierwise.errors import Problem
from tierwise.inputs import Panel
from tierwise.methods.groups import first_in_group
from tierwise.study.columns import tier_column
from tierwise.study.doubts import KINDS
from tierwise.study.index import Index
from tierwise.words.language import Language

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.study.tiers import Tiers


def ranking(index: Index, tiers: Tiers) -> pd.DataFrame:
    """Return one row a unit, best first; ``tier`` is blank below the selected units.

    ``first_in_group`` is 1 for the first of each group of the first group column; a blank is no group.
    ``missing`` counts the indicators without a value; ``largest_share`` is the largest weight that one
    indicator has in the unit's index after reweighting.
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
    frame["missing"] = index.missing
    frame["largest_share"] = index.effective_weights.max(axis=1)
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


def doubts(found: Sequence[Problem], language: Language) -> pd.DataFrame:
    """Return one row for each thing in the data that wants a second look: place, kind, value and why."""
    import pandas as pd

    return pd.DataFrame(
        {
            "place": [doubt.where(language) for doubt in found],
            "kind": [KINDS[doubt.code] for doubt in found],
            "value": pd.Series([doubt.fields["value"] for doubt in found], dtype=object),
            "why": [doubt.text(language) for doubt in found],
        }
    )


def unranked(index: Index, panel: Panel) -> pd.DataFrame:
    """Return code and name of the units that are not ranked, and the share of indicators that each has."""
    import pandas as pd

    rows = [panel.codes.index(code) for code in index.unranked]
    share = (~np.isnan(panel.values[rows])).mean(axis=1)
    names = [panel.names[row] for row in rows]
    return pd.DataFrame({"code": index.unranked, "name": names, "data_share": share})
