"""Draws: many weight vectors, each with its scores, ranks and tiers, counted as they come.

Draws are made in blocks of 1,024. Block b takes its numbers from ``SeedSequence(seed, spawn_key=(b,))``
and every count is an integer, so a run has the same result on any number of threads or machines, in any
order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from tierwise.draws.adaptive import (
    FIRST,
    Tolerance,
    enough,
    largest_errors,
    most_draws,
    next_look,
)
from tierwise.draws.blocks import BLOCK, DRAWS, blocks_of
from tierwise.draws.checkpoint import fingerprint, load, save
from tierwise.draws.cluster import Job, count_on_cluster
from tierwise.draws.counts import Counts
from tierwise.draws.feeds import feed_of
from tierwise.draws.memory import Memory, refuse_too_large
from tierwise.draws.runner import LOOK, ThreadPool
from tierwise.draws.setup import Setup, setup
from tierwise.draws.source import Progress, Source, WeightedScores
from tierwise.draws.tally import Tally
from tierwise.draws.tier_rules import TierRule
from tierwise.errors import TierwiseError, problem, refuse_other_length

__all__ = ["simulate"]

CHECKPOINT_SECONDS: Final = 30.0  # seconds between checkpoints
MOST_DRAWS: Final = 2**32 - 1  # what a count of 4 bytes can hold


def prepared(
    source: Source,
    nominal: ArrayLike | None,
    *,
    tier_rule: TierRule | None,
    top: int | None,
    ties: str,
    decimals: int | None,
    half: str,
    quantities: tuple[str, ...],
) -> Setup:
    """Return what is to be counted, checked."""
    if nominal is None:
        if not isinstance(source, WeightedScores):
            raise TierwiseError(problem("U007", argument="nominal"))
        nominal = source.nominal
    listed = np.asarray(nominal, dtype=np.float64)
    refuse_other_length(len(listed), source.units, "unit", "nominal")
    return setup(
        listed,
        source.nodes,
        ties=ties,
        decimals=decimals,
        half=half,
        top=top,
        tiers=tier_rule,
        quantities=quantities,
    )


def refuse_number(draws: int | Literal["auto"], tolerance: Tolerance | None) -> int:
    """Return the most draws that will be made; raise U014 for none or more than a count can hold."""
    asked = most_draws(tolerance or Tolerance()) if draws == "auto" else draws
    if not 1 <= asked <= MOST_DRAWS:
        raise TierwiseError(problem("U014", argument="draws", draws=asked, most=MOST_DRAWS))
    return asked


def simulate(
    source: Source,
    *,
    draws: int | Literal["auto"] = DRAWS,
    seed: int = 1,
    nominal: ArrayLike | None = None,
    tier_rule: TierRule | None = None,
    top: int | None = None,
    ties: str = "min",
    decimals: int | None = None,
    half: str = "up",
    quantities: tuple[str, ...] = (),
    tolerance: Tolerance | None = None,
    threads: int | None = None,
    cluster: object = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    announce: Callable[[Memory], None] | None = None,
) -> Tally:
    """Return what the draws of a source say.

    Args:
        source: what makes draws.
        draws: how many; ``auto`` makes as many as the ``tolerance`` needs.
        seed: a non-negative integer; the same one gives the same tally.
        nominal: scores ``(units,)`` of the list whose ranks and tiers the draws are compared with (default:
            those of the model's nominal weights).
        tier_rule: how tiers are found in each draw; none are counted when left out.
        top: length of the list: ranks up to it are selected (default: all units).
        ties: tie rule of the ranks, see :func:`tierwise.kernels.ranks.rank`.
        decimals: scores are rounded to so many decimals before they are ranked.
        half: where a half goes then, ``up`` (away from zero) or ``even``.
        quantities: what is counted beyond ranks and tiers: ``pairwise`` (winning probabilities of all pairs),
            ``central`` (mean weights of the draws in which a unit ranks first).
        tolerance: of ``auto``: the largest Monte Carlo errors.
        threads: threads that make draws (default: one for each core). The result does not depend on it.
        cluster: address of a dask.distributed scheduler, or a client of one, that makes the draws instead.
        checkpoint: file in which the run is kept every half minute and when it is stopped. If it is there,
            the run goes on from it, and ends with the same result.
        progress: called a few times a second; when it returns False, or on Ctrl-C, the run stops and what
            is done is returned (``complete`` is false).
        announce: told the most bytes of memory that the draws need, before the first one.

    Raises:
        TierwiseError: M011, U001, U004, U005 (all draws failed), U007, U009 to U014, U020, U021, S002, T101.

    """
    made = prepared(
        source,
        nominal,
        tier_rule=tier_rule,
        top=top,
        ties=ties,
        decimals=decimals,
        half=half,
        quantities=quantities,
    )
    asked = refuse_number(draws, tolerance)
    memory = refuse_too_large(made, threads)
    if announce is not None:
        announce(memory)
    run = Run(Job(source, made, seed, asked), checkpoint, progress)
    with run.advancing(cluster, threads) as advance:
        if draws == "auto":
            _until_precise(run, advance, tolerance or Tolerance())
        else:
            advance(blocks_of(asked))
    return Tally(run.counts, run.target * BLOCK if draws == "auto" else asked)


def _until_precise(run: Run, advance: Callable[[int], None], tolerance: Tolerance) -> None:
    """Advance from look to look until the errors are within the tolerance or there are the most draws."""
    units = run.counts.setup.units
    blocks = min(FIRST, blocks_of(tolerance.most))
    while True:
        advance(blocks)
        if run.stopped:
            return
        errors = largest_errors(Tally(run.counts, run.target * BLOCK), tolerance.interval)
        if enough(errors, tolerance, units) or blocks >= blocks_of(tolerance.most):
            return
        blocks = next_look(blocks, errors, tolerance, units)


class Run:
    """A run in progress: its counts, where they are kept, and who is told."""

    def __init__(self, job: Job, checkpoint: Path | None, progress: Progress | None) -> None:
        self.job = job
        self.checkpoint = checkpoint
        self.progress = progress
        self.stopped = False
        self.target = 0
        self.key = "" if checkpoint is None else fingerprint(job.source, job.setup, job.seed)
        if checkpoint is not None and checkpoint.exists():
            self.counts = load(checkpoint, job.setup, self.key, job.draws)
        else:
            self.counts = Counts(job.setup)
        self.before = self.counts.draws + self.counts.failed
        self.started = self.reported = self.saved = monotonic()

    @contextmanager
    def advancing(self, cluster: object, threads: int | None) -> Iterator[Callable[[int], None]]:
        """Give the function that makes all blocks below a number, here or on a cluster."""
        if cluster is not None:
            yield lambda stop: self._on_cluster(cluster, stop)
            return
        job = self.job
        feed = feed_of(job.source, job.setup.order)
        with ThreadPool(self.counts, feed, seed=job.seed, draws=job.draws, threads=threads) as pool:
            yield lambda stop: self._on_threads(pool, stop)

    def _on_threads(self, pool: ThreadPool, stop: int) -> None:
        def look() -> None:
            if not self.report():
                pool.stopped.set()

        self.target = stop
        for first, end in self.counts.done.missing(stop):
            at = first
            while at < end and not pool.stopped.is_set():
                at = pool.advance(at, end, seconds=CHECKPOINT_SECONDS if self.checkpoint else None, look=look)
                self.stopped = pool.stopped.is_set()
                self.save(at < end)
        self.report(last=True)

    def _on_cluster(self, cluster: object, stop: int) -> None:
        def look() -> bool:
            self.stopped = self.stopped or not self.report()
            return not self.stopped

        self.target = stop
        try:
            count_on_cluster(cluster, self.job, self.counts, stop, look=look, merged=lambda: self.save(False))
        except TierwiseError:  # the cluster was lost: what it did is kept
            self.save(True)
            raise
        self.stopped = self.stopped or bool(self.counts.done.missing(stop))
        self.save(self.stopped)
        self.report(last=True)

    def save(self, now: bool) -> None:
        """Keep the counts, if it is time."""
        if self.checkpoint is not None and (now or monotonic() - self.saved >= CHECKPOINT_SECONDS):
            save(self.checkpoint, self.counts, self.key)
            self.saved = monotonic()

    def report(self, last: bool = False) -> bool:
        """Report progress, a few times a second; return whether to go on."""
        now = monotonic()
        if self.progress is None or (now - self.reported < LOOK and not last):
            return True
        self.reported = now
        done = self.counts.draws + self.counts.failed
        total = min(self.target * BLOCK, self.job.draws)
        rate = (done - self.before) / max(now - self.started, 1e-9)
        return self.progress(done, total, rate) is not False
