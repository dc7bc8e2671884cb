"""Extremes of weighted sums over boxes of weights, against linear programs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.proofs.conftest import LOCAL, TREE

from tierwise.draws.models import weight_model
from tierwise.draws.weight_sets import WeightBox, weight_box
from tierwise.errors import TierwiseError


def by_program(box: WeightBox, d: np.ndarray) -> float:
    """Least Σ w d over the box's own linear description, by HiGHS."""
    matrix, low, high = box.region()
    cost = np.zeros(matrix.shape[1])
    cost[box.tree.leaves] = d
    equal = low == high
    up, down = np.isfinite(high) & ~equal, np.isfinite(low) & ~equal
    found = linprog(
        cost,
        A_ub=np.vstack([matrix[up], -matrix[down]]),
        b_ub=np.concatenate([high[up], -low[down]]),
        A_eq=matrix[equal],
        b_eq=low[equal],
    )
    assert found.status == 0
    return float(found.fun)


@pytest.mark.parametrize("model", ["box", "noise"])
@given(seed=st.integers(0, 2**32), spread=st.floats(0.01, 1.0))
@settings(max_examples=40, deadline=None)
def test_greedy_equals_the_linear_program(model: str, seed: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    box = weight_box(rng.random(11) * (rng.random(11) > 0.1) + 1e-3, spread, tree=TREE, model=model)
    d = np.round(rng.normal(size=7), 1)
    assert box.lowest(d) == pytest.approx(by_program(box, d), abs=1e-6)
    assert box.highest(d) == pytest.approx(-by_program(box, -d), abs=1e-6)


@pytest.mark.parametrize("model", ["box", "noise"])
def test_weights_of_the_extreme_lie_in_the_box_and_give_it(model: str) -> None:
    box = weight_box(LOCAL, 0.3, tree=TREE, model=model)
    d = np.random.default_rng(1).normal(size=(200, 7))
    local = box.lowest_weights(d)
    np.testing.assert_allclose((TREE.leaf_weights(local) * d).sum(axis=1), box.lowest(d), atol=1e-12)
    for group in TREE.sibling_groups:
        np.testing.assert_allclose(local[:, group].sum(axis=1), 1, atol=1e-12)
    if model == "box":
        assert (np.abs(local / LOCAL - 1) <= 0.3 + 1e-12).all()


@pytest.mark.parametrize("model", ["box", "noise"])
def test_no_draw_of_the_model_of_the_same_name_goes_beyond(model: str) -> None:
    box = weight_box(LOCAL, [0.2, 0.4], tree=TREE, model=model)
    drawn = weight_model(model, TREE, LOCAL, spread=[0.2, 0.4]).draw(np.random.default_rng(1), 5000)
    d = np.random.default_rng(2).normal(size=(50, 7))
    sums = TREE.leaf_weights(drawn) @ d.T
    assert (sums.min(axis=0) >= box.lowest(d) - 1e-12).all()
    assert (sums.min(axis=0) < box.lowest(d) + 0.5 * (d @ box.leaf_weights - box.lowest(d))).all()


def test_scale_shrinks_the_box() -> None:
    d = np.random.default_rng(1).normal(size=(20, 7))
    full, half = weight_box(LOCAL, 0.4, tree=TREE), weight_box(LOCAL, 0.2, tree=TREE)
    np.testing.assert_allclose(full.lowest(d, np.full(20, 0.5)), half.lowest(d), atol=1e-14)


def test_levels_that_are_held() -> None:
    box = weight_box(LOCAL, 0.5, tree=TREE, levels=[1])
    assert (box.lowest_weights(np.arange(7.0))[4:] == LOCAL[4:]).all()


def test_refused() -> None:
    for weights, spread, code in (
        ([0.5, -0.1, 0.6], 0.2, "X002"),
        ([0.0, 0.0], 0.2, "X002"),
        ([0.5, np.nan], 0.2, "X002"),
        ([0.5, 0.5], 0.0, "U107"),
        ([0.5, 0.5], 1.2, "U107"),
        ([0.5, 0.5], [0.1, 0.2], "U114"),
    ):
        with pytest.raises(TierwiseError) as caught:
            weight_box(weights, spread)
        assert {found.code for found in caught.value.problems} == {code}
    with pytest.raises(TierwiseError) as caught:
        weight_box(LOCAL, 0.2, tree=TREE, levels=[3])
    assert caught.value.problems[0].code == "U109"
    with pytest.raises(TierwiseError) as caught:
        weight_box(LOCAL[1:], 0.2, tree=TREE)
    assert caught.value.problems[0].code == "M011"
