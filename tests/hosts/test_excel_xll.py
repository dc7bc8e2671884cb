"""Excel on Windows through xlOil: its own Python files, over a stub of its compiled core."""

import re
import sys
import time
import tomllib
import zipfile

import pytest

from tierwise_addin import call, doctor, uninstall
from tierwise_addin.catalogue import FAMILIES, functions
from tierwise_addin.hosts.excel import ovba, vba, xlam
from tierwise_addin.hosts.xll import files

VALUES = {"cells": [[3.5, 1.0], [9.0, 2.0], [4.0, 5.0], [5.0, 4.0]]}
WEIGHTS = {"cells": [[1.0, 2.0]]}
MISSING = {"missing": 1}
LONG = 20_000_000.0
"""Draws that would take minutes."""


def settled(xll, place, wanted=lambda state: state["free"]):
    """Return the state of a cell once its work is over, or what it is after 60 seconds."""
    end = time.monotonic() + 60
    while not wanted(xll("state", place)) and time.monotonic() < end:
        time.sleep(0.05)
    return xll("state", place)


def test_every_function_is_registered_with_its_help(xll):
    registered = xll("registered")
    assert set(registered) == set(functions())
    for name, function in functions().items():
        told = registered[name]
        assert told["help"] == function.help.en
        assert told["category"] == f"tierwise {FAMILIES[function.family].en}"
        assert told["arguments"] == [[one.name, one.text("en"), ""] for one in function.arguments]
        assert told["features"] == ("rtd" if function.slow else "")
        assert told["volatile"] == function.volatile
        assert told["errors"] == -1  # error values are ours to name
        assert told["left_out"]


def test_excel_takes_no_longer_texts_for_a_registration():
    for function in functions().values():
        assert len(",".join(one.name for one in function.arguments)) <= 255
        for language in ("en", "zh"):
            texts = [function.help, *function.arguments]
            assert max(len(one.text(language)) for one in texts) <= 255


def test_cells_arrive_as_excel_holds_them(xll):
    scores = {"cells": [[3.5], [9.0], [None], [3.5]]}
    assert xll.formula("IDX_RANK", scores) == [[2.0], [1.0], [""], [2.0]]
    assert xll.formula("IDX_RANK", scores, "max", 1.0) == [[2.0], [3.0], [""], [2.0]]
    assert xll.formula("IDX_RANK", scores, MISSING, True) == [[1.0], [3.0], [""], [1.0]]
    assert xll.formula("IDX_RANK", {"cells": [[3.0, 4.0]]}) == [[2.0, 1.0]]
    assert xll.formula("IDX_RANK", {"cells": 7.0}) == [[1.0]]


def test_blank_rows_at_the_end_count_as_far_as_others_have_cells(xll):
    ranks, groups = {"cells": [[1.0], [2.0], [None]]}, {"cells": [["a"], ["b"], ["c"]]}
    assert xll.formula("IDX_FIRST_IN_GROUP", ranks, groups) == [["★"], ["★"], [""]]


def test_errors_and_texts_are_named(xll):
    bad = {"cells": [[3.5], ["n/a"], [{"error": "#DIV/0!"}]]}
    assert xll.formula("IDX_RANK", bad) == [["#VALUE!"]]
    ((told,),) = xll.formula("IDX_LASTERROR")
    assert told.startswith("IDX_RANK: C001 scores: row 2, column 1 is the text 'n/a'")
    assert "row 3, column 1 holds the error #DIV/0!" in told


def test_an_argument_that_is_needed_is_asked_for(xll):
    assert xll.formula("IDX_RANK") == [["#VALUE!"]]
    assert "C009" in xll.formula("IDX_LASTERROR")[0][0]


def test_error_values_of_a_result_are_true_ones(xll):
    assert xll.formula("IDX_REGION", {"cells": [["江苏"], ["甲"]]})[1] == ["#N/A"]


