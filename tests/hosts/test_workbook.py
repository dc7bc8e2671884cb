"""The self-checking workbook: Calc opens it, recalculates all of it, and every verdict is OK."""

import csv
import subprocess
import zipfile

import pytest

from tierwise_addin import call
from tierwise_addin.catalogue import functions
from tierwise_addin.examples import EXAMPLES
from tierwise_addin.hosts.calc import office
from tierwise_addin.live import FIRST, source
from tierwise_addin.live import write as live
from tierwise_addin.workbook import MISSING, TOLD, layout, tables, write

pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write(tmp_path_factory.mktemp("book") / "functions.xlsx")


def test_every_function_stands_in_it():
    assert {one.example.function for one in layout()} == set(functions())


def test_names_travel_between_excel_and_calc(path):
    with zipfile.ZipFile(path) as packed:
        sheets = "".join(
            packed.read(name).decode() for name in packed.namelist() if "worksheets/sheet" in name
        )
    assert "_xludf" not in sheets
    for function in functions():
        assert '<f t="array"' in sheets and f">{function}(" in sheets


def verdicts(calc, book):
    rows = calc.read(book, "Check", f"A4:B{len(EXAMPLES) + 3}")
    return dict(rows)


def test_every_verdict_is_ok_in_calc(calc, path):
    book = calc.open(path)
    try:
        found = verdicts(calc, book)
        assert len(found) == len(EXAMPLES)
        assert [formula for formula, verdict in found.items() if verdict != "OK"] == []
        assert calc.read(book, "Check", "A2") == [[f"{len(EXAMPLES)} of {len(EXAMPLES)} OK"]]
    finally:
        calc.close_book(book)


def seen_without_the_add_in(book, folder):
    """Return the sheet Check as a Calc without the functions shows it."""
    subprocess.run(
        [
            # The script starts it again where a new profile wants that.
            *(
                office.program().with_name("soffice"),
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
            ),
            *("--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", folder, book),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    with (folder / f"{book.stem}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.reader(file)]


def test_without_the_add_in_nothing_is_ok(calc, path, tmp_path):
    book = calc.open(path)
    try:
        saved = calc.save(book, tmp_path / "saved.xlsx")
    finally:
        calc.close_book(book)
    for one in (path, saved):
        rows = seen_without_the_add_in(one, tmp_path)
        assert rows[1][0] == TOLD
        assert [row[1] for row in rows[3:]] == [MISSING] * len(EXAMPLES)


def test_a_changed_weight_is_followed_and_told(calc, path, tmp_path):
    book = calc.open(path)
    try:
        (weights,) = [one for one in layout() if one.example.function == "IDX_COMBINE_WEIGHTS"]
        before = calc.read(book, weights.sheet, weights.result.reference.replace("$", ""))
        cell = tables()["weights"].reference.split(":")[0].replace("$", "")
        calc.write(book, "Data", cell, [[0.9]])
        after = calc.read(book, weights.sheet, weights.result.reference.replace("$", ""))
        assert after != before
        found = verdicts(calc, book)
        assert found[weights.formula[1:]] == "DIFFERS"
        assert found["IDX_RANK(Data!" + tables()["scores"].reference + ")"] == "OK"
        saved = calc.save(book, tmp_path / "again.xlsx")
    finally:
        calc.close_book(book)
    again = calc.open(saved)
    try:
        assert verdicts(calc, again) == found
    finally:
        calc.close_book(again)


def test_a_weight_moves_the_list_of_counties(calc, tmp_path):
    given = source()
    book = calc.open(live(tmp_path / "live.xlsx"))
    try:
        last = FIRST + len(given.names)
        cells = f"D{FIRST + 1}:F{last}"
        before = calc.read(book, "List", cells)
        ranks = [row[1] for row in before]
        assert ranks[:3] == [1, 2, 3]
        assert ranks[84:87] == [85, 85, 87]
        assert [[row[2] for row in before].count(tier) for tier in (1, 2, 3, 4)] == [6, 24, 27, 43]
        weights = [*given.weights]
        weights[0] += 40
        calc.write(book, "Data", "C2", [[weights[0]]])
        after = calc.read(book, "List", cells)
        scores = call("IDX_SCORE", given.values, [weights], None, None, [given.directions])
        rounded = [[round(score, given.decimals)] for (score,) in scores]
        assert [[row[0]] for row in after] == rounded
        assert [[row[1]] for row in after] == call("IDX_RANK", rounded) != [[rank] for rank in ranks]
        assert [[row[2]] for row in after] == call("IDX_TIERS", rounded, 4)
        table = calc.read(book, "List", f"G{FIRST}:U{last}")
        drawn = call(
            "IDX_ROBUSTNESS",
            *(given.values, [weights], 0.25, 10_000, given.seed, 4, None, None, None, [given.directions]),
        )
        assert table == drawn
    finally:
        calc.close_book(book)
