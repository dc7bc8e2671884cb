"""``tierwise addin`` and ``tierwise serve``: build and install the add-ins, serve the engine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from tierwise.console import user_language
from tierwise.errors import TierwiseError, problem
from tierwise.names import choose
from tierwise.outputs.files import is_there
from tierwise.words.language import Language
from tierwise_addin import settings as kept_settings

addin = typer.Typer(no_args_is_help=True, help="Build and install the add-ins of Excel and LibreOffice.")
serve = typer.Typer(help="Serve the worksheet functions to LibreOffice, and to Excel on Mac and the web.")

WIDE = 160  # characters a line, where no terminal says how many it has

LanguageOption = Annotated[
    str, typer.Option(help="Language of help and messages: en or zh; by default that of the settings.")
]
Http = Annotated[
    str, typer.Option(help="For LibreOffice: address of `tierwise serve` instead of this Python.")
]
LibreOffice = Annotated[bool, typer.Option("--libreoffice", help="The extension tierwise.oxt for Calc.")]


@addin.command()
def build(
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("dist"),
    libreoffice: LibreOffice = False,
    language: LanguageOption = "",
    http: Http = "",
) -> None:
    """Write tierwise.xlam (Excel on Windows) or tierwise.oxt (LibreOffice) into a folder."""
    from tierwise_addin.hosts.calc import extension  # help needs typer alone
    from tierwise_addin.hosts.excel import xlam

    with reported():
        chosen = _language(language)
        if libreoffice:
            typer.echo(extension.pack(out / "tierwise.oxt", extension.chosen(chosen, http)))
        else:
            typer.echo(xlam.build(out / xlam.NAME, language=chosen))


@addin.command()
def install(
    libreoffice: LibreOffice = False,
    language: LanguageOption = "",
    http: Http = "",
    folder: Annotated[Path | None, typer.Option(help="Excel's start folder, if not the usual one.")] = None,
    classic: Annotated[
        bool, typer.Option("--classic", help="Functions by VBA and xlwings also where xlOil is installed.")
    ] = False,
) -> None:
    """Install the add-in for this Python: into Excel's start folder, or into LibreOffice by unopkg.

    In Excel the functions are native where xlOil is installed (extra xll), else those of VBA. Warms up every
    function, so that no first cell has to wait.
    """
    from tierwise_addin.hosts.calc import extension  # help needs typer alone
    from tierwise_addin.hosts.excel import xlam
    from tierwise_addin.warm import warm

    with reported():
        chosen = _language(language)
        if libreoffice:
            if not http:
                _can_load()
            extension.install(chosen, http)
            typer.echo("installed: start LibreOffice anew")
        else:
            for path in xlam.install(folder, chosen, classic=classic):
                typer.echo(f"{path}: start Excel anew")
            if language:  # where Excel's functions look for it
                kept_settings.save(replace(kept_settings.load(), language=chosen))
    warm()


@addin.command()
def doctor(
    folder: Annotated[Path | None, typer.Option(help="Excel's start folder, if not the usual one.")] = None,
) -> None:
    """Show in one table what is right with the add-ins on this machine, and how to mend what is not."""
    from rich.console import Console  # help needs typer alone
    from rich.table import Table

    from tierwise_addin import doctor as looking  # as above

    try:
        language = kept_settings.load().language
    except TierwiseError:  # a row of the table
        language = user_language()
    found = looking.looks(folder)
    table = Table(show_lines=True)
    for head in looking.HEADS:
        table.add_column(head.of(language), overflow="fold")
    for look in found:
        table.add_row(*look.cells(language))
    Console(markup=False, width=None if sys.stdout.isatty() else WIDE).print(table)
    if any(look.state == "wrong" for look in found):
        raise typer.Exit(1)


@addin.command()
def uninstall(
    folder: Annotated[Path | None, typer.Option(help="Excel's start folder, if not the usual one.")] = None,
    keep_settings: Annotated[bool, typer.Option("--keep-settings", help="Leave the settings file.")] = False,
) -> None:
    """Take the add-in out of Excel's start folder and of LibreOffice, its settings too; say what went."""
    from tierwise_addin import uninstall as taking  # help needs typer alone

    language = kept_settings.load().language  # before its file goes
    with reported():
        gone = taking.uninstall(folder, keep_settings=keep_settings)
    said = {"en": ("removed", "nothing of the add-in is installed"), "zh": ("已移除", "未安装加载项")}[
        language
    ]
    typer.echo("\n".join(f"{said[0]}: {what}" for what in gone) or said[1])


