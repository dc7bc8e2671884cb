"""The manual's generated pages are up to date, and its links lead somewhere."""

import json
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tierwise.methods.registry import FAMILIES
from tierwise.spec.schema import Settings
from tierwise.tables.registry import TABLES
from tierwise.words.meanings import meaning

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_tables_of_methods_are_up_to_date() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "methods.py"))
    for name in made["PAGES"]:
        assert made["english"](name) == (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert made["chinese"]() == made["CHINESE_PAGE"].read_text(encoding="utf-8")
    families = {table.family.argument: table.family for table in made["TABLES"]}
    assert families.keys() == {
        name for name, one in FAMILIES.items() if one.kind.__module__.startswith("tierwise.")
    }
    for family in families.values():
        assert [name for name, method in family.items() if not all(method.how)] == []


def test_settings_pages_are_up_to_date() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "settings.py"))
    for language, page in made["PAGES"].items():
        assert page.read_text(encoding="utf-8") == made["page"](language)


def test_pages_of_tables_are_up_to_date() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "tables.py"))
    for language, page in made["PAGES"].items():
        assert page.read_text(encoding="utf-8") == made["page"](language)
    assert {table.section for table in TABLES} == made["SECTIONS"].keys()


def fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo, bool]]:
    """Yield key and field of every key of a model and of its sections, and whether it is a plain section."""
    for name, field in model.model_fields.items():
        below = sections(field.annotation)
        yield f"{prefix}{name}", field, bool(below) and get_origin(field.annotation) is not tuple
        for section in below:
            yield from fields(section, f"{prefix}{name}.")


def sections(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [section for argument in get_args(annotation) for section in sections(argument)]


def test_every_key_has_its_meaning_in_both_languages() -> None:
    known = {key: field for key, field, plain in fields(Settings) if not plain}
    said_in_chinese = {key: meaning(field, "zh") for key, field in known.items()}
    assert len(known) > 120
    assert {key for key, field in known.items() if not field.description} == set()
    for key, said in said_in_chinese.items():
        assert re.search(r"[\u4e00-\u9fff]", said), key
        halves = re.findall(r"[\u4e00-\u9fff][,;:?!()]|[,;?!()][\u4e00-\u9fff]", said)
        assert not halves, f"{key}: {halves}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_every_page_stands_in_the_contents_of_the_site() -> None:
    contents = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("nav:")[2]
    listed = {*re.findall(r"^ +- ([\w/.-]+\.md)$", contents, re.MULTILINE)}
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert pages - listed == set()


def test_every_page_has_a_chinese_twin_but_those_for_developers() -> None:
    english, twins = ({page.stem for page in (ROOT / "docs" / folder).glob("*.md")} for folder in ("", "zh"))
    assert english - twins == {"api", "architecture", "testing"}
    assert twins - english == {"methods"}


OPTIONS = """
import json, typer, typer.main
from tierwise import cli
def options(command, path=()):
    for name, below in getattr(command, "commands", {}).items():
        yield from options(below, (*path, name))
    if not getattr(command, "commands", {}):
        own = [word for given in command.params for word in given.opts if word.startswith("--")]
        yield " ".join(path), [word for word in own if word != "--help"]
print(json.dumps(dict(options(typer.main.get_command(cli.assembled())))))
"""


@pytest.mark.parametrize("page", ["command.md", "zh/command.md"])
def test_every_command_stands_in_the_manual_with_all_its_options(page: str) -> None:
    told = subprocess.run([sys.executable, "-c", OPTIONS], capture_output=True, text=True, check=True).stdout
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    commands = json.loads(told)
    assert {"run", "clean", "delphi send", "addin install", "serve"} <= commands.keys()
    for name, options in commands.items():
        own = [row for row in rows if re.match(rf"\| `tierwise {name}[ `]", row)]
        own += [row for row in rows if row.startswith("| `--")] if name == "run" else []
        assert own, name
        assert {*re.findall(r"--[a-z-]+", " ".join(own))} == {*options}, name
