"""The fewest experts who decide a list: against all sets, weighed one by one; and bounds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from tierwise.inputs import Experts
from tierwise.spec import Spec
from tierwise.stages import run
from tierwise.study import fewest_experts as searched
from tierwise.study.fewest_experts import fewest_experts, weigh_means
from tierwise.study.index import scored
from tierwise.study.left_out import absent
from tierwise.study.scenario import Scenario
from tierwise.study.tiers import tiers
from tierwise.study.weights import weighted
from tierwise.tables.delphi_without import doubtful

CODES = ["a", "b", "a1", "a2", "b1", "b2", "b3"]
TREE = pd.DataFrame({"code": CODES, "name": CODES, "parent": ["", "", "a", "a", "b", "b", "b"]})


def made(seed: int, count: int = 6, *, blanks: bool = False, **experts: object) -> Scenario:
    rng = np.random.default_rng(seed)
    scores = rng.integers(1, 10, (count, len(CODES))).astype(float)
    if blanks:
        scores[rng.random(scores.shape) < 0.2] = np.nan
    panel = pd.DataFrame(scores, columns=CODES)
    panel.insert(0, "expert", [f"e{at}" for at in range(count)])
    panel["authority"] = rng.uniform(0.4, 1, count).round(2)
    units = pd.DataFrame(rng.random((12, 5)), columns=CODES[2:])
    units.insert(0, "name", [f"u{at:02}" for at in range(12)])
    units.insert(0, "code", units["name"])
    spec = Spec.of(
        index={"weights": "experts"}, select={"top": 8}, tiers={"count": 3}, uncertainty={"draws": 50},
        experts={"scale_max": 9, **experts},
    )  # fmt: skip
    return Scenario.from_frames("made", units, TREE, panel, spec=spec)


def changes(scenario: Scenario, names: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Return who is in the first tier, listed and last, by an index of its own."""
    assert scenario.experts is not None
    panel = absent(scenario.experts, names)
    index = scored(scenario.panel, scenario.framework, scenario.spec, panel)
    cut = tiers(index, scenario.spec)
    ranks = np.asarray(index.ranks, dtype=float)
    listed = ranks <= 8
    last = ranks == ranks[listed].max()
    of = {"first-tier": cut.tiers == 1, "list": listed, "last-place": last}
    return {key: frozenset(np.array(index.panel.names)[own].tolist()) for key, own in of.items()}


