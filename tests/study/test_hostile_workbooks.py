"""Workbooks as people make them: what is served, and what is refused by cell."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tierwise.errors import TierwiseError
from tierwise.stages import checked, run
from tierwise.study.scenario import Scenario, load

Cells = dict[str, list[list[Any]]]
WriteBook = Callable[[Cells], Path]
Touch = Callable[[Any, Any], None]


def found(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(TierwiseError) as caught:
        load(path)
    assert all(problem.line("en") and problem.line("zh") for problem in caught.value.problems)
    return [(problem.code, problem.place) for problem in caught.value.problems]


def written(cells: Cells, path: Path, touch: Touch) -> Path:
    """Write sheets, then let ``touch`` change the sheet Data of the book."""
    book = xlsxwriter.Workbook(str(path / "touched.xlsx"))
    for name, rows in cells.items():
        sheet = book.add_worksheet(name)
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                sheet.write(row, column, value)
        if name == "Data":
            touch(book, sheet)
    book.close()
    return path / "touched.xlsx"


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "problem"),
    [
        ("Data", 1, 3, "10", ("D003", "Data!D2")),
        ("Data", 1, 3, "１０", ("D003", "Data!D2")),
        ("Data", 1, 3, "12.5%", ("D003", "Data!D2")),
        ("Data", 1, 3, "1,234", ("D003", "Data!D2")),
        ("Data", 1, 3, "-", ("D003", "Data!D2")),
        ("Data", 1, 3, True, ("D003", "Data!D2")),
        ("Data", 1, 3, 1e200, ("D014", "Data!D2")),
        ("Data", 1, 3, -1e-200, ("D014", "Data!D2")),
        ("Data", 6, 0, "#N/A", ("D005", "Data!A7")),
        ("Data", 6, 1, "#N/A", ("D005", "Data!B7")),
        ("Data", 6, 2, "#N/A", ("D005", "Data!C7")),
        ("Data", 6, 7, "#DIV/0!", ("D005", "Data!H7")),
        ("Framework", 1, 3, True, ("D003", "Framework!D2")),
        ("Framework", 6, 1, "#REF!", ("D005", "Framework!B7")),
        ("Experts", 1, 1, "#NAME?", ("D005", "Experts!B2")),
        ("Experts", 1, 4, "五", ("D003", "Experts!E2")),
    ],
)
def test_one_bad_cell_is_named(
    sheets: Cells,
    write_book: WriteBook,
    sheet: str,
    row: int,
    column: int,
    value: object,
    problem: tuple[str, str],
) -> None:
    sheets[sheet][row][column] = value
    assert found(write_book(sheets)) == [problem]


def test_dates_and_times_are_no_figures(sheets: Cells, tmp_path: Path) -> None:
    def touch(book: Any, sheet: Any) -> None:
        sheet.write_datetime(1, 3, dt.datetime(2019, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(2, 3, 0.5, book.add_format({"num_format": "hh:mm"}))
        sheet.write_number(3, 3, 1.5, book.add_format({"num_format": "[h]:mm"}))

    assert found(written(sheets, tmp_path, touch)) == [("D003", f"Data!D{row}") for row in (2, 3, 4)]


def test_formats_and_hidden_rows_change_no_figure(sheets: Cells, tmp_path: Path) -> None:
    def touch(book: Any, sheet: Any) -> None:
        sheet.write_number(1, 3, 0.25, book.add_format({"num_format": "0%"}))
        sheet.write_number(2, 3, 1234567, book.add_format({"num_format": '#,##0"万元"'}))
        sheet.write_formula(3, 3, "=5*6", None, 30)
        sheet.set_row(4, None, None, {"hidden": True})

    panel = load(written(sheets, tmp_path, touch)).panel
    assert panel.values[:4, 0].tolist() == [0.25, 1234567, 30, 25]


def test_merged_cells_are_refused_where_they_matter(sheets: Cells, tmp_path: Path) -> None:
    def touch(book: Any, sheet: Any) -> None:
        bold = book.add_format({"bold": True})
        sheet.merge_range("C2:C3", "江苏", bold)
        sheet.merge_range("J2:K9", "a note beside the table", bold)

    assert found(written(sheets, tmp_path, touch)) == [("I011", "Data!C2:C3")]


def test_formulas_that_were_never_calculated_are_refused(sheets: Cells, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new book has an active sheet
    sheets["Data"][2][3] = "=5+5"
    sheets["Framework"][1][3] = "=0.3*2"
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "uncalculated.xlsx")
    assert found(tmp_path / "uncalculated.xlsx") == [("D015", "Framework!D2"), ("D015", "Data!D3")]
    book["Framework"]["D2"] = 0.6
    book.save(tmp_path / "uncalculated.xlsx")
    assert found(tmp_path / "uncalculated.xlsx") == [("D015", "Data!D3")]


def opendocument(cells: Cells, path: Path) -> Path:
    """Write sheets as the smallest OpenDocument spreadsheet there is; #N/A becomes an error cell."""

    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if value == "#N/A":
            kind = 'office:value-type="string" calcext:value-type="error"'
        elif isinstance(value, str):
            kind = 'office:value-type="string"'
        else:
            kind = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"

    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in cells.items()
    )
    spaces = " ".join(
        f'xmlns:{prefix}="urn:{name}"'
        for prefix, name in {
            "office": "oasis:names:tc:opendocument:xmlns:office:1.0",
            "table": "oasis:names:tc:opendocument:xmlns:table:1.0",
            "text": "oasis:names:tc:opendocument:xmlns:text:1.0",
            "calcext": "org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
        }.items()
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{space}"/>')
        archive.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return path


def test_error_cells_of_an_opendocument_spreadsheet_are_no_blanks(sheets: Cells, tmp_path: Path) -> None:
    path = opendocument(sheets, tmp_path / "book.ods")
    assert load(path).panel.values[0].tolist() == [10, 5, 3, 40]
    sheets["Data"][1][3] = "#N/A"
    assert found(opendocument(sheets, path)) == [("I015", str(path))]


def spaced(cells: Cells) -> None:
    cells["Framework"][2][0], cells["Data"][0][3] = " gdp　", "\u00a0gdp\u200b"
    cells["Data"][0][0], cells["Data"][1][0] = "\ufeffcode", "a　"


def blank_rows(cells: Cells) -> None:
    for _ in range(3):
        cells["Data"].append(["  ", "", "　"])
        cells["Framework"].append(["　"])
        cells["Data"].insert(3, [None] * 8)


def blank_heading(cells: Cells) -> None:
    for row in cells["Data"]:
        row.insert(3, None if row[0] == "code" else "a remark")


def same_names(cells: Cells) -> None:
    for row in cells["Data"][1:]:
        row[1] = "同名"


@pytest.mark.parametrize("change", [spaced, blank_rows, blank_heading, same_names])
def test_harmless_oddities_change_nothing(
    sheets: Cells, write_book: WriteBook, change: Callable[[Cells], None]
) -> None:
    clean = load(write_book(sheets))
    change(sheets)
    odd = load(write_book(sheets))
    assert odd.panel.codes == clean.panel.codes
    assert odd.panel.indicators == clean.panel.indicators
    assert odd.panel.values.tolist() == clean.panel.values.tolist()


def test_a_title_above_the_headings_is_one_problem(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Data"].insert(0, ["2019年数据"])
    with pytest.raises(TierwiseError) as caught:
        load(write_book(sheets))
    assert [(one.code, one.place, one.fields["line"]) for one in caught.value.problems] == [
        ("D018", "Data", 2)
    ]


def test_a_row_of_units_of_measure_is_one_problem(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Data"].insert(1, [None, None, None, "亿元", "件", "吨", "%"])
    assert found(write_book(sheets)) == [("D019", "Data!2")]


def test_merged_cells_and_a_key_twice_hide_no_other_problem(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Data"][1][3] = "1，234"
    sheets["Scenario"] += [["tiers.count", 3], ["tiers.count", 3]]
    assert {code for code, _ in found(write_book(sheets))} >= {"D003", "S006"}


def test_columns_may_be_headed_by_names(sheets: Cells, write_book: WriteBook) -> None:
    scenario = load(write_book(sheets))
    names = dict(zip(scenario.framework.codes, scenario.framework.names, strict=True))
    for sheet in ("Data", "Experts"):
        sheets[sheet][0] = [names.get(str(heading), heading) for heading in sheets[sheet][0]]
    again = load(write_book(sheets))
    assert again.panel.indicators == scenario.panel.indicators
    assert (again.panel.values == scenario.panel.values).all()


def settled(sheets: Cells, write_book: WriteBook, *rows: list[object]) -> Scenario:
    return load(write_book({**sheets, "Scenario": [["key", "value"], *rows]}))


@pytest.mark.parametrize("value", [3, 3.0, "3", " 3 "])
def test_a_number_is_a_number_however_it_is_typed(
    sheets: Cells, write_book: WriteBook, value: object
) -> None:
    assert settled(sheets, write_book, ["tiers.count", value]).spec.tiers.count == 3


def test_percentages_and_keys_in_any_case_are_understood(sheets: Cells, write_book: WriteBook) -> None:
    spec = settled(sheets, write_book, ["Tiers.Count", 2], ["uncertainty.interval", "90%"]).spec
    assert (spec.tiers.count, spec.uncertainty.interval) == (2, 0.9)


def test_a_number_serves_as_a_title(sheets: Cells, write_book: WriteBook) -> None:
    scenario = settled(sheets, write_book, ["title", 2019], ["name", "2019"])
    assert (scenario.title, scenario.name) == ("2019", "2019")


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([["tiers.count", True]], ("S003", "Scenario!B2")),
        ([["tiers.count", 2.5]], ("S003", "Scenario!B2")),
        ([["tiers.count", "two"]], ("S003", "Scenario!B2")),
        ([["tiers.count", "[2]"]], ("S003", "Scenario!B2")),
        ([["tiers.count.more", 2]], ("S003", "Scenario!B2")),
        ([["tiers", 4], ["tiers.count", 2]], ("S006", "Scenario!B3")),
        ([["tiers", "{count = 2}"], ["tiers.count", 3]], ("S006", "Scenario!A3")),
        ([["tires", "{}"]], ("S001", "Scenario!B2")),
        ([["", 3]], ("S010", "Scenario!A2")),
        ([["..", 3]], ("S010", "Scenario!A2")),
        ([["index.aggregation", "[]"]], ("S003", "Scenario!B2")),
        ([["index.aggregation", "['arithmetic', 'geometrical']"]], ("S002", "Scenario!B2[1]")),
        ([["index.weights", "['entropy']"]], ("S003", "Scenario!B2[1]")),
        ([["index.normalise.mean", "nan"]], ("S003", "Scenario!B2")),
        ([["index.normalise.to", "[0, inf]"]], ("S003", "Scenario!B2[1]")),
        ([["uncertainty.interval", 90]], ("S003", "Scenario!B2")),
        ([["uncertainty.levels", "[]"]], ("S003", "Scenario!B2")),
        ([["uncertainty.seed", "1" * 5000]], ("S003", "Scenario!B2")),
        ([["select.top", "[" * 5000]], ("S003", "Scenario!B2")),
        ([["extends", "technology-achievment"]], ("S008", "Scenario!B2")),
    ],
)
def test_each_odd_setting_is_one_problem(
    sheets: Cells, write_book: WriteBook, rows: list[list[object]], problem: tuple[str, str]
) -> None:
    assert found(write_book({**sheets, "Scenario": [["key", "value"], *rows]})) == [problem]


def problems_of(sheets: Cells, write_book: WriteBook, *rows: list[object]) -> list[tuple[str, str]]:
    with pytest.raises(TierwiseError) as caught:
        checked(settled(sheets, write_book, *rows))
    return [(problem.code, problem.place) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([["index.normalise.to", "[1, 0]"]], ("M010", "[index.normalise] to")),
        (
            [["index.normalise.log_base", 1], ["index.normalisation", "log"]],
            ("S003", "Scenario!B2"),
        ),
        (
            [["index.missing", "group-mean"], ["index.impute.groups", "['county']"]],
            ("S002", "[index.impute] groups"),
        ),
        ([["tiers.count", 2], ["uncertainty.levels", "[9]"]], ("U109", "[uncertainty] levels")),
    ],
)
def test_settings_that_the_data_refuse_are_named(
    sheets: Cells, write_book: WriteBook, rows: list[list[object]], problem: tuple[str, str]
) -> None:
    assert problem in problems_of(sheets, write_book, *rows)


def test_a_group_column_is_found_however_it_is_spelt(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Data"][0][2] = "Home Province"
    sheets["Data"][1][3] = None
    rows = [["index.missing", "group-mean"], ["index.impute.groups", "['Home Province']"], ["tiers.count", 2]]
    assert checked(settled(sheets, write_book, *rows)).panel.groups.keys() == {"Home Province"}


def test_a_single_indicator_has_ranks_that_no_weight_moves(sheets: Cells, write_book: WriteBook) -> None:
    sheets["Framework"] = [["code"], ["gdp"]]
    del sheets["Experts"]
    rows = [["tiers.count", 2], ["uncertainty.draws", 20]]
    table = run(settled(sheets, write_book, *rows), threads=1).tables["robustness"]
    assert table["rank_min"].tolist() == table["rank_max"].tolist() == table["rank"].tolist()


def test_a_constant_that_only_rounding_spreads_is_constant(sheets: Cells, write_book: WriteBook) -> None:
    for row, value in zip(sheets["Data"][1:], [0.3, 0.1 + 0.2, 0.3, 0.3, 0.3, 0.3], strict=True):
        row[3] = value
    assert problems_of(sheets, write_book, ["tiers.count", 2]) == [("M001", "Data!D1")]


def test_one_tier_is_written_whole(sheets: Cells, write_book: WriteBook, tmp_path: Path) -> None:
    scenario = settled(sheets, write_book, ["tiers.count", 1], ["uncertainty.draws", 20])
    assert (run(scenario, threads=1).write(tmp_path / "out") / "results.xlsx").exists()


def test_a_workbook_takes_the_settings_that_it_extends_but_keeps_its_data(
    sheets: Cells, write_book: WriteBook, tmp_path: Path
) -> None:
    base = """
name = "base"
[data]
units = "elsewhere.csv"
[index]
normalisation = "rank"
[tiers]
count = 4
[uncertainty]
seed = 2008
"""
    (tmp_path / "base.toml").write_text(base, encoding="utf-8")
    scenario = settled(sheets, write_book, ["extends", "base.toml"], ["tiers.count", 3])
    assert scenario.name == "book"
    assert scenario.panel.codes == ("a", "b", "c", "d", "e", "f")
    assert scenario.spec.index.normalisation == "rank"
    assert (scenario.spec.tiers.count, scenario.spec.uncertainty.seed) == (3, 2008)
    assert scenario.overrides == ("[tiers] count: 4 → 3",)


def test_files_named_on_a_sheet_stand_beside_the_workbook(
    sheets: Cells, write_book: WriteBook, tmp_path: Path
) -> None:
    rows = sheets["Data"]
    (tmp_path / "more.csv").write_text(
        "\n".join(",".join(map(str, row)) for row in rows[:4]), encoding="utf-8"
    )
    scenario = settled(sheets, write_book, ["data.units", "more.csv"])
    assert scenario.panel.codes == ("a", "b", "c")
