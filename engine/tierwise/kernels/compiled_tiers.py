"""Partitions of sorted scores, compiled. See :mod:`tierwise.kernels.tiers` for what they mean."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.compiled import compiled, inlined
from tierwise.kernels.compiled_rounds import PLAIN
from tierwise.tolerances import HEIGHTS

ZERO: Any = np.int64(0)  # a counter's start; a plain 0 would be compiled for as a case of its own

WARD, AVERAGE, COMPLETE, SINGLE = range(4)


class Scratch(NamedTuple):
    """Working memory for lists of up to so many units."""

    downs: FloatArray  # (units + 2,)
    ups: FloatArray
    below: FloatArray
    inverse: FloatArray  # 1 / k at k
    sizes: IntArray
    starts: IntArray
    heights: FloatArray  # (cuts,)
    places: IntArray


def scratch_for(units: int, cuts: int) -> Scratch:
    """Return working memory."""
    size = units + 2
    return Scratch(
        downs=np.empty(size),
        ups=np.empty(size),
        below=np.empty(size),
        inverse=np.append(0.0, 1.0 / np.arange(1, size)),
        sizes=np.empty(size, dtype=np.int64),
        starts=np.empty(size, dtype=np.int64),
        heights=np.empty(cuts),
        places=np.empty(cuts, dtype=np.int64),
    )


@inlined
def _keep_highest(heights: FloatArray, places: IntArray, held: int, height: float, place: int) -> int:
    """Insert a place into those held, highest first; of equal heights the lower place stands first."""
    slot = held
    while slot > 0 and (
        height > heights[slot - 1] * HEIGHTS
        or (height * HEIGHTS >= heights[slot - 1] and place > places[slot - 1])
    ):
        slot -= 1
    if slot == len(heights):
        return held
    grown = min(held + 1, len(heights))
    for later in range(grown - 1, slot, -1):
        heights[later] = heights[later - 1]
        places[later] = places[later - 1]
    heights[slot] = height
    places[slot] = place
    return grown


@inlined
def linkage_cuts(scores: FloatArray, linkage: int, scratch: Scratch, cuts: IntArray) -> None:
    """Write to ``cuts (count - 1,)`` where the tree of a linkage over sorted scores is cut.

    The nearest-neighbour chain, O(n): clusters stand on a stack, the heights between them (``below``) falling
    towards its top, until what comes next is no nearer to the top one than the one under it; these two then
    merge and come next. Distances run from the point of a cluster that the next one down is measured from
    (``downs``) to that of the next one (``ups``): means for Ward and average, far ends for complete, near
    ends for single. The stack grows from the left of the arrays, what was merged and comes next from the
    right.
    """
    downs, ups, below, inverse, sizes, starts, heights, places = scratch
    units, wanted = len(scores), len(cuts)
    cuts[:] = units
    if units == 0:
        return
    end = units + 2
    downs[0] = ups[0] = scores[0]
    sizes[0], starts[0] = 1, 0
    top, coming, done, held = 0, end, 1, ZERO
    least = 0.0  # a height below it is not among the highest
    ward = linkage == WARD
    while True:
        down, up, size, start, ahead = 0.0, 0.0, 0, 0, np.inf
        if coming < end:
            down, up, size, start = downs[coming], ups[coming], sizes[coming], starts[coming]
        elif done < units:
            down, up, size, start = scores[done], scores[done], 1, done
        if size > 0:
            ahead = downs[top] - up
            if ward:
                ahead *= ahead * (sizes[top] * size * inverse[sizes[top] + size])
        if top > 0 and below[top] <= ahead * HEIGHTS:
            if below[top] > least:
                held = _keep_highest(heights, places, held, below[top], starts[top])
                if held == wanted:
                    least = heights[held - 1] / (HEIGHTS * HEIGHTS)
            size = sizes[top - 1] + sizes[top]
            if linkage <= AVERAGE:
                down = up = downs[top - 1] + (downs[top] - downs[top - 1]) * (sizes[top] * inverse[size])
            elif linkage == COMPLETE:
                down, up = downs[top - 1], ups[top]
            else:
                down, up = downs[top], ups[top - 1]
            top -= 2
            if top >= 0:
                coming -= 1
                downs[coming], ups[coming], sizes[coming], starts[coming] = down, up, size, starts[top + 1]
            else:
                top = 0
                downs[0], ups[0], sizes[0] = down, up, size
        elif size == 0:
            break
        else:
            top += 1
            downs[top], ups[top], sizes[top], starts[top], below[top] = down, up, size, start, ahead
            if coming < end:
                coming += 1
            else:
                done += 1
    for place in range(held):
        slot = place
        while slot > 0 and cuts[slot - 1] > places[place]:
            cuts[slot] = cuts[slot - 1]
            slot -= 1
        cuts[slot] = places[place]


@inlined
def _fisher_layer(
    previous: FloatArray, current: FloatArray, splits: IntArray,
    mass: FloatArray, total: FloatArray, square: FloatArray, low: int, start: int, stop: int,
) -> None:  # fmt: skip
    """Fill ``current[start:stop]``, the least sum of squares of the first j points in one group more.

    The best split of j never falls as j grows, so each is sought between those of its neighbours.
    """
    step = 1
    while step < stop - start:
        step *= 2
    while step >= 1:
        for j in range(start + step - 1, stop, 2 * step):
            left = splits[j - step] if j - step >= start else low
            right = splits[j + step] if j + step < stop else j - 1
            best, at = np.inf, low
            for i in range(left, min(right, j - 1) + 1):
                weight = mass[j] - mass[i]
                part = total[j] - total[i]
                cost = previous[i] + max(square[j] - square[i] - part * part / weight, 0.0)
                if cost < best:
                    best, at = cost, i
            current[j] = best
            splits[j] = at
        step //= 2


@inlined
def fisher_cuts(scores: FloatArray, cuts: IntArray) -> None:
    """Write to ``cuts (count - 1,)`` where the least sum of squares within groups cuts sorted scores."""
    units = len(scores)
    cuts[:] = units
    ends = np.empty(units + 1, dtype=np.int64)  # units in the first j distinct scores
    mass, total, square = np.zeros(units + 1), np.zeros(units + 1), np.zeros(units + 1)
    points = 0
    centre = scores[units // 2] if units else 0.0
    ends[0] = 0
    for unit in range(units):
        if unit == 0 or scores[unit] != scores[unit - 1]:
            points += 1
            mass[points], total[points], square[points] = (
                mass[points - 1],
                total[points - 1],
                square[points - 1],
            )
        x = scores[unit] - centre
        mass[points] += 1.0
        total[points] += x
        square[points] += x * x
        ends[points] = unit + 1
    groups = min(len(cuts) + 1, points)
    if groups < 2:
        return
    splits = np.zeros((groups + 1, points + 1), dtype=np.int64)
    previous, current = np.empty(points + 1), np.empty(points + 1)
    for j in range(1, points + 1):
        previous[j] = max(square[j] - total[j] * total[j] / mass[j], 0.0)
    for group in range(2, groups + 1):
        start = points if group == groups else group
        _fisher_layer(previous, current, splits[group], mass, total, square, group - 1, start, points + 1)
        previous, current = current, previous
    j = points
    for group in range(groups, 1, -1):
        j = splits[group, j]
        cuts[group - 2] = ends[j]


@compiled
def linkage_rows(
    listed: FloatArray, selected: IntArray, linkage: int, scratch: Scratch, cuts: IntArray
) -> None:
    """Cut the first ``selected (draws,)`` scores of each row of ``listed (draws, units)``.

    Only of rows whose first cut is ``PLAIN``: the others are cut already.
    """
    for draw in range(len(listed)):
        if cuts[draw, 0] == PLAIN:
            linkage_cuts(listed[draw, : selected[draw]], linkage, scratch, cuts[draw])


@compiled
def fisher_rows(listed: FloatArray, selected: IntArray, cuts: IntArray) -> None:
    """Cut the first ``selected`` scores of each row by Fisher's optimum."""
    for draw in range(len(listed)):
        fisher_cuts(listed[draw, : selected[draw]], cuts[draw])


@compiled
def placed_rows(listed: FloatArray, selected: IntArray, down: bool, cuts: IntArray) -> None:
    """Move each of the given cuts that would part equal scores to the end of their run, or to its start."""
    for draw in range(len(listed)):
        row, units = listed[draw], selected[draw]
        for cut in range(cuts.shape[1]):
            place = min(max(cuts[draw, cut], 0), units)
            while 0 < place < units and row[place - 1] == row[place]:
                place += 1 if down else -1
            cuts[draw, cut] = place


@compiled
def limited_rows(listed: FloatArray, selected: IntArray, limits: FloatArray, cuts: IntArray) -> None:
    """Cut each list below the scores that reach each of the ``limits``."""
    for draw in range(len(listed)):
        for cut in range(len(limits)):
            place = 0
            while place < selected[draw] and listed[draw, place] >= limits[cut]:
                place += 1
            cuts[draw, cut] = place
