from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.cluster.hierarchy import cut_tree, linkage
from tests.raised import codes

from tierwise.arrays import FloatArray, IntArray
from tierwise.methods import tiers
from tierwise.methods.merging import LINKAGES, merge_neighbours
from tierwise.methods.ordered import fisher, sums_within
from tierwise.methods.tier_methods import quantile_places

grid = st.integers(0, 40).map(lambda number: number / 8)
score_lists = arrays(np.float64, st.integers(2, 14), elements=grid)
fine = st.integers(0, 10**6).map(lambda number: number / 10**6)
distinct_scores = arrays(np.float64, st.integers(3, 20), elements=fine, unique=True)


def within(points: FloatArray, labels: IntArray) -> float:
    return float(
        sum(
            ((points[labels == label] - points[labels == label].mean(axis=0)) ** 2).sum()
            for label in set(labels)
        )
    )


def best_by_trying_all(points: FloatArray, count: int) -> float:
    units = len(points)
    return min(
        within(points, np.searchsorted(np.array(cuts), np.arange(units), side="right"))
        for cuts in combinations(range(1, units), count - 1)
    )


@given(distinct_scores, st.integers(1, 3))
@pytest.mark.parametrize("method", LINKAGES)
def test_on_the_score_tiers_are_those_of_scipy(method: str, scores: FloatArray, count: int) -> None:
    theirs = linkage(scores[:, None], method)
    gaps = np.diff(np.sort(theirs[:, 2]))
    assume(gaps.min(initial=1) > 1e-9)
    ours = tiers.cut(scores, count, method)
    groups = cut_tree(theirs, [count])[:, 0]
    assert len({(one, two) for one, two in zip(ours, groups, strict=True)}) == count
    order, merges = tiers.hierarchy(scores, method)
    assert np.sort(merges.linkage[:, 2]) == pytest.approx(np.sort(theirs[:, 2]), abs=1e-12)
    assert scores[order] == pytest.approx(np.sort(scores)[::-1])


@given(score_lists, st.integers(1, 4), st.sampled_from([*LINKAGES, "fisher", "kmeans"]))
def test_tiers_are_runs_from_the_top_and_equal_scores_stay_together(
    scores: FloatArray, count: int, method: str
) -> None:
    assume(count <= len(np.unique(scores)))
    found = tiers.cut(scores, count, method)
    assert sorted(set(found)) == [*range(1, count + 1)]
    for one, two in combinations(range(len(scores)), 2):
        if scores[one] > scores[two]:
            assert found[one] <= found[two]
        if scores[one] == scores[two]:
            assert found[one] == found[two]
    shuffled = np.random.default_rng(1).permutation(len(scores))
    assert tiers.cut(scores[shuffled], count, method).tolist() == found[shuffled].tolist()
    assert tiers.described(scores, found).contiguous


@given(arrays(np.float64, st.tuples(st.integers(2, 8), st.integers(1, 3)), elements=grid), st.integers(1, 4))
def test_fisher_is_the_best_of_all_partitions_into_runs(points: FloatArray, count: int) -> None:
    assume(count <= len(points))
    assert within(points, fisher(points, count)) == pytest.approx(best_by_trying_all(points, count), abs=1e-9)
    assert sums_within(points, count)[0][count - 1, -1] == pytest.approx(
        best_by_trying_all(points, count), abs=1e-9
    )


def test_kmeans_on_the_score_is_never_worse_than_lloyds_algorithm() -> None:
    from sklearn.cluster import KMeans

    scores = np.random.default_rng(5).beta(2, 5, 60)
    ours = within(scores[:, None], tiers.cut(scores, 4, "k-means"))
    theirs = KMeans(4, n_init=25, random_state=0).fit(scores[:, None]).inertia_
    assert ours <= theirs + 1e-12
    assert ours == pytest.approx(theirs, rel=1e-6)


def test_neighbours_in_rank_merge_on_indicators_as_in_scikit_learn() -> None:
    from scipy.sparse import diags_array
    from sklearn.cluster import AgglomerativeClustering

    random = np.random.default_rng(3)
    indicators = random.normal(size=(40, 5)).cumsum(axis=0)
    scores = np.sort(random.normal(size=40))[::-1]
    features = np.column_stack([indicators, scores])
    chain = diags_array([np.ones(39), np.ones(39)], offsets=[-1, 1], shape=(40, 40))
    model = AgglomerativeClustering(5, linkage="ward", connectivity=chain).fit(features)
    labels = model.labels_[np.append(True, np.diff(model.labels_) != 0)]
    theirs = np.array([[*labels].index(label) + 1 for label in model.labels_])
    assert tiers.cut(scores, 5, indicators=indicators).tolist() == theirs.tolist()


