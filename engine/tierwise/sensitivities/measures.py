"""What a sensitivity analysis measures, and what its methods share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tierwise.arrays import BoolArray, FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.sensitivities.designs import Design, salib_problem
from tierwise.sensitivities.quiet import quiet
from tierwise.sensitivities.sobol import refuse_gaps
from tierwise.tolerances import ROUNDING


@dataclass(frozen=True)
class Measures:
    """What a method says of each input and output: arrays ``(inputs, outputs)`` by the measure's name.

    Names that end in ``_conf`` are half-widths of confidence intervals. Outputs that are ``constant
    (outputs,)`` have NaN everywhere. ``second (pairs, outputs)`` are indices of the ``pairs`` of inputs.
    """

    method: str
    values: Mapping[str, FloatArray]
    constant: BoolArray
    pairs: tuple[tuple[int, int], ...] = ()
    second: Mapping[str, FloatArray] = field(default_factory=dict)


class Sample(NamedTuple):
    """Where a model was run, and what came out; ``seed`` is that of resamples.

    ``points (rows, inputs)`` and outputs ``values (rows, outputs)``, without gaps.
    """

    design: Design
    values: FloatArray
    seed: int

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return int(self.design.owner.max()) + 1

    @property
    def points(self) -> FloatArray:
        """The base points of the design."""
        return self.design.base

    @property
    def constant(self) -> BoolArray:
        """Which outputs do not vary ``(outputs,)``."""
        return constant_outputs(self.values)


def constant_outputs(table: NDArray[np.floating]) -> BoolArray:
    """Return which outputs ``(rows, outputs)`` do not vary, up to rounding."""
    constant: BoolArray = np.ptp(table, axis=0) <= ROUNDING * np.abs(table).max(axis=0)
    return constant


def shown_effects(effects: FloatArray, widths: FloatArray, constant: BoolArray) -> Measures:
    """Return Shapley effects and half-widths ``(inputs, outputs)`` as measures."""
    return shown("shapley", {"shapley": effects, "shapley_conf": widths}, constant)


def shown(method: str, values: Mapping[str, FloatArray], constant: BoolArray) -> Measures:
    """Return measures ``(inputs, outputs)``, NaN where an output is constant."""
    return Measures(
        method, {name: np.where(constant, np.nan, array) for name, array in values.items()}, constant
    )


def checked_values(values: ArrayLike, rows: int) -> FloatArray:
    """Return outputs ``(rows, outputs)``; V001 for another number of rows, V002 for gaps."""
    table = np.asarray(values)
    table = table[:, None] if table.ndim == 1 else table
    if len(table) != rows:
        raise TierwiseError(problem("V001", argument="values", rows=len(table), step=rows))
    refuse_gaps(table)
    return table


Analyser = Callable[[dict[str, Any], FloatArray, FloatArray], Mapping[str, Any]]
"""Called with SALib's problem, inputs ``(rows, inputs)`` and one output ``(rows,)``."""


def by_output(method: str, sample: Sample, keys: Mapping[str, str], analyser: Analyser) -> Measures:
    """Return the measures of a SALib analyser, which takes one output at a time.

    ``keys`` are SALib's names of the measures by ours.
    """
    owner, table, constant = sample.design.owner, sample.values, sample.constant
    measures = {name: np.full((sample.inputs, table.shape[1]), np.nan) for name in keys}
    for output in np.flatnonzero(~constant):
        y = np.ascontiguousarray(table[:, output], dtype=np.float64)
        with quiet(sample.seed):
            answer = analyser(salib_problem(owner), sample.points, y)
        for name, key in keys.items():
            measure = np.ma.asarray(answer[key], dtype=np.float64)  # masked where a group has none
            measures[name][:, output] = np.ma.filled(measure, np.nan)[: sample.inputs]
    known = {name: array for name, array in measures.items() if constant.all() or not np.isnan(array).all()}
    return Measures(method, known, constant)
