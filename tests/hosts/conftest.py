"""Real hosts, each started once; without one its tests are skipped by name, in CI they fail."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from tests.hosts import office_js

from tierwise_addin import cell_kinds, settings
from tierwise_addin.examples import TABLES
from tierwise_addin.hosts import desk
from tierwise_addin.hosts.calc import headless
from tierwise_addin.hosts.calc import office as libreoffice
from tierwise_addin.workbook import tables

TOKEN = "token-of-the-tests"


def needs(found: object, what: str) -> None:
    """Skip the test without the host; fail it in CI, where ``.ci/run`` installs all of them."""
    if not found:
        missing = f"{what} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)


@pytest.fixture(scope="session")
def calc():
    """A LibreOffice with the engine in its own process."""
    needs(libreoffice.program() and libreoffice.python_with_uno(), "LibreOffice with python3-uno")
    with headless.Calc() as started:
        yield started


@pytest.fixture(scope="session")
def served():
    """``tierwise serve``: its address, and the settings of who may ask it."""
    with desk.server(port=0, token=TOKEN) as server:
        yield settings.Settings(engine="http", server=server.address, token=TOKEN)


@pytest.fixture(scope="session")
def calc_over_http(served):
    """A LibreOffice whose functions ask the served engine."""
    needs(libreoffice.program() and libreoffice.python_with_uno(), "LibreOffice with python3-uno")
    with headless.Calc(served) as started:
        yield started


@pytest.fixture(params=["calc", "calc_over_http"], scope="module")
def office(request):
    """A Calc sheet that holds all tables; the formulas stand on the first sheet."""
    calc = request.getfixturevalue(request.param)
    book = calc.open()
    calc.add_sheet(book, "Data")
    for name, block in tables().items():
        rows = [[cell_kinds.to_json(cell) for cell in row] for row in TABLES[name]]
        calc.write(book, "Data", block.reference.replace("$", ""), rows)
    yield calc, book
    calc.close_book(book)


class ExcelProcess:
    """The process of a script that answers commands: ``excel_com.py``, ``excel_xll.py``."""

    def __init__(self, script, *arguments):
        path = Path(__file__).with_name(script)
        self.process = subprocess.Popen(
            [sys.executable, str(path), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, command, *arguments):
        self.process.stdin.write(json.dumps({"command": command, "arguments": arguments}) + "\n")
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline())
        assert "error" not in reply, reply["error"]
        return reply["result"]

    def formula(self, name, *arguments, waits=False):
        """Return a formula's cells: xlwings sends one cell and one row without their brackets."""
        rows = self("call", name, arguments, waits)
        if not isinstance(rows, list):
            return [[rows]]
        return rows if isinstance(rows[0], list) else [rows]


@pytest.fixture(scope="session")
def excel():
    """xlwings' Windows code under stubs of pywin32."""
    started = ExcelProcess("excel_com.py")
    yield started
    started.process.communicate()


@pytest.fixture(scope="session")
def xloil(tmp_path_factory):
    """Return the folder of xlOil's Windows wheel, unpacked: nothing of it is kept here."""
    folder = tmp_path_factory.mktemp("xloil")
    asked = "pip download -q --platform win_amd64 --python-version 3.12 --only-binary=:all: --no-deps xloil"
    done = subprocess.run(
        [sys.executable, "-m", *asked.split(), "--dest", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    wheels = [*folder.glob("xloil-*.whl")]
    if not wheels:
        pytest.skip(f"xlOil's wheel cannot be had: {done.stderr.strip()[-200:]}")
    with zipfile.ZipFile(wheels[0]) as packed:
        packed.extractall(folder / "wheel")
    return folder / "wheel"


@pytest.fixture(scope="session")
def xll(xloil):
    """xlOil's Python files over a stub of its compiled core."""
    started = ExcelProcess("excel_xll.py", str(xloil))
    yield started
    started.process.communicate()


@pytest.fixture(scope="session")
def installed():
    """Return the check that a host is there: ``installed(found, "what it is")``."""
    return needs


@pytest.fixture(scope="session")
def chromium():
    """Return what opens a page in a real Chromium: ``chromium(replaced scripts by end of address)``."""
    found = spec_from_file_location("tierwise_tests_chromium", Path(__file__).with_name("chromium.py"))
    module = module_from_spec(found)
    found.loader.exec_module(module)
    needs(module.program() and find_spec("websockets"), "Chromium with websockets")
    return module.Browser


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The served add-in."""
    needs(find_spec("xlwings_server"), "xlwings-server (extra server)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("server") / "log").open("w+")
    ini = tmp_path_factory.mktemp("settings") / "addin.ini"
    token = settings.served(ini).token
    environment = {**os.environ, settings.PLACE_VARIABLE: str(ini)}
    process = subprocess.Popen(
        [sys.executable, "-c", office_js.SERVE, str(port)], stdout=log, stderr=log, env=environment
    )
    found = f"http://127.0.0.1:{port}/{token}"
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{found}/", timeout=5).close()
            break
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                log.seek(0)
                pytest.fail(f"the server did not start\n{log.read()}")
            time.sleep(0.1)
    yield found
    process.terminate()
    process.wait(10)
    log.close()


@pytest.fixture(scope="session")
def page(address, chromium):
    """The task pane in Chromium, with its custom functions registered."""
    stub = Path(__file__).with_name("office_stub.js").read_text()
    browser = chromium({"/office.js": stub})
    try:
        browser.open(f"{address}/taskpane.html")
        browser.wait(
            "globalThis.CustomFunctions?.functions.IDX_RANK && globalThis.xwRequest && globalThis.xlwings"
        )
        yield browser
    finally:
        browser.close()
