"""How kernels are compiled: numba, without the interpreter lock, kept on disk for the next start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Return the function compiled at its first call; where no cache can be written, for this process only.

    ``fastmath`` stays off: a sum is added in the order in which it is written, with the same bits everywhere.
    """
    try:
        return cast("Function", njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast("Function", njit(nogil=True)(function))


def inlined(function: Function) -> Function:
    """Return the function as a part of the compiled ones that call it, with no code of its own."""
    return cast("Function", njit(inline="always", nogil=True)(function))
