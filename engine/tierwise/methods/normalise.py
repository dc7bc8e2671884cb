"""Bringing indicators onto one scale: a method for the whole panel or one for each indicator.

:func:`normalise` turns every indicator so that more is better (the one place where a direction is looked at)
and hands each column's known values to the method's plain function in :data:`METHODS`. What those functions
see is always "more is better", with goalposts, target and reference turned along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problem, Problems, TierwiseError, problem, refuse_other_length
from tierwise.methods.normalisations import METHODS, Normalisation
from tierwise.methods.statistics import refuse_not_positive
from tierwise.names import choose


def normalise(
    values: ArrayLike,
    method: str | Sequence[str],
    directions: ArrayLike | None = None,
    *,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    cap: ArrayLike | None = None,
    target: ArrayLike | None = None,
    among: Sequence[FloatArray] | None = None,
    **settings: Any,
) -> FloatArray:
    """Return the panel with every indicator on the scale of its method, more = better.

    Args:
        values: ``(units, indicators)``, NaN = missing; missing stays missing.
        method: a name of :data:`METHODS`, or one for each indicator.
        directions: 1 = more is better, -1 = less is better; one number or one for each indicator.
        low: lower goalposts in the indicators' own units; NaN or None = not given.
        high: upper goalposts, likewise. ``low`` < ``high`` whatever the direction.
        cap: whether scores are clipped (``goalposts``: by default yes; ``efficacy`` and the distances: no).
        target: targets in the indicators' own units.
        among: for each indicator the values that its scale comes from (extremes, mean, order …), those of
            a base year or of all years; by default its own. A unit as ``reference`` is then one of these.
        settings: of the methods, by the names of their parameters (``to``, ``mean``, ``sd``, ``ddof``,
            ``ties``, ``of``, ``reference``, ``base``, ``span``, ``band``, ``band_edges``, ``band_scores``,
            ``bands``, ``log_base``); each method takes those that it knows.

    Returns:
        ``(units, indicators)``.

    Raises:
        TierwiseError: every indicator and unit that its method cannot serve, at once: M001 constant, M002
            all missing, M003 not above zero, M004 goalposts the wrong way round, M005 goalposts or target
            missing, M006 a direction that is not 1 or -1, M007 infinite, M008 too few units, M009 a direction
            where there is none, M010 a setting out of range, M011 wrong length, M012 nothing below the target
            or reference, M013 reference zero, M014 reference missing; S001 and S002 for unknown names.

    """
    panel = np.asarray(values, dtype=np.float64)
    names = _methods(method, panel.shape[1])
    METHODS.refuse_unknown(settings)
    problems = Problems()
    signs = _per_indicator("directions", 1.0 if directions is None else directions, panel.shape[1], problems)
    given = {
        key: _per_indicator(key, np.nan if array is None else array, panel.shape[1], problems)
        for key, array in (("low", low), ("high", high), ("cap", cap), ("target", target))
    }
    problems.raise_any()
    out = np.full(panel.shape, np.nan)
    for column, name in enumerate(names):
        present = np.flatnonzero(~np.isnan(panel[:, column]))
        known = panel[present, column]
        own = {key: array[column] for key, array in given.items() if not np.isnan(array[column])}
        try:
            _refuse_unusable(known, signs[column])
            scale = None if among is None else np.asarray(among[column], dtype=np.float64)
            if "reference" in METHODS[name].settings:
                asked = settings.get("reference", "mean")
                own["reference"] = _reference(
                    panel[:, column] if scale is None else scale, asked, signs[column]
                )
            scale = None if scale is None else scale[~np.isnan(scale)]
            out[present, column] = _column(METHODS[name], known, signs[column], {**settings, **own}, scale)
        except TierwiseError as error:
            values_of = known if among is None else np.asarray(among[column], dtype=np.float64)
            placed = [_placed(raised, name, present, column, values_of) for raised in error.problems]
            problems.extend(raised for raised in placed if raised not in problems.found)
    problems.raise_any()
    return out


def _column(
    method: Normalisation,
    values: FloatArray,
    direction: float,
    given: Mapping[str, Any],
    among: FloatArray | None = None,
) -> FloatArray:
    """Return one indicator's scores: turned so that more is better, then by the method's function."""
    if method.positive:
        refuse_not_positive(values)
    settings = method.taken(given)
    if method.turn == "own":
        return method.scores(values, among=among, direction=direction, **settings)
    turn = method.turn if direction < 0 else "none"
    if turn == "refuse":
        raise TierwiseError(problem("M009"))
    if turn == "reciprocal":
        refuse_not_positive(values)
        values, among = 1.0 / values, None if among is None else 1.0 / among
        settings = {key: 1.0 / value if key == "reference" else value for key, value in settings.items()}
    if turn == "reflect" and method.positive:  # what must be above zero cannot be reflected before
        return -method.scores(values, among=among, **settings)
    if turn == "reflect":
        values, settings = -values, _reflected(settings)
        among = None if among is None else -among
    scores = method.scores(values, among=among, **settings)
    return 1.0 - scores if turn == "complement" else scores


def _reflected(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that stand in the indicator's own units, on an axis turned round."""
    mirrored = {"low": "high", "high": "low", "target": "target", "reference": "reference"}
    out = {mirrored.get(key, key): value for key, value in settings.items()}
    for key in mirrored:
        if out.get(key) is not None:
            out[key] = -out[key]
    if out.get("bands") == "value":
        out["band_edges"] = [-edge for edge in reversed(out["band_edges"])]
    return out


