"""Cells in and out: the one place that knows what every host puts into a cell.

A cell is a number, a text, a truth value, an :class:`ErrorValue` or ``None`` (blank). Hosts have their own
ways to say so: COM sends error values as large negative integers, Calc as floats that are not numbers, a
browser as text; dates are dates in one host and day numbers in the next. :func:`read` makes them alike, and
:func:`encode` turns a result into rows of cells that every host can show.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from math import isinf, isnan
from operator import eq
from typing import Any, ClassVar, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tierwise.arrays import LARGEST, SMALLEST, FloatArray
from tierwise.errors import Problems, TierwiseError, problem
from tierwise.inputs.sheet import is_error


@dataclass(frozen=True)
class ErrorValue:
    """An error value of a cell, by the text that a spreadsheet shows; `is_error` knows all of them."""

    value: str
    NULL: ClassVar[ErrorValue]
    DIV0: ClassVar[ErrorValue]
    VALUE: ClassVar[ErrorValue]
    REF: ClassVar[ErrorValue]
    NAME: ClassVar[ErrorValue]
    NUM: ClassVar[ErrorValue]
    NA: ClassVar[ErrorValue]
    BUSY: ClassVar[ErrorValue]
    SPILL: ClassVar[ErrorValue]
    CONNECT: ClassVar[ErrorValue]
    BLOCKED: ClassVar[ErrorValue]
    UNKNOWN: ClassVar[ErrorValue]
    FIELD: ClassVar[ErrorValue]
    CALC: ClassVar[ErrorValue]


ErrorValue.NULL = ErrorValue("#NULL!")
ErrorValue.DIV0 = ErrorValue("#DIV/0!")
ErrorValue.VALUE = ErrorValue("#VALUE!")
ErrorValue.REF = ErrorValue("#REF!")
ErrorValue.NAME = ErrorValue("#NAME?")
ErrorValue.NUM = ErrorValue("#NUM!")
ErrorValue.NA = ErrorValue("#N/A")
ErrorValue.BUSY = ErrorValue("#GETTING_DATA")
ErrorValue.SPILL = ErrorValue("#SPILL!")
ErrorValue.CONNECT = ErrorValue("#CONNECT!")
ErrorValue.BLOCKED = ErrorValue("#BLOCKED!")
ErrorValue.UNKNOWN = ErrorValue("#UNKNOWN!")
ErrorValue.FIELD = ErrorValue("#FIELD!")
ErrorValue.CALC = ErrorValue("#CALC!")

Cell: TypeAlias = float | str | bool | ErrorValue | None
Rows: TypeAlias = list[list[Cell]]

EXCEL_ERRORS: Final = {
    ErrorValue.NULL: 2000,
    ErrorValue.DIV0: 2007,
    ErrorValue.VALUE: 2015,
    ErrorValue.REF: 2023,
    ErrorValue.NAME: 2029,
    ErrorValue.NUM: 2036,
    ErrorValue.NA: 2042,
    ErrorValue.BUSY: 2043,
    ErrorValue.SPILL: 2045,
    ErrorValue.CONNECT: 2046,
    ErrorValue.BLOCKED: 2047,
    ErrorValue.UNKNOWN: 2048,
    ErrorValue.FIELD: 2049,
    ErrorValue.CALC: 2050,
}
"""``CVErr`` numbers of Excel's VBA."""

CALC_ERRORS: Final = {
    ErrorValue.NULL: 521,
    ErrorValue.DIV0: 532,
    ErrorValue.VALUE: 519,
    ErrorValue.REF: 524,
    ErrorValue.NAME: 525,
    ErrorValue.NUM: 503,
    ErrorValue.NA: 32767,
}
"""Error codes of LibreOffice Calc, carried in the low bits of a NaN."""

_COM_BASE: Final = -2146828288
_FROM_COM: Final = {_COM_BASE + number: error for error, number in EXCEL_ERRORS.items()}
_FROM_CALC: Final = {number: error for error, number in CALC_ERRORS.items()}
_COM_ERRORS: Final = range(_COM_BASE + 2000, _COM_BASE + 2100)
_CALC_CODES: Final = range(501, 541)
_FROM_INFINITE: Final = {float("inf"): "∞", float("-inf"): "-∞"}
_DAY_ZERO: Final = dt.datetime(1899, 12, 30)
_PLAIN: Final = frozenset({float, type(None)})
LISTED: Final = 20
_LONGEST_COM_TEXT: Final = 255


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


