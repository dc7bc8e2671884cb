"""The ranking report's tables by group (province, region): firsts, rank bands, counts, tier profiles.

Groups are texts (units,), compared as :func:`tierwise.names.cleaned` has them (``江　苏`` is ``江苏``) and
shown in their commonest form; an empty text belongs to no group and is counted nowhere. A text of several
groups (``长三角；长江经济带``: parted by ; ； 、 or |) belongs to each of them, so that sums over groups may
exceed the list. Ranks are those of the list, NaN for a unit that is not on it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from tierwise.arrays import BoolArray, FloatArray, IntArray
from tierwise.errors import Problems, TierwiseError, problem, refuse_other_length
from tierwise.names import unified

MOST_TIERS = 1000


PARTED: Final = re.compile(r"[;；|｜、]")


def members(labels: Iterable[object]) -> list[tuple[str, ...]]:
    """Return the groups of each text, each once, in their commonest forms.

    >>> members(["长三角；长江经济带", "长 三 角", ""])
    [('长三角', '长江经济带'), ('长三角',), ()]
    """
    parts = [[part.strip() for part in PARTED.split(text)] for text in _texts(labels)]
    flat = iter(unified([part for own in parts for part in own]))
    joined = [[next(flat) for _ in own] for own in parts]
    return [tuple(dict.fromkeys(name for name in own if name)) for own in joined]


def overlapping(labels: Iterable[object]) -> bool:
    """Tell whether some unit is of several groups."""
    return any(len(own) > 1 for own in members(labels))


@dataclass(frozen=True)
class CrossTable:
    """Counts (rows, columns) with their headings."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: IntArray  # (rows, columns)

    @property
    def totals(self) -> IntArray:
        """Sum of each row (rows,)."""
        total: IntArray = self.counts.sum(axis=1)
        return total


@dataclass(frozen=True)
class TierProfile:
    """Figures of each tier, arrays (tiers, figures) unless said."""

    sizes: IntArray  # (tiers,)
    n: IntArray  # units with a value
    mean: FloatArray  # NaN where no unit of the tier has a value
    ratio: FloatArray  # mean / mean of the next tier; NaN in the last tier and over a mean of 0
    total: FloatArray


def first_in_group(ranks: ArrayLike, groups: Sequence[str]) -> BoolArray:
    """Return whether each unit is the first of its group (units,), as the ★ of the report's tables.

    Units that share the best rank of their group are all first; one of several groups is first of any.
    Raises M011, R103.
    """
    order, names = _ranks(ranks), members(groups)
    _same_length(order.size, "groups", names)
    best: dict[str, float] = {}
    for rank, own in zip(order, names, strict=True):
        for name in own if not np.isnan(rank) else ():
            best[name] = min(best.get(name, np.inf), float(rank))
    first = [any(best.get(name) == rank for name in own) for rank, own in zip(order, names, strict=True)]
    return np.array(first, dtype=np.bool_)


