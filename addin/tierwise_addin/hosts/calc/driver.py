"""Runs in a Python that has ``uno``: obeys commands, one JSON a line, on a running LibreOffice.

Started by :mod:`tierwise_addin.hosts.calc.headless`, never imported: importing ``uno`` changes how a process
imports everything else.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".ods": "calc8",
    ".pdf": "calc_pdf_Export",
}


def properties(**given: object) -> tuple[PropertyValue, ...]:
    """Return UNO properties."""
    return tuple(PropertyValue(name, 0, value, 0) for name, value in given.items())


class Driver:
    """The desktop of one office, with the documents opened on it."""

    def __init__(self, pipe: str, seconds: float) -> None:
        local = uno.getComponentContext()
        create = local.ServiceManager.createInstanceWithContext
        resolver = create("com.sun.star.bridge.UnoUrlResolver", local)
        end = time.monotonic() + seconds
        while True:
            try:
                self.context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except NoConnectException:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        manager = self.context.ServiceManager
        self.desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        self.documents: dict[int, Any] = {}

    def open(self, path: str | None, recalculate: bool = True) -> int:
        """Open a file, or an empty sheet, and return its number."""
        place = Path(path).resolve().as_uri() if path else "private:factory/scalc"
        as_book = {"FilterName": FILTERS[".xlsm"]} if place.endswith(".xlam") else {}
        document = self.desktop.loadComponentFromURL(place, "_blank", 0, properties(Hidden=True, **as_book))
        if document is None:
            raise RuntimeError(f"cannot load {path}")
        if recalculate:
            document.calculateAll()
        self.documents[len(self.documents)] = document
        return len(self.documents) - 1

    def _range(self, document: int, sheet: str, address: str) -> Any:
        sheets = self.documents[document].Sheets
        chosen = sheets.getByName(sheet) if sheet else sheets.getByIndex(0)
        return chosen.getCellRangeByName(address)

    def read(self, document: int, sheet: str, address: str) -> list[list[object]]:
        """Return the cells of a range: numbers, texts, and ``{"error": code}``."""
        cells = self._range(document, sheet, address)
        rows = [list(row) for row in cells.getDataArray()]
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell is None or cell == "":
                    code = cells.getCellByPosition(c, r).getError()
                    row[c] = {"error": code} if code else ""
        return rows

    def write(self, document: int, sheet: str, address: str, rows: list[list[Any]]) -> None:
        """Put numbers and texts into a range."""
        self._range(document, sheet, address).setDataArray(tuple(map(tuple, rows)))

    def formula(self, document: int, sheet: str, address: str, text: str, array: bool = True) -> None:
        """Put a formula into a range, as an array formula over all of it unless told otherwise."""
        cells = self._range(document, sheet, address)
        if array:
            cells.setArrayFormula(text)
        else:
            cells.getCellByPosition(0, 0).setFormula(text)

    def add_sheet(self, document: int, name: str) -> None:
        """Add an empty sheet at the end."""
        sheets = self.documents[document].Sheets
        sheets.insertNewByName(name, sheets.Count)

    def clear(self, document: int, sheet: str, address: str) -> None:
        """Empty a range."""
        self._range(document, sheet, address).clearContents(1 | 2 | 4 | 16)

    def recalculate(self, document: int) -> None:
        """Calculate all cells anew."""
        self.documents[document].calculateAll()

    def timed(self, document: int, sheet: str, cell: str, value: float, address: str) -> float:
        """Return the seconds from the change of a cell to the read of a range that depends on it."""
        start = time.perf_counter()
        self._range(document, sheet, cell).getCellByPosition(0, 0).Value = value
        self._range(document, sheet, address).getDataArray()
        return time.perf_counter() - start

    def save(self, document: int, path: str) -> str:
        """Write a copy in the format of the path's ending."""
        target = Path(path).resolve()
        name = FILTERS[target.suffix]
        self.documents[document].storeToURL(target.as_uri(), properties(FilterName=name))
        return str(target)

    def functions(self) -> dict[str, dict[str, object]]:
        """Return what the function wizard knows: name, help and arguments of each IDX_ function."""
        create = self.context.ServiceManager.createInstanceWithContext
        described = create("com.sun.star.sheet.FunctionDescriptions", self.context)
        by_name: dict[str, dict[str, object]] = {}
        for at in range(described.Count):
            properties = {item.Name: item.Value for item in described.getByIndex(at)}
            if str(properties["Name"]).startswith("IDX_"):
                arguments = [
                    [item.Name, item.Description, item.IsOptional] for item in properties["Arguments"] or ()
                ]
                by_name[properties["Name"]] = {"help": properties["Description"], "arguments": arguments}
        return by_name

    def close(self, document: int) -> None:
        """Close a document without saving it."""
        self.documents[document].close(True)

    def terminate(self) -> None:
        """End the office."""
        self.desktop.terminate()


def main() -> None:
    """Obey commands from standard input until it ends."""
    driver = Driver(sys.argv[1], float(sys.argv[2]))
    print(json.dumps({"result": "ready"}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            result = getattr(driver, command["command"])(*command["arguments"])
            reply = {"result": result}
        except Exception:
            reply = {"error": traceback.format_exc()}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
