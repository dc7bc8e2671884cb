"""The component that Calc loads: it hands cells to the engine, inside this process or over HTTP.

It runs in the Python that LibreOffice brings (3.8 or later, perhaps without NumPy), so it is packed into the
extension by itself and imports the rest of tierwise only when the engine runs in process.
"""

from __future__ import annotations

import configparser
import http.client
import json
import os
import site
import socket
import struct
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import unohelper
from com.sun.star.lang import Locale, XServiceInfo, XServiceName
from com.sun.star.sheet import LocalizedName, XAddIn, XCompatibilityNames
from org.tierwise.calc import XFunctions

Cells = Any  # a tuple of arguments, each a value or rows of values as Calc passes them
Rows = Any  # a tuple of rows of floats and texts

SERVICE = "org.tierwise.calc.Functions"
HERE = Path(__file__).parent
TABLE = json.loads((HERE / "functions.json").read_text(encoding="utf-8"))
FIRST_BYTE = 1.5  # seconds that a cell waits
TEXTS = {
    "silent": {
        "en": "tierwise: the server at {} is silent: recalculate in a while",
        "zh": "tierwise：{}处的服务没有回应，请稍后重新计算",
    },
    "late": {
        "en": "tierwise: the server at {} has no answer to this cell yet: recalculate in a while",
        "zh": "tierwise：{}处的服务尚未算出该单元格，请稍后重新计算",
    },
    "down": {
        "en": "tierwise: the server at {} does not answer: tierwise serve",
        "zh": "tierwise：{}处的服务未启动，请运行tierwise serve",
    },
}
ALIVE = 0.4  # seconds in which a server that is there answers what it is
PAUSE = 5.0  # seconds in which a server that was silent is not asked again: a sheet has many cells
MOST_LATE = 2  # cells in a row that are late until the server counts as silent
ERRORS = 0x7FF8000000000000  # a NaN of Calc carries the number of an error
NOT_AVAILABLE = 0x7FFF
LAST_ERROR = "IDX_LASTERROR"
LONG = 1000  # rows from which blank ones at the end are looked for


def error_value(number: int) -> float:
    """Return the cell that Calc shows as an error."""
    return float(struct.unpack("<d", struct.pack("<Q", ERRORS | number))[0])


def used(cells: Cells) -> Cells:
    """Return arguments without the blank rows at their ends, a whole column has a million; two are left.

    No argument is cut above the last row that another fills: there its blank cells count.
    """
    ranges = [argument for argument in cells if isinstance(argument, tuple)]
    if all(len(argument) < LONG for argument in ranges):
        return cells
    last = max(map(filled, ranges))
    return tuple(
        argument[: last + 2] if isinstance(argument, tuple) and len(argument) >= LONG else argument
        for argument in cells
    )


def filled(rows: Any) -> int:
    """Return the number of rows up to the last that is not blank."""
    last, blank = len(rows), ("",) * len(rows[0]) if rows else ()
    while last > 1 and rows[last - 1] == blank:
        last -= 1
    return last


class Reason:
    """Why no function can be asked, as long as none can: the cells are #N/A, IDX_LASTERROR tells it."""

    text = ""

    def rows(self, name: str) -> Rows:
        """Return what a cell shows meanwhile."""
        return ((self.text if name == LAST_ERROR else error_value(NOT_AVAILABLE),),)


REASON = Reason()


def load_settings() -> configparser.ConfigParser:
    """Return the settings: the extension's own, then those of the user's file."""
    parser = configparser.ConfigParser(interpolation=None)
    own = os.environ.get("TIERWISE_ADDIN_INI") or Path.home() / ".tierwise" / "addin.ini"
    parser.read([HERE / "addin.ini", own], encoding="utf-8")
    return parser


SETTINGS = load_settings()


class InProcess:
    """The engine in Calc's own Python: its packages are those of the environment that built the extension."""

    def __init__(self) -> None:
        before = list(sys.path)
        for folder in SETTINGS.get("libreoffice", "site", fallback="").split(os.pathsep):
            if folder:
                site.addsitedir(folder)
        sys.path[:] = [folder for folder in sys.path if folder not in before] + before
        from tierwise_addin import answer  # found on the path set above
        from tierwise_addin.cell_kinds import to_calc

        self.answer, self.to_calc = answer, to_calc

    def rows(self, name: str, cells: Cells) -> Rows:
        """Return the function's result as rows of floats and texts."""
        return tuple(tuple(map(self.to_calc, row)) for row in self.answer(name, *cells))


