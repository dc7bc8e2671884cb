"""Ranges of cells in and out: what one cell is says :mod:`tierwise_addin.cell_kinds`.

:func:`read` makes the ranges of every host alike, typed readers take them from there, and :func:`encode`
turns a result into rows of cells that every host can show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import isinf, isnan
from operator import eq
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import LARGEST, SMALLEST, FloatArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise_addin.cell_kinds import Cell, ErrorValue, Rows, canonical

_FROM_INFINITE: Final = {float("inf"): "∞", float("-inf"): "-∞"}
_PLAIN: Final = frozenset({float, type(None)})
LISTED: Final = 20


@dataclass(frozen=True)
class Sheet:
    """How much a host can show: the size of its sheets, and the cells that it takes at once."""

    rows: int = 1_048_576
    columns: int = 16_384
    cells: int = 10_000_000

    def refuse_beyond(self, rows: int, columns: int) -> None:
        """Raise C013 or C024 for a result of ``rows`` x ``columns`` cells that the sheet cannot hold."""
        if rows > self.rows or columns > self.columns:
            raise TierwiseError(
                problem("C013", rows=rows, columns=columns, most_rows=self.rows, most_columns=self.columns)
            )
        if rows * columns > self.cells:
            raise TierwiseError(problem("C024", rows=rows, columns=columns, most=self.cells))


SHEET: Final = Sheet()


@dataclass(frozen=True)
class Block:
    """One argument: ``(rows, columns)`` cells, alike for every host, no blank rows and columns at the end.

    ``given`` is its size with these.
    """

    cells: NDArray[np.object_]
    kinds: frozenset[type]
    given: tuple[int, int]

    @property
    def empty(self) -> bool:
        """Whether no cell holds anything."""
        return not self.cells.size

    @property
    def is_zero(self) -> bool:
        """Whether there is one cell and it holds the number 0."""
        return self.cells.size == 1 and self.cells[0, 0] is not False and bool(self.cells[0, 0] == 0.0)

    @property
    def is_row(self) -> bool:
        """Whether the cells lie side by side."""
        rows, columns = self.given if self.cells.size == 1 else self.cells.shape
        return bool(rows == 1 and columns > 1)

    def extended(self, rows: int, columns: int) -> Block:
        """Return the block with blank rows and columns at its end again, as far as they were given."""
        shape = tuple(
            max(own, min(wanted, given))
            for own, wanted, given in zip(self.cells.shape, (rows, columns), self.given, strict=True)
        )
        if shape == self.cells.shape:
            return self
        cells = np.full(shape, None, dtype=np.object_)
        cells[: len(self.cells), : self.cells.shape[1]] = self.cells
        return replace(self, cells=cells, kinds=self.kinds | {type(None)})


def read(raw: object, name: str) -> Block:
    """Return the cells of one argument: a value, a list (a column) or rows of values.

    Raises C014 for rows of unequal length.
    """
    if isinstance(raw, np.ndarray):
        raw = raw.tolist()
    if not isinstance(raw, (list, tuple)):
        rows: Sequence[Sequence[object]] = [[raw]]
    elif raw and not isinstance(raw[0], (list, tuple)):
        rows = [[cell] for cell in raw]
    else:
        rows = raw
    lengths = set(map(len, rows))
    if len(lengths) > 1:
        raise TierwiseError(problem("C014", argument=name, lengths=sorted(lengths)))
    flat: list[Any] = [*chain.from_iterable(rows)]
    kinds = set(map(type, flat))
    if not kinds <= _PLAIN or not all(map(eq, flat, flat)):
        flat = [cell if cell is None else canonical(cell) for cell in flat]
        kinds = set(map(type, flat))
    cells = np.empty(len(flat), dtype=np.object_)
    cells[:] = flat
    table = cells.reshape(len(rows), -1) if flat else cells.reshape(0, 0)
    return Block(_trimmed(table), frozenset(kinds), (table.shape[0], table.shape[1]))


def _trimmed(cells: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the cells without the blank rows and columns at the end."""
    if cells.size == 0 or (any(map(_filled, cells[-1])) and any(map(_filled, cells[:, -1]))):
        return cells
    there = np.array([*map(_filled, cells.flat)]).reshape(cells.shape)
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not rows.size:
        return cells[:0, :0]
    return cells[: rows[-1] + 1, : columns[-1] + 1]


def _filled(cell: object) -> bool:
    return cell is not None


