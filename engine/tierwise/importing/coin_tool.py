"""The COIN Tool's workbook: a Database with a column for each indicator, and the tree above the columns.

Source of the layout: the reader ``import_coin_tool`` of COINr (rows and columns of its ranges).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tierwise.cleaning.grid import At, RawTable
from tierwise.cleaning.numbers import read
from tierwise.cleaning.rules import Change
from tierwise.importing.parts import Parts, framework_cells
from tierwise.inputs.sheet import Cell
from tierwise.inputs.sheet import text as text_of

# Rows of Database, counted from 0: what stands above each indicator's column.
WEIGHT, DIRECTION, LOW, HIGH = 6, 7, 8, 9
LEVELS: Final = (10, 11, 12, 13)  # codes of index, sub-index, pillar, sub-pillar
NAME, CODE = 14, 15
FIRST_UNIT, UNIT_NAME, UNIT_CODE, FIRST_INDICATOR = 16, 1, 2, 4
HEADING: Final = "dimension/indicator"  # of the sheet Framework, whose columns begin at C


def is_coin_tool(tables: Mapping[str, RawTable]) -> bool:
    """Tell whether the sheets are those of the COIN Tool."""
    framework = tables.get("Framework")
    return "Database" in tables and framework is not None and _heading_row(framework) is not None


def read_coin_tool(tables: Mapping[str, RawTable]) -> Parts:
    """Return units, figures and the tree of a COIN Tool workbook.

    Every unit is read from its own row, so that blank rows among the units move no figure.
    """
    table = tables["Database"]
    columns = [at for at in range(FIRST_INDICATOR, table.width) if _filled(table, at)]
    header = ("code", "name", *(text_of(table.cells[CODE][at]) for at in columns))
    rows: list[tuple[Cell, ...]] = []
    changes: list[Change] = []
    for row in range(FIRST_UNIT, len(table.cells)):
        code, name = table.cells[row][UNIT_CODE], table.cells[row][UNIT_NAME]
        if code is None and name is None:
            continue
        figures = []
        for at in columns:
            reading = read(table.cells[row][at])
            figures.append(reading.value)
            if reading.rules:
                place = At(len(rows) + 1, len(figures) + 1)
                before, after = text_of(table.cells[row][at]), text_of(reading.value)
                changes.append(Change(table.place(At(row, at)), before, after, reading.rules, *place))
        rows.append((code if code is not None else name, name, *figures))
    tree = framework_cells(_tree(table, columns, tables["Framework"]))
    return Parts(header, tuple(rows), tree, tuple(changes))


def _filled(table: RawTable, column: int) -> bool:
    """Tell whether a column is an indicator's: it has a code and a figure."""
    below = (read(table.cells[row][column]).value for row in range(FIRST_UNIT, len(table.cells)))
    return table.cells[CODE][column] is not None and any(value is not None for value in below)


def _heading_row(framework: RawTable) -> int | None:
    """Return the row of headings of the sheet Framework; older tools have it one row further down."""
    rows = (
        row
        for row, cells in enumerate(framework.cells[:12])
        if any(text_of(cell).strip().lower() == HEADING for cell in cells)
    )
    return next(rows, None)


def _tree(table: RawTable, columns: list[int], framework: RawTable) -> list[dict[str, Cell]]:
    """Return the nodes: aggregates by the codes above the columns, then the indicators.

    A level whose code is the same above all indicators was not used, save the index itself.
    """
    used = [row for row in LEVELS[1:] if len({text_of(table.cells[row][at]) for at in columns}) > 1]
    named = _named(framework)
    nodes: dict[str, dict[str, Cell]] = {}
    for at in columns:
        above = ""
        for row in used:
            code = text_of(table.cells[row][at])
            if not code:
                continue
            name, weight = named.get(code, ("", None))
            nodes.setdefault(code, {"code": code, "name": name or code, "parent": above, "weight": weight})
            above = code
        code = text_of(table.cells[CODE][at])
        nodes[code] = {
            "code": code,
            "name": text_of(table.cells[NAME][at]) or code,
            "parent": above,
            "weight": read(table.cells[WEIGHT][at]).value,
            "direction": read(table.cells[DIRECTION][at]).value,
            "low": read(table.cells[LOW][at]).value,
            "high": read(table.cells[HIGH][at]).value,
        }
    return [*nodes.values()]


def _named(framework: RawTable) -> dict[str, tuple[str, float | None]]:
    """Return name and weight of the aggregates by code: the first, sixth and third column from C."""
    top = _heading_row(framework)
    goals: dict[str, tuple[str, float | None]] = {}
    if top is None or framework.width < 8:
        return goals
    for cells in framework.cells[top + 1 :]:
        if cells[2] is not None:
            goals[text_of(cells[2])] = (text_of(cells[7]), read(cells[4]).value)
    return goals
