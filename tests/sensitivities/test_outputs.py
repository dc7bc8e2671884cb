"""Outputs by name, and what is read from the list of each run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tierwise.arrays import FloatArray
from tierwise.draws.setup import Setup, setup
from tierwise.draws.tier_rules import TierRule
from tierwise.errors import TierwiseError
from tierwise.kernels.ranks import rank
from tierwise.kernels.tiers import partition
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan, scores
from tierwise.sensitivities.outputs import FORMS, default_outputs, named_outputs
from tierwise.sensitivities.running import Model, run_model

CODES = ["a1", "a2", "a3", "a4", "a5"]
NAMES = ["Kunshan", "江阴市", "Chang 'an", "South", "South"]


def codes(*names: str, cuts: int | None = 3) -> list[tuple[str, str, object]]:
    with pytest.raises(TierwiseError) as caught:
        named_outputs(names, CODES, NAMES, cuts)
    return [(each.code, each.place, each.fields.get("nearest")) for each in caught.value.problems]


def test_every_form() -> None:
    asked = [
        "rank_shift", "rank:江阴市", "score:a1", "top: Kunshan", "Tier:a5", "cut:3", "cut_score:1",
        "tier_changes", "difference:Kunshan|a5",
    ]  # fmt: skip
    found = named_outputs(asked, CODES, NAMES, 3)
    assert [each.name for each in found] == asked
    assert [(each.what, each.at, each.other) for each in found] == [
        ("rank_shift", -1, -1), ("rank", 1, -1), ("score", 0, -1), ("top", 0, -1), ("tier", 4, -1),
        ("cut", 2, -1), ("cut_score", 0, -1), ("tier_changes", -1, -1), ("difference", 0, 4),
    ]  # fmt: skip
    assert default_outputs(2) == ("rank_shift", "cut:1", "cut:2")
    every = named_outputs(["Cuts", "cut:2", "rank_shift", "rank_shift"], CODES, NAMES, 3)
    assert [each.name for each in every] == ["cut:1", "cut:2", "cut:3", "rank_shift"]
    assert len(named_outputs(["cuts", "rank_shift"], CODES, NAMES, None)) == 1
    assert {each.what for each in found} | {"cuts"} == {form.partition(":")[0] for form in FORMS}


def test_typos_have_the_nearest_name_all_at_once() -> None:
    assert codes(
        "rnk_shift", "rank:江阴", "cut:4", "cut:0", "cut:one", "rank:South", "rank", "cut_scre:1"
    ) == [
        ("V010", "[sensitivity] outputs[0]", "rank_shift"),
        ("S021", "[sensitivity] outputs[1]", "江阴市"),
        ("V012", "[sensitivity] outputs[2]", None),
        ("V012", "[sensitivity] outputs[3]", None),
        ("V012", "[sensitivity] outputs[4]", None),
        ("S022", "[sensitivity] outputs[5]", None),
        ("V010", "[sensitivity] outputs[6]", "rank:UNIT"),
        ("V010", "[sensitivity] outputs[7]", "cut_score:1"),
    ]
    assert codes("difference:Kunshan", "tier_changes:1", "score:KUNSHAM") == [
        ("S021", "[sensitivity] outputs[0]", ""),
        ("V010", "[sensitivity] outputs[1]", "tier_changes"),
        ("S021", "[sensitivity] outputs[2]", "Kunshan"),
    ]


def test_types_of_units_have_no_cuts() -> None:
    assert [code for code, *_ in codes("cut:1", "tier:a1", "tier_changes", "cut_score:1", cuts=None)] == [
        "V014"
    ] * 4
    assert codes("cuts", cuts=None) == [("V014", "[sensitivity] outputs", None)]
    assert len(named_outputs(["rank_shift", "top:a1"], CODES, NAMES, None)) == 2


UNITS, INDICATORS, RUNS = 40, 6, 300
TREE = Tree.flat(INDICATORS)
LOCAL = np.column_stack([np.ones(RUNS), np.random.default_rng(2).dirichlet(np.full(INDICATORS, 3.0), RUNS)])
VALUES = np.random.default_rng(1).random((UNITS, INDICATORS)).round(1)
NOMINAL = np.array([1.0, *[1 / INDICATORS] * INDICATORS])
WHAT = ["rank_shift", "rank:u3", "score:u7", "top:u3", "tier:u3", "cut:1", "cut:2", "cut_score:2",
        "tier_changes", "difference:u3|u7", "rank:u0"]  # fmt: skip


def model(what: list[str] = WHAT, values: FloatArray = VALUES, **settings: Any) -> Model:
    plan = Plan.uniform(values, TREE)
    made: Setup = setup(
        scores(plan, NOMINAL[None])[0], TREE.nodes, tiers=TierRule(count=3, method="ward"), **settings
    )
    units = [f"u{unit}" for unit in range(UNITS)]
    return Model(plan, made, named_outputs(what, units, units, 2))


def plainly(model: Model, local: FloatArray) -> list[float]:
    """Outputs of one run, one step after the other."""
    made = model.setup
    found = scores(model.plan, local[None])[0]
    found = found if made.decimals is None else found.round(made.decimals)
    ranks = rank(found, made.ties)
    listed = np.flatnonzero(ranks <= made.top)
    listed = listed[np.argsort(-found[listed], kind="stable")]
    cuts = partition(found[listed], 3, "ward")
    tiers = np.full(UNITS, 4)
    for unit in listed:
        tiers[unit] = 1 + sum((found[listed] > found[unit]).sum() >= cut for cut in cuts)
    nominal = np.where(made.nominal_tiers > 0, made.nominal_tiers, 4)
    ordered = found[listed]
    return [
        np.abs(ranks - made.ranks).mean(),
        ranks[3],
        found[7],
        ranks[3] <= made.top,
        tiers[3],
        cuts[0],
        cuts[1],
        (ordered[cuts[1] - 1] + ordered[cuts[1]]) / 2,
        (tiers != nominal).sum(),
        found[3] - found[7],
        ranks[0],
    ]


@pytest.mark.parametrize("ties", ["min", "average", "ordinal"])
@pytest.mark.parametrize("settings", [{}, {"top": 15}, {"decimals": 2, "top": 20}])
def test_outputs_are_those_of_the_plain_steps(ties: str, settings: dict[str, Any]) -> None:
    asked = model(ties=ties, **settings)
    found = run_model(asked, RUNS, lambda start, stop: LOCAL[start:stop])
    assert found.shape == (RUNS, len(WHAT))
    for run in range(0, RUNS, 7):
        np.testing.assert_allclose(found[run], plainly(asked, LOCAL[run]), rtol=1e-12, err_msg=str(run))


def test_whole_outputs_take_half_the_memory_and_are_exact() -> None:
    whole = ["rank:u3", "cut:1", "tier:u3", "top:u3", "tier_changes"]
    for ties in ("min", "average"):
        small = run_model(model(whole, ties=ties), RUNS, lambda start, stop: LOCAL[start:stop])
        mixed = run_model(model([*whole, "score:u1"], ties=ties), RUNS, lambda start, stop: LOCAL[start:stop])
        assert small.dtype == np.float32
        assert (small == mixed[:, :5]).all()


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    run_model(
        model(), RUNS, lambda start, stop: LOCAL[start:stop], lambda done, runs: told.append((done, runs))
    )
    assert told == [(RUNS, RUNS)]


def test_a_run_without_scores_has_no_outputs() -> None:
    values = VALUES.copy()
    values[0, 1:] = np.nan  # all this unit has is the first indicator
    local = LOCAL.copy()
    local[5, 1:] = [0, 0.2, 0.2, 0.2, 0.2, 0.2]
    asked = model(values=values)
    found = run_model(asked, RUNS, lambda start, stop: local[start:stop])
    assert np.isnan(found).all(axis=1).tolist() == [run == 5 for run in range(RUNS)]
