"""Users' own functions: what they return is looked at before it is taken.

A declared method of ours is tested; one of a user's may return too few numbers, which would spread over all
units, or none, which would count as missing. It gets copies, so that it changes nothing outside.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tierwise.arrays import FloatArray, IntArray
from tierwise.errors import Problem, TierwiseError, problem
from tierwise.methods.registry import Method
from tierwise.tolerances import REPEATED


@dataclass(frozen=True)
class Own:
    """A user's own function; problems of it are about ``argument``."""

    method: Method
    argument: str = ""

    def made(self, *data: Any, **settings: Any) -> Any:
        """Return what the function makes of copies of arrays; M063 with its exception where it fails."""
        given = [one.copy() if isinstance(one, np.ndarray) else one for one in data]
        try:
            return self.method.function(*given, **settings)
        except TierwiseError:
            raise
        except Exception as error:  # whatever a user's function may raise
            last = traceback.extract_tb(error.__traceback__)[-1]
            line = f"{last.filename.replace(chr(92), '/').rpartition('/')[2]}:{last.lineno}"
            told = f"{type(error).__name__}: {error}"
            raise TierwiseError(self._problem("M063", error=told, line=line)) from error

    def numbers(self, made: Any, shape: tuple[int, ...]) -> FloatArray:
        """Return what it made as numbers of a shape; M061 where that is something else."""
        try:
            array = np.ma.filled(np.ma.asarray(made, dtype=None), np.nan) if np.ma.isMA(made) else made
            found = np.asarray(array)
            kind = "" if np.iscomplexobj(found) else str(found.shape)
            found = found.astype(np.float64) if kind else found
        except (TypeError, ValueError):
            kind = ""
        if kind != str(shape):
            told = kind or type(made).__name__
            raise TierwiseError(self._problem("M061", made=told, wanted=str(shape)))
        return found

    def refuse_blank(self, made: FloatArray, argument: str = "") -> None:
        """Raise M062 for each row of ``(units,)`` or ``(units, columns)`` that is no finite number."""
        told, name = [], self.method.name
        for row, *column in np.argwhere(~np.isfinite(made)).tolist():
            at, value = (column[0] if column else None), str(made[(row, *column)])
            told.append(problem("M062", argument=argument, row=row, column=at, method=name, value=value))
        if told:
            raise TierwiseError(*told)

    def refuse_other(self, made: FloatArray | IntArray, again: FloatArray | IntArray) -> None:
        """Raise M064 where it gave other numbers when it was called again."""
        largest = float(np.max(np.abs(made), initial=0, where=np.isfinite(made)))
        if not np.allclose(made, again, rtol=0.0, atol=REPEATED * largest, equal_nan=True):
            raise TierwiseError(self._problem("M064"))

    def by_unit(self, values: FloatArray, settings: Mapping[str, Any]) -> FloatArray:
        """Return the numbers ``(units,)`` that it makes of the values of one indicator, in any order."""
        made = self.numbers(self.made(values, **settings), values.shape)
        self.refuse_blank(made)
        again = self.numbers(self.made(values[::-1], **settings), values.shape)
        self.refuse_other(made, again[::-1])
        return made

    def by_column(self, values: FloatArray, settings: Mapping[str, Any]) -> FloatArray:
        """Return the numbers ``(columns,)`` that it makes of ``(units, columns)`` values, in any order."""
        shape = values.shape[1:]
        made, again = (
            self.numbers(np.squeeze(self.made(rows, **settings)), shape) for rows in (values, values[::-1])
        )
        if (value := next((one for one in made.tolist() if not np.isfinite(one)), None)) is not None:
            raise TierwiseError(self._problem("M062", value=str(value)))
        self.refuse_other(made, again)
        return made

    def _problem(self, code: str, **fields: str) -> Problem:
        return Problem(code, argument=self.argument, fields={"method": self.method.name, **fields})
