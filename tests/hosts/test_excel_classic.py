"""Excel on Windows as far as it can run elsewhere: decorators, COM conversion, VBA, the add-in file."""

import re
import sys
import time
import zipfile
from pathlib import Path

import pytest
import xlwings

from tierwise.errors import TierwiseError
from tierwise_addin import call, cell_kinds
from tierwise_addin.catalogue import functions
from tierwise_addin.hosts.calc import extension
from tierwise_addin.hosts.excel import later, ovba, runtime, vba, waiting, xlam

MISSING = {"missing": 1}
VALUE_MARK = cell_kinds.ERROR_MARK + "2015"


def cells(rows):
    return {"cells": rows}


def test_every_function_is_registered_with_its_help(excel):
    registered = excel("registered")
    assert set(registered) == set(functions())
    for name, function in functions().items():
        told = registered[name]
        assert told["category"] == "tierwise"
        assert told["wizard"] is False
        assert told["volatile"] == function.volatile
        assert told["caller"] == function.slow
        assert told["doc"] == function.help.en
        assert told["arguments"] == [[a.name, a.text("en"), a.optional] for a in function.arguments]


def test_ranges_and_literals_arrive_as_com_holds_them(excel):
    scores = cells([[3.5], [9.0], [None], [3.5]])
    assert excel.formula("IDX_RANK", scores, MISSING, MISSING) == [[2], [1], [""], [2]]
    assert excel.formula("IDX_RANK", scores, "max", 1) == [[2], [3], [""], [2]]
    assert excel.formula("IDX_RANK", scores, cells(None), cells(True)) == [[1], [3], [""], [1]]
    assert excel.formula("IDX_RANK", [[3.0, 4.0]], MISSING, MISSING) == [[2, 1]]
    assert excel.formula("IDX_RANK", cells(7.0), MISSING, MISSING) == [[1]]


def test_dates_are_day_numbers(excel):
    dates = cells([[{"date": "2024-01-02"}], [{"date": "2024-01-03"}]])
    assert excel.formula("IDX_RANK", dates, MISSING, MISSING) == [[2], [1]]


def test_error_cells_and_texts_are_named_behind_the_mark(excel):
    bad = cells([[3.5], ["n/a"], [{"error": "#CALC!"}]])
    ((told,),) = excel.formula("IDX_RANK", bad, MISSING, MISSING)
    assert told.startswith(VALUE_MARK + "|IDX_RANK: C001 scores: row 2, column 1 is the text 'n/a'")
    assert "row 3, column 1 holds the error #CALC!" in told
    assert excel.formula("IDX_LASTERROR")[0][0].startswith("IDX_RANK: C001")


def test_our_wrappers_hold_what_xlwings_would_generate(excel):
    generated = excel("wrappers")
    ours = vba.source()
    for line in re.findall(r"^Function .*$", generated, flags=re.M):
        assert line in ours
    for called in re.findall(r"XLPy\.CallUDF\([^\n]*Application\.Caller\)", generated):
        assert called.replace("ActiveWorkbook", "ThisWorkbook") in ours
    assert vba.IN_WIZARD in generated


@pytest.fixture(scope="module")
def addin(tmp_path_factory):
    return xlam.build(tmp_path_factory.mktemp("xlam") / xlam.NAME, interpreter=r"C:\Python\pythonw.exe")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # oletools uses old names of pyparsing
def test_the_addin_file_is_read_back_by_oletools(addin):
    from oletools.olevba import VBA_Parser

    parsed = VBA_Parser(str(addin))
    sources = {name: source for _, _, name, source in parsed.extract_macros()}
    parsed.close()
    assert set(sources) == {"ThisWorkbook.cls", "Dictionary.cls", "Sheet2.cls", "xlwings.bas", "Tierwise.bas"}
    assert 'PROJECT_NAME As String = "tierwise"' in sources["xlwings.bas"]
    assert "BSD 3-clause" in sources["xlwings.bas"]
    for function in functions().values():
        assert f"Function {function.name}(" in sources["Tierwise.bas"]
    assert max(map(len, sources["Tierwise.bas"].splitlines())) < 1023


