"""Methods as uncertain factors: what each combination gives, what cannot be combined."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tierwise as tw
from tierwise.draws.choices import Choices, MethodDraws, leave_out
from tierwise.draws.models import weight_model
from tierwise.draws.simulate import simulate
from tierwise.kernels.ranks import rank
from tierwise.kernels.tree import Tree
from tierwise.methods.audit_tree import without
from tierwise.methods.tiers import cut
from tierwise.spec import MethodsSpec, TiersSpec, UncertaintySpec
from tierwise.study.choices import choices_of, tier_partition
from tierwise.study.index import scored

TREE = Tree(np.array([-1, 0, 0, 0, 1, 1, 2, 2, 2, 3]), np.arange(4, 10))
LOCAL = np.array([1.0, 0.5, 0.3, 0.2, 0.6, 0.4, 0.5, 0.25, 0.25, 1.0])


@pytest.fixture(scope="module")
def tai() -> tuple[tw.Scenario, tw.Index]:
    scenario = tw.load("technology-achievement")
    return scenario, tw.index(scenario.panel, scenario.framework, scenario.spec)


def made(index: tw.Index, **settings: Any) -> Choices:
    found = choices_of(index, MethodsSpec.model_validate(settings))
    assert found is not None
    return found


def codes(index: tw.Index, **settings: Any) -> list[str]:
    with pytest.raises(tw.TierwiseError) as caught:
        choices_of(index, MethodsSpec.model_validate(settings))
    for found in caught.value.problems:
        assert found.line("en")
        assert found.line("zh")
    return [found.code for found in caught.value.problems]


def test_each_combination_is_the_index_with_these_methods(tai: tuple[tw.Scenario, tw.Index]) -> None:
    scenario, index = tai
    choices = made(
        index, normalisation=["min-max", "z-score"], aggregation=["arithmetic", ["copeland", "arithmetic"]]
    )
    assert [factor.name for factor in choices.factors] == ["normalisation", "aggregation"]
    assert choices.factors[1].options == ("arithmetic", "copeland / arithmetic")
    picked = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [0, 0]])
    found = choices.scores(picked, np.tile(index.local_weights, (5, 1)))
    for row, (normalisation, aggregation) in enumerate(picked):
        steps = {
            "normalisation": ["min-max", "z-score"][normalisation],
            "aggregation": ["arithmetic", ("copeland", "arithmetic")][aggregation],
        }
        spec = scenario.spec.model_copy(update={"index": index.spec.model_copy(update=steps)})
        other = scored(scenario.panel, scenario.framework, spec, None)
        np.testing.assert_allclose(found[row], other.scores[:, 0], atol=1e-12)


def test_values_are_moved_above_zero_for_rules_that_need_it(tai: tuple[tw.Scenario, tw.Index]) -> None:
    _, index = tai
    choices = made(index, normalisation=["min-max", "z-score"], aggregation=["arithmetic", "geometric"])
    found = choices.scores(np.array([[0, 0], [0, 1], [1, 1]]), np.tile(index.local_weights, (3, 1)))
    assert np.isfinite(found).all()
    plain, moved, z = choices.variants[0].plan.values, choices.variants[1].plan.values, choices.variants[3]
    assert plain.min() == 0
    np.testing.assert_allclose(moved, 0.01 + 0.99 * plain, atol=1e-12)
    assert z.plan.values.min() == pytest.approx(0.01)
    assert z.plan.values.max() == pytest.approx(1)
    spread = z.plan.values.std(axis=0, ddof=1)
    np.testing.assert_allclose(spread, spread[0])  # one line for all indicators


def test_draws_vary_methods_and_are_reproducible(tai: tuple[tw.Scenario, tw.Index]) -> None:
    _, index = tai
    choices = made(
        index, aggregation=["arithmetic", "geometric"], normalisation=["goalposts"], leave_out=True
    )
    model = weight_model("box", index.plan.tree, index.local_weights)
    source = MethodDraws(choices, model)
    again = pickle.loads(pickle.dumps(source))
    blocks = [each.block(np.random.default_rng(7), 300) for each in (source, again)]
    assert (blocks[0].scores == blocks[1].scores).all()
    assert (blocks[0].local == model.draw(np.random.default_rng(7), 300)).all()
    tally = simulate(source, draws=3000, nominal=index.scores[:, 0], threads=2)
    assert tally.failed == 0
    shares = np.stack([choices.pick(np.random.default_rng(1), 9000)[:, k] for k in (1, 2)])
    np.testing.assert_allclose(np.bincount(shares[0]) / 9000, 0.5, atol=0.02)
    np.testing.assert_allclose(np.bincount(shares[1]) / 9000, 1 / 9, atol=0.02)


@pytest.mark.parametrize("node", range(1, 10))
def test_leaving_out_equals_the_audit(node: int) -> None:
    expected = without(TREE, LOCAL, [node])
    expected[node] = 0.0  # the audit keeps the local weight of a node whose parent is left out
    found = leave_out(TREE, np.tile(LOCAL, (3, 1)), node)
    np.testing.assert_allclose(TREE.leaf_weights(found), np.tile(TREE.leaf_weights(expected), (3, 1)))


def test_leaving_out_the_only_one_leaves_nothing() -> None:
    assert np.isnan(leave_out(Tree.flat(1), np.ones((2, 2)), 1)).all()


def test_noise_is_in_the_data_before_normalisation(tai: tuple[tw.Scenario, tw.Index]) -> None:
    scenario, index = tai
    choices = made(index, noise={"patents": 0.1}, normalisation=["min-max"])
    draw = np.random.default_rng(1).standard_normal((1, 23, 8))
    found = choices.scores(np.array([[0]]), index.local_weights[None], draw)[0]
    values = np.array(scenario.panel.values)
    values[:, 0] *= 1 + 0.1 * draw[0, :, 0]
    spec = scenario.spec.model_copy(
        update={"index": index.spec.model_copy(update={"normalisation": "min-max"})}
    )
    other = scored(replace(scenario.panel, values=values), scenario.framework, spec, None)
    np.testing.assert_allclose(found, other.scores[:, 0], atol=1e-12)


def test_methods_of_tiers_are_all_used(tai: tuple[tw.Scenario, tw.Index]) -> None:
    mixed = tier_partition(MethodsSpec(tiers=("ward", "quantile")), TiersSpec(), 4)
    assert mixed is not None
    scores = -np.sort(-np.random.default_rng(1).lognormal(size=(200, 30)), axis=1)
    units = np.arange(30)
    ward = np.array([(mixed(row, units) == cut(row, 4, "ward")).all() for row in scores])
    assert 0.3 < ward.mean() < 0.7
    other = np.array([(mixed(row, units) == cut(row, 4, "quantile")).all() for row in scores])
    assert (ward | other).all()


def test_robustness_says_what_varied(tai: tuple[tw.Scenario, tw.Index]) -> None:
    scenario, index = tai
    methods = {"aggregation": ["arithmetic", "geometric"], "leave_out": True, "tiers": ["ward", "fisher"]}
    settings = UncertaintySpec.model_validate({"draws": 500, "methods": methods, "seed": 0})
    spec = scenario.spec.model_copy(update={"uncertainty": settings})
    tiers = tw.tiers(index, spec)
    found = tw.robustness(index, tiers, spec)
    assert repr(found).startswith("Robustness(500 draws, box, aggregation, leave out; mean rank shift")
    assert found.rank_shift > tw.robustness(index, tiers, scenario.spec).rank_shift
    assert found.proven is None
    from tierwise.tables.robustness import cuts

    assert "score_low" not in cuts(found)


def test_nothing_varies_by_default(tai: tuple[tw.Scenario, tw.Index]) -> None:
    assert choices_of(tai[1], MethodsSpec()) is None
    assert tier_partition(MethodsSpec(), TiersSpec(), 4) is None


def test_refused(tai: tuple[tw.Scenario, tw.Index]) -> None:
    index = tai[1]
    assert codes(index, noise={"patent": 0.1, "royalties": -0.5}) == ["U122", "U125"]
    with pytest.raises(tw.TierwiseError) as caught:
        tier_partition(MethodsSpec(tiers=("ward", "fixed")), TiersSpec(), 4)
    assert caught.value.problems[0].code == "U121"


def test_a_combination_that_cannot_be_is_named_with_its_reason(tai: tuple[tw.Scenario, tw.Index]) -> None:
    scenario = tai[0]
    values = np.array(scenario.panel.values)
    values[:, 3] = np.r_[1.0, np.zeros(22)]
    panel = replace(scenario.panel, values=values)
    other = tw.index(panel, scenario.framework, scenario.spec)
    choices = MethodsSpec(normalisation=("goalposts", "log"))
    with pytest.raises(tw.TierwiseError) as caught:
        choices_of(other, choices)
    first, reason = caught.value.problems
    assert (first.code, first.fields["combination"]) == ("U120", "log")
    assert reason.code == "M003"


def test_geometric_ranks_of_the_handbook(tai: tuple[tw.Scenario, tw.Index]) -> None:
    """Geometric aggregation moves Korea far down, as in Table 38 of the Handbook (5th to 16th)."""
    _, index = tai
    choices = made(index, aggregation=["arithmetic", "geometric"])
    local = np.tile(index.plan.tree.normalised(np.ones(index.plan.tree.nodes)), (2, 1))
    ranks = rank(choices.scores(np.array([[0], [1]]), local))
    korea = index.panel.names.index("Korea, Rep. of")
    assert ranks[1][korea] - ranks[0][korea] >= 8


def test_from_a_scenario_file(tmp_path: Path) -> None:
    from tierwise.stages import check

    head = 'name = "methods"\nextends = "technology-achievement"\n'
    file = tmp_path / "methods.toml"
    file.write_text(head + "[uncertainty.methods]\nnoise = {patens = 0.1}\n", encoding="utf-8")
    with pytest.raises(tw.TierwiseError) as caught:
        check(file)
    assert [(found.code, found.place) for found in caught.value.problems] == [
        ("U122", "[uncertainty.methods] noise")
    ]
    methods = '[uncertainty]\ndraws = 200\nmethods = {aggregation = ["arithmetic", "geometric"]}\n'
    file.write_text(head + methods, encoding="utf-8")
    results = tw.run(file)
    assert results.study.robustness.varied == ("aggregation",)
    assert "rank_best_exact" not in results.tables["robustness"]
