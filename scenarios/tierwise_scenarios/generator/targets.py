"""Target scores that rank as published, ties after rounding included, and fall into the tiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tierwise_scenarios.generator.model import Array

DECIMALS = 3  # the scenarios round scores to this before ranking
INSIDE = 0.3  # a score stays this share of a step around its rounded value


@dataclass(frozen=True)
class Band:
    """A tier: how many units, and the scores of its first and last."""

    units: int
    top: float
    bottom: float


def scores(rng: np.random.Generator, ranks: Sequence[int], bands: Sequence[Band]) -> Array:
    """Return a score for each unit (in order of rank): distinct after rounding unless the ranks tie.

    Gaps between neighbours are drawn uneven, again and again until Ward's cut gives the bands, whether the
    scores are rounded, or moved within the rounding's step. Scores stay clear of the rounding's edges, so
    that the order is no matter of floating point.
    """
    step = 10.0**-DECIMALS
    sizes = [band.units for band in bands]
    for _ in range(1000):
        rounded = step * _steps(rng, ranks, bands)
        moved = [rounded + INSIDE * step * (2.0 * rng.random(len(ranks)) - 1.0) for _ in range(8)]
        if all(ward_sizes(row, len(sizes)) == sizes for row in (rounded, *moved)):
            return moved[0]
    raise ArithmeticError("no gaps give these tiers: draw the bands further apart")


def ward_sizes(scores: Array, count: int) -> list[int]:
    """Return the sizes of Ward's tiers, from the top, of scores in falling order."""
    from scipy.cluster.hierarchy import fcluster, linkage

    labels = fcluster(linkage(scores[:, None], "ward"), count, "maxclust")
    return [int((labels == label).sum()) for label in dict.fromkeys(labels.tolist())]


def _steps(rng: np.random.Generator, ranks: Sequence[int], bands: Sequence[Band]) -> Array:
    """Return rounded scores in steps: uneven falls from each band's top to its bottom."""
    levels: list[float] = []
    start = 0
    for band in bands:
        of_band = ranks[start : start + band.units]
        places = len(set(of_band))
        gaps = rng.random(places - 1) + 0.15
        falls = np.concatenate([[0.0], np.cumsum(gaps) / gaps.sum()])
        steps = np.rint((band.top - (band.top - band.bottom) * falls) * 10.0**DECIMALS)
        for place in range(1, places):
            steps[place] = min(steps[place], steps[place - 1] - 1)
        level = dict(zip(dict.fromkeys(of_band), steps.tolist(), strict=True))
        levels += [level[rank] for rank in of_band]
        start += band.units
    return np.array(levels)
