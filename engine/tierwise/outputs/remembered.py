"""Long computations kept on disk, in the user's cache folder, so that a second run need not repeat them.

A result is filed under a digest of all that it follows from: the arguments, the code of the engine, the
versions of NumPy and SciPy, the machine. It is read back with the very bits that were computed, so a run
gives the same bytes with and without. What cannot be read is computed anew; what cannot be written is not
kept. ``TIERWISE_CACHE`` names another folder, and nothing is kept where it is set but empty.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from functools import cache, wraps
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar
from uuid import uuid4

import numpy as np

ENGINE: Final = Path(__file__).parents[1]
MOST_BYTES: Final = 200_000_000  # of all that is kept; the longest unused goes first
NOTHING: Final = "nothing"  # the name under which None is kept

Given = ParamSpec("Given")
Found = TypeVar("Found")

_fresh: ContextVar[bool] = ContextVar("fresh", default=False)


class _NoDigestError(Exception):
    """An argument has no digest: the result is not kept."""


@contextmanager
def fresh(*, ignored: bool = True) -> Iterator[None]:
    """Compute everything anew within the block, and keep it in place of what was kept."""
    token = _fresh.set(ignored)
    try:
        yield
    finally:
        _fresh.reset(token)


def folder() -> Path | None:
    """Return where results are kept, None where none are."""
    given = os.environ.get("TIERWISE_CACHE")
    if given is not None:
        return Path(given) if given else None
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "tierwise" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "tierwise"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "tierwise"


def remembered(
    kind: Callable[..., Found], kept: Callable[[Found], bool] = lambda found: True
) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Return a decorator for a function whose result, a ``kind`` of named arrays and numbers, is kept.

    ``kind`` is a dataclass, a named tuple or ``np.asarray``; results for which ``kept`` is false (found under
    a limit of time, say) are not kept, nor those of arguments that are no arrays, numbers, texts or
    dataclasses of such.
    """

    def decorated(function: Callable[Given, Found]) -> Callable[Given, Found]:
        @wraps(function)
        def recalled(*given: Given.args, **named: Given.kwargs) -> Found:
            place = _place(function.__qualname__, given, named)
            if place is None:
                return function(*given, **named)
            if not _fresh.get() and place.exists():
                with suppress(Exception):  # a file cut short, or of another kind, can raise anything
                    return _read(kind, place)
            found = function(*given, **named)
            if kept(found):
                with suppress(OSError):
                    _keep(found, place)
            return found

        return recalled

    return decorated


def _place(name: str, given: Sequence[object], named: Mapping[str, object]) -> Path | None:
    try:
        where = folder()
    except RuntimeError:  # no home
        return None
    if where is None:
        return None
    digest = sha256(f"{name}\0{_code()}\0".encode())
    try:
        for part in _parts([*given, sorted(named.items())]):
            digest.update(part)
    except _NoDigestError:
        return None
    return where / "results" / f"{digest.hexdigest()}.npz"


@cache
def _code() -> str:
    """Return a digest of what results follow from besides their arguments."""
    digest = sha256()
    for path in sorted(ENGINE.rglob("*.py")):
        told = path.stat()
        digest.update(f"{path.relative_to(ENGINE)}\0{told.st_size}\0{told.st_mtime_ns}\0".encode())
    around = (np.__version__, version("scipy"), platform.node(), os.environ.get("OPENBLAS_CORETYPE", ""))
    digest.update("\0".join(around).encode())
    return digest.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    """Yield a value as bytes that no other value has."""
    if isinstance(value, np.ndarray) and value.dtype != object:
        yield f"{value.dtype.str}{value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif value is None or isinstance(value, (bool, int, float, str, np.generic)):
        yield f"{type(value).__name__}:{value!r};".encode()
    elif isinstance(value, (list, tuple)):
        yield f"[{len(value)}".encode()
        for one in value:
            yield from _parts(one)
    elif is_dataclass(value) and not isinstance(value, type):
        yield type(value).__qualname__.encode()
        for field in fields(value):
            yield field.name.encode()
            yield from _parts(getattr(value, field.name))
    else:
        raise _NoDigestError


def _read(kind: Callable[..., Found], place: Path) -> Found:
    with BytesIO(place.read_bytes()) as file, np.load(file, allow_pickle=False) as kept:
        parts = {name: _plain(kept[name]) for name in kept.files}
    os.utime(place)  # used last now
    if NOTHING in parts:
        return None  # type: ignore[return-value]  # what the function returned
    return kind(parts["array"]) if "array" in parts else kind(**parts)


def _plain(array: np.ndarray[Any, Any]) -> object:
    """Return an array, or what an array without dimensions holds."""
    return array if array.ndim else array.item()


def _keep(found: object, place: Path) -> None:
    if found is None:
        parts: dict[str, Any] = {NOTHING: np.array(0)}
    elif isinstance(found, np.ndarray):
        parts = {"array": found}
    elif isinstance(found, tuple):
        parts = found._asdict()  # type: ignore[attr-defined]  # a named tuple
    else:
        parts = {field.name: getattr(found, field.name) for field in fields(found)}  # type: ignore[arg-type]
    place.parent.mkdir(parents=True, exist_ok=True)
    new = place.with_name(f"{uuid4().hex}.part.npz")
    try:
        np.savez(new, **parts)
        new.replace(place)
    finally:
        new.unlink(missing_ok=True)
    _bound(place.parent)


@cache
def _bound(where: Path) -> None:
    """Delete the longest unused files where there are too many bytes; once in a process."""
    told = sorted((file.stat().st_mtime, file.stat().st_size, file) for file in where.glob("*.npz"))
    total = sum(size for _, size, _ in told)
    for _, size, file in told:
        if total <= MOST_BYTES:
            return
        file.unlink(missing_ok=True)
        total -= size