@given(arrays(np.float64, (9, 3), elements=grid), st.sampled_from(LINKAGES))
def test_merging_neighbours_against_a_slow_plain_reference(points: FloatArray, method: str) -> None:
    merges = merge_neighbours(points, method)
    runs = [[unit] for unit in range(len(points))]
    for step in merges.linkage:
        heights = [slow_height(points, runs[at], runs[at + 1], method) for at in range(len(runs) - 1)]
        assert step[2] == pytest.approx(min(heights), abs=1e-9)
        joined = next(at for at in range(len(runs) - 1) if abs(heights[at] - step[2]) < 1e-9)
        if sum(abs(height - step[2]) < 1e-9 for height in heights) > 1:
            return
        runs[joined : joined + 2] = [runs[joined] + runs[joined + 1]]
        assert step[3] == len(runs[joined])
    assert merges.dispersion[-1] == pytest.approx(((points - points.mean(axis=0)) ** 2).sum())
    assert (np.diff(merges.dispersion) >= -1e-12).all()


def slow_height(points: FloatArray, one: list[int], two: list[int], method: str) -> float:
    apart = np.array([np.linalg.norm(points[a] - points[b]) for a in one for b in two])
    if method == "ward":
        factor = np.sqrt(2 * len(one) * len(two) / (len(one) + len(two)))
        return float(factor * np.linalg.norm(points[one].mean(axis=0) - points[two].mean(axis=0)))
    return float({"average": apart.mean(), "complete": apart.max(), "single": apart.min()}[method])


def test_ward_on_the_technology_indicators_gives_types_unless_constrained(tai: FloatArray) -> None:
    # Ward on the eight indicators is contiguous in rank in none of the cuts into 2 to 16 groups.
    unit = np.clip((tai - tai.min(axis=0)) / np.ptp(tai, axis=0), 0, 1)
    scores = unit.mean(axis=1)
    for count in range(2, 17):
        free = tiers.described(scores, tiers.cut(scores, count, indicators=unit, contiguous=False))
        assert not free.contiguous
        assert free.runs > count
        assert (np.diff(free.means) <= 0).all()
        bound = tiers.described(scores, tiers.cut(scores, count, indicators=unit))
        assert (bound.contiguous, bound.runs) == (True, count)
        best = tiers.cut(scores, count, "fisher", indicators=unit)
        features = np.column_stack([unit, scores])
        assert within(features, best) <= within(features, bound.tiers) + 1e-12
    assert tiers.described(scores, tiers.cut(scores, 3, "ward")).contiguous


def test_published_clusters_of_the_technology_data(tai: FloatArray) -> None:
    # OECD/JRC Handbook 2008, section 4.4: single linkage on z-scores, cut at squared distance 4.0, leaves
    # ten clusters; k-means finds 3 groups.
    z = (tai - tai.mean(axis=0)) / tai.std(axis=0, ddof=1)
    tree = linkage(z, "single")
    assert int((tree[:, 2] ** 2 > 4.0).sum()) + 1 == 10
    names = [
        "FIN",
        "USA",
        "SWE",
        "JPN",
        "KOR",
        "NLD",
        "GBR",
        "CAN",
        "AUS",
        "SGP",
        "DEU",
        "NOR",
        "IRL",
        "BEL",
        "NZL",
        "AUT",
        "FRA",
        "ISR",
        "ESP",
        "ITA",
        "CZE",
        "HUN",
        "SVN",
    ]
    scores = z.mean(axis=1)
    features = z - 0.0
    found = tiers.cut(scores, 10, "single", indicators=features, contiguous=False)
    groups = [
        {name for name, tier in zip(names, found, strict=True) if tier == label} for label in set(found)
    ]
    assert {"SWE", "USA"} in groups
    assert max(len(group) for group in groups) == 13


def test_quantile_tiers_are_those_of_pandas_where_no_score_is_at_a_quantile() -> None:
    import pandas as pd

    # Where one is, the side that pandas puts it on depends on rounding and on its release; see the next test.
    for units, count in [(100, 4), (12, 4), (23, 5), (9, 3)]:
        scores = np.random.default_rng(units).random(units)
        theirs = count - pd.qcut(scores, count, labels=False)
        assert tiers.cut(scores, count, "quantile").tolist() == theirs.tolist()


