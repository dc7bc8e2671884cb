"""Dirichlet weights from elicited quantiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import beta
from tests.raised import by_column

from tierwise.methods.elicited import elicited

NAN = np.nan


@given(st.lists(st.floats(0.8, 40.0), min_size=2, max_size=6), st.sampled_from([0.05, 0.1, 0.25]))
@settings(max_examples=25, deadline=None)
def test_quantiles_of_a_dirichlet_give_it_back(alpha: list[float], tail: float) -> None:
    a = np.array(alpha)
    levels = np.array([tail, 0.5, 1 - tail])[:, None]
    found = elicited(*beta.ppf(levels, a, a.sum() - a), tail=tail)
    assert found.alpha == pytest.approx(a, rel=1e-4)
    assert found.worst.max() < 1e-5  # the search stops where steps change little


def test_no_other_dirichlet_comes_nearer() -> None:
    """Against a search without derivatives from several starts; one width is out of proportion."""
    low, middle, high = np.array([[0.35, 0.2, 0.14], [0.5, 0.33, 0.16], [0.65, 0.48, 0.18]])
    found = elicited(low, middle, high)

    def squares(logs: np.ndarray) -> float:
        a = np.exp(logs)
        drawn = beta.ppf(np.array([0.05, 0.5, 0.95])[:, None], a, a.sum() - a)
        return float(((drawn - [low, middle, high]) ** 2).sum())

    best = min(
        minimize(squares, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14}).fun
        for start in ([1, 1, 1], [3, 2, 1], [2, 2, 2])
    )
    assert (found.misses**2).sum() == pytest.approx(best, rel=1e-6)
    assert found.worst[2] > 0.03  # and says by how much it misses
    assert found.misses[0, 2] < 0 < found.misses[2, 2]


def test_the_draws_have_the_quantiles() -> None:
    found = elicited([0.35, 0.2, 0.05], [0.5, 0.33, 0.16], [0.65, 0.48, 0.3])
    drawn = np.random.default_rng(1).dirichlet(found.alpha, 200_000)
    fitted = np.quantile(drawn, [0.05, 0.5, 0.95], axis=0)
    given_ = np.array([[0.35, 0.2, 0.05], [0.5, 0.33, 0.16], [0.65, 0.48, 0.3]])
    np.testing.assert_allclose(fitted - given_, found.misses, atol=3e-3)


def test_some_quantiles_may_be_left_out() -> None:
    full = elicited([0.5, 0.2], [0.65, 0.35], [0.8, 0.5])
    half = elicited([0.5, NAN], [0.65, 0.35], [0.8, NAN])
    assert half.weights == pytest.approx(full.weights, abs=0.01)
    assert np.isnan(half.misses[0, 1])


def test_what_it_cannot_take() -> None:
    assert by_column(lambda: elicited([0.5, 2], [0.6, NAN], [0.7, NAN])) == [("W153", 1)]
    assert by_column(lambda: elicited([0.5, NAN], [0.4, NAN], [0.7, NAN])) == [
        ("W160", 0),
        ("W161", 1),
    ]
    assert by_column(lambda: elicited([NAN, NAN], [0.4, 0.6], [NAN, NAN])) == [("W162", 0)]
