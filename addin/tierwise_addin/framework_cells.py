"""A framework given as a range of cells."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import reduce
from typing import Any, Final

from tierwise.errors import Problem, Problems, TierwiseError
from tierwise.inputs import Framework
from tierwise.inputs.framework_sheet import COLUMNS, SYNONYMS
from tierwise.inputs.sheet import Sheet
from tierwise_addin import cell_kinds, codec
from tierwise_addin.arguments import Argument, Help
from tierwise_addin.codec import Block


def as_framework(block: Block, name: str, problems: Problems) -> Any:
    """Return the framework that a range describes, headings in its first row (or in the usual order)."""
    rows = codec.table(block, name, problems)
    if not rows or cell_kinds.ErrorValue in block.kinds:
        return None
    headings = {codec.label(cell).lower() for cell in rows[0]}
    if "code" not in headings and not headings & set(SYNONYMS):
        rows = [[*COLUMNS[: len(rows[0])]], *rows]
    try:
        return Framework.from_sheet(Sheet.from_cells(name, rows))
    except TierwiseError as error:
        problems.extend(in_range(raised) for raised in error.problems)
        return None


def in_range(raised: Problem) -> Problem:
    """Return a problem whose cells, its own and those it mentions, are told by row and column."""
    fields = {
        key: _row_and_column(value) if isinstance(value, str) else value
        for key, value in raised.fields.items()
    }
    return replace(raised, place=_row_and_column(raised.place), fields=fields)


def _row_and_column(place: str) -> str:
    """Return ``framework: row 7, column 5`` for ``framework!E7``: a range does not know its own address."""
    match = re.fullmatch(r"(\w+)!([A-Z]*)(\d+)", place)
    if match is None:
        return place
    name, letters, row = match.groups()
    if not letters:
        return f"{name}: row {row}"
    column = reduce(lambda total, letter: 26 * total + ord(letter) - 64, letters, 0)
    return f"{name}: row {row}, column {column}"


FRAMEWORK: Final = Argument(
    "framework",
    Help(
        "The tree with headings: code, name, parent, weight, direction, and as needed low, high, target",
        "指标体系（含表头）：代码、名称、上级、权重、方向等",
    ),
    as_framework,
)
