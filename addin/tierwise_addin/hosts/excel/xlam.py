"""``tierwise.xlam``: the add-in file with ribbon and baked wrappers, made on any system.

xlwings' own VBA, which loads its DLL of exactly this version and starts Python, is taken from the installed
package (BSD; its notice stays in the module). The rest is written here.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import sys
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Final

from tierwise.errors import TierwiseError, problem
from tierwise.outputs.files import written
from tierwise.words.language import Language
from tierwise_addin.catalogue import FAMILIES, functions
from tierwise_addin.hosts.excel import runtime, vba
from tierwise_addin.hosts.excel.ovba import Project
from tierwise_addin.hosts.xll import files

NAME: Final = "tierwise.xlam"
_SHEET_TYPE: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN_TYPE: Final = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_RIBBON_RELATION: Final = (
    '<Relationship Id="ribbon" Type="http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"'
    ' Target="customUI/customUI.xml"/>'
)

BUTTONS: Final = (
    ("Run", "Run scenario", "运行方案", "MacroPlay", "large"),
    ("Robustness", "Robustness table", "稳健性表", "ChartRefresh", "large"),
    ("Cancel", "Cancel", "取消运行", "CancelRequest", "normal"),
    ("Insert", "Insert function", "插入函数", "FunctionWizard", "large"),
    ("Clean", "Clean table", "整理原始表", "TableAutoFormat", "normal"),
    ("Check", "Check data", "检查数据", "ErrorChecking", "large"),
    ("Explain", "Explain errors", "解释错误", "ReviewNewComment", "normal"),
    ("Send", "Expert forms", "生成咨询表", "FileSendMenu", "normal"),
    ("Collect", "Collect forms", "汇总咨询表", "ImportTextFile", "normal"),
    ("Repair", "Repair links", "修复链接", "HyperlinkInsert", "normal"),
    ("LastMessage", "Last message", "最近消息", "Info", "normal"),
    ("Settings", "Settings", "设置", "PropertySheet", "normal"),
    ("Help", "Help", "帮助", "Help", "normal"),
)
"""Ribbon buttons: macro, label in both languages, picture, size."""


def ribbon(language: Language = "en") -> str:
    """Return the ribbon's description."""
    buttons = "".join(
        f'<button id="tierwise{macro}" label="{zh if language == "zh" else en}" size="{size}"'
        f' onAction="{vba.MODULE}.Tierwise{macro}" imageMso="{picture}"/>'
        for macro, en, zh, picture, size in BUTTONS
    )
    return (
        '<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui"'
        f' onLoad="{vba.MODULE}.TierwiseLoaded"><ribbon><tabs><tab id="tierwiseTab" label="tierwise">'
        f'<group id="tierwiseGroup" label="tierwise">{buttons}</group></tab></tabs></ribbon></customUI>'
    )


def project(*, wrappers: bool = True) -> bytes:
    """Return the VBA project: xlwings' modules under this add-in's name, and the module of the catalogue.

    Without ``wrappers`` it has the ribbon only. Raises C031 without the extra ``excel``.
    """
    try:
        import xlwings
    except ModuleNotFoundError:
        raise TierwiseError(problem("C031")) from None
    shipped = Path(xlwings.__file__).parent / "quickstart_addin_ribbon.xlam"
    with zipfile.ZipFile(shipped) as packed:
        given = Project.read(packed.read("xl/vbaProject.bin"))
    source = given.module("xlwings").source.split("\n", 1)[1]
    renamed = source.replace('PROJECT_NAME As String = "myaddin"', 'PROJECT_NAME As String = "tierwise"')
    kept = given.without("RibbonMyAddin").without("xlwings").named("Tierwise")
    return (
        kept.with_module("xlwings", runtime.safe(renamed))
        .with_module(vba.MODULE, vba.source(wrappers=wrappers))
        .write()
    )


def build(path: Path, *, interpreter: str = "", language: Language = "en", wrappers: bool = True) -> Path:
    """Write the add-in file, whole or not at all; return its path. Without ``wrappers`` the ribbon only.

    ``interpreter`` is the Python that Excel starts; left empty, it is the one named by ``INTERPRETER_WIN`` in
    ``.tierwise/tierwise.conf`` of the user's folder, else ``pythonw`` on the PATH.
    """
    import xlsxwriter

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)})  # the same bytes each time
        book.add_vba_project(BytesIO(project(wrappers=wrappers)), is_stream=True)
        book.set_vba_name("ThisWorkbook")
        sheet = book.add_worksheet("tierwise.conf")
        sheet.set_vba_name("Sheet2")
        sheet.write_row(0, 0, ["INTERPRETER_WIN", interpreter] if interpreter else ["", ""])
        sheet.write_string(0, 8, "没有出错的函数" if language == "zh" else "No function has failed.")
        for row, function in enumerate(functions().values() if wrappers else ()):
            category = f"tierwise {FAMILIES[function.family].text(language)}"
            help_texts = "\n".join(item.text(language) for item in function.arguments)
            sheet.write_row(row, 3, [function.name, function.help.text(language)[:255], category, help_texts])
    with written(path) as stage, zipfile.ZipFile(stage, "w", zipfile.ZIP_DEFLATED) as packed:
        with zipfile.ZipFile(buffer) as plain:
            for name in plain.namelist():
                content = _as_addin(name, plain.read(name))
                packed.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
        packed.writestr(zipfile.ZipInfo("customUI/customUI.xml", (2020, 1, 1, 0, 0, 0)), ribbon(language))
    return path


def _as_addin(name: str, content: bytes) -> bytes:
    if name == "[Content_Types].xml":
        return content.replace(_SHEET_TYPE.encode(), _ADDIN_TYPE.encode())
    if name == "_rels/.rels":
        return content.replace(b"</Relationships>", f"{_RIBBON_RELATION}</Relationships>".encode())
    return content


def startup_folder() -> Path:
    """Return the folder from which Excel on Windows opens add-ins at its start."""
    return Path(os.environ.get("APPDATA", Path.home())) / "Microsoft" / "Excel" / "XLSTART"


def excel_program() -> Path | None:
    """Return Excel's program as Windows has it registered, None where it has not."""
    if sys.platform == "win32":
        import winreg

        key = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
        for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            with suppress(OSError):
                return Path(winreg.QueryValue(root, key).strip('"'))
    return None


def interpreter() -> str:
    """Return this Python as Excel should start it: without a console where there is such a one."""
    windowless = Path(sys.executable).with_name("pythonw.exe")
    return str(windowless if windowless.exists() else Path(sys.executable))


def install(
    folder: Path | None = None, language: Language = "en", *, classic: bool = False
) -> tuple[Path, ...]:
    """Build the add-in for this Python into Excel's start folder and return the files.

    Where xlOil is there, the functions are those of its XLL and this file has the ribbon only, unless
    ``classic``. Where the folder is not named, raises C044 if the system is not Windows, C047 if Windows
    knows no Excel: none would look there.
    """
    if folder is None and platform.system() != "Windows":
        raise TierwiseError(problem("C044"))
    if folder is None and excel_program() is None:
        raise TierwiseError(problem("C047", folder=startup_folder()))
    target = folder or startup_folder()
    found = None if classic else files.library()
    own = build(target / NAME, interpreter=interpreter(), language=language, wrappers=found is None)
    if found is not None:
        return own, files.install(target, found)
    for left in files.installed(target):  # two of each function would be one too many
        left.unlink(missing_ok=True)
    return (own,)
