"""A process in which xlOil's own Python files run on any system, over a stub of its compiled core.

What is real: everything of the wheel that is Python, so how functions are declared, read by their signatures,
found in a module and registered, and how a coroutine is run. What stands in: the core's conversions of cells
and its RTD, as its documentation tells of them. The folder of the wheel's files is the first argument;
commands are JSON lines (``json_lines.py``).
"""

import asyncio
import ctypes
import enum
import importlib.util
import sys
import threading
import time
import types
from pathlib import Path

import numpy as np
from json_lines import obey

ERRORS = {"#NULL!": "NULL", "#DIV/0!": "DIV", "#VALUE!": "VALUE", "#REF!": "REF", "#NAME?": "NAME"}
ERRORS |= {"#NUM!": "NUM", "#N/A": "NA", "#GETTING_DATA": "GETTING_DATA"}
NUMBERS = (2000, 2007, 2015, 2023, 2029, 2036, 2042, 2043)
WIZARD = [False]
MISSING = object()


class CellError(enum.Enum):
    NULL, DIV, VALUE, REF, NAME, NUM, NA, GETTING_DATA = (-2146828288 + number for number in NUMBERS)

    def __int__(self):
        return self.value


def element(cell):
    """A cell of an array: #N/A becomes None, as a blank does."""
    return None if cell is CellError.NA else cell


class ReadArray:
    """The core's converter to an array of objects with two dimensions."""

    def __init__(self, trim=True):
        assert not trim, "a range that is cut at #N/A and blanks"

    def __call__(self, value, default):
        if value is MISSING or value == "":  # an empty text gives the default too
            assert default is not MISSING
            return default[0]
        rows = value if isinstance(value, tuple) else ((value,),)
        array = np.empty((len(rows), len(rows[0])), dtype=object)
        array[:] = [[element(cell) for cell in row] for row in rows]
        return array


class FuncArg:
    def __init__(self, name, help="", converter=None, flags=""):  # noqa: A002 - the core's own name
        self.name, self.help, self.converter, self.flags = name, help, converter, flags
        self.default = MISSING

    def read(self, value):
        return self.converter(value, MISSING if self.default is MISSING else [self.default])


class FuncSpec:
    def __init__(self, func, args, **told):
        self.func, self.args, self.told = func, args, told
        self.name, self.help, self.return_converter = told["name"], told["help"], None


class Log:
    lines: list[str] = []  # noqa: RUF012 - of all loggers

    def __call__(self, message, *_, **__):
        pass

    def error(self, message, *_):
        self.lines.append(str(message))

    warn = error

    def __getattr__(self, _):
        return self


class Returned:
    """What a coroutine hands its result to."""

    def __init__(self, loop):
        self.loop, self.caller, self.task = loop, None, None
        self.results, self.done = [], False

    def set_task(self, task):
        self.task = task

    def set_result(self, result):
        self.results.append(result)

    def set_done(self):
        self.done = True


class Context:
    def __init__(self, *_):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def msg(self, *_):
        pass


def install(wheel):
    """Put the stub of the core in place, which takes what it can from the wheel's own stub."""
    sys.path.insert(0, str(wheel))
    stub = wheel / "xloil" / "stubs" / "xloil_core" / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        "xloil_core", stub, submodule_search_locations=[str(stub.parent)]
    )
    core = importlib.util.module_from_spec(spec)
    sys.modules["xloil_core"] = core
    spec.loader.exec_module(core)
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    addin = types.SimpleNamespace(pathname="tierwise.xll", event_loop=loop, settings={"xlOil_Python": {}})
    registered = []
    happens = types.SimpleNamespace(
        pause=lambda **_: None, allow=lambda **_: None, file_change=lambda *_, **__: Watched()
    )
    sys.modules["xloil_core.event"] = happens
    core.__dict__.update(
        CellError=CellError,
        _FuncArg=FuncArg,
        _FuncSpec=FuncSpec,
        _LogWriter=Log,
        _Read_Array_object_2d=lambda trim=True: ReadArray(trim) if not trim else None,
        _Return_Array_object_2d=lambda cache=False: "array",
        StatusBar=Context,
        event=happens,
        core_addin=lambda: addin,
        in_wizard=lambda: WIZARD[0],
        xloil_addins={addin.pathname: addin},
        _register_functions=lambda specs, module, addin, append: registered.extend(specs),
    )
    core.__all__ = [*core.__all__, "CellError"]
    block = ctypes.create_string_buffer(b"\0\0")
    strings = types.SimpleNamespace(
        GetEnvironmentStringsA=lambda: ctypes.cast(block, ctypes.POINTER(ctypes.c_char)),
        FreeEnvironmentStringsA=lambda _: None,
    )
    ctypes.windll = types.SimpleNamespace(kernel32=strings)
    return addin, registered


