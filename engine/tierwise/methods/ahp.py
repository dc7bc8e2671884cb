"""Weights from comparisons in pairs: the analytic hierarchy process 层次分析法 (Saaty 1980).

``matrix[i, j]`` says how many times as important sibling i is as sibling j: 1 to 9 or a fraction down to 1/9.
A blank (NaN) is filled with the reciprocal of its mirror, a blank diagonal with 1, so that half a matrix is
enough. Pairs that nobody compared may stay blank as long as the others connect all siblings 残缺判断矩阵.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.names import choose
from tierwise.tolerances import TYPED

#: Saaty's mean consistency index of random matrices for 1 to 15 siblings (Saaty 1980; the 2008 Handbook uses
#: the same for its eight indicators).
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
ACCEPTED_RATIO = 0.10


LEAST: Final = 0.11 - TYPED  # 1/9 as it is printed with two decimals; the most is its reciprocal


METHODS: Final = ("eigenvector", "geometric-mean")
SYNONYMS: Final = {
    **dict.fromkeys(("row-geometric-mean", "least-squares", "logarithmic-least-squares"), "geometric-mean"),
    **dict.fromkeys(("几何平均法", "方根法", "对数最小二乘", "对数最小二乘法"), "geometric-mean"),
    **dict.fromkeys(("特征向量法", "特征根法", "harker"), "eigenvector"),
}


@dataclass(frozen=True)
class Consistency:
    """How far comparisons contradict each other; ``ratio`` below 0.10 is usually accepted.

    ``random_index`` and ``ratio`` are NaN where pairs are ``missing``: Saaty's random index is that of full
    matrices, and falls with the number of pairs that are not compared (Ágoston & Csató 2022).
    """

    largest_eigenvalue: float
    index: float
    random_index: float
    ratio: float
    missing: int = 0

    @property
    def accepted(self) -> bool | None:
        """Whether the ratio is below Saaty's 0.10; None where there is no ratio."""
        return None if np.isnan(self.ratio) else self.ratio < ACCEPTED_RATIO


def ahp(matrix: ArrayLike, method: str = "eigenvector") -> FloatArray:
    """Return weights (siblings,) of comparisons ``matrix (siblings, siblings)``.

    ``eigenvector``: the principal right eigenvector, sum 1 (Saaty 1980); ``geometric-mean``: row geometric
    means, sum 1 (Crawford & Williams 1985). Where pairs are blank both ways these are Harker's eigenvector
    (1987: 0 for a blank, and 1 more on the diagonal for each blank of the row) and the least squares of
    logarithms, Σ (ln a_ij - ln w_i + ln w_j)² over the pairs compared (Bozóki, Fülöp & Rónyai 2010); without
    blanks either is the full method.

    Raises W120 to W123 as :func:`comparisons`, W141 where the pairs compared do not connect all siblings.
    """
    compared = connected(comparisons(matrix))
    chosen = choose(method, METHODS, "method", SYNONYMS)
    if chosen == "geometric-mean":
        logs = _least_squares(compared) if np.isnan(compared).any() else np.log(compared).mean(axis=1)
        means = np.exp(logs)
        return np.asarray(means / means.sum())
    return _principal(_harker(compared))[1]


def random_index(size: int) -> float:
    """Return Saaty's random index of ``size`` siblings; beyond 15 by the line of :func:`consistency`."""
    if size <= len(RANDOM_INDEX):
        return RANDOM_INDEX[size - 1]
    return (2.7699 * size - 4.3513 - size) / (size - 1)


def consistency(matrix: ArrayLike) -> Consistency:
    """Return the consistency of comparisons ``matrix (siblings, siblings)``.

    CI = (λ_max - n) / (n - 1), CR = CI / RI with Saaty's random index; beyond 15 siblings RI follows the
    line λ = 2.7699 n - 4.3513 of Alonso & Lamata (2006). One or two siblings are always consistent.

    Where pairs are blank both ways λ_max is that of Harker's matrix, which is n where the others agree, and
    there is no ratio.

    Raises W120 to W123 as :func:`comparisons`, W141 as :func:`ahp`.
    """
    compared = connected(comparisons(matrix))
    size, missing = len(compared), int(np.isnan(compared).sum()) // 2
    largest = _principal(_harker(compared))[0]
    if size <= 2:
        return Consistency(float(size), 0.0, 0.0, 0.0)
    index = max(0.0, (largest - size) / (size - 1))
    if missing:
        return Consistency(largest, index, float("nan"), float("nan"), missing)
    expected = random_index(size)
    return Consistency(largest, index, expected, index / expected)


