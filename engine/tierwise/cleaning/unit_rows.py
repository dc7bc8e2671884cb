"""Rows that hold the units of measure of the columns above or below them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from tierwise.cleaning.captions import TABLE_UNIT
from tierwise.cleaning.numbers import is_missing
from tierwise.cleaning.texts import tidy
from tierwise.inputs.sheet import Cell
from tierwise.inputs.sheet import text as text_of
from tierwise.units import is_scale, split_heading, unit_of

BETWEEN: Final = re.compile(r"[、，,;；和及]|\s[/／]\s")  # units of a table
UNIT_LABEL: Final = re.compile(r"^(计量|计价)?单位[:：]?\s*|^units?( of measure)?\s*:?\s*", re.IGNORECASE)


def is_unit_row(cells: tuple[Cell, ...]) -> bool:
    """Tell whether every text of a row is a unit of measure, a label of one, or a dash."""
    texts = [tidy(text_of(cell)) for cell in cells if cell is not None]
    if any(isinstance(cell, (int, float)) for cell in cells):
        return False
    bare = [word for word in map(bare_unit, texts) if word and not is_missing(word)]
    return bool(bare) and all(map(is_unit, bare))


def states_units(cells: tuple[Cell, ...], heads: Sequence[tuple[str, ...]], numeric: Collection[int]) -> bool:
    """Tell whether a row holds the columns' units: known ones alone, or more of these than others.

    Another text is one where it stands over figures and below a name (``heads``) that no other column has:
    below 产值, which heads the next column too, 增速 is the name of an indicator.
    """
    if is_unit_row(cells):
        return True
    words = {at: bare_unit(tidy(text_of(cell))) for at, cell in enumerate(cells) if cell is not None}
    others = [at for at, word in words.items() if word and not is_missing(word) and not is_unit(word)]
    if sum(map(is_unit, words.values())) <= len(others):
        return False
    if not others or any(isinstance(cells[at], (int, float)) for at in words):
        return False
    return all(at in numeric and any(heads[at]) and heads.count(heads[at]) == 1 for at in others)


def is_unit(word: str) -> bool:
    """Tell whether a text is a unit that the table of units has, or a scale that stands for one."""
    return unit_of(word) is not None or is_scale(word) > 0


def lists_units(title: str) -> bool:
    """Tell whether a text above a table states several units, not whose each is: 单位：万人、所."""
    match = TABLE_UNIT.search(tidy(title))
    word = (match[1] or match[2] or "").strip() if match else ""
    parts = {part.strip() for part in BETWEEN.split(word)} - {"", "等"}
    return unit_of(word) is None and len(parts) > 1 and any(map(is_unit, parts))


def states_unit(parts: Collection[str]) -> bool:
    """Tell whether a column's unit, or one behind one of its headings, is stated: 工业增加值（亿元）."""
    unit, *headings = parts
    return bool(unit) or any(split_heading(tidy(heading))[1] for heading in headings)


def bare_unit(shown: str) -> str:
    """Return a unit without its parentheses and without the word 单位 before it."""
    inner = re.fullmatch(r"[(（\[【](.+)[)）\]】]", shown)
    return UNIT_LABEL.sub("", inner[1] if inner else shown).strip()


def unit_alone(heading: str) -> str:
    """Return the unit that a lower heading is and nothing else, blank where it names something.

    Words that are units and indicators too (人口, 年, 位) are units in brackets only.
    """
    shown = tidy(heading)
    word = bare_unit(shown)
    unit = unit_of(word)
    if unit is None or (word == shown and (word == "人口" or unit.dimension in {"year", "rank"})):
        return ""
    return word
