"""A line that lists several units for the table gives none to a column, and is told."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import tierwise as tw


@pytest.mark.parametrize(
    ("line", "heads", "told"),
    [
        ("单位：万人、所", ("常住人口", "学校"), True),
        ("（单位：亿元，%）", ("产值", "增速"), True),
        ("Unit: persons, %", ("pupils", "growth"), True),
        ("单位：万人、所", ("常住人口（万人）", "学校（所）"), False),
        ("单位：万人、所", ("代码", "学校（所）"), False),
        ("单位：万人", ("常住人口", "户籍人口"), False),
        ("单位：元/人", ("收入", "支出"), False),
    ],
)
def test_several_units_are_told(tmp_path: Path, line: str, heads: tuple[str, str], told: bool) -> None:
    book = openpyxl.Workbook()
    for row in [
        ["2-1 主要指标"],
        [None, None, line],
        ["县（市）", *heads],
        ["江阴市", 178.0, 41.0],
        ["昆山市", 211.0, 42.0],
        ["常熟市", 167.0, 22.0],
    ]:
        book.worksheets[0].append(row)
    book.save(raw := tmp_path / "raw.xlsx")
    done = tw.clean(raw, tmp_path / "clean.xlsx")
    (table,) = done.sheets
    doubts = [(change.place, change.before) for change in done.doubts if "units-several" in change.rules]
    assert doubts == ([("Sheet!2:2", line)] if told else [])
    if told:
        assert table.cells[0][-2:] == heads
