"""Results that are kept for the next cell that asks: so many bytes of them, each computed once at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, is_dataclass
from functools import cache, wraps
from sys import getsizeof
from threading import Event, Lock
from typing import Any, Final, TypeVar

import numpy as np

from tierwise_addin import session, settings

Result = TypeVar("Result")
MEGABYTE: Final = 1024 * 1024
TICK: Final = 0.1
"""Seconds between two looks at a result that another cell computes."""


@dataclass
class _Work:
    """A result at work: how far it is, who else waits for it, and how it ended."""

    done: Event = field(default_factory=Event)
    waiting: int = 0
    heard: tuple[int, int, float] | None = None
    result: Any = None
    error: BaseException | None = None
    left: bool = False  # whoever began it does not want it any more, and nobody else did


class Kept:
    """Results by key, the longest unused forgotten first where they are more than ``most`` bytes together."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = Lock()
        self._known: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._working: dict[Hashable, _Work] = {}

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return sum(size for _, size in self._known.values())

    def get(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """Return the result for a key: kept, from the cell that computes it just now, or made here."""
        while True:
            with self._lock:
                if key in self._known:
                    held: Result = self._known[key][0]
                    self._keep(key, held)
                    return held
                work = self._working.get(key)
                leads = work is None
                if work is None:
                    work = self._working[key] = _Work()
                else:
                    work.waiting += 1
            if leads:
                return self._made(key, work, make)
            self._await(work)
            if work.error is None:
                result: Result = work.result
                return result
            if not work.left:
                raise work.error

    def forget(self) -> None:
        """Forget all that is kept."""
        with self._lock:
            self._known.clear()

    def _made(self, key: Hashable, work: _Work, make: Callable[[], Result]) -> Result:
        """Return a result made here, for all who wait for it."""
        own = session.progress.get()

        def report(done: int, total: int, rate: float) -> None:
            work.heard = (done, total, rate)
            if own is None:
                return
            try:
                own(done, total, rate)
            except BaseException:
                if not work.waiting:
                    work.left = True
                    raise

        token = session.progress.set(report)
        try:
            work.result = made = make()
        except BaseException as error:
            work.error = error
            raise
        finally:
            session.progress.reset(token)
            with self._lock:
                del self._working[key]
                if work.error is None:
                    self._keep(key, work.result)
            work.done.set()
        return made

    def _await(self, work: _Work) -> None:
        """Wait for a result that another cell computes, telling how far it is."""
        own = session.progress.get()
        try:
            while not work.done.wait(TICK):
                if own is not None and work.heard is not None:
                    own(*work.heard)
        finally:
            with self._lock:
                work.waiting -= 1

    def _keep(self, key: Hashable, result: object) -> None:
        """Put a result behind all others; arrays that it has computed of itself since count too."""
        self._known[key] = (result, weight(result))
        self._known.move_to_end(key)
        size = self.size
        while size > self.most and self._known:
            size -= self._known.popitem(last=False)[1][1]


def weight(held: object) -> int:
    """Return about how many bytes a result takes."""
    if isinstance(held, np.ndarray):
        return held.nbytes
    if isinstance(held, (list, tuple, set, frozenset)):
        return 8 * len(held) + sum(map(weight, held))
    if isinstance(held, Mapping):
        return sum(weight(key) + weight(value) for key, value in held.items())
    if is_dataclass(held) or hasattr(held, "__dict__"):
        return sum(map(weight, vars(held).values())) if hasattr(held, "__dict__") else getsizeof(held)
    return getsizeof(held)


@cache
def results() -> Kept:
    """Return the store of all worksheet functions, as large as the settings say."""
    return Kept(settings.load().kept_megabytes * MEGABYTE)


def key_of(*given: object) -> Hashable:
    """Return arguments as a key: arrays by their bytes and shape."""
    return tuple(
        (part.tobytes(), part.shape) if isinstance(part, np.ndarray) else part
        for part in (np.ascontiguousarray(part) if isinstance(part, np.ndarray) else part for part in given)
    )


def once(compute: Callable[..., Result]) -> Callable[..., Result]:
    """Return a function of decoded arguments that keeps its results."""

    def asked(*given: Any) -> Result:
        return results().get(
            key_of(compute.__module__, compute.__qualname__, *given), lambda: compute(*given)
        )

    return wraps(compute)(asked)
