"""The record that every treatment of a panel keeps: which cells it changed, from what to what, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tierwise.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Cells:
    """Changed cells of a panel, by columns and rows (counted from 0); NaN before = it was missing."""

    rows: IntArray
    columns: IntArray
    before: FloatArray
    after: FloatArray
    rules: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def between(cls, before: FloatArray, after: FloatArray, rules: Sequence[str]) -> Cells:
        """Return the cells in which two panels differ; ``rules`` names what was done to each column."""
        differ = (before != after) & ~(np.isnan(before) & np.isnan(after))
        columns, rows = np.nonzero(differ.T)
        names = tuple(rules[at] for at in columns.tolist())
        return cls(rows, columns, before[rows, columns], after[rows, columns], names)

    def joined(self, others: Cells) -> Cells:
        """Return these cells, and then the others."""
        return Cells(
            np.concatenate([self.rows, others.rows]),
            np.concatenate([self.columns, others.columns]),
            np.concatenate([self.before, others.before]),
            np.concatenate([self.after, others.after]),
            (*self.rules, *others.rules),
        )

    def take(self, units: IntArray) -> Cells:
        """Return the cells of some of the units, rows counted among these."""
        place = {unit: row for row, unit in enumerate(units.tolist())}
        kept = np.flatnonzero(np.isin(self.rows, units))
        rows = np.array([place[row] for row in self.rows[kept].tolist()], dtype=np.int64)
        rules = tuple(self.rules[cell] for cell in kept.tolist())
        return Cells(rows, self.columns[kept], self.before[kept], self.after[kept], rules)
