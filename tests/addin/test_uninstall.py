"""What the installation put on the machine goes, and nothing else does."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from tierwise_addin import commands, settings
from tierwise_addin import uninstall as taking
from tierwise_addin.hosts.calc import extension

LISTED = """All deployed user extensions:

Identifier: org.tierwise.calc
  Version: 0.1.0
  URL: vnd.sun.star.expand:$UNO_USER_PACKAGES_CACHE/uno_packages/lu1.tmp_/tierwise.oxt
  is registered: yes
"""  # as unopkg 7.4 writes it
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard">
 <library:element library:name="Module1"/>
{}</library:library>"""
OURS = ' <library:element library:name="TierwiseFunctions"/>\n'


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine on which the add-in is installed everywhere, with things of the user's own beside it."""
    home = tmp_path / "home"
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("APPDATA", str(home / "AppData"))
    monkeypatch.setenv(settings.PLACE_VARIABLE, str(home / ".tierwise" / "addin.ini"))
    start = home / "AppData" / "Microsoft" / "Excel" / "XLSTART"
    basic = home / ".config" / "libreoffice" / "4" / "user" / "basic" / "Standard"
    pack = home / ".config" / "libreoffice" / "4" / "user" / "pack" / "basic" / "Standard"
    for folder in (start, basic, pack):
        folder.mkdir(parents=True)
    settings.served()
    (start / "tierwise.xlam").write_bytes(b"ours")
    (start / "mine.xlam").write_bytes(b"theirs")
    (basic / "TierwiseFunctions.xba").write_text("ours")
    copy = pack.parents[2] / "extensions" / "tmp" / "extensions" / "lu1.tmp_" / "tierwise.oxt"
    copy.mkdir(parents=True)
    (copy / "addin.ini").write_text("ours")
    copy.with_name("tierwise.oxtproperties").write_text("ours")
    (pack / "TierwiseFunctions.pack").write_text("ours")
    (basic / "Module1.xba").write_text("theirs")
    (basic / "script.xlb").write_text(LIBRARY.format(OURS))
    asked = []

    def unopkg(*arguments):
        asked.append(arguments)
        here = ("remove", extension.NAMESPACE) not in asked
        return subprocess.CompletedProcess(arguments, 0, LISTED if here else "", "")

    monkeypatch.setattr(extension, "_unopkg", unopkg)
    monkeypatch.setattr(extension.shutil, "which", lambda _: "unopkg")
    return home


def run(*arguments):
    return CliRunner().invoke(commands.addin, ["uninstall", *map(str, arguments)])


def left(home):
    return sorted(path.name for path in home.rglob("*") if path.is_file())


def test_all_of_ours_goes_and_is_named(machine):
    assert extension.installed() == "0.1.0"
    done = run()
    assert done.exit_code == 0, done.output
    assert left(machine) == ["Module1.xba", "mine.xlam", "script.xlb"]
    assert next(machine.rglob("script.xlb")).read_text() == LIBRARY.format("")
    assert extension.installed() is None
    assert not (machine / ".tierwise").exists()
    for what in ("tierwise.xlam", "org.tierwise.calc", "TierwiseFunctions.xba", "addin.ini"):
        assert what in done.output
    assert "nothing of the add-in is installed" in run().output


def test_settings_can_stay(machine):
    assert run("--keep-settings").exit_code == 0
    assert left(machine) == ["Module1.xba", "addin.ini", "mine.xlam", "script.xlb"]


def test_what_cannot_go_is_named_and_the_rest_goes(machine, monkeypatch):
    refused = subprocess.CompletedProcess([], 1, "", "ERROR: Cannot run unopkg as root")
    monkeypatch.setattr(extension, "_unopkg", lambda *_: refused)
    done = run()
    assert done.exit_code == 1
    assert "C043" in done.output
    assert "as root" in done.output
    assert left(machine) == ["Module1.xba", "mine.xlam", "script.xlb"]


def test_profiles_are_looked_for_where_each_system_keeps_them(machine, monkeypatch):
    assert [path.parent.name for path in taking.profiles()] == ["4"]
    (machine / "AppData" / "LibreOffice" / "4" / "user").mkdir(parents=True)
    monkeypatch.setattr(sys, "platform", "win32")
    assert taking.profiles() == [machine / "AppData" / "LibreOffice" / "4" / "user"]
    monkeypatch.setattr(sys, "platform", "darwin")
    assert taking.profiles() == []
