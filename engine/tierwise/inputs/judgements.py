"""Judgements that are less than scores, one row a node and expert: an order, ratios, the best and the worst.

The sheet Judgements (判断) holds the columns of several methods beside each other; each reads its own.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from tierwise.arrays import BoolArray, FloatArray, IntArray, frozen_floats
from tierwise.errors import Problems
from tierwise.inputs.comparisons import Nodes, judgement
from tierwise.inputs.sheet import Sheet, number, text, texts
from tierwise.kernels.tree import Tree
from tierwise.lookup import Lookup
from tierwise.methods.orders import closed_under
from tierwise.methods.ordinal import HEADED
from tierwise.names import nearest

if TYPE_CHECKING:
    import pandas as pd

NUMBERS: Final = ("order", "ratio", "best", "worst", "low", "middle", "high")
COLUMNS: Final = ("expert", "code", "name", "over", *NUMBERS)
BETWEEN: Final = re.compile(r"[,，;；、|\n]+")  # codes in a cell
FRACTIONS: Final = ("ratio", "best", "worst")  # may be written as fractions
SYNONYMS: Final = {
    "专家": "expert",
    "专家编号": "expert",
    "代码": "code",
    "指标代码": "code",
    "指标": "code",
    "名称": "name",
    "指标名称": "name",
    "位次": "order",
    "序号": "order",
    "重要性位次": "order",
    "重要性排序": "order",
    "比值": "ratio",
    "重要程度之比": "ratio",
    **HEADED,
    "最优与该指标之比": "best",
    "最差比": "worst",
    "该指标与最劣之比": "worst",
    "该指标与最差之比": "worst",
    "重于": "over",
    "下限": "low",
    "最低": "low",
    "上限": "high",
    "中值": "middle",
    "中位": "middle",
    "最可能": "middle",
    "最可能值": "middle",
    "最高": "high",
}


@dataclass(frozen=True)
class Judgements:
    """What each expert said of each node: ``columns`` by heading, each ``(experts, nodes)``, NaN for a blank.

    ``over (experts, nodes, nodes)`` says which siblings an expert names as weighing no more than which, and
    all that follows, ``stated`` what stands on the sheet itself. ``places`` are the cells of an expert's row:
    by the expert's number, code and heading.
    """

    experts: tuple[str, ...]
    columns: Mapping[str, FloatArray]
    over: BoolArray
    stated: BoolArray
    places: Mapping[tuple[int, str, str], str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_sheet(cls, sheet: Sheet, framework: Nodes) -> Judgements:
        """Return the judgements on a sheet: code, with several experts expert, and the columns of a method.

        Raises :class:`TierwiseError` W150 (no column ``code``), S001 (an unknown heading), D007 (one twice),
        S021 (no such node), W132 (no siblings), W151 (a node twice), D003 and its like for what is no number.
        """
        return _read(sheet, framework)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, framework: Nodes) -> Judgements:
        """Return the judgements in a pandas frame with the sheet's columns."""
        return cls.from_sheet(Sheet.from_frame(frame, "Judgements"), framework)

    def those(self, columns: Iterable[str], group: IntArray) -> dict[int, dict[str, FloatArray]]:
        """Return, by expert, what stands in some columns for a group, of those who said anything there."""
        names = tuple(name for name in columns if name in self.columns)
        rows = {
            expert: {name: self.columns[name][expert, group] for name in names}
            for expert in range(len(self.experts))
        }
        return {
            expert: said for expert, said in rows.items() if not np.isnan([*said.values()]).all() and names
        }

    def filled(self) -> list[str]:
        """Return the columns in which anything stands."""
        numbers = [name for name, column in self.columns.items() if np.isfinite(column).any()]
        return [*numbers, *(["over"] if self.over.any() else [])]

    @property
    def sheet(self) -> str:
        """The name of the sheet that they stand on."""
        return next(iter(self.places.values()), "Judgements").partition("!")[0]

    def place(self, expert: int, code: str, column: str, name: str) -> str:
        """Return the cell of an expert's row, or the node's ``name`` where there is no such row."""
        who = f" ({self.experts[expert]})" if self.experts[expert] else ""
        return self.places.get((expert, code, column), f"{self.sheet}: {name}{who}")

    def take(self, nodes: Sequence[int], tree: Tree) -> Judgements:
        """Return the judgements of some nodes of a tree, in that order.

        The ratio of one whose predecessor in an expert's order is left out becomes that to the one before.
        """
        kept = np.asarray(nodes, dtype=np.int64)
        columns = dict(self.columns)
        columns["ratio"] = _ratios_between(columns["order"], columns["ratio"], kept, tree)
        taken = {name: frozen_floats(column[:, kept]) for name, column in columns.items()}
        over, stated = (named[:, kept][:, :, kept] for named in (self.over, self.stated))
        return Judgements(self.experts, taken, over, stated, self.places)

    def __repr__(self) -> str:
        return f"Judgements({len(self.experts)} experts)"


