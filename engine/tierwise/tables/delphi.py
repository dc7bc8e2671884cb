"""delphi and concordance: what the expert panel said, node by node and group by group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tierwise.errors import TierwiseError
from tierwise.inputs import Experts, Framework
from tierwise.methods.verdicts import verdict
from tierwise.study.weights import delphi_weights
from tierwise.words.language import JOIN, Language

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
            "parent": [framework.parent_of(int(node)) for node in judged],
            **found.columns,
            "weight": local[judged],
        }
    )


def concordance(
    experts: Experts, framework: Framework, method: str = "mean", language: Language = "en"
) -> pd.DataFrame:
    """Return one row a sibling group that can be tested: Kendall's W, its tests, and what they say.

    ``weight_ratio`` is the largest local weight over the smallest: scores of 3.5 to 5 cannot make it more
    than 1.43. It is blank where the smallest is 0.
    """
    import pandas as pd

    from tierwise.methods.concordance import kendall_w

    scores, local = experts.on_nodes(framework), delphi_weights(framework, experts, method)
    rows = []
    for group in framework.tree.sibling_groups:
        try:
            found = kendall_w(scores[:, group])
        except TierwiseError:  # too few experts or siblings, or no expert tells them apart: nothing to test
            continue
        lowest = float(local[group].min())
        ratio = float(local[group].max()) / lowest if lowest > 0 else float("inf")
        said = (("kendall-w", found.w), ("p", found.p_permutation or 0.0), ("weight-ratio", ratio))
        rows.append(
            {
                "parent": framework.parent_of(int(group[0])),
                "n": found.experts,
                "siblings": found.siblings,
                "kendall_w": found.w,
                "chi2": found.chi2,
                "df": found.df,
                "p_chi2": found.p_chi2,
                "p_permutation": found.p_permutation,
                "weight_ratio": ratio if lowest > 0 else float("nan"),
                "verdict": sentence([verdict(name, value, language) for name, value in said], language),
            }
        )
    return pd.DataFrame(rows)


def sentence(clauses: Sequence[str], language: Language) -> str:
    """Return verdicts as one sentence."""
    return JOIN[language].join(clause for clause in clauses if clause)
