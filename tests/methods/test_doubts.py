"""Each rule finds what is planted among figures with the tails of real ones, and nothing where nothing is."""

from fractions import Fraction
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.kernels.tree import Tree
from tierwise.methods.doubts import (
    complements,
    effective_weights,
    mixtures,
    multiples,
    repeated_rows,
    significant_digits,
    slips,
    sums,
)


@pytest.fixture
def figures() -> np.ndarray:
    """Return 60 units x 5 columns with long tails, as of a yearbook, rounded to two decimals."""
    draw = np.random.default_rng(7)
    return np.round(draw.lognormal(4.0, [0.5, 0.8, 1.0, 1.2, 0.3], (60, 5)), 2)


def test_nothing_is_found_where_nothing_is(figures: np.ndarray) -> None:
    provinces = [f"p{row // 6}" for row in range(60)]
    assert (repeated_rows(figures), multiples(figures), slips(figures)) == ([], [], [])
    assert (mixtures(figures), sums(figures, [provinces])) == ([], [])


def test_weights_are_scaled_up_among_the_siblings_that_are_there() -> None:
    """Two dimensions of two indicators: weights 0.6 (0.5, 0.5) and 0.4 (0.7, 0.3)."""
    tree = Tree(np.array([-1, 0, 1, 1, 0, 4, 4]), np.array([2, 3, 5, 6]))
    local = np.array([1.0, 0.6, 0.5, 0.5, 0.4, 0.7, 0.3])
    present = np.ones((3, 7), dtype=bool)
    present[1, 2] = False
    present[2, [4, 5, 6]] = False
    found = effective_weights(tree, local, present)
    expected = [
        [Fraction(w, 100) for w in row] for row in ([30, 30, 28, 12], [0, 60, 28, 12], [50, 50, 0, 0])
    ]
    np.testing.assert_allclose(found, np.array(expected, dtype=float))


@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=5))
def test_effective_weights_sum_to_one_wherever_anything_is_there(rows: list[list[bool]]) -> None:
    tree = Tree(np.array([-1, 0, 1, 1, 0, 4, 4]), np.array([2, 3, 5, 6]))
    there = np.array(
        [[any(row), row[0] or row[1], row[0], row[1], row[2] or row[3], row[2], row[3]] for row in rows]
    )
    found = effective_weights(tree, np.array([1.0, 0.6, 0.5, 0.5, 0.4, 0.7, 0.3]), there)
    np.testing.assert_allclose(found.sum(axis=1), there[:, 0].astype(float))
    assert (found[~np.array(rows)] == 0).all()


def test_copied_rows_are_found(figures: np.ndarray) -> None:
    figures[40], figures[50], figures[11] = figures[3], figures[3], figures[20]
    figures[[20, 11], 2] = np.nan
    assert [rows.tolist() for rows in repeated_rows(figures)] == [[3, 40, 50], [11, 20]]


def test_a_table_of_346_rows_of_which_294_repeat_another() -> None:
    """52 rows of their own, written down again and again: 346 rows, each in one group with all its copies."""
    draw = np.random.default_rng(346)
    source = np.concatenate([np.arange(52), draw.integers(0, 52, 294)])
    draw.shuffle(source)
    table = draw.lognormal(4.0, 1.0, (52, 6)).round(2)[source]
    found = [rows.tolist() for rows in repeated_rows(table)]
    expected = [np.flatnonzero(source == own).tolist() for own in range(52)]
    assert sorted(found) == sorted(rows for rows in expected if len(rows) > 1)
    assert sum(len(rows) - 1 for rows in found) == 294


def test_ratings_that_chance_repeats_are_not() -> None:
    ratings = np.random.default_rng(1).integers(1, 6, (300, 5)).astype(float)
    assert len(np.unique(ratings, axis=0)) < 300
    assert repeated_rows(ratings) == []


@pytest.mark.parametrize(("value", "digits"), [(1200.0, 2), (0.525, 3), (116.53, 5), (0.0, 1), (-7.0, 1)])
def test_significant_digits(value: float, digits: int) -> None:
    assert significant_digits(value) == digits


@pytest.mark.parametrize("factor", [1.0, 100.0, -1.0])
def test_a_column_copied_in_another_unit_is_found(figures: np.ndarray, factor: float) -> None:
    copied = np.column_stack([figures, np.round(figures[:, 1] * factor, 2)])
    ((first, second, found),) = multiples(copied)
    assert (first, second, found) == (1, 5, pytest.approx(factor, rel=1e-3))


def test_shares_that_make_up_a_whole_are_found(figures: np.ndarray) -> None:
    shares = 100 * figures[:, 0] / (1 + figures[:, 0].max())
    values = np.column_stack([figures, shares, np.round(100 - shares, 6)])
    last = values.shape[1] - 1
    assert [(one.first, one.second, round(one.total, 4)) for one in complements(values)] == [
        (last - 1, last, 100.0)
    ]
    assert complements(figures) == []
    assert complements(np.column_stack([shares, shares])) == []


