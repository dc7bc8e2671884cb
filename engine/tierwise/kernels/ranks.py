"""Ranks of scores: competition ranks as official rankings print them, and the other tie rules."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problems
from tierwise.names import choose

TIES: Final = ("min", "max", "average", "dense", "ordinal")


def rank(
    scores: ArrayLike, ties: str = "min", descending: bool = True, decimals: int | None = None
) -> NDArray[Any]:
    """Return the rank of each score along the last axis, 1 = first.

    Args:
        scores: ``(..., units)``; each vector is ranked by itself.
        ties: what units with equal scores share. ``min``: the best rank of the run (competition ranks
            "1, 2, 2, 4"); ``max``: the worst ("1, 3, 3, 4"); ``average``: the mean of the two; ``dense``: no
            gaps ("1, 2, 2, 3"); ``ordinal``: nothing, the earlier position goes first.
        descending: the highest score comes first.
        decimals: scores are rounded (half to even) to so many decimals first.

    Returns:
        ``(..., units)`` integers, floats under ``average``.

    Raises:
        TierwiseError: U001 for each score that is not a number; S002 for an unknown tie rule.

    """
    rule = choose(ties, TIES, "ties")
    keys = np.asarray(scores, dtype=np.float64)
    refuse_missing(keys)
    if decimals is not None:
        keys = np.round(keys, decimals)
    if descending:
        keys = -keys
    order = np.argsort(keys, axis=-1, kind="stable")
    inverse = np.argsort(order, axis=-1, kind="stable")
    if rule == "ordinal":
        return inverse + 1
    in_order = np.take_along_axis(keys, order, axis=-1)
    return np.take_along_axis(_sorted_ranks(_starts(in_order), rule), inverse, axis=-1)


def refuse_missing(scores: FloatArray) -> None:
    """Raise U001 with the place of each score that is NaN (units along the last axis)."""
    if not np.isnan(scores).any():
        return
    problems = Problems()
    for place in np.argwhere(np.isnan(scores)):
        vector = int(place[0]) if scores.ndim > 1 else None
        problems.add("U001", argument="scores", row=int(place[-1]), column=vector)
    problems.raise_any()


def _starts(in_order: FloatArray) -> BoolArray:
    """Return where a run of equal scores begins."""
    starts = np.ones(in_order.shape, dtype=np.bool_)
    starts[..., 1:] = in_order[..., 1:] != in_order[..., :-1]
    return starts


def _sorted_ranks(starts: BoolArray, rule: str) -> NDArray[Any]:
    """Return the ranks of sorted scores whose runs of equals begin at ``starts``."""
    if rule == "dense":
        return np.cumsum(starts, axis=-1)
    units = starts.shape[-1]
    position = np.arange(1, units + 1)
    first: IntArray = np.maximum.accumulate(np.where(starts, position, 0), axis=-1)
    if rule == "min":
        return first
    ends = np.ones_like(starts)
    ends[..., :-1] = starts[..., 1:]
    backwards = np.where(ends, position, units + 1)[..., ::-1]
    last: IntArray = np.minimum.accumulate(backwards, axis=-1)[..., ::-1]
    return last if rule == "max" else (first + last) / 2
