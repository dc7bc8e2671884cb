"""What `tierwise addin install` put on this machine, found and taken away again."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tierwise.errors import Problem, TierwiseError, problem
from tierwise.outputs.files import written
from tierwise_addin import settings
from tierwise_addin.hosts.calc import extension
from tierwise_addin.hosts.excel import xlam
from tierwise_addin.hosts.xll import files

_BASIC: Final = "TierwiseFunctions"
_ENTRY: Final = re.compile(rf'[ \t]*<library:element\s[^>]*library:name="{_BASIC}"[^>]*/>\r?\n?')


def uninstall(folder: Path | None = None, *, keep_settings: bool = False) -> list[str]:
    """Take the add-in out of Excel's start folder and of LibreOffice, and return what went.

    With the settings file, token and all, unless ``keep_settings``. What is not there is no fault: the list
    is empty where nothing was installed. Raises C043 for each thing that could not be taken away, after the
    others are gone.
    """
    gone: list[str] = []
    problems: list[Problem] = []
    steps: tuple[Callable[[], list[str]], ...] = (
        lambda: _files([(folder or xlam.startup_folder()) / xlam.NAME]),
        lambda: _files(files.installed(folder or xlam.startup_folder())),
        extension.remove,
        lambda: [what for profile in profiles() for what in (*_basic(profile), *_copies(profile))],
        lambda: [] if keep_settings else _files([settings.place()]),
    )
    for step in steps:
        try:
            gone += step()
        except TierwiseError as error:
            problems += error.problems
    if problems:
        raise TierwiseError(*problems)
    return gone


def profiles() -> list[Path]:
    """Return the folders in which LibreOffice keeps what is this user's, of every release that was used."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA", home)) / "LibreOffice"
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support" / "LibreOffice"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "libreoffice"
    return sorted(path for path in base.glob("*/user") if path.is_dir())


def _basic(profile: Path) -> list[str]:
    """Take our Basic module out of the library Standard: its file, and its line in the library's list."""
    library = profile / "basic" / "Standard"
    backup = profile / "pack" / "basic" / "Standard" / f"{_BASIC}.pack"  # the office's own copy of it
    gone = _files([library / f"{_BASIC}.xba", backup])
    listed = library / "script.xlb"
    try:
        text = listed.read_bytes().decode("utf-8")
        kept = _ENTRY.sub("", text)
        if kept != text:
            with written(listed) as stage:
                stage.write_bytes(kept.encode("utf-8"))
    except FileNotFoundError:
        pass
    except OSError as error:
        raise TierwiseError(problem("C043", str(listed), reason=error.strerror or str(error))) from None
    return gone


def _copies(profile: Path) -> list[str]:
    """Take away what ``unopkg`` unpacked to look into it and forgot; the extension itself lies elsewhere."""
    gone = []
    for copy in sorted((profile / "extensions" / "tmp" / "extensions").glob("*/tierwise.oxt")):
        shutil.rmtree(copy, ignore_errors=True)
        copy.with_name("tierwise.oxtproperties").unlink(missing_ok=True)
        if copy.exists():
            raise TierwiseError(problem("C043", str(copy), reason=os.strerror(errno.EACCES)))
        gone.append(str(copy))
    return gone


def _files(paths: list[Path]) -> list[str]:
    """Delete files, and the folder ``.tierwise`` of ours when it is empty; return those that were there."""
    gone = []
    for path in paths:
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise TierwiseError(problem("C043", str(path), reason=error.strerror or str(error))) from None
        gone.append(str(path))
        if path.parent.name == ".tierwise" and not any(path.parent.iterdir()):
            path.parent.rmdir()
    return gone
