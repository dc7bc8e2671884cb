from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import adjusted_rand_score

from tierwise.arrays import IntArray
from tierwise.errors import TierwiseError
from tierwise.methods.tier_stability import bootstrap, co_association, stability

labels = arrays(np.int64, 12, elements=st.integers(1, 4))


@given(labels, arrays(np.int64, (3, 12), elements=st.integers(1, 4)))
def test_adjusted_rand_is_that_of_scikit_learn(base: IntArray, draws: IntArray) -> None:
    found = stability(base, draws).adjusted_rand
    assert found == pytest.approx([adjusted_rand_score(base, draw) for draw in draws])


@given(labels, arrays(np.int64, (3, 12), elements=st.integers(0, 3)))
def test_jaccard_by_sets(base: IntArray, draws: IntArray) -> None:
    found = stability(base, draws).jaccard
    for tier in range(1, int(base.max()) + 1):
        values = []
        for draw in draws:
            held = {*np.flatnonzero((base == tier) & (draw > 0))}
            if held:
                groups = [{*np.flatnonzero(draw == label)} for label in (1, 2, 3)]
                values.append(max(len(held & group) / len(held | group) for group in groups))
        assert found[tier - 1] == pytest.approx(np.mean(values) if values else 0.0)


def test_classes_and_shares() -> None:
    base = np.repeat([1, 2, 3], 4)
    moved = np.array([1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 1])
    found = stability(base, np.array([base, moved]))
    assert found.jaccard == pytest.approx([0.9, 0.875, 0.8])
    assert found.classes == ("highly stable", "highly stable", "valid")
    assert found.recovered.tolist() == [1.0, 1.0, 0.5]
    assert found.dissolved.tolist() == [0.0, 0.0, 0.0]


def test_co_association_counts_draws_that_hold_both() -> None:
    found = co_association([[1, 1, 2], [1, 2, 2], [1, 0, 1]])
    assert found == pytest.approx(np.array([[1, 0.5, 1 / 3], [0.5, 1, 0.5], [1 / 3, 0.5, 1]]))


def test_clear_tiers_survive_the_bootstrap_and_others_do_not() -> None:
    random = np.random.default_rng(1)
    clear = np.concatenate([random.normal(centre, 0.1, 20) for centre in (0, 2, 4, 6)])
    found = bootstrap(clear, 4, draws=60)
    assert set(found.classes) == {"highly stable"}
    assert found.adjusted_rand.mean() > 0.95
    vague = bootstrap(random.random(80), 4, draws=60)
    assert vague.jaccard.min() < 0.75


def test_shapes_that_do_not_fit() -> None:
    for call in (lambda: stability([1, 2], [[1]]), lambda: co_association([1, 2])):
        with pytest.raises(TierwiseError) as caught:
            call()
        assert caught.value.problems[0].code == "T113"
        assert caught.value.problems[0].line("zh")
