"""What is counted in a block of draws, compiled. Units stand in nominal order."""

from __future__ import annotations

from typing import Any

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.compiled import compiled, inlined

PAIR_TILE = 8  # units whose draws are compared with one other's at a time


@compiled
def count_ranks(
    places: Any, lowest: IntArray, highest: IntArray, first: int, stop: int, offset: IntArray, counts: Any
) -> None:
    """Add ``places (draws, units)`` of the units from ``first`` to ``stop`` to their histograms.

    The places of a unit reach from its ``lowest`` to its ``highest``. A block is counted in a small array
    that stays in the first cache; its counts, at most 2^16 - 1, are then added in one sweep.
    """
    held = np.zeros(counts.shape[1], dtype=np.uint16)
    for unit in range(first, stop):
        low = np.uint64(lowest[unit])
        for draw in range(len(places)):
            held[np.uint64(places[draw, unit]) - low] += np.uint16(1)
        start = lowest[unit] - offset[unit]
        counted = counts[unit, start : start + highest[unit] - lowest[unit] + 1]
        for place in range(len(counted)):
            counted[place] += held[place]
            held[place] = 0


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
        row, best = scores[draw], order[draw]
        count = min(last + 1, units) if ordinal else 0
        while count < units and not ordinal and ruled[draw, best[count]] <= last:
            count += 1
        end = 0
        for place in range(count):
            same = place > 0 and places[draw, best[place]] == places[draw, best[place - 1]]
            listed[draw, place] = listed[draw, place - 1] if same else row[best[place]]
            if best[place] >= end:
                end = int(best[place]) + 1
        selected[draw] = count
        reach[draw] = units if ordinal else end


@compiled
def cut_scores(
    listed: FloatArray, selected: IntArray, limits: FloatArray, cuts: IntArray, scores: FloatArray
) -> None:
    """Write the score of each cut: its limit, or the midpoint of its two sides; NaN where it has none."""
    for draw in range(len(listed)):
        for cut in range(cuts.shape[1]):
            place = cuts[draw, cut]
            score = np.nan
            if len(limits) > 0 and place < selected[draw]:
                score = limits[cut]
            elif 0 < place < selected[draw]:
                below = listed[draw, place]
                score = below + (listed[draw, place - 1] - below) / 2
            scores[draw, cut] = score


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


@inlined
def _before(mine: Any, theirs: Any) -> Any:
    """Return in how many draws one place is before another; at most 2^15 - 1."""
    won = np.int16(0)
    for draw in range(len(mine)):
        won = np.int16(won + np.int16(mine[draw] < theirs[draw]))
    return won


@compiled
def count_wins(
    places: Any, lowest: IntArray, highest: IntArray, first: int, stop: int, tied: bool, wins: Any
) -> None:
    """Add to ``wins (units, units)`` how often units rank before each other, both ways of a pair.

    The pairs are those whose earlier unit is from ``first`` to ``stop``. ``places (units, draws)`` has the
    draws of a unit next to each other, ``lowest`` and ``highest`` are the ends of their range; pairs whose
    ranges do not meet need no comparing, and where no draw has ties (``tied`` is false) one comparison
    answers both ways. A tile of units stays in the first cache while the others pass by it.
    """
    units, draws = places.shape
    for start in range(first, stop, PAIR_TILE):
        end = min(start + PAIR_TILE, stop)
        for other in range(start + 1, units):
            theirs = places[other]
            for one in range(start, min(end, other)):
                if highest[one] < lowest[other]:
                    wins[one, other] += np.uint32(draws)
                elif highest[other] < lowest[one]:
                    wins[other, one] += np.uint32(draws)
                else:
                    won = _before(places[one], theirs)
                    wins[one, other] += np.uint32(won)
                    lost = _before(theirs, places[one]) if tied else draws - won
                    wins[other, one] += np.uint32(lost)


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