class TestNoWorkbookDecides:
    """What xlwings' VBA takes from the open workbook: settings, a command, a folder, embedded code."""

    @pytest.fixture
    def source(self):
        return ovba.Project.read(xlam.project()).module("xlwings").source

    def procedure(self, source, name):
        found = re.findall(rf"^(?:Private )?(?:Function|Sub) {name}\b.*?^End \w+\s*?$", source, re.M | re.S)
        assert len(found) == 1
        return found[0]

    def test_the_shipped_module_still_does_what_is_taken_out(self):
        shipped = Path(xlwings.__file__).with_name("quickstart_addin_ribbon.xlam")
        with zipfile.ZipFile(shipped) as packed:
            source = ovba.Project.read(packed.read("xl/vbaProject.bin")).module("xlwings").source
        assert "GetConfigFromSheet(ActiveWorkbook)" in self.procedure(source, "GetConfig")
        with pytest.raises(ValueError, match="0 procedures called RunPython"):
            runtime.safe(runtime.safe(source))

    def test_settings_are_the_addins_own_and_the_users(self, source):
        body = self.procedure(source, "GetConfig")
        assert "ThisWorkbook" in body
        assert "USERPROFILE" in self.procedure(source, "GetConfigFilePath")
        assert "GetDirectory" not in body

    def test_nothing_of_the_open_workbook_is_left(self, source):
        code = re.sub(r"'[^\n]*", "", source)
        assert "ActiveWorkbook" not in code
        assert "Application.Caller" not in code
        own = [line for line in vba.source().splitlines() if "ActiveWorkbook" in line]
        assert len(own) == 1  # its name, into the environment
        assert ".Environment(" in own[0]

    def test_commands_hold_nothing_that_varies_but_the_checked_interpreter(self, source):
        commands = [line for line in source.splitlines() if re.search(r"cmd\.exe|\.Run\b|Shell\(", line)]
        assert [line.strip() for line in commands] == [
            'XLPyCommand = "cmd.exe /K " & Chr(34) & Chr(34) & Interpreter() & Chr(34) & _'
        ]
        assert " -P -B -c " in self.procedure(source, "XLPyCommand")
        assert "Err.Raise" in self.procedure(source, "Interpreter")
        started = [line for line in vba.source().splitlines() if ".Run " in line]
        assert len(started) == 1
        assert "Interpreter()" in started[0]
        assert " -P -m " in started[0]

    def test_what_is_called_is_there(self, source):
        opened, closed = (re.findall(rf"^\s*{word}\b", source, re.M) for word in ("#If", "#End If"))
        assert len(opened) == len(closed)
        whole = re.sub(r"'[^\n]*", "", source + vba.source())
        for name in runtime.LEFT_OUT:
            assert not re.search(rf"\b{name}\b", whole), name


def test_the_addin_file_is_an_addin_with_a_ribbon(addin):
    with zipfile.ZipFile(addin) as packed:
        assert b"ms-excel.addin.macroEnabled" in packed.read("[Content_Types].xml")
        assert b"customUI/customUI.xml" in packed.read("_rels/.rels")
        ribbon = packed.read("customUI/customUI.xml").decode()
        strings = packed.read("xl/sharedStrings.xml").decode()
    for macro, label, *_ in xlam.BUTTONS:
        assert f'label="{label}"' in ribbon
        assert f"Public Sub Tierwise{macro}(control As IRibbonControl)" in vba.source()
    assert r"C:\Python\pythonw.exe" in strings
    assert functions()["IDX_RANK"].help.en in strings
    assert "运行方案" in xlam.ribbon("zh")


@pytest.mark.host
def test_libreoffice_reads_the_addin_file(calc, addin):
    book = calc.open(addin, recalculate=False)
    assert calc.read(book, "tierwise.conf", "A1:B1") == [["INTERPRETER_WIN", r"C:\Python\pythonw.exe"]]
    calc.close_book(book)


def test_installing_names_this_python(tmp_path):
    import sys

    (path,) = xlam.install(tmp_path / "XLSTART")
    with zipfile.ZipFile(path) as packed:
        assert sys.executable in packed.read("xl/sharedStrings.xml").decode()


def test_the_same_build_gives_the_same_bytes(tmp_path):
    made = []
    for name in ("first", "second"):
        path = tmp_path / name
        path.mkdir()
        made.append((xlam.build(path / xlam.NAME).read_bytes(), extension.pack(path / "t.oxt").read_bytes()))
        time.sleep(2.1)  # a zip file counts in two seconds
    assert made[0][0] == made[1][0]
    assert made[0][1] == made[1][1]


def test_projects_come_back_from_the_file_as_they_were():
    project = ovba.Project.read(xlam.project())
    longer = project.with_module("Extra", "Sub Nothing()\nEnd Sub\n")
    assert ovba.Project.read(longer.write()) == longer
    assert ovba.Project.read(longer.without("Extra").write()) == project


@pytest.mark.parametrize(
    "text", [b"", b"a", b"abc" * 5000, bytes(range(256)) * 40, b"Function x()\r\n" * 700]
)
def test_compression_is_undone(text):
    assert ovba.decompress(ovba.compress(text)) == text


def test_the_udf_answers_equal_the_path_of_all_hosts(excel):
    assert excel.formula("IDX_VERSION") == call("IDX_VERSION")


def test_without_the_extra_the_add_in_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "xlwings", None)
    with pytest.raises(TierwiseError) as refused:
        xlam.build(tmp_path / xlam.NAME)
    assert [one.code for one in refused.value.problems] == ["C031"]
    assert "[excel]" in refused.value.text("zh")
    assert not (tmp_path / xlam.NAME).exists()


