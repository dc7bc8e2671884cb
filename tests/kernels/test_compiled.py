"""Each compiled kernel against its plain formula."""

import ast
import os
import pickle
import subprocess
import sys
from itertools import pairwise

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from tierwise.arrays import LINE, aligned
from tierwise.kernels.blanks import means_with_blanks
from tierwise.kernels.compiled import ENGINE, SOURCES, interpreted, sources_key
from tierwise.kernels.compiled_counts import (
    count_ranks,
    count_tiers,
    lay_out,
    list_rows,
    rank_shifts,
    sum_firsts,
    tiles_for,
)
from tierwise.kernels.compiled_pairs import count_wins, slice_places, slices_for
from tierwise.kernels.compiled_ranks import tied_rows
from tierwise.kernels.compiled_rounds import LOT, PLAIN, lot_for, merge_rows
from tierwise.kernels.compiled_scores import HELD, weighted_sums
from tierwise.kernels.compiled_tiers import linkage_rows, scratch_for
from tierwise.kernels.ranks import TIES, BlockRanks, spread_of
from tierwise.kernels.tiers import SHORT, partition, tiers_at
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import FEW, Plan, Scorer, ordered_sums, scores, sums_of
from tierwise.proofs.compiled_lines import WORK_ROWS, linkage_walk

SHAPES = {
    "smooth": lambda rng, shape: rng.normal(0.5, 0.1, shape),
    "one outlier": lambda rng, shape: np.where(np.arange(shape[1]) == 0, 1e9, rng.random(shape)),
    "heavy tails": lambda rng, shape: rng.standard_cauchy(shape),
    "many decades": lambda rng, shape: np.exp(8 * rng.standard_normal(shape)),
    "heavy ties": lambda rng, shape: np.round(rng.random(shape), 1),
    "some ties": lambda rng, shape: np.round(rng.random(shape), 3),
    "all equal": lambda rng, shape: np.full(shape, 2.5),
    "two heaps": lambda rng, shape: rng.random(shape) * 1e-6 + rng.integers(0, 2, shape),
    "last bits": lambda rng, shape: 1.0 + rng.integers(0, 9, shape) * 2.0**-52,
    "both signs": lambda rng, shape: rng.choice([-1e300, -5e-324, -0.0, 0.0, 5e-324, 1e300], shape),
}


def placed(sample, values):
    order, places = np.empty(values.shape, dtype=np.uint32), np.empty(values.shape, dtype=np.uint16)
    BlockRanks(sample).write(values, order, places)
    return order, places


def cells(values):
    """Return each draw in steps of its grid: 2^40 to the power of two above its largest magnitude."""
    exponent = np.clip(np.frexp(np.abs(values).max(axis=1, keepdims=True))[1], -1000, 1000)
    return np.rint(np.ldexp(values, 40 - exponent))


def check_places(given, order, places):
    values = cells(given)
    np.testing.assert_array_equal(places + 1, rankdata(-values, "min", axis=1))
    in_order = np.take_along_axis(values, order.astype(int), axis=1)
    assert (np.diff(in_order, axis=1) <= 0).all()
    np.testing.assert_array_equal(
        np.sort(order, axis=1), np.broadcast_to(np.arange(values.shape[1]), values.shape)
    )


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("units", [1, 2, 3, 50, 700, 3000])
def test_places_equal_the_competition_ranks_of_scipy(name, units):
    values = SHAPES[name](np.random.default_rng(units), (12, units))
    check_places(values, *placed(values[:3], values))


@given(arrays(np.float64, (5, 9), elements=st.floats(-1e300, 1e300)), st.sampled_from([*SHAPES]))
def test_places_do_not_depend_on_the_sample(values, name):
    sample = SHAPES[name](np.random.default_rng(0), (4, 9))
    check_places(values, *placed(sample, values))


@pytest.mark.parametrize("name", ["heavy ties", "all equal", "two heaps", "last bits"])
def test_where_more_units_meet_than_the_sample_shows_they_are_dealt(name):
    rng = np.random.default_rng(5)
    values = SHAPES[name](rng, (6, 500))
    check_places(values, *placed(SHAPES["smooth"](rng, (6, 500)), values))


