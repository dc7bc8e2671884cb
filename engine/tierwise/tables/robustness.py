"""robustness, acceptability, cuts and cut_distribution: what the draws say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from tierwise.robust import Robustness

if TYPE_CHECKING:
    import pandas as pd

MOST_RANKS = 1000  # columns of the acceptability table; the ranks of a nation's counties are no table to read


def robustness(found: Robustness) -> pd.DataFrame:
    """Return one row a unit, best first: rank interval, exact range, tier probabilities, nearest rival."""
    import pandas as pd

    index, tiers, tally = found.index, found.tiers, found.tally
    columns: dict[str, object] = {
        "code": index.panel.codes,
        "name": index.panel.names,
        "score": index.score,
        "rank": index.ranks,
        "rank_mean": tally.rank_mean(),
        "rank_median": tally.rank_median(),
        "rank_low": found.rank_low,
        "rank_high": found.rank_high,
        "rank_min": tally.rank_min(),
        "rank_max": tally.rank_max(),
    }
    columns |= _proven(found, "ranks")
    if tiers.top < len(index.panel):
        columns["p_top"] = found.p_top
    columns["tier"] = pd.array(np.where(tiers.tiers > 0, tiers.tiers, 0), dtype="Int64")
    columns |= {
        f"p_tier_{tier + 1}": found.tier_probabilities[:, tier]
        for tier in range(found.tier_probabilities.shape[1])
    }
    if tiers.contiguous:
        columns["p_tier_same"] = found.p_tier_same
    columns |= _proven(found, "rivals")
    frame = pd.DataFrame(columns)
    frame["tier"] = frame["tier"].mask(frame["tier"] == 0)
    return _whole(frame).iloc[index.order].reset_index(drop=True)


def _proven(found: Robustness, what: Literal["ranks", "rivals"]) -> dict[str, object]:
    """Return the columns of exact results, blank for units that are not listed."""
    import pandas as pd

    exact = found.proven
    if exact is None or (what == "ranks" and exact.ranks is None):
        return {}
    units = len(found.index.panel)
    if exact.ranks is not None and what == "ranks":
        ends = {"rank_best_exact": exact.ranks.best, "rank_worst_exact": exact.ranks.worst}
        return {
            name: pd.Series(ranks, index=exact.units).reindex(range(units)).astype("Int64")
            for name, ranks in ends.items()
        }
    rivals = pd.Series(exact.rival_names, index=exact.units, dtype=object).reindex(range(units))
    spread = pd.Series(exact.spread, index=exact.units).reindex(range(units))
    return {"nearest_rival": rivals, "critical_spread": spread.where(np.isfinite(spread))}


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
    return _whole(frame)


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


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with columns of whole ranks as integers."""
    for name in frame.columns:
        whole = frame[name].dtype == np.float64 and str(name).startswith("rank") and name != "rank_mean"
        if whole and (frame[name] % 1 == 0).all():
            frame[name] = frame[name].astype(np.int64)
    return frame