@pytest.mark.parametrize("count", [2, 3, 5, 6, 7, 9, 10])
def test_a_score_at_a_quantile_is_in_the_tier_below_also_where_fractions_round(count: int) -> None:
    for units in range(count, 60):
        scores = [*range(units, 0, -1)]
        at = [1 + Fraction((units - 1) * (count - tier), count) for tier in range(1, count)]
        expected = [1 + sum(score <= limit for limit in at) for score in scores]
        assert tiers.cut(scores, count, "quantile").tolist() == expected
        places = [sum(tier <= above for tier in expected) for above in range(1, count)]
        assert quantile_places(units, count).tolist() == places


def test_fixed_tiers_by_sizes_and_by_cuts() -> None:
    scores = [0.9, 0.4, 0.7, 0.7, 0.1]
    assert tiers.cut(scores, method="fixed", sizes=[1, 3, 1]).tolist() == [1, 2, 2, 2, 3]
    assert tiers.cut(scores, method="fixed", sizes=[2, 2, 1]).tolist() == [1, 2, 1, 1, 3]
    assert tiers.cut(scores, method="fixed", cuts=[0.7, 0.4]).tolist() == [1, 2, 1, 1, 3]
    assert tiers.cut(scores, method="fixed", cuts=[2.0, 0.4]).tolist() == [2, 2, 2, 2, 3]
    found = tiers.described(scores, [2, 2, 2, 2, 3], 3)
    assert found.sizes.tolist() == [0, 4, 1]
    assert np.isnan(found.means[0])
    assert found.contiguous


def test_kmeans_types_repeat_with_their_seed() -> None:
    random = np.random.default_rng(8)
    indicators, scores = random.normal(size=(50, 4)), random.normal(size=50)
    one, two = (
        tiers.cut(scores, 4, "kmeans", indicators=indicators, contiguous=False, seed=seed) for seed in (0, 0)
    )
    assert one.tolist() == two.tolist()
    means = tiers.described(scores, one).means
    assert (np.diff(means) < 0).all()


def test_thousands_of_units_are_cut_at_once() -> None:
    scores = np.random.default_rng(0).random(2800)
    assert tiers.described(scores, tiers.cut(scores, 6)).sizes.sum() == 2800


def test_what_cannot_be_cut_is_named() -> None:
    ranked = [3.0, 2.0, 2.0, 1.0]
    assert codes(lambda: tiers.cut(ranked, 0)) == ["T101"]
    assert codes(lambda: tiers.cut(ranked, 5)) == ["T101"]
    assert codes(lambda: tiers.cut([], 1)) == ["T101"]
    assert codes(lambda: tiers.cut(ranked, 4)) == ["T102"]
    assert codes(lambda: tiers.cut([1, np.nan], 1)) == ["T103"]
    assert codes(lambda: tiers.cut([1, 1, 1, 0], 2, "quantile")) == ["T104"]
    assert codes(lambda: tiers.cut([1, 1, 0], method="fixed", sizes=[1, 1, 1])) == ["T104"]
    assert codes(lambda: tiers.cut(ranked, method="fixed", sizes=[1, 1])) == ["T105"]
    assert codes(lambda: tiers.cut(ranked, method="fixed")) == ["T106"]
    assert codes(lambda: tiers.cut(ranked, method="fixed", cuts=[1, 2])) == ["T107"]
    assert codes(lambda: tiers.cut(ranked, 2, indicators=[[1.0]])) == ["T108"]
    assert codes(lambda: tiers.cut(ranked, 2, "quantile", indicators=[[1.0], [np.nan], [1], [2]])) == [
        "T110",
        "T109",
    ]
    assert codes(lambda: tiers.cut(ranked, 2, "fisher", indicators=np.ones((4, 1)), contiguous=False)) == [
        "T110"
    ]
    assert codes(lambda: tiers.cut(ranked, 2, "wards")) == ["S002"]
    assert codes(lambda: tiers.hierarchy(ranked, "fisher")) == ["T111"]
    assert codes(lambda: tiers.hierarchy([1.0])) == ["T101"]
    assert tiers.cut([1.0], 1).tolist() == [1]


@given(score_lists, st.integers(1, 4), st.sampled_from(LINKAGES))
def test_the_dendrogram_is_that_of_the_tiers(scores: FloatArray, count: int, method: str) -> None:
    assume(count <= len(np.unique(scores)))
    order, merges = tiers.hierarchy(scores, method)
    assert (1 + merges.labels(count)).tolist() == tiers.cut(scores, count, method)[order].tolist()


def test_types_closer_together_than_rounding_are_refused() -> None:
    scores, table = [1e15, 1e15, 1e15, 5.0], [[0.0], [1e-9], [2e-9], [0.0]]
    assert codes(lambda: tiers.cut(scores, 3, "kmeans", indicators=table, contiguous=False)) == ["T102"]
