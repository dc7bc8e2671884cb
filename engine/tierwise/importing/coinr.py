"""COINr's tables: iData with a row for each unit, iMeta with a row for each indicator and aggregate."""

from __future__ import annotations

from collections.abc import Mapping

from tierwise.cleaning.grid import At, RawTable
from tierwise.cleaning.numbers import read
from tierwise.cleaning.rules import Change
from tierwise.errors import Problems
from tierwise.importing.parts import Parts, framework_cells
from tierwise.inputs.sheet import Cell
from tierwise.inputs.sheet import text as text_of
from tierwise.names import nearest


def is_coinr(tables: Mapping[str, RawTable]) -> bool:
    """Tell whether the sheets are iData and iMeta."""
    return {"idata", "imeta"} <= {name.lower() for name in tables}


def read_coinr(tables: Mapping[str, RawTable]) -> Parts:
    """Return units, figures and the tree; figures of type Group stay text.

    Raises :class:`TierwiseError` I060 for a column that iData or iMeta lacks.
    """
    lowered = {name.lower(): table for name, table in tables.items()}
    data, meta = lowered["idata"], lowered["imeta"]
    heads = [text_of(cell) for cell in data.cells[0]]
    fields = [text_of(cell) for cell in meta.cells[0]]
    problems = Problems()
    for table, known, wanted in ((data, heads, ("uCode",)), (meta, fields, ("iCode", "Parent", "Type"))):
        for word in wanted:
            if word not in known:
                problems.add("I060", table.name, heading=word, nearest=nearest(word, known))
    problems.raise_any()
    rows_of_meta = [dict(zip(fields, cells, strict=True)) for cells in meta.cells[1:] if any(cells)]
    kinds = {text_of(row["iCode"]): text_of(row["Type"]) for row in rows_of_meta}
    columns = [at for at, head in enumerate(heads) if head and head not in {"uCode", "uName"}]
    header = ("code", "name", *(heads[at] for at in columns))
    names = heads.index("uName") if "uName" in heads else heads.index("uCode")
    rows: list[tuple[Cell, ...]] = []
    changes: list[Change] = []
    for number, cells in enumerate(data.cells[1:], 1):
        if cells[heads.index("uCode")] is None:
            continue
        kept: list[Cell] = [cells[heads.index("uCode")], cells[names]]
        for at in columns:
            if kinds.get(heads[at], "") in {"Group", "Other", ""}:
                kept.append(cells[at])
                continue
            reading = read(cells[at])
            if reading.rules:
                where = At(len(rows) + 1, len(kept))
                change = text_of(cells[at]), text_of(reading.value)
                changes.append(Change(data.place(At(number, at)), *change, reading.rules, *where))
            kept.append(reading.value)
        rows.append(tuple(kept))
    return Parts(header, tuple(rows), framework_cells(_tree(rows_of_meta)), tuple(changes))


def _tree(rows: list[dict[str, Cell]]) -> list[dict[str, Cell]]:
    """Return the nodes of iMeta: indicators and aggregates; the one without a parent is the index."""
    nodes = [row for row in rows if text_of(row["Type"]) in {"Indicator", "Aggregate"}]
    tops = {text_of(row["iCode"]) for row in nodes if text_of(row["Parent"]) in {"", "NA"}}
    listed: list[dict[str, Cell]] = []
    for row in nodes:
        code, parent = text_of(row["iCode"]), text_of(row["Parent"])
        if code in tops:
            continue
        listed.append(
            {
                "code": code,
                "name": text_of(row.get("iName")) or code,
                "parent": "" if parent in tops else parent,
                "weight": read(row.get("Weight")).value,
                "direction": read(row.get("Direction")).value,
                "unit": text_of(row.get("Unit")),
                "target": read(row.get("Target")).value,
                "denominator": text_of(row.get("Denominator")).removesuffix("NA"),
            }
        )
    return listed
