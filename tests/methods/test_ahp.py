from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.raised import codes

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.methods import ahp

Rows = Callable[[str], list[dict[str, str]]]


@pytest.fixture
def table20(reference: Rows) -> FloatArray:
    return np.array(
        [
            [float(Fraction(cell)) for cell in [*row.values()][1:]]
            for row in reference("tai_weights/ahp_table20.csv")
        ]
    )


def test_the_handbooks_matrix(table20: FloatArray) -> None:
    # Derived from the published Table 20 by power iteration, to eight decimals.
    eigenvector = [0.22906331, 0.134571, 0.05936173, 0.17614495, 0.0385423, 0.0385423, 0.25223481, 0.07153961]
    means = [0.22996857, 0.13405587, 0.05890054, 0.17384895, 0.03907268, 0.03907268, 0.25410717, 0.07097354]
    assert ahp.ahp(table20) == pytest.approx(eigenvector, abs=1e-8)
    assert ahp.ahp(table20, "geometric-mean") == pytest.approx(means, abs=1e-8)
    found = ahp.consistency(table20)
    assert found.largest_eigenvalue == pytest.approx(8.211079397, abs=1e-8)
    assert found.index == pytest.approx(0.030154200, abs=1e-8)
    assert (found.random_index, found.ratio) == (1.41, pytest.approx(0.021385957, abs=1e-8))
    assert found.accepted


@given(arrays(np.float64, st.integers(1, 18), elements=st.floats(1, 9)))
def test_consistent_comparisons_give_their_weights_back(weights: FloatArray) -> None:
    matrix = weights[:, None] / weights
    shares = weights / weights.sum()
    assert ahp.ahp(matrix) == pytest.approx(shares, abs=1e-9)
    assert ahp.ahp(matrix, "geometric mean") == pytest.approx(shares, abs=1e-9)
    assert ahp.consistency(matrix).ratio == pytest.approx(0, abs=1e-9)


def test_half_a_matrix_is_enough(table20: FloatArray) -> None:
    half = np.where(np.triu(np.ones((8, 8)), 1) > 0, table20, np.nan)
    assert ahp.ahp(half) == pytest.approx(ahp.ahp(table20))


def test_several_experts_join_by_the_geometric_mean(table20: FloatArray) -> None:
    other = np.ones((8, 8))
    both = ahp.joined([table20, other])
    assert both == pytest.approx(np.sqrt(table20))
    assert ahp.joined([table20, other], [3, 1]) == pytest.approx(table20**0.75)
    silent = other.copy()
    silent[0, 1] = silent[1, 0] = np.nan
    assert ahp.joined([table20, silent])[0, 1] == pytest.approx(table20[0, 1])


def test_beyond_saatys_table_the_random_index_goes_on_smoothly() -> None:
    weights = np.linspace(1, 3, 16)
    noisy = weights[:, None] / weights
    noisy[0, 1], noisy[1, 0] = 5.0, 0.2
    assert 1.55 < ahp.consistency(noisy).random_index < 1.65


def test_contradictions_are_named_with_their_cells() -> None:
    assert codes(lambda: ahp.ahp([[1, 2, 3]])) == ["W120"]
    assert codes(lambda: ahp.ahp([[1, 0], [1, 1]])) == ["W121"]
    assert codes(lambda: ahp.ahp([[2, 2], [0.5, 1]])) == ["W122"]
    assert codes(lambda: ahp.ahp([[1, 2], [2, 1]])) == ["W123"]
    assert ahp.ahp([[1, 3], [0.33, 1]]) == pytest.approx([0.75, 0.25], abs=0.002)
    nobody = [[1, np.nan], [np.nan, 1]]
    assert np.isnan(ahp.joined([nobody, nobody])[0, 1])
    assert codes(lambda: ahp.ahp(nobody)) == codes(lambda: ahp.consistency(nobody)) == ["W141"]
    assert codes(lambda: ahp.joined([[[1, 2], [2, 1]], [[1, -1], [1, 1]]], [1])) == ["W123", "W121", "E104"]
    assert codes(lambda: ahp.joined(nobody)) == ["W120"]


