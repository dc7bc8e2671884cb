"""Where tiers change as one weight goes from 0 to 1, found event by event.

Between two crossings the order of the units holds and every score is a line. The heights of a linkage are
then linear in the weight (Ward's by their roots), Fisher's sums of squares quadratic, and frozen cuts are
met by lines: so the next weight at which any decision of the partition turns is a root, and the partition
is made anew just after it. Nothing is stepped over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.tier_rules import Cutter, TierRule, tiers_of
from tierwise.draws.tier_rules import cutter as cutter_of
from tierwise.kernels.tiers import METHODS
from tierwise.outputs.remembered import remembered
from tierwise.proofs.lines import Lines
from tierwise.tolerances import EVENT

Step = tuple[float, FloatArray, IntArray]  # a weight, the scores and the cuts just after it
Walk = Callable[[Lines, IntArray, float, float], Iterator[Step]]
HELD = 64  # changes found at a time
LITTLE = 20_000  # intervals times units²: plain Python takes less time for it than compiling would
PATIENCE = 50.0  # events without a step between them, after which rounding is at work and steps grow


class TierChanges(NamedTuple):
    """Weights ``(changes,)`` at which some tiers change, and the tiers ``(changes + 1, units)`` between them.

    Tier 0 is outside the selected units.
    """

    at: FloatArray
    tiers: IntArray


@remembered(TierChanges)
def tier_changes(
    line: Lines, cutter: Cutter, top: int | None = None, low: float = 0.0, high: float = 1.0
) -> TierChanges:
    """Return every weight between ``low`` and ``high`` at which the tier of some unit changes.

    ``cutter`` is how the list is cut (:mod:`tierwise.draws.tier_rules`), where that is ``foreseen``; ``top``
    is how many units are selected. Tiers on indicators (a ``partition`` of their own) change with the order
    of the units only.
    """
    units = len(line.scores)
    edges = np.unique(np.concatenate([[low], line.crossings(low, high).at, [high]]))
    little = len(edges) * min(units, top or units) ** 2 <= LITTLE
    walk = _linkage_steps(cutter, little) or partial(_steps, cutter)
    at: list[float] = []
    held: list[IntArray] = []
    for start, stop in pairwise(edges):
        if stop - start <= 2.0 * EVENT:
            continue
        order = np.argsort(-line.at([(start + stop) / 2.0])[0], kind="stable")[:top]
        for weight, scores, cuts in walk(line, order, start, stop):
            tiers = np.zeros(units, dtype=np.int64)
            tiers[order] = tiers_of(scores, cuts)
            if not held or (tiers != held[-1]).any():
                at.append(weight)
                held.append(tiers)
    return TierChanges(np.array(at[1:]), np.array(held))


def warm_up() -> None:
    """Compile the walk of linkages, or load it: short lists do without (see :mod:`tierwise.draws.warm`)."""
    scores = np.array([2.0, 1.0, 0.0])
    order = np.arange(3)
    walk = _linkage_steps(cutter_of(TierRule(2), scores, order))
    assert walk is not None
    assert [*walk(Lines(1, 0.0, scores, np.zeros(3), 0.0), order, 0.0, 1.0)]


def _linkage_steps(cutter: Cutter, little: bool = False) -> Walk | None:
    """Return the walk of a linkage, compiled as a whole unless it is a little one; None for other cutters."""
    linkage = (
        METHODS[cutter.rule.tier_method.kernel] if cutter.kind == "method" and not cutter.by_rank else -1
    )
    if linkage < 0:
        return None
    from tierwise.kernels.compiled import interpreted  # loads numba
    from tierwise.proofs.compiled_lines import WORK_ROWS, linkage_walk

    walk = interpreted(linkage_walk) if little else linkage_walk

    def steps(line: Lines, order: IntArray, start: float, stop: float) -> Iterator[Step]:
        scores, slopes = line.scores[order], line.slopes[order]
        span, work = np.array([start, stop, line.weight, 0.0]), np.empty((WORK_ROWS, len(order) + 1))
        at, found = np.empty(HELD), np.empty((HELD, cutter.rule.count - 1), dtype=np.int64)
        while span[0] < stop - EVENT:
            held = walk(scores, slopes, linkage, span, EVENT, PATIENCE, work, at, found)
            for weight, cuts in zip(at[:held].tolist(), found[:held], strict=True):
                yield weight, scores + (weight + EVENT - line.weight) * slopes, cuts

    return steps


def _steps(cutter: Cutter, line: Lines, order: IntArray, start: float, stop: float) -> Iterator[Step]:
    """Yield each weight from ``start`` on at which a cut may turn, the scores and the cuts just after it."""
    weight, idle = start, 0.0
    while weight < stop - EVENT:
        scores = line.scores[order] + (weight + EVENT - line.weight) * line.slopes[order]
        cuts, turn = _cuts(scores, line.slopes[order], cutter, order)
        yield weight, scores, cuts
        idle = idle + 1.0 if turn < EVENT else 0.0
        weight += turn + EVENT * 2.0 ** max(0.0, idle - PATIENCE)


def _cuts(scores: FloatArray, slopes: FloatArray, cutter: Cutter, units: IntArray) -> tuple[IntArray, float]:
    """Return the cuts now, and how far the weight may go before one may turn."""
    from tierwise.proofs.compiled_lines import fisher_turn, next_limit  # loads numba

    count = cutter.rule.count
    cuts = np.full(count - 1, len(scores), dtype=np.int64)
    if cutter.by_rank:
        return cutter.cuts(scores, units), np.inf
    if cutter.kind == "limits":
        return cuts, next_limit(scores, slopes, cutter.limits, cuts)
    differ = np.count_nonzero(np.diff(scores))  # cuts that there can be
    return cuts, fisher_turn(scores, slopes, cuts[:differ])
