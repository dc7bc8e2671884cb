"""Settings of the add-in: one small file for all hosts, ``.tierwise/addin.ini`` in the user's home folder.

An ini file, because the extension inside a LibreOffice with an older Python of its own reads it too::

    [tierwise]
    language = zh
    [libreoffice]
    engine = http
    server = http://127.0.0.1:8765
"""

from __future__ import annotations

import os
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast

from tierwise.names import choose
from tierwise.words.language import Language

Engine = Literal["in-process", "http"]

PLACE_VARIABLE: Final = "TIERWISE_ADDIN_INI"
"""Environment variable that names another settings file."""


@dataclass(frozen=True)
class Settings:
    """``language`` of messages and help; where LibreOffice finds the engine (``site``: site-packages)."""

    language: Language = "en"
    engine: Engine = "in-process"
    site: str = ""
    server: str = "http://127.0.0.1:8765"


def place() -> Path:
    """Return where the settings file is, or would be."""
    return Path(os.environ.get(PLACE_VARIABLE) or Path.home() / ".tierwise" / "addin.ini")


def load(path: Path | None = None) -> Settings:
    """Return the settings; what the file does not say is as by default. Raises S002 for an unknown value."""
    parser = ConfigParser(interpolation=None)
    parser.read(path or place(), encoding="utf-8")
    given = Settings()
    language = parser.get("tierwise", "language", fallback=given.language)
    engine = parser.get("libreoffice", "engine", fallback=given.engine)
    return Settings(
        cast("Language", choose(language, ("en", "zh"), "[tierwise] language")),
        cast("Engine", choose(engine, ("in-process", "http"), "[libreoffice] engine")),
        parser.get("libreoffice", "site", fallback=given.site),
        parser.get("libreoffice", "server", fallback=given.server),
    )


def text(settings: Settings) -> str:
    """Return the settings as the file holds them."""
    site = f"site = {settings.site}\n" if settings.site else ""  # an empty one would hide the extension's own
    return (
        f"[tierwise]\nlanguage = {settings.language}\n\n[libreoffice]\nengine = {settings.engine}\n"
        f"{site}server = {settings.server}\n"
    )


def save(settings: Settings, path: Path | None = None) -> Path:
    """Write the settings file and return where it is."""
    target = path or place()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text(settings), encoding="utf-8")
    return target