def test_an_order_of_one_row_is_that_of_the_last_draw():
    values = np.random.default_rng(2).random((5, 30))
    order, places = np.empty((1, 30), dtype=np.uint32), np.empty((5, 30), dtype=np.uint16)
    BlockRanks(values).write(values, order, places)
    whole = placed(values, values)
    np.testing.assert_array_equal(places, whole[1])
    np.testing.assert_array_equal(order, whole[0][-1:])


def test_aligned_arrays_begin_where_a_line_of_the_cache_does():
    for shape in ((1,), (3, 5), (2, 7, 9), (0, 4)):
        made = aligned(*shape)
        assert made.shape == shape
        assert made.__array_interface__["data"][0] % (8 * LINE) == 0 or not made.size
        assert made.flags.c_contiguous


@given(st.sampled_from([*SHAPES]), st.integers(0, 2**32))
def test_the_map_to_buckets_is_monotone_and_within_them(name, seed):
    from tierwise.kernels.compiled_ranks import _keys

    rng = np.random.default_rng(seed)
    values = np.sort(SHAPES[name](rng, (1, 300)).ravel())
    ranks = BlockRanks(SHAPES[name](rng, (3, 300)))
    _keys(values, 0.0, ranks.spread, ranks.scratch)
    keys = ranks.scratch.keys.astype(int)
    assert (np.diff(keys) >= 0).all()
    assert 0 <= keys.min() <= keys.max() < ranks.buckets


def test_dense_heaps_get_levels_of_their_own():
    rng = np.random.default_rng(0)
    assert len(spread_of(SHAPES["two heaps"](rng, (9, 900)), 1 << 15).levels)
    assert not len(spread_of(SHAPES["smooth"](rng, (9, 900)), 1 << 15).levels)


@given(st.integers(1, 9), st.integers(1, 70), st.integers(1, 11), st.integers(0, 2**32))
def test_weighted_sums_have_the_bits_of_the_plain_ones(draws, units, indicators, seed):
    rng = np.random.default_rng(seed)
    weights, values = rng.normal(size=(draws, indicators)), rng.normal(size=(indicators, units))
    fast, plain = np.empty((draws, units)), np.empty((draws, units))
    weighted_sums(weights, values, fast)
    ordered_sums(weights, values, plain)
    np.testing.assert_array_equal(fast, plain)


@given(
    st.sampled_from(["arithmetic", "geometric", "harmonic", "power"]), st.booleans(), st.integers(0, 2**32)
)
def test_draws_have_the_bits_of_plain_scores(rule, blanks, seed):
    rng = np.random.default_rng(seed)
    tree = Tree(np.array([-1, 0, 0, 1, 1, 1, 2, 2]), np.array([3, 6, 4, 7, 5]))
    values = 0.1 + rng.random((11, 5))
    if blanks:
        values[rng.random(values.shape) < 0.3] = np.nan
    plan = Plan.uniform(values, tree, rule)
    local = tree.normalised(rng.random((6, 8)))
    scorer = Scorer(plan, weighted_sums, means=means_with_blanks)
    np.testing.assert_array_equal(scorer.scores(local), scores(plan, local))


@pytest.mark.parametrize("least", [0.0, 0.6])
@given(st.integers(1, 9), st.sampled_from([5, HELD, HELD + 30]), st.integers(0, 2**32))
def test_means_with_blanks_have_the_bits_of_plain_scores(least, draws, units, seed):
    """Nodes miss by themselves where too few children are there; weights may all be 0."""
    rng = np.random.default_rng(seed)
    parent = np.array([-1, 0, 0, 0, *[1] * 6, 2, 2, 2, 12, 12])
    tree = Tree(parent, np.array([9, 4, 3, 7, 6, 8, 14, 10, 13, 11, 5]))
    values = rng.normal(size=(units, 11))
    values[rng.random(values.shape) < rng.choice([0.05, 0.4])] = np.nan
    plan = Plan.uniform(values, tree, minimum_share=least)
    local = tree.normalised(rng.random((draws, tree.nodes)))
    local[0, 4] = local[0, 13] = 0.0
    np.testing.assert_array_equal(
        Scorer(plan, weighted_sums, means=means_with_blanks).scores(local), scores(plan, local)
    )


