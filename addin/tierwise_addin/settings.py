"""Settings of the add-in: one small file for all hosts, ``.tierwise/addin.ini`` in the user's home folder.

An ini file, because the extension inside a LibreOffice with an older Python of its own reads it too::

    [tierwise]
    language = zh
    kept_megabytes = 256
    [libreoffice]
    engine = http
    server = http://127.0.0.1:8765
    [server]
    token = 7Jx…
    manifest = 5f0c…

The token lets into ``tierwise serve``; the file is readable by its owner only.
"""

from __future__ import annotations

import os
import secrets
from configparser import ConfigParser
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, cast
from uuid import uuid4

from tierwise.errors import TierwiseError, problem
from tierwise.names import choose
from tierwise.outputs.files import written
from tierwise.words.language import Language

Engine = Literal["in-process", "http"]

PLACE_VARIABLE: Final = "TIERWISE_ADDIN_INI"
"""Environment variable that names another settings file."""


@dataclass(frozen=True)
class Settings:
    """``language`` of messages and help; where LibreOffice finds the engine (``site``: site-packages).

    ``kept_megabytes``: results of functions that are kept for the next cell that asks the same.
    ``token`` is asked for by ``tierwise serve``; ``manifest`` is the identity of its add-in for Excel.
    """

    language: Language = "en"
    engine: Engine = "in-process"
    site: str = ""
    server: str = "http://127.0.0.1:8765"
    token: str = ""
    manifest: str = ""
    kept_megabytes: int = 256


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
        parser.get("server", "token", fallback=given.token),
        parser.get("server", "manifest", fallback=given.manifest),
        _whole(parser.get("tierwise", "kept_megabytes", fallback=""), given.kept_megabytes),
    )


def _whole(said: str, default: int) -> int:
    """Return a whole number of the file, 0 or more; C011 for anything else."""
    if not said.strip():
        return default
    if not said.strip().isdecimal():
        place = "[tierwise] kept_megabytes"
        expected, expected_zh = "a whole number, 0 or more", "不小于0的整数"
        raise TierwiseError(problem("C011", place, value=said, expected=expected, expected_zh=expected_zh))
    return int(said)


def text(settings: Settings) -> str:
    """Return the settings as the file holds them."""
    site = f"site = {settings.site}\n" if settings.site else ""  # an empty one would hide the extension's own
    served = "".join(
        f"{key} = {value}\n"
        for key, value in (("token", settings.token), ("manifest", settings.manifest))
        if value
    )
    own = f"\n[server]\n{served}" if served else ""
    kept = settings.kept_megabytes
    most = "" if kept == Settings.kept_megabytes else f"kept_megabytes = {kept}\n"
    return (
        f"[tierwise]\nlanguage = {settings.language}\n{most}\n[libreoffice]\nengine = {settings.engine}\n"
        f"{site}server = {settings.server}\n{own}"
    )


def save(settings: Settings, path: Path | None = None) -> Path:
    """Write the settings file, whole or not at all, and return where it is; raise I007 where that fails."""
    target = path or place()
    with written(target) as stage:
        stage.unlink(missing_ok=True)  # of a killed process: the new one has the rights below
        descriptor = os.open(stage, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text(settings))
    return target


def served(path: Path | None = None) -> Settings:
    """Return the settings with a token and an identity, made and written where the file has none."""
    stored = load(path)
    made = replace(
        stored, token=stored.token or secrets.token_hex(32), manifest=stored.manifest or str(uuid4())
    )
    if made != stored:
        save(made, path)
    return made
