"""What `tierwise addin doctor` looks at: hosts, files, versions, settings, server. It changes nothing.

Each look is one function that returns what it found; what cannot be looked at on this system is told as that.
"""

from __future__ import annotations

import http.client
import json
import platform
import shutil
import site
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from tierwise.errors import TierwiseError
from tierwise.outputs.files import DAMAGED, is_there
from tierwise.version import __version__
from tierwise.words.language import Language, Text
from tierwise_addin import settings
from tierwise_addin.hosts.calc import extension, office
from tierwise_addin.hosts.excel import xlam
from tierwise_addin.hosts.xll import files

State = Literal["right", "wrong", "absent", "unseen"]

STATES: Final[dict[State, Text]] = {
    "right": Text("right", "正常"),
    "wrong": Text("WRONG", "有误"),
    "absent": Text("not there", "未安装"),
    "unseen": Text("cannot tell", "无法检查"),
}
HEADS: Final = (Text("what", "项目"), Text("state", "状态"), Text("found", "情况"), Text("to do", "处理方法"))
NOTHING: Final = Text("", "")
PATIENCE: Final = 30.0  # seconds that another program may take to answer
MACHINES: Final = {0x8664: 64, 0xAA64: 64, 0x014C: 32}  # of a Windows program's header
_ASK_PYTHON: Final = (
    "import json,sys,site\n"
    "given=json.loads(sys.argv[1])\n"
    "before=list(sys.path)\n"
    "[site.addsitedir(folder) for folder in given]\n"
    "sys.path[:]=[folder for folder in sys.path if folder not in before]+before\n"
    "said={'python':'.'.join(map(str,sys.version_info[:3]))}\n"
    "try:\n import numpy; said['numpy']=numpy.__version__\n"
    " import tierwise_addin; said['tierwise']=tierwise_addin.__file__\n"
    "except Exception as error: said['error']=f'{type(error).__name__}: {error}'.splitlines()[0]\n"
    "print(json.dumps(said))"
)


@dataclass(frozen=True)
class Look:
    """One row: what was looked at, its state, what was found, and what to do about it."""

    what: Text
    state: State
    found: Text
    to_do: Text = NOTHING

    def cells(self, language: Language) -> tuple[str, str, str, str]:
        """Return the row in one language."""
        found = self.what, STATES[self.state], self.found, self.to_do
        return (found[0].of(language), found[1].of(language), found[2].of(language), found[3].of(language))


def looks(folder: Path | None = None) -> list[Look]:
    """Return all rows, from this Python outwards; ``folder`` is Excel's start folder if not the usual one."""
    steps: tuple[Callable[[], Iterable[Look]], ...] = (
        _python,
        _settings,
        lambda: _excel(folder or xlam.startup_folder()),
        _libreoffice,
        _server,
        _extras,
    )
    return _in_all([look for step in steps for look in step()])


def _in_all(found: list[Look]) -> list[Look]:
    """Call wrong what is absent where nothing else does its work: no host, or the add-in in none."""
    states = {look.what.en: look.state for look in found}
    hosts = [states.get(what) for what in ("Excel", "LibreOffice")]
    addins = [states.get(what) for what in ("add-in of Excel", "extension of LibreOffice")]
    missing = set()
    if hosts == ["absent", "absent"]:
        missing = {"LibreOffice"}
    elif "absent" in addins and "right" not in addins:
        missing = {"extension of LibreOffice"}
    return [replace(look, state="wrong") if look.what.en in missing else look for look in found]


def _same(text: str) -> Text:
    return Text(text, text)


def _python() -> list[Look]:
    bits = struct.calcsize("P") * 8
    found = f"{platform.python_version()}, {bits} bit, {sys.executable}; tierwise {__version__}"
    return [Look(_same("Python"), "right", _same(found))]


def _settings() -> list[Look]:
    what, place = Text("settings", "设置"), settings.place()
    try:
        settings.load()
    except TierwiseError as error:
        said = Text(error.text("en"), error.text("zh"))
        return [Look(what, "wrong", said, Text(f"mend it in {place}", f"请修改{place}"))]
    if not is_there(place):
        return [Look(what, "right", Text(f"no file {place}: as by default", f"没有{place}，使用默认设置"))]
    return [Look(what, "right", _same(str(place)))]


