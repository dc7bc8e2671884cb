"""xlwings' VBA as this add-in takes it: workbooks decide nothing.

The module that xlwings ships reads its settings from a sheet of the *active* workbook and from a file
beside it first, pastes them into a command line of ``cmd.exe`` and puts the workbook's folder on Python's
path. Here the settings are those of the add-in's own sheet and of the user's file; the command holds the
interpreter, whose characters are checked, and nothing else that varies; procedures that are not called are
left out.
"""

from __future__ import annotations

import re
from typing import Final

LEFT_OUT: Final = (
    "RunPython",
    "RunFrozenPython",
    "ExecuteMac",
    "ExecuteWindows",
    "ImportPythonUDFsBase",
    "ImportPythonUDFs",
    "ImportPythonUDFsToAddin",
    "ImportXlwingsUdfsModule",
    "GetDirectoryConfigFilePath",
    "ShowError",
    "CheckConda",
    "CleanUp",
)

GET_CONFIG: Final = """Function GetConfig(configKey As String, Optional default As String = "") As Variant
    ' The add-in's own sheet, then the user's file; never the workbook that is open, nor a file beside it.
    Dim configValue As String
    GetConfig = default
    If GetConfigFromSheet(ThisWorkbook).Exists(configKey) Then
        GetConfig = GetConfigFromSheet(ThisWorkbook).Item(configKey)
    ElseIf FileExists(GetConfigFilePath()) Then
        If GetConfigFromFile(GetConfigFilePath(), configKey, configValue) Then GetConfig = configValue
    End If
    GetConfig = ExpandEnvironmentStrings(GetConfig)
End Function
"""

COMMAND: Final = '''Function Interpreter() As String
    ' The Python to start, as it may stand between quotes in a command.
    Dim position As Integer
    Interpreter = GetConfig("INTERPRETER_WIN", "pythonw")
    For position = 1 To Len(Interpreter)
        If InStr("""%!^&|<>" & vbCr & vbLf & vbTab, Mid$(Interpreter, position, 1)) > 0 Then _
            Err.Raise 1, Description:="INTERPRETER_WIN is no path that can be started: " & Interpreter
    Next position
End Function

Function XLPyCommand() As String
    ' -P: neither the current folder nor that of a workbook is on Python's path.
    XLPyCommand = "cmd.exe /K " & Chr(34) & Chr(34) & Interpreter() & Chr(34) & _
        " -P -B -c ""import xlwings; xlwings.serve('$(CLSID)')""" & Chr(34)
End Function
'''

LOAD: Final = """Private Sub XLPyLoadDLL()
    ' The DLL lies beside the interpreter, or one folder above it in a virtual environment.
    Dim python As String
    python = Interpreter()
    If python = "python" Or python = "pythonw" Then Exit Sub
    If LoadLibrary(ParentFolder(python) + "\\" + XLPyDLLName) <> 0 Then Exit Sub
    If LoadLibrary(ParentFolder(ParentFolder(python)) + "\\" + XLPyDLLName) <> 0 Then Exit Sub
    Err.Raise 1, Description:="Could not load " + XLPyDLLName + " from " + ParentFolder(python) + " or above"
End Sub
"""


def safe(source: str) -> str:
    """Return the module with the parts above; raises :class:`ValueError` where xlwings changed one."""
    for name in LEFT_OUT:
        source = replaced(source, name, "")
    for name, text in (("GetConfig", GET_CONFIG), ("XLPyCommand", COMMAND), ("XLPyLoadDLL", LOAD)):
        source = replaced(source, name, text)
    return source


def replaced(source: str, name: str, text: str) -> str:
    """Return a module with another text for one of its procedures."""
    head = rf"^(?:Public |Private )?(Function|Sub) {name}\b"
    made, count = re.subn(
        rf"{head}.*?^End \1[^\n]*\n", lambda _: text, source, flags=re.MULTILINE | re.DOTALL
    )
    if count != 1:
        raise ValueError(f"xlwings' module has {count} procedures called {name}")
    return made
