"""Hierarchical clustering of units in rank order, where only neighbours in rank merge (CONISS, Grimm 1987).

On the score alone this is the same as clustering without the constraint, for each of the four linkages:
of three clusters in order the outer two are never the closest pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.tolerances import HEIGHTS

LINKAGES = ("ward", "average", "complete", "single")


@dataclass(frozen=True)
class Merges:
    """The n - 1 merges of n units in rank order, in the order in which they happened.

    ``linkage`` is SciPy's matrix: ids of the two clusters (0..n-1 are units, n + m is what merge m made),
    height, number of units. Heights are SciPy's: for Ward √(2 |A||B| / (|A| + |B|)) times the distance of
    the means (R's ward.D2), otherwise the linkage distance. Under the constraint they may fall from one
    merge to the next; ``dispersion``, the total sum of squares within clusters after each merge, never does
    and is what CONISS draws.
    """

    linkage: FloatArray  # (n - 1, 4)
    dispersion: FloatArray  # (n - 1,)

    def labels(self, count: int) -> IntArray:
        """Return the cluster of each unit (n,), counted from 0 in rank order, when ``count`` are left."""
        units = len(self.linkage) + 1
        starts = np.zeros(units, dtype=np.int64)
        first = np.concatenate([np.arange(units), np.zeros(units - 1, dtype=np.int64)])
        for merge, (left, right) in enumerate(self.linkage[:, :2].astype(np.int64)):
            first[units + merge] = first[left]
            starts[first[right]] = merge >= units - count
        labels: IntArray = np.cumsum(starts)
        return labels


def merge_neighbours(points: FloatArray, linkage: str, tied: BoolArray | None = None) -> Merges:
    """Merge neighbours until one cluster is left.

    Args:
        points: ``(units, features)`` in rank order.
        linkage: one of ``ward``, ``average``, ``complete``, ``single``, on Euclidean distances.
        tied: ``(units - 1,)``, neighbours that merge before any other pair, as equal scores do.

    Of pairs at the same height (to 1e-9 of it) the one higher in rank merges first.

    """
    units = len(points)
    clusters = _Clusters(points, linkage)
    tied = np.zeros(max(units - 1, 0), dtype=np.bool_) if tied is None else tied
    heights = np.array([clusters.height(unit, unit + 1) for unit in range(units - 1)])
    keys = np.where(tied, -1.0, heights)
    rows, dispersion = np.empty((len(keys), 4)), np.empty(len(keys))
    for merge in range(units - 1):
        lowest = keys.min()
        left = int(np.argmax(keys <= max(lowest, lowest * HEIGHTS)))
        right = int(clusters.last[left]) + 1
        rows[merge] = (
            clusters.ids[left],
            clusters.ids[right],
            heights[left],
            clusters.sizes[[left, right]].sum(),
        )
        dispersion[merge] = clusters.join(left, right, units + merge)
        keys[left] = np.inf
        if right < units - 1:
            keys[right] = np.inf
        for one in ([int(clusters.first[left - 1])] if left else []) + [left]:
            other = int(clusters.last[one]) + 1
            if other < units:
                heights[one] = clusters.height(one, other)
                keys[one] = -1.0 if tied[other - 1] else heights[one]
    return Merges(rows, dispersion)


class _Clusters:
    """Runs of neighbours, each known by its first unit; ``first`` leads from its last unit to that."""

    def __init__(self, points: FloatArray, linkage: str) -> None:
        units, features = points.shape
        self.linkage = linkage
        self.points = points
        self.ids, self.last, self.first = np.arange(units), np.arange(units), np.arange(units)
        self.sizes, self.means = np.ones(units), np.array(points, dtype=np.float64)
        self.dispersion = 0.0
        self.distances: FloatArray | None = None
        if features > 1 and linkage != "ward":
            from scipy.spatial.distance import cdist

            self.distances = np.asarray(cdist(points, points))

    def height(self, left: int, right: int) -> float:
        """Return the linkage distance of two neighbouring runs."""
        if self.distances is not None:
            return float(self.distances[left, right])
        if self.linkage == "complete":
            return float(abs(self.points[self.last[right], 0] - self.points[left, 0]))
        if self.linkage == "single":
            return float(abs(self.points[right, 0] - self.points[self.last[left], 0]))
        apart = float(np.linalg.norm(self.means[left] - self.means[right]))
        if self.linkage == "average":
            return apart
        both = self.sizes[left] + self.sizes[right]
        return float(np.sqrt(2.0 * self.sizes[left] * self.sizes[right] / both)) * apart

    def join(self, left: int, right: int, name: int) -> float:
        """Join two neighbouring runs and return the total sum of squares within runs."""
        one, two = self.sizes[left], self.sizes[right]
        step = self.means[right] - self.means[left]
        self.dispersion += float(one * two / (one + two) * (step @ step))
        self.means[left] += step * (two / (one + two))
        self.sizes[left] = one + two
        self.ids[left] = name
        self.last[left] = self.last[right]
        self.first[self.last[right]] = left
        if self.distances is not None:
            self._join_distances(left, right, one, two)
        return self.dispersion

    def _join_distances(self, left: int, right: int, one: float, two: float) -> None:
        """Update distances to every other run (Lance & Williams 1967)."""
        assert self.distances is not None
        near, far = self.distances[left], self.distances[right]
        if self.linkage == "average":
            joined = (one * near + two * far) / (one + two)
        elif self.linkage == "complete":
            joined = np.maximum(near, far)
        else:
            joined = np.minimum(near, far)
        self.distances[left] = joined
        self.distances[:, left] = joined
