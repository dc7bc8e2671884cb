"""Sums, shares and products taken in a fixed order: the same bits for any shape and on every machine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tierwise.arrays import FloatArray


def ordered_sum(parts: FloatArray) -> FloatArray:
    """Return the sum over the first axis, added in order: the same bits whatever the shape."""
    total: FloatArray = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


def closed(parts: FloatArray) -> FloatArray:
    """Return ``(siblings, size)`` parts divided by their sums, which are added in order."""
    shares: FloatArray = parts / ordered_sum(parts)
    return shares


def drawn_again(sample: Callable[[int], FloatArray], size: int) -> FloatArray:
    """Return ``sample(size)``, ``(siblings, size)``, closed; draws that are all 0 are drawn again."""
    parts = sample(size)
    while (empty := np.flatnonzero(~parts.any(axis=0))).size:
        parts[:, empty] = sample(len(empty))
    return closed(parts)


def ordered_product(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return ``left (n, k) @ right (k, size)``, added in the order of k: the same bits on every machine."""
    total: FloatArray = left[:, :1] * right[0]
    for k in range(1, len(right)):
        total += left[:, k, None] * right[k]
    return total


def by_draw(weights: FloatArray) -> FloatArray:
    """Return ``(nodes, size)`` weights as ``(size, nodes)``, each draw's weights next to each other."""
    return np.ascontiguousarray(weights.T)