class OverHttp:
    """The engine behind ``tierwise serve``; a server that is down or slow says so in the cell."""

    def __init__(self) -> None:
        self.address = SETTINGS.get("libreoffice", "server", fallback="http://127.0.0.1:8765")
        self.token = SETTINGS.get("server", "token", fallback="")
        self.session = uuid.uuid4().hex  # so that the last error of this office is told to it alone
        self.silent_until = 0.0
        self.late = 0  # cells in a row without an answer in time
        self.connection: http.client.HTTPConnection | None = None

    def rows(self, name: str, cells: Cells) -> Rows:
        """Return the server's answer as rows of floats and texts."""
        if time.monotonic() < self.silent_until:
            return REASON.rows(name)
        body = json.dumps(
            {"name": name, "cells": self._sent(cells), "client": "calc", "session": self.session}
        )
        try:
            reply = json.loads(self._reply(body))
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.connection = None
            what = "down"
            if isinstance(error, socket.timeout):  # before Python 3.10 no TimeoutError
                self.late += 1
                what = "late" if self.late < MOST_LATE and self._lives() else "silent"
            if what == "silent":
                self.silent_until, self.late = time.monotonic() + PAUSE, 0
            REASON.text = self._reason(what)
            return REASON.rows(name)
        self.late = 0
        if "rows" not in reply:
            REASON.text = f"tierwise: {reply.get('error')}"
            return REASON.rows(name)
        return tuple(tuple(map(self._cell, row)) for row in reply["rows"])

    def _lives(self) -> bool:
        """Return whether the server answers at all: then one cell is late, and others may be asked."""
        place = urlsplit(self.address)
        asked = http.client.HTTPConnection(place.hostname or "", place.port, timeout=ALIVE)
        try:
            asked.request("GET", "/", headers={"Authorization": f"Bearer {self.token}"})
            asked.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asked.close()
        return True

    def _reason(self, what: str) -> str:
        """Return in the language of the settings what is wrong with the server."""
        language = "zh" if SETTINGS.get("tierwise", "language", fallback="en") == "zh" else "en"
        return TEXTS[what][language].format(self.address)

    def _reply(self, body: str) -> bytes:
        """Return the answer's bytes; a connection that was closed meanwhile is opened once more."""
        kept = self.connection is not None
        try:
            return self._ask(body)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            if not kept:
                raise
            self.connection = None
            return self._ask(body)

    def _ask(self, body: str) -> bytes:
        if self.connection is None:
            place = urlsplit(self.address)
            self.connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=FIRST_BYTE)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        self.connection.request("POST", "/call", body, headers)
        return self.connection.getresponse().read()

    def _sent(self, cells: Any) -> Any:
        """Return cells as JSON holds them: an error inside a NaN by its number."""
        if isinstance(cells, tuple):
            return [self._sent(cell) for cell in cells]
        if isinstance(cells, float) and cells != cells:  # noqa: PLR0124  # a NaN
            return {"error": struct.unpack("<Q", struct.pack("<d", cells))[0] & 0xFFFF}
        return cells

    @staticmethod
    def _cell(cell: Any) -> Any:
        if isinstance(cell, dict):
            return error_value(cell["error"])
        return cell


_engine: InProcess | OverHttp | None = None


def engine() -> InProcess | OverHttp:
    """Return the engine that the settings ask for, made at the first call."""
    global _engine  # noqa: PLW0603  # made once for the life of the office
    if _engine is None:
        http_chosen = SETTINGS.get("libreoffice", "engine", fallback="in-process") == "http"
        _engine = OverHttp() if http_chosen else InProcess()
    return _engine


def respond(name: str, cells: Cells) -> Rows:
    """Return rows for Calc whatever happens: an exception would show as #VALUE! without its reason."""
    try:
        return engine().rows(name, used(cells))
    except Exception as error:
        REASON.text = f"tierwise: {type(error).__name__}: {error}"
        return REASON.rows(name)


class Functions(unohelper.Base, XFunctions, XAddIn, XCompatibilityNames, XServiceName, XServiceInfo):
    """The add-in: the methods of XFunctions, and their names and help in the language of the office."""

    def __init__(self, context: Any, *_: object) -> None:
        self.context = context
        self.locale = Locale("en", "US", "")

    def _language(self) -> str:
        return "zh" if self.locale.Language == "zh" else "en"

    def _argument(self, method: str, index: int) -> dict[str, str] | None:
        arguments = TABLE[method]["arguments"] if method in TABLE else []
        return arguments[index] if 0 <= index < len(arguments) else None

    def getProgrammaticFuntionName(self, display: str) -> str:
        return next((method for method, description in TABLE.items() if description["name"] == display), "")

    def getDisplayFunctionName(self, method: str) -> str:
        return TABLE[method]["name"] if method in TABLE else ""

    def getFunctionDescription(self, method: str) -> str:
        return TABLE[method]["help"][self._language()] if method in TABLE else ""

    def getDisplayArgumentName(self, method: str, index: int) -> str:
        argument = self._argument(method, index)
        return argument["name"] if argument else ""

    def getArgumentDescription(self, method: str, index: int) -> str:
        argument = self._argument(method, index)
        return argument[self._language()] if argument else ""

    def getProgrammaticCategoryName(self, method: str) -> str:
        return "Add-In"

    def getDisplayCategoryName(self, method: str) -> str:
        return "Add-In"

    def getCompatibilityNames(self, method: str) -> tuple[LocalizedName, ...]:
        if method not in TABLE:
            return ()
        return (LocalizedName(Locale("en", "US", ""), TABLE[method]["name"]),)

    def setLocale(self, locale: Locale) -> None:
        self.locale = locale

    def getLocale(self) -> Locale:
        return self.locale

    def getServiceName(self) -> str:
        return SERVICE

    def getImplementationName(self) -> str:
        return SERVICE

    def supportsService(self, name: str) -> bool:
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return (SERVICE, "com.sun.star.sheet.AddIn")


def worksheet_method(name: str) -> Callable[..., Rows]:
    """Return the method that Calc calls for one worksheet function."""

    def called(_: Functions, *cells: Any) -> Rows:
        return respond(name, cells)

    return called


for _method, _description in TABLE.items():
    setattr(Functions, _method, worksheet_method(_description["name"]))


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816  # the loader looks for this name
g_ImplementationHelper.addImplementation(Functions, SERVICE, (SERVICE, "com.sun.star.sheet.AddIn"))
