"""acceptability, cuts and cut_distribution: what the draws say; robustness is ``Robustness.to_frame``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierwise.study.columns import whole_ranks
from tierwise.study.robustness import Robustness

if TYPE_CHECKING:
    import pandas as pd

MOST_RANKS = 1000  # columns of the acceptability table; the ranks of a nation's counties are no table to read


def acceptability(found: Robustness) -> pd.DataFrame:
    """Return one row a unit, best first: the probability of each rank, as far as the list is long."""
    import pandas as pd

    shares = found.tally.rank_acceptability()
    values = found.tally.rank_values
    kept = values <= min(len(values), max(found.tiers.top, MOST_RANKS))
    names = [f"p_rank_{value:g}" for value in values[kept]]
    frame = pd.DataFrame(shares[:, kept], columns=names)
    frame.insert(0, "code", found.index.panel.codes)
    return frame.iloc[found.index.order].reset_index(drop=True)


def cuts(found: Robustness) -> pd.DataFrame:
    """Return one row a cut: where it is, where the draws put it, and whether the pair at it stays split."""
    import pandas as pd

    cut, names = found.cuts, found.index.panel.names
    frame = pd.DataFrame(
        {
            "cut": np.arange(1, len(cut.rank) + 1),
            "rank": cut.rank,
            "score": cut.score,
            "rank_low": cut.rank_low,
            "rank_median": cut.rank_median,
            "rank_high": cut.rank_high,
            "score_low": cut.score_low,
            "score_high": cut.score_high,
            "p_same": cut.p_same,
            "unit_above": [names[unit] for unit in cut.unit_above],
            "unit_below": [names[unit] for unit in cut.unit_below],
            "p_split": cut.p_split,
        }
    )
    if found.choices is not None and found.choices.methods:  # scores of different methods do not compare
        frame = frame.drop(columns=["score_low", "score_high"])
    return whole_ranks(frame)


def cut_distribution(found: Robustness) -> pd.DataFrame:
    """Return one row a rank: P(cut t falls right below it) for each cut, and P(it and the next are split)."""
    import pandas as pd

    listed = len(found.tiers.selected)
    shares = found.tally.cut_rank_probabilities
    units = found.tally.setup.order[:listed]
    frame = pd.DataFrame(
        {
            "rank": np.arange(1, listed + 1),
            "name": [found.index.panel.names[unit] for unit in units],
            **{f"p_cut_{cut + 1}": shares[cut, 1 : listed + 1] for cut in range(len(shares))},
        }
    )
    split = np.full(listed, np.nan)
    split[: listed - 1] = found.tally.p_split()[: listed - 1]
    frame["p_split"] = split
    return frame
