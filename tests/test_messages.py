"""Every code that the packages raise has its texts, in both languages, with the same fields."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

from tierwise.errors import problem
from tierwise.words.messages import catalogue

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path for folder in ("engine", "addin", "scenarios") for path in (ROOT / folder).rglob("*.py")
)
TEXTS = sorted(
    entry.name for entry in files("tierwise.words.messages").iterdir() if entry.name.endswith(".toml")
)


def used_codes() -> set[str]:
    pattern = re.compile(r"\"([A-Z]\d{3})\"")
    return {code for path in SOURCES for code in pattern.findall(path.read_text(encoding="utf-8"))}


def test_every_code_used_has_its_texts() -> None:
    assert used_codes() <= set(catalogue())


def test_every_text_is_used() -> None:
    assert set(catalogue()) <= used_codes()


def test_no_code_stands_in_two_files() -> None:
    seen: dict[str, str] = {}
    for name in TEXTS:
        entries = tomllib.loads(files("tierwise.words.messages").joinpath(name).read_text(encoding="utf-8"))
        for code in entries:
            assert code not in seen, f"{code} stands in {seen.get(code)} and {name}"
            seen[code] = name


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_texts_are_whole(code: str) -> None:
    texts = catalogue()[code]
    assert set(texts) == {"en", "zh", "fix_en", "fix_zh"}
    fields = {
        key: {field for _, field, _, _ in Formatter().parse(text) if field} for key, text in texts.items()
    }
    english = fields["en"] | fields["fix_en"]
    chinese = fields["zh"] | fields["fix_zh"]
    assert {field.removesuffix("_zh") for field in chinese} <= english  # reason_zh is reason, in Chinese
    line = problem(code, "Data!A1", **dict.fromkeys(english | chinese, "x")).line("zh")
    assert line.startswith(code)
    assert "Data!A1" in line
