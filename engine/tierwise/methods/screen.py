"""Units with too little data, left out before anything is compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.tolerances import SHARE


@dataclass(frozen=True)
class Screened:
    """Which units have enough data, and what share of the indicators each has."""

    kept: BoolArray  # (units,)
    share: FloatArray  # (units,)


def screen(
    values: ArrayLike, share: float, *, zeros: bool = False, keep: ArrayLike = (), drop: ArrayLike = ()
) -> Screened:
    """Return which units have values in at least a share of the indicators.

    Args:
        values: ``(units, indicators)``, NaN = missing.
        share: share of the indicators that a unit must have, from 0 to 1.
        zeros: a zero counts as no data.
        keep: rows that stay whatever they have.
        drop: rows that go whatever they have.

    Raises:
        TierwiseError: M010 for a share outside 0 … 1, M031 where no unit has so many.

    """
    if not 0 <= share <= 1:
        raise TierwiseError(problem("M010", argument="share", value=share, need="0 … 1"))
    panel = np.asarray(values, dtype=np.float64)
    there = ~np.isnan(panel) & ((panel != 0) | (not zeros))
    present = there.mean(axis=1)
    kept = present >= share - SHARE
    kept[np.asarray(keep, dtype=np.int64)] = True
    kept[np.asarray(drop, dtype=np.int64)] = False
    if not (present >= share - SHARE).any() and not kept.any():
        raise TierwiseError(
            problem("M031", argument="share", share=share, most=float(present.max(initial=0.0)))
        )
    return Screened(kept, present)
