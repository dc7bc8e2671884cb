"""What the add-in remembers while a host runs: the reason of the last failure."""

from __future__ import annotations

from threading import Lock

from tierwise.errors import Language, TierwiseError

_lock = Lock()
_last: tuple[str, TierwiseError] | None = None


def remember(name: str, error: TierwiseError) -> None:
    """Keep why the function called ``name`` failed."""
    global _last  # noqa: PLW0603  # one reason for the whole process: what IDX_LASTERROR tells
    with _lock:
        _last = (name, error)


def last_error(language: Language | None = None) -> str:
    """Return why the last function that failed did so, an empty text if none did."""
    from tierwise_addin import settings

    if _last is None:
        return ""
    name, error = _last
    return f"{name}: {error.text(language or settings.load().language)}"


def forget() -> None:
    """Forget the last failure."""
    global _last  # noqa: PLW0603  # see remember
    _last = None
