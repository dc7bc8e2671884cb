"""Missing values filled: from the column, from the unit's group, from other indicators, from similar units.

``missing = "reweight"`` is no imputation: there the aggregation leaves missing children out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.methods.statistics import constant_columns
from tierwise.methods.treated import Cells
from tierwise.names import choose

Groups = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Imputed:
    """The panel without gaps, and the cells that were filled."""

    values: FloatArray
    cells: Cells


def impute(
    values: ArrayLike, method: str, *, groups: Groups = (), neighbours: int = 5, rounds: int = 100
) -> Imputed:
    """Return the panel with its missing values filled.

    Args:
        values: ``(units, indicators)``, NaN = missing.
        method: a name of :data:`METHODS`.
        groups: for ``group-mean`` and ``group-median``: one label for each unit, in one or more columns;
            where a unit's group has no value, the next is tried (prefecture, then province, then region).
        neighbours: for ``knn``.
        rounds: for ``regression``, at most.

    Raises:
        TierwiseError: M002 an indicator without any value; M032 no groups; M033 a group without a value;
            M034 too few units for a regression; M035 a regression that does not settle; S002 unknown method.

    """
    name = choose(method, METHODS, "method")
    panel = np.array(values, dtype=np.float64)
    problems = Problems()
    for column in np.flatnonzero(np.isnan(panel).all(axis=0)).tolist():
        problems.add("M002", argument="values", column=column)
    problems.raise_any()
    if not np.isnan(panel).any():
        filled = panel
    elif name.startswith("group-"):
        filled = METHODS[name](panel, groups)
    elif name == "knn":
        filled = k_nearest(panel, neighbours=neighbours)
    elif name == "regression":
        filled = regression(panel, rounds=rounds)
    else:
        filled = METHODS[name](panel)
    return Imputed(filled, Cells.between(panel, filled, [name] * panel.shape[1]))


def mean(values: FloatArray) -> FloatArray:
    """Return missing values filled with the indicator's mean. OECD/JRC Handbook 2008, section 3.1."""
    return np.where(np.isnan(values), np.nanmean(values, axis=0), values)


def median(values: FloatArray) -> FloatArray:
    """Return missing values filled with the indicator's median."""
    return np.where(np.isnan(values), np.nanmedian(values, axis=0), values)


def group_mean(values: FloatArray, groups: Groups) -> FloatArray:
    """Return missing values filled with the mean of the unit's group."""
    return _by_group(values, groups, np.mean)


def group_median(values: FloatArray, groups: Groups) -> FloatArray:
    """Return missing values filled with the median of the unit's group."""
    return _by_group(values, groups, np.median)


def regression(values: FloatArray, *, rounds: int = 100, tolerance: float = 1e-5) -> FloatArray:
    """Return missing values filled from a linear regression on all other indicators.

    Each incomplete indicator is regressed (least squares with a constant, over the units that have it) on the
    others; where these are incomplete too, they begin at their means and the regressions are repeated until
    no filled value moves by more than ``tolerance`` standard deviations. OECD/JRC Handbook 2008, section 3.2.
    """
    missing = np.isnan(values)
    _refuse_short(missing)
    standard = _standardised(values)
    filled = np.where(missing, 0.0, standard)
    for _ in range(rounds):
        before = filled.copy()
        for column in np.flatnonzero(missing.any(axis=0)):
            gap = missing[:, column]
            others = np.column_stack([np.ones(len(filled)), np.delete(filled, column, axis=1)])
            known = others[~gap]
            slopes = np.linalg.lstsq(known.T @ known, known.T @ standard[~gap, column], rcond=1e-12)[0]
            filled[gap, column] = others[gap] @ slopes
        if np.abs(filled - before).max() <= tolerance:
            return np.where(missing, _unstandardised(filled, values), values)
    raise TierwiseError(problem("M035", argument="values", rounds=rounds))


def k_nearest(values: FloatArray, *, neighbours: int = 5) -> FloatArray:
    """Return missing values filled with the mean of the most similar units that have the indicator.

    Similarity is the Euclidean distance over the indicators that both have, each standardised to mean 0 and
    standard deviation 1 so that no unit of measure weighs more (scikit-learn's ``KNNImputer``).
    """
    from sklearn.impute import KNNImputer

    if neighbours < 1:
        raise TierwiseError(problem("M010", argument="neighbours", value=neighbours, need="≥ 1"))
    filled = KNNImputer(n_neighbors=neighbours).fit_transform(_standardised(values))
    return np.where(np.isnan(values), _unstandardised(filled, values), values)


METHODS: Final[Mapping[str, Callable[..., FloatArray]]] = {
    "mean": mean,
    "median": median,
    "group-mean": group_mean,
    "group-median": group_median,
    "regression": regression,
    "knn": k_nearest,
}


def _by_group(values: FloatArray, groups: Groups, centre: Callable[[Any], Any]) -> FloatArray:
    """Return missing values filled from the first column of groups whose group has any value."""
    if not groups:
        raise TierwiseError(problem("M032", argument="groups"))
    filled = values.copy()
    members: list[dict[str, IntArray]] = [
        {label: np.flatnonzero(np.asarray(labels) == label) for label in set(labels)} for labels in groups
    ]
    problems = Problems()
    for row, column in np.argwhere(np.isnan(values)).tolist():
        for labels, found in zip(groups, members, strict=True):
            known = values[found[labels[row]], column]
            known = known[~np.isnan(known)]
            if known.size:
                filled[row, column] = centre(known)
                break
        else:
            problems.add("M033", argument="values", row=row, column=column, group=groups[-1][row])
    problems.raise_any()
    return filled


def _standardised(values: FloatArray) -> FloatArray:
    """Return columns with mean 0 and standard deviation 1; a constant one with 0."""
    centre, scale = _scale(values)
    return (values - centre) / scale


def _unstandardised(standard: FloatArray, values: FloatArray) -> FloatArray:
    centre, scale = _scale(values)
    return centre + standard * scale


def _scale(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    centre: FloatArray = np.nanmean(values, axis=0)
    sd: FloatArray = np.nanstd(values, axis=0)
    sd[constant_columns(values)] = 1.0
    return centre, sd


def _refuse_short(missing: BoolArray) -> None:
    """Raise M034 for each incomplete indicator with no more values than there are indicators."""
    needed = missing.shape[1] + 1
    problems = Problems()
    for column in np.flatnonzero(missing.any(axis=0)).tolist():
        found = int((~missing[:, column]).sum())
        if found < needed:
            problems.add("M034", argument="values", column=column, found=found, needed=needed)
    problems.raise_any()
