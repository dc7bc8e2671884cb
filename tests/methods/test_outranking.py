from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError
from tierwise.methods.aggregate import aggregate
from tierwise.methods.outranking import KEMENY_LIMIT, kemeny_rankings, outranking

few = st.integers(0, 3).map(float)
panels = arrays(np.float64, (5, 4), elements=few)
holed = arrays(np.float64, (5, 4), elements=st.one_of(few, st.just(np.nan)))
vectors = arrays(np.float64, 4, elements=st.integers(1, 4).map(float))
orders = st.permutations(range(5))


def support(shares: FloatArray, order: tuple[int, ...]) -> float:
    return float(sum(shares[i, j] for at, i in enumerate(order) for j in order[at + 1 :]))


class TestPublished:
    """OECD/JRC Handbook 2008, Tables 35 to 37: five countries, eight indicators, equal weights."""

    def test_outranking_matrix(self, handbook: Any) -> None:
        shares = outranking(handbook.matrix("impact_matrix"), np.ones(8))
        np.testing.assert_allclose(shares, handbook.matrix("outranking"))

    def test_support_of_rankings(self, handbook: Any) -> None:
        shares = handbook.matrix("outranking")
        for order, expected in handbook.rankings().items():
            assert support(shares, order) == pytest.approx(expected)

    def test_best_rankings(self, handbook: Any) -> None:
        """Three of the printed rankings are best, so Sweden has the positions 1, 1 and 2."""
        best = kemeny_rankings(handbook.matrix("outranking"))
        assert best.support == pytest.approx(max(handbook.rankings().values()))
        assert best.rankings == 3
        assert tuple(best.order) in handbook.rankings()
        np.testing.assert_allclose(best.positions, [8 / 3, 2, 4 / 3, 4, 5])


class TestOutranking:
    @given(holed, vectors)
    def test_shares_of_a_pair_sum_to_one(self, panel: FloatArray, weights: FloatArray) -> None:
        shares = outranking(panel, weights)
        np.testing.assert_allclose(shares + shares.T, 1 - np.eye(5))

    @given(holed, vectors, orders, st.sampled_from(["shares", "wins"]))
    def test_copeland_does_not_depend_on_the_order_of_rows(
        self, panel: FloatArray, weights: FloatArray, order: list[int], count: str
    ) -> None:
        scores = aggregate(panel, weights, "copeland", count=count)
        moved = aggregate(panel[order], weights, "copeland", count=count)
        np.testing.assert_allclose(moved, scores[order], rtol=1e-12)

    @given(panels, vectors)
    def test_shares_are_the_row_sums(self, panel: FloatArray, weights: FloatArray) -> None:
        """COINr's weighted Copeland score."""
        scores = aggregate(panel, weights, "copeland")
        np.testing.assert_allclose(scores, outranking(panel, weights).sum(axis=1), rtol=1e-12)

    def test_wins_less_losses(self) -> None:
        """A Condorcet winner that shares of weight (Borda) put second: 3 experts A B C, 2 experts B C A."""
        panel = np.array([[3.0, 1.0], [2.0, 3.0], [1.0, 2.0]])
        weights = np.array([3.0, 2.0])
        np.testing.assert_allclose(aggregate(panel, weights, "copeland", count="wins"), [2, 0, -2])
        np.testing.assert_allclose(aggregate(panel, weights, "copeland"), [1.2, 1.4, 0.4])

    @given(holed, arrays(np.float64, (2, 4), elements=st.integers(1, 3).map(float)))
    def test_many_weight_vectors(self, panel: FloatArray, weights: FloatArray) -> None:
        for rule in ("copeland", "kemeny"):
            block = aggregate(panel, weights, rule)
            for scores, vector in zip(block, weights, strict=True):
                np.testing.assert_array_equal(scores, aggregate(panel, vector, rule))


class TestKemeny:
    @given(holed, vectors)
    @settings(max_examples=50)
    def test_all_rankings_tried(self, panel: FloatArray, weights: FloatArray) -> None:
        shares = outranking(panel, weights)
        tried = {order: support(shares, order) for order in permutations(range(5))}
        most = max(tried.values())
        best = [order for order, found in tried.items() if found >= most - 1e-9]
        found = kemeny_rankings(shares)
        assert found.support == pytest.approx(most)
        assert found.rankings == len(best)
        assert tuple(found.order) in best
        np.testing.assert_allclose(
            found.positions, np.mean([np.argsort(order) + 1 for order in best], axis=0)
        )

    @given(panels, vectors, orders)
    def test_the_order_of_rows_does_not_matter(
        self, panel: FloatArray, weights: FloatArray, order: list[int]
    ) -> None:
        scores = aggregate(panel, weights, "kemeny")
        np.testing.assert_allclose(aggregate(panel[order], weights, "kemeny"), scores[order], rtol=1e-9)

    def test_many_units_in_agreement(self) -> None:
        panel = np.arange(300.0)[:, None] + np.array([0.0, 0.4, 0.2])
        np.testing.assert_allclose(aggregate(panel, np.ones(3), "kemeny"), np.arange(300.0))

    def test_up_to_the_limit(self) -> None:
        circle = np.arange(KEMENY_LIMIT)[:, None] + np.array([0, KEMENY_LIMIT // 3, 2 * KEMENY_LIMIT // 3])
        positions = kemeny_rankings(outranking(circle % KEMENY_LIMIT * 1.0, np.ones(3))).positions
        assert positions.sum() == pytest.approx(KEMENY_LIMIT * (KEMENY_LIMIT + 1) / 2)

    def test_beyond_the_limit(self) -> None:
        circle = (np.arange(21)[:, None] + np.array([0, 7, 14])) % 21
        with pytest.raises(TierwiseError) as error:
            aggregate(circle, np.ones(3), "kemeny")
        assert [found.code for found in error.value.problems] == ["M023"]
        assert "21" in error.value.text("zh")


def test_a_unit_without_values_is_missing() -> None:
    panel = np.array([[1.0, 2.0], [np.nan, np.nan], [2.0, np.nan]])
    for rule in ("copeland", "kemeny"):
        assert np.isnan(aggregate(panel, np.ones(2), rule)).tolist() == [False, True, False]


def test_a_unit_without_values_takes_no_place_in_a_kemeny_ranking() -> None:
    panel = np.vstack([np.arange(float(2 * KEMENY_LIMIT)), np.full(2 * KEMENY_LIMIT, np.nan)]).T
    panel = np.vstack([panel, [np.nan, np.nan]])
    scores = aggregate(panel, np.ones(2), "kemeny")
    np.testing.assert_allclose(scores, [*range(2 * KEMENY_LIMIT), np.nan])
