"""How kernels are compiled: numba, without the interpreter lock, kept on disk for the next start."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from functools import cache, wraps
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import config, njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache

Function = TypeVar("Function", bound=Callable[..., Any])

ENGINE: Final = Path(__file__).parents[1]
SOURCES: Final = ("**/compiled*.py", "tolerances.py")  # what compiled code is made from, within the engine
NJIT: Final[Any] = njit  # whose types do not name all of its options
LEAN: Final = {"nogil": True, "no_cfunc_wrapper": True, "error_model": "numpy"}  # quick to compile


@cache
def sources_key() -> str:
    """Return a short hash of all that compiled code is made from.

    Numba itself looks only at the file of the function that it loads: not at what is inlined from another
    module, not at constants, and at the types in its index after it has unpickled them, which fails where
    one was renamed since. So nothing is ever read that was kept under other sources than these.
    """
    digest = sha256()
    for path in sorted({path for pattern in SOURCES for path in ENGINE.glob(pattern)}):
        digest.update(path.relative_to(ENGINE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


class _Named(CompileResultCacheImpl):
    """Files named after the sources; those of other sources are swept out when one is written."""

    @property
    def filename_base(self) -> str:
        return f"{super().filename_base}-{sources_key()}"

    def check_cachable(self, data: Any) -> bool:
        with suppress(OSError):
            for old in Path(self.locator.get_cache_path()).glob(f"{super().filename_base}*.nb[ic]"):
                if sources_key() not in old.name:
                    old.unlink()
        cachable: bool = super().check_cachable(data)  # type: ignore[no-untyped-call]  # numba's own has no types
        return cachable


class KernelCache(FunctionCache):
    """Compiled code on disk; what cannot be read, or written, is compiled anew and never an error."""

    _impl_class = _Named

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the compiled function, None where there is none that can be read."""
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]  # numba's own has no types
        except Exception:  # a file cut short, or of another build, can raise anything
            with suppress(OSError):
                self.flush()  # type: ignore[no-untyped-call]  # numba's own has no types
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the compiled function, if the disk lets us."""
        with suppress(Exception):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]  # numba's own has no types


def compiled(function: Function) -> Function:
    """Return the function compiled at its first call; where no cache can be written, for this process only.

    ``fastmath`` stays off: a sum is added in the order in which it is written, with the same bits everywhere.
    Under ``NUMBA_DISABLE_JIT=1`` it stays Python, to be followed line by line.
    """
    if config.DISABLE_JIT:  # type: ignore[attr-defined]  # made at run time
        return _interpreted(function)
    dispatcher: Any = NJIT(**LEAN)(function)
    with suppress(RuntimeError, OSError):  # no place to write to, or no source files (a frozen program)
        dispatcher._cache = KernelCache(function)  # type: ignore[no-untyped-call]  # as njit(cache=True) does
    dispatcher.compile = _uncollected(dispatcher.compile)
    return cast("Function", dispatcher)


def inlined(function: Function) -> Function:
    """Return the function as a part of the compiled ones that call it, with no code of its own."""
    if config.DISABLE_JIT:  # type: ignore[attr-defined]  # made at run time
        return _interpreted(function)
    return cast("Function", NJIT(**LEAN, inline="always")(function))


def interpreted(kernel: Function) -> Function:
    """Return a kernel as plain Python, with the same bits: for so little work that compiling takes longer."""
    return _interpreted(cast("Function", _plain(kernel)))


@cache
def _plain(kernel: Any) -> Any:
    """Return the function that was compiled, calling such functions."""
    function = getattr(kernel, "py_func", kernel)
    known = function.__globals__
    parts = {name for name in function.__code__.co_names if hasattr(known.get(name), "py_func")}
    return FunctionType(function.__code__, {**known, **{name: _plain(known[name]) for name in parts}})


def _uncollected(compile_for: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function without the garbage collector, which takes a third of the time of compiling.

    What it leaves goes straight to the oldest generation, the collector's next full round.
    """

    @wraps(compile_for)
    def compiling(signature: Any) -> Any:
        collects = gc.isenabled()
        gc.disable()
        try:
            return compile_for(signature)
        finally:
            if collects:
                if not gc.get_freeze_count():
                    gc.freeze()
                    gc.unfreeze()
                gc.enable()

    return compiling


def _interpreted(function: Function) -> Function:
    """Return the function with numbers that overflow or are none without a warning, as in compiled code."""
    return np.errstate(over="ignore", invalid="ignore")(function)
