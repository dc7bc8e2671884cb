"""Comparisons in pairs for the analytic hierarchy process, in long form: parent, first, second, value."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from tierwise.arrays import FloatArray, frozen_floats
from tierwise.errors import Problems
from tierwise.inputs.sheet import Sheet, number, text, texts
from tierwise.kernels.tree import Tree
from tierwise.lookup import Lookup
from tierwise.methods.ahp import LEAST

if TYPE_CHECKING:
    import pandas as pd

SYNONYMS = {
    "指标甲": "first",
    "指标a": "first",
    "指标1": "first",
    "行指标": "first",
    "指标乙": "second",
    "指标b": "second",
    "指标2": "second",
    "列指标": "second",
    "判断值": "value",
    "重要程度": "value",
    "标度": "value",
    "专家": "expert",
    "专家编号": "expert",
}

WRITTEN: Final = re.compile(r"'?\s*(\d{1,9}(?:\.\d{1,9})?)(?:\s*/\s*(\d{1,9}))?")


class Nodes(Protocol):
    """What comparisons know of a framework."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the nodes, the index first."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the nodes."""

    @property
    def tree(self) -> Tree:
        """The tree as arrays."""

    def children_of(self, code: str) -> list[str]:
        """Return the codes right below a node."""


@dataclass(frozen=True)
class Comparisons:
    """For each sibling group, by the code of its parent: matrices ``(experts, siblings, siblings)``.

    Siblings stand in the framework's order; NaN is a pair that an expert did not compare.
    """

    experts: tuple[str, ...]
    groups: Mapping[str, FloatArray]
    places: Mapping[tuple[str, int, int, int], str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_sheet(cls, sheet: Sheet, framework: Nodes) -> Comparisons:
        """Return the comparisons on a sheet: first, second, value and, with several experts, expert.

        ``first`` is ``value`` times as important as ``second`` (a number, or a fraction as text: 1/3). The
        siblings tell their parent. Raises :class:`TierwiseError` W130 (no such heading), S021 (no such node),
        W132 (no siblings), W133 (no comparison), W135 (a pair twice).
        """
        return _read(sheet, framework)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, framework: Nodes) -> Comparisons:
        """Return the comparisons in a pandas frame with the sheet's columns."""
        return cls.from_sheet(Sheet.from_frame(frame, "Comparisons"), framework)

    def among(self, before: Nodes, after: Nodes) -> Comparisons:
        """Return the comparisons of a framework of which some nodes are left: those between them."""
        groups: dict[str, FloatArray] = {}
        places: dict[tuple[str, int, int, int], str] = {}
        for parent, table in self.groups.items():
            old, new = before.children_of(parent), after.children_of(parent)
            at = [old.index(code) for code in new]
            if len(at) > 1:
                groups[parent] = frozen_floats(table[:, at][:, :, at])
            places |= {
                (parent, expert, at.index(one), at.index(other)): place
                for (up, expert, one, other), place in self.places.items()
                if up == parent and one in at and other in at
            }
        return Comparisons(self.experts, groups, places)

    def __repr__(self) -> str:
        return f"Comparisons({len(self.experts)} experts, {len(self.groups)} sibling groups)"


def _read(sheet: Sheet, framework: Nodes) -> Comparisons:
    sheet = sheet.worded(SYNONYMS)
    problems = Problems()
    for heading in ("first", "second", "value"):
        if heading not in sheet.header:
            problems.add("W130", sheet.name, heading=sheet.headed(heading))
    sheet.check_repeated({*SYNONYMS.values()}, problems)
    problems.raise_any()
    nodes = Lookup(framework.codes, framework.names, "node", first=1)
    rows = range(len(sheet.rows))
    names = texts(sheet, "expert", problems) if "expert" in sheet.header else [""] * len(rows)
    experts = tuple(dict.fromkeys(names))
    groups: dict[str, FloatArray] = {}
    places: dict[tuple[str, int, int, int], str] = {}
    for row in rows:
        pair = [_node(sheet, nodes, row, column, problems) for column in ("first", "second")]
        value = _value(sheet, row, problems)
        if -1 in pair or math.isnan(value):
            continue
        first, second = pair
        parent = framework.tree.parent[first]
        if parent != framework.tree.parent[second] or first == second:
            one, other = framework.codes[first], framework.codes[second]
            problems.add("W132", sheet.place(row, "second"), first=one, second=other)
            continue
        siblings = framework.tree.children[parent].tolist()
        code, expert = framework.codes[parent], experts.index(names[row])
        table = groups.setdefault(code, np.full((len(experts), len(siblings), len(siblings)), np.nan))
        at = (siblings.index(first), siblings.index(second))
        if not np.isnan(table[expert][at]):
            problems.add("W135", sheet.place(row), first=places[code, expert, *at])
        table[expert][at] = value
        places[code, expert, *at] = sheet.place(row, "value")
    problems.raise_any()
    return Comparisons(experts, {code: frozen_floats(table) for code, table in groups.items()}, places)


def judgement(written: str) -> float | None:
    """Return a comparison that is kept as text: 3, 0.2, 1/5, '1/5, １／５, ⅓; None for other texts.

    The one rule of sheets, forms and cells. Whether it lies between 1/9 and 9 is for the caller to ask.
    """
    plain = unicodedata.normalize("NFKC", written).replace("\N{FRACTION SLASH}", "/").strip()
    found = WRITTEN.fullmatch(plain)
    if found is None:
        return None
    numerator, denominator = map(float, found.groups(default="1"))
    return numerator / denominator if denominator else None


def _node(sheet: Sheet, nodes: Lookup, row: int, column: str, problems: Problems) -> int:
    code = text(sheet.rows[row][sheet.header.index(column)])
    rows = nodes.rows([code], problems, sheet.place(row, column))
    return rows[0] if rows else -1


def _value(sheet: Sheet, row: int, problems: Problems) -> float:
    at = sheet.header.index("value")
    cell = sheet.rows[row][at]
    shown = text(cell)
    if isinstance(cell, (dt.date, dt.time)):
        problems.add("W137", sheet.place(row, at), value=shown)
        return math.nan
    if isinstance(cell, str):
        read = judgement(shown)
        value = 0.0 if read is None else read  # refused below
    else:
        value = number(sheet, row, at, problems, "number")
    if not math.isnan(value) and not LEAST <= value <= 1.0 / LEAST:
        problems.add("W133", sheet.place(row, at), value=shown)
        return math.nan
    return value
