"""Every answer of a tally against the same question asked of all draws at once, in plain NumPy and SciPy."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from tierwise.draws.blocks import BLOCK, block_generator, block_sizes
from tierwise.draws.models import weight_model
from tierwise.draws.simulate import simulate
from tierwise.draws.source import Block, WeightedScores
from tierwise.draws.tier_rules import TierRule
from tierwise.errors import TierwiseError
from tierwise.kernels.ranks import TIES
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan, scores
from tierwise.methods.tiers import cut

TREE = Tree(np.array([-1, 0, 0, 1, 1, 1, 2, 2]), np.array([3, 4, 5, 6, 7]))
NOMINAL = TREE.normalised(np.array([1, 3, 2, 1, 2, 1, 1, 1], dtype=float))
MODEL = weight_model("box", TREE, NOMINAL, spread=0.6)


@dataclass(frozen=True)
class Listed:
    """A source of given scores, in the order of draws."""

    rows: np.ndarray
    nodes: int = 0

    @property
    def units(self):
        return self.rows.shape[1]

    def block(self, rng, size):
        start = rng.bit_generator.seed_seq.spawn_key[0] * BLOCK
        part = self.rows[start : start + size]
        return Block(part, None, np.isnan(part).any(axis=1))


def weighted(units=40, seed=0, rule="arithmetic", digits=None):
    values = 0.05 + np.random.default_rng(seed).random((units, 5))
    return WeightedScores(
        Plan.uniform(values if digits is None else np.round(values, digits), TREE, rule), MODEL
    )


def all_draws(source, draws, seed):
    blocks = [source.block(block_generator(seed, block), size) for block, size in block_sizes(draws)]
    return np.vstack([block.scores for block in blocks]), np.vstack([block.local for block in blocks])


def plain_tiers(values, ranks, top, count, method, **settings):
    """Tier of every unit in every draw by the methods of the index itself, 0 = outside."""
    tiers = np.zeros(values.shape, dtype=int)
    for row, row_ranks, out in zip(values, ranks, tiers, strict=True):
        inside = np.flatnonzero(row_ranks <= top)
        out[inside] = cut(row[inside], count, method, **settings)
    return tiers


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("decimals", [None, 2])
def test_ranks_of_all_draws(ties, decimals):
    source = weighted()
    values, _ = all_draws(source, 2500, seed=5)
    values = values if decimals is None else np.round(values, decimals)
    ranks = rankdata(-values, ties, axis=1)
    nominal = source.nominal if decimals is None else np.round(source.nominal, decimals)
    tally = simulate(source, draws=2500, seed=5, ties=ties, decimals=decimals, top=10)
    assert (tally.draws, tally.failed, tally.complete) == (2500, 0, True)
    np.testing.assert_allclose(tally.rank_mean(), ranks.mean(axis=0), rtol=1e-12)
    for share in (0.0, 0.05, 0.5, 0.9, 1.0):
        expected = np.quantile(ranks, share, axis=0, method="inverted_cdf")
        np.testing.assert_array_equal(tally.rank_quantile(share), expected)
    np.testing.assert_array_equal(tally.rank_min(), ranks.min(axis=0))
    np.testing.assert_array_equal(tally.rank_max(), ranks.max(axis=0))
    np.testing.assert_allclose(tally.p_top(), (ranks <= 10).mean(axis=0))
    np.testing.assert_allclose(tally.p_top(3), (ranks <= 3).mean(axis=0))
    acceptability = (ranks[:, :, None] == tally.rank_values).mean(axis=0)
    np.testing.assert_allclose(tally.rank_acceptability(), acceptability)
    shift = np.abs(ranks - rankdata(-nominal, ties)).mean(axis=1)
    assert tally.rank_shift_mean() == pytest.approx(shift.mean())


TIER_RULES = {
    "ward": ({"method": "ward"}, {"method": "ward"}),
    "average": ({"method": "average"}, {"method": "average"}),
    "complete": ({"method": "complete"}, {"method": "complete"}),
    "single": ({"method": "single"}, {"method": "single"}),
    "fisher": ({"method": "fisher"}, {"method": "fisher"}),
    "quantile": ({"method": "quantile"}, {"method": "quantile"}),
    "fixed": ({"method": "fixed", "cuts": (0.7, 0.6)}, {"method": "fixed", "cuts": (0.7, 0.6)}),
}


@pytest.mark.parametrize("name", TIER_RULES)
@pytest.mark.parametrize("digits", [None, 1])
def test_tiers_found_in_all_draws(name, digits):
    rule, settings_of_cut = TIER_RULES[name]
    source = weighted(digits=digits)
    values, _ = all_draws(source, 300, seed=3)
    ranks = rankdata(-values, "min", axis=1)
    tally = simulate(source, draws=300, seed=3, tier_rule=TierRule(3, **rule), top=25)
    tiers = plain_tiers(values, ranks, 25, 3, **settings_of_cut)
    check_tiers(tally, values, tiers)
    nominal = plain_tiers(
        source.nominal[None], rankdata(-source.nominal, "min")[None], 25, 3, **settings_of_cut
    )
    np.testing.assert_array_equal(tally.setup.nominal_tiers, nominal[0])


def check_tiers(tally, values, tiers):
    count = tally.setup.tiers.count
    expected = (tiers[:, :, None] == np.arange(count + 1)).mean(axis=0)
    np.testing.assert_allclose(tally.tier_probabilities, expected)
    np.testing.assert_allclose(tally.p_tier_same(), (tiers == tally.setup.nominal_tiers).mean(axis=0))
    order = tally.setup.order
    np.testing.assert_allclose(tally.p_split(), (tiers[:, order[1:]] != tiers[:, order[:-1]]).mean(axis=0))
    for number in range(1, count):
        above = ((tiers > 0) & (tiers <= number)).sum(axis=1)
        exists = above < (tiers > 0).sum(axis=1)
        np.testing.assert_allclose(
            tally.cut_rank_probabilities[number - 1, :-1],
            np.bincount(above[exists], minlength=values.shape[1]) / len(values),
        )
        assert tally.cut_rank_probabilities[number - 1, -1] == pytest.approx((~exists).mean())
        places = np.quantile(above[exists], [0.05, 0.5, 0.95], method="inverted_cdf")
        assert [tally.cut_rank_quantile(p)[number - 1] for p in (0.05, 0.5, 0.95)] == places.tolist()
        if tally.setup.cutter.kind != "limits":
            middles = [
                (row[(t > 0) & (t <= number)].min() + row[t > number].max()) / 2
                for row, t in zip(values[exists], tiers[exists], strict=True)
            ]
            expected = np.quantile(middles, 0.05, method="inverted_cdf")
            assert tally.cut_score_quantile(0.05)[number - 1] == pytest.approx(expected, rel=2**-17)


def test_frozen_cuts_and_frozen_sizes():
    source = weighted()
    values, _ = all_draws(source, 300, seed=3)
    ranks = rankdata(-values, "min", axis=1)
    order = np.argsort(-source.nominal)[:25]
    nominal = cut(source.nominal[order], 3)
    sizes = np.bincount(nominal)[1:]
    limits = [
        (source.nominal[order][nominal == t].min() + source.nominal[order][nominal == t + 1].max()) / 2
        for t in (1, 2)
    ]
    frozen = {"fixed-cuts": {"cuts": limits}, "fixed-sizes": {"sizes": sizes}}
    for rule, settings_of_cut in frozen.items():
        tally = simulate(source, draws=300, seed=3, tier_rule=TierRule(3, rule), top=25)
        check_tiers(tally, values, plain_tiers(values, ranks, 25, 3, "fixed", **settings_of_cut))
    np.testing.assert_allclose(tally.p_cut_same(), 1.0)


def test_any_other_method_through_a_function():
    source = weighted()
    rule = TierRule(3, partition=lambda listed, units: cut(listed, 3, "ward"))
    tally = simulate(source, draws=100, tier_rule=rule, top=25)
    same = simulate(source, draws=100, tier_rule=TierRule(3), top=25)
    np.testing.assert_array_equal(tally.tier_probabilities, same.tier_probabilities)


def test_pairs_and_central_weights():
    source = weighted()
    values, local = all_draws(source, 2500, seed=2)
    tally = simulate(source, draws=2500, seed=2, quantities=("pairwise", "central"))
    wins = (values[:, :, None] > values[:, None, :]).mean(axis=0)
    np.testing.assert_allclose(tally.pairwise(), wins)
    np.testing.assert_allclose(tally.rank_mean(), 1 + wins.sum(axis=0))  # E[rank] = 1 + Σ c_ji
    first = values.argmax(axis=1)
    for unit in range(40):
        assert tally.p_first()[unit] == np.mean(first == unit)
        if unit in first:
            expected = local[first == unit].mean(axis=0)
            np.testing.assert_allclose(tally.central_weights()[unit], expected, atol=1e-9)
        else:
            assert np.isnan(tally.central_weights()[unit]).all()


@settings(max_examples=30)
@given(st.integers(1, 6), st.integers(1, 12), st.integers(0, 2**32), st.sampled_from(TIES))
def test_heavy_ties(levels, units, seed, ties):
    rows = np.random.default_rng(seed).integers(0, levels, (30, units)).astype(float)
    tally = simulate(Listed(rows), draws=30, nominal=rows[0], ties=ties)
    ranks = rankdata(-rows, ties, axis=1)
    np.testing.assert_allclose(tally.rank_mean(), ranks.mean(axis=0))
    np.testing.assert_array_equal(tally.rank_max(), ranks.max(axis=0))


def test_fewer_distinct_scores_than_tiers_in_a_draw_is_counted_as_a_cut_not_found():
    rows = np.array([[3.0, 2.0, 1.0, 0.0], [1.0, 1.0, 0.0, 0.0]])
    tally = simulate(Listed(rows), draws=2, nominal=rows[0], tier_rule=TierRule(3))
    assert tally.cut_rank_probabilities[:, -1].tolist() == [0.0, 0.5]


def test_failed_draws_are_counted_and_in_no_other_count():
    rows = np.random.default_rng(0).random((50, 6))
    rows[[3, 7], 2] = np.nan
    rows[9, 1] = np.inf
    tally = simulate(Listed(rows), draws=50, nominal=np.arange(6.0))
    good = np.isfinite(rows).all(axis=1)
    assert (tally.draws, tally.failed) == (47, 3)
    np.testing.assert_allclose(tally.rank_mean(), rankdata(-rows[good], axis=1).mean(axis=0))
    with pytest.raises(TierwiseError, match="U005"):
        simulate(Listed(rows * np.nan), draws=50, nominal=np.arange(6.0))


def test_the_first_draws_of_a_longer_run_are_the_blocks_of_a_shorter_one():
    source = weighted()
    values, _ = all_draws(source, 3 * BLOCK, seed=8)
    shorter, _ = all_draws(source, 2 * BLOCK, seed=8)
    np.testing.assert_array_equal(values[: 2 * BLOCK], shorter)
    np.testing.assert_array_equal(
        scores(source.plan, all_draws(source, 10, 8)[1]), all_draws(source, 10, 8)[0]
    )


def test_what_was_not_asked_for_is_refused_by_name():
    tally = simulate(weighted(), draws=10)
    for question in (tally.pairwise, tally.central_weights, tally.p_split):
        with pytest.raises(TierwiseError, match="U006"):
            question()


@pytest.mark.parametrize(
    ("settings_of_run", "code"),
    [
        ({"ties": "mn"}, "S002"),
        ({"quantities": ("pairs",)}, "S002"),
        ({"nominal": np.ones(3)}, "M011"),
        ({"nominal": np.full(40, np.nan)}, "U001"),
        ({"tier_rule": TierRule(5), "top": 4}, "T101"),
        ({"draws": 0}, "U014"),
        ({"draws": 10**10}, "U014"),
    ],
)
def test_what_cannot_be_counted_is_refused_before_the_first_draw(settings_of_run, code):
    with pytest.raises(TierwiseError, match=code):
        simulate(weighted(), **{"draws": 10, **settings_of_run})


def test_a_tier_rule_that_cannot_be_is_refused():
    for settings_of_rule in ({"rule": "refitted"}, {"method": "wards"}, {"count": 0}, {"method": "fixed"}):
        with pytest.raises(TierwiseError):
            TierRule(**settings_of_rule)
    with pytest.raises(TierwiseError, match="M011"):
        TierRule(4, method="fixed", sizes=(1, 2, 3))


def test_a_source_of_ones_own_needs_a_nominal_list():
    with pytest.raises(TierwiseError, match="U007"):
        simulate(Listed(np.ones((2, 2))), draws=2)


def test_a_unit_without_any_value_is_refused():
    values = np.ones((3, 5))
    values[1] = np.nan
    with pytest.raises(TierwiseError, match="U001"):
        WeightedScores(Plan.uniform(values, TREE), MODEL)
