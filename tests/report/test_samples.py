"""The workbooks in workbooks/ are what the command writes."""

from pathlib import Path

import pytest

from tierwise.report.sample import write_sample

KEPT = Path(__file__).parents[2] / "workbooks"


@pytest.mark.parametrize("name", ["industrial-counties-2019.xlsx", "template.xlsx"])
def test_kept_workbooks_are_up_to_date(name: str, tmp_path: Path) -> None:
    write_sample(tmp_path / name)
    made = (tmp_path / name).read_bytes()
    assert made == (KEPT / name).read_bytes(), f"tierwise workbook --replace workbooks/{name}"
