"""Weighted sums of many draws, compiled."""

from __future__ import annotations

from tierwise.arrays import FloatArray
from tierwise.kernels.compiled import compiled, inlined

TILE = 512  # units whose values stay in the first cache while draws pass


@inlined
def _four(weights: FloatArray, draw: int, k: int) -> tuple[float, float, float, float]:
    return weights[draw, k], weights[draw, k + 1], weights[draw, k + 2], weights[draw, k + 3]


@inlined
def _four_rows(rows: FloatArray, k: int, start: int, stop: int) -> tuple[FloatArray, ...]:
    return rows[k, start:stop], rows[k + 1, start:stop], rows[k + 2, start:stop], rows[k + 3, start:stop]


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
        a0, a1, a2, a3 = _four(weights, draw, k)
        b0, b1, b2, b3 = _four(weights, draw + 1, k)
        c0, c1, c2, c3 = _four(weights, draw + 2, k)
        d0, d1, d2, d3 = _four(weights, draw + 3, k)
        v0, v1, v2, v3 = _four_rows(values, k, start, stop)
        for u in range(stop - start):
            x0, x1, x2, x3 = v0[u], v1[u], v2[u], v3[u]
            a[u] = (((a[u] + a0 * x0) + a1 * x1) + a2 * x2) + a3 * x3
            b[u] = (((b[u] + b0 * x0) + b1 * x1) + b2 * x2) + b3 * x3
            c[u] = (((c[u] + c0 * x0) + c1 * x1) + c2 * x2) + c3 * x3
            d[u] = (((d[u] + d0 * x0) + d1 * x1) + d2 * x2) + d3 * x3
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
