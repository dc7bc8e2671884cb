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
SIZE, START, MEAN, FIRST, LAST = range(5)
SPEED = 3  # the slope of a mean, first or last stands so many rows below it


@compiled
def _height(linkage: int, cluster: FloatArray, a: int, row: int) -> float:
    """Return the height at which cluster a merges with the next; for Ward its root, which is linear."""
    if linkage == WARD:
        weight = cluster[SIZE, a] * cluster[SIZE, a + 1] / (cluster[SIZE, a] + cluster[SIZE, a + 1])
        return float(np.sqrt(weight) * (cluster[MEAN + row, a] - cluster[MEAN + row, a + 1]))
    if linkage == AVERAGE:
        return float(cluster[MEAN + row, a] - cluster[MEAN + row, a + 1])
    if linkage == COMPLETE:
        return float(cluster[FIRST + row, a] - cluster[LAST + row, a + 1])
    return float(cluster[LAST + row, a] - cluster[FIRST + row, a + 1])


@compiled
def _merge(cluster: FloatArray, a: int, left: int) -> None:
    """Put cluster a and the next one together and close the gap."""
    share = cluster[SIZE, a + 1] / (cluster[SIZE, a] + cluster[SIZE, a + 1])
    cluster[SIZE, a] += cluster[SIZE, a + 1]
    for row in (0, SPEED):
        cluster[MEAN + row, a] += (cluster[MEAN + row, a + 1] - cluster[MEAN + row, a]) * share
        cluster[LAST + row, a] = cluster[LAST + row, a + 1]
    for row in range(len(cluster)):
        for b in range(a + 1, left - 1):
            cluster[row, b] = cluster[row, b + 1]


@compiled
def linkage_turn(scores: FloatArray, slopes: FloatArray, linkage: int, cuts: IntArray) -> float:
    """Merge nearest neighbours until ``len(cuts) + 1`` clusters are left; equal units are never parted."""
    units = len(scores)
    cluster = np.empty((LAST + SPEED + 1, units))
    for unit in range(units):
        cluster[SIZE, unit], cluster[START, unit] = 1.0, unit
        for row in range(MEAN, LAST + 1):
            cluster[row, unit] = scores[unit]
            cluster[row + SPEED, unit] = slopes[unit]
    left, turn = units, np.inf
    while left > 1:
        best, lowest = 0, np.inf
        for a in range(left - 1):
            height = _height(linkage, cluster, a, 0)
            if height < lowest:
                best, lowest = a, height
        if left <= len(cuts) + 1 and lowest > 0.0:
            break
        rate = _height(linkage, cluster, best, SPEED)
        for a in range(left - 1):
            change = _height(linkage, cluster, a, SPEED)
            if a != best and change < rate:
                turn = min(turn, (_height(linkage, cluster, a, 0) - lowest) / (rate - change))
        _merge(cluster, best, left)
        left -= 1
    for cut in range(len(cuts)):
        cuts[cut] = int(cluster[START, cut + 1]) if cut < left - 1 else units
    return float(turn)


@compiled
def fisher_turn(scores: FloatArray, slopes: FloatArray, cuts: IntArray) -> float:
    """Find the least sum of squares within ``len(cuts) + 1`` groups; every sum is a quadratic in t."""
    units, groups = len(scores), len(cuts) + 1
    sums = np.zeros((5, units + 1))  # x, its slope, and their squares and product
    centre = np.mean(scores)
    for i in range(units):
        x, g = scores[i] - centre, slopes[i]
        sums[0, i + 1], sums[1, i + 1] = sums[0, i] + x, sums[1, i] + g
        sums[2, i + 1], sums[3, i + 1] = sums[2, i] + x * x, sums[3, i] + x * g
        sums[4, i + 1] = sums[4, i] + g * g
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