def _excel(folder: Path) -> list[Look]:
    """Look for Excel, its bitness, the add-in's file, and the DLL that it loads."""
    what = _same("Excel")
    system = platform.system()
    if system == "Darwin":
        there = Path("/Applications/Microsoft Excel.app").exists()
        use = Text("on a Mac: tierwise serve --excel", "在Mac上请用tierwise serve --excel")
        return [Look(what, "right" if there else "absent", _same("/Applications"), use)]
    if system != "Windows":
        return [
            Look(what, "absent", Text("Excel runs on Windows and Mac only", "Excel仅可在Windows和Mac上运行"))
        ]
    program = xlam.excel_program()
    if program is None:
        return [Look(what, "absent", Text("not registered on this machine", "本机未注册Excel"))]
    bits = bits_of(program)
    if bits is None:
        seen = Look(what, "unseen", Text(f"{program}: its bitness", f"{program}的位数"))
    else:
        seen = Look(what, "right", Text(f"{program}, {bits} bit", f"{program}，{bits}位"))
    native = (folder / files.NAME).exists()
    functions = native_functions(folder / files.NAME, bits) if native else dll(bits)
    return [seen, *addin_file(folder / xlam.NAME, wrappers=not native), *functions]


def bits_of(program: Path) -> int | None:
    """Return 32 or 64 by the header of a Windows program, None where it cannot be read."""
    try:
        with program.open("rb") as file:
            head = file.read(0x40)
            if head[:2] != b"MZ":
                return None
            file.seek(struct.unpack_from("<I", head, 0x3C)[0])
            sign, machine = struct.unpack("<4sH", file.read(6))
    except (OSError, struct.error):
        return None
    return MACHINES.get(machine) if sign == b"PE\0\0" else None


def addin_file(path: Path, *, wrappers: bool = True) -> list[Look]:
    """Look whether the add-in of just this tierwise and xlwings lies in Excel's start folder.

    It has functions (``wrappers``) unless an XLL beside it has them.
    """
    what, again = Text("add-in of Excel", "Excel加载项"), _same("tierwise addin install")
    if not is_there(path):
        return [Look(what, "wrong", Text(f"no {path}", f"没有{path}"), again)]
    try:
        wanted = xlam.project(wrappers=wrappers)
        with zipfile.ZipFile(path) as packed:
            same = packed.read("xl/vbaProject.bin") == wanted
    except TierwiseError as error:
        return [Look(what, "unseen", Text(error.text("en"), error.text("zh")))]
    except DAMAGED as error:
        return [Look(what, "wrong", _same(f"{path}: {error}"), again)]
    if not same:
        other = Text(
            f"{path} is not of tierwise {__version__} and this xlwings",
            f"{path}与tierwise {__version__}及当前xlwings不符",
        )
        return [Look(what, "wrong", other, again)]
    return [Look(what, "right", Text(f"{path}, of {__version__}", f"{path}，版本{__version__}"))]


def native_functions(path: Path, bits: int | None) -> list[Look]:
    """Look whether the XLL is the installed xlOil's, and whether its settings name this Python."""
    what, again = Text("functions of Excel", "Excel函数"), _same("tierwise addin install")
    found, own = files.library(), files.settings_folder() / files.SETTINGS
    if found is None:
        none = Text(f"{path}, and no xlOil in this Python", f"有{path}，但当前Python中没有xlOil")
        return [Look(what, "wrong", none, _same('python -m pip install "tierwise[xll]"'))]
    if bits == 32:
        other = Text("xlOil is for Excel of 64 bit", "xlOil仅支持64位Excel")
        return [Look(what, "wrong", other, _same("tierwise addin install --classic"))]
    wanted = files.settings(found.parent, sys.executable)
    if path.read_bytes() != found.read_bytes() or not own.exists() or own.read_text("utf-8") != wanted:
        other = Text(
            f"{path} and {own} are not of this Python and its xlOil",
            f"{path}与{own}不属于当前Python及其xlOil",
        )
        return [Look(what, "wrong", other, again)]
    core = own.with_name("xlOil.ini")
    if core.exists():
        both = Text(
            f"xlOil {version('xloil')}; {core} is loaded first, and its Python counts",
            f"xlOil {version('xloil')}；{core}先加载，以其Python为准",
        )
        return [
            Look(what, "unseen", both, Text(f"let it name {sys.executable}", f"请在其中指定{sys.executable}"))
        ]
    return [Look(what, "right", _same(f"xlOil {version('xloil')}, {path}"))]


