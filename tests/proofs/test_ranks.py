"""Best and worst ranks over a box of weights, against all vertices of the arrangement and against draws."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.proofs.conftest import LOCAL, TREE

from tierwise.draws.models import weight_model
from tierwise.draws.weight_sets import hull, weight_box
from tierwise.errors import TierwiseError
from tierwise.kernels.ranks import rank
from tierwise.kernels.tree import Tree
from tierwise.proofs.pairs import dominance
from tierwise.proofs.ranks import exact_ranks, rank_ranges
from tierwise.proofs.sides import _cliques


def on_a_line(x: np.ndarray, w: np.ndarray, h: float) -> tuple[np.ndarray, np.ndarray]:
    """With two indicators the box is an interval: ranks at its ends and between and at all crossings."""
    low, high = max(w[0] * (1 - h), 1 - w[1] * (1 + h)), min(w[0] * (1 + h), 1 - w[1] * (1 - h))
    first, second = np.triu_indices(len(x), 1)
    turn = (x[first] - x[second]) @ [1.0, -1.0]
    apart = x[second, 1] - x[first, 1]
    crossings = apart[turn != 0] / turn[turn != 0]
    edges = np.unique(np.concatenate([[low, high], crossings[(crossings > low) & (crossings < high)]]))
    at = np.concatenate([edges, (edges[1:] + edges[:-1]) / 2])
    ranks = rank(np.round(np.stack([at, 1 - at], axis=1) @ x.T, 12))
    return ranks.min(axis=0), ranks.max(axis=0)


@given(seed=st.integers(0, 2**32), spread=st.floats(0.05, 1.0), units=st.integers(2, 12))
@settings(max_examples=50, deadline=None)
def test_two_indicators_are_an_interval(seed: int, spread: float, units: int) -> None:
    rng = np.random.default_rng(seed)
    x, w = rng.random((units, 2)), rng.dirichlet([3.0, 3.0])
    best, worst = on_a_line(x, w, spread)
    found = exact_ranks(x, w, spread)
    assert found.exact.all()
    np.testing.assert_array_equal(found.best, best)
    np.testing.assert_array_equal(found.worst, worst)


@pytest.mark.parametrize("model", ["box", "noise"])
def test_attained_and_never_passed_by_draws(model: str) -> None:
    x = np.random.default_rng(4).random((15, 7))
    found = exact_ranks(x, LOCAL, 0.3, tree=TREE, model=model)
    assert found.exact.all()
    for weights, ranks in ((found.weights_at_best, found.best), (found.weights_at_worst, found.worst)):
        np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-9)
        given_ranks = rank(np.round(weights @ x.T, 9))
        np.testing.assert_array_equal(given_ranks[np.arange(15), np.arange(15)], ranks)
    drawn = weight_model(model, TREE, LOCAL, spread=0.3).draw(np.random.default_rng(1), 20_000)
    ranks = rank(TREE.leaf_weights(drawn) @ x.T)
    assert (ranks.min(axis=0) >= found.best).all()
    assert (ranks.max(axis=0) <= found.worst).all()


def test_technology_achievement_index(tai: tuple[np.ndarray, np.ndarray]) -> None:
    """±25 % around the BAP weights: 200,000 draws miss an end of about half the exact ranges."""
    x, w = tai
    found = exact_ranks(x, w, 0.25)
    assert found.exact.all()
    model = weight_model("box", Tree.flat(8), np.r_[1.0, w], spread=0.25)
    ranks = rank(model.draw(np.random.default_rng(1), 200_000)[:, 1:] @ x.T)
    assert (ranks.min(axis=0) >= found.best).all()
    assert (ranks.max(axis=0) <= found.worst).all()
    missed = (ranks.min(axis=0) > found.best) | (ranks.max(axis=0) < found.worst)
    assert 7 <= missed.sum() <= 13


def test_counting_pairs_bounds_from_outside() -> None:
    x = np.random.default_rng(2).random((12, 4))
    w = np.full(4, 0.25)
    outer, found = exact_ranks(x, w, 0.5, effort=0), exact_ranks(x, w, 0.5)
    ahead = dominance(x, w, 0.5)
    np.testing.assert_array_equal(outer.best, np.minimum(1 + ahead.necessary.sum(axis=0), outer.best))
    assert (outer.best <= found.best).all()
    assert (outer.worst >= found.worst).all()
    assert (found.worst <= 1 + ahead.possible.sum(axis=0)).all()


def test_ties_share_the_better_rank() -> None:
    x = np.array([[0.9, 0.1], [0.9, 0.1], [0.5, 0.5], [0.1, 0.2]])
    found = exact_ranks(x, [0.5, 0.5], 0.1)
    np.testing.assert_array_equal(found.best, [1, 1, 1, 4])
    np.testing.assert_array_equal(found.worst, [2, 2, 3, 4])


def test_some_units_only() -> None:
    x = np.random.default_rng(2).random((12, 4))
    every, some = exact_ranks(x, np.ones(4), 0.5), exact_ranks(x, np.ones(4), 0.5, units=[3, 7])
    np.testing.assert_array_equal(some.best, every.best[[3, 7]])
    np.testing.assert_array_equal(some.worst, every.worst[[3, 7]])


def test_missing_values_are_named() -> None:
    x = np.ones((3, 2))
    x[1, 1] = np.nan
    with pytest.raises(TierwiseError) as caught:
        exact_ranks(x, [1, 1], 0.2)
    assert [(found.code, found.row, found.column) for found in caught.value.problems] == [("X001", 1, 1)]


def test_a_rank_that_only_a_tie_gives() -> None:
    """One rival is ahead on either side of w = (.5, .5), where all three tie."""
    x = np.array([[0.5, 0.5], [0.6, 0.4], [0.4, 0.6]])
    found = exact_ranks(x, [0.6, 0.4], 0.5)
    np.testing.assert_array_equal(found.best, [1, 1, 1])
    np.testing.assert_array_equal(found.worst, [2, 3, 3])
    assert found.exact.all()
    np.testing.assert_allclose(found.weights_at_best[0], [0.5, 0.5], atol=1e-7)


def test_a_sliver_of_weights_is_not_proved_away() -> None:
    """Between the ties with either rival lie 4e-8 of weight, in which the unit is first."""
    x = np.array([[0.5, 0.5], [0.6, 0.4], [0.4, 0.6 - 1.6e-8]])
    assert exact_ranks(x, [0.6, 0.4], 0.5).best[0] == 1


@pytest.mark.parametrize("decimals", [1, 2])
def test_scores_a_whole_decimal_apart_may_tie_by_rounding(decimals: int) -> None:
    """Halves are rounded to even: 0.15 and 0.25 both to 0.2."""
    x = np.array([[0.25, 0.25], [0.15, 0.15]]) * 10.0 ** (1 - decimals)
    ranks = rank(x[:, 0], decimals=decimals)
    found = exact_ranks(x, [0.5, 0.5], 0.1, decimals=decimals)
    assert (found.best <= ranks).all()
    assert found.best[1] == 1


@pytest.mark.parametrize("corners", [False, True])
def test_a_crowded_list_is_solved(corners: bool) -> None:
    """Clashes of two rivals raise most bounds, and programs decide the rest."""
    rng = np.random.default_rng(7)
    x = 0.5 + 0.1 * rng.random((60, 7))
    box = weight_box(LOCAL, 0.8, tree=TREE)
    if corners:
        drawn = weight_model("box", TREE, LOCAL, spread=0.8).draw(rng, 8)
        box = hull(TREE, box.local, drawn)
    outer, found = rank_ranges(x, box, effort=0), rank_ranges(x, box)
    assert not outer.exact.all()
    assert found.exact.all()
    assert (outer.best <= found.best).all()
    assert (found.worst <= outer.worst).all()
    for weights, ranks in ((found.weights_at_best, found.best), (found.weights_at_worst, found.worst)):
        own = rank(weights @ x.T, decimals=12)
        np.testing.assert_array_equal(own[np.arange(60), np.arange(60)], ranks)
        away = np.random.default_rng(1).normal(size=(200, 7))
        assert (weights @ away.T >= box.lowest(away) - 1e-8).all()


def test_less_effort_leaves_proved_bounds() -> None:
    x = 0.5 + 0.1 * np.random.default_rng(7).random((60, 7))
    every = exact_ranks(x, LOCAL, 0.8, tree=TREE)
    for effort in (10.0, 100.0):
        some = exact_ranks(x, LOCAL, 0.8, tree=TREE, effort=effort)
        assert (some.best <= every.best).all()
        assert (some.best_attained >= every.best).all()
        assert (some.worst >= every.worst).all()
        assert (some.worst_attained <= every.worst).all()


@given(st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1])))
def test_every_clash_is_in_a_set_whose_rivals_all_clash(pairs: set[tuple[int, int]]) -> None:
    found = _cliques(np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2), 12)
    told = [{*combinations(sorted(some), 2)} for some in found]
    assert set().union(*told) == pairs
    assert all(own <= pairs for own in told)
