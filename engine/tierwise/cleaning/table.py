"""A raw table cleaned: one row of headings, one row a unit, numbers as numbers, and what was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tierwise.arrays import FloatArray
from tierwise.cleaning.codes import Working, with_codes
from tierwise.cleaning.columns import (
    Outcome,
    are_years,
    clean_codes,
    clean_labels,
    clean_numbers,
    clean_years,
    is_code_like,
    mostly_dates,
    shown,
)
from tierwise.cleaning.grid import At, RawTable, inside
from tierwise.cleaning.headings import Heading, Indicator, changes_of, headings_of, with_unit
from tierwise.cleaning.layout import Column, Finder, Layout
from tierwise.cleaning.numbers import read
from tierwise.cleaning.parts import CleanTable, joined, taken_apart
from tierwise.cleaning.roles import CODES, NAMES, TEXT, WORDS, is_code, is_name, words_of
from tierwise.cleaning.rules import Change
from tierwise.cleaning.texts import same, tidy
from tierwise.cleaning.unheaded import headed
from tierwise.errors import Problem, TierwiseError, problem
from tierwise.inputs.sheet import Cell
from tierwise.inputs.sheet import text as text_of
from tierwise.names import is_total, may_be_total
from tierwise.tolerances import TYPED

MOST_SUMMED = 200  # rows that a subtotal may stand above
AGREE = 0.8  # share of its columns in which a row is the sum of others
CALLED_AGREE = (
    0.5  # of a row that is called a total: figures of others may be blank, since they are not exact
)


def cleaned(table: RawTable, role: str, indicators: dict[str, Indicator]) -> CleanTable:
    """Return a raw table cleaned; of several on one sheet, those of the same units joined.

    Args:
        table: the cells as the file holds them.
        role: the input sheet that the table is: Data, Framework, Experts or History.
        indicators: the framework's nodes by spelling (:func:`tierwise.cleaning.headings.indicators_of`).

    Raises:
        TierwiseError: I050 where no row of headings is found.

    """
    known = {*WORDS[role], *indicators} | ({*NAMES, *CODES} if role == "Data" else set())
    finder = Finder(table, known)
    layout = finder.layout()
    if layout is None:
        raise TierwiseError(_unheaded(table, finder.unheaded()))
    apart = taken_apart(table, layout, role)
    if apart is not None:
        first, rest = apart
        return joined(cleaned(first, role, indicators), lambda: cleaned(rest, role, indicators), rest)
    changes = [*layout.changes]
    columns = _columns(table, layout, role, indicators, changes)
    _drop_totals(table, columns, role, changes)
    _note_rows(table, columns, dict(layout.unclear), role, changes)
    header, outcomes = _clean_columns(table, columns, role, changes)
    if role == "Data":
        header, outcomes = with_codes(table, columns, header, outcomes, changes)
    rows = (
        tuple(zip(*([outcome.value for outcome in column] for column in outcomes), strict=True))
        if outcomes
        else ()
    )
    return CleanTable(role, tuple(header), tuple(rows), tuple(changes))


def _unheaded(table: RawTable, row: int | None) -> Problem:
    """Return I050, at the row of figures that stands where headings should."""
    if row is None:
        return problem("I050", table.name, above="", above_zh="")
    shown = table.row_text(row)
    return problem(
        "I050",
        table.row_place(row),
        above=f" above this row, which seems to hold figures ({shown})",
        above_zh=f"：此行（{shown}）视同数据，其上方没有表头",
    )


def _blocks(columns: Sequence[Column]) -> int:
    """Return how many times the same headings stand side by side."""
    heads = [tuple(map(same, column.headings)) for column in columns]
    for times in (4, 3, 2):
        size = len(heads) // times
        if (
            size >= 2
            and size * times == len(heads)
            and all(heads[at] == heads[at % size] for at in range(len(heads)))
        ):
            return times
    return 1


def _columns(
    table: RawTable, layout: Layout, role: str, indicators: dict[str, Indicator], changes: list[Change]
) -> list[Working]:
    """Return the columns with their cells, blocks side by side put below one another."""
    heads = headed(table, layout, role, changes)
    times = _blocks(heads)
    size = len(heads) // times
    if times > 1:
        ends = table.place(heads[0].heading_at), table.place(heads[-1].heading_at)
        changes.append(
            Change(
                f"{ends[0]}:{ends[1].partition('!')[2]}", f"{times} x {size}", f"{size}", ("side-by-side",)
            )
        )
    headings = headings_of(table, heads[:size], role, indicators, layout.table_unit)
    changes += changes_of(table, heads[:size], headings)
    merged = _merged_cells(table, layout)
    columns = []
    for at, (head, heading) in enumerate(zip(heads[:size], headings, strict=True)):
        places = [At(row, heads[block * size + at].at) for block in range(times) for row in layout.rows]
        cells = [table.cells[place.row][place.column] for place in places]
        numeric = any(heads[block * size + at].at in layout.numeric for block in range(times))
        kind = _kind(heading, cells, numeric, role)
        fixed = {row: merged[place] for row, place in enumerate(places) if place in merged}
        columns.append(Working(head, heading, kind, places, cells, fixed))
    if times > 1:
        _keep_rows(
            columns,
            [
                any(column.cells[row] is not None for column in columns)
                for row in range(len(columns[0].cells))
            ],
        )
    for done in columns:
        for row, outcome in done.fixed.items():
            if done.kind == "number" and (outcome.value is None or read(outcome.value).figure):
                done.fixed[row] = Outcome(None, ("merged-number",))
            else:
                done.cells[row] = outcome.value
    return columns


def _kind(heading: Heading, cells: Sequence[Cell], numeric: bool, role: str) -> str:
    if role in {"Data", "History"} and are_years(same(heading.text), cells):
        return "year"
    word = words_of(role).get(same(heading.text), "")
    if role in {"Data", "History"} and (word == "code" or (role == "Data" and is_code(heading.text))):
        return "code"
    if word in TEXT[role] or (role == "Data" and is_name(heading.text)):
        return "label"
    if heading.indicator or role == "Framework":
        return "number" if heading.indicator or word in {"weight", "low", "high", "target"} else "label"
    if not numeric or mostly_dates(cells):
        return "label"
    return "code" if is_code_like(cells) else "number"


def _merged_cells(table: RawTable, layout: Layout) -> dict[At, Outcome]:
    """Return what stands in merged cells among the units: the text of the first in each of them."""
    rows = {*layout.rows}
    outcomes: dict[At, Outcome] = {}
    for area in table.merged:
        first = table.cells[area[0][0]][area[0][1]]
        places = [At(*place) for place in inside(area)]
        if first is None or not any(place.row in rows for place in places):
            continue
        for place in places:
            outcomes[place] = Outcome(first, ("merged-text",) if place != At(*area[0]) else ())
    return outcomes


def _keep_rows(columns: list[Working], keep: Sequence[bool]) -> None:
    """Keep some of the rows of all columns."""
    kept = [row for row, wanted in enumerate(keep) if wanted]
    for column in columns:
        column.places = [column.places[row] for row in kept]
        column.cells = [column.cells[row] for row in kept]
        column.fixed = {new: column.fixed[row] for new, row in enumerate(kept) if row in column.fixed}


def _drop_totals(table: RawTable, columns: list[Working], role: str, changes: list[Change]) -> None:
    """Leave out rows whose name or code says that they sum up others."""
    labels = [column for column in columns if column.kind != "number"]
    if not labels:
        return
    keep = []
    for row in range(len(labels[0].cells)):
        words = [tidy(text_of(column.cells[row])) for column in labels if column.cells[row] is not None]
        total = any(is_total(word.lstrip("#")) for word in words[:2]) and (
            role != "Framework" or len(words) == 1
        )
        keep.append(not total)
        if total:
            place = labels[0].places[row].row
            changes.append(Change(table.row_place(place), table.row_text(place), "", ("total-row",)))
    _keep_rows(columns, keep)


def _note_rows(
    table: RawTable, columns: list[Working], unclear: dict[int, str], role: str, changes: list[Change]
) -> None:
    """Note rows that stay and may be none: names without figures, sums of the rows below or above them.

    A sum that is called one as well (All universities) is left out.
    """
    if not columns:
        return
    numbers = [column for column in columns if column.kind == "number"]
    values = np.array(
        [[_float(cell, table.separator) for cell in column.cells] for column in numbers], dtype=float
    ).T.reshape(len(columns[0].cells), len(numbers))
    sums = _sums(values)
    called = {
        row
        for column in columns
        if column.kind == "label" and role == "Data"
        for row, cell in enumerate(column.cells)
        if may_be_total(tidy(text_of(cell)))
    }
    totals = _sums(values, CALLED_AGREE) & called
    for row in sorted(totals):
        place = columns[0].places[row].row
        changes.append(Change(table.row_place(place), table.row_text(place), "", ("total-row",)))
    kept = [row not in totals for row in range(len(values))]
    _keep_rows(columns, kept)
    sums, called = ({sum(kept[:row]) for row in rows if kept[row]} for rows in (sums, called))
    for row in range(len(columns[0].cells)):
        place = columns[0].places[row].row
        named = "total-name" if row in called else ""
        rule = unclear.get(place, "sum-row" if row in sums else named)
        if rule:
            at = next((at for at, column in enumerate(columns) if column.cells[row] is not None), 0)
            changes.append(
                Change(
                    table.row_place(place), table.row_text(place), table.row_text(place), (rule,), row + 1, at
                )
            )


def _float(cell: Cell, separator: str) -> float:
    value = read(cell, separator=separator).value
    return np.nan if value is None else value


def _sums(values: FloatArray, agreeing: float = AGREE) -> set[int]:
    """Return the rows that are the sum of rows right below or right above them."""
    above = {len(values) - 1 - row for row in sum_rows(values[::-1], agreeing)}
    return sum_rows(values, agreeing) | above


def sum_rows(values: FloatArray, agreeing: float = AGREE) -> set[int]:
    """Return the rows that are, in two columns or more, the sum of two or more rows right below them.

    ``values`` is (rows, columns) with NaN for blanks, which count as nothing. In the ``agreeing`` share of
    the columns where the row has a figure that is not 0 the sums must agree.
    """
    numbers: set[int] = set()
    if values.shape[1] < 2:
        return numbers
    filled = np.nan_to_num(values)
    below = np.cumsum(filled, axis=0)
    for row in range(len(values) - 2):
        own = filled[row]
        asked = own != 0
        if asked.sum() < 2:
            continue
        sums = below[row + 2 : row + 2 + MOST_SUMMED] - below[row]
        agree = np.isclose(sums[:, asked], own[asked], rtol=TYPED, atol=0).mean(axis=1)
        if len(agree) and agree.max() >= agreeing and agree.max() * asked.sum() >= 2:
            numbers.add(row)
    return numbers


CLEANED_BY: Final = {"code": clean_codes, "label": clean_labels, "year": clean_years}


def _clean_columns(
    table: RawTable, columns: list[Working], role: str, changes: list[Change]
) -> tuple[list[str], list[list[Outcome]]]:
    header, outcomes = [], []
    for at, column in enumerate(columns):
        heading = column.heading
        text = heading.text
        if column.kind == "number":
            cells = [
                None if row in column.fixed and "merged-number" in column.fixed[row].rules else cell
                for row, cell in enumerate(column.cells)
            ]
            done = clean_numbers(cells, heading.stated, heading.wanted, table.separator)
            fixed = [*done.cells]
            place = table.place(column.head.heading_at)
            if done.unit and role == "Data" and not heading.wanted:
                text = with_unit(text, done.unit)
                changes.append(Change(place, heading.text, text, ("unit-heading",), 0, at))
            elif (
                heading.wanted
                and heading.stated
                and not done.clash
                and same(heading.stated) != same(heading.wanted)
            ):
                changes.append(Change(place, heading.stated, heading.wanted, ("unit-framework",), 0, at))
            elif done.clash:
                changes.append(Change(place, heading.stated, heading.wanted, ("unit-clash",), 0, at))
        else:
            fixed = CLEANED_BY[column.kind](column.cells)
        for row, own in column.fixed.items():
            if "merged-number" in own.rules:
                fixed[row] = own
            elif own.rules:
                fixed[row] = replace(fixed[row], rules=(*own.rules, *fixed[row].rules))
        header.append(text)
        outcomes.append(fixed)
        for row, outcome in enumerate(fixed):
            if outcome.rules:
                place = table.place(column.places[row])
                before = table.cells[column.places[row].row][column.places[row].column]
                changes.append(Change(place, shown(before), shown(outcome.value), outcome.rules, row + 1, at))
    return header, outcomes
