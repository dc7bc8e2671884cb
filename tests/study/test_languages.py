"""Messages in the workbook's language, then its headings', whatever the system speaks."""

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from tierwise.cli import assembled
from tierwise.report.template import write_template
from tierwise.study.languages import language_of


def book_of(path: Path, heading: str, language: str | None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Data"
    for row in (["code", heading], ["a", 1], ["b", "x"], ["c", 3]):
        sheet.append(row)
    tree = book.create_sheet("Framework")
    for row in (["code"], [heading]):
        tree.append(row)
    if language is not None:
        settings = book.create_sheet("Scenario")
        settings.append(["key", "value"])
        settings.append(["language", language])
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("heading", "language", "expected"),
    [("gdp", None, "en"), ("人口", None, "zh"), ("人口", "en", "en"), ("gdp", "zh", "zh")],
)
def test_the_language_of_messages(
    heading: str, language: str | None, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book_of(tmp_path / "book.xlsx", heading, language)
    assert language_of(path) == expected
    monkeypatch.setattr("tierwise.console.user_language", lambda: "en" if expected == "zh" else "zh")
    done = CliRunner().invoke(assembled(), ["check", str(path)])
    assert done.exit_code == 1
    assert ("此处应为数字" in done.output) == (expected == "zh")


def test_what_cannot_be_read_has_no_language(tmp_path: Path) -> None:
    (tmp_path / "no.xlsx").write_bytes(b"no workbook")
    assert language_of(tmp_path / "no.xlsx") is None
    assert language_of("no such scenario") is None
    assert language_of("industrial-counties-2019") == "zh"
    for language in ("en", "zh"):
        write_template(tmp_path / f"{language}.xlsx", "zh" if language == "zh" else "en")
        assert language_of(tmp_path / f"{language}.xlsx") == language
