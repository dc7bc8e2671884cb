"""How numbers are shown: the Excel format of a column, and the same number as text on the page."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

YES: Final = '[=1]"✓";[=0]"–";0'
FAILS: Final = '[=1]"✗";[=0]"–";0'

# Number formats of Excel by column; the first pattern that fits wins.
FORMATS: Final[dict[str, str]] = {
    r"agreed|stable|keep|chosen|passed|exact|proved|feasible|streak_.*": YES,
    r"fails_.*": FAILS,
    r"rank_mean|rank_shift_mean": "0.0",
    r"move": "+0;-0;0",
    r"code|name|parent": "@",
    r"p_chi2|p_permutation|p_wilcoxon": "0.0000",
    r"weight_at": "0.000%",
    r"weight_moved": "0.00%",
    r"weight_change": "+0.000%;-0.000%;0%",
    r"p_.*|data_share|local|global|weight|critical_spread|nominal|largest_share": "0.0%",
    r"(least_)?full_score_ratio|within_band|recovered|dissolved|explained|cumulative": "0.0%",
    r"(r2|correlation_ratio|covariance)_share": "0.0%",
    r"changed": "0%",
    r"net_change|(mean|median)_change|authority|weight_ratio|ratio_to_next": "0.00",
    r"spearman|kendall": "0.0000",
    r"kendall_w|silhouette|jaccard|adjusted_rand|correlation|r2|correlation_ratio": "0.000",
    r"cv|most_cv|cv_change|alpha.*|consistency_(index|ratio)": "0.000",
    r"(first|total|second|shapley|mu_star|delta)(_conf)?": "0.000",
    r"mu|sigma|pawn|pawn_m.*|structural|correlated|distance_l.": "0.000",
}
FREE: Final = frozenset(
    {"before", "after", "value"}
)  # columns in which each row has a unit of measure of its own


def number_format(column: str, values: Iterable[object] = ()) -> str:
    """Return the Excel number format of a column: by its name, else as many decimals as its numbers want."""
    for pattern, shape in FORMATS.items():
        if re.fullmatch(pattern, column):
            return shape
    numbers = [
        float(value) for value in values if isinstance(value, (int, float)) and math.isfinite(float(value))
    ]
    largest = max(map(abs, numbers), default=0.0)
    if all(number.is_integer() for number in numbers):
        return "#,##0" if largest >= 10_000 else "0"
    return _by_size(largest, _given(numbers))


def free_format(value: object) -> str:
    """Return the number format of a cell in a column whose rows have units of their own."""
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return "0"
    return number_format("", [value]) if float(value).is_integer() else _by_size(abs(value), 2)


def formats(columns: Mapping[str, Sequence[object]]) -> list[list[str]]:
    """Return the number format of every cell, column by column.

    Where rows are figures in units of their own, means of one figure have as many decimals, and so have sums.
    """
    figures = columns.get("figure")
    found = []
    for name, column in columns.items():
        measure = name.partition(":")[0]
        if figures is not None and measure in {"mean", "sum"}:
            alike = [own for other, own in columns.items() if other.partition(":")[0] == measure]
            largest: dict[object, float] = {}
            for figure, *values in zip(figures, *alike, strict=True):
                size = max((abs(value) for value in values if isinstance(value, (int, float))), default=0.0)
                largest[figure] = max(largest.get(figure, 0.0), size)
            found.append([_by_size(largest[figure], 2) for figure in figures])
        elif name in FREE:
            found.append([free_format(value) for value in column])
        else:
            found.append([number_format(measure, column)] * len(column))
    return found


def _by_size(largest: float, given: int) -> str:
    """Return a format with some four or five digits, with fewer where all numbers are given with fewer."""
    if largest >= 10_000:
        return "#,##0"
    wanted = 1 if largest >= 100 else 2 if largest >= 10 else 3 if largest >= 1.5 else 4
    decimals = min(wanted, max(given, 2))
    return ("#,##0." if largest >= 1000 else "0.") + "0" * decimals


def _given(numbers: list[float]) -> int:
    """Return with how many decimals, up to four, all numbers are given."""
    return next(
        (
            decimals
            for decimals in range(1, 4)
            if all(abs(number - round(number, decimals)) < 1e-9 for number in numbers)
        ),
        4,
    )


def decimals_of(numbers: list[float]) -> int:
    """Return how many decimals a column of numbers is shown with."""
    shape = number_format("", numbers)
    return len(shape.partition(".")[2])


def wide(text: str) -> int:
    """Return how wide a text is in characters; a Chinese one takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def shown(value: object, shape: str) -> str:
    """Return a number as a format shows it."""
    if value is None:
        return ""
    if not isinstance(value, (int, float)):
        return str(value)
    if shape.startswith("["):
        for wanted, words in re.findall(r'\[=(\d)\]"(.+?)"', shape):
            if value == float(wanted):
                return str(words)
        return f"{value:g}"
    first, _, more = shape.partition(";")  # a shape of several parts shows the sign of both
    sign = "+" if more and value else ""
    comma = "," if "," in first else ""
    decimals = len(first.rstrip("%").partition(".")[2])
    return f"{value:{sign}{comma}.{decimals}{'%' if first.endswith('%') else 'f'}}"
