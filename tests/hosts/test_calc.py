"""LibreOffice Calc with the extension: formulas typed, opened from .xlsx, saved, and their failures."""

import re
import socket
import threading
import time
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import xlsxwriter

from tierwise_addin import settings
from tierwise_addin.catalogue import functions
from tierwise_addin.hosts.calc import extension, headless
from tierwise_addin.relink import relink

pytestmark = pytest.mark.host

VALUE, NOT_AVAILABLE, BAD_PARAMETER = 519, 32767, 504


@pytest.fixture
def sheet(calc):
    book = calc.open()
    yield book
    calc.close_book(book)


def put(calc, book, address, text):
    calc.formula(book, "", address, text)
    return calc.read(book, "", address)


def test_the_function_wizard_tells_every_function_and_argument(calc):
    told = calc.functions()
    assert set(told) == set(functions())
    for function in functions().values():
        shown = told[function.name]
        assert shown["help"] == function.help.en
        assert shown["arguments"] == [[a.name, a.text("en"), a.optional] for a in function.arguments]


def test_results_fill_their_range_and_more_is_not_available(calc, sheet):
    calc.write(sheet, "", "A1:A4", [[3.5], [9.0], [""], [3.5]])
    assert put(calc, sheet, "B1:B6", "=IDX_RANK(A1:A4)") == [
        [2],
        [1],
        [""],
        [2],
        [{"error": NOT_AVAILABLE}],
        [{"error": NOT_AVAILABLE}],
    ]


def test_arguments_left_out_in_the_middle_blank_or_nested(calc, sheet):
    calc.write(sheet, "", "A1:A3", [[3.5], [9.0], [3.5]])
    ascending = [[1], [3], [1]]
    assert put(calc, sheet, "B1:B3", "=IDX_RANK(A1:A3;;1)") == ascending
    assert put(calc, sheet, "C1:C3", "=IDX_RANK(A1:A3;Z9;TRUE())") == ascending
    assert put(calc, sheet, "D1:D3", "=IDX_RANK(IDX_RANK(A1:A3))") == ascending
    assert put(calc, sheet, "E1:G1", '=IDX_RANK({3;4;3};"max")') == [[3, 1, 3]]


def test_a_whole_column(calc, sheet):
    calc.write(sheet, "", "A1:A3", [[3.5], [9.0], [3.5]])
    assert put(calc, sheet, "B1:B4", "=IDX_RANK(A:A)") == [[2], [1], [2], [{"error": NOT_AVAILABLE}]]


def test_blank_cells_at_the_end_of_a_long_range_count_beside_others(calc, sheet):
    calc.write(sheet, "", "A1:A3", [[1.0], [2.0], [3.0]])
    calc.write(sheet, "", "B1:B1200", [["a"]] * 1200)
    shown = put(calc, sheet, "C1:C1200", "=IDX_FIRST_IN_GROUP(A1:A1200;B1:B1200)")
    assert shown == [["★"]] + [[""]] * 1199


def test_bad_cells_are_told_by_the_last_error(calc, sheet):
    calc.write(sheet, "", "A1:A3", [[3.5], ["n/a"], [1]])
    assert put(calc, sheet, "B1:B3", "=IDX_RANK(A1:A3)") == [[{"error": VALUE}]] * 3
    told = put(calc, sheet, "C1", "=IDX_LASTERROR()")[0][0]
    assert told.startswith("IDX_RANK: C001 scores: row 2, column 1 is the text 'n/a'; put a number there")
    calc.formula(sheet, "", "D1", "=1/0")
    assert put(calc, sheet, "E1", "=IDX_RANK(D1:D2)") == [[{"error": BAD_PARAMETER}]]