def test_a_not_available_counts_as_a_blank(xll):
    """xlOil's own way, which docs/excel.md tells."""
    shown = xll.formula("IDX_RANK", {"cells": [[3.5], [{"error": "#N/A"}], [9.0]]})
    assert shown == call("IDX_RANK", [[3.5], [None], [9.0]]) or shown == [[2.0], [""], [1.0]]


def test_nothing_runs_while_a_formula_is_being_written(xll):
    xll("wizard", True)
    try:
        assert xll.formula("IDX_RANK", {"cells": [[3.5], ["n/a"]]}) == [[""]]
    finally:
        xll("wizard", False)


def test_a_slow_call_shows_not_available_until_its_result_is_there(xll):
    asked = ("IDX_ROBUSTNESS", [VALUES, WEIGHTS, 0.25, 30_000.0])
    assert xll("call", *asked, False, "B1") == [["#N/A"]]
    settled(xll, "B1", lambda state: state["results"])
    want = call("IDX_ROBUSTNESS", VALUES["cells"], WEIGHTS["cells"], 0.25, 30_000.0)
    assert xll("call", *asked, False, "B1") == want


@pytest.mark.parametrize("edit", ["another number", "cleared"])
def test_an_edit_cancels_a_slow_call_and_leaves_nothing_behind(xll, edit):
    before = xll("state", "B1")["kept"] if edit == "cleared" else None
    xll("call", "IDX_RANK", [{"cells": [[1.0], [2.0]]}], False, "C1")
    place = f"C{len(edit)}"
    assert xll("call", "IDX_ROBUSTNESS", [VALUES, WEIGHTS, 0.25, LONG], False, place) == [["#N/A"]]
    if edit == "cleared":
        xll("clear", place)
        state = settled(xll, place, lambda state: state["free"] and state["cancelled"])
        assert state["results"] == 0
        assert state["cancelled"]
        assert state["kept"] == before
    else:
        quick = xll("call", "IDX_ROBUSTNESS", [VALUES, WEIGHTS, 0.25, 100.0], True, place)
        assert len(quick) == 5
        state = settled(xll, place)
    assert state["free"]  # the thread and the simulation are over
    assert "CancelledError" not in state["told"]
    assert state["log"] == []


def test_the_same_slow_call_in_six_cells_runs_once(xll):
    asked = ("IDX_TIER_PROBABILITY", [VALUES, WEIGHTS, 0.3, 40_000.0, 5.0])
    before = xll("state", "B1")["begun"]
    for at in range(6):
        assert xll("call", *asked, False, f"D{at}") == [["#N/A"]]
    shown = [xll("call", *asked, True, f"D{at}") for at in range(6)]
    assert all(rows == shown[0] for rows in shown)
    assert shown[0] == call("IDX_TIER_PROBABILITY", VALUES["cells"], WEIGHTS["cells"], 0.3, 40_000.0, 5.0)
    assert xll("state", "D0")["begun"] == before + 1


@pytest.fixture
def windows(xloil, tmp_path, monkeypatch):
    """A Windows with xlOil's files, a Chinese user name and blanks in its paths."""
    home = tmp_path / "张 三"
    monkeypatch.setenv("APPDATA", str(home / "AppData"))
    (found,) = xloil.glob("*.data/data/share/xloil/xlOil.xll")
    monkeypatch.setattr(files, "library", lambda: found)
    monkeypatch.setattr(doctor, "version", lambda package: "0.22.1")
    return home / "XL START"


def listed(addin):
    """Return the worksheet functions of an add-in's VBA."""
    with zipfile.ZipFile(addin) as packed:
        source = ovba.Project.read(packed.read("xl/vbaProject.bin")).module(vba.MODULE).source
        described = b"IDX_RANK" in packed.read("xl/sharedStrings.xml")
    return described, [line for line in source.splitlines() if line.startswith("Function IDX_")]


