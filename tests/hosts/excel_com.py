"""A process in which xlwings' Windows code runs on any system: pywin32 and ctypes' Windows parts are stubs.

What is real: the decorators, ``xlwings.udfs``, the COM server's ``CallUDF``, the conversion pipeline. What
stands in: a cell reference (:class:`Cells`) and the modules that talk to Windows. Commands are JSON lines
(``json_lines.py``).
"""

import ctypes
import datetime as dt
import io
import sys
import threading
import time
import types
from unittest import mock

from json_lines import obey

PENDING = "\x02tierwise-error:2042"  # what a slow function shows until its cell asks again
MISSING = -2147352572  # DISP_E_PARAMNOTFOUND, as pywin32 passes an argument that was left out
ERRORS = {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036}
ERRORS |= {"#N/A": 2042, "#GETTING_DATA": 2043, "#CALC!": 2050}


class Iid(str):
    pass


RANGE = Iid("{00020846-0000-0000-C000-000000000046}")


class Anything:
    def __getattr__(self, name):
        return Anything()

    def __call__(self, *args, **kwargs):
        return Anything()


class Cells:
    """A cell reference as pywin32 hands it over: a scalar for one cell, a tuple of rows for several."""

    CLSID = RANGE

    def __init__(self, value, address="$A$1"):
        rows, columns = (len(value), len(value[0])) if isinstance(value, tuple) else (1, 1)
        self.Value = value
        self.Row = self.Column = 1
        self.Rows, self.Columns = types.SimpleNamespace(Count=rows), types.SimpleNamespace(Count=columns)
        self.Count = rows * columns
        self.Address = address
        self.Formula = self.FormulaArray = self.text = "=IDX()"
        self.HasArray, self.renewed = False, 0
        attributes = types.SimpleNamespace(iid=RANGE)
        self._oleobj_ = types.SimpleNamespace(
            GetTypeInfo=lambda: types.SimpleNamespace(GetTypeAttr=lambda: attributes)
        )
        application = types.SimpleNamespace(Hwnd=1, Version="16.0")
        book = types.SimpleNamespace(Name="Book1.xlsx", Application=application)
        self.Worksheet = types.SimpleNamespace(Name="Sheet1", _oleobj_=None, Parent=book)

    @property
    def Formula2(self):
        return self.text

    @Formula2.setter
    def Formula2(self, text):
        self.text = text
        self.renewed += 1  # Excel asks again


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


