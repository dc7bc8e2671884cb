"""An argument that is skipped, blank, 0 or an empty text means the same in every host."""

import json
import urllib.request
from functools import cache

import pytest
import xlsxwriter
from tests.hosts import office_js

from tierwise.inputs.sheet import address
from tierwise_addin import answer, cell_kinds
from tierwise_addin.catalogue import functions
from tierwise_addin.examples import EXAMPLES, TABLES, Example, cells_of
from tierwise_addin.workbook import formula, tables

AS_CELLS = {"skipped": None, "blank": None, "zero": 0.0, "text": ""}
AS_TEXT = {"skipped": "", "blank": "Data!$ZZ$999", "zero": "0", "text": '""'}
AS_OFFICE = {"skipped": None, "blank": [[""]], "zero": [[0]], "text": [[""]]}
AS_COM = {"skipped": {"missing": 1}, "blank": {"cells": None}, "zero": 0, "text": ""}
MEANS_ZERO = {
    ("IDX_NORMALISE", "low"),
    ("IDX_NORMALISE", "high"),
    ("IDX_CLOSEST_WEIGHTS", "experts_or_spread"),
}
"""Where 0 is a value of its own, and a lone blank cell is 0 to Calc."""


def cases():
    """Yield every optional argument of every function with the longest example of its function."""
    for function in functions().values():
        examples = [one.given for one in EXAMPLES if one.function == function.name]
        longest = max(examples, key=len)
        given = [*longest, *[None] * (len(function.arguments) - len(longest))]
        for at, argument in enumerate(function.arguments):
            if argument.name == "draws":
                given[at] = 300.0
        for at, argument in enumerate(function.arguments):
            if argument.optional:
                yield pytest.param(function.name, tuple(given), at, id=f"{function.name}-{argument.name}")


CASES = [*cases()]
EACH = pytest.mark.parametrize(("function", "given", "at"), CASES)


def sent(given, at, cell, as_sent=lambda one: one):
    """Return arguments as a host sends them, one of them as told."""
    held = [as_sent(cells_of(one)) for one in given]
    held[at] = cell
    return held


@cache
def expected(function, given, at, kind):
    rows = answer(function, *sent(given, at, AS_CELLS[kind]))
    return [[cell_kinds.to_json(cell) for cell in row] for row in rows]


def means_zero(function, at):
    return (function, functions()[function].arguments[at].name) in MEANS_ZERO


@EACH
def test_each_way_to_leave_out_is_one(function, given, at):
    skipped, zero, text = (expected(function, given, at, kind) for kind in ("skipped", "zero", "text"))
    assert text == skipped
    assert zero == skipped or means_zero(function, at)


def as_com(cell):
    if isinstance(cell, list):
        return {"cells": cell if len(cell) > 1 or len(cell[0]) > 1 else cell[0][0]}
    return {"missing": 1} if cell is None else cell


@EACH
def test_through_com(excel, function, given, at):
    for inner in (one for one in given if isinstance(one, Example)):  # a study lives in its own process
        excel.formula(inner.function, *map(as_com, inner.cells), waits=True)
    for kind, cell in AS_COM.items():
        shown = excel.formula(function, *sent(given, at, cell, as_com), waits=True)
        if (rows := expected(function, given, at, kind)) == [["#VALUE!"]]:
            assert shown[0][0].startswith(f"{cell_kinds.ERROR_MARK}2015|{function}: ")
        else:
            assert shown == rows, kind


@EACH
def test_through_xloil(xll, function, given, at):
    for inner in (one for one in given if isinstance(one, Example)):  # a study lives in its own process
        xll.formula(inner.function, *map(as_com, inner.cells), waits=True)
    for kind, cell in AS_COM.items():
        shown = xll.formula(function, *sent(given, at, cell, as_com), waits=True)
        assert shown == expected(function, given, at, kind), kind