def test_installing_takes_the_functions_from_the_xll_and_the_ribbon_from_the_xlam(windows):
    addin, library = xlam.install(windows)
    assert library.read_bytes() == files.library().read_bytes()
    assert listed(addin) == (False, [])
    with zipfile.ZipFile(addin) as packed:
        assert b"TierwiseRun" in packed.read("customUI/customUI.xml")
    own = files.settings_folder() / files.SETTINGS
    assert own.parent.parent == windows.parent / "AppData"
    told = tomllib.loads(own.read_text("utf-8"))
    assert told["xlOil_Python"]["LoadModules"] == [files.MODULE]
    assert told["xlOil_Python"]["Environment"][1]["PYTHONEXECUTABLE"] == sys.executable
    assert told["Addin"]["Environment"][0]["XLOIL_PATH"] == str(files.library().parent)
    assert doctor.addin_file(addin, wrappers=False)[0].state == "right"
    assert doctor.native_functions(library, 64)[0].state == "right"


def test_settings_are_such_as_xloil_has(windows, xloil):
    xlam.install(windows)
    (shipped,) = xloil.glob("*.data/data/share/xloil/xlOil.ini")
    known = set(re.findall(r"^#?\s*(\w+)\s*=", shipped.read_text("utf-8"), re.M))
    own = (files.settings_folder() / files.SETTINGS).read_text("utf-8")
    assert set(re.findall(r"^(\w+)\s*=", own, re.M)) <= known
    assert 'WorkbookModule="*.py"' in shipped.read_text("utf-8")  # what ours is not
    assert set('<>:"/\\|?').intersection(files.NO_MODULE)


def test_classic_functions_leave_no_xll(windows):
    xlam.install(windows)
    (addin,) = xlam.install(windows, classic=True)
    described, wrappers = listed(addin)
    assert described
    assert len(wrappers) == len(functions())
    assert not any(path.exists() for path in files.installed(windows))


def test_uninstalling_takes_the_xll_its_settings_and_its_log(windows, monkeypatch):
    monkeypatch.setattr("tierwise_addin.hosts.calc.extension.remove", list)
    xlam.install(windows)
    (files.settings_folder() / files.LOG).write_text("xlOil's")
    gone = uninstall.uninstall(windows, keep_settings=True)
    assert {*map(str, files.installed(windows)), str(windows / xlam.NAME)} <= {*gone}
    assert not any(path.exists() for path in files.installed(windows))


@pytest.mark.parametrize(
    "fault", ["other python", "other xlOil", "no settings", "32 bit", "no xlOil", "core"]
)
def test_doctor_tells_what_is_wrong_with_the_xll(windows, fault, monkeypatch):
    _, library = xlam.install(windows)
    own = files.settings_folder() / files.SETTINGS
    if fault == "other python":
        monkeypatch.setattr(sys, "executable", "/other/python")
    elif fault == "other xlOil":
        library.write_bytes(b"MZ")
    elif fault == "no settings":
        own.unlink()
    elif fault == "no xlOil":
        monkeypatch.setattr(files, "library", lambda: None)
    elif fault == "core":
        own.with_name("xlOil.ini").write_text("")
    (look,) = doctor.native_functions(library, 32 if fault == "32 bit" else 64)
    assert look.state == ("unseen" if fault == "core" else "wrong")
    assert look.to_do.zh
    assert fault != "32 bit" or "--classic" in look.to_do.en


def test_a_whole_column_is_as_quick_as_its_rows(xll):
    rows, groups = [[at + 1.0] for at in range(2000)], [["a"]] * 2001
    exact = xll.formula("IDX_RANK", {"cells": rows})
    assert xll.formula("IDX_RANK", {"cells": rows, "rows": 1_048_576}) == exact
    whole = [xll("timed", "IDX_RANK", {"cells": rows, "rows": 1_048_576}) for _ in range(3)]
    assert min(whole) < 1.0  # to look for the last row in numpy; a list of a million rows alone takes more
    marks = xll.formula("IDX_FIRST_IN_GROUP", {"cells": rows, "rows": 1_048_576}, {"cells": groups})
    assert len(marks) == 2001  # a blank cell beside one that is filled counts
