"""Equal scores are tied, whatever the order of columns: panels held against fractions."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

import tierwise as tw
from tierwise.draws.models import weight_model
from tierwise.draws.simulate import simulate
from tierwise.draws.source import WeightedScores
from tierwise.draws.tier_rules import TierRule
from tierwise.inputs.sheet import Sheet
from tierwise.kernels.ranks import TIES
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan
from tierwise.stages import run
from tierwise.study.scenario import load_sheets
from tierwise.tables.scores import scores
from tierwise_addin import call

FRAMES = {"A": (0.83, 0.77, 0.74, 0.76), "B": (0.775,) * 4, "C": (0.5, 0.5, 0.4, 0.3)}


def exact_ranks(scores):
    return [1 + sum(other > one for other in scores) for one in scores]


def exact_ward(scores, count):
    """Return tiers of fractions: equal scores first, then the least growth of squares."""
    order = sorted(set(scores), reverse=True)
    clusters = [([score], scores.count(score)) for score in order]
    while len(clusters) > count:
        means = [
            sum(score * scores.count(score) for score in held) / Fraction(size) for held, size in clusters
        ]
        growth = [
            (means[at] - means[at + 1]) ** 2 * Fraction(clusters[at][1] * clusters[at + 1][1])
            / (clusters[at][1] + clusters[at + 1][1])
            for at in range(len(clusters) - 1)
        ]  # fmt: skip
        at = growth.index(min(growth))
        (one, few), (two, many) = clusters[at : at + 2]
        clusters[at : at + 2] = [(one + two, few + many)]
    tier = {score: 1 + at for at, (held, _) in enumerate(clusters) for score in held}
    return [tier[score] for score in scores]


def sheets_of(table, codes, weights, settings):
    rows = [["code", *codes], *([f"u{at}", *row] for at, row in enumerate(table))]
    framework = [["code", "weight"], *map(list, zip(codes, weights, strict=True))]
    scenario = [["key", "value"], ["index.normalisation", "none"], *map(list, settings.items())]
    cells = {"Data": rows, "Framework": framework, "Scenario": scenario}
    return {name: Sheet.from_cells(name, rows) for name, rows in cells.items()}


def indexed(table, codes, weights, **settings):
    scenario = load_sheets("equal", sheets_of(table, codes, weights, settings))
    return tw.index(scenario.panel, scenario.framework, scenario.spec), scenario.spec


@pytest.mark.parametrize("seed", range(10))
def test_ranks_tiers_and_lists_are_those_of_fractions(seed):
    rng = np.random.default_rng(seed)
    for _ in range(100):
        units, columns = int(rng.integers(6, 31)), int(rng.integers(2, 7))
        table = rng.integers(1, rng.choice([4, 6, 11]), (units, columns)).tolist()
        parts = [Fraction(int(a), int(b)) for a, b in rng.integers(1, rng.choice([6, 40]), (columns, 2))]
        exact = [sum(p * x for p, x in zip(parts, row, strict=True)) / sum(parts) for row in table]
        ranks = exact_ranks(exact)
        top = int(rng.integers(3, units + 1))
        listed = [at for at in range(units) if ranks[at] <= top]
        chosen = [exact[at] for at in listed]
        count = min(len(set(chosen)), 3)
        codes = [f"x{at}" for at in range(columns)]
        tree = Tree.flat(columns)
        plan = Plan.uniform(np.array(table, dtype=float), tree)
        local = tree.normalised(np.array([1.0, *map(float, parts)]))
        rule = TierRule(count)
        model = weight_model("box", tree, local, spread=1e-15)
        tally = simulate(WeightedScores(plan, model), draws=2, tier_rule=rule, top=top, threads=1)
        assert tally.setup.ranks.tolist() == ranks
        assert tally.rank_mean().tolist() == ranks  # in the draws as well
        expected = np.zeros(units, dtype=int)
        expected[listed] = exact_ward(chosen, count)
        assert tally.setup.nominal_tiers.tolist() == expected.tolist()
        assert (tally.p_tier_same() == 1).all()
        if rng.random() < 0.1:
            found, spec = indexed(
                table,
                codes,
                [1000 * float(part) for part in parts],
                **{"select.top": top, "tiers.count": count},
            )
            assert found.ranks.tolist() == ranks
            assert tw.tiers(found, spec).tiers.tolist() == expected.tolist()


def test_any_order_of_columns_gives_the_same_bytes():
    rng = np.random.default_rng(3)
    table, codes = rng.integers(1, 6, (100, 5)), ["a", "b", "c", "d", "e"]
    weights = [0.3, 0.25, 0.2, 0.15, 0.1]
    seen = set()
    for order in [*permutations(range(5))][::7]:
        scenario = load_sheets(
            "orders",
            sheets_of(
                table[:, order].tolist(),
                [codes[at] for at in order],
                [weights[at] for at in order],
                {"select.top": 20, "tiers.count": 4, "uncertainty.draws": 1},
            ),
        )
        seen.add(run(scenario, threads=1).tables["ranking"].to_csv(index=False))
    assert len(seen) == 1


@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_three_small_panels_in_all_orders(order):
    table = [[FRAMES[name][at] for at in order] for name in "ABC"]
    found, _ = indexed(table, ["p", "q", "r", "s"], [1, 1, 1, 1])
    assert found.ranks.tolist() == [1, 1, 3]
    assert found.score.tolist()[:2] == [0.775, 0.775]
    assert call("IDX_RANK", [[score] for score in found.scores[:, 0]]) == [[1], [1], [3]]
    cells = call("IDX_SCORE", table, [[1, 1, 1, 1]], "none")
    assert call("IDX_RANK", cells) == [[1], [1], [3]]
    assert call("IDX_TIERS", cells, 2) == [[1], [1], [2]]


def test_a_sum_and_what_it_means_are_equal_in_cells():
    assert call("IDX_RANK", [[0.1 + 0.2], [0.3], [0.1]]) == [[1], [1], [3]]
    assert call("IDX_NORMALISE", [[0.1 + 0.2], [0.3], [0.1]], "rank") == [[2], [2], [1]]
    assert call("IDX_NORMALISE", [[0.1 + 0.2], [0.3], [0.1]], "percentile") == [[0.5], [0.5], [0]]
    copeland = call("IDX_SCORE", [[0.1 + 0.2, 1], [0.3, 1], [0.1, 1]], [[1, 1]], "none", "copeland")
    assert copeland[0] == copeland[1]


@pytest.mark.parametrize("seed", range(5))
def test_ratings_on_five_points(seed):
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 6, (100, 5))
    codes = ["a", "b", "c", "d", "e"]
    total = table.sum(axis=1)
    found, spec = indexed(table.tolist(), codes, [1] * 5, **{"select.top": 20, "tiers.count": 4})
    assert found.ranks.tolist() == exact_ranks(total.tolist())
    tiers = tw.tiers(found, spec).tiers
    assert ((tiers > 0) == (total >= np.sort(total)[-20])).all()
    assert all(len(set(tiers[total == one].tolist())) == 1 for one in set(total.tolist()))


@pytest.mark.parametrize("ties", TIES)
def test_draws_that_shake_the_last_bits_keep_all_ranks(ties):
    table = np.random.default_rng(1).integers(1, 6, (60, 5)).astype(float)
    tree = Tree.flat(5)
    model = weight_model("box", tree, tree.normalised(np.ones(6)), spread=2e-16)
    tally = simulate(WeightedScores(Plan.uniform(table, tree), model), draws=300, ties=ties, threads=1)
    assert (tally.rank_mean() == tally.setup.ranks).all()


def test_fixed_cuts_are_reached_by_what_is_meant_to_reach_them():
    table = [[0.83, 0.77, 0.74, 0.76], [0.74, 0.76, 0.83, 0.77], [0.775] * 4, [0.5] * 4]
    found, spec = indexed(
        table, ["p", "q", "r", "s"], [1] * 4, **{"tiers.method": "fixed", "tiers.cuts": "[0.775]"}
    )
    assert tw.tiers(found, spec).tiers.tolist() == [1, 1, 1, 2]


def test_scores_are_rounded_at_each_level_as_asked_for():
    table = [[0.5, 0.625, 0.25], [0.25, 0.375, 0.75], [0.1, 0.9, 0.4]]
    framework = [["code", "parent", "weight"], ["d", "", 1], ["x", "d", 1], ["y", "d", 1], ["z", "", 1]]
    cells = {
        "Data": [["code", "x", "y", "z"], *([f"u{at}", *row] for at, row in enumerate(table))],
        "Framework": framework,
        "Scenario": [["key", "value"], ["index.normalisation", "none"]],
    }

    def scored(**given):
        scenario = load_sheets("levels", {name: Sheet.from_cells(name, rows) for name, rows in cells.items()})
        steps = scenario.spec.index.model_copy(update=given)
        spec = scenario.spec.model_copy(update={"index": steps})
        return tw.index(scenario.panel, scenario.framework, spec)

    d = [Fraction(x + y) / 2 for x, y in ((Fraction(a), Fraction(b)) for a, b, _ in table[:2])]
    assert [float(one) for one in d] == [0.5625, 0.3125]
    found = scored(round=(3, 2))
    assert found.scores[:2, 1].tolist() == [0.56, 0.31]
    assert found.scores[:2, 4].tolist() == [0.25, 0.75]
    assert found.score[:2].tolist() == [0.405, 0.53]
    assert scored(round=(2, 3)).scores[:2, 1].tolist() == [0.563, 0.313]
    assert scored(round=(2, 3), half="even").scores[:2, 1].tolist() == [0.562, 0.312]
    assert scored(round=("none", 1)).score[:2].tolist() == [pytest.approx(0.45), pytest.approx(0.55)]
    np.testing.assert_allclose(found.contributions.sum(axis=1), found.scores[:, 0], rtol=1e-12)
    assert scores(scored(round=(1, 2)))["index"].tolist() == sorted(scored(round=(1, 2)).score, reverse=True)
    leaves = scored(round=(2, 2, 1))
    assert leaves.plan.values[:2].tolist() == [[0.5, 0.6, 0.25], [0.3, 0.4, 0.75]]
    tree = leaves.plan.tree
    model = weight_model("box", tree, leaves.local_weights, spread=1e-15)
    tally = simulate(WeightedScores(scored(round=(2, 1)).plan, model), draws=5, decimals=2, threads=1)
    assert (tally.rank_mean() == tally.setup.ranks).all()
