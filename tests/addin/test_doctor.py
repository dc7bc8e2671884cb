"""What `tierwise addin doctor` says of machines that are right, wrong, or cannot be looked at."""

import struct
import subprocess

import pytest
from typer.testing import CliRunner

from tierwise.version import __version__
from tierwise_addin import commands, doctor, settings
from tierwise_addin.hosts import desk
from tierwise_addin.hosts.calc import extension, office
from tierwise_addin.hosts.excel import xlam

XLWINGS = doctor.version("xlwings")


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    path = tmp_path / "own" / "addin.ini"
    monkeypatch.setenv(settings.PLACE_VARIABLE, str(path))
    settings.save(settings.Settings(server="http://127.0.0.1:9"))  # discard: nobody answers
    return path


@pytest.fixture
def alone(monkeypatch):
    """A Linux machine without LibreOffice."""
    monkeypatch.setattr(doctor.platform, "system", lambda: "Linux")
    monkeypatch.setattr(office, "program", lambda: None)


@pytest.fixture
def windows(tmp_path, monkeypatch, alone):
    """Windows with Excel of 64 bit, the add-in in its start folder and the DLL beside Python."""
    monkeypatch.setattr(doctor.platform, "system", lambda: "Windows")
    program = tmp_path / "EXCEL.EXE"
    program.write_bytes(windows_program(0x8664))
    monkeypatch.setattr(xlam, "excel_program", lambda: program)
    monkeypatch.setattr(xlam, "interpreter", lambda: str(tmp_path / "venv" / "Scripts" / "pythonw.exe"))
    (tmp_path / "venv" / "Scripts").mkdir(parents=True)
    (tmp_path / "venv" / f"xlwings64-{XLWINGS}.dll").write_bytes(b"")
    xlam.install(tmp_path / "start")
    return tmp_path


@pytest.fixture
def calc(monkeypatch, alone):
    """A machine with LibreOffice, its extension installed."""
    monkeypatch.setattr(office, "program", lambda: doctor.Path("/opt/office/soffice.bin"))
    monkeypatch.setattr(office, "python_with_uno", lambda: doctor.sys.executable)
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    listed = f"Identifier: {extension.NAMESPACE}\n  Version: {__version__}\n"
    monkeypatch.setattr(extension, "_unopkg", lambda *_: subprocess.CompletedProcess([], 0, listed, ""))


def windows_program(machine):
    return (
        b"MZ".ljust(0x3C, b"\0")
        + struct.pack("<I", 0x80)
        + bytes(0x40)
        + b"PE\0\0"
        + struct.pack("<H", machine)
    )


def states(folder=None):
    return {look.what.en: look.state for look in doctor.looks(folder)}


def run(*arguments):
    return CliRunner().invoke(commands.addin, ["doctor", *map(str, arguments)])


def test_excel_that_is_right(windows):
    found = states(windows / "start")
    assert [found[what] for what in ("Excel", "add-in of Excel", "xlwings DLL")] == ["right"] * 3
    done = run("--folder", windows / "start")
    assert done.exit_code == 0, done.output
    assert "64 bit" in done.output


def test_the_dll_must_be_of_excels_bitness(windows):
    (windows / "EXCEL.EXE").write_bytes(windows_program(0x014C))
    assert states(windows / "start")["xlwings DLL"] == "wrong"
    done = run("--folder", windows / "start")
    assert done.exit_code == 1
    assert f"xlwings32-{XLWINGS}.dll" in "".join(done.output.split())


def test_a_dll_that_pip_put_elsewhere_is_found_and_told(windows, monkeypatch):
    name = f"xlwings64-{XLWINGS}.dll"
    (windows / "venv" / name).rename(windows / name)
    monkeypatch.setattr(doctor.site, "getuserbase", lambda: str(windows))
    row = next(look for look in doctor.looks(windows / "start") if look.what.en == "xlwings DLL")
    assert row.state == "wrong"
    assert str(windows) in row.found.zh
    assert "venv" in row.to_do.en


@pytest.mark.parametrize("content", [b"", b"MZ", b"no program" * 20, windows_program(0x1234)])
def test_a_program_that_cannot_be_read_is_not_guessed(content, windows):
    (windows / "EXCEL.EXE").write_bytes(content)
    assert states(windows / "start")["Excel"] == "unseen"


