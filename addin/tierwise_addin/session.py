"""What the add-in knows of the host at work: the reason of the last failure, who hears of progress."""

from __future__ import annotations

from contextvars import ContextVar
from threading import Lock
from typing import Protocol

from tierwise.errors import TierwiseError
from tierwise.words.language import Language


class Report(Protocol):
    """Told how far the draws of a slow function are."""

    def __call__(self, done: int, total: int, rate: float) -> None:
        """Note that ``done`` of ``total`` draws are made, at ``rate`` draws a second."""


progress: ContextVar[Report | None] = ContextVar("progress", default=None)
"""Who hears of progress in the function at work, where the host shows it."""

_lock = Lock()
_last: tuple[str, TierwiseError] | None = None


def remember(name: str, error: TierwiseError) -> None:
    """Keep why the function called ``name`` failed."""
    global _last  # noqa: PLW0603  # one reason for the whole process: what IDX_LASTERROR tells
    with _lock:
        _last = (name, error)


def last_error(language: Language | None = None) -> str:
    """Return why the last function that failed did so, an empty text if none did."""
    return "" if _last is None else told(*_last, language)


def told(name: str, error: TierwiseError, language: Language | None = None) -> str:
    """Return why the function called ``name`` failed, by default in the language of the settings."""
    from tierwise_addin import settings

    return f"{name}: {error.text(language or settings.load().language)}"


def forget() -> None:
    """Forget the last failure."""
    global _last  # noqa: PLW0603  # see remember
    _last = None
