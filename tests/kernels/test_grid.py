"""Equal scores, and rounding, against fractions and decimals."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tierwise.arrays import LARGEST, SMALLEST
from tierwise.kernels.compiled_grid import round_rows
from tierwise.kernels.grid import comparable, levelled, on_grid, rounded, step, thresholds
from tierwise.kernels.ranks import rank

decimals = st.integers(-(10**7), 10**7).map(lambda number: Decimal(number) / 10**4)


def summed(values, weights):
    total = np.zeros(len(values))
    for column, weight in zip(np.asarray(values, dtype=np.float64).T, weights, strict=True):
        total += column * weight
    return total


def exact_ranks(scores):
    return [1 + sum(other > one for other in scores) for one in scores]


@pytest.mark.parametrize("seed", range(10))
def test_ranks_of_sums_are_those_of_fractions(seed):
    rng = np.random.default_rng(seed)
    for _ in range(100):
        units, columns = int(rng.integers(2, 101)), int(rng.integers(2, 9))
        values = rng.integers(1, rng.choice([4, 6, 11]), (units, columns))
        parts = [Fraction(int(a), int(b)) for a, b in rng.integers(1, rng.choice([10, 100]), (columns, 2))]
        exact = [sum(p * int(x) for p, x in zip(parts, row, strict=True)) for row in values]
        weights = np.array([float(part) for part in parts])
        found = rank(summed(values, weights / weights.sum()))
        assert found.tolist() == exact_ranks(exact)


@pytest.mark.parametrize(
    "rows",
    [(0.83, 0.77, 0.74, 0.76), (0.775, 0.775, 0.775, 0.775), (0.5, 0.5, 0.4, 0.3)],
)
def test_no_order_of_summands_parts_equal_scores(rows):
    levels = {levelled([sum(0.25 * x for x in one), 1.0])[0].round(11) for one in permutations(rows)}
    cells = {on_grid([sum(0.25 * x for x in one), 1.0])[0] for one in permutations(rows)}
    assert len(levels) == len(cells) == 1


SIZES = st.floats(SMALLEST, LARGEST)  # what is served
SERVED = st.just(0.0) | SIZES | SIZES.map(lambda size: -size)


@given(arrays(np.float64, st.tuples(st.integers(1, 3), st.integers(1, 9)), elements=SERVED))
@example(np.array([[3.7e10 / 3, 1.0, 1e-3]]))
@example(np.array([[1e-30 / 3, 2e-30 / 7, 0.0]]))
def test_the_grid_is_a_grid(scores):
    cells, width = on_grid(scores), step(scores)
    assert (np.abs(cells - scores) <= width / 2).all()
    assert np.array_equal(cells / width, np.rint(cells / width))
    assert np.array_equal(on_grid(cells), cells)
    largest = np.abs(scores).max(axis=1, keepdims=True)
    assert ((width <= 2.0**-39 * largest) | (largest == 0)).all()
    found = levelled(scores)
    assert (np.abs(found - scores) <= width).all()
    same = cells[:, :, None] == cells[:, None, :]
    assert np.array_equal(found[:, :, None] == found[:, None, :], same)


def test_equality_is_transitive_where_a_tolerance_is_not():
    chain = 1.0 - np.arange(40) * 3e-13
    ranks = rank(chain)
    assert 1 < len(set(ranks.tolist())) < 40
    assert (np.diff(ranks) >= 0).all()


@given(st.lists(decimals, min_size=1, max_size=6), st.integers(0, 4), st.sampled_from(["up", "even"]))
def test_rounding_is_that_of_decimals(numbers, places, half):
    way = ROUND_HALF_UP if half == "up" else ROUND_HALF_EVEN
    expected = [float(number.quantize(Decimal(1).scaleb(-places), way)) for number in numbers]
    given_ = np.array([float(number) for number in numbers])
    assert rounded(given_, places, half).tolist() == expected
    shaken = given_ * (1 + 4e-16)  # as a sum may leave it
    assert rounded(shaken, places, half).tolist() == expected
    block = shaken[None].copy()
    round_rows(block, places, half == "even")
    assert block[0].tolist() == expected


def test_rounding_as_a_reader_does():
    assert rounded([72.125, -72.125, 0.775, 1.5, 2.5], 2).tolist() == [72.13, -72.13, 0.78, 1.5, 2.5]
    assert rounded([1.5, 2.5, -0.5], 0, "even").tolist() == [2.0, 2.0, 0.0]
    assert rounded([3.5, 4.5, -5.5], 0, "even").tolist() == [4.0, 4.0, -6.0]
    assert not np.signbit(rounded([-0.3, -0.0], 0)).any()  # a table never shows -0
    assert {rounded([sum(one)], 3)[0] for one in permutations((0.2075, 0.1925, 0.185, 0.19))} == {0.775}
    assert rounded([1e300, np.inf, np.nan, 12345678901234.5], 2)[:2].tolist() == [1e300, np.inf]
    assert rounded([0.1 + 0.2], 15).tolist() == [0.3]
    assert rounded([1.23], None).tolist() == [1.23]


def test_what_is_not_finite_stays():
    scores = np.array([np.nan, np.inf, -np.inf, 0.1 + 0.2, 0.3])
    cells = on_grid(scores)
    assert np.isnan(cells[0])
    assert cells[1:3].tolist() == [np.inf, -np.inf]
    assert cells[3] == cells[4]
    assert np.isnan(comparable(scores)[0])
    assert on_grid([]).size == 0


def test_a_limit_is_reached_by_what_is_meant_to_reach_it():
    scores = np.array([0.1 + 0.2, 0.3, 0.1 + 0.1 + 0.1, 0.2999999])
    assert (on_grid(scores) >= thresholds([0.3], scores)).tolist() == [True, True, True, False]
    assert (on_grid(scores) >= thresholds([0.1 + 0.2], scores)).tolist() == [True, True, True, False]


def test_a_score_within_its_grid_of_a_half_stands_on_it():
    """Near a million the grid has steps of 2^-20, about one millionth."""
    short = 1_000_000.0005 - 4e-7
    assert rounded([short, 1_000_000.0], 3).tolist() == [1_000_000.001, 1_000_000.0]
    assert rounded([0.0005 - 4e-7], 3).tolist() == [0.0]


def test_beyond_the_digits_of_a_float_there_is_nothing_to_round():
    assert rounded([2.0**51 + 0.5, -(2.0**51) - 0.5], 0).tolist() == [2.0**51 + 1, -(2.0**51) - 1]
    scores = np.random.default_rng(2).uniform(2.0**52, 2.0**54, 1000) / 1e6
    assert np.array_equal(rounded(scores, 6), scores)


def test_equal_scores_take_the_largest_of_them():
    assert levelled([0.3, 0.1 + 0.2, 1.0]).tolist() == [0.1 + 0.2, 0.1 + 0.2, 1.0]
    assert levelled([[0.1 + 0.2, 0.3], [0.3, 0.25]]).tolist() == [[0.1 + 0.2] * 2, [0.3, 0.25]]


def test_what_is_infinite_widens_no_step():
    small = np.array([1e-20, 3e-20])
    assert step(np.append(small, [np.inf, np.nan])).tolist() == step(small).tolist()
