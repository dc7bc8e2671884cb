"""What one cell holds, and how each host says it: the one place that knows.

A cell is a number, a text, a truth value, an :class:`ErrorValue` or ``None`` (blank). Hosts have their own
ways to say so: COM sends error values as large negative integers, Calc as floats that are not numbers, a
browser as text; dates are dates in one host and day numbers in the next. :func:`canonical` makes them alike.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import isnan
from typing import Any, ClassVar, Final, TypeAlias

import numpy as np

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

_DAY_ZERO: Final = dt.datetime(1899, 12, 30)

_LONGEST_COM_TEXT: Final = 255
_LONGEST_TEXT: Final = 32_767  # of a cell


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
    return _at_most(_LONGEST_COM_TEXT, cell)


def to_excel(cell: Cell) -> float | str | bool | int:
    """Return a cell as Excel takes it: an error value by the number that COM has for it."""
    if isinstance(cell, ErrorValue):
        return _COM_BASE + EXCEL_ERRORS.get(cell, EXCEL_ERRORS[ErrorValue.VALUE])
    return _at_most(_LONGEST_TEXT, cell)


def _at_most(longest: int, cell: float | str | bool | None) -> float | str | bool:
    if isinstance(cell, str) and len(cell) > longest:
        return cell[: longest - 1] + "…"
    return "" if cell is None else cell