def _methods(method: str | Sequence[str], indicators: int) -> list[str]:
    """Return the name of the method for each indicator."""
    if isinstance(method, str):
        return [METHODS.choose(method, "method")] * indicators
    refuse_other_length(len(method), indicators, "indicator", "method")
    return [METHODS.choose(name, "method") for name in method]


def _per_indicator(argument: str, given: ArrayLike, indicators: int, problems: Problems) -> FloatArray:
    """Return one number for each indicator; a single one serves all."""
    array = np.asarray(given, dtype=np.float64).ravel()
    if array.size not in (1, indicators):
        with problems.caught():
            refuse_other_length(array.size, indicators, "indicator", argument)
        array = np.full(1, np.nan)
    return np.broadcast_to(array, indicators)


def _placed(raised: Problem, method: str, present: IntArray, column: int, values: FloatArray) -> Problem:
    """Return a problem of one indicator with the method's name and, unless a setting's, its place.

    ``values`` are those that all are the same of M001, before they were turned.
    """
    fields = {"method": method, **raised.fields}
    if raised.code == "M001":
        fields["value"] = float(values[~np.isnan(values)][0])
    if raised.argument not in ("", "directions"):
        return replace(raised, fields=fields)
    row = None if raised.row is None else int(present[raised.row])
    return replace(raised, argument=raised.argument or "values", row=row, column=column, fields=fields)


def _reference(column: FloatArray, asked: str | int, direction: float) -> float:
    """Return the reference value of one indicator, in its own units."""
    known = column[~np.isnan(column)]
    if isinstance(asked, str):
        name = choose(asked, ("mean", "median", "best"), "reference")
        best = known.max() if direction > 0 else known.min()
        return float({"mean": known.mean(), "median": np.median(known), "best": best}[name])
    if not 0 <= asked < len(column) or np.isnan(column[asked]):
        raise TierwiseError(problem("M014", reference=asked + 1))
    return float(column[asked])


def _refuse_unusable(values: FloatArray, direction: float) -> None:
    """Raise what no method can serve: nothing there, infinite values, no such direction."""
    problems = Problems()
    if not values.size:
        problems.add("M002")
    if direction not in (1, -1):
        problems.add("M006", argument="directions", value=float(direction))
    for row in np.flatnonzero(np.isinf(values)):
        problems.add("M007", row=int(row))
    problems.raise_any()