def dll(bits: int | None) -> list[Look]:
    """Look for xlwings' DLL of Excel's bitness where the add-in loads it: beside Python or one above."""
    what = _same("xlwings DLL")
    try:
        own = version("xlwings")
    except PackageNotFoundError:
        return [Look(what, "wrong", Text("no xlwings", "未安装xlwings"), _EXCEL_EXTRA)]
    beside = Path(xlam.interpreter()).parent
    folders = (beside, beside.parent)
    for name in [f"xlwings{size}-{own}.dll" for size in ((bits,) if bits else (32, 64))]:
        if not any((folder / name).exists() for folder in folders):
            apart = next((folder for folder in _other_folders() if (folder / name).exists()), None)
            if apart is not None:  # a user's installation, a Python of the Store
                lies = Text(
                    f"{name} lies in {apart}, not beside {beside}", f"{name}在{apart}中，不在{beside}旁"
                )
                return [Look(what, "wrong", lies, _ENVIRONMENT)]
            none = Text(f"no {name} in {beside} or above", f"{beside}及其上级文件夹中没有{name}")
            mend = _same(f'python -m pip install --force-reinstall "xlwings=={own}"')
            return [Look(what, "wrong", none, mend)]
    return [Look(what, "right", _same(f"{own}, {beside}"))]


def _other_folders() -> list[Path]:
    """Return where pip may have put the DLL besides: the user's own folder, that of the base Python."""
    return [Path(folder) for folder in (site.getuserbase(), sys.prefix, sys.base_prefix)]


def _libreoffice() -> list[Look]:
    """Look for LibreOffice, its Python with what the engine needs, and the extension."""
    what, program = _same("LibreOffice"), office.program()
    if program is None:
        none = Text(
            "no soffice on the PATH; it may be installed elsewhere", "PATH中没有soffice，或安装于别处"
        )
        add = Text(
            "if it is there, add its program folder to the PATH", "如已安装，请将其program文件夹加入PATH"
        )
        return [Look(what, "absent", none, add)]
    said = _run([shutil.which("soffice") or str(program), "--version"])
    found = Look(what, "right" if said else "unseen", _same(f"{(said or '').strip()} {program}".strip()))
    return [found, _extension(), python_of_office()]


def _extension() -> Look:
    what, again = (
        Text("extension of LibreOffice", "LibreOffice扩展"),
        _same("tierwise addin install --libreoffice"),
    )
    try:
        own = extension.installed()
    except TierwiseError as error:
        reasons = error.problems[0]
        told = (
            reasons.fields.get("reason") or reasons.text("en"),
            reasons.fields.get("reason") or reasons.text("zh"),
        )
        return Look(what, "unseen", Text(str(told[0]), str(told[1])))
    if own is None:
        return Look(what, "absent", Text("not installed for this user", "当前用户未安装"), again)
    if own != __version__:
        other = Text(f"{own}, and tierwise is {__version__}", f"{own}，而tierwise为{__version__}")
        return Look(what, "wrong", other, again)
    return Look(what, "right", _same(own))


