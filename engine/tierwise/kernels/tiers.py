"""Tiers in one dimension: where a list of scores, best first, is cut.

A cut is the number of units above it. On sorted scores every linkage only ever merges neighbours, so the
tree is found in O(n) after the sort. Three rules make every result definite:

- equal scores are never separated: where there are fewer distinct scores than tiers, the cuts that are
  missing stand at the end, after the last unit;
- of pairs that merge at the same height (to 1e-9 of it) the one nearer the top merges first;
- so of cuts at the same height the one further down is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.kernels.ranks import refuse_missing
from tierwise.names import choose

RowCutter = Callable[[FloatArray, IntArray, IntArray], None]
"""Called with sorted scores ``listed (draws, units)``, how many of them count ``selected (draws,)``, and the
``cuts (draws, count - 1)`` that it writes."""

SHORT: Final = 128  # places of lists that plain Python cuts in a millisecond
METHODS: Final = {"ward": 0, "average": 1, "complete": 2, "single": 3, "fisher": -1}


def row_cutter(method: str, units: int, count: int) -> RowCutter:
    """Return what cuts lists of up to so many sorted scores into ``count`` tiers, for one thread.

    It is called with ``listed (draws, units)``, of which the first ``selected (draws,)`` of each row count,
    and writes to ``cuts (draws, count - 1)`` what :func:`partition` returns.
    """
    code = METHODS[method]
    if code < 0:
        from tierwise.kernels.compiled_tiers import fisher_rows  # loads numba

        return fisher_rows
    return LinkageRows(code, units, count - 1).cut


class LinkageRows:
    """Cuts of many lists by a linkage, with the working memory of one thread.

    The first cut of a list that is left to the chain, one merge after the other, is ``PLAIN``: all lists of
    complete and single linkage, of the others those with heights too near to tell. These are few, and most
    runs have none, so the chain is compiled only where it is needed.
    """

    def __init__(self, linkage: int, units: int, cuts: int) -> None:
        from tierwise.kernels.compiled_rounds import lot_for  # loads numba
        from tierwise.kernels.compiled_tiers import scratch_for

        self.linkage = linkage
        self.scratch, self.lot = scratch_for(units, cuts), lot_for(units)

    def cut(self, listed: FloatArray, selected: IntArray, cuts: IntArray) -> None:
        """Write the cuts, as a :data:`RowCutter` does."""
        from tierwise.kernels.compiled import interpreted  # loads numba
        from tierwise.kernels.compiled_rounds import PLAIN, merge_rows
        from tierwise.kernels.compiled_tiers import AVERAGE, WARD, linkage_rows

        if not cuts.shape[1]:
            return
        if self.linkage <= AVERAGE:
            merge_rows(listed, selected, self.linkage == WARD, self.lot, cuts)
        else:
            cuts[:, 0] = PLAIN
        if (cuts[:, 0] == PLAIN).any():
            chain = interpreted(linkage_rows) if listed.size <= SHORT else linkage_rows
            chain(listed, selected, self.linkage, self.scratch, cuts)


def partition(scores: ArrayLike, count: int, method: str = "ward") -> IntArray:
    """Return where each list of scores is cut into ``count`` tiers.

    Args:
        scores: ``(..., units)``, each list from the highest to the lowest.
        count: number of tiers.
        method: ``ward``, ``average``, ``complete``, ``single`` (agglomerative linkage, cut where ``count``
            clusters are left) or ``fisher`` (the least sum of squares within tiers, Fisher 1958).

    Returns:
        ``(..., count - 1)`` units above each cut, growing; ``units`` for a cut that does not exist.

    Raises:
        TierwiseError: U001 for a missing score, S002 for an unknown method.

    """
    name = choose(method, METHODS, "method")
    lists = np.ascontiguousarray(scores, dtype=np.float64)
    refuse_missing(lists)
    draws, units = lists.shape[:-1], lists.shape[-1]
    rows = int(np.prod(draws))
    cuts = np.empty((rows, count - 1), dtype=np.int64)
    row_cutter(name, units, count)(lists.reshape(rows, units).copy(), np.full(rows, units), cuts)
    return cuts.reshape(*draws, count - 1)


def tiers_at(cuts: IntArray, units: int) -> IntArray:
    """Return the tier ``(..., units)`` of each place in a list, 1 = top, from its cuts ``(..., cuts)``."""
    passed: IntArray = (cuts[..., None, :] <= np.arange(units)[:, None]).sum(axis=-1)
    return 1 + passed
