"""Hostile calls get the same answer on every host; 5,000 of them with TIERWISE_HOSTILE=5000."""

import json
import os
import urllib.request

import pytest
from tests.hosts import hostile
from tests.hosts.office_js import as_office, formula, plain

from tierwise.inputs.sheet import address
from tierwise_addin import answered, cell_kinds
from tierwise_addin.catalogue import functions
from tierwise_addin.examples import STUDY

COUNT = int(os.environ.get("TIERWISE_HOSTILE", "150"))
SEED = 20_190_101
CALLS = [*hostile.calls(SEED, COUNT)]
PARTS = [range(start, min(start + 50, COUNT)) for start in range(0, COUNT, 50)]
EACH = pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.start}-{part.stop - 1}")


@pytest.fixture(scope="module")
def expected():
    known = {}

    def of(at):
        if at not in known:
            name, given = CALLS[at]
            rows, failure = answered(name, *given)
            known[at] = [[cell_kinds.to_json(cell) for cell in row] for row in rows], failure
        return known[at]

    return of


def test_the_calls_are_the_same_each_time():
    assert CALLS[:20] == [*hostile.calls(SEED, 20)]


@EACH
def test_none_is_a_defect(expected, part):
    for at in part:
        rows, failure = expected(at)
        assert len({len(row) for row in rows}) == 1
        assert "C015" not in failure, (CALLS[at], failure)


@EACH
def test_served(served, expected, part):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {served.token}"}
    for at in part:
        name, given = CALLS[at]
        body = json.dumps({"name": name, "cells": given}).encode()
        for _ in range(60):
            request = urllib.request.Request(f"{served.server}/call", body, headers)
            with urllib.request.urlopen(request, timeout=30) as reply:
                rows = json.loads(reply.read())["rows"]
            if rows != [["#N/A"]] or expected(at)[0] == rows:
                break
        assert rows == expected(at)[0], CALLS[at]


@EACH
def test_through_com(excel, expected, part):
    excel.formula(STUDY.function, *map(as_com, STUDY.cells))  # which lives in its own process
    for at in part:
        name, given = CALLS[at]
        shown = excel.formula(name, *map(as_com, given), waits=True)
        rows, failure = expected(at)
        if failure:
            assert shown[0][0].startswith(f"{cell_kinds.ERROR_MARK}2015|{name}: "), CALLS[at]
        else:
            assert shown == [[as_shown(cell) for cell in row] for row in rows], CALLS[at]


@EACH
def test_through_xloil(xll, expected, part):
    xll.formula(STUDY.function, *map(as_com, STUDY.cells))  # which lives in its own process
    for at in part:
        name, given = CALLS[at]
        if "#N/A" in str(given):
            continue  # which xlOil hands over as a blank
        rows, failure = expected(at)
        want = [["#VALUE!"]] if failure else rows
        assert xll.formula(name, *map(as_com, given), waits=True) == want, CALLS[at]


@pytest.mark.host
@EACH
def test_in_chromium(page, expected, part):
    """Streaming functions show a failure as a cell, others as the error of their call."""
    formula(page, STUDY.function, *map(as_office, STUDY.cells))  # which lives in the server's process
    for at in part:
        name, given = CALLS[at]
        if any(is_no_range(item) for item in given):
            continue  # which no cell of Excel holds
        rows, failure = expected(at)
        told = formula(page, name, *map(as_office, given))
        if failure and "error" in told:
            assert told["error"] == "#VALUE!", CALLS[at]
        else:
            want = [["#VALUE!"]] if failure else rows
            assert [[plain(cell) for cell in row] for row in told["rows"]] == want, CALLS[at]


def is_no_range(item):
    return isinstance(item, list) and not all(item)


def as_com(item):
    """Return an argument as COM passes it: an error is one, no text."""
    if item is None:
        return {"missing": 1}
    if not isinstance(item, list):
        return {"error": item} if item in ("#N/A", "#VALUE!") else item
    rows = [[{"error": cell} if cell in ("#N/A", "#VALUE!") else cell for cell in row] for row in item]
    return {"cells": rows if len(rows) > 1 or len(rows[0]) > 1 else rows[0][0]}


def as_shown(cell):
    """Return a cell of a result as COM passes it on."""
    if isinstance(cell, str) and cell.startswith("#") and cell_kinds.canonical(cell) != cell:
        return cell_kinds.to_com(cell_kinds.canonical(cell))
    return cell_kinds.to_com(cell) if isinstance(cell, str) else cell


@pytest.fixture(params=["calc", "calc_over_http"], scope="module")
def office(request):
    calc = request.getfixturevalue(request.param)
    book = calc.open()
    calc.add_sheet(book, "Data")
    yield calc, book
    calc.close_book(book)


@pytest.mark.host
@EACH
def test_calc(office, expected, part):
    calc, book = office
    for at in part:
        name, given = CALLS[at]
        takes = functions()[name].arguments
        if (takes and takes[0].name == "study") or any(holds_error(item) for item in given):
            continue  # a study lives in the office's own process
        texts, column = [], 0
        for item in given:
            if not isinstance(item, list):
                texts.append(literal(item))
                continue
            rows = [["" if cell is None else cell for cell in row] for row in item]
            place = f"{address(0, column)}:{address(len(rows) - 1, column + len(rows[0]) - 1)}"
            calc.write(book, "Data", place, rows)
            texts.append(f"Data.{place}")
            column += len(rows[0]) + 1
        rows, failure = expected(at)
        reference = f"A1:{address(len(rows) - 1, len(rows[0]) - 1)}"
        calc.formula(book, "", reference, f"={name}({';'.join(texts)})")
        shown = calc.read(book, "", reference)
        calc.clear(book, "", reference)
        if column:
            calc.clear(book, "Data", f"A1:{address(40, column)}")
        if failure:
            assert shown[0][0] in [{"error": code} for code in (502, 504, 519)], CALLS[at]
        else:
            want = [[{"error": 32767} if cell == "#N/A" else cell for cell in row] for row in rows]
            assert shown == want, CALLS[at]


def holds_error(item):
    """Return whether a range is one that Calc keeps to itself, or a lone blank cell, which is 0 to it."""
    cells = [cell for row in item for cell in row] if isinstance(item, list) else [item]
    return any(isinstance(cell_kinds.canonical(cell), cell_kinds.ErrorValue) for cell in cells) or item in (
        [[None]],
        [[""]],
    )


def literal(item):
    if item is None:
        return ""
    return '"' + item.replace('"', '""') + '"' if isinstance(item, str) else repr(item)
