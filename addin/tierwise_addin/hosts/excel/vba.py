"""VBA of the add-in: a fixed part, and one wrapper for each worksheet function.

A wrapper does what xlwings' own generated ones do (the wizard check, ``XLPy.CallUDF``, the caller), and two
things more: whole-column ranges are cut at the used part of the sheet, and failures become true error values.
The workbook that xlwings gets is the add-in: of another it would unpack sheets called ``….py`` onto Python's
path. Slow functions get the cell that asks in the place of ``Nothing``.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from tierwise_addin.catalogue import Function, functions

MODULE: Final = "Tierwise"
UDFS: Final = "tierwise_addin.hosts.excel.udfs"
IN_WIZARD: Final = 'If (Not Application.CommandBars("Standard").Controls(1).Enabled) Then Exit Function'


def wrapper(function: Function) -> str:
    """Return the VBA function that a cell calls."""
    listed = ", ".join(("Optional " if item.optional else "") + item.name for item in function.arguments)
    names = ", ".join([*(item.name for item in function.arguments), *["Nothing"] * function.slow])
    lines = [IN_WIZARD]
    if function.volatile:
        lines.append("Application.Volatile")
    lines.append("On Error GoTo failed_")
    lines += [
        f"If IsObject({item.name}) Then Set {item.name} = Used({item.name})" for item in function.arguments
    ]
    called = f'XLPy.CallUDF("{UDFS}", "{function.name}", Array({names}), ThisWorkbook, Application.Caller)'
    lines += [f"{function.name} = Shown({called})", "Exit Function"]
    body = "\n".join(f"    {line}" for line in lines)
    return (
        f"Function {function.name}({listed})\n{body}\nfailed_:\n"
        f"    {function.name} = Failed(Err.Description)\nEnd Function\n"
    )


def source(*, wrappers: bool = True) -> str:
    """Return the whole module, without ``wrappers`` for an add-in whose functions are those of an XLL."""
    fixed = (files("tierwise_addin.hosts.excel") / "addin.bas").read_text(encoding="ascii")
    return fixed + "\n" + "\n".join(map(wrapper, functions().values() if wrappers else ()))
