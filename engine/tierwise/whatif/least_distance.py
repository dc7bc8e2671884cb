"""Least-distance quadratic programs by non-negative least squares (Lawson & Hanson 1974, chapter 23).

They are solved as bounded-variable least squares: SciPy's non-negative ones can stop short of the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.draws.weight_sets import inequalities
from tierwise.errors import TierwiseError, problem
from tierwise.tolerances import SOLVED, SPECTRAL

SLIGHT: Final = 1e-5  # weight of what the distance does not look at, so that one point is the nearest
PRECISION: Final = 1e-14  # of the least squares, as a share of their sum


@dataclass(frozen=True)
class Space:
    """Allowed weights: ``low <= matrix @ x <= high``, ``x >= 0``; ``leaves @ x`` are global weights.

    The first ``nodes`` variables are the nodes' global weights.
    """

    matrix: FloatArray
    low: FloatArray
    high: FloatArray
    leaves: FloatArray  # (indicators, variables)
    nodes: int

    @property
    def variables(self) -> int:
        """Number of variables."""
        return int(self.matrix.shape[1])


@dataclass(frozen=True)
class LeastDistance:
    """The nearest point of a space to ``nominal (indicators,)``, under further inequalities.

    With x = p + N y over the equalities and A N = Q R, the distance is that of R y to Q'(nominal - A p), and
    the program is min |w| under G w >= h, whose dual is a non-negative least-squares problem.
    """

    space: Space
    nominal: FloatArray

    def solve(self, matrix: FloatArray, least: FloatArray) -> FloatArray | None:
        """Return the variables nearest to nominal with ``matrix @ x >= least``; None where there are none.

        Raises :class:`TierwiseError` V309 when the iterations end without an answer.
        """
        from scipy.optimize import lsq_linear

        point, free, root, aim = self._reduced
        rows, bounds = self._inequalities
        rows, bounds = np.concatenate([rows, matrix]), np.concatenate([bounds, least])
        if not free.shape[1]:
            return point if (rows @ point >= bounds - SOLVED).all() else None
        across = np.linalg.solve(root.T, (rows @ free).T).T
        short = bounds - rows @ point - across @ aim
        dual = np.vstack([across.T, short])
        one = np.zeros(len(dual))
        one[-1] = 1.0
        steps = 50 * sum(dual.shape)
        solved = lsq_linear(dual, one, (0.0, np.inf), method="bvls", tol=PRECISION, max_iter=steps)
        if not solved.success:
            raise TierwiseError(problem("V309", limit=f"{steps} iterations", limit_zh=f"{steps}次迭代"))
        residual = dual @ solved.x - one
        if np.linalg.norm(residual) < 0.1:  # norm² = 1 / (1 + distance²), and no two weights are 10 apart
            return None
        nearest: FloatArray = point + free @ np.linalg.solve(root, aim - residual[:-1] / residual[-1])
        return np.maximum(nearest, 0.0)

    @cached_property
    def _reduced(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """The point p, the directions N, R, and Q'(nominal - A p)."""
        equal = self.space.low == self.space.high
        matrix = self.space.matrix[equal]
        left, sizes, right = np.linalg.svd(matrix)
        rank = int((sizes > SPECTRAL * sizes[0]).sum())
        point = right[:rank].T @ ((left[:, :rank].T @ self.space.low[equal]) / sizes[:rank])
        free = right[rank:].T
        distance, aim = self.space.leaves @ free, self.nominal - self.space.leaves @ point
        if np.linalg.matrix_rank(distance, tol=SPECTRAL) < free.shape[1]:
            distance = np.vstack([distance, SLIGHT * np.eye(free.shape[1])])
            aim = np.concatenate([aim, np.zeros(free.shape[1])])
        orthogonal, root = np.linalg.qr(distance)
        return point, free, root, orthogonal.T @ aim

    @cached_property
    def _inequalities(self) -> tuple[FloatArray, FloatArray]:
        """Rows and bounds of the space itself, those of variables above 0 included."""
        space = self.space
        rows, most = inequalities(space.matrix, space.low, space.high)
        own = np.eye(space.variables)
        return np.concatenate([own, -rows]), np.concatenate([np.zeros(space.variables), -most])
