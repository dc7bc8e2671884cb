"""The LibreOffice of this machine: where it is, and in what environment it starts."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path


def program() -> Path | None:
    """Return the office's program, ``None`` where LibreOffice is not installed."""
    command = shutil.which("soffice") or shutil.which("libreoffice")
    if command is None:
        return None
    binary = Path(command).resolve().with_name("soffice.bin")
    return binary if binary.exists() else Path(command).resolve()


def python_with_uno() -> str | None:
    """Return a Python that can import ``uno``: the office's own or the system's, if there is one."""
    office = program()
    candidates = [str(office.with_name("python"))] if office else []
    for candidate in (*candidates, "/usr/bin/python3"):
        if (
            Path(candidate).exists()
            and not subprocess.run(
                [candidate, "-c", "import uno"], env=environment({}), capture_output=True, check=False
            ).returncode
        ):
            return candidate
    return None


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without its Python: an office embeds the Python it finds by PATH."""
    ours = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    system = {} if os.name == "nt" else {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    return {**kept, **system, **extra}
