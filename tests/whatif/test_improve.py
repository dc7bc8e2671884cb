"""The smallest change that gains a place: put back into the data it does, a slightly smaller one does not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import tierwise as tw
from tierwise.study.improve import easiest_steps, improve
from tierwise.study.improvement_paths import paths_of

COUNTS = st.integers(0, 2**31)


def goalposts(seed: int, aggregation: str, units: int = 9) -> tuple[tw.Panel, tw.Framework, tw.Spec]:
    """Return an index whose scale does not depend on the units."""
    rng = np.random.default_rng(seed)
    codes = ["a", "b", "c", "d"]
    frame = pd.DataFrame(rng.uniform(1, 9, size=(units, 4)).round(2), columns=codes)
    frame.insert(0, "code", [f"u{at}" for at in range(units)])
    framework = pd.DataFrame(
        {
            "code": ["x", "y", *codes],
            "parent": ["", "", "x", "x", "y", "y"],
            "weight": rng.integers(1, 5, size=6),
            "direction": [1, 1, 1, -1, 1, -1],
            "low": [np.nan, np.nan, 0, 0, 0, 0],
            "high": [np.nan, np.nan, 10, 10, 10, 10],
        }
    )
    spec = tw.Spec.of(index={"normalisation": "goalposts", "aggregation": aggregation}, tiers={"count": 3})
    tree = tw.Framework.from_frame(framework)
    return tw.Panel.from_frame(frame, tree), tree, spec


def with_figures(panel: tw.Panel, unit: int, figures: np.ndarray) -> tw.Panel:
    from dataclasses import replace

    values = np.array(panel.values)
    values[unit] = np.where(np.isnan(figures), values[unit], figures)
    return replace(panel, values=values)


def rank_with(
    panel: tw.Panel, framework: tw.Framework, spec: tw.Spec, unit: int, figures: np.ndarray
) -> float:
    return float(tw.index(with_figures(panel, unit, figures), framework, spec).ranks[unit])


@settings(max_examples=40, deadline=None)
@given(seed=COUNTS, unit=st.integers(0, 8), aggregation=st.sampled_from(["arithmetic", "geometric", "power"]))
def test_put_back_it_gains_the_place_and_a_little_less_does_not(
    seed: int, unit: int, aggregation: str
) -> None:
    panel, framework, spec = goalposts(seed, aggregation)
    index = tw.index(panel, framework, spec)
    assume(index.ranks[unit] > 1)
    wanted = max(1, int(index.ranks[unit]) - 2)
    made = improve(index, tw.tiers(index, spec), f"u{unit}", rank=wanted)
    for column, needed in enumerate(made.needed):
        figures = np.array(made.current)
        if np.isnan(needed):
            figures[column] = made.best[column]
            assert rank_with(panel, framework, spec, unit, figures) > wanted
            continue
        figures[column] = needed
        assert rank_with(panel, framework, spec, unit, figures) <= wanted
        figures[column] = (
            needed - 1e-6 * (needed - made.current[column]) - 1e-9 * np.sign(needed - made.current[column])
        )
        assert rank_with(panel, framework, spec, unit, figures) > wanted
    for several in (made.needed_together, made.needed_mix):
        if not np.isnan(several).all():
            assert rank_with(panel, framework, spec, unit, several) <= wanted
            less = made.current + (1 - 1e-6) * (several - made.current)
            assert rank_with(panel, framework, spec, unit, less) > wanted


@settings(max_examples=30, deadline=None)
@given(seed=COUNTS, unit=st.integers(0, 8))
def test_the_cheapest_change_is_the_optimum_of_a_linear_program(seed: int, unit: int) -> None:
    from scipy.optimize import linprog

    panel, framework, spec = goalposts(seed, "arithmetic")
    index = tw.index(panel, framework, spec)
    assume(index.ranks[unit] > 2)
    costs = dict(zip("abcd", np.random.default_rng(seed).uniform(0.5, 3, 4).tolist(), strict=True))
    made = improve(index, tw.tiers(index, spec), f"u{unit}", rank=1, costs=costs)
    weights = framework.tree.leaf_weights(framework.local_weights)
    best = np.where(np.array([1, -1, 1, -1]) > 0, panel.values.max(axis=0), panel.values.min(axis=0))
    way = np.abs(best - panel.values[unit])
    sd = panel.values.std(axis=0, ddof=1)
    gap = index.scores[:, 0].max() - index.scores[unit, 0]
    price = np.array([costs[code] for code in "abcd"])
    solved = linprog(price * way / sd, A_ub=-(weights * way / 10)[None], b_ub=[-gap], bounds=[(0, 1)] * 4)
    if solved.status == 2:
        assert np.isnan(made.mix).all()
    else:
        np.testing.assert_allclose((price * way / sd) @ made.mix, solved.fun, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", ["technology-achievement", "industrial-counties-2019"])
def test_published_figures_stand_on_the_held_scale(name: str) -> None:
    study = tw.run(name, draws=50).study
    paths = paths_of(study.index)
    np.testing.assert_allclose(paths.plan(paths.figures).values, study.index.plan.values, rtol=0, atol=1e-12)


def test_in_nine_draws_of_ten(tai: tw.Scenario) -> None:
    study = tw.run(tai, draws=50).study
    index, model = study.index, study.plan.model
    made = improve(index, study.tiers, "Netherlands", rank=6, probability=0.9, model=model, seed=5)
    at = made.easiest
    assert at is not None
    from tierwise.draws.blocks import block_generator
    from tierwise.methods.scores import scores

    local = model.draw(block_generator(5, 0), 1024)
    unit = index.panel.names.index("Netherlands")
    for value, there in (
        (made.needed[at], True),
        (made.needed[at] - 1e-6 * (made.needed[at] - made.current[at]), False),
    ):
        figures = np.array(made.current)
        figures[at] = value
        own = scores(paths_of(index).plan(figures[None]), local)[:, 0]
        others = np.delete(scores(index.plan, local), unit, axis=1)
        assert bool((1 + (others > own[:, None] + 1e-11).sum(axis=1) <= 6).mean() >= 0.9) is there
    nominal = improve(index, study.tiers, "Netherlands", rank=6)
    assert nominal.effort[at] < made.effort[at]


def test_every_problem_at_once(tai: tw.Scenario) -> None:
    study = tw.run(tai, draws=50).study
    with pytest.raises(tw.TierwiseError) as raised:
        improve(study.index, study.tiers, "Atlantis", rank=99, probability=2.0, costs={"nothing": 1.0})
    assert {one.code for one in raised.value.problems} == {"S021", "V303", "M010"}
    with pytest.raises(tw.TierwiseError) as raised:
        improve(study.index, study.tiers, "Finland")
    assert [one.code for one in raised.value.problems] == ["V321"]


def test_scores_that_hang_on_other_units_are_refused(tai: tw.Scenario) -> None:
    spec = tw.Spec.of(index={"aggregation": "copeland", "normalisation": "goalposts"}, tiers={"count": 2})
    index = tw.index(tai.panel, tai.framework, spec)
    with pytest.raises(tw.TierwiseError) as raised:
        improve(index, tw.tiers(index, spec), index.panel.codes[0])
    assert [one.code for one in raised.value.problems] == ["V320"]


@pytest.mark.parametrize("cells", [1, 9, 1 << 19])
def test_many_units_at_once_have_what_each_has_alone(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    """However few figures are held at once, the easiest step is that of the unit by itself."""
    monkeypatch.setattr("tierwise.study.improve.CELLS", cells)
    panel, framework, spec = goalposts(4, "geometric")
    index = tw.index(panel, framework, spec)
    cut = tw.tiers(index, spec)
    units = np.flatnonzero(index.ranks > 1)
    wanted = [int(rank) - 1 for rank in index.ranks[units]]
    for step in easiest_steps(index, units, wanted):
        alone = improve(index, cut, index.panel.codes[step.unit], rank=step.rank)
        assert step.indicator == alone.easiest
        if step.indicator is not None:
            assert step.needed == alone.needed[step.indicator]
        assert step.together == alone.together
