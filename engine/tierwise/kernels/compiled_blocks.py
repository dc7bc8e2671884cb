"""From the weights of a block of draws to the places of its units, without leaving compiled code.

A part of the draws is scored, ranked and laid out before the next one, so that scores stay in the processor's
cache; what the interpreter would do between parts begins with an empty one, and takes a tenth of the time.
"""

from __future__ import annotations

from typing import Any

from tierwise.arrays import FloatArray
from tierwise.kernels.compiled import compiled
from tierwise.kernels.compiled_counts import Tiles, lay_out
from tierwise.kernels.compiled_ranks import BucketMap, Scratch, place_rows
from tierwise.kernels.compiled_scores import Climb, weighted_means, weighted_sums
from tierwise.kernels.compiled_sums import DRAWS


@compiled
def place_draws(
    weights: FloatArray, draws: int, values: FloatArray, climb: Climb | None,
    spread: BucketMap, scratch: Scratch, deal: bool,
    scores: FloatArray, order: Any, places: Any, tiles: Tiles, first: int, lowest: Any, highest: Any,
) -> int:  # fmt: skip
    """Write the places of draws into ``tiles`` from draw ``first`` on; return of how many.

    They are all ``draws``, or those before the first one with a score that is not finite. Scores are those of
    :func:`~tierwise.kernels.compiled_scores.weighted_means`, which has a ``climb``, or
    :func:`~tierwise.kernels.compiled_scores.weighted_sums`, which say how they want
    their ``weights`` and ``values``. ``scores (some, units)`` and ``places`` are room for a part: as many
    draws as they have rows, a multiple of four.
    """
    for start in range(0, draws, len(scores)):
        stop = min(start + len(scores), draws)
        scored, placed = scores[: stop - start], places[: stop - start]
        if climb is None:
            weighted_sums(weights[start:stop], values, scored)
        else:
            weighted_means(weights[start : stop + -stop % DRAWS], values, climb, scored)
        ranked = place_rows(scored, spread, scratch, deal, order, placed)
        lay_out(placed[:ranked], tiles, first + start, lowest, highest)
        if ranked < stop - start:
            return start + ranked
    return draws