def python_of_office() -> Look:
    """Ask LibreOffice's Python what it is, and whether it can load the engine in process."""
    what, kept = Text("Python of LibreOffice", "LibreOffice的Python"), _kept()
    python = office.python_with_uno()
    if python is None:
        return Look(
            what, "unseen", Text("none that can import uno is found", "未找到可导入uno的Python"), _SERVED
        )
    folders = (kept.site or extension.site()).split(";" if sys.platform == "win32" else ":")
    answer = _run([python, "-c", _ASK_PYTHON, json.dumps(folders)])
    if not answer:
        return Look(what, "unseen", Text(f"{python} does not answer", f"{python}没有回应"), _SERVED)
    said = json.loads(answer.splitlines()[-1])  # what a package prints when it is loaded comes before
    head = f"{said['python']}, {python}; NumPy {said.get('numpy', '-')}"
    if "error" not in said:
        return Look(what, "right", _same(head))
    if kept.engine == "http":
        served = Text("; not needed, since the engine is served", "；引擎由服务提供，无需加载")
        return Look(what, "right", Text(head + served.en, head + served.zh))
    return Look(what, "wrong", _same(f"{head}; {said['error']}"), _SERVED)


def _server() -> list[Look]:
    """Ask the server that LibreOffice is told of; without one there is nothing wrong unless it is needed."""
    kept = _kept()
    what = Text("server", "服务")
    needed = kept.engine == "http"
    start = _same("tierwise serve")
    token = Look(
        Text("server token", "服务令牌"),
        "right" if kept.token else "wrong" if needed else "absent",
        Text("in the settings file", "在设置文件中") if kept.token else Text("none yet", "尚无"),
        NOTHING if kept.token else Text("tierwise serve makes one", "运行tierwise serve时生成"),
    )
    place = urlsplit(kept.server)
    asked = http.client.HTTPConnection(place.hostname or "", place.port, timeout=3)
    try:
        asked.request("GET", "/", headers={"Authorization": f"Bearer {kept.token}"})
        reply = asked.getresponse()
        status, body = reply.status, reply.read(200).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        silent = Text(f"{kept.server} does not answer: {error}", f"{kept.server}没有回应：{error}")
        return [Look(what, "wrong" if needed else "absent", silent, start), token]
    finally:
        asked.close()
    if status == http.client.OK and __version__ in body:
        return [Look(what, "right", _same(f"{kept.server}, {__version__}")), token]
    other = Text(
        f"{kept.server} answers {status}: another program, version or token",
        f"{kept.server}返回{status}：其他程序、版本或令牌不符",
    )
    return [
        Look(
            what,
            "wrong",
            other,
            Text("end it, or choose another port in the settings", "请结束它，或在设置中改用其他端口"),
        ),
        token,
    ]


_ENVIRONMENT: Final = Text(
    "install tierwise into a virtual environment (python -m venv), and the add-in from there",
    "请将tierwise安装到虚拟环境（python -m venv），再从中安装加载项",
)
_EXCEL_EXTRA: Final = _same('python -m pip install "tierwise[excel]"')
_SERVED: Final = Text(
    "serve the engine: tierwise addin install --libreoffice --http http://127.0.0.1:8765; tierwise serve",
    "改由服务提供：tierwise addin install --libreoffice --http http://127.0.0.1:8765，再运行tierwise serve",
)


def _extras() -> list[Look]:
    uses = (
        ("excel", "xlwings", Text("Excel on Windows", "Windows版Excel")),
        ("xll", "xloil", Text("native functions in Excel on Windows", "Windows版Excel的原生函数")),
        ("server", "xlwings-server", Text("Excel on Mac and the web", "Mac版和网页版Excel")),
    )
    found = []
    for name, package, use in uses:
        what = Text(f"extra {name}", f"扩展{name}")
        try:
            own = version(package)
        except PackageNotFoundError:
            none = Text(f"no {package}: needed for {use.en} only", f"没有{package}，仅{use.zh}需要")
            found.append(Look(what, "absent", none, _same(f'python -m pip install "tierwise[{name}]"')))
        else:
            found.append(Look(what, "right", _same(f"{package} {own}")))
    return found


def _kept() -> settings.Settings:
    try:
        return settings.load()
    except TierwiseError:  # told by its own row
        return settings.Settings()


def _run(command: list[str]) -> str | None:
    """Return what a program says, None where it fails or does not end."""
    try:
        done = subprocess.run(
            command,
            env=office.environment({}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
