"""A LibreOffice without a window, driven from any Python: for tests, for pictures of a workbook.

The office runs with a fresh profile and the extension unpacked beside it; the process that speaks UNO is the
system's Python, so that nothing of it enters this one.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any, Final, TypeAlias
from uuid import uuid4

from tierwise_addin import settings
from tierwise_addin.hosts.calc import extension
from tierwise_addin.hosts.calc.office import environment, program, python_with_uno

Read: TypeAlias = list[list[Any]]

_RESTART: Final = 81
"""Exit code of the first start of a profile that asks to be started again."""


class Calc:
    """One office: ``with Calc() as calc: book = calc.open(path); calc.read(book, "Index", "F2:F21")``."""

    def __init__(self, chosen: settings.Settings | None = None, seconds: float = 90.0) -> None:
        office, python = program(), python_with_uno()
        if office is None or python is None:
            raise FileNotFoundError("LibreOffice with its Python (python3-uno) is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix="tierwise-calc-"))
        extension.unpack(self.folder / "bundled", chosen)
        pipe = f"tierwise{uuid4().hex}"
        self._command = [
            str(office),
            *("--headless", "--nologo", "--norestore", "--nodefault", "--nolockcheck"),
            f"-env:UserInstallation={(self.folder / 'profile').as_uri()}",
            f"-env:BUNDLED_EXTENSIONS={(self.folder / 'bundled').as_uri()}",
            f"--accept=pipe,name={pipe};urp",
        ]
        self._runner = Thread(target=self._run, daemon=True)
        self._runner.start()
        self._driver = subprocess.Popen(
            [python, str(Path(__file__).with_name("driver.py")), pipe, str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment({}),
            text=True,
        )
        try:
            self._reply()
        except BaseException:
            self.close()
            raise

    def _run(self) -> None:
        """Run the office until it ends."""
        own = {settings.PLACE_VARIABLE: str(self.folder / "none.ini")}
        with (self.folder / "office.log").open("wb") as log:
            code = _RESTART
            while code == _RESTART:
                self._office = subprocess.Popen(
                    self._command, env=environment(own), stdout=log, stderr=subprocess.STDOUT
                )
                code = self._office.wait()

    def _reply(self) -> Any:
        assert self._driver.stdout is not None
        line = self._driver.stdout.readline()
        if not line:
            log = (self.folder / "office.log").read_text(errors="replace")
            raise RuntimeError(f"LibreOffice does not answer\n{log}")
        reply = json.loads(line)
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply["result"]

    def _do(self, command: str, *arguments: object) -> Any:
        assert self._driver.stdin is not None
        self._driver.stdin.write(json.dumps({"command": command, "arguments": arguments}) + "\n")
        self._driver.stdin.flush()
        return self._reply()

    def open(self, path: Path | None = None, recalculate: bool = True) -> int:
        """Open a file (or an empty sheet), calculate all of it anew, and return its number."""
        return int(self._do("open", str(path) if path else None, recalculate))

    def read(self, book: int, sheet: str, address: str) -> Read:
        """Return the cells of a range: numbers, texts, and ``{"error": code}``; "" is the first sheet."""
        rows: Read = self._do("read", book, sheet, address)
        return rows

    def write(self, book: int, sheet: str, address: str, rows: Read) -> None:
        """Put numbers and texts into a range of that very size."""
        self._do("write", book, sheet, address, rows)

    def formula(self, book: int, sheet: str, address: str, text: str, array: bool = True) -> None:
        """Put a formula into a range, as one array formula unless told otherwise."""
        self._do("formula", book, sheet, address, text, array)

    def add_sheet(self, book: int, name: str) -> None:
        """Add an empty sheet at the end."""
        self._do("add_sheet", book, name)

    def clear(self, book: int, sheet: str, address: str) -> None:
        """Empty a range: values, texts, dates and formulas."""
        self._do("clear", book, sheet, address)

    def recalculate(self, book: int) -> None:
        """Calculate all cells anew, as Ctrl+Shift+F9 does."""
        self._do("recalculate", book)

    def timed(self, book: int, sheet: str, cell: str, value: float, address: str) -> float:
        """Return the seconds from the change of a cell to the read of a range that depends on it."""
        return float(self._do("timed", book, sheet, cell, value, address))

    def save(self, book: int, path: Path) -> Path:
        """Write a copy in the format of the path's ending (.xlsx, .ods, .pdf)."""
        return Path(self._do("save", book, str(path)))

    def functions(self) -> dict[str, dict[str, Any]]:
        """Return what the function wizard shows of each IDX_ function."""
        by_name: dict[str, dict[str, Any]] = self._do("functions")
        return by_name

    def close_book(self, book: int) -> None:
        """Close a document without saving it."""
        self._do("close", book)

    def close(self) -> None:
        """End the office and remove its profile."""
        with suppress(RuntimeError, BrokenPipeError):
            self._do("terminate")
        self._driver.communicate()
        self._runner.join(10)
        if self._runner.is_alive():
            self._office.kill()
            self._runner.join(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Calc:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
