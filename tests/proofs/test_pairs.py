"""Dominance and critical spreads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.proofs.conftest import LOCAL, TREE

from tierwise.draws.weight_sets import weight_box
from tierwise.proofs.pairs import critical_spread, dominance, nearest_rivals


def test_dominance_of_an_obvious_case() -> None:
    x = np.array([[0.9, 0.8], [0.5, 0.5], [0.1, 0.9], [0.5, 0.5]])
    found = dominance(x, [0.5, 0.5], 0.4)
    np.testing.assert_array_equal(found.relation, [[0, 1, 1, 1], [-1, 0, 0, 0], [-1, 0, 0, 0], [-1, 0, 0, 0]])
    assert not found.possible[1, 3]
    assert found.possible[1, 2]
    assert found.possible[2, 1]


@pytest.mark.parametrize("model", ["box", "noise"])
@pytest.mark.parametrize("deep", [False, True])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_at_the_critical_spread_the_least_difference_is_zero(model: str, deep: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.random((6, 7))
    tree, w = (TREE, LOCAL) if deep else (None, rng.dirichlet(np.ones(7)))
    h = critical_spread(x, w, tree=tree, model=model)
    np.testing.assert_array_equal(h, h.T)
    scores = x @ weight_box(w, 0.1, tree=tree).leaf_weights
    for i, j in zip(*np.triu_indices(6, 1), strict=True):
        ahead, behind = (i, j) if scores[i] > scores[j] else (j, i)
        d = x[ahead] - x[behind]
        if np.isinf(h[i, j]):
            assert weight_box(w, 1.0, tree=tree, model=model).lowest(d) > 0
        else:
            least = weight_box(w, float(h[i, j]), tree=tree, model=model).lowest(d)
            assert least == pytest.approx(0, abs=1e-9)


def test_closed_forms_of_one_level() -> None:
    """D / Σ w|d - weighted median| with the sum kept, D / Σ w|d| with noise."""
    x = np.array([[0.9, 0.2, 0.6], [0.3, 0.5, 0.4]])
    w = np.array([0.2, 0.5, 0.3])
    d = x[0] - x[1]
    assert critical_spread(x, w)[0, 1] == pytest.approx(w @ d / (w @ np.abs(d - 0.2)))
    assert critical_spread(x, w, model="noise")[0, 1] == pytest.approx(w @ d / (w @ np.abs(d)))


def test_ties_and_unbeatable_units() -> None:
    h = critical_spread(np.array([[0.9, 0.9], [0.5, 0.1], [0.1, 0.5], [0.5, 0.1]]), [0.5, 0.5])
    assert np.isinf(h[0]).all()
    assert h[1, 2] == 0
    assert np.isinf(h[1, 3])


@pytest.mark.parametrize("model", ["box", "noise"])
@pytest.mark.parametrize("deep", [False, True])
def test_nearest_rivals_are_the_least_of_each_row(model: str, deep: bool) -> None:
    x = np.random.default_rng(3).random((40, 7))
    x[0] = 2.0  # ahead of all others whatever the weights
    tree, w = (TREE, LOCAL) if deep else (None, np.full(7, 1 / 7))
    h = critical_spread(x, w, tree=tree, model=model)
    rival, best = nearest_rivals(x, w, tree=tree, model=model)
    np.testing.assert_allclose(best, h.min(axis=1), rtol=1e-9)
    finite = np.isfinite(best)
    np.testing.assert_allclose(h[np.flatnonzero(finite), rival[finite]], best[finite], rtol=1e-9)
    assert finite.tolist() == [False] + [True] * 39
    assert rival[0] == -1


def test_a_tie_that_no_weights_part() -> None:
    """The second indicator has no weight, so a difference in it alone never shows."""
    x = np.array([[0.5, 0.9], [0.5, 0.1], [0.2, 0.3]])
    assert np.isinf(critical_spread(x, [1.0, 0.0])).all()
    rival, spread = nearest_rivals(x, [1.0, 0.0])
    assert (rival == -1).all()
    assert np.isinf(spread).all()
