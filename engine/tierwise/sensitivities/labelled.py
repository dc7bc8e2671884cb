"""Sensitivity of an index: which judgement moves ranks, scores, tiers and cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tierwise.arrays import BoolArray, FloatArray
from tierwise.indexing import Index
from tierwise.sensitivities.analysing import Measures
from tierwise.spec import SensitivitySpec
from tierwise.tiering import Tiers

if TYPE_CHECKING:
    import pandas as pd

# What is to be said of an analysis, by what it did.
NOTES: Final = ("cut", "paths", "song", "neighbours", "given")


class InputName(NamedTuple):
    """An input: its ``kind`` in ``[sensitivity] inputs`` (or ``methods``), what it is, its code and its name.

    The code of a sibling group is that of its parent with ``/*``; of an expert, the expert's name.
    """

    kind: str
    what: str
    code: str
    name: str


class Growth(NamedTuple):
    """Indices of Sobol' ``(inputs, outputs)`` from the first part of the base samples."""

    samples: int
    first: FloatArray
    total: FloatArray


@dataclass(frozen=True)
class Analysis:
    """What one kind of inputs does to the outputs: measures ``(inputs, outputs)`` by name.

    ``notes`` are those of :data:`NOTES` that apply, ``runs`` how often the index was computed, ``growth``
    the indices at growing base samples.
    """

    kind: str
    inputs: tuple[InputName, ...]
    measures: Measures
    runs: int
    notes: tuple[str, ...]
    growth: tuple[Growth, ...] = ()

    def measure(self, name: str) -> FloatArray:
        """Return a measure ``(inputs, outputs)``, NaN where the method has none of this name."""
        blank = np.full((len(self.inputs), len(self.measures.constant)), np.nan)
        return self.measures.values.get(name, blank)


@dataclass(frozen=True)
class Sensitivity:
    """Measures of sensitivity of each output to each input."""

    index: Index
    tiers: Tiers
    settings: SensitivitySpec
    model: str
    seed: int
    outputs: tuple[str, ...]
    analyses: tuple[Analysis, ...]

    @property
    def method(self) -> str:
        """The method that measured."""
        return self.settings.method

    @property
    def inputs(self) -> tuple[str, ...]:
        """Codes of the inputs, one kind after the other."""
        return tuple(each.code for analysis in self.analyses for each in analysis.inputs)

    @property
    def runs(self) -> int:
        """How often the index was computed."""
        return sum(analysis.runs for analysis in self.analyses)

    @property
    def measures(self) -> Mapping[str, FloatArray]:
        """Arrays ``(inputs, outputs)`` by the measure's name, inputs as in :attr:`inputs`."""
        names = dict.fromkeys(name for analysis in self.analyses for name in analysis.measures.values)
        blank = [np.full((len(each.inputs), len(self.outputs)), np.nan) for each in self.analyses]
        return {
            name: np.vstack(
                [
                    each.measures.values.get(name, none)
                    for each, none in zip(self.analyses, blank, strict=True)
                ]
            )
            for name in names
        }

    @property
    def constant(self) -> BoolArray:
        """Which outputs no input of any analysis moves ``(outputs,)``."""
        constant: BoolArray = np.all([analysis.measures.constant for analysis in self.analyses], axis=0)
        return constant

    def to_frame(self) -> pd.DataFrame:
        """Return the sensitivity table: one row for each output and input."""
        from tierwise.tables.sensitivity import sensitivity

        return sensitivity(self)

    def __repr__(self) -> str:
        return (
            f"Sensitivity({self.method}, {len(self.inputs)} inputs, {len(self.outputs)} outputs, "
            f"{self.runs:,} runs)"
        )
