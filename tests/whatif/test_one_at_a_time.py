"""Swings and sweeps: each change is checked by scoring the list again on both sides of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tierwise as tw
from tierwise.draws.setup import Setup, setup
from tierwise.draws.tier_rules import TierRule
from tierwise.kernels.ranks import rank
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan, scores
from tierwise.methods.tiers import cut
from tierwise.spec import Spec
from tierwise.study import one_at_a_time as tables
from tierwise.study.one_at_a_time import most_moving
from tierwise.whatif.path import path
from tierwise.whatif.sweep import TOLERANCE, Sweep, sweep
from tierwise.whatif.swing import swing
from tierwise.whatif.vary import free_nodes, varied
from tierwise.words.formulas import FORMULA

LOCAL = np.array([1, 0.6, 0.4, 0.5, 0.3, 0.2, 0.7, 0.3])
RULES = ["arithmetic", "geometric", "harmonic", "power", "mazziotta-pareto", "topsis"]


def values(seed: int, units: int = 14) -> np.ndarray:
    return np.random.default_rng(seed).random((units, 5)) + 0.1


def made(plan: Plan, top: int | None = None, rule: TierRule | None = None) -> Setup:
    return setup(scores(plan, LOCAL[None])[0], plan.tree.nodes, top=top, tiers=rule or TierRule(count=3))


def ranks_at(plan: Plan, node: int, weight: float) -> np.ndarray:
    return rank(scores(plan, varied(plan.tree, LOCAL, node, weight))[0])


def check_swaps(plan: Plan, found: Sweep, step: float) -> None:
    """Look a step before and a step after each swap; a step that holds another swap tells nothing."""
    node, swaps = found.path.node, found.swaps
    looked = 0
    for at, weight in enumerate(swaps.weights):
        if np.sum(np.abs(swaps.weights - weight) <= 2 * step) > 1:
            continue
        away = step if weight >= found.path.nominal else -step
        near, far = (ranks_at(plan, node, weight + sign * away) for sign in (-1, 1))
        gains, loses = swaps.gains[at], swaps.loses[at]
        assert (near[gains], far[gains]) == (swaps.rank[at] + 1, swaps.rank[at])
        assert (near[loses], far[loses]) == (swaps.rank[at], swaps.rank[at] + 1)
        looked += 1
    assert looked > 0.8 * len(swaps.weights) - 1


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("node", [1, 4, 6])
def test_swaps_are_where_they_say(rule: str, node: int, two_levels: Tree) -> None:
    plan = Plan.uniform(values(2), two_levels, rule)
    found = sweep(plan, LOCAL, made(plan), node)
    assert found.exact == (rule in {"arithmetic", "geometric", "harmonic", "power"})
    check_swaps(plan, found, 1e-9 if found.exact else 2 * TOLERANCE)


@given(st.integers(0, 10_000), st.sampled_from([1, 2, 3, 5, 7]))
def test_no_swap_is_missed_where_scores_are_affine(seed: int, node: int) -> None:
    """Two lines cross once at most: as many swaps as pairs whose order differs between the ends."""
    tree = Tree(np.array([-1, 0, 0, 1, 1, 1, 2, 2]), np.arange(3, 8))
    plan = Plan.uniform(values(seed).round(1), tree)
    found = sweep(plan, LOCAL, made(plan), node)
    low, high = scores(plan, varied(tree, LOCAL, node, [found.path.low, found.path.high])).round(12)
    first, second = np.triu_indices(plan.units, 1)
    turned = np.sign(low[first] - low[second]) * np.sign(high[first] - high[second]) < 0
    assert len(found.swaps.weights) == turned.sum()
    assert np.all(np.diff(np.abs(found.swaps.weights - found.path.nominal)) >= 0)


@pytest.mark.parametrize(
    "rule",
    [
        TierRule(count=3),
        TierRule(count=3, method="fisher"),
        TierRule(count=3, method="quantile"),
        TierRule(count=3, rule="fixed-cuts"),
        TierRule(count=3, rule="fixed-sizes"),
    ],
)
def test_tiers_between_changes_are_the_last_ones(rule: TierRule, two_levels: Tree) -> None:
    plan = Plan.uniform(values(5), two_levels)
    listed = made(plan, rule=rule)
    for node in free_nodes(two_levels).tolist():
        found = sweep(plan, LOCAL, listed, node)
        moves, nominal = found.moves, found.path.nominal
        assert moves.exact.all()
        for weight in np.random.default_rng(node).uniform(found.path.low, found.path.high, 40):
            near = np.abs(moves.weights - weight) <= 2 * TOLERANCE
            if near.any():
                continue
            own = scores(plan, varied(two_levels, LOCAL, node, weight))[0]
            same_side = (moves.weights - nominal) * (weight - nominal) > 0
            passed = same_side & (np.abs(moves.weights - nominal) < abs(weight - nominal))
            if passed.any():
                expected = moves.after[np.flatnonzero(passed)[-1]]
            else:
                expected = _tiers(scores(plan, LOCAL[None])[0], rule, listed)
            assert expected.tolist() == _tiers(own, rule, listed).tolist()


def _tiers(own: np.ndarray, rule: TierRule, listed: Setup) -> np.ndarray:
    """Tiers by the plain functions."""
    if rule.rule == "fixed-cuts":
        assert listed.cutter is not None
        return cut(own, method="fixed", cuts=[*listed.cutter.limits])
    if rule.rule == "fixed-sizes":
        assert listed.cutter is not None
        return cut(own, method="fixed", sizes=[*np.diff([0, *listed.cutter.places, len(own)])])
    return cut(own, rule.count, rule.method)


@pytest.mark.parametrize("method", ["ward", "average", "fisher"])
def test_the_search_finds_what_follows_event_by_event(
    method: str, two_levels: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan.uniform(values(11), two_levels)
    listed = made(plan, rule=TierRule(count=3, method=method))
    followed = [sweep(plan, LOCAL, listed, node).moves for node in (1, 3, 7)]
    monkeypatch.setattr("tierwise.whatif.sweep.MOST_EXACT", 0)
    searched = [sweep(plan, LOCAL, listed, node).moves for node in (1, 3, 7)]
    for exact, near in zip(followed, searched, strict=True):
        assert exact.exact.all()
        assert near.weights == pytest.approx(exact.weights, abs=TOLERANCE)
        assert near.after.tolist() == exact.after.tolist()


def test_entries_and_exits(two_levels: Tree) -> None:
    plan = Plan.uniform(values(8), two_levels)
    found = sweep(plan, LOCAL, made(plan, top=5, rule=TierRule(count=2)), 2, reach=0.3)
    changes = (found.moves.before == 0) != (found.moves.after == 0)
    assert changes.any()
    assert (found.swaps.rank <= 5).all()
    for at in np.flatnonzero(changes.any(axis=1)):
        weight = found.moves.weights[at]
        assert found.moves.exact[at]
        beyond = ranks_at(plan, 2, weight + (1e-9 if weight > 0.4 else -1e-9))
        assert ((found.moves.after[at] > 0) == (beyond <= 5)).all()


def test_a_missing_sibling_is_searched_for(two_levels: Tree) -> None:
    table = values(3)
    table[4, 0] = np.nan
    plan = Plan.uniform(table, two_levels)
    assert path(plan, LOCAL, 3).mean is None
    assert path(plan, LOCAL, 1).mean is not None
    assert path(plan, LOCAL, 6).mean is not None
    check_swaps(plan, sweep(plan, LOCAL, made(plan), 3), 2 * TOLERANCE)


def test_equal_units_never_swap(two_levels: Tree) -> None:
    table = values(3)
    table[1] = table[0]
    plan = Plan.uniform(table, two_levels)
    for node in range(1, 8):
        swaps = sweep(plan, LOCAL, made(plan), node).swaps
        assert not (np.isin(swaps.gains, [0, 1]) & np.isin(swaps.loses, [0, 1])).any()


def test_swings_are_lists_scored_again(two_levels: Tree) -> None:
    plan = Plan.uniform(values(4), two_levels)
    listed = made(plan, top=6, rule=TierRule(count=2))
    found = swing(plan, LOCAL, listed)
    assert len(found.nodes) == 7 * 4
    assert found.weights[:4] == pytest.approx([0.5, 0.7, 0.45, 0.75])
    assert found.weights[found.nodes == 5] == pytest.approx([0.1, 0.3, 0.15, 0.25])
    for at in (0, 5, 17, 27):
        ranks = ranks_at(plan, int(found.nodes[at]), found.weights[at])
        shift = np.abs(ranks - listed.ranks)[(ranks <= 6) | (listed.ranks <= 6)]
        assert found.differences.rank_shift_mean[at] == pytest.approx(shift.mean())
        assert found.differences.rank_shift_max[at] == shift.max()
        assert found.differences.entries[at] == np.sum((ranks <= 6) & (listed.ranks > 6))
    clipped = swing(plan, LOCAL, listed, points=0.5, share=None)
    assert clipped.weights.min() == 0
    assert clipped.weights.max() == 1


def test_the_counties(counties: tw.Scenario) -> None:
    index = tw.index(counties.panel, counties.framework, counties.spec, counties.experts)
    tiers = tw.tiers(index, counties.spec)
    swung = tw.swings(index, tiers, counties.spec)
    frame = swung.to_frame("zh")
    assert len(frame) == 24 * 4
    assert frame["change"][:4].tolist() == ["减10个百分点", "增10个百分点", "减25%", "增25%"]
    assert not frame["change"].str.startswith(FORMULA).any()
    assert most_moving(swung) == [*index.framework.codes[1:]]
    swept = tw.sweeps(index, tiers, counties.spec, nodes=["创新", "人均GDP"])
    assert all(one.exact for one in swept.sweeps)
    table = swept.to_frame("en")
    assert set(table["what"]) <= {"rank", "tier", "cut 1", "cut 2", "cut 3"}
    assert table.loc[table["what"] == "rank", "exact"].eq(1).all()
    first = table[table["what"] == "rank"].iloc[0]
    assert (first["code"], first["gaining"], first["losing"]) == (
        "创新",
        "新昌县",
        "寿光市",
    )  # tied in the list
    lines = tables.lines(swept)
    assert lines["code"].tolist() == ["创新"] * 11 + ["人均GDP"] * 11
    assert len(lines.columns) == 3 + 4 * 3  # two units on each side of three cuts
    assert repr(swung).startswith("NodeSwings(96 changes; ")
    assert repr(swept).startswith("NodeSweeps(2 nodes: ")


def test_cuts_that_move_name_those_who_change_sides(counties: tw.Scenario) -> None:
    index = tw.index(counties.panel, counties.framework, counties.spec, counties.experts)
    tiers = tw.tiers(index, counties.spec)
    table = tw.sweeps(index, tiers, counties.spec, nodes=["创新"]).to_frame("en")
    moved = table[table["what"].str.startswith("cut")]
    for row in moved.itertuples():
        named = len([*filter(None, (row.gaining or row.losing).split(", "))])
        assert named == abs(row.place_after - row.place_before)
        assert bool(row.gaining) == (row.place_after > row.place_before)


def test_swaps_across_frozen_cuts_are_changes_of_tier(counties: tw.Scenario) -> None:
    spec = Spec.model_validate(
        {**counties.spec.model_dump(exclude_unset=True), "uncertainty": {"tiers": "fixed-sizes"}}
    )
    index = tw.index(counties.panel, counties.framework, spec, counties.experts)
    table = tw.sweeps(index, tw.tiers(index, spec), spec, nodes=["绿色"]).to_frame("zh")
    tier = table[table["what"] == "梯队"]
    assert len(tier)
    assert tier["exact"].eq(1).all()
    assert (tier["place_before"] - tier["place_after"]).eq(1).all()
    swaps = table[table["what"] == "名次"].set_index("weight_at")
    for row in tier.itertuples():
        assert swaps.loc[row.weight_at, "gaining"] == row.gaining


def test_what_cannot_be_swept(technology: tw.Scenario) -> None:
    spec = Spec.model_validate(
        {"index": {**technology.spec.index.model_dump(exclude_unset=True), "aggregation": "kemeny"}}
    )
    six = technology.panel.take(range(6))
    index = tw.index(six, technology.framework, spec)
    with pytest.raises(tw.TierwiseError) as caught:
        tw.swings(index, tw.tiers(index, Spec.model_validate({"tiers": {"count": 2}})), spec)
    assert [problem.code for problem in caught.value.problems] == ["V210"]
    index = tw.index(technology.panel, technology.framework, technology.spec)
    with pytest.raises(tw.TierwiseError) as caught:
        tw.sweeps(index, tw.tiers(index), nodes=["creaton", "old"])
    assert [problem.code for problem in caught.value.problems] == ["S021"]


def test_of_many_nodes_those_that_move_ranks_most_are_swept() -> None:
    random = np.random.default_rng(5)
    codes = [f"i{at}" for at in range(70)]
    frame = pd.DataFrame(random.random((12, 70)), columns=codes)
    frame.insert(0, "code", [f"u{at}" for at in range(12)])
    scenario = tw.Scenario.from_frames("many", frame, pd.DataFrame({"code": codes, "direction": 1}))
    index = tw.index(scenario.panel, scenario.framework, scenario.spec)
    swung = tw.swings(index, tw.tiers(index, scenario.spec), scenario.spec)
    kept = most_moving(swung)
    table = swung.to_frame().groupby("code")["rank_shift_mean"].max()
    assert len(kept) == 60
    assert table[kept].min() >= table.drop(kept).max()
