"""Draws: many weight vectors, each with its scores, ranks and tiers, counted as they come.

Draws are made in blocks of 1,024. Block b takes its numbers from ``SeedSequence(seed, spawn_key=(b,))``
and every count is an integer, so a run has the same result on any number of threads or machines, in any
order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Final, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.random import Generator, SeedSequence, default_rng
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.scores import Plan, scores
from tierwise.uncertainty.counts import Counts
from tierwise.uncertainty.feeds import Feed, SourceFeed, WeightedFeed
from tierwise.uncertainty.models_base import WeightModel
from tierwise.uncertainty.setup import Setup, setup
from tierwise.uncertainty.tally import Tally
from tierwise.uncertainty.tier_rules import TierRule
from tierwise.uncertainty.worker import Shared, Worker

BLOCK: Final = 1024


class Block(NamedTuple):
    """Some draws: ``(size, units)`` scores, ``(size, nodes)`` local weights or None, which ones failed."""

    scores: FloatArray
    local: FloatArray | None
    failed: BoolArray


@runtime_checkable
class Source(Protocol):
    """What makes draws. It is pickled when a cluster does the work."""

    @property
    def units(self) -> int:
        """Number of units."""

    @property
    def nodes(self) -> int:
        """Number of nodes that local weights are drawn for; 0 where there are none."""

    def block(self, rng: Generator, size: int) -> Block:
        """Return ``size`` draws that take all their random numbers from ``rng``."""


class Progress(Protocol):
    """Told how a run is going."""

    def __call__(self, done: int, total: int, rate: float) -> None:
        """Note that ``done`` of ``total`` draws are made, at ``rate`` draws a second."""


@dataclass(frozen=True)
class WeightedScores:
    """The usual source: the same plan scored under weights from a model."""

    plan: Plan
    model: WeightModel

    def __post_init__(self) -> None:
        missing = np.flatnonzero(~self.plan.present[:, 0])
        if missing.size:
            raise TierwiseError(*(problem("U001", argument="values", row=int(row)) for row in missing))

    @property
    def units(self) -> int:
        """Number of units."""
        return self.plan.units

    @property
    def nodes(self) -> int:
        """Number of nodes of the framework."""
        return self.plan.tree.nodes

    @property
    def nominal(self) -> FloatArray:
        """Scores ``(units,)`` under the model's nominal weights."""
        found: FloatArray = scores(self.plan, self.model.nominal[None])[0]
        return found

    def block(self, rng: Generator, size: int) -> Block:
        """Return scores under drawn weights; a draw fails where what a unit has gets no weight."""
        local = self.model.draw(rng, size)
        found = scores(self.plan, local)
        failed = np.logical_not(np.isfinite(found).all(axis=1))
        return Block(found, local, failed)


def block_generator(seed: int, block: int) -> Generator:
    """Return the generator of one block."""
    return default_rng(SeedSequence(seed, spawn_key=(block,)))


def block_sizes(draws: int) -> Iterator[tuple[int, int]]:
    """Yield number and size of each block of a run."""
    for block, start in enumerate(range(0, draws, BLOCK)):
        yield block, min(BLOCK, draws - start)


def prepared(
    source: Source,
    nominal: ArrayLike | None,
    *,
    tier_rule: TierRule | None,
    top: int | None,
    ties: str,
    decimals: int | None,
    quantities: tuple[str, ...],
) -> Setup:
    """Return what is to be counted, checked."""
    if nominal is None:
        if not isinstance(source, WeightedScores):
            raise TierwiseError(problem("U007", argument="nominal"))
        nominal = source.nominal
    listed = np.asarray(nominal, dtype=np.float64)
    if len(listed) != source.units:
        raise TierwiseError(
            problem("U003", argument="nominal", what="unit", found=len(listed), expected=source.units)
        )
    return setup(
        listed,
        source.nodes,
        ties=ties,
        decimals=decimals,
        top=top,
        tiers=tier_rule,
        quantities=quantities,
    )


def simulate(
    source: Source,
    *,
    draws: int = 10_000,
    seed: int = 1,
    nominal: ArrayLike | None = None,
    tier_rule: TierRule | None = None,
    top: int | None = None,
    ties: str = "min",
    decimals: int | None = None,
    quantities: tuple[str, ...] = (),
    threads: int | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Return what ``draws`` draws of a source say.

    Args:
        source: what makes draws.
        draws: how many.
        seed: a non-negative integer; the same one gives the same tally.
        nominal: scores ``(units,)`` of the list whose ranks and tiers the draws are compared with (default:
            those of the model's nominal weights).
        tier_rule: how tiers are found in each draw; none are counted when left out.
        top: length of the list: ranks up to it are selected (default: all units).
        ties: tie rule of the ranks, see :func:`tierwise.kernels.ranks.rank`.
        decimals: scores are rounded to so many decimals before they are ranked.
        quantities: what is counted beyond ranks and tiers: ``pairwise`` (winning probabilities of all pairs),
            ``central`` (mean weights of the draws in which a unit ranks first).
        threads: threads that make draws (default: one for each core). The result does not depend on it.
        progress: called after each block.

    Raises:
        TierwiseError: U001, U003, U004, U005 (all draws failed), U007, S002, T101.

    """
    made = prepared(
        source,
        nominal,
        tier_rule=tier_rule,
        top=top,
        ties=ties,
        decimals=decimals,
        quantities=quantities,
    )
    return run(source, made, draws=draws, seed=seed, threads=threads, progress=progress)


def feed_of(source: Source, made: Setup) -> Feed:
    """Return what gives a thread its draws."""
    if isinstance(source, WeightedScores):
        return WeightedFeed(source, made.order)
    return SourceFeed(source, made.order)


def run(
    source: Source,
    made: Setup,
    *,
    draws: int,
    seed: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Return the tally of a run that is set up."""
    shared = Shared(Counts(made))
    started = perf_counter()
    blocks = 0
    worker = Worker(shared, feed_of(source, made), 0)
    for block, size in block_sizes(draws):
        worker.run(block_generator(seed, block), size)
        blocks += 1
        if progress is not None:
            done = shared.counts.draws + shared.counts.failed
            progress(done, draws, done / (perf_counter() - started))
    return Tally(shared.counts, blocks, draws)
