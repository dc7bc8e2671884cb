"""Places of many draws' scores, compiled: exact, without sorting.

The place of a unit is the number of units with a strictly higher score on the grid of the draw
(:mod:`tierwise.kernels.grid`): its competition rank less 1.

A monotone map gives each score one of about 32 buckets for each unit, evenly spread where the scores are. The
buckets are bits: set the bit of every unit, count the units in better words once, and the rank of a unit is
that count plus the bits of its word from its own on. Units that meet another one in their bucket are few;
each is then inserted among those of its word by the true scores. Where they are many, as with equal scores by
the hundred, the units are dealt into larger buckets instead, and each bucket is put in order. Either way the
map only decides how fast it is, never what comes out.

No function here calls itself: compiled code that does cannot be loaded from its cache.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray
from tierwise.kernels.compiled import compiled, inlined
from tierwise.kernels.compiled_bits import bits, fetch, ones
from tierwise.kernels.compiled_grid import grid_shift

MIN, MAX, AVERAGE, DENSE, ORDINAL = range(5)
ZERO: Any = np.int64(0)  # a counter's start; a plain 0 would be compiled for as a case of its own
ONE_APART: Any = np.int64(1)
ONE = np.uint64(1)
FIRST = np.uint32(1)
WORD = np.uint32(6)  # 2^6 buckets in a word
IN_WORD = np.uint64(63)
LEVEL = np.uint32(11)  # 2^11 steps in a level
IN_LEVEL = np.uint32(2047)
DEAL = np.uint32(5)  # 2^5 bit buckets make one of those that units are dealt into
FEW = 24  # so many are put in order by insertion alone
MEETINGS = 16  # so many units may meet another one in their bucket, and one in so many more


class BucketMap(NamedTuple):
    """The map from scores to buckets, linear near ``middle`` and logarithmic far from it.

    With y = score - middle, the bits of the 32-bit number |y| + floor grow like its logarithm; counted from
    those of ``floor``, with the sign of y, they are a number z without jumps. The bucket is (z - start) times
    ``scale``, kept within ``steps``. Where scores stand in a few dense heaps, steps are finer than buckets,
    and ``levels`` gives the bucket at which each 2^11 steps begin; else it is empty. Each step is monotone,
    rounding included.
    """

    middle: float
    floor: np.float32
    start: np.float32
    scale: np.float32
    steps: int
    levels: NDArray[np.uint32]


class Scratch(NamedTuple):
    """Working memory of one thread."""

    above: NDArray[np.float32]  # (units,) score less the middle of the map
    keys: NDArray[np.uint32]  # (units,) bucket
    words: NDArray[np.uint64]  # (words,) buckets that hold a unit
    before: NDArray[np.uint16]  # (words,) units in better words
    ranks: NDArray[np.uint32]  # (units,) 1 = best; as order of 32 bits: 16 are stored half as fast
    late: NDArray[np.int32]  # (units,) those that met another one in their bucket
    extra: NDArray[np.uint16]  # (words,) how many of them; 0 between draws
    scores: FloatArray  # (units,) being put in order
    listed: NDArray[np.int32]  # (units,) with these scores
    starts: NDArray[np.int32]  # (larger buckets,)


@inlined
def _keys(scores: FloatArray, shift: float, spread: BucketMap, scratch: Scratch) -> None:
    """Write the bucket of each score on its grid; the last is the best."""
    keys, above = scratch.keys, scratch.above
    middle, floor, start, scale, steps, levels = spread
    floor_bits = bits(floor)
    nothing, last = np.float32(0.0), np.float32(steps - 1)
    for unit in range(len(scores)):
        above[unit] = np.float32(((scores[unit] + shift) - shift) - middle)
    for unit in range(len(scores)):  # by itself, and of 32 bits only: as many at a time as fit
        distance = np.float32(np.int32(bits(abs(above[unit]) + floor) - floor_bits))
        place = ((-distance if above[unit] < nothing else distance) - start) * scale
        keys[unit] = np.uint32(np.int32(min(max(place, nothing), last)))
    if len(levels) > 0:
        for unit in range(len(scores)):
            level = keys[unit] >> LEVEL
            width = levels[level + np.uint32(1)] - levels[level]
            keys[unit] = levels[level] + (((keys[unit] & IN_LEVEL) * width) >> LEVEL)


@inlined
def _sort_down(scores: FloatArray, order: Any, low: Any, high: Any) -> None:
    """Put ``scores[low:high]`` in falling order, and ``order`` with them: by insertion, from afar if many."""
    gap = ONE_APART
    while gap * FEW < high - low:
        gap = 3 * gap + 1
    while gap > 0:
        for place in range(low + gap, high):
            score, unit = scores[place], order[place]
            slot = place
            while slot - gap >= low and scores[slot - gap] < score:
                scores[slot], order[slot] = scores[slot - gap], order[slot - gap]
                slot -= gap
            scores[slot], order[slot] = score, unit
        gap //= 3


@inlined
def _place_run(scores: FloatArray, listed: Any, count: Any, base: Any, order: Any, places: Any) -> None:
    """Write order and places of units listed from the best from ``base`` on; equal scores share a place."""
    place = base
    last = np.inf
    for slot in range(count):
        if scores[slot] != last:
            place = base + slot
        last = scores[slot]
        places[listed[slot]] = place
        order[base + slot] = listed[slot]


@inlined
def _by_bits(
    scores: FloatArray, coming: FloatArray, shift: float, scratch: Scratch, order: Any, places: Any
) -> bool:
    """Write order and places by counting bits; return whether few enough units met for it.

    The scores ``coming`` next are brought near meanwhile.
    """
    keys, words, late, extra, ranks = scratch.keys, scratch.words, scratch.late, scratch.extra, scratch.ranks
    words[:] = 0
    met = ZERO
    for unit in range(len(scores)):
        word = keys[unit] >> WORD
        bit = ONE << (np.uint64(keys[unit]) & IN_WORD)
        held = words[word]
        if held & bit:
            late[met] = unit
            met += 1
            extra[word] += np.uint16(1)
        words[word] = held | bit
        if not unit & 7:
            fetch(coming, np.uint64(unit))
    few = bool(met <= MEETINGS + len(scores) // MEETINGS)
    if few:
        _count_bits(scratch, order)
    for meeting in range(met):
        extra[keys[late[meeting]] >> WORD] = 0
    if few:
        _insert(scores, shift, met, scratch, order)
        for unit in range(len(scores)):
            places[unit] = ranks[unit] - FIRST
    return few


@inlined
def _count_bits(scratch: Scratch, order: Any) -> None:
    """Write order and ranks, as if of units that meet in a bucket there was only the first."""
    keys, words, before, extra, ranks = (
        scratch.keys,
        scratch.words,
        scratch.before,
        scratch.extra,
        scratch.ranks,
    )
    total = np.int32(0)
    for from_worst in range(len(words) - 1, -1, -1):
        at = np.uint64(from_worst)  # unsigned: an index that may be negative is looked at twice
        before[at] = total
        total += np.int32(ones(words[at])) + np.int32(extra[at])
    for unit in range(len(keys) - 1, -1, -1):  # where two meet, the first one stands in order
        at = np.uint64(unit)
        word = keys[at] >> WORD
        rank = np.uint64(before[word]) + ones(words[word] >> (np.uint64(keys[at]) & IN_WORD))
        ranks[at] = rank
        order[rank - ONE] = at


@inlined
def _insert(scores: FloatArray, shift: float, met: Any, scratch: Scratch, order: Any) -> None:
    """Insert each unit that met another one among those of its word, behind which places are left for it.

    ``extra`` counts those inserted in each word; it is 0 before and after.
    """
    keys, words, before = scratch.keys, scratch.words, scratch.before
    late, extra, ranks = scratch.late, scratch.extra, scratch.ranks
    for meeting in range(met):
        unit = late[meeting]
        word = keys[unit] >> WORD
        base = np.int64(before[word])
        slot = base + np.int64(ones(words[word])) + np.int64(extra[word])
        extra[word] += np.uint16(1)
        mine, theirs = (scores[unit] + shift) - shift, -np.inf
        while slot > base:
            other = order[slot - 1]
            theirs = (scores[other] + shift) - shift
            if theirs >= mine:
                break
            order[slot] = other
            ranks[other] += FIRST
            slot -= 1
        order[slot] = unit
        ranks[unit] = ranks[order[slot - 1]] if theirs == mine else slot + 1
    for meeting in range(met):
        extra[keys[late[meeting]] >> WORD] = 0


@compiled
def _by_dealing(scores: FloatArray, shift: float, scratch: Scratch, order: Any, places: Any) -> None:
    """Write order and places by dealing units into larger buckets and putting each in order."""
    keys, held, listed, starts = scratch.keys, scratch.scores, scratch.listed, scratch.starts
    units = len(scores)
    starts[:] = 0
    for unit in range(units):
        starts[keys[unit] >> DEAL] += np.int32(1)
    total = np.int32(0)
    for worse in range(len(starts)):
        bucket = len(starts) - 1 - worse
        count = starts[bucket]
        starts[bucket] = total
        total += count
    for unit in range(units):
        bucket = keys[unit] >> DEAL
        slot = starts[bucket]
        starts[bucket] = slot + np.int32(1)
        held[slot], listed[slot] = (scores[unit] + shift) - shift, unit
    low = ZERO
    while low < units:
        high = np.int64(starts[keys[listed[low]] >> DEAL])
        tidy = True
        for slot in range(low + 1, high):
            tidy &= held[slot - 1] >= held[slot]
        if not tidy:
            _sort_down(held, listed, low, high)
        low = high
    _place_run(held, listed, units, ZERO, order, places)


@compiled
def place_rows(
    scores: FloatArray, spread: BucketMap, scratch: Scratch, deal: bool, order: Any, places: Any
) -> int:
    """Write ``places (draws, units)``, and units in ``order`` from the best, equal ones in any order.

    ``deal`` says that many are equal. An ``order`` of one row is written over by each draw. Returned is how
    many draws were ranked: all, or those before the first one with a score that is not finite.
    """
    for draw in range(len(scores)):
        best = order[draw if len(order) > 1 else 0]
        shift = grid_shift(scores[draw])
        if shift == math.inf:
            return draw
        _keys(scores[draw], shift, spread, scratch)
        coming = scores[min(draw + 1, len(scores) - 1)]
        if deal or not _by_bits(scores[draw], coming, shift, scratch, best, places[draw]):
            _by_dealing(scores[draw], shift, scratch, best, places[draw])
    return len(scores)


@compiled
def tied_rows(places: Any, rule: int, given: Any, ruled: Any) -> None:
    """Write the histogram places of a tie rule (see ``MIN`` …) from ``places (draws, units)``.

    ``given`` lists the units in the order in which they were given. Under ``AVERAGE`` places count halves.
    """
    units = places.shape[1]
    count = np.empty(units, dtype=np.int64)
    for draw in range(len(places)):
        row, total = places[draw], np.int64(0)
        for unit in range(units):
            total += np.int64(row[unit])
        if total == units * (units - 1) // 2:  # no two share a place
            factor = np.uint16(2 if rule == AVERAGE else 1)
            for unit in range(units):
                ruled[draw, unit] = row[unit] * factor
            continue
        count[:] = 0
        for unit in range(units):
            count[places[draw, unit]] += 1
        if rule == DENSE:
            distinct = 0
            for place in range(units):
                held = count[place]
                count[place] = distinct
                distinct += held > 0
        elif rule == ORDINAL:
            for place in range(units):
                count[place] = place
        for slot in range(units):
            unit = given[slot]
            place = int(places[draw, unit])
            if rule == MAX:
                ruled[draw, unit] = place + count[place] - 1
            elif rule == AVERAGE:
                ruled[draw, unit] = 2 * place + count[place] - 1
            else:
                ruled[draw, unit] = count[place]
                count[place] += rule == ORDINAL
