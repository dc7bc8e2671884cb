"""All wheels that tierwise needs on another system, fetched by pip.

pip reads the environment markers of the system that it runs on, whatever the system that it fetches for: on
Linux it would leave out what only Windows needs. So each wheel's requirements are read here, with the markers
of the target, and pip fetches the packages one round after another, without their own requirements, until
every requirement of every wheel is met by a wheel that is there.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from importlib.metadata import PackageNotFoundError, distribution
from json import loads
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from tierwise.errors import TierwiseError, problem

ROUNDS: Final = 12  # of requirements of requirements
GLIBC: Final = ("2_34", "2_28", "2_27", "2_24", "2_17", "2_12", "2_5")


@dataclass(frozen=True)
class Target:
    """A system: pip's names of its platforms, the best first, and what environment markers say there."""

    platforms: tuple[str, ...]
    markers: Mapping[str, str]


TARGETS: Final[Mapping[str, Target]] = {
    "win-amd64": Target(
        ("win_amd64",),
        {
            "os_name": "nt",
            "sys_platform": "win32",
            "platform_system": "Windows",
            "platform_machine": "AMD64",
        },
    ),
    "linux-x86-64": Target(
        (*(f"manylinux_{version}_x86_64" for version in GLIBC), "manylinux2014_x86_64", "manylinux1_x86_64"),
        {
            "os_name": "posix",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "platform_machine": "x86_64",
        },
    ),
    "macos-arm64": Target(
        tuple(
            f"macosx_{version}_0_{kind}" for version in (14, 13, 12, 11) for kind in ("arm64", "universal2")
        ),
        {
            "os_name": "posix",
            "sys_platform": "darwin",
            "platform_system": "Darwin",
            "platform_machine": "arm64",
        },
    ),
}


def environment(target: Target, python: str) -> dict[str, str]:
    """Return the environment markers of a system with a version of Python such as ``3.12``."""
    return {
        **target.markers,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
        "implementation_version": f"{python}.0",
        "python_version": python,
        "python_full_version": f"{python}.0",
    }


def own_wheel(folder: Path, source: Path | None = None) -> Path:
    """Put tierwise's own wheel into a folder, and return it.

    It is made from ``source`` (a checkout or a wheel), by default from what this tierwise was installed
    from, else fetched. Raises :class:`TierwiseError` I040 with what pip says.
    """
    given = str(source) if source is not None else _installed_from()
    pip(["wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), given], "tierwise")
    return next(folder.glob("tierwise-*.whl"))


def fetched(folder: Path, extras: Sequence[str], target: Target, python: str) -> list[Path]:
    """Fetch all wheels that the wheel of tierwise in a folder needs; return all wheels there.

    Raises:
        TierwiseError: I040 for what cannot be fetched; I041 where requirements contradict each other.

    """
    own = next(folder.glob("tierwise-*.whl"))
    options = ["--no-deps", "--only-binary=:all:", "--implementation", "cp", "--python-version", python]
    for platform in target.platforms:
        options += ["--platform", platform]
    for _ in range(ROUNDS):
        wanted = unmet(folder.glob("*.whl"), own, extras, environment(target, python))
        if not wanted:
            return sorted(folder.glob("*.whl"))
        for name in wanted:
            for old in (wheel for wheel in folder.glob("*.whl") if named(wheel)[0] == name):
                old.unlink()
        asked = [f"{name}{specifiers}" for name, specifiers in sorted(wanted.items())]
        pip(["download", "--quiet", "--dest", str(folder), *options, *asked], ", ".join(asked))
    raise TierwiseError(problem("I041", packages=sorted(wanted)))


def unmet(
    wheels: Iterable[Path], own: Path, extras: Sequence[str], markers: Mapping[str, str]
) -> dict[str, str]:
    """Return what is required and not met: each name with all that is asked of its version."""
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet
    from packaging.utils import canonicalize_name

    there = {}
    asked: dict[str, SpecifierSet] = {}
    chosen: dict[str, set[str]] = {named(own)[0]: set(extras)}
    for wheel in wheels:
        name, version = named(wheel)
        there[name] = (version, wheel)
    seen: set[tuple[str, str]] = set()
    waiting = [(named(own)[0], extra) for extra in ("", *extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen or name not in there:
            continue
        seen.add((name, extra))
        for text in requirements(there[name][1]):
            one = Requirement(text)
            if one.marker is not None and not one.marker.evaluate({**markers, "extra": extra}):
                continue
            if extra and one.marker is None:  # asked for without the extra, too
                continue
            other = canonicalize_name(one.name)
            asked[other] = asked.get(other, SpecifierSet()) & one.specifier
            chosen.setdefault(other, set()).update(one.extras)
            waiting += [(other, more) for more in ("", *one.extras)]
    return {
        name: str(specifiers)
        for name, specifiers in asked.items()
        if name not in there or not specifiers.contains(there[name][0], prereleases=True)
    }


def named(wheel: Path) -> tuple[str, str]:
    """Return the name and version of a wheel."""
    from packaging.utils import parse_wheel_filename

    name, version, _, _ = parse_wheel_filename(wheel.name)
    return str(name), str(version)


def requirements(wheel: Path) -> list[str]:
    """Return what a wheel requires, as it says so."""
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [
            name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)
        ]
        told = HeaderParser().parsestr(archive.read(metadata).decode("utf-8"))
    return [str(one) for one in told.get_all("Requires-Dist", [])]


def pip(arguments: Sequence[str], what: str) -> None:
    """Run this Python's pip; raise I040 with its last line where it fails."""
    run = subprocess.run(
        [sys.executable, "-m", "pip", *arguments, "--disable-pip-version-check", "--no-input"],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        lines = [
            line for line in run.stderr.splitlines() if line.startswith("ERROR")
        ] or run.stderr.splitlines()
        raise TierwiseError(problem("I040", what=what, reason=lines[-1] if lines else str(run.returncode)))


def _installed_from() -> str:
    """Return what pip makes the wheel of this tierwise from: where it came from, else its name."""
    try:
        own = distribution("tierwise")
    except PackageNotFoundError:  # imported from a folder
        return "tierwise"
    told = own.read_text("direct_url.json")
    if told:
        address = urlsplit(loads(told)["url"])
        if address.scheme == "file":
            return url2pathname(address.path)
    return f"tierwise=={own.version}"
