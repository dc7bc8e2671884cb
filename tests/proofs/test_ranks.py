"""Best and worst ranks over a box of weights, against all vertices of the arrangement and against draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.proofs.conftest import LOCAL, TREE

from tierwise.errors import TierwiseError
from tierwise.kernels.ranks import rank
from tierwise.kernels.tree import Tree
from tierwise.proofs.pairs import dominance
from tierwise.proofs.ranks import exact_ranks
from tierwise.uncertainty.models import weight_model


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
