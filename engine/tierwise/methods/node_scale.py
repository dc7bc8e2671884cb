"""A node's own normalisation: its scores brought onto a scale before they go up, as indicators are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import TierwiseError, problem
from tierwise.methods.normalise import normalise


@dataclass(frozen=True)
class NodeScale:
    """How a node's scores are brought onto a scale: a normalisation, its direction, goalposts and settings.

    ``settings`` are arguments of :func:`tierwise.methods.normalise.normalise`; a ``reference`` that is a unit
    is its row. ``place`` is where a problem of the node stands.
    """

    method: str
    direction: int = 1
    settings: Mapping[str, Any] | None = None
    place: str = ""

    def __call__(self, scores: FloatArray) -> FloatArray:
        """Return ``(draws, units)`` scores on the scale, each draw by itself.

        One draw raises :class:`TierwiseError` where it cannot be served; among several it fails (NaN).
        """
        if len(scores) == 1:
            return self._draw(scores[0])[None]
        return np.stack([self._tried(draw) for draw in scores]) if len(scores) else scores

    def _draw(self, scores: FloatArray) -> FloatArray:
        try:
            return normalise(scores[:, None], self.method, self.direction, **(self.settings or {}))[:, 0]
        except TierwiseError as error:
            placed = (replace(one, place=self.place, column=None) for one in error.problems)
            raise TierwiseError(*placed) from None

    def _tried(self, scores: FloatArray) -> FloatArray:
        try:
            return self._draw(scores)
        except TierwiseError:
            return np.full(scores.shape, np.nan)

    def take(self, units: IntArray) -> NodeScale:
        """Return the scale among some units, in their order; M014 where the reference is none of them."""
        reference = (self.settings or {}).get("reference")
        if reference is None or isinstance(reference, str):
            return self
        at = np.flatnonzero(units == reference)
        if not at.size:
            raise TierwiseError(problem("M014", self.place, method=self.method, reference=int(reference) + 1))
        return replace(self, settings={**(self.settings or {}), "reference": int(at[0])})
