"""From outputs to measures of sensitivity, by the method of the design."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tierwise.arrays import BoolArray, FloatArray
from tierwise.errors import TierwiseError, problem
from tierwise.sensitivities.delta import delta_indices
from tierwise.sensitivities.designs import (
    GRID_WIDTH,
    HARMONICS,
    LEAST,
    LEVELS,
    Crossed,
    Design,
    Paths,
    salib_problem,
)
from tierwise.sensitivities.quiet import quiet
from tierwise.sensitivities.shapley import path_effects
from tierwise.sensitivities.sobol import refuse_gaps, sobol_indices

__all__ = ["analyse"]

MOST_PAIRED: Final = 10  # inputs up to which HDMR fits their pairs too


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


def analyse(
    design: Design,
    values: ArrayLike,
    *,
    resamples: int = 100,
    confidence: float = 0.95,
    seed: int = 1,
) -> Measures:
    """Return the measures of a design's method.

    Measures: ``first``, ``total`` (sobol), ``shapley`` (effects as shares of the variance), ``mu``,
    ``mu_star``, ``sigma`` (morris: effects as slopes over a driver's whole range; of groups ``mu_star`` alone
    means something), ``first``, ``total`` (fast;
    SALib holds its own intervals for unreliable, so there are none), and those of :func:`analyse_given`.

    Args:
        design: where the model was run.
        values: outputs ``(rows, outputs)`` of the design's rows.
        resamples: of the bootstrap intervals.
        confidence: of the intervals, between 0 and 1.
        seed: of the resamples.

    Raises:
        TierwiseError: V001, V002 as :func:`~tierwise.sensitivities.sobol.sobol_indices`.

    """
    table = _table(values, len(design))
    inputs = int(design.owner.max()) + 1
    if isinstance(design, Crossed):
        second = len(design.mixed) > inputs + 2
        found = sobol_indices(
            table, inputs, second=second, resamples=resamples, confidence=confidence, seed=seed
        )
        measures = {
            "first": found.first,
            "first_conf": found.first_conf,
            "total": found.total,
            "total_conf": found.total_conf,
        }
        pairs = {"second": found.second, "second_conf": found.second_conf} if second else {}
        return Measures("sobol", measures, found.constant, found.pairs, pairs)
    if isinstance(design, Paths):
        effects, widths = path_effects(design.order, table, confidence)
        return shown_effects(effects, widths, constant_outputs(table))
    if design.method in {"morris", "fast"}:
        return _by_output(design.method, design.owner, design.base, table, resamples, confidence, seed)
    return analyse_given(
        design.method, design.base, table, resamples=resamples, confidence=confidence, seed=seed
    )


def analyse_given(
    method: str,
    points: FloatArray,
    values: ArrayLike,
    *,
    resamples: int = 100,
    confidence: float = 0.95,
    seed: int = 1,
) -> Measures:
    """Return the measures of a method that takes any sample of inputs ``(rows, inputs)`` and outputs.

    Measures: ``first`` (rbd-fast: Var(E[y | x]) / Var(y); Tarantola, Gatelli and Mara 2006, Plischke 2010),
    ``delta`` (see :mod:`tierwise.sensitivities.delta`), ``pawn``, ``pawn_mean``, ``pawn_max`` (pawn: the
    median, mean and largest Kolmogorov–Smirnov distance over ten slices; Pianosi and Wagener 2018),
    ``first``, ``structural``, ``correlated``, ``total`` (hdmr: Li and others 2010; total for up to 10
    inputs). All but delta are computed by SALib. The inputs may depend on each other.

    Raises:
        TierwiseError: V001, V002, V003 too few rows.

    """
    table = _table(values, len(points))
    if len(points) < LEAST[method]:
        raise TierwiseError(
            problem("V003", argument="samples", samples=len(points), method=method, needed=LEAST[method])
        )
    if method == "delta":
        delta, width = delta_indices(points, table, resamples=resamples, confidence=confidence, seed=seed)
        return _shown("delta", {"delta": delta, "delta_conf": width}, constant_outputs(table))
    owner = np.arange(points.shape[1])
    return _by_output(method, owner, points, table, resamples, confidence, seed)


def constant_outputs(table: NDArray[np.floating]) -> BoolArray:
    """Return which outputs ``(rows, outputs)`` do not vary, up to rounding."""
    constant: BoolArray = np.ptp(table, axis=0) <= 1e-13 * np.abs(table).max(axis=0)
    return constant


def shown_effects(effects: FloatArray, widths: FloatArray, constant: BoolArray) -> Measures:
    """Return Shapley effects and half-widths ``(inputs, outputs)`` as measures."""
    return _shown("shapley", {"shapley": effects, "shapley_conf": widths}, constant)


def _shown(method: str, values: Mapping[str, FloatArray], constant: BoolArray) -> Measures:
    return Measures(
        method, {name: np.where(constant, np.nan, array) for name, array in values.items()}, constant
    )


def _table(values: ArrayLike, rows: int) -> FloatArray:
    table = np.asarray(values)
    table = table[:, None] if table.ndim == 1 else table
    if len(table) != rows:
        raise TierwiseError(problem("V001", argument="values", rows=len(table), step=rows))
    refuse_gaps(table)
    return table


def _by_output(
    method: str,
    owner: Any,
    points: FloatArray,
    table: FloatArray,
    resamples: int,
    confidence: float,
    seed: int,
) -> Measures:
    """Return the measures of a SALib analyser, which takes one output at a time."""
    constant = constant_outputs(table)
    names = MEASURES[method]
    inputs = int(owner.max()) + 1
    found = {name: np.full((inputs, table.shape[1]), np.nan) for name in names}
    for output in np.flatnonzero(~constant):
        y = np.ascontiguousarray(table[:, output], dtype=np.float64)
        asked = Asked(salib_problem(owner), points, y, resamples, confidence, seed)
        with quiet(seed):
            shown = ANALYSERS[method](asked)
        for name, key in names.items():
            measure = np.ma.asarray(shown[key], dtype=np.float64)  # masked where a group has none
            found[name][:, output] = np.ma.filled(measure, np.nan)[:inputs]
    known = {name: array for name, array in found.items() if constant.all() or not np.isnan(array).all()}
    if len(owner) > inputs:
        known.pop("mu", None)  # effects of opposite sign cancel within a group
    return Measures(method, known, constant)


class Asked(NamedTuple):
    """What a SALib analyser is given: its problem, inputs, one output, and how intervals are made."""

    problem: dict[str, Any]
    x: FloatArray
    y: FloatArray
    resamples: int
    confidence: float
    seed: int


def _morris(asked: Asked) -> Any:
    from SALib.analyze import morris

    problem, x, y, resamples, confidence, seed = asked
    found = morris.analyze(problem, x, y, resamples, confidence, num_levels=LEVELS, seed=seed)
    # SALib takes its grid for one from 0 to 1, of which ours covers a part
    return {key: np.ma.asarray(found[key]) / GRID_WIDTH for key in MEASURES["morris"].values()}


def _fast(asked: Asked) -> Any:
    from SALib.analyze import fast

    return fast.analyze(asked.problem, asked.y, M=HARMONICS, num_resamples=2)


def _rbd_fast(asked: Asked) -> Any:
    from SALib.analyze import rbd_fast

    problem, x, y, resamples, confidence, seed = asked
    return rbd_fast.analyze(problem, x, y, num_resamples=resamples, conf_level=confidence, seed=seed)


def _pawn(asked: Asked) -> Any:
    from SALib.analyze import pawn

    return pawn.analyze(asked.problem, asked.x, asked.y)


def _hdmr(asked: Asked) -> Any:
    from SALib.analyze import hdmr

    inputs = asked.x.shape[1]
    order = 2 if 1 < inputs <= MOST_PAIRED else 1
    found = hdmr.analyze(asked.problem, asked.x, asked.y, maxorder=order, alpha=asked.confidence)
    if order == 1:
        found["ST"] = found["ST_conf"] = np.full(inputs, np.nan)
    return found


ANALYSERS: Final[Mapping[str, Callable[[Asked], Any]]] = {
    "morris": _morris,
    "fast": _fast,
    "rbd-fast": _rbd_fast,
    "pawn": _pawn,
    "hdmr": _hdmr,
}
# Our name of each measure -> SALib's.
MEASURES: Final[Mapping[str, Mapping[str, str]]] = {
    "morris": {"mu": "mu", "mu_star": "mu_star", "mu_star_conf": "mu_star_conf", "sigma": "sigma"},
    "fast": {"first": "S1", "total": "ST"},
    "rbd-fast": {"first": "S1", "first_conf": "S1_conf"},
    "pawn": {"pawn": "median", "pawn_mean": "mean", "pawn_max": "maximum"},
    "hdmr": {
        "first": "S",
        "first_conf": "S_conf",
        "total": "ST",
        "total_conf": "ST_conf",
        "structural": "Sa",
        "correlated": "Sb",
    },
}