def canonical(cell: object) -> Cell:
    """Return what one cell of any host holds; a date becomes its day number (1 = 1899-12-31)."""
    decode = _DECODERS.get(type(cell))
    if decode is None:
        decode = next((known for kind, known in _DECODERS.items() if isinstance(cell, kind)), str)
        if isinstance(cell, np.generic):
            return canonical(cell.item())
    return decode(cell)


def _text(cell: str) -> Cell:
    if is_error(cell):
        return ErrorValue(cell.upper() if cell.startswith("#") else cell)
    return cell or None


def _number(cell: float) -> Cell:
    if not isnan(cell):
        return cell
    payload = struct.unpack("<Q", struct.pack("<d", cell))[0] & 0xFFFF
    return _of_calc(payload) if payload else None


def _of_calc(code: int) -> ErrorValue:
    """Return Calc's error of a number: by name, else as Calc shows it."""
    shown = ErrorValue(f"Err:{code}") if code in _CALC_CODES else ErrorValue.VALUE
    return _FROM_CALC.get(code, shown)


def _integer(cell: int) -> Cell:
    try:
        unnamed = ErrorValue.UNKNOWN if cell in _COM_ERRORS else float(cell)
        return _FROM_COM.get(cell, unnamed)
    except OverflowError:  # hundreds of digits, which no cell holds as a number
        return str(cell)[:40]


def _date(cell: dt.datetime) -> Cell:
    return (cell.replace(tzinfo=None) - _DAY_ZERO) / dt.timedelta(days=1)


def _tagged(cell: dict[str, Any]) -> Cell:
    """Return a cell value with properties: a browser's has a basic value, Calc's an error's number."""
    if "error" in cell:
        return _of_calc(cell["error"])
    return canonical(cell.get("basicValue"))


_DECODERS: Final[dict[type, Callable[[Any], Cell]]] = {
    str: _text,
    float: _number,
    bool: lambda cell: cell,
    int: _integer,
    type(None): lambda cell: cell,
    ErrorValue: lambda cell: cell,
    Decimal: float,
    dt.datetime: _date,
    dt.date: lambda cell: _date(dt.datetime(cell.year, cell.month, cell.day)),
    dict: _tagged,
}


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


def to_calc(cell: Cell) -> float | str:
    """Return a cell as Calc takes it from an extension: a float or a text, errors inside a NaN."""
    if isinstance(cell, ErrorValue):
        payload = 0x7FF8000000000000 | CALC_ERRORS.get(cell, CALC_ERRORS[ErrorValue.VALUE])
        return float(struct.unpack("<d", struct.pack("<Q", payload))[0])
    return "" if cell is None else cell


def to_calc_json(cell: Cell) -> float | str | dict[str, int]:
    """Return a cell for Calc over HTTP, where a NaN cannot carry an error's number."""
    if isinstance(cell, ErrorValue):
        return {"error": CALC_ERRORS.get(cell, CALC_ERRORS[ErrorValue.VALUE])}
    return "" if cell is None else cell


def to_json(cell: Cell) -> float | str | bool:
    """Return a cell as a browser takes it: an error value is its text, a blank an empty text."""
    if isinstance(cell, ErrorValue):
        return cell.value
    return "" if cell is None else cell


ERROR_MARK: Final = "\x02tierwise-error:"
"""Start of a text that the wrappers baked into the Excel add-in turn into a true error value."""


def to_com(cell: Cell) -> float | str | bool:
    """Return a cell as classic xlwings passes it on: an error value is a mark that the wrapper knows."""
    if isinstance(cell, ErrorValue):
        return f"{ERROR_MARK}{EXCEL_ERRORS.get(cell, EXCEL_ERRORS[ErrorValue.VALUE])}"
    if isinstance(cell, str):
        return cell if len(cell) <= _LONGEST_COM_TEXT else cell[: _LONGEST_COM_TEXT - 1] + "…"
    return "" if cell is None else cell
