"""Each compiled kernel against its plain formula."""

import ast
import os
import pickle
import subprocess
import sys

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from tierwise.kernels.compiled import ENGINE, SOURCES, sources_key
from tierwise.kernels.compiled_counts import (
    count_ranks,
    count_tiers,
    count_wins,
    list_rows,
    rank_shifts,
    sum_firsts,
)
from tierwise.kernels.compiled_ranks import tied_rows
from tierwise.kernels.compiled_scores import weighted_sums
from tierwise.kernels.ranks import TIES, BlockRanks, spread_of
from tierwise.kernels.tiers import tiers_at
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan, Scorer, ordered_sums, scores

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
    order, places = np.empty(values.shape, dtype=np.uint16), np.empty(values.shape, dtype=np.uint16)
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


@given(st.sampled_from([*SHAPES]), st.integers(0, 2**32))
def test_the_map_to_buckets_is_monotone_and_within_them(name, seed):
    from tierwise.kernels.compiled_ranks import _keys

    rng = np.random.default_rng(seed)
    values = -np.sort(-SHAPES[name](rng, (1, 300)).ravel())
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
    np.testing.assert_array_equal(Scorer(plan, weighted_sums).scores(local), scores(plan, local))


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


def test_counts_of_ranks_shifts_and_wins():
    rng = np.random.default_rng(3)
    places = np.array([rng.permutation(9) for _ in range(40)], dtype=np.uint16)
    ends = places.min(axis=0).astype(np.int64), places.max(axis=0).astype(np.int64)
    offset = np.maximum(ends[0] - 1, 0)
    counts = np.zeros((9, 10), dtype=np.uint32)
    for _ in range(2):
        count_ranks(places, *ends, 2, 7, offset, counts)
    for unit in range(9):
        expected = np.bincount(places[:, unit] - offset[unit], minlength=10) * 2 * (2 <= unit < 7)
        np.testing.assert_array_equal(counts[unit], expected)
    shifts = np.empty(40, dtype=np.int64)
    rank_shifts(places, np.arange(9, dtype=np.uint16), shifts)
    np.testing.assert_array_equal(shifts, np.abs(places.astype(int) - np.arange(9)).sum(axis=1))


@pytest.mark.parametrize("kind", [np.uint16, np.int16])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("units", [2, 9, 21])
def test_wins_of_all_pairs_by_slabs(kind: type, tied: bool, units: int) -> None:
    rng = np.random.default_rng(units)
    for size in (1, 40):
        scores = rng.normal(np.arange(units) / 4, 1.0, (size, units))  # some pairs never meet
        if tied:
            scores = scores.round()
        places = (rankdata(scores, "min", axis=1) - 1).astype(kind)
        ends = places.min(axis=0).astype(np.int64), places.max(axis=0).astype(np.int64)
        wins = np.ones((units, units), dtype=np.uint32)
        for first, stop in ((0, 1), (1, min(10, units)), (min(10, units), units)):
            count_wins(np.ascontiguousarray(places.T), *ends, first, stop, tied, wins)
        np.testing.assert_array_equal(wins - 1, (places[:, :, None] < places[:, None, :]).sum(axis=0))


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
