"""The folder for machines without internet: what is in it, and that it installs."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import tierwise as tw
from tierwise.bundling.bundle import bundle
from tierwise.bundling.wheels import TARGETS, environment, fetched, unmet

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


def wheel(folder: Path, name: str, version: str, *requires: str) -> Path:
    """Write a wheel that holds nothing but what it requires."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {one}" for one in requires]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{info}/METADATA", "\n".join([*lines, "", ""]))
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that pip takes for its only index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def names(folder: Path) -> set[str]:
    return {"-".join(path.name.split("-")[:2]) for path in folder.glob("*.whl")}


def test_markers_are_those_of_the_target(index: Path, tmp_path: Path) -> None:
    """pip alone would read the markers of this system: what only Windows needs would lack."""
    wheel(index, "colour", "1.0")
    wheel(index, "loop", "1.0")
    wheel(index, "grid", "1.0", 'colour; sys_platform == "win32"', 'loop; sys_platform != "win32"')
    wheel(index, "sheets", "2.0", 'old; python_version < "3.0"')
    made = tmp_path / "made"
    made.mkdir()
    wheel(made, "tierwise", "9.0", "grid>=1", 'sheets; extra == "excel"', 'nothing; extra == "other"')
    fetched(made, ("excel",), TARGETS["win-amd64"], "3.12")
    assert names(made) == {"tierwise-9.0", "grid-1.0", "colour-1.0", "sheets-2.0"}
    other = tmp_path / "other"
    other.mkdir()
    wheel(other, "tierwise", "9.0", "grid>=1", 'sheets; extra == "excel"')
    fetched(other, (), TARGETS["linux-x86-64"], "3.12")
    assert names(other) == {"tierwise-9.0", "grid-1.0", "loop-1.0"}


def test_a_later_requirement_takes_back_a_choice(index: Path, tmp_path: Path) -> None:
    wheel(index, "numbers", "1.0")
    wheel(index, "numbers", "2.0")
    wheel(index, "compiled", "1.0", "numbers<2")
    wheel(index, "middle", "1.0", "compiled[fast]")
    made = tmp_path / "made"
    made.mkdir()
    own = wheel(made, "tierwise", "9.0", "numbers>=1", "middle")
    fetched(made, (), TARGETS["win-amd64"], "3.12")
    assert names(made) == {"tierwise-9.0", "numbers-1.0", "middle-1.0", "compiled-1.0"}
    assert unmet(made.glob("*.whl"), own, (), environment(TARGETS["win-amd64"], "3.12")) == {}


def test_what_cannot_be_had_is_named(index: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    wheel(made, "tierwise", "9.0", "absent>=3")
    with pytest.raises(tw.TierwiseError) as raised:
        fetched(made, (), TARGETS["win-amd64"], "3.12")
    assert [one.code for one in raised.value.problems] == ["I040"]
    assert "absent>=3" in raised.value.problems[0].text("en")
    wheel(index, "one", "1.0", "shared<2")
    wheel(index, "two", "1.0", "shared>=2")
    wheel(index, "shared", "1.0")
    wheel(index, "shared", "2.0")
    (made / "tierwise-9.0-py3-none-any.whl").unlink()
    wheel(made, "tierwise", "9.0", "one", "two")
    with pytest.raises(tw.TierwiseError) as raised:
        fetched(made, (), TARGETS["win-amd64"], "3.12")
    assert raised.value.problems[0].code == "I040"
    assert "shared" in raised.value.problems[0].text("en")


def test_requirements_that_go_in_a_circle_are_named(index: Path, tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        wheel(index, name, "1.0", f"{other}>=2" if name == "one" else f"{other}<2")
        wheel(index, name, "2.0", f"{other}<2" if name == "one" else f"{other}>=2")
    made = tmp_path / "made"
    made.mkdir()
    wheel(made, "tierwise", "9.0", "one", "two")
    with pytest.raises(tw.TierwiseError) as raised:
        fetched(made, (), TARGETS["win-amd64"], "3.12")
    assert [one.code for one in raised.value.problems] == ["I041"]


def test_every_problem_at_once_and_nothing_half_made(index: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    with pytest.raises(tw.TierwiseError) as raised:
        bundle(there, platform="win32", python="2.7")
    assert {one.code for one in raised.value.problems} == {"S002", "I042", "I014"}
    source = tmp_path / "source"
    source.mkdir()
    own = wheel(source, "tierwise", "9.0", "absent")
    with pytest.raises(tw.TierwiseError):
        bundle(tmp_path / "new", source=own)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index", "source", "there"]


def test_scripts_of_windows(index: Path, tmp_path: Path) -> None:
    """The PowerShell script is read by a parser; sums are those of the files; texts say what they install."""
    import tree_sitter_powershell
    from tree_sitter import Language, Parser

    more = ('sheets; extra == "excel"', 'native; sys_platform == "win32" and extra == "xll"')
    own = wheel(tmp_path, "tierwise", "9.0", "grid", 'tierwise[excel]; extra == "xll"', *more)
    for name in ("grid", "sheets", "native"):
        wheel(index, name, "1.0")
    made = bundle(tmp_path / "made", platform="win_amd64", python="3.13", source=own)
    assert made.version == "9.0"
    assert len(made.wheels) == 4
    for line in (made.folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((made.folder / name).read_bytes()).hexdigest() == digest
    script = (made.folder / "install.ps1").read_bytes()
    assert script.startswith(b"\xef\xbb\xbf")
    tree = Parser(Language(tree_sitter_powershell.language())).parse(script[3:])
    assert not tree.root_node.has_error
    assert b'"tierwise[xll]==9.0"' in script
    for path in made.folder.iterdir():
        if path.suffix in {".ps1", ".bat", ".txt"}:
            assert "@" not in path.read_text(encoding="utf-8-sig").replace("@echo", ""), path
    assert "3.13" in (made.folder / "安装说明.txt").read_text(encoding="utf-8-sig")


@pytest.mark.host
@pytest.mark.skipif(sys.platform != "linux", reason="the script is for Linux")
def test_it_installs_without_internet(tmp_path: Path) -> None:
    """The whole of it for real: wheels of this system, installed with no index, and a scenario checked."""
    project = Path(__file__).parents[2]
    made = bundle(tmp_path / "离线 包", platform="linux_x86_64", python=HERE, source=project)
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "PYTHON"))}
    home = tmp_path / "家 home"
    settings = {**clean, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "TIERWISE_HOME": str(home)}
    settings["PATH"] = f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin"
    settings["HOME"] = str(tmp_path / "user")
    done = subprocess.run(
        ["sh", str(made.folder / "install.sh")], env=settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    command = home / "environment" / "bin" / "tierwise"
    told = subprocess.run(
        [str(command), "check", "technology-achievement"],
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    (made.folder / "wheels" / made.wheels[0]).write_bytes(b"damaged")
    again = subprocess.run(
        ["sh", str(made.folder / "install.sh")], env=settings, capture_output=True, text=True, check=False
    )
    assert again.returncode != 0
    assert f"wheels/{made.wheels[0]} is damaged" in again.stderr
