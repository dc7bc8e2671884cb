from fractions import Fraction
from itertools import combinations_with_replacement, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from tierwise.errors import TierwiseError
from tierwise.kernels import compiled_rounds
from tierwise.kernels.tiers import METHODS, partition, tiers_at

LINKAGES = [method for method in METHODS if method != "fisher"]
rounded = st.lists(st.integers(-12, 12), min_size=1, max_size=14).map(lambda xs: sorted(xs, reverse=True))


def scipy_cuts(scores, count, method):
    clusters = fcluster(linkage(scores[:, None], method), count, "maxclust")
    return np.flatnonzero(np.diff(clusters)) + 1


@pytest.mark.parametrize("method", LINKAGES)
@given(st.integers(2, 60), st.integers(1, 6), st.integers(0, 2**32))
def test_cuts_equal_those_of_scipy(method, units, count, seed):
    scores = -np.sort(-np.random.default_rng(seed).random(units))
    count = min(count, units)
    assert partition(scores, count, method).tolist() == scipy_cuts(scores, count, method).tolist()


def height(method, a, b):
    mean_a, mean_b = Fraction(sum(a), len(a)), Fraction(sum(b), len(b))
    return {
        "ward": Fraction(len(a) * len(b), len(a) + len(b)) * (mean_a - mean_b) ** 2,
        "average": mean_a - mean_b,
        "complete": a[0] - b[-1],
        "single": a[-1] - b[0],
    }[method]


def merged_one_by_one(scores, count, method):
    """Merge the nearest neighbours, of equals the ones nearer the top, until ``count`` are left."""
    clusters = [[x] for x in scores]
    while len(clusters) > 1:
        heights = [height(method, a, b) for a, b in pairwise(clusters)]
        if len(clusters) <= count and min(heights) > 0:
            break
        at = heights.index(min(heights))
        clusters[at : at + 2] = [clusters[at] + clusters[at + 1]]
    return np.cumsum([len(cluster) for cluster in clusters])[:-1].tolist()


@pytest.mark.parametrize("method", LINKAGES)
@given(rounded, st.integers(1, 5), st.sampled_from([1.0, 0.01, 1e9]))
def test_heights_that_tie_merge_from_the_top(method, scores, count, unit):
    cuts = partition(np.array(scores) * unit, count, method).tolist()
    expected = merged_one_by_one(scores, count, method)
    assert cuts == expected + [len(scores)] * (count - 1 - len(expected))


def within(scores, cuts):
    parts = np.split(np.asarray(scores, dtype=float), cuts)
    return sum(((part - part.mean()) ** 2).sum() for part in parts if part.size)


@settings(deadline=None)
@given(st.lists(st.integers(-30, 30), min_size=1, max_size=11), st.integers(1, 5))
def test_fisher_has_the_least_sum_of_squares_of_all_partitions(scores, count):
    scores = sorted(scores, reverse=True)
    found = partition(scores, count, "fisher")
    best = min(
        within(scores, cut) for cut in combinations_with_replacement(range(len(scores) + 1), count - 1)
    )
    assert within(scores, found) == pytest.approx(best, abs=1e-9)
    assert all(scores[cut - 1] > scores[cut] for cut in found if cut < len(scores))


def test_a_block_is_cut_row_by_row():
    scores = -np.sort(-np.random.default_rng(1).random((5, 3, 40)))
    for method in METHODS:
        cuts = partition(scores, 4, method)
        assert cuts.shape == (5, 3, 3)
        assert cuts[4, 2].tolist() == partition(scores[4, 2], 4, method).tolist()


def test_equal_scores_are_never_separated():
    for method in METHODS:
        assert partition([2.0, 2.0, 2.0, 1.0, 1.0], 4, method).tolist() == [3, 5, 5]
    assert tiers_at(np.array([3, 5, 5]), 5).tolist() == [1, 1, 1, 2, 2]


def test_tiers_of_blocks_of_lists():
    """Of each list by itself, one tier more than cuts, whatever the shape."""
    cuts = np.random.default_rng(6).integers(0, 8, (2, 3, 4))
    found = tiers_at(cuts, 7)
    assert found.shape == (2, 3, 7)
    for draw, place in np.ndindex(2, 3):
        expected = [1 + sum(cut <= unit for cut in cuts[draw, place].tolist()) for unit in range(7)]
        assert found[draw, place].tolist() == expected
    assert tiers_at(np.empty(0, dtype=np.int64), 3).tolist() == [1, 1, 1]


def test_scores_shifted_and_scaled_are_cut_alike():
    scores = -np.sort(-np.random.default_rng(2).lognormal(size=200))
    for method in METHODS:
        cuts = [partition(same, 5, method).tolist() for same in (scores, scores * 3e-7, scores + 1000)]
        assert cuts[0] == cuts[1] == cuts[2]


def test_a_missing_score_and_an_unknown_method_are_refused():
    with pytest.raises(TierwiseError, match="U001"):
        partition([1.0, np.nan], 2)
    with pytest.raises(TierwiseError, match="ward"):
        partition([1.0], 2, "wrd")


@pytest.mark.parametrize("method", ["ward", "average"])
@given(
    st.lists(st.sampled_from([0, 0, 0, 1, 3, 6]), min_size=1, max_size=9),
    st.integers(2, 3),
    st.integers(0, 2**32),
)
@example([3, 0, 0], 2, 0)
@settings(max_examples=60, deadline=None)
def test_lists_beside_empty_ones_are_cut_as_alone(method, sizes, count, seed):
    """Nothing is read that nobody wrote: what the memory held before changes nothing."""
    random = np.random.default_rng(seed)
    listed = -np.sort(-random.random((len(sizes), 6)))
    selected = np.array(sizes)
    for before in (0.0, 1.0, np.inf):
        lot = compiled_rounds.lot_for(6)
        for memory in (lot.means, lot.heights, lot.merged, lot.fell):
            memory[:] = before * random.random(len(memory)) if before < np.inf else before
        cuts = np.full((len(sizes), count - 1), -1)
        compiled_rounds.merge_rows(listed, selected, method == "ward", lot, cuts)
        for scores, size, found in zip(listed, sizes, cuts, strict=True):
            if size > count and found[0] != compiled_rounds.PLAIN:
                assert found.tolist() == scipy_cuts(scores[:size], count, method).tolist()
