"""The nearest weights that give a wanted list, against other programs, formulas and every choice tried."""

from __future__ import annotations

from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

import tierwise as tw
from tierwise.draws.weight_sets import WeightBox, hull, weight_box, whole_simplex
from tierwise.kernels.ranks import rank
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan, scores
from tierwise.proofs.changes import smallest_change
from tierwise.proofs.ranks import rank_ranges
from tierwise.whatif.reverse import Answer, ListRule, Wanted, closest

LOCAL = np.array([1, 0.6, 0.4, 0.5, 0.3, 0.2, 0.7, 0.3])


def any_weights(local: np.ndarray) -> WeightBox:
    tree = Tree.flat(len(local))
    return whole_simplex(tree, np.concatenate([[1.0], local]), tree.sibling_groups)


def asked(values: np.ndarray, box: WeightBox, wanted: Wanted, norm: str = "L1", **rule: Any) -> Answer:
    bounds = rule.pop("bounds", None)
    plan = Plan.uniform(values, box.tree)
    return closest(plan, values, box, wanted, ListRule(**rule), norm=norm, bounds=bounds)


@given(st.integers(0, 10_000), st.sampled_from(["L1", "L2"]))
@example(2076, "L2")  # here SciPy's non-negative least squares stop short
def test_one_pair_is_the_smallest_change_of_weights(seed: int, norm: str) -> None:
    """The greedy transfer and the projection of ``proofs.changes`` say the same for a pair."""
    rng = np.random.default_rng(seed)
    values, weights = rng.random((2, 5)), rng.dirichlet(np.ones(5))
    first, second = np.argsort(-(values @ weights))
    found = asked(values, any_weights(weights), Wanted(order=(int(second), int(first))), norm)
    apart = values[first] - values[second]
    slowest = np.diff(np.sort(apart))[0]  # the last transfer goes between the two lowest: 1e-6 takes it far
    change = float(smallest_change(apart, weights, norm).distance[0])
    if np.isinf(change):
        assert found.obstacle is not None
        assert found.obstacle.kind == "rows"
    else:
        assert (found.l1 if norm == "L1" else found.l2) == pytest.approx(change, abs=1e-6 + 3e-6 / slowest)


def nearest_by_hand(rows: np.ndarray, weights: np.ndarray, norm: str) -> float:
    """The distance to weights with ``rows @ g >= 1e-6`` by other solvers; infinite where there are none."""
    size = len(weights)
    if norm == "L1":
        sides = np.block([[np.eye(size), -np.eye(size)], [-np.eye(size), -np.eye(size)]])
        found = linprog(
            np.repeat([0.0, 1.0], size),
            A_ub=np.vstack([sides, np.pad(-rows, ((0, 0), (0, size)))]),
            b_ub=np.concatenate([weights, -weights, np.full(len(rows), -1e-6)]),
            A_eq=[np.repeat([1.0, 0.0], size)],
            b_eq=[1.0],
        )
        return float(found.fun) if found.status == 0 else np.inf
    start = linprog(
        np.zeros(size), A_ub=-rows, b_ub=np.full(len(rows), -1e-6), A_eq=[np.ones(size)], b_eq=[1.0]
    )
    if start.status:
        return np.inf
    best = minimize(
        lambda g: ((g - weights) ** 2).sum(),
        start.x,
        jac=lambda g: 2 * (g - weights),
        bounds=[(0, 1)] * size,
        constraints=[
            {"type": "eq", "fun": lambda g: g.sum() - 1.0},
            {"type": "ineq", "fun": lambda g: rows @ g - 1e-6},
        ],
        options={"ftol": 1e-14, "maxiter": 500},
    )
    return float(np.sqrt(best.fun))


