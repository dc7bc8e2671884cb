"""The Calc extension as files: interface, component, help, Basic names for .xlsx, packed as ``tierwise.oxt``.

Nothing is compiled: a plain-text ``.idl`` listed as a type library, a Python component, and the component's
own XAddIn methods for names and help are all that Calc asks for.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tierwise.errors import TierwiseError, problem
from tierwise.outputs.files import written
from tierwise.version import __version__
from tierwise.words.language import Language
from tierwise_addin import settings
from tierwise_addin.catalogue import Function, functions
from tierwise_addin.hosts.calc.office import environment

NAMESPACE: Final = "org.tierwise.calc"
SERVICE: Final = f"{NAMESPACE}.Functions"

_MANIFEST: Final = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
 <manifest:file-entry manifest:full-path="XFunctions.idl"
  manifest:media-type="application/vnd.sun.star.uno-typelibrary;type=RDB"/>
 <manifest:file-entry manifest:full-path="tierwise.components"
  manifest:media-type="application/vnd.sun.star.uno-components"/>
 <manifest:file-entry manifest:full-path="Jobs.xcu"
  manifest:media-type="application/vnd.sun.star.configuration-data"/>
</manifest:manifest>
"""

_COMPONENTS: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<components xmlns="http://openoffice.org/2010/uno-components">
 <component loader="com.sun.star.loader.Python" uri="component.py">
  <implementation name="{SERVICE}">
   <service name="{SERVICE}"/><service name="com.sun.star.sheet.AddIn"/>
  </implementation>
 </component>
 <component loader="com.sun.star.loader.Python" uri="jobs.py">
  <implementation name="{NAMESPACE}.Startup"><service name="{NAMESPACE}.Startup"/></implementation>
  <implementation name="{NAMESPACE}.Skipped"><service name="{NAMESPACE}.Skipped"/></implementation>
 </component>
</components>
"""

_PYTHON: Final = ("component.py", "jobs.py")  # that Calc loads

_JOBS: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" oor:name="Jobs"
  oor:package="org.openoffice.Office">
 <node oor:name="Jobs"><node oor:name="Tierwise" oor:op="replace">
  <prop oor:name="Service"><value>{NAMESPACE}.Startup</value></prop>
 </node><node oor:name="TierwiseSkipped" oor:op="replace">
  <prop oor:name="Service"><value>{NAMESPACE}.Skipped</value></prop>
 </node></node>
 <node oor:name="Events"><node oor:name="OnStartApp" oor:op="fuse"><node oor:name="JobList">
  <node oor:name="Tierwise" oor:op="replace"/>
 </node></node><node oor:name="OnLoadFinished" oor:op="fuse"><node oor:name="JobList">
  <node oor:name="TierwiseSkipped" oor:op="replace"/>
 </node></node></node>
</oor:component-data>
"""

_DESCRIPTION: Final = """<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006"
  xmlns:xlink="http://www.w3.org/1999/xlink">
 <identifier value="{namespace}"/><version value="{version}"/>
 <display-name><name lang="en">tierwise: index, ranks, tiers</name>
  <name lang="zh">tierwise：指数、排名、分档</name>
 </display-name>
</description>
"""


def method(name: str) -> str:
    """Return the interface's method for a worksheet function: ``IDX_KENDALL_W`` -> ``idxKendallW``."""
    first, *others = name.lower().split("_")
    return first + "".join(part.capitalize() for part in others)


def interface() -> str:
    """Return the UNO interface: ranges as rows of cells, optional arguments as anything, results as rows."""
    lines = []
    for function in functions().values():
        listed = ", ".join(
            f"[in] {'any' if item.optional else 'sequence< sequence< any > >'} {method('a_' + item.name)}"
            for item in function.arguments
        )
        lines.append(f"    sequence< sequence< any > > {method(function.name)}({listed});")
    opened = "".join(f"module {part} {{ " for part in NAMESPACE.split("."))
    closed = "}; " * len(NAMESPACE.split("."))
    body = "\n".join(lines)
    return f"{opened}\ninterface XFunctions {{\n{body}\n}};\n{closed}\n"


def table() -> str:
    """Return names and help of all functions as the JSON that the component reads."""

    def described(function: Function) -> dict[str, object]:
        return {
            "name": function.name,
            "help": {"en": function.help.en, "zh": function.help.zh},
            "arguments": [
                {"name": item.name, "en": item.text("en"), "zh": item.text("zh")}
                for item in function.arguments
            ],
        }

    listed = {method(function.name): described(function) for function in functions().values()}
    return json.dumps(listed, ensure_ascii=False, indent=1)


_BASIC_HEAD: Final = """REM Made by tierwise: the same names, for a Calc that binds .xlsx to macros only.
Private Function Rows(cells)
  If IsArray(cells) Then
    Rows = cells
  Else
    Dim one(0, 0)
    one(0, 0) = cells
    Rows = one
  End If
End Function
Private Function Answer(rows)
  Dim r As Long, c As Long
  Dim block(UBound(rows), UBound(rows(0)))
  For r = 0 To UBound(rows)
    For c = 0 To UBound(rows(0))
      block(r, c) = rows(r)(c)
    Next c
  Next r
  Answer = block
End Function
"""