@given(arrays(np.int64, (4, 7), elements=st.integers(0, 3)), st.permutations(range(7)))
def test_tie_rules(values, given_order):
    places = (rankdata(-values, "min", axis=1) - 1).astype(np.uint16)
    for number, rule in enumerate(TIES):
        if rule == "min":
            continue
        ruled = np.empty_like(places)
        tied_rows(places, number, np.array(given_order), ruled)
        steps = 2 if rule == "average" else 1
        back = np.empty_like(places)
        back[:, :] = ruled[:, given_order]  # as the units were given
        expected = rankdata(-values[:, given_order], rule, axis=1)
        np.testing.assert_array_equal(back / steps + 1, expected)


@pytest.mark.parametrize("kind", [np.uint16, np.uint32])
def test_places_are_laid_out_and_counted(kind: type) -> None:
    """Of 27 units, those of two whole tiles and of the rest of the last one; others stay as they are."""
    rng = np.random.default_rng(3)
    places = np.array([rng.permutation(27) for _ in range(40)], dtype=np.uint16)
    tiles = tiles_for(64, 27)
    lowest, highest = np.full(27, 65535, dtype=np.uint16), np.zeros(27, dtype=np.uint16)
    for first, stop in pairwise([0, 13, 14, 40]):
        lay_out(places[first:stop], tiles, first, lowest, highest)
    np.testing.assert_array_equal(np.hstack([*tiles])[:40, :27], places)
    ends = places.min(axis=0).astype(np.int64), places.max(axis=0).astype(np.int64)
    np.testing.assert_array_equal((lowest, highest), ends)
    offset = np.maximum(ends[0] - 1, 0)
    counts = np.zeros((27, 28), dtype=kind)
    for _ in range(2):
        count_ranks(tiles, 40, *ends, 8, 27, offset, counts)
    for unit in range(27):
        expected = np.bincount(places[:, unit] - offset[unit], minlength=28) * 2 * (unit >= 8)
        np.testing.assert_array_equal(counts[unit], expected)


def test_rank_shifts() -> None:
    rng = np.random.default_rng(3)
    places = np.array([rng.permutation(9) for _ in range(40)], dtype=np.uint16)
    shifts = np.empty(40, dtype=np.int64)
    rank_shifts(places, np.arange(9, dtype=np.uint16), shifts)
    np.testing.assert_array_equal(shifts, np.abs(places.astype(int) - np.arange(9)).sum(axis=1))


@pytest.mark.parametrize("places", [140, 5000])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("units", [2, 9, 140])
def test_wins_of_all_pairs_by_slabs(places: int, tied: bool, units: int) -> None:
    """Of 5,000 places, more bits are looked at than of few; draws of a word before are forgotten."""
    rng = np.random.default_rng(units)
    edges = [0, 1, min(70, units), units]
    for size in (1, 64, 70) if units < 100 else (70,):
        scores = rng.normal(np.arange(units) / 4, 1.0, (size, units))  # some pairs never meet
        if tied:
            scores = scores.round()
        drawn = (rankdata(scores, "min", axis=1) - 1 + places - units).astype(np.uint16)
        ends = drawn.min(axis=0).astype(np.int64), drawn.max(axis=0).astype(np.int64)
        slices = slices_for(size, places, units)
        slices[:] = rng.integers(0, 2**63, slices.shape, dtype=np.uint64)
        slice_places(drawn[:40], 0, slices)
        slice_places(drawn[40:], 40, slices)
        wins = np.ones((units, units), dtype=np.uint32)
        for first, stop in pairwise(edges):
            count_wins(slices, size, *ends, first, stop, tied, wins)
        np.testing.assert_array_equal(wins - 1, (drawn[:, :, None] < drawn[:, None, :]).sum(axis=0))


def cut_both_ways(lists, selected, ward, count):
    """The cuts in rounds and those by the chain, of each list by itself."""
    fast, plain = (np.empty((len(lists), count - 1), dtype=np.int64) for _ in range(2))
    units = lists.shape[1]
    merge_rows(lists, selected, ward, lot_for(units), fast)
    for row in range(len(lists)):
        one = lists[row : row + 1, : selected[row]]
        none = np.full((1, count - 1), PLAIN)
        linkage_rows(one, selected[row : row + 1], 0 if ward else 1, scratch_for(units, count - 1), none)
        plain[row] = none
    return fast, plain