def book_of_excel(path):
    """Write a workbook as Excel saves it: spilling formulas under the plain names."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Index")
        sheet.write_column("A1", [3.5, 9.0, 3.5, 1.0])
        sheet.write_dynamic_array_formula("B1:B4", "=IDX_RANK(A1:A4)")
        sheet.write_dynamic_array_formula("C1:C4", '=IDX_RANK(A1:A4,"max",1)')
        sheet.write_dynamic_array_formula("D1:D4", "=IDX_RANK(A1:A4,,TRUE)")
        sheet.write_formula("E1", "=IDX_VERSION()")
        sheet.write_formula("F1", '=IDX_RANK(A1:A4,"mn")')
        sheet.write_formula("F2", "=ISERROR(F1)")
    return path


def test_a_workbook_of_excel_calculates_in_calc_and_goes_back(calc, tmp_path):
    book = calc.open(book_of_excel(tmp_path / "excel.xlsx"))
    try:
        assert calc.read(book, "Index", "B1:D4") == [[2, 3, 2], [1, 4, 4], [2, 3, 2], [4, 1, 1]]
        assert calc.read(book, "Index", "E1") == [[extension.__version__]]
        assert calc.read(book, "Index", "F1:F2") == [[{"error": VALUE}], [1]]
        calc.write(book, "Index", "A4", [[10.0]])
        assert calc.read(book, "Index", "B1:B4") == [[3], [2], [3], [1]]
        saved = calc.save(book, tmp_path / "calc.xlsx")
    finally:
        calc.close_book(book)
    written = zipfile.ZipFile(saved).read("xl/worksheets/sheet1.xml").decode()
    assert "IDX_RANK(A1:A4)" in written
    assert "_xl" not in written.split("<sheetData")[1]
    again = calc.open(saved)
    try:
        assert calc.read(again, "Index", "B1:B4") == [[3], [2], [3], [1]]
    finally:
        calc.close_book(again)


def test_what_is_typed_here_gets_plain_names_by_relink(calc, sheet, tmp_path):
    calc.write(sheet, "", "A1:A3", [[3.0], [1.0], [2.0]])
    calc.formula(sheet, "", "B1:B3", "=IDX_RANK(A1:A3)")
    saved = Path(calc.save(sheet, tmp_path / "typed.xlsx"))
    long = "IDXRANK" in zipfile.ZipFile(saved).read("xl/worksheets/sheet1.xml").decode()
    assert relink(saved, tmp_path / "plain.xlsx").formulas == ({"Sheet1": 1} if long else {})
    book = calc.open(tmp_path / "plain.xlsx" if long else saved)
    try:
        assert calc.read(book, "", "B1:B3") == [[1], [3], [2]]
        calc.write(book, "", "A1", [[0.5]])
        assert calc.read(book, "", "B1:B3") == [[3], [2], [1]]
    finally:
        calc.close_book(book)


def test_the_same_over_http(calc_over_http, tmp_path):
    calc = calc_over_http
    book = calc.open(book_of_excel(tmp_path / "excel.xlsx"))
    try:
        assert calc.read(book, "Index", "B1:D4") == [[2, 3, 2], [1, 4, 4], [2, 3, 2], [4, 1, 1]]
        calc.write(book, "Index", "A4", [["n/a"]])
        calc.formula(book, "Index", "H1", "=IDX_RANK(A1:A4)")
        assert calc.read(book, "Index", "H1") == [[{"error": VALUE}]]
        calc.formula(book, "Index", "I1", "=IDX_LASTERROR()")
        assert "row 4, column 1 is the text 'n/a'" in calc.read(book, "Index", "I1")[0][0]
    finally:
        calc.close_book(book)


def test_a_server_that_is_down_says_so_in_the_cell():
    with headless.Calc(settings.Settings(engine="http", server="http://127.0.0.1:9")) as calc:
        book = calc.open()
        calc.formula(book, "", "B1", "=IDX_RANK(A1:A4)")
        start = time.perf_counter()
        assert calc.read(book, "", "B1") == [[{"error": 32767}]]
        assert time.perf_counter() - start < 2
        calc.formula(book, "", "C1", "=IDX_LASTERROR()")
        told = calc.read(book, "", "C1")[0][0]
        assert told == "tierwise: the server at http://127.0.0.1:9 does not answer: tierwise serve"


def test_a_server_that_wants_another_token_says_so(served):
    with headless.Calc(replace(served, token="another")) as calc:
        book = calc.open()
        calc.formula(book, "", "B1", "=IDX_RANK(A1:A4)")
        assert calc.read(book, "", "B1") == [[{"error": 32767}]]
        calc.formula(book, "", "C1", "=IDX_LASTERROR()")
        assert "a token is needed" in calc.read(book, "", "C1")[0][0]


def test_a_server_that_is_silent_does_not_hold_up_the_sheet():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with headless.Calc(settings.Settings(engine="http", server=address)) as calc:
            book = calc.open()
            start = time.perf_counter()
            for row in range(1, 21):
                calc.formula(book, "", f"B{row}", "=IDX_RANK(A1:A4)")
            told = calc.read(book, "", "B1:B20")
            assert time.perf_counter() - start < 3
            assert told == [[{"error": 32767}]] * 20
            calc.formula(book, "", "C1", "=IDX_LASTERROR()")
            silence = f"tierwise: the server at {address} is silent: recalculate in a while"
            assert calc.read(book, "", "C1") == [[silence]]


class Half(BaseHTTPRequestHandler):
    """A server that answers what it is, and one call of two."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._send(b"{}")

    def do_POST(self):
        if b"IDX_KENDALL_W" in self.rfile.read(int(self.headers["Content-Length"])):
            time.sleep(3)
        self._send(b'{"rows": [[7.0]]}')

    def _send(self, content):
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def test_one_late_cell_does_not_silence_the_others():
    with ThreadingHTTPServer(("127.0.0.1", 0), Half) as half:
        threading.Thread(target=half.serve_forever, daemon=True).start()
        chosen = settings.Settings(engine="http", server=f"http://127.0.0.1:{half.server_port}")
        with headless.Calc(chosen) as calc:
            book = calc.open()
            calc.formula(book, "", "B1", "=IDX_KENDALL_W(A1:A4)")
            assert calc.read(book, "", "B1") == [[{"error": NOT_AVAILABLE}]]
            calc.formula(book, "", "C1", "=IDX_RANK(A1:A4)")
            assert calc.read(book, "", "C1") == [[7]]
        half.shutdown()


