"""Figures that differ between two inputs, cell by cell: data, framework and experts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from tierwise.arrays import IntArray

if TYPE_CHECKING:
    import pandas as pd

    from tierwise.inputs import Experts, Framework, Panel
    from tierwise.runs.sides import Side

FRAMEWORK: Final = {
    "name": "names",
    "parent": "parents",
    "weight": "weights",
    "direction": "directions",
    "unit": "units",
    "low": "low",
    "high": "high",
    "cap": "cap",
    "target": "target",
    "denominator": "denominators",
    "normalisation": "normalisations",
    "aggregation": "aggregations",
}


class Cell(NamedTuple):
    """A cell that differs: its sheet, what its row and column are, both values, and where they stand."""

    sheet: str
    row: str
    column: str
    before: object
    after: object
    place: str


def figures_that_differ(before: Side, after: Side, rows: IntArray, codes: tuple[str, ...]) -> pd.DataFrame:
    """Return one row a cell that differs, where the inputs of both sides are known."""
    import pandas as pd

    cells: list[Cell] = []
    one, other = before.scenario, after.scenario
    if one is not None and other is not None:
        given = dict(enumerate(codes))
        pairs = [
            (before.codes[was], after.codes[now], given[at])
            for at, (was, now) in enumerate(zip(*rows.tolist(), strict=True))
            if was >= 0 and now >= 0
        ]
        cells = [
            *_data(one.panel, other.panel, pairs),
            *_framework(one.framework, other.framework),
            *_experts(one.experts, other.experts),
        ]
    return pd.DataFrame(
        {
            "sheet": [cell.sheet for cell in cells],
            "row": [cell.row for cell in cells],
            "column": [cell.column for cell in cells],
            "from": [_text(cell.before) for cell in cells],
            "to": [_text(cell.after) for cell in cells],
            "place": [cell.place for cell in cells],
        }
    )


def _text(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.15g}"
    return "" if value is None else str(value)


def _same(one: object, other: object) -> bool:
    return _text(one) == _text(other)


def _data(before: Panel, after: Panel, pairs: list[tuple[str, str, str]]) -> Iterator[Cell]:
    """Yield the cells of units that both sides have, and the columns that only one has."""
    known = [{**_columns(panel)} for panel in (before, after)]
    at = [{code: row for row, code in enumerate(panel.codes)} for panel in (before, after)]
    for column in {**known[1], **known[0]}:
        if not all(column in columns for columns in known):
            there = int(column in known[1])
            words = ("✓", "") if not there else ("", "✓")
            yield Cell("Data", "", column, *words, "")
            continue
        for was, now, _ in pairs:
            first, second = known[0][column][at[0][was]], known[1][column][at[1][now]]
            if not _same(first, second):
                yield Cell(
                    "Data", after.names[at[1][now]], column, first, second, after.cell(at[1][now], column)
                )


def _columns(panel: Panel) -> Mapping[str, list[object]]:
    values = {code: panel.values[:, at].tolist() for at, code in enumerate(panel.indicators)}
    extras = {name: column.tolist() for name, column in panel.extras.items()}
    return {
        "name": [*panel.names],
        **{name: [*column] for name, column in panel.groups.items()},
        **values,
        **extras,
    }


def _framework(before: Framework, after: Framework) -> Iterator[Cell]:
    """Yield what the frameworks say otherwise of a node, and the nodes that only one has."""
    at = [{code: node for node, code in enumerate(tree.codes)} for tree in (before, after)]
    for code in {**at[1], **at[0]}:
        if not all(code in nodes for nodes in at):
            words = ("✓", "") if code in at[0] else ("", "✓")
            yield Cell("Framework", code, "", *words, "")
            continue
        for column, name in FRAMEWORK.items():
            first, second = (
                _plain(getattr(tree, name)[nodes[code]])
                for tree, nodes in zip((before, after), at, strict=True)
            )
            if at[1][code] and not _same(first, second):
                yield Cell("Framework", code, column, first, second, after.place(code, column))


def _plain(value: object) -> object:
    return float(value) if hasattr(value, "dtype") else value  # type: ignore[arg-type]  # of NumPy


def _experts(before: Experts | None, after: Experts | None) -> Iterator[Cell]:
    """Yield the scores that differ, by round and expert, and the experts that only one side has."""
    known = [{} if experts is None else _scores(experts) for experts in (before, after)]
    for row in {**known[1], **known[0]}:
        if not all(row in scores for scores in known):
            words = ("✓", "") if row in known[0] else ("", "✓")
            yield Cell("Experts", row, "", *words, "")
            continue
        for column in {**known[1][row], **known[0][row]}:
            first, second = (scores[row].get(column) for scores in known)
            if not _same(first, second):
                yield Cell("Experts", row, column, first, second, "")


def _scores(experts: Experts) -> dict[str, dict[str, float]]:
    return {
        f"{scored.label} {expert}": dict(zip(experts.codes, scored.scores[at].tolist(), strict=True))
        for scored in experts.rounds
        for at, expert in enumerate(scored.experts)
    }
