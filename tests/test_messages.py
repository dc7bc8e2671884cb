"""Every code that the packages raise has its texts, in both languages, with the same fields."""

import ast
import re
import tomllib
from collections.abc import Iterator
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


def test_every_code_has_a_case() -> None:
    """Each problem stands in a test; ``--every-code`` tells which the tests that name codes do not raise."""
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    named = {
        code for path in tests for code in re.findall(r"\b[A-Z]\d{3}\b", path.read_text(encoding="utf-8"))
    }
    assert set(catalogue()) - named == set()


def test_no_code_stands_in_two_files() -> None:
    seen: dict[str, str] = {}
    for name in TEXTS:
        entries = tomllib.loads(files("tierwise.words.messages").joinpath(name).read_text(encoding="utf-8"))
        for code in entries:
            assert code not in seen, f"{code} stands in {seen.get(code)} and {name}"
            seen[code] = name


def fields_of(text: str) -> set[str]:
    """Return the fields of a text, those in the settings that it names among them."""
    parts = [(field, spec) for _, field, spec, _ in Formatter().parse(text) if field]
    return {field for field, _ in parts} | {inner for _, spec in parts if spec for inner in fields_of(spec)}


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_texts_are_whole(code: str) -> None:
    texts = catalogue()[code]
    assert set(texts) == {"en", "zh", "fix_en", "fix_zh"}
    fields = {key: fields_of(text) for key, text in texts.items()}
    english = fields["en"] | fields["fix_en"]
    chinese = fields["zh"] | fields["fix_zh"]
    assert {field.removesuffix("_zh") for field in chinese} <= english  # reason_zh is reason, in Chinese
    line = problem(code, "Data!A1", **dict.fromkeys(english | chinese, "x")).line("zh")
    assert line.startswith(code)
    assert "Data!A1" in line


# Counts that are never 1: of pairs, of what stands twice, of draws and sizes beyond a limit.
NEVER_ONE = {
    *("C006", "C013", "C023", "C024", "C027", "C028", "C041", "D102", "E210", "D023", "E010", "M023", "S011"),
    *("S012", "U005", "U014", "U020", "U022", "U102", "U115", "V003", "X006", "X011", "X012", "X016", "R143"),
}
PLURALS = re.compile(
    r"\{\w+\} (?:[a-z]+ )?(?:units|experts|forms|values|scores|rows|columns|ranks|tiers|indicators|cells|"
    r"places|questionnaires|headings|siblings|camps|scales|levels|nodes|draws|keys|factors|numbers|arguments|have)\b"
)


def test_numbers_of_one_have_words_of_one() -> None:
    """``{count:unit has|units have}`` chooses its words; where 1 may come nothing else stands."""
    texts = [(code, texts[key]) for code, texts in catalogue().items() for key in ("en", "fix_en")]
    assert [text for code, text in texts if PLURALS.search(text) and code not in NEVER_ONE] == []
    one = problem("Y010", count=1, all=1, year=2018, other=2019, units=["a"]).text("en")
    assert one.startswith("1 of the 1 unit of 2018 is not in the data of 2019")
    assert (
        "3 of the 8 units of 2018 are not"
        in problem("Y010", count=3, all=8, year=2018, other=1, units="a").text()
    )


# Names that Chinese texts show as they are: sheets, columns, arguments, settings, functions, units of size.
NAMES = {
    *("Data", "Framework", "Experts", "code", "name", "cap", "target", "values", "tiers", "low", "high"),
    *("benefit-of-the-doubt", "IDX_RANK", "GB"),
}


def given_to_texts() -> Iterator[tuple[str, str, str, ast.expr]]:
    """Yield every field that the source gives to a text: where, code, name, value."""
    for path in SOURCES:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            for code in call.args:
                if isinstance(code, ast.Constant) and str(code.value) in catalogue():
                    for given in call.keywords:
                        yield f"{path.name}:{call.lineno}", str(code.value), str(given.arg), given.value


def chinese_fields(code: str) -> set[str]:
    return fields_of(catalogue()[code]["zh"]) | fields_of(catalogue()[code]["fix_zh"])


def test_chinese_texts_are_given_no_english_words() -> None:
    words = [
        (place, code, word.value)
        for place, code, field, value in given_to_texts()
        if field in chinese_fields(code)
        for word in ast.walk(value)
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
        if set(re.findall(r"[A-Za-z][A-Za-z0-9_-]+", word.value)) - NAMES
    ]
    assert words == []


def test_what_has_a_chinese_form_is_shown_in_it() -> None:
    fields = {(code, field) for _, code, field, _ in given_to_texts()}
    english = [
        (code, field)
        for code, field in fields
        if (code, f"{field}_zh") in fields and field in chinese_fields(code)
    ]
    assert english == []


def test_latin_words_of_chinese_texts_stand_in_the_english_ones() -> None:
    """A name is a name in both; a word that only the Chinese text has was left untranslated."""
    left = {
        (code, word)
        for code, texts in catalogue().items()
        for word in re.findall(
            r"[A-Za-z][A-Za-z0-9_-]+", re.sub(r"\{[^}]*\}", "", texts["zh"] + texts["fix_zh"])
        )
        if word not in texts["en"] + texts["fix_en"]
    }
    assert left == {("S014", "extends"), ("W138", "CR")}  # a key; a ratio that the English text spells out
