"""Weights by the importance that they should give: what an indicator is worth in the scores, not on paper.

An indicator's nominal weight is not its importance, because indicators correlate and vary unequally. Here
weights are found whose importance is as asked for (Becker, Saisana, Paruolo & Vandecasteele 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.methods.statistics import all_correlations, varying
from tierwise.methods.weights import checked
from tierwise.names import choose
from tierwise.tolerances import CANCELLED, SHARE, SINGULAR

MEASURES = ("r2", "correlation")


@dataclass(frozen=True)
class OptimisedWeights:
    """Weights (indicators,) that sum to 1, and the importance that they reach."""

    weights: FloatArray
    target: FloatArray  # shares, sum 1
    reached: FloatArray  # shares, sum 1
    distance: float  # Σ (target - reached)²

    @property
    def exact(self) -> bool:
        """Whether the target is reached."""
        return self.distance < SHARE


def optimised(
    values: ArrayLike,
    target: ArrayLike | None = None,
    *,
    measure: str = "r2",
    negative: bool = False,
) -> OptimisedWeights:
    """Return weights of ``values (units, indicators)`` whose importance comes closest to ``target``.

    The index is the weighted arithmetic mean y = X w of the (normalised) values. ``target (indicators,)`` is
    relative; equal when left out. Importance of an indicator, as a share of the sum over indicators:

    ``r2``: r(x_j, y)², the linear correlation ratio (Becker et al. 2017, equation 6);
    ``correlation``: r(x_j, y), as the R package COINr takes it.

    A negative correlation counts against. With R the correlations and u_j = w_j s_j, r(x_j, y) is
    proportional to (R u)_j, so u = R⁻¹√target (R⁻¹ target) is exact; if that asks for a negative weight, the
    least squares over weights of 0 or more are taken, unless ``negative``.

    Raises W100, W101, W102 (see :func:`tierwise.methods.weights.entropy`), W105 (no common units), M011, W111
    to W113 for the target, W116 when the correlations are singular.
    """
    panel = varying(values, "optimise")
    chosen = choose(measure, MEASURES, "measure", {"linear": "r2", "pearson": "correlation"})
    count = panel.shape[1]
    wanted = checked(np.ones(count) if target is None else target, count, argument="target")
    together = all_correlations(panel)
    if np.linalg.eigvalsh(together)[0] < SINGULAR:
        raise TierwiseError(problem("W116", argument="values"))
    scale = np.nanstd(panel, axis=0, ddof=1)
    asked = np.sqrt(wanted) if chosen == "r2" else wanted
    solved = np.asarray(np.linalg.solve(together, asked), dtype=np.float64)
    if solved.min() < -SHARE and not negative:
        solved = _least_squares(together, wanted, chosen, np.maximum(solved, 0.0))
    weights = np.maximum(solved, 0.0) / scale if not negative else solved / scale
    if not weights.sum() > CANCELLED * np.abs(weights).sum():
        raise TierwiseError(problem("W113", argument="target", total=float(weights.sum())))
    reached = _importance(together, solved, chosen)
    return OptimisedWeights(weights / weights.sum(), wanted, reached, float(((wanted - reached) ** 2).sum()))


def _importance(together: FloatArray, scaled: FloatArray, measure: str) -> FloatArray:
    raw = together @ scaled
    signed = raw * np.abs(raw) if measure == "r2" else raw
    shares: FloatArray = signed / signed.sum()
    return shares


def _least_squares(together: FloatArray, wanted: FloatArray, measure: str, start: FloatArray) -> FloatArray:
    """Return u >= 0, sum 1, with the least distance of its importance from the one wanted."""
    from scipy.optimize import Bounds, LinearConstraint, minimize

    count = len(wanted)

    def distance(scaled: FloatArray) -> float:
        raw = together @ scaled
        signed = raw * np.abs(raw) if measure == "r2" else raw
        total = signed.sum()
        return float(((wanted - signed / total) ** 2).sum()) if total > 1e-9 else 1e3

    results = [
        minimize(
            distance,
            first / first.sum(),
            method="SLSQP",
            bounds=Bounds(0.0, 1.0),
            constraints=LinearConstraint(np.ones((1, count)), 1.0, 1.0),
            options={"ftol": 1e-15, "maxiter": 500},
        )
        for first in (start, wanted, np.ones(count))
    ]
    best = min(results, key=lambda result: float(result.fun))
    return np.maximum(np.asarray(best.x, dtype=np.float64), 0.0)
