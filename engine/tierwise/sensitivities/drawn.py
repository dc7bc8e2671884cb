"""Sobol' indices of single weights that no independent numbers make, from the model's own draws.

Weights of a box that sum to 1, or of one panel, move together: there is no number of one node by itself from
which its weight could be made without changing the distribution. What is asked of them is then asked of the
weights as they are drawn (Mara and Tarantola 2012, Reliability Engineering and System Safety 107):

``first``: Var(E[y | w]) / Var(y), what knowing the weight explains, with all that goes together with it.

``total``: E[Var(y | v)] / Var(y), where v is independent of the weight w and says how its siblings share
what it leaves. Only where the model can put a node first (``node_first``); never below ``first`` but for
sampling error. Where a whole panel stands behind each weight there is no such v, and no total index.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.blocks import block_generator, block_sizes
from tierwise.draws.drivers import Input
from tierwise.draws.models_base import WeightModel
from tierwise.draws.parts import Part
from tierwise.kernels.grid import on_grid
from tierwise.sensitivities.measures import Measures, constant_outputs
from tierwise.sensitivities.sobol import normal_quantile, refuse_gaps

__all__ = ["nodes_drawn"]

READ: Final = 8  # draws for each base sample, from which first-order indices are read
SLICE: Final = 16  # draws in each slice of an input
PAIRS: Final = 1 << 20  # number of the block of draws behind totals, beyond all blocks that are read


@dataclass(frozen=True)
class NodesDrawn:
    """Rows at which a model is run: draws ``(read, nodes + others)``, then pairs of draws for each node.

    A row has the local weights of all nodes and uniform numbers of ``others``, choices of method. The pairs
    of a node are its group's weights made anew, with two numbers for the node and the same ones for its
    siblings; everything else is as in the first draws. ``uniform (samples, drivers)`` are these numbers.
    """

    inputs: tuple[Input, ...]
    columns: IntArray  # (inputs,) of the rows
    draws: FloatArray
    uniform: FloatArray
    first: tuple[tuple[IntArray, Part], ...]  # the group of each node that can be put first, and how

    @property
    def samples(self) -> int:
        """Number of base samples."""
        return len(self.uniform)

    def __len__(self) -> int:
        return len(self.draws) + 2 * self.samples * len(self.first)

    def take(self, start: int, stop: int) -> FloatArray:
        """Return rows: for each node all first halves of its pairs stand before the second ones."""
        asked = np.arange(start, stop)
        rows = self.draws[asked[asked < len(self.draws)]]
        halves, sample = np.divmod(asked[len(rows) :] - len(self.draws), self.samples)
        parts = [rows]
        for half in np.unique(halves):
            group, part = self.first[half // 2]
            places = sample[halves == half]
            uniform = self.uniform[places]
            drivers = np.column_stack([uniform[:, half % 2], uniform[:, 2 : 1 + part.drivers]])
            moved = self.draws[places]
            moved[:, group] = part.shares(part.quantile(drivers))
            parts.append(moved)
        return np.vstack(parts)

    def measures(self, table: NDArray[np.floating], confidence: float = 0.95) -> Measures:
        """Return the indices of outputs ``(rows, outputs)``; raises V002 for gaps."""
        refuse_gaps(table)
        constant = constant_outputs(table)
        read = np.array(table[: len(self.draws)], dtype=np.float64)
        read -= read.mean(axis=0)
        variance = np.where(constant, np.nan, (read**2).mean(axis=0))
        quantile = normal_quantile(confidence)
        found = [explained(self.draws[:, column], read, variance) for column in self.columns]
        first, error = (np.array(each) for each in zip(*found, strict=True))
        values = {"first": first, "first_conf": quantile * error}
        if self.first:
            whole = np.full((2, *first.shape), np.nan)
            pairs = np.array(table[len(self.draws) :], dtype=np.float64)
            pairs = pairs.reshape(len(self.first), 2, self.samples, -1)
            whole[:, : len(self.first)] = totals(pairs[:, 0], pairs[:, 1], read, variance)
            values |= {"total": whole[0], "total_conf": quantile * whole[1]}
        return Measures("sobol", values, constant)

    def part(
        self, share: int
    ) -> tuple[int, Callable[[NDArray[np.floating]], NDArray[np.floating]], NodesDrawn]:
        """Return how many samples one part of them has, the rows of this part, and its design."""
        samples, read = self.samples // share, len(self.draws) // share
        pairs = np.arange(2 * len(self.first))[:, None] * self.samples + np.arange(samples)
        rows = np.concatenate([np.arange(read), len(self.draws) + pairs.ravel()])
        less = NodesDrawn(self.inputs, self.columns, self.draws[:read], self.uniform[:samples], self.first)
        return samples, lambda table: table[rows], less


def nodes_drawn(model: WeightModel, samples: int, seed: int, others: tuple[Input, ...] = ()) -> NodesDrawn:
    """Return the rows at which a model of weights is looked at node by node.

    Args:
        model: what draws weights.
        samples: base samples: 8 times as many draws are read, and for each node as many pairs are made.
        seed: of the draws.
        others: further inputs, one uniform number each.

    """
    uniform, local = [], []
    for block, count in block_sizes(READ * samples):
        rng = block_generator(seed, block)
        local.append(model.draw(rng, count))
        uniform.append(rng.random((count, len(others))))
    draws = np.hstack([np.vstack(local), np.vstack(uniform)])
    first: list[tuple[IntArray, Part]] = []
    nodes: list[int] = []
    for group in model.varied:
        for at in np.flatnonzero(np.ptp(draws[:, group], axis=0) > 0):
            nodes.append(int(group[at]))
            part = model.node_first(group, int(at))
            if part is not None:
                first.append((group, part))
    drivers = max((part.drivers for _, part in first), default=0)
    numbers = block_generator(seed, PAIRS).random((samples, 1 + drivers))
    columns = np.append(nodes, draws.shape[1] - len(others) + np.arange(len(others))).astype(np.int64)
    return NodesDrawn(
        (*(Input("node", node) for node in nodes), *others), columns, draws, numbers, tuple(first)
    )


def explained(x: FloatArray, y: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Var(E[y | x]) / Var(y) of outputs ``y (rows, outputs)`` with mean 0, and its standard error.

    x is put in order (equal weights are equal) and cut into slices of equally many rows; what is left within
    them is made unbiased (ε² of a one-way analysis of variance: Kelley 1935). The error is that of the ratio,
    each row by its influence on it.
    """
    slices = max(2, len(x) // SLICE)
    rows = y[np.argsort(on_grid(x), kind="stable")]
    part = np.arange(len(x)) * slices // len(x)
    sizes = np.bincount(part)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    rest = rows - (np.add.reduceat(rows, starts, axis=0) / sizes[:, None])[part]
    rest = rest**2 * (sizes / (sizes - 1.0))[part, None]
    within = rest.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = variance * len(x) / (len(x) - 1)
        left = within / total
        error = (rest - left * rows**2).std(axis=0) / total / np.sqrt(len(x))
        return 1.0 - left, error


def totals(one: FloatArray, two: FloatArray, read: FloatArray, variance: FloatArray) -> FloatArray:
    """Return E[(y - y')²] / 2 Var(y) of pairs ``(inputs, samples, outputs)``, and its standard error."""
    half = (one - two) ** 2 / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        index = half.mean(axis=1) / variance
        own = half.var(axis=1, ddof=1) / half.shape[1]
        behind = index**2 * (read**2).var(axis=0) / len(read)
        return np.array([index, np.sqrt(own + behind) / variance])