@addin.command()
def relink(
    book: Annotated[Path, typer.Argument(help="The workbook (.xlsx .xlsm); it stays as it is.")],
    out: Annotated[
        Path | None, typer.Option(help="The copy; by default BOOK-relinked.xlsx beside it.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> None:
    """Turn formulas that name the add-in's file ([1]!IDX_…, ORG.TIERWISE…) into plain names, in a copy."""
    from tierwise_addin import relink as relinking  # help needs typer alone

    target = out or book.with_name(f"{book.stem}-relinked{book.suffix}")
    with reported():
        done = relinking.relink(book, target, replace=replace)
        typer.echo(relinking.told(done, book, target, kept_settings.load().language))


@addin.command()
def settings() -> None:
    """Show where the settings file is and what holds; the file is written if there is none."""
    place = kept_settings.place()
    with reported():
        if not is_there(place):
            kept_settings.save(kept_settings.Settings())
        typer.echo(f"# {place}\n{kept_settings.text(kept_settings.load())}", nl=False)


@serve.callback(invoke_without_command=True)
def serving(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8765,
    excel: Annotated[
        bool,
        typer.Option("--excel", help="Also for Excel on Mac and the web (extra server, see its licence)."),
    ] = False,
    license_key: Annotated[
        str, typer.Option(help="Of xlwings, for --excel: PolyForm Noncommercial (key noncommercial) or paid.")
    ] = "",
    certificate: Annotated[str, typer.Option(help="For --excel: file of the HTTPS certificate.")] = "",
    key: Annotated[str, typer.Option(help="For --excel: file of the certificate's key.")] = "",
    public_url: Annotated[
        str, typer.Option(help="For --excel: address under which Office finds the server, https://….")
    ] = "",
) -> None:
    """Answer worksheet functions until Ctrl+C."""
    from tierwise_addin.hosts import desk  # help needs typer alone
    from tierwise_addin.hosts.serving import Serving
    from tierwise_addin.warm import begin

    with reported():
        kept = kept_settings.served()
        if host not in ("127.0.0.1", "localhost", "::1"):
            typer.echo(problem("C032", host=host).line(kept.language), err=True)
        if excel:
            from tierwise_addin.hosts.server import app  # needs the extra server

            guard = app.application(license_key, port, host=host, public_url=public_url)
            serving = Serving(guard, port, certificate, key)
            shown = f"https://{app.netloc_of(public_url, port)}/{kept.token}/manifest"
            typer.echo(f"tierwise: {shown}, Ctrl+C ends it. {app.LICENCE}")
        else:
            serving = desk.server(host, port, token=kept.token)
            typer.echo(f"tierwise: {serving.address}, token in {kept_settings.place()}, Ctrl+C ends it")
    begin()
    try:
        serving.run()
    except KeyboardInterrupt:
        typer.echo("ended")


@contextmanager
def reported() -> Iterator[None]:
    """Print every problem on its own line and exit 1."""
    try:
        yield
    except TierwiseError as error:
        typer.echo(error.text(kept_settings.load().language), err=True)
        raise typer.Exit(1) from None


def _can_load() -> None:
    """Raise C045 where LibreOffice's Python cannot load the engine; say so where it is not to be asked."""
    from tierwise_addin.doctor import python_of_office  # help needs typer alone

    look = python_of_office()
    if look.state == "wrong":
        raise TierwiseError(problem("C045", found=look.found.en))
    if look.state == "unseen":
        language = kept_settings.load().language
        typer.echo(": ".join(look.cells(language)[:3]), err=True)


def _language(name: str) -> Language:
    if not name:
        return kept_settings.load().language
    return "zh" if choose(name, ("en", "zh"), "--language") == "zh" else "en"
