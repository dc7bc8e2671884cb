"""The wheel is whole and the same bytes each time; what is pinned is what is declared."""

import os
import re
import runpy
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def _built(out: Path) -> Path:
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1577836800"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    [wheel] = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _built(tmp_path_factory.mktemp("wheel"))


def test_the_wheel_is_the_same_bytes_each_time(wheel: Path, tmp_path: Path) -> None:
    assert _built(tmp_path).read_bytes() == wheel.read_bytes()


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode:  # an archive of the source
        names = {
            p.relative_to(ROOT).as_posix() for package in PACKAGES for p in (ROOT / package).rglob("*.*")
        }
    else:
        names = set(tracked.stdout.split("\0")) - {""}
    wanted = {name.partition("/")[2] for name in names if "__pycache__" not in name}
    with zipfile.ZipFile(wheel) as packed:
        held = set(packed.namelist())
    assert {"tierwise/__init__.pyi", "tierwise/words/messages/cells.toml"} <= held
    assert {"tierwise/report/page.html.j2", "tierwise/report/live_page.js", "tierwise/py.typed"} <= held
    assert wanted - held == set()


def _name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()  # type: ignore[index]


def _pinned(lock: Path) -> set[str]:
    return {
        _name(line) for line in lock.read_text(encoding="utf-8").splitlines() if re.match(r"[\w.-]+==", line)
    }


def test_locks_pin_every_dependency() -> None:
    declared = {_name(requirement) for requirement in PROJECT["project"]["dependencies"]}
    assert declared - _pinned(ROOT / "requirements/user.txt") == set(), "python requirements/lock.py"
    extras = PROJECT["project"]["optional-dependencies"]
    for extra in ("cluster", "docs", "excel", "release", "server", "test"):
        declared |= {_name(requirement) for requirement in extras[extra]}
    assert declared - _pinned(ROOT / "requirements/ci.txt") == {"tierwise"}, "python requirements/lock.py"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_have_hashes_and_name_no_registry(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert entries and all("--hash=sha256:" in entry for entry in entries)


def test_every_lower_bound_is_stated() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    every = {*PROJECT["project"]["dependencies"], *(one for extra in extras.values() for one in extra)}
    assert sorted(one for one in every if ">=" not in one and not one.startswith("tierwise[")) == []


def test_the_bill_of_materials_names_no_registry() -> None:
    digest = {"alg": "SHA-256", "content": "0" * 64}
    page = {"type": "distribution", "url": "https://registry.example/simple/numpy/", "hashes": [digest]}
    site = {"type": "website", "url": "https://numpy.org"}
    tool = {"name": "cyclonedx", "externalReferences": [{"type": "distribution", "url": page["url"]}]}
    bill = {
        "metadata": {"tools": {"components": [tool]}},
        "components": [
            {"name": "numpy", "version": "2", "externalReferences": [page, site]},
            {"name": "plain", "version": "1", "externalReferences": [page | {"hashes": []}]},
        ],
    }
    assert runpy.run_path(str(ROOT / ".ci/release.py"))["without_registry"](bill) == {
        "metadata": {"tools": {"components": [{"name": "cyclonedx"}]}},
        "components": [
            {"name": "numpy", "version": "2", "externalReferences": [site], "hashes": [digest]},
            {"name": "plain", "version": "1"},
        ],
    }