@pytest.mark.parametrize("norm", ["L1", "L2"])
@pytest.mark.parametrize("seed", range(8))
def test_ranks_are_the_best_of_all_choices_of_units_to_pass(seed: int, norm: str) -> None:
    rng = np.random.default_rng(seed)
    values, weights = rng.random((6, 4)), rng.dirichlet(np.full(4, 3.0))
    order = np.argsort(-(values @ weights))
    for unit, target in ((order[-1], 3), (order[3], 2), (order[2], 1)):
        others = [other for other in range(6) if other != unit]
        every = [
            nearest_by_hand(values[unit] - values[[*passed]], weights, norm)
            for passed in combinations(others, 6 - target)
        ]
        found = asked(values, any_weights(weights), Wanted(ranks={int(unit): target}), norm)
        if np.isinf(min(every)):
            assert found.obstacle is not None
            assert found.obstacle.kind == "rank"
            assert found.obstacle.best > target
        else:
            assert found.proved
            assert (found.l1 if norm == "L1" else found.l2) == pytest.approx(min(every), abs=1e-5)


@pytest.mark.parametrize("norm", ["L1", "L2"])
def test_orders(norm: str) -> None:
    rng = np.random.default_rng(12)
    values, weights = rng.random((4, 5)), rng.dirichlet(np.full(5, 4.0))
    met = 0
    for order in permutations(range(4)):
        rows = values[[*order[:-1]]] - values[[*order[1:]]]
        by_hand = nearest_by_hand(rows, weights, norm)
        found = asked(values, any_weights(weights), Wanted(order=order), norm)
        if found.weights is None:
            assert np.isinf(by_hand)
            assert found.obstacle is not None
            shares = np.array(found.obstacle.shares)
            joint = shares @ np.array([row.values for row in found.obstacle.rows])
            assert shares.sum() == pytest.approx(1.0)
            assert joint.max() <= 1e-6  # falls short whatever the weights
        else:
            met += 1
            assert (found.l1 if norm == "L1" else found.l2) == pytest.approx(by_hand, abs=1e-5)
            assert np.argsort(-(values @ found.weights)).tolist() == [*order]
    assert 1 < met < 24


def test_the_best_rank_of_an_infeasible_one_is_the_proved_range() -> None:
    rng = np.random.default_rng(5)
    values, tree = rng.random((9, 4)), Tree.flat(4)
    local = np.concatenate([[1.0], rng.dirichlet(np.ones(4))])
    for box in (weight_box(local[1:], 0.3), whole_simplex(tree, local, tree.sibling_groups)):
        best = rank_ranges(values, box, ties="min").best
        for unit in range(9):
            answer = asked(values, box, Wanted(ranks={unit: int(best[unit])}))
            assert answer.feasible
            if best[unit] > 1:
                short = asked(values, box, Wanted(ranks={unit: int(best[unit]) - 1})).obstacle
                assert short is not None
                assert (short.kind, short.best) == ("rank", best[unit])


def test_bounds_levels_and_boxes_hold(two_levels: Tree) -> None:
    values = np.random.default_rng(7).random((8, 5))
    plan = Plan.uniform(values, two_levels)
    order = np.argsort(-scores(plan, LOCAL[None])[0])
    wanted = Wanted(order=(int(order[2]), int(order[1])))
    for norm in ("L1", "L2"):
        box = weight_box(LOCAL, 0.6, tree=two_levels, levels=[1])
        assert asked(values, box, wanted, norm).local is None  # only the weights below could do it
        found = asked(values, box, Wanted(order=(int(order[3]), int(order[2]))), norm)
        assert found.local is not None
        assert found.local[3:] == pytest.approx(LOCAL[3:], abs=1e-9)
        free = whole_simplex(two_levels, LOCAL, two_levels.sibling_groups)
        held = asked(values, free, wanted, norm, bounds={1: (0.55, 0.65), 3: (0.5, 0.5)})
        assert held.local is not None
        assert 0.55 - 1e-9 <= held.local[1] <= 0.65 + 1e-9
        assert held.local[3] == pytest.approx(0.5, abs=1e-7)
        nearer = asked(values, free, wanted, norm)
        assert (nearer.l1 if norm == "L1" else nearer.l2) <= (held.l1 if norm == "L1" else held.l2) + 1e-9
    none = asked(values, free, wanted, bounds={1: (0.0, 0.1), 2: (0.0, 0.1)})
    assert none.obstacle is not None
    assert none.obstacle.kind == "space"


