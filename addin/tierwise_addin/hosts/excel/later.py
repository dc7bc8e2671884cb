"""Slow functions of VBA: each call is computed once, beside Excel, and the cells that wait for it ask again.

xlwings' own way writes the formula that a cell had when it was asked back into it, keeps one result for each
cell, and shows a text meanwhile. Here a result is kept by function and arguments, so that several slow calls
in one cell settle; a cell shows #N/A until it asks again; and its formula is read when the result is there,
so that an edit is never undone.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Any, Final

from tierwise_addin.hosts import pools
from tierwise_addin.hosts.excel.waiting import BUSY

Shown = list[list[float | str | bool]]

MOST_KEPT: Final = 64
FAILED_SECONDS: Final = 5.0
"""Seconds for which a failure is kept: what made a function fail may have changed elsewhere."""


@dataclass
class Call:
    """A call at work or done: its result, whether it failed and when; the cells that wait for it."""

    work: pools.Work[tuple[Shown, bool, float]]
    waiting: dict[str, Any] = field(default_factory=dict)

    @property
    def is_there(self) -> bool:
        """Whether its result can be shown: a failure only for a while."""
        if not self.work.future.done():
            return False
        _, failed, at = self.work.future.result()
        return not failed or monotonic() - at < FAILED_SECONDS


class Later:
    """The calls that are at work, and the results of the last of them."""

    def __init__(self, renew: Callable[[Any], None]) -> None:
        self._renew = renew
        self._lock = Lock()
        self._known: OrderedDict[str, Call] = OrderedDict()

    def ask(
        self,
        name: str,
        cells: tuple[object, ...],
        caller: Any,
        respond: Callable[..., tuple[Shown, bool]],
    ) -> Shown | None:
        """Return a call's result, or None until it is there: then ``caller`` is asked to ask again."""
        key = sha256(repr((name, cells)).encode("utf-8", "surrogatepass")).hexdigest()
        with self._lock:
            call = self._known.get(key)
            if call is not None and call.is_there:
                self._known.move_to_end(key)
                return call.work.future.result()[0]
            if call is None or call.work.future.done():
                work = pools.Work(name, lambda: (*respond(name, *cells), monotonic()))
                call = self._known[key] = Call(work)
                self._forget()
            if caller is not None:
                call.waiting[f"{caller.sheet.book.name}!{caller.sheet.name}!{caller.address}"] = caller
        call.work.future.add_done_callback(lambda _: self._told(call))
        return None

    def _told(self, call: Call) -> None:
        with self._lock:
            waiting, call.waiting = [*call.waiting.values()], {}
        for caller in waiting:
            self._renew(caller)

    def _forget(self) -> None:
        """Forget the results that were not asked for the longest."""
        done = [key for key, call in self._known.items() if call.work.future.done()]
        for key in done[: max(0, len(self._known) - MOST_KEPT)]:
            del self._known[key]


def renewed(caller: Any) -> None:
    """Have a cell calculated anew: its formula is written as it is now, when Excel has time for it."""
    from xlwings.com_server import loop  # there in Excel only

    asyncio.run_coroutine_threadsafe(caller._com(lambda cell: again(cell.impl.api)), loop)


def again(cell: Any) -> None:
    """Write a cell's formula into it, so that what depends on it follows; whole array formulas at once.

    A protected sheet takes no formula: there the cell alone is calculated. A busy Excel is asked again.
    """
    text = "FormulaArray" if cell.HasArray else "Formula2" if hasattr(cell, "Formula2") else "Formula"
    try:
        setattr(cell, text, getattr(cell, text))
    except Exception as error:
        if getattr(error, "hresult", None) in BUSY:
            raise
        cell.Calculate()
