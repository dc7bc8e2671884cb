"""``functions.xlsx``: every worksheet function beside its expected value, and a cell that says OK.

Sheet *Data* holds the tables of :mod:`tierwise_addin.examples`; each family has a sheet of its own, where an
example takes a block of rows: the formula as text, its result, the expected result, and the verdict. Sheet
*Check* counts the verdicts. The file carries cached results, so that it also reads without tierwise, but no
verdicts: those of an earlier calculation would call results good that are #NAME? where the add-in is missing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tierwise.inputs.sheet import address, column_letters
from tierwise_addin import answer
from tierwise_addin.catalogue import FAMILIES, functions
from tierwise_addin.cell_kinds import Cell, ErrorValue, Rows
from tierwise_addin.examples import EXAMPLES, TABLES, Example, Given, Table

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

TOLERANCE: Final = "1E-9"
MISSING: Final = "NO ADD-IN"  # the verdict on a result that no program has a function for
TOLD: Final = "The add-in is not there: results are #NAME?. 未安装加载项，结果为 #NAME?"
NAME_ERROR: Final = 5  # what ERROR.TYPE gives for #NAME?, in Excel and Calc
_GAP: Final = 2


@dataclass(frozen=True)
class Block:
    """A range of cells by its first cell (from 0) and size."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def reference(self) -> str:
        """The range as a formula writes it, absolute."""
        last = f"${column_letters(self.column + self.columns - 1)}${self.row + self.rows}"
        return f"${column_letters(self.column)}${self.row + 1}:{last}"


@dataclass(frozen=True)
class Placed:
    """An example on its sheet: where its result and its verdict stand."""

    example: Example
    sheet: str
    formula: str
    result: Block
    expected: Block
    verdict: str
    rows: Rows


def sheet_name(family: str) -> str:
    """Return the sheet of a family."""
    return FAMILIES[family].en.capitalize()


def tables() -> dict[str, Block]:
    """Return where each table stands on the sheet *Data*, side by side below its name."""
    placed, column = {}, 0
    for name, rows in TABLES.items():
        placed[name] = Block(1, column, len(rows), len(rows[0]))
        column += len(rows[0]) + 1
    return placed


def formula(example: Example, separator: str = ",") -> str:
    """Return the example as a formula on another sheet than *Data*."""
    return f"={_call(example, separator)}"


def _call(example: Example, separator: str) -> str:
    given = [_written(item, separator) for item in example.given]
    return f"{example.function}({separator.join(given)})"


def _written(item: Given, separator: str) -> str:
    if isinstance(item, Example):
        return _call(item, separator)
    return f"Data!{tables()[item.name].reference}" if isinstance(item, Table) else _literal(item)


def _literal(item: Cell) -> str:
    if item is None:
        return ""
    if isinstance(item, bool):
        return "TRUE" if item else "FALSE"
    return f'"{item}"' if isinstance(item, str) else f"{item:g}"


def layout() -> list[Placed]:
    """Return every example with its place and its expected result."""
    placed: list[Placed] = []
    next_row: dict[str, int] = {}
    for example in EXAMPLES:
        function = functions()[example.function]
        sheet = sheet_name(function.family)
        rows: Rows = [[None]] if function.volatile else answer(example.function, *example.cells)
        top = next_row.get(sheet, 0)
        result = Block(top + 2, 0, len(rows), len(rows[0]))
        expected = Block(result.row, result.columns + _GAP, result.rows, result.columns)
        verdict = address(top, 4)
        placed.append(Placed(example, sheet, formula(example), result, expected, verdict, rows))
        next_row[sheet] = result.row + result.rows + 1
    return placed


