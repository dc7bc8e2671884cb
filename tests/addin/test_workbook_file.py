"""The self-checking workbook that lies in the repository is the one that the catalogue gives."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tierwise_addin.catalogue import functions
from tierwise_addin.workbook import layout, write

KEPT = Path(__file__).parents[2] / "workbooks" / "functions.xlsx"


def contents(path):
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_it_is_up_to_date(tmp_path):
    kept, made = contents(KEPT), contents(write(tmp_path / "functions.xlsx"))
    assert kept.keys() == made.keys()
    for name, rows in made.items():
        for kept_row, row in zip(kept[name], rows, strict=True):
            assert kept_row == [pytest.approx(cell) if isinstance(cell, float) else cell for cell in row], (
                f"sheet {name}: write it again with `tierwise workbook workbooks/functions.xlsx`"
            )


def test_every_function_stands_in_it():
    assert {one.example.function for one in layout()} == set(functions())
