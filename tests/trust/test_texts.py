"""Names made to deceive: texts in the workbook, its charts, the page's tables and the printed report."""

import zipfile
from pathlib import Path

import openpyxl
import pytest
import typer
from typer.testing import CliRunner

from tests.trust.commands import TEXTS
from tests.trust.faults import whole_book
from tests.trust.profile import sheets_of
from tierwise.commands import clean
from tierwise.report.word import write_word
from tierwise.stages import Results, run
from tierwise.study.scenario import read_sheets

NAMES = [text[:300] for text in TEXTS if text != "#N/A"] + ["x!A1", "=x!A1"]


@pytest.fixture(scope="module")
def results() -> Results:
    cells = whole_book()
    for row, text in zip(cells["Data"][1:], NAMES, strict=False):
        row[1] = text
    for row, text in zip(cells["Framework"][1:], NAMES[::-1], strict=False):
        row[1] = text[:60]
    cells["Scenario"][-1] = ["title", "=1+1\x1b[31m<w:p>{{ 7*7 }}"]
    return run(read_sheets("book", sheets_of(cells)).whole(), draws=20, threads=1)


@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_the_workbook_has_no_formula(results: Results, tmp_path: Path) -> None:
    out = results.write(tmp_path / "out")
    book = openpyxl.load_workbook(out / "results.xlsx")
    assert [
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ] == []
    with zipfile.ZipFile(out / "results.xlsx") as archive:
        charts = b"".join(archive.read(name) for name in archive.namelist() if "charts/" in name)
    assert b"<c:f>1+1" not in charts
    assert b"<c:f>x!" not in charts
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page


def test_the_printed_report_opens_and_has_the_names(results: Results, tmp_path: Path) -> None:
    import docx

    write_word(results.study, tmp_path / "report.docx")
    made = docx.Document(str(tmp_path / "report.docx"))
    shown = [paragraph.text for paragraph in made.paragraphs]
    shown += [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    text = "\n".join(shown)
    assert not {sign for sign in text if ord(sign) < 32} - {"\n", "\t"}
    assert all(name in text for name in ("=1+1", "{{ 7*7 }}", "<script>alert(1)</script>"))
    with zipfile.ZipFile(tmp_path / "report.docx") as archive:
        assert not any(
            b"evil.example" in archive.read(name) for name in archive.namelist() if name.endswith("rels")
        )


def test_doubts_stay_on_one_line_of_the_terminal(tmp_path: Path) -> None:
    rows = ["code,name,gdp", "a,甲,12", 'b,乙,"约1\x1b[31m\n2"', *(f"u{at},丙{at},{at}" for at in range(9))]
    (tmp_path / "raw.csv").write_text("\n".join(rows), encoding="utf-8")
    app = typer.Typer()
    app.command()(clean)
    done = CliRunner().invoke(app, [str(tmp_path / "raw.csv"), "--out", str(tmp_path / "out.xlsx")])
    assert done.exit_code == 0, done.output
    assert "\x1b" not in done.output
    assert not any(line.startswith("2") for line in done.output.splitlines())
