"""The mean silhouette, and tau-b of two rankings, against the libraries that have them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau
from sklearn.metrics import silhouette_score

from tierwise.methods.statistics import silhouette
from tierwise.whatif.lists import kendall


@given(st.integers(0, 10**6), st.integers(4, 30), st.integers(1, 4), st.integers(2, 4))
def test_silhouettes_are_scikit_learns(seed: int, units: int, coordinates: int, clusters: int) -> None:
    random = np.random.default_rng(seed)
    points = random.integers(0, 5, (units, coordinates)).astype(float)
    labels = random.integers(0, clusters, units) * 3
    if not 2 <= len(np.unique(labels)) < units:
        return
    assert silhouette(points, labels) == pytest.approx(silhouette_score(points, labels), abs=1e-12)


def test_units_alone_count_as_nothing() -> None:
    assert silhouette(np.array([[0.0], [1.0], [5.0]]), np.array([1, 1, 2])) == pytest.approx(
        (4 / 5 + 3 / 4 + 0) / 3
    )


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=40))
def test_tau_is_scipys_to_the_last_bit(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs, dtype=float).T
    found = kendall(one, other)
    if len(np.unique(one)) < 2 or len(np.unique(other)) < 2:
        assert np.isnan(found)
    else:
        assert found == kendalltau(one, other).statistic
