"""What the add-in knows of the host at work: who asks, why his last call failed, who hears of progress."""

from __future__ import annotations

from collections import OrderedDict
from contextvars import ContextVar
from threading import Lock
from typing import Final, Protocol

from tierwise.errors import TierwiseError
from tierwise.words.language import Language
from tierwise_addin import settings


class Report(Protocol):
    """Told how far the draws of a slow function are."""

    def __call__(self, done: int, total: int, rate: float) -> None:
        """Note that ``done`` of ``total`` draws are made, at ``rate`` draws a second."""


class CancelledError(BaseException):
    """Nobody wants the result any more: raised by who hears of progress, caught by no function on its way."""


progress: ContextVar[Report | None] = ContextVar("progress", default=None)
"""Who hears of progress in the function at work, where the host shows it."""

caller: ContextVar[str] = ContextVar("caller", default="")
"""Who asks, where several do: what a failure says of his cells is for him alone."""

MOST_CALLERS: Final = 1000
_lock = Lock()
_last: OrderedDict[str, tuple[str, TierwiseError]] = OrderedDict()


def remember(name: str, error: TierwiseError) -> None:
    """Keep why the function called ``name`` failed, for the caller."""
    with _lock:
        _last[caller.get()] = (name, error)
        _last.move_to_end(caller.get())
        while len(_last) > MOST_CALLERS:
            _last.popitem(last=False)


def last_error(language: Language | None = None) -> str:
    """Return why the caller's last function that failed did so, an empty text if none did."""
    with _lock:
        last = _last.get(caller.get())
    return "" if last is None else rendered(*last, language)


def rendered(name: str, error: TierwiseError, language: Language | None = None) -> str:
    """Return why the function called ``name`` failed, by default in the language of the settings."""
    return f"{name}: {error.text(language or settings.load().language)}"


def forget() -> None:
    """Forget the caller's last failure."""
    with _lock:
        _last.pop(caller.get(), None)