class Watched:
    def __iadd__(self, _):
        return self


def excel(value):
    """Return an argument as Excel holds it; JSON tells what is a reference, missing, an error."""
    if isinstance(value, dict):
        if "missing" in value:
            return MISSING
        if "error" in value:
            return getattr(CellError, ERRORS.get(value["error"], "VALUE"))
        if "rows" in value:  # a whole column
            blank = (None,) * len(value["cells"][0])
            return excel(value["cells"]) + (blank,) * (value["rows"] - len(value["cells"]))
        value = value["cells"]
    if isinstance(value, list):
        return tuple(tuple(map(excel, row)) for row in value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def cell(value):
    """Return a cell of a result as Excel would show it: None is #N/A."""
    if value is None:
        return "#N/A"
    if isinstance(value, CellError):
        return next(shown for shown, name in ERRORS.items() if name == value.name)
    assert type(value) in (float, str, bool), type(value)
    return value


def shown(result):
    if isinstance(result, np.ndarray):
        assert result.ndim == 2
        assert result.dtype == object
        assert result.size
        return [[cell(one) for one in row] for row in result.tolist()]
    return [[cell(result)]]


class Cell:
    """A cell whose formula is behind RTD: a call that is there no longer is cancelled."""

    def __init__(self, loop):
        self.loop, self.asked, self.returned = loop, None, None

    def calculate(self, spec, given):
        if self.asked != (spec.name, given):
            self.leave()
            self.asked, self.returned = (spec.name, given), Returned(self.loop)
            spec.func(self.returned, *(arg.read(value) for arg, value in zip(spec.args, given, strict=True)))
        return self.returned.results[-1] if self.returned.done and self.returned.results else CellError.NA

    def leave(self):
        if self.returned is not None and not self.returned.done:
            self.loop.call_soon_threadsafe(self.returned.task.cancel)


def main():
    addin, registered = install(Path(sys.argv[1]))
    from xloil import importer

    importer._import_and_scan(["tierwise_addin.hosts.xll.functions"], addin)
    from tierwise_addin import kept, session
    from tierwise_addin.hosts import pools

    specs = {spec.name: spec for spec in registered}
    cells, begun = {}, []
    make = kept.Kept._made
    kept.Kept._made = lambda *given: (begun.append(1), make(*given))[1]

    def told():
        return {
            name: {
                "help": spec.help,
                "arguments": [[arg.name, arg.help, arg.flags] for arg in spec.args],
                "left_out": all(arg.default is None for arg in spec.args),
                **{key: spec.told[key] for key in ("features", "category", "volatile", "errors")},
            }
            for name, spec in specs.items()
        }

    def call(name, arguments, waits, place="A1"):
        spec = specs[name]
        given = tuple(map(excel, arguments))
        given += (MISSING,) * (len(spec.args) - len(given))
        if "rtd" not in spec.told["features"]:
            return shown(spec.func(*(arg.read(value) for arg, value in zip(spec.args, given, strict=True))))
        there = cells.setdefault(place, Cell(addin.event_loop))
        result = there.calculate(spec, given)
        end = time.monotonic() + 60
        while waits and not there.returned.done and time.monotonic() < end:
            time.sleep(0.002)
            result = there.calculate(spec, given)
        return shown(there.calculate(spec, given)) if waits else shown(result)

    def timed(name, *arguments):
        """Return the seconds that a call takes from where Python has its cells."""
        spec = specs[name]
        values = [*map(excel, arguments)] + [MISSING] * (len(spec.args) - len(arguments))
        read = [arg.read(value) for arg, value in zip(spec.args, values, strict=True)]
        begun = time.perf_counter()
        spec.func(*read)
        return time.perf_counter() - begun

    def state(place="A1"):
        there = cells[place].returned
        return {
            "cancelled": there.task.cancelled() or (there.task.done() and not there.results),
            "results": len(there.results),
            "free": pools.SLOW._work_queue.qsize() == 0 and not kept.results()._working,
            "kept": len(kept.results()._known),
            "begun": len(begun),
            "told": session.last_error(),
            "log": Log.lines,
        }

    def clear(place="A1"):
        cells[place].leave()

    def wizard(on):
        WIZARD[0] = on

    commands = {
        "call": call,
        "timed": timed,
        "registered": told,
        "state": state,
        "clear": clear,
        "wizard": wizard,
    }
    obey(commands)


if __name__ == "__main__":
    main()
