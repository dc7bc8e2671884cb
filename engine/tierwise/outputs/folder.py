"""A folder of what a command made: all old or all new at any moment, and one writer at a time.

Results are written to a folder beside it, ``.NAME.writing``, and the two are exchanged by one rename where
the system can, else by two. What the user has put into the folder goes along. Where the folder cannot be
exchanged (it is the one that the command stands in, or holds much else) the files are moved in one by one,
the record (``run.json``, which lists them all) first out and last in: a folder without it is not complete,
and the next run finishes the move. A lock file beside the folder names its writer; what a killed run left
is put right when the lock is taken. Forms, cards and wheels are put into folders in the same way, each by
the record that its command names, if any; a run's results in such a folder are files of the user then.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tierwise.errors import Problems, TierwiseError
from tierwise.outputs.files import (
    as_problem,
    is_held,
    is_there,
    locked,
    real,
    synchronise_folder,
    synchronised,
)

RECORD: Final = "run.json"
PLANNED: Final = ("report.html", "results.xlsx", RECORD)
TABLES: Final = "tables"
COMPLETE: Final = ".complete"  # in a folder that holds all its files
MOST_OTHERS: Final = 500  # files of the user that an exchange takes along


@dataclass(frozen=True)
class ResultFolder:
    """A folder that is locked for one writer; see :func:`result_folder`."""

    path: Path
    source: str
    inputs: Collection[Path] = field(default=(), repr=False)
    record: str | None = RECORD  # the file that is there when all others are, where there is one
    listed: Callable[[Path], set[Path]] | None = None  # what of a folder is of a former call and goes

    @property
    def staged(self) -> Path:
        """Where results are written before they are moved in."""
        return self.path.with_name(f".{self.path.name}.writing")

    @property
    def aside(self) -> Path:
        """Where the old results are while the new ones are moved in by two renames."""
        return self.path.with_name(f".{self.path.name}.replaced")

    @property
    def _of_run(self) -> bool:
        return self.record == RECORD

    @property
    def _planned(self) -> set[str]:
        """Return the names that are known to be written before any is."""
        return {*(PLANNED if self._of_run else ()), *([self.record] if self.record else [])}

    def _former(self, folder: Path) -> set[Path]:
        """Return the files of a folder that a former call of the same command wrote there."""
        if self.listed is not None:
            return self.listed(folder)
        return listed_files(folder) if self._of_run else set()

    def _is_complete(self) -> bool:
        """Tell whether no file of the folder is from a move that was cut short."""
        return self.record is not None and (self.path / self.record).exists()

    def refuse(self, replace: bool) -> None:
        """Raise what is in the way of results, before any work: I007, I008, I010, I030."""
        problems = Problems()
        for name in self._planned:
            self._refuse_file(self.path / name, problems)
        for folder in (self.path, self.path / TABLES)[: 1 + self._of_run]:
            if is_there(folder) and not folder.is_dir():
                problems.add("I007", str(folder), reason=os.strerror(errno.ENOTDIR))
        owner = owner_of(self.path)
        if self._of_run and owner not in ("", self.source) and not replace:
            problems.add("I030", str(self.path), owner=owner, source=self.source)
        problems.raise_any()

    def put(self, fill: Callable[[Path], None]) -> Path:
        """Write results by ``fill(folder)`` and move them in; what is there stays whole if that fails.

        Raises :class:`TierwiseError` I007, I008, I010.
        """
        try:
            with as_problem(self.path):
                self.staged.mkdir()
                with self._told_here():
                    fill(self.staged)
                files = files_below(self.staged)
                problems = Problems()
                for file in files:
                    self._refuse_file(self.path / file, problems)
                problems.raise_any()
                synchronised(self.staged, files)
                self._move_in(files)
        except BaseException:
            self.recover()
            raise
        return self.path

    @contextmanager
    def _told_here(self) -> Iterator[None]:
        """Raise problems of files that are written to the new folder as of those that they become."""
        try:
            yield
        except TierwiseError as error:
            staged, path = str(self.staged), str(self.path)
            told = (replace(one, place=one.place.replace(staged, path)) for one in error.problems)
            raise TierwiseError(*told) from None

    def recover(self) -> None:
        """Put right what a run left that was killed: its results are moved in when they were complete."""
        with as_problem(self.path):
            if (self.path / COMPLETE).exists():  # exchanged; the old results stand beside it
                self._clear_away(self.staged)
            elif (self.staged / COMPLETE).exists() and not self._is_complete():
                if self.path.exists():
                    self._move_files(files_below(self.staged))
                else:
                    self.staged.rename(self.path)
                    self._clear_away(self.aside)
            elif self.aside.exists() and not self.path.exists():
                self.aside.rename(self.path)
            for left in (self.staged, self.aside):
                shutil.rmtree(left, ignore_errors=True)
            (self.path / COMPLETE).unlink(missing_ok=True)

    def _refuse_file(self, target: Path, problems: Problems) -> None:
        if target in self.inputs:
            problems.add("I008", str(target))
        elif is_held(target):
            problems.add("I010", str(target))
        elif is_there(target):
            try:
                with target.open("r+b"):
                    pass
            except OSError as error:
                problems.add("I007", str(target), reason=error.strerror or str(error))

    def _move_in(self, files: list[Path]) -> None:
        others = self._others(files)
        one_by_one = others is None or not self._linked(others)
        gone = self._former(self.path) - {*files, *self._relative_inputs()}
        names = [file.as_posix() for file in sorted(gone)]
        (self.staged / COMPLETE).write_text(json.dumps(names), encoding="utf-8")
        synchronised(self.staged, [Path(COMPLETE)])
        if one_by_one:
            self._move_files(files)
        else:
            self._exchange()
        self._finish()

    def _finish(self) -> None:
        shutil.rmtree(self.staged, ignore_errors=True)
        shutil.rmtree(self.aside, ignore_errors=True)
        (self.path / COMPLETE).unlink(missing_ok=True)

    def _exchange(self) -> None:
        """Give the new folder the name of the old one."""
        if not self.path.exists():
            self.staged.rename(self.path)
        elif exchanged(self.staged, self.path):
            self._clear_away(self.staged)
        else:
            self.path.rename(self.aside)
            self.staged.rename(self.path)
            self._clear_away(self.aside)
        synchronise_folder(self.path.parent)

    def _clear_away(self, old: Path) -> None:
        """Delete the old results; what came into their folder at the last moment is kept."""
        known = {*self._former(old), *listed_files(old), *map(Path, self._planned), Path(COMPLETE)}
        for file in files_below(old):
            if file not in known and not (self.path / file).exists():
                (self.path / file).parent.mkdir(parents=True, exist_ok=True)
                (old / file).replace(self.path / file)
        shutil.rmtree(old, ignore_errors=True)

    def _move_files(self, files: list[Path]) -> None:
        """Move new files in and delete old ones without a successor; the record goes first, comes last."""
        gone = json.loads((self.staged / COMPLETE).read_text(encoding="utf-8"))
        for name in [*([self.record] if self.record else []), *gone]:
            (self.path / name).unlink(missing_ok=True)
        last = Path(self.record or "")
        for file in sorted({*files} - {Path(COMPLETE)}, key=lambda file: (file == last, file)):
            (self.path / file).parent.mkdir(parents=True, exist_ok=True)
            (self.staged / file).replace(self.path / file)
        synchronise_folder(self.path)

    def _relative_inputs(self) -> Iterator[Path]:
        for path in self.inputs:
            if path.is_relative_to(self.path):
                yield path.relative_to(self.path)

    def _others(self, files: list[Path]) -> list[Path] | None:
        """Return the files of the user in the folder; None where it cannot be exchanged."""
        if not self.path.exists():
            return []
        if self.path.is_mount() or Path.cwd().is_relative_to(self.path):
            return None
        known, others = {*files, *self._former(self.path)} - {*self._relative_inputs()}, []
        for root, folders, names in os.walk(self.path):
            below = Path(root).relative_to(self.path)
            others += [below / name for name in names if below / name not in known]
            if len(others) > MOST_OTHERS or any((Path(root) / folder).is_symlink() for folder in folders):
                return None
        return others

    def _linked(self, others: list[Path]) -> bool:
        """Give the user's files a second name in the new folder; tell whether that was possible."""
        try:
            for file in others:
                target = self.staged / file
                target.parent.mkdir(parents=True, exist_ok=True)
                os.link(self.path / file, target, follow_symlinks=False)
        except (OSError, NotImplementedError):  # a disk, or a system, without second names: files are moved
            return False
        return True


