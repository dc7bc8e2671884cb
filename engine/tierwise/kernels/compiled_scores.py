"""Weighted sums of many draws, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.compiled import compiled, inlined
from tierwise.kernels.compiled_sums import DRAWS, UNITS, add_products

TILE = 64  # units whose values stay in the first cache while draws pass
HELD = 256  # units whose scores at all nodes stay in the first cache


@compiled
def weighted_sums(weights: FloatArray, values: FloatArray, out: FloatArray) -> None:
    """Write ``out (draws, units) = weights (draws, indicators) @ values (indicators, units)``.

    Each sum starts at 0 and takes one product after the other in the order of indicators, so equal units get
    equal bits, and so does every block, thread and machine.
    """
    draws, indicators = weights.shape
    units = values.shape[1]
    if draws >= DRAWS and units >= UNITS:
        for first in range(0, units, TILE):
            for start in range(0, draws, DRAWS):
                draw = min(start, draws - DRAWS)  # the last four may be some of those before, once more
                for place in range(first, min(first + TILE, units), UNITS):
                    unit = min(place, units - UNITS)  # and so the last eight
                    add_products(weights, draw, 0, indicators, values, 0, unit, out, draw, unit, True)
        return
    for draw in range(draws):
        row = out[draw]
        row[:] = 0.0
        for k in range(indicators):
            weight, value = weights[draw, k], values[k]
            for u in range(len(row)):
                row[u] += weight * value[u]


class Climb(NamedTuple):
    """A tree of weighted means and where it has blanks, as arrays; inner nodes come after their children.

    The children of inner node n are those from ``first[n]`` up to ``first[n + 1]``: ``node`` is the column of
    their local weights, ``child`` their place among the leaves in this order, or ``-1 - m`` for inner node m.
    Units from ``lacks[n]`` on of ``unit`` lack some of them: ``pattern`` is a row of ``there (patterns,
    children)``, patterns from ``patterns[n]`` on are of node n. Those from ``misses[n]`` on of ``missing``
    have no value.
    """

    first: IntArray
    node: IntArray
    child: IntArray
    lacks: IntArray
    unit: IntArray
    pattern: IntArray
    patterns: IntArray
    there: FloatArray
    misses: IntArray
    missing: IntArray


@inlined
def _weights_there(weights: FloatArray, climb: Climb) -> FloatArray:
    """Return ``(patterns, draws)`` the weight of the children that are there, added up in order."""
    first, patterns, there = climb.first, climb.patterns, climb.there
    total = np.zeros((len(there), len(weights)))
    for n in range(len(first) - 1):
        for pattern in range(patterns[n], patterns[n + 1]):
            for at in range(first[n], first[n + 1]):
                share = there[pattern, at - first[n]]
                for draw in range(len(weights)):
                    total[pattern, draw] += weights[draw, at] * share
    return total


@inlined
def _four_draws(held: FloatArray, n: int, size: int) -> tuple[FloatArray, ...]:
    return held[n, 0, :size], held[n, 1, :size], held[n, 2, :size], held[n, 3, :size]


@inlined
def _ends_before(stop: int, edges: IntArray, units: IntArray) -> IntArray:
    """Return for each part between ``edges`` where its first unit that is not before ``stop`` stands."""
    ends = np.empty(len(edges) - 1, dtype=np.int64)
    for n in range(len(ends)):
        ends[n] = edges[n] + np.searchsorted(units[edges[n] : edges[n + 1]], stop)
    return ends


@inlined
def _ratio(total: float, weight: float) -> float:
    return total / weight if weight != 0.0 else np.nan


@inlined
def _add_children(
    weights: FloatArray,
    values: FloatArray,
    climb: Climb,
    held: FloatArray,
    n: int,
    draw: int,
    start: int,
    stop: int,
) -> None:
    """Write the weighted sums of node n's children for four draws and units from ``start`` to ``stop``."""
    first, child, size = climb.first, climb.child, stop - start + -(stop - start) % UNITS
    a, b, c, d = _four_draws(held, n, size)
    for u in range(size):
        a[u] = b[u] = c[u] = d[u] = 0.0
    at, end = first[n], first[n + 1]
    while at < end:
        k = child[at]
        if k < 0:
            w0, w1 = weights[draw, at], weights[draw + 1, at]
            w2, w3 = weights[draw + 2, at], weights[draw + 3, at]
            v0, v1, v2, v3 = _four_draws(held, -1 - k, size)
            for u in range(size):
                a[u] += w0 * v0[u]
                b[u] += w1 * v1[u]
                c[u] += w2 * v2[u]
                d[u] += w3 * v3[u]
            at += 1
            continue
        run = 1
        while at + run < end and child[at + run] == k + run:
            run += 1
        for u in range(0, size, UNITS):
            add_products(weights, draw, at, run, values, k, start + u, held[n], 0, u, False)
        at += run


@compiled
def weighted_means(weights: FloatArray, values: FloatArray, climb: Climb, out: FloatArray) -> None:
    """Write the index ``out (draws, units)`` under the ``weights (draws, children)`` of all children.

    ``values (leaves, units)`` are 0 where missing. A child that is missing is left out and the weights of the
    others are scaled up, NaN where they have none. Every sum takes one product after the other in the order
    of children, as those of :func:`weighted_sums`. There are rows of weights for a multiple of four draws,
    and columns of values for a multiple of eight units.
    """
    lacks, unit, pattern, misses, missing = (
        climb.lacks,
        climb.unit,
        climb.pattern,
        climb.misses,
        climb.missing,
    )
    there = _weights_there(weights, climb)
    inner = len(lacks) - 1
    held = np.empty((inner, 4, HELD))
    units = out.shape[1]
    for start in range(0, units, HELD):
        stop = min(start + HELD, units)
        lack, miss = _ends_before(start, lacks, unit), _ends_before(start, misses, missing)
        lacked, missed = _ends_before(stop, lacks, unit), _ends_before(stop, misses, missing)
        for draw in range(0, len(weights), 4):
            for n in range(inner):
                _add_children(weights, values, climb, held, n, draw, start, stop)
                a, b, c, d = _four_draws(held, n, stop - start)
                for at in range(lack[n], lacked[n]):
                    u, weight = unit[at] - start, there[pattern[at]]
                    a[u] = _ratio(a[u], weight[draw])
                    b[u] = _ratio(b[u], weight[draw + 1])
                    c[u] = _ratio(c[u], weight[draw + 2])
                    d[u] = _ratio(d[u], weight[draw + 3])
                blank = np.nan if n == inner - 1 else 0.0
                for at in range(miss[n], missed[n]):
                    u = missing[at] - start
                    a[u] = b[u] = c[u] = d[u] = blank
            for row in range(draw, min(draw + 4, len(out))):
                out[row, start:stop] = held[inner - 1, row - draw, : stop - start]
