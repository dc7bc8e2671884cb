"""Scores of a block of draws, a few draws at a time so that they stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import local as own_of_thread
from typing import Protocol

import numpy as np
from numpy.random import Generator

from tierwise.arrays import BoolArray, FloatArray, IntArray, aligned
from tierwise.draws.source import Source, WeightedScores
from tierwise.errors import TierwiseError
from tierwise.kernels.blanks import Products, means_with_blanks
from tierwise.methods.scores import Scorer, sums_of

CACHED = 1 << 17  # scores at a time
Parts = Iterator[tuple[FloatArray, FloatArray | None, BoolArray]]
Ranker = Callable[[Products, FloatArray], int]


class Feed(Protocol):
    """What a thread asks for draws, units in nominal order."""

    def parts(self, rng: Generator, size: int, ranker: Ranker | None = None) -> Parts:
        """Yield scores (some, units), local weights (some, nodes) or None, and which draws failed.

        The scores may stand in memory that the next ones are written to. Draws that compiled code can score
        are offered to the ``ranker``, with room for the scores of a part; those that it takes, as many as it
        says, are not yielded.
        """


def part_size(units: int) -> int:
    """Return how many draws are scored at a time: a multiple of 4."""
    return max(4, CACHED // max(units, 1) // 4 * 4)


class SourceFeed:
    """Draws of any source."""

    def __init__(self, source: Source, order: IntArray) -> None:
        self.source = source
        self.order = order

    def parts(self, rng: Generator, size: int, ranker: Ranker | None = None) -> Parts:
        """Yield the draws of the source's block."""
        block = self.source.block(rng, size)
        step = part_size(len(self.order))
        for start in range(0, size, step):
            part = slice(start, start + step)
            scores = np.take(block.scores[part], self.order, axis=1)
            local = None if block.local is None else block.local[part]
            yield scores, local, block.failed[part] | _failed(scores)


class WeightedFeed:
    """Draws of a plan under weights from a model, by the product for many draws."""

    def __init__(self, source: WeightedScores, order: IntArray) -> None:
        self.source = source
        self.units = len(order)
        listed = source.plan.take(order)
        self.scorer = Scorer(listed, sums_of(listed.values.size), means=means_with_blanks)
        self.certain = listed.common is not None and listed.complete
        self.memory = own_of_thread()

    def parts(self, rng: Generator, size: int, ranker: Ranker | None = None) -> Parts:
        """Yield scores under drawn weights."""
        weights = self.source.weights(rng, size)
        below = self.scorer.weights_below(weights)
        step = part_size(self.units)
        if not hasattr(self.memory, "scores"):  # of this thread
            self.memory.scores = aligned(step, self.units)
        start = 0
        while start < size:
            if ranker is not None:
                products = self.scorer.products(weights[start:], None if below is None else below[start:])
                start += 0 if products is None else ranker(products, self.memory.scores)
                if start == size:
                    return
            rows = slice(start, start + step)
            start += step
            part = weights[rows]
            scores = self._scores(part, None if below is None else below[rows])
            sure = self.certain and np.isfinite(scores[:, 0]).all()
            yield scores, part, np.zeros(len(part), dtype=np.bool_) if sure else _failed(scores)

    def _scores(self, local: FloatArray, below: FloatArray | None) -> FloatArray:
        """Return scores; where a rule refuses a draw, NaN for this draw."""
        out = self.memory.scores[: len(local)]
        try:
            if below is not None:
                return self.scorer.sums_below(below, 0, out)
            return self.scorer.scores(local, out=out)
        except TierwiseError:
            return np.vstack([self._scored(draw[None]) for draw in local])

    def _scored(self, local: FloatArray) -> FloatArray:
        try:
            return self.scorer.scores(local)
        except TierwiseError:
            return np.full((1, self.units), np.nan)


def feed_of(source: Source, order: IntArray) -> Feed:
    """Return what gives a thread its draws of a source, units in the order given."""
    return WeightedFeed(source, order) if isinstance(source, WeightedScores) else SourceFeed(source, order)


def _failed(scores: FloatArray) -> BoolArray:
    """Return in which draws some score is not finite."""
    return np.logical_not(np.isfinite(scores).all(axis=1))
