"""Partitions of sorted scores, compiled. See :mod:`tierwise.kernels.tiers` for what they mean."""

from __future__ import annotations

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.compiled import compiled

WARD, AVERAGE, COMPLETE, SINGLE = range(4)
SIZE, MEAN, FIRST, LAST, START, BELOW = range(
    6
)  # what is held of a cluster; BELOW: height over the one under it
EQUAL = 1.0 + 1e-9  # heights closer than this ratio count as equal


@compiled
def _height(linkage: int, work: FloatArray, a: int, b: int) -> float:
    """Return the height at which cluster a merges with b, the next one down (squared for Ward)."""
    height: float
    if linkage == WARD:
        step = work[MEAN, a] - work[MEAN, b]
        height = step * step * (work[SIZE, a] * work[SIZE, b] / (work[SIZE, a] + work[SIZE, b]))
    elif linkage == AVERAGE:
        height = work[MEAN, a] - work[MEAN, b]
    elif linkage == COMPLETE:
        height = work[FIRST, a] - work[LAST, b]
    else:
        height = work[LAST, a] - work[FIRST, b]
    return height


@compiled
def _keep_highest(kept: FloatArray, boundaries: IntArray, held: int, height: float, boundary: int) -> int:
    """Insert a boundary into those held, highest first; of equal heights the lower boundary stands first."""
    place = held
    while place > 0 and (
        height > kept[place - 1] * EQUAL
        or (height * EQUAL >= kept[place - 1] and boundary > boundaries[place - 1])
    ):
        place -= 1
    if place == len(kept):
        return held
    grown = min(held + 1, len(kept))
    for slot in range(grown - 1, place, -1):
        kept[slot] = kept[slot - 1]
        boundaries[slot] = boundaries[slot - 1]
    kept[place] = height
    boundaries[place] = boundary
    return grown


@compiled
def _put(work: FloatArray, place: int, unit: int, score: float) -> None:
    """Write the cluster of one unit."""
    work[SIZE, place] = 1.0
    work[MEAN, place] = work[FIRST, place] = work[LAST, place] = score
    work[START, place] = unit


@compiled
def _merge(work: FloatArray, a: int, b: int, place: int) -> None:
    """Write what clusters a and b, the next one down, make together."""
    size = work[SIZE, a] + work[SIZE, b]
    work[MEAN, place] = work[MEAN, a] + (work[MEAN, b] - work[MEAN, a]) * (work[SIZE, b] / size)
    work[FIRST, place], work[LAST, place] = work[FIRST, a], work[LAST, b]
    work[SIZE, place], work[START, place] = size, work[START, a]


@compiled
def linkage_cuts(scores: FloatArray, linkage: int, cuts: IntArray, work: FloatArray) -> None:
    """Write to ``cuts (count - 1,)`` where the tree of a linkage over sorted scores is cut.

    The nearest-neighbour chain, O(n): clusters stand on a stack, the heights between them falling towards
    its top, until what comes next is no nearer to the top one than the one under it; these two then merge
    and come next. ``work (6, units + 1)`` holds the stack from the left and what was merged and comes next
    from the right.
    """
    units = len(scores)
    wanted = len(cuts)
    cuts[:] = units
    if wanted == 0 or units == 0:
        return
    kept = np.empty(wanted)
    boundaries = np.empty(wanted, dtype=np.int64)
    held = 0
    top, following = 0, units + 1
    _put(work, 0, 0, scores[0])
    done = 1
    while True:
        if following > units and done < units:
            following -= 1
            _put(work, following, done, scores[done])
            done += 1
        ahead = _height(linkage, work, top, following) if following <= units else np.inf
        if top > 0 and work[BELOW, top] <= ahead * EQUAL:
            if work[BELOW, top] > 0.0:
                held = _keep_highest(kept, boundaries, held, work[BELOW, top], int(work[START, top]))
            following -= 1
            _merge(work, top - 1, top, following)
            top -= 2
            if top >= 0:
                continue
            ahead = np.inf
        elif following > units:
            break
        top += 1
        work[:BELOW, top] = work[:BELOW, following]
        work[BELOW, top] = ahead
        following += 1
    cuts[:held] = np.sort(boundaries[:held])


@compiled
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


@compiled
def fisher_cuts(scores: FloatArray, cuts: IntArray) -> None:
    """Write to ``cuts (count - 1,)`` where the least sum of squares within groups cuts sorted scores."""
    units = len(scores)
    cuts[:] = units
    ends = np.empty(units + 1, dtype=np.int64)  # units in the first j distinct scores
    mass, total, square = np.zeros(units + 1), np.zeros(units + 1), np.zeros(units + 1)
    points = 0
    centre = np.mean(scores) if units else 0.0
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
def block_cuts(scores: FloatArray, method: int, cuts: IntArray) -> None:
    """Cut each row of ``(draws, units)``: a linkage, or Fisher's optimum where ``method`` is -1."""
    work = np.empty((6, scores.shape[1] + 1))
    for draw in range(len(scores)):
        if method < 0:
            fisher_cuts(scores[draw], cuts[draw])
        else:
            linkage_cuts(scores[draw], method, cuts[draw], work)
