"""The commands ``tierwise delphi``: forms for an expert panel, sent and collected."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tierwise.console import problem_lines, reported
from tierwise.words.formats import Printed
from tierwise.words.language import COMMA, Language, phrase

delphi = typer.Typer(
    no_args_is_help=True, help="The expert panel: forms made, collected into the book, fed back."
)

if TYPE_CHECKING:
    from tierwise.delphi import Collected, Sent
    from tierwise.delphi.asked import Kind
    from tierwise.stages import Results

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "sent": (
        "{folder}: {forms:form|forms} of {questions:question|questions}, round {round}",
        "{folder}：第{round}轮专家咨询表 {forms} 份，每份 {questions} 项",
    ),
    "collected": (
        "round {round}: {taken:form|forms} taken, {aside} set aside, {refused} refused, "
        "{problems} to look at",
        "第{round}轮：采用 {taken} 份，未采用 {aside} 份，拒收 {refused} 份，待核实 {problems} 处",
    ),
    "book": ("{book}: a book without weights", "{book}：尚无权重的工作簿"),
    "weights": ("weights: {shares}", "权重：{shares}"),
    "kept": (
        "{kept} of {units:unit|units} {kept:~keeps its|keep their} tier in 95% of the draws of these weights",
        "{units}个单位中有{kept}个在95%的权重抽样中梯队不变",
    ),
    "rate": ("return rate {returned}/{sent} = {rate:.1%}", "回收率 {returned}/{sent} = {rate:.1%}"),
}

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
Book = Annotated[Path, typer.Argument(help="The book (.xlsx) with the framework; never written to.")]
Replace = Annotated[bool, typer.Option("--replace", help="Replace files that are there.")]
InLanguage = Annotated[
    str | None, typer.Option("--language", help="en or zh (default: the book's).", metavar="LANGUAGE")
]


@delphi.command()
def send(
    book: Book,
    experts: Annotated[Path, typer.Option(help="The list: name, and where given code and camp.")],
    out: Annotated[Path, typer.Option(help="Folder of the forms.")],
    kind: Annotated[str, typer.Option(help="scores, budget (100 points a group) or pairs (AHP).")] = "scores",
    round_: Annotated[int | None, typer.Option("--round", min=1, help="Default: the next one.")] = None,
    language: InLanguage = None,
    replace: Replace = False,
) -> None:
    """Make a form for each expert."""
    from tierwise.delphi import delphi_send  # help needs typer alone

    with reported():
        sent = delphi_send(
            book, experts, out, kind=_kind(kind), round=round_, language=_language(language), replace=replace
        )
        _tell_sent(sent)


@delphi.command()
def collect(
    forms: Annotated[Path, typer.Argument(help="Folder of the returned forms.")],
    into: Annotated[Path, typer.Option(help="The book that they were sent from; never written to.")],
    out: Annotated[Path, typer.Option(help="The copy of the book with the answers, an .xlsx.")],
    round_: Annotated[
        int | None, typer.Option("--round", min=1, help="Default: the round of most forms.")
    ] = None,
    language: InLanguage = None,
    replace: Replace = False,
) -> None:
    """Read all returned forms into a copy of the book; what cannot be taken is named."""
    from tierwise.delphi import delphi_collect  # help needs typer alone

    with reported():
        collected = delphi_collect(
            forms, into, out, round=round_, language=_language(language), replace=replace
        )
        _tell_collected(collected)


@delphi.command("import")
def import_table(
    table: Annotated[Path, typer.Argument(help="What a questionnaire service gives: a column a question.")],
    into: Annotated[Path, typer.Option(help="The book with the framework; never written to.")],
    out: Annotated[Path, typer.Option(help="The copy of the book with the answers, an .xlsx.")],
    round_: Annotated[int, typer.Option("--round", min=1, help="The round of the answers.")] = 1,
    language: InLanguage = None,
    replace: Replace = False,
) -> None:
    """Read a questionnaire's table of scores into a copy of the book, mapped by its headings."""
    from tierwise.delphi import delphi_import  # help needs typer alone

    with reported():
        _tell_collected(
            delphi_import(table, into, out, round=round_, language=_language(language), replace=replace)
        )


