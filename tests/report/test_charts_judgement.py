"""Tornados, sweep lines and ranks by scenario, read back from the workbook's own parts."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from tierwise.report.workbook import write_workbook
from tierwise.words.language import Language


def charts(path: Path, tables: dict[str, pd.DataFrame], language: Language = "en") -> list[str]:
    """The XML of every chart."""
    write_workbook(path, tables, "t", [], language)
    with zipfile.ZipFile(path) as book:
        names = sorted(
            (name for name in book.namelist() if name.startswith("xl/charts/chart")),
            key=lambda name: int(re.findall(r"\d+", name)[0]),
        )
        return [book.read(name).decode() for name in names]


def test_swings_sweeps_and_scenarios(tmp_path: Path) -> None:
    swing = pd.DataFrame(
        {
            "code": ["a", "a", "b", "b"],
            "change": ["10 points less", "10 points more"] * 2,
            "rank_shift_mean": [0.1, 0.2, 0.5, 0.4],
        }
    )
    lines = pd.DataFrame({"code": ["a"] * 3 + ["b"] * 3, "local": 0.5, "weight": [0.4, 0.5, 0.6] * 2})
    lines = lines.assign(Finland=np.arange(6.0), Japan=np.arange(6.0)[::-1])
    ranks = pd.DataFrame({"code": ["F", "J"], "name": ["Finland", "Japan"], "base": [1, 2], "equal": [2, 1]})
    found = charts(tmp_path / "book.xlsx", {"swing": swing, "sweep_lines": lines, "scenario_ranks": ranks})
    assert len(found) == 4
    assert all(chart.count("<c:ser>") == 2 for chart in found)
    assert "10 points less" in found[0]
    assert "scatterChart" in found[1]
    assert 'orientation val="maxMin"' in found[3]
