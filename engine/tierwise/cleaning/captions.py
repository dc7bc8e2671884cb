"""Rows above the figures that are none: lines under the title, years over columns, numbers of columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

from tierwise.cleaning.numbers import read
from tierwise.cleaning.texts import tidy
from tierwise.inputs.sheet import Cell
from tierwise.inputs.sheet import text as text_of
from tierwise.inputs.years import year_in

TABLE_UNIT: Final = re.compile(
    r"[(（]?\s*(?:计量|计价)?单位\s*[:：]\s*([^()（）]+?)\s*[)）]?\s*$|^unit\s*:\s*(.+)$", re.IGNORECASE
)
CONTINUED: Final = re.compile(r"续\s*表|^表\s*\d|continued")
_YEAR: Final = r"(?:19|20)\d\d"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
PERIOD: Final = re.compile(  # 2023年, 截至2023年底, 2023年1-12月, 2023.12, 2022-2023年, December 2023
    rf"""(?:截[至止]到?|至|asof|endof|yearended|in)?
        (?:{_YEAR}年?[-—~至])?
        (?:{_YEAR}(?:年|年度|[-./]{_MONTH}(?:[-./]\d{{1,2}})?)?
          |(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?{_YEAR})
        (?:年?[末底初]|上半年|下半年|全年|第?[一二三四1-4]季度|{_MONTH}(?:[-—~至]{_MONTH})?月份?(?:\d{{1,2}}日)?)*
    """,
    re.VERBOSE,
)
NUMBER: Final = (
    re.compile(  # 表2-3, 续表1, 2-3续, 主要指标(续), Table 2 (continued); 可持续 and 手续 are words
        r"(?:续?表|table)(?:[\dA-Za-z一二三四五六七八九十]+(?:[-—.]\d+)*)?"
        r"|.{0,12}\((?:续表?|continued)\d*\)|.{0,12}续表\d*|(?:.{0,12}\d)?(?:续|continued)\d*"
    )
)
PAGE: Final = re.compile(r"第?\d{1,4}页|[-—–·]+\d{1,4}[-—–·]+|(?:p|page)\.?\d{1,4}")
REMARK: Final = re.compile(r"\(.+\)")
STEMS: Final = "甲乙丙丁戊己庚辛"  # number the columns of text as 1, 2, 3 do those of figures


def captions(
    cells: Sequence[Sequence[Cell]], filled: Sequence[int], apart: Collection[int]
) -> tuple[list[int], int | None]:
    """Return the lines that tell what the table is, and the first row below them (None: no such line).

    ``filled`` are the rows with texts, from the top down; ``apart`` those of them that may be such lines.
    A line says one thing of its own at most (the title) beside the period, number, unit or page, and makes
    one remark: several, such as （现价） and （不变价）, head groups of columns.
    """
    found: list[int] = []
    for row in filled:
        texts = {text_of(cell): cell for cell in cells[row] if cell is not None}
        kinds = [_kind(cell, alone=len(texts) == 1) for cell in texts.values()]
        years = {kind for kind in kinds if kind.startswith("period")}
        if row not in apart or len(years) > 1 or max(kinds.count(""), kinds.count("remark")) > 1:
            return found, row if found else None
        if any(kinds):
            found.append(row)
    return found, None


def _kind(cell: Cell, *, alone: bool) -> str:
    """Return what a cell says of the whole table, blank where it says something else; periods by their year.

    ``alone``: no other text stands in its row, so that a number is that of a page.
    """
    shown = tidy(text_of(cell))
    bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", shown)).lower()
    inner = bare[1:-1] if REMARK.fullmatch(bare) else bare
    year = year_in(inner) or "".join(re.findall(_YEAR, inner)[-1:])
    kinds = {
        "unit": TABLE_UNIT.match(shown),
        f"period {year}": PERIOD.fullmatch(inner) or year_in(cell),
        "number": NUMBER.fullmatch(inner),
        "page": PAGE.fullmatch(inner) or (alone and inner.isdecimal()),
        "remark": inner != bare,
    }
    return next((kind for kind, holds in kinds.items() if holds), "")


def is_numbering(cells: tuple[Cell, ...]) -> bool:
    """Tell whether a row counts the columns: 甲, 乙, 1, 2, 3."""
    words = [text_of(cell).strip("()（） ") for cell in cells if cell is not None]
    digits = [int(word) for word in words if re.fullmatch(r"[0-9]{1,2}", word)]
    stems = [word for word in words if not re.fullmatch(r"[0-9]{1,2}", word)]
    counted = len(digits) >= 3 and digits == list(range(digits[0], digits[0] + len(digits)))
    return counted and digits[0] in (1, 2) and stems == [*STEMS[: len(stems)]]


def is_year(value: float) -> bool:
    """Tell whether a figure may be a year that heads a column."""
    return value.is_integer() and 1900 <= value <= 2100


def is_years(cells: tuple[Cell, ...]) -> bool:
    """Tell whether the figures of a row are years that head columns."""
    values = [reading.value for cell in cells if (reading := read(cell)).value is not None]
    years = [value for value in values if value is not None and is_year(value)]
    apart = [year for at, year in enumerate(years) if at == 0 or year != years[at - 1]]  # merged over groups
    steps = {later - earlier for earlier, later in pairwise(apart)}
    return len(years) == len(values) and len(steps) == 1
