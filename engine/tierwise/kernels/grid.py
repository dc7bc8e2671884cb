"""Equal scores: what is compared, and how scores are rounded.

Two sums of the same numbers in another order differ in their last bits, so scores are never compared as they
come. They are brought to a grid first: with M the largest magnitude in a list and 2^e the power of two above
it, to the nearest multiple of 2^(e - 40), which is 12 significant digits. Scores are equal where they are
equal on the grid. This is no tolerance between two scores, under which a = b and b = c do not make a = c.

Why a power of two, rounded to the nearest: a fraction p/q stands half a step, or 1/(2q) of a step and
more, from the next place where rounding turns (q without its factors of 2; these places are odd multiples
of half a step, whose only denominators are large powers of 2). Sums of short decimals, of small integers
under rational weights, or of points on a scale can therefore lose a few bits on any side and still arrive
at one step of the grid.

A score that is rounded first is rounded as the decimal that it means: within a step of the grid of a half it
is that half. Halves go away from zero (72.125 to 72.13, as in a spreadsheet and by hand), or to the even
digit.

What is printed is the score itself, or the rounded one; the grid says who is equal.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray
from tierwise.tolerances import GRID_BITS, HALF_SEEN, SLACK_STEPS

Half = Literal["up", "even"]
EXTREME: Final = 1000  # exponents beyond it are taken for it: the sums below stay finite


def _exponents(scores: FloatArray) -> FloatArray:
    """Return the e of each list ``(..., units)`` as ``(..., 1)``; what is not finite does not count."""
    size = np.abs(scores)
    largest = np.where(np.isfinite(size), size, 0.0).max(axis=-1, keepdims=True, initial=0.0)
    exponents: FloatArray = np.clip(np.frexp(largest)[1], -EXTREME, EXTREME).astype(np.float64)
    return exponents


def step(scores: ArrayLike) -> FloatArray:
    """Return the step of the grid of each list: ``(..., units)`` to ``(..., 1)``."""
    return np.exp2(_exponents(np.asarray(scores, dtype=np.float64)) - GRID_BITS)


def on_grid(scores: ArrayLike) -> FloatArray:
    """Return lists of scores ``(..., units)`` on their grids, NaN where they are NaN."""
    given = np.asarray(scores, dtype=np.float64)
    if not given.size:
        return given.copy()
    # What is added has the step for its last bit, so that the sum is rounded to it.
    shift = 1.5 * np.exp2(_exponents(given) + (52 - GRID_BITS))
    return np.asarray((given + shift) - shift)


def rounded(scores: ArrayLike, decimals: int | None, half: str = "up") -> FloatArray:
    """Return lists of scores ``(..., units)`` rounded to so many decimals, as they are for None.

    ``half``: where a half goes, ``up`` (away from zero) or ``even`` (to the even digit).
    """
    given = np.asarray(scores, dtype=np.float64)
    if decimals is None or not given.size:
        return given
    scale = 10.0**decimals
    with np.errstate(over="ignore"):
        size = np.abs(given) * scale
    near = np.minimum(step(given) * scale, HALF_SEEN)
    whole = np.floor(size)
    with np.errstate(invalid="ignore"):  # where it is infinite
        part = size - whole
    up = part >= 0.5 - near
    if half == "even":
        up &= (part > 0.5 + near) | (np.mod(whole, 2.0) == 1.0)
    nearest: FloatArray = np.copysign((whole + up) / scale, given) + 0.0
    return np.where(size < 2.0**52, nearest, given)  # beyond it there are no decimals


def levelled(scores: ArrayLike) -> FloatArray:
    """Return lists of scores ``(..., units)`` in which those that are equal on the grid are equal to the bit.

    Each takes the largest of those that it equals. What is measured between scores, such as the distance of
    two tiers, loses nothing to the grid.
    """
    given = np.asarray(scores, dtype=np.float64)
    cells = on_grid(given)
    order = np.lexsort((-given, -cells), axis=-1)
    in_order, values = np.take_along_axis(cells, order, -1), np.take_along_axis(given, order, -1)
    starts = np.ones(given.shape, dtype=np.bool_)
    starts[..., 1:] = in_order[..., 1:] != in_order[..., :-1]
    first = np.maximum.accumulate(np.where(starts, np.arange(given.shape[-1]), 0), axis=-1)
    levels = np.empty_like(given)
    np.put_along_axis(levels, order, np.take_along_axis(values, first, -1), -1)
    return levels


def comparable(scores: ArrayLike, decimals: int | None = None, half: str = "up") -> FloatArray:
    """Return scores that can be compared as they are: rounded where that is asked for, and levelled."""
    return levelled(rounded(scores, decimals, half))


def thresholds(limits: ArrayLike, scores: ArrayLike) -> FloatArray:
    """Return limits ``(limits,)`` let down by a few steps of the grid, against what rounding takes."""
    given = np.asarray(limits, dtype=np.float64)
    together = np.concatenate([np.ravel(scores), given[np.isfinite(given)]])
    return given - SLACK_STEPS * step(together)
