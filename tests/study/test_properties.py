"""What must hold for any panel: properties of index and ranks that do not depend on its numbers."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import tierwise as tw

CODES = ("a1", "a2", "b1", "b2", "b3")
PANELS = arrays(
    np.float64, st.tuples(st.integers(3, 12), st.just(5)), elements=st.integers(-1000, 1000), unique=True
)
WEIGHTS = arrays(np.float64, 5, elements=st.integers(1, 9))


def framework(weights: np.ndarray, directions: np.ndarray | None = None) -> tw.Framework:
    """Return two dimensions over five indicators."""
    rows = [("A", "", 2.0, 1), ("B", "", 3.0, 1)]
    for at, code in enumerate(CODES):
        rows.append((code, code[0].upper(), weights[at], 1 if directions is None else int(directions[at])))
    return tw.Framework.from_frame(pd.DataFrame(rows, columns=["code", "parent", "weight", "direction"]))


def index(values: np.ndarray, tree: tw.Framework, **settings: object) -> tw.Index:
    frame = pd.DataFrame(values, columns=[*CODES])
    frame.insert(0, "code", [f"u{row}" for row in range(len(values))])
    return tw.index(tw.Panel.from_frame(frame, tree), tree, tw.Spec.model_validate({"index": settings}))


@given(PANELS, WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_units_changes_no_bit(values: np.ndarray, weights: np.ndarray, random: object) -> None:
    order = np.random.default_rng(len(values)).permutation(len(values))
    base, shuffled = index(values, framework(weights)), index(values[order], framework(weights))
    np.testing.assert_array_equal(base.score[order], shuffled.score)
    np.testing.assert_array_equal(base.ranks[order], shuffled.ranks)


@given(PANELS, WEIGHTS, st.sampled_from([2.0, 1024.0]))
def test_weights_are_relative(values: np.ndarray, weights: np.ndarray, factor: float) -> None:
    base, scaled = index(values, framework(weights)), index(values, framework(weights * factor))
    np.testing.assert_allclose(base.scores, scaled.scores, rtol=1e-12)


@given(PANELS, WEIGHTS, st.integers(0, 4), st.sampled_from([0.5, 4.0, 1000.0]), st.integers(-50, 50))
def test_units_of_measure_do_not_matter(
    values: np.ndarray, weights: np.ndarray, column: int, factor: float, shift: int
) -> None:
    changed = values.copy()
    changed[:, column] = factor * values[:, column] + shift
    base, rescaled = index(values, framework(weights)), index(changed, framework(weights))
    np.testing.assert_allclose(base.score, rescaled.score, rtol=1e-9, atol=1e-12)


@given(PANELS, WEIGHTS, st.integers(0, 4))
def test_a_direction_is_a_change_of_sign(values: np.ndarray, weights: np.ndarray, column: int) -> None:
    directions = np.ones(5)
    directions[column] = -1
    turned = values.copy()
    turned[:, column] *= -1
    less = index(values, framework(weights, directions))
    more = index(turned, framework(weights))
    np.testing.assert_allclose(less.score, more.score, rtol=1e-12, atol=1e-12)


@given(PANELS, WEIGHTS)
def test_a_dominated_unit_is_never_ahead(values: np.ndarray, weights: np.ndarray) -> None:
    values = np.vstack([values, values[0] - 1.0])
    for settings in ({}, {"normalisation": "z-score"}, {"normalisation": "rank"}):
        found = index(values, framework(weights), **settings)
        assert found.score[-1] <= found.score[0]
        assert found.ranks[-1] >= found.ranks[0]
        assert found.ranks.min() == 1


@given(PANELS, WEIGHTS)
def test_draws_never_put_a_dominated_unit_ahead(values: np.ndarray, weights: np.ndarray) -> None:
    from tierwise.draws.models import weight_model
    from tierwise.methods.scores import scores

    found = index(np.vstack([values, values[0] - 1.0]), framework(weights))
    model = weight_model("simplex", found.framework.tree, found.local_weights)
    drawn = scores(found.plan, model.draw(np.random.default_rng(1), 200))
    assert (drawn[:, -1] <= drawn[:, 0]).all()
