"""Headings, names and codes tidied: spaces, line breaks, unseen characters, footnote marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from tierwise.cleaning.numbers import without_marks
from tierwise.inputs.sheet import UNSEEN, Cell
from tierwise.inputs.sheet import text as text_of

WIDE: Final = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef（）()、，"
OF_WHICH: Final = re.compile(  # before a part of the sum that stands above it: 其中：江阴市, #第一产业
    r"^(?:(?:其中|of which) ?[:：] ?(?=.)|[#＃] ?(?=[\u4e00-\u9fff]))", re.IGNORECASE
)


def tidy(shown: str) -> str:
    """Return a text without spaces that mean nothing.

    Between Chinese characters there are none; elsewhere one stands for many.

    >>> tidy(" 江　阴 市 "), tidy("New  Zealand")
    ('江阴市', 'New Zealand')
    """
    shown = re.sub(f"[{UNSEEN}]", "", shown)
    shown = re.sub(r"\s+", " ", shown).strip()
    return re.sub(rf"(?<=[{WIDE}]) (?=[{WIDE}])", "", shown)


def same(shown: str) -> str:
    """Return what two spellings of a heading have in common: no spaces, half width, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", without_marks(tidy(shown)))).lower()


def part_of(shown: str) -> str:
    """Return a name or heading without the mark that it is a part of what stands above it.

    >>> part_of("其中：江阴市"), part_of("#第一产业"), part_of("# of firms")
    ('江阴市', '第一产业', '# of firms')
    """
    return OF_WHICH.sub("", shown)


def tidy_label(cell: str) -> tuple[str, tuple[str, ...]]:
    """Return a name or group tidied, and the rules that changed it."""
    rules = []
    shown = tidy(cell)
    if shown != cell:
        rules.append("text-spaces")
    bare = without_marks(shown)
    if bare != shown:
        rules.append("text-footnote")
    name = part_of(bare)
    if name != bare:
        rules.append("text-of-which")
    return name, tuple(rules)


def tidy_code(cell: str) -> tuple[str, tuple[str, ...]]:
    """Return a code tidied, and the rules that changed it; leading zeros stay."""
    shown = tidy(cell)
    rules = ["text-spaces"] if shown != cell else []
    half = unicodedata.normalize("NFKC", shown)
    if half != shown and re.fullmatch(r"[A-Za-z0-9]+", half) and re.search(r"[\uff01-\uff5e]", shown):
        return half, (*rules, "code-width")
    return shown, tuple(rules)


def lost_zeros(codes: Sequence[Cell]) -> set[int]:
    """Return the rows whose code is a digit short where all codes of the usual length are as long.

    A file that keeps ``010001`` as text and ``10002`` as a number lost the zero of the second.
    """
    shown = [text_of(code) for code in codes]
    zeros = {len(code) for code in shown if re.fullmatch(r"0\d+", code)}
    if len(zeros) != 1:
        return set()
    length = zeros.pop()
    return {row for row, code in enumerate(shown) if code.isdigit() and len(code) < length}
