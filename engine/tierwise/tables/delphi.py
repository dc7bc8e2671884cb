"""delphi and concordance: what the expert panel said, node by node and group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierwise.values import Experts, Framework
from tierwise.values.framework import ROOT
from tierwise.weighting import delphi_weights

if TYPE_CHECKING:
    import pandas as pd


def delphi(
    experts: Experts, framework: Framework, scale_max: float | None = None, method: str = "mean"
) -> pd.DataFrame:
    """Return one row a judged node: statistics of the last round and the local weight that follows."""
    import pandas as pd

    from tierwise.methods.delphi import statistics

    scores = experts.on_nodes(framework)
    judged = np.flatnonzero(~np.isnan(scores).all(axis=0))
    found = statistics(scores[:, judged], experts.scale(scale_max))
    local = delphi_weights(framework, experts, method)
    return pd.DataFrame(
        {
            "code": [framework.codes[node] for node in judged],
            "parent": [parent_of(framework, int(node)) for node in judged],
            "n": found.n,
            "mean": found.mean,
            "sd": found.sd,
            "cv": found.cv,
            "median": found.median,
            "iqr": found.iqr,
            "full_score_ratio": found.full_score_ratio,
            "weight": local[judged],
        }
    )


def parent_of(framework: Framework, node: int) -> str:
    """Return the code above a node, blank right under the index, as the framework's sheet has it."""
    parent = framework.parents[node]
    return "" if parent == ROOT else parent


def concordance(experts: Experts, framework: Framework) -> pd.DataFrame:
    """Return one row a sibling group that can be tested: Kendall's W, its chi² and its p values."""
    import pandas as pd

    from tierwise.errors import TierwiseError
    from tierwise.methods.concordance import kendall_w

    scores = experts.on_nodes(framework)
    rows = []
    for group in framework.tree.sibling_groups:
        try:
            found = kendall_w(scores[:, group])
        except TierwiseError:  # too few experts or siblings, or no expert tells them apart: nothing to test
            continue
        rows.append(
            {
                "parent": parent_of(framework, int(group[0])),
                "n": found.experts,
                "siblings": found.siblings,
                "kendall_w": found.w,
                "chi2": found.chi2,
                "df": found.df,
                "p_chi2": found.p_chi2,
                "p_permutation": found.p_permutation,
            }
        )
    return pd.DataFrame(rows)