def joined(matrices: ArrayLike, authority: ArrayLike | None = None) -> FloatArray:
    """Return one matrix for several experts, the geometric mean of their judgements.

    ``matrices (experts, siblings, siblings)``; with ``authority (experts,)`` the mean is weighted. It keeps
    a_ij a_ji = 1 (Aczél & Saaty 1983). A comparison left blank by an expert, both ways, is left out of its
    mean, and blank where nobody made it.

    Raises W120 to W123 as :func:`comparisons` (``row`` and ``column`` within ``expert``), E104 for
    authorities that do not fit.
    """
    stack = np.asarray(matrices, dtype=np.float64)
    if stack.ndim != 3 or not stack.size:
        raise TierwiseError(problem("W120", argument="matrices", shape=" x ".join(map(str, stack.shape))))
    problems = Problems()
    filled = np.empty_like(stack)
    for expert, matrix in enumerate(stack):
        with problems.caught():
            filled[expert] = comparisons(matrix, argument=f"matrices[{expert}]")
    importance = np.ones(len(stack)) if authority is None else np.asarray(authority, dtype=np.float64).ravel()
    if importance.size != len(stack) or not np.all(importance >= 0) or not importance.sum() > 0:
        problems.add("E104", argument="authority", experts=len(stack))
    problems.raise_any()
    given = ~np.isnan(filled)
    shares = importance[:, None, None] * given
    total = shares.sum(axis=0)
    logs = (shares * np.log(np.where(given, filled, 1.0))).sum(axis=0)
    mean: FloatArray = np.exp(np.divide(logs, total, out=np.full(total.shape, np.nan), where=total > 0.0))
    return mean


def comparisons(matrix: ArrayLike, *, argument: str = "matrix") -> FloatArray:
    """Return ``matrix (siblings, siblings)`` checked, its blanks filled with reciprocals where there are any.

    Raises W120 (not square), W121 (not between 1/9 and 9), W122 (the diagonal is not 1), W123 (a_ij a_ji
    is further from 1 than 5%: 0.33 for 1/3 passes).
    """
    compared = np.array(matrix, dtype=np.float64)
    if compared.ndim != 2 or compared.shape[0] != compared.shape[1] or not compared.size:
        raise TierwiseError(
            problem("W120", argument=argument, shape=" x ".join(str(size) for size in compared.shape))
        )
    problems = Problems()
    for row, column in np.argwhere(~np.isnan(compared) & ~((compared >= LEAST) & (compared <= 1.0 / LEAST))):
        problems.add(
            "W121", argument=argument, row=int(row), column=int(column), value=float(compared[row, column])
        )
    problems.raise_any()
    diagonal = np.diag_indices_from(compared)
    compared[diagonal] = np.where(np.isnan(compared[diagonal]), 1.0, compared[diagonal])
    compared = np.where(np.isnan(compared), 1.0 / compared.T, compared)
    for place in np.flatnonzero(np.abs(np.diag(compared) - 1.0) > TYPED):
        problems.add(
            "W122", argument=argument, row=int(place), column=int(place), value=float(compared[place, place])
        )
    wrong = np.triu(np.abs(compared * compared.T - 1.0) > 0.05, 1)
    for row, column in np.argwhere(wrong):
        problems.add(
            "W123",
            argument=argument,
            row=int(row),
            column=int(column),
            value=float(compared[row, column]),
            mirror=float(compared[column, row]),
        )
    problems.raise_any()
    return compared


def islands(compared: FloatArray) -> list[list[int]]:
    """Return the siblings ``(siblings, siblings)`` comparisons connect, group by group: one where all are."""
    if not np.isnan(compared).any():
        return [[*range(len(compared))]]
    from scipy.sparse.csgraph import connected_components  # of blanks alone

    count, group = connected_components(~np.isnan(compared), directed=False)
    return [np.flatnonzero(group == one).tolist() for one in range(count)]


def connected(compared: FloatArray) -> FloatArray:
    """Return comparisons whose pairs connect all siblings; raise W141 with the groups that they fall into."""
    groups = islands(compared)
    if len(groups) > 1:
        shown = " | ".join(", ".join(str(sibling + 1) for sibling in group) for group in groups)
        raise TierwiseError(problem("W141", argument="matrix", groups=shown))
    return compared


def _harker(compared: FloatArray) -> FloatArray:
    """Return the matrix whose principal eigenvector weighs comparisons with blanks (Harker 1987)."""
    blank = np.isnan(compared)
    if not blank.any():
        return compared
    return np.where(blank, 0.0, compared) + np.diag(blank.sum(axis=1).astype(np.float64))


def _least_squares(compared: FloatArray) -> FloatArray:
    """Return the logarithms ``(siblings,)`` of weights, with sum 0, that fit the pairs compared best.

    The normal equations: the Laplacian of the graph of comparisons times the logarithms is the sum of the
    logarithms of each row; a 1 everywhere makes their sum 0.
    """
    there = ~np.isnan(compared)
    rows = np.log(np.where(there, compared, 1.0)).sum(axis=1)
    laplacian = np.diag(there.sum(axis=1).astype(np.float64)) - there
    return np.asarray(np.linalg.solve(laplacian + 1.0, rows - rows.mean()))


def _principal(compared: FloatArray) -> tuple[float, FloatArray]:
    """Return the largest eigenvalue and its eigenvector, positive by Perron's theorem, sum 1."""
    values, vectors = np.linalg.eig(compared)
    top = int(np.argmax(values.real))
    vector = np.abs(vectors[:, top].real)
    return float(values[top].real), vector / vector.sum()
