"""A file or folder on the disk: whole or not at all, under a lock that names its writer."""

from __future__ import annotations

import errno
import json
import os
import socket
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from lzma import LZMAError
from pathlib import Path
from time import time
from typing import IO, Final
from xml.etree import ElementTree

from tierwise.errors import Problem, TierwiseError, problem

__all__ = ["DAMAGED", "in_the_way", "is_same", "is_there", "written"]

# What a packed file makes its readers raise when it is cut short, altered, locked or of an unknown packing:
# zipfile alone has six ways to say so.
DAMAGED: Final = (
    OSError,
    ValueError,  # text that is not in its encoding, numbers that are none
    LookupError,  # a part that is not there
    EOFError,
    RuntimeError,  # a password, a packing that is not known
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    ElementTree.ParseError,
)

# What LibreOffice, Excel and Word leave beside a file while they hold it open.
LOCKS: Final = (".~lock.{}#", "~${}")
WORD: Final = (".docx", ".docm", ".doc")  # the lock of longer names lacks their first one or two letters


def is_there(path: Path) -> bool:
    """Tell whether a path is there; not where no file can have its name or its folder is not to be seen.

    ``path.exists()`` raises for some of these; who reads or writes there is told.
    """
    return os.path.exists(path)  # noqa: PTH110  # see above


def is_same(one: Path, other: Path) -> bool:
    """Tell whether two paths are of one file, links followed, even where they go in a circle."""
    return real(one) == real(other)


def real(path: Path) -> Path:
    """Return the path that a path leads to, links followed; as it is where the working folder is gone."""
    try:
        return Path(os.path.realpath(path))
    except OSError:
        return path


def is_held(path: Path) -> bool:
    """Tell whether an office program holds a file open, which would write it anew over what is put there."""
    locks = {path.with_name(lock.format(path.name)) for lock in LOCKS}
    if path.suffix.lower() in WORD:
        locks.add(path.with_name(f"~${path.name[max(0, min(len(path.stem) - 6, 2)) :]}"))
    return any(map(is_there, locks))


def in_the_way(path: Path, inputs: Iterable[Path] = (), *, replace: bool = False) -> Iterator[Problem]:
    """Yield what keeps a file from being written: I008 for an input, I014 where it is there, I010."""
    if any(is_same(path, one) for one in inputs):
        yield problem("I008", str(path))
    elif not replace and is_there(path):
        yield problem("I014", str(path))
    elif is_held(path):
        yield problem("I010", str(path))


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Give a name beside a file to write it under; it takes its place at the end, whole or not at all.

    A link stays one: what it leads to is written. Raises :class:`TierwiseError` I007 where it cannot be
    written, I010 while a spreadsheet holds it open, I031 while another run writes it.
    """
    with as_problem(path):
        target = real(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        stage = target.with_name(f".{target.name}.writing")
        with locked(target):
            try:
                with named_by_the_system():
                    yield stage
                if is_held(path) or is_held(target):  # opened meanwhile
                    raise TierwiseError(problem("I010", str(path)))
                synchronised(target.parent, [Path(stage.name)])
                stage.replace(target)
                synchronise_folder(target.parent)
            finally:
                stage.unlink(missing_ok=True)


@contextmanager
def named_by_the_system() -> Iterator[None]:
    """Raise what the system says of a workbook that cannot be written, which XlsxWriter wraps."""
    from xlsxwriter.exceptions import FileCreateError  # whoever writes a workbook has loaded it

    try:
        yield
    except FileCreateError as error:
        inner = error.args[0] if error.args else error
        refusal = inner if isinstance(inner, OSError) else OSError(str(error))
        raise refusal from None


@contextmanager
def as_problem(path: Path) -> Iterator[None]:
    """Raise what the system refuses as I007: disk full, no permission, a file held open.

    Files whose names begin with a dot are our own, of which nobody knows: then ``path`` is told.
    """
    try:
        yield
    except OSError as error:
        where = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else path
        where = path if where.name.startswith(".") else where
        raise TierwiseError(problem("I007", str(where), reason=error.strerror or str(error))) from None


def synchronised(folder: Path, files: list[Path]) -> None:
    """Make sure that all files of a folder are on the disk, so that no rename overtakes them."""
    for file in files:
        with (folder / file).open("r+b") as opened:
            os.fsync(opened.fileno())
    for inner in dict.fromkeys([*(folder / file.parent for file in files), folder]):
        synchronise_folder(inner)


def synchronise_folder(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk, where the system can."""
    with suppress(OSError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a folder or file; raise :class:`TierwiseError` I031 when another run does.

    The system frees the lock of a process that ends in any way.
    """
    lock = path.with_name(f".{path.name}.lock")
    with as_problem(path):
        file = _locked_file(lock, path)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()  # before the lock goes: a file that is opened now is another one
        file.close()
        with suppress(OSError):  # Windows deletes no open file
            lock.unlink(missing_ok=True)


def _locked_file(lock: Path, path: Path) -> IO[str]:
    while True:
        file = lock.open("a+", encoding="utf-8")
        if not _taken(file):
            file.seek(0)
            owner, since = _owner(file.read())
            file.close()
            minutes = max(int(time() - since) // 60, 0)
            raise TierwiseError(problem("I031", str(path), owner=owner, minutes=minutes))
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), lock.stat()):
                break
        file.close()  # its last owner deleted it in between
    file.truncate(0)
    who = {"owner": f"{socket.gethostname()}, process {os.getpid()}", "since": time()}
    file.write(json.dumps(who))
    file.flush()
    return file


def _owner(written: str) -> tuple[str, float]:
    try:
        who = json.loads(written)
        return str(who["owner"]), float(who["since"])
    except (ValueError, KeyError, TypeError):
        return "?", time()


def _taken(file: IO[str]) -> bool:
    """Take the system's lock on a file; return whether nobody else has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 20)  # beyond what is written, which others may read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):  # a disk that knows no locks
            raise
    return True
