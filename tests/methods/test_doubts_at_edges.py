"""Each rule says how much evidence it asks for: just enough is told, just too little is not."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from tierwise.arrays import FloatArray
from tierwise.kernels.tree import Tree
from tierwise.methods.doubts import (
    complements,
    effective_weights,
    mixtures,
    multiples,
    repeated_rows,
    slips,
    sums,
)

STEPS = np.linspace(-0.01, 0.01, 19)  # log10, about a median of 0


def column(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def powers(*exponents: float) -> np.ndarray:
    """Return a column of powers of ten: 19 close to 1, then those given."""
    return 10.0 ** np.concatenate([STEPS, exponents])[:, None]


def plain_groups(table: list[list[float]]) -> list[list[int]]:
    """Equal rows of which fewer than 1/20 pairs are expected, in fractions: half of n² times all shares."""
    units = len(table)
    groups: dict[tuple[float, ...], list[int]] = {}
    for row, values in enumerate(table):
        groups.setdefault(tuple(values), []).append(row)
    found = []
    for values, rows in groups.items():
        expected = Fraction(units**2, 2)
        for at, value in enumerate(values):
            others = sum(row[at] == value for row in table) - len(rows)
            share = Fraction(others + 1, units)
            digits = len(f"{value:.0f}".rstrip("0")) or 1
            expected *= share if others else min(share, Fraction(1, 10 ** (digits - 1)))
        if len(rows) > 1 and len(values) > 1 and expected < Fraction(1, 20):
            found.append(rows)
    return sorted(found, key=lambda rows: (-len(rows), rows[0]))


@given(
    st.integers(1, 3).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from([0, 1, 20, 21, 305, 4127]), min_size=width, max_size=width),
            max_size=14,
        )
    )
)
def test_equal_rows_are_told_where_chance_would_not_make_them(table: list[list[float]]) -> None:
    values = np.array(table, dtype=float).reshape(len(table), len(table[0]) if table else 0)
    assert [rows.tolist() for rows in repeated_rows(values)] == plain_groups(table)


@pytest.mark.parametrize(("units", "found"), [(31, 1), (32, 0)])
def test_equal_rows_of_two_values_of_three_digits(units: int, found: int) -> None:
    """Each is shared once in 100: of half of 31² pairs 0.048 are expected, of half of 32² 0.051."""
    table = np.array([[1000.25 + row, 2000.25 + row] for row in range(units)])
    table[[4, 9]] = [1.23, 4.56]
    assert [rows.tolist() for rows in repeated_rows(table)] == [[4, 9]] * found


@pytest.mark.parametrize(("others", "found"), [(23, 1), (25, 0)])
def test_a_value_that_others_have_says_less(others: int, found: int) -> None:
    """Of half of 40² pairs, 0.08 share two values; of these (others + 1) / 40 the third."""
    table = np.array([[1000.25 + row, 2000.25 + row, 3000.25 + row] for row in range(40)])
    table[[0, 1]] = [1.23, 4.56, 7.0]
    table[2 : 2 + others, 2] = 7.0
    assert [rows.tolist() for rows in repeated_rows(table)] == [[0, 1]] * found


def test_groups_of_one_size_stand_by_their_first_rows() -> None:
    first, second = [71.337, 84.251], [66.123, 91.417]
    table = np.array([first, second, second, [1.0, 2.0], first])
    assert [rows.tolist() for rows in repeated_rows(table)] == [[0, 4], [1, 2]]


def test_small_values_differ_and_zeros_do_not() -> None:
    tiny = np.array([[1.25e-20, 3.25e-21], [4.75e-20, 5.25e-21], [0.0, 71.337], [-0.0, 71.337]])
    table = np.c_[tiny, [1.0, 2, 84.251, 84.251]]
    table[1, 2] = table[0, 2]
    assert [rows.tolist() for rows in repeated_rows(table)] == [[2, 3]]


def test_weights_among_three_siblings() -> None:
    found = effective_weights(
        Tree.flat(3), np.array([1.0, 0.2, 0.3, 0.5]), np.array([[True] * 4, [True, True, False, True]])
    )
    np.testing.assert_allclose(found, [[0.2, 0.3, 0.5], [2 / 7, 0, 5 / 7]])


def test_more_columns_than_units() -> None:
    table = np.random.default_rng(4).lognormal(3.0, 1.0, (5, 7))
    table[:, 6] = 2 * table[:, 5]
    assert [(pair.first, pair.second) for pair in multiples(table)] == [(5, 6)]
    table[:, 6] = 1000 - table[:, 5]
    assert [(pair.first, pair.second) for pair in complements(table)] == [(5, 6)]


def test_equal_rows_need_two_values_and_blanks_are_equal() -> None:
    table = np.array([[71.33, np.nan, np.nan], [71.33, np.nan, np.nan], [8.25, 4.75, np.nan]])
    assert repeated_rows(table) == []
    table = np.vstack([table, table[2], [9.25, 5.75, 3.0]])
    assert [rows.tolist() for rows in repeated_rows(table)] == [[2, 3]]


@pytest.mark.parametrize(("exponent", "found"), [(1.55, 0), (1.65, 1), (-1.95, 0), (-2.05, 1)])
def test_a_slip_is_40_times_above_or_100_times_below(exponent: float, found: int) -> None:
    assert [(slip.row, slip.column) for slip in slips(powers(exponent))] == [(19, 0)] * found
    assert [slip.ratio for slip in slips(-powers(exponent))] == pytest.approx(
        [10**exponent] * found, rel=0.01
    )


@pytest.mark.parametrize(("exponent", "found"), [(2.6, 0), (2.9, 1)])
def test_a_slip_is_four_spreads_off(exponent: float, found: int) -> None:
    """Half of the values are within 0.45 of the median, which makes a spread of 0.667 and four of 2.67."""
    wide = 10.0 ** np.concatenate([np.linspace(-0.9, 0.9, 39), [exponent]])[:, None]
    assert len(slips(wide)) == found


@pytest.mark.parametrize(
    ("neighbour", "exponent", "found"),
    [
        (0.55, 1.7, 1),
        (0.65, 1.7, 0),  # 11 times from its neighbour, not 13
        (0.7, 2.1, 1),
        (0.9, 2.1, 0),  # 16 times, in a tail where a neighbour is 8 times from the next
        (-0.65, -2.05, 1),
        (-0.8, -2.05, 0),
    ],
)
def test_a_slip_is_beyond_a_gap_of_the_tail(neighbour: float, exponent: float, found: int) -> None:
    assert [slip.row for slip in slips(powers(neighbour, exponent))] == [20] * found


def test_values_of_one_long_tail_are_no_slips() -> None:
    tail = np.concatenate([np.linspace(-0.01, 0.01, 60), [1.0, 1.7, 2.4]])
    assert slips(10.0 ** tail[:, None]) == []


def test_a_value_typed_a_hundredfold_in_a_skewed_column_is_a_slip() -> None:
    """Found are those of values near the median and above, of lists of fifty; their lists have none."""
    found = 0
    for seed in range(40):
        column = np.random.default_rng(seed).lognormal(6.0, 0.6, (50, 1))
        assert slips(column) == []
        typed = int(np.argsort(column[:, 0])[30])
        column[typed] *= 100
        found += [slip.row for slip in slips(column)] == [typed]
    assert found > 30


def test_percentages_near_zero_are_no_shares() -> None:
    """0.3 of a city among 20.3 elsewhere is a percentage; 0.203 is a share of 1."""
    high, low = np.linspace(12.1, 38.9, 20).round(1), np.linspace(0.2, 0.6, 10).round(1)
    assert mixtures(np.concatenate([high, low])[:, None]) == []
    shares = (np.linspace(12.1, 38.9, 10) / 100).round(3)
    assert [one.low.size for one in mixtures(np.concatenate([high, shares])[:, None])] == [10]
    whole = np.arange(20.0, 40.0)
    assert len(mixtures(np.concatenate([whole, shares.round(2)])[:, None])) == 1


@pytest.mark.parametrize(
    ("others", "off", "found"), [(38, 2, 2), (38, 3, 0), (4, 1, 1), (3, 1, 0), (19, 2, 0)]
)
def test_few_values_are_slips(others: int, off: int, found: int) -> None:
    """One, or one in twenty; among five values at least, zeros and blanks left out."""
    exponents = np.concatenate([np.linspace(-0.01, 0.01, others), np.full(off, 3.0)])
    beside = [0.0, np.nan, 0.0, np.nan]
    assert len(slips(np.concatenate([10.0**exponents, beside])[:, None])) == found


def test_the_farthest_slip_comes_first() -> None:
    table = np.hstack([powers(3.0), powers(-4.0), powers(3.5)])
    assert [slip.column for slip in slips(table)] == [1, 2, 0]


@pytest.mark.parametrize(
    ("values", "low"),
    [
        ([0.2, 0.5, 1.0, 20, 40, 80], [0, 1, 2]),  # shares among percentages; 1 is a share
        ([0.2, 0.5, 1.01, 20, 40, 80], None),  # 1.01 is not
        ([0.3, 0.5, 0.7, 15, 50, 100], [0, 1, 2]),  # 100 is a percentage
        ([0.3, 0.5, 0.7, 15, 50, 101], None),
        ([0.9, 0.95, 1.0, 25, 38.475, 41], [0, 1, 2]),  # medians 40.5 times apart
        ([0.9, 0.95, 1.0, 25, 37.525, 41], None),  # 39.5 times
        ([0.1, 0.3, 1.0, 20, 74.85, 80], [0, 1, 2]),  # 249.5 times
        ([0.1, 0.3, 1.0, 20, 75.15, 80], None),  # 250.5 times
        ([0.06, 0.12, 0.25, 0.5, 1.0, 5.2, 10, 20, 40, 80], [0, 1, 2, 3, 4]),  # a gap of 5.2
        ([0.06, 0.12, 0.25, 0.5, 1.0, 4.9, 10, 20, 40, 80], None),  # of 4.9
        ([0.5, 0.6, 60, 70, 80], [0, 1]),  # two, with a gap wider than both parts
        ([0.01, 0.5, 20, 70, 80], None),  # two, and a part wider than the gap
        ([0.05, 0.1, 0.2, 0.5, 1.0, 19, 21], None),  # the same the other way round
        ([0.1, 0.12, 0.15, 1.01, 2.5, 6, 15, 37], [0, 1, 2]),  # percentages are above 1
        ([0.1, 0.12, 0.15, 1, 2.5, 6, 15, 37], None),
        ([0.5, 60, 70, 80, 75, -0.5], None),
        ([0.5, 60, 70, 80], None),  # four values have no shape
        ([0.5, 60, 70, 80, 75], [0]),
        ([0.5, 60, 70, 80, 75, -3], None),  # no shares where values are negative
        ([0.5, 60, 70, 80, 75, 0, np.nan], [0]),  # zeros and blanks say nothing
        ([2, 3, 4, 200, 300, 400], [0, 1, 2]),  # any two scales: 50 times
        ([2, 3, 4, 110, 300, 400], None),  # 27 times
        ([2, 3, 200, 300, 400], None),  # fewer than three
        ([2, 3, 80, 4000, 5000, 6000, 7000], None),  # another gap more than half as wide
        ([1, 40, 41, 4000, 4001, 4002], None),  # a part nearly as wide as the gap
    ],
)
def test_two_scales_in_a_column(values: list[float], low: list[int] | None) -> None:
    found = mixtures(column(*values))
    assert [one.low.tolist() for one in found] == ([] if low is None else [low])


def spread(low: float, high: float, count: int) -> FloatArray:
    """Return evenly spread values to two decimals, none of which is 0."""
    return np.asarray(np.linspace(low, high, count).round(2))


@pytest.mark.parametrize(
    ("sizes", "shares"),
    [
        (spread(0.5, 99.5, 60), slice(0, None, 2)),  # half of evenly spread percentages
        (spread(2, 98, 100), slice(0, None, 5)),  # a fifth of them
        (spread(2, 98, 100), slice(1, None, 5)),
        (spread(-8.05, 16, 100), slice(0, None, 2)),  # growth, of some below 0
        (100 * spread(0.05, 0.99, 100) ** 2, slice(0, None, 2)),  # most of them low
    ],
)
def test_shares_among_evenly_spread_percentages(sizes: FloatArray, shares: slice) -> None:
    mixed = sizes.copy()
    mixed[shares] /= 100
    (one,) = mixtures(column(*mixed))
    low = np.flatnonzero(np.abs(mixed) <= 1)
    assert set(one.low.tolist()) == {*low.tolist()}
    assert one.factor == pytest.approx(100, rel=0.3)
    assert mixtures(column(*sizes)) == []
    assert mixtures(column(*(sizes / 100))) == []
    assert mixtures(column(*mixed, 101)) == []  # of percentages none is above 100


@pytest.mark.parametrize(
    "sizes",
    [
        10 ** spread(-2, 2, 200),  # four decades, no valley
        np.exp(2 * ndtri(spread(0.01, 0.99, 99))) / 1.1,  # one peak at 1
        10 ** np.concatenate([spread(-1, 0, 50), spread(0.6, 1.6, 50)]),  # two peaks 40 times apart
    ],
)
def test_wide_columns_on_one_scale(sizes: FloatArray) -> None:
    assert mixtures(column(*sizes)) == []


@pytest.mark.parametrize(("noise", "found"), [(0.9e-3, 1), (1.1e-3, 0)])
def test_a_multiple_holds_to_a_thousandth(noise: float, found: int) -> None:
    one = np.exp(np.linspace(0.0, 2.0, 6))
    other = 7.0 * one * np.exp(noise * np.array([0, 1, 0.5, 0.2, 0, 0.4]))
    assert len(multiples(np.column_stack([one, other]))) == found


@pytest.mark.parametrize(("noise", "found"), [(0.99 / 50, 1), (1.01 / 50, 0)])
def test_a_multiple_holds_to_a_fiftieth_of_the_spread(noise: float, found: int) -> None:
    logs = 1e-2 * np.array([-1.0, 1, -1, 1, -0.5, 0.5])
    off = noise * np.std(logs) * np.array([0, 0, 1, 1, 0.5, 0.3])
    assert len(multiples(np.exp(np.column_stack([logs, logs + off])))) == found


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ([1, 2, 3, 4, 5], [2, 4, 6, 8, 10], 1),
        ([1, 2, 3, 4], [2, 4, 6, 8], 0),  # four values
        ([1, 2, 3, 4, 0], [2, 4, 6, 8, 0], 0),  # and a zero
        ([1, 2, 3, 4, 5, 0], [2, 4, 6, 8, 10, 0], 1),
        ([1, 2, 3, 4, 5, 0], [2, 4, 6, 8, 10, 1], 0),  # zero on one side
        ([1, 2, 3, 4, 5, np.nan], [2, 4, 6, 8, 10, 1], 1),  # blank on one side
        ([1, 1, 2, 3, 4], [2, 2, 4, 6, 8], 1),  # four different values
        ([1, 1, 1, 2, 3], [2, 2, 2, 4, 6], 0),  # three
        ([-1, -2, -3, -4, -5], [1, 2, 3, 4, 5], 1),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, -5], 0),  # another sign
        ([2, 4, 6, 8, 10], [1, 2, 3, 4, -5], 0),
    ],
)
def test_multiples(one: list[float], other: list[float], found: int) -> None:
    told = multiples(np.column_stack([one, other]).astype(float))
    assert len(told) == found
    assert all(
        pair.factor == np.nanmedian(np.array(other)[:3]) / np.nanmedian(np.array(one)[:3]) for pair in told
    )


def test_a_copy_of_a_copy_is_told_once() -> None:
    one = np.array([1.0, 2, 3, 5, 8, 13])
    noise = np.array([3.0, 1, 4, 1, 5, 9])
    told = multiples(np.column_stack([one, noise, 2 * one, 3 * one]))
    assert [(pair.first, pair.second, pair.factor) for pair in told] == [(0, 2, 2.0), (0, 3, 3.0)]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ([10, 20, 30, 40, 45], [90, 80, 70, 60, 55], 1),
        ([10, 20, 30, 40], [90, 80, 70, 60], 0),  # four units
        ([10, 20, 30, 40, np.nan], [90, 80, 70, 60, 55], 0),
        ([10, 10, 30, 40, 45], [90, 90, 70, 60, 55], 1),  # four different values
        ([10, 10, 10, 40, 45], [90, 90, 90, 60, 55], 0),  # three
        ([10, 10, 10, 40, 45], [90, 90.01, 89.99, 60, 55], 0),
        ([10, 20, 30, 40, 45, np.nan], [90, 80, 70, 60, 55, 3], 1),  # blank on one side
        ([10, 20, 30, 40, 45], [90, 80, 70, 60, 55.09], 1),  # a thousandth of the whole is 0.1
        ([10, 20, 30, 40, 45], [90, 80, 70, 60, 55.11], 0),
        ([50, 50.1, 50.2, 50.3, 50.4], [50, 49.9, 49.8, 49.7, 49.6028], 1),  # a fiftieth is 0.00283
        ([50, 50.1, 50.2, 50.3, 50.4], [50, 49.9, 49.8, 49.7, 49.60286], 0),
        ([-10, -20, -30, -40, -45], [-90, -80, -70, -60, -55], 1),
    ],
)
def test_complements(one: list[float], other: list[float], found: int) -> None:
    assert len(complements(np.column_stack([one, other]).astype(float))) == found


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ([[1645678], [2456789], [4102467]], [2]),  # 6.01 digits, less the rounding of three numbers
        ([[164567.8], [245678.9], [410246.7]], [2]),
        ([[0.0123456], [0.0222222], [0.0345678]], []),  # 4.9
        ([[0.123456789], [0.234567891], [0.358024682]], [2]),  # off by two of the ninth decimal
        ([[1234567], [2345678], [3580245]], []),  # 5.95: too few to tell
        ([[0.00012345678901], [0.00037654321012], [0.00049999999928]], [2]),  # ten decimals are the most
        ([[12345, 123456], [23456, 234567], [35801, 358023]], [2]),  # together enough
        ([[23456789], [23456789]], []),  # of two, one repeats the other
        ([[23456789], [0], [23456789]], []),
        ([[23456789], [np.nan], [23456789]], []),
        ([[2345678], [3456789], [5802469]], [2]),  # off by two, which rounding gives
        ([[2345678], [3456789], [5802470]], []),  # off by three, which it does not
        ([[234567.8], [345678.9], [580246.9]], [2]),  # by two of the last decimal
        ([[234567.8], [345678.9], [580247.0]], []),
    ],
)
def test_sums_to_the_rounding_of_their_decimals(values: list[list[float]], rows: list[int]) -> None:
    assert [one.row for one in sums(np.array(values, dtype=float))] == rows


def test_a_sum_names_where_it_is_one() -> None:
    table = np.array([[123456789.0, 5.0, 1], [234567890.0, 6.0, 2], [358024679.0, 99.0, 3]])
    (found,) = sums(table)
    assert (found.row, found.columns.tolist(), found.members.tolist()) == (2, [0, 2], [0, 1])


def test_only_columns_where_a_sum_is_met_say_anything() -> None:
    other = [[3.0, 3, 7, 8, 9, 1, 2], [4.0, 5, 1, 2, 2, 8, 8], [11.0, 40, 50, 60, 70, 80, 90]]
    assert sums(np.hstack([column(12345, 23456, 35801), other])) == []
    few = column(1, 1, 2)  # met, but to less than a digit: says nothing, either way
    assert [one.row for one in sums(np.hstack([column(1645678, 2456789, 4102467), few]))] == [2]
    level = np.hstack([column(2345678, 3456789, 1111111, 6913578), column(5, -3, -2, 0)])
    assert [(one.row, one.columns.tolist()) for one in sums(level)] == [(3, [0])]


def test_units_without_a_group_are_in_none() -> None:
    table = column(2345678, 3456789, 5802467, 1e9 + 1, 7e8 + 3)
    assert sums(table, [["", "", "", "a", "a"]]) == []
    assert [one.members.tolist() for one in sums(table, [["a", "a", "a", "", ""]])] == [[0, 1]]
