"""Draws within orders and intervals: inside, uniform, around the middle, exact ranges beyond none of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from tests.draws.drawn import TREE, model
from tests.draws.judged import ABOVE, BOUNDS, HIGH, LOW
from tests.draws.runs import ALL, bits
from tests.draws.test_weight_sets import by_program
from tests.methods.test_orders import random_limits, random_order

from tierwise.arrays import FloatArray
from tierwise.draws.models import weight_model
from tierwise.draws.polytope import STEPS, Polytope, walked
from tierwise.draws.simulate import simulate
from tierwise.draws.source import WeightedScores
from tierwise.errors import TierwiseError
from tierwise.kernels.tree import Tree
from tierwise.methods.limits import Bounds, Limits, limits
from tierwise.methods.orders import above_by, closed_under, rank_order_centroid
from tierwise.methods.scores import Plan
from tierwise.proofs.ranks import rank_ranges

NAN = np.nan


def plain(of: Limits, size: int = 400_000) -> FloatArray:
    """Return points of the simplex, kept where every limit is kept: ``(siblings, kept)``."""
    points = np.random.default_rng(7).dirichlet(np.ones(len(of.low)), size).T
    return points[:, of.holds(points, 0.0)]


@given(st.integers(0, 2**32), st.integers(1, 500))
@settings(max_examples=40, deadline=None)
def test_all_draws_are_inside_and_the_same_again(seed: int, size: int) -> None:
    of = random_limits(seed)
    drawn = Polytope.within(of).draw(np.random.default_rng(seed), size)
    assert drawn.shape == (4, size)
    assert of.holds(drawn, 1e-12).all()
    np.testing.assert_allclose(drawn.sum(axis=0), 1, atol=1e-12)
    again = Polytope.within(of).draw(np.random.default_rng(seed), size)
    np.testing.assert_array_equal(drawn, again)


@given(st.integers(0, 2**32), st.integers(2, 6), st.floats(0, 1))
@settings(max_examples=20, deadline=None)
def test_an_order_alone_has_its_middle_in_closed_form(seed: int, size: int, share: float) -> None:
    of = limits(np.full(size, NAN), np.full(size, NAN), random_order(seed, size, share))
    drawn = Polytope.within(of).draw(np.random.default_rng(1), 20_000)
    error = drawn.std(axis=1) / np.sqrt(20_000)
    assert (np.abs(drawn.mean(axis=1) - Polytope.within(of).centroid) < 5 * error + 1e-12).all()


def test_a_total_order_is_drawn_around_roc() -> None:
    of = limits(np.full(5, NAN), np.full(5, NAN), above_by([3, 1, 2, 5, 4]))
    found = Polytope.within(of)
    assert found.centroid == pytest.approx(rank_order_centroid(5)[[2, 0, 1, 4, 3]])
    drawn, slow = found.draw(np.random.default_rng(1), 5000), plain(of)
    assert all(ks_2samp(one, other).pvalue > 0.001 for one, other in zip(drawn, slow, strict=True))


CASES: list[tuple[list[float], list[float], list[float]]] = [
    ([NAN] * 4, [NAN] * 4, [1, 2, 2, NAN]),
    ([0.1, 0.2, NAN, 0.05], [0.5, 0.4, 0.3, NAN], [1, 2, 3, NAN]),
    ([0.1, 0.05, 0.2, 0.1], [0.4, 0.3, 0.5, 0.6], [NAN] * 4),
]


@pytest.mark.parametrize(("low", "high", "order"), CASES)
def test_marginals_against_plain_rejection(low: list[float], high: list[float], order: list[float]) -> None:
    """As it is drawn, and by each of the other ways: simplices, four rejections, walks."""
    of = limits(np.array(low), np.array(high), closed_under(above_by(order)))
    slow, chosen = plain(of), Polytope.within(of)
    cut = chosen.cut
    assert cut is not None
    assert chosen.centroid == pytest.approx(slow.mean(axis=1), abs=5 * slow.std() / np.sqrt(slow.shape[1]))
    rng = np.random.default_rng
    ways: list[Callable[[], FloatArray]] = [
        lambda: chosen.draw(rng(1), 6000),
        lambda: cut.weights(rng(2).random(6000), rng(3).standard_exponential((4, 6000))),
        lambda: walked(rng(4), np.repeat(of.inner[:, None], 6000, axis=1), of, STEPS * 16),
    ]
    bounded = Limits(of.low, of.high, of.above, True)
    ways += [partial(Polytope(bounded, chosen.extensions, number).draw, rng(5), 6000) for number in range(4)]
    for way in ways:
        drawn = way()
        assert of.holds(drawn, 1e-12).all()
        for one, other in zip(drawn, slow, strict=True):
            assert ks_2samp(one, other).pvalue > 1e-4
        np.testing.assert_allclose(np.cov(drawn), np.cov(slow), atol=1.5e-3)


def test_many_siblings_are_drawn_by_walks_from_their_middle() -> None:
    """Twelve, six above the others, in tight bounds: too many simplices, no rejection that keeps enough."""
    size = 12
    rng = np.random.default_rng(3)
    above = np.zeros((size, size), dtype=np.bool_)
    above[:6, 6:] = rng.random((6, 6)) < 0.6
    of = limits(np.full(size, 0.8 / size), np.full(size, 1.25 / size), above)
    found = Polytope.within(of)
    assert found.cut is None
    assert found.proposal is None
    drawn = found.draw(np.random.default_rng(1), 256)
    assert of.holds(drawn, 1e-12).all()
    error = drawn.std(axis=1) / np.sqrt(256)
    assert (np.abs(drawn.mean(axis=1) - found.centroid) < 5 * error + 2e-4).all()


class TestConditional:
    def test_walks_keep_the_joint_distribution(self) -> None:
        """Draws of which some weights are drawn anew given the others are draws."""
        each = model("intervals")
        for group in each.varied:
            given_ = each.conditional(group)
            drawn = each.draw(np.random.default_rng(1), 4000)[:, group]
            known = np.random.default_rng(2).random(drawn.shape) < 0.4
            again = given_(np.random.default_rng(3), drawn, known)
            np.testing.assert_array_equal(again[known], drawn[known])
            np.testing.assert_allclose(again.sum(axis=1), 1, atol=1e-12)
            fresh = each.draw(np.random.default_rng(4), 4000)[:, group]
            for one, other in zip(again.T, fresh.T, strict=True):
                assert ks_2samp(one, other).pvalue > 1e-3

    def test_what_is_left_of_three_is_uniform(self) -> None:
        """With one of three known the others share the rest: uniform between what order and bounds leave."""
        each = weight_model("order", Tree.flat(3), np.array([1, 0.4, 0.3, 0.3]), bounds=flat([1, 2, 3]))
        points = np.tile([0.5, 0.3, 0.2], (4000, 1))
        known = np.tile([True, False, False], (4000, 1))
        again = each.conditional(each.varied[0])
        assert again is not None
        second = again(np.random.default_rng(1), points, known)[:, 1]
        assert ks_2samp(second, np.random.default_rng(2).uniform(0.25, 0.5, 20_000)).pvalue > 1e-3


def flat(order: list[float], low: list[float] | None = None, high: list[float] | None = None) -> Bounds:
    """Return bounds of the children of a flat tree."""
    size = len(order) + 1
    above = np.zeros((size, size), dtype=np.bool_)
    above[1:, 1:] = above_by(order)
    none = [NAN] * len(order)
    return Bounds(above, np.array([NAN, *(low or none)]), np.array([NAN, *(high or none)]))


class TestReach:
    @pytest.mark.parametrize("name", ["order", "intervals"])
    def test_its_extremes_are_those_of_its_linear_program(self, name: str) -> None:
        reach = model(name).reach(TREE)
        for d in np.random.default_rng(1).normal(size=(40, 6)):
            assert reach.lowest(d) == pytest.approx(by_program(reach, d), abs=1e-8)

    def test_bounds_without_an_order_are_a_box_of_their_own(self) -> None:
        bounds = Bounds(np.zeros((10, 10), dtype=np.bool_), LOW, HIGH)
        reach = model("intervals", bounds=bounds).reach(TREE)
        assert (reach.model, reach.corners) == ("box", None)
        for d in np.random.default_rng(1).normal(size=(40, 6)):
            assert reach.lowest(d) == pytest.approx(by_program(reach, d), abs=1e-8)
            local = reach.lowest_weights(d)
            assert TREE.leaf_weights(local) @ d == pytest.approx(reach.lowest(d))
            assert (local >= reach.limits[0] - 1e-12).all()
            assert (local <= reach.limits[1] + 1e-12).all()

    @pytest.mark.parametrize("name", ["order", "intervals"])
    def test_exact_ranks_hold_all_draws_and_are_attained(self, name: str) -> None:
        each = model(name)
        values = np.random.default_rng(5).random((25, 6))
        ranges = rank_ranges(values, each.reach(TREE))
        drawn = TREE.leaf_weights(each.draw(np.random.default_rng(6), 4000)) @ values.T
        ranks = (drawn[:, None, :] > drawn[:, :, None]).sum(axis=2) + 1
        assert (ranks.min(axis=0) >= ranges.best).all()
        assert (ranks.max(axis=0) <= ranges.worst).all()
        assert ranges.exact.all()
        for at, weights in ((ranges.best, ranges.weights_at_best), (ranges.worst, ranges.weights_at_worst)):
            scores = weights @ values.T
            own = np.diag(scores)[:, None]
            assert ((scores > own + 1e-9).sum(axis=1) + 1 <= at).all()

    def test_who_is_ahead_under_an_order_whatever_the_weights(self) -> None:
        """Under w1 >= w2 >= w3, i is ahead of j where every mean of the first k values is greater."""
        each = weight_model("order", Tree.flat(3), np.full(4, 1 / 3), bounds=flat([1, 2, 3]))
        reach = each.reach(Tree.flat(3))
        assert reach is not None
        d = np.random.default_rng(1).normal(size=(200, 3))
        means = np.cumsum(d, axis=1) / np.arange(1, 4)
        np.testing.assert_allclose(reach.lowest(d), means.min(axis=1), atol=1e-12)


@pytest.mark.parametrize("name", ["order", "intervals", "quantiles"])
def test_the_number_of_threads_changes_no_bit(name: str) -> None:
    values = 0.1 + np.random.default_rng(4).random((40, 6))
    drawn = WeightedScores(Plan.uniform(values, TREE, "arithmetic"), model(name))
    one, two = (simulate(drawn, draws=3000, threads=threads, **ALL) for threads in (1, 2))
    assert bits(one) == bits(two)
    assert one.failed == 0


class TestWhatTheModelsNeed:
    def codes(
        self, name: str, bounds: Bounds | None, nominal: FloatArray | None = None
    ) -> list[tuple[str, int | None]]:
        with pytest.raises(TierwiseError) as caught:
            weight_model(name, Tree.flat(3), np.full(4, 1 / 3) if nominal is None else nominal, bounds=bounds)
        assert all(one.line("zh") and one.line("en") for one in caught.value.problems)
        return [(one.code, one.column) for one in caught.value.problems]

    def test_judgements(self) -> None:
        assert self.codes("order", None) == [("U127", None)]
        assert self.codes("order", flat([NAN] * 3, low=[0.1, 0.1, 0.1])) == [("U127", None)]
        assert self.codes("intervals", flat([NAN] * 3, low=[0.2, 0.3, 0.5])) == [("U127", None)]

    def test_judgements_that_some_weights_agree_with(self) -> None:
        assert self.codes("intervals", flat([NAN] * 3, low=[0.5, 0.4, 0.3])) == [("W156", 1)]
        nominal = np.array([1.0, 0.5, 0.5, 0.0])
        assert self.codes("intervals", flat([1, 2, NAN], low=[NAN, NAN, 0.1]), nominal) == [("U128", 3)]

    def test_groups_that_nobody_judged_are_held(self) -> None:
        above = ABOVE.copy()
        above[1:4] = False
        each = model("order", bounds=Bounds(above, BOUNDS.low, BOUNDS.high))
        assert [group.tolist() for group in each.varied] == [[4, 5], [6, 7, 8]]