@pytest.mark.parametrize("authority", [None, "Cr"])
@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_fewest_of_all_sets(seed: int, authority: str | None) -> None:
    scenario = made(seed, authority=authority)
    assert scenario.experts is not None
    index = scored(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    found, _ = fewest_experts(
        index, tiers(index, scenario.spec), scenario.framework, scenario.spec, scenario.experts
    )
    whole = changes(scenario, ())
    names = scenario.experts.last.experts
    for one in found:
        sizes = []
        for size in range(1, len(names)):
            sets = [
                some
                for some in combinations(names, size)
                if changes(scenario, some)[one.question] != whole[one.question]
            ]
            if sets:
                sizes = [size, len(sets)]
                assert one.absent in sets
                moved = changes(scenario, one.absent)[one.question] ^ whole[one.question]
                assert {index.panel.names[unit] for unit in one.units} == moved
                break
        assert one.exact
        assert ([] if one.none else [one.least, one.sets]) == sizes


@pytest.mark.parametrize("authority", [None, "Cr"])
def test_many_sets_are_weighed_as_each_of_them_is(authority: str | None) -> None:
    scenario = made(3, 5, blanks=True, authority=authority)
    experts = scenario.experts
    assert experts is not None
    index = scored(scenario.panel, scenario.framework, scenario.spec, experts)
    weigh = weigh_means(scenario.framework, experts, scenario.spec, index.local_weights)
    assert weigh is not None
    for size in (1, 2, 3, 4):
        for some in combinations(range(5), size):
            kept = ~np.isin(np.arange(5), some)
            (local,) = weigh(kept[None])
            others = absent(experts, [experts.last.experts[at] for at in some])
            ready = index.prepared
            try:
                own = weighted(scenario.framework, others, ready.treated, ready.normalised, scenario.spec)
            except ValueError:
                assert np.isnan(local).any()
            else:
                np.testing.assert_allclose(local, own.local_weights, atol=1e-12)


def test_where_room_ends_a_bound_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searched, "MOST_SETS", 6)
    monkeypatch.setattr(searched, "MOST_SLOW", 6)
    bounds = 0
    for seed in range(12):
        scenario = made(seed)
        assert scenario.experts is not None
        index = scored(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
        found, _ = fewest_experts(
            index, tiers(index, scenario.spec), scenario.framework, scenario.spec, scenario.experts
        )
        for one in found:
            whole = changes(scenario, ())[one.question]
            assert one.least in {1, 2}  # all single ones were tried, no pair was
            assert not one.none
            if one.absent:
                assert changes(scenario, one.absent)[one.question] != whole
            if one.least == 2:
                bounds += 1
                singles = [changes(scenario, (name,))[one.question] for name in scenario.experts.last.experts]
                assert {*singles} == {whole}
    assert bounds


def test_medians_are_searched_too() -> None:
    scenario = made(1, method="median")
    assert scenario.experts is not None
    index = scored(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    assert weigh_means(scenario.framework, scenario.experts, scenario.spec, index.local_weights) is None
    found, tried = fewest_experts(
        index, tiers(index, scenario.spec), scenario.framework, scenario.spec, scenario.experts
    )
    whole = changes(scenario, ())
    assert tried
    for one in found:
        if one.absent:
            assert changes(scenario, one.absent)[one.question] != whole[one.question]


def test_doubtful_experts_are_told_with_the_reason() -> None:
    rng = np.random.default_rng(4)
    scores = np.clip(np.rint(rng.normal(7, 0.8, (10, 12))), 1, 9)
    scores[2], scores[4], scores[6] = 5.0, scores[3], 10 - scores[6]
    frame = pd.DataFrame(scores, columns=[f"i{at}" for at in range(12)])
    frame.insert(0, "expert", [f"e{at}" for at in range(10)])
    frame.insert(1, "authority", [0.9] * 9 + [0.5])
    told = doubtful(Experts.from_frame(frame, scale_max=9), scores)
    assert "one score throughout" in told["e2"].en
    assert "与e4的答案近乎相同" in told["e3"].zh
    assert "与e3的答案近乎相同" in told["e4"].zh
    assert "far from the panel" in told["e6"].en
    assert told["e9"].en.endswith("authority below 0.70")
    assert "e0" not in told


def test_sets_stand_beside_the_whole_panel() -> None:
    scenario = made(0, drop=["e5"])
    assert scenario.experts is not None
    assert scenario.experts.dropped == ("e5",)
    tables = run(scenario).tables
    frame = tables["delphi_without"]
    assert frame["kind"].tolist()[0] == "nobody"
    assert frame["rank_shift_mean"].tolist()[0] == 0
    assert (frame["kind"] == "pair").sum() == len([*combinations(range(frame["experts"].iloc[0]), 2)])
    assert frame["kind"].tolist()[-1] == "those dropped, back"
    assert frame[["without", "experts"]].iloc[-1].tolist() == ["e5", 6]
    alone = tables["delphi_leave_one_out"].set_index("expert")
    assert len(alone) == frame["experts"].iloc[0]
    assert tables["delphi_fewest"]["proved"].eq(1).all()


def test_tiers_that_are_found_list_by_list_leave_room_for_fewer_sets() -> None:
    room = []
    for on in ("score", "indicators"):
        scenario = made(0)
        spec = scenario.spec.model_copy(update={"tiers": Spec.of(tiers={"count": 3, "on": on}).tiers})
        index = scored(scenario.panel, scenario.framework, spec, scenario.experts)
        assert scenario.experts is not None
        search = searched._Search(index, tiers(index, spec), scenario.framework, spec, scenario.experts)
        room.append(search.most)
    assert room == [searched.MOST_SETS, searched.MOST_SLOW]
