"""What is counted in a block of draws, compiled. Units stand in nominal order."""

from __future__ import annotations

from typing import Any

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.compiled import compiled
from tierwise.kernels.compiled_tiers import fisher_cuts, linkage_cuts

FISHER, PLACES, QUANTILE, LIMITS = -1, -2, -3, -4  # ways to cut a list; from 0 on linkages


@compiled
def count_ranks(places: Any, first: int, stop: int, offset: IntArray, counts: Any) -> None:
    """Add ``places (draws, units)`` of the units from ``first`` to ``stop`` to their histograms."""
    for unit in range(first, stop):
        counted, low = counts[unit], offset[unit]
        for draw in range(len(places)):
            counted[places[draw, unit] - low] += np.uint32(1)


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
    scores: FloatArray, order: Any, ruled: Any, last: int, ordinal: bool,
    selected: IntArray, reach: IntArray, listed: FloatArray,
) -> None:  # fmt: skip
    """List the scores of the units that are selected in each draw, best first.

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
            listed[draw, place] = row[best[place]]
            if best[place] >= end:
                end = int(best[place]) + 1
        selected[draw] = count
        reach[draw] = units if ordinal else end


@compiled
def _keep_runs(listed: FloatArray, units: int, down: bool, cuts: IntArray) -> None:
    """Move each cut that would part equal scores to the end of their run, or to its start."""
    for cut in range(len(cuts)):
        place = min(max(cuts[cut], 0), units)
        while 0 < place < units and listed[place - 1] == listed[place]:
            place += 1 if down else -1
        cuts[cut] = place


@compiled
def cut_rows(
    listed: FloatArray, selected: IntArray, way: int, fixed: IntArray, limits: FloatArray, cuts: IntArray
) -> None:
    """Write ``cuts (draws, count - 1)`` of the lists; ``fixed`` are places, ``limits`` scores."""
    room = listed.shape[1] + 2
    downs, ups, below, inverse = np.empty(room), np.empty(room), np.empty(room), np.empty(room)
    sizes, starts = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
    heights, held = np.empty(cuts.shape[1]), np.empty(cuts.shape[1], dtype=np.int64)
    for size in range(1, room):
        inverse[size] = 1.0 / size
    for draw in range(len(listed)):
        units = selected[draw]
        row, found = listed[draw, :units], cuts[draw]
        if way >= 0:
            linkage_cuts(row, way, inverse, found, downs, ups, below, sizes, starts, heights, held)
        elif way == FISHER:
            fisher_cuts(row, found)
        elif way == PLACES:
            found[:] = fixed
            _keep_runs(row, units, True, found)
        elif way == QUANTILE:
            for cut in range(len(found)):
                share = 1.0 - (cut + 1) / (len(found) + 1)
                found[cut] = units - 1 - int(np.floor((units - 1) * share))
            _keep_runs(row, units, False, found)
        else:
            for cut in range(len(found)):
                place = 0
                while place < units and row[place] >= limits[cut]:
                    place += 1
                found[cut] = place


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
        place, rank, found = places[draw], ruled[draw], cuts[draw]
        for unit in range(end):
            row[unit] = np.uint8(rank[unit] <= last)
        row[end] = 0
        for cut in range(len(found)):
            if found[cut] < selected[draw]:
                cut_ranks[cut, found[cut]] += 1
            else:
                cut_ranks[cut, units] += 1
            here = np.uint16(min(found[cut], 65535))
            for unit in range(end):
                row[unit] += np.uint8(row[unit] > 0) & np.uint8(place[unit] >= here)
        for tier in range(len(tiers)):
            counted, number = tiers[tier], np.uint8(tier + 1)
            for unit in range(end):
                counted[unit] += np.uint16(row[unit] == number)
        for unit in range(min(end, units - 1)):
            splits[unit] += np.uint16(row[unit] != row[unit + 1])


@compiled
def count_wins(places: Any, first: int, stop: int, wins: Any) -> None:
    """Add to ``wins (units, units)`` how often each unit from ``first`` to ``stop`` ranks before each other.

    ``places (units, draws)`` has the draws of a unit next to each other.
    """
    units, draws = places.shape
    for one in range(first, stop):
        mine = places[one]
        for other in range(units):
            theirs = places[other]
            won = np.uint32(0)
            for draw in range(draws):
                won += np.uint32(mine[draw] < theirs[draw])
            wins[one, other] += won


@compiled
def sum_firsts(places: Any, local: FloatArray, firsts: IntArray, sums: FloatArray) -> None:
    """Add the local weights of each draw to those of the units that rank first in it."""
    for draw in range(len(places)):
        for unit in range(places.shape[1]):
            if places[draw, unit] == 0:
                firsts[unit] += 1
                for node in range(local.shape[1]):
                    sums[unit, node] += local[draw, node]