@pytest.mark.parametrize("norm", ["L1", "L2"])
def test_weights_between_experts_are_mixtures_of_theirs(norm: str, two_levels: Tree) -> None:
    rng = np.random.default_rng(3)
    shares = np.tile(LOCAL, (4, 1))
    for group in two_levels.sibling_groups:
        shares[:, group] = rng.dirichlet(10 * LOCAL[group], size=4)
    local = shares.mean(axis=0)
    values = rng.random((10, 5))
    ranked = np.argsort(-scores(Plan.uniform(values, two_levels), local[None])[0])
    met = 0
    for place in range(1, 9):
        wanted = Wanted(order=(int(ranked[place + 1]), int(ranked[place])))
        found = asked(values, hull(two_levels, local, shares), wanted, norm)
        if found.local is None:
            continue
        met += 1
        for group in two_levels.sibling_groups:
            mixture = linprog(
                np.zeros(4),
                A_eq=np.vstack([shares[:, group].T, np.ones(4)]),
                b_eq=np.append(found.local[group], 1.0),
            )
            assert mixture.status == 0 or norm == "L2"
            low, high = shares[:, group].min(axis=0), shares[:, group].max(axis=0)
            assert (found.local[group] >= low - 1e-6).all()
            assert (found.local[group] <= high + 1e-6).all()
    assert met


def test_rounding_and_ties_are_kept_in_mind() -> None:
    values = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.3]])
    weights = np.array([0.7, 0.3])
    strict = asked(values, any_weights(weights), Wanted(order=(1, 0)), decimals=2)
    assert strict.weights is not None
    first, second = np.round(values[:2] @ strict.weights, 2)
    assert second > first
    level = asked(values, any_weights(weights), Wanted(ranks={1: 1}), decimals=2)
    assert level.weights is not None
    assert level.l1 < strict.l1
    assert rank(values @ level.weights, "min", decimals=2)[1] == 1
    assert asked(values, any_weights(weights), Wanted(ranks={1: 1}), decimals=2, ties="max").l1 > level.l1


@pytest.mark.parametrize("decimals", [None, 2])
def test_tiers_between_frozen_cuts(decimals: int | None) -> None:
    values = np.random.default_rng(4).random((6, 3))
    weights = np.array([0.5, 0.3, 0.2])
    limits = (0.6, 0.4)
    for unit in range(6):
        for tier in (1, 2, 3):
            for norm in ("L1", "L2"):
                rule = {"decimals": decimals, "limits": limits}
                found = asked(values, any_weights(weights), Wanted(tiers={unit: tier}), norm, **rule)
                highest, lowest = values[unit].max(), values[unit].min()
                able = {1: highest > 0.61, 2: highest > 0.41 and lowest < 0.59, 3: lowest < 0.39}[tier]
                if able:
                    assert found.weights is not None
                    assert ListRule(**rule).tiers(values @ found.weights)[unit] == tier  # type: ignore[arg-type]  # a dict of settings


