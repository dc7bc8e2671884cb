"""Blocks of draws on the threads of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event, Lock
from time import monotonic
from types import TracebackType
from typing import Final

from tierwise.draws.blocks import block_generator, block_size
from tierwise.draws.counts import Counts
from tierwise.draws.feeds import Feed
from tierwise.draws.worker import Shared, Worker

LOOK = 0.1  # seconds between looks at how it goes
LIMIT: Final[ContextVar[int | None]] = ContextVar("threads", default=None)


class ThreadPool:
    """The threads of a run. Use it as a context; threads end with it.

    Blocks are handed out in order and every block that was begun is finished, so what is done is always all
    blocks up to one.
    """

    def __init__(
        self, counts: Counts, feed: Feed, *, seed: int, draws: int, threads: int | None = None
    ) -> None:
        self.shared = Shared(counts)
        self.feed = feed
        self.seed = seed
        self.draws = draws
        self.threads = threads or available_threads()
        self.stopped = Event()
        self.claim = Lock()
        self.next = self.stop = 0
        self.deadline: float | None = None
        self.idle: list[Worker] = []
        self.made = 0
        self.pool = ThreadPoolExecutor(self.threads, "draws")

    def __enter__(self) -> ThreadPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self.pool.shutdown()

    def advance(
        self,
        first: int,
        stop: int,
        *,
        seconds: float | None = None,
        look: Callable[[], None] | None = None,
    ) -> int:
        """Make the blocks from ``first`` to ``stop``, and return the first that was not made.

        It is before ``stop`` when ``seconds`` have passed, when :attr:`stopped` is set, or on Ctrl-C, which
        sets it. ``look`` is called now and then, in the thread that calls this.
        """
        self.next, self.stop = first, stop
        self.deadline = None if seconds is None else monotonic() + seconds
        tasks = [self.pool.submit(self._work) for _ in range(min(self.threads, stop - first))]
        try:
            waiting = bool(tasks)
            while waiting:
                _, pending = wait(tasks, LOOK, FIRST_EXCEPTION)
                waiting = bool(pending) and not any(task.done() and task.exception() for task in tasks)
                if look is not None:
                    look()
        except KeyboardInterrupt:
            self.stopped.set()
        except BaseException:
            self.stopped.set()
            wait(tasks)
            raise
        wait(tasks)
        for task in tasks:
            task.result()
        self.shared.counts.done.add(first, self.next)
        return self.next

    def _claim(self) -> int | None:
        """Return the next block, None when there is none or it is time to stop."""
        with self.claim:
            late = self.deadline is not None and monotonic() >= self.deadline
            if self.next >= self.stop or late or self.stopped.is_set():
                return None
            self.next += 1
            return self.next - 1

    def _work(self) -> None:
        with self.claim:
            if not self.idle:
                self.idle.append(Worker(self.shared, self.feed, self.made))
                self.made += 1
            worker = self.idle.pop()
        try:
            while (block := self._claim()) is not None:
                worker.run(block_generator(self.seed, block), block_size(block, self.draws))
        except BaseException:
            self.stopped.set()
            raise
        with self.claim:
            self.idle.append(worker)


@contextmanager
def at_most(threads: int | None) -> Iterator[None]:
    """Let what runs inside, however deep, use so many threads by default; None leaves all processors."""
    before = LIMIT.set(threads)
    try:
        yield
    finally:
        LIMIT.reset(before)


def available_threads() -> int:
    """Return how many processors this process may use, or the limit that :func:`at_most` sets."""
    limit = LIMIT.get()
    if limit is not None:
        return limit
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
