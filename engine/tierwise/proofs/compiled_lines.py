"""Partitions of scores that move along lines, and how far they move before a partition may change. Compiled.

Scores are sorted from the highest; score i is ``scores[i] + slopes[i] * t`` while t grows from 0 and the
order holds. Each function writes the cuts just after t = 0 and returns the least t > 0 at which one of
its decisions turns.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.compiled import compiled, inlined
from tierwise.tolerances import ROUNDING

WARD, AVERAGE, COMPLETE, SINGLE = range(4)  # as kernels.compiled_tiers
SIZE, START, MEAN, FIRST, LAST = range(5)
SPEED = 3  # the slope of a mean, first or last stands so many rows below it
BELOW, BELOW_SPEED = 8, 9  # height over the cluster under it on the stack
HEIGHT, HEIGHT_SPEED, BOUNDARY, NOW = 10, 11, 12, 13  # of merges; of units
WORK_ROWS = 14
ZERO: Any = np.int64(0)  # where counters start: a plain number would be compiled for as a case of its own
BOTTOM: Any = np.int64(-1)  # the top of an empty stack


@inlined
def _heights(linkage: int, work: FloatArray, a: int, b: int) -> tuple[float, float]:
    """Return the height at which cluster a merges with b, the one below, and its speed; for Ward its root."""
    if linkage == COMPLETE:
        return work[FIRST, a] - work[LAST, b], work[FIRST + SPEED, a] - work[LAST + SPEED, b]
    if linkage == SINGLE:
        return work[LAST, a] - work[FIRST, b], work[LAST + SPEED, a] - work[FIRST + SPEED, b]
    height, speed = work[MEAN, a] - work[MEAN, b], work[MEAN + SPEED, a] - work[MEAN + SPEED, b]
    if linkage == WARD:
        root = np.sqrt(work[SIZE, a] * work[SIZE, b] / (work[SIZE, a] + work[SIZE, b]))
        return root * height, root * speed
    return height, speed


@inlined
def _merge(work: FloatArray, a: int, b: int, place: int) -> None:
    """Write what clusters a and b, the next one down, make together."""
    size = work[SIZE, a] + work[SIZE, b]
    for row in (0, SPEED):
        mean = work[MEAN + row, a]
        work[MEAN + row, place] = mean + (work[MEAN + row, b] - mean) * (work[SIZE, b] / size)
        work[FIRST + row, place], work[LAST + row, place] = work[FIRST + row, a], work[LAST + row, b]
    work[SIZE, place], work[START, place] = size, work[START, a]


@inlined
def _turn(low: float, low_speed: float, high: float, high_speed: float, still: float) -> float:
    """Return the t at which ``low``, not above ``high`` at 0, passes it; speeds ``still`` apart are equal."""
    return float((high - low) / (low_speed - high_speed) if low_speed > high_speed + still else np.inf)


@inlined
def _level(gap: float, rate: float, near: float, still: float) -> bool:
    """Return whether two heights are equal and stay so."""
    return bool(abs(gap) <= near and abs(rate) <= still)


@inlined
def _largest(values: FloatArray) -> float:
    """Return the largest magnitude."""
    largest = 0.0
    for value in values:
        largest = max(largest, abs(value))
    return largest


@inlined
def _raise_highest(
    heights: FloatArray, speeds: FloatArray, boundary: FloatArray, merges: int, kept: int,
    near: float, still: float,
) -> None:  # fmt: skip
    """Bring the ``kept`` highest merges to the front; of level ones the one further down is the higher."""
    for place in range(kept):
        best = place
        for other in range(place + 1, merges):
            rise, gain = heights[other] - heights[best], speeds[other] - speeds[best]
            if _level(rise, gain, near, still):
                higher = boundary[other] > boundary[best]
            else:
                higher = rise > 0.0 or (rise == 0.0 and gain > 0.0)
            if higher:
                best = other
        heights[place], heights[best] = heights[best], heights[place]
        speeds[place], speeds[best] = speeds[best], speeds[place]
        boundary[place], boundary[best] = boundary[best], boundary[place]


@inlined
def _keep(
    heights: FloatArray, speeds: FloatArray, boundary: FloatArray, merges: int, kept: int,
    still: float, cuts: IntArray,
) -> float:  # fmt: skip
    """Write the boundaries of the first ``kept`` merges, in order; return when another one outgrows them."""
    turn, held = np.inf, ZERO
    for one in range(kept):
        if heights[one] > 0.0:
            slot = held
            while slot > 0 and cuts[slot - 1] > boundary[one]:
                cuts[slot] = cuts[slot - 1]
                slot -= 1
            cuts[slot] = int(boundary[one])
            held += 1
        for other in range(kept, merges):
            turn = min(turn, _turn(heights[other], speeds[other], heights[one], speeds[one], still))
    return turn


@inlined
def _linkage_turn(
    scores: FloatArray, slopes: FloatArray, linkage: int, work: FloatArray, cuts: IntArray
) -> float:
    """Cut the tree of a linkage into ``len(cuts) + 1`` clusters; equal units are never parted.

    The nearest-neighbour chain of :func:`tierwise.kernels.compiled_tiers.linkage_cuts`: all that it
    decides is which of two neighbouring heights is lower, and at the end which heights are the highest. Of
    heights that are equal for good the one nearer the top merges first, the one further down is kept.
    """
    units = len(scores)
    still, near = ROUNDING * _largest(slopes), ROUNDING * _largest(scores)
    heights, speeds, boundary = work[HEIGHT], work[HEIGHT_SPEED], work[BOUNDARY]
    merges, turn = ZERO, np.inf
    top, following, done = BOTTOM, units + 1, ZERO
    while True:
        if following > units and done < units:
            following -= 1
            work[SIZE, following], work[START, following] = 1.0, done
            for row in range(MEAN, LAST + 1):
                work[row, following], work[row + SPEED, following] = scores[done], slopes[done]
            done += 1
        ahead, speed = np.inf, 0.0
        if top >= 0 and following <= units:
            ahead, speed = _heights(linkage, work, top, following)
        if top > 0:
            below, under = work[BELOW, top], work[BELOW_SPEED, top]
            lower = below < ahead or (below == ahead and under <= speed)
            if lower or _level(ahead - below, speed - under, near, still):
                turn = min(turn, _turn(below, under, ahead, speed, still)) if ahead < np.inf else turn
                heights[merges], speeds[merges], boundary[merges] = below, under, work[START, top]
                merges += 1
                following -= 1
                _merge(work, top - 1, top, following)
                top -= 2
                continue
            turn = min(turn, _turn(ahead, speed, below, under, still))
        if following > units:
            break
        top += 1
        for row in range(BELOW):
            work[row, top] = work[row, following]
        work[BELOW, top], work[BELOW_SPEED, top] = ahead, speed
        following += 1
    for cut in range(len(cuts)):
        cuts[cut] = units
    kept = min(len(cuts), merges)
    _raise_highest(heights, speeds, boundary, merges, kept, near, still)
    return min(turn, _keep(heights, speeds, boundary, merges, kept, still, cuts))


@compiled
def linkage_walk(
    scores: FloatArray, slopes: FloatArray, linkage: int, span: FloatArray, step: float, patience: float,
    work: FloatArray, at: FloatArray, found: IntArray,
) -> int:  # fmt: skip
    """Write the weights ``at`` at which the cuts of a linkage change, and the cuts ``found`` from there on.

    ``scores (units,)`` are those at the weight ``span[2]``; the weight goes from ``span[0]``, the first of
    the changes, towards ``span[1]``. A turn is looked at a ``step`` behind it; after ``patience`` of them
    without a step between them (``span[3]`` counts them) steps grow. ``work (WORK_ROWS, units + 1)`` is
    working memory. Returns how many changes were found, at most ``len(at) - 1``; ``span`` tells where to go
    on from.
    """
    now = work[NOW, : len(scores)]
    held = ZERO
    while span[0] < span[1] - step and held < len(at) - 1:
        ahead = span[0] + step - span[2]
        for unit in range(len(scores)):
            now[unit] = scores[unit] + ahead * slopes[unit]
        turn = _linkage_turn(now, slopes, linkage, work, found[held])
        changed = held == 0
        for cut in range(found.shape[1]):
            changed |= found[held, cut] != found[held - 1, cut]
        if changed:
            at[held] = span[0]
            held += 1
        span[3] = span[3] + 1.0 if turn < step else 0.0
        span[0] += turn + step * 2.0 ** max(0.0, span[3] - patience)
    return int(held)


@compiled
def fisher_turn(scores: FloatArray, slopes: FloatArray, cuts: IntArray) -> float:
    """Find the least sum of squares within ``len(cuts) + 1`` groups; every sum is a quadratic in t.

    Equal units are never parted; there are at least as many that differ as groups.
    """
    units, groups = len(scores), len(cuts) + 1
    sums = np.zeros((5, units + 1))  # x, its slope, and their squares and product
    centre = np.mean(scores)
    for i in range(units):
        x, g = scores[i] - centre, slopes[i]
        sums[0, i + 1], sums[1, i + 1] = sums[0, i] + x, sums[1, i] + g
        sums[2, i + 1], sums[3, i + 1] = sums[2, i] + x * x, sums[3, i] + x * g
        sums[4, i + 1] = sums[4, i] + g * g
    noise = np.empty(3)  # of the coefficients of a difference of costs
    noise[0], noise[2] = ROUNDING * sums[2, units], ROUNDING * sums[4, units]
    noise[1] = np.sqrt(noise[0] * noise[2])
    cost = np.full((groups + 1, units + 1, 3), np.inf)
    cost[0, 0] = 0.0
    split = np.zeros((groups + 1, units + 1), dtype=np.int64)
    trial = np.empty((units + 1, 3))
    turn = np.inf
    for group in range(1, groups + 1):
        for j in range(group, units + 1):
            if j < units and scores[j - 1] == scores[j] and slopes[j - 1] == slopes[j]:
                continue  # no group ends between equal units: its cost stays infinite
            best = -1
            for i in range(group - 1, j):
                if np.isinf(cost[group - 1, i, 0]):
                    continue
                n = j - i
                x, g = sums[0, j] - sums[0, i], sums[1, j] - sums[1, i]
                trial[i, 0] = cost[group - 1, i, 0] + (sums[2, j] - sums[2, i] - x * x / n)
                trial[i, 1] = cost[group - 1, i, 1] + 2.0 * (sums[3, j] - sums[3, i] - x * g / n)
                trial[i, 2] = cost[group - 1, i, 2] + (sums[4, j] - sums[4, i] - g * g / n)
                if best < 0 or trial[i, 0] < trial[best, 0]:
                    best = i
            for i in range(group - 1, j):
                if i != best and not np.isinf(cost[group - 1, i, 0]):
                    turn = min(turn, _falls_below(trial[i] - trial[best], noise))
            if best >= 0:
                cost[group, j], split[group, j] = trial[best], best
    j = units
    for group in range(groups, 1, -1):
        j = split[group, j]
        cuts[group - 2] = j
    return turn


@inlined
def _falls_below(gap: FloatArray, noise: FloatArray) -> float:
    """Return the least t > 0 at which gap[0] + gap[1] t + gap[2] t², not negative at 0, falls below 0.

    A gap that is nothing but noise is none: it is never passed.
    """
    c, b, a = gap
    if abs(c) <= noise[0] and abs(b) <= noise[1] and abs(a) <= noise[2]:
        return float("inf")
    if abs(a) < 1e-300:
        return float(-c / b if b < 0.0 else np.inf)
    under = b * b - 4.0 * a * c
    if under <= 0.0:
        return float("inf")
    root = np.sqrt(under)
    if a < 0.0:
        return float((-b - root) / (2.0 * a))
    return float(2.0 * c / (root - b) if b < 0.0 else np.inf)


@compiled
def next_limit(scores: FloatArray, slopes: FloatArray, limits: FloatArray, cuts: IntArray) -> float:
    """Count the scores that reach each frozen limit; return when the next one meets its limit."""
    turn = np.inf
    for cut, limit in enumerate(limits):
        above = 0
        for unit in range(len(scores)):
            score, slope = scores[unit], slopes[unit]
            if score >= limit:
                above += 1
            away = (limit - score) * (1.0 if score < limit else -1.0)
            toward = slope if score < limit else -slope
            if toward > 0.0:
                turn = min(turn, away / toward)
        cuts[cut] = above
    return turn
