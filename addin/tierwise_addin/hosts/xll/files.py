r"""The files by which Excel finds xlOil and this add-in: the XLL in its start folder, settings in xlOil's.

The settings lie in ``%APPDATA%\xlOil``, where xlOil looks after the XLL's own folder: Excel opens whatever
lies in its start folder. They name this Python, the one module to load, and no module beside a workbook:
xlOil would import ``Book1.py`` beside ``Book1.xlsx`` when that is opened.
"""

from __future__ import annotations

import json
import os
import shutil
import site
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from tierwise.outputs.files import written

NAME: Final = "tierwise.xll"
SETTINGS: Final = "tierwise.ini"
LOG: Final = "tierwise.log"
MODULE: Final = "tierwise_addin.hosts.xll.functions"
NO_MODULE: Final = "*|.py"
"""A pattern of modules that no file has: Windows allows no such character in a name."""


def library() -> Path | None:
    """Return xlOil's own XLL where pip put it, ``None`` without the extra ``xll``."""
    try:
        listed = distribution("xloil").files or []
    except PackageNotFoundError:
        return None
    places = (Path(str(file.locate())) for file in listed if file.name.lower() == "xloil.xll")
    return next((place.resolve() for place in places if place.exists()), None)


def settings_folder() -> Path:
    """Return the folder in which xlOil looks for settings."""
    return Path(os.environ.get("APPDATA", Path.home())) / "xlOil"


def settings(xlls: Path, python: str) -> str:
    """Return xlOil's settings for this add-in: a TOML file, whose strings are written as JSON's are."""
    folder, interpreter = (json.dumps(text, ensure_ascii=False) for text in (str(xlls), python))
    packages = {sysconfig.get_path("purelib"), *([site.USER_SITE] if site.USER_SITE else [])}
    unwatched = json.dumps(sorted(packages), ensure_ascii=False)
    return f"""# Settings of xlOil for tierwise, written by: tierwise addin install
[Addin]
Plugins = ["xlOil_Python"]
LogLevel = "warning"
LogPopupLevel = "off"

[[Addin.Environment]]
XLOIL_PATH = {folder}

[[Addin.Environment]]
PATH = "%PATH%;%XLOIL_PATH%"

[xlOil_Python]
LoadModules = ["{MODULE}"]
# No code beside a workbook, nor beside the add-in: no file has such a name.
WorkbookModule = "{NO_MODULE}"
AddinModule = "{NO_MODULE}"
# A workbook that is opened first finds its functions.
UseLoaderThread = false
AutoReloadExcludePaths = {unwatched}

[[xlOil_Python.Environment]]
XLOIL_PYTHON_VERSION = "{sys.version_info[0]}.{sys.version_info[1]}"

[[xlOil_Python.Environment]]
PYTHONEXECUTABLE = {interpreter}
"""


def install(folder: Path, found: Path) -> Path:
    """Copy the XLL at ``found`` into Excel's start folder, write its settings, and return where it is.

    Raises I007 where a file cannot be written: Excel holds the XLL while it runs.
    """
    with written(settings_folder() / SETTINGS) as stage:
        stage.write_text(settings(found.parent, sys.executable), encoding="utf-8")
    with written(folder / NAME) as stage:
        shutil.copyfile(found, stage)
    return folder / NAME


def installed(folder: Path) -> list[Path]:
    """Return the files that :func:`install` and xlOil may have left on the machine."""
    return [folder / NAME, settings_folder() / SETTINGS, settings_folder() / LOG]