def test_labels_words_and_frames(technology: tw.Scenario) -> None:
    index = tw.index(technology.panel, technology.framework, technology.spec)
    cut = tw.tiers(index, technology.spec)
    found = tw.reverse(index, cut, order=["United States", "FIN"])
    assert found.feasible
    assert found.ranks[[*index.panel.codes].index("USA")] == 1
    frame = found.to_frame()
    leaves = frame["level"] == 2
    assert frame.loc[leaves, "global_found"].sum() == pytest.approx(1.0)
    assert frame.loc[leaves, "weight_change"].abs().sum() / 2 == pytest.approx(found.moved)
    assert "of the weight must move" in found.text()
    assert "须调整" in found.text("zh")
    up = tw.reverse(index, cut, tiers={"Singapore": 1}, norm="L2")
    assert up.tiers[[*index.panel.names].index("Singapore")] == 1
    assert tw.reverse(index, cut, ranks={"Finland": 1}).text() == "the nominal weights give it already"
    short = tw.reverse(index, cut, ranks={"Austria": 10}, spread=0.25)
    assert not short.feasible
    assert np.isnan(short.ranks).all()
    assert short.to_frame()["local_found"].isna().all()
    assert "the best rank that Austria reaches is 12; always ahead of it: Finland" in short.text()
    behind = tw.reverse(index, cut, order=["Italy", "United States", "Finland"], spread=0.25)
    assert "Italy stays behind United States" in behind.text()
    assert "Italy仍落后于United States" in behind.text("zh")


def test_between_the_experts_of_a_panel(counties: tw.Scenario) -> None:
    index = tw.index(counties.panel, counties.framework, counties.spec, counties.experts)
    third, fourth = (index.panel.names[unit] for unit in index.order[[12, 13]])
    found = tw.reverse(index, order=[fourth, third], experts=counties.experts, norm="L2")
    assert found.feasible
    ranks = dict(zip(index.panel.names, found.ranks, strict=True))
    assert ranks[fourth] < ranks[third]
    last, first = (index.panel.names[unit] for unit in index.order[[99, 0]])
    none = tw.reverse(index, order=[last, first], experts=counties.experts)
    assert not none.feasible
    free = tw.reverse(index, order=[last, first])
    assert free.feasible or free.answer.obstacle is not None


def test_what_cannot_be_asked(technology: tw.Scenario, counties: tw.Scenario) -> None:
    index = tw.index(technology.panel, technology.framework, technology.spec)
    cut = tw.tiers(index, technology.spec)

    def codes(**question: Any) -> list[str]:
        with pytest.raises(tw.TierwiseError) as caught:
            tw.reverse(index, question.pop("cut", cut), **question)
        return [problem.code for problem in caught.value.problems]

    assert codes() == ["V305"]
    assert codes(order=["Finlan", "Norway"]) == ["S021"]
    assert codes(order=["Norway"]) == ["V302"]
    assert codes(order=["Norway", "NOR"]) == ["V302"]
    assert codes(ranks={"Norway": 0}, tiers={"Norway": 9}) == ["V303", "V304"]
    assert codes(tiers={"Norway": 1}, cut=None) == ["V308"]
    bounds = {"old": (0.5, 0.1), "od": (0, 1)}
    assert codes(ranks={"Norway": 1}, bounds=bounds, spread=0.1, experts=counties.experts)[:3] == [
        "S021", "V307", "V306",
    ]  # fmt: skip
    assert codes(ranks={"Norway": 1}, norm="L3") == ["S002"]
    assert codes(ranks={"Norway": 1}, spread=2.0) == ["U107"]
    mixed = tw.Spec.of(index={"normalisation": "goalposts", "aggregation": ["arithmetic", "geometric"]})
    index = tw.index(technology.panel, technology.framework, mixed)
    assert codes(ranks={"Norway": 1}) == ["X005"]


