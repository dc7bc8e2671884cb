"""Golden cases through every host, compared bit for bit with the engine's own answer."""

import json
import urllib.request

import pytest

from tierwise_addin import cell_kinds
from tierwise_addin.catalogue import functions
from tierwise_addin.examples import EXAMPLES, Example, Table, cells_of
from tierwise_addin.workbook import formula

CASES = [example for example in EXAMPLES if not functions()[example.function].volatile]
NAMES = [f"{at}-{example.function}" for at, example in enumerate(CASES)]


@pytest.fixture(scope="module")
def expected():
    from tierwise_addin import call

    return {
        at: [[cell_kinds.to_json(cell) for cell in row] for row in call(example.function, *example.cells)]
        for at, example in enumerate(CASES)
    }


@pytest.mark.host
@pytest.mark.parametrize("at", range(len(CASES)), ids=NAMES)
def test_calc(office, expected, at):
    calc, book = office
    want = expected[at]
    reference = f"A1:{codec_address(len(want), len(want[0]))}"
    text = formula(CASES[at], ";").replace("Data!", "Data.")
    calc.formula(book, "", reference, text)
    got = calc.read(book, "", reference)
    calc.clear(book, "", reference)
    assert got == want


def codec_address(rows, columns):
    from tierwise.inputs.sheet import address

    return address(rows - 1, columns - 1)


@pytest.mark.parametrize("at", range(len(CASES)), ids=NAMES)
def test_excel_through_xloil(xll, expected, at):
    given = [as_com(item, xll) for item in CASES[at].given]
    assert xll.formula(CASES[at].function, *given, waits=True) == expected[at]


@pytest.mark.parametrize("at", range(len(CASES)), ids=NAMES)
def test_excel_through_com(excel, expected, at):
    given = [as_com(item, excel) for item in CASES[at].given]
    assert excel.formula(CASES[at].function, *given, waits=True) == expected[at]


def as_com(item, excel):
    if isinstance(item, Example):  # a study lives in the process that was asked for it
        excel.formula(item.function, *(as_com(one, excel) for one in item.given), waits=True)
    if isinstance(item, (Example, Table)):
        rows = cells_of(item)
        return {"cells": rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]}
    return {"missing": 1} if item is None else item


@pytest.mark.parametrize("at", range(len(CASES)), ids=NAMES)
def test_the_served_engine(served, expected, at):
    body = json.dumps({"name": CASES[at].function, "cells": CASES[at].cells}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {served.token}"}
    request = urllib.request.Request(f"{served.server}/call", body, headers)
    with urllib.request.urlopen(request, timeout=30) as reply:
        assert json.loads(reply.read())["rows"] == expected[at]