def _ratios_between(order: FloatArray, ratio: FloatArray, kept: IntArray, tree: Tree) -> FloatArray:
    between = np.array(ratio)
    for group in tree.sibling_groups:
        left = np.isin(group, kept)
        if left.all() or not left.any():
            continue
        for expert, places in enumerate(order[:, group]):
            sequence = group[np.argsort(places, kind="stable")][: int((~np.isnan(places)).sum())]
            product, begun = 1.0, False
            for node in sequence:
                product *= ratio[expert, node] if node != sequence[0] else 1.0
                if node in kept:
                    between[expert, node] = product if begun else np.nan
                    product, begun = 1.0, True
    return between


def _read(sheet: Sheet, framework: Nodes) -> Judgements:
    sheet = sheet.worded(SYNONYMS)
    problems = Problems()
    sheet.check_heading_row("code", SYNONYMS, problems)
    problems.raise_any()
    if "code" not in sheet.header:
        problems.add("W150", sheet.name, heading="code", choices=COLUMNS)
    _check_headings(sheet, problems)
    problems.raise_any()
    nodes = Lookup(framework.codes, framework.names, "node", first=1)
    names = texts(sheet, "expert", problems) if "expert" in sheet.header else [""] * len(sheet.rows)
    experts = tuple(dict.fromkeys(names))
    columns = {name: np.full((len(experts), len(framework.codes)), np.nan) for name in NUMBERS}
    over = np.zeros((len(experts), len(framework.codes), len(framework.codes)), dtype=np.bool_)
    places: dict[tuple[int, str, str], str] = {}
    for row, who in enumerate(names):
        found = nodes.rows([text(sheet.rows[row][sheet.header.index("code")])], problems, _code(sheet, row))
        if not found:
            continue
        node, expert = found[0], experts.index(who)
        code = framework.codes[node]
        if (first := places.get((expert, code, "code"))) is not None:
            problems.add("W151", sheet.place(row), node=code, first=first)
            continue
        for heading in sheet.header:
            if heading in COLUMNS:
                places[expert, code, heading] = sheet.place(row, heading)
            if heading in NUMBERS:
                columns[heading][expert, node] = _value(sheet, row, heading, problems)
        if "over" in sheet.header:
            over[expert, node, _named(sheet, row, node, nodes, framework, problems)] = True
    problems.raise_any()
    frozen = {name: frozen_floats(column) for name, column in columns.items()}
    return Judgements(experts, frozen, np.array([closed_under(each) for each in over]), over, places)


def _named(
    sheet: Sheet, row: int, node: int, nodes: Lookup, framework: Nodes, problems: Problems
) -> list[int]:
    """Return the siblings that a cell of the column ``over`` names."""
    place, parent = sheet.place(row, "over"), framework.tree.parent
    given = [one.strip() for one in BETWEEN.split(text(sheet.rows[row][sheet.header.index("over")]))]
    found = nodes.rows([one for one in given if one], problems, place)
    for other in found:
        if parent[other] != parent[node] or other == node:
            problems.add("W132", place, first=framework.codes[node], second=framework.codes[other])
    return [other for other in found if parent[other] == parent[node]]


def _check_headings(sheet: Sheet, problems: Problems) -> None:
    for at, heading in enumerate(sheet.header):
        if not heading or heading.startswith("_"):
            continue
        if heading not in COLUMNS:
            near = nearest(heading, COLUMNS)
            problems.add("S001", sheet.heading_place(at), key=heading, nearest=near, choices=COLUMNS)
        elif heading in sheet.header[:at]:
            problems.add("D007", sheet.heading_place(at), heading=heading)


def _code(sheet: Sheet, row: int) -> str:
    return sheet.place(row, "code")


def _value(sheet: Sheet, row: int, heading: str, problems: Problems) -> float:
    """Return the number of a cell; a fraction where one may stand."""
    at = sheet.header.index(heading)
    cell = sheet.rows[row][at]
    if heading in FRACTIONS and isinstance(cell, (dt.date, dt.time)):
        problems.add("W137", sheet.place(row, at), value=text(cell))
        return np.nan
    if heading in FRACTIONS and isinstance(cell, str) and (value := judgement(text(cell))) is not None:
        return value
    return number(sheet, row, at, problems, "number")
