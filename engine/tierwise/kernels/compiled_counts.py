"""What is counted in a block of draws, compiled. Units stand in nominal order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.compiled import compiled, inlined
from tierwise.kernels.compiled_bits import fetch, move

NONE, ONE = np.uint32(0), np.uint32(1)
LINE = 64  # bytes of a line of the cache
SPARE = 4  # draws of a tile in a line of the cache
BESIDE = 8  # units whose places are kept together, draw by draw: a tile

Tiles = NDArray[np.uint16]


def tiles_for(draws: int, units: int) -> Tiles:
    """Return room ``(tiles, draws and some, 8)`` for the places of units.

    With a line of the cache more than draws need: tiles a power of two apart would share few lines of it.
    """
    return np.empty((-(-units // BESIDE), draws + SPARE, BESIDE), dtype=np.uint16)


@compiled
def lay_out(places: Any, tiles: Tiles, first: int, lowest: Any, highest: Any) -> None:
    """Write ``places (draws, units)`` into tiles from draw ``first`` on.

    ``lowest (units,)`` and ``highest`` are lowered and raised to them.
    """
    whole = places.shape[1] // BESIDE
    for draw in range(len(places)):
        row = places[draw]
        for unit in range(len(row)):
            lowest[unit] = min(lowest[unit], row[unit])
            highest[unit] = max(highest[unit], row[unit])
        for tile in range(whole):
            move(row, np.uint64(BESIDE * tile), tiles[tile, first + draw], np.uint64(0))
        for unit in range(BESIDE * whole, len(row)):
            tiles[whole, first + draw, unit - BESIDE * whole] = row[unit]


@compiled
def count_ranks(
    tiles: Tiles, draws: int, lowest: IntArray, highest: IntArray, first: int, stop: int,
    offset: IntArray, counts: Any,
) -> None:  # fmt: skip
    """Add the places of the units from ``first``, with which a tile begins, to ``stop`` to their histograms.

    The places of a unit reach from its ``lowest`` to its ``highest``. A tile is counted in small arrays that
    stay in the first cache; their counts, of 32 bits as those of 16 take longer, are then added in one sweep.
    """
    last = np.int64(0)
    for unit in range(first, stop):
        last = max(last, highest[unit])
    held = np.zeros((BESIDE, last + 1), dtype=np.uint32)
    for start in range(first, stop, BESIDE):
        tile, beside = tiles[start // BESIDE], min(BESIDE, stop - start)
        if beside == BESIDE:
            for unit in range(BESIDE):  # an eighth of the draws while each histogram comes from afar
                counted, begin = counts[start + unit], offset[start + unit]
                for place in range(
                    lowest[start + unit] - begin, highest[start + unit] - begin + 1, LINE // counts.itemsize
                ):
                    fetch(counted, np.uint64(place))
                for draw in range(draws * unit // BESIDE, draws * (unit + 1) // BESIDE):
                    row = tile[draw]
                    for one in range(BESIDE):
                        held[np.uint64(one), np.uint64(row[one])] += ONE
        else:
            for draw in range(draws):
                for one in range(beside):
                    held[one, np.uint64(tile[draw, one])] += ONE
        for one in range(beside):
            unit = start + one
            low, high = lowest[unit], highest[unit] + 1
            seen = held[one, low:high]
            counted = counts[unit, low - offset[unit] : high - offset[unit]]
            for place in range(len(counted)):
                counted[place] += seen[place]
                seen[place] = NONE


@inlined
def _place_of(counts: Any, wanted: Any) -> Any:
    """Return the place at which the counts, added from the first on, reach ``wanted``."""
    reached, place = np.int64(0), 0
    for place in range(len(counts)):
        reached += counts[place]
        if reached >= wanted:
            break
    return place


@compiled
def places_at(
    counts: Any, first: IntArray, last: IntArray, total: int, wanted: int, places: IntArray
) -> None:
    """Write the place at which the counts of each unit, added from the first on, reach ``wanted``.

    Each unit has ``total`` counts, from its ``first`` to its ``last`` place; they are added from the nearer
    end.
    """
    for unit in range(len(counts)):
        held = counts[unit, first[unit] : last[unit] + 1]
        if 2 * wanted <= total:
            places[unit] = first[unit] + _place_of(held, wanted)
        else:
            places[unit] = last[unit] - _place_of(held[::-1], total + 1 - wanted)


@compiled
def sums_up_to(counts: Any, stops: IntArray, sums: IntArray) -> None:
    """Write Σ count and Σ count k of each unit over the places k below its ``stops``.

    ``sums`` is ``(units, 2)``; integers, so exact.
    """
    for unit in range(len(counts)):
        counted = counts[unit]
        total, first = np.int64(0), np.int64(0)
        for place in range(stops[unit]):
            count = np.int64(counted[place])
            total += count
            first += count * place
        sums[unit, 0], sums[unit, 1] = total, first


@compiled
def rank_shifts(places: Any, nominal: Any, shifts: IntArray) -> None:
    """Write the sum over units of |place - nominal place| of each draw."""
    for draw in range(len(places)):
        total = np.int32(0)
        for unit in range(len(nominal)):
            total += abs(np.int32(places[draw, unit]) - np.int32(nominal[unit]))
        shifts[draw] = total


@compiled
def list_rows(
    scores: FloatArray, order: Any, places: Any, ruled: Any, last: int, ordinal: bool,
    selected: IntArray, reach: IntArray, listed: FloatArray,
) -> None:  # fmt: skip
    """List the scores of the units that are selected in each draw, equal scores as one.

    Selected are those with ``ruled <= last``. ``selected`` is their number and ``reach`` one more than the
    last of them in nominal order.
    """
    units = scores.shape[1]
    for draw in range(len(scores)):
        row, best, own, rank, out = scores[draw], order[draw], places[draw], ruled[draw], listed[draw]
        count, end, before, score = np.int64(0), np.int64(0), np.int64(-1), 0.0
        while count < units:
            unit = np.uint64(best[count])
            if (count if ordinal else np.int64(rank[unit])) > last:
                break
            place = np.int64(own[unit])
            score = score if place == before else row[unit]
            before = place
            out[count] = score
            end = max(end, np.int64(unit) + 1)
            count += 1
        selected[draw] = count
        reach[draw] = units if ordinal else end


@compiled
def count_tiers(
    places: Any, ruled: Any, last: int, selected: IntArray, reach: IntArray, cuts: IntArray,
    tiers: Any, splits: Any, cut_ranks: IntArray, row: Any,
) -> None:  # fmt: skip
    """Add the tiers of each draw: ``tiers (count, units)``, ``splits (units,)`` of a unit from the next one.

    ``cut_ranks (cuts, units + 1)`` counts the places of cuts, in its last column those that do not exist.
    ``row (units + 1,)`` is working memory.
    """
    units = places.shape[1]
    for draw in range(len(places)):
        end = reach[draw]
        place, rank, own = places[draw], ruled[draw], cuts[draw]
        for unit in range(end):
            row[unit] = np.uint8(rank[unit] <= last)
        row[end] = 0
        for cut in range(len(own)):
            if own[cut] < selected[draw]:
                cut_ranks[cut, own[cut]] += 1
            else:
                cut_ranks[cut, units] += 1
            here = np.uint16(min(own[cut], 65535))
            for unit in range(end):
                row[unit] += np.uint8(row[unit] > 0) & np.uint8(place[unit] >= here)
        for tier in range(len(tiers)):
            counted, number = tiers[tier], np.uint8(tier + 1)
            for unit in range(end):
                counted[unit] += np.uint16(row[unit] == number)
        for unit in range(min(end, units - 1)):
            splits[unit] += np.uint16(row[unit] != row[unit + 1])


@compiled
def sum_firsts(
    order: Any, places: Any, ruled: Any, local: FloatArray, firsts: IntArray, sums: FloatArray
) -> None:
    """Add the local weights of each draw to those of the units that rank first in it.

    ``order`` lists the units from the best, ``places`` tells which of them are best, ``ruled`` which of these
    have the first rank under the tie rule.
    """
    for draw in range(len(order)):
        for slot in range(order.shape[1]):
            unit = order[draw, slot]
            if places[draw, unit] > 0:
                break
            if ruled[draw, unit] == 0:
                firsts[unit] += 1
                for node in range(local.shape[1]):
                    sums[unit, node] += local[draw, node]
