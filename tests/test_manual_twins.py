"""A Chinese page has the sections of its English one, the names of the code in it, and no other numbers."""

from __future__ import annotations

import re
from calendar import month_name
from fractions import Fraction

import pytest

from tests.test_manual import ROOT, fields
from tests.test_manual_names import CODES, FENCE, read
from tierwise.proofreading.numbers import WORDS
from tierwise.spec.schema import Settings

DOCS = ROOT / "docs"
MADE = {"README", "settings", "tables", "functions"}  # from declarations, or a page of its own
TWINS = sorted(
    {page.stem for page in DOCS.glob("*.md")} & {page.stem for page in DOCS.glob("zh/*.md")} - MADE
)
KEYS = {key for key, _, _ in fields(Settings) if "." in key}
ONE_SIDED = {"command": {"--version"}, "excel-acceptance": {"--language"}}
SCALES = {"万": 10**4, "亿": 10**8, "million": 10**6, "billion": 10**9}
NUMBER = re.compile(rf"(?<![\dA-Za-z_.])(\d[\d,]*(?:\.\d+)?) ?({'|'.join(SCALES)})?")


def names(text: str) -> set[str]:
    """Return the settings, codes, functions and options that a page names."""
    text = re.sub(r"`(\w+)` in \[?`\[(\w+)\]`", r"`\2.\1`", text)
    found = {key for key in re.findall(r"\b[a-z]+\.[a-z_]+\b", text) if key in KEYS}
    found |= {*CODES.findall(re.sub(r"`=[^`]*`", "", FENCE.sub("", text)))}
    return found | {*re.findall(r"\bIDX_[A-Z_]+[A-Z]\b|(?<![\w-])--[a-z][a-z-]+", text)}


def numbers(text: str) -> list[tuple[Fraction, Fraction]]:
    """Return the numbers of a text, bare and scaled: 8,980 万 and 89.8 million are one."""
    found = ((Fraction(one.replace(",", "")), scale) for one, scale in NUMBER.findall(text))
    return [(bare, bare * SCALES.get(scale, 1)) for bare, scale in found]


@pytest.mark.parametrize("page", TWINS)
def test_a_twin_has_the_same_sections_names_and_numbers(page: str) -> None:
    texts = [
        re.sub(r"\]\([^)]*\)", "]", read(path)) for path in (DOCS / f"{page}.md", DOCS / f"zh/{page}.md")
    ]
    levels = [re.findall(r"^(#+) ", FENCE.sub("", text), re.MULTILINE) for text in texts]
    assert levels[0] == levels[1]
    assert names(texts[0]) ^ names(texts[1]) == ONE_SIDED.get(page, set())
    words = texts[0].lower()
    known = {number for pair in numbers(texts[0]) for number in pair}
    known |= {Fraction(number) for word, number in WORDS.items() if re.search(rf"\b{word}\b", words)}
    known |= {Fraction(at) for at, month in enumerate(month_name) if month and month.lower() in words}
    assert [
        float(bare) for bare, scaled in numbers(FENCE.sub("", texts[1])) if not {bare, scaled} & known
    ] == []
