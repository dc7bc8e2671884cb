"""Books, seeded answers, and forms filled by openpyxl as an expert's spreadsheet would."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openpyxl

from tierwise.delphi.rating import BASES, FAMILIARITY, INFLUENCE

GROUPS = {"": ["A", "B", "C"], "A": ["A1", "A2", "A3", "A4"], "B": ["B1", "B2", "B3"], "C": ["C1", "C2"]}
CODES = [code for group in GROUPS.values() for code in group]


def make_book(
    path: Path,
    *,
    last: str = "C2",
    title: str = "县域指数",
    scale: object = 9,
    experts: object = (),
    settings: Sequence[list[str]] = (),
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "指标体系"
    sheet.append(["code", "name", "parent"])
    for parent, group in GROUPS.items():
        for code in group:
            sheet.append([last if code == "C2" else code, f"指标{code}", parent or None])
    form = book.create_sheet("设置")
    known = (["key", "value"], ["title", title], ["language", "zh"], ["experts.scale_max", scale])
    for row in (*known, *settings):
        form.append(row)
    notes = book.create_sheet("_notes")
    notes["A1"], notes["A2"] = 1, "=A1*2"
    if experts:
        given = book.create_sheet("专家打分")
        for row in experts:
            given.append(row)
    book.save(path)
    return path


def make_list(path: Path, count: int) -> Path:
    lines = ["name", *(f"专家{number:03}" for number in range(1, count + 1))]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def main_sheet(book):
    return next(
        sheet for sheet in book if any(cell.value == "tierwise:keys" for row in sheet for cell in row)
    )


def rows_of(sheet) -> dict[str, int]:
    return {str(row[0].value): row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value}


def column_of(sheet, key: str = "answer") -> int:
    row = rows_of(sheet)["columns"]
    return next(cell.column for cell in sheet[row] if cell.value == key)


def seeded(seed: int, count: int, low: int = 1, high: int = 9):
    random = np.random.default_rng(seed)
    return random.integers(low, high + 1, (count, len(CODES))).astype(float)


def fill(path: Path, answers: dict, *, familiar: int = 1, influence: int = 0) -> None:
    book = openpyxl.load_workbook(path)
    sheet = main_sheet(book)
    rows, column = rows_of(sheet), column_of(sheet)
    for code, value in answers.items():
        sheet.cell(rows[f"item:{code}"], column).value = value
    sheet.cell(rows["self:familiarity"], column).value = FAMILIARITY[familiar][0].zh
    for name in BASES:
        sheet.cell(rows[f"self:basis:{name}"], column).value = INFLUENCE[influence].zh
    book.save(path)
