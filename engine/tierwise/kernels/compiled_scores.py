"""Weighted sums of many draws, compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.compiled import compiled, inlined

TILE = 512  # units whose values stay in the first cache while draws pass
HELD = 256  # units whose scores at all nodes stay there


@inlined
def _four(weights: FloatArray, draw: int, k: int) -> tuple[float, float, float, float]:
    return weights[draw, k], weights[draw, k + 1], weights[draw, k + 2], weights[draw, k + 3]


@inlined
def _four_rows(rows: FloatArray, k: int, start: int, stop: int) -> tuple[FloatArray, ...]:
    return rows[k, start:stop], rows[k + 1, start:stop], rows[k + 2, start:stop], rows[k + 3, start:stop]


@inlined
def _add_four(
    weights: FloatArray, k: int, rows: tuple[FloatArray, ...], draw: int,
    a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray,
) -> None:  # fmt: skip
    """Add four rows, weighted by what stands from k on, to the sums of each of four draws, in order."""
    a0, a1, a2, a3 = _four(weights, draw, k)
    b0, b1, b2, b3 = _four(weights, draw + 1, k)
    c0, c1, c2, c3 = _four(weights, draw + 2, k)
    d0, d1, d2, d3 = _four(weights, draw + 3, k)
    v0, v1, v2, v3 = rows
    for u in range(len(a)):
        x0, x1, x2, x3 = v0[u], v1[u], v2[u], v3[u]
        a[u] = (((a[u] + a0 * x0) + a1 * x1) + a2 * x2) + a3 * x3
        b[u] = (((b[u] + b0 * x0) + b1 * x1) + b2 * x2) + b3 * x3
        c[u] = (((c[u] + c0 * x0) + c1 * x1) + c2 * x2) + c3 * x3
        d[u] = (((d[u] + d0 * x0) + d1 * x1) + d2 * x2) + d3 * x3


@inlined
def _four_sums(
    weights: FloatArray, values: FloatArray, out: FloatArray, draw: int, start: int, stop: int
) -> None:
    """Write the sums of four draws over a range of units, four indicators at a time, in order."""
    a, b, c, d = _four_rows(out, draw, start, stop)
    for u in range(stop - start):
        a[u] = b[u] = c[u] = d[u] = 0.0
    indicators = len(values)
    whole = indicators - indicators % 4
    for k in range(0, whole, 4):
        _add_four(weights, k, _four_rows(values, k, start, stop), draw, a, b, c, d)
    for k in range(whole, indicators):
        a0, b0, c0, d0 = weights[draw, k], weights[draw + 1, k], weights[draw + 2, k], weights[draw + 3, k]
        v0 = values[k, start:stop]
        for u in range(stop - start):
            x0 = v0[u]
            a[u] += a0 * x0
            b[u] += b0 * x0
            c[u] += c0 * x0
            d[u] += d0 * x0


@compiled
def weighted_sums(weights: FloatArray, values: FloatArray, out: FloatArray) -> None:
    """Write ``out (draws, units) = weights (draws, indicators) @ values (indicators, units)``.

    Each sum starts at 0 and takes one product after the other in the order of indicators, so equal units get
    equal bits, and so does every block, thread and machine. Tiles of four draws by four indicators keep the
    sums in registers without changing that order.
    """
    draws, indicators = weights.shape
    units = values.shape[1]
    whole = draws - draws % 4
    for start in range(0, units, TILE):
        stop = min(units, start + TILE)
        for draw in range(0, whole, 4):
            _four_sums(weights, values, out, draw, start, stop)
        for draw in range(whole, draws):
            row = out[draw, start:stop]
            row[:] = 0.0
            for k in range(indicators):
                weight, value = weights[draw, k], values[k, start:stop]
                for u in range(stop - start):
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
    first, child, size = climb.first, climb.child, stop - start
    a, b, c, d = _four_draws(held, n, size)
    for u in range(size):
        a[u] = b[u] = c[u] = d[u] = 0.0
    at, end = first[n], first[n + 1]
    while at < end:
        k = child[at]
        if k >= 0 and at + 4 <= end and child[at + 3] == k + 3:
            _add_four(weights, at, _four_rows(values, k, start, stop), draw, a, b, c, d)
            at += 4
            continue
        w0, w1 = weights[draw, at], weights[draw + 1, at]
        w2, w3 = weights[draw + 2, at], weights[draw + 3, at]
        if k >= 0:
            row = values[k, start:stop]
            for u in range(size):
                x = row[u]
                a[u] += w0 * x
                b[u] += w1 * x
                c[u] += w2 * x
                d[u] += w3 * x
        else:
            v0, v1, v2, v3 = _four_draws(held, -1 - k, size)
            for u in range(size):
                a[u] += w0 * v0[u]
                b[u] += w1 * v1[u]
                c[u] += w2 * v2[u]
                d[u] += w3 * v3[u]
        at += 1


@compiled
def weighted_means(weights: FloatArray, values: FloatArray, climb: Climb, out: FloatArray) -> None:
    """Write the index ``out (draws, units)`` under the ``weights (draws, children)`` of all children.

    ``values (leaves, units)`` are 0 where missing. A child that is missing is left out and the weights of the
    others are scaled up, NaN where they have none. Every sum takes one product after the other in the order
    of children, as those of :func:`weighted_sums`. There are rows of weights for a multiple of four draws.
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
    for start in range(0, values.shape[1], HELD):
        stop = min(start + HELD, values.shape[1])
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