def numbers(block: Block, name: str, problems: Problems) -> FloatArray:
    """Return ``(rows, columns)`` numbers, NaN for a blank cell; TRUE counts 1 and FALSE 0, as in Calc.

    Notes C005 for no cells, and for each cell that is not a number C001 (text), C002 (error value) or C003
    (too large or too small to compute with); past the twentieth C004 tells how many more.
    """
    if block.empty:
        problems.add("C005", argument=name)
        return np.empty((0, 0))
    if block.kinds <= _PLAIN | {bool}:
        array = block.cells.astype(np.float64)
    else:
        array = np.full(block.cells.shape, np.nan)
        sound = np.array([isinstance(cell, float) for cell in block.cells.flat]).reshape(array.shape)
        array[sound] = block.cells[sound].astype(np.float64)
    size = np.abs(array)
    suspects = np.flatnonzero(~((size == 0) | ((size >= SMALLEST) & (size <= LARGEST))))
    flat = array.reshape(-1)
    wrong = []
    for at in map(int, suspects):
        cell = canonical(block.cells.flat[at])
        if isinstance(cell, bool):
            flat[at] = cell
        elif cell is not None:
            wrong.append((at, cell))
    columns = array.shape[1]
    for at, cell in wrong[:LISTED]:
        _note(cell, name, block, divmod(at, columns), problems)
    if len(wrong) > LISTED:
        problems.add("C004", argument=name, count=len(wrong) - LISTED)
    return array


def _note(cell: Cell, name: str, block: Block, at: tuple[int, int], problems: Problems) -> None:
    row, column = at if block.cells.size > 1 else (None, None)
    if isinstance(cell, ErrorValue):
        problems.add("C002", argument=name, row=row, column=column, error=cell.value)
    elif isinstance(cell, str):
        problems.add("C001", argument=name, row=row, column=column, text=cell[:60])
    else:
        problems.add("C003", argument=name, row=row, column=column)


def vector(block: Block, name: str, problems: Problems) -> FloatArray:
    """Return the numbers of one row or one column, NaN for a blank cell; notes C006 for a rectangle."""
    array = numbers(block, name, problems)
    if min(array.shape) > 1:
        problems.add("C006", argument=name, rows=array.shape[0], columns=array.shape[1])
    return array.reshape(-1)


def filled(block: Block, name: str, problems: Problems) -> FloatArray:
    """Return :func:`vector`; notes C012 for each blank cell."""
    array = vector(block, name, problems)
    blank = [at for at, cell in enumerate(block.cells.flat) if cell is None]
    for row, column in (divmod(at, block.cells.shape[1]) for at in blank[:LISTED]):
        problems.add("C012", argument=name, row=row, column=column)
    return array


def table(block: Block, name: str, problems: Problems) -> Rows:
    """Return rows of cells of any kind; notes C005 for no cells and C002 for error values."""
    if block.empty:
        problems.add("C005", argument=name)
    if ErrorValue in block.kinds:
        for (row, column), cell in np.ndenumerate(block.cells):
            if isinstance(cell, ErrorValue):
                _note(cell, name, block, (row, column), problems)
    rows: Rows = block.cells.tolist()
    return rows


def labels(block: Block, name: str, problems: Problems) -> list[str]:
    """Return the labels of one row or one column, "" for a blank cell; a whole number loses its ``.0``."""
    rows = table(block, name, problems)
    if min(block.cells.shape) > 1:
        problems.add("C006", argument=name, rows=block.cells.shape[0], columns=block.cells.shape[1])
    return [label(cell) for cell in chain.from_iterable(rows)]


def label(cell: Cell) -> str:
    """Return a cell as text: a code typed as a number reads as it is shown."""
    if cell is None or isinstance(cell, ErrorValue):
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    return cell.strip()


def encode(result: object, sheet: Sheet = SHEET) -> Rows:
    """Return a result as rows of cells: a vector becomes a column, NaN a blank cell, a truth value 1 or 0.

    No sheet holds an infinite number: it becomes the text ∞, which sheets sort above all numbers.

    ``result`` is a number or text, a ``(n,)`` or ``(n, m)`` array, or rows of such values. Raises C013 if the
    sheet cannot hold it.
    """
    if isinstance(result, np.ndarray):
        array = result[:, None] if result.ndim == 1 else np.atleast_2d(result)
        sheet.refuse_beyond(*array.shape)
        if array.dtype.kind in "fiub":
            array = array.astype(np.float64)
            if not np.isfinite(array).all():
                return [[_encoded(cell) for cell in row] for row in array.tolist()]
            numeric: Rows = array.tolist()
            return numeric
        rows: Iterable[Iterable[object]] = array.tolist()
    elif isinstance(result, (list, tuple)):
        rows = [row if isinstance(row, (list, tuple)) else [row] for row in result]
    else:
        rows = [[result]]
    encoded = [[_encoded(cell) for cell in row] for row in rows]
    sheet.refuse_beyond(len(encoded), max(map(len, encoded), default=0))
    return encoded


def _encoded(cell: object) -> Cell:
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, (bool, int)):
        return float(cell)
    if isinstance(cell, float):
        return _FROM_INFINITE.get(cell, cell) if isinf(cell) else None if isnan(cell) else cell
    if cell is None or isinstance(cell, (str, ErrorValue)):
        return cell or None
    return str(cell)


def headed(columns: Mapping[str, object]) -> list[list[object]]:
    """Return columns (an array or one value; None is left out) as rows with their headings on top."""
    given = {
        name: np.atleast_1d(np.asarray(cells)).tolist()
        for name, cells in columns.items()
        if cells is not None
    }
    return [[*given], *(list(row) for row in zip(*given.values(), strict=True))]