@contextmanager
def result_folder(
    path: Path,
    source: str,
    inputs: Collection[Path] = (),
    *,
    replace: bool = False,
    record: str | None = RECORD,
    listed: Callable[[Path], set[Path]] | None = None,
) -> Iterator[ResultFolder]:
    """Lock a folder for the results of ``source``, and give it when nothing is in the way.

    ``record``: the file by which a folder is complete; None for files that stand for themselves.
    ``listed``: the files of a folder that are of a former call, and go with it (default: a run's results by
    their record, for other records none).

    Raises:
        TierwiseError: I007 (no folder can be there), I008 (it would replace an input), I010 (a file is held
            open), I030 (it holds the results of another input, and ``replace`` is false), I031 (another run
            writes there).

    """
    folder = ResultFolder(real(path), source, inputs, record, listed)
    made = [above for above in folder.path.parents if not is_there(above)]
    with as_problem(folder.path):
        folder.path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with locked(folder.path):
            folder.recover()
            folder.refuse(replace)
            yield folder
    finally:
        for above in made:  # nothing was written: no empty folders stay
            with suppress(OSError):
                above.rmdir()


def owner_of(path: Path) -> str:
    """Return the input that a folder's results are of, blank where it holds none that say so."""
    return str(_record(path).get("input", ""))


def listed_files(path: Path) -> set[Path]:
    """Return the files of a folder that are results of a run, by its record."""
    files = _record(path).get("files", {})
    return {Path(RECORD), *map(Path, files)} if isinstance(files, dict) and files else set()


def results_of(*given: str | Path) -> list[Path]:
    """Return files, and for folders the results that they hold: what a command reads of its arguments."""
    paths = [*map(Path, given)]
    return [file for path in paths for file in (path, *(path / name for name in listed_files(path)))]


def _record(path: Path) -> dict[str, object]:
    try:
        record = json.loads((path / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def files_below(path: Path) -> list[Path]:
    """Return all files below a folder, by their paths from it."""
    return sorted(file.relative_to(path) for file in path.rglob("*") if file.is_symlink() or file.is_file())


def exchanged(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step; return False where the system has no such step."""
    swap = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
    names = os.fsencode(one), os.fsencode(other)
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            result = system.renamex_np(*names, swap)
        else:
            here = -100  # AT_FDCWD
            result = system.renameat2(here, names[0], here, names[1], swap)
    except (AttributeError, OSError, TypeError):  # another system, or one before these calls
        return False
    return bool(result == 0)
