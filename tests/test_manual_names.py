"""What the manual names is there: commands, functions, codes, settings, files, words of the code."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import typer.main

from tests.test_docs import PAGES
from tests.test_manual import Settings, fields
from tierwise import cli
from tierwise.words.messages import catalogue
from tierwise_addin.catalogue import functions
from tierwise_addin.formulas import calls

ROOT = Path(__file__).parents[1]
OWN = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / "benchmarks" / "RESULTS.md"]
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = ("engine", "addin", "scenarios", "tests", "benchmarks", "docs", ".ci")
CODES = re.compile(r"(?<![\w:!$.])[A-Z]\d{3}(?![\w(]|:[A-Z])", re.ASCII)
FILE = re.compile(r"[\w.-]+\.(?:py|toml|js|md|csv|html)")
ADD_IN = ("libreoffice", "server", "tierwise")  # sections of the add-in's own settings
# Files that a user has or gets, and those of other tools.
FOREIGN = re.compile(r"(?:out|dist|build|creation|data|\.tierwise)/|tables/\*|n/a")


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def spans(text: str) -> list[str]:
    """Return what stands in backticks, outside of blocks of code."""
    return re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


def lines(text: str) -> Iterator[str]:
    """Yield what a page has as code: lines of blocks, and what stands in backticks."""
    for block in (*FENCE.findall(text), *re.findall(r"(?:^ {4}.*\n)+", text, re.MULTILINE)):
        yield from (line.partition(" #")[0].strip() for line in block.splitlines())
    yield from spans(text)


def test_every_command_line_is_understood() -> None:
    app = typer.main.get_command(cli.assembled())
    asked = {part.strip() for page in OWN for line in lines(read(page)) for part in line.split("&&")}
    told = sorted(line for line in asked if line.startswith("tierwise "))
    assert len(told) > 100
    for line in told:
        command, words = app, shlex.split(line)[1:]
        while words and not words[0].startswith("-") and getattr(command, "commands", {}):
            assert words[0] in command.commands, line
            command = command.commands[words.pop(0)]
        if getattr(command, "commands", {}):
            continue
        try:
            command.make_context("tierwise", ["2020" if word in ("Y", "年份") else word for word in words])
        except Exception as error:  # what a line leaves out stands elsewhere; --help ends
            assert type(error).__name__ in ("MissingParameter", "Exit"), f"{line}: {error}"


def test_every_function_is_there_and_takes_as_many_arguments() -> None:
    known, seen = functions(), 0
    for page in OWN:
        names = re.findall(r"(?<!_)\bIDX_[A-Z0-9_]+(?![A-Z0-9_…])", read(page))
        assert {*names} - known.keys() == set(), page
        for formula in re.findall(r"`(=[^`\n]*IDX_[^`\n]*\))`", read(page)):
            for call in calls(formula):
                seen += 1
                arguments = known[call.name].arguments
                needed = sum(not one.optional for one in arguments)
                assert "…" in formula or needed <= len([one for one in call.arguments if one.strip()]), (
                    formula
                )
                assert len(call.arguments) <= len(arguments), formula
    assert seen > 100


def test_every_code_is_a_problem_of_the_catalogue() -> None:
    told = {(page.name, code) for page in OWN for code in CODES.findall(re.sub(r"`=[^`]*`", "", read(page)))}
    assert len(told) > 50
    assert [one for one in sorted(told) if one[1] not in catalogue()] == []


def test_every_setting_is_there() -> None:
    known = {key for key, _, _ in fields(Settings)}
    sections, asked = {key.partition(".")[0] for key in known}, set[tuple[str, str]]()
    for page in OWN:
        for span in spans(read(page)):
            section = re.match(r"\[\[?([a-z]+(?:\.[a-z_]+)?)\]\]?(?: ([a-z_]+))?", span)
            if section is not None and section[1] not in ADD_IN:
                asked.add((page.name, ".".join(filter(None, section.groups()))))
            dotted = re.fullmatch(r"([a-z]+)\.([a-z_]+)(?: = .*)?", span)
            if dotted is not None and dotted[1] in sections and not FILE.fullmatch(span):
                asked.add((page.name, f"{dotted[1]}.{dotted[2]}"))
    assert len(asked) > 100
    assert [one for one in sorted(asked) if one[1] not in known] == []


def known_word(word: str, written: set[str]) -> bool:
    """Tell whether a word stands in the code, whole or as the fixed part of names that are put together."""
    parts = [(word[:at], word[at:]) for at, letter in enumerate(word) if letter == "_"]
    return word in written or any(f"{head}_" in written or tail in written for head, tail in parts)


def test_every_word_of_the_code_stands_in_the_code() -> None:
    kinds = ("*.py", "*.pyi", "*.toml", "*.js", "*.bas", "*.j2", "*.sh", "*.csv", "run")
    files = [path for folder in CODE for kind in kinds for path in (ROOT / folder).rglob(kind)]
    files += [ROOT / "noxfile.py", ROOT / "pyproject.toml"]
    written = {word for path in files for word in re.findall(r"[A-Za-z_]\w*", read(path))}
    for page in OWN:
        named = {span for span in spans(read(page)) if re.fullmatch(r"[a-z_][a-z0-9_]*(?:\.[a-z_]+)*", span)}
        parts = {part for word in named if not FILE.fullmatch(word) for part in word.split(".")}
        assert sorted(part for part in parts if not known_word(part, written)) == [], page


def test_every_file_is_there() -> None:
    roots = ("engine", "engine/tierwise", "addin", "addin/tierwise_addin", "addin/tierwise_addin/hosts")
    folders = [ROOT, *(ROOT / one for one in (*roots, "scenarios", "scenarios/tierwise_scenarios", "tests"))]
    named = {span.replace("FAMILY", "*").partition(" ")[0] for page in OWN for span in spans(read(page))}
    paths = {path for path in named if re.fullmatch(r"[a-z.][\w.*-]*(?:/[\w.*-]+)+/?", path, re.ASCII)}
    assert len(paths) > 50
    lost = (path for path in paths if not any([*folder.glob(path.strip("/"))] for folder in folders))
    assert [path for path in sorted(lost) if not FOREIGN.match(path)] == []
