"""Why cells show an error, as a note on each: put there, renewed and taken away when the user asks for it.

A function may not write to the sheet while it is calculated, and a macro that runs after each calculation
empties Excel's list of what can be undone; so this is a command. Each failing formula is asked again with
the values that its cells hold now, which needs no memory of what happened when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from tierwise.errors import Problem, problem
from tierwise.inputs.sheet import address
from tierwise_addin import cell_kinds, formulas, settings
from tierwise_addin.hosts.excel.waiting import patiently

MARK: Final = "tierwise: "
END: Final = "\n(tierwise)"
"""A note that begins and ends so is the add-in's own; one to which the user added is the user's."""

LONGEST: Final = 1000
"""Characters of a note."""

LONGEST_EVALUATED: Final = 255
"""Characters of a text that Excel evaluates."""


@dataclass(frozen=True)
class Explained:
    """How many cells fail, and how many of them could not be given a note."""

    failing: int
    left: int


def explain(book: Any) -> Explained:
    """Put the reason on every failing cell of a workbook; old notes of the add-in go."""
    failing = left = 0
    for sheet in book.sheets:
        reasons = dict(failures(sheet))
        failing += len(reasons)
        left += len(reasons) if _protected(sheet) else renew(sheet, reasons)
    return Explained(failing, left)


def failures(sheet: Any) -> Iterator[tuple[str, str]]:
    """Yield address and reason of each cell that holds an error value by a worksheet function."""
    used = sheet.used_range
    texts, values = patiently(lambda: (_rows(used.formula), _rows(used.raw_value)))
    known: dict[str, str] = {}
    for row, (line, cells) in enumerate(zip(texts, values, strict=True), used.row):
        for column, (text, cell) in enumerate(zip(line, cells, strict=True), used.column):
            if not (isinstance(text, str) and text.startswith("=") and formulas.calls(text)):
                continue
            place = address(row - 1, column - 1)
            value = cell_kinds.canonical(cell)
            if not isinstance(value, cell_kinds.ErrorValue) or value == cell_kinds.ErrorValue.SPILL:
                continue  # that cells are in the way of a result, Excel says itself
            if _inside_array(sheet, place):
                continue
            if text not in known:
                known[text] = formulas.reason(text, partial(_value, sheet)) or _line(problem("C025"))
            yield place, known[text]


def _line(problem: Problem) -> str:
    return problem.line(settings.load().language)


def _rows(cells: Any) -> Any:
    """Return rows of cells: a single cell comes alone."""
    return cells if isinstance(cells, tuple) else ((cells,),)


def _inside_array(sheet: Any, place: str) -> bool:
    """Return whether a cell belongs to an array formula that begins in another."""
    cell = sheet.range(place).api
    return bool(cell.HasArray) and (cell.CurrentArray.Row, cell.CurrentArray.Column) != (
        cell.Row,
        cell.Column,
    )


def _value(sheet: Any, text: str) -> object:
    """Return what a part of a formula on the sheet stands for, a whole column cut at the used cells."""
    if len(text) > LONGEST_EVALUATED:
        raise formulas.FailedError(_line(problem("C026", most=LONGEST_EVALUATED, text=text[:40])))
    value = patiently(lambda: sheet.api.Evaluate(text))
    where = getattr(value, "Worksheet", None)
    if where is None:  # a value; one row of an array comes without its brackets
        return [value] if isinstance(value, tuple) and not isinstance(value[0], tuple) else value
    of = sheet.book.app.books[where.Parent.Name].sheets[where.Name]
    given, last = of.range(value.Address), of.used_range.last_cell
    rows = min(given.shape[0], max(1, last.row - given.row + 1))
    columns = min(given.shape[1], max(1, last.column - given.column + 1))
    return patiently(lambda: given.resize(rows, columns).raw_value)


def _protected(sheet: Any) -> bool:
    return bool(sheet.api.ProtectDrawingObjects)


def renew(sheet: Any, reasons: dict[str, str]) -> int:
    """Bring the add-in's notes of a sheet up to date; return how many cells could not be given one."""
    wanted = {place: _text(reason) for place, reason in reasons.items()}
    left = 0
    for note in [*sheet.notes]:
        place = note.location.address.replace("$", "")
        if not _own(note.text):
            left += wanted.pop(place, None) is not None
        elif note.text == wanted.get(place):
            del wanted[place]
        else:
            patiently(note.delete)
    for place, text in wanted.items():
        try:
            patiently(partial(sheet.range(place).add_note, text))
        except Exception:  # a comment of the newer kind is there, which is no note: it is the user's
            left += 1
    return left


def _text(reason: str) -> str:
    most = LONGEST - len(MARK) - len(END)
    return f"{MARK}{reason if len(reason) <= most else reason[: most - 1] + '…'}{END}"


def _own(text: str) -> bool:
    return text.startswith(MARK) and text.replace("\r", "\n").endswith(END)
