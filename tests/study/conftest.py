"""Small scenarios written to files, to be spoiled by the tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

Cells = dict[str, list[list[Any]]]


@pytest.fixture
def sheets() -> Cells:
    """Return the sheets of a workbook without a fault: 6 units, 4 indicators in 2 dimensions, 3 experts."""
    return {
        "Data": [
            ["code", "name", "province", "gdp", "patents", "energy", "exports", "population"],
            ["a", "甲", "江苏", 10, 5, 3, 40, 100],
            ["b", "乙", "江苏", 20, 4, 2, 30, 200],
            ["c", "丙", "浙江", 30, 7, 1, 20, 300],
            ["d", "丁", "浙江", 25, 9, 4, 35, 150],
            ["e", "戊", "山东", 5, 1, 6, 10, 50],
            ["f", "己", "山东", 15, 2, 5, 15, 80],
        ],
        "Framework": [
            ["code", "name", "parent", "weight", "direction"],
            ["output", "产出", "", 0.6, 1],
            ["gdp", "生产总值", "output", 0.5, 1],
            ["patents", "专利", "output", 0.5, 1],
            ["manner", "方式", "", 0.4, 1],
            ["energy", "能耗", "manner", 0.7, -1],
            ["exports", "出口", "manner", 0.3, 1],
        ],
        "Experts": [
            ["round", "expert", "output", "manner", "gdp", "patents", "energy", "exports"],
            [1, "专家01", 5, 3, 4, 4, 5, 2],
            [1, "专家02", 4, 4, 5, 3, 4, 3],
            [1, "专家03", 3, 5, 3, 5, 3, 4],
        ],
        "Scenario": [["key", "value"], ["tiers.count", 2], ["uncertainty.draws", 200]],
    }


@pytest.fixture
def write_book(tmp_path: Path) -> Callable[[Cells], Path]:
    """Write sheets to book.xlsx and return its path; a text such as #N/A becomes an error cell."""

    def write(cells: Cells) -> Path:
        path = tmp_path / "book.xlsx"
        book = xlsxwriter.Workbook(str(path))
        for name, rows in cells.items():
            sheet = book.add_worksheet(name)
            for row, values in enumerate(rows):
                for column, value in enumerate(values):
                    if isinstance(value, str) and value.startswith("#"):
                        sheet.write_formula(row, column, "=NA()", None, value)
                    elif value is not None:
                        sheet.write(row, column, value)
        book.close()
        return path

    return write