def test_the_packed_extension_is_the_same_each_time(tmp_path):
    first, second = (extension.pack(tmp_path / f"{k}.oxt").read_bytes() for k in "ab")
    assert first == second
    assert set(zipfile.ZipFile(tmp_path / "a.oxt").namelist()) == set(extension.contents())


STORED = (
    "[1]!IDX_RANK",
    "_xll.IDX_RANK",
    "_xldudf_IDX_RANK",
    "'C:\\tierwise.xlam'!IDX_RANK",
    "_xlfn.IDX_RANK",
)


@pytest.mark.parametrize("stored", STORED)
def test_functions_that_excel_stored_in_another_form_are_found_and_saved_by_plain_names(
    calc, tmp_path, stored
):
    path = tmp_path / "excel.xlsx"
    with xlsxwriter.Workbook(path, {"use_future_functions": False}) as book:
        sheet = book.add_worksheet("Index")
        sheet.write_column("A1", [3.5, 9.0, 3.5, 1.0])
        sheet.write_array_formula("B1:B4", f'{{={stored}(A1:A4,,1)+0*LEN("{stored}(")}}')
        sheet.write_formula("C1", f"=SUM({stored}(A1:A4),{stored}(A1:A4))")
    opened = calc.open(path)
    try:
        assert calc.read(opened, "Index", "B1:B4") == [[2], [4], [2], [1]]
        assert calc.read(opened, "Index", "C1") == [[18.0]]
        saved = calc.save(opened, tmp_path / "calc.xlsx")
    finally:
        calc.close_book(opened)
    written = zipfile.ZipFile(saved).read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r"[^ <>]*IDX_RANK\(A1:A4", written, re.I)
    assert not re.search(r"(?:_xll\.|_xldudf_|_xlfn\.|!)IDX_RANK\(A", written, re.I)
