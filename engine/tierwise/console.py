"""What the commands say: problems one a line, in the user's language."""

from __future__ import annotations

import errno
import locale
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Final

import typer

from tierwise.errors import Problem, TierwiseError, problem
from tierwise.words.language import Language

__all__ = ["user_language"]

MOST_OF_A_KIND, FEW_OF_A_KIND = 30, 3  # lines of one kind in one column; where its columns are many
MANY = 100
MORE: dict[Language, str] = {
    "en": "{code} {first} … {last}: {more} more of this kind",
    "zh": "{code} {first} … {last}: 另有 {more} 处同类问题",
}
CONSEQUENCES: dict[Language, str] = {
    "en": "These may follow from the problems above, and go with them:",
    "zh": "以下问题可能由上述问题引起，上述问题解决后或随之消失：",
}

UNWRITTEN: Final = frozenset(  # what a system says of a stream that takes no more
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF, errno.EPIPE, errno.ESTALE}
)
_asked: ContextVar[Language | None] = ContextVar("asked", default=None)


def speak(language: str | None) -> None:
    """Take a language that was asked for in the place of the system's; None is the system's again."""
    _asked.set("zh" if language == "zh" else "en" if language == "en" else None)


def user_language() -> Language:
    """Return the language of messages: the one asked for, else Chinese where the system speaks it."""
    if (asked := _asked.get()) is not None:
        return asked
    wanted = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))  # also if not installed
    name = next(filter(None, wanted), "") or locale.getlocale()[0] or ""
    return "zh" if name.startswith(("zh", "Chinese")) else "en"


def year_option(word: str) -> int:
    """Return the year that an option gives; refuse what is none."""
    from tierwise.inputs.years import year_in  # help needs typer alone

    year = year_in(word)
    if year is None:
        raise typer.BadParameter(f"{word} (2018)")
    return year


def language_for(scenario: str) -> Language:
    """Return the language of a scenario's messages: its own, its headings', then the system's."""
    from tierwise.study.languages import language_of  # help needs typer alone

    return language_of(scenario) or user_language()


def streams_that_serve() -> None:
    """Have the standard streams take any name, also where they are closed or a console is not UTF-8."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller, or a program without a window
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # stays open
        elif name != "stdin" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


@contextmanager
def unheard() -> Iterator[None]:
    """Tell as I007, and exit 1, where what a command says cannot be written: a full disk behind ``>``."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno not in UNWRITTEN:
            raise
        place = "stdout" if error.filename is None else str(error.filename)
        told = problem("I007", place, reason=error.strerror or str(error))
        with suppress(OSError):
            typer.echo(told.line(user_language()), err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left there goes nowhere
        sys.exit(1)


@contextmanager
def reported(scenario: str | None = None, language: Language | None = None) -> Iterator[None]:
    """Print every problem on its own line, in the language given or else the scenario's, and exit 1."""
    try:
        yield
    except TierwiseError as error:
        language = language or (user_language() if scenario is None else language_for(scenario))
        lines = problem_lines(error.problems, language)
        if error.consequences:
            lines += [CONSEQUENCES[language], *problem_lines(error.consequences, language)]
        typer.echo("\n".join(lines), err=True)
        raise typer.Exit(1) from None


def problem_lines(problems: Sequence[Problem], language: Language) -> list[str]:
    """Return one line a problem; of one kind in one column at most thirty, the others counted.

    Of a kind that fills many columns only the first few of each column stand there.
    """
    kinds = [(one.code, re.sub(r"\d+$", "", one.place)) for one in problems]
    of_code: Counter[str] = Counter()
    for (code, _), count in Counter(kinds).items():
        of_code[code] += min(count, MOST_OF_A_KIND)
    most = {code: MOST_OF_A_KIND if count <= MANY else FEW_OF_A_KIND for code, count in of_code.items()}
    many = {kind for kind, count in Counter(kinds).items() if count > most[kind[0]]}
    lines, seen = [], Counter[tuple[str, str]]()
    for one, kind in zip(problems, kinds, strict=True):
        seen[kind] += 1
        if kind not in many or seen[kind] <= most[kind[0]]:
            lines.append(one.line(language))
        elif seen[kind] == most[kind[0]] + 1:
            more = kinds.count(kind) - most[kind[0]]
            last = [other.where(language) for other, own in zip(problems, kinds, strict=True) if own == kind][
                -1
            ]
            lines.append(MORE[language].format(code=kind[0], more=more, first=one.where(language), last=last))
    return lines