def test_geometric_means_are_sums_of_logs() -> None:
    values = np.random.default_rng(2).random((7, 3)) + 0.2
    tree, local = Tree.flat(3), np.array([1.0, 0.5, 0.3, 0.2])
    plan = Plan.uniform(values, tree, "geometric")
    box = whole_simplex(tree, local, tree.sibling_groups)
    order = np.argsort(-scores(plan, local[None])[0])
    short = closest(plan, np.log(values), box, Wanted(ranks={int(order[4]): 1}), ListRule()).obstacle
    assert short is not None
    assert rank(scores(plan, local[None])[0])[order[4]] > short.best > 1
    for norm in ("L1", "L2"):
        wanted = Wanted(ranks={int(order[4]): short.best})
        found = closest(plan, np.log(values), box, wanted, ListRule(), norm=norm)
        assert found.local is not None
        assert rank(scores(plan, found.local[None])[0])[order[4]] <= short.best
    limit = float(scores(plan, local[None])[0][order[1]]) + 0.01
    wanted = Wanted(tiers={int(order[1]): 1})
    found = closest(plan, np.log(values), box, wanted, ListRule(limits=(limit,)))
    assert found.local is not None
    assert scores(plan, found.local[None])[0][order[1]] >= limit


def test_targets_of_a_scenario(tmp_path: Path) -> None:
    file = tmp_path / "wanted.toml"
    head = 'name = "wanted"\nextends = "technology-achievement"\n[uncertainty]\ndraws = 64\n'
    file.write_text(
        head
        + '[[targets]]\nname = "first"\norder = ["USA", "FIN"]\n'
        + '[[targets]]\nname = "tenth"\nranks = { Austria = 10 }\nspread = 0.25\nnorm = "L2"\n',
        encoding="utf-8",
    )
    found = tw.run(file).tables
    assert found["targets"]["feasible"].tolist() == [1, 0]
    assert "the best rank that Austria reaches is 12" in found["targets"]["verdict"][1]
    frame = found["target_weights"]
    assert [*frame.columns] == ["code", "parent", "level", "global", "first"]
    assert frame.loc[frame["level"] == 2, "first"].sum() == pytest.approx(1.0)
    wrong = '[[targets]]\nname = "a"\nhull = true\n[[targets]]\nname = "a"\norder = ["Finlan", "USA"]\n'
    wrong += '[[targets]]\nname = "global"\norder = ["USA", "FIN"]\n'  # a heading of the table
    file.write_text(head + wrong, encoding="utf-8")
    with pytest.raises(tw.TierwiseError) as caught:
        tw.run(file)
    assert [(problem.code, problem.where()) for problem in caught.value.problems] == [
        ("W005", "[[targets]] a"),
        ("V205", "[[targets]] a"),
        ("S021", "[[targets]] a: order"),
        ("V205", "[[targets]] global"),
    ]


@pytest.mark.parametrize("norm", ["L1", "L2"])
def test_a_duplicate_ties_and_is_not_ahead(norm: str) -> None:
    """Under ``min`` a unit shares the rank of its double, so only the third one is to be passed."""
    x = np.array([[0.2, 0.8], [0.2, 0.8], [0.6, 0.5]])
    box = whole_simplex(Tree.flat(2), np.array([1.0, 0.6, 0.4]), Tree.flat(2).sibling_groups)
    wanted = Wanted(ranks={0: 1})
    found = closest(Plan.uniform(x, box.tree), x, box, wanted, ListRule(), norm=norm)
    assert found.feasible
    assert found.weights is not None
    np.testing.assert_allclose(found.weights, [3 / 7, 4 / 7], atol=1e-4)
    apart = closest(Plan.uniform(x, box.tree), x, box, wanted, ListRule("max"), norm=norm)
    assert apart.obstacle is not None
    assert (apart.obstacle.kind, apart.obstacle.best) == ("rank", 2)


def test_a_dimension_that_loses_all_weight_keeps_its_nominal_shares(two_levels: Tree) -> None:
    box = whole_simplex(two_levels, LOCAL, two_levels.sibling_groups)
    given = two_levels.global_weights(LOCAL).copy()
    for emptied in (0.0, 1e-17):
        given[1] = emptied
        given[two_levels.children[1]] = 0.0
        local = box.inside(given)
        assert np.isfinite(local).all()
        np.testing.assert_array_equal(local[two_levels.children[1]], LOCAL[two_levels.children[1]])
