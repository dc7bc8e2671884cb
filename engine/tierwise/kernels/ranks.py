"""Ranks of scores: competition ranks as official rankings print them, and the other tie rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problems
from tierwise.kernels.grid import on_grid, rounded
from tierwise.names import choose

if TYPE_CHECKING:
    from tierwise.kernels.blanks import Products
    from tierwise.kernels.compiled_ranks import BucketMap

Places = NDArray[np.uint16]  # (draws, units) competition rank less 1
Order = NDArray[np.uint32]  # (draws, units) units from the best
Ties = Literal["min", "max", "average", "dense", "ordinal"]
TIES: Final[tuple[str, ...]] = get_args(Ties)
BUCKETS_A_UNIT: Final = 32
LEVELS: Final = 4096


def rank(
    scores: ArrayLike,
    ties: str = "min",
    descending: bool = True,
    decimals: int | None = None,
    half: str = "up",
) -> NDArray[Any]:
    """Return the rank of each score along the last axis, 1 = first.

    Args:
        scores: ``(..., units)``; each vector is ranked by itself.
        ties: what units with equal scores share; equal on the grid of each vector, see
            :mod:`tierwise.kernels.grid`. ``min``: the best rank of the run (competition ranks
            "1, 2, 2, 4"); ``max``: the worst ("1, 3, 3, 4"); ``average``: the mean of the two; ``dense``: no
            gaps ("1, 2, 2, 3"); ``ordinal``: nothing, the earlier position goes first.
        descending: the highest score comes first.
        decimals: scores are rounded to so many decimals first.
        half: where a half goes then, ``up`` (away from zero) or ``even``.

    Returns:
        ``(..., units)`` integers, floats under ``average``.

    Raises:
        TierwiseError: U001 for each score that is not a number; S002 for an unknown tie rule.

    """
    rule = choose(ties, TIES, "ties")
    keys = np.asarray(scores, dtype=np.float64)
    refuse_missing(keys)
    keys = on_grid(rounded(keys, decimals, half))
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


class BlockRanks:
    """Places (competition rank less 1) of many draws of the same units, fast; one thread's working memory.

    ``sample (draws, units)`` of the scores to come says where buckets are needed (see
    :mod:`tierwise.kernels.compiled_ranks`). It decides the speed, never the result.
    """

    def __init__(self, sample: FloatArray) -> None:
        from tierwise.kernels.compiled_ranks import DEAL, Scratch  # loads numba

        sample = on_grid(sample)
        units = sample.shape[-1]
        self.buckets = 1 << max(12, (BUCKETS_A_UNIT * units - 1).bit_length())
        words = self.buckets // 64
        self.scratch = Scratch(
            above=np.empty(units, dtype=np.float32),
            keys=np.empty(units, dtype=np.uint32),
            words=np.empty(words, dtype=np.uint64),
            before=np.empty(words, dtype=np.uint16),
            ranks=np.empty(units, dtype=np.uint32),
            late=np.empty(units, dtype=np.int32),
            extra=np.zeros(words, dtype=np.uint16),
            scores=np.empty(units, dtype=np.float64),
            listed=np.empty(units, dtype=np.int32),
            starts=np.empty(self.buckets >> int(DEAL), dtype=np.int32),
        )
        self.spread = spread_of(sample, self.buckets)
        ordered = np.sort(sample, axis=-1)
        same = ordered[..., 1:] == ordered[..., :-1]
        self.deal = bool(same.sum() > 0.25 * same.size)

    def write(self, scores: FloatArray, order: Order, places: Places) -> None:
        """Write ``places (draws, units)``, how many units have a strictly higher score, and units in order.

        Higher means higher on the grid of the draw (:mod:`tierwise.kernels.grid`).
        ``order (draws, units)`` lists the units from the best; those with equal scores stand anyhow. Who does
        not need it gives one row, which stays in the first cache.
        """
        from tierwise.kernels.compiled_ranks import place_rows  # loads numba

        place_rows(scores, self.spread, self.scratch, self.deal, order, places)

    def lay_out(
        self, products: Products, scores: FloatArray, order: Order, places: Places,
        tiles: Places, first: int, lowest: Places, highest: Places,
    ) -> int:  # fmt: skip
        """Write places of draws that are yet to be scored into tiles; return of how many.

        See :func:`~tierwise.kernels.compiled_blocks.place_draws`.
        """
        from tierwise.kernels.compiled_blocks import place_draws  # loads numba

        return place_draws(
            *products, self.spread, self.scratch, self.deal,
            scores, order, places, tiles, first, lowest, highest,
        )  # fmt: skip


def spread_of(sample: FloatArray, buckets: int) -> BucketMap:
    """Return the map that spreads scores like those of a sample ``(draws, units)`` over buckets."""
    with np.errstate(over="ignore"):
        return _spread(sample, buckets)


def _spread(sample: FloatArray, buckets: int) -> BucketMap:
    from tierwise.kernels.compiled_ranks import BucketMap  # loads numba

    middle = float(np.median(sample))
    distance = np.abs(sample - middle)
    floor = np.float32(np.quantile(distance, 0.1))
    if not floor > 0 and distance.any():
        floor = np.float32(distance[distance > 0].min())
    floor = np.float32(np.clip(floor, 1e-30, 1e30))
    curved = np.sort(_curved(sample - middle, floor), axis=-1)
    start, end = np.quantile(curved, [0.0005, 0.9995])
    scale = 1.0 / (end - start) if end > start else 0.0
    share = np.clip((curved - start) * scale, 0.0, 1.0)
    keys = (share * buckets).astype(np.int64)
    meet = (np.diff(keys, axis=-1) == 0) & (np.diff(curved, axis=-1) != 0)
    levels, steps = np.empty(0, dtype=np.uint32), buckets
    if meet.sum() > 0.05 * meet.size:
        steps = LEVELS << 11
        filled = np.bincount((share * (LEVELS - 1)).astype(np.int64).ravel(), minlength=LEVELS) + 0.1
        levels = np.append(0, np.cumsum(filled / filled.sum()) * (buckets - 1)).astype(np.uint32)
    return BucketMap(middle, floor, np.float32(start), np.float32(scale * steps), steps, levels)


def _curved(above: FloatArray, floor: np.float32) -> IntArray:
    """Return the z of :class:`~tierwise.kernels.compiled_ranks.BucketMap`."""
    bits = (np.abs(above.astype(np.float32)) + floor).view(np.int32)
    distance = bits.astype(np.int64) - int(floor.view(np.int32))
    return np.where(np.signbit(above), -distance, distance)
