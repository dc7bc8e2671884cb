"""The command ``tierwise``: run, list, check, workbook, and what the add-in offers."""

from __future__ import annotations

import gc
import locale
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace as replaced
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Final

import typer

from tierwise import commands, delphi_commands, proof_commands, year_commands
from tierwise.console import (
    language_for,
    problem_lines,
    reported,
    streams_that_serve,
    unheard,
    user_language,
)
from tierwise.errors import TierwiseError, problem
from tierwise.helping import Commands
from tierwise.names import nearest
from tierwise.version import __version__
from tierwise.words.language import Language
from tierwise.words.visible import visible

MEMORY: dict[Language, str] = {
    "en": "the run takes at most {megabytes:,} MB of memory",
    "zh": "本次运行最多占用内存 {megabytes:,} MB",
}

Scenario = Annotated[str, typer.Argument(help="A bundled name (tierwise list), a .toml file, or a workbook.")]


def run(
    scenario: Scenario,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the results (default: out/ and the input's name).")
    ] = None,
    draws: Annotated[str | None, typer.Option(help="Number of weight draws, or auto.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the draws.")] = None,
    cluster: Annotated[str | None, typer.Option(help="Address of a dask scheduler.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads (default: all cores).")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was stopped.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the results of another input.")] = False,
    only: Annotated[
        str | None, typer.Option(help="Make only these tables or sections, with commas between them.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Compute anew what earlier runs have kept.")] = False,
) -> None:
    """Compute the index, ranks, tiers and their robustness, and write all tables."""
    from tierwise.outputs.folder import result_folder  # help needs typer alone
    from tierwise.report.progress import bars
    from tierwise.report.summary import closing
    from tierwise.report.write import put_results, source_of
    from tierwise.stages import run as run_scenario
    from tierwise.study.documents import resolve
    from tierwise.study.scenario import read_scenario

    with reported(scenario):
        reading = read_scenario(scenario)
        folder = out or Path("out") / resolve(scenario).stem
        source = folder.name if reading.scenario is None else source_of(reading.scenario, folder)
        inputs = () if reading.scenario is None else reading.scenario.inputs
        with (
            result_folder(folder, source, inputs, replace=replace) as target,
            bars(user_language()) as progress,
        ):
            checkpoint = target.path.with_name(f".{target.path.name}.checkpoint")
            if not resume:
                _forget(checkpoint)
            results = run_scenario(
                reading,
                draws=_draws(draws),
                seed=seed,
                threads=threads,
                cluster=cluster,
                checkpoint=checkpoint,
                progress=progress,
                announce=None if progress is None else _announce,
                fresh=fresh,
                only=[word.strip() for word in (only or "").split(",") if word.strip()],
            )
            written = put_results(results.study, target, progress)
            if results.study.robustness.complete:
                checkpoint.unlink(missing_ok=True)
        typer.echo(closing(results.study, written))


def list_scenarios() -> None:
    """List the bundled scenarios."""
    from tierwise.study.documents import bundled  # help needs typer alone
    from tierwise.study.scenario import load

    for name in bundled():
        typer.echo(f"{name:32} {load(name).title}")


def check(scenario: Scenario) -> None:
    """Name every problem of a scenario's settings and tables; exit 1 when there is one."""
    from tierwise.report.summary import words  # help needs typer alone
    from tierwise.stages import check as check_scenario

    with reported(scenario):
        checked = check_scenario(scenario)
        language = language_for(scenario)
        noted = (*checked.cautions, *checked.doubts)
        for line in problem_lines(noted, language):
            typer.echo(line)
        size = {"units": len(checked.panel), "indicators": len(checked.framework.indicators)}
        closing = "noted" if noted else "clean"
        typer.echo(words(closing, language, title=visible(checked.title), count=len(noted), **size))


def workbook(
    path: Annotated[Path, typer.Argument(help="NAME.xlsx: a bundled scenario's name gives it filled.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = False,
    language: Annotated[
        Language | None, typer.Option(help="Of an empty template: a guide, examples and a form in it.")
    ] = None,
) -> None:
    """Write a workbook to start from: a bundled scenario as NAME.xlsx, or an empty template."""
    from tierwise.outputs.files import is_there  # help needs typer alone
    from tierwise.report.sample import refuse_there, write_sample
    from tierwise.report.template import write_template
    from tierwise.study.documents import bundled

    with reported(language=language):
        writers = {entry.name: entry for entry in entry_points(group="tierwise.workbooks")}
        known = [*bundled(), *writers]
        refuse_there(path, replace)
        if language is not None and path.stem in known:
            raise TierwiseError(problem("I026", str(path), name=path.stem))
        near = nearest(path.stem, known)
        template = problem("I017", str(path), nearest=near, choices=known)
        if is_there(path) and path.stem not in known:  # no template over somebody's figures
            raise TierwiseError(replaced(template, code="I016"))
        if path.stem in writers:
            writers[path.stem].load()(path)
        elif language is not None:
            write_template(path, language, replace=replace)
        else:
            write_sample(path, replace=replace)
        spoken = language or user_language()
        typer.echo(str(path) if path.stem in known else commands.rendered("template", spoken, path=path))
        if near and path.stem not in known:
            typer.echo(template.line(spoken), err=True)


def _forget(checkpoint: Path) -> None:
    """Delete what an earlier run left, before hours are spent on results that cannot be written there."""
    try:
        checkpoint.unlink(missing_ok=True)
    except OSError as error:
        place, reason = str(checkpoint.parent), error.strerror or str(error)
        raise TierwiseError(problem("I007", place, reason=reason)) from None


def _announce(memory: int) -> None:
    typer.echo(MEMORY[user_language()].format(megabytes=max(memory >> 20, 1)), err=True)


def _draws(given: str | None) -> int | str | None:
    if given is None or given == "auto":
        return given
    if not given.isdigit() or int(given) < 1:
        raise typer.BadParameter("a whole number from 1, or auto", param_hint="--draws")
    return int(given)


def _version(
    show: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
    language: Annotated[  # taken by Commands, before help is made
        Language | None, typer.Option(help="Language of help and messages.")
    ] = None,
) -> None:
    if show:
        typer.echo(__version__)
        raise typer.Exit


OWN: Final[Mapping[str, Callable[..., None] | typer.Typer]] = {  # in the order of the help
    "run": run,
    "list": list_scenarios,
    "check": check,
    "workbook": workbook,
    "clean": commands.clean,
    "import": commands.import_file,
    "delphi": delphi_commands.delphi,
    "report": commands.report,
    "compare": year_commands.compare,
    "next": year_commands.next_book,
    "card": commands.card,
    "proof": proof_commands.proof,
    "bundle": commands.bundle,
    "warm": commands.warm,
}


def assembled() -> typer.Typer:
    """Return the whole command, those of its commands too that the add-in brings."""
    app = typer.Typer(
        name="tierwise",
        cls=Commands,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="Composite indices, ranks and tiers, and how far the experts' weights can move them.",
    )
    app.callback(invoke_without_command=True)(_version)
    brought = {entry.name: entry.load() for entry in entry_points(group="tierwise.commands")}
    for name, command in {**OWN, **brought}.items():
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def main() -> None:
    """Run the command."""
    streams_that_serve()
    gc.set_threshold(50_000, 10, 10)  # tables are many objects and few cycles: a fifteenth of a run's time
    with suppress(locale.Error):  # a locale that the system names and has not
        locale.setlocale(locale.LC_ALL, "")
    command = assembled()
    with unheard():
        command()
