"""How precise the draws are, and when there are enough of them.

Errors are Monte Carlo standard errors: what a run with another seed would differ by. They say nothing about
the panel, whose spread the draws describe.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.draws.blocks import BLOCK, blocks_of
from tierwise.draws.tally import Tally
from tierwise.errors import TierwiseError, problem

__all__ = ["Tolerance", "largest_errors"]

FIRST: Final = 8  # blocks before the first look


@dataclass(frozen=True)
class Tolerance:
    """When ``draws = "auto"`` has enough: the largest error of any probability and of any quantile.

    ``probability`` bounds the standard error of each P(top), P(tier), P(split) and P(cut unmoved).
    ``rank`` bounds that of each median and interval end, in ranks; ``rank_share`` allows as much of the
    list's length instead, where that is more (5 ranks of 2,500). Ranks are whole, so their errors are
    halves and no less than 0.5 can be asked. ``interval`` is the share of draws between the interval's ends.
    ``most`` draws are never exceeded.
    """

    probability: float = 0.005
    rank: float = 0.5
    rank_share: float = 0.002
    interval: float = 0.90
    most: int = 1_000_000

    def __post_init__(self) -> None:
        sound = self.probability > 0 and self.rank >= 0.5 and 0 < self.interval < 1 and self.most >= 1
        if not sound:
            raise TierwiseError(problem("U008", argument="tolerance"))


@dataclass(frozen=True)
class Errors:
    """The largest Monte Carlo standard errors of a tally."""

    probability: float
    rank: float


def largest_errors(tally: Tally, interval: float = 0.90) -> Errors:
    """Return the largest error of any probability and of any quantile of ranks."""
    probabilities: list[FloatArray] = [tally.p_top()]
    if tally.setup.cutter is not None:
        probabilities += [tally.tier_probabilities, tally.p_split(), tally.p_cut_same()]
    shares = np.concatenate([part.ravel() for part in probabilities])
    nearest_half = shares[np.argmin(np.abs(shares - 0.5))]
    tail = (1.0 - interval) / 2.0
    ranks = max(float(tally.rank_quantile_error(share).max()) for share in (tail, 0.5, 1.0 - tail))
    return Errors(float(tally.probability_error(nearest_half)), ranks)


def enough(errors: Errors, tolerance: Tolerance, units: int) -> bool:
    """Return whether both errors are within the tolerance."""
    rank = max(tolerance.rank, tolerance.rank_share * units)
    return errors.probability <= tolerance.probability and errors.rank <= rank


def next_look(blocks: int, errors: Errors, tolerance: Tolerance, units: int) -> int:
    """Return at how many blocks to look again: where errors that fall as 1/√draws should be small enough.

    A quarter more at least, four times as many at most.
    """
    rank = max(tolerance.rank, tolerance.rank_share * units)
    ratio = max(errors.probability / tolerance.probability, errors.rank / rank) ** 2
    wanted = int(np.ceil(blocks * float(np.clip(1.05 * ratio, 1.25, 4.0))))
    return min(wanted, max(blocks_of(tolerance.most), 1))


def most_draws(tolerance: Tolerance) -> int:
    """Return the most draws that are made, in whole blocks."""
    return blocks_of(tolerance.most) * BLOCK
