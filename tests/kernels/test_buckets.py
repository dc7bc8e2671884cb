"""Where scores fall into buckets, against the same map written out for one number at a time."""

from __future__ import annotations

import math
import struct
from itertools import pairwise
from statistics import median

import numpy as np
import pytest

from tierwise.kernels.compiled_ranks import DEAL
from tierwise.kernels.ranks import BlockRanks, spread_of

BUCKETS = 1 << 12
RNG = np.random.default_rng(7)
SAMPLES = {
    "smooth": RNG.normal(0.5, 0.1, (4, 60)),
    "shifted": RNG.normal(-40, 3, (3, 25)),
    "an outlier": np.append(RNG.random((2, 30)), [[1e6], [-1e6]], axis=1),
    "two heaps": RNG.random((3, 60)) * 1e-6 + RNG.integers(0, 2, (3, 60)),
    "heaps in turn": RNG.random((1, 60)) * 1e-6 + np.arange(60) % 2,
    "heaps and outliers": np.append(
        RNG.random((2, 60)) * 1e-6 + RNG.integers(0, 2, (2, 60)), [[1e6, -1e6]] * 2, axis=1
    ),
    "mostly the median": np.array([[0.0] * 12 + [0.25, 3.0, -8.0, 70.0]]),
    "all equal": np.full((2, 5), 2.5),
    "one unit": np.array([[1.5]]),
    "tiny": RNG.normal(0, 1e-35, (2, 20)),
}


def bits(number: float) -> int:
    (found,) = struct.unpack("<i", struct.pack("<f", number))
    return int(found)


def single(number: float) -> float:
    return float(np.float32(number))


def at_share(values: list[float], share: float) -> float:
    """The quantile between the two nearest, in proportion."""
    place = share * (len(values) - 1)
    low = math.floor(place)
    rest = place - low
    return values[low] + (rest * (values[low + 1] - values[low]) if rest else 0.0)


def written_out(sample: np.ndarray, buckets: int):
    scores = sample.ravel().tolist()
    middle = median(scores)
    distances = sorted(abs(middle - score) for score in scores)
    floor = single(at_share(distances, 0.1))
    if floor == 0 and distances[-1] > 0:
        floor = single(min(one for one in distances if one > 0))
    floor = min(max(floor, single(1e-30)), single(1e30))

    def curved(score: float) -> int:
        away = bits(abs(single(score - middle)) + floor) - bits(floor)
        return -away if score < middle else away

    rows = [sorted(curved(score) for score in row) for row in sample.tolist()]
    every = sorted(one for row in rows for one in row)
    start, end = at_share(every, 0.0005), at_share(every, 0.9995)
    share = [
        [min(max((one - start) * (1 / (end - start)), 0.0), 1.0) if end > start else 0.0 for one in row]
        for row in rows
    ]
    neighbours = [
        (a != b, int(x * buckets) == int(y * buckets))
        for row, shares in zip(rows, share, strict=True)
        for (a, b), (x, y) in zip(pairwise(row), pairwise(shares), strict=True)
    ]
    meet = sum(differ and same for differ, same in neighbours)
    return middle, floor, start, end, share, meet > 0.05 * len(neighbours)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_map_of_a_sample_is_the_one_written_out(name: str) -> None:
    sample = SAMPLES[name]
    middle, floor, start, end, share, crowded = written_out(sample, BUCKETS)
    found = spread_of(sample, BUCKETS)
    assert (found.middle, found.floor) == pytest.approx((middle, floor), rel=1e-6)
    assert found.start == pytest.approx(start, rel=1e-6, abs=1.0)
    steps = 4096 * 2048 if crowded else BUCKETS
    assert found.steps == steps
    assert found.scale == pytest.approx(steps / (end - start) if end > start else 0.0, rel=1e-6)
    if not crowded:
        assert len(found.levels) == 0
        return
    filled = [0.1] * 4096
    for one in (one for row in share for one in row):
        filled[int(one * 4095)] += 1
    upto, levels = 0.0, [0]
    for one in filled:
        upto += one
        levels.append(int(upto / sum(filled) * (BUCKETS - 1)))
    assert found.levels.shape == (4097,)
    assert np.abs(found.levels.astype(int) - levels).max() <= 1  # sums of tenths in another order
    assert (found.levels[0], found.levels[-1]) == (0, pytest.approx(BUCKETS - 1, abs=1))
    assert found.levels[-1] < BUCKETS


def test_samples_are_of_both_kinds() -> None:
    kinds = [written_out(sample, BUCKETS)[-1] for sample in SAMPLES.values()]
    assert {*kinds} == {True, False}


@pytest.mark.parametrize(
    ("units", "buckets"), [(1, 4096), (128, 4096), (129, 8192), (256, 8192), (257, 16384), (1000, 32768)]
)
def test_there_are_32_buckets_for_each_unit_and_no_fewer_than_4096(units: int, buckets: int) -> None:
    made = BlockRanks(np.random.default_rng(units).random((3, units)))
    assert made.buckets == buckets
    assert made.scratch.words.shape == (buckets // 64,)
    assert made.scratch.keys.shape == (units,)
    assert made.scratch.starts.shape == (buckets >> int(DEAL),)
    assert not made.scratch.extra.any()


@pytest.mark.parametrize(
    ("row", "dealt"),
    [([1, 1, 2, 3, 4], False), ([1, 1, 1, 2, 3], True), ([2, 1, 2, 1, 0], True), ([3, 2, 1], False)],
)
def test_units_are_dealt_where_more_than_a_quarter_of_neighbours_are_equal(
    row: list[int], dealt: bool
) -> None:
    """Of 4 pairs of neighbours one is a quarter, two are more."""
    assert BlockRanks(np.array([row, row, row], dtype=float)).deal == dealt
