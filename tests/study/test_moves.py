"""Moves between two years under draws that both share, beside a slow plain count."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

import tierwise as tw
from tierwise.draws.blocks import BLOCK, block_generator
from tierwise.kernels.ranks import rank
from tierwise.methods.scores import scores
from tierwise.methods.tiers import cut
from tierwise.study.draws import model_of
from tierwise.study.moves import moves

YEARS = (2018, 2019)
CODES = [*"vwxyz"]
FRAMEWORK = pd.DataFrame({"code": CODES, "weight": [5, 4, 3, 2, 1], "direction": [1, 1, -1, 1, 1]})


def series(seed: int, *, same: Sequence[str] = (), **sections: object) -> tw.Series:
    rng = np.random.default_rng(seed)
    first = pd.DataFrame(rng.random((14, 5)).round(2), columns=CODES)
    second = (first + 0.25 * rng.random((14, 5))).round(2)
    frames = []
    for year, values in zip(YEARS, (first, second), strict=True):
        frame = values.copy()
        frame.insert(0, "code", [f"u{unit}" for unit in range(14)])
        frame.insert(0, "year", year)
        frames.append(frame)
    frames[1].loc[frames[1]["code"].isin(same), CODES] = first.loc[frames[0]["code"].isin(same)].to_numpy()
    frames[0] = frames[0].drop(index=3)
    spec = {
        "panel": {"scale": "pooled"},
        "select": {"top": 9},
        "tiers": {"count": 3},
        "index": {"round": 2},
        "uncertainty": {"weights": "box", "spread": 0.4, "draws": 300, "seed": 5},
    }
    given = tw.Spec.of(**{**spec, **sections})  # type: ignore[arg-type]  # sections are tables
    return tw.series(tw.Scenario.from_frames("moves", pd.concat(frames), FRAMEWORK, spec=given))


def plain(found: tw.Series) -> dict[str, list[int]]:
    """Return counts by unit, draw by draw."""
    counts: dict[str, list[int]] = {}
    weights = [
        model_of(one.index, one.scenario.spec, None).draw(block_generator(5, 0), 300)
        for one in found.years.values()
    ]
    np.testing.assert_array_equal(*weights)
    for draw in range(300):
        lists = []
        for one in found.years.values():
            scored = scores(one.index.plan, weights[0][draw][None])[0]
            ranks = rank(scored, ties="min", decimals=2)
            listed = np.flatnonzero(ranks <= 9)
            tiers = np.full(len(ranks), 4)
            tiers[listed] = cut(np.round(scored[listed], 2), 3)
            codes = one.index.panel.codes
            lists.append({code: (ranks[at], tiers[at]) for at, code in enumerate(codes)})
        for code in lists[0].keys() & lists[1].keys():
            (old, tier), (new, new_tier) = lists[0][code], lists[1][code]
            row = counts.setdefault(code, [0] * 6)
            for at, happened in enumerate(
                (new < old, new > old, tier == 4 != new_tier, new_tier == 4 != tier)
            ):
                row[at] += int(happened)
            row[4] += int(new_tier < tier)
            row[5] += int(new_tier > tier)
    return counts


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_counts_are_those_of_a_plain_walk_through_the_draws(seed: int) -> None:
    found = series(seed)
    moves = tw.moves(found)
    frame = moves.to_frame().set_index("code")
    expected = plain(found)
    assert {*frame.index} == {*expected} == {*found[2018].index.panel.codes}
    columns = ["p_rise", "p_fall", "p_enter", "p_exit", "p_tier_up", "p_tier_down"]
    for code, row in expected.items():
        np.testing.assert_allclose(frame.loc[code, columns].astype(float) * 300, row, atol=1e-9)


def test_a_unit_that_is_the_same_among_units_that_are_the_same_does_not_move() -> None:
    found = series(4, same=[f"u{unit}" for unit in range(14)])
    frame = tw.moves(series(4, same=[f"u{unit}" for unit in range(14) if unit != 3])).to_frame()
    assert len(frame) == 13
    both = tw.moves(found, 2018, 2018).to_frame()
    assert (both[["p_rise", "p_fall", "p_enter", "p_exit", "p_tier_up", "p_tier_down"]] == 0).all(axis=None)
    assert set(both["verdict"]) == {"stayed"}


def test_the_other_way_round_is_the_mirror_image() -> None:
    found = series(2)
    there, back = (
        tw.moves(found, *years).to_frame().set_index("code").sort_index()
        for years in ((2018, 2019), (2019, 2018))
    )
    np.testing.assert_array_equal(there["p_rise"], back["p_fall"])
    np.testing.assert_array_equal(there["p_enter"], back["p_exit"])
    np.testing.assert_array_equal(there["p_tier_up"], back["p_tier_down"])
    np.testing.assert_allclose(there["move_mean"], -back["move_mean"])


def test_a_block_of_draws_takes_few_bytes_a_unit_and_draw() -> None:
    """Ranks and tiers of ten thousand units in floats, with their copies, took 900 MB."""
    units = 3000
    values = pd.DataFrame(np.random.default_rng(2).random((2 * units, 3)), columns=["a", "b", "c"])
    values.insert(0, "code", [f"u{unit}" for unit in range(units)] * 2)
    values.insert(0, "year", np.repeat(YEARS, units))
    tree = pd.DataFrame({"code": ["a", "b", "c"]})
    spec = tw.Spec.of(select={"top": 100})
    found = tw.series(tw.Scenario.from_frames("long", values, tree, spec=spec))
    moves(found, draws=8)  # compiles
    tracemalloc.start()
    moves(found, draws=BLOCK)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * BLOCK * units


def test_the_table_of_a_run_has_the_draws_of_the_run() -> None:
    found = series(1)
    results = tw.run(found.this.scenario, draws=128)
    pd.testing.assert_frame_equal(results.tables["moves"], tw.moves(found, draws=128).to_frame())


@pytest.mark.parametrize(("years", "code"), [((2017, 2019), "Y004"), ((None, 2018), "Y022")])
def test_years_that_are_not_there_are_refused(years: tuple[int | None, int], code: str) -> None:
    with pytest.raises(tw.TierwiseError) as caught:
        tw.moves(series(1), *years)
    assert [one.code for one in caught.value.problems] == [code]
