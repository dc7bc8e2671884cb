"""Partitions of scores that move along lines, and how far they move before a partition may change. Compiled.

Scores are sorted from the highest; score i is ``scores[i] + slopes[i] * t`` while t grows from 0 and the
order holds. Each function writes the cuts just after t = 0 and returns the least t > 0 at which one of
its decisions turns.
"""

from __future__ import annotations

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.compiled import compiled
from tierwise.tolerances import ROUNDING

WARD, AVERAGE, COMPLETE, SINGLE = range(4)  # as kernels.compiled_tiers
SIZE, START, MEAN, FIRST, LAST = range(5)
SPEED = 3  # the slope of a mean, first or last stands so many rows below it
BELOW, BELOW_SPEED = 8, 9  # height over the cluster under it on the stack


@compiled
def _height(linkage: int, work: FloatArray, a: int, b: int, row: int) -> float:
    """Return the height at which cluster a merges with b, the next one down; for Ward its root."""
    if linkage == WARD:
        weight = work[SIZE, a] * work[SIZE, b] / (work[SIZE, a] + work[SIZE, b])
        return float(np.sqrt(weight) * (work[MEAN + row, a] - work[MEAN + row, b]))
    if linkage == AVERAGE:
        return float(work[MEAN + row, a] - work[MEAN + row, b])
    if linkage == COMPLETE:
        return float(work[FIRST + row, a] - work[LAST + row, b])
    return float(work[LAST + row, a] - work[FIRST + row, b])


@compiled
def _merge(work: FloatArray, a: int, b: int, place: int) -> None:
    """Write what clusters a and b, the next one down, make together."""
    size = work[SIZE, a] + work[SIZE, b]
    for row in (0, SPEED):
        mean = work[MEAN + row, a]
        work[MEAN + row, place] = mean + (work[MEAN + row, b] - mean) * (work[SIZE, b] / size)
        work[FIRST + row, place], work[LAST + row, place] = work[FIRST + row, a], work[LAST + row, b]
    work[SIZE, place], work[START, place] = size, work[START, a]


@compiled
def _turn(low: float, low_speed: float, high: float, high_speed: float, still: float) -> float:
    """Return the t at which ``low``, not above ``high`` at 0, passes it; speeds ``still`` apart are equal."""
    return float((high - low) / (low_speed - high_speed) if low_speed > high_speed + still else np.inf)


@compiled
def _level(gap: float, rate: float, near: float, still: float) -> bool:
    """Return whether two heights are equal and stay so."""
    return bool(abs(gap) <= near and abs(rate) <= still)


@compiled
def _by_height(
    heights: FloatArray, speeds: FloatArray, boundary: IntArray, near: float, still: float
) -> IntArray:
    """Return merges from the lowest to the highest; of level ones the one further down is the higher."""
    order = np.argsort(heights)
    for place in range(1, len(order)):
        at = place
        while at > 0:
            one, other = order[at - 1], order[at]
            level = _level(heights[one] - heights[other], speeds[one] - speeds[other], near, still)
            if not level or boundary[one] < boundary[other]:
                break
            order[at - 1], order[at] = other, one
            at -= 1
    return order


@compiled
def linkage_turn(scores: FloatArray, slopes: FloatArray, linkage: int, cuts: IntArray) -> float:
    """Cut the tree of a linkage into ``len(cuts) + 1`` clusters; equal units are never parted.

    The nearest-neighbour chain of :func:`tierwise.kernels.compiled_tiers.linkage_cuts`: all that it
    decides is which of two neighbouring heights is lower, and at the end which heights are the highest. Of
    heights that are equal for good the one nearer the top merges first, the one further down is kept.
    """
    units, wanted = len(scores), len(cuts)
    still, near = ROUNDING * np.abs(slopes).max(), ROUNDING * np.abs(scores).max()
    work = np.empty((BELOW_SPEED + 1, units + 1))
    heights, speeds = np.empty(units), np.empty(units)
    boundary = np.empty(units, dtype=np.int64)
    merges, turn = 0, np.inf
    top, following, done = -1, units + 1, 0
    while True:
        if following > units and done < units:
            following -= 1
            work[SIZE, following], work[START, following] = 1.0, done
            for row in range(MEAN, LAST + 1):
                work[row, following], work[row + SPEED, following] = scores[done], slopes[done]
            done += 1
        ahead, speed = np.inf, 0.0
        if top >= 0 and following <= units:
            ahead = _height(linkage, work, top, following, 0)
            speed = _height(linkage, work, top, following, SPEED)
        if top > 0:
            below, under = work[BELOW, top], work[BELOW_SPEED, top]
            lower = below < ahead or (below == ahead and under <= speed)
            if lower or _level(ahead - below, speed - under, near, still):
                turn = min(turn, _turn(below, under, ahead, speed, still)) if ahead < np.inf else turn
                heights[merges], speeds[merges], boundary[merges] = below, under, int(work[START, top])
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
    order = _by_height(heights[:merges], speeds, boundary, near, still)
    kept = min(wanted, merges)
    cuts[:] = units
    held = 0
    for place in range(merges - kept, merges):
        one = order[place]
        if heights[one] > 0.0:
            cuts[held] = boundary[one]
            held += 1
        for rank in range(merges - kept):
            other = order[rank]
            turn = min(turn, _turn(heights[other], speeds[other], heights[one], speeds[one], still))
    cuts[:held] = np.sort(cuts[:held])
    return float(turn)


@compiled
def linkage_walk(
    scores: FloatArray,
    slopes: FloatArray,
    linkage: int,
    count: int,
    start: float,
    stop: float,
    origin: float,
    step: float,
    patience: int,
) -> tuple[FloatArray, IntArray]:
    """Return the weights ``(changes,)`` at which the cuts of a linkage change, and the cuts from there on.

    ``scores`` are those at the weight ``origin``; the weight goes from ``start``, the first of the changes,
    to ``stop``. A turn is looked at a ``step`` behind it; after ``patience`` of them without a step between
    them steps grow.
    """
    units = len(scores)
    now = np.empty(units)
    cuts = np.empty(count - 1, dtype=np.int64)
    at, found = np.empty(8), np.empty((8, count - 1), dtype=np.int64)
    held, idle, weight = 0, 0, start
    while weight < stop - step:
        ahead = weight + step - origin
        for unit in range(units):
            now[unit] = scores[unit] + ahead * slopes[unit]
        turn = linkage_turn(now, slopes, linkage, cuts)
        if held == 0 or (cuts != found[held - 1]).any():
            if held == len(at):
                more, further = np.empty(2 * held), np.empty((2 * held, count - 1), dtype=np.int64)
                more[:held], further[:held] = at, found
                at, found = more, further
            at[held], found[held] = weight, cuts
            held += 1
        idle = idle + 1 if turn < step else 0
        weight += turn + step * 2.0 ** max(0, idle - patience)
    return at[:held], found[:held]


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


@compiled
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