@delphi.command()
def feedback(
    book: Book,
    out: Annotated[Path, typer.Option(help="Folder of the forms.")],
    round_: Annotated[int | None, typer.Option("--round", min=2, help="Default: the next one.")] = None,
    experts: Annotated[
        Path | None, typer.Option(help="The list (default: the experts of the round before).")
    ] = None,
    kind: Annotated[str, typer.Option(help="scores or budget, as the round before.")] = "scores",
    language: InLanguage = None,
    replace: Replace = False,
) -> None:
    """Make the next round's forms, with the panel's answers and the expert's own."""
    from tierwise.delphi import delphi_feedback  # help needs typer alone

    with reported():
        sent = delphi_feedback(
            book,
            out,
            round=round_,
            experts=experts,
            kind=_kind(kind),
            language=_language(language),
            replace=replace,
        )
        _tell_sent(sent)


@delphi.command()
def example(
    out: Annotated[Path, typer.Option(help="Folder of the example.")] = Path("delphi-example"),
    language: InLanguage = "en",
    replace: Replace = False,
) -> None:
    """Go through a whole panel with seeded answers: forms, two rounds, weights and robustness."""
    from tierwise.delphi import Collected, Sent  # help needs typer alone
    from tierwise.rehearsal import delphi_example

    chosen = _language(language) or "en"

    def tell(command: str, made: object) -> None:
        typer.echo(f"$ {command}" if command else _rendered("book", chosen, book=made))
        if isinstance(made, Sent):
            _tell_sent(made)
        elif isinstance(made, Collected):
            _tell_collected(made)

    with reported():
        made = delphi_example(out, language=chosen, replace=replace, tell=tell)
        _tell_weights(made.results, chosen)
        typer.echo(str(made.folder))


def _tell_weights(results: Results, language: Language) -> None:
    """Tell the weights of the first level, and how many units keep their tier in the draws."""
    framework = results.study.index.framework
    nodes = framework.tree.children[0].tolist()
    shares = [f"{framework.names[node]} {Printed(framework.global_weights[node]):.1%}" for node in nodes]
    typer.echo(_rendered("weights", language, shares=COMMA[language].join(shares)))
    kept = results.tables["robustness"]["p_tier_same"].dropna()
    typer.echo(_rendered("kept", language, kept=int((kept >= 0.95).sum()), units=len(kept)))


def _tell_collected(collected: Collected) -> None:
    language = collected.book.language
    for line in problem_lines(collected.problems, language):
        typer.echo(line)
    size = {name: len(getattr(collected, name)) for name in ("taken", "aside", "refused", "problems")}
    typer.echo(_rendered("collected", language, round=collected.round, **size))
    if collected.sent:
        rate = collected.returned / collected.sent
        typer.echo(_rendered("rate", language, returned=collected.returned, sent=collected.sent, rate=rate))
    _tell_decision(collected)
    typer.echo(str(collected.written))


def _tell_decision(collected: Collected) -> None:
    """Tell whether to stop after the round."""
    from tierwise.delphi.asked import read_delphi_book  # help needs typer alone
    from tierwise.delphi.settled import settled

    language = collected.book.language
    if collected.written is None or collected.kind == "pairs":
        return
    said = settled(read_delphi_book(collected.written, language), collected.round)
    if said is not None:
        typer.echo(said.of(language))


def _tell_sent(sent: Sent) -> None:
    for line in problem_lines(sent.notes, sent.language):
        typer.echo(line)
    size = {"forms": len(sent.files), "questions": sent.questions, "round": sent.round}
    typer.echo(_rendered("sent", sent.language, folder=sent.folder, **size))


def _kind(given: str) -> Kind:
    from tierwise.delphi.asked import KINDS  # help needs typer alone

    for kind in KINDS:
        if kind == given:
            return kind
    raise typer.BadParameter(", ".join(KINDS), param_hint="--kind")


def _language(given: str | None) -> Language | None:
    if given is None:
        return None
    for language in LANGUAGES:
        if language == given:
            return language
    raise typer.BadParameter("en, zh", param_hint="--language")


_rendered = partial(phrase, TEXTS)
