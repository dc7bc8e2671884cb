"""Commands around a run: a workbook made from what the user has, and the printed report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tierwise.console import language_for, problem_lines, reported, user_language, year_option
from tierwise.words.language import Language, phrase
from tierwise.words.result_sheets import CHANGES
from tierwise.words.visible import visible

if TYPE_CHECKING:
    from tierwise.cleaning import Clean
    from tierwise.cleaning.rules import Change
    from tierwise.errors import Problem

MOST_SHOWN: Final = 30
MOST_LETTERS: Final = 60  # of a sentence in the list of names
FEW_DRAWS: Final = 64
WARMED, WARM_DRAWS = "technology-achievement", 256  # a run that needs what most runs do
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "sheet": ("{name}: {rows:row|rows}, {columns:column|columns}", "{name}：{rows} 行，{columns} 列"),
    "changes": (
        "{path}: {changes:change|changes}, see the sheet {sheet}",
        "{path}：共修改 {changes} 处，见“{sheet}”表",
    ),
    "unchanged": ("{path}: nothing had to be changed", "{path}：无需修改"),
    "doubts": (
        "{count:place is|places are} not sure, coloured there, and for you to decide:",
        "有 {count} 处不能确定，已标色，请逐一核定：",
    ),
    "template": (
        "Empty template written to {path}; fill it in, then: tierwise check {path}",
        "已写入空模板 {path}；下一步：填写后运行 tierwise check {path}",
    ),
    "next": ("Next: tierwise check {path}", "下一步：tierwise check {path}"),
    "framework": (
        "Next: tierwise workbook {template} --language en; copy the cells of {data} in {path} there, "
        "fill in {framework}, then tierwise check {template}",
        "下一步：运行 tierwise workbook {template} --language zh，把 {path} 中“{data}”表的内容粘贴进去，"
        "填写“{framework}”表，再运行 tierwise check {template}",
    ),
    "warm": (
        "ready: what runs use is compiled ({seconds:.0f} s of the processor)",
        "就绪：已预先编译运行所需的程序（用时 {seconds:.0f} 秒处理器时间）",
    ),
    "more": ("… and {count} more", "……另有 {count} 处"),
    "bundle": (
        "{path}: tierwise {version}, {wheels} wheels; copy the folder and run its install script there",
        "{path}：tierwise {version}，共 {wheels} 个安装包；请复制整个文件夹到目标电脑，运行其中的安装脚本",
    ),
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
        book = clean_file(raw, out, sheet=sheet, framework=framework, replace=replace)
        _tell(book)


def import_file(
    file: Annotated[Path, typer.Argument(help="A COIN Tool workbook, iData/iMeta, a long or a flat table.")],
    out: Annotated[Path, typer.Option(help="The book, an .xlsx.")],
    meta: Annotated[Path | None, typer.Option(help="COINr's iMeta, where it is a file of its own.")] = None,
    year: Annotated[
        int | None,
        typer.Option(parser=year_option, metavar="YEAR", help="Year of a long table (default: its last)."),
    ] = None,
    language: Annotated[
        Language | None, typer.Option(help="Of sheets, settings and results (default: of the headings).")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> None:
    """Make a book to run from what another tool keeps."""
    from tierwise.importing import import_book  # help needs typer alone

    with reported():
        _tell(import_book(file, out, meta=meta, year=year, language=language, replace=replace))


def report(
    scenario: Annotated[str, typer.Argument(help="A bundled name, a .toml file, or a workbook.")],
    docx: Annotated[Path | None, typer.Option(help="The report, a .docx.")] = None,
    template: Annotated[Path | None, typer.Option(help="A .docx of your own with tags to fill.")] = None,
    names: Annotated[
        bool, typer.Option("--names", help="List what a template can ask for, and write nothing.")
    ] = False,
    template_example: Annotated[
        Path | None, typer.Option(help="Write a template to start from, a .docx.")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Convert it by LibreOffice, too.")] = False,
    figures: Annotated[
        Path | None, typer.Option(help="A folder for the figures as files, NAME.svg and NAME.png.")
    ] = None,
    draws: Annotated[int | None, typer.Option(min=1, help="Number of weight draws.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> None:
    """Write the printed report: tables, figures and sentences, numbered, as a Word document."""
    from tierwise.report.figure_files import write_figures  # help needs typer alone
    from tierwise.report.progress import bars
    from tierwise.report.word import items, put, refuse, write_word
    from tierwise.report.word_template import example, listed, opened
    from tierwise.stages import run

    if docx is None and template_example is None and figures is None and not names:
        raise typer.BadParameter("give --docx OUT.docx, --figures DIR, --names or --template-example OUT")
    notes: list[Problem] = []
    with reported(scenario):
        for path in (one for one in (docx, template_example) if one is not None):
            refuse(path, replace, template=template, pdf=pdf and path == docx)
        if template is not None:
            opened(template)  # before the run
        few = draws if docx is not None else FEW_DRAWS  # names and figures do not depend on them
        with bars(user_language()) as progress:
            study = run(scenario, draws=few, progress=progress).study
        if names:
            for kind, tag, title in listed(items(study), study.scenario.language):
                typer.echo(f"{kind}\t{tag}\t{visible(title, MOST_LETTERS)}")
        if template_example is not None:
            typer.echo(str(put(template_example, example(study, items(study)))))
        if docx is not None:
            options: dict[str, Any] = {"replace": replace, "pdf": pdf, "template": template, "notes": notes}
            for path in write_word(study, docx, **options):
                typer.echo(str(path))
        if figures is not None:
            own: list[Problem] = []
            for path in write_figures(study, figures, replace=replace, notes=own):
                typer.echo(str(path))
            notes += [note for note in own if note.code not in {one.code for one in notes}]
        for line in problem_lines(notes, language_for(scenario)):
            typer.echo(line, err=True)


def card(
    scenario: Annotated[str, typer.Argument(help="A bundled name, a .toml file, or a workbook.")],
    names: Annotated[list[str] | None, typer.Argument(help="Units by code or name.")] = None,
    out: Annotated[Path, typer.Option(help="Folder of the cards.")] = Path("cards"),
    docx: Annotated[bool, typer.Option("--docx", help="Word documents.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Pages (default).")] = False,
    every: Annotated[bool, typer.Option("--all", help="All listed units.")] = False,
    draws: Annotated[int | None, typer.Option(min=1, help="Number of weight draws.")] = None,
    costs: Annotated[
        list[str] | None,
        typer.Option(help="INDICATOR=COST of a standard deviation (1 of the others); may be given often."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace cards that are there.")] = False,
) -> None:
    """Write a card for each unit: standing, strengths, rivals, what it would take to move up."""
    from tierwise.report.cards import write_cards  # help needs typer alone
    from tierwise.report.progress import bars
    from tierwise.stages import run

    if bool(names) == every:
        raise typer.BadParameter("name the units, or give --all")
    forms = [form for form, asked in (("html", html or not docx), ("docx", docx)) if asked]
    prices = dict(map(_price, costs or []))
    with reported(scenario):
        with bars(user_language()) as progress:
            study = run(scenario, draws=draws, progress=progress).study
        for path in write_cards(study, names or [], out, forms=forms, replace=replace, costs=prices):
            typer.echo(str(path))


def _price(given: str) -> tuple[str, float]:
    """Return an indicator and its cost of ``INDICATOR=COST``."""
    name, _, cost = given.rpartition("=")
    try:
        return name.strip(), float(cost)
    except ValueError:
        raise typer.BadParameter(f"{given}: give INDICATOR=COST, say rd=2", param_hint="--costs") from None


def bundle(
    out: Annotated[Path, typer.Argument(help="The folder.")],
    platform: Annotated[str, typer.Option(help="win_amd64, linux_x86_64 or macos_arm64.")] = "win_amd64",
    python: Annotated[str, typer.Option(help="Version of Python there.")] = "3.12",
    source: Annotated[
        Path | None, typer.Option(help="A checkout or wheel of tierwise (default: where this one came from).")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a bundle that is there.")] = False,
) -> None:
    """Make a folder that installs tierwise on a machine without internet."""
    from tierwise.bundling.bundle import bundle as made  # help needs typer alone

    with reported():
        done = made(out, platform=platform, python=python, source=source, replace=replace)
        typer.echo(
            rendered("bundle", user_language(), path=out, wheels=len(done.wheels), version=done.version)
        )


def warm() -> None:
    """Compile ahead what runs use, so that the first one need not; done once after an installation."""
    from tempfile import TemporaryDirectory  # help needs typer alone
    from time import process_time

    from tierwise.draws.warm import warm_up  # help needs typer alone
    from tierwise.outputs.remembered import fresh
    from tierwise.proofs.tier_lines import warm_up as warm_up_lines
    from tierwise.stages import run

    begun = process_time()
    with reported(), fresh(), TemporaryDirectory() as folder:
        warm_up()
        warm_up_lines()
        run(WARMED, draws=WARM_DRAWS).write(Path(folder) / WARMED)
    typer.echo(rendered("warm", user_language(), seconds=process_time() - begun))


def _tell(book: Clean) -> None:
    """Print what a book holds, how much was changed and what is left to decide."""
    language = book.language
    for one in book.sheets:
        size = {"rows": len(one.cells) - 1, "columns": len(one.cells[0])}
        typer.echo(rendered("sheet", language, name=visible(one.name), **size))
    counted = "changes" if book.changes else "unchanged"
    typer.echo(
        rendered(counted, language, path=book.written, changes=len(book.changes), sheet=CHANGES[language])
    )
    tell_doubts(book.doubts, language)
    _tell_next(book)


def tell_doubts(doubts: Sequence[Change], language: Language) -> None:
    """Print the places of a table that cleaning is not sure of."""
    if doubts:
        typer.echo(rendered("doubts", language, count=len(doubts)))
    colon = ": " if language == "en" else "："
    for change in doubts[:MOST_SHOWN]:
        before = f" “{visible(change.before, MOST_LETTERS)}”" if change.before else ""
        typer.echo(f"  {visible(change.place)}{before}{colon}{visible(change.why(language))}")
    if len(doubts) > MOST_SHOWN:
        typer.echo(rendered("more", language, count=len(doubts) - MOST_SHOWN))


def _tell_next(book: Clean) -> None:
    """Print the command that follows: a book without a framework lacks one."""
    from tierwise.inputs.files import CHINESE_SHEETS, input_sheet  # help needs typer alone

    names = {input_sheet(one.name): one.name for one in book.sheets}
    path = book.written
    if path is None or "Framework" in names:
        typer.echo(rendered("next", book.language, path=path))
        return
    template = path.with_name("my-index.xlsx" if book.language == "en" else "我的指数.xlsx")
    framework = "Framework" if book.language == "en" else CHINESE_SHEETS["Framework"]
    data = names.get("Data", book.sheets[0].name)
    shown = {"template": template, "data": data, "framework": framework}
    typer.echo(rendered("framework", book.language, path=path, **shown))


rendered = partial(phrase, TEXTS)
