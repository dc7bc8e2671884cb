"""Scrambled Sobol' sequences, SciPy's number for number, whose module takes a third of a second to load."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray

__all__ = ["sobol"]

BITS: Final = 30
NUMBERS: Final = "_sobol_direction_numbers.npz"  # Joe and Kuo (2008)
Bits = NDArray[np.uint32]


def sobol(dimensions: int, samples: int, seed: int) -> FloatArray | None:
    """Return the points ``(samples, dimensions)`` of a scrambled Sobol' sequence, a power of 2 of them.

    Scrambled by random lower triangular matrices and a shift (Matoušek 1998). None for more dimensions than
    there are direction numbers. As ``scipy.stats.qmc.Sobol(dimensions, seed=seed).random(samples)``.
    """
    stored = files("scipy").joinpath("stats", NUMBERS)
    if not stored.is_file():  # another SciPy keeps them elsewhere
        return _by_scipy(dimensions, samples, seed)
    with stored.open("rb") as file, np.load(file) as kept:
        if dimensions > len(kept["poly"]):
            return None
        poly, first = kept["poly"][:dimensions], kept["vinit"][:dimensions]
    rng = np.random.default_rng(seed)
    powers = np.left_shift(np.uint32(1), np.arange(BITS, dtype=np.uint32))
    shift = (rng.integers(2, size=(dimensions, BITS), dtype=np.uint32) * powers).sum(axis=1, dtype=np.uint32)
    lower = np.tril(rng.integers(2, size=(dimensions, BITS, BITS), dtype=np.uint32))
    lower[:, range(BITS), range(BITS)] = 1
    directions = _scrambled(_directions(poly, first), lower)
    # In the order of the Gray code each point differs from the one before by one direction number.
    turned = np.array([(at & -at).bit_length() - 1 for at in range(1, samples)], dtype=np.int64)
    steps = np.vstack([shift, directions.T[turned]])
    points: FloatArray = np.bitwise_xor.accumulate(steps, axis=0) * 2.0**-BITS
    return points


def _by_scipy(dimensions: int, samples: int, seed: int) -> FloatArray | None:
    from scipy.stats import qmc

    if dimensions > qmc.Sobol.MAXDIM:
        return None
    return np.asarray(qmc.Sobol(dimensions, scramble=True, seed=seed).random(samples))


def _directions(poly: NDArray[Any], first: NDArray[Any]) -> Bits:
    """Return direction numbers ``(dimensions, BITS)``, the highest bit first (Bratley and Fox 1988)."""
    made = np.ones((len(poly), BITS), dtype=np.int64)
    for row, (polynomial, known) in enumerate(zip(poly.tolist(), first.tolist(), strict=True)):
        degree = polynomial.bit_length() - 1
        if not row or not degree:
            continue  # the first dimension halves and halves again
        numbers = known[:degree]
        for at in range(degree, BITS):
            new = numbers[at - degree]
            for step in range(1, degree + 1):
                if polynomial >> (degree - step) & 1:
                    new ^= numbers[at - step] << step
            numbers.append(new)
        made[row] = numbers
    return (made << np.arange(BITS)[::-1]).astype(np.uint32)


def _scrambled(directions: Bits, lower: Bits) -> Bits:
    """Return direction numbers whose bits are mixed by a lower triangular matrix for each dimension."""
    places = np.arange(BITS, dtype=np.uint32)
    # Highest bits first, in the rows of a matrix as in the numbers.
    bits = (directions[:, :, None] >> places[::-1]) & 1
    mixed = (lower.astype(np.int64) @ bits.transpose(0, 2, 1).astype(np.int64)) & 1
    turned: Bits = (mixed.astype(np.uint32) << places[::-1, None]).sum(axis=1, dtype=np.uint32)
    return turned