def basic() -> str:
    """Return the Basic module whose functions hand their cells to the component."""
    return _BASIC_HEAD + "".join(map(_basic_function, functions().values()))


def _basic_function(function: Function) -> str:
    listed = ", ".join(f"{'Optional ' if item.optional else ''}a_{item.name}" for item in function.arguments)
    given = "".join(
        f"  Dim g_{item.name}\n  If Not IsMissing(a_{item.name}) Then g_{item.name} = a_{item.name}\n"
        for item in function.arguments
        if item.optional
    )
    passed = ", ".join(
        f"g_{item.name}" if item.optional else f"Rows(a_{item.name})" for item in function.arguments
    )
    return (
        f"Function {function.name}({listed})\n  On Error GoTo Failed\n{given}"
        f'  {function.name} = Answer(createUnoService("{SERVICE}").{method(function.name)}({passed}))\n'
        f'  Exit Function\nFailed:\n  {function.name} = "tierwise: " & Error$\nEnd Function\n'
    )


def site() -> str:
    """Return the folders that hold tierwise and what it needs, for an engine inside Calc's own Python."""
    folders = [sysconfig.get_paths()["purelib"], sysconfig.get_paths()["platlib"]]
    for package in ("tierwise", "tierwise_addin", "numpy"):
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            folders.append(str(Path(spec.origin).parent.parent))
    return ":".join(dict.fromkeys(folders)) if sys.platform != "win32" else ";".join(dict.fromkeys(folders))


def contents(chosen: settings.Settings | None = None) -> Mapping[str, str]:
    """Return the extension's files by path.

    ``chosen`` are the settings that hold where the user's own file says nothing; by default the engine of
    this very Python runs inside Calc.
    """
    chosen = chosen or settings.Settings(site=site())
    return {
        "META-INF/manifest.xml": _MANIFEST,
        "description.xml": _DESCRIPTION.format(namespace=NAMESPACE, version=__version__),
        "XFunctions.idl": interface(),
        "tierwise.components": _COMPONENTS,
        "Jobs.xcu": _JOBS,
        "functions.json": table(),
        "functions.bas": basic(),
        "addin.ini": settings.text(chosen),
        **{name: (files(__package__) / name).read_text(encoding="utf-8") for name in _PYTHON},
    }


def chosen(language: Language = "en", http: str = "") -> settings.Settings:
    """Return the extension's own settings: this Python's engine, or the server at ``http`` where given."""
    if http:
        return settings.Settings(language, "http", "", http)
    return settings.Settings(language, site=site())


def install(language: Language = "en", http: str = "") -> None:
    """Install the extension for this user by LibreOffice's ``unopkg``.

    Raises C021 without LibreOffice, C022 with what ``unopkg`` says.
    """
    with tempfile.TemporaryDirectory() as folder:
        packed = pack(Path(folder) / "tierwise.oxt", chosen(language, http))
        done = _unopkg("add", "-f", str(packed))
    if done.returncode:
        raise TierwiseError(problem("C022", reason=_said(done)))


def installed() -> str | None:
    """Return the version that LibreOffice has for this user, None for none.

    Raises C021 without LibreOffice, C022 where ``unopkg`` does not tell, as for root.
    """
    done = _unopkg("list")
    if done.returncode:
        raise TierwiseError(problem("C022", reason=_said(done)))
    found = re.search(rf"^Identifier: {re.escape(NAMESPACE)}\s+Version: (\S*)", done.stdout, re.MULTILINE)
    return found[1] if found else None


def remove() -> list[str]:
    """Take the extension out of LibreOffice by ``unopkg``; return what went, nothing where it is not there.

    Raises C043 with what ``unopkg`` says.
    """
    if shutil.which("unopkg") is None:
        return []
    where = "LibreOffice"
    listed = _unopkg("list")
    if listed.returncode:
        raise TierwiseError(problem("C043", where, reason=_said(listed)))
    if NAMESPACE not in listed.stdout:
        return []
    done = _unopkg("remove", NAMESPACE)
    if done.returncode:
        raise TierwiseError(problem("C043", where, reason=_said(done)))
    return [f"{where}: {NAMESPACE}"]


def _unopkg(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run LibreOffice's manager of extensions; raises C021 without it."""
    unopkg = shutil.which("unopkg")
    if unopkg is None:
        raise TierwiseError(problem("C021"))
    return subprocess.run(
        [unopkg, *arguments],
        env=environment({"LC_ALL": "C.UTF-8"}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _said(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join((done.stderr or done.stdout).split())


def pack(path: Path, chosen: settings.Settings | None = None) -> Path:
    """Write ``tierwise.oxt``, whole or not at all; return its path. The same input gives the same bytes."""
    with written(path) as stage, zipfile.ZipFile(stage, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in sorted(contents(chosen).items()):
            packed.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return path


def unpack(folder: Path, chosen: settings.Settings | None = None) -> Path:
    """Write the extension's files under ``folder/tierwise`` and return ``folder``, for a bundled start."""
    for name, text in contents(chosen).items():
        target = folder / "tierwise" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder
