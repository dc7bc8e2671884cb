"""The settings file, and the commands that stand in the package's metadata."""

import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tierwise.errors import TierwiseError
from tierwise_addin import commands, settings
from tierwise_addin.hosts.excel import xlam

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv(settings.PLACE_VARIABLE, str(tmp_path / "own" / "addin.ini"))
    return tmp_path / "own" / "addin.ini"


def test_what_is_written_is_read(place):
    assert settings.load() == settings.Settings()
    chosen = settings.Settings("zh", "http", "/a:/b", "http://127.0.0.1:1")
    assert settings.save(chosen) == place
    assert settings.load() == chosen
    settings.save(settings.Settings())
    assert "site" not in place.read_text()


def test_an_unknown_engine_is_named_with_the_nearest(place):
    place.parent.mkdir()
    place.write_text("[libreoffice]\nengine = htp\n")
    with pytest.raises(TierwiseError, match="did you mean “http”"):
        settings.load()


def test_entry_points_lead_to_what_they_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for group in ("tierwise.commands", "tierwise.workbooks"):
        for target in project["entry-points"][group].values():
            module, name = target.split(":")
            assert isinstance(getattr(import_module(module), name), typer.Typer) == (
                group == "tierwise.commands"
            )


def run(*arguments):
    return CliRunner().invoke(commands.addin, [*map(str, arguments)])


def test_build_writes_the_addins(tmp_path, place):
    assert run("build", "--out", tmp_path / "new").exit_code == 0
    assert (
        run("build", "--libreoffice", "--language", "zh", "--http", "http://h:1", "--out", tmp_path).exit_code
        == 0
    )
    assert (tmp_path / "new" / "tierwise.xlam").exists()
    assert (tmp_path / "tierwise.oxt").exists()
    installed = run("install", "--folder", tmp_path / "XLSTART")
    assert "start Excel anew" in installed.output


def test_settings_shows_and_writes_the_file(place):
    assert str(place) in run("settings").output
    assert place.exists()


def test_serving_excel_without_the_extra_or_a_key_names_the_licence(monkeypatch):
    monkeypatch.delenv("XLWINGS_LICENSE_KEY", raising=False)
    told = CliRunner().invoke(commands.serve, ["--excel"])
    assert told.exit_code == 1
    assert "PolyForm Noncommercial" in told.output


def test_a_windows_without_excel_is_told_and_nothing_is_installed(tmp_path, place, monkeypatch):
    monkeypatch.setattr(xlam.platform, "system", lambda: "Windows")
    monkeypatch.setattr(xlam, "excel_program", lambda: None)
    monkeypatch.setenv("APPDATA", str(tmp_path))
    done = run("install")
    assert done.exit_code == 1
    assert "C047" in done.output
    assert "--folder" in done.output
    assert [*tmp_path.iterdir()] == []


def test_without_excel_nothing_is_installed(tmp_path, place, monkeypatch):
    monkeypatch.setattr(xlam.platform, "system", lambda: "Linux")
    monkeypatch.setenv("APPDATA", str(tmp_path))
    done = run("install")
    assert done.exit_code == 1
    assert "C044" in done.output
    assert "--libreoffice" in done.output
    assert [*tmp_path.iterdir()] == []
