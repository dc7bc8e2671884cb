"""Worksheet functions and the hosts that offer them.

>>> from tierwise_addin import call
>>> call("IDX_RANK", [[3.5], [9.0], [3.5]])
[[2.0], [1.0], [2.0]]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierwise.errors import TierwiseError, problem

if TYPE_CHECKING:
    from tierwise_addin.cell_kinds import Rows

__all__ = ["answer", "answered", "call"]


def call(name: str, *cells: object) -> Rows:
    """Return the result of a worksheet function as rows of cells: the path that all hosts take.

    Args:
        name: the function, as ``"IDX_RANK"``.
        cells: its arguments, each a value or rows of values as a host holds them; ``None`` leaves one out.

    Raises:
        TierwiseError: every problem of the arguments, each with code, place and how to put it right.

    """
    from tierwise_addin import catalogue, session  # with the first call

    try:
        return catalogue.evaluate(catalogue.find(name), cells)
    except TierwiseError as error:
        session.remember(name, error)
        raise


def answer(name: str, *cells: object) -> Rows:
    """Return :func:`call`, or #VALUE! with the reason kept for ``IDX_LASTERROR``: never raises."""
    return answered(name, *cells)[0]


def answered(name: str, *cells: object) -> tuple[Rows, str]:
    """Return :func:`answer` and the reason where the function failed, "" where it did not."""
    from tierwise_addin import session  # with the first call
    from tierwise_addin.cell_kinds import ErrorValue

    try:
        return call(name, *cells), ""
    except TierwiseError as error:
        failure = error
    except Exception as error:  # a spreadsheet must survive whatever happens inside a cell
        reason = f"{type(error).__name__}: {error}"
        failure = TierwiseError(problem("C015", function=name, reason=reason))
        session.remember(name, failure)
    return [[ErrorValue.VALUE]], session.rendered(name, failure)
