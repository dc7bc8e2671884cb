"""The best partition of units in rank order into runs: Fisher's optimum, by dynamic programming."""

from __future__ import annotations

import numpy as np

from tierwise.arrays import FloatArray, IntArray


def sums_within(
    points: FloatArray, count: int, ends: FloatArray | None = None
) -> tuple[FloatArray, IntArray]:
    """Return the least sum of squares within runs, and where the last run starts.

    ``points (units, features)`` in rank order. Entry ``[k - 1, j]`` of both arrays (count, units + 1) is
    about the best partition of the first j units into k runs. ``ends (units + 1,)`` is 0 where a run may
    end before unit j and infinite where it may not, as between equal scores.
    """
    units = len(points)
    centred = points - points.mean(axis=0)
    first = np.concatenate([np.zeros((1, points.shape[1])), np.cumsum(centred, axis=0)])
    second = np.concatenate([[0.0], np.cumsum((centred**2).sum(axis=1))])
    allowed = np.zeros(units + 1) if ends is None else ends
    best = np.full((count, units + 1), np.inf)
    start = np.zeros((count, units + 1), dtype=np.int64)
    for stop in range(1, units + 1):
        sizes = stop - np.arange(stop)
        within = second[stop] - second[:stop] - ((first[stop] - first[:stop]) ** 2).sum(axis=1) / sizes
        within = np.maximum(within, 0.0) + allowed[stop]
        best[0, stop] = within[0]
        for runs in range(1, count):
            totals = best[runs - 1, :stop] + within
            start[runs, stop] = int(np.argmin(totals))
            best[runs, stop] = totals[start[runs, stop]]
    return best, start


def fisher(points: FloatArray, count: int, ends: FloatArray | None = None) -> IntArray:
    """Return the run of each unit (units,), counted from 0, that make the sum of squares within least.

    Arguments as :func:`sums_within`. The optimum is exact; of equal ones the earliest cuts are taken.
    """
    _, start = sums_within(points, count, ends)
    labels = np.zeros(len(points), dtype=np.int64)
    stop = len(points)
    for run in range(count - 1, 0, -1):
        begin = int(start[run, stop])
        labels[begin:stop] = run
        stop = begin
    return labels
