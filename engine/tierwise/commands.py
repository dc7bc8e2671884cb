"""Commands around a run: a workbook made from what the user has, and the printed report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tierwise.console import reported
from tierwise.words.language import Language
from tierwise.words.result_sheets import CHANGES

if TYPE_CHECKING:
    from tierwise.cleaning import Clean

MOST_SHOWN: Final = 30
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "sheet": ("{name}: {rows} rows, {columns} columns", "{name}：{rows} 行，{columns} 列"),
    "changes": (
        "{path}: {changes} changes, see the sheet {sheet}",
        "{path}：共修改 {changes} 处，见“{sheet}”表",
    ),
    "unchanged": ("{path}: nothing had to be changed", "{path}：无需修改"),
    "doubts": (
        "{count} places are not sure; they are coloured there, and these are for you to decide:",
        "有 {count} 处不能确定，已标色，请逐一核定：",
    ),
    "more": ("… and {count} more", "……另有 {count} 处"),
}


def clean(
    raw: Annotated[Path, typer.Argument(help="A workbook (.xlsx .xls .xlsb .et .ods) or text file (.csv).")],
    out: Annotated[Path, typer.Option(help="The clean copy, an .xlsx.")],
    sheet: Annotated[str | None, typer.Option(help="The sheet that holds the data.")] = None,
    framework: Annotated[
        Path | None,
        typer.Option(help="A workbook with a sheet Framework, or a CSV file: indicators and units."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> None:
    """Clean a raw table: headings, notes, totals, numbers, units; every change is listed."""
    from tierwise.cleaning import clean as clean_file  # help needs typer alone

    with reported():
        found = clean_file(raw, out, sheet=sheet, framework=framework, replace=replace)
        _tell(found)


def import_file(
    file: Annotated[Path, typer.Argument(help="A COIN Tool workbook, iData/iMeta, a long or a flat table.")],
    out: Annotated[Path, typer.Option(help="The book, an .xlsx.")],
    meta: Annotated[Path | None, typer.Option(help="COINr's iMeta, where it is a file of its own.")] = None,
    year: Annotated[int | None, typer.Option(help="Year of a long table (default: its last).")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> None:
    """Make a book to run from what another tool keeps."""
    from tierwise.importing import import_book  # help needs typer alone

    with reported():
        _tell(import_book(file, out, meta=meta, year=year, replace=replace))


def report(
    scenario: Annotated[str, typer.Argument(help="A bundled name, a .toml file, or a workbook.")],
    docx: Annotated[Path, typer.Option(help="The report, a .docx.")],
    pdf: Annotated[bool, typer.Option("--pdf", help="Convert it by LibreOffice, too.")] = False,
    draws: Annotated[int | None, typer.Option(min=1, help="Number of weight draws.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> None:
    """Write the printed report: tables, figures and sentences, numbered, as a Word document."""
    from tierwise.report.progress import bars  # help needs typer alone
    from tierwise.report.word import refuse, write_word
    from tierwise.stages import run

    with reported():
        refuse(docx, replace)
        with bars() as progress:
            study = run(scenario, draws=draws, progress=progress).study
        for path in write_word(study, docx, replace=replace, pdf=pdf):
            typer.echo(str(path))


def _tell(found: Clean) -> None:
    """Print what a book holds, how much was changed and what is left to decide."""
    language = found.language
    for one in found.sheets:
        size = {"rows": len(one.cells) - 1, "columns": len(one.cells[0])}
        typer.echo(rendered("sheet", language, name=one.name, **size))
    counted = "changes" if found.changes else "unchanged"
    typer.echo(
        rendered(counted, language, path=found.written, changes=len(found.changes), sheet=CHANGES[language])
    )
    if found.doubts:
        typer.echo(rendered("doubts", language, count=len(found.doubts)))
    colon = ": " if language == "en" else "："
    for change in found.doubts[:MOST_SHOWN]:
        before = f" “{change.before}”" if change.before else ""
        typer.echo(f"  {change.place}{before}{colon}{change.why(language)}")
    if len(found.doubts) > MOST_SHOWN:
        typer.echo(rendered("more", language, count=len(found.doubts) - MOST_SHOWN))


def rendered(key: str, language: Language, **fields: object) -> str:
    """Return a text of this module."""
    return TEXTS[key][0 if language == "en" else 1].format(**fields)
