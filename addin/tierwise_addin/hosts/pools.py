"""Two pools of threads: a function that takes long does not keep others from being answered."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Final, TypeVar

from tierwise_addin.catalogue import functions

Result = TypeVar("Result")
QUICK: Final = ThreadPoolExecutor(max(4, os.cpu_count() or 1), thread_name_prefix="tierwise-quick")
SLOW_THREADS: Final = 2
SLOW: Final = ThreadPoolExecutor(SLOW_THREADS, thread_name_prefix="tierwise-slow")


def is_slow(name: str) -> bool:
    """Return whether the function called ``name`` takes long."""
    function = functions().get(name.strip().upper())
    return function is not None and function.slow


def submit(name: str, work: Callable[..., Result], *given: Any) -> Future[Result]:
    """Start work for the function called ``name`` in its pool, in a copy of this context."""
    pool = SLOW if is_slow(name) else QUICK
    return pool.submit(copy_context().run, work, *given)
