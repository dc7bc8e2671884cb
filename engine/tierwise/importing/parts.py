"""What an import finds: the cells of Data and Framework, and what it had to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tierwise.cleaning.rules import Change
from tierwise.inputs.sheet import Cell

TREE: Final = ("code", "name", "parent", "weight", "direction")  # columns that every Framework sheet gets
COLUMNS: Final = (*TREE, "unit", "low", "high", "target", "denominator")


@dataclass(frozen=True)
class Parts:
    """Data (headings and rows), Framework (headings first), and changes of Data."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    framework: tuple[tuple[Cell, ...], ...]
    changes: tuple[Change, ...] = ()


def framework_cells(nodes: Iterable[Mapping[str, Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of a Framework sheet; further columns are left out where no node fills them."""
    nodes = [*nodes]
    kept = [
        word for word in COLUMNS if word in TREE or any(node.get(word) not in (None, "") for node in nodes)
    ]
    return (tuple(kept), *(tuple(_filled(node.get(word)) for word in kept) for node in nodes))


def flat_framework(
    header: Sequence[str], rows: Sequence[Sequence[Cell]], first: int
) -> tuple[tuple[Cell, ...], ...]:
    """Return a tree of one level: each column of numbers from ``first`` on, without weight and direction."""
    nodes: list[dict[str, Cell]] = []
    for at in range(first, len(header)):
        filled = [row[at] for row in rows if row[at] is not None]
        if filled and all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in filled):
            nodes.append({"code": header[at], "name": header[at]})
    return framework_cells(nodes)


def _filled(cell: Cell) -> Cell:
    return None if cell == "" else cell