def write(path: str | Path) -> Path:
    """Write the workbook and return its path."""
    import xlsxwriter

    placed = layout()
    with xlsxwriter.Workbook(path) as book:
        book.set_properties(
            {"title": "tierwise functions", "created": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}
        )
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7"})
        head = book.add_format({"bold": True, "font_size": 12})
        good = book.add_format({"bg_color": "#C6EFCE", "font_color": "#006100", "bold": True})
        bad = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006", "bold": True})
        check = book.add_worksheet("Check")
        data = book.add_worksheet("Data")
        for name, block in tables().items():
            data.write_string(0, block.column, name, bold)
            _write_rows(data, block, TABLES[name])
        data.freeze_panes(1, 0)
        sheets = {name: book.add_worksheet(name) for name in dict.fromkeys(one.sheet for one in placed)}
        for one in placed:
            sheet, top = sheets[one.sheet], one.result.row - 2
            sheet.write_string(top, 0, one.formula[1:], head)
            sheet.write_string(top + 1, 0, functions()[one.example.function].help.en)
            sheet.write_string(top + 1, one.expected.column, "expected")
            _write_result(sheet, one)
            _write_rows(sheet, one.expected, one.rows)
            sheet.write_array_formula(f"{one.verdict}:{one.verdict}", _verdict(one), bold, "")
        for sheet in (check, *sheets.values()):
            for word, look in (('"OK"', good), ('"DIFFERS"', bad), (f'"{MISSING}"', bad)):
                sheet.conditional_format(
                    0, 0, 9999, 9, {"type": "cell", "criteria": "==", "value": word, "format": look}
                )
        _write_check(check, placed, head, bold)
    return Path(path)


def _write_check(check: Worksheet, placed: list[Placed], head: Any, bold: Any) -> None:
    """Write the first sheet: the total, and one line for each example."""
    check.write_string(0, 0, "tierwise: every worksheet function beside its expected value", head)
    last = len(placed) + 3
    verdicts = f"B4:B{last}"
    count = f'COUNTIF({verdicts},"OK")&" of {len(placed)} OK"'
    check.write_formula(1, 0, f'=IF(COUNTIF({verdicts},"{MISSING}")>0,"{TOLD}",{count})', bold, "")
    check.write_row(2, 0, ["example", "verdict"], bold)
    for row, one in enumerate(placed, 3):
        check.write_string(row, 0, one.formula[1:])
        check.write_formula(row, 1, f"={one.sheet}!{one.verdict}", None, "")
    check.set_column(0, 0, 70)


def _write_rows(sheet: Worksheet, block: Block, rows: Rows) -> None:
    for row, cells in enumerate(rows, block.row):
        for column, cell in enumerate(cells, block.column):
            _write_cell(sheet, row, column, cell)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, float):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, ErrorValue):
        sheet.write_string(row, column, cell.value)


def _write_result(sheet: Worksheet, one: Placed) -> None:
    """Write the formula over its range, with what it gave when the file was made."""
    block, first = one.result, one.rows[0][0]
    shown = "" if first is None else first.value if isinstance(first, ErrorValue) else first
    sheet.write_dynamic_array_formula(
        block.row,
        block.column,
        block.row + block.rows - 1,
        block.column + block.columns - 1,
        one.formula,
        None,
        shown,
    )
    for row, cells in enumerate(one.rows):
        for column, cell in enumerate(cells):
            if row or column:
                _write_cell(sheet, block.row + row, block.column + column, cell)


def _verdict(one: Placed) -> str:
    """Return the array formula that compares result and expectation: numbers within 1e-9, texts alike.

    NOW has it calculated whenever the file is opened, where Calc would show the verdict that was saved.
    """
    got, want = one.result.reference, one.expected.reference
    if functions()[one.example.function].volatile:
        return _judged(one, f"ISERROR({got})")
    number = f"IF(ISNUMBER({got}),IF(ABS({got}-{want})<={TOLERANCE}*(1+ABS({want})),0,1),1)"
    wrong = f'SUM(IF(ISNUMBER({want}),{number},IF({got}&""={want}&"",0,1)))'
    return _judged(one, f"IFERROR({wrong},1)>0")


def _judged(one: Placed, wrong: str) -> str:
    """Return the array formula that gives the verdict where a condition tells that a result is wrong."""
    first = address(one.result.row, one.result.column)
    unknown = f"AND(NOW()>0,IFERROR(ERROR.TYPE({first}),0)={NAME_ERROR})"
    return f'{{=IF({unknown},"{MISSING}",IF({wrong},"DIFFERS","OK"))}}'