@pytest.mark.parametrize("value", [45662.0, 10.0, 0.1, 1e-6])
def test_beyond_a_ninth_to_nine_is_no_comparison(value: float) -> None:
    assert codes(lambda: ahp.ahp([[1, value], [np.nan, 1]])) == ["W121"]


@pytest.mark.parametrize("value", [9.0, 1 / 9, 0.11, 0.111])
def test_a_ninth_may_be_printed_with_two_decimals(value: float) -> None:
    shares = ahp.ahp([[1, value], [np.nan, 1]])
    assert shares == pytest.approx([value / (1 + value), 1 / (1 + value)])


class TestBlanks:
    """Pairs that nobody compared."""

    def test_harkers_example(self) -> None:
        """Harker (1987): 1 over 2 twice, 2 over 3 twice, 1 and 3 not compared: 4/7, 2/7, 1/7."""
        matrix = [[1, 2, np.nan], [0.5, 1, 2], [np.nan, 0.5, 1]]
        for method in ahp.METHODS:
            assert ahp.ahp(matrix, method) == pytest.approx([4 / 7, 2 / 7, 1 / 7])
        found = ahp.consistency(matrix)
        assert (found.largest_eigenvalue, found.index) == pytest.approx((3.0, 0.0))
        assert (found.missing, found.accepted) == (1, None)
        assert np.isnan([found.ratio, found.random_index]).all()

    @given(st.integers(2, 9), st.integers(0, 2**32), st.floats(0.0, 1.0))
    def test_a_consistent_matrix_gives_its_weights_back_whatever_connects_it(
        self, size: int, seed: int, share: float
    ) -> None:
        rng = np.random.default_rng(seed)
        weights = rng.uniform(1, 9, size)
        matrix = np.full((size, size), np.nan)
        for child in range(1, size):
            parent = rng.integers(child)
            matrix[parent, child] = weights[parent] / weights[child]
        full = np.triu(weights[:, None] / weights, 1)
        matrix = np.where((rng.random(matrix.shape) < share) & (full > 0), full, matrix)
        for method in ahp.METHODS:
            assert ahp.ahp(matrix, method) == pytest.approx(weights / weights.sum(), abs=1e-9)
        assert ahp.consistency(matrix).index == pytest.approx(0.0, abs=1e-9)

    @given(st.integers(0, 2**32))
    def test_against_plain_references(self, seed: int) -> None:
        """Least squares by a general solver; Harker's weights fill the blanks of a full matrix they solve."""
        rng = np.random.default_rng(seed)
        size = 5
        matrix = np.triu(np.exp(rng.uniform(-2.1, 2.1, (size, size))), 1)
        matrix[0, 2:4] = matrix[1, 4] = np.nan
        matrix[np.tril_indices(size)] = np.nan
        pairs = np.argwhere(np.isfinite(matrix))
        design = np.zeros((len(pairs), size))
        design[np.arange(len(pairs)), pairs[:, 0]] = 1
        design[np.arange(len(pairs)), pairs[:, 1]] = -1
        logs = np.linalg.lstsq(design, np.log(matrix[tuple(pairs.T)]))[0]
        expected = np.exp(logs) / np.exp(logs).sum()
        assert ahp.ahp(matrix, "对数最小二乘") == pytest.approx(expected, abs=1e-9)
        weights = ahp.ahp(matrix)
        filled = ahp.comparisons(matrix)
        filled = np.where(np.isnan(filled), weights[:, None] / weights, filled)
        assert filled @ weights == pytest.approx(np.linalg.eigvals(filled).real.max() * weights)

    def test_groups_that_nothing_connects_are_named(self) -> None:
        matrix = np.full((5, 5), np.nan)
        matrix[0, 3], matrix[1, 2], matrix[2, 4] = 2, 3, 4
        with pytest.raises(TierwiseError) as caught:
            ahp.ahp(matrix)
        (found,) = caught.value.problems
        assert (found.code, found.fields["groups"]) == ("W141", "1, 4 | 2, 3, 5")
        matrix[0, 1] = 1
        assert ahp.ahp(matrix).sum() == pytest.approx(1)
