"""Weights of siblings from elicited quantiles: each as low, middle and high, fitted by one Dirichlet."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray
from tierwise.errors import Problems
from tierwise.tolerances import TYPED

TAIL: Final = 0.05  # share of cases that an expert puts below low, and above high
MOST: Final = 1e6  # of a parameter: quantiles that leave nothing open would have it without end
LEAST: Final = 1e-3
DIGITS: Final = 6  # to which parameters are kept: what a solver leaves beyond hangs on the order of siblings


@dataclass(frozen=True, eq=False)
class Elicited:
    """The Dirichlet ``alpha (siblings,)`` that comes nearest, and by how much each quantile misses.

    ``misses (3, siblings)``: the quantile of the fitted weight less the one given; NaN where none was.
    """

    alpha: FloatArray
    misses: FloatArray

    @property
    def weights(self) -> FloatArray:
        """Mean weights ``(siblings,)``."""
        return np.asarray(self.alpha / self.alpha.sum())

    @property
    def worst(self) -> FloatArray:
        """The largest miss ``(siblings,)`` of each sibling."""
        return np.asarray(np.nan_to_num(np.abs(self.misses)).max(axis=0))


def elicited(low: ArrayLike, middle: ArrayLike, high: ArrayLike, *, tail: float = TAIL) -> Elicited:
    """Return the Dirichlet whose weights have quantiles nearest to those given ``(siblings,)`` each.

    ``low`` and ``high`` leave a share ``tail`` of cases outside on either side, ``middle`` is the median; NaN
    where one was not given. Each weight of a Dirichlet is Beta(a_i, a_0 - a_i); the sum of squares of what
    the quantiles miss by is least (Zapata-Vázquez, O'Hagan & Bastos 2014, who fit the margins first).

    Raises W153 for what is no share, W160 for quantiles out of order, W161 for a sibling without any, W162
    where no sibling has a low or high beside a middle, which would leave the spread open.
    """
    given = np.array([np.asarray(one, dtype=np.float64).ravel() for one in (low, middle, high)])
    _refuse(given)
    if given.shape[1] == 1:
        return Elicited(np.ones(1), np.zeros((3, 1)))
    from scipy.optimize import least_squares  # half a second, of this method alone
    from scipy.special import betaincinv

    levels = np.array([tail, 0.5, 1.0 - tail])[:, None]
    known = ~np.isnan(given)

    def misses(logs: FloatArray) -> FloatArray:
        alpha = np.exp(logs)
        return np.asarray(betaincinv(alpha, alpha.sum() - alpha, levels) - given)

    def missed(logs: FloatArray) -> FloatArray:
        return np.asarray(misses(logs)[known])

    found = least_squares(
        missed,
        np.log(_start(given)),
        bounds=(np.log(LEAST), np.log(MOST)),
        xtol=1e-12,
        ftol=1e-12,
        gtol=1e-12,
    )
    alpha = np.array([float(f"{one:.{DIGITS}g}") for one in np.exp(found.x)])
    return Elicited(alpha, misses(np.log(alpha)))


def _start(given: FloatArray) -> FloatArray:
    """Return parameters with the middles as means and the spread that the widths have on average."""
    from scipy.special import ndtri

    middle = np.clip(np.nanmean(given, axis=0), 0.01, 0.99)
    middle = np.where(np.isnan(given[1]), middle, np.clip(given[1], 0.01, 0.99))
    mean = middle / middle.sum()
    width = np.nanmax(given, axis=0) - np.nanmin(given, axis=0)
    spread = np.maximum(width / (2.0 * float(-ndtri(TAIL))), 1e-3)
    total = float(np.median(mean * (1.0 - mean) / spread**2 - 1.0))
    return np.asarray(np.clip(mean * np.clip(total, 1.0, 1e4), 2.0 * LEAST, MOST / 2.0))


def _refuse(given: FloatArray) -> None:
    problems = Problems()
    for name, row in zip(("low", "middle", "high"), given, strict=True):
        for sibling in np.flatnonzero(~np.isnan(row) & ~((row >= 0.0) & (row <= 1.0))):
            problems.add("W153", argument=name, column=int(sibling), value=float(row[sibling]))
    problems.raise_any()
    for at, (low, middle, high) in enumerate(given.T.tolist()):
        known = [one for one in (low, middle, high) if not np.isnan(one)]
        if not known:
            problems.add("W161", argument="middle", column=at)
        elif any(one > other + TYPED for one, other in pairwise(known)):
            problems.add("W160", argument="low", column=at, low=low, middle=middle, high=high)
    problems.raise_any()
    if not ((~np.isnan(given)).sum(axis=0) > 1).any():
        problems.add("W162", argument="low", column=0)
    problems.raise_any()
