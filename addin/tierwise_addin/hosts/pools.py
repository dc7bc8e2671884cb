"""Two pools of threads: a function that takes long does not keep others from being answered."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Event
from typing import Any, Final, Generic, TypeVar

from tierwise_addin import session
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


class Work(Generic[Result]):
    """A function at work in its pool: how far it is, until it is done or nobody waits for it any more."""

    def __init__(self, name: str, work: Callable[..., Result], *given: Any) -> None:
        self.share = 0.0
        self._dropped = Event()
        context = copy_context()
        context.run(session.progress.set, self._heard)
        self.future: Future[Result] = context.run(submit, name, work, *given)

    def _heard(self, done: int, total: int, rate: float) -> None:
        self.share = done / total
        if self._dropped.is_set():
            raise session.CancelledError

    def waited(self) -> asyncio.Future[Result]:
        """Return what a coroutine waits for; that it was dropped is no fault that a log need tell of."""
        waited = asyncio.wrap_future(self.future)
        waited.add_done_callback(lambda done: done.cancelled() or done.exception())
        return waited

    def drop(self) -> None:
        """End it at its next step, or before its first: its thread is given back."""
        self._dropped.set()
        self.future.cancel()
