"""Weights from an order with ratios, and from the best and the worst."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.raised import by_column

from tierwise.methods.ordinal import best_worst, g1


class TestOrderRelation:
    def test_the_formula_in_exact_fractions(self) -> None:
        """r2 = 7/5, r3 = 1, r4 = 8/5: w4 = 1 / (1 + 8/5 + 8/5 + 56/25)."""
        ratios = [Fraction(7, 5), Fraction(1), Fraction(8, 5)]
        last = 1 / (1 + ratios[2] + ratios[1] * ratios[2] + ratios[0] * ratios[1] * ratios[2])
        expected = [last]
        for ratio in reversed(ratios):
            expected.insert(0, expected[0] * ratio)
        found = g1([1, 2, 3, 4], [np.nan, 1.4, 1.0, 1.6])
        assert found == pytest.approx([float(one) for one in expected])
        assert found.round(4).tolist() == [0.3478, 0.2484, 0.2484, 0.1553]

    @given(st.lists(st.floats(1.0, 9.0), min_size=1, max_size=12), st.randoms())
    def test_every_place_is_its_ratio_above_the_next(self, ratios: list[float], random: object) -> None:
        size = len(ratios)
        order = np.arange(1.0, size + 1)
        random.shuffle(order)  # type: ignore[attr-defined]
        weights = g1(order, np.where(order == 1, np.nan, ratios))
        by_place = np.argsort(order)
        for before, at in pairwise(by_place.tolist()):
            assert weights[before] / weights[at] == pytest.approx(ratios[at])
        assert weights.sum() == pytest.approx(1)

    def test_what_it_cannot_take(self) -> None:
        nan = np.nan
        assert by_column(lambda: g1([1, nan, 3], [nan, 1, 1])) == [("W143", 1)]
        assert by_column(lambda: g1([1, 2, 2], [nan, 1, 1])) == [("W144", 2)]
        assert by_column(lambda: g1([3, 2, 1], [0.5, nan, 1.2])) == [
            ("W146", 2),
            ("W143", 1),
            ("W145", 0),
        ]
        assert by_column(lambda: g1([1, 2], [nan])) == [("M011", None)]


class TestBestWorst:
    """Rezaei (2016), Omega 64: buying a car by quality, price, comfort, safety and style."""

    def test_the_papers_consistent_example(self) -> None:
        found = best_worst([2, 1, 4, 2, 8], [4, 8, 2, 4, 1])
        assert found.weights == pytest.approx([0.2105, 0.4211, 0.1053, 0.2105, 0.0526], abs=5e-5)
        assert (found.ksi, found.input_ratio) == pytest.approx((0, 0), abs=1e-9)

    def test_the_papers_other_example(self) -> None:
        found = best_worst([2, 1, 4, 3, 8], [4, 8, 2, 3, 1])
        assert found.weights == pytest.approx([0.2295, 0.4481, 0.1148, 0.1530, 0.0546], abs=5e-5)
        assert found.ksi == pytest.approx(0.0109, abs=5e-5)
        assert found.input_ratio == pytest.approx((9 - 8) / (64 - 8))

    def test_no_weights_on_a_grid_do_better(self) -> None:
        over, under = np.array([1.0, 3.0, 7.0]), np.array([7.0, 2.0, 1.0])
        found = best_worst(over, under)
        steps = np.linspace(0, 1, 401)
        grid = np.array([(a, b, 1 - a - b) for a, b in product(steps, steps) if a + b <= 1])
        apart = np.abs(np.hstack([grid[:, :1] - over * grid, grid - under * grid[:, 2:]])).max(axis=1)
        assert found.ksi <= apart.min() + 1e-9
        assert found.ksi == pytest.approx(apart.min(), abs=0.01)

    @given(st.lists(st.floats(1.0, 9.0), max_size=6))
    def test_judgements_that_agree_give_their_weights_back(self, middle: list[float]) -> None:
        weights = np.array([9.0, *middle, 1.0])
        found = best_worst(9.0 / weights, weights)
        assert found.weights == pytest.approx(weights / weights.sum(), abs=1e-8)
        assert found.ksi == pytest.approx(0, abs=1e-8)

    def test_all_alike(self) -> None:
        assert best_worst([1, 1, 1], [1, 1, 1]).weights == pytest.approx([1 / 3] * 3)
        assert best_worst([1], [1]).weights.tolist() == [1]

    def test_what_it_cannot_take(self) -> None:
        assert by_column(lambda: best_worst([1, np.nan], [2, 1])) == [("W143", 1)]
        assert by_column(lambda: best_worst([1, 10], [0.2, 1])) == [("W147", 1), ("W147", 0)]
        assert by_column(lambda: best_worst([2, 3], [3, 2])) == [("W148", None)] * 2
        assert by_column(lambda: best_worst([1, 3], [4, 1])) == [("W149", 1)]
