"""Of each form of a round: distance to the panel, the most similar other form, one score throughout."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from tierwise.arrays import BoolArray, FloatArray
from tierwise.tolerances import SHARE

FAR: Final = 3.0  # robust standard deviations above the median distance
ALIKE: Final = 0.95  # share of equal answers from which two forms are near-duplicates
LEAST_SHARED: Final = 10  # answers that two forms must share for that


class Measures(NamedTuple):
    """One entry a form."""

    distance: FloatArray  # mean absolute distance to the medians of the others
    far: BoolArray
    likeness: FloatArray  # share of equal answers with the most similar other form
    twin: tuple[int, ...]  # that form, -1 for none
    uniform: BoolArray  # one score throughout


def measures(scores: FloatArray) -> Measures:
    """Return the measures of ``scores (forms, questions)``, NaN where there is no answer.

    A form is far where its mean absolute distance to the medians of the other forms exceeds the panel's
    median distance by more than three robust standard deviations (1.4826 times the median absolute
    deviation), of three forms or more.
    """
    count = len(scores)
    known = ~np.isnan(scores)
    distance, likeness = np.full(count, np.nan), np.full(count, np.nan)
    twin = [-1] * count
    uniform = np.zeros(count, dtype=np.bool_)
    for one in range(count):
        given = scores[one][known[one]]
        uniform[one] = given.size > 2 and bool((given == given[0]).all())
        others = np.delete(scores, one, axis=0)
        shared = known[one] & (np.delete(known, one, axis=0).any(axis=0) if count > 1 else False)
        if shared.any():
            middle = np.nanmedian(others[:, shared], axis=0)
            distance[one] = np.abs(scores[one, shared] - middle).mean()
        both = known[one] & known
        size = both.sum(axis=1)
        equal = np.where(
            size >= LEAST_SHARED, (both & (scores == scores[one])).sum(axis=1) / np.maximum(size, 1), -1
        )
        equal[one] = -1
        if count > 1 and equal.max() >= 0:
            twin[one] = int(equal.argmax())
            likeness[one] = equal.max()
    far = np.zeros(count, dtype=np.bool_)
    if (~np.isnan(distance)).sum() >= 3:
        middle = np.nanmedian(distance)
        spread = 1.4826 * np.nanmedian(np.abs(distance - middle))
        far = distance > middle + FAR * spread + SHARE
    return Measures(distance, far, likeness, tuple(twin), uniform)
