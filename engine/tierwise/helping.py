"""Help and refusals of the command line in Chinese, where the user speaks it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

import typer
from typer.core import TyperGroup

from tierwise.console import speak, user_language

WORDS: Final = Path(__file__).parent / "words" / "help.toml"
AFTER: Final = "\u200b"  # of no width, after each letter two columns wide, so that lines are broken in time
HELP: Final = re.compile(r"(?P<text>.*?)(?:  \[(?P<more>[^\[\]]*)\])?", re.DOTALL)
Formatter: Any = typer.Context.formatter_class
Refusal: Any = typer.BadParameter.__mro__[1]  # all that is wrong with what was typed


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return the tables of :mod:`tierwise.words`' ``help.toml``: English to Chinese."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def chinese(text: str) -> str:
    """Return a text of help in Chinese; one that was cut short is told in full."""
    texts = words()["texts"]
    plain = " ".join(text.split())
    if plain.endswith("...") and plain not in texts:
        plain = next((whole for whole in texts if whole.startswith(plain[:-3])), plain)
    return texts.get(plain) or words()["own"].get(plain, text)


def refused(message: str) -> str:
    """Return in Chinese why something that was typed is refused."""
    for english, told in words()["errors"].items():
        pattern = re.escape(english.removesuffix(".")).replace(r"\{\}", "(.+?)")
        if found := re.fullmatch(pattern, message.strip().removesuffix("."), re.DOTALL):
            return told.format(*map(refused, found.groups()))
    return message


class _Chinese(Formatter):  # type: ignore[misc]  # found at run time: typer brings its own, or click's
    """Help in Chinese, its lines broken by the columns that they take."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        own = words()["own"]
        for english in ("[OPTIONS]", "COMMAND [ARGS]..."):
            args = args.replace(english, own[english])
        super().write_usage(prog, args, own["Usage"])

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{words()['own'].get(heading, heading)}\n")

    def write_text(self, text: str) -> None:
        super().write_text(_widened(chinese(text)))

    def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().write_dl([(name, _widened(_meaning(text))) for name, text in rows], *args, **options)

    def getvalue(self) -> str:
        return str(super().getvalue()).replace(AFTER, "")


class _Context(typer.Context):
    formatter_class = _Chinese


class _Refusal(typer.BadParameter):
    """What was typed wrong, told in Chinese."""

    def __init__(self, error: Any) -> None:
        super().__init__(refused(error.format_message()), ctx=error.ctx)

    def show(self, file: IO[Any] | None = None) -> None:
        own = words()["own"]
        if self.ctx is not None:
            typer.echo(self.ctx.get_usage(), err=True)
            command, (option, *_) = self.ctx.command_path, self.ctx.help_option_names
            typer.echo(own["Try '{} {}' for help."].format(command, option) + "\n", err=True)
        typer.echo(own["Error: {}"].format(self.message), err=True)


class Commands(TyperGroup):
    """The command ``tierwise``: it speaks the language that is asked for, else the user's."""

    def make_context(self, info_name: Any, args: list[str], *given: Any, **options: Any) -> Any:
        """Return the context of a call, after its language is known."""
        speak(_asked(args))
        if user_language() == "en":
            return super().make_context(info_name, args, *given, **options)
        _speak_chinese(self)
        try:
            return super().make_context(info_name, args, *given, **options)
        except Refusal as error:
            raise _told(error) from None

    def invoke(self, ctx: Any) -> Any:
        """Run what was asked for."""
        try:
            return super().invoke(ctx)
        except Refusal as error:
            if user_language() == "en":
                raise
            raise _told(error) from None


def _told(error: Any) -> Any:
    """Return an error in Chinese; the help that is shown when nothing is asked for stays what it is."""
    return error if type(error).__name__ == "NoArgsIsHelpError" else _Refusal(error)


def _speak_chinese(command: Any) -> None:
    command.context_class = _Context
    for part in getattr(command, "commands", {}).values():
        _speak_chinese(part)


def _asked(args: Sequence[str]) -> str | None:
    """Return the language that the options before the command ask for."""
    for at, word in enumerate(args):
        if word.startswith("--language="):
            return word.partition("=")[2]
        if word == "--language":
            return args[at + 1] if at + 1 < len(args) else None
        if not word.startswith("-"):
            break
    return None


def _meaning(text: str) -> str:
    """Return what is said of an option, with what stands behind it in brackets."""
    found = HELP.fullmatch(text)
    told, more = (found["text"], found["more"]) if found else (text, None)
    if not more:
        return chinese(text)
    own, parts = words()["own"], []
    for part in more.split("; "):
        name, _, value = part.partition(": ")
        parts.append(own["default: {}"].format(value) if name == "default" else own.get(part, part))
    return f"{chinese(told)} [{'；'.join(parts)}]"


def _widened(text: str) -> str:
    return "".join(
        letter + AFTER if unicodedata.east_asian_width(letter) in "WF" else letter for letter in text
    )