VALUES = cells([[3.5, 1.0], [9.0, 2.0], [4.0, 5.0], [5.0, 4.0]])
WEIGHTS = cells([[1.0, 2.0]])
PENDING = cell_kinds.ERROR_MARK + "2042"


def slow(spread, draws=60_000.0):
    return "IDX_TOP_PROBABILITY", [VALUES, WEIGHTS, spread, draws, MISSING, MISSING, 2.0]


def renewed(excel, place, times=1):
    """Return how often a cell's formula was written, once it was so often, or after 60 seconds."""
    end = time.monotonic() + 60
    while excel("renewed", place)[0] < times and time.monotonic() < end:
        time.sleep(0.02)
    return excel("renewed", place)[0]


def test_a_slow_function_is_not_available_until_its_cell_asks_again(excel):
    assert excel("call", *slow(0.21), False, "$B$1") == PENDING  # a true error value, by the wrapper
    assert renewed(excel, "$B$1") == 1
    want = call("IDX_TOP_PROBABILITY", VALUES["cells"], WEIGHTS["cells"], 0.21, 60_000.0, None, None, 2.0)
    assert excel("call", *slow(0.21), False, "$B$1") == want
    assert excel("call", *slow(0.21), False, "$B$1") == want  # it is kept, and nothing is written again
    assert excel("renewed", "$B$1")[0] == 1


def test_two_slow_calls_in_one_cell_settle(excel):
    """As IF(ISERROR(R), 0, R): each is asked twice, and both have their results after two renewals."""
    for spread in (0.22, 0.23, 0.22, 0.23):
        assert excel("call", *slow(spread), False, "$C$1") == PENDING
    times = renewed(excel, "$C$1", 2)
    for spread in (0.22, 0.23, 0.22, 0.23):
        assert len(excel("call", *slow(spread), False, "$C$1")) == 4
    time.sleep(0.3)
    assert excel("renewed", "$C$1")[0] == times == 2


def test_the_same_call_in_six_cells_is_computed_once_and_renews_each(excel):
    places = [f"$D${at}" for at in range(1, 7)]
    for place in places:
        assert excel("call", *slow(0.24), False, place) == PENDING
    assert [renewed(excel, place) for place in places] == [1] * 6
    shown = [excel("call", *slow(0.24), False, place) for place in places]
    assert all(rows == shown[0] for rows in shown)
    assert len(shown[0]) == 4


def test_an_edit_made_meanwhile_is_not_undone(excel):
    assert excel("call", *slow(0.25, 400_000.0), False, "$E$1") == PENDING
    excel("edit", "$E$1", "=1+1")
    renewed(excel, "$E$1")
    assert excel("renewed", "$E$1")[1] == "=1+1"


def test_why_a_slow_function_fails_is_told_and_kept_for_a_moment_only(excel):
    asked = ("IDX_TOP_PROBABILITY", [cells([["n/a"], [1.0]]), cells([[1.0]]), 0.2])
    assert excel("call", *asked, False, "$F$1") == PENDING
    renewed(excel, "$F$1")
    told = excel("call", *asked, False, "$F$1")
    assert told.startswith(VALUE_MARK + "|IDX_TOP_PROBABILITY: C001 values: row 1, column 1")
    lost = ("IDX_GET", ["study 0000000000000000 (1 x 1)"])
    assert "C039" in excel("call", *lost, True, "$F$2")
    end = time.monotonic() + later.FAILED_SECONDS + 5
    while excel("call", *lost, False, "$F$2") != PENDING and time.monotonic() < end:
        time.sleep(0.2)
    assert time.monotonic() < end


def test_only_so_many_results_are_kept():
    made = later.Later(lambda _: None)
    for at in range(later.MOST_KEPT + 9):
        while made.ask("IDX_RANK", (at,), None, lambda *_: ([[1.0]], False)) is None:
            time.sleep(0.001)
    assert len(made._known) == later.MOST_KEPT


class Formulas:
    """A cell that takes no formula: its sheet is protected, or Excel is busy."""

    HasArray = False
    Formula2 = property(lambda self: "=IDX()", lambda self, _: self.refuse())

    def __init__(self, hresult=None):
        self.hresult, self.calculated = hresult, 0

    def refuse(self):
        error = RuntimeError("refused")
        error.hresult = self.hresult
        raise error

    def Calculate(self):
        self.calculated += 1


def test_a_protected_cell_is_calculated_alone_and_a_busy_excel_asked_again():
    protected = Formulas(-2146827284)
    later.again(protected)
    assert protected.calculated == 1
    busy = Formulas(next(iter(waiting.BUSY)))
    with pytest.raises(RuntimeError):
        later.again(busy)
    assert busy.calculated == 0
