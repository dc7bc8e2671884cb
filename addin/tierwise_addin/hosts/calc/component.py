"""The component that Calc loads: it hands cells to the engine, inside this process or over HTTP.

It runs in the Python that LibreOffice brings (3.8 or later, perhaps without NumPy), so it is packed into the
extension by itself and imports the rest of tierwise only when the engine runs in process.
"""

from __future__ import annotations

import configparser
import http.client
import json
import os
import re
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
from com.sun.star.sheet import FormulaToken, LocalizedName, XAddIn, XCompatibilityNames
from com.sun.star.task import XJob
from org.tierwise.calc import XFunctions

Cells = Any  # a tuple of arguments, each a value or rows of values as Calc passes them
Rows = Any  # a tuple of rows of floats and texts

SERVICE = "org.tierwise.calc.Functions"
STARTUP = "org.tierwise.calc.Startup"
FILLING = "org.tierwise.calc.Skipped"
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
FORMULAS = 16  # com.sun.star.sheet.CellFlags.FORMULA
SKIPPED = re.compile(r"[;,(]\s*[;,)]")
STORED = re.compile(
    r"(?:(?:_xlfn\.)?_xll\.|(?:_xlfn\.)?_xldudf_(?:\w*_)?|_xlfn\.|.*!)(idx_\w+)", re.IGNORECASE
)
"""A function as Excel stores one of an XLL, of Office.js, of an .xlam, or one that it does not know."""
NAMES = {description["name"] for description in TABLE.values()}
ENGLISH, SPECIAL, SEPARATORS = 1, 0, 1  # of com.sun.star.sheet.FormulaOpCodeMapper
PUSH, MISSING, BAD, MACRO = 0, 6, 7, 11  # places among the special tokens


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


class Startup(unohelper.Base, XJob, XServiceInfo):
    """At the office's start: put the Basic module of the same names into the user's Standard library.

    Where the import of .xlsx files asks for macros only (7.4), formulas find the functions by it.
    """

    def __init__(self, context: Any, *_: object) -> None:
        self.context = context

    def execute(self, _: object) -> None:
        """Write the module if it is not there as it should be."""
        source = (HERE / "functions.bas").read_text(encoding="utf-8")
        create = self.context.ServiceManager.createInstanceWithContext
        libraries = create("com.sun.star.script.ApplicationScriptLibraryContainer", self.context)
        if not libraries.hasByName("Standard"):
            libraries.createLibrary("Standard")
        libraries.loadLibrary("Standard")
        standard = libraries.getByName("Standard")
        if not standard.hasByName("TierwiseFunctions"):
            standard.insertByName("TierwiseFunctions", source)
        elif standard.getByName("TierwiseFunctions") != source:
            standard.replaceByName("TierwiseFunctions", source)

    def getImplementationName(self) -> str:
        return STARTUP

    def supportsService(self, name: str) -> bool:
        return name == STARTUP

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return (STARTUP,)


class Skipped(unohelper.Base, XJob, XServiceInfo):
    """When a file is opened: functions get their plain names, and an argument that is skipped becomes "".

    The first where Excel stored them in another form. The second in a formula that goes through Basic, which
    gets 0 for it, and cannot tell it from 0: an empty text is what it means.
    """

    def __init__(self, context: Any, *_: object) -> None:
        create = context.ServiceManager.createInstanceWithContext
        mapper = create("com.sun.star.sheet.FormulaOpCodeMapper", context)
        special = [each.Token.OpCode for each in mapper.getAvailableMappings(ENGLISH, SPECIAL)]
        self.push, self.missing, self.macro = special[PUSH], special[MISSING], special[MACRO]
        self.bad = special[BAD]
        separators = mapper.getAvailableMappings(ENGLISH, SEPARATORS)
        self.opening, self.closing = (each.Token.OpCode for each in separators[:2])

    def execute(self, arguments: Any) -> None:
        """Mend the formulas of a workbook that was just read."""
        given = {each.Name: each.Value for each in arguments}
        model = {each.Name: each.Value for each in given.get("Environment", ())}.get("Model")
        if model is None or not model.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            return
        unchanged = not model.isModified()
        for name in model.Sheets.ElementNames:
            self._mend(model.Sheets.getByName(name))
        if unchanged:
            model.setModified(False)

    def _mend(self, sheet: Any) -> None:
        for where in sheet.queryContentCells(FORMULAS).RangeAddresses:
            block = sheet.getCellRangeByPosition(
                where.StartColumn, where.StartRow, where.EndColumn, where.EndRow
            )
            for r, row in enumerate(block.getFormulaArray()):
                for c, text in enumerate(row):
                    if "IDX_" in text.upper() and (SKIPPED.search(text) or STORED.search(text)):
                        self._mend_one(sheet, block.getCellByPosition(c, r))

    def _mend_one(self, sheet: Any, cell: Any) -> None:
        """Put "" for what is skipped in calls of Basic functions; other functions keep theirs."""
        tokens = self._mended(cell.getTokens())
        if tokens is None:
            return
        if not cell.getArrayFormula():
            cell.setTokens(tokens)
            return
        array = sheet.createCursorByRange(cell)
        array.collapseToCurrentArray()
        array.setArrayTokens(tokens)

    def _mended(self, tokens: Any) -> Any:
        """Return a formula's tokens with those that are missing or unknown replaced, ``None`` if none is."""
        open_calls, called, mended = [], "", []
        for given in tokens:
            token = self._named(given)
            if token.OpCode == self.opening:
                open_calls.append(called.upper().startswith("IDX_"))
            elif token.OpCode == self.closing and open_calls:
                open_calls.pop()
            skipped = token.OpCode == self.missing and open_calls and open_calls[-1]
            mended.append(FormulaToken(self.push, "") if skipped else token)
            called = token.Data if token.OpCode == self.macro else ""
        return None if mended == [*tokens] else tuple(mended)

    def _named(self, token: Any) -> Any:
        """Return a function that Calc does not know by the name that it knows, any other token as it is."""
        stored = STORED.fullmatch(token.Data) if token.OpCode == self.bad else None
        name = stored[1].upper() if stored else ""
        return FormulaToken(self.macro, name) if name in NAMES else token

    def getImplementationName(self) -> str:
        return FILLING

    def supportsService(self, name: str) -> bool:
        return name == FILLING

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return (FILLING,)


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816  # the loader looks for this name
g_ImplementationHelper.addImplementation(Functions, SERVICE, (SERVICE, "com.sun.star.sheet.AddIn"))
g_ImplementationHelper.addImplementation(Startup, STARTUP, (STARTUP,))
g_ImplementationHelper.addImplementation(Skipped, FILLING, (FILLING,))
