"""What Calc runs beside the functions: at the start of the office, and when a file is opened.

It runs in the Python that LibreOffice brings and is packed by itself, as ``component.py`` is.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import unohelper
from com.sun.star.lang import XServiceInfo
from com.sun.star.sheet import FormulaToken
from com.sun.star.task import XJob

STARTUP = "org.tierwise.calc.Startup"
FILLING = "org.tierwise.calc.Skipped"
HERE = Path(__file__).parent
TABLE = json.loads((HERE / "functions.json").read_text(encoding="utf-8"))
NAMES = {description["name"] for description in TABLE.values()}
FORMULAS = 16  # com.sun.star.sheet.CellFlags.FORMULA
SKIPPED = re.compile(r"[;,(]\s*[;,)]")
STORED = re.compile(
    r"(?:(?:_xlfn\.)?_xll\.|(?:_xlfn\.)?_xldudf_(?:\w*_)?|_xlfn\.|.*!)(idx_\w+)", re.IGNORECASE
)
"""A function as Excel stores one of an XLL, of Office.js, of an .xlam, or one that it does not know."""
ENGLISH, SPECIAL, SEPARATORS = 1, 0, 1  # of com.sun.star.sheet.FormulaOpCodeMapper
PUSH, MISSING, BAD, MACRO = 0, 6, 7, 11  # places among the special tokens


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
g_ImplementationHelper.addImplementation(Startup, STARTUP, (STARTUP,))
g_ImplementationHelper.addImplementation(Skipped, FILLING, (FILLING,))