def test_no_addin_another_one_or_a_torn_one(windows):
    path = windows / "start" / xlam.NAME
    assert states(windows / "elsewhere")["add-in of Excel"] == "wrong"
    torn = path.read_bytes()[:100]
    with doctor.zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/vbaProject.bin", b"of another version")
    assert states(windows / "start")["add-in of Excel"] == "wrong"
    path.write_bytes(torn)
    assert states(windows / "start")["add-in of Excel"] == "wrong"


def test_a_machine_without_any_host(alone):
    assert states()["LibreOffice"] == "wrong"
    assert run().exit_code == 1


def test_libreoffice_that_is_right_loads_the_engine_in_its_own_python(calc):
    found = states()
    assert found["LibreOffice"] == "unseen"  # this one does not tell its version
    assert found["Python of LibreOffice"] == found["extension of LibreOffice"] == "right"
    assert run().exit_code == 0


@pytest.mark.skipif(doctor.sys.platform == "win32", reason="a shell script stands for a Python")
def test_a_python_that_cannot_load_the_engine(calc, place, monkeypatch):
    settings.save(settings.Settings(site="/nowhere", server="http://127.0.0.1:9"))
    isolated = place.parent / "python"
    isolated.write_text(f'#!/bin/sh\nexec "{doctor.sys.executable}" -S -I "$@"\n')
    isolated.chmod(0o755)
    monkeypatch.setattr(office, "python_with_uno", lambda: str(isolated))
    row = next(look for look in doctor.looks() if look.what.en == "Python of LibreOffice")
    assert row.state == "wrong"
    assert "ModuleNotFoundError" in row.found.en
    assert "tierwise serve" in row.to_do.en
    done = CliRunner().invoke(commands.addin, ["install", "--libreoffice"])
    assert done.exit_code == 1
    assert "C045" in done.output
    settings.save(settings.Settings(engine="http", site="/nowhere", server="http://127.0.0.1:9"))
    assert states()["Python of LibreOffice"] == "right"  # the server calculates


@pytest.mark.parametrize(("own", "state"), [("0.0.1", "wrong"), (None, "wrong"), (__version__, "right")])
def test_the_extensions_version(own, state, calc, monkeypatch):
    monkeypatch.setattr(extension, "installed", lambda: own)
    assert states()["extension of LibreOffice"] == state


def test_what_unopkg_does_not_tell_is_not_guessed(calc, monkeypatch):
    refused = subprocess.CompletedProcess([], 1, "", "ERROR: Cannot run unopkg as root")
    monkeypatch.setattr(extension, "_unopkg", lambda *_: refused)
    row = next(look for look in doctor.looks() if look.what.en == "extension of LibreOffice")
    assert (row.state, row.found.en) == ("unseen", "ERROR: Cannot run unopkg as root")


def test_the_server_is_asked_with_the_token(calc):
    with desk.server(port=0, token="right") as server:
        for token, state in (("right", "right"), ("other", "wrong")):
            settings.save(settings.Settings(engine="http", server=server.address, token=token))
            assert states()["server"] == state
    assert states()["server"] == "wrong"  # it has ended, and is needed
    settings.save(settings.Settings(server=server.address))
    assert states()["server"] == "absent"


def test_settings_that_cannot_be_read_are_a_row(calc, place):
    place.write_text("[libreoffice]\nengine = htp\n")
    row = next(look for look in doctor.looks() if look.what.en == "settings")
    assert row.state == "wrong"
    assert "did you mean “http”" in row.found.en
    assert str(place) in row.to_do.zh
    assert run().exit_code == 1


def test_install_tells_what_it_could_not_look_at(calc, monkeypatch):
    monkeypatch.setattr(office, "python_with_uno", lambda: None)
    monkeypatch.setattr("tierwise_addin.warm.warm", lambda: None)
    installed = []
    monkeypatch.setattr(extension, "install", lambda *given: installed.append(given))
    done = CliRunner().invoke(commands.addin, ["install", "--libreoffice"])
    assert done.exit_code == 0
    assert "cannot tell" in done.output
    assert installed


def test_in_chinese(alone):
    settings.save(settings.Settings("zh", server="http://127.0.0.1:9"))
    assert "处理方法" in run().output
