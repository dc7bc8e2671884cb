"""The scores along a sweep: one node's weight runs through a range, its siblings giving way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray
from tierwise.methods.means import ARITHMETIC, Mean
from tierwise.methods.scores import Plan, scores
from tierwise.whatif.vary import varied

REACH: Final = 0.10


@dataclass(frozen=True)
class Path:
    """Scores of all units while the local weight of ``node`` runs from ``low`` to ``high``.

    Where the node's parent and all above it take arithmetic means, every score is affine in the weight; so
    is its logarithm under geometric means throughout, its reciprocal under harmonic ones, and so on. Then
    ``mean`` is that mean, and two evaluations tell everything.
    """

    plan: Plan
    local: FloatArray
    node: int
    low: float
    high: float
    mean: Mean | None

    @property
    def nominal(self) -> float:
        """The node's nominal weight."""
        return float(self.local[self.node])

    @cached_property
    def ends(self) -> FloatArray:
        """What is affine, at both ends: ``(2, units)``, higher being better."""
        assert self.mean is not None
        return self.upward(scores(self.plan, self._weights([self.low, self.high])))

    def upward(self, values: FloatArray) -> FloatArray:
        """Return scores transformed to what is affine, higher being better."""
        assert self.mean is not None
        upward: FloatArray = self._sign * self.mean.forward(values)
        return upward

    def affine(self, weights: ArrayLike) -> FloatArray:
        """Return what is affine, at some weights: ``(weights, units)``."""
        share = (np.asarray(weights, dtype=np.float64) - self.low) / (self.high - self.low)
        start, end = self.ends
        along: FloatArray = start + share[:, None] * (end - start)
        return along

    def scores(self, weights: ArrayLike) -> FloatArray:
        """Return ``(weights, units)`` scores of the index at some weights of the node."""
        if self.mean is None:
            return scores(self.plan, self._weights(weights))
        return self.mean.back(self._sign * self.affine(weights))

    @property
    def _sign(self) -> float:
        """Return -1 where the mean turns scores over, as reciprocals do."""
        assert self.mean is not None
        low, high = self.mean.forward(np.array([1.0, 2.0]))
        return 1.0 if high > low else -1.0

    def _weights(self, weights: ArrayLike) -> FloatArray:
        return varied(self.plan.tree, self.local, self.node, weights)


def path(plan: Plan, local: FloatArray, node: int, reach: float = REACH) -> Path:
    """Return the path of a node's local weight: as far as ``reach`` from its nominal one, inside 0 to 1.

    Where a sibling is missing for some unit the ends are left out, since that unit could be without weight.
    """
    group = plan.tree.children[plan.tree.parent[node]]
    edge = 0.0 if plan.present[:, group].all() else 1e-3
    low, high = (float(np.clip(local[node] + step, edge, 1.0 - edge)) for step in (-reach, reach))
    return Path(plan, local, node, low, high, _mean(plan, node))


def _mean(plan: Plan, node: int) -> Mean | None:
    """Return the mean through which scores are affine in a node's weight, or None.

    A unit without a value among the siblings has its weights scaled up, which is not affine; blanks
    elsewhere change nothing.
    """
    parent = int(plan.tree.parent[node])
    complete = bool(plan.present[:, plan.tree.children[parent]].all())
    above = [parent]
    while above[-1]:
        above.append(int(plan.tree.parent[above[-1]]))
    if complete and all(plan.means[one] is ARITHMETIC for one in above):
        return ARITHMETIC
    return plan.common if plan.present.all() else None
