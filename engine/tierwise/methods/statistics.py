"""Statistics of columns with blanks, shared by weights, audit and tiers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.tolerances import ROUNDING, SINGULAR
from tierwise.words.language import Text


def checked_table(
    values: ArrayLike, argument: str, *, code: str, least_rows: int = 2, least_columns: int = 1
) -> FloatArray:
    """Return ``values`` as a float table (rows, columns); NaN stands for a blank, infinity is refused.

    Problems under ``code``: the wrong number of dimensions, too few rows or columns, infinite entries.
    """
    array = np.asarray(values, dtype=np.float64)
    problems = Problems()

    def refuse(given: Text, needed: Text, row: int | None = None, column: int | None = None) -> None:
        what, need = {"what": given.en, "what_zh": given.zh}, {"need": needed.en, "need_zh": needed.zh}
        problems.add(code, argument=argument, row=row, column=column, **what, **need)

    if array.ndim != 2:
        given = Text(f"{array.ndim} dimensions", f"{array.ndim}维数组")
        refuse(given, Text("rows x columns", "行 x 列的二维表"))
    else:
        rows, columns = array.shape
        if rows < least_rows:
            refuse(Text(f"{rows} rows", f"{rows}行"), Text(f"{least_rows} or more", f"不少于{least_rows}行"))
        if columns < least_columns:
            needed = Text(f"{least_columns} or more", f"不少于{least_columns}列")
            refuse(Text(f"{columns} columns", f"{columns}列"), needed)
        for row, column in np.argwhere(np.isinf(array)):
            refuse(Text("∞", "∞"), Text("a finite number", "有限数值"), int(row), int(column))
    problems.raise_any()
    return array


def varying(values: ArrayLike, method: str, *, constant: bool = False) -> FloatArray:
    """Return the panel (units, indicators) if each indicator varies, so that ``method`` can weigh it.

    With ``constant`` some may not vary, as long as one does.

    Raises W100 for fewer than two units, W101 for a constant indicator, W102 for one with fewer than two
    values.
    """
    panel = checked_table(values, "values", code="W100")
    problems = Problems()
    few = present(panel) < 2
    for column in np.flatnonzero(few):
        problems.add("W102", argument="values", column=int(column), method=method)
    same = constant_columns(panel)
    for column in () if constant and len(same) < panel.shape[1] else same:
        if not few[column]:
            problems.add("W101", argument="values", column=int(column), method=method)
    problems.raise_any()
    return panel


def present(values: FloatArray) -> IntArray:
    """Return how many entries of each column are not blank, (columns,)."""
    count: IntArray = (~np.isnan(values)).sum(axis=0, dtype=np.int64)
    return count


def is_constant(values: FloatArray) -> bool:
    """Tell whether values, none of them blank, differ by no more than rounding, as 0.1 + 0.2 from 0.3."""
    return bool(np.ptp(values) <= ROUNDING * np.abs(values).max())


def refuse_not_positive(values: FloatArray) -> None:
    """Raise M003 with the place of each value that is not above zero."""
    bad = np.flatnonzero(values <= 0)
    if bad.size:
        raise TierwiseError(*(problem("M003", row=int(row), value=float(values[row])) for row in bad))


def constant_columns(values: FloatArray) -> IntArray:
    """Return the columns whose entries are all the same, rounding and blanks aside."""
    known = [column[~np.isnan(column)] for column in values.T]
    return np.flatnonzero([column.size > 0 and is_constant(column) for column in known])


def min_max(values: FloatArray, directions: FloatArray) -> FloatArray:
    """Return columns brought to 0..1 in their direction: (x - min) / (max - min), or (max - x) / (max - min).

    For columns that are neither constant nor blank; blanks stay blank.
    """
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    best_is_high = directions > 0
    unit: FloatArray = np.where(best_is_high, values - low, high - values) / (high - low)
    return unit


def correlations(values: FloatArray) -> FloatArray:
    """Return Pearson correlations of the columns, (columns, columns), each from the rows where both stand.

    A pair without two such rows, or constant over them, is NaN, and so is one that over them has less than
    ``SINGULAR`` of its columns' variance, whose correlation would be of rounding.
    """
    here = (~np.isnan(values)).astype(np.float64)
    centred = np.where(here > 0, values - _column_means(values), 0.0)
    count = here.T @ here
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_x, mean_y = (centred.T @ here) / count, (here.T @ centred) / count
        covariance = (centred.T @ centred) / count - mean_x * mean_y
        variance_x = (centred.T**2 @ here) / count - mean_x**2
        variance_y = (here.T @ centred**2) / count - mean_y**2
        varies = (variance_x > SINGULAR * _own(variance_x)[:, None]) & (
            variance_y > SINGULAR * _own(variance_y)
        )
        matrix = np.where(varies, covariance / np.sqrt(variance_x * variance_y), np.nan)
    whole = ~np.isnan(np.diag(matrix))
    matrix[whole, whole] = 1.0
    bounded: FloatArray = np.clip((matrix + matrix.T) / 2, -1.0, 1.0)
    return bounded


def all_correlations(values: FloatArray) -> FloatArray:
    """Return :func:`correlations` if all are known; raise W105 for each pair of columns without one."""
    matrix = correlations(values)
    problems = Problems()
    for first, second in np.argwhere(np.isnan(np.triu(matrix, 1))):
        problems.add("W105", argument="values", column=int(first), other=int(second) + 1)
    problems.raise_any()
    return matrix


def _own(variances: FloatArray) -> FloatArray:
    """Return each column's variance over all of its rows, the diagonal, as the yardstick of rounding."""
    return np.diag(variances)


def _column_means(values: FloatArray) -> FloatArray:
    count = present(values)
    total: FloatArray = np.nansum(values, axis=0) / np.maximum(count, 1)
    return total


def silhouette(points: FloatArray, labels: IntArray) -> float:
    """Return the mean silhouette of ``points (units, coordinates)`` in clusters ``labels (units,)``.

    (b - a) / max(a, b) for each unit: a its mean Euclidean distance to the others of its cluster, b the least
    mean distance to those of another; 0 for a unit alone (Rousseeuw 1987). At least two clusters.
    """
    clusters, own = np.unique(labels, return_inverse=True)
    sizes = np.bincount(own)
    sums = np.empty((len(points), len(clusters)))  # of distances to each cluster
    for unit, point in enumerate(points):
        away = np.sqrt(((points - point) ** 2).sum(axis=1))
        sums[unit] = np.bincount(own, away, len(clusters))
    units = np.arange(len(points))
    within = sums[units, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[units, own] = np.inf
    without = means.min(axis=1)
    largest = np.maximum(within, without)
    score = np.divide(without - within, largest, out=np.zeros(len(points)), where=largest > 0)
    return float(np.where(sizes[own] > 1, score, 0.0).mean())
