"""One weight at a time: stability intervals, crossings, changes of tiers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.proofs.conftest import LOCAL, TREE

from tierwise.errors import TierwiseError
from tierwise.kernels.ranks import rank
from tierwise.proofs.lines import lines, stability_intervals


def moved(local: np.ndarray, node: int, weight: float) -> np.ndarray:
    """Local weights with one node's set, its siblings scaled to keep the sum."""
    out = np.array(local, dtype=float)
    group = TREE.children[TREE.parent[node]]
    out[group] *= (1 - weight) / (1 - local[node])
    out[node] = weight
    return out


@given(seed=st.integers(0, 2**32), node=st.integers(1, 10), weight=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_lines_are_the_scores_at_every_weight(seed: int, node: int, weight: float) -> None:
    x = np.random.default_rng(seed).random((5, 7))
    expected = x @ TREE.leaf_weights(moved(LOCAL, node, weight))
    np.testing.assert_allclose(lines(x, LOCAL, node, tree=TREE).at([weight])[0], expected, atol=1e-12)


def test_stability_by_the_formula_of_mareschal() -> None:
    """t* = d̄ / (d̄ - d_k) with d̄ = (D - w_k d_k) / (1 - w_k), over all pairs."""
    rng = np.random.default_rng(7)
    x, w = rng.random((8, 4)), np.array([0.4, 0.3, 0.2, 0.1])
    found = stability_intervals(x, w)
    for k in range(4):
        ends = []
        for i in range(8):
            for j in range(i):
                d = x[i] - x[j]
                rest = (w @ d - w[k] * d[k]) / (1 - w[k])
                ends.append(rest / (rest - d[k]))
        ends = np.array(ends)
        low = ends[(ends < w[k]) & (ends >= 0)]
        high = ends[(ends > w[k]) & (ends <= 1)]
        assert found.low[k] == pytest.approx(low.max() if low.size else 0)
        assert found.high[k] == pytest.approx(high.min() if high.size else 1)
        assert (found.low_pair[k] == -1).all() == (low.size == 0)


@pytest.mark.parametrize("node", range(1, 11))
def test_the_ranking_holds_within_and_breaks_outside(node: int) -> None:
    x = np.random.default_rng(node).random((6, 7))
    found = stability_intervals(x, LOCAL, tree=TREE)
    line = lines(x, LOCAL, node, tree=TREE)
    nominal = rank(line.scores[None])[0]
    low, high = found.low[node], found.high[node]
    assert low <= found.weight[node] <= high
    np.testing.assert_array_equal(rank(line.at(np.linspace(low, high, 50)[1:-1])), np.tile(nominal, (48, 1)))
    for end, pair, outside in (
        (low, found.low_pair[node], low - 1e-6),
        (high, found.high_pair[node], high + 1e-6),
    ):
        if pair[0] >= 0 and 0 <= outside <= 1:
            there = line.at([outside])[0]
            assert (rank(there) != nominal).any()
            assert nominal[pair[0]] < nominal[pair[1]]
            assert there[pair[0]] < there[pair[1]]
        else:
            assert end in (0, 1)


def test_ties_leave_no_room() -> None:
    found = stability_intervals([[0.9, 0.1], [0.1, 0.9], [0.0, 0.0]], [0.5, 0.5])
    np.testing.assert_array_equal(found.low, [0.5, 0.5])
    np.testing.assert_array_equal(found.high, [0.5, 0.5])


def test_crossings_are_all_changes_of_order() -> None:
    x = np.random.default_rng(1).random((7, 7))
    line = lines(x, LOCAL, 2, tree=TREE)
    found = line.crossings()
    edges = np.concatenate([[0.0], found.at, [1.0]])
    ranks = rank(line.at((edges[1:] + edges[:-1]) / 2))
    for number, (before, after) in enumerate(zip(found.before, found.after, strict=True)):
        assert ranks[number][before] < ranks[number][after]
        assert ranks[number + 1][before] > ranks[number + 1][after]
        changed = np.flatnonzero(ranks[number] != ranks[number + 1])
        assert {*changed} == {before, after}
    assert len(found.at) > 3
    assert np.allclose(
        line.at(found.at)[np.arange(len(found.at)), found.before],
        line.at(found.at)[np.arange(len(found.at)), found.after],
    )


def test_a_node_without_siblings_is_refused() -> None:
    with pytest.raises(TierwiseError) as caught:
        lines(np.ones((2, 1)), [1.0], 0)
    assert caught.value.problems[0].code == "X004"
