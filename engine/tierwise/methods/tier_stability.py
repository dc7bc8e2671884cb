"""Do tiers come back? Partitions compared with a base: Jaccard per tier, adjusted Rand, co-association.

Partitions are labels (draws, units), 1 and above, 0 for a unit that a draw leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError, problem
from tierwise.methods.tiers import cut

#: Lower bounds of the classes of mean Jaccard (Hennig 2007, and the documentation of R's fpc).
CLASSES = (
    (0.85, "highly stable"),
    (0.75, "valid"),
    (0.60, "doubtful"),
    (0.50, "unstable"),
    (0.0, "dissolved"),
)


@dataclass(frozen=True)
class TierStability:
    """How far draws give the base's tiers back."""

    jaccard: FloatArray  # (tiers,) mean over draws of the best Jaccard
    recovered: FloatArray  # (tiers,) share of draws with a Jaccard of 0.75 or more
    dissolved: FloatArray  # (tiers,) share of draws with a Jaccard of 0.5 or less
    classes: tuple[str, ...]  # (tiers,)
    adjusted_rand: FloatArray  # (draws,)


def stability(tiers: ArrayLike, draws: ArrayLike) -> TierStability:
    """Return the stability of ``tiers (units,)`` over partitions ``draws (draws, units)``.

    Jaccard of a tier in a draw: the most over the draw's tiers of units in both / units in either (Hennig
    2007). Its mean over draws: 0.85 and above highly stable, 0.75 valid, 0.60 doubtful, 0.5 unstable, below
    that dissolved; ``dissolved`` counts single draws at 0.5 too, as Hennig does. Adjusted Rand index (Hubert
    & Arabie 1985): 1 = the same partition, 0 = as by chance.

    Raises T113 for shapes that do not fit.
    """
    base, labels = _fitting(tiers, draws)
    table = contingency(base, labels)
    both = table.sum(axis=2)[:, :, None] + table.sum(axis=1)[:, None, :] - table
    best = np.divide(table, both, out=np.zeros(table.shape), where=both > 0).max(axis=2)
    present = table.sum(axis=2) > 0
    seen = np.maximum(present.sum(axis=0), 1)
    jaccard = np.where(present, best, 0.0).sum(axis=0) / seen
    return TierStability(
        jaccard=jaccard,
        recovered=(present & (best >= 0.75)).sum(axis=0) / seen,
        dissolved=(present & (best <= 0.5)).sum(axis=0) / seen,
        classes=tuple(next(name for bound, name in CLASSES if value >= bound) for value in jaccard),
        adjusted_rand=_adjusted_rand(table),
    )


def co_association(draws: ArrayLike) -> FloatArray:
    """Return how often two units share a tier (units, units), of the draws that hold both.

    Pairs that no draw holds together are 0. Raises T113.
    """
    labels = np.asarray(draws, dtype=np.int64)
    if labels.ndim != 2 or not labels.size:
        raise TierwiseError(problem("T113", argument="draws", shape=" x ".join(map(str, labels.shape))))
    here = (labels > 0).astype(np.float64)
    together = np.zeros((labels.shape[1], labels.shape[1]))
    for tier in range(1, int(labels.max()) + 1):
        inside = (labels == tier).astype(np.float64)
        together += inside.T @ inside
    held = here.T @ here
    return np.divide(together, held, out=np.zeros_like(together), where=held > 0)


def bootstrap(
    scores: ArrayLike,
    count: int = 4,
    method: str = "ward",
    *,
    indicators: ArrayLike | None = None,
    contiguous: bool = True,
    draws: int = 200,
    seed: int = 1,
) -> TierStability:
    """Return the stability of tiers when units are drawn with replacement (Hennig 2007).

    Each draw is cut into ``count`` tiers (fewer if it holds fewer distinct scores) and compared with the
    base on the units that it holds. Arguments and errors as :func:`tierwise.methods.tiers.cut`, of methods
    that look for groups: neither ``fixed`` nor ``quantile``.
    """
    values = np.asarray(scores, dtype=np.float64).ravel()
    table = None if indicators is None else np.asarray(indicators, dtype=np.float64)
    base = cut(values, count, method, indicators=table, contiguous=contiguous, seed=seed)
    random = np.random.default_rng(np.random.SeedSequence(seed))
    labels = np.zeros((draws, len(values)), dtype=np.int64)
    for draw in labels:
        chosen = np.sort(random.integers(len(values), size=len(values)))
        number = min(count, len(np.unique(values[chosen])))
        draw[chosen] = cut(
            values[chosen],
            number,
            method,
            indicators=None if table is None else table[chosen],
            contiguous=contiguous,
            seed=seed,
            empty=True,
        )
    return stability(base, labels)


def contingency(tiers: IntArray, draws: IntArray) -> IntArray:
    """Return counts (draws, tiers of the base, tiers of the draw) of units that a draw holds."""
    inside = (tiers[:, None] == np.arange(1, int(tiers.max()) + 1)).astype(np.float64)
    counts = [(draws == tier).astype(np.float64) @ inside for tier in range(1, max(int(draws.max()), 1) + 1)]
    table: IntArray = np.rint(np.stack(counts, axis=2)).astype(np.int64)
    return table


def _adjusted_rand(table: IntArray) -> FloatArray:
    def pairs(counts: IntArray) -> FloatArray:
        return np.asarray(counts * (counts - 1) / 2.0)

    together = pairs(table).sum(axis=(1, 2))
    rows, columns = pairs(table.sum(axis=2)).sum(axis=1), pairs(table.sum(axis=1)).sum(axis=1)
    every = pairs(table.sum(axis=(1, 2)))
    expected = np.divide(rows * columns, every, out=np.zeros_like(rows), where=every > 0)
    most = (rows + columns) / 2.0
    index: FloatArray = np.divide(
        together - expected, most - expected, out=np.ones_like(rows), where=most != expected
    )
    return index


def _fitting(tiers: ArrayLike, draws: ArrayLike) -> tuple[IntArray, IntArray]:
    base, labels = np.asarray(tiers, dtype=np.int64).ravel(), np.asarray(draws, dtype=np.int64)
    if labels.ndim != 2 or not labels.size or labels.shape[1] != base.size or base.min(initial=1) < 1:
        raise TierwiseError(problem("T113", argument="draws", shape=" x ".join(map(str, labels.shape))))
    return base, labels
