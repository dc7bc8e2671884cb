"""``tierwise bundle``: the folder for a machine without internet."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from tierwise.bundling.wheels import TARGETS, fetched, named, own_wheel
from tierwise.errors import Problems
from tierwise.names import choose
from tierwise.outputs.files import is_there
from tierwise.outputs.folder import result_folder

EXTRAS: Final = {"win-amd64": ("xll",)}  # what the add-in of a system's spreadsheets needs
SCRIPTS: Final = {"win-amd64": ("install.bat", "install.ps1")}
OTHER_SCRIPTS: Final = ("install.sh",)
GUIDES: Final = ("README.txt", "安装说明.txt")
SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True)
class Bundle:
    """A folder that was written: its wheels, and the version of tierwise in it."""

    folder: Path
    wheels: tuple[str, ...]
    version: str


def bundle(
    out: Path,
    *,
    platform: str = "win_amd64",
    python: str = "3.12",
    source: Path | None = None,
    replace: bool = False,
) -> Bundle:
    """Write a folder with all wheels of tierwise for a system, and scripts that install them there offline.

    Args:
        out: the folder; made whole or not at all.
        platform: ``win_amd64``, ``linux_x86_64`` or ``macos_arm64``.
        python: the version of Python there, such as ``3.12``.
        source: a checkout or a wheel of tierwise; by default what this one was installed from.
        replace: whether a bundle that is there gives way; other files in its folder stay.

    Raises:
        TierwiseError: S002 for another system, I042 for another version of Python, I014 for a folder that is
            there, I040 for what pip cannot fetch, I007 where the folder cannot be written.

    """
    problems = Problems()
    name = ""
    with problems.caught():
        name = choose(platform, TARGETS, "platform")
    if not re.fullmatch(r"3\.\d\d", python) or int(python[2:]) < 11:
        problems.add("I042", value=python)
    if is_there(out) and not replace:
        problems.add("I014", str(out))
    problems.raise_any()
    extras = EXTRAS.get(name, ())
    found: list[str] = []
    versions: list[str] = []

    def fill(stage: Path) -> None:
        wheels = stage / "wheels"
        wheels.mkdir()
        own = own_wheel(wheels, source)
        found.extend(wheel.name for wheel in fetched(wheels, extras, TARGETS[name], python))
        versions.append(named(own)[1])
        _scripts(stage, name, python, versions[0], extras)
        _sums(stage)

    with result_folder(out, name, record=SUMS, listed=summed) as folder:
        folder.put(fill)
    return Bundle(out, tuple(found), versions[0])


def _scripts(stage: Path, platform: str, python: str, version: str, extras: Sequence[str]) -> None:
    """Write the scripts and the guides of a system."""
    asked = f"[{','.join(extras)}]" if extras else ""
    fields = {"@PYTHON@": python, "@VERSION@": version, "@REQUIREMENT@": f"tierwise{asked}=={version}"}
    fields["@SCRIPT@"] = "install.bat" if platform in SCRIPTS else "sh install.sh"
    for name in (*SCRIPTS.get(platform, OTHER_SCRIPTS), *GUIDES):
        text = files("tierwise.bundling").joinpath(name).read_text(encoding="utf-8")
        for mark, value in fields.items():
            text = text.replace(mark, value)
        windows = not name.endswith(".sh")
        data = text.replace("\n", "\r\n" if windows else "\n").encode("utf-8")
        if name.endswith((".ps1", ".txt")):
            data = b"\xef\xbb\xbf" + data  # else Windows PowerShell and Notepad read the system's code page
        (stage / name).write_bytes(data)


def summed(folder: Path) -> set[Path]:
    """Return the files of a bundle, by its list of sums; none where there is no such list."""
    try:
        text = (folder / SUMS).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return set()
    lines = [re.fullmatch(r"[0-9a-f]{64}  (?!/)((?:(?!\.\.).)+)", line) for line in text.splitlines()]
    return {Path(SUMS), *(Path(line[1]) for line in lines if line)}


def _sums(stage: Path) -> None:
    """Write the SHA-256 of every file, as ``sha256sum -c`` reads it."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(stage).as_posix()}\n"
        for path in sorted(stage.rglob("*"))
        if path.is_file()
    ]
    (stage / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")