@pytest.mark.host
@EACH
def test_in_chromium(page, function, given, at):
    for inner in (one for one in given if isinstance(one, Example)):  # a study lives in the server's process
        office_js.formula(page, inner.function, *map(office_js.as_office, inner.cells))
    for kind, cell in AS_OFFICE.items():
        told = office_js.formula(page, function, *sent(given, at, cell, office_js.as_office))
        rows = expected(function, given, at, kind)
        if "error" in told:
            assert rows == [["#VALUE!"]], kind
        else:
            assert [[office_js.plain(cell) for cell in row] for row in told["rows"]] == rows, kind


@EACH
def test_served(served, function, given, at):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {served.token}"}
    for kind, cell in AS_CELLS.items():
        body = json.dumps({"name": function, "cells": sent(given, at, cell)}).encode()
        request = urllib.request.Request(f"{served.server}/call", body, headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            assert json.loads(reply.read())["rows"] == expected(function, given, at, kind), kind


def text_of(function, given, at, kind, separator=","):
    """Return the formula; what is skipped at its end keeps its separator."""
    held = list(sent(given, at, "@@", lambda one: one))
    held = [one if place == at else given[place] for place, one in enumerate(held)]
    while held[-1] is None:
        held.pop()
    return formula(Example(function, tuple(held)), separator).replace('"@@"', AS_TEXT[kind])


def of_calc(function, given, at, kind, *, blank_is_zero):
    """Return what Calc shows: an error by its number."""
    if blank_is_zero and kind == "blank" and means_zero(function, at):
        kind = "zero"
    rows = expected(function, given, at, kind)
    return [[{"error": 519}]] if rows == [["#VALUE!"]] else rows


@pytest.mark.host
@EACH
def test_typed_in_calc(office, function, given, at):
    calc, book = office
    for kind in AS_TEXT:
        rows = of_calc(function, given, at, kind, blank_is_zero=True)
        reference = f"A1:{address(len(rows) - 1, len(rows[0]) - 1)}"
        text = text_of(function, given, at, kind, ";").replace("Data!", "Data.")
        calc.formula(book, "", reference, text)
        shown = calc.read(book, "", reference)
        calc.clear(book, "", reference)
        assert shown == rows, text


WAYS = (
    False,
    True,
)  # of a lone blank cell: as one through Basic, as in 7.4, as zero through the add-in, as in 25.2


def in_area(rows, height, width):
    """Return what an array formula shows: a single row or column again and again, #N/A beyond the result."""
    beyond = {"error": 32767}
    down = (
        [rows[0]] * height if len(rows) == 1 else [*rows, *[[beyond] * len(rows[0])] * (height - len(rows))]
    )
    return [row * width if len(row) == 1 else [*row, *[beyond] * (width - len(row))] for row in down]


@pytest.fixture(scope="module")
def from_a_file(calc, tmp_path_factory):
    """All formulas in one workbook of Excel's, opened by Calc, and where the result of each stands."""
    path = tmp_path_factory.mktemp("left-out") / "book.xlsx"
    places, down = {}, 0
    with xlsxwriter.Workbook(path) as book:
        sheet, data = book.add_worksheet("Cases"), book.add_worksheet("Data")
        for name, block in tables().items():
            for row, cells in enumerate(TABLES[name], block.row):
                for column, cell in enumerate(cells, block.column):
                    if cell is not None:
                        data.write(row, column, cell)
        for case in CASES:
            for kind in AS_TEXT:
                each = [of_calc(*case.values, kind, blank_is_zero=way) for way in WAYS]
                height, width = max(map(len, each)), max(len(rows[0]) for rows in each)
                last = down + height - 1, width - 1
                sheet.write_array_formula(down, 0, *last, text_of(*case.values, kind))
                shown = [in_area(rows, height, width) for rows in each]
                places[*case.values, kind] = f"{address(down, 0)}:{address(*last)}", shown
                down += height
    opened = calc.open(path)
    yield opened, places
    calc.close_book(opened)


@pytest.mark.host
@EACH
def test_in_a_file_that_calc_opens(calc, from_a_file, function, given, at):
    book, places = from_a_file
    for kind in AS_TEXT:
        place, either = places[function, given, at, kind]
        assert calc.read(book, "Cases", place) in either, kind