@pytest.mark.parametrize("ward", [True, False])
@given(st.integers(0, 2**32), st.integers(2, 6), st.sampled_from([1e-90, 1.0, 1e120]))
def test_merging_in_rounds_cuts_as_the_chain_does(ward, seed, count, unit):
    """Where it is sure. Of smooth lists with more units than tiers it is, of any size."""
    rng = np.random.default_rng(seed)
    lists = -np.sort(-rng.normal(size=(9, 40)) * unit, axis=1)
    selected = rng.integers(1, 41, 9)
    lists[1:3] = np.round(lists[1:3] / unit, 1) * unit  # with ties
    fast, plain = cut_both_ways(lists, selected, ward, count)
    sure = fast[:, 0] != PLAIN
    np.testing.assert_array_equal(fast[sure], plain[sure])
    alone, _ = cut_both_ways(lists[3:], selected[3:], ward, count)
    assert (alone[selected[3:] > count, 0] != PLAIN).all()


@pytest.mark.parametrize("linkage", range(4))
def test_kernels_as_plain_python_give_the_same_bits(linkage):
    """So that little work needs no compiler: the chain over few lists, the walk along few lines."""
    rng = np.random.default_rng(linkage)
    lists, selected = -np.sort(-np.round(rng.random((4, 12)), 1), axis=1), np.array([12, 9, 3, 1])
    scores, slopes = -np.sort(-rng.random(12)), rng.normal(size=12) * 1e-3
    found = []
    for kernel, walk in (
        (linkage_rows, linkage_walk),
        (interpreted(linkage_rows), interpreted(linkage_walk)),
    ):
        cuts = np.full((4, 3), PLAIN)
        kernel(lists, selected, linkage, scratch_for(12, 3), cuts)
        span, at = np.array([0.0, 1.0, 0.0, 0.0]), np.empty(64)
        walked, work = np.empty((64, 3), dtype=np.int64), np.empty((WORK_ROWS, 13))
        held = walk(scores, slopes, linkage, span, 1e-9, 50.0, work, at, walked)
        assert held > 0
        found.append([part.tobytes() for part in (cuts, span, at[:held], walked[:held])])
    assert found[0] == found[1]


@pytest.mark.parametrize("linkage", ["ward", "average", "complete", "single"])
def test_short_lists_are_cut_as_among_many(linkage):
    lists = -np.sort(-np.round(np.random.default_rng(3).random((40, 9)), 1), axis=1)
    assert lists[0].size < SHORT < lists.size
    together = partition(lists, 4, linkage)
    np.testing.assert_array_equal([partition(one, 4, linkage) for one in lists], together)


def test_sums_of_few_values_are_the_plain_ones():
    assert sums_of(FEW) is ordered_sums
    assert sums_of(FEW + 1) is weighted_sums


def test_merging_in_rounds_of_more_lists_than_one_lot_holds():
    rng = np.random.default_rng(8)
    lists = -np.sort(-rng.random((30, 700)), axis=1)
    selected = rng.integers(600, 701, 30)
    assert selected.sum() > 2 * LOT
    fast, plain = cut_both_ways(lists, selected, True, 4)
    np.testing.assert_array_equal(fast, plain)


@pytest.mark.parametrize(
    "scores",
    [
        [9.0, 8.0, 7.0, 3.0, 2.9, 0.0],  # 9 and 7 are as far from 8
        [9.0, 8.0, 8.0, 8.0, 3.0, 0.0],  # three are equal
        [9.0, 7.9, 7.0 - 1e-11, 3.0, 2.0 - 1e-12, 1.0],
        [9e200, 7e200, 3e200, 2.5e200, 1e200, 0.0],  # heights without end
        [9e-180, 7e-180, 3e-180, 2.5e-180, 1e-180, 0.0],  # heights that lose their digits
    ],
)
def test_lists_with_heights_that_cannot_be_told_apart_are_left_to_the_chain(scores):
    fast, _ = cut_both_ways(np.array([scores]), np.array([6]), True, 3)
    assert fast[0, 0] == PLAIN


def test_sums_of_the_weights_of_those_who_are_first():
    rng = np.random.default_rng(4)
    values = rng.integers(0, 3, (50, 4)).astype(float)
    order, places = placed(values, values)
    local = rng.random((50, 6))
    for ties in ("min", "max", "ordinal"):
        ruled = places.copy()
        if ties != "min":
            tied_rows(places, TIES.index(ties), np.arange(4), ruled)
        firsts, sums = np.zeros(4, dtype=np.int64), np.zeros((4, 6))
        sum_firsts(order, places, ruled, local, firsts, sums)
        first = (rankdata(-values, ties, axis=1) == 1).astype(int)
        np.testing.assert_array_equal(firsts, first.sum(axis=0))
        np.testing.assert_allclose(sums, first.T @ local)


