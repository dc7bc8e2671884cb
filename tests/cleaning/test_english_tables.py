"""An English table: pounds, a row of units, percentages that cells only show, names that two units share."""

from pathlib import Path

import pytest
import xlsxwriter

import tierwise as tw
from tierwise.cleaning.numbers import read
from tierwise.cleaning.rules import Change

UNIVERSITIES = ["Ashford Technical University", "University of Brackley", "Saint Mary's University"]
REGIONS = {"North": UNIVERSITIES, "Wales": ["University of Dalkeith", "Saint Mary's University"]}
HEADS = [
    "Region",
    "Institution",
    "Student–staff ratio",
    "Satisfaction",
    "International staff",
    "Salary",
    "Income",
]
UNITS = ["", "", "students per staff", "score (1–5)", "%", "£", "£ million"]
STAFF = [0.179, 0.348, 0.255, 0.168, 0.298]
SALARY = ["£25,820", 28490, "c. 27000", 26910, ":"]
INCOME = ["£67.4m", 39.7, 88.3, "£15.2 million", 12.5]


def raw(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Table 4")
    percent = book.add_format({"num_format": "0.0%"})
    sheet.write(0, 0, "Table 4  Universities, 2026")
    sheet.merge_range(1, 2, 1, 4, "Teaching")
    sheet.merge_range(1, 5, 1, 6, "Money")
    for row, cells in enumerate([HEADS, UNITS], 2):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell or None)
    at, row = 0, 4
    for region, names in REGIONS.items():
        for name in names:
            sheet.write_row(row, 0, [region, name, 13.5 + at, 3.5 + at / 10])
            sheet.write(row, 4, STAFF[at], percent)
            sheet.write_row(row, 5, [SALARY[at], INCOME[at]])
            at, row = at + 1, row + 1
    sheet.write(row, 1, "All universities")
    sheet.write_row(row, 2, [77.5, 18.5], None)
    sheet.write(row, 6, 67.4 + 39.7 + 88.3 + 15.2 + 12.5)
    book.close()
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tw.cleaning.book.Clean:
    return tw.clean(raw(tmp_path_factory.mktemp("english") / "raw.xlsx"))


def column(done: tw.cleaning.book.Clean, heading: str) -> list[object]:
    header, *rows = done.sheets[0].cells
    return [row[header.index(heading)] for row in rows]


def changes(done: tw.cleaning.book.Clean, rule: str) -> list[Change]:
    return [change for change in done.changes if rule in change.rules]


def test_an_english_table_is_told_of_in_english(done: tw.cleaning.book.Clean) -> None:
    assert (done.language, done.sheets[0].name) == ("en", "Data")


def test_headings_keep_their_names_over_a_row_of_units(done: tw.cleaning.book.Clean) -> None:
    assert list(done.sheets[0].cells[0]) == [
        *("code", "Region", "name", "Student–staff ratio (students per staff)"),
        *("Satisfaction (score, 1–5)", "International staff (%)", "Salary (£)", "Income (£ million)"),
    ]


def test_the_names_are_those_that_tell_units_apart(done: tw.cleaning.book.Clean) -> None:
    assert column(done, "name") == [*UNIVERSITIES, "University of Dalkeith", "Saint Mary's University"]
    assert column(done, "code")[1:3] == ["University of Brackley", "Saint Mary's University (North)"]
    assert column(done, "code")[4] == "Saint Mary's University (Wales)"


def test_a_percentage_that_a_cell_shows_is_in_per_cent(done: tw.cleaning.book.Clean) -> None:
    assert column(done, "International staff (%)") == [17.9, 34.8, 25.5, 16.8, 29.8]
    assert len(changes(done, "percent-format")) == 5


def test_pounds_are_read_in_all_their_forms(done: tw.cleaning.book.Clean) -> None:
    assert column(done, "Income (£ million)") == [67.4, 39.7, 88.3, 15.2, 12.5]
    assert column(done, "Salary (£)") == [25820, 28490, None, 26910, None]
    assert [change.rules for change in done.doubts if change.before == "c. 27000"] == [("approximate",)]


def test_a_sum_that_is_called_all_is_no_unit(done: tw.cleaning.book.Clean) -> None:
    assert len(done.sheets[0].cells) == 6
    assert "All universities" in changes(done, "total-row")[0].before


def test_a_name_with_all_and_no_sum_stays_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "raw.csv").write_text("name,a,b\nOriel,1,2\nAll Souls College,9,7\nKeble,3,4\n")
    done = tw.clean(tmp_path / "raw.csv")
    assert column(done, "name") == ["Oriel", "All Souls College", "Keble"]
    assert [change.before for change in changes(done, "total-name")] == ["All Souls College | 9 | 7"]


def test_shares_shown_as_percentages_stay_shares_where_no_unit_says_per_cent(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "raw.xlsx")
    percent, quoted = (book.add_format({"num_format": form}) for form in ("0%", '0.0"%"'))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["name", "share", "of text (%)"])
    for row, name in enumerate("abc", 1):
        sheet.write(row, 0, name)
        sheet.write(row, 1, row / 4, percent)
        sheet.write(row, 2, 10.0 + row, quoted)  # 11 and shown as 11.0%
    book.close()
    done = tw.clean(tmp_path / "raw.xlsx")
    assert column(done, "share") == [0.25, 0.5, 0.75]
    assert column(done, "of text (%)") == [11, 12, 13]


@pytest.mark.parametrize("text", ["c. 300", "ca 300", "circa 300", "approx. £300", "about 300", "under 5"])
def test_what_is_about_a_number_is_none(text: str) -> None:
    assert read(text).rules == ("approximate",)


@pytest.mark.parametrize("mark", [":", "[x]", "Not applicable", "no data", "n.d."])
def test_marks_of_missing_values_of_english_tables(mark: str) -> None:
    assert (read(mark).value, read(mark).rules) == (None, ("missing",))
