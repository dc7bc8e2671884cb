"""Changes of tiers along one weight, against the partitions themselves at thousands of weights."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from tests.proofs.conftest import LOCAL, TREE

from tierwise.draws.tier_rules import Cutter, TierRule, cutter, tiers_of
from tierwise.kernels.tiers import tiers_at
from tierwise.proofs import tier_lines
from tierwise.proofs.lines import Lines, lines
from tierwise.proofs.tier_lines import tier_changes


def at_each(line: Lines, cut: Cutter, top: int, weights: np.ndarray) -> np.ndarray:
    """Tiers at each weight, by the partition that draws use."""
    out = np.zeros((len(weights), len(line.scores)), dtype=np.int64)
    for row, scores in enumerate(line.at(weights)):
        order = np.argsort(-scores, kind="stable")[:top]
        out[row, order] = tiers_at(cut.cuts(scores[order], order), len(order))
    return out


@pytest.mark.parametrize("top", [20, 12])
@pytest.mark.parametrize(
    ("method", "rule"),
    [
        ("ward", "refit"),
        ("average", "refit"),
        ("complete", "refit"),
        ("single", "refit"),
        ("fisher", "refit"),
        ("quantile", "refit"),
        ("ward", "fixed-cuts"),
        ("ward", "fixed-sizes"),
    ],
)
def test_every_change_and_nothing_else(method: str, rule: str, top: int) -> None:
    x = np.random.default_rng(5).random((20, 7))
    line = lines(x, LOCAL, 1, tree=TREE)
    order = np.argsort(-line.scores)[:top]
    cut = cutter(TierRule(4, rule, method), line.scores[order], order)
    found = tier_changes(line, cut, top)
    assert len(found.at) > 3
    assert (np.diff(found.at) > 0).all()
    assert (found.tiers[1:] != found.tiers[:-1]).any(axis=1).all()
    weights = np.linspace(0, 1, 3001)[1:-1]
    near = np.abs(weights[:, None] - found.at).min(axis=1) < 1e-7
    np.testing.assert_array_equal(
        at_each(line, cut, top, weights[~near]), found.tiers[np.searchsorted(found.at, weights[~near])]
    )
    for number, weight in enumerate(found.at):
        room = np.diff(found.at, prepend=0, append=1)[number : number + 2].min() / 2
        step = min(1e-8, room)
        beside = at_each(line, cut, top, np.array([weight - step, weight + step]))
        np.testing.assert_array_equal(beside, found.tiers[number : number + 2])


def test_within_bounds_only() -> None:
    x = np.random.default_rng(5).random((20, 7))
    line = lines(x, LOCAL, 1, tree=TREE)
    cut = cutter(TierRule(4), -np.sort(-line.scores), np.argsort(-line.scores))
    every, some = tier_changes(line, cut), tier_changes(line, cut, low=0.3, high=0.6)
    inside = (every.at > 0.3) & (every.at < 0.6)
    np.testing.assert_allclose(some.at, every.at[inside], atol=1e-10)
    assert len(some.at) < len(every.at)


def test_equal_units_are_never_parted() -> None:
    x = np.array([[0.9, 0.1], [0.9, 0.1], [0.5, 0.5], [0.2, 0.6], [0.2, 0.6], [0.0, 0.0]])
    line = lines(x, [0.5, 0.5], 0)
    cut = cutter(TierRule(4), -np.sort(-line.scores), np.argsort(-line.scores))
    tiers = tier_changes(line, cut).tiers
    np.testing.assert_array_equal(tiers[:, 0], tiers[:, 1])
    np.testing.assert_array_equal(tiers[:, 3], tiers[:, 4])


@pytest.mark.parametrize("method", ["fisher", "quantile", "ward"])
@pytest.mark.parametrize("rule", ["refit", "fixed-sizes"])
def test_duplicates_share_a_tier_under_every_rule(method: str, rule: str) -> None:
    """Seven units of which four are the same, in six tiers: frozen sizes and quantiles must not part them."""
    x = np.array(
        [[0.27, 0.38], [0.22, 0.70], [0.11, 0.71], [0.22, 0.70], [0.28, 0.44], [0.22, 0.70], [0.22, 0.70]]
    )
    line = lines(x, [0.4, 0.6], 0)
    order = np.argsort(-line.scores, kind="stable")
    cut = cutter(TierRule(6, rule, method), line.scores[order], order)
    found = tier_changes(line, cut)
    assert (found.tiers[:, [3, 5, 6]] == found.tiers[:, [1]]).all()
    weights = np.linspace(0, 1, 301)[1:-1]
    near = np.abs(weights[:, None] - found.at).min(axis=1, initial=1) < 1e-7
    own = found.tiers[np.searchsorted(found.at, weights)]
    for scores, tiers in zip(line.at(weights[~near]), own[~near], strict=True):
        order = np.argsort(-scores, kind="stable")
        np.testing.assert_array_equal(tiers[order], tiers_of(scores[order], cut.cuts(scores[order], order)))


@pytest.mark.parametrize("method", ["single", "average", "complete", "ward"])
def test_heights_that_stay_equal_follow_the_rule_of_the_draws(method: str) -> None:
    """Scores on a grid: gaps that are equal at every weight, though not to the last bit."""
    x = np.random.default_rng(3).integers(0, 13, (22, 2)) / 12
    line = lines(x, [0.3, 0.7], 0)
    order = np.argsort(-line.scores, kind="stable")
    cut = cutter(TierRule(5, "refit", method), line.scores[order], order)
    found = tier_changes(line, cut)
    weights = np.linspace(0, 1, 2001)[1:-1]
    near = np.abs(weights[:, None] - found.at).min(axis=1) < 1e-7
    np.testing.assert_array_equal(
        at_each(line, cut, 22, weights[~near]), found.tiers[np.searchsorted(found.at, weights[~near])]
    )


@pytest.mark.parametrize("method", ["ward", "average", "complete", "single"])
def test_the_compiled_walk_goes_on_where_it_stopped(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same weights, scores and cuts, bit by bit, found one at a time or all at once."""
    longest = 0
    for seed in range(5):
        x = np.random.default_rng(seed).integers(0, 6, (25, 7)) / 5.0  # some units equal for good
        line = lines(x, LOCAL, 1, tree=TREE)
        order = np.argsort(-line.scores, kind="stable")
        cut = cutter(TierRule(4, "refit", method), line.scores[order], order)
        walk = tier_lines._linkage_steps(cut)
        assert walk is not None
        edges = np.unique([0.0, *line.crossings().at, 1.0])
        for start, stop in itertools.pairwise(edges):
            order = np.argsort(-line.at([(start + stop) / 2.0])[0], kind="stable")
            monkeypatch.setattr(tier_lines, "HELD", 2)
            slow = [(weight, scores, cuts.copy()) for weight, scores, cuts in walk(line, order, start, stop)]
            kept = [at for at in range(len(slow)) if not at or (slow[at][2] != slow[at - 1][2]).any()]
            monkeypatch.setattr(tier_lines, "HELD", 64)
            quick = [*walk(line, order, start, stop)]
            longest = max(longest, len(quick))
            assert [weight for weight, *_ in quick] == [slow[at][0] for at in kept]
            for (_, scores, cuts), at in zip(quick, kept, strict=True):
                assert scores.tobytes() == slow[at][1].tobytes()
                np.testing.assert_array_equal(cuts, slow[at][2])
    assert longest > 2
