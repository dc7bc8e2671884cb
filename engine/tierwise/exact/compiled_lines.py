"""Partitions of scores that move along lines, and how far they move before a partition may change. Compiled.

Scores are sorted from the highest; score i is ``scores[i] + slopes[i] * t`` while t grows from 0 and the
order holds. Each function writes the cuts just after t = 0 and returns the least t > 0 at which one of
its decisions turns.
"""

from __future__ import annotations

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.compiled import compiled

WARD, AVERAGE, COMPLETE, SINGLE = range(4)  # as kernels.compiled_tiers
MEAN, FIRST, LAST = range(3)


@compiled
def _height(linkage: int, place: FloatArray, size: FloatArray, a: int) -> float:
    """Return the height at which cluster a merges with the next; for Ward its root, so that it is linear."""
    height: float
    if linkage == WARD:
        weight = np.sqrt(size[a] * size[a + 1] / (size[a] + size[a + 1]))
        height = weight * (place[MEAN, a] - place[MEAN, a + 1])
    elif linkage == AVERAGE:
        height = place[MEAN, a] - place[MEAN, a + 1]
    elif linkage == COMPLETE:
        height = place[FIRST, a] - place[LAST, a + 1]
    else:
        height = place[LAST, a] - place[FIRST, a + 1]
    return height


@compiled
def linkage_turn(scores: FloatArray, slopes: FloatArray, linkage: int, cuts: IntArray) -> float:
    """Merge the nearest neighbours until ``len(cuts) + 1`` clusters are left; equal units are never parted."""
    units = len(scores)
    size, start = np.ones(units), np.arange(units)
    at, speed = np.empty((3, units)), np.empty((3, units))
    at[:], speed[:] = scores, slopes
    left, turn = units, np.inf
    while left > 1:
        best, lowest, rate = 0, np.inf, 0.0
        for a in range(left - 1):
            height, change = _height(linkage, at, size, a), _height(linkage, speed, size, a)
            if height < lowest:
                best, lowest, rate = a, height, change
        if left <= len(cuts) + 1 and lowest > 0.0:
            break
        for a in range(left - 1):
            height, change = _height(linkage, at, size, a), _height(linkage, speed, size, a)
            if a != best and change < rate:
                turn = min(turn, (height - lowest) / (rate - change))
        total = size[best] + size[best + 1]
        for place in (at, speed):
            place[MEAN, best] += (place[MEAN, best + 1] - place[MEAN, best]) * (size[best + 1] / total)
            place[LAST, best] = place[LAST, best + 1]
            for row in range(3):
                for a in range(best + 1, left - 1):
                    place[row, a] = place[row, a + 1]
        size[best] = total
        for a in range(best + 1, left - 1):
            size[a], start[a] = size[a + 1], start[a + 1]
        left -= 1
    cuts[:] = units
    cuts[: left - 1] = start[1:left]
    return turn


@compiled
def fisher_turn(scores: FloatArray, slopes: FloatArray, cuts: IntArray) -> float:
    """Find the least sum of squares within ``len(cuts) + 1`` groups; every sum is a quadratic in t."""
    units, groups = len(scores), len(cuts) + 1
    sums = np.zeros((5, units + 1))  # x, its slope, and their squares and product
    centre = np.mean(scores)
    for i in range(units):
        x, g = scores[i] - centre, slopes[i]
        for row, value in enumerate((x, g, x * x, x * g, g * g)):
            sums[row, i + 1] = sums[row, i] + value
    cost = np.full((groups + 1, units + 1, 3), np.inf)
    cost[0, 0] = 0.0
    split = np.zeros((groups + 1, units + 1), dtype=np.int64)
    trial = np.empty((units + 1, 3))
    turn = np.inf
    for group in range(1, groups + 1):
        for j in range(group, units + 1):
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
                    turn = min(turn, _falls_below(trial[i] - trial[best]))
            cost[group, j], split[group, j] = trial[best], best
    j = units
    for group in range(groups, 1, -1):
        j = split[group, j]
        cuts[group - 2] = j
    return turn


@compiled
def _falls_below(gap: FloatArray) -> float:
    """Return the least t > 0 at which gap[0] + gap[1] t + gap[2] t², not negative at 0, falls below 0."""
    c, b, a = gap
    if abs(a) < 1e-300:
        return -c / b if b < 0.0 else np.inf
    under = b * b - 4.0 * a * c
    if under <= 0.0:
        return np.inf
    root = np.sqrt(under)
    first: float
    if a > 0.0:
        first = 2.0 * c / (root - b) if b < 0.0 else np.inf
    else:
        first = (-b - root) / (2.0 * a)
    return first


@compiled
def next_limit(scores: FloatArray, slopes: FloatArray, limits: FloatArray, cuts: IntArray) -> float:
    """Count the scores that reach each frozen limit; return when the next one meets its limit."""
    turn = np.inf
    for cut, limit in enumerate(limits):
        above = 0
        for score, slope in zip(scores, slopes):  # noqa: B905  # numba knows no strict
            if score >= limit:
                above += 1
            away = (limit - score) * (1.0 if score < limit else -1.0)
            toward = slope if score < limit else -slope
            if toward > 0.0:
                turn = min(turn, away / toward)
        cuts[cut] = above
    return turn
