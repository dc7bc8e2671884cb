"""Choices of method as inputs: each is one driver, which picks among its options."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.random import default_rng

from tierwise.arrays import FloatArray, IntArray
from tierwise.draws.choices import Choices


@dataclass(frozen=True)
class Methods:
    """What may be done in several ways beside the weights.

    ``choices`` are those of scoring: methods, an indicator left out, noise in the data of an indicator (its
    driver picks the whole sample of errors). ``tiers`` are methods of finding tiers, fewer than two where
    these do not vary.
    """

    choices: Choices | None = None
    tiers: tuple[str, ...] = ()

    @cached_property
    def varied(self) -> IntArray:
        """The factors of the choices that have two options or more."""
        factors = self.choices.factors if self.choices is not None else ()
        return np.array([at for at, factor in enumerate(factors) if len(factor.options) > 1], dtype=np.int64)

    @cached_property
    def noisy(self) -> IntArray:
        """The indicators whose data have noise, by column."""
        noise = self.choices.noise if self.choices is not None else np.empty(0)
        return np.flatnonzero(noise)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The inputs: names of factors, ``noise:`` and the indicator's code, ``tiers``."""
        tiers = ("tiers",) if len(self.tiers) > 1 else ()
        if self.choices is None:
            return tiers
        leaves = self.choices.tree.leaves[self.noisy]
        noise = [f"noise:{self.choices.codes[node]}" for node in leaves]
        return (*(self.choices.factors[at].name for at in self.varied), *noise, *tiers)

    def scores(self, local: FloatArray, drivers: FloatArray) -> FloatArray:
        """Return ``(runs, units)`` scores under ``(runs, nodes)`` weights, NaN where a rule refuses a run.

        ``drivers (runs, names)`` are uniform numbers, one for each input.
        """
        assert self.choices is not None
        uniform = np.zeros((len(local), len(self.choices.factors)))
        uniform[:, self.varied] = drivers[:, : len(self.varied)]
        noise = None
        if self.noisy.size:
            triggers = drivers[:, len(self.varied) : len(self.varied) + len(self.noisy)]
            noise = self._noise(triggers)
        return self.choices.scores(self.choices.picks(uniform), local, noise)

    def tier_option(self, drivers: FloatArray) -> IntArray:
        """Return which method finds the tiers in each run."""
        count = len(self.tiers)
        return np.minimum(drivers[:, -1] * count, count - 1).astype(np.int64)

    def _noise(self, triggers: FloatArray) -> FloatArray:
        """Return standard normal numbers ``(runs, units, indicators)``, those of a column by its trigger."""
        assert self.choices is not None
        units = self.choices.variants[0].plan.units
        noise = np.zeros((len(triggers), units, len(self.choices.noise)))
        for run, row in enumerate(triggers):
            for column, trigger in zip(self.noisy.tolist(), row, strict=True):
                seed = [column, int(trigger * 2**53)]
                noise[run, :, column] = default_rng(seed).standard_normal(units)
        return noise


NONE: Final = Methods()
