"""The command ``tierwise proof``: a finished report read against its figures."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tierwise.console import reported, user_language

if TYPE_CHECKING:
    from tierwise.proofreading import Proof

MOST_SHOWN: Final = 30
WIDE: Final = 160  # letters of a line that no screen shows
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "unchecked": ("not checked  {place}: {text}", "未核对  {place}：{text}"),
    "more": ("… and {count} more (--out OUT.xlsx has all)", "……另有 {count} 处（--out OUT.xlsx 列出全部）"),
    "used": ("read against {used}", "核对依据：{used}"),
    "proof": (
        "{checked} numbers and names compared: {wrong} disagree; {unchecked} texts and tables could not be "
        "checked",
        "共核对 {checked} 处，{wrong} 处不一致；另有 {unchecked} 处文字或表格无法核对",
    ),
}


def proof(
    report: Annotated[Path, typer.Argument(help="The finished report: .docx, .xlsx, .csv, .md or .txt.")],
    against: Annotated[
        str | None,
        typer.Option(help="A book, .toml or bundled name, or a folder of results (default: its own lists)."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write what is found, a .csv or .xlsx.")] = None,
    draws: Annotated[
        int | None, typer.Option(min=1, help="Number of weight draws (as the report's).")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
) -> None:
    """Proof-read a finished report: recompute what can be, list what disagrees (then exit 1)."""
    from tierwise.proofreading.reader import proof as proof_read  # help needs typer alone
    from tierwise.report.progress import bars

    with reported(against):
        with bars(user_language()) as progress:
            made = proof_read(report, against, draws=draws, progress=progress)
        if out is not None:
            typer.echo(str(made.write(out, replace=replace)))
    _show(made)
    if made.wrong:
        raise typer.Exit(1)


def _show(made: Proof) -> None:
    """Print what disagrees as a table, what was not checked, and how much was."""
    from rich.console import Console
    from rich.table import Table

    texts = {key: pair[0 if made.language == "en" else 1] for key, pair in TEXTS.items()}
    if made.wrong:
        table = Table(show_lines=True)
        for head in made.heads():
            table.add_column(head, overflow="fold")
        for row in made.rows():
            table.add_row(*row)
        Console(markup=False, width=None if sys.stdout.isatty() else WIDE).print(table)
    for place, text in made.unchecked[:MOST_SHOWN]:
        typer.echo(texts["unchecked"].format(place=place, text=text))
    if len(made.unchecked) > MOST_SHOWN:
        typer.echo(texts["more"].format(count=len(made.unchecked) - MOST_SHOWN))
    typer.echo(texts["used"].format(used=made.used.of(made.language)))
    sizes = {"checked": made.checked, "wrong": len(made.wrong), "unchecked": len(made.unchecked)}
    typer.echo(texts["proof"].format(**sizes))