def install():
    """Put the stubs in place and return xlwings and its UDF module."""
    error = type("com_error", (Exception,), {"hresult": 0})

    def refuse(_):
        raise error

    module("pywintypes", com_error=error, error=OSError, IID=Iid, TimeType=dt.datetime)
    module(
        "pythoncom",
        CoInitialize=lambda: None,
        ole_error=error,
        __file__=None,
        CoMarshalInterThreadInterfaceInStream=lambda _, found: found,
        CoGetInterfaceAndReleaseStream=lambda found, _: found,
        IID_IDispatch=Iid("dispatch"),
        IID_IEnumVARIANT=Iid("enum"),
        TypeIIDs={Iid("dispatch"): object},
    )
    for name in ("win32api", "win32con", "win32gui", "win32process", "win32event"):
        module(name)
    sys.modules["win32process"].GetWindowThreadProcessId = lambda _: (0, 4242)
    utc = types.SimpleNamespace(utc=lambda: dt.UTC)
    module("win32timezone", TimeZoneInfo=utc)
    classes = {name: type(name, (), {}) for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass")}
    client = module(
        "win32com.client", **classes, Dispatch=lambda found, **_: found, DispatchEx=lambda *_: None
    )
    util = module("win32com.server.util", wrap=lambda found, *_, **__: found, unwrap=refuse)
    parts = {name: module(f"win32com.server.{name}") for name in ("dispatcher", "policy")}
    server = module("win32com.server", util=util, **parts)
    module("win32com", client=client, server=server)
    ctypes.oledll = ctypes.windll = Anything()
    import xlwings

    patched = types.SimpleNamespace(CoClassBaseClass=classes["CoClassBaseClass"])
    with (
        mock.patch.object(ctypes, "PyDLL", lambda *_: Anything()),
        mock.patch.dict(sys.modules, {"xlwings._win32patch": patched}),
    ):
        from xlwings import _xlwindows
    if "excel" not in [engine.name for engine in xlwings.engines]:
        xlwings.engines.add(xlwings.Engine(impl=_xlwindows.engine))
    from xlwings import udfs

    udfs.has_dynamic_array = lambda _: True  # asks a running Excel
    xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    return xlwings, udfs


def com(value):
    """Return an argument as COM holds it; JSON tells what is a reference, missing, an error, a date."""
    if isinstance(value, dict):
        if "missing" in value:
            return MISSING
        if "error" in value:
            return -2146828288 + ERRORS[value["error"]]
        if "date" in value:
            return dt.datetime.fromisoformat(value["date"])
        held = value["cells"]
        if isinstance(held, list):
            return Cells(tuple(tuple(map(com, row)) for row in held))
        return Cells(com(held))
    return value


class Sheet:
    """Cells whose formulas call a function, asked again as Excel does when a formula is written."""

    def __init__(self, server, module):
        self.server, self.module, self.cells = server, module, {}

    def ask(self, name, arguments, place):
        from tierwise_addin.catalogue import functions

        function = functions()[name]
        given = tuple(map(com, arguments)) + (MISSING,) * (len(function.arguments) - len(arguments))
        there = self.cells.setdefault(place, Cells(None, place))
        return self.server.CallUDF(self.module, name, given + (None,) * function.slow, None, there)

    def call(self, name, arguments, waits, place="$A$1"):
        result, seen = self.ask(name, arguments, place), 0
        end = time.monotonic() + 60
        while waits and result == PENDING and time.monotonic() < end:
            if self.cells[place].renewed > seen:
                seen = self.cells[place].renewed
                result = self.ask(name, arguments, place)
            else:
                time.sleep(0.002)
        return result

    def renewed(self, place):
        return self.cells[place].renewed, self.cells[place].text

    def edit(self, place, text):
        self.cells[place].text = text


def main():
    _, udfs = install()
    from xlwings.com_server import XLPython, loop

    from tierwise_addin.hosts.excel import udfs as generated

    sheet = Sheet(XLPython(), generated.__name__)

    def wrappers():
        out = io.StringIO()
        udfs.generate_vba_wrapper(generated.__name__, generated, out, types.SimpleNamespace(Name="t.xlam"))
        return out.getvalue()

    def registered():
        return {
            name: {
                "category": found.__xlfunc__["category"],
                "wizard": found.__xlfunc__["call_in_wizard"],
                "volatile": found.__xlfunc__["volatile"],
                "caller": [each["name"] for each in found.__xlfunc__["args"]].count("caller"),
                "doc": found.__xlfunc__["ret"]["doc"],
                "arguments": [
                    [each["name"], each["doc"], "optional" in each]
                    for each in found.__xlfunc__["args"]
                    if each["name"] != "caller"
                ],
            }
            for name, found in vars(generated).items()
            if hasattr(found, "__xlfunc__")
        }

    def explain(sheets):
        import xlwings
        from com_book import Workbook
        from xlwings import _xlwindows

        from tierwise_addin.hosts.excel import ribbon

        for sheet in sheets.values():
            sheet["cells"] = {place: (text, com(value)) for place, (text, value) in sheet["cells"].items()}
        book = Workbook("Book1.xlsx", sheets)
        found = ribbon.explain(xlwings.Book(impl=_xlwindows.Book(xl=book)))
        notes = {
            sheet.Name: {note.Parent.Address.replace("$", ""): note.Text() for note in sheet.Comments}
            for sheet in book.Worksheets
        }
        return {"notes": notes, "status": book.Application.StatusBar, "failing": found.failing}

    threading.Thread(target=loop.run_forever, daemon=True).start()
    commands = {"call": sheet.call, "wrappers": wrappers, "registered": registered, "explain": explain}
    commands |= {"renewed": sheet.renewed, "edit": sheet.edit}
    obey(commands)


if __name__ == "__main__":
    main()
