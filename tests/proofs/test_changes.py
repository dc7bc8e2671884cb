"""Smallest changes of weights, contamination, and the closed form over the simplex."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from tierwise.proofs.changes import contamination, simplex_probability, smallest_change


def by_program(d: np.ndarray, w: np.ndarray, norm: str) -> float:
    """The same distance by a linear program, or by SLSQP for L2."""
    n = len(w)
    if norm == "L2":
        found = minimize(
            lambda v: ((v - w) ** 2).sum(),
            np.eye(n)[d.argmin()],
            jac=lambda v: 2 * (v - w),
            bounds=[(0, 1)] * n,
            constraints=[
                {"type": "eq", "fun": lambda v: v.sum() - 1, "jac": lambda _: np.ones(n)},
                {"type": "ineq", "fun": lambda v: -(v @ d), "jac": lambda _: -d},
            ],
            options={"ftol": 1e-15, "maxiter": 500},
        )
        return float(np.sqrt(found.fun))
    each = n if norm == "L1" else 1
    steps = np.eye(n) if norm == "L1" else np.ones((n, 1))
    found = linprog(
        np.concatenate([np.zeros(n), np.ones(each)]),
        A_ub=np.vstack(
            [
                np.hstack([np.eye(n), -steps]),
                np.hstack([-np.eye(n), -steps]),
                np.concatenate([d, np.zeros(each)]),
            ]
        ),
        b_ub=np.concatenate([w, -w, [0]]),
        A_eq=[np.concatenate([np.ones(n), np.zeros(each)])],
        b_eq=[1],
    )
    return float(found.fun)


@pytest.mark.parametrize("norm", ["L1", "L2", "Linf"])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_smallest_change_equals_a_program(norm: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    w = rng.dirichlet(np.ones(5))
    d = rng.normal(0.2, 0.5, 5)
    d = d * np.sign(w @ d)
    found = smallest_change(d, w, norm)
    if d.min() > 0:
        assert np.isinf(found.distance[0])
        return
    assert found.distance[0] == pytest.approx(by_program(d, w, norm), abs=1e-6)
    v = found.weights[0]
    assert v.sum() == pytest.approx(1)
    assert v.min() >= 0
    assert v @ d == pytest.approx(0, abs=1e-9)


def test_closed_forms_while_no_weight_meets_zero() -> None:
    d, w = np.array([0.30, -0.20, 0.10, 0.05]), np.full(4, 0.25)
    ahead = w @ d
    assert smallest_change(d, w).distance[0] == pytest.approx(ahead / np.linalg.norm(d - d.mean()))
    median = np.median(d)
    assert smallest_change(d, w, "linf").distance[0] == pytest.approx(ahead / np.abs(d - median).sum())


def test_contamination_is_where_the_worst_alternative_ties() -> None:
    d, w = np.array([[0.5, -0.2, 0.1], [0.3, 0.2, 0.1]]), np.array([0.5, 0.3, 0.2])
    r = contamination(d, w)
    assert (1 - r[0]) * (w @ d[0]) + r[0] * d[0].min() == pytest.approx(0)
    assert r[1] == 1
    np.testing.assert_allclose(contamination(-d, w), r)


def classical(d: list[Fraction]) -> Fraction:
    """Σ d_i^(n-1) / Π(d_i - d_j) over d_i > 0, in exact fractions."""
    total = Fraction(0)
    for i, di in enumerate(d):
        if di > 0:
            product = Fraction(1)
            for j, dj in enumerate(d):
                if j != i:
                    product *= di - dj
            total += di ** (len(d) - 1) / product
    return total


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=25, unique=True))
@settings(max_examples=60, deadline=None)
def test_simplex_probability_equals_the_classical_formula(d: list[int]) -> None:
    expected = float(classical([Fraction(each) for each in d]))
    assert simplex_probability(np.array(d, dtype=float)) == pytest.approx(expected, rel=1e-10, abs=1e-300)


def test_simplex_probability_with_ties_and_in_many_dimensions() -> None:
    assert simplex_probability(np.zeros(4)) == 0
    assert simplex_probability(np.full(4, 0.2)) == 1
    assert simplex_probability(np.array([1.0, -1.0, 1.0, -1.0])) == pytest.approx(0.5)
    d = np.array([[0.3, 0.3, -0.2, -0.2, 0.0], [0.3, 0.1, -0.2, -0.5, 0.2]])
    w = np.random.default_rng(1).dirichlet(np.ones(5), 200_000)
    np.testing.assert_allclose(simplex_probability(d), (w @ d.T > 0).mean(axis=0), atol=4e-3)