def rank_bands(ranks: ArrayLike, groups: Sequence[str], width: int = 10) -> CrossTable:
    """Return how many units of each group lie in each band of ranks: 1-10, 11-20, … for ``width`` 10.

    A unit lies in the band of its rank, so units that share rank 10 are all in 1-10. Groups come by falling
    total, equal totals by their best rank. Raises M011, R103, R104 (width below 1).
    """
    order, names = _ranks(ranks), members(groups)
    _same_length(order.size, "groups", names)
    if width < 1:
        raise TierwiseError(problem("R104", argument="width", width=width))
    listed = [(name, rank) for own, rank in zip(names, order.tolist(), strict=True) for name in own]
    listed = [(name, rank) for name, rank in listed if not np.isnan(rank)]
    bands = 0 if not listed else int(np.ceil(np.nanmax(order) / width))
    columns = tuple(f"{band * width + 1}-{(band + 1) * width}" for band in range(bands))
    best: dict[str, float] = {}
    for name, rank in listed:
        best[name] = min(best.get(name, np.inf), rank)
    totals = Counter(name for name, _ in listed)
    rows = tuple(sorted(best, key=lambda name: (-totals[name], best[name], name)))
    counts = np.zeros((len(rows), bands), dtype=np.int64)
    for name, rank in listed:
        counts[rows.index(name), int((rank - 1) // width)] += 1
    return CrossTable(rows, columns, counts)


def group_counts(groups: Sequence[str], columns: Sequence[object] | None = None) -> CrossTable:
    """Return how many units fall in each group, by ``columns (units,)``: years, tiers, regions.

    Without columns there is one, ``n``. Groups come by falling count in the first column, then in the next,
    then in order of appearance; columns by number if they are numbers, else in order of appearance. Blank
    groups and columns are not counted. Raises M011.
    """
    names = members(groups)
    heads = ["n"] * len(names) if columns is None else _texts(columns)
    _same_length(len(names), "columns", heads)
    pairs = [(name, head) for own, head in zip(names, heads, strict=True) for name in own if head]
    rows, tops = list(dict.fromkeys(name for name, _ in pairs)), _column_order(head for _, head in pairs)
    counts = np.zeros((len(rows), len(tops)), dtype=np.int64)
    for name, head in pairs:
        counts[rows.index(name), tops.index(head)] += 1
    by_count = sorted(range(len(rows)), key=lambda row: tuple(-counts[row]))
    return CrossTable(tuple(rows[row] for row in by_count), tuple(tops), counts[by_count])


def tier_profile(tiers: ArrayLike, values: ArrayLike) -> TierProfile:
    """Return the mean of ``values (units, figures)`` in each tier, and its ratio to the next tier's.

    ``tiers (units,)`` from 1; 0 or NaN leaves a unit out. Blanks are left out of their mean. Raises M011 and
    R105 (tiers that are not whole numbers from 0 to 1,000, or none at all).
    """
    labels = np.asarray(tiers, dtype=np.float64).ravel()
    table = np.asarray(values, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    _same_length(labels.size, "values", table)
    labels = np.where(np.isnan(labels), 0.0, labels)
    problems = Problems()
    for row in np.flatnonzero((labels < 0) | (labels > MOST_TIERS) | (labels % 1 != 0)):
        problems.add("R105", argument="tiers", row=int(row), value=float(labels[row]))
    problems.raise_any()
    count = int(labels.max(initial=0))
    if count < 1:
        raise TierwiseError(problem("R105", argument="tiers", value="-"))
    inside = labels == np.arange(1, count + 1)[:, None]
    here = ~np.isnan(table)
    n = inside.astype(np.int64) @ here.astype(np.int64)
    total = np.array([np.where(here[who], table[who], 0.0).sum(axis=0) for who in inside])
    mean = np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
    ratio = np.full(mean.shape, np.nan)
    np.divide(mean[:-1], mean[1:], out=ratio[:-1], where=mean[1:] != 0)
    return TierProfile(inside.sum(axis=1), n, mean, ratio, total)


def _ranks(ranks: ArrayLike) -> FloatArray:
    array = np.asarray(ranks, dtype=np.float64).ravel()
    problems = Problems()
    for row in np.flatnonzero(array < 1):
        problems.add("R103", argument="ranks", row=int(row), value=float(array[row]))
    problems.raise_any()
    return array


def _texts(labels: Iterable[object]) -> list[str]:
    """Return labels as texts: 2019.0 as 2019, blanks (None, NaN) as empty."""
    texts = []
    for label in labels:
        if label is None or (isinstance(label, (float, np.floating)) and np.isnan(label)):
            texts.append("")
        elif isinstance(label, (float, np.floating)) and float(label).is_integer():
            texts.append(str(int(label)))
        else:
            texts.append(str(label).strip())
    return texts


def _column_order(heads: Iterable[str]) -> list[str]:
    seen = list(dict.fromkeys(heads))
    try:
        return sorted(seen, key=float)
    except ValueError:
        return seen


def _same_length(units: int, argument: str, given: Sequence[object] | FloatArray) -> None:
    refuse_other_length(len(given), units, "unit", argument)
