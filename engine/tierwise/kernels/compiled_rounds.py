"""Linkage over many sorted lists at a time, compiled: Ward and average, where no two heights are near.

Between neighbours in a sorted list stands a boundary, as high as the distance of the clusters beside it. In
each round every boundary that is lower than both beside it falls, in all lists at once: the loops over a
whole lot of lists have no branches, and run in the processor's vectors. That gives the tree of merging one
pair after the other, because a cluster only grows away from its other boundary, which so never gets lower.
The means and heights are those of :func:`~tierwise.kernels.compiled_tiers.linkage_cuts`, bit by bit; where
two heights beside each other are the same up to rounding, that says which one goes first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.compiled import compiled, inlined
from tierwise.tolerances import HEIGHTS

LOT = 6400  # places of lists at a time: they stay in the processor's second cache
NEAR = HEIGHTS * HEIGHTS
LEAST = 1e-280  # a height below it has lost digits
PLAIN = -1  # in place of the first cut of a list that is left to the plain way


class Lot(NamedTuple):
    """Working memory: lists one after the other, a wall before each and after the last."""

    means: FloatArray  # (places,) of clusters, from the left; -inf at walls
    starts: NDArray[np.int32]  # (places + 1,) the place of a cluster's first unit
    heights: FloatArray  # (places + 2,) of the boundary before each cluster
    merged: FloatArray  # what the means become
    kept: NDArray[np.int32]  # whether the boundary before a cluster stays
    fell: FloatArray  # the height at which the boundary before each place fell
    fell_bits: IntArray  # the bits of these heights, which are in their order
    pair: FloatArray  # (2,) two heights beside each other
    pair_bits: IntArray


def lot_for(units: int) -> Lot:
    """Return working memory for lists of up to so many units."""
    size = max(LOT, units) + 3
    fell, pair = np.empty(size), np.empty(2)
    return Lot(
        means=np.empty(size),
        starts=np.empty(size, dtype=np.int32),
        heights=np.empty(size),
        merged=np.empty(size),
        kept=np.ones(size, dtype=np.int32),
        fell=fell,
        fell_bits=fell.view(np.int64),  # here: compiled code takes long to make a view
        pair=pair,
        pair_bits=pair.view(np.int64),
    )


@inlined
def _lay(listed: FloatArray, selected: IntArray, first: Any, lot: Lot) -> Any:
    """Lay lists from ``first`` on beside each other; return the next list and how many places they take."""
    means, starts = lot.means, lot.starts
    many, stop = np.int64(0), np.int64(first)
    while stop < len(listed) and (stop == first or many + selected[stop] < LOT):
        means[many] = -np.inf
        for unit in range(selected[stop]):
            means[many + 1 + unit] = listed[stop, unit]
        many += 1 + selected[stop]
        stop += 1
    means[many] = -np.inf
    many += 1
    for place in range(many + 1):
        starts[place] = place
    return stop, many


@inlined
def _merge(many: Any, least: Any, ward: bool, lot: Lot) -> bool:
    """Merge until the ``least`` places are left; return False as soon as two heights are too near to tell."""
    means, starts, heights, merged, kept, fell, _, _, _ = lot
    heights[0] = np.inf
    before = many + 1
    while least < many < before:
        for at in range(many - 1):
            down = means[at] - means[at + 1]
            size, other = np.float64(starts[at + 1] - starts[at]), np.float64(starts[at + 2] - starts[at + 1])
            part = np.divide(1.0, size + other)  # not /, which looks out for a zero
            heights[at + 1] = down * (down * ((size * other) * part)) if ward else abs(down)
            merged[at] = means[at] + (means[at + 1] - means[at]) * (other * part)
        heights[many] = heights[many + 1] = np.inf
        unsure = np.int64(0)
        for at in range(many):
            above, height, below = heights[at], heights[at + 1], heights[at + 2]
            falls = (height < above) & (height < below)
            mean, both = means[at], merged[at]
            merged[at] = both if falls else mean
            kept[at + 1] = np.int32(not falls)
            near = (height <= above * NEAR) & (above <= height * NEAR) & (height < np.inf)
            unsure |= np.int64(near | ((height < LEAST) & (height > 0.0)))
        if unsure:
            return False
        before, to = many, np.uint64(0)
        for at in range(before):
            start = np.uint32(starts[at])
            fell[start] = heights[at]
            means[to], starts[to] = merged[at], start
            to += np.uint64(kept[at])
        many = np.int64(to)
        starts[many] = starts[before]
    return bool(many == least)


@inlined
def _highest(fell: Any, wanted: Any, lot: Lot, cuts: IntArray) -> None:
    """Write the places of the highest boundaries, from the bits of the heights where they ``fell``.

    Heights are not negative, and so in the order of their bits, whose greatest are found in vectors.
    """
    least = limit = np.int64(0x7FF0000000000000)  # infinite
    for _ in range(wanted + 1):
        least, limit = limit, np.int64(-1)
        for place in range(len(fell)):
            height = fell[place]
            limit = max(limit, height if height < least else np.int64(-1))
    found = np.int64(0)
    for place in range(len(fell)):
        if fell[place] >= least:
            if found < wanted:
                cuts[found] = place + 1
            found += 1
    lot.pair_bits[0], lot.pair_bits[1] = least, limit
    if found != wanted or limit < 0 or lot.pair[0] <= lot.pair[1] * NEAR:
        cuts[0] = PLAIN


@compiled
def merge_rows(listed: FloatArray, selected: IntArray, ward: bool, lot: Lot, cuts: IntArray) -> None:
    """Cut the first ``selected (draws,)`` scores of each row of ``listed (draws, units)``.

    The first cut of a list that has to be cut the plain way is ``PLAIN``.
    """
    wanted = cuts.shape[1]
    cuts[:, 0] = PLAIN
    first = np.int64(0)
    while first < len(listed):
        stop, many = _lay(listed, selected, first, lot)
        least = stop - first + 1  # the walls, and a cluster of each list that is not empty
        for draw in range(first, stop):
            least += np.int64(selected[draw] > 0)
        if _merge(many, least, ward, lot):
            start = np.int64(2)  # behind a wall and the first unit, which has no boundary before it
            for draw in range(first, stop):
                units = selected[draw]
                if units > wanted + 1:
                    _highest(lot.fell_bits[start : start + units - 1], wanted, lot, cuts[draw])
                start += units + 1
        first = stop
