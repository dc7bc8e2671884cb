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
SLOW: Final = ThreadPoolExecutor(2, thread_name_prefix="tierwise-slow")


def submit(name: str, work: Callable[..., Result], *given: Any) -> Future[Result]:
    """Start work for the function called ``name`` in its pool, in a copy of this context."""
    function = functions().get(name.strip().upper())
    pool = SLOW if function is not None and function.slow else QUICK
    return pool.submit(copy_context().run, work, *given)
