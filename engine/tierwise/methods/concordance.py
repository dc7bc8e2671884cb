"""Do the experts agree on the order? Kendall's coefficient of concordance W, and its tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.kernels.ranks import rank
from tierwise.tolerances import WHOLE

BATCH = 4096
LEAST_JUDGED: Final = 3  # items: of two, W says no more than which of them more experts put first


@dataclass(frozen=True)
class Concordance:
    """Kendall's W of experts who rank siblings."""

    experts: int
    siblings: int
    left_out: int  # experts with blanks
    w: float
    mean_spearman: float  # (m W - 1) / (m - 1)
    chi2: float
    df: int
    p_chi2: float
    f: float  # Legendre's; infinite at W = 1
    df_between: float
    df_within: float
    p_f: float
    p_permutation: float | None  # None when no permutations are asked for


def kendall_w(scores: ArrayLike, *, permutations: int = 9999, seed: int = 1) -> Concordance:
    """Return Kendall's W of ``scores (experts, siblings)``, corrected for ties.

    Each expert's scores are ranked (mean ranks for ties). W = 12 S / (m²(n³ - n) - m ΣT), S the sum of
    squares of the siblings' rank sums about their mean, T = Σ(t³ - t) over an expert's ties (Kendall 1948).
    Tests of "no agreement": chi² = m (n - 1) W with n - 1 degrees of freedom, for seven siblings or more;
    F = (m - 1) W / (1 - W) with n - 1 - 2/m and (m - 1)(n - 1 - 2/m) degrees of freedom (Legendre 2005);
    and by permuting each expert's ranks, p = (1 + draws with S as large) / (1 + ``permutations``).

    Experts who left a sibling blank cannot be ranked and are left out, counted in ``left_out``.

    Raises E111 for fewer than two whole experts or two siblings, E112 when no expert tells siblings apart.
    """
    from scipy.special import chdtrc, fdtrc  # what scipy.stats asks for its tails; without its half second

    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2:
        raise TierwiseError(
            problem("E100", argument="experts", shape=" x ".join(map(str, table.shape)), least=2)
        )
    whole = ~np.isnan(table).any(axis=1)
    experts, siblings = int(whole.sum()), table.shape[1]
    if experts < 2 or siblings < 2:
        raise TierwiseError(problem("E111", argument="experts", experts=experts, siblings=siblings))
    ranks = np.asarray(rank(table[whole], "average", descending=False), dtype=np.float64)
    ties = float(sum(_tie_correction(row) for row in ranks))
    most = experts**2 * (siblings**3 - siblings) - experts * ties
    if most <= 0:
        raise TierwiseError(problem("E112", argument="experts"))
    squares = float(_sum_of_squares(ranks))
    w = min(1.0, 12.0 * squares / most)
    statistic = experts * (siblings - 1) * w
    between = siblings - 1 - 2.0 / experts
    ratio = (experts - 1) * w / (1.0 - w) if w < 1.0 else np.inf
    return Concordance(
        experts=experts,
        siblings=siblings,
        left_out=int((~whole).sum()),
        w=w,
        mean_spearman=(experts * w - 1.0) / (experts - 1.0),
        chi2=statistic,
        df=siblings - 1,
        p_chi2=float(chdtrc(siblings - 1, statistic)),
        f=ratio,
        df_between=between,
        df_within=(experts - 1) * between,
        p_f=float(fdtrc(between, (experts - 1) * between, ratio)) if between > 0 else 1.0,
        p_permutation=_permuted(ranks, squares, permutations, seed) if permutations else None,
    )


def _permuted(ranks: FloatArray, observed: float, permutations: int, seed: int) -> float:
    random = np.random.default_rng(np.random.SeedSequence(seed))
    as_large = 0
    for start in range(0, permutations, BATCH):
        size = min(BATCH, permutations - start)
        draws = random.permuted(np.broadcast_to(ranks, (size, *ranks.shape)), axis=2)
        as_large += int((_sum_of_squares(draws) >= observed - WHOLE).sum())
    return (1 + as_large) / (1 + permutations)


def _sum_of_squares(ranks: FloatArray) -> FloatArray:
    """S over the last axis of ranks (..., experts, siblings)."""
    sums = ranks.sum(axis=-2)
    squares: FloatArray = ((sums - sums.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    return squares


def _tie_correction(ranks: FloatArray) -> int:
    _, counts = np.unique(ranks, return_counts=True)
    return int((counts**3 - counts).sum())
