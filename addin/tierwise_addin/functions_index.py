"""Family index: from figures to scores and ranks."""

from __future__ import annotations

from typing import Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.kernels import ranks
from tierwise_addin import arguments
from tierwise_addin.arguments import Help
from tierwise_addin.catalogue import Function

SCORES: Final = arguments.vector("scores", "Scores of the units, one row or column", "各单位得分(单行或单列)")


def rank(scores: FloatArray, ties: str, descending: bool) -> FloatArray:
    """Return the ranks of the scores that are there; a blank score has a blank rank."""
    out = np.full(scores.shape, np.nan)
    present = ~np.isnan(scores)
    out[present] = ranks.rank(scores[present], ties, descending)
    return out


FUNCTIONS: Final = (
    Function(
        "IDX_RANK",
        Help("Rank of each score, 1 = first; equal scores share a rank", "各得分的名次(1为第一,同分同名次)"),
        (
            SCORES,
            arguments.choice(
                "ties",
                ranks.TIES,
                "What equal scores share: min (1, 2, 2, 4), max, average, dense (1, 2, 2, 3), ordinal",
                "同分规则:min(1、2、2、4)、max、average、dense(1、2、2、3)、ordinal",
            ),
            arguments.flag(
                "descending",
                "TRUE: the highest score comes first (default)",
                "TRUE:得分高者在前(默认)",
                True,
            ),
        ),
        rank,
        follows="scores",
    ),
)
