"""Columns of whole numbers, shown as such; blank where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierwise.arrays import IntArray

if TYPE_CHECKING:
    import pandas as pd


def whole(values: np.ndarray) -> pd.Series[int] | pd.Series[float]:
    """Return numbers as integers where all are whole, blank where there is none."""
    import pandas as pd

    series = pd.Series(values)
    known = series.dropna()
    if not (known % 1 == 0).all():
        return series
    return series.astype("Int64" if len(known) < len(series) else np.int64)


def whole_ranks(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with whole ranks as integers; the mean rank stays as it is."""
    for name in frame.columns:
        if str(name).startswith("rank") and name != "rank_mean" and frame[name].dtype == np.float64:
            frame[name] = whole(frame[name].to_numpy())
    return frame


def tier_column(tiers: IntArray) -> pd.Series[int]:
    """Return tiers, blank for the units outside the list."""
    import pandas as pd

    column = pd.Series(tiers, dtype="Int64")
    return column.mask(column == 0)
