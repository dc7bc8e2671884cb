"""Bundled scenarios with their data tables: ``NAME.toml`` beside ``data/NAME/*.csv``."""

from __future__ import annotations

from pathlib import Path

__all__ = ["names", "path"]

_FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Return the names of the bundled scenarios in alphabetical order."""
    return sorted(file.stem for file in _FOLDER.glob("*.toml"))


def path(name: str) -> Path:
    """Return the TOML file of a bundled scenario; its data paths are relative to that file.

    Raises :class:`KeyError` when ``name`` is not one of :func:`names`.
    """
    if name not in names():
        raise KeyError(name)
    return _FOLDER / f"{name}.toml"
