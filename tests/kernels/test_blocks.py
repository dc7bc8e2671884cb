"""Draws that are scored, ranked and laid out in one call, against the steps one by one."""

import numpy as np
import pytest

from tierwise.draws.blocks import BLOCK
from tierwise.draws.feeds import part_size
from tierwise.draws.models import weight_model
from tierwise.draws.simulate import simulate
from tierwise.draws.source import Block, WeightedScores
from tierwise.draws.worker import Worker
from tierwise.kernels.blanks import means_with_blanks
from tierwise.kernels.compiled_counts import tiles_for
from tierwise.kernels.compiled_scores import weighted_sums
from tierwise.kernels.ranks import BlockRanks, rank
from tierwise.kernels.tree import Tree
from tierwise.methods.scores import Plan, Scorer, scores

TREE = Tree(np.array([-1, 0, 0, 1, 1, 1, 2, 2]), np.array([3, 4, 5, 6, 7]))
PART = 8  # draws
NOWHERE = 60_000


def plan_of(rng, units, blanks):
    values = np.round(rng.random((units, 5)), 3)
    if blanks:
        values[rng.random(values.shape) < 0.2] = np.nan
        values[:, 0] = rng.random(units)
    return Plan.uniform(values, TREE)


@pytest.mark.parametrize("blanks", [False, True])
@pytest.mark.parametrize("wrong", [None, 0, 3, 8, 20])
def test_draws_are_laid_out_up_to_the_first_without_scores(blanks: bool, wrong: int | None) -> None:
    rng = np.random.default_rng(7)
    plan, draws = plan_of(rng, 27, blanks), 21
    local = TREE.normalised(rng.random((draws, TREE.nodes)))
    expected = rank(scores(plan, local)) - 1
    if wrong is not None:
        local[wrong, 1:3] = np.inf
    scorer = Scorer(plan, weighted_sums, means=means_with_blanks)
    products = scorer.products(local, scorer.weights_below(local))
    assert products is not None
    tiles = tiles_for(draws + 5, 27)
    tiles[:] = NOWHERE
    lowest, highest = np.full(27, 65535, dtype=np.uint16), np.zeros(27, dtype=np.uint16)
    ranks = BlockRanks(scores(plan, TREE.normalised(rng.random((3, TREE.nodes)))))
    order, places = np.empty((1, 27), dtype=np.uint32), np.empty((PART, 27), dtype=np.uint16)
    room = np.empty((PART, 27)), order, places
    ranked = ranks.lay_out(products, *room, tiles, 5, lowest, highest)
    assert ranked == (draws if wrong is None else wrong)
    laid = np.hstack([*tiles])[: draws + 5, :27]
    np.testing.assert_array_equal(laid[5 : 5 + ranked], expected[:ranked])
    assert (laid[:5] == NOWHERE).all() and (laid[5 + ranked :] == NOWHERE).all()
    if ranked:
        np.testing.assert_array_equal(lowest, laid[5 : 5 + ranked].min(axis=0))
        np.testing.assert_array_equal(highest, laid[5 : 5 + ranked].max(axis=0))


def test_other_means_are_made_otherwise() -> None:
    rng = np.random.default_rng(1)
    local = TREE.normalised(rng.random((4, TREE.nodes)))
    values = 0.1 + rng.random((9, 5))
    for rule, blank in (("geometric", False), ("geometric", True), ("median", False)):
        values[2, 1] = np.nan if blank else 0.5
        scorer = Scorer(Plan.uniform(values, TREE, rule), weighted_sums, means=means_with_blanks)
        assert scorer.products(local, scorer.weights_below(local)) is None


class Careless:
    """A model that now and then gives a branch of the framework no weight, or nothing a number."""

    name = of = "careless"

    def __init__(self) -> None:
        self.nominal = TREE.normalised(np.ones(TREE.nodes))

    def draw(self, rng, size):
        local = TREE.normalised(rng.random((size, TREE.nodes)))
        local[rng.random(size) < 0.02, 3:6] = [0.0, 0.5, 0.5]
        local[rng.random(size) < 0.01, 1] = np.nan
        return local


class Plainly:
    """The same draws, scored block by block without compiled code."""

    def __init__(self, source: WeightedScores) -> None:
        self.source = source
        self.units, self.nodes = source.units, source.nodes

    @property
    def nominal(self):
        return self.source.nominal

    def block(self, rng, size) -> Block:
        return self.source.block(rng, size)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("blanks", [False, True])
@pytest.mark.parametrize("model", ["box", "careless"])
def test_runs_count_what_a_plain_source_counts(
    threads: int, blanks: bool, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a list so long that a block has several parts; draws that fail stand anywhere in it."""
    rng = np.random.default_rng(11)
    units = 300
    assert part_size(units) < BLOCK
    nominal = TREE.normalised(np.ones(TREE.nodes))
    weights = Careless() if model == "careless" else weight_model("box", TREE, nominal)
    source = WeightedScores(plan_of(rng, units, blanks), weights)
    draws, taken, take = 3 * BLOCK + 5, [], Worker._take
    monkeypatch.setattr(Worker, "_take", lambda *given: taken.append(take(*given)) or taken[-1])
    fast = simulate(source, draws=draws, threads=threads)
    assert sum(taken) > 0 or (blanks and model == "careless")
    plain = simulate(Plainly(source), draws=draws, nominal=source.nominal)
    assert fast.failed == plain.failed and (fast.failed > 0) == (model == "careless")
    np.testing.assert_array_equal(fast.counts.ranks.full(), plain.counts.ranks.full())
