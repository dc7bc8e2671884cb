"""Orders that leave something open, and the polytopes of weights that orders and intervals allow."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.raised import by_column

from tierwise.arrays import BoolArray
from tierwise.methods.limits import Limits, corners, limits, middle_of_intervals, simplices
from tierwise.methods.orders import (
    above_by,
    circle,
    closed_under,
    covers,
    extensions,
    rank_order_centroid,
)

NAN = np.nan


def random_order(seed: int, size: int, share: float) -> BoolArray:
    """Return a closed order of siblings in a random sequence, each pair related with some probability."""
    rng = np.random.default_rng(seed)
    sequence = rng.permutation(size)
    above = np.zeros((size, size), dtype=np.bool_)
    for one, other in combinations(sequence, 2):
        above[one, other] = rng.random() < share
    return closed_under(above)


def random_limits(seed: int, size: int = 4) -> Limits:
    """Return limits around random weights that agree with a random order."""
    rng = np.random.default_rng(seed)
    above = random_order(seed, size, 0.4)
    ways = extensions(above)
    assert ways is not None
    weights = np.empty(size)
    weights[ways.sequences(rng.random((size, 1)))[:, 0]] = np.sort(rng.dirichlet(np.ones(size)))[::-1]
    low = np.where(rng.random(size) < 0.5, NAN, weights * rng.random(size))
    high = np.where(rng.random(size) < 0.5, NAN, weights + rng.random(size) * (1 - weights))
    return limits(low, high, above)


class TestExtensions:
    @given(st.integers(0, 2**32), st.integers(1, 6), st.floats(0, 1))
    def test_against_all_permutations(self, seed: int, size: int, share: float) -> None:
        above = random_order(seed, size, share)
        every = [
            order
            for order in permutations(range(size))
            if all(order.index(one) < order.index(other) for one, other in np.argwhere(above))
        ]
        found = extensions(above)
        assert found is not None
        places = np.zeros((size, size))
        for order in every:
            for place, sibling in enumerate(order):
                places[sibling, place] += 1
        assert found.places == pytest.approx(places / len(every))
        assert found.only == (len(every) == 1)
        drawn = found.sequences(np.random.default_rng(seed).random((size, 200)))
        assert {tuple(order) for order in drawn.T.tolist()} <= set(every)

    def test_all_extensions_come_equally_often(self) -> None:
        found = extensions(above_by([1, 2, 2, NAN]))  # 8 of the 24 permutations
        assert found is not None
        drawn = found.sequences(np.random.default_rng(1).random((4, 40_000)))
        _, counts = np.unique(drawn.T, axis=0, return_counts=True)
        assert len(counts) == 8
        assert np.abs(counts - 5000).max() < 5 * np.sqrt(5000)

    def test_the_centroid_of_a_total_order_in_fractions(self) -> None:
        """ROC of three: 11/18, 5/18, 2/18 (Barron & Barrett 1996)."""
        assert rank_order_centroid(3) == pytest.approx([float(Fraction(k, 18)) for k in (11, 5, 2)])
        found = extensions(above_by([2, 1, 3]))
        assert found is not None
        assert found.centroid == pytest.approx(np.array([5, 11, 2]) / 18)

    def test_an_order_of_many_siblings_is_not_counted(self) -> None:
        assert extensions(np.zeros((20, 20), dtype=np.bool_)) is None
        assert extensions(above_by(np.arange(40))) is not None

    def test_circles_are_found(self) -> None:
        above = np.zeros((4, 4), dtype=np.bool_)
        above[0, 1] = above[1, 2] = above[2, 0] = above[3, 0] = True
        found = circle(above)
        assert sorted(found) == [0, 1, 2]
        assert all(above[one, other] for one, other in zip(found, [*found[1:], found[0]], strict=True))
        assert circle(closed_under(above_by([1, 2, 2, 3]))) == []
        assert covers(above_by([1, 2, 3])).tolist() == [[0, 1], [1, 2]]


class TestLimits:
    @given(st.integers(0, 2**32))
    @settings(max_examples=25, deadline=None)
    def test_bounds_and_corners_against_linear_programs(self, seed: int) -> None:
        of = random_limits(seed)
        ways = extensions(of.above)
        assert ways is not None
        ends = corners(of, ways.corners) if of.bounded else ways.corners
        assert ends is not None
        first, second = of.covers.T
        unit = np.eye(4)
        rng = np.random.default_rng(seed)
        for cost in [*unit, *-unit, *rng.normal(size=(10, 4))]:
            solved = linprog(
                cost,
                A_ub=unit[second] - unit[first] if len(first) else None,
                b_ub=np.zeros(len(first)) if len(first) else None,
                A_eq=np.ones((1, 4)),
                b_eq=[1],
                bounds=np.column_stack([of.low, of.high]),
            )
            assert (ends @ cost).min() == pytest.approx(solved.fun, abs=1e-8)
        assert of.holds(ends.T, 1e-9).all()
        assert of.inner.sum() == pytest.approx(1)
        assert of.holds(of.inner[:, None]).all()

    @given(st.integers(0, 2**32))
    @settings(max_examples=25, deadline=None)
    def test_simplices_fill_the_polytope(self, seed: int) -> None:
        """Their volume is that of the corners' hull by Qhull, and each point is in one of them."""
        from scipy.spatial import ConvexHull, QhullError

        of = random_limits(seed)
        ways = extensions(of.above)
        assert ways is not None
        ends = corners(of, ways.corners) if of.bounded else ways.corners
        assert ends is not None
        if (of.high - of.low <= 1e-3).any():
            return
        found = simplices(of, ends)
        assert found is not None
        members, share = found
        edges = ends[members[:, 1:], :3] - ends[members[:, :1], :3]
        volume = np.abs(np.linalg.det(edges)).sum() / 6
        try:
            hull = ConvexHull(ends[:, :3])
        except QhullError:
            return
        assert volume == pytest.approx(hull.volume, rel=1e-6, abs=1e-12)
        assert share.sum() == pytest.approx(1)

    def test_the_middle_of_intervals_by_two_ways(self) -> None:
        low, high = np.array([0.1, 0.05, 0.2, 0.1, 0.02]), np.array([0.3, 0.2, 0.5, 0.4, 0.5])
        of = limits(low, high, np.zeros((5, 5), dtype=np.bool_))
        ends = corners(of, np.eye(5))
        assert ends is not None
        found = simplices(of, ends)
        assert found is not None
        by_simplices = found[1] @ ends[found[0]].mean(axis=1)
        assert middle_of_intervals(of.low, of.high) == pytest.approx(by_simplices, abs=1e-12)
        assert middle_of_intervals(np.zeros(3), np.ones(3)) == pytest.approx([1 / 3] * 3)
        assert middle_of_intervals(np.array([0.2, 0.5]), np.array([0.4, 0.9])) == pytest.approx([0.3, 0.7])
        assert middle_of_intervals(np.array([0.2, 0.8]), np.array([0.2, 0.8])) == pytest.approx([0.2, 0.8])

    def test_the_order_tightens_bounds(self) -> None:
        of = limits(np.array([NAN, 0.3, NAN]), np.array([0.5, NAN, NAN]), closed_under(above_by([1, 2, 3])))
        assert of.low == pytest.approx([0.3, 0.3, 0])
        assert of.high == pytest.approx([0.5, 0.5, 0.4])
        exact = limits(np.array([0.5, 0.3, 0.2]), np.full(3, NAN), above_by([1, 2, 3]))
        assert exact.fixed


def test_what_no_weights_agree_with() -> None:
    none, open_ = np.full(3, NAN), np.zeros((3, 3), dtype=np.bool_)
    assert by_column(lambda: limits(np.array([0.5, 0.4, 0.3]), none, open_)) == [("W156", 0)]
    assert by_column(lambda: limits(none, np.array([0.5, 0.2, 0.1]), open_)) == [("W157", 2)]
    assert by_column(lambda: limits(np.array([0.5, -1, 2]), none, open_)) == [
        ("W153", 1),
        ("W153", 2),
    ]
    assert by_column(lambda: limits(np.array([0.5, NAN, NAN]), np.array([0.4, NAN, NAN]), open_)) == [
        ("W154", 0)
    ]
    ordered = above_by([1, 2, 3])
    conflict = (np.array([NAN, 0.4, NAN]), np.array([0.3, NAN, NAN]))
    assert by_column(lambda: limits(*conflict, ordered)) == [("W158", 0)]
    assert by_column(lambda: limits(np.array([NAN, NAN, 0.4]), none, ordered)) == [("W156", 0)]
    around = np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]], dtype=np.bool_)
    assert by_column(lambda: limits(none, none, around)) == [("W155", 0)]