@given(arrays(np.int64, (6, 8), elements=st.integers(0, 4)), st.integers(0, 7), st.integers(1, 7))
def test_lists_and_tiers_of_the_selected(values, last, first_cut):
    values = values.astype(float)
    order, places = placed(values, values)
    selected, reach = np.empty(6, dtype=np.int64), np.empty(6, dtype=np.int64)
    listed = np.zeros((6, 8))
    list_rows(values, order, places, places, last, False, selected, reach, listed)
    inside = places <= last
    np.testing.assert_array_equal(selected, inside.sum(axis=1))
    for row, count, units, end, best in zip(values, selected, inside, reach, listed, strict=True):
        np.testing.assert_array_equal(best[:count], -np.sort(-row[units]))
        assert end == max(np.flatnonzero(units)) + 1
        assert count == units.sum()
    cuts = np.full((6, 2), [first_cut, 8])
    tiers, splits = np.zeros((3, 8), dtype=np.uint16), np.zeros(8, dtype=np.uint16)
    cut_ranks = np.zeros((2, 9), dtype=np.int64)
    count_tiers(
        places, places, last, selected, reach, cuts, tiers, splits, cut_ranks, np.empty(9, dtype=np.uint8)
    )
    expected = np.where(inside, tiers_at(np.array([first_cut, 8]), 8)[places], 0)
    for tier in (1, 2, 3):
        np.testing.assert_array_equal(tiers[tier - 1], (expected == tier).sum(axis=0))
    np.testing.assert_array_equal(splits[:-1], (expected[:, 1:] != expected[:, :-1]).sum(axis=0))
    assert cut_ranks[1, 8] == 6
    assert cut_ranks[0, first_cut] == (first_cut < selected).sum()


LOADED = """
import numpy as np
from tierwise.methods.scores import Plan
from tierwise.kernels.tree import Tree
from tierwise.kernels.tiers import partition
from tierwise.draws.simulate import simulate
from tierwise.draws.source import WeightedScores
from tierwise.draws.models import weight_model
from tierwise.draws.tier_rules import TierRule

tree = Tree.flat(4)
values = np.random.default_rng(0).random((300, 4))
for digits in (1, 15):
    plan = Plan.uniform(np.round(values, digits), tree)
    model = weight_model("box", tree, tree.normalised(np.ones(5)), spread=0.5)
    for method in ("ward", "fisher", "quantile"):
        tally = simulate(WeightedScores(plan, model), draws=1500, tier_rule=TierRule(4, method=method))
        print(tally.rank_mean().sum(), tally.p_tier_same().sum())
"""


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_kernels_that_are_loaded_from_their_cache_do_the_same(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}

    def run():
        return subprocess.run(
            [sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True, check=True
        ).stdout

    first, again = run(), run()
    indexes = [*tmp_path.rglob("*.nbi")]
    assert first == again
    assert indexes
    for at, index in enumerate(indexes):  # of a class that was renamed since; cut short; empty
        renamed = pickle.dumps(numba.__version__) + b"ctierwise.kernels.compiled_ranks\nRenamedSince\n."
        index.write_bytes([renamed, index.read_bytes()[:40], b""][at % 3])
        index.with_name(index.name.replace(sources_key(), "of_old")).write_bytes(renamed)
    assert run() == first
    assert {*tmp_path.rglob("*.nbi")} == {*indexes}  # and what was kept under other sources is gone


def test_every_source_of_compiled_code_is_in_the_key_of_its_cache():
    kernels = {
        path
        for path in ENGINE.rglob("*.py")
        if any(line.strip() in {"@compiled", "@inlined"} for line in path.read_text("utf-8").splitlines())
    }
    assert kernels <= {path for pattern in SOURCES for path in ENGINE.glob(pattern)}
    constants = set()
    for path in kernels:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("tierwise."):
                constants.add(str(node.module).removeprefix("tierwise.").rpartition(".")[2])
    assert {one for one in constants if not one.startswith("compiled")} <= {"arrays", "tolerances"}