def test_pairs_among_six_hundred_columns_are_found_in_a_second_or_two() -> None:
    """Each pair by itself took minutes of a check."""
    values = np.random.default_rng(8).random((200, 600))
    values[:, 570] = 12.0 * values[:, 31]
    values[:, 480] = 1.0 - values[:, 7]
    start = process_time()
    assert [(one.first, one.second) for one in multiples(values)] == [(31, 570)]
    assert [(one.first, one.second) for one in complements(values)] == [(7, 480)]
    assert process_time() - start < 8.0


def test_close_correlation_is_no_copy(figures: np.ndarray) -> None:
    noise = np.random.default_rng(3).normal(1.0, 0.01, 60)
    assert multiples(np.column_stack([figures, figures[:, 0] * noise])) == []


@pytest.mark.parametrize("factor", [10_000.0, 1e-4])
def test_a_value_in_another_unit_is_found(figures: np.ndarray, factor: float) -> None:
    figures[17, 0] *= factor
    ((row, column, ratio),) = slips(figures)
    assert (row, column) == (17, 0)
    assert ratio == pytest.approx(figures[17, 0] / np.median(figures[:, 0]), rel=0.05)


def test_long_tails_are_no_slips() -> None:
    draw = np.random.default_rng(5)
    assert slips(draw.lognormal(0.0, 2.0, (2000, 5))) == []


@pytest.mark.parametrize("count", [1, 7])
def test_shares_among_percentages_are_found(count: int) -> None:
    percent = np.random.default_rng(2).uniform(30, 75, (40, 2)).round(1)
    percent[:count, 1] /= 100
    ((column, low, factor),) = mixtures(percent)
    assert column == 1
    assert sorted(low.tolist()) == list(range(count))
    assert 70 < factor < 140


def test_two_units_of_measure_in_a_column_are_found(figures: np.ndarray) -> None:
    figures[:20, 4] *= 10_000
    ((column, low, _),) = mixtures(figures)
    assert (column, sorted(low.tolist())) == (4, list(range(20, 60)))


@pytest.mark.parametrize("columns", [1, 5])
def test_a_total_is_found_by_its_sums(figures: np.ndarray, columns: int) -> None:
    provinces = [f"p{row // 6}" for row in range(60)]
    figures[:, 2] = np.round(figures[:, 2] * 1e6)
    which = [2] if columns == 1 else list(range(5))
    figures[8, which] = figures[[6, 7, 9, 10, 11]][:, which].sum(axis=0)
    (found,) = sums(figures, [provinces])
    assert (found.row, found.columns.tolist(), found.members.tolist()) == (8, which, [6, 7, 9, 10, 11])


def test_a_total_of_all_is_found_beside_those_of_groups(figures: np.ndarray) -> None:
    provinces = ["north"] * 30 + ["south"] * 30
    whole = figures.sum(axis=0)
    table = np.vstack([figures, figures[:30].sum(axis=0), figures[30:].sum(axis=0), whole])
    found = sums(table, [[*provinces, "north", "south", ""]])
    assert [one.row for one in found] == [60, 61, 62]


def test_blanks_and_constants_are_borne() -> None:
    table = np.full((8, 3), np.nan)
    table[:, 1] = 5.0
    assert [rows.tolist() for rows in repeated_rows(table)] == []
    assert (multiples(table), slips(table), mixtures(table), sums(table)) == ([], [], [], [])


@pytest.mark.parametrize("above", [True, False])
def test_a_subtotal_beside_its_parts_is_found(above: bool) -> None:
    chance = np.random.default_rng(7)
    parts = [np.round(chance.lognormal(6, 1, (size, 4)), 2) for size in (4, 2, 6)]
    rows = [[part.sum(axis=0), *part] if above else [*part, part.sum(axis=0)] for part in parts]
    table = np.vstack([row for block in rows for row in block])
    places = [0, 5, 8] if above else [4, 7, 14]
    found = sums(table)
    assert [one.row for one in found] == places
    assert [one.members.tolist() for one in found] == (
        [[1, 2, 3, 4], [6, 7], [9, 10, 11, 12, 13, 14]]
        if above
        else [[0, 1, 2, 3], [5, 6], [8, 9, 10, 11, 12, 13]]
    )


def test_runs_of_small_counts_are_no_subtotals() -> None:
    """Of few small whole numbers many rows are the sums of the rows below them, by chance."""
    for seed in range(3):
        table = np.random.default_rng(seed).integers(0, 40, (800, 3)).astype(float)
        assert sums(table) == []
