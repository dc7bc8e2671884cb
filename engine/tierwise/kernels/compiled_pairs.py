"""How often units rank before each other, compiled: all pairs of a block of draws, 64 draws at a time.

Places stand as slices of their bits: a word holds one bit of a unit's places in 64 draws. From the lowest bit
up, a place is before another one where its bit is 0 and the other's 1, or where the bits agree and it was
before by the lower ones: the majority of three, in all 64 draws at once. Where it was "before" to begin with,
equal places count, too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import IntArray, aligned
from tierwise.kernels.compiled import compiled, inlined
from tierwise.kernels.compiled_bits import ones

DRAWS = 64  # in a word
FEW_BITS, ALL_BITS = 12, 16  # of a place: up to 4,096 of them, or any
LINE = 8  # words in a line of the cache
ROWS, COLUMNS = 64, 128  # of pairs at a time: their bits stay in the first cache
NOWHERE, EVERYWHERE, ONE = np.uint64(0), ~np.uint64(0), np.uint64(1)

Slices = NDArray[np.uint64]


def words_of(draws: int) -> int:
    """Return how many words hold a bit of so many draws."""
    return -(-draws // DRAWS)


def slices_for(draws: int, places: int, units: int) -> Slices:
    """Return room ``(words, bits, units and some)`` for draws of ``units`` at places below ``places``."""
    bits = FEW_BITS if places <= 1 << FEW_BITS else ALL_BITS
    return aligned(words_of(draws), bits, -(-units // LINE) * LINE).view(np.uint64)


@compiled
def slice_places(places: Any, first: int, slices: Slices) -> None:
    """Write the bits of ``places (draws, units)`` to ``slices (words, bits, units)`` from draw ``first`` on.

    With the first draw of all, whatever was there is forgotten.
    """
    units = places.shape[1]
    if first == 0:
        slices[:] = NOWHERE
    for draw in range(len(places)):
        row, number = places[draw], first + draw
        at = np.uint64(number % DRAWS)
        for bit in range(slices.shape[1]):
            words, shift = slices[number // DRAWS, bit], np.uint64(bit)
            for unit in range(units):
                words[unit] |= ((np.uint64(row[unit]) >> shift) & ONE) << at


@inlined
def _before(mine: Any, theirs: Any, before: Any) -> Any:
    return (theirs & ~mine) | (before & ~(mine ^ theirs))


@inlined
def _by_four(m0: Any, m1: Any, m2: Any, m3: Any, t0: Any, t1: Any, t2: Any, t3: Any, before: Any) -> Any:
    low = _before(m1, t1, _before(m0, t0, before))
    return _before(m3, t3, _before(m2, t2, low))


@inlined
def _four(bits: Slices, first: int, unit: int) -> tuple[Any, Any, Any, Any]:
    return bits[first, unit], bits[first + 1, unit], bits[first + 2, unit], bits[first + 3, unit]


@inlined
def _four_rows(bits: Slices, first: int, start: int, stop: int) -> tuple[Slices, ...]:
    a, b = bits[first, start:stop], bits[first + 1, start:stop]
    return a, b, bits[first + 2, start:stop], bits[first + 3, start:stop]


@compiled
def _count_tile(
    slices: Slices, row: int, rows: int, column: int, columns: int, equal: bool, counts: Any
) -> None:
    """Write in how many draws units from ``row`` on are before those from ``column`` on.

    Where their places are ``equal`` they are, if asked for; so they are in draws that are not there.
    """
    counts[:] = NOWHERE
    start = EVERYWHERE if equal else NOWHERE
    for word in range(len(slices)):
        bits = slices[word]
        a0, a1, a2, a3 = _four_rows(bits, 0, column, column + columns)
        b0, b1, b2, b3 = _four_rows(bits, 4, column, column + columns)
        c0, c1, c2, c3 = _four_rows(bits, 8, column, column + columns)
        d0, d1, d2, d3 = _four_rows(bits, len(bits) - 4, column, column + columns)
        for one in range(rows):
            p0, p1, p2, p3 = _four(bits, 0, row + one)
            q0, q1, q2, q3 = _four(bits, 4, row + one)
            r0, r1, r2, r3 = _four(bits, 8, row + one)
            s0, s1, s2, s3 = _four(bits, len(bits) - 4, row + one)
            counted = counts[one]
            if len(bits) == FEW_BITS:
                for u in range(columns):
                    now = _by_four(p0, p1, p2, p3, a0[u], a1[u], a2[u], a3[u], start)
                    now = _by_four(q0, q1, q2, q3, b0[u], b1[u], b2[u], b3[u], now)
                    counted[u] += ones(_by_four(r0, r1, r2, r3, c0[u], c1[u], c2[u], c3[u], now))
            else:
                for u in range(columns):
                    now = _by_four(p0, p1, p2, p3, a0[u], a1[u], a2[u], a3[u], start)
                    now = _by_four(q0, q1, q2, q3, b0[u], b1[u], b2[u], b3[u], now)
                    now = _by_four(r0, r1, r2, r3, c0[u], c1[u], c2[u], c3[u], now)
                    counted[u] += ones(_by_four(s0, s1, s2, s3, d0[u], d1[u], d2[u], d3[u], now))


@inlined
def _add(counts: Any, row: int, rows: int, column: int, columns: int, wins: Any) -> None:
    """Add counts to the wins of the pairs whose row is before their column in nominal order."""
    for one in range(rows):
        first = max(row + one + 1 - column, 0)
        to = wins[row + one, column : column + columns]
        for other in range(first, columns):
            to[other] += np.uint32(counts[one, other])


@inlined
def _add_others(most: int, counts: Any, row: int, rows: int, column: int, columns: int, wins: Any) -> None:
    """Add what is left of ``most`` draws to the wins of the columns of these pairs."""
    for other in range(columns):
        last = min(rows, column + other - row)
        to = wins[column + other, row : row + rows]
        for one in range(last):
            to[one] += np.uint32(most - counts[one, other])


@compiled
def count_wins(
    slices: Slices, draws: int, lowest: IntArray, highest: IntArray,
    first: int, stop: int, tied: bool, wins: Any,
) -> None:  # fmt: skip
    """Add to ``wins (units, units)`` how often units rank before each other, both ways of a pair.

    The pairs are those whose earlier unit is from ``first`` to ``stop``. ``lowest`` and ``highest`` are the
    ends of the places of each unit: where those of many do not meet they need no comparing. Where no draw has
    ties (``tied`` is false) one comparison answers both ways.
    """
    units = len(lowest)
    counts = np.empty((ROWS, COLUMNS), dtype=np.uint64)
    for column in range(first - first % LINE, units, COLUMNS):
        columns = min(COLUMNS, units - column)
        best = lowest[column]
        for one in range(column, column + columns):
            best = min(best, lowest[one])
        for row in range(first, min(stop, column + columns), ROWS):
            rows = min(ROWS, stop - row)
            worst = highest[row]
            for one in range(row, row + rows):
                worst = max(worst, highest[one])
            certain = worst < best
            if certain:
                counts[:] = np.uint64(draws)
            else:
                _count_tile(slices, row, rows, column, columns, False, counts)
            _add(counts, row, rows, column, columns, wins)
            if certain:
                continue
            if tied:
                _count_tile(slices, row, rows, column, columns, True, counts)
            most = DRAWS * len(slices) if tied else draws
            _add_others(most, counts, row, rows, column, columns, wins)
