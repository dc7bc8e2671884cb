"""The live workbook heads its columns as every other output does."""

from pathlib import Path

from python_calamine import CalamineWorkbook

from tierwise.tables.registry import table_of
from tierwise_addin import live


def test_headings_are_those_of_the_robustness_table(tmp_path: Path) -> None:
    rows = (
        CalamineWorkbook.from_path(live.write(tmp_path / "live.xlsx")).get_sheet_by_name("List").to_python()
    )
    headings, columns = rows[live.FIRST - 2][6:], rows[live.FIRST - 1][6:]
    assert "rank_low" in columns
    assert headings == [table_of("robustness").column(str(column)).title.zh for column in columns]
    assert headings[columns.index("rank_low")] == "名次区间上端"
